/* Fonts that plugins give: whose they are, how long they stay, and what they may cost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../fuzz/window.h"
#include "gl/font.h"
#include "gl/glyph.h"
#include "gl/optext.h"
#include "gl/resource.h"
#include "gl/text.h"
#include FT_TRUETYPE_TABLES_H

#define SIDE 64

static struct gl_fonts *fonts;
static struct window window;
static struct gl_op_error err;
static uint32_t face; /* DejaVu Sans, the system's */
static uint8_t *bytes;
static size_t size;

static int frame_of(struct window *w, const char *format, ...)
{
	char text[2048] = "osaas ops 1.1\n";
	struct optext_error wrong;
	uint8_t *stream;
	size_t n, at = strlen(text);
	va_list ap;
	va_start(ap, format);
	vsnprintf(text + at, sizeof text - at, format, ap);
	va_end(ap);
	if (optext_assemble(text, strlen(text), &stream, &n, &wrong) != 0)
		fail_msg("line %zu: %s", wrong.line, wrong.text);
	err = (struct gl_op_error){0};
	int rc = window_frame(w, stream, n, &err);
	free(stream);
	return rc;
}

static uint32_t glyph_of(uint32_t c)
{
	return FT_Get_Char_Index(gl_font_face(fonts, face), c);
}

static uint32_t give(uint64_t owner)
{
	uint32_t id;
	char why[128];
	assert_int_equal(
		gl_font_memory(fonts, bytes, size, 0, owner, &id, why, sizeof why), 0);
	return id;
}

static size_t painted(void)
{
	size_t n = 0;
	for (size_t i = 0; i < (size_t)SIDE * SIDE; i++)
		n += window.pixels[4 * i + 3] > 0;
	return n;
}

#define GLYPH "brush color #ffffffff\nglyphs %u 24 {\n%u 4 40\n}\n"

/* An id that means nothing yet is refused, and spoils nothing for when it does. */
static void test_unknown(void **state)
{
	uint32_t w = glyph_of('W');
	uint32_t next = give(GL_FONT_EVERYBODYS) + 1;
	char reason[64];
	snprintf(reason, sizeof reason, "glyphs: font %u is not defined", next);
	assert_int_equal(frame_of(&window, GLYPH, next, w), -EINVAL);
	assert_string_equal(err.reason, reason);
	assert_int_equal(give(GL_FONT_EVERYBODYS), next);
	assert_int_equal(frame_of(&window, GLYPH, next, w), 0);
	assert_in_range(painted(), 50, 500);
	gl_font_unref(fonts, next - 1);
	gl_font_unref(fonts, next);
}

static void test_owner(void **state)
{
	static const struct {
		uint64_t owner, asks;
		int rc;
	} cases[] = {
		{GL_FONT_EVERYBODYS, 0, 0},
		{GL_FONT_EVERYBODYS, 5, 0},
		{5, 5, 0},
		{5, 6, -EINVAL},
		{5, 0, -EINVAL},
		{GL_FONT_NOBODYS, 5, -EINVAL},
		{GL_FONT_NOBODYS, GL_FONT_NOBODYS, -EINVAL},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint32_t id = give(cases[i].owner);
		resources_set_owner(window.resources, cases[i].asks);
		assert_int_equal(
			frame_of(&window, GLYPH, id, glyph_of('W')), cases[i].rc);
		assert_int_equal(frame_of(&window, GLYPH, face, glyph_of('W')), 0);
		assert_int_equal(frame_of(&window, "brush color #ffffffff\n"), 0);
		gl_font_unref(fonts, id);
	}
	resources_set_owner(window.resources, 0);
}

