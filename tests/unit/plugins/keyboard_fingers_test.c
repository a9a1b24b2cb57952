/* What fingers on the on-screen keyboard mean: in what order they do what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "plugins/apps/keyboard/fingers.h"
#include "plugins/apps/keyboard/latch.h"

#define MS UINT64_C(1000000)

/*
 * Keys of 10 by 10 beside each other: a and b type and offer, r repeats, s is a latch, p
 * turns a page. A key's index is its place here, and its middle is at 10 i + 5.
 */
static const char names[] = "abrsp";
static struct key keys[5];

static void make_keys(void)
{
	static const struct {
		uint8_t does, held;
	} of[] = {{KEY_TYPES_PLACE, HELD_OFFERS}, {KEY_TYPES_PLACE, HELD_OFFERS},
		{KEY_PRESSES, HELD_REPEATS}, {KEY_LATCHES, HELD_NOTHING},
		{KEY_TURNS, HELD_NOTHING}};
	for (int i = 0; i < 5; i++)
		keys[i] = (struct key){.does = of[i].does,
			.held = of[i].held,
			.cell = {10 * i, 0, 10 * i + 10, 10}};
}

static struct fingers fingers;
static char told[256];
static bool refuse; /* there is nothing to choose from */

static bool tell(void *data, const struct deed *deed)
{
	static const char kinds[] = {[DEED_TYPE] = 'T',
		[DEED_LATCH_DOWN] = 'L',
		[DEED_LATCH_UP] = 'U',
		[DEED_OPEN] = 'O',
		[DEED_POINT] = 'P',
		[DEED_CHOOSE] = 'C',
		[DEED_CLOSE] = 'X'};
	size_t n = strlen(told);
	(void)data;
	snprintf(told + n, sizeof told - n, "%c%c", kinds[deed->kind], names[deed->key]);
	n = strlen(told);
	if (deed->times != 1)
		snprintf(told + n, sizeof told - n, "%u", deed->times);
	if (deed->kind == DEED_TYPE && names[deed->key] == 'p')
		fingers_forget(&fingers);
	return !(refuse && deed->kind == DEED_OPEN);
}

/*
 * A script: "+0a" finger 0 on a, ">0b" to b, "-0" up, "!0" cancelled, "@500" at 500 ms: then
 * what is due is done.
 */
static void play(const char *script)
{
	uint64_t now = MS;
	float x[10] = {0};
	fingers = (struct fingers){.deed = tell};
	told[0] = 0;
	make_keys();
	for (const char *s = script; *s; s++) {
		if (*s == ' ')
			continue;
		char what = *s++;
		uint32_t id = (uint32_t)(*s - '0');
		if (what == '@') {
			unsigned ms;
			int n;
			assert_int_equal(sscanf(s, "%u%n", &ms, &n), 1);
			s += n - 1;
			now = MS + ms * MS;
			fingers_tick(&fingers, now);
			continue;
		}
		int k = -1;
		if (what == '+' || what == '>') {
			k = (int)(strchr(names, *++s) - names);
			x[id] = 10 * (float)k + 5;
		}
		if (what == '+')
			fingers_press(&fingers, id, k, &keys[k], 2, x[id], 5, now);
		if (what == '>')
			fingers_move(&fingers, id, x[id], 5);
		if (what == '-')
			fingers_lift(&fingers, id, x[id], 5, now);
		if (what == '!')
			fingers_cancel(&fingers, id);
	}
}

static const struct {
	const char *script, *told;
} cases[] = {
	/* On release, within the key. */
	{"+0a", ""},
	{"+0a -0", "Ta"},
	{"+0a >0b -0", ""},
	{"+0a >0b >0a -0", "Ta"},
	{"+0a !0", ""},
	{"-0", ""},
	/* Two thumbs: the second commits the first, and the first is done then. */
	{"+0a +1b -0 -1", "TaTb"},
	{"+0a +1b -1 -0", "TaTb"},
	{"+0a >0b +1b -1 -0", "Tb"},
	{"+0a +1a +2b -2 -1 -0", "TaTaTb"},
	/* An id comes again without having been lifted. */
	{"+0a +0b -0", "Tb"},
	/* A page is turned on release only, and then other fingers mean nothing. */
	{"+0p +1a -0 -1", "Tp"},
	{"+0p -0 +1a -1", "TpTa"},
	/* Held: offers; what is chosen is chosen on release. */
	{"+0a @449 -0", "Ta"},
	{"+0a @450 -0", "OaPaCa"},
	{"+0a @450 >0b -0", "OaPaPaCa"},
	{"+0a @450 !0", "OaXa0"},
	{"+0a @450 +1b -1 -0", "OaCaTb"},
	{"+0a >0b @450 -0", ""},
	/* Repeats: the first after a while, then every 50 ms; late, as often as it was due. */
	{"+0r -0", "Tr"},
	{"+0r @449 -0", "Tr"},
	{"+0r @450 -0", "Tr"},
	{"+0r @450 @499 @500 -0", "TrTr"},
	{"+0r @550 -0", "Tr3"},
	{"+0r @60000 -0", "Tr8"},
	{"+0r @450 >0a @600 -0", "Tr"},
	/* A modifier is down while its finger is, beside others. */
	{"+0s -0", "LsUs"},
	{"+0s >0a -0", "LsUs0"},
	{"+0s !0", "LsUs0"},
	{"+0s +1a -1 -0", "LsTaUs"},
	{"+0a +1s -0 -1", "TaLsUs"},
	/* A key that was tapped shows it a little longer; that is all it does. */
	{"+0a -0 @1000", "Ta"},
};

