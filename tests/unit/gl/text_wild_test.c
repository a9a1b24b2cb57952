/*
 * text from anybody: random characters of all kinds, random bytes, random styles, widths
 * and modes. Whatever comes, the block is whole (text_rig_check) and nothing crashes.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "text_rig.h"

#define LENGTH 160
#define STYLES 5

static uint64_t state;

/* xorshift64* */
static uint32_t any(uint32_t below)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (uint32_t)((state * 0x2545f4914f6cdd1du) >> 33) % below;
}

static const struct {
	uint32_t first, last;
} kinds[] = {
	{' ', '~'},
	{' ', ' '},
	{0x300, 0x36f},
	{0x5d0, 0x5ea},
	{0x620, 0x64f},
	{0x660, 0x669},
	{0x900, 0x97f},
	{0x980, 0x9ff},
	{0xd80, 0xdff},
	{0xe01, 0xe5b},
	{0x1100, 0x11ff},
	{0x1780, 0x17ff},
	{0x2000, 0x206f},
	{0x2190, 0x2bff},
	{0x3040, 0x30ff},
	{0x4e00, 0x4fff},
	{0xac00, 0xacff},
	{0xfe00, 0xfe0f},
	{0xfff0, 0xffff},
	{0x1f1e6, 0x1f1ff},
	{0x1f3fb, 0x1f64f},
	{0xe0020, 0xe007f},
	{0, 0x1f},
	{0, 0x10ffff},
};

static size_t put(char *to, uint32_t c)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		to[i] = (char)(0x80 | (c & 0x3f));
	to[0] = (char)((n == 2 ? 0xc0 : n == 3 ? 0xe0 : 0xf0) | c);
	return n;
}

static size_t write_text(char *to, uint32_t seed)
{
	size_t n = 0;
	size_t kind = 0;
	for (uint32_t i = any(LENGTH); i > 0; i--) {
		if (any(4) == 0)
			kind = any(sizeof kinds / sizeof kinds[0]);
		if (seed % 8 == 0)
			to[n++] = (char)any(256);
		else
			n += put(to + n,
				kinds[kind].first +
					any(kinds[kind].last - kinds[kind].first + 1));
	}
	return n;
}

static unsigned write_styles(struct gl_text_run runs[STYLES], size_t size)
{
	static const char *const families[] = {
		"sans-serif", "DejaVu Sans Mono", "serif", ""};
	static const char *const langs[] = {NULL, "en", "ja", "ar", "sr", "??"};
	unsigned n = 1 + any(STYLES);
	for (unsigned i = 0; i < n; i++) {
		uint32_t from = i > 0 ? runs[i - 1].end : 0;
		runs[i] = (struct gl_text_run){
			.end = i + 1 == n ? (uint32_t)size
					  : from + any((uint32_t)size - from + 1),
			.font = {.families = families[any(4)],
				.lang = langs[any(6)],
				.weight = any(2) ? 0 : 700,
				.slant = (enum gl_font_slant)any(3)},
			.size = (float)(1 + any(40)),
			.spacing = any(4) ? 0 : (float)any(9) - 4,
		};
	}
	return n;
}

static void test_wild(void **data)
{
	struct text_rig *rig = *data;
	static char text[4 * LENGTH];
	static const float tabs[] = {20, 40.5f, 100};
	for (uint32_t seed = 0; seed < 1500; seed++) {
		struct gl_text_run runs[STYLES];
		state = 0x9e3779b97f4a7c15u * (seed + 1);
		size_t size = write_text(text, seed);
		rig->request = (struct gl_text_request){
			.runs = runs,
			.run_count = write_styles(runs, size),
			.base = (enum gl_text_base)any(GL_TEXT_BASES),
			.align = (enum gl_text_align)any(GL_TEXT_ALIGNS),
			.wrap = (enum gl_text_wrap)any(GL_TEXT_WRAPS),
			.ellipsis = (enum gl_text_ellipsis)(
				any(3) ? 0 : any(GL_TEXT_ELLIPSES)),
			.width = any(4) ? (float)any(400) : -1,
			.max_lines = any(3) ? 0 : any(4),
			.tabs = tabs,
			.tab_count = any(4),
			.line_height = any(3) ? 0 : (float)any(50),
		};
		if (text_rig_lay_bytes(rig, text, size) != 0)
			fail_msg("seed %u: %s", seed, rig->why);
		text_rig_check(rig);
		for (int i = 0; i < 8; i++) {
			struct text_hit hit = text_layout_hit(
				&rig->layout, (float)any(500) - 50, (float)any(500) - 50);
			assert_true(
				hit.line < rig->layout.head->lines && hit.index <= size);
			uint32_t to = text_layout_move(
				&rig->layout, hit.index, (enum text_motion)any(10));
			assert_true(to <= size);
		}
		text_layout_rects(&rig->layout, any(100), any(1000), NULL, 0);
	}
}

