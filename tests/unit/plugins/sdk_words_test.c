/* The store of set words: what it asks for, what it keeps, what goes, where words stand in a box. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gl/optext.h"
#include "plugins/include/osaas_request.h"
#include "plugins/include/osaas_words.h"

enum {
	WINDOW = 6, /* the channels */
	TEXT = 7,
	CELL = 10, /* px: how wide each byte is */
	LINE = 20, /* px: how high the line is */
};

/* One glyph stands for all of the words, where their line begins. */
struct block {
	struct osaas_text_head head;
	struct osaas_text_line line;
	struct osaas_text_run run;
	struct osaas_glyph glyph;
};

static struct {
	struct osaas_msg answer, frame;
	struct osaas_text_ask ask; /* the last one, and its style and text */
	struct osaas_text_ask_style style;
	char text[OSAAS_TEXT_MAX + 1];
	uint32_t asked;
	int buffers; /* that are not freed */
	bool no_fonts, rtl;
} host;

void *osaas_buf_alloc(size_t size)
{
	host.buffers++;
	return calloc(1, size);
}

int osaas_buf_free(void *buf)
{
	host.buffers -= buf != NULL;
	free(buf);
	return 0;
}

int osaas_close(osaas_chan chan)
{
	(void)chan;
	return 0;
}

static void take(const struct osaas_msg *msg)
{
	const char *bytes = msg->buf;
	memcpy(&host.ask, bytes, sizeof host.ask);
	assert_int_equal(host.ask.styles, 1);
	memcpy(&host.style, bytes + sizeof host.ask, sizeof host.style);
	memcpy(host.text, bytes + msg->len - host.ask.text_size, host.ask.text_size);
	host.text[host.ask.text_size] = '\0';
	host.asked++;
}

static void lay(void)
{
	float all = (float)(CELL * host.ask.text_size);
	bool cut = host.ask.width > 0 && all > host.ask.width;
	float width = cut ? host.ask.width : all;
	float x = host.rtl && host.ask.width > 0 ? host.ask.width - width : 0;
	struct block *b = host.answer.buf = osaas_buf_alloc(sizeof *b);
	host.answer.len = sizeof *b;
	host.answer.u.i64[0] = 1;
	*b = (struct block){
		.head = {.lines = 1,
			.runs = 1,
			.glyphs = 1,
			.width = width,
			.height = LINE},
		.line = {.runs = 1, .x = x, .width = width, .height = LINE},
		.run = {.font = 1, .size = host.style.size, .glyphs = 1},
		.glyph = {.glyph = 3, .x = x, .y = 15},
	};
}

int osaas_send(osaas_chan chan, const struct osaas_msg *msg)
{
	if (chan == WINDOW) {
		host.frame = *msg;
		return 0;
	}
	assert_int_equal(chan, TEXT);
	assert_int_equal(msg->type, OSAAS_TEXT_LAYOUT);
	host.answer = (struct osaas_msg){.type = msg->type | OSAAS_ANSWER};
	take(msg);
	if (host.no_fonts)
		host.answer.u.i64[0] = OSAAS_ENOENT;
	else
		lay();
	osaas_buf_free(msg->buf);
	return 0;
}

int osaas_recv(osaas_chan chan, struct osaas_msg *msg)
{
	assert_int_equal(chan, TEXT);
	*msg = host.answer;
	return 0;
}

static struct osaas_words_store store;

static int setup(void **state)
{
	(void)state;
	memset(&host, 0, sizeof host);
	store = (struct osaas_words_store){.chan = TEXT};
	return 0;
}

/* Whatever was done: what is forgotten was freed. */
static int teardown(void **state)
{
	(void)state;
	osaas_words_forget(&store);
	assert_int_equal(host.buffers, 0);
	return 0;
}

static float width_of(const char *text, float size, uint32_t weight, float width)
{
	const struct osaas_words words = {.text = text, .size = size, .weight = weight};
	const struct osaas_text *set;
	assert_int_equal(osaas_words_set(&store, &words, width, &set), 0);
	assert_non_null(set->block);
	return set->head->width;
}

