/* Events without devices: what is fed goes the way of all others. */
#include <errno.h>
#include <linux/input-event-codes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fake_libinput.h"
#include "listening.h"
#include "input/input.h"
#include "util/log.h"

static const struct input_keymap us = {.layout = "us"};

static struct input *input;

static bool handle_shortcut(void *data, const struct input_key *key)
{
	return key->code == KEY_F12;
}

static void handle_key(void *data, const struct input_key *key)
{
	hear("%c%u'%s'",
		key->repeat    ? '*'
		: key->pressed ? '+'
			       : '-',
		key->code, key->utf8);
}

static void handle_pointer(void *data, const struct input_pointer *p)
{
	if (p->kind == INPUT_POINTER_SCROLL)
		hear("S %g,%g", (double)p->scroll_x, (double)p->scroll_y);
	else
		hear("%c %g,%g %x", "MPR"[p->kind], (double)p -> x, (double)p -> y,
			p -> buttons);
}

static void handle_touch(void *data, const struct input_touch *t)
{
	hear("%c%u %g,%g", "DMUC"[t->kind], t -> id, (double)t -> x, (double)t -> y);
}

static void handle_activity(void *data)
{
	hear("!");
}

static const struct input_listener listener = {
	.shortcut = handle_shortcut,
	.key = handle_key,
	.pointer = handle_pointer,
	.touch = handle_touch,
	.activity = handle_activity,
};

static int setup(void **state)
{
	log_set_level(LOG_SILENT);
	heard[0] = '\0';
	assert_int_equal(input_create_bare(&us, &listener, NULL, &input, NULL), 0);
	input_set_bounds(input, 800, 600);
	return 0;
}

static int finish(void **state)
{
	input_destroy(input);
	return 0;
}

static void expect(const char *what)
{
	assert_string_equal(heard, what);
	heard[0] = '\0';
}

static void test_bare(void **state)
{
	double x, y;
	assert_int_equal(input_fd(input), -1);
	assert_int_equal(input_dispatch(input), 0);
	assert_false(input_has_pointer(input));
	assert_true(input_where(input, &x, &y));
	assert_float_equal(x, 400, 0);
	assert_float_equal(y, 300, 0);
	expect("");
}

static void test_no_layout(void **state)
{
	static const struct input_keymap klingon = {.layout = "klingon"};
	struct input_error err = {""};
	struct input *none = NULL;
	assert_int_equal(
		input_create_bare(&klingon, &listener, NULL, &none, &err), -EINVAL);
	assert_non_null(strstr(err.text, "klingon"));
	assert_null(none);
}

static void test_keys(void **state)
{
	input_feed_key(input, KEY_LEFTSHIFT, true, 1);
	input_feed_key(input, KEY_A, true, 2);
	input_feed_key(input, KEY_A, true, 3);
	expect("! +42'' ! +30'A' !");
	input_repeat(input, input_next_repeat_ns(input));
	expect("*30'A'");
	input_feed_key(input, KEY_F12, true, 4);
	input_feed_key(input, KEY_F12, false, 5);
	expect("! !");
	input_suspend(input);
	expect("-30'' -42''");
	input_feed_key(input, KEY_B, true, 6);
	expect("");
	assert_int_equal(input_resume(input), 0);
	input_feed_key(input, KEY_B, true, 7);
	expect("! +48'b'");
}

/* As they are on the desktop, without a key of ours. */
static void test_locks(void **state)
{
	input_feed_locks(input, true, true);
	input_feed_key(input, KEY_A, true, 1);
	input_feed_key(input, KEY_KP1, true, 1);
	expect("! +30'A' ! +79'1'");
	input_feed_locks(input, false, true);
	input_feed_key(input, KEY_B, true, 2);
	expect("! +48'b'");
	input_feed_locks(input, false, false);
	input_feed_locks(input, false, false);
	input_feed_key(input, KEY_KP2, true, 3);
	expect("! +80''");
}

/* Another window has the keys: nothing sticks, and no button is let go. */
static void test_away(void **state)
{
	input_feed_locks(input, true, false);
	input_feed_key(input, KEY_LEFTCTRL, true, 1);
	input_feed_button(input, BTN_LEFT, true, 2);
	expect("! +29'' ! P 400,300 1");
	input_feed_away(input, 3);
	expect("-29''");
	input_feed_away(input, 4);
	expect("");
	input_feed_key(input, KEY_A, true, 5);
	input_feed_button(input, BTN_LEFT, false, 6);
	expect("! +30'a' ! R 400,300 0");
}

static void test_pointer(void **state)
{
	input_feed_motion(input, 10, 20, 1);
	input_feed_button(input, BTN_LEFT, true, 2);
	input_feed_motion(input, 900, -5, 3);
	input_feed_scroll(input, 0, 40, 4);
	expect("! M 10,20 0 ! P 10,20 1 ! M 799.984,0 1 ! S 0,40");
	input_suspend(input);
	expect("R 799.984,0 0");
	input_feed_motion(input, 1, 1, 5);
	input_feed_button(input, BTN_LEFT, true, 5);
	input_feed_scroll(input, 0, 40, 5);
	expect("");
}

static void test_touch(void **state)
{
	const int64_t finger = INT64_C(1) << 40;
	input_feed_touch(input, INPUT_TOUCH_DOWN, finger, 1, 2, 1);
	input_feed_touch(input, INPUT_TOUCH_DOWN, 5, 3, 4, 2);
	input_feed_touch(input, INPUT_TOUCH_MOVE, finger, 5, 6, 3);
	input_feed_touch(input, INPUT_TOUCH_UP, 5, 0, 0, 4);
	expect("! D0 1,2 ! D1 3,4 ! M0 5,6 ! U1 3,4");
	input_feed_touch(input, INPUT_TOUCH_DOWN, 6, 7, 8, 5);
	input_feed_touch(input, INPUT_TOUCH_CANCEL, 6, 0, 0, 6);
	expect("! D1 7,8 ! C1 7,8");
	input_suspend(input);
	expect("C0 5,6");
	input_feed_touch(input, INPUT_TOUCH_DOWN, 6, 7, 8, 5);
	expect("");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, finish)

int main(void)
{
	static const struct CMUnitTest tests[] = {CASE(test_bare), CASE(test_no_layout),
		CASE(test_keys), CASE(test_locks), CASE(test_away), CASE(test_pointer),
		CASE(test_touch)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
