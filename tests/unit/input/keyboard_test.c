/*
 * The keyboard, fed with key codes. A case is a script; what was delivered is
 * compared as text: "+" press, "-" release, "*" repeat, the symbol's name, the
 * modifiers in brackets, what it types in quotes; "!" went to the session's
 * shortcut and no further.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <linux/input-event-codes.h>
#include <xkbcommon/xkbcommon.h>

#include "input/keyboard.h"
#include "util/clock.h"

#define STEPS 12
#define MS(n) ((n)*NS_PER_MS)

static const struct input_keymap us = {.layout = "us"};

struct step {
	char what; /* '+' press, '-' release, '*' repeat now, '0' release all; 0 end */
	uint32_t code; /* of '+' and '-' */
	uint64_t ms;
	const char *delivered;
	uint64_t next_ms; /* when the next repeat is due; 0 none */
};

struct key_case {
	const char *name;
	const char *layout;
	uint32_t take;     /* the shortcut function takes this code */
	uint32_t end_leds; /* after the last step */
	struct step steps[STEPS];
};

static const struct key_case cases[] = {
	{"a letter", "us", 0, 0,
		{{'+', KEY_A, 100, "+a[]'a'", 700}, {'-', KEY_A, 200, "-a[]''", 0}}},
	{"a letter of another layout", "de", 0, 0,
		{{'+', KEY_Y, 100, "+z[]'z'", 700}, {'-', KEY_Y, 200, "-z[]''", 0},
			{'+', KEY_APOSTROPHE, 300, "+adiaeresis[]'\xc3\xa4'", 900}}},
	{"a variant in brackets", "de(nodeadkeys)", 0, 0,
		{{'+', KEY_EQUAL, 100, "+acute[]'\xc2\xb4'", 700}}},
	{"a dead key types nothing", "de", 0, 0,
		{{'+', KEY_EQUAL, 100, "+dead_acute[]''", 0}}},
	{"Cyrillic", "ru", 0, 0, {{'+', KEY_A, 100, "+Cyrillic_ef[]'\xd1\x84'", 700}}},
	{"Shift", "us", 0, 0,
		{{'+', KEY_LEFTSHIFT, 100, "+Shift_L[S]''", 0},
			{'+', KEY_A, 200, "+A[S]'A'", 800},
			{'-', KEY_A, 300, "-A[S]''", 0},
			{'-', KEY_LEFTSHIFT, 400, "-Shift_L[]''", 0},
			{'+', KEY_A, 500, "+a[]'a'", 1100}}},
	{"Ctrl types nothing", "us", 0, 0,
		{{'+', KEY_LEFTCTRL, 100, "+Control_L[C]''", 0},
			{'+', KEY_C, 200, "+c[C]''", 800}}},
	{"Alt types nothing", "us", 0, 0,
		{{'+', KEY_LEFTALT, 100, "+Alt_L[A]''", 0},
			{'+', KEY_C, 200, "+c[A]''", 800}}},
	{"Super types nothing", "us", 0, 0,
		{{'+', KEY_LEFTMETA, 100, "+Super_L[L]''", 0},
			{'+', KEY_C, 200, "+c[L]''", 800}}},
	{"AltGr types", "de", 0, 0,
		{{'+', KEY_RIGHTALT, 100, "+ISO_Level3_Shift[]''", 0},
			{'+', KEY_Q, 200, "+at[]'@'", 800}}},
	{"Return types no text", "us", 0, 0, {{'+', KEY_ENTER, 100, "+Return[]''", 700}}},
	{"Backspace types no text", "us", 0, 0,
		{{'+', KEY_BACKSPACE, 100, "+BackSpace[]''", 700}}},
	{"Delete types no text", "us", 0, 0,
		{{'+', KEY_DELETE, 100, "+Delete[]''", 700}}},
	{"the space bar types", "us", 0, 0, {{'+', KEY_SPACE, 100, "+space[]' '", 700}}},
	{"Caps Lock and its lamp", "us", 0, KEYBOARD_LED_CAPS,
		{{'+', KEY_CAPSLOCK, 100, "+Caps_Lock[]''", 0},
			{'-', KEY_CAPSLOCK, 200, "-Caps_Lock[]''", 0},
			{'+', KEY_A, 300, "+A[]'A'", 900}}},
	{"Caps Lock off again", "us", 0, 0,
		{{'+', KEY_CAPSLOCK, 100, "+Caps_Lock[]''", 0},
			{'-', KEY_CAPSLOCK, 200, "-Caps_Lock[]''", 0},
			{'+', KEY_CAPSLOCK, 300, "+Caps_Lock[]''", 0},
			{'-', KEY_CAPSLOCK, 400, "-Caps_Lock[]''", 0},
			{'+', KEY_A, 500, "+a[]'a'", 1100}}},
	{"Num Lock's lamp", "us", 0, KEYBOARD_LED_NUM,
		{{'+', KEY_NUMLOCK, 100, "+Num_Lock[]''", 0},
			{'-', KEY_NUMLOCK, 200, "-Num_Lock[]''", 0},
			{'+', KEY_KP1, 300, "+KP_1[]'1'", 900}}},
	{"Ctrl+Alt+F2 is taken, its release too, and no modifier sticks", "us", KEY_F2, 0,
		{{'+', KEY_LEFTCTRL, 100, "+Control_L[C]''", 0},
			{'+', KEY_LEFTALT, 200, "+Alt_L[CA]''", 0},
			{'+', KEY_F2, 300, "!+XF86Switch_VT_2[CA]''", 0},
			{'-', KEY_LEFTALT, 400, "-Alt_L[C]''", 0},
			{'-', KEY_LEFTCTRL, 500, "-Control_L[]''", 0},
			{'-', KEY_F2, 600, "!-F2[]''", 0},
			{'+', KEY_A, 700, "+a[]'a'", 1300}}},
	{"a taken modifier still works", "us", KEY_LEFTSHIFT, 0,
		{{'+', KEY_LEFTSHIFT, 100, "!+Shift_L[S]''", 0},
			{'+', KEY_A, 200, "+A[S]'A'", 800},
			{'-', KEY_LEFTSHIFT, 300, "!-Shift_L[]''", 800}}},
	{"a taken key does not repeat", "us", KEY_A, 0,
		{{'+', KEY_A, 100, "!+a[]'a'", 0}, {'*', 0, 2000, "", 0}}},
	{"repeat: delay, then 25 a second", "us", 0, 0,
		{{'+', KEY_A, 100, "+a[]'a'", 700}, {'*', 0, 699, "", 700},
			{'*', 0, 700, "*a[]'a'", 740}, {'*', 0, 739, "", 740},
			{'*', 0, 741, "*a[]'a'", 780}, {'-', KEY_A, 750, "-a[]''", 0},
			{'*', 0, 9000, "", 0}}},
	{"late for the repeat: one, no burst", "us", 0, 0,
		{{'+', KEY_A, 100, "+a[]'a'", 700}, {'*', 0, 5000, "*a[]'a'", 5040},
			{'*', 0, 5000, "", 5040}, {'*', 0, 5040, "*a[]'a'", 5080}}},
	{"the newest key repeats", "us", 0, 0,
		{{'+', KEY_A, 100, "+a[]'a'", 700}, {'+', KEY_B, 200, "+b[]'b'", 800},
			{'-', KEY_A, 300, "-a[]''", 800}, {'*', 0, 800, "*b[]'b'", 840},
			{'-', KEY_B, 810, "-b[]''", 0}}},
	{"a modifier does not stop the repeat, and shows in it", "us", 0, 0,
		{{'+', KEY_A, 100, "+a[]'a'", 700},
			{'+', KEY_LEFTSHIFT, 200, "+Shift_L[S]''", 700},
			{'*', 0, 700, "*A[S]'A'", 740}}},
	{"a modifier does not repeat", "us", 0, 0,
		{{'+', KEY_LEFTSHIFT, 100, "+Shift_L[S]''", 0}, {'*', 0, 9000, "", 0}}},
	{"twice pressed is once, twice released is once", "us", 0, 0,
		{{'+', KEY_A, 100, "+a[]'a'", 700}, {'+', KEY_A, 110, "", 700},
			{'-', KEY_A, 200, "-a[]''", 0}, {'-', KEY_A, 210, "", 0}}},
	{"a release of what never was pressed", "us", 0, 0,
		{{'-', KEY_LEFTSHIFT, 100, "", 0}}},
	{"a code out of range", "us", 0, 0,
		{{'+', KEY_CNT, 100, "", 0}, {'+', 99999, 1, "", 0}}},
	{"released for a VT switch: keys and modifiers", "us", 0, 0,
		{{'+', KEY_LEFTCTRL, 100, "+Control_L[C]''", 0},
			{'+', KEY_A, 200, "+a[C]''", 800},
			{'0', 0, 300, "-Control_L[]'' -a[]''", 0},
			{'-', KEY_A, 400, "", 0}, {'-', KEY_LEFTCTRL, 400, "", 0},
			{'+', KEY_A, 500, "+a[]'a'", 1100}}},
	{"released for a VT switch: what was taken is not delivered", "us", KEY_F2, 0,
		{{'+', KEY_LEFTCTRL, 100, "+Control_L[C]''", 0},
			{'+', KEY_LEFTALT, 200, "+Alt_L[CA]''", 0},
			{'+', KEY_F2, 300, "!+XF86Switch_VT_2[CA]''", 0},
			{'0', 0, 400, "-Control_L[A]'' -Alt_L[]'' !-F2[]''", 0},
			{'+', KEY_A, 500, "+a[]'a'", 1100}}},
	{"released for a VT switch: locks and lamps", "us", 0, 0,
		{{'+', KEY_CAPSLOCK, 100, "+Caps_Lock[]''", 0},
			{'-', KEY_CAPSLOCK, 200, "-Caps_Lock[]''", 0},
			{'0', 0, 300, "", 0}, {'+', KEY_A, 400, "+a[]'a'", 1000}}},
};

