/* The pointer: on a plane of its own, or drawn. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "screen_rig.h"
#include "util/clock.h"

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

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		T(test_pointer_on_plane),
		T(test_pointer_drawn),
		T(test_pointer_over_plane),
		T(test_pointer_refused),
		T(test_pointer_taken_back),
		T(test_pointer_unsure),
		T(test_all_taken_back),
		T(test_pointer_after_failure),
	};
	return cmocka_run_group_tests_name("screen pointer", tests, NULL, NULL);
}
