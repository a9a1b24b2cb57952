/* The CPU painter: golden values, its twins, and that parts make up the whole. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "build.h"
#include "gl/rect.h"
#include "gl/soft.h"
#include "gl/soft_private.h"

#define WIDTH  200
#define HEIGHT 120

#define WHITE  0xffffffffu
#define BLACK  0xff000000u
#define RED    0xff0000ffu

static struct build b;
static struct soft *soft;
static uint32_t pixels[HEIGHT][WIDTH], others[HEIGHT][WIDTH];

static void paint_into(uint32_t out[HEIGHT][WIDTH], struct gl_rect rect)
{
	assert_int_equal(soft_paint(soft, &b.scene, (uint8_t *)out, WIDTH, rect), 0);
}

static void paint(void)
{
	memset(pixels, 0x5a, sizeof pixels);
	paint_into(pixels, (struct gl_rect){0, 0, WIDTH, HEIGHT});
}

static void expect(int x, int y, int r, int g, int bl, int a, int tolerance)
{
	const int want[4] = {r, g, bl, a};
	for (int c = 0; c < 4; c++) {
		int got = pixels[y][x] >> (8 * c) & 255;
		if (abs(got - want[c]) > tolerance)
			fail_msg("pixel %d,%d, channel %d: %d, not %d", x, y, c, got,
				want[c]);
	}
}

static void fill(uint32_t clip, uint32_t color)
{
	build_fill(&b, clip, build_color(&b, color), BLEND_OVER);
}

static void begin(void)
{
	build_begin(&b, WIDTH, HEIGHT);
}

static double worst;

static double decode(int byte)
{
	double c = byte / 255.0;
	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double encode(double c)
{
	return 255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * pow(c, 1 / 2.4) - 0.055);
}

static void test_colors(void **state)
{
	begin();
	fill(SCENE_NONE, WHITE);
	fill(build_rect(&b, 0, 0, 10, 10), 0x800000ff);
	fill(build_rect(&b, 10, 0, 20, 10), 0x80000000);
	paint();
	expect(3, 3, 255, 187, 187, 255, 0);
	expect(13, 3, 187, 187, 187, 255, 0);
	expect(23, 3, 255, 255, 255, 255, 0);
	begin();
	fill(build_rect(&b, 0, 0, 10, 10), 0x800000ff);
	paint();
	expect(3, 3, 188, 0, 0, 128, 0);
	expect(13, 3, 0, 0, 0, 0, 0);
}

static void test_edges(void **state)
{
	begin();
	fill(build_box(&b, 4.25, 0, 8.25, 4), RED);
	fill(build_box(&b, 24.5, 0, 34.5, 4), RED);
	paint();
	expect(4, 2, 224, 0, 0, 191, 1);
	expect(8, 2, 137, 0, 0, 64, 1);
	expect(24, 2, 188, 0, 0, 128, 1);
	expect(34, 2, 188, 0, 0, 128, 1);
	for (int x = 25; x < 34; x++)
		expect(x, 2, 255, 0, 0, 255, 0);
}

static void test_gradients(void **state)
{
	const struct gl_stop grey[] = {{0, BLACK}, {1, WHITE}};
	const struct gl_stop fade[] = {{0, RED}, {1, 0x00ff0000}};
	const struct {
		int x, grey, fade;
	} want[] = {{0, 22, 22}, {16, 139, 139}, {31, 186, 0}, {32, 189, 189},
		{48, 0, 226}, {63, 254, 254}, {64, 255, 0}};
	begin();
	fill(SCENE_NONE, WHITE);
	build_fill(&b, build_rect(&b, 0, 0, 100, 10),
		build_linear(&b, 0, 0, 64, 0, SPREAD_PAD, grey, 2), BLEND_OVER);
	build_fill(&b, build_rect(&b, 0, 10, 100, 20),
		build_linear(&b, 0, 0, 64, 0, SPREAD_PAD, fade, 2), BLEND_OVER);
	paint();
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		int g = want[i].grey, f = want[i].fade;
		if (g)
			expect(want[i].x, 5, g, g, g, 255, 1);
		if (f)
			expect(want[i].x, 15, 255, f, f, 255, 1);
	}
}

static void test_groups(void **state)
{
	begin();
	fill(SCENE_NONE, WHITE);
	uint32_t group = build_group(&b, 0.5f, BLEND_OVER, SCENE_NONE);
	fill(build_rect(&b, 0, 0, 20, 20), BLACK);
	fill(build_rect(&b, 10, 0, 20, 20), RED);
	build_group_end(&b, group);
	paint();
	expect(5, 5, 187, 187, 187, 255, 1);
	expect(15, 5, 255, 187, 187, 255, 1);
	expect(25, 5, 255, 255, 255, 255, 0);
	begin();
	fill(SCENE_NONE, BLACK);
	group = build_group(&b, 0.5f, BLEND_OVER, SCENE_NONE);
	uint32_t inner = build_group(&b, 0.5f, BLEND_OVER, SCENE_NONE);
	fill(build_rect(&b, 0, 0, 20, 20), WHITE);
	build_group_end(&b, inner);
	build_group_end(&b, group);
	paint();
	expect(5, 5, 137, 137, 137, 255, 1);
}

/* One pixel of a colour over one of another against the formula in double. */
static void check_over(uint32_t top, int value, int under, int x, int y)
{
	double a = (top >> 24) / 255.0 * value / 65535;
	for (int c = 0; c < 3; c++) {
		double t = decode(top >> (8 * c) & 255), d = decode(under);
		double want = encode(t * a + d * (1 - a));
		int got = pixels[y][x] >> (8 * c) & 255;
		worst = fmax(worst, fabs(got - want));
	}
}

