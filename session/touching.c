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

/* A cancelled route says nothing of where, or whose finger: this does. */
struct carrier {
	input_route_emit emit;
	void *data;
	const struct input_pointer *pointer;
};

static void carry(void *data, const struct input_target *target,
	enum input_route_kind kind, const struct input_pointer *pointer)
{
	const struct carrier *c = data;
	(void)pointer;
	c->emit(c->data, target, kind, c->pointer);
}

static void end(struct touching *touching, uint32_t id)
{
	touching->down[id] = false;
	if (touching->first == id)
		touching->first = INPUT_TOUCHES;
}

static void cancel(struct touching *touching, const struct input_touch *touch,
	input_route_emit emit, void *data)
{
	struct input_pointer pointer = pointer_of(touching, touch);
	struct carrier carrier = {emit, data, &pointer};
	end(touching, touch->id);
	input_route_cancel(&touching->routes[touch->id], carry, &carrier);
}

static void begin(struct touching *touching, const struct input_touch *touch, bool free,
	const struct input_target *under, size_t n, input_route_emit emit, void *data)
{
	if (free && !touching_any(touching))
		touching->first = touch->id;
	touching->down[touch->id] = true;
	struct input_pointer pointer = pointer_of(touching, touch);
	pointer.kind = INPUT_POINTER_PRESS;
	pointer.button = BTN_LEFT;
	pointer.buttons = 1;
	input_route_init(&touching->routes[touch->id]);
	input_route_pointer(&touching->routes[touch->id], &pointer, under, n, emit, data);
}

/* Released where it was last; a finger that is up is over nothing. */
static void lift(struct touching *touching, const struct input_touch *touch,
	input_route_emit emit, void *data)
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
	input_route_pointer(route, &pointer, in, n, emit, data);
	pointer.button = 0;
	input_route_leave(route, &pointer, emit, data);
}

void touching_event(struct touching *touching, const struct input_touch *touch, bool free,
	const struct input_target *under, size_t n, input_route_emit emit, void *data)
{
	if (touch->id >= INPUT_TOUCHES ||
		touching->down[touch->id] == (touch->kind == INPUT_TOUCH_DOWN))
		return;
	struct input_pointer pointer = pointer_of(touching, touch);
	switch (touch->kind) {
	case INPUT_TOUCH_DOWN:
		begin(touching, touch, free, under, n, emit, data);
		break;
	case INPUT_TOUCH_MOVE:
		pointer.kind = INPUT_POINTER_MOVE;
		pointer.buttons = 1;
		input_route_pointer(
			&touching->routes[touch->id], &pointer, under, n, emit, data);
		break;
	case INPUT_TOUCH_UP:
		lift(touching, touch, emit, data);
		break;
	case INPUT_TOUCH_CANCEL:
		cancel(touching, touch, emit, data);
		break;
	}
}

void touching_forget(struct touching *touching, const void *owner)
{
	for (int i = 0; i < INPUT_TOUCHES; i++)
		input_route_forget(&touching->routes[i], owner);
}

void touching_cancel(struct touching *touching, input_route_emit emit, void *data)
{
	for (uint32_t i = 0; i < INPUT_TOUCHES; i++) {
		struct input_touch touch = {.kind = INPUT_TOUCH_CANCEL, .id = i};
		if (touching->down[i])
			cancel(touching, &touch, emit, data);
	}
}