struct probe {
	char text[256];
	uint32_t take;
	uint64_t time_ns;
	struct keyboard *keyboard;
	bool let_go; /* in the shortcut function */
};

static void put_mods(uint32_t mods, char out[5])
{
	static const struct {
		uint32_t bit;
		char letter;
	} names[] = {{INPUT_MOD_CTRL, 'C'}, {INPUT_MOD_ALT, 'A'}, {INPUT_MOD_LOGO, 'L'},
		{INPUT_MOD_SHIFT, 'S'}};
	for (size_t i = 0; i < 4; i++) {
		if (mods & names[i].bit)
			*out++ = names[i].letter;
	}
	*out = '\0';
}

static void put(struct probe *probe, const struct input_key *key, const char *head)
{
	char name[64], mods[5];
	size_t n = strlen(probe->text);
	xkb_keysym_get_name(key->keysym, name, sizeof name);
	put_mods(key->mods, mods);
	char sign = key->repeat ? '*' : key->pressed ? '+' : '-';
	snprintf(probe->text + n, sizeof probe->text - n, "%s%s%c%s[%s]'%s'",
		n ? " " : "", head, sign, name, mods, key->utf8);
	probe->time_ns = key->time_ns;
}

static bool handle_shortcut(void *data, const struct input_key *key)
{
	struct probe *probe = data;
	assert_false(key->repeat);
	if (probe->let_go)
		keyboard_release_all(probe->keyboard, key->time_ns);
	if (key->code == probe->take)
		put(probe, key, "!");
	return key->code == probe->take;
}

