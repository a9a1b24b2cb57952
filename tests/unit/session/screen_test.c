/* The screen's state machine against a back end and a renderer that only take notes. */
#include "session/screen.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "gl/rect.h"
#include "gl/region.h"
#include "session/recover.h"
#include "session/session.h"
#include "util/clock.h"
#include "util/log.h"

static struct session whole_session;
static struct screen screen;

#define OVERLAYS 3

/* What there is to show. */
static struct {
	size_t n_layers;
	struct gl_placement layers[2];
	size_t n_overlays; /* of the first layer */
	struct gl_overlay_info overlays[OVERLAYS];
	struct gl_region own; /* damage of its own pixels */
	size_t n_were;
	struct gl_overlay_info were[OVERLAYS]; /* before the last submit */
} scene;

static struct {
	int composed, committed, released, shown;
	struct gl_region region; /* of the last composition of all */
	struct gl_rect rect;     /* around that */
	uint32_t left_out;       /* of the first layer, in that */
	size_t n_layers;
	struct gl_sprite sprite;
	struct gl_rect part;
	bool busy; /* no memory to paint into */
	uint32_t age;
	int commit_result, compose_result;
	bool lost;
	int recovered, recover_result;
	/* Planes. */
	uint32_t plan;     /* what can have one */
	unsigned asked;    /* how often */
	size_t n_asked;    /* the last time */
	uint64_t top;      /* id of the last one asked for */
	int drawn;         /* alone */
	uint32_t only;     /* which bit of the layer, the last time */
	struct gl_rect at; /* what of it */
	int32_t x, y;      /* where the layer was placed for that */
	uint32_t plane_age;
	int plane_released, forgotten, made;
	bool stale_pointer;
	int stale_times; /* so many commits with a pointer's plane are refused */
	bool stale;      /* the next commit with planes is refused */
	struct screen_frame frame; /* the last one committed */
	size_t n_planes;           /* in that */
	int fence;                 /* that compositions give */
	/* The pointer. */
	int pointer_result, pointers, moves;
	int32_t pointer_x, pointer_y;
} back;

/* What screen.c and its files call of the renderer and of the session. */

int gl_compose_view(struct gl_target *target, const struct gl_composition *c)
{
	(void)target;
	if (c->fence)
		*c->fence = back.fence >= 0 ? dup(back.fence) : -1;
	if (c->n_layers == 1 && c->layers[0].only) {
		back.drawn++;
		back.only = ~c->layers[0].left_out;
		back.at = region_bounds(c->damage);
		back.x = c->layers[0].x;
		back.y = c->layers[0].y;
		return back.compose_result;
	}
	back.composed++;
	back.region = *c->damage;
	back.rect = region_bounds(c->damage);
	back.n_layers = c->n_layers;
	back.left_out = c->n_layers ? c->layers[0].left_out : 0;
	back.sprite = c->sprite;
	back.part = c->part;
	return back.compose_result;
}

void gl_layer_size(const struct gl_layer *layer, int32_t *width, int32_t *height)
{
	(void)layer;
	*width = 100;
	*height = 50;
}

size_t gl_layer_overlays(
	const struct gl_layer *layer, struct gl_overlay_info *out, size_t max)
{
	(void)max;
	if (layer != scene.layers[0].layer)
		return 0;
	memcpy(out, scene.overlays, scene.n_overlays * sizeof *out);
	return scene.n_overlays;
}

size_t gl_layer_overlays_were(
	const struct gl_layer *layer, struct gl_overlay_info *out, size_t max)
{
	(void)layer, (void)max;
	memcpy(out, scene.were, scene.n_were * sizeof *out);
	return scene.n_were;
}

void gl_layer_own_damage(const struct gl_layer *layer, struct gl_region *out)
{
	(void)layer;
	*out = scene.own;
}

bool gl_lost(const struct gl *gl)
{
	(void)gl;
	return back.lost;
}

int session_recover(struct session *session, bool say)
{
	(void)session, (void)say;
	back.recovered++;
	if (back.recover_result == 0) {
		back.compose_result = 0;
		back.lost = false;
		screen_damage_all(&screen);
	}
	return back.recover_result;
}

size_t session_layers(struct session *session, const struct screen *s,
	struct gl_placement *layers, size_t max)
{
	(void)session, (void)s, (void)max;
	memcpy(layers, scene.layers, scene.n_layers * sizeof *layers);
	return scene.n_layers;
}

void session_committed(struct session *session, const struct screen *s)
{
	(void)session, (void)s;
}

void session_resized(struct session *session, const struct screen *s)
{
	(void)session, (void)s;
}

void session_shown(struct session *session, const struct screen *s, uint64_t present_ns)
{
	(void)session, (void)s, (void)present_ns;
	back.shown++;
}

static struct gl_target *acquire(struct screen *s, uint32_t *age)
{
	(void)s;
	*age = back.age;
	return back.busy ? NULL : (struct gl_target *)&back;
}

static int commit(struct screen *s)
{
	size_t n = 0;
	for (size_t i = 0; i < s->planes.n; i++)
		n += s->planes.order[i]->shown;
	if (s->frame.fence >= 0)
		close(s->frame.fence);
	if (back.stale && n > 0)
		return -ESTALE;
	if (back.stale_pointer && s->pointer.on_plane)
		return -ESTALE;
	if (back.stale_times > 0 && s->pointer.on_plane && back.stale_times--)
		return -ESTALE;
	if (back.commit_result == 0) {
		back.committed++;
		back.frame = s->frame;
		back.n_planes = n;
	}
	return back.commit_result;
}

static void release(struct screen *s)
{
	(void)s;
	back.released++;
}

