/* Combinations of keys: how they are written, which press is which, and the table. */
#include "session/shortcut.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <linux/input-event-codes.h>
#include <xkbcommon/xkbcommon.h>

#include "input/keyboard.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define CTRL         INPUT_MOD_CTRL
#define ALT          INPUT_MOD_ALT
#define SHIFT        INPUT_MOD_SHIFT
#define SUPER        INPUT_MOD_LOGO

static const struct {
	const char *text;
	uint32_t mods, keysym; /* NoSymbol: it is refused, and says ... */
	const char *says;      /* ... that; else how it is written */
} written[] = {
	{"Super+Tab", SUPER, XKB_KEY_Tab, "Super+Tab"},
	{"super+shift+tab", SUPER | SHIFT, XKB_KEY_Tab, "Shift+Super+Tab"},
	{"Logo+M", SUPER, XKB_KEY_m, "Super+M"},
	{"Win+m", SUPER, XKB_KEY_m, "Super+M"},
	{"Control+Alt+Delete", CTRL | ALT, XKB_KEY_Delete, "Ctrl+Alt+Delete"},
	{"Ctrl+Alt+Del", CTRL | ALT, XKB_KEY_Delete, "Ctrl+Alt+Delete"},
	{"Super+Space", SUPER, XKB_KEY_space, "Super+space"},
	{"Super+Enter", SUPER, XKB_KEY_Return, "Super+Return"},
	{"Super+Esc", SUPER, XKB_KEY_Escape, "Super+Escape"},
	{"Super+PageUp", SUPER, XKB_KEY_Prior, "Super+Prior"},
	{"Super++", SUPER, XKB_KEY_plus, "Super+plus"},
	{"Super+plus", SUPER, XKB_KEY_plus, "Super+plus"},
	{"Super+-", SUPER, XKB_KEY_minus, "Super+minus"},
	{"Super+1", SUPER, XKB_KEY_1, "Super+1"},
	{"Super+adiaeresis", SUPER, XKB_KEY_adiaeresis, "Super+adiaeresis"},
	{"Super+KP_Add", SUPER, XKB_KEY_KP_Add, "Super+KP_Add"},
	{"F5", 0, XKB_KEY_F5, "F5"},
	{"Shift+F5", SHIFT, XKB_KEY_F5, "Shift+F5"},
	{"Print", 0, XKB_KEY_Print, "Print"},
	{"PrintScreen", 0, XKB_KEY_Print, "Print"},
	{"XF86AudioMute", 0, XKB_KEY_XF86AudioMute, "XF86AudioMute"},
	{"Alt+Shift+F4", ALT | SHIFT, XKB_KEY_F4, "Alt+Shift+F4"},

	{"", 0, 0, "no key ''"},
	{"+", 0, 0, "for typing"},
	{"Super+", 0, 0, "no key 'Super+'"},
	{"+Tab", 0, 0, "no combination"},
	{"Super++Tab", 0, 0, "no combination"},
	{"Hyper+Tab", 0, 0, "no modifier 'Hyper'"},
	{"Supr+Tab", 0, 0, "do you mean Super?"},
	{"Super+Tba", 0, 0, "do you mean Tab?"},
	{"Super+spcae", 0, 0, "do you mean space?"},
	{"Super+Shift_L", 0, 0, "is a modifier"},
	{"Super+Caps_Lock", 0, 0, "is a modifier"},
	{"Super+ISO_Level3_Shift", 0, 0, "is a modifier"},
	{"Super", 0, 0, "no key 'Super'"},
	{"a", 0, 0, "for typing"},
	{"Shift+a", 0, 0, "for typing"},
	{"Return", 0, 0, "for typing"},
	{"Tab", 0, 0, "for typing"},
	{"Left", 0, 0, "for typing"},
	{"KP_1", 0, 0, "for typing"},
	{"Super+a b", 0, 0, "no key 'a b'"},
};

static void test_written(void **state)
{
	for (size_t i = 0; i < COUNT(written); i++) {
		struct shortcut_chord chord = {0, 0}, again;
		char why[SHORTCUT_WHY_MAX] = "";
		int r = shortcut_chord_parse(written[i].text, &chord, why);
		if (!written[i].keysym) {
			if (r != -EINVAL || !strstr(why, written[i].says))
				fail_msg("%s: %d '%s'", written[i].text, r, why);
			continue;
		}
		if (r < 0)
			fail_msg("%s: %s", written[i].text, why);
		assert_int_equal(chord.mods, written[i].mods);
		assert_int_equal(chord.keysym, written[i].keysym);
		struct shortcut_text text = shortcut_chord_text(&chord);
		assert_string_equal(text.text, written[i].says);
		assert_int_equal(shortcut_chord_parse(text.text, &again, why), 0);
		assert_true(shortcut_chord_equal(&chord, &again));
	}
}