static void handle_key(void *data, const struct input_key *key)
{
	put(data, key, "");
}

static const struct input_listener listener = {
	.shortcut = handle_shortcut, .key = handle_key};

static void play(struct keyboard *keyboard, const struct step *step)
{
	switch (step->what) {
	case '+':
	case '-':
		keyboard_key(keyboard, step->code, step->what == '+', MS(step->ms));
		break;
	case '*':
		keyboard_repeat(keyboard, MS(step->ms));
		break;
	case '0':
		keyboard_release_all(keyboard, MS(step->ms));
		break;
	default:
		fail_msg("a step of unknown kind");
	}
}

static void test_case(void **state)
{
	const struct key_case *c = *state;
	struct probe probe = {.take = c->take};
	struct input_error err;
	assert_int_equal(keyboard_create(&(struct input_keymap){.layout = c->layout},
				 &listener, &probe, &probe.keyboard, &err),
		0);
	for (size_t i = 0; i < STEPS && c->steps[i].what; i++) {
		probe.text[0] = '\0';
		play(probe.keyboard, &c->steps[i]);
		assert_string_equal(probe.text, c->steps[i].delivered);
		assert_int_equal(
			keyboard_next_repeat_ns(probe.keyboard), MS(c->steps[i].next_ms));
		if (probe.text[0] && c->steps[i].what != '*')
			assert_int_equal(probe.time_ns, MS(c->steps[i].ms));
	}
	assert_int_equal(keyboard_leds(probe.keyboard), c->end_leds);
	keyboard_destroy(probe.keyboard);
}

