#include "session/touching.h"

#include <linux/input-event-codes.h>

void touching_init(struct touching *touching)
{
	*touching = (struct touching){.first = INPUT_TOUCHES};
}

bool touching_any(const struct touching *touching)
{
	for (int i = 0; i < INPUT_TOUCHES; i++) {
		if (touching->down[i])
			return true;
	}
	return false;
}

static struct input_pointer pointer_of(
	const struct touching *touching, const struct input_touch *touch)
{
	return (struct input_pointer){
		.time_ns = touch->time_ns,
		.x = touch->x,
		.y = touch->y,
		.mods = touch->mods,
		.source = touch->id == touching->first ? INPUT_SOURCE_TOUCH
						       : INPUT_SOURCE_TOUCH_MORE,
		.finger = touch->id,
	};
}

static void end(struct touching *touching, uint32_t id)
{
	touching->down[id] = false;
	if (touching->first == id)
		touching->first = INPUT_TOUCHES;
}

static void cancel(
	struct touching *touching, uint32_t id, const struct input_audience *to)
{
	end(touching, id);
	input_route_cancel(&touching->routes[id], to);
}

static void begin(struct touching *touching, const struct input_touch *touch, bool free,
	const struct input_target *under, size_t n, const struct input_audience *to)
{
	if (free && !touching_any(touching))
		touching->first = touch->id;
	touching->down[touch->id] = true;
	struct input_pointer pointer = pointer_of(touching, touch);
	pointer.kind = INPUT_POINTER_PRESS;
	pointer.button = BTN_LEFT;
	pointer.buttons = 1;
	input_route_init(&touching->routes[touch->id]);
	input_route_pointer(&touching->routes[touch->id], &pointer, under, n, to);
}

/* Released where it was last; a finger that is up is over nothing. */
static void lift(struct touching *touching, const struct input_touch *touch,
	const struct input_audience *to)
{
	struct input_route *route = &touching->routes[touch->id];
	struct input_pointer pointer = pointer_of(touching, touch);
	struct input_target in[INPUT_ROUTE_MAX];
	size_t n = route->n_entered;
	for (size_t i = 0; i < n; i++)
		in[i] = route->entered[i];
	pointer.kind = INPUT_POINTER_RELEASE;
	pointer.button = BTN_LEFT;
	end(touching, touch->id);
	input_route_pointer(route, &pointer, in, n, to);
	pointer.button = 0;
	input_route_settle(route, &pointer, NULL, 0, to);
}

void touching_event(struct touching *touching, const struct input_touch *touch, bool free,
	const struct input_target *under, size_t n, const struct input_audience *to)
{
	if (touch->id >= INPUT_TOUCHES ||
		touching->down[touch->id] == (touch->kind == INPUT_TOUCH_DOWN))
		return;
	struct input_pointer pointer = pointer_of(touching, touch);
	switch (touch->kind) {
	case INPUT_TOUCH_DOWN:
		begin(touching, touch, free, under, n, to);
		break;
	case INPUT_TOUCH_MOVE:
		pointer.kind = INPUT_POINTER_MOVE;
		pointer.buttons = 1;
		input_route_pointer(&touching->routes[touch->id], &pointer, under, n, to);
		break;
	case INPUT_TOUCH_UP:
		lift(touching, touch, to);
		break;
	case INPUT_TOUCH_CANCEL:
		cancel(touching, touch->id, to);
		break;
	}
}

void touching_forget(struct touching *touching, const void *owner)
{
	for (int i = 0; i < INPUT_TOUCHES; i++)
		input_route_forget(&touching->routes[i], owner);
}

void touching_cancel(struct touching *touching, const struct input_audience *to)
{
	for (uint32_t i = 0; i < INPUT_TOUCHES; i++) {
		if (touching->down[i])
			cancel(touching, i, to);
	}
}
