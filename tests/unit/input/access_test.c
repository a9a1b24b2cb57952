/*
 * Keys for those who cannot press them as others do. A case is a configuration and a script;
 * what was passed on is compared as text: "+c" press, "-c" release of a key, "(x,y)" a motion,
 * "[1" "]1" a button down and up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "input/access.h"
#include "util/clock.h"

#define MS(n) ((n)*NS_PER_MS)
#define S_TAP "+S -S"
#define SPEED 1000.0

struct access_case {
	const char *name;
	struct access_config config;
	/*
	 * Words: +K press, -K release, at the time that "@MS" says and later ones, a
	 * millisecond each; "!" turn; "x" forget; "n" Num Lock is on from now, "o" off;
	 * "?MS" the next turn is due then, "?" never; "=" all is turned off.
	 */
	const char *script, *passed;
};

#define STICKY                                                                           \
	{                                                                                \
		.sticky = true, .sticky_lock = true                                      \
	}
#define SLOW                                                                             \
	{                                                                                \
		.slow_ns = MS(300)                                                       \
	}
#define BOUNCE                                                                           \
	{                                                                                \
		.bounce_ns = MS(200)                                                     \
	}
#define MOUSE                                                                            \
	{                                                                                \
		.mouse = true, .mouse_speed = SPEED, .mouse_ramp_ns = MS(320)            \
	}

