/*
 * Without a graphics card: what is refused, that no driver is loaded, and that a display's
 * memory shows what GL would, in all eight transforms, whatever was in it before.
 */
#include "rig.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/private.h"
#include "gl/rect.h"
#include "gl/region.h"
#include "util/transform.h"

#define WIDTH  300 /* more than a tile, and no multiple of one */
#define HEIGHT 75
#define MOST   (2 * WIDTH)

static struct rig rig;

static const struct gl_region all = {1, {{0, 0, INT32_MAX, INT32_MAX}}};

static uint32_t random_state = 1;

static uint32_t any(uint32_t n)
{
	random_state = random_state * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)(random_state >> 4) * n >> 28);
}

static void test_says_so(void **state)
{
	struct gl_lack lack;
	(void)state;
	assert_non_null(strstr(gl_describe(rig.gl), "no graphics card; the processor "
						    "paints and composes ("));
	assert_false(gl_lack(rig.gl, 0, &lack));
	gl_set_native(rig.gl, NULL);
	assert_false(gl_lost(rig.gl));
	assert_int_equal(gl_recover(rig.gl, NULL), 0);
}

static void test_refuses(void **state)
{
	const struct gl_options options = {
		.platform = GL_PLATFORM_NONE, .painter = GL_PAINTER_GL};
	static uint32_t pixels[16 * 16];
	static const struct {
		uint32_t stride;
		int32_t width, height;
	} wrong[] = {{60, 16, 16}, {66, 16, 16}, {64, 0, 16}, {64, 16, 0}, {64, -1, 16},
		{64, 16, INT32_MIN}, {4 * 16385, 16385, 1}, {64, 1, 16385}};
	struct gl_error err = {0};
	struct gl_target *target = NULL;
	struct gl *gl = NULL;
	(void)state;
	assert_int_equal(gl_create_with(&gl, &options, &err), -ENOTSUP);
	assert_null(gl);
	assert_non_null(strstr(err.text, "graphics card"));
	assert_int_equal(
		gl_target_import(rig.gl, pixels, 16, 16, &target, &err), -ENOTSUP);
	assert_non_null(strstr(err.text, "mapped"));
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_int_equal(gl_target_map(rig.gl, pixels, wrong[i].stride,
					 wrong[i].width, wrong[i].height, &target),
			-EINVAL);
	assert_null(target);
	assert_int_equal(gl_target_create(rig.gl, 0, 4, &target), -EINVAL);
	assert_int_equal(gl_target_create(rig.gl, 4, 16385, &target), -EINVAL);
}

/* Boxes of all kinds, and a sub-layer that gl_compose lays over them. */
static void draw_something(
	struct rig *r, struct gl_layer *layer, uint32_t seed, bool opaque)
{
	uint32_t was = random_state;
	random_state = seed;
	stream_begin(&r->stream);
	if (opaque)
		put_all(&r->stream, 0x405060ff);
	for (int i = 0; i < 20; i++) {
		float x = (float)any(WIDTH), y = (float)any(HEIGHT);
		put_rrect(&r->stream, x, y, x + 9 + (float)any(90),
			y + 9 + (float)any(30), 7);
		put_all(&r->stream, any(1u << 28) << 4 | (i % 3 ? any(256) : 255));
		put_clip_pop(&r->stream);
	}
	random_state = was;
	rig_submit(r, layer);
}

/* A frame of several windows, some translucent, and a pointer. */
struct scene {
	struct gl_placement places[4];
	struct gl_composition c;
};

static uint32_t pointer[40 * 30];

static void make_scene(struct rig *r, struct scene *s, uint32_t seed)
{
	*s = (struct scene){0};
	random_state = seed;
	for (uint32_t i = 0; i < 40 * 30; i++) {
		uint32_t a = i % 7 ? i % 256 : 0;
		pointer[i] = a << 24 | (a / 2) << 16 | (a / 3) << 8 | a;
	}
	s->c.n_layers = any(5);
	for (uint32_t i = 0; i < s->c.n_layers; i++) {
		int32_t width = 1 + (int32_t)any(WIDTH),
			height = 1 + (int32_t)any(HEIGHT);
		if (i == 0 && any(2))
			width = WIDTH + 40, height = HEIGHT + 40;
		s->places[i] = (struct gl_placement){.layer = rig_layer(r, width, height),
			.x = (int32_t)any(WIDTH) - 100,
			.y = (int32_t)any(HEIGHT) - 40};
		if (i == 0)
			s->places[i].x = s->places[i].y = -5;
		draw_something(r, s->places[i].layer, seed + i, i == 0 || any(3) == 0);
	}
	s->c.layers = s->places;
	s->c.background = any(1 << 24);
	s->c.damage = &all;
	if (any(2))
		s->c.sprite = (struct gl_sprite){pointer, 1, 40, 30,
			(int32_t)any(WIDTH) - 20, (int32_t)any(HEIGHT) - 15};
}

