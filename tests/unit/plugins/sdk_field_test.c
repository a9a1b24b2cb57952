/*
 * A text field, by what is done with it. A case says what is in it, what comes, and what is
 * in it then: | is the caret, ^ the other end of the selection. What comes are characters
 * that are typed, and words in <>: keys with C- and S- before them, and what step() knows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "field_host.h"
#include "gl/optext.h"
#include "plugins/include/osaas_window.h"

#define TAG    UINT64_C(77)
#define MAX    64u
#define MULTI  OSAAS_FIELD_MULTI
#define SECRET OSAAS_FIELD_PASSWORD
#define FIXED  OSAAS_FIELD_READ_ONLY

static struct osaas_field field;
static char room[OSAAS_FIELD_ROOM(MAX)];
static uint32_t results; /* of all that came */
static uint64_t now_ns;

/* Draws it into 100 by 20 px, or 60; the stream as text, or NULL. */
static char *draw(bool text)
{
	struct osaas_ops ops;
	char *out = NULL;
	size_t size;
	osaas_ops_begin(&ops);
	osaas_field_draw(&field, &ops, 0, 0, 100, field.flags & MULTI ? 60 : 20);
	assert_int_equal(osaas_ops_send(HOST_WINDOW, &ops, 1), 0);
	if (text) {
		struct gl_op_error err;
		FILE *file = open_memstream(&out, &size);
		assert_non_null(file);
		assert_int_equal(optext_dump(field_host.frame.buf,
					 (size_t)field_host.frame.len, file, &err),
			0);
		fclose(file);
	}
	return out;
}

static void begin(uint32_t flags, bool (*accept)(uint32_t c))
{
	osaas_field_finish(&field);
	field = (struct osaas_field){.tag = TAG,
		.window = HOST_WINDOW,
		.gui_text = HOST_TEXT,
		.clipboard = HOST_CLIPBOARD,
		.flags = flags,
		.label = "Name",
		.accept = accept,
		.style = {.size = 16}};
	osaas_field_init(&field, room, MAX);
	results = 0;
	now_ns = 0;
}

/* Text with its two marks, as the field's. */
static void put(const char *marked)
{
	char text[256] = "";
	uint32_t n = 0, caret = UINT32_MAX, anchor = UINT32_MAX;
	for (const char *s = marked; *s; s++) {
		if (*s == '|')
			caret = n;
		else if (*s == '^')
			anchor = n;
		else
			text[n++] = *s;
	}
	osaas_field_set(&field, text, n);
	caret = caret == UINT32_MAX ? n : caret;
	osaas_field_select(&field, anchor == UINT32_MAX ? caret : anchor, caret);
	free(draw(false));
}

static const char *shown(void)
{
	static char text[256];
	size_t n = 0;
	for (uint32_t i = 0; i <= field.len; i++) {
		if (i == field.anchor && field.anchor != field.caret)
			text[n++] = '^';
		if (i == field.caret)
			text[n++] = '|';
		text[n++] = field.text[i];
	}
	return text;
}

/* ---- What comes --------------------------------------------------------- */

static void send(
	uint32_t type, const void *payload, size_t size, const char *buf, size_t len)
{
	struct osaas_msg msg = {.type = type, .len = len};
	char copy[256];
	memcpy(msg.u.bytes, payload, size);
	if (buf) {
		memcpy(copy, buf, len);
		msg.buf = copy;
	}
	results |= osaas_field_event(&field, &msg);
}

static void send_key(uint32_t keysym, uint32_t code, uint32_t mods, const char *text)
{
	struct osaas_window_key key = {
		.keysym = keysym, .code = code, .mods = mods, .pressed = 1, .tag = TAG};
	memcpy(key.text, text, strnlen(text, sizeof key.text - 1));
	send(OSAAS_WINDOW_KEY, &key, sizeof key, NULL, 0);
	key.pressed = 0;
	send(OSAAS_WINDOW_KEY, &key, sizeof key, NULL, 0);
}