/* A name longer than all room for it. */
static void test_long(void **state)
{
	char text[600], why[SHORTCUT_WHY_MAX];
	struct shortcut_chord chord;
	struct shortcut_action action;
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	assert_int_equal(shortcut_chord_parse(text, &chord, why), -EINVAL);
	text[200] = '+';
	assert_int_equal(shortcut_chord_parse(text, &chord, why), -EINVAL);
	assert_int_equal(shortcut_action_parse(text, &action, why), -EINVAL);
	memcpy(text, "run ", 4);
	assert_int_equal(shortcut_action_parse(text, &action, why), -EINVAL);
}

/* Which press is which: real layouts, by the keyboard. */
static const struct {
	const char *layout;
	size_t which;
	uint32_t held[3], code;
	const char *keys;
	bool matches;
} presses[] = {
	{"us", 0, {KEY_LEFTMETA}, KEY_M, "Super+M", true},
	{"us", 0, {KEY_RIGHTMETA}, KEY_M, "Super+M", true},
	{"us", 0, {KEY_LEFTMETA, KEY_LEFTSHIFT}, KEY_M, "Super+M", false},
	{"us", 0, {KEY_LEFTMETA, KEY_LEFTSHIFT}, KEY_M, "Super+Shift+M", true},
	{"us", 0, {KEY_LEFTMETA, KEY_LEFTCTRL}, KEY_M, "Super+M", false},
	{"us", 0, {0}, KEY_M, "Super+M", false},
	{"us", 0, {KEY_LEFTMETA}, KEY_N, "Super+M", false},
	{"us", 0, {KEY_LEFTMETA}, KEY_TAB, "Super+Tab", true},
	{"us", 0, {KEY_LEFTMETA, KEY_LEFTSHIFT}, KEY_TAB, "Super+Shift+Tab", true},
	{"us", 0, {KEY_LEFTMETA, KEY_LEFTSHIFT}, KEY_TAB, "Super+Tab", false},
	{"us", 0, {KEY_LEFTMETA, KEY_LEFTSHIFT}, KEY_EQUAL, "Super+plus", true},
	{"us", 0, {KEY_LEFTMETA, KEY_LEFTSHIFT}, KEY_EQUAL, "Super+Shift+equal", true},
	{"us", 0, {KEY_LEFTMETA}, KEY_EQUAL, "Super+plus", false},
	{"us", 0, {KEY_LEFTMETA, KEY_LEFTSHIFT, KEY_LEFTCTRL}, KEY_EQUAL, "Super+plus",
		false},
	{"de", 0, {KEY_LEFTMETA}, KEY_RIGHTBRACE, "Super+plus", true},
	{"de", 0, {KEY_LEFTMETA}, KEY_Y, "Super+Z", true},
	{"de", 0, {KEY_LEFTMETA}, KEY_Z, "Super+Z", false},
	{"de", 0, {KEY_LEFTMETA}, KEY_APOSTROPHE, "Super+adiaeresis", true},
	{"us,de", 1, {KEY_LEFTMETA}, KEY_Y, "Super+Z", true},
	{"us,de", 1, {KEY_LEFTMETA}, KEY_Y, "Super+Y", false},
	{"us,ru", 1, {KEY_LEFTMETA}, KEY_M, "Super+M", true},
	{"us,gr", 1, {KEY_LEFTCTRL, KEY_LEFTALT}, KEY_T, "Ctrl+Alt+T", true},
	{"us(dvorak),ru", 1, {KEY_LEFTMETA}, KEY_M, "Super+M", true},
	{"us(dvorak),ru", 1, {KEY_LEFTMETA}, KEY_S, "Super+O", true},
	{"ru", 0, {KEY_LEFTMETA}, KEY_M, "Super+M", true},
	{"ru", 0, {KEY_LEFTMETA, KEY_LEFTSHIFT}, KEY_Q, "Super+Shift+Q", true},
	{"ru", 0, {KEY_LEFTMETA}, KEY_M, "Super+Cyrillic_softsign", true},
	{"fr", 0, {KEY_LEFTMETA}, KEY_A, "Super+Q", true},
	{"fr", 0, {KEY_LEFTMETA, KEY_LEFTSHIFT}, KEY_1, "Super+1", true},
	{"us", 0, {0}, KEY_SYSRQ, "Print", true},
	{"us", 0, {KEY_LEFTCTRL}, KEY_SYSRQ, "Print", false},
	{"us", 0, {0}, KEY_MUTE, "XF86AudioMute", true},
	{"us", 0, {0}, KEY_F5, "F5", true},
};

static struct input_key last;

static bool note(void *data, const struct input_key *key)
{
	(void)data;
	last = *key;
	return true;
}