static double any_cover(const void *data, int32_t x, int32_t y)
{
	const uint16_t *cover = data;
	return cover[y * WIDTH + x] / 65535.0;
}

/* 60 colours on 60 greys through every kind of coverage: never more than rounding off. */
static void test_precision(void **state)
{
	static uint16_t cover[HEIGHT][WIDTH];
	worst = 0;
	for (int i = 0; i < 60; i++) {
		begin();
		b.seed = (uint32_t)i;
		int under = build_chance_of(&b, 4) ? build_chance_of(&b, 256) : i % 16;
		uint32_t top = (uint32_t)(i % 5 ? build_chance(&b, 0, 0xffffff) : 0) |
			       (uint32_t)(i % 2 ? 255 : build_chance_of(&b, 256)) << 24;
		for (int y = 0; y < HEIGHT; y++)
			for (int x = 0; x < WIDTH; x++)
				cover[y][x] =
					(uint16_t)(build_chance_of(&b, 2)
							   ? build_chance(&b, 0, 65535)
						   : y % 2 ? x
							   : 65535 - x);
		fill(SCENE_NONE, (uint32_t)under * 0x010101u | BLACK);
		fill(build_mask(
			     &b, (struct gl_rect){0, 0, WIDTH, HEIGHT}, any_cover, cover),
			top);
		paint();
		for (int y = 0; y < HEIGHT; y++)
			for (int x = 0; x < WIDTH; x++)
				check_over(top, cover[y][x], under, x, y);
	}
	print_message("# at most %.3f/255 off the formula\n", worst);
	assert_true(worst < 0.7);
}

/* Every byte stays what it is under nothing, in a group, and through an image. */
static void test_bytes(void **state)
{
	begin();
	struct gl_image *image = build_pixels(&b, WIDTH, HEIGHT);
	uint32_t *p = (uint32_t *)(void *)image->pixels;
	for (uint32_t i = 0; i < WIDTH * HEIGHT; i++)
		p[i] = i % 256 * 0x010101u | BLACK;
	const struct gl_affine same = GL_AFFINE_IDENTITY;
	uint32_t group = build_group(&b, 1, BLEND_OVER, SCENE_NONE);
	build_fill(
		&b, SCENE_NONE, build_image(&b, image, FILTER_LINEAR, &same), BLEND_OVER);
	build_group_end(&b, group);
	fill(SCENE_NONE, 0x00123456);
	build_fill(&b, SCENE_NONE, build_color(&b, RED), BLEND_DEST);
	paint();
	assert_memory_equal(pixels, p, sizeof pixels);
}