static uint32_t plan(struct screen *s, struct screen_plane *const *planes, size_t n)
{
	(void)s;
	back.asked++;
	back.n_asked = n;
	back.top = planes[n - 1]->id;
	for (size_t i = 0; i < n; i++) {
		back.made += !planes[i]->memory;
		planes[i]->memory = &back;
	}
	return back.plan & ((1u << n) - 1);
}

static struct gl_target *plane_acquire(
	struct screen *s, struct screen_plane *plane, uint32_t *age)
{
	(void)s, (void)plane;
	*age = back.plane_age;
	return (struct gl_target *)&back;
}

static void plane_release(struct screen *s, struct screen_plane *plane)
{
	(void)s, (void)plane;
	back.plane_released++;
}

static void plane_forget(struct screen *s, struct screen_plane *plane)
{
	(void)s;
	plane->memory = NULL;
	back.forgotten++;
}

static int show_pointer(struct screen *s, const struct pointer_image *image)
{
	(void)s;
	back.pointers++;
	return image ? back.pointer_result : 0;
}

static void move_pointer(struct screen *s, int32_t x, int32_t y)
{
	(void)s;
	back.moves++;
	back.pointer_x = x;
	back.pointer_y = y;
}

static const struct screen_ops ops = {.acquire = acquire,
	.commit = commit,
	.release = release,
	.plan = plan,
	.plane_acquire = plane_acquire,
	.plane_release = plane_release,
	.plane_forget = plane_forget,
	.pointer = show_pointer,
	.pointer_at = move_pointer};

static int setup(void **state)
{
	(void)state;
	log_set_level(LOG_SILENT);
	memset(&back, 0, sizeof back);
	memset(&scene, 0, sizeof scene);
	back.fence = -1;
	list_init(&whole_session.screens);
	screen_init(&screen, &whole_session, &ops, "test", 100, 50, 1);
	return 0;
}

static const uint32_t pixels[4];
static const struct pointer_image arrow = {
	.argb = pixels, .width = 10, .height = 10, .hot_x = 1, .hot_y = 2, .serial = 5};
static const struct pointer_image hand = {
	.argb = pixels, .width = 10, .height = 10, .serial = 6};

static void turn_shown(void)
{
	screen_turn(&screen);
	screen_shown(&screen, 1);
}

static void assert_rect(struct gl_rect r, int x0, int y0, int x1, int y1)
{
	assert_int_equal(r.x0, x0);
	assert_int_equal(r.y0, y0);
	assert_int_equal(r.x1, x1);
	assert_int_equal(r.y1, y1);
}

/* One whole frame with these damages and this age of the memory. */
static void frame(struct gl_rect damage, uint32_t age)
{
	back.age = age;
	screen_damage(&screen, damage);
	screen_turn(&screen);
	screen_shown(&screen, 1);
}

static void test_first_frame_is_whole(void **state)
{
	(void)state;
	screen_turn(&screen);
	assert_rect(back.rect, 0, 0, 100, 50);
	assert_int_equal(back.committed, 1);
	assert_int_equal(screen.state, SCREEN_FLIGHT);
}

static void test_one_flip_in_flight(void **state)
{
	(void)state;
	screen_turn(&screen);
	screen_damage(&screen, (struct gl_rect){1, 1, 2, 2});
	screen_turn(&screen);
	assert_int_equal(back.committed, 1);
	screen_shown(&screen, 1);
	screen_turn(&screen);
	assert_int_equal(back.committed, 2);
	assert_int_equal(back.shown, 1);
}

static void test_nothing_wanted_nothing_done(void **state)
{
	(void)state;
	frame((struct gl_rect){0}, 0);
	for (int i = 0; i < 3; i++)
		screen_turn(&screen);
	screen_damage(
		&screen, (struct gl_rect){200, 200, 300, 300}); /* beside the screen */
	screen_turn(&screen);
	assert_int_equal(back.committed, 1);
	assert_int_equal(back.composed, 1);
}

/* Memory that was shown n frames ago lacks the damages since then. */
static void test_buffer_age(void **state)
{
	static const struct {
		uint32_t age;
		int x0, y0, x1, y1;
	} cases[] = {
		{1, 30, 30, 31, 31},
		{2, 20, 20, 31, 31},
		{3, 10, 10, 31, 31},
		{0, 0, 0, 100, 50},
		{5, 0, 0, 100, 50},
		{4, 0, 0, 100, 50},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		setup(NULL);
		frame((struct gl_rect){0}, 0);
		frame((struct gl_rect){10, 10, 11, 11}, 1);
		frame((struct gl_rect){20, 20, 21, 21}, 1);
		frame((struct gl_rect){30, 30, 31, 31}, cases[i].age);
		assert_rect(
			back.rect, cases[i].x0, cases[i].y0, cases[i].x1, cases[i].y1);
	}
}

static void test_damages_add_up(void **state)
{
	(void)state;
	frame((struct gl_rect){0}, 0);
	screen_damage(&screen, (struct gl_rect){5, 5, 6, 6});
	frame((struct gl_rect){40, 20, 60, 90}, 1);
	assert_rect(back.rect, 5, 5, 60, 50);
}

/* No memory now: the want is kept until there is. */
static void test_busy_is_tried_again(void **state)
{
	(void)state;
	back.busy = true;
	screen_turn(&screen);
	assert_int_equal(back.committed, 0);
	back.busy = false;
	screen_turn(&screen);
	assert_int_equal(back.committed, 1);
	assert_rect(back.rect, 0, 0, 100, 50);
}