static const struct access_case cases[] = {
	{"all off: as they come", {0}, "+S +a -a -S +a -a ?", "+S +a -a -S +a -a"},
	{"all off: twice is once", {0}, "+a +a -a -a -b", "+a -a"},

	{"sticky: a tap holds for one key", STICKY, "+S -S +a -a +b -b",
		"+S +a -a -S +b -b"},
	{"sticky: two modifiers for one key", STICKY, "+C -C +A -A +a -a +b -b",
		"+C +A +a -a -C -A +b -b"},
	{"sticky: the next key comes before the first is up", STICKY, "+S -S +a +b -a -b",
		"+S +a -S +b -a -b"},
	{"sticky: held with a key it is a modifier as ever", STICKY, "+S +a -a -S +b -b",
		"+S +a -a -S +b -b"},
	{"sticky: twice locks, a third time unlocks", STICKY,
		"+S -S +S -S +a -a +b -b +S -S +c -c", "+S +a -a +b -b -S +c -c"},
	{"sticky: twice does not lock", {.sticky = true}, "+S -S +S -S +a -a",
		"+S -S +a -a"},
	{"sticky: latched, then held with a key", STICKY, "+S -S +S +a -a -S +b -b",
		"+S +a -a -S +b -b"},
	{"sticky: let go before its key", STICKY, "+S +a -S -a", "+S +a -S -a"},
	{"sticky: two held at once", STICKY, "+C +A -C -A +a -a", "+C +A +a -a -C -A"},
	{"sticky: two at once turn it off", {.sticky = true, .sticky_pairs = true},
		"+C +A -A -C +S -S +a -a", "+C +A -A -C +S -S +a -a"},
	{"sticky: two at once let go of what was latched",
		{.sticky = true, .sticky_pairs = true}, "+S -S +C +A -A -C +a -a",
		"+S +C -S +A -A -C +a -a"},
	{"sticky: turned off, all is let go", STICKY, "+S -S +C -C +C -C = +a -a",
		"+S +C -S -C +a -a"},
	{"sticky: turned off while the finger is on it", STICKY, "+S -S +S = -S",
		"+S -S"},
	{"sticky: five times Shift turns it on", {.shift_turns = true},
		"+S -S +S -S +S -S +S -S +S -S +S -S +a -a",
		S_TAP " " S_TAP " " S_TAP " " S_TAP " " S_TAP " +S +a -a -S"},
	{"sticky: five times Shift turns it off",
		{.sticky = true, .sticky_lock = true, .shift_turns = true},
		"+S -S +S -S +S -S +S -S +S -S +S -S +a -a", "+S -S +S -S +S -S +a -a"},
	{"sticky: a key between them begins anew", {.shift_turns = true},
		"+S -S +S -S +S -S +S -S +a -a +S -S +a -a",
		S_TAP " " S_TAP " " S_TAP " " S_TAP " +a -a " S_TAP " +a -a"},
	{"sticky: five times Shift, but that is not asked for", {0},
		"+S -S +S -S +S -S +S -S +S -S +S -S +a -a",
		S_TAP " " S_TAP " " S_TAP " " S_TAP " " S_TAP " " S_TAP " +a -a"},
	{"sticky: released for a VT switch", STICKY, "+S -S +C -C +C -C x +a -a ?",
		"+S +C +a -a"},

	{"slow: held for long enough", SLOW, "@100 +a ?400 @399 ! @400 ! ? -a", "+a -a"},
	{"slow: let go too soon", SLOW, "@100 +a -a ? @900 !", ""},
	{"slow: several at once", SLOW, "@100 +a +b +c -b ?400 @500 !", "+a +c"},
	{"slow: late is as good", SLOW, "@100 +a @9000 ! -a", "+a -a"},
	{"slow: forgotten for a VT switch", SLOW, "@100 +a x ? @900 ! -a", ""},
	{"slow: turned off while one waits: it waits on", SLOW,
		"@100 +a = ?400 @400 ! -a", "+a -a"},
	{"slow: more than can wait", SLOW,
		"@100 +a +b +c +d +e +f +g +h +i +j +k +l +m +n +o +p +q @900 ! -q -a",
		"+a +b +c +d +e +f +g +h +i +j +k +l +m +n +o +p -a"},
	{"slow and sticky", {.slow_ns = MS(300), .sticky = true},
		"@100 +S @400 ! -S @500 +a @800 ! -a", "+S +a -a -S"},

	{"bounce: too soon after it was let go", BOUNCE,
		"@100 +a @110 -a @120 +a @130 -a @400 +a -a", "+a -a +a -a"},
	{"bounce: another key is no matter", BOUNCE, "@100 +a @110 -a @120 +b -b",
		"+a -a +b -b"},
	{"bounce: each release begins anew", BOUNCE,
		"@100 +a -a @250 +a -a @400 +a -a @700 +a -a", "+a -a +a -a"},
	{"bounce: the first second of a machine", BOUNCE, "@0 +a -a @300 +a -a",
		"+a -a +a -a"},

	{"mouse: a step, then after a while faster and faster", MOUSE,
		"@100 +6 ?260 @260 ! ?276 @276 ! @420 ! @436 ! -6 ?",
		"(1.0,0.0) (4.0,0.0) (4.8,0.0) (50.0,0.0) (16.0,0.0)"},
	{"mouse: across is as fast as along", MOUSE, "@100 +9 -9", "(0.7,-0.7)"},
	{"mouse: two keys are across, too", MOUSE, "@100 +8 +6 -8 -6 ?",
		"(0.0,-1.0) (0.7,-0.7)"},
	{"mouse: opposite ones stand still", MOUSE, "@100 +4 +6 @300 ! -4 -6",
		"(-1.0,0.0)"},
	{"mouse: all directions", MOUSE, "@100 +1 -1 +2 -2 +3 -3 +4 -4 +7 -7",
		"(-0.7,0.7) (0.0,1.0) (0.7,0.7) (-1.0,0.0) (-0.7,-0.7)"},
	{"mouse: clicks", MOUSE, "+5 -5 +P -P +M -M +5 -5 +T -T +5 -5 +D -D +5 -5",
		"[0 ]0 [0 ]0 [0 ]0 [1 ]1 [2 ]2 [0 ]0"},
	{"mouse: held and let go", MOUSE, "+0 -0 @100 +6 -6 +. -. +. -.",
		"[0 (1.0,0.0) ]0"},
	{"mouse: held twice is once, and a click lets go", MOUSE, "+0 -0 +0 -0 +5 -5",
		"[0 ]0 [0 ]0"},
	{"mouse: with Num Lock they are digits", MOUSE, "n +6 -6 +5 -5", "+6 -6 +5 -5"},
	{"mouse: Num Lock while one is down", MOUSE, "@100 +6 n -6 ? +6 o -6 ?",
		"(1.0,0.0) +6 -6"},
	{"mouse: turned off in the middle", MOUSE, "+0 -0 @100 +6 = ? -6 +6 -6",
		"[0 (1.0,0.0) ]0 +6 -6"},
	{"mouse: released for a VT switch", MOUSE, "+0 -0 @100 +6 x ? -6",
		"[0 (1.0,0.0) ]0"},
	{"mouse: other keys are keys", MOUSE, "+a -a", "+a -a"},
	{"mouse: late, it does not leap", MOUSE, "@100 +6 @9000 ! ?9016",
		"(1.0,0.0) (50.0,0.0)"},
};