static double chance(double from, double to)
{
	return build_chance(&b, from, to);
}

static uint32_t random_color(void)
{
	uint32_t rgb = (uint32_t)chance(0, 0xffffff);
	if (build_chance_of(&b, 6) == 0)
		return (uint32_t)chance(1, 200) << 24;
	return rgb | (uint32_t)(build_chance_of(&b, 2) ? 255 : chance(0, 256)) << 24;
}

static uint32_t random_clip(void)
{
	double x = chance(-40, WIDTH), y = chance(-40, HEIGHT);
	switch (build_chance_of(&b, 4)) {
	case 0:
		return build_rect(&b, (int32_t)x, (int32_t)y,
			(int32_t)(x + chance(1, 150)), (int32_t)(y + chance(1, 100)));
	case 1:
		return build_box(&b, x, y, x + chance(1, 150), y + chance(1, 100));
	case 2:
		return build_disc(&b, x, y, chance(1, 70));
	default:
		return SCENE_NONE;
	}
}

static uint32_t random_stops(struct gl_stop *stops)
{
	uint32_t n = 1 + (uint32_t)build_chance_of(&b, 6);
	float at = 0;
	for (uint32_t i = 0; i < n; i++) {
		stops[i] = (struct gl_stop){at, random_color()};
		if (build_chance_of(&b, 3))
			at = (float)chance((double)at, 1);
	}
	return n;
}

static uint32_t random_image(void)
{
	int32_t w = 1 + build_chance_of(&b, 60), h = 1 + build_chance_of(&b, 60);
	struct gl_image *image = build_pixels(&b, w, h);
	bool opaque = build_chance_of(&b, 2);
	for (int32_t i = 0; i < w * h; i++) {
		uint32_t alpha = opaque ? 255 : (uint32_t)build_chance_of(&b, 256);
		for (int c = 0; c < 3; c++)
			image->pixels[4 * i + c] = (uint8_t)chance(0, alpha + 1);
		image->pixels[4 * i + 3] = (uint8_t)alpha;
	}
	image->opaque = opaque;
	double turn = chance(0, 6.3), size = chance(0.1, 5);
	const struct gl_affine any = {size * cos(turn), -size * sin(turn),
		chance(-50, 50), size * sin(turn), size * cos(turn), chance(-50, 50)};
	const struct gl_affine whole = {
		.sx = 1, .sy = 1, .ox = floor(chance(-9, 9)), .oy = floor(chance(-9, 9))};
	bool still = build_chance_of(&b, 3) == 0;
	return build_image(&b, image, (unsigned)build_chance_of(&b, FILTER_KINDS),
		still ? &whole : &any);
}

static uint32_t random_brush(void)
{
	struct gl_stop stops[8];
	unsigned spread = (unsigned)build_chance_of(&b, SPREAD_KINDS);
	uint32_t n;
	double x = chance(0, WIDTH), y = chance(0, HEIGHT), r = chance(1, 60);
	switch (build_chance_of(&b, 5)) {
	case 0:
		n = random_stops(stops);
		return build_linear(
			&b, x, y, chance(0, WIDTH), chance(0, HEIGHT), spread, stops, n);
	case 1:
		n = random_stops(stops);
		const double circles[6] = {x + chance(-.3, .3) * r,
			y + chance(-.3, .3) * r, chance(0, .5) * r, x, y, r};
		return build_radial(&b, circles, spread, stops, n);
	case 2:
		return random_image();
	default:
		return build_color(&b, random_color());
	}
}

