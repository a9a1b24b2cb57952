/* Overlays on planes of their own, which are left out of the composition. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "screen_rig.h"
#include "util/clock.h"

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

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
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
		T(test_plane_failed_paint),
		T(test_fence),
	};
	return cmocka_run_group_tests_name("screen planes", tests, NULL, NULL);
}
