/* text: lines, ellipsis, alignment, styles, carets, hits, selections and motion, by hand. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "text_rig.h"

#define W ((double)(10 * MONO)) /* of a letter */

static void assert_near(double a, double b)
{
	if (!(fabs(a - b) <= 1.0 / 64))
		fail_msg("%.4f is not %.4f", a, b);
}

/* Lines as text: "ab|cd": what is shown of each, '~' for an ellipsis. */
static const char *show(const struct text_rig *rig, char *out, size_t size)
{
	const struct text_layout *l = &rig->layout;
	size_t n = 0;
	for (uint32_t i = 0; i < l->head->lines; i++) {
		const struct text_line *line = &l->lines[i];
		if (i > 0)
			out[n++] = '|';
		for (uint32_t c = line->first_cell; c < line->first_cell + line->cells;
			c++) {
			uint32_t end = c + 1 < line->first_cell + line->cells
					       ? l->cells[c + 1].index
					       : line->end;
			bool cut = l->cells[c].flags & TEXT_CELL_CUT;
			if (cut && (n == 0 || out[n - 1] != '~'))
				out[n++] = '~';
			for (uint32_t b = l->cells[c].index;
				!cut && b < end && n < size - 2; b++)
				out[n++] = rig->request.text[b];
		}
	}
	out[n] = 0;
	return out;
}

static const struct line_case {
	const char *text;
	double letters; /* width; below 0: none */
	enum gl_text_wrap wrap;
	uint32_t max;
	enum gl_text_ellipsis ellipsis;
	const char *lines;
} line_cases[] = {
	{"", 5, 0, 0, 0, ""},
	{"abc", -1, 0, 0, 0, "abc"},
	{"ab cd ef", 5, 0, 0, 0, "ab cd |ef"},
	{"ab cd ef", 4, 0, 0, 0, "ab |cd |ef"},
	{"ab    cd", 2, 0, 0, 0, "ab    |cd"},
	{"abcdefgh", 3, 0, 0, 0, "abc|def|gh"},
	{"a bcdefgh", 3, 0, 0, 0, "a |bcd|efg|h"},
	{"ab cd ef", 3, GL_TEXT_CELL, 0, 0, "ab |cd |ef"},
	{"abcd ef", 3, GL_TEXT_CELL, 0, 0, "abc|d e|f"},
	{"abcdefgh ij", 3, GL_TEXT_WORD, 0, 0, "abcdefgh |ij"},
	{"abc", 0, 0, 0, 0, "a|b|c"},
	{"ab\ncd\r\nef\rgh", -1, 0, 0, 0, "ab|cd|ef|gh"},
	{"ab\n", -1, 0, 0, 0, "ab|"},
	{"\n\n", -1, 0, 0, 0, "||"},
	{"a-b", 2, 0, 0, 0, "a-|b"},
	{"ab cd ef gh", 5, 0, 2, 0, "ab cd |ef gh"},
	{"ab cd ef gh", 2, 0, 2, 0, "ab |cd "},
	{"abcdefgh", 8, 0, 0, GL_TEXT_ELLIPSIS_END, "abcdefgh"},
	{"abcdefgh", 5, 0, 0, GL_TEXT_ELLIPSIS_END, "abcd~"},
	{"abcdefgh", 5, 0, 0, GL_TEXT_ELLIPSIS_START, "~efgh"},
	{"abcdefgh", 5, 0, 0, GL_TEXT_ELLIPSIS_MIDDLE, "ab~gh"},
	{"abcdefgh", 4, 0, 0, GL_TEXT_ELLIPSIS_MIDDLE, "ab~h"},
	{"abcdefgh", 1, 0, 0, GL_TEXT_ELLIPSIS_END, "~"},
	{"abcdefgh", 0, 0, 0, GL_TEXT_ELLIPSIS_END, "~"},
	{"ab cd ef gh ij", 5, 0, 2, GL_TEXT_ELLIPSIS_END, "ab cd |ef g~"},
	{"ab cd ef gh", 5, 0, 2, GL_TEXT_ELLIPSIS_END, "ab cd |ef gh"},
	{"abcdefgh", -1, 0, 0, GL_TEXT_ELLIPSIS_END, "abcdefgh"},
	{"ab\vcd", 9, 0, 0, GL_TEXT_ELLIPSIS_END, "ab\v"},
	{"ab\fcd\xc2\x85"
	 "ef",
		-1, 0, 0, 0,
		"ab\f|cd\xc2\x85"
		"|ef"},
};

