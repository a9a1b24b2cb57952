/* Pictures of the pointer, from themes that the test writes: the format is Xcursor(3)'s. */
#include "session/cursor_theme.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "util/log.h"
#include "util/opwire.h"

static char root[64];

/* One picture of a file: its nominal size, its sides, where it points, its colour. */
struct picture {
	uint32_t size, width, height, hot_x, hot_y, argb;
};

static void put(FILE *file, uint32_t word)
{
	uint8_t bytes[] = {(uint8_t)word, (uint8_t)(word >> 8), (uint8_t)(word >> 16),
		(uint8_t)(word >> 24)};
	assert_int_equal(fwrite(bytes, 4, 1, file), 1);
}

#define IMAGE 0xfffd0002u

static void put_picture(FILE *file, const struct picture *p)
{
	const uint32_t head[] = {
		36, IMAGE, p->size, 1, p->width, p->height, p->hot_x, p->hot_y, 0};
	for (size_t i = 0; i < 9; i++)
		put(file, head[i]);
	for (uint32_t i = 0; i < p->width * p->height; i++)
		put(file, p->argb);
}

static FILE *create(const char *theme, const char *name)
{
	char path[160];
	snprintf(path, sizeof path, "%s/%s", root, theme);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/%s/cursors", root, theme);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/%s/cursors/%s", root, theme, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	return file;
}

static void write_cursor(
	const char *theme, const char *name, const struct picture *pictures, uint32_t n)
{
	FILE *file = create(theme, name);
	uint32_t at = 16 + n * 12;
	put(file, 0x72756358); /* "Xcur" */
	put(file, 16);
	put(file, 0x10000);
	put(file, n);
	for (uint32_t i = 0; i < n; i++) {
		put(file, IMAGE);
		put(file, pictures[i].size);
		put(file, at);
		at += 36 + pictures[i].width * pictures[i].height * 4;
	}
	for (uint32_t i = 0; i < n; i++)
		put_picture(file, &pictures[i]);
	fclose(file);
}

/* Tells of two pictures, and has one: the first. */
static void write_torn(const char *theme, const char *name)
{
	static const struct picture only = {24, 10, 12, 3, 4, 0xff0000ffu};
	const uint32_t head[] = {
		0x72756358, 16, 0x10000, 2, IMAGE, 24, 40, IMAGE, 24, 1000000};
	FILE *file = create(theme, name);
	for (size_t i = 0; i < sizeof head / sizeof *head; i++)
		put(file, head[i]);
	put_picture(file, &only);
	fclose(file);
}

#define RED   0xffff0000u
#define GREEN 0xff00ff00u
#define BLUE  0xff0000ffu

static int write_themes(void **state)
{
	static const struct picture arrow[] = {
		{24, 20, 22, 1, 2, RED}, {48, 40, 44, 2, 4, GREEN}};
	static const struct picture hand[] = {{24, 24, 24, 9, 3, BLUE}};
	static const struct picture moving[] = {
		{24, 24, 24, 0, 0, GREEN}, {24, 24, 24, 0, 0, RED}};
	static const struct picture huge[] = {{24, 513, 4, 0, 0, RED}};
	static const struct picture lost[] = {{24, 8, 8, 8, 0, RED}};
	snprintf(root, sizeof root, "/tmp/cursor_theme.XXXXXX");
	assert_non_null(mkdtemp(root));
	setenv("XCURSOR_PATH", root, 1);
	unsetenv("XCURSOR_THEME");
	unsetenv("XCURSOR_SIZE");
	write_cursor("own", "left_ptr", arrow, 2);
	write_cursor("own", "hand1", hand, 1);
	write_cursor("own", "watch", moving, 2);
	write_torn("own", "grab");
	write_cursor("own", "crosshair", huge, 1);
	write_cursor("own", "fleur", lost, 1);
	FILE *file = create("own", "xterm");
	fputs("Xcur, and then nothing of the kind", file);
	fclose(file);
	write_cursor("empty", "unknown", hand, 1);
	log_set_level(LOG_SILENT);
	return 0;
}