static const struct {
	char letter;
	uint32_t code;
} letters[] = {
	{'S', KEY_LEFTSHIFT},
	{'C', KEY_LEFTCTRL},
	{'A', KEY_LEFTALT},
	{'1', KEY_KP1},
	{'2', KEY_KP2},
	{'3', KEY_KP3},
	{'4', KEY_KP4},
	{'5', KEY_KP5},
	{'6', KEY_KP6},
	{'7', KEY_KP7},
	{'8', KEY_KP8},
	{'9', KEY_KP9},
	{'0', KEY_KP0},
	{'.', KEY_KPDOT},
	{'P', KEY_KPPLUS},
	{'D', KEY_KPSLASH},
	{'M', KEY_KPASTERISK},
	{'T', KEY_KPMINUS},
};
#define LETTERS (sizeof letters / sizeof *letters)

static uint32_t code_of(char letter)
{
	for (size_t i = 0; i < LETTERS; i++) {
		if (letters[i].letter == letter)
			return letters[i].code;
	}
	return 300 + (uint32_t)letter; /* no key of a keyboard */
}

static char letter_of(uint32_t code)
{
	for (size_t i = 0; i < LETTERS; i++) {
		if (letters[i].code == code)
			return letters[i].letter;
	}
	return (char)(code - 300);
}

static char passed[600];

