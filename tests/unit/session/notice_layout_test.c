/* Where everything of a notice is, in windows of all sizes, with text of a made-up font. */
#include "session/notice_layout.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static float width_of(void *data, bool bold, float size, const char *s, size_t n)
{
	size_t chars = 0;
	(void)data, (void)s;
	for (size_t i = 0; i < n; i++)
		chars += ((unsigned char)s[i] & 0xc0) != 0x80;
	return (float)chars * size * (bold ? 0.65f : 0.58f);
}

static const struct notice_measure measure = {.width = width_of, .cap = 0.73f};

static const struct notice_words shortest = {
	"A has stopped", "It ended with code 3.", ""};
static const struct notice_words usual = {"Faller has stopped",
	"It ran out of stack and was ended: its author may raise 'stack' in the "
	"manifest.",
	"Report: ~/.local/state/osaas/reports/"
	"20261125T223740.744Z-org.example.clock.txt"};
/* Names of 63 bytes, a line without a place to break it, and characters of many bytes. */
static const struct notice_words longest = {
	"Wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww has stopped",
	"\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4"
	"\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6"
	"\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6"
	"\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6"
	"\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3"
	"\xb6",
	"Report: "
	"/a/very/long/path/of/folders/that/go/on/and/on/without/an/end/to/it/a/b/c/d/"
	"e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/z.txt"};

static const struct window {
	int32_t width, height;
	float scale;
} windows[] = {
	{1024, 768, 1},
	{1024, 768, 2},
	{1920, 1080, 1.5f},
	{7680, 4320, 8},
	{640, 480, 1},
	{640, 400, 2},
	{480, 800, 1},
	{320, 200, 1},
	{320, 200, 2},
	{200, 120, 1},
	{160, 100, 1},
	{2000, 60, 1},
};

static bool contains(const struct gl_rect *out, const struct gl_rect *in)
{
	return in->x0 >= out->x0 && in->y0 >= out->y0 && in->x1 <= out->x1 &&
	       in->y1 <= out->y1;
}

static float line_width(const struct notice_line *line)
{
	bool bold = line->role == NOTICE_TITLE || line->role == NOTICE_LABEL;
	return width_of(NULL, bold, line->size, line->text, line->n) +
	       (line->cut ? width_of(NULL, bold, line->size, notice_ellipsis, 3) : 0);
}

static void check_lines(const struct notice_layout *l)
{
	size_t labels = 0;
	float last = -1;
	for (size_t i = 0; i < l->n_lines; i++) {
		const struct notice_line *line = &l->lines[i];
		const struct gl_rect *in = &l->card;
		if (line->role == NOTICE_LABEL)
			in = &l->buttons[labels++];
		assert_true(line->y == floorf(line->y)); /* sharp */
		assert_true(line->x >= (float)in->x0);
		assert_true(line->x + line_width(line) <= (float)in->x1);
		assert_true(line->y - line->size * 0.73f >= (float)in->y0);
		assert_true(line->y <= (float)in->y1);
		assert_true(line->size > 3);
		/* Never in the middle of a character. */
		assert_true(((unsigned char)line->text[line->n] & 0xc0) != 0x80);
		if (line->role == NOTICE_LABEL)
			continue;
		assert_true(line->y - line->size * 0.73f > last);
		last = line->y;
		assert_true(line->y < (float)l->buttons[0].y0);
	}
	assert_int_equal(labels, NOTICE_BUTTONS);
}

static void check(const struct window *w, const struct notice_words *words)
{
	struct notice_layout l;
	const struct gl_rect all = {0, 0, w->width, w->height};
	notice_lay_out(&l, w->width, w->height, w->scale, words, &measure);
	assert_false(l.empty);
	assert_true(contains(&all, &l.card));
	assert_true(contains(&l.card, &l.icon));
	for (int i = 0; i < NOTICE_BUTTONS; i++)
		assert_true(contains(&l.card, &l.buttons[i]));
	assert_true(l.buttons[NOTICE_CLOSE].x1 < l.buttons[NOTICE_RESTART].x0);
	assert_int_equal(l.buttons[NOTICE_CLOSE].y0, l.buttons[NOTICE_RESTART].y0);
	check_lines(&l);
	/* In the middle, to the pixel. */
	assert_in_range(l.card.x0 + l.card.x1, w->width - 1, w->width + 1);
	assert_in_range(l.card.y0 + l.card.y1, w->height - 1, w->height + 1);
}

static void test_sizes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
		check(&windows[i], &shortest);
		check(&windows[i], &usual);
		check(&windows[i], &longest);
	}
}

static size_t count(const struct notice_layout *l, enum notice_role role, bool cut)
{
	size_t n = 0;
	for (size_t i = 0; i < l->n_lines; i++)
		n += l->lines[i].role == role && l->lines[i].cut == cut;
	return n;
}

/* What there is room for is there; what is too long says so. */
static void test_text(void **state)
{
	struct notice_layout l;
	(void)state;
	notice_lay_out(&l, 1024, 768, 1, &usual, &measure);
	assert_int_equal(count(&l, NOTICE_TITLE, false), 1);
	assert_int_equal(count(&l, NOTICE_WHAT, false), 2);
	assert_int_equal(count(&l, NOTICE_REPORT, false), 2);
	assert_true(l.k == 1);
	/* Broken behind a slash: the file's name is a line of its own. */
	assert_memory_equal(l.lines[4].text, "2026", 4);

	notice_lay_out(&l, 1024, 768, 1, &longest, &measure);
	assert_int_equal(count(&l, NOTICE_TITLE, true), 1);
	assert_int_equal(count(&l, NOTICE_REPORT, true), 1);
	notice_lay_out(&l, 1024, 768, 1, &shortest, &measure);
	assert_int_equal(count(&l, NOTICE_REPORT, false), 0);
	/* Twice the scale in twice the window: twice the card. */
	int32_t width = l.card.x1 - l.card.x0, height = l.card.y1 - l.card.y0;
	notice_lay_out(&l, 2048, 1536, 2, &shortest, &measure);
	assert_int_equal(l.card.x1 - l.card.x0, 2 * width);
	assert_int_equal(l.card.y1 - l.card.y0, 2 * height);
}

/* Where nothing could be read nothing is drawn. */
static void test_nothing_fits(void **state)
{
	static const struct window tiny[] = {
		{1, 1, 1}, {1, 1, 8}, {20, 20, 1}, {1000, 10, 1}, {10, 1000, 0.25f}};
	struct notice_layout l;
	(void)state;
	for (size_t i = 0; i < sizeof tiny / sizeof *tiny; i++) {
		notice_lay_out(&l, tiny[i].width, tiny[i].height, tiny[i].scale, &usual,
			&measure);
		assert_true(l.empty);
		assert_int_equal(l.n_lines, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_nothing_fits),
	};
	return cmocka_run_group_tests_name("notice layout", tests, NULL, NULL);
}