static void expect_alike(
	const uint8_t *a, const uint8_t *b, size_t n, int most, const char *what)
{
	for (size_t i = 0; i < n; i++)
		if (abs(a[i] - b[i]) > most)
			fail_msg("%s: byte %zu of pixel %zu is %d, not %d", what, i % 4,
				i / 4, a[i], b[i]);
}

/* Memory with longer rows than its pixels, full of what must not matter. */
struct memory {
	int32_t width, height;
	uint32_t stride, pixels[MOST * (MOST + 5)];
};

static struct gl_target *map(struct memory *m, int32_t width, int32_t height, int noise)
{
	*m = (struct memory){.width = width, .height = height};
	m->stride = 4 * ((uint32_t)width + 5);
	memset(m->pixels, noise, sizeof m->pixels);
	assert_int_equal(gl_target_map(rig.gl, m->pixels, m->stride, width, height,
				 &rig.targets[rig.n_targets]),
		0);
	return rig.targets[rig.n_targets++];
}

static const uint32_t *row(const struct memory *m, int32_t y)
{
	return m->pixels + (size_t)y * m->stride / 4;
}

/* What is beside and below the pixels is as it was. */
static void expect_beside(const struct memory *m, int noise)
{
	uint32_t was = (uint32_t)noise * 0x01010101u;
	for (int32_t y = 0; y < m->height; y++)
		for (int32_t x = 0; x < 5; x++)
			assert_int_equal(row(m, y)[m->width + x], was);
	for (int32_t x = 0; x < m->width; x++)
		assert_int_equal(row(m, m->height)[x], was);
}

static void test_mapped(void **state)
{
	static struct memory memory, other;
	static uint8_t want[MOST * MOST * 4], is[MOST * MOST * 4];
	(void)state;
	for (uint32_t seed = 0; seed < 40; seed++) {
		struct scene s;
		make_scene(&rig, &s, seed * 7919 + 1);
		assert_int_equal(
			gl_compose_view(rig_target(&rig, WIDTH, HEIGHT), &s.c), 0);
		gl_target_read(rig.targets[0], want);
		for (int t = 0; t < TRANSFORMS; t++) {
			bool turns = transform_turns((enum transform)t);
			int32_t width = turns ? HEIGHT : WIDTH;
			int32_t height = turns ? WIDTH : HEIGHT;
			struct gl_target *target = map(&memory, width, height, 0xa5);
			s.c.transform = (enum transform)t;
			assert_int_equal(gl_compose_view(target, &s.c), 0);
			expect_beside(&memory, 0xa5);
			gl_target_read_view(target, (enum transform)t, is);
			expect_alike(is, want, WIDTH * HEIGHT * 4, 0,
				transform_name((enum transform)t));
			/* Over another noise the same comes out: it is not looked at. */
			target = map(&other, width, height, 0x3c);
			assert_int_equal(gl_compose_view(target, &s.c), 0);
			for (int32_t y = 0; y < height; y++)
				assert_memory_equal(row(&memory, y), row(&other, y),
					(size_t)width * 4);
			for (int k = 0; k < 2; k++)
				gl_target_destroy(rig.targets[--rig.n_targets]);
		}
		rig_clear(&rig);
	}
}

/* 0xXXRRGGBB, as XRGB8888 is on this machine. */
static void test_order(void **state)
{
	static struct memory memory;
	struct gl_target *target = map(&memory, 9, 7, 0);
	uint8_t part[4];
	(void)state;
	assert_int_equal(gl_compose(target, 0x123456, NULL, 0, &all), 0);
	assert_int_equal(row(&memory, 3)[4] & 0xffffff, 0x123456);
	struct gl_placement place = {.layer = rig_layer(&rig, 4, 4), .x = 3, .y = 2};
	stream_begin(&rig.stream);
	put_all(&rig.stream, 0xa1b2c3ff);
	rig_submit(&rig, place.layer);
	assert_int_equal(gl_compose(target, 0x123456, &place, 1, &all), 0);
	assert_int_equal(row(&memory, 3)[4] & 0xffffff, 0xa1b2c3);
	assert_int_equal(
		gl_target_read_part(target, (struct gl_rect){4, 3, 5, 4}, part), 0);
	assert_memory_equal(part, "\xa1\xb2\xc3\xff", 4);
	assert_int_equal(gl_target_read_part(target, (struct gl_rect){4, 3, 10, 4}, part),
		-EINVAL);
}