static void test_failed_paint_releases(void **state)
{
	(void)state;
	back.compose_result = -EIO;
	screen_turn(&screen);
	assert_int_equal(back.released, 1);
	assert_int_equal(back.committed, 0);
	screen_turn(&screen); /* not again and again, but later */
	assert_int_equal(back.composed, 1);
	assert_true(screen_next_ns(&screen) == screen.retry_ns);
	screen.retry_ns = clock_now_ns();
	screen_turn(&screen);
	assert_int_equal(back.composed, 2);
	back.compose_result = 0;
	frame((struct gl_rect){1, 1, 2, 2}, 1);
	assert_rect(back.rect, 0, 0, 100, 50);
}

static void test_failed_commit_keeps_damage(void **state)
{
	(void)state;
	frame((struct gl_rect){0}, 0);
	back.commit_result = -EINVAL;
	frame((struct gl_rect){1, 1, 2, 2}, 1);
	back.commit_result = 0;
	frame((struct gl_rect){4, 4, 5, 5}, 1);
	assert_int_equal(back.committed, 2);
	assert_rect(back.rect, 0, 0, 100, 50);
}

/* Master lost without being told: kept, to be tried when it is ours again. */
static void test_commit_again(void **state)
{
	(void)state;
	back.commit_result = -EAGAIN;
	screen_turn(&screen);
	assert_true(screen.wanted);
	assert_int_equal(screen.state, SCREEN_IDLE);
}

/* The card is reset: what was to be shown is shown whole, in the same turn. */
static void test_lost(void **state)
{
	(void)state;
	frame((struct gl_rect){0}, 0);
	back.compose_result = -ESTALE;
	screen_damage(&screen, (struct gl_rect){1, 1, 2, 2});
	back.age = 1;
	screen_turn(&screen);
	assert_int_equal(back.recovered, 1);
	assert_int_equal(back.committed, 2);
	assert_rect(back.rect, 0, 0, 100, 50);
}

/* It takes a while: tried every second, and noticed too when there is nothing to paint into. */
static void test_lost_for_longer(void **state)
{
	(void)state;
	frame((struct gl_rect){0}, 0);
	back.busy = back.lost = true;
	back.recover_result = -ENODEV;
	screen_damage(&screen, (struct gl_rect){1, 1, 2, 2});
	for (int i = 1; i < 4; i++) {
		screen_turn(&screen);
		assert_int_equal(back.recovered, i);
		assert_true(screen.retry_ns > 0);
		screen_turn(&screen);
		assert_int_equal(back.recovered, i);
		screen.retry_ns = clock_now_ns();
	}
	back.busy = false;
	back.recover_result = 0;
	back.compose_result = -ESTALE;
	screen_turn(&screen);
	assert_int_equal(back.committed, 2);
	assert_rect(back.rect, 0, 0, 100, 50);
}

/* Rectangles that lie apart stay apart, for memory of every age. */
static void test_caret(void **state)
{
	(void)state;
	for (uint32_t age = 1; age <= SCREEN_HISTORY; age++) {
		setup(state);
		frame((struct gl_rect){0}, 0);
		for (int i = 0; i < 6; i++)
			frame((struct gl_rect){90, 40, 92, 48}, age);
		frame((struct gl_rect){1, 1, 3, 9}, age);
		assert_int_equal(back.region.n, age > 1 ? 2 : 1);
		assert_true(rect_area(&back.region.rects[0]) == 16);
		assert_true(age == 1 || rect_area(&back.region.rects[1]) == 16);
	}
}

static void test_pause_and_resume(void **state)
{
	(void)state;
	frame((struct gl_rect){0}, 0);
	screen_pause(&screen);
	screen_damage(&screen, (struct gl_rect){1, 1, 2, 2});
	screen_turn(&screen);
	assert_int_equal(back.committed, 1);
	screen_shown(&screen, 1); /* a late event does not wake it */
	assert_int_equal(screen.state, SCREEN_PAUSED);
	screen_resume(&screen);
	back.age = 1;
	screen_turn(&screen);
	assert_int_equal(back.committed, 2);
	assert_rect(back.rect, 0, 0, 100, 50);
}

/* A card that answers every flip at once is held to its refresh; a single one means nothing. */
static void test_no_vblank_is_paced(void **state)
{
	(void)state;
	frame_clock_init(&screen.clock, 10 * NS_PER_S);
	uint64_t now = clock_now_ns();
	screen_turn(&screen);
	screen_shown(&screen, now - 1000);
	for (unsigned i = 1; i <= 3; i++) {
		assert_false(screen.clock.no_vblank);
		screen_damage(&screen, (struct gl_rect){1, 1, 2, 2});
		screen_turn(&screen);
		screen_shown(&screen, now - 1000 + i);
	}
	now = screen.shown_ns;
	assert_int_equal(back.committed, 4);
	assert_true(screen_next_ns(&screen) == UINT64_MAX);
	screen_damage(&screen, (struct gl_rect){1, 1, 2, 2});
	screen_turn(&screen);
	assert_int_equal(back.committed, 4);
	assert_true(screen_next_ns(&screen) == now + 10 * NS_PER_S);
	screen.due_ns = clock_now_ns();
	screen_turn(&screen);
	assert_int_equal(back.committed, 5);
}

static void test_resize(void **state)
{
	(void)state;
	frame((struct gl_rect){0}, 0);
	screen_damage(&screen, (struct gl_rect){90, 40, 100, 50});
	screen_resize(&screen, 20, 10, 1000);
	back.age = 1;
	screen_turn(&screen);
	assert_rect(back.rect, 0, 0, 20, 10);
}

/* Planes. */

static struct gl_layer *layer(int i)
{
	return (struct gl_layer *)((char *)&scene + i);
}

/* A window with overlays at these places, and all of them can have planes. */
static void show_overlays(size_t n, const struct gl_rect *at)
{
	scene.n_layers = 1;
	scene.layers[0] = (struct gl_placement){.layer = layer(0)};
	scene.n_overlays = n;
	for (size_t i = 0; i < n; i++)
		scene.overlays[i] = (struct gl_overlay_info){
			.id = 7 + i, .at = at[i], .damage = region_of(at[i])};
	back.plan = UINT32_MAX;
}