static void test_lines(void **state)
{
	struct text_rig *rig = *state;
	char shown[256];
	for (size_t i = 0; i < sizeof line_cases / sizeof line_cases[0]; i++) {
		const struct line_case *c = &line_cases[i];
		text_rig_reset(rig);
		rig->request.width = c->letters < 0 ? -1 : (float)(c->letters * W);
		rig->request.wrap = c->wrap;
		rig->request.max_lines = c->max;
		rig->request.ellipsis = c->ellipsis;
		assert_int_equal(text_rig_lay(rig, c->text), 0);
		text_rig_check(rig);
		if (strcmp(show(rig, shown, sizeof shown), c->lines) != 0)
			fail_msg("'%s' at %g: '%s', not '%s'", c->text, c->letters, shown,
				c->lines);
	}
}

/* Text that follows, but is not shown, is told. */
static void test_cut(void **state)
{
	struct text_rig *rig = *state;
	char shown[64];
	text_rig_reset(rig);
	rig->request.max_lines = 1;
	assert_int_equal(text_rig_lay(rig, "ab\ncd"), 0);
	assert_true(rig->layout.head->flags & TEXT_CUT);
	assert_int_equal(rig->layout.head->lines, 1);
	rig->request.ellipsis = GL_TEXT_ELLIPSIS_END;
	assert_int_equal(text_rig_lay(rig, "ab\ncd"), 0);
	assert_true(rig->layout.head->flags & TEXT_CUT);
	assert_true(rig->layout.lines[0].flags & TEXT_LINE_CUT);
	assert_int_equal(rig->layout.runs[rig->layout.head->runs - 1].glyphs, 1);
	assert_near((double)rig->layout.head->width, 3 * W);
	assert_int_equal(text_rig_lay(rig, "ab"), 0);
	assert_false(rig->layout.head->flags & TEXT_CUT);
	assert_string_equal(show(rig, shown, sizeof shown), "ab");
}

/* A soft hyphen is seen only where a line ends with it, and has its room there. */
static void test_soft_hyphen(void **state)
{
	struct text_rig *rig = *state;
	text_rig_reset(rig);
	assert_int_equal(text_rig_lay(rig, "ab\u00adcd"), 0);
	assert_near((double)rig->layout.head->width, 4 * W);
	rig->request.width = (float)(3.5 * W);
	assert_int_equal(text_rig_lay(rig, "ab\u00adcd"), 0);
	text_rig_check(rig);
	assert_int_equal(rig->layout.head->lines, 2);
	assert_int_equal(rig->layout.lines[1].start, 4);
	assert_near((double)rig->layout.lines[0].width, 3 * W);
	assert_int_equal(rig->layout.runs[1].glyphs, 1);
	assert_near((double)rig->layout.runs[1].x0, 2 * W);
	rig->request.width = (float)(2.5 * W);
	assert_int_equal(text_rig_lay(rig, "ab\u00adcd"), 0);
	assert_true(rig->layout.lines[0].width <= rig->request.width + 0.1f);
}

static void test_widths(void **state)
{
	struct text_rig *rig = *state;
	text_rig_reset(rig);
	rig->request.width = (float)(4 * W);
	assert_int_equal(text_rig_lay(rig, "ab cde f\nghijk l "), 0);
	assert_near((double)rig->layout.head->min_width, 5 * W);
	assert_near((double)rig->layout.head->max_width, 8 * W);
	assert_near((double)rig->layout.lines[0].width, 2 * W);
	assert_near((double)rig->layout.head->width, 4 * W);
	rig->request.width = rig->layout.head->max_width;
	assert_int_equal(text_rig_lay(rig, "ab cde f\nghijk l "), 0);
	assert_int_equal(rig->layout.head->lines, 2);
}

