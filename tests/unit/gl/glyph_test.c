/*
 * Glyphs as pixels: coverage held to the oracle, places, colours, and a cache that stays
 * within its bound while scenes hold what they hold.
 *
 * argv[1]: the font that color_font.py makes; without it its cases are skipped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gl/font.h"
#include "gl/glyph.h"
#include "oracle.h"
#include "util/opwire.h"

#define EM(px) ((uint32_t)((px)*64))

static struct gl_fonts *fonts;
static struct glyph_cache *cache;
static uint32_t dejavu, emoji, made; /* fonts; 0: not here */
static uint8_t *made_bytes;
static size_t made_size;

static uint8_t *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	if (!file)
		return NULL;
	fseek(file, 0, SEEK_END);
	*size = (size_t)ftell(file);
	rewind(file);
	uint8_t *bytes = malloc(*size);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, *size, file), *size);
	fclose(file);
	return bytes;
}

static uint32_t glyph_of(uint32_t font, uint32_t c)
{
	FT_Face face = gl_font_face(fonts, font);
	assert_non_null(face);
	return FT_Get_Char_Index(face, c);
}

static uint32_t named(const char *name)
{
	FT_Face face = gl_font_face(fonts, made);
	assert_non_null(face);
	uint32_t id = FT_Get_Name_Index(face, name);
	assert_int_not_equal(id, 0);
	return id;
}

static struct gl_glyph *get(uint32_t font, uint32_t id, double px, unsigned quarter)
{
	struct gl_glyph *g = glyph_get(cache, font, id, EM(px), quarter);
	assert_non_null(g);
	return g;
}

static void put(struct gl_glyph *g)
{
	glyph_release(cache, g);
}

/* Outlines into the oracle. */
struct trace {
	struct oracle oracle;
	double start[2], at[2];
	size_t contours, closes;
};

static void trace_verb(void *data, unsigned verb, const float *p)
{
	struct trace *t = data;
	double xy[8] = {t->at[0], t->at[1]};
	int n = verb == VERB_CUBIC ? 3 : verb == VERB_QUAD ? 2 : 1;
	if (verb == VERB_CLOSE) {
		oracle_line(&t->oracle, t->at[0], t->at[1], t->start[0], t->start[1]);
		t->closes++;
		return;
	}
	for (int i = 0; i < 2 * n; i++)
		xy[2 + i] = (double)p[i];
	if (verb == VERB_LINE)
		oracle_line(&t->oracle, xy[0], xy[1], xy[2], xy[3]);
	if (n > 1)
		oracle_curve(&t->oracle, xy, n + 1);
	memcpy(t->at, xy + (size_t)2 * (size_t)n, sizeof t->at);
	if (verb == VERB_MOVE) {
		memcpy(t->start, t->at, sizeof t->start);
		t->contours++;
	}
}

/* How far the worst pixel of a glyph is from what its outline covers, in 1/255. */
static double worst_of(uint32_t id, double px, unsigned quarter, double *sum, size_t *n)
{
	static struct trace t;
	struct glyph_sink sink = {trace_verb, &t};
	struct oracle_pixel row[ORACLE_SIDE];
	struct gl_glyph *g = get(dejavu, id, px, quarter);
	double worst = 0;
	t = (struct trace){0};
	float m[6] = {1, 0, (float)quarter / GLYPH_QUARTERS - (float)(g->left - 1), 0, 1,
		(float)-(g->top - 1)};
	oracle_begin(&t.oracle, m);
	assert_int_equal(glyph_outline(cache, dejavu, id, (float)px, &sink), 0);
	assert_in_range(g->width, 1, ORACLE_SIDE - 2);
	assert_in_range(g->height, 1, ORACLE_SIDE - 2);
	for (int y = 0; y < g->height + 2; y++) {
		oracle_row(&t.oracle, y, row);
		for (int x = 0; x < g->width + 2; x++) {
			bool in = x > 0 && y > 0 && x <= g->width && y <= g->height;
			double is = in ? g->pixels[(y - 1) * g->width + x - 1] : 0;
			double off = fabs(is - 255 * row[x].filled);
			worst = fmax(worst, off);
			*sum += off;
			++*n;
		}
	}
	put(g);
	return worst;
}