static const struct {
	const char *name;
	uint32_t keysym, code;
	const char *text;
} keys[] = {{"BackSpace", 0xff08, 14, "\b"}, {"Return", 0xff0d, 28, "\r"},
	{"Home", 0xff50, 102, ""}, {"Left", 0xff51, 105, ""}, {"Up", 0xff52, 103, ""},
	{"Right", 0xff53, 106, ""}, {"Down", 0xff54, 108, ""},
	{"PageUp", 0xff55, 104, ""}, {"PageDown", 0xff56, 109, ""},
	{"End", 0xff57, 107, ""}, {"Insert", 0xff63, 110, ""},
	{"Delete", 0xffff, 111, "\x7f"}, {"KP_Left", 0xff96, 75, ""},
	{"KP_Delete", 0xff9f, 83, ""}, {"KP_Enter", 0xff8d, 96, "\r"},
	{"Escape", 0xff1b, 1, "\x1b"}, {"a", 'a', 30, "\1"}, {"c", 'c', 46, "\3"},
	{"x", 'x', 45, "\30"}, {"v", 'v', 47, "\26"}, {"z", 'z', 44, "\32"},
	{"Z", 'Z', 44, "\32"}, {"y", 'y', 21, "\31"}, {"Cyrillic_a", 0x6c6, 30, ""}};

static bool press_key(const char *name)
{
	uint32_t mods = 0;
	for (; name[0] && name[1] == '-'; name += 2)
		mods |= name[0] == 'C'   ? OSAAS_MOD_CTRL
			: name[0] == 'S' ? OSAAS_MOD_SHIFT
					 : OSAAS_MOD_ALT;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		if (strcmp(keys[i].name, name) != 0)
			continue;
		send_key(keys[i].keysym, keys[i].code, mods, keys[i].text);
		return true;
	}
	return false;
}

static uint32_t button = 0x110;

static void send_pointer(uint16_t kind, float x, float y, uint32_t mods, bool touch)
{
	struct osaas_window_pointer p = {.time_ns = now_ns,
		.tag = TAG,
		.kind = kind,
		.button = button,
		.mods = (uint8_t)mods,
		.source = touch ? OSAAS_SOURCE_TOUCH : OSAAS_SOURCE_MOUSE,
		.x = x,
		.y = y};
	send(OSAAS_WINDOW_POINTER, &p, sizeof p, NULL, 0);
	now_ns += UINT64_C(50000000);
}

/* Words with two numbers in cells and lines, in quarters of them to be apart from their edges. */
static bool point(const char *word, float x, float y)
{
	bool touch = word[0] == 't';
	x *= HOST_CELL;
	y = y * HOST_LINE + 10;
	if (strcmp(word, "press") == 0 || strcmp(word, "touch") == 0)
		send_pointer(OSAAS_POINTER_PRESS, x, y, 0, touch);
	else if (strcmp(word, "extend") == 0)
		send_pointer(OSAAS_POINTER_PRESS, x, y, OSAAS_MOD_SHIFT, false);
	else if (strcmp(word, "drag") == 0 || strcmp(word, "tdrag") == 0)
		send_pointer(OSAAS_POINTER_DRAG, x, y, 0, touch);
	else if (strcmp(word, "release") == 0 || strcmp(word, "tup") == 0)
		send_pointer(OSAAS_POINTER_RELEASE, x, y, 0, touch);
	else if (strcmp(word, "middle") == 0) {
		button = 0x112;
		send_pointer(OSAAS_POINTER_PRESS, x, y, 0, false);
		send_pointer(OSAAS_POINTER_RELEASE, x, y, 0, false);
		button = 0x110;
	} else
		return false;
	return true;
}