static const struct {
	enum gl_text_align align;
	double latin, hebrew; /* left edges, in letters of a width of ten */
} align_cases[] = {
	{GL_TEXT_START, 0, 7},
	{GL_TEXT_END, 7, 0},
	{GL_TEXT_LEFT, 0, 0},
	{GL_TEXT_CENTER, 3.5, 3.5},
	{GL_TEXT_RIGHT, 7, 7},
};

static void test_align(void **state)
{
	struct text_rig *rig = *state;
	for (size_t i = 0; i < sizeof align_cases / sizeof align_cases[0]; i++) {
		text_rig_reset(rig);
		rig->request.align = align_cases[i].align;
		rig->request.width = (float)(10 * W);
		assert_int_equal(text_rig_lay(rig, "abc"), 0);
		assert_near((double)rig->layout.lines[0].x, align_cases[i].latin * W);
		assert_near((double)rig->layout.glyphs[0].x, align_cases[i].latin * W);
		assert_near(
			(double)rig->layout.cells[0].leading, align_cases[i].latin * W);
		rig->request.base = GL_TEXT_RTL;
		assert_int_equal(text_rig_lay(rig, "abc"), 0);
		assert_near((double)rig->layout.lines[0].x, align_cases[i].hebrew * W);
	}
}

static void test_vertical(void **state)
{
	struct text_rig *rig = *state;
	text_rig_reset(rig);
	assert_int_equal(text_rig_lay(rig, "a\n\nb"), 0);
	const struct text_line *lines = rig->layout.lines;
	float height = lines[0].ascent + lines[0].descent;
	assert_near((double)lines[0].ascent, 10 * 1901.0 / 2048);
	assert_near((double)lines[0].descent, 10 * 483.0 / 2048);
	for (int i = 0; i < 3; i++) {
		assert_near((double)lines[i].top, (double)(height * (float)i));
		assert_near((double)lines[i].baseline,
			(double)(lines[i].top + lines[i].ascent));
	}
	assert_near((double)rig->layout.head->height, 3 * (double)height);
	rig->request.line_height = 30;
	assert_int_equal(text_rig_lay(rig, "a\n\nb"), 0);
	assert_near((double)rig->layout.lines[2].top, 60);
	assert_near((double)rig->layout.lines[0].baseline,
		(30 - (double)height) / 2 + (double)rig->layout.lines[0].ascent);
}

static void test_tabs(void **state)
{
	struct text_rig *rig = *state;
	static const float tabs[] = {30, 50};
	text_rig_reset(rig);
	assert_int_equal(text_rig_lay(rig, "a\tb\tc"), 0);
	assert_near((double)rig->layout.cells[2].leading, 8 * W);
	assert_near((double)rig->layout.cells[4].leading, 16 * W);
	rig->request.tabs = tabs;
	rig->request.tab_count = 2;
	rig->request.tab_width = 40;
	assert_int_equal(text_rig_lay(rig, "a\tb\tc\td\te"), 0);
	static const double at[] = {0, 30, 50, 90, 130};
	for (int i = 0; i < 5; i++)
		assert_near((double)rig->layout.cells[2 * i].leading, at[i]);
}

static void test_styles(void **state)
{
	struct text_rig *rig = *state;
	struct gl_text_feature off = {('l' << 24) | ('i' << 16) | ('g' << 8) | 'a', 0};
	struct gl_text_run runs[2];
	text_rig_reset(rig);
	runs[0] = runs[1] = rig->run;
	runs[0].end = 2;
	runs[1].end = 4;
	runs[1].size = 20;
	runs[1].spacing = 3;
	rig->request.runs = runs;
	rig->request.run_count = 2;
	assert_int_equal(text_rig_lay(rig, "abcd"), 0);
	assert_int_equal(rig->layout.head->runs, 2);
	assert_int_equal(rig->layout.runs[1].style, 1);
	assert_int_equal(rig->layout.runs[1].start, 2);
	assert_near((double)rig->layout.cells[3].leading, 2 * W + 2 * W + 3);
	assert_near((double)rig->layout.head->width, 2 * W + 4 * W + 6);
	assert_near((double)rig->layout.lines[0].ascent, 20 * 1901.0 / 2048);
	/* A style does not end within a cell. */
	assert_int_equal(text_rig_lay(rig, "ae\u0301"), 0);
	assert_int_equal(rig->layout.runs[0].end, 4);
	text_rig_reset(rig);
	rig->run.font.families = "DejaVu Sans";
	assert_int_equal(text_rig_lay(rig, "office"), 0);
	assert_true(rig->layout.head->glyphs < 6);
	assert_int_equal(rig->layout.head->cells, 6);
	rig->run.features = &off;
	rig->run.feature_count = 1;
	assert_int_equal(text_rig_lay(rig, "office"), 0);
	assert_int_equal(rig->layout.head->glyphs, 6);
}

