#include "input/route.h"

#include <errno.h>
#include <string.h>

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

static void drop(struct set set, const struct input_target *t)
{
	size_t kept = 0;
	for (size_t i = 0; i < *set.n; i++) {
		if (!same(&set.items[i], t))
			set.items[kept++] = set.items[i];
	}
	*set.n = kept;
}

static struct set entered(struct input_route *route)
{
	return (struct set){route->entered, &route->n_entered};
}

static struct set grabbed(struct input_route *route)
{
	return (struct set){route->grabbed, &route->n_grabbed};
}

static void tell(const struct input_audience *to, const struct input_target *target,
	enum input_route_kind kind, const struct input_pointer *pointer)
{
	if (to->filter(to->data, target).kinds & kind)
		to->emit(to->data, target, kind, pointer);
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
	const struct input_target *under, size_t n, const struct input_audience *to)
{
	struct input_target now[INPUT_ROUTE_MAX], was[INPUT_ROUTE_MAX];
	size_t n_now = 0, n_was = route->n_entered;
	hits(route, under, n, (struct set){now, &n_now});
	memcpy(was, route->entered, n_was * sizeof *was);
	memcpy(route->entered, now, n_now * sizeof *now);
	route->n_entered = n_now;
	for (size_t i = 0; i < n_was; i++) {
		if (!has(now, n_now, &was[i]))
			tell(to, &was[i], INPUT_ROUTE_LEAVE, pointer);
	}
	for (size_t i = 0; i < n_now; i++) {
		if (!has(was, n_was, &now[i]))
			tell(to, &now[i], INPUT_ROUTE_ENTER, pointer);
	}
}

/* To the grab; a grab whose members are all gone keeps everybody else out. */
static void tell_grab(struct input_route *route, enum input_route_kind kind,
	const struct input_pointer *pointer, const struct input_audience *to)
{
	struct input_pointer p = *pointer;
	p.grabbed = route->n_grabbed == 1;
	for (size_t i = 0; i < route->n_grabbed; i++)
		tell(to, &route->grabbed[i], kind, &p);
}

static void move(struct input_route *route, const struct input_pointer *pointer,
	const struct input_audience *to)
{
	if (route->pressed) {
		tell_grab(route, INPUT_ROUTE_DRAG, pointer, to);
		return;
	}
	for (size_t i = 0; i < route->n_entered; i++)
		tell(to, &route->entered[i], INPUT_ROUTE_MOVE, pointer);
}

static void press(struct input_route *route, const struct input_pointer *pointer,
	const struct input_audience *to)
{
	if (!route->pressed) {
		memcpy(route->grabbed, route->entered, sizeof route->grabbed);
		route->n_grabbed = route->n_entered;
		route->pressed = true;
	}
	tell_grab(route, INPUT_ROUTE_PRESS, pointer, to);
}

static void release(struct input_route *route, const struct input_pointer *pointer,
	const struct input_audience *to)
{
	tell_grab(route, INPUT_ROUTE_RELEASE, pointer, to);
	if (pointer->buttons == 0) {
		route->pressed = false;
		route->n_grabbed = 0;
	}
}

/* What lies within the range is the taker's; what is left of it is returned. */
static float divide(float distance, float min, float max, float *taken)
{
	*taken = distance > max ? max : distance < min ? min : distance;
	return distance - *taken;
}

static void scroll(const struct input_pointer *pointer, const struct input_target *under,
	size_t n, const struct input_audience *to)
{
	float left_x = pointer->scroll_x, left_y = pointer->scroll_y;
	for (size_t i = 0; i < n; i++) {
		struct input_filter filter = to->filter(to->data, &under[i]);
		struct input_pointer p = *pointer;
		if (!(filter.kinds & INPUT_ROUTE_SCROLL))
			continue;
		if (left_x == 0 && left_y == 0)
			return;
		p.scroll_x = left_x;
		p.scroll_y = left_y;
		if (filter.divides) {
			left_x = divide(left_x, filter.x_min, filter.x_max, &p.scroll_x);
			left_y = divide(left_y, filter.y_min, filter.y_max, &p.scroll_y);
		}
		to->emit(to->data, &under[i], INPUT_ROUTE_SCROLL, &p);
	}
}