static void test_exact(void **state)
{
	static const double sizes[] = {9, 12, 13.5, 16, 20.25, 24};
	static const char text[] = "aegQ&@8Wi.g%";
	double worst = 0, sum = 0;
	size_t n = 0;
	(void)state;
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
		for (size_t i = 0; text[i]; i++)
			for (unsigned q = 0; q < GLYPH_QUARTERS; q++)
				worst = fmax(worst,
					worst_of(glyph_of(dejavu, (uint32_t)text[i]),
						sizes[s], q, &sum, &n));
	print_message("# worst %.2f/255, mean %.3f/255\n", worst, sum / (double)n);
	assert_true(worst <= 2);
	assert_true(sum / (double)n <= 0.25);
}

static const struct {
	const char *name, *glyph;
	double px;
	unsigned quarter;
	int left, top, width, height;
	int row[4]; /* first pixels of a middle row */
} places[] = {
	{"whole", "left", 8, 0, 0, -8, 4, 8, {255, 255, 255, 255}},
	{"first quarter", "left", 4, 1, 0, -4, 3, 4, {191, 255, 64}},
	{"second quarter", "left", 4, 2, 0, -4, 3, 4, {128, 255, 128}},
	{"third quarter", "left", 4, 3, 0, -4, 3, 4, {64, 255, 191}},
	{"right", "right", 4, 1, 2, -4, 3, 4, {191, 255, 64}},
	{"a size between", "left", 5, 0, 0, -5, 3, 5, {255, 255, 128}},
	{"half a pixel", "left", 0.5, 0, 0, -1, 1, 1, {32}},
};

static void test_places(void **state)
{
	if (!made)
		skip();
	(void)state;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		struct gl_glyph *g = get(
			made, named(places[i].glyph), places[i].px, places[i].quarter);
		print_message("# %s\n", places[i].name);
		assert_false(g->color);
		assert_int_equal(g->left, places[i].left);
		assert_int_equal(g->top, places[i].top);
		assert_int_equal(g->width, places[i].width);
		assert_int_equal(g->height, places[i].height);
		for (int x = 0; x < 4 && x < g->width; x++)
			assert_in_range(g->pixels[g->height / 2 * g->width + x] + 1,
				places[i].row[x], places[i].row[x] + 2);
		put(g);
	}
}

static void assert_blank(uint32_t font, uint32_t id, uint32_t size)
{
	struct gl_glyph *g = glyph_get(cache, font, id, size, 0);
	assert_non_null(g);
	assert_int_equal(g->width, 0);
	assert_int_equal(g->height, 0);
	assert_null(g->pixels);
	put(g);
}

static void test_blank(void **state)
{
	struct glyph_sink sink = {trace_verb, &(struct trace){.contours = 0}};
	(void)state;
	assert_blank(dejavu, glyph_of(dejavu, ' '), EM(16));
	assert_blank(dejavu, 1000000, EM(16));
	assert_blank(dejavu, glyph_of(dejavu, 'a'), 0);
	assert_blank(dejavu, glyph_of(dejavu, 'a'), EM(256) + 1);
	assert_blank(dejavu, glyph_of(dejavu, 'a'), UINT32_MAX);
	/* Not kept as blank: it may be there later. */
	struct glyph_stats was, is;
	glyph_cache_stats(cache, &was);
	assert_null(glyph_get(cache, 12345, glyph_of(dejavu, 'a'), EM(16), 0));
	assert_int_equal(glyph_failure(cache), -ENOENT);
	glyph_cache_stats(cache, &is);
	assert_int_equal(is.glyphs, was.glyphs);
	assert_int_equal(
		glyph_outline(cache, dejavu, glyph_of(dejavu, ' '), 16, &sink), -ENOENT);
	assert_int_equal(glyph_outline(cache, dejavu, 1000000, 16, &sink), -ENOENT);
	assert_int_equal(glyph_outline(cache, 12345, 5, 16, &sink), -ENOENT);
}

static void test_outline(void **state)
{
	static struct trace t;
	struct glyph_sink sink = {trace_verb, &t};
	struct oracle_pixel row[ORACLE_SIDE];
	(void)state;
	oracle_begin(&t.oracle, (float[]){1, 0, 0, 0, 1, 24});
	assert_int_equal(
		glyph_outline(cache, dejavu, glyph_of(dejavu, 'i'), 24, &sink), 0);
	assert_int_equal(t.contours, 2);
	assert_int_equal(t.closes, 2);
	/* Above the baseline, at row 24, there is ink; below there is none. */
	double ink[2] = {0};
	for (int y = 0; y < ORACLE_SIDE; y++) {
		oracle_row(&t.oracle, y, row);
		for (int x = 0; x < ORACLE_SIDE; x++)
			ink[y >= 24] += row[x].filled;
	}
	assert_true(ink[0] > 20);
	assert_true(ink[1] == 0);
}

