#include "session/idle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "input/input.h"
#include "session/outputs.h"
#include "session/screen.h"
#include "session/session.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

#define JUMP_NS ((int64_t)(2 * NS_PER_S))
#define KEYS    8 /* that may be down at once of those that woke */

struct idle {
	struct session *session;
	uint64_t after_ns; /* 0: never */
	uint64_t last_ns;  /* when somebody was there */
	int64_t wall_ns;   /* how far the time of the day is ahead of our clock */
	bool asleep;
	bool waking;         /* the event at hand woke them */
	uint32_t keys[KEYS]; /* they are down, for nobody */
	size_t n_keys;
	uint32_t buttons;             /* bit n: BTN_LEFT + n, the same */
	bool contacts[INPUT_TOUCHES]; /* the same */
};

/* It jumps where the machine slept, and our clock with it, or where somebody sets it. */
static int64_t wall_ahead_ns(void)
{
	struct timespec wall;
	clock_gettime(CLOCK_REALTIME, &wall);
	return (int64_t)(timespec_ns(&wall) - clock_real_ns());
}

static bool wall_jumped(struct idle *idle)
{
	int64_t was = idle->wall_ns, now = wall_ahead_ns();
	if (llabs(now - was) < JUMP_NS)
		return false;
	idle->wall_ns = now;
	return true;
}

struct idle *idle_create(struct session *session, uint64_t after_ns)
{
	struct idle *idle = xcalloc(1, sizeof *idle);
	idle->session = session;
	idle->after_ns = after_ns;
	idle->last_ns = clock_now_ns();
	idle->wall_ns = wall_ahead_ns();
	return idle;
}

void idle_destroy(struct idle *idle)
{
	free(idle);
}

/* Sleep. */

static void sleep_all(struct idle *idle)
{
	list_for_each (screen, &idle->session->screens, struct screen, link) {
		if (screen->state == SCREEN_PAUSED || !screen->ops->sleep)
			continue;
		int r = screen->ops->sleep(screen, true);
		if (r < 0)
			log_error("%s: the display does not go dark: %s", screen->name,
				strerror(-r));
		else
			screen->state = SCREEN_ASLEEP;
	}
	idle->asleep = true;
}

static void wake_all(struct idle *idle)
{
	idle->asleep = false;
	list_for_each (screen, &idle->session->screens, struct screen, link) {
		/* Back from another console they are dark, too, whatever their state. */
		if (screen->state == SCREEN_PAUSED || !screen->ops->sleep)
			continue;
		int r = screen->ops->sleep(screen, false);
		if (r < 0)
			log_error("%s: the display does not wake: %s; with the next "
				  "event it is tried again",
				screen->name, strerror(-r));
		if (r < 0)
			idle->asleep = true;
		else if (screen->state == SCREEN_ASLEEP)
			screen_resume(screen);
	}
}

void idle_set(struct idle *idle, uint64_t after_ns)
{
	if (!idle || idle->after_ns == after_ns)
		return;
	idle->after_ns = after_ns;
	idle_returned(idle);
}

void idle_activity(struct idle *idle)
{
	if (!idle)
		return;
	idle->last_ns = clock_now_ns();
	idle->waking = idle->asleep;
	bool jumped = wall_jumped(idle);
	if (!idle->asleep && !jumped)
		return;
	if (idle->asleep)
		wake_all(idle);
	/* The colours of the hour. */
	if (idle->session->outputs)
		outputs_turn_now(idle->session->outputs);
}

void idle_returned(struct idle *idle)
{
	idle_activity(idle);
	if (idle)
		idle->waking = false;
}

bool idle_asleep(const struct idle *idle)
{
	return idle && idle->asleep;
}

static bool any_light(const struct idle *idle)
{
	list_for_each (screen, &idle->session->screens, struct screen, link) {
		if (screen->ops->sleep &&
			(screen->state == SCREEN_IDLE || screen->state == SCREEN_FLIGHT))
			return true;
	}
	return false;
}

uint64_t idle_next_ns(const struct idle *idle)
{
	if (!idle || !idle->after_ns || idle->asleep || !any_light(idle))
		return UINT64_MAX;
	return idle->last_ns + idle->after_ns;
}

void idle_turn(struct idle *idle)
{
	if (clock_now_ns() >= idle_next_ns(idle))
		sleep_all(idle);
}

/* What woke them. */

bool idle_takes_key(struct idle *idle, const struct input_key *key)
{
	if (!idle)
		return false;
	for (size_t i = 0; i < idle->n_keys; i++) {
		if (idle->keys[i] != key->code)
			continue;
		if (!key->pressed)
			idle->keys[i] = idle->keys[--idle->n_keys];
		return true;
	}
	if (!idle->waking || !key->pressed || key->repeat)
		return false;
	idle->waking = false;
	if (idle->n_keys < KEYS)
		idle->keys[idle->n_keys++] = key->code;
	return true;
}

/* Of BTN_LEFT and those behind it. */
static uint32_t bit_of(uint32_t button)
{
	const uint32_t left = 0x110; /* BTN_LEFT */
	return button >= left && button < left + 32 ? 1u << (button - left) : 0;
}

bool idle_takes_pointer(struct idle *idle, const struct input_pointer *pointer)
{
	if (!idle)
		return false;
	bool waking = idle->waking;
	idle->waking = false;
	uint32_t bit = bit_of(pointer->button);
	switch (pointer->kind) {
	case INPUT_POINTER_PRESS:
		if (waking)
			idle->buttons |= bit;
		return waking;
	case INPUT_POINTER_RELEASE:
		waking = idle->buttons & bit;
		idle->buttons &= ~bit;
		return waking;
	case INPUT_POINTER_SCROLL:
		return waking;
	case INPUT_POINTER_MOVE:
		break;
	}
	return false;
}

bool idle_takes_gesture(struct idle *idle)
{
	bool waking = idle && idle->waking;
	if (idle)
		idle->waking = false;
	return waking;
}

bool idle_takes_touch(struct idle *idle, const struct input_touch *touch)
{
	if (!idle || touch->id >= INPUT_TOUCHES)
		return false;
	bool waking = idle->waking, *taken = &idle->contacts[touch->id];
	idle->waking = false;
	if (touch->kind == INPUT_TOUCH_DOWN)
		*taken = waking;
	bool takes = *taken;
	if (touch->kind == INPUT_TOUCH_UP || touch->kind == INPUT_TOUCH_CANCEL)
		*taken = false;
	return takes;
}

void idle_cancel(struct idle *idle)
{
	if (!idle)
		return;
	idle->n_keys = 0;
	idle->buttons = 0;
	memset(idle->contacts, 0, sizeof idle->contacts);
}