static void test_scripts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		play(cases[i].script);
		print_message("# %s\n", cases[i].script);
		assert_string_equal(told, cases[i].told);
	}
}

/* Where nothing is offered holding does nothing. */
static void test_no_offers(void **state)
{
	(void)state;
	refuse = true;
	play("+0a @450 @900 -0");
	refuse = false;
	assert_string_equal(told, "OaTa");
}

static void test_seen(void **state)
{
	(void)state;
	play("+0a");
	assert_true(fingers_on(&fingers, 0) && !fingers_on(&fingers, 1));
	assert_int_equal(fingers_preview(&fingers), 0);
	play("+0a >0b");
	assert_false(fingers_on(&fingers, 0) || fingers_on(&fingers, 1));
	assert_int_equal(fingers_preview(&fingers), -1);
	play("+0a -0");
	assert_true(fingers_on(&fingers, 0));
	assert_int_equal(fingers_preview(&fingers), -1);
	play("+0a -0 @80");
	assert_false(fingers_on(&fingers, 0));
	fingers = (struct fingers){.deed = tell};
	fingers_press(&fingers, FINGER_MOUSE, 0, &keys[0], 2, 5, 5, MS);
	assert_int_equal(fingers_preview(&fingers), -1);
}

/* Idle is idle: no time is waited for when nothing is held. */
static void test_next(void **state)
{
	static const char *const idle[] = {"", "+0a -0 @80", "+0s", "+0a !0", "+0a >0b",
		"+0a @450", "+0p", "+0a @450 -0"};
	(void)state;
	for (size_t i = 0; i < sizeof idle / sizeof *idle; i++) {
		play(idle[i]);
		assert_true(fingers_next(&fingers) == UINT64_MAX);
	}
	play("+0a");
	assert_true(fingers_next(&fingers) == MS + FINGER_HELD_NS);
	play("+0r @450");
	assert_true(fingers_next(&fingers) == MS + 500 * MS);
}

static void test_tap(void **state)
{
	(void)state;
	play("");
	fingers_tap(&fingers, 0, &keys[0], MS);
	fingers_tap(&fingers, 3, &keys[3], MS);
	assert_string_equal(told, "TaLsUs");
}

/* More fingers than there can be, on and on. */
static void test_many(void **state)
{
	(void)state;
	play("");
	for (uint32_t id = 0; id < 1000; id++) {
		fingers_press(&fingers, id, 0, &keys[0], 2, 5, 5, MS);
		told[0] = 0;
	}
	for (uint32_t id = 0; id < 1000; id++)
		fingers_lift(&fingers, id, 5, 5, MS);
	fingers_tick(&fingers, 2000 * MS);
	assert_true(fingers_next(&fingers) == UINT64_MAX);
}

/* ---- Modifiers ---------------------------------------------------------- */

/* "d" down, "u" up, "x" up without being meant, "t" a key is typed, "." 300 ms, "_" 500 ms. */
static const struct {
	const char *script;
	bool lockable;
	enum latch_state state;
	bool on;
} latches[] = {
	{"d", true, LATCH_ONCE, true},
	{"du", true, LATCH_ONCE, true},
	{"dut", true, LATCH_OFF, false},
	{"dx", true, LATCH_OFF, false},
	{"du.du", true, LATCH_LOCKED, true},
	{"du_du", true, LATCH_OFF, false},
	{"du.dutt", true, LATCH_LOCKED, true},
	{"du.du.du", true, LATCH_OFF, false},
	{"du.du.dx", true, LATCH_LOCKED, true},
	{"du.du", false, LATCH_OFF, false},
	/* Held while others are typed it is over when it is let go. */
	{"dt", true, LATCH_ONCE, true},
	{"dttu", true, LATCH_OFF, false},
	{"dtx", true, LATCH_OFF, false},
	{"du_dt", true, LATCH_OFF, true},
	{"du_dtu", true, LATCH_OFF, false},
	{"u", true, LATCH_OFF, false},
};

static void test_latches(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof latches / sizeof *latches; i++) {
		struct latch latch = {0};
		uint64_t now = MS;
		for (const char *s = latches[i].script; *s; s++) {
			if (*s == 'd')
				latch_down(&latch, latches[i].lockable, now);
			if (*s == 'u' || *s == 'x')
				latch_up(&latch, *s == 'u');
			if (*s == 't')
				latch_spend(&latch);
			now += *s == '.' ? 300 * MS : *s == '_' ? 500 * MS : 0;
		}
		print_message("# %s\n", latches[i].script);
		assert_int_equal(latch.state, latches[i].state);
		assert_int_equal(latch_on(&latch), latches[i].on);
	}
}

static void test_drop(void **state)
{
	struct latch once = {.state = LATCH_ONCE, .held = true};
	struct latch locked = {.state = LATCH_LOCKED};
	(void)state;
	latch_drop(&once);
	latch_drop(&locked);
	assert_false(latch_on(&once));
	assert_true(latch_on(&locked));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scripts),
		cmocka_unit_test(test_no_offers),
		cmocka_unit_test(test_seen),
		cmocka_unit_test(test_next),
		cmocka_unit_test(test_tap),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_latches),
		cmocka_unit_test(test_drop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
