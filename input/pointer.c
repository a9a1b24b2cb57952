#include "input/pointer.h"

#include <linux/input-event-codes.h>

static double clamp(double v, double max)
{
	return !(v > 0) ? 0 : v > max ? max : v;
}

static void place(struct pointer *p, double x, double y)
{
	p->x = clamp(x, p->width > 0 ? p->width - 1 : 0);
	p->y = clamp(y, p->height > 0 ? p->height - 1 : 0);
}

static void deliver(struct pointer *p, struct input_pointer event)
{
	event.x = (float)p->x;
	event.y = (float)p->y;
	event.buttons = p->buttons;
	p->listener->pointer(p->data, &event);
}

void pointer_init(struct pointer *p, const struct input_listener *listener, void *data)
{
	*p = (struct pointer){.listener = listener, .data = data};
}

void pointer_bounds(struct pointer *p, int32_t width, int32_t height)
{
	bool first = p->width == 0;
	p->width = width;
	p->height = height;
	if (first)
		place(p, width / 2.0, height / 2.0);
	else
		place(p, p->x, p->y);
}

void pointer_move_by(
	struct pointer *p, double dx, double dy, uint32_t mods, uint64_t time_ns)
{
	pointer_move_to(p, p->x + dx, p->y + dy, mods, time_ns);
}

void pointer_move_to(
	struct pointer *p, double x, double y, uint32_t mods, uint64_t time_ns)
{
	place(p, x, y);
	deliver(p, (struct input_pointer){
			   .kind = INPUT_POINTER_MOVE, .mods = mods, .time_ns = time_ns});
}

void pointer_button(
	struct pointer *p, uint32_t button, bool pressed, uint32_t mods, uint64_t time_ns)
{
	if (button < BTN_LEFT || button > BTN_LEFT + 31)
		return;
	uint32_t bit = UINT32_C(1) << (button - BTN_LEFT);
	if (pressed == ((p->buttons & bit) != 0))
		return;
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
	if (x == 0 && y == 0)
		return;
	deliver(p, (struct input_pointer){
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
