/*
 * The golden values that the design states, one row each: a text and what some pixels are
 * then. values_test PAINTER; painter "oracle" asks whether the oracle has them too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/text_libraries.h"
#include "oracle.h"
#include "render.h"

#define SIDE   64
#define WHITE  "brush color #ffffffff\npaint\n"
#define SQUARE "clip rect 0 0 8 8\npaint\nclip pop\n"

struct value {
	int x, y;
	uint32_t rgba;
};

struct row {
	const char *name;
	int tolerance;
	const char *text;
	struct value values[8]; /* up to one that is all 0 */
};

/* Coordinates are those of the last column or row where that is 63, so none is 0, 0, 0. */
static const struct row rows[] = {
	{"red at half on white", 0, WHITE "brush color #ff000080\npaint\n",
		{{0, 0, 0xffbbbbff}, {63, 63, 0xffbbbbff}}},
	{"black at half on white", 0, WHITE "brush color #00000080\npaint\n",
		{{5, 5, 0xbbbbbbff}}},
	{"red at half on clear", 0, "brush color #ff000080\npaint\n",
		{{5, 5, 0xbc000080}}},
	{"no brush set", 0, "paint\n", {{0, 0, 0x000000ff}, {63, 63, 0x000000ff}}},
	{"black to white", 1,
		"brush linear 0 0 64 0 pad 0 #000000ff 1 #ffffffff\npaint\n",
		{{0, 0, 0x161616ff}, {16, 1, 0x8b8b8bff}, {31, 2, 0xbababaff},
			{32, 3, 0xbdbdbdff}, {63, 4, 0xfefefeff}}},
	{"black to white, and beyond", 1,
		"transform push 1 0 -8 0 1 0\n"
		"brush linear 0 0 64 0 pad 0 #000000ff 1 #ffffffff\npaint\n"
		"transform pop\n",
		{{8, 0, 0x8b8b8bff}, {55, 63, 0xfefefeff}, {56, 0, 0xffffffff}}},
	{"red to clear blue over white", 1,
		WHITE "brush linear 0 0 64 0 pad 0 #ff0000ff 1 #0000ff00\npaint\n",
		{{0, 0, 0xff1616ff}, {16, 0, 0xff8b8bff}, {32, 0, 0xffbdbdff},
			{48, 0, 0xffe2e2ff}, {63, 0, 0xfffefeff}}},
	{"rect at a quarter", 1,
		"transform push 1 0 0.25 0 1 0\nclip rect 4 4 8 8\n"
		"brush color #ff0000ff\npaint\nclip pop\ntransform pop\n",
		{{4, 5, 0xe10000bf}, {5, 5, 0xff0000ff}, {7, 5, 0xff0000ff},
			{8, 5, 0x89000040}, {9, 5, 0}, {5, 3, 0}}},
	{"square path at a half", 1,
		"clip path {\nmove 4.5 4\nline 14.5 4\nline 14.5 14\nline 4.5 "
		"14\nclose\n}\n"
		"brush color #ff0000ff\npaint\nclip pop\n",
		{{4, 8, 0xbc000080}, {5, 8, 0xff0000ff}, {13, 8, 0xff0000ff},
			{14, 8, 0xbc000080}, {3, 8, 0}, {15, 8, 0}}},
	{"half a group of black on white", 1,
		WHITE "group push 0.5 over\nbrush color #000000ff\npaint\ngroup pop\n",
		{{5, 5, 0xbbbbbbff}}},
	{"half a group of red over black", 1,
		WHITE "group push 0.5 over\nbrush color #000000ff\npaint\n"
		      "brush color #ff0000ff\n" SQUARE "group pop\n",
		{{4, 4, 0xffbbbbff}, {12, 12, 0xbbbbbbff}}},
	{"half of a half", 1,
		"paint\ngroup push 0.5 over\ngroup push 0.5 over\nbrush color #ffffffff\n"
		"paint\ngroup pop\ngroup pop\n",
		{{5, 5, 0x898989ff}}},
	{"white image and colour at half over black", 1,
		"paint\nimage 1 1 1 {\n80808080\n}\ntransform push 8 0 0 0 8 0\n"
		"brush image 1 linear 0 0 1 1\npaint\ntransform pop\n"
		"brush color #ffffff80\nclip rect 16 0 24 8\npaint\nclip pop\n",
		{{4, 4, 0x808080ff}, {20, 4, 0xbcbcbcff}, {12, 4, 0x000000ff}}},
	{"wide line", 0,
		"clip stroke 8 round round 4 0 {\nmove 20 20\nline 40 20\n}\npaint\nclip "
		"pop\n",
		{{20, 16, 0xff}, {39, 16, 0xff}, {20, 23, 0xff}, {39, 23, 0xff},
			{30, 15, 0}, {30, 24, 0}, {15, 20, 0}, {44, 20, 0}}},
	{"wide line's caps", 1,
		"clip stroke 8 round round 4 0 {\nmove 20 20\nline 40 20\n}\n"
		"brush color #ff0000ff\npaint\nclip pop\n",
		{{16, 20, 0xfa0000f4}, {43, 20, 0xfa0000f4}}},
	{"contours that overlap", 0,
		"clip path {\nmove 0 0\nline 8 0\nline 8 8\nline 0 8\nclose\n"
		"move 4 4\nline 12 4\nline 12 12\nline 4 12\nclose\n}\npaint\nclip pop\n",
		{{2, 2, 0xff}, {6, 6, 0xff}, {10, 10, 0xff}, {10, 2, 0}}},
	{"deferred in clip, group and blue", 0,
		"macro 1 {\nclip rect 0 0 40 40\npaint\nclip pop\n}\nclip rect 0 0 20 "
		"20\n"
		"group push 0.25 over\nbrush color #0000ffff\ndefer 1\ngroup pop\nclip "
		"pop\n",
		{{5, 5, 0xff}, {39, 39, 0xff}, {40, 39, 0}, {39, 40, 0}}},
	{"a macro that defers, three times", 0,
		"macro 1 {\n" SQUARE "}\nmacro 2 {\ndefer 1\n}\n"
		"transform push 1 0 10 0 1 0\ncall 2\ntransform pop\n"
		"transform push 1 0 30 0 1 0\ncall 2\ntransform pop\n"
		"transform push 1 0 50 0 1 0\ncall 2\ntransform pop\n",
		{{10, 4, 0xff}, {17, 4, 0xff}, {30, 4, 0xff}, {37, 4, 0xff},
			{50, 4, 0xff}, {57, 4, 0xff}, {9, 4, 0}, {58, 4, 0}}},
	{"a call leaks brush and transform", 0,
		"macro 1 {\nbrush color #00ff00ff\ntransform multiply 1 0 20 0 1 0\n}\n"
		"call 1\n" SQUARE,
		{{20, 4, 0x00ff00ff}, {27, 7, 0x00ff00ff}, {4, 4, 0}, {28, 4, 0}}},
};