static void random_run(void)
{
	struct gl_glyph *glyphs[100];
	uint32_t n = (uint32_t)build_chance_of(&b, 100);
	struct gl_glyph *some[3];
	for (int i = 0; i < 3; i++)
		some[i] = build_glyph(&b, (uint16_t)(1 + build_chance_of(&b, 30)),
			(uint16_t)(1 + build_chance_of(&b, 20)), i == 2);
	for (uint32_t i = 0; i < n; i++)
		glyphs[i] = some[build_chance_of(&b, 3)];
	unsigned blend =
		build_chance_of(&b, 4) ? BLEND_OVER : (unsigned)chance(0, BLEND_KINDS);
	build_run(&b, random_clip(), random_brush(), blend, glyphs, n,
		(struct gl_rect){-10, -10, WIDTH, HEIGHT});
}

static void random_items(int n, int depth)
{
	for (int i = 0; i < n; i++) {
		unsigned blend = build_chance_of(&b, 3)
					 ? BLEND_OVER
					 : (unsigned)chance(0, BLEND_KINDS);
		int kind = build_chance_of(&b, 8);
		if (kind == 0 && depth < 3) {
			uint32_t group = build_group(
				&b, (float)chance(0, 1), blend, random_clip());
			random_items(5, depth + 1);
			build_group_end(&b, group);
		} else if (kind == 1) {
			random_run();
		} else {
			build_fill(&b, random_clip(), random_brush(), blend);
		}
	}
}

static void free_mips_of(const struct build *of)
{
	for (size_t i = 0; i < of->scene.n_brushes; i++) {
		struct gl_brush *brush = &of->scene.brushes[i];
		if (brush->kind == BRUSH_IMAGE) {
			free(brush->image->mips);
			brush->image->mips = NULL;
		}
	}
}

static void free_mips(void)
{
	free_mips_of(&b);
}

static void random_scene(int i)
{
	begin();
	b.seed = (uint32_t)i * 7919u + 1;
	if (i % 3)
		fill(SCENE_NONE, i % 2 ? WHITE : random_color());
	random_items(12, 0);
}

static void same_pixels(int scene, const char *what)
{
	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++)
			if (pixels[y][x] != others[y][x])
				fail_msg("scene %d, pixel %d,%d: %08x, %s: %08x", scene,
					x, y, pixels[y][x], what, others[y][x]);
}

/* What this CPU can run; the first one is the twin of the others. */
static size_t all_kernels(const struct soft_kernels *all[3])
{
	size_t n = 0;
	all[n++] = &soft_kernels_1;
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2"))
		all[n++] = &soft_kernels_avx2;
#endif
	if (soft->best != all[n - 1])
		all[n++] = soft->best;
	return n;
}

/* 300 scenes by all kernels: the same bytes. */
static void test_twins(void **state)
{
	const struct soft_kernels *kernels[3];
	size_t n = all_kernels(kernels);
	for (int i = 0; i < 300; i++) {
		random_scene(i);
		soft_scalar(soft, true);
		paint();
		for (size_t k = 1; k < n; k++) {
			soft_scalar(soft, false);
			soft->kernels = kernels[k];
			paint_into(others, (struct gl_rect){0, 0, WIDTH, HEIGHT});
			same_pixels(i, k == 1 ? "by two" : "by four");
		}
		soft_scalar(soft, false);
		free_mips();
	}
	print_message("# %zu sets of kernels\n", n);
}

/* Light, dark and translucent ones, each a few times in a row. */
static void shade_ground(uint32_t *out, size_t n, int kind)
{
	uint32_t pixel = 0;
	for (size_t i = 0; i < n; i++) {
		uint32_t least = kind == 0 ? SHADE_LEAST : 0, alpha = 255;
		if (kind == 2 || (kind == 3 && build_chance_of(&b, 4) == 0))
			alpha = (uint32_t)build_chance_of(&b, 255);
		if (i == 0 || build_chance_of(&b, kind == 4 ? 20 : 2) == 0)
			pixel = (uint32_t)chance(least, 256) |
				(uint32_t)chance(least, 256) << 8 |
				(uint32_t)chance(kind ? 0 : least, 256) << 16 |
				alpha << 24;
		out[i] = pixel;
	}
}

