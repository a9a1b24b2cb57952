/*
 * Sub-layers that scroll: laid over their window out of a store, or painted into it, the
 * pixels are the same; and a scroll by a few rows paints those rows alone.
 */
#include "rig.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/optext.h"
#include "gl/private.h"
#include "gl/store.h"

#define WIDTH  180
#define HEIGHT 120
#define ROWS   100
#define ROW    10 /* px */

static struct rig rig;
static char text[65536];

static void add(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void add(const char *format, ...)
{
	size_t n = strlen(text);
	va_list ap;
	va_start(ap, format);
	vsnprintf(text + n, sizeof text - n, format, ap);
	va_end(ap);
}

static struct gl_region submit(struct gl_layer *layer)
{
	uint8_t *stream = NULL;
	size_t size = 0;
	struct optext_error wrong;
	struct gl_op_error err;
	struct gl_region damage = {0};
	if (optext_assemble(text, strlen(text), &stream, &size, &wrong))
		fail_msg("line %zu: %s\n%s", wrong.line, wrong.text, text);
	if (gl_layer_submit(layer, stream, size, &damage, &err))
		fail_msg("byte %zu: %s\n%s", err.offset, err.reason, text);
	free(stream);
	return damage;
}

/* A list wider than the window, every row of another colour, one of them special. */
static void begin(void)
{
	strcpy(text, "osaas ops 1.1\n");
}

static void define(int special)
{
	add("sublayer 1 300 %d {\nbrush color #ffffffff\npaint\n", ROWS * ROW);
	for (int i = 0; i < ROWS; i++) {
		add("brush color #%02x%02x%02xff\n", i * 2, 255 - i * 2,
			i == special ? 0 : 255);
		add("clip rrect %d.5 %d %d %d 3 3 3 3\npaint\nclip pop\n", i % 7,
			i * ROW + 1, 290 - i, i * ROW + 9);
	}
	add("}\n");
}

enum way {
	WAY_OVERLAY, /* nothing hinders */
	WAY_GROUP,   /* a group around it does */
	WAY_COVERED, /* something over it does */
};

static void place(enum way way, int x, int y)
{
	add("brush color #203040ff\npaint\n");
	if (way == WAY_GROUP)
		add("group push 1 over\n");
	add("place 1 10 20 170 110 %d %d\n", x, y);
	if (way == WAY_GROUP)
		add("group pop\n");
	if (way == WAY_COVERED)
		add("brush color #ff000080\nclip rect 20 30 40 50\npaint\nclip pop\n");
}

static size_t n_overlays(const struct gl_layer *layer)
{
	return layer->overlays[layer->current].n;
}

static void keep(uint8_t *out, struct gl_layer *layer)
{
	rig_read(&rig, layer, WIDTH, HEIGHT);
	memcpy(out, rig.pixels, (size_t)WIDTH * HEIGHT * 4);
}

static void expect_same(
	const uint8_t *a, const uint8_t *b, const char *what, int x, int y)
{
	int most = rig.gl->painter == GL_PAINTER_GL ? 1 : 0;
	for (int i = 0; i < WIDTH * HEIGHT * 4; i++)
		if (abs(a[i] - b[i]) > most)
			fail_msg("%s, scrolled to %d,%d: byte %d of pixel %d,%d is %d, "
				 "not %d",
				what, x, y, i % 4, i / 4 % WIDTH, i / 4 / WIDTH, a[i],
				b[i]);
}

static void compose(
	struct gl_target *target, struct gl_layer *layer, const struct gl_region *damage)
{
	const struct gl_placement p = {layer, 0, 0};
	assert_int_equal(gl_compose(target, 0x808080, &p, 1, damage), 0);
}

static const int scrolls[][2] = {{0, 0}, {0, 7}, {0, 14}, {0, 21}, {0, 14}, {3, 14},
	{9, 60}, {40, 400}, {41, 399}, {139, 907}, {140, 910}, {200, 950}, {-20, -30},
	{-20, 30}, {0, 0}, {0, 500}, {0, 493}, {130, 300}, {2, 300}, {130, 310}};

static void test_same_pixels(void **state)
{
	static uint8_t a[WIDTH * HEIGHT * 4], b[WIDTH * HEIGHT * 4];
	struct gl_layer *over = rig_layer(&rig, WIDTH, HEIGHT);
	struct gl_layer *in = rig_layer(&rig, WIDTH, HEIGHT);
	struct gl_target *target = rig_target(&rig, WIDTH, HEIGHT);
	struct gl_region all = {1, {{0, 0, WIDTH, HEIGHT}}};
	(void)state;
	for (size_t i = 0; i < sizeof scrolls / sizeof *scrolls; i++) {
		int x = scrolls[i][0], y = scrolls[i][1];
		for (int k = 0; k < 2; k++) {
			begin();
			if (i == 0)
				define(-1);
			place(k ? WAY_GROUP : WAY_OVERLAY, x, y);
			struct gl_region damage = submit(k ? in : over);
			if (!k)
				compose(target, over, i == 0 ? &all : &damage);
		}
		assert_int_equal(n_overlays(over), 1);
		assert_int_equal(n_overlays(in), 0);
		keep(a, over);
		keep(b, in);
		expect_same(a, b, "read", x, y);
		rig_read_target(&rig, target, WIDTH, HEIGHT);
		expect_same(rig.pixels, b, "composed", x, y);
	}
}

/* What leads from one way to the other leaves nothing behind. */
/* Filled, and then cut into: what the window has beneath shows in the hole. */
static void test_hole(void **state)
{
	struct gl_layer *layer = rig_layer(&rig, WIDTH, HEIGHT);
	struct gl_target *target = rig_target(&rig, WIDTH, HEIGHT);
	struct gl_region all = {1, {{0, 0, WIDTH, HEIGHT}}};
	(void)state;
	begin();
	add("sublayer 1 40 40 {\nbrush color #00ff00ff\npaint\nblend clear\n"
	    "clip rect 10 10 20 20\npaint\nclip pop\n}\n");
	add("brush color #ff0000ff\npaint\nplace 1 0 0 40 40 0 0\n");
	submit(layer);
	assert_int_equal(n_overlays(layer), 0);
	compose(target, layer, &all);
	rig_read_target(&rig, target, WIDTH, HEIGHT);
	rig_expect(&rig, 5, 5, 0x00ff00ff, 0);
	rig_expect(&rig, 15, 15, 0xff0000ff, 0);
}

static void test_ways_take_turns(void **state)
{
	static uint8_t a[WIDTH * HEIGHT * 4], b[WIDTH * HEIGHT * 4];
	static const enum way ways[] = {WAY_OVERLAY, WAY_COVERED, WAY_OVERLAY, WAY_GROUP,
		WAY_COVERED, WAY_OVERLAY, WAY_OVERLAY};
	struct gl_layer *layer = rig_layer(&rig, WIDTH, HEIGHT);
	struct gl_target *target = rig_target(&rig, WIDTH, HEIGHT);
	struct gl_region all = {1, {{0, 0, WIDTH, HEIGHT}}};
	(void)state;
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		struct gl_layer *fresh = rig_layer(&rig, WIDTH, HEIGHT);
		begin();
		if (i == 0)
			define(5);
		place(ways[i], 0, (int)i * 5);
		struct gl_region damage = submit(layer);
		compose(target, layer, i == 0 ? &all : &damage);
		assert_int_equal(n_overlays(layer), ways[i] == WAY_OVERLAY);
		begin();
		define(5);
		place(ways[i] == WAY_OVERLAY ? WAY_GROUP : ways[i], 0, (int)i * 5);
		submit(fresh);
		keep(a, layer);
		keep(b, fresh);
		expect_same(a, b, "read", 0, (int)i * 5);
		rig_read_target(&rig, target, WIDTH, HEIGHT);
		expect_same(rig.pixels, b, "composed", 0, (int)i * 5);
		gl_layer_destroy(rig.layers[--rig.n_layers]);
	}
}

