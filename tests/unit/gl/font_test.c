/* font: numbers that stay, fallback, faces of bytes, and faces that are closed and opened again. */
#include <errno.h>
#include <hb.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gl/font.h"
#include FT_TRUETYPE_TABLES_H

static const struct gl_font_query mono = {.families = "DejaVu Sans Mono"};
static char why[256];

static int open_fonts(void **state)
{
	*state = gl_fonts_create(why, sizeof why);
	return *state ? 0 : -1;
}

static int close_fonts(void **state)
{
	gl_fonts_destroy(*state);
	return 0;
}

static void test_match(void **state)
{
	struct gl_fonts *fonts = *state;
	struct gl_font_query bold = mono;
	uint32_t id, again, other;
	bold.weight = 700;
	assert_int_equal(gl_font_match(fonts, &mono, &id), 0);
	assert_int_equal(gl_font_match(fonts, &mono, &again), 0);
	assert_int_equal(gl_font_match(fonts, &bold, &other), 0);
	assert_true(id >= GL_FONT_FIRST);
	assert_int_equal(id, again);
	assert_int_not_equal(id, other);
	assert_string_equal(gl_font_face(fonts, id)->family_name, "DejaVu Sans Mono");
	assert_string_equal(gl_font_face(fonts, other)->style_name, "Bold");
	assert_int_equal(
		hb_face_get_upem(hb_font_get_face(gl_font_shaper(fonts, id))), 2048);
	assert_null(gl_font_face(fonts, GL_FONT_FIRST + 12345));
	assert_null(gl_font_info(fonts, 1));
	gl_font_ref(fonts, 77);
	gl_font_unref(fonts, 77);
}

static void test_fallback(void **state)
{
	struct gl_fonts *fonts = *state;
	uint32_t id, rank, best;
	assert_int_equal(gl_font_match(fonts, &mono, &best), 0);
	assert_int_equal(gl_font_for(fonts, &mono, 'a', &id, &rank), 0);
	assert_int_equal(id, best);
	assert_int_equal(rank, 0);
	/* Hebrew is in DejaVu Sans, not in its mono. */
	assert_int_equal(gl_font_for(fonts, &mono, 0x5d0, &id, &rank), 0);
	assert_int_not_equal(id, best);
	assert_true(rank > 0);
	assert_true(FT_Get_Char_Index(gl_font_face(fonts, id), 0x5d0) != 0);
	assert_int_equal(gl_font_for(fonts, &mono, 0x10ffff, &id, &rank), -ENOENT);
	assert_int_equal(id, best);
}

static void test_refused_queries(void **state)
{
	const struct gl_font_query bad[] = {
		{.families = "a\n"},
		{.families = "\xc3"},
		{.weight = 1001},
		{.slant = (enum gl_font_slant)3},
		{.lang = "012345678901234567890123456789012345678901234567890123456789012"
			 "3"},
	};
	uint32_t id;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(gl_font_match(*state, &bad[i], &id), -EINVAL);
	const struct gl_font_query none = {.families = ", ,"};
	assert_int_equal(gl_font_match(*state, &none, &id), 0);
}

/* The bytes of a face that the system has. */
static void *read_face(struct gl_fonts *fonts, size_t *size)
{
	uint32_t id;
	assert_int_equal(gl_font_match(fonts, &mono, &id), 0);
	FT_Face face = gl_font_face(fonts, id);
	FT_ULong n = 0;
	assert_int_equal(FT_Load_Sfnt_Table(face, 0, 0, NULL, &n), 0);
	void *bytes = malloc(n);
	assert_int_equal(FT_Load_Sfnt_Table(face, 0, 0, bytes, &n), 0);
	*size = n;
	return bytes;
}