static void test_bytes_that_are_no_text(void **state)
{
	struct text_rig *rig = *state;
	text_rig_reset(rig);
	assert_int_equal(text_rig_lay_bytes(rig,
				 "a\xff\xc3"
				 "b\0\x01",
				 6),
		0);
	text_rig_check(rig);
	assert_int_equal(rig->layout.head->cells, 6);
	const struct text_glyph *glyphs = rig->layout.glyphs;
	assert_int_equal(glyphs[1].glyph, glyphs[2].glyph);
	assert_int_equal(glyphs[1].glyph, glyphs[4].glyph);
	assert_int_equal(glyphs[1].glyph, glyphs[5].glyph);
	assert_int_not_equal(glyphs[1].glyph, glyphs[0].glyph);
}

static void test_carets(void **state)
{
	struct text_rig *rig = *state;
	const struct text_layout *l = &rig->layout;
	text_rig_reset(rig);
	/* Bytes: a 0, b 1, alef 2, bet 4, c 6. From left to right: a b bet alef c. */
	assert_int_equal(text_rig_lay(rig, "ab\u05d0\u05d1"
					   "c"),
		0);
	struct text_caret at = text_layout_caret(l, 1, false);
	assert_near((double)at.strong, W);
	assert_near((double)at.weak, W);
	at = text_layout_caret(l, 2, false);
	assert_near((double)at.strong, 2 * W);
	assert_near((double)at.weak, (double)l->cells[2].leading);
	assert_true(at.weak > at.strong);
	at = text_layout_caret(l, 6, false);
	assert_near((double)at.strong, (double)l->cells[4].leading);
	assert_near((double)at.weak, 2 * W);
	assert_near((double)at.top, 0);
	assert_near((double)at.bottom, (double)l->lines[0].height);
	/* A line that breaks without a blank: the index is in both. */
	rig->request.width = (float)(2 * W);
	assert_int_equal(text_rig_lay(rig, "abcd"), 0);
	at = text_layout_caret(l, 2, false);
	assert_int_equal(at.line, 1);
	assert_near((double)at.strong, 0);
	at = text_layout_caret(l, 2, true);
	assert_int_equal(at.line, 0);
	assert_near((double)at.strong, 2 * W);
}

static const struct {
	double x;
	uint32_t index, cell;
	bool inside;
} hit_cases[] = {
	{-5, 0, 0, false},
	{0.2, 0, 0, true},
	{0.8, 1, 0, true},
	{2.2, 6, 4, true}, /* bet, from its right to its left */
	{2.8, 4, 4, true},
	{3.2, 4, 2, true},
	{3.8, 2, 2, true},
	{4.2, 6, 6, true},
	{4.8, 7, 6, true},
	{99, 7, 6, false},
};