/* 90 rows of 160 pixels are seen: 7 of them are new. */
static void test_strip(void **state)
{
	struct gl_layer *layer = rig_layer(&rig, WIDTH, HEIGHT);
	struct gl_target *target = rig_target(&rig, WIDTH, HEIGHT);
	struct gl_region all = {1, {{0, 0, WIDTH, HEIGHT}}};
	struct gl_stats stats;
	(void)state;
	begin();
	define(-1);
	place(WAY_OVERLAY, 0, 0);
	submit(layer);
	compose(target, layer, &all);
	for (int i = 1; i < 100; i++) {
		begin();
		place(WAY_OVERLAY, 0, 7 * i);
		struct gl_region damage = submit(layer);
		assert_int_equal(damage.n, 1);
		rig_expect_rect(damage.rects[0], 10, 20, 170, 110);
		assert_int_equal(layer->dirty.n, 0);
		compose(target, layer, &damage);
		gl_get_stats(rig.gl, &stats);
		assert_int_equal(stats.last.painted, 7 * 160);
	}
}

/* Content that is sent anew is painted where it differs. */
static void test_new_content(void **state)
{
	static uint8_t a[WIDTH * HEIGHT * 4], b[WIDTH * HEIGHT * 4];
	struct gl_layer *layer = rig_layer(&rig, WIDTH, HEIGHT);
	struct gl_layer *fresh = rig_layer(&rig, WIDTH, HEIGHT);
	struct gl_target *target = rig_target(&rig, WIDTH, HEIGHT);
	struct gl_region all = {1, {{0, 0, WIDTH, HEIGHT}}};
	struct gl_stats stats;
	(void)state;
	for (int special = 22; special < 26; special++) {
		begin();
		define(special);
		place(WAY_OVERLAY, 0, 200);
		struct gl_region damage = submit(layer);
		compose(target, layer, special == 22 ? &all : &damage);
		gl_get_stats(rig.gl, &stats);
		if (special > 22) {
			assert_true(stats.last.painted <= 2 * 8 * 160);
			assert_true(
				region_bounds(&damage).y1 - region_bounds(&damage).y0 <=
				2 * ROW);
		}
	}
	begin();
	define(25);
	place(WAY_GROUP, 0, 200);
	submit(fresh);
	keep(a, layer);
	keep(b, fresh);
	expect_same(a, b, "read", 0, 200);
	rig_read_target(&rig, target, WIDTH, HEIGHT);
	expect_same(rig.pixels, b, "composed", 0, 200);
}