static bool edit(const char *word, uint32_t start, uint32_t end, const char *text)
{
	const struct osaas_window_edit e = {TAG, start, end};
	uint32_t type = strcmp(word, "edit") == 0      ? OSAAS_WINDOW_EDIT
			: strcmp(word, "select") == 0  ? OSAAS_WINDOW_SELECT
			: strcmp(word, "compose") == 0 ? OSAAS_WINDOW_COMPOSE
			: strcmp(word, "snippet") == 0 ? OSAAS_WINDOW_SNIPPET
						       : 0;
	if (!type)
		return false;
	send(type, &e, sizeof e, text, strlen(text));
	return true;
}

static bool drop(const char *word, float x, const char *text)
{
	char data[128];
	struct osaas_window_drag drag = {
		.tag = TAG, .kind = OSAAS_DRAG_DATA, .x = x * HOST_CELL, .y = 10};
	if (strcmp(word, "drop") != 0)
		return false;
	drag.type_size = 10;
	int n = snprintf(data, sizeof data, "text/plain%s", text);
	send(OSAAS_WINDOW_DRAG, &drag, sizeof drag, data, (size_t)n);
	return true;
}

static void focus(uint32_t on)
{
	struct osaas_msg msg = {.type = OSAAS_WINDOW_AREA_FOCUS};
	msg.u.u64[0] = TAG;
	msg.u.u32[2] = on;
	results |= osaas_field_event(&field, &msg);
}

static bool plain_word(const char *word)
{
	if (strcmp(word, "focus") == 0 || strcmp(word, "blur") == 0)
		focus(word[0] == 'f');
	else if (strcmp(word, "wait") == 0)
		now_ns += UINT64_C(1000000000);
	else
		return false;
	return true;
}

/* One word, or one character. Behind it. */
static const char *step(const char *s)
{
	char word[64] = "", text[64] = "", one[5] = {0};
	float a = 0, b = 0;
	if (*s != '<') {
		size_t n = 1;
		while (((uint8_t)s[n] & 0xc0) == 0x80)
			n++;
		memcpy(one, s, n);
		send_key(*s == ' ' ? 0x20 : (uint8_t)*s, 0, 0, one);
		return s + n;
	}
	const char *end = strchr(s, '>');
	char inside[128] = "";
	assert_non_null(end);
	memcpy(inside, s + 1, (size_t)(end - s - 1));
	sscanf(inside, "%63s %f %f %63[^\n]", word, &a, &b, text);
	bool known = press_key(word) || plain_word(word) || point(word, a, b) ||
		     drop(word, a, text) ||
		     edit(word, a < 0 ? UINT32_MAX : (uint32_t)a,
			     b < 0 ? UINT32_MAX : (uint32_t)b, text);
	if (!known)
		fail_msg("the test does not know <%s>", inside);
	return end + 1;
}

static void play(const char *s)
{
	while (*s) {
		s = step(s);
		assert_true(field.len <= field.max && field.text[field.len] == 0);
		free(draw(false));
	}
}

/* ---- Cases -------------------------------------------------------------- */

struct field_case {
	const char *name;
	uint32_t flags;
	const char *from, *comes, *to;
};

static void run(const struct field_case *c)
{
	begin(c->flags, NULL);
	field_host.clip_size[0] = field_host.clip_size[1] = 0;
	put(c->from);
	play(c->comes);
	if (strcmp(shown(), c->to) != 0)
		fail_msg("%s: '%s' is '%s' and not '%s'", c->name, c->comes, shown(),
			c->to);
}

static void run_all(const struct field_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		run(&cases[i]);
}
#define RUN(cases) run_all(cases, sizeof(cases) / sizeof *(cases))