static void test_memory(void **state)
{
	struct gl_fonts *fonts = *state;
	size_t size;
	void *bytes = read_face(fonts, &size);
	uint32_t id, other, rank;
	assert_int_equal(gl_font_memory(fonts, bytes, size, 0, GL_FONT_EVERYBODYS, &id,
				 why, sizeof why),
		0);
	assert_int_equal(gl_font_memory(fonts, bytes, size, 0, GL_FONT_EVERYBODYS, &other,
				 why, sizeof why),
		0);
	assert_int_not_equal(id, other);
	memset(bytes, 0, size); /* it is a copy */
	assert_true(FT_Get_Char_Index(gl_font_face(fonts, id), 'a') != 0);
	struct gl_font_query query = {.first = id};
	assert_int_equal(gl_font_for(fonts, &query, 'a', &other, &rank), 0);
	assert_int_equal(other, id);
	assert_int_equal(gl_font_for(fonts, &query, 0x5d0, &other, &rank), 0);
	assert_int_not_equal(other, id);
	gl_font_ref(fonts, id);
	gl_font_unref(fonts, id);
	assert_non_null(gl_font_face(fonts, id));
	gl_font_unref(fonts, id);
	assert_null(gl_font_face(fonts, id));
	free(bytes);
}

static void test_damaged_bytes(void **state)
{
	struct gl_fonts *fonts = *state;
	size_t size;
	unsigned char *bytes = read_face(fonts, &size);
	uint32_t id;
	assert_int_equal(
		gl_font_memory(fonts, "", 0, 0, GL_FONT_EVERYBODYS, &id, why, sizeof why),
		-EINVAL);
	assert_int_equal(gl_font_memory(fonts, "no font", 7, 0, GL_FONT_EVERYBODYS, &id,
				 why, sizeof why),
		-EINVAL);
	assert_true(strlen(why) > 20);
	assert_int_equal(gl_font_memory(fonts, bytes, size, 7, GL_FONT_EVERYBODYS, &id,
				 why, sizeof why),
		-EINVAL);
	/* Cut at some thousand bytes and with bits turned: refused or usable, never a crash. */
	for (size_t cut = 0; cut < 8192; cut += 61) {
		if (gl_font_memory(fonts, bytes, cut, 0, GL_FONT_EVERYBODYS, &id, why,
			    sizeof why) == 0)
			gl_font_unref(fonts, id);
		bytes[cut] ^= 0x10;
		if (gl_font_memory(fonts, bytes, size, 0, GL_FONT_EVERYBODYS, &id, why,
			    sizeof why) == 0)
			gl_font_unref(fonts, id);
		bytes[cut] ^= 0x10;
	}
	free(bytes);
}

/* More faces than stay open: those with a reference stay, the others come back when asked for. */
static void test_open_faces(void **state)
{
	struct gl_fonts *fonts = *state;
	size_t size;
	void *bytes = read_face(fonts, &size);
	uint32_t id, held, ids[GL_FONTS_OPEN_MAX + 8];
	assert_int_equal(gl_font_match(fonts, &mono, &id), 0);
	struct gl_font_query bold = mono;
	bold.weight = 700;
	assert_int_equal(gl_font_match(fonts, &bold, &held), 0);
	gl_font_ref(fonts, held);
	FT_Face face = gl_font_face(fonts, held);
	gl_font_face(fonts, id);
	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
		assert_int_equal(gl_font_memory(fonts, bytes, size, 0, GL_FONT_EVERYBODYS,
					 &ids[i], why, sizeof why),
			0);
	assert_ptr_equal(gl_font_face(fonts, held), face);
	assert_true(FT_Get_Char_Index(gl_font_face(fonts, id), 'a') != 0);
	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
		gl_font_unref(fonts, ids[i]);
	gl_font_unref(fonts, held);
	free(bytes);
}

/* Queries without end are answered, the answers kept only so many. */
static void test_many_queries(void **state)
{
	for (unsigned i = 0; i < 4 * GL_FONTS_CHAINS_MAX; i++) {
		char family[32];
		uint32_t id, rank;
		snprintf(family, sizeof family, "No Such %u, DejaVu Sans", i);
		struct gl_font_query query = {.families = family};
		assert_int_equal(gl_font_for(*state, &query, 'a', &id, &rank), 0);
		assert_string_equal(gl_font_face(*state, id)->family_name, "DejaVu Sans");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_fallback),
		cmocka_unit_test(test_refused_queries),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_damaged_bytes),
		cmocka_unit_test(test_open_faces),
		cmocka_unit_test(test_many_queries),
	};
	return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
