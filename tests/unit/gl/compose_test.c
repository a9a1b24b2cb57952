/* Layers onto targets: every byte that must come through, and blending in linear light. */
#include "rig.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "gl/private.h"

#define RED  0xff0000ff
#define BLUE 0x0000ffff

static struct rig rig;

static double decode(double c)
{
	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double encode(double c)
{
	return c <= 0.0031308 ? 12.92 * c : 1.055 * pow(c, 1 / 2.4) - 0.055;
}

/* One colour over another, opaque one; both 0xRRGGBBAA. */
static uint32_t over(uint32_t top, uint32_t bottom)
{
	double a = (top & 255) / 255.0;
	uint32_t out = 255;
	for (int shift = 8; shift < 32; shift += 8) {
		double t = decode((top >> shift & 255) / 255.0);
		double b = decode((bottom >> shift & 255) / 255.0);
		out |= (uint32_t)(encode(t * a + b * (1 - a)) * 255 + .5) << shift;
	}
	return out;
}

static struct gl_layer *page(int32_t width, int32_t height, uint32_t rgba)
{
	struct gl_layer *layer = rig_layer(&rig, width, height);
	stream_begin(&rig.stream);
	put_fill(&rig.stream, 0, 0, width, height, rgba);
	rig_submit(&rig, layer);
	return layer;
}

static void compose(struct gl_target *target, uint32_t background,
	const struct gl_placement *layers, size_t n)
{
	const struct gl_region all = {1, {{0, 0, INT32_MAX, INT32_MAX}}};
	assert_int_equal(gl_compose(target, background, layers, n, &all), 0);
}

/* how each grey of a layer gets into the target */
enum way {
	WAY_COPY,   /* the layer is opaque */
	WAY_ENCODE, /* it is not, elsewhere */
	WAY_MIX,    /* it lies over another one */
};

/* Every opaque byte must come out as it went in, whichever way it takes. */
static void test_greys(void **state)
{
	enum way way = *(const enum way *)*state;
	struct gl_layer *below = page(256, 4, BLUE), *layer = rig_layer(&rig, 256, 4);
	struct gl_target *target = rig_target(&rig, 256, 4);
	stream_begin(&rig.stream);
	if (way == WAY_COPY)
		put_fill(&rig.stream, 0, 0, 256, 4, 0x000000ff);
	for (uint32_t i = 0; i < 256; i++)
		put_fill(
			&rig.stream, (float)i, 0, (float)i + 1, 2, i * 0x01010100u | 255);
	rig_submit(&rig, layer);
	rig_read(&rig, layer, 256, 4);
	for (int32_t x = 0; x < 256; x++)
		rig_expect(&rig, x, 1, (uint32_t)x * 0x01010100u | 255, 0);
	const struct gl_placement both[] = {{below, 0, 0}, {layer, 0, 0}};
	compose(target, 0xff0000, way == WAY_MIX ? both : both + 1,
		way == WAY_MIX ? 2 : 1);
	assert_true(layer->opaque == (way == WAY_COPY));
	rig_read_target(&rig, target, 256, 4);
	static const uint32_t rest[] = {0x000000ff, 0xff0000ff, 0x0000ffff};
	for (int32_t x = 0; x < 256; x++) {
		rig_expect(&rig, x, 1, (uint32_t)x * 0x01010100u | 255, 0);
		rig_expect(&rig, x, 2, rest[way], 0);
	}
}

static void test_backgrounds(void **state)
{
	struct gl_target *target = rig_target(&rig, 5, 3);
	(void)state;
	for (uint32_t i = 0; i < 256; i++) {
		compose(target, i << 16 | (255 - i) << 8 | (i ^ 0x55), NULL, 0);
		rig_read_target(&rig, target, 5, 3);
		rig_expect(
			&rig, 4, 2, i << 24 | (255 - i) << 16 | (i ^ 0x55) << 8 | 255, 0);
	}
}

static void test_over_background(void **state)
{
	static const uint32_t colors[] = {0xff000080, 0x00000080, 0xffffff80, 0x40c08010,
		0x123456f0, 0xffffff00, 0xffffffff};
	static const uint32_t grounds[] = {
		0xffffffff, 0x000000ff, 0x808080ff, 0x1e90ffff};
	struct gl_target *target = rig_target(&rig, 4, 4);
	(void)state;
	for (size_t i = 0; i < sizeof colors / sizeof *colors; i++) {
		for (size_t k = 0; k < sizeof grounds / sizeof *grounds; k++) {
			const struct gl_placement p = {page(4, 4, colors[i]), 0, 0};
			compose(target, grounds[k] >> 8, &p, 1);
			rig_read_target(&rig, target, 4, 4);
			rig_expect(&rig, 2, 2, over(colors[i], grounds[k]), 1);
			gl_layer_destroy(rig.layers[--rig.n_layers]);
		}
	}
}

static void test_translucent_over_translucent(void **state)
{
	struct gl_target *target = rig_target(&rig, 12, 4);
	(void)state;
	const struct gl_placement layers[] = {
		{page(8, 4, 0xff000080), 0, 0},
		{page(8, 4, 0x00000080), 4, 0},
	};
	compose(target, 0xffffff, layers, 2);
	rig_read_target(&rig, target, 12, 4);
	rig_expect(&rig, 1, 1, 0xffbbbbff, 1);
	rig_expect(&rig, 6, 1, over(0x00000080, over(0xff000080, 0xffffffff)), 1);
	rig_expect(&rig, 6, 1, 0xbb8989ff, 1);
	rig_expect(&rig, 10, 1, 0xbbbbbbff, 1);
}

/* Bottom first, whatever way they take; corners may lie outside. */
static void test_places(void **state)
{
	struct gl_target *target = rig_target(&rig, 20, 10);
	(void)state;
	const struct gl_placement layers[] = {
		{page(10, 10, RED), -4, -6},
		{page(10, 10, 0x00ff00ff), 3, 2},
		{page(100, 100, BLUE), 15, 9},
		{page(4, 4, 0xffff00ff), 400, -400},
	};
	compose(target, 0xffffff, layers, 4);
	rig_read_target(&rig, target, 20, 10);
	rig_expect(&rig, 0, 0, RED, 0);
	rig_expect(&rig, 5, 1, RED, 0);
	rig_expect(&rig, 5, 3, 0x00ff00ff, 0);
	rig_expect(&rig, 2, 3, RED, 0);
	rig_expect(&rig, 0, 4, 0xffffffff, 0);
	rig_expect(&rig, 12, 9, 0x00ff00ff, 0);
	rig_expect(&rig, 13, 9, 0xffffffff, 0);
	rig_expect(&rig, 15, 8, 0xffffffff, 0);
	rig_expect(&rig, 19, 9, BLUE, 0);
}

/* A texel of the layer is a pixel of the target, also at odd places. */
static void test_rows_and_columns(void **state)
{
	struct gl_layer *layer = rig_layer(&rig, 50, 40);
	struct gl_target *target = rig_target(&rig, 64, 64);
	(void)state;
	stream_begin(&rig.stream);
	for (int y = 0; y < 40; y++)
		for (int x = 0; x < 50; x++)
			put_fill(&rig.stream, x, y, x + 1, y + 1,
				(uint32_t)x * 5 << 24 | (uint32_t)y * 6 << 16 | 0x80ff);
	rig_submit(&rig, layer);
	compose(target, 0, &(struct gl_placement){layer, 7, 13}, 1);
	rig_read_target(&rig, target, 64, 64);
	for (int y = 0; y < 40; y++)
		for (int x = 0; x < 50; x++)
			rig_expect(&rig, x + 7, y + 13,
				(uint32_t)x * 5 << 24 | (uint32_t)y * 6 << 16 | 0x80ff,
				0);
}

static void test_damage(void **state)
{
	enum way way = *(const enum way *)*state;
	struct gl_target *target = rig_target(&rig, 30, 30);
	(void)state;
	const struct gl_placement layers[] = {
		{page(30, 30, way == WAY_COPY ? BLUE : 0x0000ff80), 0, 0},
		{page(30, 30, 0x00ff0080), 0, 0},
	};
	compose(target, 0xff0000, NULL, 0);
	const struct gl_region damage = {1, {{5, 6, 9, 12}}};
	size_t n = way == WAY_MIX ? 2 : 1;
	assert_int_equal(gl_compose(target, 0xff0000, layers, n, &damage), 0);
	rig_read_target(&rig, target, 30, 30);
	for (int32_t y = 0; y < 30; y++)
		for (int32_t x = 0; x < 30; x++)
			assert_true((rig_pixel(&rig, x, y) != RED) ==
				    (x >= 5 && x < 9 && y >= 6 && y < 12));
	static const struct gl_rect beyond[] = {{0}, {40, 40, 50, 50}, {-9, -9, 0, 0},
		{9, 9, 5, 5}, {INT32_MIN, INT32_MIN, 0, INT32_MAX}};
	compose(target, 0xff0000, NULL, 0);
	for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++)
		assert_int_equal(gl_compose(target, 0, layers, n,
					 &(struct gl_region){1, {beyond[i]}}),
			0);
	rig_read_target(&rig, target, 30, 30);
	for (int32_t y = 0; y < 30; y++)
		for (int32_t x = 0; x < 30; x++)
			rig_expect(&rig, x, y, RED, 0);
}

