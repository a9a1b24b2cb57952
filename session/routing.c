#include "session/routing.h"

#include "session/idle.h"
#include "session/notice.h"
#include "session/pointer.h"
#include "session/screen.h"
#include "session/session.h"
#include "session/window.h"
#include "util/clock.h"
#include "util/opwire.h"

void routing_tell_focus(struct window *window, bool focused)
{
	if (window->notice)
		notice_focus(window->notice, focused);
	else
		window_send_focus(window, focused);
}

void session_focus(struct session *session, struct window *window)
{
	if (session->focus == window)
		return;
	if (session->focus)
		routing_tell_focus(session->focus, false);
	session->focus = window;
	session->changed = true;
	if (window)
		routing_tell_focus(window, true);
}

void routing_forget(struct session *session, const struct window *window)
{
	pointer_changed(session->pointer);
	input_route_forget(&session->route, window);
	touching_forget(&session->touching, window);
}

void session_key(struct session *session, const struct input_key *key)
{
	struct window *window = session->focus;
	if (idle_takes_key(session->idle, key))
		return;
	if (window && window->notice)
		notice_key(window->notice, key);
	else if (window)
		window_send_key(window, key);
}

/* Whose areas are hit: NULL, if the window is not there yet. */
static struct gl_layer *hit_layer(const struct window *window)
{
	if (window->notice)
		return notice_layer(window->notice);
	return window->mapped ? window->layer : NULL;
}

/* The same, in pixels of the view of the window's screen. */
static struct input_pointer on_screen(
	const struct window *window, const struct input_pointer *pointer)
{
	struct input_pointer p = *pointer;
	double x, y;
	if (!window->screen)
		return p;
	screen_of_layout(window->screen, pointer->x, pointer->y, &x, &y);
	p.x = (float)x;
	p.y = (float)y;
	return p;
}

/* The topmost window there, and where in it. */
static struct window *window_at(
	struct session *session, double x, double y, float *at_x, float *at_y)
{
	const struct input_pointer at = {.x = (float)x, .y = (float)y};
	for (struct list *l = session->windows.prev; l != &session->windows;
		l = l->prev) {
		struct window *window = container_of(l, struct window, link);
		struct input_pointer p = on_screen(window, &at);
		bool there = window->screen && (hit_layer(window) || window->behind);
		*at_x = p.x - (float)window->x;
		*at_y = p.y - (float)window->y;
		if (there && *at_x >= 0 && *at_y >= 0 && *at_x < (float)window->width &&
			*at_y < (float)window->height)
			return window;
	}
	return NULL;
}

/* What is under the pointer, topmost first: areas of the topmost window that has any there. */
static size_t under_pointer(struct session *session, const struct input_pointer *pointer,
	struct input_target *out, size_t max)
{
	struct gl_hit hits[INPUT_ROUTE_MAX];
	float at_x, at_y;
	struct window *window = window_at(session, pointer->x, pointer->y, &at_x, &at_y);
	struct gl_layer *layer = window ? hit_layer(window) : NULL;
	size_t n = layer ? gl_layer_hit(layer, at_x, at_y, hits, max) : 0;
	for (size_t i = 0; i < n; i++)
		out[i] = (struct input_target){.owner = window, .tag = hits[i].tag};
	return n;
}

unsigned session_cursor(struct session *session, double x, double y)
{
	float at_x, at_y;
	struct window *window = window_at(session, x, y, &at_x, &at_y);
	struct gl_layer *layer = window ? hit_layer(window) : NULL;
	return layer ? gl_layer_cursor(layer, at_x, at_y) : CURSOR_DEFAULT;
}

static void emit_pointer(void *data, const struct input_target *target,
	enum input_route_kind kind, const struct input_pointer *pointer)
{
	struct session *session = data;
	struct window *window = target->owner;
	struct input_pointer p = on_screen(window, pointer);
	if (kind == INPUT_ROUTE_PRESS)
		session_focus(session, window);
	if (window->notice)
		notice_pointer(window->notice, target->tag, kind, &p);
	else
		window_send_pointer(window, target->tag, kind, &p);
}

static void route_pointer(struct session *session, const struct input_pointer *pointer)
{
	struct input_target under[INPUT_ROUTE_MAX];
	size_t n = under_pointer(session, pointer, under, INPUT_ROUTE_MAX);
	input_route_pointer(&session->route, pointer, under, n, emit_pointer, session);
}

void session_pointer(struct session *session, const struct input_pointer *pointer)
{
	if (idle_takes_pointer(session->idle, pointer))
		return;
	pointer_at(session->pointer, pointer->x, pointer->y, clock_now_ns());
	session->pointed = *pointer;
	route_pointer(session, pointer);
}

void session_pointer_settle(struct session *session)
{
	const struct input_pointer *last = &session->pointed;
	const struct input_route *route = &session->route;
	double x = last->x, y = last->y;
	bool seen = pointer_where(session->pointer, &x, &y);
	if (!last->time_ns || (!seen && !route->n_entered && !route->pressed))
		return;
	struct input_pointer here = {.kind = INPUT_POINTER_MOVE,
		.time_ns = clock_now_ns(),
		.x = (float)x,
		.y = (float)y,
		.buttons = last->buttons,
		.mods = last->mods};
	route_pointer(session, &here);
}

void session_pointer_leave(struct session *session)
{
	struct input_pointer none = {.time_ns = clock_now_ns()};
	input_route_leave(&session->route, &none, emit_pointer, session);
	pointer_hide(session->pointer);
}

void session_touch(struct session *session, const struct input_touch *touch)
{
	struct input_target under[INPUT_ROUTE_MAX];
	struct input_pointer at = {.time_ns = touch->time_ns,
		.x = touch->x,
		.y = touch->y,
		.mods = touch->mods};
	if (idle_takes_touch(session->idle, touch))
		return;
	size_t n = under_pointer(session, &at, under, INPUT_ROUTE_MAX);
	pointer_hide(session->pointer);
	/* Of two pointers over one window each would leave what the other is in. */
	if (touch->kind == INPUT_TOUCH_DOWN)
		input_route_leave(&session->route, &at, emit_pointer, session);
	touching_event(&session->touching, touch, !session->route.pressed, under, n,
		emit_pointer, session);
}

void session_input_cancel(struct session *session)
{
	idle_cancel(session->idle);
	touching_cancel(&session->touching, emit_pointer, session);
	input_route_cancel(&session->route, emit_pointer, session);
}