/* The window sends a frame of which this changed, and it is shown. */
static void submit(struct gl_rect own, struct gl_rect overlay)
{
	struct gl_region all = region_of(own);
	scene.own = region_of(own);
	scene.overlays[0].damage = region_of(overlay);
	region_join(&all, &scene.overlays[0].damage);
	screen_submitted(&screen, layer(0), 0, 0, &all);
	screen_turn(&screen);
	screen_shown(&screen, 1);
}

static const struct gl_rect video = {20, 10, 60, 40}, none;

/* One that was there the last time gets a plane. */
static void settle(void)
{
	back.age = back.plane_age = 1;
	frame((struct gl_rect){0}, 0);
	back.plane_age = 0;
	frame((struct gl_rect){0, 0, 1, 1}, 1);
	back.plane_age = 1;
}

static void test_plane_is_left_out(void **state)
{
	(void)state;
	show_overlays(1, &video);
	frame((struct gl_rect){0}, 0);
	assert_int_equal(back.asked, 0);
	assert_int_equal(back.left_out, 0);
	frame((struct gl_rect){0, 0, 1, 1}, 1);
	assert_int_equal(back.n_asked, 1);
	assert_int_equal(back.left_out, 1);
	/* What was under it is painted for the first time, and all of it into its own memory. */
	assert_rect(back.rect, 0, 0, 60, 40);
	assert_int_equal(back.drawn, 1);
	assert_int_equal(back.only, 1);
	assert_rect(back.at, 0, 0, 40, 30);
	assert_int_equal(back.x, -20);
	assert_int_equal(back.y, -10);
	assert_int_equal(back.n_planes, 1);
}

/* The point of it: what changes in the video is all that is drawn. */
static void test_plane_alone(void **state)
{
	(void)state;
	show_overlays(1, &video);
	settle();
	int composed = back.composed;
	for (int i = 1; i < 5; i++) {
		submit(none, (struct gl_rect){21, 12, 25, 14});
		assert_int_equal(back.drawn, 1 + i);
		assert_rect(back.at, 1, 2, 5, 4);
		assert_false(back.frame.picture);
		assert_int_equal(back.n_planes, 1);
	}
	assert_int_equal(back.composed, composed);
	assert_int_equal(back.committed, 6);
	/* And what changes beside it leaves it as it is. */
	submit((struct gl_rect){70, 0, 80, 5}, none);
	assert_int_equal(back.drawn, 5);
	assert_true(back.frame.picture);
	assert_rect(back.rect, 70, 0, 80, 5);
	assert_int_equal(back.left_out, 1);
}

/* Its memory walks on its own: each buffer lacks what it missed. */
static void test_plane_age(void **state)
{
	(void)state;
	show_overlays(1, &video);
	settle();
	submit(none, (struct gl_rect){21, 11, 22, 12});
	submit((struct gl_rect){0, 0, 1, 1}, none);
	back.plane_age = 2;
	submit(none, (struct gl_rect){24, 14, 25, 15});
	assert_rect(back.at, 1, 1, 5, 5);
	back.plane_age = 0;
	submit(none, (struct gl_rect){24, 14, 25, 15});
	assert_rect(back.at, 0, 0, 40, 30);
}

static void test_plane_under_something(void **state)
{
	(void)state;
	show_overlays(1, &video);
	scene.layers[1] = (struct gl_placement){.layer = layer(1), .x = 55};
	scene.n_layers = 2;
	settle();
	assert_int_equal(back.asked, 0);
	scene.layers[1].x = 60;
	frame((struct gl_rect){0, 0, 1, 1}, 1);
	frame((struct gl_rect){0, 0, 1, 1}, 1);
	assert_int_equal(back.asked, 1);
	assert_int_equal(back.n_planes, 1);
}

/* Composed again, and what is shown is damaged, with every change. */
static void test_plane_taken_away(void **state)
{
	(void)state;
	show_overlays(1, &video);
	settle();
	back.plan = 0;
	frame((struct gl_rect){0, 0, 1, 1}, 1);
	assert_int_equal(back.left_out, 0);
	assert_int_equal(back.n_planes, 0);
	assert_rect(back.rect, 0, 0, 60, 40);
	back.plan = 1;
	frame((struct gl_rect){0, 0, 1, 1}, 1);
	assert_int_equal(back.n_planes, 1);
	assert_int_equal(back.drawn, 2);
	assert_rect(back.at, 0, 0, 40, 30);
	assert_int_equal(back.forgotten, 0);
}

/* It goes: its place is painted; its memory follows later, without a wake-up. */
static void test_plane_goes(void **state)
{
	(void)state;
	show_overlays(1, &video);
	settle();
	scene.n_overlays = 0;
	submit(video, none);
	assert_rect(back.rect, 20, 10, 60, 40);
	assert_int_equal(back.n_planes, 0);
	assert_true(screen_next_ns(&screen) == UINT64_MAX);
	screen_turn(&screen);
	assert_int_equal(back.forgotten, 0);
	screen.planes.slots[0].gone_ns -= 2 * NS_PER_S;
	screen_turn(&screen);
	assert_int_equal(back.forgotten, 1);
	assert_int_equal(screen.planes.slots[0].id, 0);
}

/* Another size is another picture with other memory; it is shown when it stays. */
static void test_plane_resized(void **state)
{
	(void)state;
	show_overlays(1, &video);
	settle();
	uint64_t was = back.top;
	scene.overlays[0].at.x1 = 61;
	submit(none, scene.overlays[0].at);
	assert_int_equal(back.forgotten, 1);
	assert_int_equal(back.n_planes, 0);
	assert_rect(back.rect, 20, 10, 61, 40);
	submit(none, scene.overlays[0].at);
	assert_int_equal(back.n_planes, 1);
	assert_true(back.top != was);
}