static void test_hits(void **state)
{
	struct text_rig *rig = *state;
	text_rig_reset(rig);
	assert_int_equal(text_rig_lay(rig, "ab\u05d0\u05d1"
					   "c"),
		0);
	const struct text_layout *l = &rig->layout;
	double alef = (double)(l->cells[2].leading - l->cells[2].trailing);
	for (size_t i = 0; i < sizeof hit_cases / sizeof hit_cases[0]; i++) {
		double x = hit_cases[i].x, at = x * W;
		if (x > 2 && x < 4)
			at = 2 * W + (x - 2) * alef;
		else if (x > 4)
			at = 2 * W + 2 * alef + (x - 4) * W;
		struct text_hit hit = text_layout_hit(l, (float)at, 3);
		if (hit.index != hit_cases[i].index || hit.cell != hit_cases[i].cell ||
			hit.inside != hit_cases[i].inside)
			fail_msg("%g: index %u, cell %u, inside %d", x, hit.index,
				hit.cell, hit.inside);
	}
	rig->request.width = (float)(2 * W);
	assert_int_equal(text_rig_lay(rig, "abcd\n\nef"), 0);
	struct text_hit hit = text_layout_hit(l, 100, 1);
	assert_int_equal(hit.index, 2);
	assert_true(hit.upstream);
	hit = text_layout_hit(l, 100, l->lines[1].top + 1);
	assert_int_equal(hit.index, 4);
	assert_false(hit.upstream);
	assert_int_equal(text_layout_hit(l, 100, l->lines[2].top + 1).index, 5);
	assert_int_equal(text_layout_hit(l, 100, 1000).index, 8);
}

static void test_selection(void **state)
{
	struct text_rig *rig = *state;
	struct text_rect rects[8];
	text_rig_reset(rig);
	assert_int_equal(text_rig_lay(rig, "ab\u05d0\u05d1"
					   "c"),
		0);
	const struct text_layout *l = &rig->layout;
	assert_int_equal(text_layout_rects(l, 0, 7, rects, 8), 2);
	assert_near((double)rects[0].x0, 0);
	assert_near((double)rects[0].x1, (double)rects[1].x0);
	assert_near((double)rects[1].x1, (double)l->head->width);
	/* b and alef: not side by side. */
	assert_int_equal(text_layout_rects(l, 1, 4, rects, 8), 2);
	assert_near((double)rects[0].x1, 2 * W);
	assert_near((double)rects[1].x0, (double)l->cells[2].trailing);
	assert_int_equal(text_layout_rects(l, 1, 4, rects, 0), 2);
	assert_int_equal(text_layout_rects(l, 3, 3, rects, 8), 0);
	assert_int_equal(text_rig_lay(rig, "ab\ncd"), 0);
	assert_int_equal(text_layout_rects(l, 1, 4, rects, 8), 2);
	assert_near((double)rects[1].x0, 0);
	assert_near((double)rects[1].x1, W);
	assert_near((double)rects[1].y0, (double)l->lines[1].top);
}

static const struct {
	const char *text;
	enum text_motion motion;
	const char *stops; /* from the start or, to the left and back, the end */
} motion_cases[] = {
	{"ab c", TEXT_NEXT, "0 1 2 3 4"},
	{"ab c", TEXT_PREVIOUS, "4 3 2 1 0"},
	{"ae\u0301o", TEXT_NEXT, "0 1 4 5"},
	{"\U0001f468\u200d\U0001f469x", TEXT_NEXT, "0 11 12"},
	{"\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7", TEXT_NEXT, "0 8 16"},
	{"a\r\nb", TEXT_NEXT, "0 1 3 4"},
	{"a\r\nb", TEXT_PREVIOUS, "4 3 1 0"},
	{"one two, three", TEXT_NEXT_WORD, "0 3 7 14"},
	{"one two, three", TEXT_PREVIOUS_WORD, "14 9 4 0"},
	{"can't stop", TEXT_NEXT_WORD, "0 5 10"},
	{"one\ntwo", TEXT_NEXT_WORD, "0 3 7"},
	{"ab\u05d0\u05d1"
	 "c",
		TEXT_NEXT, "0 1 2 4 6 7"},
	{"ab\u05d0\u05d1"
	 "c",
		TEXT_RIGHT, "0 1 2 4 6 7"},
	{"\u05d0\u05d1"
	 "ab",
		TEXT_LEFT, "0 2 4 5 6"},
	{"\u05d0\u05d1", TEXT_LEFT, "0 2 4"},
};