/* Outside of damage nothing is written; inside it is as if all had been. */
static void test_damage(void **state)
{
	static struct memory memory, whole;
	(void)state;
	for (uint32_t seed = 0; seed < 60; seed++) {
		enum transform t = (enum transform)(seed % TRANSFORMS);
		bool turns = transform_turns(t);
		int32_t width = turns ? HEIGHT : WIDTH, height = turns ? WIDTH : HEIGHT;
		struct scene s;
		make_scene(&rig, &s, seed * 31 + 5);
		s.c.transform = t;
		struct gl_target *target = map(&whole, width, height, 0x11);
		assert_int_equal(gl_compose_view(target, &s.c), 0);
		target = map(&memory, width, height, 0x77);
		int32_t x = (int32_t)any(WIDTH), y = (int32_t)any(HEIGHT);
		struct gl_region damage = region_of((struct gl_rect){
			x, y, x + 1 + (int32_t)any(150), y + 1 + (int32_t)any(40)});
		s.c.damage = &damage;
		struct gl_stats stats;
		assert_int_equal(gl_compose_view(target, &s.c), 0);
		struct gl_rect cut = rect_intersect(
			damage.rects[0], (struct gl_rect){0, 0, WIDTH, HEIGHT});
		gl_get_stats(rig.gl, &stats);
		assert_int_equal(stats.last.composed, rect_area(&cut));
		assert_int_equal(stats.last.uploaded, 0);
		assert_int_equal(stats.last.calls + stats.last.quads, 0);
		const struct matrix m = transform_matrix(t, WIDTH, HEIGHT);
		struct gl_rect at = view_rect(&m, cut);
		for (y = 0; y < height; y++)
			for (x = 0; x < width; x++) {
				const struct gl_rect pixel = {x, y, x + 1, y + 1};
				assert_int_equal(row(&memory, y)[x],
					rect_contains(&at, &pixel) ? row(&whole, y)[x]
								   : 0x77777777);
			}
		rig_clear(&rig);
	}
}

/* Of all that this process has loaded. */
static bool is_loaded(const char *name)
{
	char line[1024];
	bool found = false;
	FILE *maps = fopen("/proc/self/maps", "r");
	assert_non_null(maps);
	while (fgets(line, sizeof line, maps))
		found |= strstr(line, name) != NULL;
	fclose(maps);
	return found;
}

static const char *const drivers[] = {
	"_dri.so", "libLLVM", "libEGL_", "libgallium", "libglapi"};

/* Whatever ran before in this process did without them. */
static void test_no_driver(void **state)
{
	struct gl_target *target = rig_target(&rig, 64, 64);
	(void)state;
	assert_int_equal(gl_warm(target), 0);
	for (size_t i = 0; i < sizeof drivers / sizeof *drivers; i++)
		if (is_loaded(drivers[i]))
			fail_msg("%s is loaded", drivers[i]);
}

/*
 * From here on there are two: the same with OpenGL, by the processor's painter. Either is
 * within 1 of the mean where it scales.
 */
static struct rig card;

static void test_as_gl(void **state)
{
	static uint8_t want[MOST * MOST * 4], is[MOST * MOST * 4];
	static const int32_t sizes[][2] = {{WIDTH, HEIGHT}, {190, 60}, {450, 160}};
	(void)state;
	rig_open(&card, GL_PAINTER_SOFT, 3);
	assert_true(is_loaded("_dri.so") || is_loaded("libgallium"));
	for (uint32_t seed = 0; seed < 60; seed++) {
		const int32_t *size = sizes[seed % 3];
		struct scene a, b;
		make_scene(&rig, &a, seed * 77 + 3);
		make_scene(&card, &b, seed * 77 + 3);
		a.c.view_width = b.c.view_width = WIDTH;
		a.c.view_height = b.c.view_height = HEIGHT;
		assert_int_equal(
			gl_compose_view(rig_target(&rig, size[0], size[1]), &a.c), 0);
		assert_int_equal(
			gl_compose_view(rig_target(&card, size[0], size[1]), &b.c), 0);
		gl_target_read(rig.targets[0], is);
		gl_target_read(card.targets[0], want);
		expect_alike(is, want, (size_t)(size[0] * size[1] * 4), seed % 3 ? 2 : 1,
			seed % 3 ? "as OpenGL, scaled" : "as OpenGL");
		rig_clear(&rig);
		rig_clear(&card);
	}
	assert_int_equal(
		gl_target_map(card.gl, want, 64, 16, 16, &card.targets[0]), -ENOTSUP);
	rig_close(&card);
}

static int clear(void **state)
{
	(void)state;
	rig_clear(&rig);
	return 0;
}

int main(int argc, char **argv)
{
#define T(name) cmocka_unit_test_teardown(name, clear)
	static const struct CMUnitTest tests[] = {
		T(test_says_so),
		T(test_refuses),
		T(test_mapped),
		T(test_order),
		T(test_damage),
		T(test_no_driver),
		T(test_as_gl),
	};
	rig_open_args(&rig, argc, argv);
	int failed = cmocka_run_group_tests_name("memory", tests, NULL, NULL);
	rig_close(&rig);
	return failed != 0;
}