/* Ever another size, for two frames each: memory is made a few times in a second, and few is kept. */
static void test_plane_churn(void **state)
{
	(void)state;
	show_overlays(1, &(struct gl_rect){0, 0, 99, 50});
	settle();
	for (int i = 0; i < 60; i++) {
		screen.planes.made_ns = clock_now_ns(); /* all in one second */
		scene.overlays[0].at.x1 = 40 + i;
		scene.overlays[0].id = 100 + (uint64_t)i;
		submit((struct gl_rect){0, 0, 1, 1}, scene.overlays[0].at);
		submit((struct gl_rect){0, 0, 1, 1}, scene.overlays[0].at);
		assert_true(back.made - back.forgotten <= 3);
	}
	assert_int_equal(back.made, 8);
	assert_int_equal(back.n_planes, 0);
	screen.planes.made_ns = clock_now_ns() - 2 * NS_PER_S;
	submit((struct gl_rect){0, 0, 1, 1}, scene.overlays[0].at);
	assert_int_equal(back.n_planes, 1);
}

static void test_plane_moves(void **state)
{
	(void)state;
	show_overlays(1, &video);
	settle();
	uint64_t was = back.top;
	int composed = back.composed;
	scene.overlays[0].at = (struct gl_rect){30, 10, 70, 40};
	submit(none, scene.overlays[0].at);
	assert_int_equal(back.composed, composed);
	assert_true(back.top == was);
	assert_int_equal(back.n_planes, 1);
	assert_int_equal(screen.planes.order[0]->at.x0, 30);
	assert_rect(back.at, 0, 0, 40, 30);
}

/* The card breaks its word: the same turn shows it all composed, and a second goes by. */
static void test_plane_refused(void **state)
{
	(void)state;
	show_overlays(1, &video);
	settle();
	int committed = back.committed;
	back.stale = true;
	submit(none, (struct gl_rect){21, 12, 25, 14});
	assert_int_equal(back.committed, committed + 1);
	assert_int_equal(back.n_planes, 0);
	assert_true(back.frame.picture);
	assert_rect(back.rect, 0, 0, 100, 50);
	assert_int_equal(back.left_out, 0);
	assert_int_equal(back.recovered, 0);
	back.stale = false;
	frame((struct gl_rect){0, 0, 1, 1}, 1);
	frame((struct gl_rect){0, 0, 1, 1}, 1);
	assert_int_equal(back.n_planes, 0);
	screen.planes.barred_ns = clock_now_ns();
	frame((struct gl_rect){0, 0, 1, 1}, 1);
	frame((struct gl_rect){0, 0, 1, 1}, 1);
	assert_int_equal(back.n_planes, 1);
}

/* The lower of two that touch may only have a plane if the upper one has. */
static void test_planes_in_order(void **state)
{
	const struct gl_rect at[2] = {{0, 0, 40, 40}, {50, 0, 90, 40}};
	(void)state;
	show_overlays(2, at);
	settle();
	assert_int_equal(back.n_asked, 2);
	assert_int_equal(back.left_out, 3);
	assert_int_equal(back.n_planes, 2);
	back.plan = 2;
	frame((struct gl_rect){0, 0, 1, 1}, 1);
	assert_int_equal(back.left_out, 2);
	assert_rect(back.rect, 0, 0, 40, 40);
}

/* One of two has a plane, and the other one moves, and goes: its places are composed anew. */
static void test_composed_beside_plane(void **state)
{
	const struct gl_rect at[2] = {{0, 0, 40, 40}, {50, 0, 90, 40}};
	const struct gl_rect moved = {52, 5, 92, 45};
	(void)state;
	show_overlays(2, at);
	settle();
	back.plan = 1;
	frame((struct gl_rect){0, 0, 1, 1}, 1);
	assert_int_equal(back.n_planes, 1);
	assert_int_equal(back.left_out, 1);
	scene.n_were = 2;
	memcpy(scene.were, scene.overlays, sizeof scene.were);
	scene.overlays[1].at = moved;
	scene.overlays[1].damage = region_of(moved);
	submit((struct gl_rect){91, 0, 92, 1}, none);
	assert_int_equal(back.n_planes, 1);
	assert_rect(back.rect, 50, 0, 92, 45);
	memcpy(scene.were, scene.overlays, sizeof scene.were);
	scene.n_overlays = 1;
	submit((struct gl_rect){99, 0, 100, 1}, none);
	assert_rect(back.rect, 52, 0, 100, 45);
	/* What a plane shows leaves nothing behind in the composition. */
	scene.n_were = 1;
	scene.overlays[0].at = (struct gl_rect){1, 0, 41, 40};
	int composed = back.composed;
	submit(none, scene.overlays[0].at);
	assert_int_equal(back.composed, composed);
}

/* It fills the screen: what changes beneath waits until somebody can see it. */
static void test_plane_fills(void **state)
{
	const struct gl_rect all = {0, 0, 100, 50};
	(void)state;
	show_overlays(1, &all);
	settle();
	int composed = back.composed;
	submit((struct gl_rect){5, 5, 9, 9}, all);
	submit((struct gl_rect){1, 1, 2, 2}, none);
	assert_int_equal(back.composed, composed);
	assert_false(back.frame.picture);
	assert_int_equal(back.n_planes, 1);
	scene.n_overlays = 0;
	submit(none, none);
	frame((struct gl_rect){1, 1, 2, 2}, 1);
	assert_int_equal(back.n_planes, 0);
	assert_rect(back.rect, 0, 0, 100, 50);
}

