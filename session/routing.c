#include "session/routing.h"

#include "session/a11y.h"
#include "session/capture.h"
#include "session/dragging.h"
#include "session/gesturing.h"
#include "session/idle.h"
#include "session/input_record.h"
#include "session/keys.h"
#include "session/notice.h"
#include "session/pens.h"
#include "session/pointer.h"
#include "session/screen.h"
#include "session/service_method.h"
#include "session/session.h"
#include "session/window.h"
#include "util/clock.h"
#include "util/opwire.h"

/* Windows. */

void routing_tell_focus(struct window *window, bool focused)
{
	if (window->notice)
		notice_focus(window->notice, focused);
	else
		focusing_tell(window, focused);
}

void session_focus(struct session *session, struct window *window)
{
	if (window)
		window->capture_barred = false;
	if (!window || !window->panel.edge)
		panel_keys_end(session);
	if (session->focus == window || (window && window->panel.edge))
		return;
	/* In the order in which keys go through them. */
	a11y_let_keys_go(session->a11y);
	texting_leave(session);
	keys_leave(session->keys);
	capture_end(session, NULL);
	if (session->focus)
		routing_tell_focus(session->focus, false);
	session->focus = window;
	session->changed = true;
	if (window)
		routing_tell_focus(window, true);
	panel_follow(session);
}

/* Round the list, past its head and the panels. */
static struct list *beside(struct session *session, struct list *from, int step)
{
	struct list *head = &session->windows, *panels = panel_first(session);
	struct list *link = step > 0 ? from->next : from->prev;
	if (link == panels || link == head)
		link = step > 0 ? head->next : panels->prev;
	return link;
}

static void bring(struct session *session, struct list *link)
{
	struct window *window = container_of(link, struct window, link);
	session_raise(session, window);
	session_focus(session, window);
}

void session_focus_next(struct session *session, int step)
{
	struct list *from = session->focus ? &session->focus->link
			    : step > 0     ? &session->windows
					   : panel_first(session);
	if (panel_top_window(session))
		bring(session, beside(session, from, step));
}

static bool is_on(struct list *link, const struct screen *screen)
{
	return container_of(link, struct window, link)->screen == screen;
}

bool routing_focus_beside(struct session *session, const struct screen *screen, int step)
{
	struct list *top = panel_first(session)->prev, *next;
	while (top != &session->windows && !is_on(top, screen))
		top = top->prev;
	if (top == &session->windows)
		return false;
	next = beside(session, top, step);
	while (next != top && !is_on(next, screen))
		next = beside(session, next, step);
	if (next != top)
		bring(session, next);
	return next != top;
}

void routing_forget(struct session *session, const struct window *window)
{
	pointer_changed(session->pointer);
	texting_forget(session, window);
	capture_end(session, window);
	panel_keys_forget(session, window);
	input_route_forget(&session->route, window);
	touching_forget(&session->touching, window);
	dragging_forget(session, window);
	gesturing_forget(&session->gesturing, window);
}

/* Keys. */

void session_key(struct session *session, const struct input_key *key)
{
	if (idle_takes_key(session->idle, key) || dragging_key(session, key) ||
		a11y_takes_key(session->a11y, key))
		return;
	session_key_deliver(session, key);
}

void session_key_deliver(struct session *session, const struct input_key *key)
{
	struct window *window = session->focus;
	if (!session->texting.typist && panel_keys_take(session, key))
		return;
	if (window && window->notice)
		notice_key(window->notice, key);
	else if (window && !service_method_key(session, key))
		focusing_key(window, key);
}

bool session_click_focus(struct session *session)
{
	struct window *window = session->focus;
	return window && !window->notice && focusing_click(window, clock_now_ns());
}

/* What is where. */

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