static struct gl *gl; /* NULL: the oracle draws */

static void check_value(const uint8_t *rgba, const struct value *value, int tolerance)
{
	const uint8_t *p = &rgba[((size_t)value->y * SIDE + (size_t)value->x) * 4];
	for (int k = 0; k < 4; k++) {
		int should = (int)(value->rgba >> (24 - 8 * k) & 255);
		if (abs(p[k] - should) > tolerance)
			fail_msg("pixel %d,%d is %02x%02x%02x%02x, not %08x", value->x,
				value->y, p[0], p[1], p[2], p[3], value->rgba);
	}
}

static uint8_t *draw_by_oracle(const char *text, char error[256])
{
	static const struct oracle_ask ask = {SIDE, SIDE, 1, 0};
	struct oracle_picture picture;
	uint8_t *rgba = malloc((size_t)SIDE * SIDE * 4);
	if (rgba && oracle_draw(text, &ask, &picture, error)) {
		memcpy(rgba, picture.rgba, (size_t)SIDE * SIDE * 4);
	} else {
		free(rgba);
		rgba = NULL;
	}
	oracle_forget();
	return rgba;
}

static uint8_t *draw(const char *body)
{
	char *text, error[256];
	if (asprintf(&text, "osaas ops 1.1\n%s", body) < 0)
		fail();
	uint8_t *rgba = gl ? render_text(gl, text, SIDE, SIDE, 1, error)
			   : draw_by_oracle(text, error);
	if (!rgba)
		fail_msg("%s", error);
	free(text);
	return rgba;
}

static void test_row(void **state)
{
	const struct row *row = *state;
	uint8_t *rgba = draw(row->text);
	for (size_t i = 0; i < 8; i++) {
		const struct value *v = &row->values[i];
		if (v->x || v->y || v->rgba)
			check_value(rgba, v, row->tolerance);
	}
	free(rgba);
}

/* A chequer of single pixels at an eighth is grey all over. */
static void test_checker(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	(void)state;
	fprintf(out, "image 1 64 64 {\n");
	for (int i = 0; i < 64 * 64; i++)
		fprintf(out, "%s%s", (i + i / 64) % 2 ? "ffffffff" : "000000ff",
			i % 64 == 63 ? "\n" : " ");
	fprintf(out, "}\ntransform push 0.125 0 8 0 0.125 8\n"
		     "brush image 1 linear 0 0 64 64\npaint\ntransform pop\n");
	fclose(out);
	uint8_t *rgba = draw(text);
	for (int i = 0; i < 64; i++)
		check_value(rgba, &(struct value){8 + i % 8, 8 + i / 8, 0xbbbbbbff}, 1);
	check_value(rgba, &(struct value){7, 8, 0}, 0);
	free(rgba);
	free(text);
}

#define N_ROWS (sizeof rows / sizeof *rows)

int main(int argc, char **argv)
{
	struct CMUnitTest tests[N_ROWS + 1] = {{"chequer at an eighth", test_checker}};
	const char *painter = argc > 1 ? argv[1] : "auto";
	bool oracle = !strcmp(painter, "oracle");
	char error[256];
	/* Its FreeType is gl's here. */
	if (oracle && text_libraries_load() < 0)
		return 1;
	gl = oracle ? NULL : render_open(painter, error);
	if (!gl && !oracle) {
		printf("Bail out! %s\n", error);
		return 1;
	}
	for (size_t i = 0; i < N_ROWS; i++)
		tests[i + 1] = (struct CMUnitTest){
			rows[i].name, test_row, NULL, NULL, (void *)(uintptr_t)&rows[i]};
	int failed = cmocka_run_group_tests_name("values", tests, NULL, NULL);
	if (gl)
		gl_destroy(gl);
	return failed;
}
