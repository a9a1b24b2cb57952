#include "input/gesture.h"

#define MOST       1e5f /* pixels, degrees in one event */
#define MOST_SCALE 1e4f

void gesture_init(struct gesture *g, const struct input_listener *listener, void *data)
{
	*g = (struct gesture){.listener = listener, .data = data};
}

static void deliver(struct gesture *g, enum input_gesture_phase phase)
{
	struct input_gesture event = g->last;
	event.phase = phase;
	g->last.dx = g->last.dy = g->last.rotation = 0;
	g->moved = false;
	if (g->listener->gesture)
		g->listener->gesture(g->data, &event);
}

void gesture_flush(struct gesture *g)
{
	if (g->moved)
		deliver(g, INPUT_GESTURE_UPDATE);
}

static void end(struct gesture *g, enum input_gesture_phase phase)
{
	gesture_flush(g);
	/* The listener may have cancelled it. */
	if (!g->device)
		return;
	g->device = NULL;
	deliver(g, phase);
}

static float bounded(float v, float most)
{
	return v >= -most && v <= most ? v : 0;
}

static void begin(
	struct gesture *g, const void *device, const struct input_gesture *event)
{
	if (g->device == device)
		gesture_cancel(g, device, event->time_ns, event->mods);
	if (g->device)
		return;
	g->device = device;
	g->last = *event;
	g->last.dx = g->last.dy = g->last.rotation = 0;
	g->last.scale = 1;
	deliver(g, INPUT_GESTURE_BEGIN);
}

static void update(struct gesture *g, const struct input_gesture *event)
{
	g->last.dx = bounded(g->last.dx + bounded(event->dx, MOST), MOST);
	g->last.dy = bounded(g->last.dy + bounded(event->dy, MOST), MOST);
	if (g->last.kind == INPUT_GESTURE_PINCH) {
		g->last.rotation =
			bounded(g->last.rotation + bounded(event->rotation, MOST), MOST);
		if (event->scale > 1 / MOST_SCALE && event->scale < MOST_SCALE)
			g->last.scale = event->scale;
	}
	g->moved = true;
	if (!g->merge)
		gesture_flush(g);
}

void gesture_event(
	struct gesture *g, const void *device, const struct input_gesture *event)
{
	if (event->phase == INPUT_GESTURE_BEGIN) {
		begin(g, device, event);
		return;
	}
	if (g->device != device || g->last.kind != event->kind)
		return;
	g->last.time_ns = event->time_ns;
	g->last.mods = event->mods;
	if (event->phase == INPUT_GESTURE_UPDATE)
		update(g, event);
	else
		end(g, event->phase);
}

void gesture_cancel(
	struct gesture *g, const void *device, uint64_t time_ns, uint32_t mods)
{
	if (!g->device || (device && g->device != device))
		return;
	g->last.time_ns = time_ns;
	g->last.mods = mods;
	end(g, INPUT_GESTURE_CANCEL);
}
