#include "session/input_text.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/input-event-codes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"

#define FAR 1e6f /* no layout reaches there */

static const char *const touches[] = {
	[INPUT_TOUCH_DOWN] = "down",
	[INPUT_TOUCH_MOVE] = "move",
	[INPUT_TOUCH_UP] = "up",
	[INPUT_TOUCH_CANCEL] = "cancel",
};
static const char *const pens[] = {
	[INPUT_PEN_IN] = "in",
	[INPUT_PEN_MOVE] = "move",
	[INPUT_PEN_PRESS] = "press",
	[INPUT_PEN_RELEASE] = "release",
	[INPUT_PEN_SCROLL] = "scroll",
	[INPUT_PEN_OUT] = "out",
	[INPUT_PEN_CANCEL] = "cancel",
};
static const char *const tools[] = {
	[INPUT_PEN_PEN] = "pen",
	[INPUT_PEN_ERASER] = "eraser",
	[INPUT_PEN_BRUSH] = "brush",
	[INPUT_PEN_PENCIL] = "pencil",
	[INPUT_PEN_AIRBRUSH] = "airbrush",
	[INPUT_PEN_MOUSE] = "mouse",
	[INPUT_PEN_LENS] = "lens",
};
static const char *const gestures[] = {
	[INPUT_GESTURE_SWIPE] = "swipe",
	[INPUT_GESTURE_PINCH] = "pinch",
	[INPUT_GESTURE_HOLD] = "hold",
};
static const char *const phases[] = {
	[INPUT_GESTURE_BEGIN] = "begin",
	[INPUT_GESTURE_UPDATE] = "update",
	[INPUT_GESTURE_END] = "end",
	[INPUT_GESTURE_CANCEL] = "cancel",
};
#define COUNT(names) (sizeof names / sizeof *names)

static int write_pen(char *out, size_t size, const struct input_pen *p)
{
	return snprintf(out, size,
		"pen %u %s %s %u %.9g %.9g %.9g %.9g %.9g %.9g %.9g %.9g %.9g %u %u\n",
		p->id, pens[p->kind], tools[p->tool], p->tool_id, (double)p->x,
		(double)p->y, (double)p->pressure, (double)p->distance, (double)p->tilt_x,
		(double)p->tilt_y, (double)p->rotation, (double)p->slider,
		(double)p->scroll_y, p->button, p->buttons);
}

static int write_gesture(char *out, size_t size, const struct input_gesture *g)
{
	return snprintf(out, size, "gesture %s %s %u %.9g %.9g %.9g %.9g\n",
		gestures[g->kind], phases[g->phase], g->fingers, (double)g->dx,
		(double)g->dy, (double)g->scale, (double)g->rotation);
}

/* Nine digits are enough for a float to come back as it was. */
static int write_event(char *out, size_t size, const struct input_text *e)
{
	const char *way = e->pressed ? "down" : "up";
	switch (e->kind) {
	case INPUT_TEXT_KEY:
		return snprintf(out, size, "key %u %s\n", e->code, way);
	case INPUT_TEXT_MOVE:
		return snprintf(
			out, size, "move %.9g %.9g\n", (double)e->x, (double)e->y);
	case INPUT_TEXT_BUTTON:
		return snprintf(out, size, "button %u %s\n", e->code, way);
	case INPUT_TEXT_SCROLL:
		return snprintf(
			out, size, "scroll %.9g %.9g\n", (double)e->x, (double)e->y);
	case INPUT_TEXT_MOTION:
		return snprintf(out, size, "motion %.9g %.9g %.9g %.9g\n", (double)e->x,
			(double)e->y, (double)e->raw_x, (double)e->raw_y);
	case INPUT_TEXT_TOUCH:
		if (e->touch != INPUT_TOUCH_DOWN && e->touch != INPUT_TOUCH_MOVE)
			return snprintf(
				out, size, "touch %u %s\n", e->code, touches[e->touch]);
		return snprintf(out, size, "touch %u %s %.9g %.9g\n", e->code,
			touches[e->touch], (double)e->x, (double)e->y);
	case INPUT_TEXT_PEN:
		return write_pen(out, size, &e->pen);
	case INPUT_TEXT_GESTURE:
		return write_gesture(out, size, &e->gesture);
	case INPUT_TEXT_END:
		break;
	}
	return snprintf(out, size, "end\n");
}

