/* Displays that go dark, on a clock that the test moves, and what wakes them. */
#include "session/idle.h"

#include <errno.h>
#include <linux/input-event-codes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "input/input.h"
#include "session/outputs.h"
#include "session/screen.h"
#include "session/session.h"
#include "session/settings.h"
#include "util/clock.h"

#define AFTER (60 * NS_PER_S)

static struct session session;
static struct screen screens[2];
static struct idle *idle;
static bool dark[2];
static int sleep_result;

/* The C library's, but for the time of the day. */
static time_t wall_s;
int clock_gettime(clockid_t id, struct timespec *ts)
{
	int r = (int)syscall(SYS_clock_gettime, id, ts);
	if (id == CLOCK_REALTIME)
		ts->tv_sec += wall_s;
	return r;
}

static int sleep_screen(struct screen *screen, bool asleep)
{
	if (sleep_result == 0)
		dark[screen - screens] = asleep;
	return sleep_result;
}

static const struct screen_ops ops = {.sleep = sleep_screen};
static const struct screen_ops without_power;

static int begin(void **state)
{
	(void)state;
	clock_frozen_ns = 1000 * NS_PER_S;
	session = (struct session){0};
	list_init(&session.screens);
	list_init(&session.windows);
	for (int i = 0; i < 2; i++) {
		screen_init(
			&screens[i], &session, &ops, i ? "b" : "a", 100, 100, 16666667);
		list_push_back(&session.screens, &screens[i].link);
	}
	memset(dark, 0, sizeof dark);
	sleep_result = 0;
	idle = idle_create(&session, AFTER);
	return 0;
}

static int end(void **state)
{
	(void)state;
	idle_destroy(idle);
	return 0;
}

/* As long as it takes. */
static void wait_for_dark(void)
{
	uint64_t due = idle_next_ns(idle);
	assert_true(due < UINT64_MAX);
	clock_frozen_ns = due - 1;
	idle_turn(idle);
	assert_false(idle_asleep(idle));
	clock_frozen_ns = due;
	idle_turn(idle);
	assert_true(idle_asleep(idle));
}

static bool key(uint32_t code, bool pressed, bool repeat)
{
	struct input_key k = {.code = code, .pressed = pressed, .repeat = repeat};
	if (!repeat)
		idle_activity(idle);
	return idle_takes_key(idle, &k);
}

static bool pointer(enum input_pointer_kind kind, uint32_t button)
{
	struct input_pointer p = {.kind = kind, .button = button};
	idle_activity(idle);
	return idle_takes_pointer(idle, &p);
}

static bool touch(enum input_touch_kind kind, uint32_t id)
{
	struct input_touch t = {.kind = kind, .id = id};
	idle_activity(idle);
	return idle_takes_touch(idle, &t);
}

static void test_dark(void **state)
{
	(void)state;
	screens[1].state = SCREEN_FLIGHT;
	wait_for_dark();
	assert_true(dark[0] && dark[1]);
	assert_int_equal(screens[0].state, SCREEN_ASLEEP);
	assert_int_equal(screens[1].state, SCREEN_ASLEEP);
	/* Nothing wakes the process then. */
	assert_int_equal(idle_next_ns(idle), UINT64_MAX);
	screens[0].damage = screens[1].damage = (struct gl_region){0};
	idle_activity(idle);
	assert_false(dark[0] || dark[1] || idle_asleep(idle));
	assert_int_equal(screens[0].state, SCREEN_IDLE);
	assert_int_equal(screens[1].state, SCREEN_IDLE);
	assert_true(screens[0].wanted && screens[1].wanted);
	assert_int_equal(idle_next_ns(idle), clock_now_ns() + AFTER);
}

/* Each event begins a new while; there is one timer, that of the last. */
static void test_while(void **state)
{
	(void)state;
	uint64_t first = idle_next_ns(idle);
	clock_frozen_ns = first - 5;
	assert_false(key(KEY_A, true, false));
	clock_frozen_ns = first + 5;
	idle_turn(idle);
	assert_false(idle_asleep(idle));
	assert_int_equal(idle_next_ns(idle), first - 5 + AFTER);
	idle_set(idle, 0);
	assert_int_equal(idle_next_ns(idle), UINT64_MAX);
	idle_turn(idle);
	idle_set(idle, 5 * NS_PER_S);
	assert_int_equal(idle_next_ns(idle), clock_now_ns() + 5 * NS_PER_S);
	wait_for_dark();
	/* That it is to be another while wakes them. */
	idle_set(idle, AFTER);
	assert_false(idle_asleep(idle) || dark[0]);
	idle_destroy(NULL);
	assert_int_equal(idle_next_ns(NULL), UINT64_MAX);
}