static int remove_themes(void **state)
{
	char command[160];
	snprintf(command, sizeof command, "rm -r '%s'", root);
	return system(command);
}

static const struct theme_case {
	const char *name, *theme;
	unsigned shape;
	int size;
	double scale;
	int32_t width, height, hot_x, hot_y;
	uint32_t argb; /* of all pixels; 0: our arrow */
} cases[] = {
	{"the arrow", "own", CURSOR_DEFAULT, 24, 1, 20, 22, 1, 2, RED},
	{"on a fine display", "own", CURSOR_DEFAULT, 24, 2, 40, 44, 2, 4, GREEN},
	{"in between: the nearest", "own", CURSOR_DEFAULT, 24, 1.25, 20, 22, 1, 2, RED},
	{"larger than there is: whole times", "own", CURSOR_DEFAULT, 48, 2, 80, 88, 4, 8,
		GREEN},
	{"the third best name", "own", CURSOR_POINTER, 24, 1, 24, 24, 9, 3, BLUE},
	{"enlarged", "own", CURSOR_POINTER, 24, 3, 72, 72, 27, 9, BLUE},
	{"no larger than is allowed", "own", CURSOR_POINTER, 250, 4, 240, 240, 90, 30,
		BLUE},
	{"the first of an animation", "own", CURSOR_WAIT, 24, 1, 24, 24, 0, 0, GREEN},
	{"no more of it is read", "own", CURSOR_GRAB, 24, 1, 10, 12, 3, 4, BLUE},
	{"too large: the arrow", "own", CURSOR_CROSSHAIR, 24, 1, 20, 22, 1, 2, RED},
	{"points beside itself: the arrow", "own", CURSOR_ALL_SCROLL, 24, 1, 20, 22, 1, 2,
		RED},
	{"no cursor file: the arrow", "own", CURSOR_TEXT, 24, 1, 20, 22, 1, 2, RED},
	{"not in the theme: the arrow", "own", CURSOR_NE_RESIZE, 24, 1, 20, 22, 1, 2,
		RED},
	{"no such shape: the arrow", "own", 999, 24, 1, 20, 22, 1, 2, RED},
	{"nothing of use in the theme: ours", "empty", CURSOR_DEFAULT, 24, 1, 24, 24, 0,
		0, 0},
	{"no such theme: ours", "gone", CURSOR_TEXT, 24, 1.5, 36, 36, 0, 0, 0},
	{"a scale of nothing", "gone", CURSOR_DEFAULT, 24, 0, 8, 8, 0, 0, 0},
	{"a scale beyond all", "gone", CURSOR_DEFAULT, 24, 1e9, 256, 256, 0, 0, 0},
};

static void expect_colour(const struct pointer_image *image, uint32_t argb)
{
	size_t n = (size_t)image->width * (size_t)image->height;
	for (size_t i = 0; argb && i < n; i++)
		assert_int_equal(image->argb[i], argb);
}

static void test_case(void **state)
{
	const struct theme_case *c = *state;
	struct cursor_theme *theme = cursor_theme_create(c->theme, c->size);
	const struct pointer_image *image = cursor_theme_image(theme, c->shape, c->scale);
	assert_int_equal(image->width, c->width);
	assert_int_equal(image->height, c->height);
	assert_int_equal(image->hot_x, c->hot_x);
	assert_int_equal(image->hot_y, c->hot_y);
	assert_int_not_equal(image->serial, 0);
	expect_colour(image, c->argb);
	cursor_theme_destroy(theme);
}

static void test_none(void **state)
{
	struct cursor_theme *theme = cursor_theme_create("own", 24);
	assert_null(cursor_theme_image(theme, CURSOR_NONE, 1));
	cursor_theme_destroy(theme);
}