static void test_ask(void **state)
{
	(void)state;
	assert_true(width_of("hello", 16, 700, 30) == 30);
	assert_string_equal(host.text, "hello");
	assert_true(host.style.size == 16 && host.style.weight == 700);
	assert_int_equal(host.ask.max_lines, 1);
	assert_int_equal(host.ask.ellipsis, OSAAS_TEXT_ELLIPSIS_END);
	assert_true(host.ask.width == 30);
	assert_true(width_of("hello", 16, 700, 0) == 50);
	assert_true(host.ask.width < 0);
	assert_int_equal(host.ask.ellipsis, OSAAS_TEXT_CLIP);
}

/* Each differs from the first in one thing; asked: whether it has to be set anew. */
static void test_same(void **state)
{
	static const struct {
		const char *text;
		float size;
		uint32_t weight;
		float width;
		bool asked;
	} cases[] = {
		{"one", 16, 400, 100, true},
		{"one", 16, 400, 100, false},
		{"ones", 16, 400, 100, true},
		{"on", 16, 400, 100, true},
		{"one", 17, 400, 100, true},
		{"one", 16, 401, 100, true},
		{"one", 16, 400, 101, true},
		{"one", 16, 400, 0, true},
		{"", 16, 400, 100, true},
		{"one", 16, 400, 100, false},
		{"one", 16, 400, 0, false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint32_t before = host.asked;
		int buffers = host.buffers;
		float width = width_of(
			cases[i].text, cases[i].size, cases[i].weight, cases[i].width);
		assert_true(width == (float)(CELL * strlen(cases[i].text)));
		assert_int_equal(host.asked - before, cases[i].asked);
		assert_int_equal(host.buffers - buffers, cases[i].asked);
	}
}

static float numbered(uint32_t number)
{
	char text[16];
	snprintf(text, sizeof text, "%u", number);
	return width_of(text, 16, 400, 0);
}

static void test_oldest_goes(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < OSAAS_WORDS_KEPT; i++)
		numbered(100 + i);
	assert_int_equal(host.buffers, OSAAS_WORDS_KEPT);
	numbered(100); /* wanted again: now 101 is the one */
	assert_int_equal(host.asked, OSAAS_WORDS_KEPT);
	numbered(99);
	assert_int_equal(host.asked, OSAAS_WORDS_KEPT + 1);
	numbered(100);
	numbered(102);
	assert_int_equal(host.asked, OSAAS_WORDS_KEPT + 1);
	numbered(101);
	assert_int_equal(host.asked, OSAAS_WORDS_KEPT + 2);
	for (uint32_t i = 0; i < 500; i++)
		numbered(i);
	assert_int_equal(host.buffers, OSAAS_WORDS_KEPT);
}

static void test_forget(void **state)
{
	(void)state;
	numbered(1);
	numbered(2);
	osaas_words_forget(&store);
	assert_int_equal(host.buffers, 0);
	numbered(1);
	assert_int_equal(host.asked, 3);
}

/* Two that are the same for as long as a place has room are two; and they push nobody out. */
static void test_long(void **state)
{
	char a[OSAAS_WORDS_BYTES + 2], b[sizeof a];
	(void)state;
	memset(a, 'x', sizeof a);
	a[sizeof a - 1] = '\0';
	strcpy(b, a);
	b[sizeof b - 2] = 'y';
	numbered(1);
	for (uint32_t i = 0; i < 2 * OSAAS_WORDS_KEPT; i++) {
		const char *text = i % 2 ? a : b;
		width_of(text, 16, 400, 0);
		assert_string_equal(host.text, text);
	}
	uint32_t asked = host.asked;
	numbered(1);
	assert_int_equal(host.asked, asked);
	a[OSAAS_WORDS_BYTES - 1] = '\0'; /* the longest that is kept */
	width_of(a, 16, 400, 0);
	width_of(a, 16, 400, 0);
	assert_int_equal(host.asked, asked + 1);
	a[OSAAS_WORDS_BYTES - 1] = 'x';
	a[OSAAS_WORDS_BYTES] = '\0'; /* the shortest that is not */
	width_of(a, 16, 400, 0);
	width_of(a, 16, 400, 0);
	assert_int_equal(host.asked, asked + 3);
}