static void test_keys(void **state)
{
	static const struct field_case cases[] = {
		{"typed", 0, "", "ab c", "ab c|"},
		{"in the middle", 0, "a|d", "bc", "abc|d"},
		{"in place of what is selected", 0, "a^bc|d", "x", "ax|d"},
		{"other scripts", 0, "", "ä€😀", "ä€😀|"},
		{"control characters", 0, "a|", "<Escape><S-Escape>", "a|"},
		{"with Alt it is no text", 0, "a|", "<A-a>", "a|"},
		{"backspace", 0, "abc|", "<BackSpace>", "ab|"},
		{"backspace at the start", 0, "|abc", "<BackSpace>", "|abc"},
		{"backspace takes a letter with its mark", 0, "xe\u0301|", "<BackSpace>",
			"x|"},
		{"backspace and a selection", 0, "a|bc^d", "<BackSpace>", "a|d"},
		{"delete", 0, "a|bc", "<Delete>", "a|c"},
		{"delete on the number pad", 0, "a|bc", "<KP_Delete>", "a|c"},
		{"delete at the end", 0, "abc|", "<Delete>", "abc|"},
		{"a word back", 0, "one two|", "<C-BackSpace>", "one |"},
		{"a word on", 0, "|one two", "<C-Delete>", "| two"},
		{"left, right", 0, "abc|", "<Left><Left><Right>", "ab|c"},
		{"left on the number pad", 0, "abc|", "<KP_Left>", "ab|c"},
		{"left of a selection", 0, "a^bc|d", "<Left>", "a|bcd"},
		{"right of a selection", 0, "a|bc^d", "<Right>", "abc|d"},
		{"words", 0, "one two| three", "<C-Left><C-Left>", "|one two three"},
		{"words on", 0, "|one two three", "<C-Right><C-Right>", "one two| three"},
		{"home, end", 0, "ab|cd", "<Home>x<End>y", "xabcdy|"},
		{"selecting", 0, "ab|cd", "<S-Left><S-Left>", "|ab^cd"},
		{"selecting words", 0, "one two|", "<C-S-Left>", "one |two^"},
		{"selecting to the ends", 0, "ab|cd", "<S-End>", "ab^cd|"},
		{"all", 0, "ab|cd", "<C-a>", "^abcd|"},
		{"all, where letters are others", 0, "ab|cd", "<C-Cyrillic_a>", "^abcd|"},
		{"up and down in one line", 0, "ab|cd", "<Up>x<Down>y", "xabcdy|"},
		{"return in one line", 0, "ab|", "<Return>", "ab|"},
		{"return in many", MULTI, "ab|cd", "<Return>", "ab\n|cd"},
		{"return on the number pad", MULTI, "ab|", "<KP_Enter>", "ab\n|"},
		{"a password has no words", SECRET, "one two|", "<C-Left>", "|one two"},
		{"read only", FIXED, "ab|c", "x<BackSpace><Delete><Left><S-Right>",
			"a^b|c"},
	};
	(void)state;
	RUN(cases);
}

static void test_lines(void **state)
{
	static const struct field_case cases[] = {
		{"up", MULTI, "abcd\nefgh|", "<Up>", "abcd|\nefgh"},
		{"up to a shorter line, and back", MULTI, "abcd\ne\nfgh|", "<Up><Up>",
			"abc|d\ne\nfgh"},
		{"down", MULTI, "a|b\ncd", "<Down><Down>", "ab\ncd|"},
		{"a broken line ends before it goes on", MULTI, "|aaaa bbbb cccc",
			"<End>x", "aaaa bbbb x|cccc"},
		{"the start of a line that was broken", MULTI, "aaaa bbbb ccc|c",
			"<Home>x", "aaaa bbbb x|cccc"},
		{"home after end stays in its line", MULTI, "|aaaa bbbb cccc",
			"<End><Home>", "|aaaa bbbb cccc"},
		{"to the ends of the text", MULTI, "ab\nc|d\nef", "<C-Home>x<C-End>y",
			"xab\ncd\nefy|"},
		{"pages", MULTI, "|a\nb\nc\nd\ne", "<PageDown>x<PageUp>y",
			"ay|\nb\nxc\nd\ne"},
		{"line ends are deleted", MULTI, "ab\n|cd", "<BackSpace>", "ab|cd"},
	};
	(void)state;
	RUN(cases);
}