static void test_key(void **state)
{
	(void)state;
	wait_for_dark();
	assert_true(key(KEY_A, true, false));
	assert_true(key(KEY_A, true, true));
	assert_false(key(KEY_B, true, false));
	assert_true(key(KEY_A, false, false));
	assert_false(key(KEY_B, false, false));
	assert_false(key(KEY_A, true, false));
	assert_false(key(KEY_A, false, false));
	/* One that was down before is let go of: its plugin knows the press. */
	assert_false(key(KEY_C, true, false));
	wait_for_dark();
	assert_false(key(KEY_C, false, false));
	assert_false(idle_asleep(idle));
	assert_false(key(KEY_D, true, false));
	/* The devices were closed while it was down. */
	wait_for_dark();
	assert_true(key(KEY_E, true, false));
	idle_cancel(idle);
	assert_false(key(KEY_E, true, false));
}

static void test_pointer(void **state)
{
	(void)state;
	wait_for_dark();
	assert_true(pointer(INPUT_POINTER_PRESS, BTN_LEFT));
	assert_false(pointer(INPUT_POINTER_PRESS, BTN_RIGHT));
	assert_true(pointer(INPUT_POINTER_RELEASE, BTN_LEFT));
	assert_false(pointer(INPUT_POINTER_RELEASE, BTN_RIGHT));
	assert_false(pointer(INPUT_POINTER_PRESS, BTN_LEFT));
	assert_false(pointer(INPUT_POINTER_RELEASE, BTN_LEFT));
	wait_for_dark();
	assert_false(pointer(INPUT_POINTER_MOVE, 0));
	assert_false(idle_asleep(idle));
	assert_false(pointer(INPUT_POINTER_PRESS, BTN_LEFT));
	wait_for_dark();
	assert_true(pointer(INPUT_POINTER_SCROLL, 0));
	assert_false(pointer(INPUT_POINTER_SCROLL, 0));
}

static void test_touch(void **state)
{
	(void)state;
	wait_for_dark();
	assert_true(touch(INPUT_TOUCH_DOWN, 3));
	assert_false(touch(INPUT_TOUCH_DOWN, 4));
	assert_true(touch(INPUT_TOUCH_MOVE, 3));
	assert_false(touch(INPUT_TOUCH_MOVE, 4));
	assert_true(touch(INPUT_TOUCH_UP, 3));
	assert_false(touch(INPUT_TOUCH_DOWN, 3));
	assert_false(touch(INPUT_TOUCH_UP, 4));
	assert_false(touch(INPUT_TOUCH_DOWN, INPUT_TOUCHES));
}

static void test_consoles(void **state)
{
	(void)state;
	/* On another console nothing is ours to put to sleep. */
	screens[0].state = screens[1].state = SCREEN_PAUSED;
	assert_int_equal(idle_next_ns(idle), UINT64_MAX);
	screens[0].state = screens[1].state = SCREEN_IDLE;
	/* Asleep, away, and back: awake. */
	wait_for_dark();
	screen_pause(&screens[0]);
	screen_pause(&screens[1]);
	screen_resume(&screens[0]);
	screen_resume(&screens[1]);
	idle_returned(idle);
	assert_false(dark[0] || dark[1] || idle_asleep(idle));
	/* The first press is for who has the focus. */
	assert_false(key(KEY_A, true, false));
	/* Nothing to turn off: no timer. */
	screens[0].ops = screens[1].ops = &without_power;
	assert_int_equal(idle_next_ns(idle), UINT64_MAX);
}

static void test_refused(void **state)
{
	(void)state;
	sleep_result = -EIO;
	wait_for_dark();
	assert_int_equal(screens[0].state, SCREEN_IDLE);
	assert_int_equal(idle_next_ns(idle), UINT64_MAX); /* not every turn again */
	sleep_result = 0;
	idle_activity(idle);
	wait_for_dark();
	sleep_result = -EIO;
	idle_activity(idle);
	assert_true(idle_asleep(idle) && dark[0]);
	assert_int_equal(screens[0].state, SCREEN_ASLEEP);
	sleep_result = 0;
	idle_activity(idle);
	assert_false(idle_asleep(idle) || dark[0]);
	assert_int_equal(screens[0].state, SCREEN_IDLE);
}

/* The time of the day goes on while the machine sleeps: the first input finds out. */
static void test_suspended(void **state)
{
	(void)state;
	setenv("XDG_STATE_HOME", "/nonexistent", 1);
	struct settings settings = {.path = NULL};
	list_init(&settings.outputs);
	session.settings = &settings;
	session.outputs = outputs_create(&session);
	uint64_t before = outputs_next_ns(session.outputs);
	assert_int_not_equal(before, UINT64_MAX);
	idle_activity(idle);
	assert_int_equal(outputs_next_ns(session.outputs), before);
	wall_s += 3;
	idle_activity(idle);
	assert_int_equal(outputs_next_ns(session.outputs), UINT64_MAX);
	outputs_destroy(session.outputs);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_dark, begin, end),
		cmocka_unit_test_setup_teardown(test_while, begin, end),
		cmocka_unit_test_setup_teardown(test_key, begin, end),
		cmocka_unit_test_setup_teardown(test_pointer, begin, end),
		cmocka_unit_test_setup_teardown(test_touch, begin, end),
		cmocka_unit_test_setup_teardown(test_consoles, begin, end),
		cmocka_unit_test_setup_teardown(test_refused, begin, end),
		cmocka_unit_test_setup_teardown(test_suspended, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