/* The surface where layers meet serves targets of any size. */
/* A layer that is covered whole and then has a hole shows what is behind. */
static void test_hole(void **state)
{
	(void)state;
	struct gl_layer *layer = rig_layer(&rig, 16, 16);
	struct gl_target *target = rig_target(&rig, 16, 16);
	const struct gl_placement place = {layer, 0, 0};
	stream_begin(&rig.stream);
	put_fill(&rig.stream, 0, 0, 16, 16, 0xffffffff);
	put_op(&rig.stream, OP_BLEND, 1);
	put_u32(&rig.stream, BLEND_CLEAR);
	put_fill(&rig.stream, 4, 4, 8, 8, RED);
	rig_submit(&rig, layer);
	compose(target, 0x14161a, &place, 1);
	assert_false(layer->opaque);
	rig_read_target(&rig, target, 16, 16);
	rig_expect(&rig, 5, 5, 0x14161aff, 0);
	rig_expect(&rig, 9, 9, 0xffffffff, 0);
}

static void test_sizes_take_turns(void **state)
{
	static const int32_t sizes[][2] = {{8, 30}, {30, 8}, {4, 4}, {30, 30}, {8, 30}};
	(void)state;
	const struct gl_placement layers[] = {
		{page(30, 30, 0xff000080), 0, 0},
		{page(30, 30, 0x00000080), 0, 0},
	};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		int32_t w = sizes[i][0], h = sizes[i][1];
		struct gl_target *target = rig_target(&rig, w, h);
		compose(target, 0xffffff, layers, 2);
		rig_read_target(&rig, target, w, h);
		rig_expect(&rig, 0, 0, 0xbb8989ff, 1);
		rig_expect(&rig, w - 1, h - 1, 0xbb8989ff, 1);
	}
}