static void test_resize(void **state)
{
	struct gl_layer *layer = rig_layer(&rig, WIDTH, HEIGHT);
	(void)state;
	begin();
	define(-1);
	place(WAY_OVERLAY, 0, 0);
	submit(layer);
	assert_int_equal(gl_layer_resize(layer, 100, 60), 0);
	assert_int_equal(n_overlays(layer), 1);
	rig_read(&rig, layer, 100, 60);
	rig_expect(&rig, 5, 30, 0x203040ff, 0);
	rig_expect(&rig, 60, 35, 0x02fdffff, 0);
	assert_int_equal(gl_layer_resize(layer, WIDTH, HEIGHT), 0);
	begin();
	place(WAY_OVERLAY, 0, 0);
	assert_int_equal(submit(layer).n, 0);
}

/* More than stores may take is painted into the window. */
static void test_bounded(void **state)
{
	struct gl_layer *layer = rig_layer(&rig, 4096, 4096);
	struct gl_stats stats;
	(void)state;
	begin();
	add("sublayer 1 8192 8192 {\nbrush color #ff0000ff\npaint\n}\n"
	    "sublayer 2 4096 4096 {\nbrush color #00ff00ff\npaint\n}\n"
	    "place 1 0 0 4000 4000 0 0\nplace 2 4000 4000 4010 4010 0 0\n");
	submit(layer);
	assert_int_equal(n_overlays(layer), 1);
	rig_read(&rig, layer, 4096, 4096);
	rig_expect(&rig, 3999, 3999, 0xff0000ff, 0);
	rig_expect(&rig, 4005, 4005, 0x00ff00ff, 0);
	gl_get_stats(rig.gl, &stats);
	assert_int_equal(stats.stores.n, 1);
	assert_true(stats.stores.bytes > 0 && stats.stores.bytes <= STORE_BYTES);
}

static int clear(void **state)
{
	struct gl_stats stats;
	(void)state;
	rig_clear(&rig);
	gl_get_stats(rig.gl, &stats);
	assert_int_equal(stats.stores.bytes, 0);
	assert_int_equal(stats.stores.n, 0);
	return 0;
}

int main(int argc, char **argv)
{
#define T(name) cmocka_unit_test_teardown(name, clear)
	static const struct CMUnitTest tests[] = {
		T(test_same_pixels),
		T(test_hole),
		T(test_ways_take_turns),
		T(test_strip),
		T(test_new_content),
		T(test_resize),
		T(test_bounded),
	};
	rig_open_args(&rig, argc, argv);
	int failed = cmocka_run_group_tests_name("sublayer", tests, NULL, NULL);
	rig_close(&rig);
	return failed != 0;
}