size_t input_text_write(
	char out[static INPUT_TEXT_LINE_MAX], const struct input_text *event)
{
	bool whole = event->ns % NS_PER_US == 0;
	uint64_t part = event->ns % NS_PER_S / (whole ? NS_PER_US : 1);
	int n = snprintf(out, INPUT_TEXT_LINE_MAX, "%" PRIu64 ".%0*" PRIu64 " ",
		event->ns / NS_PER_S, whole ? 6 : 9, part);
	n += write_event(out + n, INPUT_TEXT_LINE_MAX - (size_t)n, event);
	return (size_t)n;
}

/* Reading: each takes from *at what it wants, and the space after it. */

static bool take_end(const char **at)
{
	if (**at == ' ') {
		++*at;
		return **at && **at != ' ';
	}
	return !**at;
}

static bool take_word(const char **at, const char *word)
{
	size_t n = strlen(word);
	if (strncmp(*at, word, n) != 0)
		return false;
	const char *after = *at + n;
	if (!take_end(&after))
		return false;
	*at = after;
	return true;
}

static bool take_digits(const char **at, uint64_t most, uint64_t *out)
{
	size_t n = strspn(*at, "0123456789");
	if (n == 0 || n > 15)
		return false;
	*out = strtoull(*at, NULL, 10);
	*at += n;
	return *out <= most;
}

static bool take_number(const char **at, uint64_t most, uint32_t *out)
{
	uint64_t number;
	if (!take_digits(at, most, &number) || !take_end(at))
		return false;
	*out = (uint32_t)number;
	return true;
}

static bool take_time(const char **at, uint64_t *ns)
{
	uint64_t part = 0;
	if (!take_digits(at, INPUT_TEXT_NS_MAX / NS_PER_S - 1, ns))
		return false;
	*ns *= NS_PER_S;
	if (**at == '.') {
		const char *first = ++*at;
		size_t n = strspn(first, "0123456789");
		if (n > 9 || !take_digits(at, NS_PER_S, &part))
			return false;
		for (; n < 9; n++)
			part *= 10;
	}
	*ns += part;
	return take_end(at);
}

static bool take_place(const char **at, float *out)
{
	char *end;
	if (!strchr("-.0123456789", **at))
		return false;
	*out = strtof(*at, &end);
	if (end == *at || !isfinite(*out) || fabsf(*out) > FAR)
		return false;
	*at = end;
	return take_end(at);
}

static bool take_way(const char **at, bool *pressed)
{
	*pressed = take_word(at, "down");
	return *pressed || take_word(at, "up");
}

/* Which of the names; n: none. */
static size_t take_name(const char **at, const char *const *names, size_t n)
{
	size_t i = 0;
	while (i < n && !take_word(at, names[i]))
		i++;
	return i;
}

static bool read_touch(const char *at, struct input_text *out)
{
	if (!take_number(&at, INPUT_TOUCHES - 1, &out->code))
		return false;
	size_t i = take_name(&at, touches, COUNT(touches));
	if (i == COUNT(touches))
		return false;
	out->touch = (enum input_touch_kind)i;
	if (out->touch == INPUT_TOUCH_DOWN || out->touch == INPUT_TOUCH_MOVE)
		return take_place(&at, &out->x) && take_place(&at, &out->y) && !*at;
	return !*at;
}

static bool read_code(const char *at, struct input_text *out)
{
	return take_number(&at, KEY_MAX, &out->code) && take_way(&at, &out->pressed) &&
	       !*at;
}

static bool read_places(const char *at, struct input_text *out)
{
	return take_place(&at, &out->x) && take_place(&at, &out->y) && !*at;
}

static bool take_places(const char **at, float *const *places, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!take_place(at, places[i]))
			return false;
	}
	return true;
}

