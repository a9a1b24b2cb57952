/* Keys of the nested window: a few by hand, and what must hold of all. */
#include "session/nested_keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <SDL.h>
#include <cmocka.h>
#include <linux/input-event-codes.h>

static const struct {
	unsigned scancode;
	uint32_t code;
} some[] = {
	{SDL_SCANCODE_A, KEY_A},
	{SDL_SCANCODE_Z, KEY_Z},
	{SDL_SCANCODE_0, KEY_0},
	{SDL_SCANCODE_RETURN, KEY_ENTER},
	{SDL_SCANCODE_KP_ENTER, KEY_KPENTER},
	{SDL_SCANCODE_NONUSBACKSLASH, KEY_102ND},
	{SDL_SCANCODE_RALT, KEY_RIGHTALT},
	{SDL_SCANCODE_F24, KEY_F24},
	{SDL_SCANCODE_UNKNOWN, 0},
	{SDL_NUM_SCANCODES, 0},
	{0xffffffff, 0},
};

static void test_some(void **state)
{
	for (size_t i = 0; i < sizeof some / sizeof *some; i++)
		assert_int_equal(nested_key(some[i].scancode), some[i].code);
}

/* Nothing on the main block of a keyboard is dead, whatever its country. */
static void test_no_gap(void **state)
{
	for (unsigned s = SDL_SCANCODE_A; s <= SDL_SCANCODE_KP_EQUALS; s++) {
		if (s != SDL_SCANCODE_POWER)
			assert_int_not_equal(nested_key(s), 0);
	}
	for (unsigned s = SDL_SCANCODE_LCTRL; s <= SDL_SCANCODE_RGUI; s++)
		assert_int_not_equal(nested_key(s), 0);
}

/* Two keys are one only where they are the same place on different keyboards. */
static void test_no_twins(void **state)
{
	static unsigned first[KEY_CNT];
	for (unsigned s = 1; s < SDL_NUM_SCANCODES; s++) {
		uint32_t code = nested_key(s);
		if (!code)
			continue;
		assert_true(code < KEY_CNT);
		if (first[code])
			assert_true(code == KEY_BACKSLASH || code == KEY_SYSRQ ||
				    code == KEY_CALC);
		first[code] = s;
	}
}

static void test_buttons(void **state)
{
	assert_int_equal(nested_button(SDL_BUTTON_LEFT), BTN_LEFT);
	assert_int_equal(nested_button(SDL_BUTTON_RIGHT), BTN_RIGHT);
	assert_int_equal(nested_button(SDL_BUTTON_MIDDLE), BTN_MIDDLE);
	assert_int_equal(nested_button(SDL_BUTTON_X1), BTN_SIDE);
	assert_int_equal(nested_button(SDL_BUTTON_X2), BTN_EXTRA);
	assert_int_equal(nested_button(0), 0);
	assert_int_equal(nested_button(77), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(test_some),
		cmocka_unit_test(test_no_gap), cmocka_unit_test(test_no_twins),
		cmocka_unit_test(test_buttons)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