static void test_undo(void **state)
{
	static const struct field_case cases[] = {
		{"what was typed", 0, "", "abc<C-z>", "|"},
		{"words one by one", 0, "", "one two<C-z>", "one |"},
		{"and again", 0, "", "one two<C-z><C-z>", "|"},
		{"done again", 0, "", "one two<C-z><C-z><C-y>", "one |"},
		{"with Shift", 0, "", "one two<C-z><C-S-Z><C-S-Z>", "one two|"},
		{"what was typed elsewhere is another step", 0, "|z", "ab<Left>c<C-z>",
			"a|bz"},
		{"deleted letters together", 0, "abcd|", "<BackSpace><BackSpace><C-z>",
			"abcd|"},
		{"to the other side", 0, "|abcd", "<Delete><Delete><C-z>", "|abcd"},
		{"with what was selected", 0, "a^bc|d", "x<C-z>", "a^bc|d"},
		{"nothing to undo", 0, "abc|", "<C-z><C-y>", "abc|"},
		{"after an edit nothing is done again", 0, "", "ab<C-z>c<C-y>", "c|"},
		{"pasted is a step", 0, "^ab|", "<C-c><End>c<C-v><C-z>", "abc|"},
		{"a composition is one", 0, "x|",
			"<edit 1 1 k><compose 1 2><edit 1 2 ka><compose 1 3><edit 1 3 か>"
			"<compose -1 -1><C-z>",
			"x|"},
	};
	(void)state;
	RUN(cases);
}

static void test_clipboard(void **state)
{
	static const struct field_case cases[] = {
		{"copy, paste", 0, "^ab|c", "<C-c><End><C-v>", "abcab|"},
		{"cut", 0, "a^bc|", "<C-x><Home><C-v>", "bc|a"},
		{"the older keys", 0, "a^bc|", "<S-Delete><Home><S-Insert>", "bc|a"},
		{"Ctrl+Insert", 0, "a^bc|", "<C-Insert><Home><S-Insert>", "bc|abc"},
		{"nothing selected, nothing copied", 0, "abc|", "<C-c><C-v>", "abc|"},
		{"what is selected, by the middle button", 0, "abcdef|",
			"<press 1 0><drag 3 0><release 3 0><middle 6 0>", "abcdefbc|"},
		{"by keys, too", 0, "ab|cd", "<S-Right><C-c><S-Right><middle 0 0>",
			"cd|abcd"},
		{"all", 0, "ab|", "<C-a><middle 1 0>", "aab|b"},
		{"nothing was selected", 0, "ab|c", "<middle 1 0>", "a|bc"},
		{"nothing of a password", SECRET, "abc|", "<C-a><middle 1 0>", "a|bc"},
		{"a password is not copied", SECRET, "^abc|", "<C-c><C-x><End><C-v>",
			"abc|"},
		{"read only is, but not cut", FIXED, "^abc|", "<C-x>", "^abc|"},
	};
	(void)state;
	RUN(cases);
	begin(0, NULL);
	put("ab|");
	strcpy(field_host.clip[0], "one\r\ntwo\n\x01three\xff");
	field_host.clip_size[0] = strlen(field_host.clip[0]);
	play("<C-v>");
	assert_string_equal(shown(), "abone two three|");
	begin(MULTI, NULL);
	put("|");
	play("<C-v>");
	assert_string_equal(shown(), "one\ntwo\nthree|");
}

static void test_method(void **state)
{
	static const struct field_case cases[] = {
		{"put in", 0, "a|d", "<edit 1 1 bc>", "abc|d"},
		{"put in place", 0, "abcd|", "<edit 1 3 x>", "axd|"},
		{"characters, not bytes", 0, "ä€😀|", "<edit 1 2 x>", "äx😀|"},
		{"from behind", 0, "abcd|", "<edit 3 1 x>", "axd|"},
		{"beyond the end", 0, "ab|", "<edit 7 9 x>", "abx|"},
		{"deleted", 0, "abcd|", "<edit 1 3>", "ad|"},
		{"selected", 0, "ä€😀|", "<select 1 2>", "ä^€|😀"},
		{"selected backwards", 0, "abcd|", "<select 3 1>", "a|bc^d"},
		{"nothing selected", 0, "a^bc|d", "<select -1 -1>", "abc|d"},
		{"composed", 0, "a|b", "<edit 1 1 k><compose 1 2><edit 1 2 ka>", "aka|b"},
		{"line ends in one line", 0, "|", "<edit 0 0 a\tb>", "a b|"},
		{"read only", FIXED, "ab|", "<edit 0 1 x>", "ab|"},
		{"dropped", 0, "abcd|", "<drop 2 0 xy>", "ab^xy|cd"},
	};
	(void)state;
	RUN(cases);
}