static void test_no_fonts(void **state)
{
	const struct osaas_words words = {.text = "hello", .size = 16};
	const struct osaas_text *set;
	(void)state;
	host.no_fonts = true;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(osaas_words_set(&store, &words, 50, &set), OSAAS_ENOENT);
		assert_null(set->block);
	}
	assert_int_equal(host.asked, 1);
	osaas_words_forget(&store);
	host.no_fonts = false;
	assert_int_equal(osaas_words_set(&store, &words, 50, &set), 0);
	assert_non_null(set->block);
}

static void test_too_large(void **state)
{
	static char text[OSAAS_TEXT_MAX + 2];
	const struct osaas_words words = {.text = text, .size = 16};
	const struct osaas_text *set;
	(void)state;
	memset(text, 'x', sizeof text - 1);
	assert_int_equal(osaas_words_set(&store, &words, 50, &set), OSAAS_E2BIG);
	assert_null(set->block);
	assert_int_equal(host.asked, 0);
}

/* What is painted, as text. */
static void paint(const struct osaas_words *words, struct osaas_text_rect box, int result,
	char *to, size_t size)
{
	struct osaas_ops ops;
	struct gl_op_error err;
	memset(to, 0, size);
	osaas_ops_begin(&ops);
	assert_int_equal(osaas_words_paint(&store, &ops, words, box), result);
	assert_int_equal(osaas_ops_send(WINDOW, &ops, 1), 0);
	FILE *file = fmemopen(to, size, "w");
	assert_non_null(file);
	assert_int_equal(optext_dump(host.frame.buf, host.frame.len, file, &err), 0);
	fclose(file);
	osaas_buf_free(host.frame.buf);
}

static void test_paint(void **state)
{
	static const struct {
		const char *text;
		enum osaas_words_align align;
		bool rtl;
		struct osaas_text_rect box;
		int x, y; /* of the glyph; -1: there is none */
	} cases[] = {
		{"hello", OSAAS_WORDS_LEFT, false, {20, 10, 120, 40}, 20, 30},
		{"hello", OSAAS_WORDS_CENTER, false, {20, 10, 120, 40}, 45, 30},
		{"hello", OSAAS_WORDS_RIGHT, false, {20, 10, 120, 40}, 70, 30},
		{"hello", OSAAS_WORDS_LEFT, true, {20, 10, 120, 40}, 70, 30},
		{"hello", OSAAS_WORDS_CENTER, true, {20, 10, 120, 40}, 45, 30},
		{"hello", OSAAS_WORDS_RIGHT, true, {20, 10, 120, 40}, 70, 30},
		{"hello", OSAAS_WORDS_CENTER, false, {20, 10, 60, 40}, 20, 30},
		{"hello", OSAAS_WORDS_LEFT, false, {20.3f, 10.3f, 120, 40}, 20, 30},
		{"hello", OSAAS_WORDS_LEFT, false, {20, 10, 20.5f, 40}, -1, 0},
		{"hello", OSAAS_WORDS_LEFT, false, {20, 10, 10, 40}, -1, 0},
		{"", OSAAS_WORDS_LEFT, false, {20, 10, 120, 40}, -1, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct osaas_words words = {
			.text = cases[i].text, .size = 16, .align = cases[i].align};
		char painted[256], expected[64];
		host.rtl = cases[i].rtl;
		osaas_words_forget(&store);
		paint(&words, cases[i].box, 0, painted, sizeof painted);
		snprintf(expected, sizeof expected, "3 %d %d", cases[i].x, cases[i].y);
		if (cases[i].x < 0)
			assert_null(strstr(painted, "glyphs"));
		else if (!strstr(painted, expected))
			fail_msg("case %zu: no glyph %s in %s", i, expected, painted);
	}
	const struct osaas_words words = {.text = "other", .size = 16};
	char painted[64];
	host.no_fonts = true;
	paint(&words, (struct osaas_text_rect){0, 0, 90, 20}, OSAAS_ENOENT, painted,
		sizeof painted);
	assert_null(strstr(painted, "glyphs"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(test_ask), TEST(test_same),
		TEST(test_oldest_goes), TEST(test_forget), TEST(test_long),
		TEST(test_no_fonts), TEST(test_too_large), TEST(test_paint)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
