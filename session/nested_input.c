/* What a desktop says to the nested window, as input and as changes of the window. */
#include <math.h>
#include <stdio.h>

#include "session/capture.h"
#include "session/input_handlers.h"
#include "session/keys.h"
#include "session/nested.h"
#include "session/nested_keys.h"
#include "session/routing.h"
#include "session/session.h"
#include "util/clock.h"
#include "util/log.h"

#define WHEEL_PX 40.0 /* a detent, as input has it of real wheels */

/* From the window's pixels to the layout. */
static void place(
	const struct nested *nested, double x, double y, double *to_x, double *to_y)
{
	struct matrix m = screen_matrix(&nested->screen), to_layout;
	*to_x = x;
	*to_y = y;
	if (matrix_inverse(m, &to_layout))
		matrix_point(&to_layout, to_x, to_y);
}

/* What is shown there. */
static void place_shown(
	const struct nested *nested, double x, double y, double *to_x, double *to_y)
{
	place(nested, x, y, to_x, to_y);
	screen_place(&nested->screen, to_x, to_y);
}

static void take_key(struct nested *nested, const SDL_KeyboardEvent *e, uint64_t now)
{
	uint32_t code = nested_key(e->keysym.scancode);
	if (code && !e->repeat)
		input_feed_key(nested->input, code, e->state == SDL_PRESSED, now);
}

static void take_motion(struct nested *nested, double at_x, double at_y, uint64_t now)
{
	const struct magnify *m = &nested->screen.magnify;
	const double half = 0.5 * nested->ratio;
	const double edge = half / nested->screen.scale / (magnify_on(m) ? m->factor : 1);
	double x, y;
	/* By its middle: turned, too, it is a pixel's upper left corner that is told. */
	place_shown(
		nested, at_x * nested->ratio + half, at_y * nested->ratio + half, &x, &y);
	input_feed_motion(nested->input, x - edge, y - edge, now);
}

/* The desktop knows of no acceleration of its own. */
static void take_way(struct nested *nested, double dx, double dy, uint64_t now)
{
	double from_x, from_y, x, y;
	place(nested, 0, 0, &from_x, &from_y);
	place(nested, dx * nested->ratio, dy * nested->ratio, &x, &y);
	const struct input_motion motion = {.time_ns = now,
		.dx = x - from_x,
		.dy = y - from_y,
		.raw_dx = x - from_x,
		.raw_dy = y - from_y};
	input_feed_relative(nested->input, &motion);
}

static void take_mouse(struct nested *nested, const SDL_MouseMotionEvent *e, uint64_t now)
{
	if (nested->relative)
		take_way(nested, e->xrel, e->yrel, now);
	else
		take_motion(nested, e->x, e->y, now);
}

static void take_button(
	struct nested *nested, const SDL_MouseButtonEvent *e, uint64_t now)
{
	uint32_t button = nested_button(e->button);
	if (!nested->relative)
		take_motion(nested, e->x, e->y, now);
	if (button)
		input_feed_button(nested->input, button, e->state == SDL_PRESSED, now);
}

static void take_wheel(struct nested *nested, const SDL_MouseWheelEvent *e, uint64_t now)
{
	double sign = e->direction == SDL_MOUSEWHEEL_FLIPPED ? -1 : 1;
	input_feed_scroll(nested->input, sign * (double)e->preciseX * WHEEL_PX,
		-sign * (double)e->preciseY * WHEEL_PX, now);
}

/* Places are parts of the window. */
static void take_finger(
	struct nested *nested, const SDL_TouchFingerEvent *e, uint64_t now)
{
	double x, y;
	place_shown(nested, (double)e->x * nested->picture.width,
		(double)e->y * nested->picture.height, &x, &y);
	enum input_touch_kind kind = e->type == SDL_FINGERDOWN ? INPUT_TOUCH_DOWN
				     : e->type == SDL_FINGERUP ? INPUT_TOUCH_UP
							       : INPUT_TOUCH_MOVE;
	input_feed_touch(nested->input, kind, e->fingerId, x, y, now);
}