/* What shows a font keeps it; nothing else does. */
static void test_kept(void **state)
{
	struct gl_op_error wrong;
	uint32_t id = give(GL_FONT_EVERYBODYS), w = glyph_of('W');
	assert_int_equal(frame_of(&window, GLYPH, id, w), 0);
	gl_font_unref(fonts, id);
	struct gl_scene *scene = &window.scenes[window.current];
	assert_int_equal(scene->glyphs[0].bitmap->width > 0, true);
	assert_int_equal(scene_cover(scene, SIDE, SIDE, &window.context, &wrong), 0);
	assert_non_null(gl_font_face(fonts, id));
	assert_int_equal(frame_of(&window, GLYPH, id, w), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(frame_of(&window, "brush color #ffffffff\n"), 0);
	assert_null(gl_font_face(fonts, id));
	assert_int_equal(frame_of(&window, GLYPH, id, w), -EINVAL);
}

#define TURNED                                                                           \
	"transform push 0 1 0 -1 0 0\nbrush color #ffffffff\n"                           \
	"glyphs %u 24 {\n%u %d 10\n%u %d 12\n%u %d 14\n}\ntransform pop\n"

/* Outlines are charged by their points, seen or not, read or found. */
static void test_points(void **state)
{
	uint32_t g = glyph_of('@');
	struct glyph_shape shape;
	assert_int_equal(glyph_measure(window.context.glyphs, face, g, &shape), 0);
	assert_in_range(shape.points, 40, 400);
	assert_true(shape.x0 >= 0 && shape.x1 < 1.1 && shape.y0 > -1 && shape.y1 < 0.4);
	for (int at = -20; at >= -200; at -= 180) {
		uint64_t first = 0;
		for (int i = 0; i < 3; i++) {
			assert_int_equal(
				frame_of(&window, TURNED, face, g, at, g, at, g, at), 0);
			assert_true(window.work >= 3 * (uint64_t)shape.points);
			first = first ? first : window.work;
			assert_int_equal(window.work, first);
		}
	}
}

static const char *const kinds[] = {
	"brush color #ffffffff\nglyphs %u 24 {\n%u 4 40\n}\n",
	"transform push 0 1 0 -1 0 0\nbrush color #ffffffff\n"
	"glyphs %u 24 {\n%u 4 -40\n}\ntransform pop\n",
};

/* One that takes too long is refused as a whole, and only it. */
static void test_dear(void **state)
{
	for (size_t i = 0; i < 2; i++) {
		uint32_t id = give(GL_FONT_EVERYBODYS), w = glyph_of('W');
		gl_font_charge(fonts, id, GL_FONT_FREE_NS + GL_FONT_PIECE_NS, 1);
		assert_false(gl_font_dear(fonts, id));
		assert_int_equal(frame_of(&window, kinds[i], id, w), 0);
		gl_font_charge(fonts, id, GL_FONT_FREE_NS + GL_FONT_PIECE_NS + 1, 1);
		assert_true(gl_font_dear(fonts, id));
		assert_int_equal(frame_of(&window, kinds[i], id, glyph_of('X')), -E2BIG);
		assert_string_equal(
			err.reason, "glyphs: the font takes too long to read");
		assert_int_equal(frame_of(&window, kinds[i], id, w), 0); /* known */
		assert_int_equal(frame_of(&window, kinds[i], face, glyph_of('X')), 0);
		gl_font_unref(fonts, id);
	}
}

/* Many that are each within the limit, and together are not. */
static void test_sum(void **state)
{
	uint32_t id = give(GL_FONT_EVERYBODYS);
	uint64_t ns = GL_FONT_FREE_NS + GL_FONT_PIECE_NS;
	for (uint64_t i = 0; i < GL_FONT_SLACK_NS / GL_FONT_FREE_NS; i++)
		gl_font_charge(fonts, id, ns, 1);
	assert_false(gl_font_dear(fonts, id));
	gl_font_charge(fonts, id, ns, 1);
	assert_true(gl_font_dear(fonts, id));
	gl_font_unref(fonts, id);
	for (uint64_t i = 0; i < 100; i++)
		gl_font_charge(fonts, face, ns * 2, 1);
	assert_false(gl_font_dear(fonts, face)); /* the system's */
}

/* The budget is of all fonts together: without any left, nothing new is read. */
static void test_budget(void **state)
{
	uint32_t id = give(GL_FONT_EVERYBODYS), w = glyph_of('W');
	struct glyph_cache *glyphs = window.context.glyphs;
	glyph_budget(glyphs, 0);
	assert_null(glyph_get(glyphs, id, w, 640, 0));
	assert_int_equal(glyph_failure(glyphs), -ETIME);
	struct glyph_shape shape;
	assert_int_equal(glyph_measure(glyphs, id, w, &shape), -ETIME);
	glyph_release(glyphs, glyph_get(glyphs, face, w, 640, 0));
	assert_int_equal(frame_of(&window, GLYPH, id, w), 0); /* has its own */
	glyph_release(glyphs, glyph_get(glyphs, id, w, 640, 0));
	assert_false(gl_font_dear(fonts, id));
	gl_font_unref(fonts, id);
}

static void test_text(void **state)
{
	struct gl_text *text;
	uint32_t id = give(GL_FONT_EVERYBODYS);
	struct gl_text_run run = {
		.end = 2, .size = 10, .font = {.families = "DejaVu Sans", .first = id}};
	const struct gl_text_request request = {
		.text = "ab", .size = 2, .runs = &run, .run_count = 1, .width = -1};
	const void *block;
	size_t n;
	char why[128];
	text = gl_text_create(fonts);
	assert_non_null(text);
	assert_int_equal(gl_text_lay(text, &request, &block, &n, why, sizeof why), 0);
	gl_font_charge(fonts, id, GL_FONT_FREE_NS * 2, 1);
	assert_int_equal(
		gl_text_lay(text, &request, &block, &n, why, sizeof why), -ETIME);
	assert_string_equal(
		why, "a font of its own takes too long to shape: use another");
	gl_text_destroy(text);
	gl_font_unref(fonts, id);
}

/* Far larger than numbers of pixels: the layer lies within the ink. */
static void test_far(void **state)
{
	uint32_t block = glyph_of(0x2588);
	assert_int_equal(frame_of(&window,
				 "transform push 1000000 0 0 0 1000000 0\n"
				 "transform multiply 1000 0 0 0 1000 0\n"
				 "brush color #ffffffff\n"
				 "glyphs %u 4096 {\n%u -0.9 0.9\n}\ntransform pop\n",
				 face, block),
		0);
	assert_int_equal(painted(), SIDE * SIDE);
}

static int set_up(void **state)
{
	char why[200];
	const struct gl_font_query query = {.families = "DejaVu Sans"};
	FT_ULong n = 0;
	fonts = gl_fonts_create(why, sizeof why);
	if (!fonts || gl_font_match(fonts, &query, &face) != 0)
		return -1;
	gl_font_ref(fonts, face);
	FT_Load_Sfnt_Table(gl_font_face(fonts, face), 0, 0, NULL, &n);
	bytes = malloc(n);
	size = n;
	if (!bytes || FT_Load_Sfnt_Table(gl_font_face(fonts, face), 0, 0, bytes, &n) != 0)
		return -1;
	window_init(&window, SIDE, SIDE, fonts);
	return 0;
}

static int tear_down(void **state)
{
	window_finish(&window);
	gl_fonts_destroy(fonts);
	free(bytes);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_owner),
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_points),
		cmocka_unit_test(test_dear),
		cmocka_unit_test(test_sum),
		cmocka_unit_test(test_budget),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_far),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
