#include "input/pen.h"

#include <linux/input-event-codes.h>
#include <stddef.h>

static const uint32_t codes[] = {BTN_TOUCH, BTN_STYLUS, BTN_STYLUS2, BTN_STYLUS3};
#define N_CODES (sizeof codes / sizeof *codes)

void pens_init(struct pens *pens, const uint32_t *mouse,
	const struct input_listener *listener, void *data)
{
	*pens = (struct pens){.listener = listener, .data = data, .mouse = mouse};
}

static struct pen *find(struct pens *pens, const void *device)
{
	for (size_t i = 0; i < INPUT_PENS; i++) {
		if (pens->items[i].device == device)
			return &pens->items[i];
	}
	return NULL;
}

static bool held_by_other(const struct pens *pens, const struct pen *pen)
{
	for (size_t i = 0; i < INPUT_PENS; i++) {
		if (&pens->items[i] != pen && pens->items[i].last.buttons)
			return true;
	}
	return false;
}

static bool may_speak(const struct pens *pens, const struct pen *pen)
{
	return pen->last.buttons || (!*pens->mouse && !held_by_other(pens, pen));
}

bool pens_hold(const struct pens *pens)
{
	return held_by_other(pens, NULL);
}

static void deliver(struct pens *pens, struct pen *pen, enum input_pen_kind kind)
{
	struct input_pen event = pen->last;
	event.kind = kind;
	event.id = (uint32_t)(pen - pens->items);
	pen->moved = false;
	if (pens->listener->pen)
		pens->listener->pen(pens->data, &event);
}

static float bounded(float v, float least, float most)
{
	return v >= least && v <= most ? v : v > most ? most : v < least ? least : 0;
}

static void take(struct pen *pen, const struct input_pen *now)
{
	uint32_t buttons = pen->last.buttons;
	pen->last = *now;
	pen->last.buttons = buttons;
	pen->last.button = 0;
	pen->last.scroll_y = 0;
	pen->last.pressure = bounded(now->pressure, 0, 1);
	pen->last.distance = bounded(now->distance, 0, 1);
	pen->last.tilt_x = bounded(now->tilt_x, -90, 90);
	pen->last.tilt_y = bounded(now->tilt_y, -90, 90);
	pen->last.rotation = bounded(now->rotation, 0, 360);
	pen->last.slider = bounded(now->slider, -1, 1);
}

static void flush(struct pens *pens, struct pen *pen)
{
	if (pen->moved)
		deliver(pens, pen, INPUT_PEN_MOVE);
}

void pens_flush(struct pens *pens)
{
	for (size_t i = 0; i < INPUT_PENS; i++)
		flush(pens, &pens->items[i]);
}

/* The pen, which may speak and is known to be near; else NULL. */
static struct pen *hear(
	struct pens *pens, const void *device, const struct input_pen *now)
{
	struct pen *pen = find(pens, device);
	if (!pen) {
		pen = find(pens, NULL);
		if (!pen)
			return NULL;
		*pen = (struct pen){.device = device};
	}
	take(pen, now);
	if (!may_speak(pens, pen))
		return NULL;
	if (!pen->told) {
		pen->told = true;
		deliver(pens, pen, INPUT_PEN_IN);
	}
	/* The listener may have cancelled it. */
	return pen->device == device ? pen : NULL;
}

void pens_in(struct pens *pens, const void *device, const struct input_pen *pen)
{
	pens_out(pens, device, pen->time_ns, pen->mods);
	hear(pens, device, pen);
}

void pens_move(struct pens *pens, const void *device, const struct input_pen *now)
{
	struct pen *pen = hear(pens, device, now);
	if (!pen)
		return;
	pen->moved = true;
	if (!pens->merge)
		flush(pens, pen);
}

static void turn(struct pens *pens, struct pen *pen, size_t i)
{
	uint32_t bit = UINT32_C(1) << i;
	pen->last.buttons ^= bit;
	pen->last.button = codes[i];
	deliver(pens, pen, pen->last.buttons & bit ? INPUT_PEN_PRESS : INPUT_PEN_RELEASE);
	pen->last.button = 0;
}

void pens_button(struct pens *pens, const void *device, const struct input_pen *now,
	uint32_t button, bool pressed)
{
	size_t i = 0;
	while (i < N_CODES && codes[i] != button)
		i++;
	if (i == N_CODES)
		return;
	struct pen *pen = hear(pens, device, now);
	if (!pen || pressed == ((pen->last.buttons >> i & 1) != 0))
		return;
	turn(pens, pen, i);
}

void pens_scroll(
	struct pens *pens, const void *device, const struct input_pen *now, float y)
{
	struct pen *pen = hear(pens, device, now);
	if (!pen || !(y < 0 || y > 0))
		return;
	pen->last.scroll_y = bounded(y, -10000, 10000);
	deliver(pens, pen, INPUT_PEN_SCROLL);
	pen->last.scroll_y = 0;
}

/* What the listener does may come back here: the pen is gone first. */
static void end(struct pens *pens, struct pen *pen, enum input_pen_kind kind)
{
	bool told = pen->told;
	pen->device = NULL;
	pen->told = false;
	pen->last.buttons = 0;
	if (told)
		deliver(pens, pen, kind);
	pen->moved = false;
}

static void stamp(struct pen *pen, uint64_t time_ns, uint32_t mods)
{
	pen->last.time_ns = time_ns;
	pen->last.mods = mods;
}

void pens_out(struct pens *pens, const void *device, uint64_t time_ns, uint32_t mods)
{
	struct pen *pen = find(pens, device);
	if (!pen)
		return;
	flush(pens, pen);
	stamp(pen, time_ns, mods);
	for (size_t i = 0; i < N_CODES && pen->device == device; i++) {
		if (pen->last.buttons >> i & 1)
			turn(pens, pen, i);
	}
	if (pen->device == device)
		end(pens, pen, INPUT_PEN_OUT);
}

void pens_cancel(struct pens *pens, const void *device, uint64_t time_ns, uint32_t mods)
{
	for (size_t i = 0; i < INPUT_PENS; i++) {
		struct pen *pen = &pens->items[i];
		if (!pen->device || (device && pen->device != device))
			continue;
		stamp(pen, time_ns, mods);
		end(pens, pen, INPUT_PEN_CANCEL);
	}
}