void input_route_pointer(struct input_route *route, const struct input_pointer *pointer,
	const struct input_target *under, size_t n, const struct input_audience *to)
{
	struct input_target hit[INPUT_ROUTE_MAX];
	size_t n_hit = 0;
	if (pointer->kind != INPUT_POINTER_SCROLL)
		route->last = *pointer;
	switch (pointer->kind) {
	case INPUT_POINTER_MOVE:
		cross(route, pointer, under, n, to);
		move(route, pointer, to);
		break;
	case INPUT_POINTER_PRESS:
		cross(route, pointer, under, n, to);
		press(route, pointer, to);
		break;
	case INPUT_POINTER_RELEASE:
		release(route, pointer, to);
		cross(route, pointer, under, n, to);
		break;
	case INPUT_POINTER_SCROLL:
		for (size_t i = 0; i < n; i++)
			add((struct set){hit, &n_hit}, &under[i]);
		scroll(pointer, hit, n_hit, to);
		break;
	}
}

void input_route_settle(struct input_route *route, const struct input_pointer *pointer,
	const struct input_target *under, size_t n, const struct input_audience *to)
{
	cross(route, pointer, under, n, to);
}

/* All that it knows, those of the grab first, each once. */
static size_t known(const struct input_route *route, struct input_target *out)
{
	size_t n = route->n_grabbed;
	memcpy(out, route->grabbed, n * sizeof *out);
	for (size_t i = 0; i < route->n_entered; i++) {
		if (!has(route->grabbed, route->n_grabbed, &route->entered[i]))
			out[n++] = route->entered[i];
	}
	return n;
}

static void lose(struct input_route *route, const struct input_target *target,
	const struct input_audience *to)
{
	struct input_pointer last = route->last;
	if (!has(route->entered, route->n_entered, target) &&
		!has(route->grabbed, route->n_grabbed, target))
		return;
	drop(entered(route), target);
	drop(grabbed(route), target);
	tell(to, target, INPUT_ROUTE_CANCEL, &last);
}

void input_route_check(struct input_route *route, const void *owner,
	bool (*there)(void *data, const struct input_target *target),
	const struct input_audience *to)
{
	struct input_target all[2 * INPUT_ROUTE_MAX];
	size_t n = known(route, all);
	for (size_t i = 0; i < n; i++) {
		if (all[i].owner == owner && !there(to->data, &all[i]))
			lose(route, &all[i], to);
	}
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
	forget(entered(route), owner);
	forget(grabbed(route), owner);
}

void input_route_cancel(struct input_route *route, const struct input_audience *to)
{
	struct input_target all[2 * INPUT_ROUTE_MAX];
	struct input_pointer last = route->last;
	size_t n = known(route, all);
	input_route_init(route);
	for (size_t i = 0; i < n; i++)
		tell(to, &all[i], INPUT_ROUTE_CANCEL, &last);
}

int input_route_grab(struct input_route *const *routes, size_t n, size_t holder,
	const struct input_target *target, const struct input_audience *to)
{
	struct input_target lost[INPUT_ROUTE_MAX];
	struct input_route *route = routes[holder];
	size_t n_lost = 0;
	if (!route->pressed || !has(route->grabbed, route->n_grabbed, target))
		return -EINVAL;
	for (size_t i = 0; i < route->n_grabbed; i++) {
		if (!same(&route->grabbed[i], target))
			lost[n_lost++] = route->grabbed[i];
	}
	while (n_lost-- > 0) {
		lose(route, &lost[n_lost], to);
		for (size_t i = 0; i < n; i++)
			lose(routes[i], &lost[n_lost], to);
	}
	return 0;
}
