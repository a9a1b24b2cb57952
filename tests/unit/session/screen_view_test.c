/* A screen that shows another size, a part of its picture, or the picture turned. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "screen_rig.h"

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

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		T(test_resize),
		T(test_plane_scaled),
		T(test_magnified_damage),
		T(test_magnified_planes),
		T(test_mirror_of_resized),
		T(test_planes_forgotten),
		T(test_turned),
	};
	return cmocka_run_group_tests_name("screen view", tests, NULL, NULL);
}
