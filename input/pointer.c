#include "input/pointer.h"

#include <linux/input-event-codes.h>
#include <stdio.h>

static void put(struct pointer *p, const struct input_output *output, double x, double y)
{
	output_confine(output, &x, &y);
	p->x = p->at_x = x;
	p->y = p->at_y = y;
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

static void flush_event(struct pointer *p)
{
	if (!p->waits)
		return;
	p->waits = false;
	deliver(p, p->waiting);
}

/* What is no number is nothing. */
static double confine(double v)
{
	return v < -POINTER_MOST  ? -POINTER_MOST
	       : v > POINTER_MOST ? POINTER_MOST
	       : v < 0 || v > 0   ? v
				  : 0;
}

static bool take(struct pointer *p, const struct input_motion *motion)
{
	p->taken = p->listener->motion && p->listener->motion(p->data, motion);
	return p->taken;
}

/* It was taken so far; if it is no more, the pointer goes on. */
static void flush_motion(struct pointer *p)
{
	const struct input_motion motion = p->moving;
	if (!p->moves)
		return;
	p->moves = false;
	p->moving = (struct input_motion){0};
	if (take(p, &motion))
		return;
	place(p, p->x + motion.dx, p->y + motion.dy);
	deliver(p, (struct input_pointer){.kind = INPUT_POINTER_MOVE,
			   .mods = p->moving_mods,
			   .time_ns = motion.time_ns});
}

void pointer_flush(struct pointer *p)
{
	flush_event(p);
	flush_motion(p);
}

static void add_motion(struct pointer *p, const struct input_motion *more, uint32_t mods)
{
	struct input_motion *sum = &p->moving;
	flush_event(p);
	sum->time_ns = more->time_ns;
	sum->dx += more->dx;
	sum->dy += more->dy;
	sum->raw_dx += more->raw_dx;
	sum->raw_dy += more->raw_dy;
	p->moving_mods = mods;
	p->moves = true;
}

/* Whether that is all that is to be done. */
static bool take_or_wait(
	struct pointer *p, const struct input_motion *motion, uint32_t mods)
{
	if (!p->merge || !p->taken)
		return take(p, motion);
	add_motion(p, motion, mods);
	return true;
}

static void deliver_or_wait(struct pointer *p, struct input_pointer event)
{
	flush_motion(p);
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

static void go_to(struct pointer *p, double x, double y, uint32_t mods, uint64_t time_ns,
	bool placed)
{
	flush_others(p, INPUT_POINTER_MOVE);
	place(p, x, y);
	deliver_or_wait(p, (struct input_pointer){.kind = INPUT_POINTER_MOVE,
				   .mods = mods,
				   .time_ns = time_ns,
				   .placed = placed});
}

void pointer_move(struct pointer *p, const struct input_motion *motion, uint32_t mods)
{
	struct input_motion m = *motion;
	m.dx = confine(m.dx);
	m.dy = confine(m.dy);
	m.raw_dx = confine(m.raw_dx);
	m.raw_dy = confine(m.raw_dy);
	if (!take_or_wait(p, &m, mods))
		go_to(p, p->x + m.dx, p->y + m.dy, mods, m.time_ns, false);
}

void pointer_move_by(
	struct pointer *p, double dx, double dy, uint32_t mods, uint64_t time_ns)
{
	const struct input_motion motion = {time_ns, dx, dy, dx, dy};
	pointer_move(p, &motion, mods);
}

void pointer_move_to(
	struct pointer *p, double x, double y, uint32_t mods, uint64_t time_ns)
{
	const struct input_motion motion = {.time_ns = time_ns,
		.dx = confine(x - p->at_x),
		.dy = confine(y - p->at_y),
		.raw_dx = confine(x - p->at_x),
		.raw_dy = confine(y - p->at_y)};
	if (!take_or_wait(p, &motion, mods)) {
		go_to(p, x, y, mods, time_ns, true);
	} else {
		p->at_x = x;
		p->at_y = y;
	}
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