static void test_presses(void **state)
{
	static const struct input_listener listener = {.shortcut = note};
	for (size_t i = 0; i < COUNT(presses); i++) {
		const struct input_keymap keymap = {.layout = presses[i].layout};
		struct keyboard *k;
		struct shortcut_chord chord;
		char why[SHORTCUT_WHY_MAX];
		assert_int_equal(keyboard_create(&keymap, &listener, NULL, &k, NULL), 0);
		keyboard_set_layout(k, presses[i].which);
		for (size_t j = 0; j < 3 && presses[i].held[j]; j++)
			keyboard_key(k, presses[i].held[j], true, 1);
		keyboard_key(k, presses[i].code, true, 2);
		assert_int_equal(shortcut_chord_parse(presses[i].keys, &chord, why), 0);
		if (shortcut_chord_matches(&chord, &last) != presses[i].matches)
			fail_msg("%s, case %zu: %s", presses[i].layout, i,
				presses[i].keys);
		keyboard_destroy(k);
	}
}

static const struct {
	const char *text;
	enum shortcut_do what;
	const char *says; /* NULL: it is right */
} actions[] = {
	{"quit", SHORTCUT_QUIT, NULL},
	{"none", SHORTCUT_NONE, NULL},
	{"next-window", SHORTCUT_NEXT_WINDOW, NULL},
	{"previous-window", SHORTCUT_PREVIOUS_WINDOW, NULL},
	{"close-window", SHORTCUT_CLOSE_WINDOW, NULL},
	{"next-layout", SHORTCUT_NEXT_LAYOUT, NULL},
	{"previous-layout", SHORTCUT_PREVIOUS_LAYOUT, NULL},
	{"next-method", SHORTCUT_NEXT_METHOD, NULL},
	{"screenshot", SHORTCUT_SCREENSHOT, NULL},
	{"release-pointer", SHORTCUT_RELEASE_POINTER, NULL},
	{"magnifier-in", SHORTCUT_MAGNIFIER_IN, NULL},
	{"next-panel", SHORTCUT_NEXT_PANEL, NULL},
	{"magnifier-out", SHORTCUT_MAGNIFIER_OUT, NULL},
	{"vt-1", SHORTCUT_VT, NULL},
	{"vt-12", SHORTCUT_VT, NULL},
	{"run hello", SHORTCUT_RUN, NULL},
	{"run   /opt/a b.so", SHORTCUT_RUN, NULL},
	{"quti", 0, "do you mean quit?"},
	{"", 0, "no action ''"},
	{"next-widnow", 0, "do you mean next-window?"},
	{"vt-0", 0, "vt-1 to vt-12"},
	{"vt-13", 0, "vt-1 to vt-12"},
	{"vt-", 0, "vt-1 to vt-12"},
	{"vt-1x", 0, "vt-1 to vt-12"},
	{"vt- 1", 0, "vt-1 to vt-12"},
	{"run", 0, "run which plugin?"},
	{"run  ", 0, "run which plugin?"},
	{"spawn xterm", 0, "no action 'spawn xterm'"},
};

static void test_actions(void **state)
{
	for (size_t i = 0; i < COUNT(actions); i++) {
		struct shortcut_action action;
		char why[SHORTCUT_WHY_MAX] = "";
		int r = shortcut_action_parse(actions[i].text, &action, why);
		if (actions[i].says) {
			if (r != -EINVAL || !strstr(why, actions[i].says))
				fail_msg("%s: %d '%s'", actions[i].text, r, why);
			continue;
		}
		assert_int_equal(r, 0);
		assert_int_equal(action.what, actions[i].what);
	}
	struct shortcut_action action;
	char why[SHORTCUT_WHY_MAX];
	assert_int_equal(shortcut_action_parse("vt-7", &action, why), 0);
	assert_int_equal(action.number, 7);
	assert_int_equal(shortcut_action_parse("run  /opt/a b.so", &action, why), 0);
	assert_string_equal(action.path, "/opt/a b.so");
}

static struct input_key press_of(uint32_t mods, uint32_t keysym)
{
	return (struct input_key){
		.mods = mods, .keysym = keysym, .plain = keysym, .latin = keysym};
}

static enum shortcut_do doing(
	const struct shortcut_table *table, uint32_t mods, uint32_t keysym)
{
	struct input_key key = press_of(mods, keysym);
	const struct shortcut *row = shortcut_match(table, &key);
	return row ? row->action.what : SHORTCUT_NONE;
}