static void test_hits(void **state)
{
	struct glyph_stats was, is;
	uint32_t a = glyph_of(dejavu, 'a');
	(void)state;
	struct gl_glyph *one = get(dejavu, a, 16, 0);
	glyph_cache_stats(cache, &was);
	struct gl_glyph *two = get(dejavu, a, 16, 0);
	glyph_cache_stats(cache, &is);
	assert_ptr_equal(one, two);
	assert_int_equal(is.hits, was.hits + 1);
	assert_int_equal(is.misses, was.misses);
	struct gl_glyph *others[] = {
		get(dejavu, a, 16, 1), get(dejavu, a, 17, 0), get(dejavu, a + 1, 16, 0)};
	for (size_t i = 0; i < 3; i++) {
		assert_ptr_not_equal(one, others[i]);
		put(others[i]);
	}
	glyph_hold(one);
	assert_int_equal(one->refs, 3);
	put(one);
	put(one);
	put(two);
	glyph_release(cache, NULL);
	/* Nobody holds it, and it is still here. */
	glyph_cache_stats(cache, &was);
	put(get(dejavu, a, 16, 0));
	glyph_cache_stats(cache, &is);
	assert_int_equal(is.misses, was.misses);
}

/* Three times as much as the cache keeps; what is held stays as it was. */
static void test_pressure(void **state)
{
	struct gl_glyph *held[64];
	uint8_t *copies[64];
	struct glyph_stats stats;
	uint32_t w = glyph_of(dejavu, 'W');
	size_t all = 0;
	(void)state;
	for (uint32_t i = 0; i < 64; i++) {
		held[i] = glyph_get(cache, dejavu, w, EM(40) + i, 0);
		assert_non_null(held[i]);
		size_t size = (size_t)held[i]->width * held[i]->height;
		copies[i] = malloc(size);
		assert_non_null(copies[i]);
		memcpy(copies[i], held[i]->pixels, size);
	}
	for (uint32_t i = 0; all < 3 * GLYPH_CACHE_BYTES; i++) {
		struct gl_glyph *g =
			glyph_get(cache, dejavu, w, EM(200) + i % 3000, i / 3000);
		assert_non_null(g);
		all += g->bytes;
		put(g);
		glyph_cache_stats(cache, &stats);
		assert_true(stats.bytes <= GLYPH_CACHE_BYTES);
	}
	assert_true(stats.evicted > 500);
	uint64_t misses = stats.misses;
	/* The first of those is gone, the last is not. */
	put(get(dejavu, w, 200, 0));
	glyph_cache_stats(cache, &stats);
	assert_int_equal(stats.misses, misses + 1);
	put(get(dejavu, w, 200, 0));
	for (uint32_t i = 0; i < 64; i++) {
		assert_ptr_equal(glyph_get(cache, dejavu, w, EM(40) + i, 0), held[i]);
		assert_memory_equal(held[i]->pixels, copies[i],
			(size_t)held[i]->width * held[i]->height);
		free(copies[i]);
		put(held[i]);
		put(held[i]);
	}
	glyph_cache_stats(cache, &stats);
	assert_int_equal(stats.misses, misses + 1);
}

/* What scenes hold is bounded too: then there is none, and again after they let go. */
static void test_held(void **state)
{
	static struct gl_glyph *held[8192];
	struct glyph_stats stats;
	uint32_t w = glyph_of(dejavu, 'W');
	size_t n = 0;
	(void)state;
	for (; n < 8192; n++) {
		held[n] = glyph_get(
			cache, dejavu, w, EM(256) - (uint32_t)(n / 4), (unsigned)n % 4);
		if (!held[n])
			break;
	}
	glyph_cache_stats(cache, &stats);
	assert_in_range(n, 1000, 8191);
	assert_in_range(stats.bytes, GLYPH_HELD_BYTES - (1 << 20), GLYPH_HELD_BYTES);
	for (size_t i = 0; i < n; i++)
		put(held[i]);
	glyph_cache_stats(cache, &stats);
	assert_true(stats.bytes <= GLYPH_CACHE_BYTES);
	put(get(dejavu, w, 100, 0));
}