/* As deep and as odd as a text can be: none of it may take long, or much. */
static const struct {
	const char *name, *piece;
} long_texts[] = {
	{"one word", "a"},
	{"blanks", " "},
	{"marks", "\u0301"},
	{"embeddings", "\u202b\u202a"},
	{"isolates", "\u2067\u2066"},
	{"brackets", "(["},
	{"flags", "\U0001f1e9"},
	{"joiners", "\U0001f468\u200d"},
	{"lines", "\n"},
	{"line separators", "\u2028"},
	{"tabs", "\t"},
	{"hebrew and latin", "\u05d0a"},
	{"thai", "\u0e01\u0e33"},
	{"arabic", "\u0628"},
	{"bytes that are none", "\xff"},
};

#define LONG 65536

static void test_long(void **data)
{
	struct text_rig *rig = *data;
	static char text[LONG];
	for (size_t i = 0; i < sizeof long_texts / sizeof long_texts[0]; i++) {
		size_t n = strlen(long_texts[i].piece);
		for (size_t at = 0; at < LONG; at++)
			text[at] = long_texts[i].piece[at % n];
		for (int ellipsis = 0; ellipsis < 2; ellipsis++) {
			text_rig_reset(rig);
			rig->request.width = 100;
			rig->request.ellipsis =
				ellipsis ? GL_TEXT_ELLIPSIS_MIDDLE : GL_TEXT_CLIP;
			if (text_rig_lay_bytes(rig, text, LONG) != 0)
				fail_msg("%s: %s", long_texts[i].name, rig->why);
			if (rig->layout.head->lines < 2000)
				text_rig_check(rig);
		}
	}
}

/* argv[1]: the font that dear_font.py makes; without it test_dear is skipped. */
static uint8_t font[65536];
static size_t font_size;

/* A font that makes many glyphs of each character is refused, with what it is about. */
static void test_dear(void **data)
{
	struct text_rig *rig = *data;
	static const struct {
		const char *piece;
		size_t times;
		int result;
	} texts[] = {
		{"E", 1, 0},
		{"E ", 2000, 0},
		{"C", 1, 0},
		{"C\n", 80, 0},
		{"C\n", 8000, -EFBIG},
		{"A", 1, -EFBIG},
		{"A\n", 8192, -EFBIG},
		{"B", 1, 0},
	};
	static char text[16384];
	uint32_t id;
	if (font_size == 0)
		skip();
	assert_int_equal(gl_font_memory(rig->fonts, font, font_size, 0,
				 GL_FONT_EVERYBODYS, &id, rig->why, sizeof rig->why),
		0);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		size_t n = strlen(texts[i].piece), size = n * texts[i].times;
		for (size_t at = 0; at < size; at++)
			text[at] = texts[i].piece[at % n];
		text_rig_reset(rig);
		rig->run.font.first = id;
		int r = text_rig_lay_bytes(rig, text, size);
		if (r != texts[i].result)
			fail_msg("%s times %zu: %d", texts[i].piece, texts[i].times, r);
		if (r < 0)
			assert_non_null(strstr(rig->why, "too many glyphs"));
	}
}

static void read_font(const char *path)
{
	FILE *file = fopen(path, "rb");
	font_size = file ? fread(font, 1, sizeof font, file) : 0;
	if (file)
		fclose(file);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		read_font(argv[1]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_wild, text_rig_open, text_rig_close),
		cmocka_unit_test_setup_teardown(test_long, text_rig_open, text_rig_close),
		cmocka_unit_test_setup_teardown(test_dear, text_rig_open, text_rig_close),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