/* Locks are the desktop's, and may have changed while the keys were another window's. */
static void take_focus(struct nested *nested)
{
	SDL_Keymod mods = SDL_GetModState();
	input_feed_locks(nested->input, mods & KMOD_CAPS, mods & KMOD_NUM);
}

static void take_window(struct nested *nested, const SDL_WindowEvent *e, uint64_t now)
{
	switch (e->event) {
	case SDL_WINDOWEVENT_SIZE_CHANGED:
	case SDL_WINDOWEVENT_DISPLAY_CHANGED:
		nested->resized = true;
		break;
	case SDL_WINDOWEVENT_EXPOSED:
		nested->exposed = true;
		break;
	case SDL_WINDOWEVENT_MINIMIZED:
	case SDL_WINDOWEVENT_HIDDEN:
		screen_pause(&nested->screen);
		break;
	case SDL_WINDOWEVENT_RESTORED:
	case SDL_WINDOWEVENT_SHOWN:
		if (nested->screen.state == SCREEN_PAUSED)
			screen_resume(&nested->screen);
		break;
	case SDL_WINDOWEVENT_LEAVE:
		if (!nested->relative)
			session_pointer_leave(nested->session);
		break;
	case SDL_WINDOWEVENT_FOCUS_GAINED:
		take_focus(nested);
		break;
	case SDL_WINDOWEVENT_FOCUS_LOST:
		capture_end(nested->session, NULL);
		input_feed_away(nested->input, now);
		break;
	case SDL_WINDOWEVENT_CLOSE:
		nested->session->quit = true;
		break;
	}
}

/* SDL's times are milliseconds of its own clock: the moment of the reading is as good. */
static void take(struct nested *nested, const SDL_Event *e)
{
	uint64_t now = clock_now_ns();
	switch (e->type) {
	case SDL_QUIT:
		log_info("the window was closed: the session ends");
		nested->session->quit = true;
		break;
	case SDL_WINDOWEVENT:
		take_window(nested, &e->window, now);
		break;
	case SDL_KEYDOWN:
	case SDL_KEYUP:
		take_key(nested, &e->key, now);
		break;
	case SDL_MOUSEMOTION:
		if (e->motion.which != SDL_TOUCH_MOUSEID)
			take_mouse(nested, &e->motion, now);
		break;
	case SDL_MOUSEBUTTONDOWN:
	case SDL_MOUSEBUTTONUP:
		if (e->button.which != SDL_TOUCH_MOUSEID)
			take_button(nested, &e->button, now);
		break;
	case SDL_MOUSEWHEEL:
		take_wheel(nested, &e->wheel, now);
		break;
	case SDL_FINGERDOWN:
	case SDL_FINGERMOTION:
	case SDL_FINGERUP:
		take_finger(nested, &e->tfinger, now);
		break;
	}
}

/* Where SDL cannot, ways are those between places. */
static void follow_capture(struct nested *nested)
{
	bool held = nested->session->captor != NULL;
	if (nested->held == held)
		return;
	nested->held = held;
	nested->relative =
		SDL_SetRelativeMouseMode(held ? SDL_TRUE : SDL_FALSE) == 0 && held;
	nested->look = true;
}

void nested_input_turn(struct nested *nested)
{
	SDL_Event event;
	follow_capture(nested);
	while (SDL_PollEvent(&event))
		take(nested, &event);
	input_repeat(nested->input, clock_now_ns());
}

void nested_input_layout(struct nested *nested)
{
	const struct screen *screen = &nested->screen;
	struct input_output output = {
		.x = screen->x,
		.y = screen->y,
		.width = screen->width / screen->scale,
		.height = screen->height / screen->scale,
	};
	if (!nested->input)
		return;
	snprintf(output.name, sizeof output.name, "%s", screen->name);
	input_set_outputs(nested->input, &output, 1);
}

int nested_input_start(struct nested *nested)
{
	return keys_open(
		nested->session, NULL, NULL, &bare_input_listener, &nested->input);
}