#define SHADED 40

/* A row of n at once, and by the twin pixel by pixel; what lies beside stays. */
static void check_shade(const struct soft_kernels *k, const struct kernel_shade *s,
	size_t n, int kind, const uint16_t *cover, uint16_t value)
{
	uint32_t is[SHADED + 2] = {0}, want[SHADED + 2];
	shade_ground(is, n + 2, kind);
	memcpy(want, is, sizeof want);
	k->shade(is + 1, n, s, cover, value);
	for (size_t i = 0; i < n; i++)
		soft_kernels_1.shade(want + 1 + i, 1, s, cover ? cover + i : NULL, value);
	for (size_t i = 0; i < n + 2; i++)
		if (is[i] != want[i])
			fail_msg("%zu pixels of kind %d, %zu: %08x, not %08x", n, kind, i,
				is[i], want[i]);
}

static void check_shades(const struct soft_kernels *k, const struct kernel_shade *s)
{
	uint16_t cover[SHADED];
	for (int c = 0; c < 256; c++)
		for (int kind = 0; kind < 5; kind++)
			check_shade(k, s, (size_t)(1 + (c + kind) % SHADED), kind, NULL,
				(uint16_t)(c * 257));
	for (size_t n = 1; n <= SHADED; n++)
		for (int kind = 0; kind < 20; kind++) {
			for (size_t i = 0; i < n; i++)
				cover[i] = i > 0 && kind % 3 == 0
						   ? cover[i - 1]
						   : (uint16_t)chance(0, 65536);
			check_shade(k, s, n, kind % 5, cover, 0);
			check_shade(k, s, n, kind % 5, NULL, cover[0]);
		}
	for (size_t c = 0; c < 256; c += 32) {
		for (size_t i = 0; i < 32; i++)
			cover[i] = (uint16_t)((c + i) * 257);
		for (int kind = 0; kind < 5; kind++)
			check_shade(k, s, 32, kind, cover, 0);
	}
}

/* Shadows of all lengths by all kernels, on any ground: the same bytes. */
static void test_shades(void **state)
{
	const uint32_t alphas[] = {1, 5, 48, 96, SHADE_ALPHA - 1};
	const struct soft_kernels *kernels[3];
	size_t n = all_kernels(kernels);
	b.seed = 11;
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < sizeof alphas / sizeof *alphas; i++) {
			const struct kernel_shade *s =
				soft_shade_of(soft, alphas[i] << 24);
			assert_non_null(s);
			check_shades(kernels[k], s);
		}
}

/* Painted in rectangles, in any order, as damage is: the same as at once. */
static void test_parts(void **state)
{
	for (int i = 0; i < 300; i++) {
		random_scene(i);
		paint();
		int32_t x = (int32_t)chance(1, WIDTH), y = (int32_t)chance(1, HEIGHT);
		memset(others, 0xa5, sizeof others);
		paint_into(others, (struct gl_rect){x, y, WIDTH, HEIGHT});
		paint_into(others, (struct gl_rect){0, 0, x, y});
		paint_into(others, (struct gl_rect){x, 0, WIDTH, y});
		paint_into(others, (struct gl_rect){0, y, x, HEIGHT});
		same_pixels(i, "in parts");
		free_mips();
	}
}

/* Content of some size, painted from a scene of its own. */
static struct build inner;
static struct gl_sublayer sublayer;
static uint32_t content[300 * 300];

static void make_content(int i, int32_t width, int32_t height, bool opaque)
{
	struct build outer = b;
	b = inner;
	build_begin(&b, width, height);
	b.seed = (uint32_t)i * 31u + 5;
	if (opaque)
		fill(SCENE_NONE, WHITE);
	random_items(10, 1);
	const struct gl_rect all = {0, 0, width, height};
	assert_int_equal(soft_paint(soft, &b.scene, (uint8_t *)content, width, all), 0);
	free_mips();
	inner = b;
	b = outer;
	sublayer = (struct gl_sublayer){.refs = 1,
		.width = width,
		.height = height,
		.serial = sublayer.serial + 1,
		.scene = inner.scene};
}