struct window *routing_window_at(
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

void routing_locate(const struct window *window, uint64_t tag,
	const struct input_pointer *pointer, float *x, float *y)
{
	struct input_pointer p = on_screen(window, pointer);
	struct gl_hit at = {.x = p.x - (float)window->x, .y = p.y - (float)window->y};
	if (window->layer)
		gl_layer_locate(window->layer, tag, at.x, at.y, &at);
	*x = at.x;
	*y = at.y;
}

static size_t areas_at(
	struct window *window, float x, float y, struct input_target *out, size_t max)
{
	struct gl_hit hits[INPUT_ROUTE_MAX];
	struct gl_layer *layer = window ? hit_layer(window) : NULL;
	size_t n = layer ? gl_layer_hit(layer, x, y, hits, max) : 0;
	for (size_t i = 0; i < n; i++)
		out[i] = (struct input_target){.owner = window, .tag = hits[i].tag};
	return n;
}

/* What is there, topmost first: areas of the topmost window that has any there. */
static size_t under_point(struct session *session, const struct input_pointer *at,
	struct input_target *out, size_t max)
{
	float x, y;
	struct window *window = routing_window_at(session, at->x, at->y, &x, &y);
	return areas_at(window, x, y, out, max);
}

/* The same of the pointer, which one window may have for itself. */
static size_t under_pointer(struct session *session, const struct input_pointer *pointer,
	struct input_target *out, size_t max)
{
	struct window *captor = session->captor;
	struct input_pointer at = *pointer;
	if (!captor)
		return under_point(session, pointer, out, max);
	capture_confine(session, &at);
	at = on_screen(captor, &at);
	return areas_at(
		captor, at.x - (float)captor->x, at.y - (float)captor->y, out, max);
}

unsigned session_cursor(struct session *session, double x, double y)
{
	float at_x, at_y;
	unsigned shape;
	if (dragging_cursor(session, &shape))
		return shape;
	struct window *window = routing_window_at(session, x, y, &at_x, &at_y);
	struct gl_layer *layer = window ? hit_layer(window) : NULL;
	return layer ? gl_layer_cursor(layer, at_x, at_y) : CURSOR_DEFAULT;
}

/* Who hears. */

static struct input_filter filter_of(void *data, const struct input_target *target)
{
	const struct window *window = target->owner;
	(void)data;
	if (window->notice || !window->layer)
		return (struct input_filter){.kinds = INPUT_ROUTE_ALL};
	struct gl_listen listen = gl_layer_listen(window->layer, target->tag);
	return (struct input_filter){
		.kinds = listen.kinds & INPUT_ROUTE_ALL,
		.divides = listen.said,
		.x_min = listen.x_min,
		.x_max = listen.x_max,
		.y_min = listen.y_min,
		.y_max = listen.y_max,
	};
}

static bool is_there(void *data, const struct input_target *target)
{
	const struct window *window = target->owner;
	const struct gl_layer *layer = hit_layer(window);
	struct gl_hit at;
	(void)data;
	return layer && gl_layer_locate(layer, target->tag, 0, 0, &at);
}

static void emit_pointer(void *data, const struct input_target *target,
	enum input_route_kind kind, const struct input_pointer *pointer)
{
	struct window *window = target->owner;
	struct input_pointer p = on_screen(window, pointer);
	(void)data;
	if (window->notice) {
		notice_pointer(window->notice, target->tag, kind, &p);
		return;
	}
	if (p.source == INPUT_SOURCE_PEN)
		pens_tell(window, target->tag);
	window_send_pointer(window, target->tag, kind, &p);
}

static const struct input_audience everybody = {
	.filter = filter_of, .emit = emit_pointer};

/* The focus follows a press: the window's that is pressed on, and within it; but for panels. */
static void activate(struct session *session, const struct input_target *under, size_t n)
{
	struct window *window = n > 0 ? under[0].owner : NULL;
	a11y_let_keys_go(session->a11y);
	if (!window || window->panel.edge)
		return;
	session_focus(session, window);
	if (!window->notice)
		focusing_press(window, under, n);
}

/* Pointers. */

static void route_pointer(struct session *session, const struct input_pointer *pointer)
{
	struct input_target under[INPUT_ROUTE_MAX];
	struct input_pointer at = *pointer;
	size_t n = under_pointer(session, pointer, under, INPUT_ROUTE_MAX);
	capture_confine(session, &at);
	if (pointer->kind == INPUT_POINTER_PRESS && !session->route.pressed)
		activate(session, under, n);
	input_route_pointer(&session->route, &at, under, n, &everybody);
	if (pointer->kind == INPUT_POINTER_MOVE)
		dragging_moved(session, DRAGGING_POINTER, &at, under, n);
	else if (!session->route.pressed)
		dragging_released(session, DRAGGING_POINTER, &at, under, n);
}

void session_pointer(struct session *session, const struct input_pointer *pointer)
{
	input_record_pointer(session->input_record, pointer);
	if (idle_takes_pointer(session->idle, pointer))
		return;
	pointer_at(session->pointer, pointer->x, pointer->y, clock_now_ns());
	if (!session->captor)
		magnifier_point(session, (double)pointer->x, (double)pointer->y,
			pointer->placed || pointer->source == INPUT_SOURCE_PEN);
	/* A scroll is no pointer's: who was nowhere still is. */
	if (pointer->kind != INPUT_POINTER_SCROLL)
		session->pointed = *pointer;
	route_pointer(session, pointer);
}

/* Where it rests; false: nowhere. */
static bool rests(struct session *session, struct input_pointer *here)
{
	const struct input_pointer *last = &session->pointed;
	const struct input_route *route = &session->route;
	double x = last->x, y = last->y;
	bool seen = pointer_where(session->pointer, &x, &y);
	*here = (struct input_pointer){.kind = INPUT_POINTER_MOVE,
		.time_ns = clock_now_ns(),
		.x = (float)x,
		.y = (float)y,
		.buttons = last->buttons,
		.mods = last->mods,
		.source = last->source};
	return last->time_ns && (seen || route->n_entered || route->pressed);
}

void session_pointer_settle(struct session *session)
{
	struct input_pointer here;
	if (rests(session, &here))
		route_pointer(session, &here);
}

/* All that it is in, from where it was last. */
static void leave(struct session *session, uint64_t time_ns)
{
	struct input_pointer last = session->route.last;
	last.time_ns = time_ns;
	input_route_settle(&session->route, &last, NULL, 0, &everybody);
	dragging_settle(session, DRAGGING_POINTER, NULL, 0);
}

void session_pointer_leave(struct session *session)
{
	leave(session, clock_now_ns());
	session->pointed.time_ns = 0;
	pointer_hide(session->pointer);
}

void session_pointer_cancel(struct session *session)
{
	input_route_cancel(&session->route, &everybody);
	dragging_lost(session);
	session->pointed.time_ns = 0;
	pointer_hide(session->pointer);
}

struct window *routing_listener(
	struct session *session, double x, double y, uint32_t kinds, uint64_t *tag)
{
	struct input_target under[INPUT_ROUTE_MAX];
	const struct input_pointer at = {.x = (float)x, .y = (float)y};
	size_t n = under_pointer(session, &at, under, INPUT_ROUTE_MAX);
	for (size_t i = 0; i < n; i++) {
		struct window *window = under[i].owner;
		if (window->notice || !window->layer ||
			!(gl_layer_listen(window->layer, under[i].tag).kinds & kinds))
			continue;
		*tag = under[i].tag;
		return window;
	}
	return NULL;
}

/* A finger that is lifted drops where it was last. */
static void drag_touch(struct session *session, const struct input_touch *touch,
	const struct input_pointer *at, const struct input_target *under, size_t n)
{
	unsigned who = DRAGGING_FINGER(touch->id);
	if (touch->kind == INPUT_TOUCH_MOVE)
		dragging_moved(session, who, at, under, n);
	else if (touch->kind == INPUT_TOUCH_UP)
		dragging_released(session, who, at, under, n);
	else
		dragging_lost(session);
}

void session_touch(struct session *session, const struct input_touch *touch)
{
	struct input_target under[INPUT_ROUTE_MAX];
	struct input_pointer at = {.time_ns = touch->time_ns,
		.x = touch->x,
		.y = touch->y,
		.mods = touch->mods,
		.source = INPUT_SOURCE_TOUCH};
	if (touch->id >= INPUT_TOUCHES)
		return;
	if (touch->kind == INPUT_TOUCH_UP) {
		at.x = session->touching.routes[touch->id].last.x;
		at.y = session->touching.routes[touch->id].last.y;
	}
	input_record_touch(session->input_record, touch);
	if (idle_takes_touch(session->idle, touch))
		return;
	if (touch->kind == INPUT_TOUCH_MOVE)
		magnifier_point(session, (double)touch->x, (double)touch->y, true);
	size_t n = under_point(session, &at, under, INPUT_ROUTE_MAX);
	pointer_hide(session->pointer);
	/* Of two pointers over one window each would leave what the other is in. */
	if (touch->kind == INPUT_TOUCH_DOWN) {
		leave(session, touch->time_ns);
		activate(session, under, n);
		texting_touch(session, under, n);
	}
	touching_event(
		&session->touching, touch, !session->route.pressed, under, n, &everybody);
	drag_touch(session, touch, &at, under, n);
}

void session_input_cancel(struct session *session)
{
	idle_cancel(session->idle);
	capture_end(session, NULL);
	touching_cancel(&session->touching, &everybody);
	input_route_cancel(&session->route, &everybody);
	dragging_lost(session);
	session->pointed.time_ns = 0;
}

/* After frames. */

static void settle_pointer(struct session *session, struct input_pointer *at)
{
	struct input_target under[INPUT_ROUTE_MAX];
	size_t n = under_pointer(session, at, under, INPUT_ROUTE_MAX);
	capture_confine(session, at);
	input_route_settle(&session->route, at, under, n, &everybody);
	dragging_settle(session, DRAGGING_POINTER, under, n);
}

static void settle_touch(struct session *session, unsigned finger)
{
	struct input_route *route = &session->touching.routes[finger];
	struct input_target under[INPUT_ROUTE_MAX];
	const struct input_pointer at = route->last;
	size_t n = under_point(session, &at, under, INPUT_ROUTE_MAX);
	input_route_settle(route, &at, under, n, &everybody);
	dragging_settle(session, DRAGGING_FINGER(finger), under, n);
}

static void check(struct session *session, struct window *window)
{
	window->relaid = false;
	session->magnifier.relaid = true;
	if (window->notice)
		return;
	input_route_check(&session->route, window, is_there, &everybody);
	for (int i = 0; i < INPUT_TOUCHES; i++)
		input_route_check(
			&session->touching.routes[i], window, is_there, &everybody);
	focusing_check(window);
	dragging_check(session, window);
}

void routing_turn(struct session *session)
{
	struct input_pointer here;
	dragging_turn(session);
	if (!session->relaid)
		return;
	session->relaid = false;
	list_for_each (window, &session->windows, struct window, link) {
		if (window->relaid)
			check(session, window);
	}
	if (rests(session, &here))
		settle_pointer(session, &here);
	for (int i = 0; i < INPUT_TOUCHES; i++) {
		if (session->touching.down[i])
			settle_touch(session, (unsigned)i);
	}
}

/* Commands. */

/* Whose way it is, among all; -1: there is no such pointer. */
static int route_of(const struct osaas_window_grab *grab)
{
	if (grab->source == OSAAS_SOURCE_MOUSE || grab->source == OSAAS_SOURCE_PEN)
		return 0;
	if (grab->source == OSAAS_SOURCE_TOUCH && grab->id < INPUT_TOUCHES)
		return 1 + (int)grab->id;
	return -1;
}

bool routing_grab(struct window *window, const struct osaas_window_grab *grab)
{
	struct session *session = window->session;
	const struct input_target target = {window, grab->tag};
	struct input_route *routes[1 + INPUT_TOUCHES] = {&session->route};
	int holder = route_of(grab);
	for (int i = 0; i < INPUT_TOUCHES; i++)
		routes[1 + i] = &session->touching.routes[i];
	bool sense = holder >= 0 && !window->notice &&
		     input_route_grab(routes, 1 + INPUT_TOUCHES, (size_t)holder, &target,
			     &everybody) == 0;
	if (sense)
		dragging_lost(session);
	return sense;
}
