#include "input/pointer.h"

#include <linux/input-event-codes.h>
#include <stdio.h>

static void put(struct pointer *p, const struct input_output *output, double x, double y)
{
	output_confine(output, &x, &y);
	p->x = x;
	p->y = y;
	p->placed = true;
	p->on_x = x - output->x;
	p->on_y = y - output->y;
	snprintf(p->on, sizeof p->on, "%s", output->name);
}

/* Where there is no output it goes to the nearest place of the one it was on. */
static void place(struct pointer *p, double x, double y)
{
	const struct input_output *to = arrangement_at(p->outputs, x, y);
	if (!to)
		to = arrangement_at(p->outputs, p->x, p->y);
	if (to)
		put(p, to, x, y);
}

static void deliver(struct pointer *p, struct input_pointer event)
{
	event.x = (float)p->x;
	event.y = (float)p->y;
	event.buttons = p->buttons;
	p->listener->pointer(p->data, &event);
}

void pointer_flush(struct pointer *p)
{
	if (!p->waits)
		return;
	p->waits = false;
	deliver(p, p->waiting);
}

static void deliver_or_wait(struct pointer *p, struct input_pointer event)
{
	if (!p->merge) {
		deliver(p, event);
		return;
	}
	if (p->waits) {
		event.scroll_x += p->waiting.scroll_x;
		event.scroll_y += p->waiting.scroll_y;
	}
	p->waiting = event;
	p->waits = true;
}

/* What waits is of another kind. */
static void flush_others(struct pointer *p, enum input_pointer_kind kind)
{
	if (p->waiting.kind != kind)
		pointer_flush(p);
}

void pointer_init(struct pointer *p, const struct arrangement *outputs,
	const struct input_listener *listener, void *data)
{
	*p = (struct pointer){.listener = listener, .data = data, .outputs = outputs};
}

void pointer_arrange(struct pointer *p)
{
	const struct input_output *on =
		p->placed ? arrangement_named(p->outputs, p->on) : NULL;
	const struct input_output *first = arrangement_first(p->outputs);
	if (on && !on->mirror)
		put(p, on, on->x + p->on_x, on->y + p->on_y);
	else if (first)
		put(p, first, first->x + first->width / 2, first->y + first->height / 2);
}

void pointer_move_by(
	struct pointer *p, double dx, double dy, uint32_t mods, uint64_t time_ns)
{
	pointer_move_to(p, p->x + dx, p->y + dy, mods, time_ns);
}

void pointer_move_to(
	struct pointer *p, double x, double y, uint32_t mods, uint64_t time_ns)
{
	flush_others(p, INPUT_POINTER_MOVE);
	place(p, x, y);
	deliver_or_wait(
		p, (struct input_pointer){
			   .kind = INPUT_POINTER_MOVE, .mods = mods, .time_ns = time_ns});
}

void pointer_follow(struct pointer *p, double x, double y)
{
	pointer_flush(p);
	place(p, x, y);
}

void pointer_button(
	struct pointer *p, uint32_t button, bool pressed, uint32_t mods, uint64_t time_ns)
{
	if (button < BTN_LEFT || button > BTN_LEFT + 31)
		return;
	uint32_t bit = UINT32_C(1) << (button - BTN_LEFT);
	if (pressed == ((p->buttons & bit) != 0))
		return;
	pointer_flush(p);
	p->buttons ^= bit;
	deliver(p, (struct input_pointer){
			   .kind = pressed ? INPUT_POINTER_PRESS : INPUT_POINTER_RELEASE,
			   .button = button,
			   .mods = mods,
			   .time_ns = time_ns,
		   });
}

/* What is no number is nothing. */
static double confine(double v)
{
	return v < -POINTER_SCROLL_MOST  ? -POINTER_SCROLL_MOST
	       : v > POINTER_SCROLL_MOST ? POINTER_SCROLL_MOST
	       : v < 0 || v > 0          ? v
					 : 0;
}

void pointer_scroll(
	struct pointer *p, double x, double y, uint32_t mods, uint64_t time_ns)
{
	x = confine(x);
	y = confine(y);
	if (x == 0 && y == 0)
		return;
	flush_others(p, INPUT_POINTER_SCROLL);
	deliver_or_wait(p, (struct input_pointer){
				   .kind = INPUT_POINTER_SCROLL,
				   .scroll_x = (float)x,
				   .scroll_y = (float)y,
				   .mods = mods,
				   .time_ns = time_ns,
			   });
}

void pointer_release_all(struct pointer *p, uint32_t mods, uint64_t time_ns)
{
	for (uint32_t i = 0; i < 32; i++) {
		if (p->buttons >> i & 1)
			pointer_button(p, BTN_LEFT + i, false, mods, time_ns);
	}
}