static void add_place(uint32_t clip, const struct gl_affine *to_content, bool exact)
{
	struct gl_item *item = build_item(&b, ITEM_PLACE, clip, BLEND_OVER);
	item->sublayer = &sublayer;
	item->to_content = *to_content;
	item->exact = exact;
}

/* The content as an image in the place of the sub-layer. */
static void add_picture(uint32_t clip, const struct gl_affine *from_device)
{
	struct gl_image *image = build_pixels(&b, sublayer.width, sublayer.height);
	memcpy(image->pixels, content,
		(size_t)sublayer.width * (size_t)sublayer.height * 4);
	build_fill(
		&b, clip, build_image(&b, image, FILTER_LINEAR, from_device), BLEND_OVER);
}

static void check_place(int i, const struct gl_affine *m, bool exact, struct gl_rect at)
{
	for (int k = 0; k < 2; k++) {
		begin();
		fill(SCENE_NONE, i % 3 ? WHITE : 0x40ff8000);
		uint32_t clip = i % 4 ? build_rect(&b, at.x0, at.y0, at.x1, at.y1)
				      : build_box(&b, at.x0 + .5, at.y0 + .25, at.x1 - .5,
						at.y1 - .25);
		if (k == 0) {
			add_place(clip, m, exact);
			paint();
		} else {
			add_picture(clip, m);
			paint_into(others, (struct gl_rect){0, 0, WIDTH, HEIGHT});
			free_mips();
		}
	}
	free_mips_of(&inner);
}

static void count(void *data)
{
	++*(unsigned *)data;
}

/* After each item of each band, and after the band. */
static void test_pause(void **state)
{
	unsigned calls = 0;
	const struct soft_pause rest = {count, &calls}, none = {NULL, NULL};
	int64_t bytes = soft->band_bytes;
	begin();
	fill(SCENE_NONE, WHITE);
	soft_set_pause(soft, &rest);
	paint();
	assert_int_equal(calls, 2);
	soft->band_bytes = 1; /* 16 rows each */
	paint();
	assert_int_equal(calls, 2 + 2 * ((HEIGHT + 15) / 16));
	soft_set_pause(soft, &none);
	paint();
	soft_set_pause(soft, NULL);
	paint();
	assert_int_equal(calls, 2 + 2 * ((HEIGHT + 15) / 16));
	soft->band_bytes = bytes;
}

/* On whole pixels, with and without something below it shining through. */
static void test_place(void **state)
{
	for (int i = 0; i < 60; i++) {
		make_content(i, 90, 70, i % 2);
		int32_t x = 20 + i % 5, y = 9 + i % 7;
		const struct gl_affine m = {.sx = 1, .sy = 1, .ox = -x, .oy = -y};
		check_place(i, &m, true, (struct gl_rect){x, y, x + 90, y + 70});
		for (int k = 0; k < WIDTH * HEIGHT; k++)
			for (int c = 0; c < 32; c += 8)
				if (abs((int)((&pixels[0][0])[k] >> c & 255) -
					    (int)((&others[0][0])[k] >> c & 255)) > 2)
					fail_msg("content %d, pixel %d: %08x, not %08x",
						i, k, (&pixels[0][0])[k],
						(&others[0][0])[k]);
	}
}

