/* Levels of detail: their sizes, and means in linear light. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "build.h"
#include "gl/mips.h"

static struct build b;
static float linear[256];

static void test_sizes(void **state)
{
	static const struct {
		int32_t width, height;
		unsigned last;
		size_t texels;
	} cases[] = {
		{1, 1, 0, 0},
		{2, 1, 1, 1},
		{3, 1, 2, 2 + 1},
		{4, 4, 2, 4 + 1},
		{5, 3, 3, 3 * 2 + 2 + 1},
		{16384, 1, 14, 16383},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(
			mips_last(cases[i].width, cases[i].height), cases[i].last);
		assert_int_equal(
			mips_bytes(cases[i].width, cases[i].height), cases[i].texels * 8);
	}
}

/* Means by the definition, in double, from the level before. */
static void check_level(const struct gl_image *image, unsigned level)
{
	struct mip m = mips_level(image, level);
	struct mip above = {NULL, image->width, image->height};
	if (level > 1)
		above = mips_level(image, level - 1);
	for (int32_t y = 0; y < m.height; y++)
		for (int32_t x = 0; x < m.width; x++)
			for (int32_t c = 0; c < 4; c++) {
				double sum = 0;
				for (int32_t k = 0; k < 4; k++) {
					int32_t u = 2 * x + k % 2, v = 2 * y + k / 2;
					u = u < above.width ? u : above.width - 1;
					v = v < above.height ? v : above.height - 1;
					int32_t at = 4 * (v * above.width + u) + c;
					if (level > 1)
						sum += above.texels[at];
					else if (c == 3)
						sum += image->pixels[at] / 255.0 * 32767;
					else
						sum += (double)linear[image->pixels[at]] *
						       32767;
				}
				double got = m.texels[4 * (y * m.width + x) + c];
				assert_true(fabs(got - sum / 4) <= 1);
			}
}

static void test_means(void **state)
{
	static const int32_t sides[][2] = {{2, 2}, {5, 3}, {1, 9}, {64, 64}, {33, 17}};
	for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
		build_begin(&b, 1, 1);
		struct gl_image *image = build_pixels(&b, sides[i][0], sides[i][1]);
		for (int32_t k = 0; k < 4 * image->width * image->height; k++)
			image->pixels[k] = (uint8_t)build_chance_of(&b, 256);
		assert_int_equal(mips_need(image, linear), 0);
		unsigned last = mips_last(image->width, image->height);
		for (unsigned level = 1; level <= last; level++)
			check_level(image, level);
		struct mip end = mips_level(image, last);
		assert_int_equal(end.width * end.height, 1);
		const uint16_t *made = image->mips;
		assert_int_equal(mips_need(image, linear), 0);
		assert_ptr_equal(image->mips, made);
		free(image->mips);
	}
}

static int init(void **state)
{
	for (int i = 0; i < 256; i++)
		linear[i] = (float)(i <= 10 ? i / 255.0 / 12.92
					    : pow((i / 255.0 + 0.055) / 1.055, 2.4));
	return 0;
}

static int finish(void **state)
{
	build_free(&b);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_means),
	};
	return cmocka_run_group_tests(tests, init, finish);
}