static double light(uint8_t byte)
{
	double c = byte / 255.0;
	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* Light and alpha of all pixels together, in ems squared. */
static void total(const struct gl_glyph *g, double px, double sum[4])
{
	memset(sum, 0, 4 * sizeof *sum);
	for (size_t i = 0; i < (size_t)g->width * g->height; i++) {
		for (int c = 0; c < 3; c++)
			sum[c] += light(g->pixels[4 * i + (size_t)c]) / px / px;
		sum[3] += g->pixels[4 * i + 3] / 255.0 / px / px;
	}
}

/* The same light at every size: nothing is lost, moved or tinted by scaling. */
static void test_emoji(void **state)
{
	static const double sizes[] = {12, 16, 20.5, 32, 64, 96, 109, 128, 200};
	double whole[4];
	(void)state;
	if (!emoji)
		skip();
	uint32_t face = glyph_of(emoji, 0x1f600);
	struct gl_glyph *g = get(emoji, face, 109, 0);
	assert_true(g->color);
	total(g, 109, whole);
	put(g);
	/* A yellow face, opaque for the most part. */
	assert_true(whole[3] > 0.7 && whole[3] < 1.5);
	assert_true(whole[0] / whole[3] > 0.7 && whole[1] / whole[3] > 0.35);
	assert_true(whole[2] / whole[3] < 0.2);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		for (unsigned q = 0; q < GLYPH_QUARTERS; q++) {
			double sum[4];
			g = get(emoji, face, sizes[i], q);
			total(g, sizes[i], sum);
			for (int c = 0; c < 4; c++)
				assert_true(fabs(sum[c] - whole[c]) < 0.012);
			assert_true(
				fabs(g->width / sizes[i] - 1.1) < 0.03 + 3 / sizes[i]);
			assert_true(g->left >= -2 && g->top < 0);
			put(g);
		}
	}
	struct glyph_sink sink = {trace_verb, &(struct trace){.contours = 0}};
	assert_int_equal(glyph_outline(cache, emoji, face, 300, &sink), -ENOENT);
}

/* At 8 px per em, on whole pixels: what a pixel shows, straight from the formulas. */
static const struct {
	const char *glyph;
	int x, y; /* from the origin's corner, y up */
	uint8_t rgba[4];
} colors[] = {
	{"old", 1, 1, {255, 0, 0, 255}},
	{"old", 6, 6, {0, 0, 0, 255}},
	{"solid", 0, 0, {255, 0, 0, 255}},
	{"solid", 7, 7, {255, 0, 0, 255}},
	{"half", 3, 3, {188, 0, 0, 128}},
	{"foreground", 3, 3, {0, 0, 0, 255}},
	{"linear", 0, 3, {248, 0, 71, 255}},  /* t = 1/16 */
	{"linear", 4, 3, {177, 0, 198, 255}}, /* 9/16 */
	{"linear", 7, 0, {71, 0, 248, 255}},
	{"reflected", 0, 3, {240, 0, 99, 255}}, /* 1/8 */
	{"reflected", 4, 3, {99, 0, 240, 255}}, /* 9/8 */
	{"reflected", 7, 3, {240, 0, 99, 255}},
	{"radial", 4, 4, {233, 0, 118, 255}}, /* sqrt(1/32) = 0.177 */
	{"radial", 0, 0, {0, 0, 255, 255}},
	{"sweep", 6, 5, {255, 0, 0, 255}},
	{"sweep", 1, 5, {255, 0, 0, 255}},
	{"sweep", 1, 2, {0, 0, 255, 255}},
	{"sweep", 6, 2, {0, 0, 255, 255}},
	{"moved", 3, 3, {0, 0, 0, 0}},
	{"moved", 4, 3, {255, 0, 0, 255}},
	{"moved", 7, 7, {255, 0, 0, 255}},
	{"turned", 1, 1,
		{255, 0, 0, 255}}, /* the left half turns down, counter-clockwise */
	{"turned", 6, 1, {255, 0, 0, 255}},
	{"turned", 1, 6, {0, 0, 0, 0}},
	{"skewed", 5, 3, {255, 0, 0, 255}}, /* x += y tan 45 */
	{"skewed", 1, 3, {0, 0, 0, 0}},
	{"in", 1, 1, {255, 0, 0, 255}},
	{"in", 6, 1, {0, 0, 0, 0}},
	{"xor", 1, 1, {255, 0, 0, 255}},
	{"xor", 6, 1, {0, 0, 0, 0}},
	{"multiply", 3, 3, {0, 0, 128, 255}},
	{"layers", 1, 1, {255, 0, 0, 255}},
	{"layers", 6, 1, {0, 0, 255, 255}},
	{"nested", 1, 1, {0, 188, 0, 128}},
	{"nested", 6, 1, {0, 0, 0, 0}},
	{"again", 1, 1, {255, 0, 0, 255}},
	{"again", 6, 1, {0, 0, 255, 255}},
	{"clipped", 1, 1, {0, 0, 0, 0}},
	{"clipped", 2, 1, {255, 0, 0, 255}},
	{"clipped", 5, 7, {255, 0, 0, 255}},
	{"clipped", 6, 7, {0, 0, 0, 0}},
};