static void test_composition(void **state)
{
	(void)state;
	begin(0, NULL);
	put("ab|");
	play("<edit 2 2 ka><compose 2 4>");
	assert_int_equal(field.compose_start, 2);
	assert_int_equal(field.compose_end, 4);
	play("<edit 2 4 kan>");
	assert_int_equal(field.compose_end, 5);
	char *ops = draw(true);
	assert_non_null(strstr(ops, "composition 77 20 0 50 20"));
	free(ops);
	play("x");
	assert_int_equal(field.compose_start, field.compose_end);
	play("<compose 1 2><focus><blur>");
	assert_int_equal(field.compose_start, field.compose_end);
}

static void test_pointer(void **state)
{
	static const struct field_case cases[] = {
		{"a press", 0, "abcdef|", "<press 2.2 0>", "ab|cdef"},
		{"beyond the text", 0, "|abc", "<press 9 0>", "abc|"},
		{"a drag", 0, "abcdef|", "<press 2 0><drag 4.2 0><release 4.2 0>",
			"ab^cd|ef"},
		{"a drag back", 0, "abcdef|", "<press 4 0><drag 1 0>", "a|bcd^ef"},
		{"with shift", 0, "ab|cdef", "<extend 4 0>", "ab^cd|ef"},
		{"what is dragged after that", 0, "ab|cdef", "<extend 4 0><drag 1 0>",
			"a|b^cdef"},
		{"a word", 0, "one two six|",
			"<press 4.7 0><release 4.7 0><press 4.7 0><release 4.7 0>",
			"one ^two| six"},
		{"word by word", 0, "one two six|",
			"<press 4.7 0><release 4.7 0><press 4.7 0><drag 8.2 0>",
			"one ^two six|"},
		{"and back", 0, "one two six|",
			"<press 4.7 0><release 4.7 0><press 4.7 0><drag 1 0>",
			"|one two^ six"},
		{"all of a line", MULTI, "one two\nsix|",
			"<press 4.7 0><release 4.7 0><press 4.7 0><release 4.7 0><press "
			"4.7 0>",
			"^one two|\nsix"},
		{"too late for a word", 0, "one two|",
			"<press 4.7 0><release 4.7 0><wait><press 4.7 0>", "one t|wo"},
		{"too far away for a word", 0, "one two|",
			"<press 4.7 0><release 4.7 0><press 1.7 0>", "on|e two"},
		{"the second line", MULTI, "abc\ndef|", "<press 1 1>", "abc\nd|ef"},
		{"a finger, lifted", 0, "abcdef|", "<touch 2 0>", "abcdef|"},
		{"a finger", 0, "abcdef|", "<touch 2 0><tup 2 0>", "ab|cdef"},
		{"a finger that goes on", 0, "abcdef|", "<touch 2 0><tdrag 5 0><tup 5 0>",
			"abcdef|"},
		{"a finger that stays", 0, "one two|", "<touch 5 0><wait><tup 5 0>",
			"one ^two|"},
		{"dragged without a press", 0, "abc|", "<drag 1 0>", "abc|"},
	};
	(void)state;
	RUN(cases);
}

static bool is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