/* A repeat carries the time at which it was due, not that at which we came to it. */
static void test_repeat_time(void **state)
{
	struct probe probe = {0};
	assert_int_equal(
		keyboard_create(&us, &listener, &probe, &probe.keyboard, NULL), 0);
	keyboard_set_repeat(probe.keyboard, MS(200), MS(10));
	keyboard_key(probe.keyboard, KEY_A, true, MS(100));
	keyboard_repeat(probe.keyboard, MS(305));
	assert_int_equal(probe.time_ns, MS(300));
	assert_int_equal(keyboard_next_repeat_ns(probe.keyboard), MS(310));
	keyboard_destroy(probe.keyboard);
}

/* The session may suspend the input from within its shortcut function. */
static void test_let_go_in_shortcut(void **state)
{
	struct probe probe = {.take = KEY_RESERVED};
	assert_int_equal(
		keyboard_create(&us, &listener, &probe, &probe.keyboard, NULL), 0);
	keyboard_key(probe.keyboard, KEY_LEFTCTRL, true, MS(1));
	probe.text[0] = '\0';
	probe.let_go = true;
	keyboard_key(probe.keyboard, KEY_F2, true, MS(2));
	assert_string_equal(probe.text, "-Control_L[]''");
	assert_int_equal(keyboard_next_repeat_ns(probe.keyboard), 0);
	assert_int_equal(keyboard_mods(probe.keyboard), 0);
	keyboard_destroy(probe.keyboard);
}

static void test_bad_layout(void **state)
{
	static const struct input_keymap klingon = {.layout = "klingon"};
	struct keyboard *keyboard = NULL;
	struct input_error err;
	assert_int_equal(
		keyboard_create(&klingon, &listener, NULL, &keyboard, &err), -22);
	assert_null(keyboard);
	assert_non_null(strstr(err.text, "\"klingon\""));
	assert_non_null(strstr(err.text, "base.lst"));
	assert_int_equal(
		keyboard_create(&klingon, &listener, NULL, &keyboard, NULL), -22);
}

/* All of it counts from the first key on. */
static void test_whole_keymap(void **state)
{
	static const struct input_keymap keymap = {
		.layout = "us,de", .variant = ",nodeadkeys", .options = "ctrl:nocaps"};
	struct probe probe = {0};
	assert_int_equal(
		keyboard_create(&keymap, &listener, &probe, &probe.keyboard, NULL), 0);
	assert_string_equal(keyboard_layout_name(probe.keyboard, 1), "de(nodeadkeys)");
	keyboard_key(probe.keyboard, KEY_CAPSLOCK, true, MS(1));
	assert_int_equal(keyboard_mods(probe.keyboard), INPUT_MOD_CTRL);
	keyboard_destroy(probe.keyboard);
}

static void test_layout_of_environment(void **state)
{
	struct probe probe = {0};
	setenv("XKB_DEFAULT_LAYOUT", "fr", 1);
	assert_int_equal(
		keyboard_create(NULL, &listener, &probe, &probe.keyboard, NULL), 0);
	unsetenv("XKB_DEFAULT_LAYOUT");
	keyboard_key(probe.keyboard, KEY_Q, true, MS(1));
	assert_string_equal(probe.text, "+a[]'a'");
	keyboard_destroy(probe.keyboard);
	keyboard_destroy(NULL);
}

int main(void)
{
	static const struct CMUnitTest more[] = {
		cmocka_unit_test(test_repeat_time),
		cmocka_unit_test(test_let_go_in_shortcut),
		cmocka_unit_test(test_bad_layout),
		cmocka_unit_test(test_whole_keymap),
		cmocka_unit_test(test_layout_of_environment),
	};
	enum {
		N = sizeof cases / sizeof cases[0],
		MORE = sizeof more / sizeof more[0]
	};
	struct CMUnitTest tests[N + MORE];
	for (size_t i = 0; i < N; i++)
		tests[i] = (struct CMUnitTest){cases[i].name, test_case, NULL, NULL,
			(void *)(uintptr_t)&cases[i]};
	memcpy(tests + N, more, sizeof more);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