static bool read_motion(const char *at, struct input_text *out)
{
	float *const places[] = {&out->x, &out->y, &out->raw_x, &out->raw_y};
	return take_places(&at, places, COUNT(places)) && !*at;
}

static bool read_pen(const char *at, struct input_text *out)
{
	struct input_pen *p = &out->pen;
	float *const places[] = {&p->x, &p->y, &p->pressure, &p->distance, &p->tilt_x,
		&p->tilt_y, &p->rotation, &p->slider, &p->scroll_y};
	if (!take_number(&at, INPUT_PENS - 1, &p->id))
		return false;
	p->kind = (enum input_pen_kind)take_name(&at, pens, COUNT(pens));
	p->tool = (enum input_pen_tool)take_name(&at, tools, COUNT(tools));
	return p->kind < COUNT(pens) && p->tool < COUNT(tools) &&
	       take_number(&at, UINT32_MAX, &p->tool_id) &&
	       take_places(&at, places, COUNT(places)) &&
	       take_number(&at, KEY_MAX, &p->button) &&
	       take_number(&at, 15, &p->buttons) && !*at && p->pressure >= 0 &&
	       p->pressure <= 1 && p->distance >= 0 && p->distance <= 1 &&
	       fabsf(p->slider) <= 1;
}

static bool read_gesture(const char *at, struct input_text *out)
{
	struct input_gesture *g = &out->gesture;
	float *const places[] = {&g->dx, &g->dy, &g->scale, &g->rotation};
	g->kind = (enum input_gesture_kind)take_name(&at, gestures, COUNT(gestures));
	g->phase = (enum input_gesture_phase)take_name(&at, phases, COUNT(phases));
	return g->kind < COUNT(gestures) && g->phase < COUNT(phases) &&
	       take_number(&at, 5, &g->fingers) &&
	       take_places(&at, places, COUNT(places)) && !*at;
}

static bool read_nothing(const char *at, struct input_text *out)
{
	(void)out;
	return !*at;
}

static const struct {
	const char *word, *form;
	bool (*read)(const char *at, struct input_text *out);
} kinds[] = {
	[INPUT_TEXT_KEY] = {"key", "write 'key CODE down' or 'up', CODE at most 767",
		read_code},
	[INPUT_TEXT_MOVE] = {"move", "write 'move X Y'", read_places},
	[INPUT_TEXT_BUTTON] = {"button",
		"write 'button CODE down' or 'up', CODE at most 767", read_code},
	[INPUT_TEXT_SCROLL] = {"scroll", "write 'scroll X Y'", read_places},
	[INPUT_TEXT_MOTION] = {"motion", "write 'motion DX DY RAW_DX RAW_DY'",
		read_motion},
	[INPUT_TEXT_TOUCH] = {"touch",
		"write 'touch ID down X Y', 'move X Y', 'up' or 'cancel', ID below 16",
		read_touch},
	[INPUT_TEXT_PEN] = {"pen",
		"write 'pen ID in TOOL SERIAL X Y PRESSURE DISTANCE TILT_X TILT_Y "
		"ROTATION "
		"SLIDER SCROLL BUTTON BUTTONS', or move, press, release, scroll, out, "
		"cancel",
		read_pen},
	[INPUT_TEXT_GESTURE] = {"gesture",
		"write 'gesture swipe begin FINGERS DX DY SCALE ROTATION', or pinch, "
		"hold; "
		"update, end, cancel",
		read_gesture},
	[INPUT_TEXT_END] = {"end", "nothing follows 'end'", read_nothing},
};

int input_text_read(const char *line, struct input_text *out, const char **why)
{
	*out = (struct input_text){0};
	*why = "a line begins with its time in seconds, such as 0.25";
	if (!take_time(&line, &out->ns))
		return -EINVAL;
	*why = "write key, move, button, scroll, motion, touch, pen, gesture or end "
	       "after the "
	       "time";
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (!take_word(&line, kinds[i].word))
			continue;
		out->kind = (enum input_text_kind)i;
		*why = kinds[i].form;
		return kinds[i].read(line, out) ? 0 : -EINVAL;
	}
	return -EINVAL;
}