static void test_bounds(void **state)
{
	char long_text[200];
	(void)state;
	memset(long_text, 'a', sizeof long_text);
	begin(0, NULL);
	osaas_field_set(&field, long_text, sizeof long_text);
	assert_int_equal(field.len, MAX);
	play("b");
	assert_int_equal(field.len, MAX);
	assert_int_equal(field.text[MAX - 1], 'a');
	/* A character that is half in is not in. */
	osaas_field_set(&field, long_text, MAX - 1);
	play("ä");
	assert_int_equal(field.len, MAX - 1);
	begin(0, is_digit);
	play("1a2,3");
	assert_string_equal(shown(), "123|");
	assert_true(results & OSAAS_FIELD_CHANGED);
}

/* All that one can do and undo, with more steps than there is room for. */
static void test_undo_room(void **state)
{
	char last[MAX + 1];
	uint32_t n = 0;
	(void)state;
	begin(0, NULL);
	for (int i = 0; i < 500; i++) {
		play(i % 3 == 2 ? "<Home><Delete>" : "<Left>x y");
		assert_true(field.done <= field.undo_size);
	}
	strcpy(last, field.text);
	while (osaas_field_undo(&field))
		n++;
	assert_true(n > 3);
	while (n-- > 0)
		assert_true(osaas_field_redo(&field));
	assert_false(osaas_field_redo(&field));
	assert_string_equal(field.text, last);
}

static void test_results(void **state)
{
	static const struct {
		const char *comes;
		uint32_t results;
	} cases[] = {
		{"a", OSAAS_FIELD_HEARD | OSAAS_FIELD_DRAW | OSAAS_FIELD_CHANGED},
		{"<Left>", OSAAS_FIELD_HEARD | OSAAS_FIELD_DRAW},
		{"<Return>", OSAAS_FIELD_HEARD | OSAAS_FIELD_SUBMIT},
		{"<Escape>", OSAAS_FIELD_HEARD},
		{"<focus>", OSAAS_FIELD_HEARD | OSAAS_FIELD_DRAW},
		{"<select 0 1>", OSAAS_FIELD_HEARD | OSAAS_FIELD_DRAW},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		begin(0, NULL);
		put("abc|");
		play(cases[i].comes);
		assert_int_equal(results, cases[i].results);
	}
	/* What is another's is left alone. */
	const struct osaas_window_edit other = {TAG + 1, 0, 0};
	begin(0, NULL);
	send(OSAAS_WINDOW_EDIT, &other, sizeof other, "x", 1);
	send(OSAAS_WINDOW_CONFIG, &other, sizeof other, NULL, 0);
	assert_int_equal(results, 0);
	/* A screen reader asks for the keys. */
	struct osaas_msg act = {.type = OSAAS_WINDOW_ACT, .u.u64 = {TAG}};
	act.u.u32[2] = OSAAS_SEMANTIC_FOCUS;
	field_host.focused = 0;
	osaas_field_event(&field, &act);
	assert_int_equal(field_host.focused, TAG);
}

/* ---- What is written ---------------------------------------------------- */

static void has(const char *what)
{
	char *ops = draw(true);
	if (!strstr(ops, what))
		fail_msg("no '%s' in\n%s", what, ops);
	free(ops);
}

static void has_not(const char *what)
{
	char *ops = draw(true);
	if (strstr(ops, what))
		fail_msg("'%s' in\n%s", what, ops);
	free(ops);
}

static void test_told(void **state)
{
	(void)state;
	begin(0, NULL);
	field.hint = OSAAS_HINT_EMAIL;
	put("ä^€b|c");
	has("area 77\n");
	has("class editor\n");
	has("label \"Name\"\n");
	has("hint 77 email\n");
	has("value \"ä€bc\"\n");
	has("selection 77 1 3 30 15 15 5\n");
	has("snippet 77 0 4 \"ä€bc\"\n");
	has("listen 77 cancel,press,release,drag,focus");
	has_not("composition");
	begin(SECRET, NULL);
	put("äb|");
	has("hint 77 password\n");
	has("value \"••\"\n");
	has("snippet 77 0 2 \"••\"\n");
	has("selection 77 2 2 20 15 15 5\n");
	has_not("ä");
}

