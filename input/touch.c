#include "input/touch.h"

#include <stddef.h>

void touch_init(struct touch *t, const struct input_listener *listener, void *data)
{
	*t = (struct touch){.listener = listener, .data = data};
}

static struct touch_contact *find(struct touch *t, const void *device, int64_t slot)
{
	for (int i = 0; i < INPUT_TOUCHES; i++) {
		struct touch_contact *c = &t->contacts[i];
		if (c->down && c->device == device && c->slot == slot)
			return c;
	}
	return NULL;
}

static struct touch_contact *find_free(struct touch *t)
{
	for (int i = 0; i < INPUT_TOUCHES; i++) {
		if (!t->contacts[i].down)
			return &t->contacts[i];
	}
	return NULL;
}

static void deliver(struct touch *t, struct touch_contact *c, enum input_touch_kind kind,
	struct touch_stamp stamp)
{
	c->moved = false;
	struct input_touch event = {
		.time_ns = stamp.time_ns,
		.kind = kind,
		.id = (uint32_t)(c - t->contacts),
		.x = (float)c->x,
		.y = (float)c->y,
		.mods = stamp.mods,
	};
	if (t->listener->touch)
		t->listener->touch(t->data, &event);
}

static void flush(struct touch *t, struct touch_contact *c)
{
	if (c->moved)
		deliver(t, c, INPUT_TOUCH_MOVE, c->at);
}

void touch_flush(struct touch *t)
{
	for (int i = 0; i < INPUT_TOUCHES; i++)
		flush(t, &t->contacts[i]);
}

/* What the listener does may come back here: the contact is over first. */
static void end(struct touch *t, struct touch_contact *c, enum input_touch_kind kind,
	struct touch_stamp stamp)
{
	if (c)
		flush(t, c);
	if (!c || !c->down)
		return;
	c->down = false;
	deliver(t, c, kind, stamp);
}

void touch_down(struct touch *t, const void *device, int64_t slot, double x, double y,
	struct touch_stamp stamp)
{
	end(t, find(t, device, slot), INPUT_TOUCH_UP, stamp);
	struct touch_contact *c = find_free(t);
	if (!c)
		return;
	*c = (struct touch_contact){
		.down = true, .device = device, .slot = slot, .x = x, .y = y};
	deliver(t, c, INPUT_TOUCH_DOWN, stamp);
}

void touch_move(struct touch *t, const void *device, int64_t slot, double x, double y,
	struct touch_stamp stamp)
{
	struct touch_contact *c = find(t, device, slot);
	if (!c)
		return;
	c->x = x;
	c->y = y;
	c->moved = true;
	c->at = stamp;
	if (!t->merge)
		flush(t, c);
}

void touch_up(struct touch *t, const void *device, int64_t slot, struct touch_stamp stamp)
{
	end(t, find(t, device, slot), INPUT_TOUCH_UP, stamp);
}

void touch_cancel(
	struct touch *t, const void *device, int64_t slot, struct touch_stamp stamp)
{
	end(t, find(t, device, slot), INPUT_TOUCH_CANCEL, stamp);
}

void touch_cancel_all(struct touch *t, const void *device, struct touch_stamp stamp)
{
	for (int i = 0; i < INPUT_TOUCHES; i++) {
		struct touch_contact *c = &t->contacts[i];
		if (c->down && (!device || c->device == device))
			end(t, c, INPUT_TOUCH_CANCEL, stamp);
	}
}
