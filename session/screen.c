#include "session/screen.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "gl/rect.h"
#include "gl/region.h"
#include "session/recover.h"
#include "session/session.h"
#include "util/clock.h"
#include "util/log.h"

#define RETRY_AFTER NS_PER_S
#define FAST_FRAMES 3 /* one may be that of a modeset, which no vblank paced */

static struct gl_rect whole(const struct screen *screen)
{
	return (struct gl_rect){0, 0, screen->width, screen->height};
}

void screen_init(struct screen *screen, struct session *session,
	const struct screen_ops *ops, const char *name, int32_t width, int32_t height,
	uint64_t refresh_ns)
{
	*screen = (struct screen){
		.session = session,
		.ops = ops,
		.width = width,
		.height = height,
		.refresh_ns = refresh_ns,
		.scale = 1,
	};
	list_init(&screen->link);
	snprintf(screen->name, sizeof screen->name, "%s", name);
	screen_damage_all(screen);
}

void screen_resize(
	struct screen *screen, int32_t width, int32_t height, uint64_t refresh_ns)
{
	screen->width = width;
	screen->height = height;
	screen->refresh_ns = refresh_ns;
	screen->damage = (struct gl_region){0};
	if (screen->state == SCREEN_FLIGHT)
		screen->state = SCREEN_IDLE;
	screen_damage_all(screen);
	session_resized(screen->session, screen);
}

void screen_damage(struct screen *screen, struct gl_rect rect)
{
	rect = rect_intersect(rect, whole(screen));
	if (rect_empty(&rect))
		return;
	region_add(&screen->damage, rect);
	screen->wanted = true;
}

void screen_damage_all(struct screen *screen)
{
	screen_damage(screen, whole(screen));
	for (int i = 0; i < SCREEN_HISTORY; i++)
		screen->history[i] = region_of(whole(screen));
}

void screen_pause(struct screen *screen)
{
	screen->state = SCREEN_PAUSED;
}

void screen_resume(struct screen *screen)
{
	screen->state = SCREEN_IDLE;
	screen_damage_all(screen);
}

/* What a buffer of this age lacks: its own frame's damage and those it missed. */
static struct gl_region repaint(const struct screen *screen, uint32_t age)
{
	struct gl_region region = screen->damage;
	if (age == 0 || age > SCREEN_HISTORY)
		return region_of(whole(screen));
	for (uint32_t i = 0; i + 1 < age; i++)
		region_join(&region, &screen->history[i]);
	return region;
}

static void remember(struct screen *screen)
{
	memmove(&screen->history[1], &screen->history[0],
		(SCREEN_HISTORY - 1) * sizeof screen->history[0]);
	screen->history[0] = screen->damage;
	screen->damage = (struct gl_region){0};
	screen->wanted = false;
}

static int paint_once(struct screen *screen)
{
	struct gl_placement layers[SCREEN_LAYERS];
	uint32_t age = 0;
	struct gl_target *target = screen->ops->acquire(screen, &age);
	if (!target)
		return gl_lost(screen->session->gl) ? -ESTALE : -EBUSY;
	size_t n = session_layers(screen->session, screen, layers, SCREEN_LAYERS);
	struct gl_region region = repaint(screen, age);
	if (region.n > 0) {
		int r = gl_compose(target, SESSION_BACKGROUND, layers, n, &region);
		if (r < 0) {
			screen->ops->release(screen);
			return r;
		}
	}
	return screen->ops->commit(screen);
}

static int paint(struct screen *screen)
{
	int r = paint_once(screen);
	if (r != -ESTALE)
		return r;
	r = session_recover(screen->session, screen->retry_ns == 0);
	return r ? r : paint_once(screen);
}

/* Virtual cards answer every flip at once: then the clock makes the frames. */
static uint64_t hold_ns(const struct screen *screen)
{
	return screen->no_vblank ? screen->shown_ns + screen->refresh_ns : 0;
}

uint64_t screen_next_ns(const struct screen *screen)
{
	if (screen->state != SCREEN_IDLE)
		return UINT64_MAX;
	if (!screen->wanted)
		return screen->retry_ns ? screen->retry_ns : UINT64_MAX;
	return screen->no_vblank ? hold_ns(screen) : UINT64_MAX;
}

/* Nobody sends a frame before the last one was shown: one that failed is ours to repeat. */
static void fail(struct screen *screen, int r)
{
	if (!screen->retry_ns)
		log_error("%s: a frame could not be shown: %s; the last one stays, and "
			  "every second it is tried again",
			screen->name, strerror(-r));
	remember(screen);
	screen_damage_all(screen);
	screen->wanted = false;
	screen->retry_ns = clock_now_ns() + RETRY_AFTER;
}

void screen_turn(struct screen *screen)
{
	if (screen->retry_ns && clock_now_ns() >= screen->retry_ns)
		screen->wanted = true;
	if (!screen->wanted || screen->state != SCREEN_IDLE ||
		clock_now_ns() < hold_ns(screen))
		return;
	int r = paint(screen);
	if (r == 0) {
		screen->retry_ns = 0;
		screen->state = SCREEN_FLIGHT;
		remember(screen);
		session_committed(screen->session, screen);
	} else if (r != -EBUSY && r != -EAGAIN) {
		fail(screen, r);
	}
}

void screen_shown(struct screen *screen, uint64_t present_ns)
{
	if (screen->state == SCREEN_FLIGHT)
		screen->state = SCREEN_IDLE;
	bool fast = screen->frames++ &&
		    present_ns - screen->shown_ns < screen->refresh_ns / 2;
	screen->fast = fast ? screen->fast + 1 : 0;
	screen->no_vblank |= screen->fast >= FAST_FRAMES;
	screen->shown_ns = present_ns;
	session_shown(screen->session, screen, present_ns);
}