static void put(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void put(const char *fmt, ...)
{
	size_t n = strlen(passed);
	va_list ap;
	if (n)
		passed[n++] = ' ';
	va_start(ap, fmt);
	vsnprintf(passed + n, sizeof passed - n, fmt, ap);
	va_end(ap);
}

static void handle_key(void *data, uint32_t code, bool pressed, uint64_t time_ns)
{
	(void)data, (void)time_ns;
	put("%c%c", pressed ? '+' : '-', letter_of(code));
}

static void handle_move(void *data, double dx, double dy, uint64_t time_ns)
{
	(void)data, (void)time_ns;
	put("(%.1f,%.1f)", dx, dy);
}

static void handle_button(void *data, uint32_t button, bool pressed, uint64_t time_ns)
{
	static const int number[] = {0, 2, 1};
	(void)data, (void)time_ns;
	put("%c%d", pressed ? '[' : ']', number[button - BTN_LEFT]);
}

static const struct access_listener listener = {
	.key = handle_key, .move = handle_move, .button = handle_button};

struct player {
	struct access access;
	uint64_t now;
	bool num_lock;
};

static void press(struct player *p, const char *word)
{
	uint32_t code = code_of(word[1]);
	struct access_key key = {.time_ns = p->now++,
		.code = code,
		.pressed = word[0] == '+',
		.modifier = strchr("SCA", word[1]),
		.shift = word[1] == 'S',
		.num_lock = p->num_lock};
	access_key(&p->access, &key);
}

static uint64_t number(const char *word)
{
	unsigned long long n = 0;
	sscanf(word + 1, "%llu", &n);
	return MS(n);
}

static void play(struct player *p, const char *word)
{
	static const struct access_config off;
	switch (word[0]) {
	case '+':
	case '-':
		press(p, word);
		break;
	case '@':
		p->now = number(word);
		break;
	case '?':
		/* Presses of one word after another are a nanosecond apart. */
		assert_int_equal(
			access_next_ns(&p->access) / NS_PER_MS * NS_PER_MS, number(word));
		break;
	case '!':
		access_turn(&p->access, p->now);
		break;
	case 'x':
		access_forget(&p->access, p->now);
		break;
	case '=':
		access_set(&p->access, &off, p->now);
		break;
	default:
		p->num_lock = word[0] == 'n';
		break;
	}
}

static void test_case(void **state)
{
	static struct player p;
	const struct access_case *c = *state;
	char script[256], *save = NULL;
	passed[0] = '\0';
	p = (struct player){.now = NS_PER_S};
	access_init(&p.access, &listener, NULL);
	access_set(&p.access, &c->config, 0);
	snprintf(script, sizeof script, "%s", c->script);
	for (char *w = strtok_r(script, " ", &save); w; w = strtok_r(NULL, " ", &save))
		play(&p, w);
	assert_string_equal(passed, c->passed);
}

/* Whatever comes, in whatever order: what was passed on as down is let go, once, and in time. */
static int down[KEY_CNT];
static bool button_down[3];

static void count_key(void *data, uint32_t code, bool pressed, uint64_t time_ns)
{
	(void)data, (void)time_ns;
	down[code] += pressed ? 1 : -1;
	assert_in_range(down[code], 0, 1);
}

static void count_button(void *data, uint32_t button, bool pressed, uint64_t time_ns)
{
	(void)data, (void)time_ns;
	assert_true(button_down[button - BTN_LEFT] != pressed);
	button_down[button - BTN_LEFT] = pressed;
}

static void ignore_move(void *data, double dx, double dy, uint64_t time_ns)
{
	(void)data, (void)time_ns;
	assert_true(dx >= -50.01 && dx <= 50.01 && dy >= -50.01 && dy <= 50.01);
}

static uint32_t seed = 1;

/* Marsaglia's xorshift32. */
static uint32_t any(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % below;
}

static void any_config(struct access *access, uint64_t now)
{
	struct access_config config = {.sticky = any(2),
		.sticky_lock = any(2),
		.sticky_pairs = any(2),
		.shift_turns = any(2),
		.mouse = any(2),
		.slow_ns = any(2) ? MS(any(500)) : 0,
		.bounce_ns = any(2) ? MS(any(500)) : 0,
		.mouse_speed = SPEED,
		.mouse_ramp_ns = MS(any(500))};
	access_set(access, &config, now);
}

static void test_any(void **state)
{
	static const struct access_listener counts = {
		.key = count_key, .move = ignore_move, .button = count_button};
	static const struct access_config off;
	static const char keys[] = "SCA1234567890.PDMTabc";
	static struct access access;
	static bool held[KEY_CNT];
	uint64_t now = NS_PER_S;
	access_init(&access, &counts, NULL);
	for (int i = 0; i < 200000; i++) {
		now += MS(any(300));
		char letter = keys[any(sizeof keys - 1)];
		uint32_t code = code_of(letter);
		if (any(50) == 0)
			any_config(&access, now);
		held[code] = !held[code];
		struct access_key key = {now, code, held[code],
			strchr("SCA", letter) != NULL, letter == 'S', any(2)};
		access_key(&access, &key);
		if (any(2))
			access_turn(&access, now);
		access_turn(&access, now);
		uint64_t next = access_next_ns(&access);
		assert_true(next == 0 || next > now);
		if (any(200) != 0)
			continue;
		/* All fingers are up, all is off: nothing is down, and nothing is due. */
		for (uint32_t k = 0; k < KEY_CNT; k++) {
			struct access_key up = {now, k, false,
				k == KEY_LEFTSHIFT || k == KEY_LEFTCTRL ||
					k == KEY_LEFTALT,
				k == KEY_LEFTSHIFT, false};
			access_key(&access, &up);
			held[k] = false;
		}
		access_set(&access, &off, now);
		assert_int_equal(access_next_ns(&access), 0);
		for (uint32_t k = 0; k < KEY_CNT; k++)
			assert_int_equal(down[k], 0);
		assert_false(button_down[0] || button_down[1] || button_down[2]);
	}
}

int main(void)
{
	enum {
		N = sizeof cases / sizeof cases[0]
	};
	struct CMUnitTest tests[N + 1];
	for (size_t i = 0; i < N; i++)
		tests[i] = (struct CMUnitTest){cases[i].name, test_case, NULL, NULL,
			(void *)(uintptr_t)&cases[i]};
	tests[N] = (struct CMUnitTest){"any keys", test_any, NULL, NULL, NULL};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
