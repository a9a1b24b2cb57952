#include "session/screen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gl/rect.h"
#include "gl/region.h"
#include "session/boost.h"
#include "session/fence_time.h"
#include "session/recover.h"
#include "session/session.h"
#include "util/clock.h"
#include "util/log.h"

#define RETRY_AFTER NS_PER_S

static struct gl_rect whole(const struct screen *screen)
{
	const struct screen *source = screen_source(screen);
	return (struct gl_rect){0, 0, source->width, source->height};
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
		.frame = {.fence = -1},
		.drawing = -1,
	};
	list_init(&screen->link);
	snprintf(screen->name, sizeof screen->name, "%s", name);
	frame_clock_init(&screen->clock, refresh_ns);
	screen_damage_all(screen);
}

static void drop(int *fence)
{
	if (*fence >= 0)
		close(*fence);
	*fence = -1;
}

void screen_finish(struct screen *screen)
{
	drop(&screen->drawing);
	screen_planes_forget(screen);
}

/* All that was known of its picture is void. */
static void turn(struct screen *screen)
{
	screen->damage = (struct gl_region){0};
	screen_planes_forget(screen);
	screen->pointer.refused = false;
	screen_pointer_again(screen);
	screen_damage_all(screen);
}

static void turn_mirrors(const struct screen *screen)
{
	list_for_each (other, &screen->session->screens, struct screen, link) {
		if (other->mirrors == screen)
			turn(other);
	}
}

void screen_resize(
	struct screen *screen, int32_t width, int32_t height, uint64_t refresh_ns)
{
	bool variable = screen->clock.variable;
	screen->width = width;
	screen->height = height;
	screen->refresh_ns = refresh_ns;
	screen->damage = (struct gl_region){0};
	magnify_fit(&screen->magnify, width, height);
	if (screen->state == SCREEN_FLIGHT)
		screen->state = SCREEN_IDLE;
	screen_planes_forget(screen);
	frame_clock_init(&screen->clock, refresh_ns);
	screen->clock.variable = variable;
	screen->pointer.refused = false;
	screen->pointer.unsure = true;
	screen_pointer_again(screen);
	screen_damage_all(screen);
	turn_mirrors(screen);
	session_resized(screen->session, screen);
}

void screen_turned(struct screen *screen)
{
	magnify_fit(&screen->magnify, screen->width, screen->height);
	turn(screen);
	turn_mirrors(screen);
}

void screen_magnified(struct screen *screen)
{
	list_for_each (other, &screen->session->screens, struct screen, link) {
		if (screen_source(other) != screen)
			continue;
		screen_damage_all(other);
		if (other->pointer.on_plane == screen_scaled(other))
			screen_pointer_again(other);
	}
}

/* Damage. */

/* What of the view is shown. */
static struct gl_rect shown(const struct screen *screen)
{
	const struct screen *source = screen_source(screen);
	return magnify_on(&source->magnify) ? source->magnify.part : whole(screen);
}

void screen_damage_picture(struct screen *screen, struct gl_rect rect)
{
	rect = rect_intersect(rect, shown(screen));
	if (rect_empty(&rect))
		return;
	region_add(&screen->damage, rect);
	screen->wanted = true;
}

void screen_damage(struct screen *screen, struct gl_rect rect)
{
	screen_damage_picture(screen, rect);
	screen_planes_damage(screen, rect);
}

void screen_damage_all(struct screen *screen)
{
	screen_damage_picture(screen, whole(screen));
	screen_planes_stale(screen);
	for (int i = 0; i < SCREEN_HISTORY; i++)
		screen->history[i] = region_of(whole(screen));
}

void screen_submitted(struct screen *screen, const struct gl_layer *layer, int32_t x,
	int32_t y, const struct gl_region *damage)
{
	struct gl_region own;
	if (screen_planes_submitted(screen, layer, damage, &own))
		screen->wanted = true;
	region_move(&own, x, y);
	for (size_t i = 0; i < own.n; i++)
		screen_damage_picture(screen, own.rects[i]);
}

void screen_nudge(struct screen *screen)
{
	screen->nudged = true;
}

/* States. */

static void start_over(struct screen *screen)
{
	screen->state = SCREEN_IDLE;
	screen->stuck = false;
	screen->due_ns = 0;
	frame_clock_forget(&screen->clock);
	screen_damage_all(screen);
}