static void test_colors(void **state)
{
	int wrong = 0;
	(void)state;
	if (!made)
		skip();
	for (size_t i = 0; i < sizeof colors / sizeof *colors; i++) {
		struct gl_glyph *g = get(made, named(colors[i].glyph), 8, 0);
		static const uint8_t none[4];
		const uint8_t *is = none;
		int x = colors[i].x - g->left, y = -1 - colors[i].y - g->top;
		assert_true(g->color);
		if (x >= 0 && y >= 0 && x < g->width && y < g->height)
			is = g->pixels + 4 * (y * g->width + x);
		bool good = true;
		for (int c = 0; c < 4; c++)
			good = good && abs(is[c] - colors[i].rgba[c]) <= 1;
		if (!good)
			print_error("%s at %d %d: %d %d %d %d\n", colors[i].glyph,
				colors[i].x, colors[i].y, is[0], is[1], is[2], is[3]);
		wrong += !good;
		put(g);
	}
	assert_int_equal(wrong, 0);
}

static double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Too deep, too many: blank, and soon. */
static void test_hostile(void **state)
{
	double start = seconds();
	(void)state;
	if (!made)
		skip();
	assert_blank(made, named("deep"), EM(32));
	assert_blank(made, named("double19"), EM(32));
	struct gl_glyph *g = get(made, named("double2"), 8, 0);
	assert_int_equal(g->width, 8);
	assert_true(g->work > GLYPH_WORK);
	put(g);
	print_message("# %.1f ms\n", (seconds() - start) * 1e3);
}

/*
 * One byte after another wrong, or the end cut off: no crash, and still bounded. Returns whether
 * all was read; a machine that stands still makes a font too dear.
 */
static bool break_font(const uint8_t *bytes, size_t size)
{
	uint32_t font, id = 0;
	char why[200];
	struct gl_glyph *g;
	if (gl_font_memory(fonts, bytes, size, 0, GL_FONT_EVERYBODYS, &font, why,
		    sizeof why) != 0)
		return true;
	for (; id < 60 && (g = glyph_get(cache, font, id, EM(12), id % 4)); id++)
		put(g);
	if (id < 60)
		assert_int_equal(glyph_failure(cache), -ETIME);
	gl_font_unref(fonts, font);
	return id == 60;
}

static void test_broken(void **state)
{
	uint32_t random = 1;
	int read = 0;
	(void)state;
	if (!made)
		skip();
	uint8_t *bytes = malloc(made_size);
	assert_non_null(bytes);
	for (int i = 0; i < 400; i++) {
		memcpy(bytes, made_bytes, made_size);
		for (int k = 0; k < 1 + i % 4; k++) {
			random = random * 1664525 + 1013904223;
			bytes[(random >> 8) % made_size] = (uint8_t)(random >> 3);
		}
		read += break_font(
			bytes, i % 10 ? made_size : made_size - (random >> 8) % 2000);
	}
	free(bytes);
	print_message("# %d of 400 read\n", read);
	assert_in_range(read, 200, 400);
}

static int set_up(void **state)
{
	char why[200];
	struct gl_font_query query = {.families = "DejaVu Sans"};
	(void)state;
	fonts = gl_fonts_create(why, sizeof why);
	if (!fonts || glyph_cache_create(fonts, &cache) != 0 ||
		gl_font_match(fonts, &query, &dejavu) != 0)
		return -1;
	gl_font_ref(fonts, dejavu);
	uint32_t rank;
	query.families = "Noto Color Emoji";
	if (gl_font_for(fonts, &query, 0x1f600, &emoji, &rank) != 0 ||
		!FT_HAS_COLOR(gl_font_face(fonts, emoji)))
		emoji = 0;
	gl_font_ref(fonts, emoji);
	if (!made_bytes)
		return 0;
	return gl_font_memory(fonts, made_bytes, made_size, 0, GL_FONT_EVERYBODYS, &made,
		why, sizeof why);
}

static int tear_down(void **state)
{
	(void)state;
	glyph_cache_destroy(cache);
	gl_fonts_destroy(fonts);
	free(made_bytes);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_blank),
		cmocka_unit_test(test_outline),
		cmocka_unit_test(test_hits),
		cmocka_unit_test(test_pressure),
		cmocka_unit_test(test_held),
		cmocka_unit_test(test_emoji),
		cmocka_unit_test(test_colors),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_broken),
	};
	if (argc > 1)
		made_bytes = read_file(argv[1], &made_size);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