/* Nothing of planes is used where a mirror shows another size. */
static void test_plane_scaled(void **state)
{
	struct screen other = {.width = 200, .height = 100};
	(void)state;
	show_overlays(1, &video);
	screen.mirrors = &other;
	screen_damage_all(&screen);
	settle();
	assert_int_equal(back.asked, 0);
	screen.mirrors = NULL;
}

static void magnify(double factor)
{
	magnify_set(&screen.magnify, 100, 50, factor, 50, 25);
	screen_magnified(&screen);
}

/* Only what is seen is painted, and told in pixels of the picture; what is not costs nothing. */
static void test_magnified_damage(void **state)
{
	(void)state;
	list_push_back(&whole_session.screens, &screen.link);
	turn_shown();
	magnify(2);
	frame((struct gl_rect){0}, 1);
	assert_rect(back.part, 25, 13, 75, 38);
	assert_rect(back.rect, 25, 13, 75, 38);
	frame((struct gl_rect){30, 30, 31, 31}, 2);
	assert_rect(back.rect, 25, 13, 75, 38); /* memory of before shows another part */
	frame((struct gl_rect){0}, 1);
	int composed = back.composed, committed = back.committed;
	frame((struct gl_rect){0, 0, 25, 50}, 1);
	assert_false(screen.wanted);
	assert_int_equal(back.composed, composed);
	assert_int_equal(back.committed, committed);
	frame((struct gl_rect){20, 20, 30, 21}, 1);
	assert_rect(back.rect, 25, 20, 30, 21);
	assert_rect(region_bounds(&back.frame.damage), 0, 12, 12, 18);
	magnify(1);
	frame((struct gl_rect){0}, 2);
	assert_true(rect_empty(&back.part));
	assert_rect(back.rect, 0, 0, 100, 50);
	frame((struct gl_rect){0, 0, 1, 1}, 1);
	assert_rect(back.rect, 0, 0, 1, 1);
	list_remove(&screen.link);
}

/* No planes meanwhile: what had one is drawn, and has it again afterwards. */
static void test_magnified_planes(void **state)
{
	(void)state;
	list_push_back(&whole_session.screens, &screen.link);
	show_overlays(1, &video);
	settle();
	screen_pointer(&screen, &arrow, 50, 25);
	turn_shown();
	assert_int_equal(back.n_planes, 1);
	assert_int_equal(back.sprite.serial, 0);
	magnify(4);
	turn_shown();
	assert_int_equal(back.n_planes, 0);
	assert_int_equal(back.left_out, 0);
	assert_int_equal(back.sprite.serial, arrow.serial);
	assert_int_equal(back.sprite.x, 49);
	int moves = back.moves;
	screen_pointer(&screen, &arrow, 51, 25);
	turn_shown();
	assert_int_equal(back.sprite.x, 50);
	assert_int_equal(back.moves, moves);
	magnify(1);
	turn_shown();
	frame((struct gl_rect){0, 0, 1, 1}, 1);
	assert_int_equal(back.sprite.serial, 0);
	assert_int_equal(back.n_planes, 1);
	list_remove(&screen.link);
}

/* A mirror shows another picture when its source has another mode. */
static void test_mirror_of_resized(void **state)
{
	struct screen source;
	(void)state;
	screen_init(&source, &whole_session, &ops, "source", 100, 50, 1);
	list_push_back(&whole_session.screens, &screen.link);
	screen.mirrors = &source;
	frame((struct gl_rect){0}, 0);
	screen_resize(&source, 60, 30, 1);
	back.age = 1;
	screen_turn(&screen);
	assert_rect(back.rect, 0, 0, 60, 30);
	screen.mirrors = NULL;
}

static void test_planes_forgotten(void **state)
{
	(void)state;
	show_overlays(1, &video);
	settle();
	screen_resize(&screen, 90, 50, 1);
	assert_int_equal(back.forgotten, 1);
	settle();
	screen_finish(&screen);
	assert_int_equal(back.forgotten, 2);
}

/* Turned, all of it is another: memory of planes, the pointer's picture. */
static void test_turned(void **state)
{
	(void)state;
	show_overlays(1, &video);
	settle();
	screen_pointer(&screen, &arrow, 20, 10);
	turn_shown();
	screen.transform = TRANSFORM_180;
	screen_turned(&screen);
	frame((struct gl_rect){1, 1, 2, 2}, 1);
	assert_int_equal(back.forgotten, 1);
	assert_int_equal(back.pointers, 2);
	assert_rect(back.rect, 0, 0, 100, 50);
	assert_int_equal(back.n_planes, 0);
	frame((struct gl_rect){1, 1, 2, 2}, 1);
	assert_int_equal(back.n_planes, 1);
}

/* A frame that fails gives all of its memory back. */
static void test_plane_failed_paint(void **state)
{
	(void)state;
	show_overlays(1, &video);
	settle();
	back.compose_result = -EIO;
	submit((struct gl_rect){0, 0, 1, 1}, video);
	assert_int_equal(back.plane_released, 1);
	assert_int_equal(back.released, 0);
	assert_true(screen.retry_ns > 0);
	back.compose_result = 0;
	screen.retry_ns = clock_now_ns();
	screen_turn(&screen);
	assert_rect(back.at, 0, 0, 40, 30);
	assert_rect(back.rect, 0, 0, 100, 50);
}

/* All compositions of a frame are waited for by the last one's fence, which commit closes. */
static void test_fence(void **state)
{
	(void)state;
	show_overlays(1, &video);
	screen.fences = true;
	back.fence = dup(STDERR_FILENO);
	int next = dup(back.fence);
	close(next);
	settle();
	assert_true(back.frame.fence >= 0);
	back.compose_result = -EIO;
	submit((struct gl_rect){0, 0, 1, 1}, video);
	screen.fences = false;
	back.compose_result = 0;
	frame((struct gl_rect){1, 1, 2, 2}, 1);
	assert_int_equal(back.frame.fence, -1);
	close(back.fence);
	int again = dup(STDERR_FILENO);
	assert_int_equal(again, back.fence); /* none is left open */
	close(again);
}

