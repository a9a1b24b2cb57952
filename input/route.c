#include <string.h>

#include "input/input.h"

/* A set of targets under one name, to hand around. */
struct set {
	struct input_target *items;
	size_t *n;
};

static bool same(const struct input_target *a, const struct input_target *b)
{
	return a->owner == b->owner && a->tag == b->tag;
}

static bool has(const struct input_target *items, size_t n, const struct input_target *t)
{
	for (size_t i = 0; i < n; i++) {
		if (same(&items[i], t))
			return true;
	}
	return false;
}

static void add(struct set set, const struct input_target *t)
{
	if (*set.n < INPUT_ROUTE_MAX && !has(set.items, *set.n, t))
		set.items[(*set.n)++] = *t;
}

static void send(const struct input_target *items, size_t n, enum input_route_kind kind,
	const struct input_pointer *pointer, input_route_emit emit, void *data)
{
	for (size_t i = 0; i < n; i++)
		emit(data, &items[i], kind, pointer);
}

void input_route_init(struct input_route *route)
{
	memset(route, 0, sizeof *route);
}

/* Who is under the pointer and may know it: all, or in a grab its members alone. */
static void hits(const struct input_route *route, const struct input_target *under,
	size_t n, struct set out)
{
	for (size_t i = 0; i < n; i++) {
		if (!route->pressed || has(route->grabbed, route->n_grabbed, &under[i]))
			add(out, &under[i]);
	}
}

static void cross(struct input_route *route, const struct input_pointer *pointer,
	const struct input_target *under, size_t n, input_route_emit emit, void *data)
{
	struct input_target now[INPUT_ROUTE_MAX], was[INPUT_ROUTE_MAX];
	size_t n_now = 0, n_was = route->n_entered;
	hits(route, under, n, (struct set){now, &n_now});
	memcpy(was, route->entered, n_was * sizeof *was);
	memcpy(route->entered, now, n_now * sizeof *now);
	route->n_entered = n_now;
	for (size_t i = 0; i < n_was; i++) {
		if (!has(now, n_now, &was[i]))
			emit(data, &was[i], INPUT_ROUTE_LEAVE, pointer);
	}
	for (size_t i = 0; i < n_now; i++) {
		if (!has(was, n_was, &now[i]))
			emit(data, &now[i], INPUT_ROUTE_ENTER, pointer);
	}
}

/* A grab whose members are all gone keeps everybody else out until the buttons are up. */
static void move(struct input_route *route, const struct input_pointer *pointer,
	input_route_emit emit, void *data)
{
	if (route->pressed)
		send(route->grabbed, route->n_grabbed, INPUT_ROUTE_DRAG, pointer, emit,
			data);
	else
		send(route->entered, route->n_entered, INPUT_ROUTE_MOVE, pointer, emit,
			data);
}

static void press(struct input_route *route, const struct input_pointer *pointer,
	input_route_emit emit, void *data)
{
	if (!route->pressed) {
		memcpy(route->grabbed, route->entered, sizeof route->grabbed);
		route->n_grabbed = route->n_entered;
		route->pressed = true;
	}
	send(route->grabbed, route->n_grabbed, INPUT_ROUTE_PRESS, pointer, emit, data);
}

static void release(struct input_route *route, const struct input_pointer *pointer,
	input_route_emit emit, void *data)
{
	send(route->grabbed, route->n_grabbed, INPUT_ROUTE_RELEASE, pointer, emit, data);
	if (pointer->buttons == 0) {
		route->pressed = false;
		route->n_grabbed = 0;
	}
}

void input_route_pointer(struct input_route *route, const struct input_pointer *pointer,
	const struct input_target *under, size_t n, input_route_emit emit, void *data)
{
	struct input_target hit[INPUT_ROUTE_MAX];
	size_t n_hit = 0;
	switch (pointer->kind) {
	case INPUT_POINTER_MOVE:
		cross(route, pointer, under, n, emit, data);
		move(route, pointer, emit, data);
		break;
	case INPUT_POINTER_PRESS:
		cross(route, pointer, under, n, emit, data);
		press(route, pointer, emit, data);
		break;
	case INPUT_POINTER_RELEASE:
		release(route, pointer, emit, data);
		cross(route, pointer, under, n, emit, data);
		break;
	case INPUT_POINTER_SCROLL:
		for (size_t i = 0; i < n; i++)
			add((struct set){hit, &n_hit}, &under[i]);
		send(hit, n_hit, INPUT_ROUTE_SCROLL, pointer, emit, data);
		break;
	}
}

void input_route_leave(struct input_route *route, const struct input_pointer *pointer,
	input_route_emit emit, void *data)
{
	cross(route, pointer, NULL, 0, emit, data);
}

static void forget(struct set set, const void *owner)
{
	size_t kept = 0;
	for (size_t i = 0; i < *set.n; i++) {
		if (set.items[i].owner != owner)
			set.items[kept++] = set.items[i];
	}
	*set.n = kept;
}

void input_route_forget(struct input_route *route, const void *owner)
{
	forget((struct set){route->entered, &route->n_entered}, owner);
	forget((struct set){route->grabbed, &route->n_grabbed}, owner);
}

void input_route_cancel(struct input_route *route, input_route_emit emit, void *data)
{
	struct input_route was = *route;
	struct input_pointer none = {.kind = INPUT_POINTER_MOVE};
	input_route_init(route);
	send(was.grabbed, was.n_grabbed, INPUT_ROUTE_CANCEL, &none, emit, data);
	for (size_t i = 0; i < was.n_entered; i++) {
		if (!has(was.grabbed, was.n_grabbed, &was.entered[i]))
			emit(data, &was.entered[i], INPUT_ROUTE_CANCEL, &none);
	}
}