/* The environment is asked where the settings say nothing, and not trusted. */
static void test_environment(void **state)
{
	static const struct {
		const char *size;
		int32_t side;
	} sizes[] = {{"32", 32}, {"-3", 24}, {"many", 24}, {"100000", 24}};
	setenv("XCURSOR_THEME", "own", 1);
	struct cursor_theme *theme = cursor_theme_create(NULL, 0);
	assert_int_equal(cursor_theme_image(theme, CURSOR_DEFAULT, 1)->width, 20);
	cursor_theme_destroy(theme);
	setenv("XCURSOR_THEME", "empty", 1);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		setenv("XCURSOR_SIZE", sizes[i].size, 1);
		theme = cursor_theme_create(NULL, 0);
		assert_int_equal(cursor_theme_image(theme, CURSOR_DEFAULT, 1)->width,
			sizes[i].side);
		cursor_theme_destroy(theme);
	}
	unsetenv("XCURSOR_THEME");
	unsetenv("XCURSOR_SIZE");
}

/* Each is read once; the one not asked for longest goes, those just asked for never. */
static void test_kept(void **state)
{
	struct cursor_theme *theme = cursor_theme_create("own", 24);
	const struct pointer_image *first = cursor_theme_image(theme, CURSOR_DEFAULT, 1);
	uint64_t serial = first->serial;
	assert_ptr_equal(cursor_theme_image(theme, CURSOR_DEFAULT, 1), first);
	for (int i = 0; i < CURSOR_KEPT * 2; i++) {
		assert_int_not_equal(
			cursor_theme_image(theme, CURSOR_WAIT, 1.5 + 0.05 * i)->serial,
			serial);
		assert_ptr_equal(cursor_theme_image(theme, CURSOR_DEFAULT, 1), first);
		assert_int_equal(first->serial, serial);
	}
	for (int i = 0; i < CURSOR_KEPT; i++)
		cursor_theme_image(theme, CURSOR_WAIT, 1.5 + 0.05 * i);
	assert_int_not_equal(
		cursor_theme_image(theme, CURSOR_DEFAULT, 1)->serial, serial);
	cursor_theme_destroy(theme);
	cursor_theme_destroy(NULL);
}

/* Every shape but NONE has a name, and all lists end. */
static void test_names(void **state)
{
	for (unsigned shape = 0; shape < CURSOR_KINDS; shape++) {
		const char *const *names = cursor_names(shape);
		size_t n = 0;
		while (n < 6 && names[n])
			n++;
		assert_in_range(n, shape == CURSOR_NONE ? 0 : 2, 5);
	}
}

/* Black within white within nothing, premultiplied; the tip is at the hot spot. */
static void test_arrow(void **state)
{
	static uint32_t argb[96 * 96];
	for (int size = 8; size <= 96; size += 8) {
		size_t black = 0, white = 0, clear = 0;
		cursor_arrow(argb, size);
		for (int i = 0; i < size * size; i++) {
			uint32_t a = argb[i] >> 24, c = argb[i] & 0xff;
			assert_true(c <= a);
			assert_int_equal(argb[i] & 0xffffff, c * 0x10101);
			black += a == 255 && c == 0;
			white += a == 255 && c == 255;
			clear += a == 0;
		}
		assert_true(size < 24 || (black > 0 && white > 0));
		assert_true(clear * 2 > (size_t)(size * size));
		assert_true(argb[0] >> 24 || argb[size + 1] >> 24);
		assert_int_equal(argb[size - 1], 0);
	}
}

#define COUNT(a) (sizeof(a) / sizeof *(a))

int main(void)
{
	static const struct CMUnitTest more[] = {cmocka_unit_test(test_none),
		cmocka_unit_test(test_environment), cmocka_unit_test(test_kept),
		cmocka_unit_test(test_names), cmocka_unit_test(test_arrow)};
	struct CMUnitTest tests[COUNT(cases) + COUNT(more)];
	for (size_t i = 0; i < COUNT(cases); i++)
		tests[i] = (struct CMUnitTest){cases[i].name, test_case, NULL, NULL,
			(void *)(uintptr_t)&cases[i]};
	memcpy(tests + COUNT(cases), more, sizeof more);
	return cmocka_run_group_tests(tests, write_themes, remove_themes);
}