/* Off them only a part of the content is painted; that is not to be seen. */
static void test_place_sampled(void **state)
{
	for (int i = 0; i < 60; i++) {
		make_content(i, 300, 280, i % 2);
		double turn = i * .1, size = .3 + i * .03;
		struct gl_affine m = {.sx = size * cos(turn),
			.hx = -size * sin(turn),
			.hy = size * sin(turn),
			.sy = size * cos(turn)};
		m.ox = 150 - m.sx * 65 - m.hx * 52;
		m.oy = 140 - m.hy * 65 - m.sy * 52;
		const struct gl_rect at = {40, 30, 90, 75};
		check_place(i, &m, false, at);
		same_pixels(i, "as an image");
		size_t limit = soft->content_limit;
		int64_t large = soft->band_bytes;
		soft->content_limit = 0;
		soft->band_bytes = 1;
		check_place(i, &m, false, at);
		same_pixels(i, "in bands, as an image");
		soft->content_limit = limit;
		soft->band_bytes = large;
	}
}

/* What cannot be seen below an opaque fill is not painted, and nobody sees that. */
static void test_hidden(void **state)
{
	for (int i = 0; i < 100; i++) {
		for (int k = 0; k < 2; k++) {
			begin();
			b.seed = (uint32_t)i * 77u + 1;
			if (k)
				random_items(10, 0);
			b.seed = (uint32_t)i * 91u + 1;
			fill(SCENE_NONE, RED);
			random_items(10, 0);
			if (k)
				paint();
			else
				paint_into(others, (struct gl_rect){0, 0, WIDTH, HEIGHT});
			free_mips();
		}
		same_pixels(i, "alone");
	}
}

static void take(void *data, struct gl_rect band, const uint8_t *from)
{
	int32_t *next = data;
	assert_int_equal(band.y0, *next);
	*next = band.y1;
	for (int32_t y = band.y0; y < band.y1; y++)
		memcpy(&others[y][band.x0],
			from + 4 * (band.x1 - band.x0) * (y - band.y0),
			4 * (size_t)(band.x1 - band.x0));
}

/* Eight bands instead of one, here and into other memory. */
static void test_bands(void **state)
{
	int64_t large = soft->band_bytes;
	for (int i = 0; i < 100; i++) {
		random_scene(i);
		paint();
		soft->band_bytes = 1;
		paint_into(others, (struct gl_rect){0, 0, WIDTH, HEIGHT});
		same_pixels(i, "in bands");
		const struct gl_rect rect = {
			i % 50, i % 9, WIDTH - i % 40, HEIGHT - i % 30};
		int32_t next = rect.y0;
		for (int32_t y = rect.y0; y < rect.y1; y++)
			memset(&others[y][rect.x0], 0xa5,
				4 * (size_t)(rect.x1 - rect.x0));
		assert_int_equal(soft_paint_to(soft, &b.scene, rect, take, &next), 0);
		assert_int_equal(next, rect.y1);
		same_pixels(i, "by bands");
		soft->band_bytes = large;
		free_mips();
	}
}

static size_t allocations;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__real_aligned_alloc(size_t align, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_aligned_alloc(size_t align, size_t size);

void *__wrap_malloc(size_t size)
{
	allocations++;
	return __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	allocations++;
	return __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	allocations++;
	return __real_realloc(p, size);
}

void *__wrap_aligned_alloc(size_t align, size_t size)
{
	allocations++;
	return __real_aligned_alloc(align, size);
}

/* A frame like the last one takes no memory. */
static void test_steady(void **state)
{
	size_t at_first = 0;
	for (int i = 0; i < 40; i++) {
		random_scene(i);
		allocations = 0;
		paint();
		at_first += allocations;
		allocations = 0;
		paint();
		assert_int_equal(allocations, 0);
		free_mips();
	}
	assert_true(at_first > 0);
}

static int init(void **state)
{
	return soft_create(&soft);
}

static int finish(void **state)
{
	build_free(&b);
	build_free(&inner);
	soft_destroy(soft);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_colors),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_gradients),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_precision),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_twins),
		cmocka_unit_test(test_shades),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_bands),
		cmocka_unit_test(test_pause),
		cmocka_unit_test(test_place),
		cmocka_unit_test(test_place_sampled),
		cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_steady),
	};
	return cmocka_run_group_tests(tests, init, finish);
}
