/* The screen's state machine: frames, their damage, failures, time. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "screen_rig.h"
#include "util/clock.h"

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
		T(test_painted_late),
		T(test_flip_lost),
		T(test_stuck_does_not_wake),
	};
	return cmocka_run_group_tests_name("screen", tests, NULL, NULL);
}
