/* The screen's state machine against a back end and a renderer that only take notes. */
#include "session/screen.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "gl/rect.h"
#include "gl/region.h"
#include "session/recover.h"
#include "session/session.h"
#include "util/clock.h"
#include "util/log.h"

static struct session whole_session;
static struct screen screen;
static struct {
	int composed, committed, released, shown;
	struct gl_region region; /* of the last composition */
	struct gl_rect rect;     /* around that */
	bool busy;               /* no memory to paint into */
	uint32_t age;
	int commit_result, compose_result;
	bool lost;
	int recovered, recover_result;
} back;

/* What screen.c calls of the renderer and of the session. */

int gl_compose(struct gl_target *target, uint32_t background,
	const struct gl_placement *layers, size_t n, const struct gl_region *damage)
{
	(void)target, (void)background, (void)layers, (void)n;
	back.composed++;
	back.region = *damage;
	back.rect = region_bounds(damage);
	return back.compose_result;
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
	(void)session, (void)s, (void)layers, (void)max;
	return 0;
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
	(void)s;
	if (back.commit_result == 0)
		back.committed++;
	return back.commit_result;
}

static void release(struct screen *s)
{
	(void)s;
	back.released++;
}

static const struct screen_ops ops = {acquire, commit, release};

static int setup(void **state)
{
	(void)state;
	log_set_level(LOG_SILENT);
	memset(&back, 0, sizeof back);
	screen_init(&screen, &whole_session, &ops, "test", 100, 50, 1);
	return 0;
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
	screen.refresh_ns = 10 * NS_PER_S;
	uint64_t now = clock_now_ns();
	screen_turn(&screen);
	screen_shown(&screen, now - 1000);
	for (unsigned i = 1; i <= 3; i++) {
		assert_false(screen.no_vblank);
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
	screen.shown_ns -= 10 * NS_PER_S;
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
	};
	return cmocka_run_group_tests_name("screen", tests, NULL, NULL);
}