void screen_pause(struct screen *screen)
{
	screen->state = SCREEN_PAUSED;
}

void screen_resume(struct screen *screen)
{
	start_over(screen);
	screen->pointer.refused = false;
	screen_pointer_again(screen);
	screen->pointer.unsure = true;
}

void screen_lost(struct screen *screen)
{
	if (screen->state != SCREEN_FLIGHT)
		return;
	start_over(screen);
	screen->pointer.unsure = true;
}

/* Painting. */

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
}

/* All of a frame is drawn in one order: the last fence signals for those before, too. */
int screen_compose(struct screen *screen, struct gl_target *target,
	struct gl_composition *composition)
{
	int fence = -1;
	composition->fence = screen->fences ? &fence : NULL;
	int r = gl_compose_view(target, composition);
	if (fence >= 0) {
		drop(&screen->frame.fence);
		screen->frame.fence = fence;
	}
	return r;
}

static struct gl_sprite sprite(const struct screen *screen)
{
	const struct pointer_image *image = &screen->pointer.image;
	struct gl_rect at = screen_pointer_bounds(screen);
	if (rect_empty(&at))
		return (struct gl_sprite){0};
	return (struct gl_sprite){.argb = image->argb,
		.serial = image->serial,
		.width = image->width,
		.height = image->height,
		.x = at.x0,
		.y = at.y0};
}

/* Of the picture, where it is not that of the view. */
static struct gl_region changed(const struct screen *screen)
{
	const struct screen *source = screen_source(screen);
	struct gl_region region = {0};
	for (size_t i = 0; i < screen->damage.n; i++)
		region_add(&region, magnify_reach(&source->magnify, source->width,
					    source->height, &screen->damage.rects[i]));
	return region;
}

static int paint_picture(
	struct screen *screen, const struct gl_placement *layers, size_t n)
{
	const struct screen *source = screen_source(screen);
	uint32_t age = 0;
	struct gl_target *target = screen->ops->acquire(screen, &age);
	if (!target)
		return gl_lost(screen->session->gl) ? -ESTALE : -EBUSY;
	struct gl_region region = repaint(screen, age);
	struct gl_composition composition = {.background = SESSION_BACKGROUND,
		.layers = layers,
		.n_layers = n,
		.damage = &region,
		.sprite = sprite(screen),
		.transform = screen->transform,
		.view_width = source->width,
		.view_height = source->height,
		.part = source->magnify.part};
	screen->frame.picture = true;
	screen->frame.damage = changed(screen);
	screen->composed = n;
	return screen_compose(screen, target, &composition);
}

/* Both kinds of memory are free again. */
static void release(struct screen *screen)
{
	screen_planes_release(screen);
	if (screen->frame.picture)
		screen->ops->release(screen);
	drop(&screen->frame.fence);
}

static int draw(struct screen *screen)
{
	struct gl_placement layers[SCREEN_LAYERS];
	size_t n = session_layers(
		screen->session, screen_source(screen), layers, SCREEN_LAYERS);
	screen->frame = (struct screen_frame){.fence = -1};
	screen->paint_ns = clock_now_ns();
	screen_planes_choose(
		screen, layers, n, screen_pointer_bounds(screen), clock_now_ns());
	int r = screen_planes_draw(screen);
	if (r == 0 && screen->damage.n > 0 &&
		!screen_planes_hide(screen, &screen->damage))
		r = paint_picture(screen, layers, n);
	screen->painted_ns = clock_now_ns();
	if (r < 0)
		release(screen);
	return r;
}

static int commit(struct screen *screen)
{
	drop(&screen->drawing);
	if (screen->frame.fence >= 0)
		screen->drawing = fcntl(screen->frame.fence, F_DUPFD_CLOEXEC, 0);
	int r = screen->ops->commit(screen);
	screen->frame.fence = -1;
	screen_planes_committed(screen, r == 0);
	if (r == 0 && screen->frame.picture)
		remember(screen);
	return r;
}

/* Nothing that has a plane of its own is promised it any more. */
static void take_back(struct screen *screen)
{
	log_debug("%s: planes were refused: all is composed", screen->name);
	screen_planes_bar(screen, clock_now_ns());
	screen_pointer_again(screen);
	screen_damage_all(screen);
}