static int clear(void **state)
{
	(void)state;
	rig_clear(&rig);
	return 0;
}

/* What was drawn to warm up is gone with the first whole frame, and no layer stays behind. */
static void test_warm(void **state)
{
	struct gl_target *target = rig_target(&rig, 64, 48);
	(void)state;
	assert_int_equal(gl_warm(target), 0);
	assert_int_equal(gl_warm(target), 0);
	assert_int_equal(gl_compose(target, 0x14161a, NULL, 0,
				 &(struct gl_region){1, {{0, 0, 64, 48}}}),
		0);
	rig_read_target(&rig, target, 64, 48);
	for (int32_t y = 0; y < 48; y++) {
		for (int32_t x = 0; x < 64; x++)
			assert_int_equal(rig_pixel(&rig, x, y), 0x14161aff);
	}
}

int main(int argc, char **argv)
{
	static const enum way ways[] = {WAY_COPY, WAY_ENCODE, WAY_MIX};
#define T(name) cmocka_unit_test_teardown(name, clear)
#define W(name, test, i)                                                                 \
	{                                                                                \
		name, test, NULL, clear, (void *)(uintptr_t)&ways[i]                     \
	}
	const struct CMUnitTest tests[] = {
		W("greys, copied", test_greys, 0),
		W("greys, encoded", test_greys, 1),
		W("greys, mixed", test_greys, 2),
		T(test_backgrounds),
		T(test_over_background),
		T(test_translucent_over_translucent),
		T(test_places),
		T(test_rows_and_columns),
		W("damage, copied", test_damage, 0),
		W("damage, encoded", test_damage, 1),
		W("damage, mixed", test_damage, 2),
		T(test_hole),
		T(test_sizes_take_turns),
		T(test_warm),
	};
	rig_open_args(&rig, argc, argv);
	int failed = cmocka_run_group_tests_name("compose", tests, NULL, NULL);
	rig_close(&rig);
	return failed != 0;
}