/* The caret only while it has the keys; the selection in one colour or another. */
static void test_drawn(void **state)
{
	(void)state;
	begin(0, NULL);
	field.style.caret_color = (struct osaas_field_color){1, 2, 3, 255};
	field.style.selection = (struct osaas_field_color){4, 5, 6, 255};
	field.style.faded = (struct osaas_field_color){7, 8, 9, 255};
	put("a^bc|d");
	has_not("#010203ff");
	has("#070809ff");
	focus(1);
	has("brush color #010203ff\nclip rect 30 0 31 20\n");
	has("brush color #040506ff\nclip rect 10 0 30 20\n");
	field.flags |= FIXED;
	has_not("#010203ff");
}

/* The caret is seen wherever it goes; what is told of it is where it is drawn. */
static void test_scroll(void **state)
{
	(void)state;
	begin(0, NULL);
	put("|abcdefghijklmnop");
	focus(1);
	has("selection 77 0 0 0 15");
	play("<End>");
	assert_true(field.scroll_x == 61); /* 16 cells, and the caret, in 10 */
	has("selection 77 16 16 99 15");
	has("scroll");
	play("<Home>");
	assert_true(field.scroll_x == 0);
	begin(MULTI, NULL);
	put("a\nb\nc\nd\ne|");
	assert_true(field.scroll_y == 40);
	play("<C-Home>");
	assert_true(field.scroll_y == 0);
	/* By the wheel the caret may go out of sight. */
	struct osaas_window_pointer p = {
		.tag = TAG, .kind = OSAAS_POINTER_SCROLL, .scroll_y = 500};
	send(OSAAS_WINDOW_POINTER, &p, sizeof p, NULL, 0);
	has("listen 77 cancel,press,release,drag,scroll,focus,merge 0 0 -40 0\n");
	assert_true(field.scroll_y == 40);
}

static void test_snippet(void **state)
{
	static char big[OSAAS_FIELD_ROOM(4000)];
	char text[3000], what[64];
	(void)state;
	osaas_field_finish(&field);
	field = (struct osaas_field){
		.tag = TAG, .gui_text = HOST_TEXT, .style = {.size = 16}};
	osaas_field_init(&field, big, 4000);
	memset(text, 'a', sizeof text);
	osaas_field_set(&field, text, sizeof text);
	has("snippet 77 2488 3000 ");
	play("<snippet 100 2600>");
	has("snippet 77 100 3000 ");
	play("<C-Home>");
	snprintf(what, sizeof what, "snippet 77 0 %u ", 2600);
	has(what);
}

/* Without fonts nothing is set, and nothing breaks. */
static void test_no_fonts(void **state)
{
	(void)state;
	begin(0, NULL);
	put("abc|");
	field.stale = true;
	field_host.no_fonts = true;
	play("d<Left><S-Home><C-Right><Up><BackSpace><press 1 0><drag 3 0>");
	has("value \"abcd\"");
	field_host.no_fonts = false;
	play("<BackSpace>");
}

static void test_idle(void **state)
{
	(void)state;
	begin(0, NULL);
	put("abc|");
	free(draw(false));
	uint32_t before = field_host.layouts;
	free(draw(false));
	play("<Left><S-Home>");
	assert_int_equal(field_host.layouts, before);
}

static int teardown(void **state)
{
	(void)state;
	osaas_field_finish(&field);
	osaas_buf_free(field_host.frame.buf);
	return field_host.buffers != 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_undo),
		cmocka_unit_test(test_clipboard),
		cmocka_unit_test(test_method),
		cmocka_unit_test(test_composition),
		cmocka_unit_test(test_pointer),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_undo_room),
		cmocka_unit_test(test_results),
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_drawn),
		cmocka_unit_test(test_scroll),
		cmocka_unit_test(test_snippet),
		cmocka_unit_test(test_no_fonts),
		cmocka_unit_test(test_idle),
	};
	return cmocka_run_group_tests(tests, NULL, teardown);
}