/*
 * Drawn, and drawn again: without planes for pictures first, then with the pointer's picture
 * in the size that the card insists on, then without a plane for that, too.
 */
static int paint_once(struct screen *screen)
{
	for (int tries = 0; tries < 4; tries++) {
		int r = draw(screen);
		if (r < 0)
			return r;
		r = commit(screen);
		if (r != -ESTALE)
			return r;
		take_back(screen);
	}
	return -EIO;
}

static int paint(struct screen *screen)
{
	int r = paint_once(screen);
	if (r != -ESTALE)
		return r;
	r = session_recover(screen->session, screen->retry_ns == 0);
	return r ? r : paint_once(screen);
}

/* Nothing but what the back end has: the pointer's place. What fails is painted. */
static int commit_alone(struct screen *screen)
{
	screen->frame = (struct screen_frame){.fence = -1};
	int r = commit(screen);
	if (r == 0 || r == -EBUSY || r == -EAGAIN)
		return r;
	if (r != -ESTALE)
		screen_pointer_refused(screen);
	take_back(screen);
	return paint(screen);
}

/* When. */

/* After a frame that failed nothing is committed alone: planes are not what is shown. */
static bool wants(const struct screen *screen)
{
	return screen->wanted || (screen->nudged && !screen->retry_ns);
}

uint64_t screen_next_ns(const struct screen *screen)
{
	if (screen->state != SCREEN_IDLE)
		return UINT64_MAX;
	if (!wants(screen))
		return screen->retry_ns ? screen->retry_ns : UINT64_MAX;
	return screen->stuck ? UINT64_MAX : screen->due_ns;
}

/* A start that was set stays: whoever is late paints late, and does not wait again. */
static bool is_due(struct screen *screen, uint64_t now_ns)
{
	if (!screen->due_ns)
		screen->due_ns = frame_clock_start(&screen->clock, now_ns);
	return screen->due_ns <= now_ns;
}

/* Nobody sends a frame before the last one was shown: one that failed is ours to repeat. */
static void fail(struct screen *screen, int r)
{
	if (!screen->retry_ns)
		log_error("%s: a frame could not be shown: %s; the last one stays, and "
			  "every second it is tried again",
			screen->name, strerror(-r));
	screen_damage_all(screen);
	screen->wanted = screen->nudged = false;
	screen->retry_ns = clock_now_ns() + RETRY_AFTER;
}

static void committed(struct screen *screen)
{
	screen->retry_ns = 0;
	screen->state = SCREEN_FLIGHT;
	screen->wanted = screen->nudged = screen->stuck = false;
	session_committed(screen->session, screen);
}

static void show(struct screen *screen, uint64_t now_ns)
{
	bool painted = screen->wanted;
	int r = painted ? paint(screen) : commit_alone(screen);
	if (r == 0 && painted)
		frame_clock_painted(
			&screen->clock, screen->due_ns, now_ns, clock_now_ns());
	screen->due_ns = 0;
	screen->stuck = r == -EBUSY || r == -EAGAIN;
	if (r == 0)
		committed(screen);
	else if (!screen->stuck)
		fail(screen, r);
}

void screen_turn(struct screen *screen)
{
	bool something = screen->wanted || screen->nudged || screen->retry_ns;
	if (!something && screen->planes.gone == 0)
		return;
	uint64_t now = clock_now_ns();
	screen_planes_sweep(screen, now);
	if (screen->retry_ns && now >= screen->retry_ns)
		screen->wanted = true;
	if (wants(screen) && screen->state == SCREEN_IDLE &&
		(screen->stuck || is_due(screen, now))) {
		boost_lower(screen->session->boost, now);
		show(screen, now);
	}
}

void screen_shown(struct screen *screen, uint64_t present_ns)
{
	if (screen->state == SCREEN_FLIGHT)
		screen->state = SCREEN_IDLE;
	screen->stuck = false;
	screen->frames++;
	frame_clock_drawn(&screen->clock, fence_time(screen->drawing));
	drop(&screen->drawing);
	frame_clock_shown(&screen->clock, present_ns);
	screen->shown_ns = present_ns;
	if (screen->pointer.unsure)
		screen_pointer_again(screen);
	screen->pointer.unsure = false;
	session_shown(screen->session, screen, present_ns);
}