static void test_table(void **state)
{
	struct shortcut_table t;
	char why[SHORTCUT_WHY_MAX];
	shortcut_defaults(&t);
	size_t n = t.n;
	assert_int_equal(doing(&t, CTRL | ALT, XKB_KEY_BackSpace), SHORTCUT_QUIT);
	assert_int_equal(doing(&t, SUPER, XKB_KEY_space), SHORTCUT_NEXT_LAYOUT);
	assert_int_equal(doing(&t, 0, XKB_KEY_Print), SHORTCUT_SCREENSHOT);
	assert_int_equal(doing(&t, SUPER, XKB_KEY_Escape), SHORTCUT_RELEASE_POINTER);
	assert_int_equal(doing(&t, SUPER, XKB_KEY_minus), SHORTCUT_MAGNIFIER_OUT);
	assert_int_equal(doing(&t, SUPER, XKB_KEY_KP_Add), SHORTCUT_MAGNIFIER_IN);
	assert_int_equal(doing(&t, SUPER, XKB_KEY_F6), SHORTCUT_NEXT_PANEL);
	/* Another action for the same keys, and none. */
	assert_int_equal(shortcut_set(&t, "Super+Tab", "screenshot", why), 0);
	assert_int_equal(doing(&t, SUPER, XKB_KEY_Tab), SHORTCUT_SCREENSHOT);
	assert_int_equal(t.n, n);
	assert_int_equal(shortcut_set(&t, "Super+space", "none", why), 0);
	assert_int_equal(doing(&t, SUPER, XKB_KEY_space), SHORTCUT_NONE);
	assert_int_equal(shortcut_set(&t, "Ctrl+Alt+BackSpace", "none", why), 0);
	assert_int_equal(doing(&t, CTRL | ALT, XKB_KEY_BackSpace), SHORTCUT_NONE);
	/* Keys that had none. */
	assert_int_equal(shortcut_set(&t, "Super+L", "vt-2", why), 0);
	assert_int_equal(doing(&t, SUPER, XKB_KEY_l), SHORTCUT_VT);
	/* The second, however it is written. */
	assert_int_equal(shortcut_set(&t, "Win+tab", "quit", why), -EINVAL);
	assert_non_null(strstr(why, "a second"));
	/* Those for virtual terminals are nobody's. */
	assert_int_equal(shortcut_set(&t, "Ctrl+Alt+F3", "none", why), -EINVAL);
	assert_non_null(strstr(why, "virtual terminals"));
	assert_int_equal(shortcut_set(&t, "Ctrl+Alt+F12", "quit", why), -EINVAL);
	assert_int_equal(
		shortcut_set(&t, "Ctrl+Alt+XF86Switch_VT_3", "quit", why), -EINVAL);
	assert_int_equal(shortcut_set(&t, "Ctrl+F3", "quit", why), 0);
	/* Until there is no more room. */
	int r = 0;
	for (int i = 1; r == 0; i++) {
		char keys[32];
		snprintf(keys, sizeof keys, "%sF%d", i > 35 ? "Super+" : "Ctrl+Shift+",
			i > 35 ? i - 35 : i);
		r = shortcut_set(&t, keys, "quit", why);
	}
	assert_int_equal(t.n, SHORTCUTS_MAX);
	assert_non_null(strstr(why, "more than"));
}

static void test_vt(void **state)
{
	static const struct {
		uint32_t mods, code;
		int vt;
	} keys[] = {
		{CTRL | ALT, KEY_F1, 1},
		{CTRL | ALT, KEY_F10, 10},
		{CTRL | ALT, KEY_F11, 11},
		{CTRL | ALT, KEY_F12, 12},
		{CTRL | ALT | SHIFT, KEY_F2, 2},
		{CTRL | ALT, KEY_F13, 0},
		{CTRL, KEY_F1, 0},
		{ALT, KEY_F1, 0},
		{CTRL | ALT, KEY_NUMLOCK, 0},
		{CTRL | ALT, KEY_BACKSPACE, 0},
	};
	static const struct {
		const char *keys;
		bool secure;
	} secure[] = {{"Ctrl+Alt+F1", true}, {"Ctrl+Alt+F12", true},
		{"Ctrl+Alt+Shift+F1", true}, {"Ctrl+Alt+BackSpace", true},
		{"Ctrl+Alt+Delete", false}, {"Ctrl+F1", false}, {"Ctrl+Alt+F13", false}};
	for (size_t i = 0; i < COUNT(keys); i++) {
		struct input_key key = {.mods = keys[i].mods, .code = keys[i].code};
		assert_int_equal(shortcut_vt(&key), keys[i].vt);
	}
	for (size_t i = 0; i < COUNT(secure); i++) {
		struct shortcut_chord chord;
		char why[SHORTCUT_WHY_MAX];
		assert_int_equal(shortcut_chord_parse(secure[i].keys, &chord, why), 0);
		assert_int_equal(shortcut_is_secure(&chord), secure[i].secure);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_presses),
		cmocka_unit_test(test_actions),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_vt),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
