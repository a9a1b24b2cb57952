/*
 * input.c on a fake libinput. What the listener hears is written down as text:
 * "o1" and "c1" the node of device 1 opened and closed, "+30" and "-30" a key by
 * its code, "M 5,6" a move, "P110" and "R110" a button, "S 0,40" scrolling.
 */
#include <errno.h>
#include <linux/input-event-codes.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_libinput.h"
#include "input/input.h"
#include "util/log.h"

#define FD 100 /* of device 0, and so on */

static const struct input_keymap us = {.layout = "us"};

struct ear {
	struct input *input;
	char heard[512];
	uint64_t time_ns;
	int open_error;
	uint32_t suspend_at; /* the shortcut function suspends at this key */
	bool takes_motion;
};

static struct ear ear;

static void hear(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void hear(const char *fmt, ...)
{
	size_t n = strlen(ear.heard);
	va_list ap;
	if (n)
		ear.heard[n++] = ' ';
	va_start(ap, fmt);
	vsnprintf(ear.heard + n, sizeof ear.heard - n, fmt, ap);
	va_end(ap);
}

/* Plugins may run: what interrupts them is not held. */
static void signals_come(void)
{
	sigset_t held;
	sigprocmask(SIG_BLOCK, NULL, &held);
	assert_false(sigismember(&held, SIGRTMIN + 1));
	assert_false(sigismember(&held, SIGURG));
}

static void expect(const char *heard)
{
	signals_come();
	assert_string_equal(ear.heard, heard);
	ear.heard[0] = '\0';
}

static int handle_open(void *data, const char *path, int flags)
{
	assert_ptr_equal(data, &ear);
	signals_come();
	if (ear.open_error)
		return ear.open_error;
	int index = atoi(path + strlen("/dev/input/event"));
	hear("o%d", index);
	return FD + index;
}

static void handle_close(void *data, int fd)
{
	assert_ptr_equal(data, &ear);
	signals_come();
	hear("c%d", fd - FD);
}

static bool handle_shortcut(void *data, const struct input_key *key)
{
	if (!ear.suspend_at || key->code != ear.suspend_at || !key->pressed)
		return false;
	input_suspend(ear.input);
	return true;
}

static void handle_key(void *data, const struct input_key *key)
{
	assert_ptr_equal(data, &ear);
	hear("%c%u", key->repeat ? '*' : key->pressed ? '+' : '-', key->code);
	ear.time_ns = key->time_ns;
}

static bool handle_motion(void *data, const struct input_motion *m)
{
	assert_ptr_equal(data, &ear);
	if (ear.takes_motion)
		hear("W %g,%g %g,%g", m->dx, m->dy, m->raw_dx, m->raw_dy);
	return ear.takes_motion;
}

static void handle_pointer(void *data, const struct input_pointer *p)
{
	assert_ptr_equal(data, &ear);
	switch (p->kind) {
	case INPUT_POINTER_MOVE:
		hear("M %g,%g", p->x, p->y);
		break;
	case INPUT_POINTER_SCROLL:
		hear("S %g,%g", p->scroll_x, p->scroll_y);
		break;
	default:
		hear("%c%x", p->kind == INPUT_POINTER_PRESS ? 'P' : 'R', p->button);
		break;
	}
	ear.time_ns = p->time_ns;
}

static const struct input_listener listener = {
	.open_device = handle_open,
	.close_device = handle_close,
	.shortcut = handle_shortcut,
	.key = handle_key,
	.pointer = handle_pointer,
	.motion = handle_motion,
};

/* Devices 0 and 1: keyboards; 2: a mouse; 3: a touchpad, not plugged in. */
static int setup(void **state)
{
	log_set_level(LOG_SILENT);
	fake_reset();
	ear = (struct ear){0};
	for (unsigned i = 0; i < 3; i++)
		fake.devices[i].plugged = true;
	fake.devices[0].keyboard = fake.devices[1].keyboard = true;
	fake.devices[3].touchpad = true;
	return 0;
}

static int create(struct input_error *err)
{
	return input_create(NULL, "seat0", &us, &listener, &ear, &ear.input, err);
}

static int open_seat(void **state)
{
	setup(state);
	assert_int_equal(create(NULL), 0);
	expect("o0 o1 o2");
	input_set_bounds(ear.input, 800, 600);
	return 0;
}

static int close_seat(void **state)
{
	input_destroy(ear.input);
	assert_int_equal(fake.alive, 0);
	return 0;
}

static void dispatch(const char *heard)
{
	assert_int_equal(input_dispatch(ear.input), 0);
	expect(heard);
}

/* The keyboards' lamps are set at once: the fd would not tell that they wait. */
static void test_create(void **state)
{
	assert_string_equal(fake.seat, "seat0");
	assert_int_equal(fake.devices[0].led_sets, 1);
	assert_int_equal(fake.devices[1].led_sets, 1);
	assert_int_equal(fake.devices[2].led_sets, 0);
	assert_int_equal(input_fd(ear.input), 77);
	dispatch("");
	input_destroy(ear.input);
	expect("c0 c1 c2");
	ear.input = NULL;
}

static void test_no_devices(void **state)
{
	for (unsigned i = 0; i < 3; i++)
		fake.devices[i].plugged = false;
	assert_int_equal(create(NULL), 0);
	dispatch("");
	fake_plug(0);
	dispatch("o0");
	assert_int_equal(fake.devices[0].led_sets, 1);
}

struct refusal {
	const char *name;
	bool no_context, no_seat;
	const char *layout;
	int error;
	const char *says[2];
};

static const struct refusal refusals[] = {
	{"refused: no context", true, false, "us", -ENOMEM, {"\"seat7\"", "udev"}},
	{"refused: no such seat", false, true, "us", -ENODEV, {"\"seat7\"", "udev"}},
	{"refused: no such layout", false, false, "klingon", -EINVAL,
		{"\"klingon\"", "base.lst"}},
};

static void test_refused(void **state)
{
	const struct refusal *c = *state;
	struct input_error err = {""};
	setup(NULL);
	fake.no_context = c->no_context;
	fake.no_seat = c->no_seat;
	assert_int_equal(
		input_create(NULL, "seat7", &(struct input_keymap){.layout = c->layout},
			&listener, &ear, &ear.input, &err),
		c->error);
	assert_null(ear.input);
	for (size_t i = 0; i < 2; i++)
		assert_non_null(strstr(err.text, c->says[i]));
	assert_int_equal(
		input_create(NULL, "seat7", &(struct input_keymap){.layout = c->layout},
			&listener, &ear, &ear.input, NULL),
		c->error);
	assert_int_equal(fake.alive, 0);
	input_destroy(NULL);
}

static void test_open_refused(void **state)
{
	ear.open_error = -EACCES;
	assert_int_equal(create(NULL), 0);
	ear.open_error = 0;
	fake_plug(0);
	dispatch("o0");
}

static void test_two_keyboards(void **state)
{
	fake_key(0, KEY_A, true, 5);
	dispatch("+30");
	assert_int_equal(ear.time_ns, 5000);
	fake_key(1, KEY_A, true, 6);
	fake_key(0, KEY_A, false, 7);
	dispatch("");
	fake_key(1, KEY_A, false, 8);
	dispatch("-30");
	assert_int_equal(ear.time_ns, 8000);
}

static void test_two_mice(void **state)
{
	fake_plug(3);
	dispatch("o3");
	fake_button(2, BTN_LEFT, true, 5);
	fake_button(3, BTN_LEFT, true, 6);
	fake_button(2, BTN_LEFT, false, 7);
	dispatch("P110");
	fake_button(3, BTN_LEFT, false, 8);
	dispatch("R110");
	assert_int_equal(ear.time_ns, 8000);
}

static void test_lamps(void **state)
{
	fake_key(0, KEY_CAPSLOCK, true, 1);
	fake_key(0, KEY_CAPSLOCK, false, 2);
	dispatch("+58 -58");
	assert_int_equal(fake.devices[0].leds, LIBINPUT_LED_CAPS_LOCK);
	assert_int_equal(fake.devices[1].leds, LIBINPUT_LED_CAPS_LOCK);
	fake_key(1, KEY_NUMLOCK, true, 3);
	dispatch("+69");
	assert_int_equal(
		fake.devices[0].leds, LIBINPUT_LED_CAPS_LOCK | LIBINPUT_LED_NUM_LOCK);
	unsigned sets = fake.devices[0].led_sets;
	fake_key(0, KEY_A, true, 4);
	dispatch("+30");
	assert_int_equal(fake.devices[0].led_sets, sets);
}

/* One that comes gets the lamps as they are; one that goes is not touched any more. */
static void test_lamps_of_a_newcomer(void **state)
{
	fake_unplug(1);
	dispatch("c1");
	fake_key(0, KEY_CAPSLOCK, true, 1);
	fake_key(0, KEY_CAPSLOCK, false, 2);
	dispatch("+58 -58");
	assert_int_equal(fake.devices[1].leds, 0);
	fake_plug(1);
	dispatch("o1");
	assert_int_equal(fake.devices[1].leds, LIBINPUT_LED_CAPS_LOCK);
}

/* It is closed in the midst of libinput's own doing. */
static void test_unplugged_while_it_is_read(void **state)
{
	(void)state;
	fake_key(0, KEY_A, true, 1);
	fake.goes = 1;
	dispatch("c0 +30 -30");
	assert_int_equal(fake.dispatches, 1);
}

static void test_unplugged_with_a_key_down(void **state)
{
	fake_key(0, KEY_A, true, 1);
	fake_unplug(0);
	dispatch("c0 +30 -30");
	assert_int_equal(input_next_repeat_ns(ear.input), 0);
}

static void test_tap(void **state)
{
	fake_plug(3);
	dispatch("o3");
	assert_true(fake.devices[3].config.choice[DEVICE_TAP]);
	assert_false(fake.devices[2].config.choice[DEVICE_TAP]);
}

static void test_motion(void **state)
{
	fake_motion(2, -3, 9);
	dispatch("M 402,297");
	assert_int_equal(ear.time_ns, 9000);
	fake_absolute(2, 0.5, 0.25, 10);
	fake_absolute(2, 1, 1, 11);
	dispatch("M 400,150 M 799.984,599.984");
}

static void test_motion_is_taken(void **state)
{
	double x, y;
	ear.takes_motion = true;
	fake_motion(2, -3, 9);
	fake_absolute(2, 0.5, 0.25, 10);
	fake_button(2, BTN_LEFT, true, 11);
	dispatch("W 2,-3 1,-1.5 W 0,-150 0,-150 P110");
	assert_true(input_where(ear.input, &x, &y));
	assert_true(x == 400 && y == 300);
	ear.takes_motion = false;
	fake_motion(1, 0, 12);
	dispatch("M 401,300");
}

static void test_absolute_without_bounds(void **state)
{
	assert_int_equal(create(NULL), 0);
	expect("o0 o1 o2");
	fake_absolute(2, 0.5, 0.5, 1);
	dispatch("");
}

struct scroll_case {
	const char *name;
	enum libinput_event_type type;
	double x, y;
	const char *heard;
};

static const struct scroll_case scrolls[] = {
	{"scroll: a detent down", LIBINPUT_EVENT_POINTER_SCROLL_WHEEL, NAN, 120,
		"S 0,40"},
	{"scroll: a quarter up", LIBINPUT_EVENT_POINTER_SCROLL_WHEEL, NAN, -30,
		"S 0,-10"},
	{"scroll: the wheel to the right", LIBINPUT_EVENT_POINTER_SCROLL_WHEEL, 120, NAN,
		"S 40,0"},
	{"scroll: fingers, both ways", LIBINPUT_EVENT_POINTER_SCROLL_FINGER, 1.5, -2,
		"S 1.5,-2"},
	{"scroll: fingers stop", LIBINPUT_EVENT_POINTER_SCROLL_FINGER, NAN, 0, ""},
	{"scroll: continuous", LIBINPUT_EVENT_POINTER_SCROLL_CONTINUOUS, NAN, 7, "S 0,7"},
	{"scroll: the old event tells it twice", LIBINPUT_EVENT_POINTER_AXIS, NAN, 15,
		""},
};

static void test_scroll(void **state)
{
	const struct scroll_case *c = *state;
	open_seat(NULL);
	fake_scroll(c->type, c->x, c->y, 3);
	dispatch(c->heard);
	close_seat(NULL);
}

/* Releases first, then the nodes; of what the closing devices say nothing is heard twice. */
static void test_suspend(void **state)
{
	fake_key(0, KEY_CAPSLOCK, true, 1);
	fake_key(0, KEY_CAPSLOCK, false, 1);
	fake_key(0, KEY_A, true, 2);
	fake_button(2, BTN_LEFT, true, 3);
	dispatch("+58 -58 +30 P110");
	assert_int_not_equal(input_next_repeat_ns(ear.input), 0);
	input_suspend(ear.input);
	expect("R110 -30 c0 c1 c2");
	assert_int_equal(input_next_repeat_ns(ear.input), 0);
	assert_int_equal(fake.devices[0].leds, 0);
	assert_int_equal(fake.devices[1].leds, 0);
	input_suspend(ear.input);
	dispatch("");
	assert_int_equal(input_resume(ear.input), 0);
	expect("o0 o1 o2");
	assert_int_equal(input_resume(ear.input), 0);
	fake_key(0, KEY_A, true, 4);
	dispatch("+30");
}

/* The rest of the batch in which the switch was asked for is for nobody. */
static void test_suspend_in_shortcut(void **state)
{
	ear.suspend_at = KEY_F2;
	fake_key(0, KEY_LEFTCTRL, true, 1);
	fake_key(0, KEY_F2, true, 2);
	fake_key(0, KEY_A, true, 3);
	fake_motion(1, 1, 4);
	fake_button(2, BTN_LEFT, true, 5);
	dispatch("+29 -29 c0 c1 c2");
	assert_int_equal(input_resume(ear.input), 0);
	expect("o0 o1 o2");
	fake_key(0, KEY_A, true, 6);
	fake_motion(1, 1, 7);
	fake_button(2, BTN_LEFT, true, 8);
	dispatch("+30 M 401,301 P110");
}

static void test_resume_fails(void **state)
{
	input_suspend(ear.input);
	expect("c0 c1 c2");
	fake.resume_fails = true;
	assert_int_equal(input_resume(ear.input), -EIO);
	fake.resume_fails = false;
	assert_int_equal(input_resume(ear.input), 0);
	expect("o0 o1 o2");
}

static void test_dispatch_fails(void **state)
{
	fake.dispatch_error = -EBADF;
	assert_int_equal(input_dispatch(ear.input), -EBADF);
}

static void test_repeat(void **state)
{
	fake_key(0, KEY_A, true, 1000);
	dispatch("+30");
	uint64_t due = input_next_repeat_ns(ear.input);
	assert_int_equal(due, 601000000);
	input_repeat(ear.input, due - 1);
	expect("");
	input_repeat(ear.input, due);
	expect("*30");
	assert_int_equal(ear.time_ns, due);
}

/* Its errors are ours; the rest is for those who ask. Cut, and no format of ours. */
static void test_log(void **state)
{
	char text[2000], line[1024] = "";
	FILE *file = tmpfile();
	int saved = dup(STDERR_FILENO);
	memset(text, '%', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	fflush(stderr);
	dup2(fileno(file), STDERR_FILENO);
	log_set_level(LOG_INFO);
	fake_log(LIBINPUT_LOG_PRIORITY_INFO, "not heard\n");
	fake_log(LIBINPUT_LOG_PRIORITY_ERROR, "%s\n", text);
	log_set_level(LOG_SILENT);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(file);
	assert_non_null(fgets(line, sizeof line, file));
	assert_non_null(strstr(line, "libinput: %%%%"));
	assert_int_equal(fgetc(file), EOF);
	fclose(file);
	assert_int_equal(fake.priority, LIBINPUT_LOG_PRIORITY_ERROR);
}

#define SEATED(f) cmocka_unit_test_setup_teardown(f, open_seat, close_seat)
#define BARE(f)   cmocka_unit_test_setup_teardown(f, setup, close_seat)

int main(void)
{
	static const struct CMUnitTest more[] = {SEATED(test_create),
		BARE(test_no_devices), BARE(test_open_refused),
		BARE(test_absolute_without_bounds), SEATED(test_two_keyboards),
		SEATED(test_two_mice), SEATED(test_lamps),
		SEATED(test_lamps_of_a_newcomer), SEATED(test_unplugged_while_it_is_read),
		SEATED(test_unplugged_with_a_key_down), SEATED(test_tap),
		SEATED(test_motion), SEATED(test_motion_is_taken), SEATED(test_suspend),
		SEATED(test_suspend_in_shortcut), SEATED(test_resume_fails),
		SEATED(test_dispatch_fails), SEATED(test_repeat), SEATED(test_log)};
	enum {
		REFUSALS = sizeof refusals / sizeof refusals[0],
		SCROLLS = sizeof scrolls / sizeof scrolls[0],
		MORE = sizeof more / sizeof more[0]
	};
	struct CMUnitTest tests[REFUSALS + SCROLLS + MORE];
	size_t n = 0;
	for (size_t i = 0; i < REFUSALS; i++)
		tests[n++] = (struct CMUnitTest){refusals[i].name, test_refused, NULL,
			NULL, (void *)(uintptr_t)&refusals[i]};
	for (size_t i = 0; i < SCROLLS; i++)
		tests[n++] = (struct CMUnitTest){scrolls[i].name, test_scroll, NULL, NULL,
			(void *)(uintptr_t)&scrolls[i]};
	memcpy(tests + n, more, sizeof more);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