/* The pointer. */

static void test_pointer_on_plane(void **state)
{
	(void)state;
	frame((struct gl_rect){0}, 0);
	screen_pointer(&screen, &arrow, 20, 10);
	assert_int_equal(back.pointers, 1);
	assert_int_equal(back.pointer_x, 19);
	assert_int_equal(back.pointer_y, 8);
	turn_shown();
	assert_int_equal(back.committed, 2);
	assert_int_equal(back.composed, 1);
	assert_false(back.frame.picture);
	/* Many moves, one commit; none while one is in flight. */
	for (int i = 0; i < 9; i++)
		screen_pointer(&screen, &arrow, 30 + i, 10);
	screen_turn(&screen);
	screen_pointer(&screen, &arrow, 50, 10);
	screen_turn(&screen);
	assert_int_equal(back.committed, 3);
	screen_shown(&screen, 1);
	turn_shown();
	assert_int_equal(back.committed, 4);
	assert_int_equal(back.moves, 11);
	assert_int_equal(back.pointers, 1);
	assert_int_equal(back.composed, 1);
	/* At rest nothing happens. */
	screen_pointer(&screen, &arrow, 50, 10);
	assert_true(screen_next_ns(&screen) == UINT64_MAX);
	screen_turn(&screen);
	assert_int_equal(back.committed, 4);
	screen_pointer(&screen, NULL, 0, 0);
	turn_shown();
	assert_int_equal(back.committed, 5);
	screen_pointer(&screen, NULL, 9, 9);
	assert_false(screen.nudged);
}

static void test_pointer_drawn(void **state)
{
	(void)state;
	back.pointer_result = -E2BIG;
	frame((struct gl_rect){0}, 0);
	back.age = 1;
	screen_pointer(&screen, &arrow, 21, 12);
	turn_shown();
	assert_rect(back.rect, 20, 10, 30, 20);
	assert_int_equal(back.sprite.serial, 5);
	assert_int_equal(back.sprite.x, 20);
	assert_int_equal(back.sprite.y, 10);
	screen_pointer(&screen, &arrow, 31, 12);
	turn_shown();
	assert_rect(back.rect, 20, 10, 40, 20);
	back.pointer_result = 0;
	screen_pointer(&screen, &hand, 31, 12);
	turn_shown();
	assert_rect(back.rect, 30, 10, 40, 20);
	assert_int_equal(back.sprite.serial, 0);
	assert_true(screen.pointer.on_plane);
	screen_pointer(&screen, NULL, 0, 0);
	turn_shown();
	assert_int_equal(back.composed, 4);
}

/* A plane would cover a pointer that is drawn. */
static void test_pointer_over_plane(void **state)
{
	(void)state;
	show_overlays(1, &video);
	back.pointer_result = -ENOTSUP;
	settle();
	assert_int_equal(back.n_planes, 1);
	screen_pointer(&screen, &arrow, 25, 15);
	turn_shown();
	assert_int_equal(back.n_planes, 0);
	assert_int_equal(back.left_out, 0);
	assert_rect(back.rect, 20, 10, 60, 40);
	screen_pointer(&screen, &arrow, 80, 15);
	turn_shown();
	frame((struct gl_rect){0, 0, 1, 1}, 1);
	assert_int_equal(back.n_planes, 1);
}

/* A card that takes the picture and refuses the commit. */
static void test_pointer_refused(void **state)
{
	(void)state;
	frame((struct gl_rect){0}, 0);
	screen_pointer(&screen, &arrow, 21, 12);
	back.commit_result = -EINVAL;
	screen_turn(&screen);
	assert_true(screen.pointer.drawn);
	assert_true(screen.retry_ns > 0);
	back.commit_result = 0;
	screen.retry_ns = clock_now_ns();
	screen_turn(&screen);
	assert_int_equal(back.sprite.serial, 5);
	assert_true(back.frame.picture);
	screen_resume(&screen);
	assert_true(screen.pointer.on_plane);
}

/* The card takes the cursor back when it is asked to show a frame. */
static void test_pointer_taken_back(void **state)
{
	(void)state;
	frame((struct gl_rect){0}, 0);
	screen_pointer(&screen, &arrow, 21, 12);
	turn_shown();
	back.age = 1;
	back.stale_pointer = true;
	back.pointer_result = -ENOTSUP;
	int committed = back.committed;
	screen_damage(&screen, (struct gl_rect){1, 1, 2, 2});
	screen_turn(&screen);
	assert_int_equal(back.committed, committed + 1);
	assert_int_equal(back.sprite.serial, 5);
	assert_int_equal(back.recovered, 0);
}

/* Planes of pictures are refused, then the pointer's, in two sizes: it is all the same frame. */
static void test_all_taken_back(void **state)
{
	(void)state;
	show_overlays(1, &video);
	settle();
	screen_pointer(&screen, &arrow, 81, 12);
	turn_shown();
	assert_int_equal(back.n_planes, 1);
	back.stale = true;
	back.stale_times = 2;
	int committed = back.committed;
	submit((struct gl_rect){1, 1, 2, 2}, video);
	assert_int_equal(back.committed, committed + 1);
	assert_int_equal(back.n_planes, 0);
	assert_true(screen.retry_ns == 0);
}