static void test_motion(void **state)
{
	struct text_rig *rig = *state;
	for (size_t i = 0; i < sizeof motion_cases / sizeof motion_cases[0]; i++) {
		char stops[128];
		enum text_motion motion = motion_cases[i].motion;
		text_rig_reset(rig);
		assert_int_equal(text_rig_lay(rig, motion_cases[i].text), 0);
		bool back = motion == TEXT_PREVIOUS || motion == TEXT_PREVIOUS_WORD;
		uint32_t at = back ? rig->layout.head->text_size : 0;
		int n = snprintf(stops, sizeof stops, "%u", at);
		for (int k = 0; k < 20; k++) {
			uint32_t to = text_layout_move(&rig->layout, at, motion);
			if (to == at)
				break;
			at = to;
			n += snprintf(stops + n, sizeof stops - (size_t)n, " %u", at);
		}
		if (strcmp(stops, motion_cases[i].stops) != 0)
			fail_msg("%zu, '%s': '%s', not '%s'", i, motion_cases[i].text,
				stops, motion_cases[i].stops);
	}
}

static void test_refusals(void **state)
{
	struct text_rig *rig = *state;
	static char huge[GL_TEXT_MAX + 1];
	memset(huge, 'a', sizeof huge);
	text_rig_reset(rig);
	assert_int_equal(text_rig_lay_bytes(rig, huge, sizeof huge), -EFBIG);
	rig->run.size = 0;
	assert_int_equal(text_rig_lay(rig, "a"), -EINVAL);
	assert_string_equal(rig->why, "style 0: a size of 0 px: above 0, to 4096");
	text_rig_reset(rig);
	rig->run.size = NAN;
	assert_int_equal(text_rig_lay(rig, "a"), -EINVAL);
	text_rig_reset(rig);
	rig->run.font.weight = 1001;
	assert_int_equal(text_rig_lay(rig, "a"), -EINVAL);
	text_rig_reset(rig);
	rig->run.font.families = "\xff";
	assert_int_equal(text_rig_lay(rig, "a"), -EINVAL);
	text_rig_reset(rig);
	rig->request.width = INFINITY;
	assert_int_equal(text_rig_lay(rig, "a"), -EINVAL);
	text_rig_reset(rig);
	rig->request.run_count = 0;
	assert_int_equal(text_rig_lay(rig, "a"), -EINVAL);
	text_rig_reset(rig);
	rig->request.wrap = GL_TEXT_WRAPS;
	assert_int_equal(text_rig_lay(rig, "a"), -EINVAL);
}

static void test_cache(void **state)
{
	struct text_rig *rig = *state;
	text_rig_reset(rig);
	assert_int_equal(text_rig_lay(rig, "a label"), 0);
	struct gl_text_stats before = gl_text_stats(rig->text);
	rig->run.size = 33;
	assert_int_equal(text_rig_lay(rig, "a label"), 0);
	assert_near((double)rig->layout.head->width, 7 * 3.3 * W);
	struct gl_text_stats after = gl_text_stats(rig->text);
	assert_int_equal(after.misses, before.misses);
	assert_int_equal(after.hits, before.hits + 1);
	for (int i = 0; i < 20000; i++) {
		char text[64];
		snprintf(text, sizeof text, "label number %d of many", i);
		assert_int_equal(text_rig_lay(rig, text), 0);
	}
	after = gl_text_stats(rig->text);
	assert_true(after.bytes <= GL_TEXT_CACHE_BYTES);
	assert_true(after.entries > 100 && after.entries < 20000);
	assert_true(after.evicted > 0 && after.evicted + after.entries <= after.misses);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_soft_hyphen),
		cmocka_unit_test(test_widths),
		cmocka_unit_test(test_align),
		cmocka_unit_test(test_vertical),
		cmocka_unit_test(test_tabs),
		cmocka_unit_test(test_styles),
		cmocka_unit_test(test_bytes_that_are_no_text),
		cmocka_unit_test(test_carets),
		cmocka_unit_test(test_hits),
		cmocka_unit_test(test_selection),
		cmocka_unit_test(test_motion),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_cache),
	};
	return cmocka_run_group_tests(tests, text_rig_open, text_rig_close);
}
