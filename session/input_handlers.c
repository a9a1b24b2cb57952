#include "session/input_handlers.h"

#include <string.h>

#include "session/capture.h"
#include "session/idle.h"
#include "session/keys.h"
#include "session/outputs.h"
#include "session/routing.h"
#include "session/screen.h"
#include "session/session.h"

bool handle_input_shortcut(void *data, const struct input_key *key)
{
	return session_shortcut(data, key);
}

void handle_input_key(void *data, const struct input_key *key)
{
	session_key(data, key);
}

void handle_input_pointer(void *data, const struct input_pointer *pointer)
{
	session_pointer(data, pointer);
}

bool handle_input_motion(void *data, const struct input_motion *motion)
{
	return capture_motion(data, motion);
}

void handle_input_touch(void *data, const struct input_touch *touch)
{
	session_touch(data, touch);
}

void handle_input_pen(void *data, const struct input_pen *pen)
{
	session_pen(data, pen);
}

void handle_input_gesture(void *data, const struct input_gesture *gesture)
{
	session_gesture(data, gesture);
}

void handle_input_compose(void *data, const char *pending)
{
	texting_pending(data, pending);
}

void handle_input_activity(void *data)
{
	const struct session *session = data;
	idle_activity(session->idle);
}

const struct input_listener bare_input_listener = {
	.shortcut = handle_input_shortcut,
	.key = handle_input_key,
	.pointer = handle_input_pointer,
	.motion = handle_input_motion,
	.touch = handle_input_touch,
	.pen = handle_input_pen,
	.gesture = handle_input_gesture,
	.compose = handle_input_compose,
	.activity = handle_input_activity,
};

/* Bars of a mirror go on as if more were shown there. */
static struct input_part part_of(
	const struct screen *screen, const struct outputs_place *place)
{
	double x0 = place->x, y0 = place->y;
	double x1 = x0 + place->width, y1 = y0 + place->height;
	screen_place(screen, &x0, &y0);
	screen_place(screen, &x1, &y1);
	return (struct input_part){x0, y0, x1 - x0, y1 - y0};
}

static struct input_output lie(const struct screen *screen)
{
	const struct outputs_place place = outputs_place(screen);
	struct input_output out = {
		.x = place.x,
		.y = place.y,
		.width = place.width,
		.height = place.height,
		.transform = screen->transform,
		.panel = screen->panel,
		.mirror = screen->mirrors,
	};
	if (magnify_on(&screen_source(screen)->magnify))
		out.part = part_of(screen, &place);
	_Static_assert(sizeof out.name == sizeof screen->name, "the same name");
	memcpy(out.name, screen->name, sizeof out.name);
	return out;
}

void input_tell_screens(struct input *input, const struct session *session)
{
	struct input_output outputs[INPUT_OUTPUTS];
	size_t n = 0;
	list_for_each (screen, &session->screens, struct screen, link) {
		if (n < INPUT_OUTPUTS)
			outputs[n++] = lie(screen);
	}
	if (n > 0)
		input_set_outputs(input, outputs, n);
}
