/*
 * route: one pointer's way: who is entered, who has the grab between press and release, and
 * what each hears, in the order of Gio: Leave.. Enter.. Press; Leave.. Enter.. Move; Release
 * then Leave.. Enter. Each group goes in the order of the list that the caller gives of what
 * is under the pointer, topmost first. A mouse, a pen and each finger have a route of their
 * own. Pure: no devices, no clocks.
 *
 * From the first press to the release of the last button, those under the first press get
 * everything, and only they are entered and left.
 *
 * Scrolling goes to all that is under the pointer, grab or not, and enters nobody. Who divides it
 * takes what lies within its range on each axis, and the rest goes on to the next; who does
 * not hears what is left and uses nothing up. When nothing is left it ends.
 */
#ifndef OSAAS_INPUT_ROUTE_H
#define OSAAS_INPUT_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/input.h"

struct input_target {
	void *owner; /* opaque: the caller's window */
	uint64_t tag;
};

enum input_route_kind { /* Gio's bits */
	INPUT_ROUTE_CANCEL = 1,
	INPUT_ROUTE_PRESS = 2,
	INPUT_ROUTE_RELEASE = 4,
	INPUT_ROUTE_MOVE = 8,
	INPUT_ROUTE_DRAG = 16, /* a move while a button is down */
	INPUT_ROUTE_ENTER = 32,
	INPUT_ROUTE_LEAVE = 64,
	INPUT_ROUTE_SCROLL = 128,
	INPUT_ROUTE_ALL = 255,
};

/* What a target listens to. What it does not is not told, yet it is entered and in the grab. */
struct input_filter {
	uint32_t kinds; /* enum input_route_kind */
	bool divides; /* scrolling, by the ranges below: px that it takes of one event */
	float x_min, x_max, y_min, y_max;
};

/*
 * Whom to ask and tell. emit is handed a copy of the raw event with `grabbed` and the scroll
 * that is the target's; kind says what it became. Neither may call back into a route.
 */
typedef void (*input_route_emit)(void *data, const struct input_target *target,
	enum input_route_kind kind, const struct input_pointer *pointer);
struct input_audience {
	struct input_filter (*filter)(void *data, const struct input_target *target);
	input_route_emit emit;
	void *data;
};

#define INPUT_ROUTE_MAX 32 /* targets followed at once; those further down are ignored */

struct input_route {
	struct input_target entered[INPUT_ROUTE_MAX];
	size_t n_entered;
	struct input_target grabbed[INPUT_ROUTE_MAX]; /* frozen at the first press */
	size_t n_grabbed;
	bool pressed;
	struct input_pointer last; /* the last event but a scroll: who it is, and where */
};

void input_route_init(struct input_route *route);

/* input_route_pointer: one raw event with what is under it. */
void input_route_pointer(struct input_route *route, const struct input_pointer *pointer,
	const struct input_target *under, size_t n, const struct input_audience *to);

/*
 * input_route_settle: what is under a pointer that did not move is another thing now: Leave.. Enter..
 * and nothing else. Nothing under it: it is nowhere until its next move; a grab stays, and hears of
 * its release.
 */
void input_route_settle(struct input_route *route, const struct input_pointer *pointer,
	const struct input_target *under, size_t n, const struct input_audience *to);

/*
 * input_route_check: targets of the owner may have gone: those for which `there` is false get
 * one CANCEL, and nothing more. A grab left without members still keeps the rest out until the
 * buttons are up.
 */
void input_route_check(struct input_route *route, const void *owner,
	bool (*there)(void *data, const struct input_target *target),
	const struct input_audience *to);

/* input_route_forget: the owner goes away; no event for it any more, else as check. */
void input_route_forget(struct input_route *route, const void *owner);

/*
 * input_route_cancel: the system takes the pointer; everybody involved gets one CANCEL, where
 * it was last, the pointer then is nowhere until its next move.
 */
void input_route_cancel(struct input_route *route, const struct input_audience *to);

/*
 * input_route_grab: of all members of routes[holder]'s grab only target stays. Each other,
 * bottom first, is dropped from all routes and gets one CANCEL for each that knew it, the
 * holder's first. -EINVAL: nothing is pressed, or target is no member.
 */
int input_route_grab(struct input_route *const *routes, size_t n, size_t holder,
	const struct input_target *target, const struct input_audience *to);

#endif