/* After a frame that failed the pointer waits, too: what planes show is not what is known. */
static void test_pointer_after_failure(void **state)
{
	(void)state;
	frame((struct gl_rect){0}, 0);
	screen_pointer(&screen, &arrow, 21, 12);
	turn_shown();
	back.compose_result = -EIO;
	screen_damage(&screen, (struct gl_rect){1, 1, 2, 2});
	screen_turn(&screen);
	uint64_t again = screen.retry_ns;
	assert_true(again > 0);
	int committed = back.committed;
	screen_pointer(&screen, &arrow, 31, 12);
	assert_true(screen_next_ns(&screen) == again);
	screen_turn(&screen);
	assert_int_equal(back.committed, committed);
	assert_true(screen.retry_ns == again);
	assert_false(screen.pointer.refused);
	back.compose_result = 0;
	screen.retry_ns = clock_now_ns();
	screen_turn(&screen);
	assert_int_equal(back.committed, committed + 1);
	assert_true(back.frame.picture);
	assert_rect(back.rect, 0, 0, 100, 50);
}

/* It may be left out of a modeset: asked for again when that is shown. */
static void test_pointer_unsure(void **state)
{
	(void)state;
	frame((struct gl_rect){0}, 0);
	screen_pointer(&screen, &arrow, 21, 12);
	turn_shown();
	screen_pause(&screen);
	screen_resume(&screen);
	screen_turn(&screen);
	back.pointer_result = -ENOTSUP;
	screen_shown(&screen, 1);
	assert_true(screen.pointer.drawn);
	turn_shown();
	assert_int_equal(back.sprite.serial, 5);
	int pointers = back.pointers;
	frame((struct gl_rect){1, 1, 2, 2}, 1);
	assert_int_equal(back.pointers, pointers);
}

/* Time. */

/* Frames that came every 10 s, to the nanosecond; paints that took nothing. */
static uint64_t steady(void)
{
	uint64_t now = clock_now_ns(), period = 10 * NS_PER_S;
	frame_clock_init(&screen.clock, period);
	screen_turn(&screen);
	for (int i = 6; i >= 0; i--) {
		screen_shown(&screen, now - (uint64_t)i * period);
		frame_clock_painted(&screen.clock, now, now, now + NS_PER_MS);
	}
	return now;
}

static void test_painted_late(void **state)
{
	(void)state;
	uint64_t now = steady();
	int committed = back.committed;
	screen_damage(&screen, (struct gl_rect){1, 1, 2, 2});
	screen_turn(&screen);
	assert_int_equal(back.committed, committed);
	uint64_t due = screen_next_ns(&screen);
	assert_true(due > now + 9 * NS_PER_S && due < now + 10 * NS_PER_S);
	/* What comes meanwhile is in the same frame and puts nothing off. */
	screen_damage(&screen, (struct gl_rect){8, 8, 9, 9});
	screen_turn(&screen);
	assert_true(screen_next_ns(&screen) == due);
	screen.due_ns = clock_now_ns();
	back.age = 1;
	screen_turn(&screen);
	assert_int_equal(back.committed, committed + 1);
	assert_int_equal(back.region.n, 2);
	assert_true(screen_next_ns(&screen) == UINT64_MAX);
}

/* The flip never came: all anew, and whatever was foretold is void. */
static void test_flip_lost(void **state)
{
	(void)state;
	steady();
	screen_turn(&screen);
	screen_damage(&screen, (struct gl_rect){1, 1, 2, 2});
	screen.due_ns = clock_now_ns();
	screen_turn(&screen);
	assert_int_equal(screen.state, SCREEN_FLIGHT);
	int committed = back.committed;
	screen_lost(&screen);
	back.age = 1;
	screen_turn(&screen);
	assert_int_equal(back.committed, committed + 1);
	assert_rect(back.rect, 0, 0, 100, 50);
	screen_pause(&screen);
	screen_lost(&screen);
	assert_int_equal(screen.state, SCREEN_PAUSED);
}

/* No memory: nothing wakes us for it but the event that brings some. */
static void test_stuck_does_not_wake(void **state)
{
	(void)state;
	back.busy = true;
	screen_turn(&screen);
	assert_true(screen_next_ns(&screen) == UINT64_MAX);
	screen_shown(&screen, 1);
	assert_true(screen_next_ns(&screen) <= clock_now_ns());
}

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		T(test_first_frame_is_whole),
		T(test_one_flip_in_flight),
		T(test_nothing_wanted_nothing_done),
		T(test_buffer_age),
		T(test_damages_add_up),
		T(test_busy_is_tried_again),
		T(test_failed_paint_releases),
		T(test_failed_commit_keeps_damage),
		T(test_lost),
		T(test_lost_for_longer),
		T(test_caret),
		T(test_commit_again),
		T(test_pause_and_resume),
		T(test_no_vblank_is_paced),
		T(test_resize),
		T(test_plane_is_left_out),
		T(test_plane_alone),
		T(test_plane_age),
		T(test_plane_under_something),
		T(test_plane_taken_away),
		T(test_plane_goes),
		T(test_plane_resized),
		T(test_plane_churn),
		T(test_plane_moves),
		T(test_plane_refused),
		T(test_planes_in_order),
		T(test_composed_beside_plane),
		T(test_plane_fills),
		T(test_plane_scaled),
		T(test_magnified_damage),
		T(test_magnified_planes),
		T(test_mirror_of_resized),
		T(test_planes_forgotten),
		T(test_turned),
		T(test_plane_failed_paint),
		T(test_fence),
		T(test_pointer_on_plane),
		T(test_pointer_drawn),
		T(test_pointer_over_plane),
		T(test_pointer_refused),
		T(test_pointer_taken_back),
		T(test_pointer_unsure),
		T(test_all_taken_back),
		T(test_pointer_after_failure),
		T(test_painted_late),
		T(test_flip_lost),
		T(test_stuck_does_not_wake),
	};
	return cmocka_run_group_tests_name("screen", tests, NULL, NULL);
}
