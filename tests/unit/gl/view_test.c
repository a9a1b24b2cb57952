/*
 * Views on targets that lie otherwise: each way that a pixel can take, in all eight
 * transforms, against the upright picture turned by the processor; scaled, against means
 * in double; with a sprite, against what display hardware does with integers.
 */
#include "rig.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gl/private.h"
#include "gl/rect.h"
#include "gl/srgb.h"
#include "util/transform.h"

#define WIDTH  41
#define HEIGHT 27
#define MOST   128 /* of a side of anything here */

static struct rig rig;

static const struct gl_region all = {1, {{0, 0, INT32_MAX, INT32_MAX}}};

static bool cpu(void)
{
	return rig.gl->options.platform == GL_PLATFORM_NONE;
}

static bool made(const struct gl_surface *s)
{
	return s->texture != 0 || s->pixels;
}

/* A picture as it was read: RGBA8. */
struct picture {
	int32_t width, height;
	uint8_t rgba[MOST * MOST * 4];
};

static const uint8_t *at(const struct picture *p, int32_t x, int32_t y)
{
	return &p->rgba[((size_t)y * (size_t)p->width + (size_t)x) * 4];
}

static void read_target(struct gl_target *target, struct picture *out)
{
	out->width = target->surface.width;
	out->height = target->surface.height;
	assert_int_equal(gl_target_read(target, out->rgba), 0);
}

/* Each pixel of the view looked up where the matrix says that its middle lies. */
static void expect_turned(const struct picture *view, const struct picture *is,
	enum transform t, int most, const char *what)
{
	const struct matrix m = transform_matrix(t, view->width, view->height);
	for (int32_t y = 0; y < view->height; y++) {
		for (int32_t x = 0; x < view->width; x++) {
			double px = x + 0.5, py = y + 0.5;
			matrix_point(&m, &px, &py);
			const uint8_t *a = at(view, x, y);
			const uint8_t *b = at(is, (int32_t)px, (int32_t)py);
			for (int c = 0; c < 4; c++)
				if (abs(a[c] - b[c]) > most)
					fail_msg("%s, %s: byte %d of the view's %d,%d is "
						 "%d, not %d",
						what, transform_name(t), c, x, y, b[c],
						a[c]);
		}
	}
}

/* Every pixel of another colour, every other one of them translucent if asked. */
static struct gl_layer *page(int32_t width, int32_t height, uint32_t seed, unsigned alpha)
{
	struct gl_layer *layer = rig_layer(&rig, width, height);
	stream_begin(&rig.stream);
	for (int32_t y = 0; y < height; y++) {
		for (int32_t x = 0; x < width; x++) {
			uint32_t c = (uint32_t)(x * 6 + (int32_t)seed) << 24 |
				     (uint32_t)(y * 9 & 255) << 16 |
				     ((uint32_t)(x * y) * seed & 255) << 8;
			put_fill(&rig.stream, (float)x, (float)y, (float)x + 1,
				(float)y + 1, c | ((x + y) % 2 ? 255 : alpha));
		}
	}
	rig_submit(&rig, layer);
	return layer;
}

/* How the layers' pixels get there: see compose.c. */
enum way {
	WAY_COPY,
	WAY_OVER_BACKGROUND,
	WAY_MIX,
	WAYS
};

static const char *const way_names[WAYS] = {"copied", "over the background", "mixed"};

static size_t put_layers(enum way way, struct gl_placement out[3])
{
	size_t n = 0;
	if (way != WAY_OVER_BACKGROUND)
		out[n++] = (struct gl_placement){
			.layer = page(WIDTH, HEIGHT, 3, 255), .x = -2, .y = 1};
	if (way != WAY_COPY)
		out[n++] = (struct gl_placement){
			.layer = page(23, 18, 5, 0x60), .x = 7, .y = 4};
	if (way == WAY_MIX)
		out[n++] = (struct gl_placement){
			.layer = page(20, 20, 7, 0x90), .x = 19, .y = -3};
	return n;
}

static struct gl_target *target_of(int32_t width, int32_t height, enum transform t)
{
	bool turns = transform_turns(t);
	return rig_target(&rig, turns ? height : width, turns ? width : height);
}

static void compose(struct gl_target *target, const struct gl_composition *c)
{
	assert_int_equal(gl_compose_view(target, c), 0);
}

static void drop_target(void)
{
	gl_target_destroy(rig.targets[--rig.n_targets]);
}

static void test_turned(void **state)
{
	static struct picture view, is, back;
	struct gl_placement layers[3];
	(void)state;
	for (int way = 0; way < WAYS; way++) {
		struct gl_composition c = {.background = 0x205080,
			.layers = layers,
			.n_layers = put_layers((enum way)way, layers),
			.damage = &all};
		struct gl_target *target = rig_target(&rig, WIDTH, HEIGHT);
		assert_int_equal(
			gl_compose(target, 0x205080, layers, c.n_layers, &all), 0);
		read_target(target, &view);
		drop_target();
		assert_true(made(&rig.gl->mix) == (way == WAY_MIX && !cpu()));
		for (int i = 0; i < TRANSFORMS; i++) {
			c.transform = (enum transform)i;
			target = target_of(WIDTH, HEIGHT, c.transform);
			compose(target, &c);
			read_target(target, &is);
			expect_turned(&view, &is, c.transform, 0, way_names[way]);
			assert_int_equal(
				gl_target_read_view(target, c.transform, back.rgba), 0);
			assert_memory_equal(back.rgba, view.rgba, WIDTH * HEIGHT * 4);
			drop_target();
		}
		rig_clear(&rig);
	}
	assert_false(made(&rig.gl->whole)); /* nothing was scaled */
}

/* Several rectangles, in view pixels: inside as the whole, outside untouched. */
static void test_damage(void **state)
{
	static const struct gl_region damage = {
		4, {{3, 5, 12, 9}, {-4, -4, 2, 2}, {20, 10, 33, 26}, {39, 0, 60, 90}}};
	static struct picture want, is;
	struct gl_placement layers[3];
	(void)state;
	for (int way = 0; way < WAYS; way++) {
		size_t n = put_layers((enum way)way, layers);
		for (int i = 0; i < TRANSFORMS; i++) {
			struct gl_composition c = {.background = 0xff00ff,
				.transform = (enum transform)i,
				.damage = &all};
			struct gl_target *target = target_of(WIDTH, HEIGHT, c.transform);
			struct gl_target *upright = rig_target(&rig, WIDTH, HEIGHT);
			compose(target, &c);
			gl_compose(upright, 0x00ff00, layers, n, &all);
			read_target(upright, &want);
			uint64_t composed = rig.gl->cost.composed, area = 0;
			c.background = 0x00ff00;
			c.layers = layers;
			c.n_layers = n;
			c.damage = &damage;
			compose(target, &c);
			read_target(target, &is);
			for (int32_t y = 0; y < HEIGHT; y++) {
				for (int32_t x = 0; x < WIDTH; x++) {
					const struct gl_rect pixel = {x, y, x + 1, y + 1};
					bool within = false;
					for (size_t k = 0; k < damage.n; k++)
						within |= rect_contains(
							&damage.rects[k], &pixel);
					area += within;
					if (!within)
						memcpy((void *)at(&want, x, y),
							"\xff\0\xff\xff", 4);
				}
			}
			expect_turned(&want, &is, c.transform, 0, way_names[way]);
			assert_int_equal(rig.gl->cost.composed - composed, area);
			drop_target();
			drop_target();
		}
		rig_clear(&rig);
	}
}

/* A target that holds a part of the view alone. */
static void test_part(void **state)
{
	static const struct gl_rect parts[] = {
		{0, 0, WIDTH, HEIGHT}, {5, 3, 21, 20}, {-3, -4, 6, 7}, {33, 20, 50, 31}};
	static struct picture want, is;
	struct gl_placement layers[3];
	size_t n = put_layers(WAY_MIX, layers);
	(void)state;
	for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
		const struct gl_rect *p = &parts[k];
		int32_t width = p->x1 - p->x0, height = p->y1 - p->y0;
		struct gl_placement moved[3];
		for (size_t i = 0; i < n; i++) {
			moved[i] = layers[i];
			moved[i].x -= p->x0;
			moved[i].y -= p->y0;
		}
		struct gl_target *target = rig_target(&rig, width, height);
		gl_compose(target, 0x123456, moved, n, &all);
		read_target(target, &want);
		drop_target();
		for (int i = 0; i < TRANSFORMS; i++) {
			const struct gl_region damage = {1, {*p}};
			struct gl_composition c = {.background = 0x123456,
				.layers = layers,
				.n_layers = n,
				.transform = (enum transform)i,
				.origin_x = p->x0,
				.origin_y = p->y0,
				.damage = i % 2 ? &all : &damage};
			const struct gl_region below = {
				1, {{INT32_MIN, INT32_MIN, INT32_MAX, INT32_MAX}}};
			if (p->x0 < 0)
				c.damage = &below;
			target = target_of(width, height, c.transform);
			compose(target, &c);
			read_target(target, &is);
			expect_turned(&want, &is, c.transform, 0, "a part");
			drop_target();
		}
	}
}

/* scaled */

static const struct size {
	int32_t width, height; /* of the view */
	int32_t across, down;  /* of the target, seen upright */
	int32_t x, y, w, h;    /* where the view is to be there */
} sizes[] = {
	{WIDTH, HEIGHT, 2 * WIDTH, 2 * HEIGHT, 0, 0, 2 * WIDTH, 2 * HEIGHT},
	{40, 26, 20, 13, 0, 0, 20, 13},
	{40, 20, 30, 30, 0, 7, 30, 15},
	{20, 40, 91, 60, 30, 0, 30, 60},
	{WIDTH, HEIGHT, 40, 27, 0, 0, 40, 26},
	{100, 70, 13, 17, 0, 4, 13, 9},
	{WIDTH, HEIGHT, 5, 90, 0, 43, 5, 3},
	{90, 4, 3, 3, 0, 1, 3, 1},
	{3, 2, 100, 100, 0, 16, 100, 67},
};

/* The part of a texel that is in a box of size `box` around a centre. */
static double part_of(int32_t texel, double centre, double box)
{
	double from = fmax(texel, centre - box / 2);
	double to = fmin(texel + 1, centre + box / 2);
	return to > from ? (to - from) / box : 0;
}

static int32_t within(int32_t i, int32_t side)
{
	return i < 0 ? 0 : i < side ? i : side - 1;
}

/* The mean in linear light, in double, texel by texel. */
static void mean_at(const struct picture *view, const struct size *s, int32_t x,
	int32_t y, double out[3])
{
	double sx = (double)s->width / s->w, sy = (double)s->height / s->h;
	double cx = (x - s->x + 0.5) * sx, cy = (y - s->y + 0.5) * sy;
	double bx = fmax(sx, 1), by = fmax(sy, 1), sum[3] = {0};
	for (int32_t v = (int32_t)floor(cy - by / 2); v < cy + by / 2; v++) {
		for (int32_t u = (int32_t)floor(cx - bx / 2); u < cx + bx / 2; u++) {
			double part = part_of(u, cx, bx) * part_of(v, cy, by);
			const uint8_t *p =
				at(view, within(u, s->width), within(v, s->height));
			for (int c = 0; c < 3; c++)
				sum[c] += part * srgb_to_linear(p[c] / 255.0);
		}
	}
	for (int c = 0; c < 3; c++)
		out[c] = linear_to_srgb(fmin(sum[c], 1)) * 255;
}

static bool in_view(const struct size *s, int32_t x, int32_t y)
{
	return x >= s->x && x < s->x + s->w && y >= s->y && y < s->y + s->h;
}

static void expect_scaled(
	const struct picture *view, const struct picture *is, const struct size *s)
{
	for (int32_t y = 0; y < s->down; y++) {
		for (int32_t x = 0; x < s->across; x++) {
			const uint8_t *p = at(is, x, y);
			double want[3] = {0};
			if (in_view(s, x, y))
				mean_at(view, s, x, y, want);
			for (int c = 0; c < 3; c++)
				if (fabs(p[c] - want[c]) > (in_view(s, x, y) ? 1.01 : 0))
					fail_msg("%dx%d on %dx%d: byte %d of %d,%d is "
						 "%d, not %g",
						s->width, s->height, s->across, s->down,
						c, x, y, p[c], want[c]);
			assert_int_equal(p[3], 255);
		}
	}
}

static void test_scaled(void **state)
{
	static struct picture view, is, turned;
	struct gl_placement layers[3];
	size_t n = put_layers(WAY_MIX, layers);
	(void)state;
	for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
		const struct size *s = &sizes[k];
		struct gl_composition c = {.background = 0x808080,
			.layers = layers,
			.n_layers = n,
			.view_width = s->width,
			.view_height = s->height,
			.damage = &all};
		struct gl_target *target = rig_target(&rig, s->width, s->height);
		compose(target, &c);
		read_target(target, &view);
		drop_target();
		target = rig_target(&rig, s->across, s->down);
		compose(target, &c);
		read_target(target, &is);
		drop_target();
		expect_scaled(&view, &is, s);
		for (int i = 1; i < TRANSFORMS; i++) {
			c.transform = (enum transform)i;
			target = target_of(s->across, s->down, c.transform);
			compose(target, &c);
			read_target(target, &turned);
			expect_turned(&is, &turned, c.transform, 1, "scaled");
			drop_target();
		}
	}
}

/* A colour all over stays what it is, to the byte. */
static void test_scaled_flat(void **state)
{
	(void)state;
	for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
		const struct size *s = &sizes[k];
		struct gl_target *target = rig_target(&rig, s->across, s->down);
		for (uint32_t i = 0; i < 256; i += 5) {
			struct gl_composition c = {
				.background = i << 16 | (255 - i) << 8 | 0x55,
				.view_width = s->width,
				.view_height = s->height,
				.damage = &all};
			compose(target, &c);
			rig_read_target(&rig, target, s->across, s->down);
			rig_expect(&rig, s->x, s->y, c.background << 8 | 255, 0);
			rig_expect(&rig, s->x + s->w - 1, s->y + s->h - 1,
				c.background << 8 | 255, 0);
		}
		drop_target();
	}
}

/* Whether a pixel of the target is made of, or beside, damage; all but for slack. */
static bool concerned(
	const struct size *s, const struct gl_rect *r, int32_t x, int32_t y, double slack)
{
	double sx = (double)s->width / s->w, sy = (double)s->height / s->h;
	double cx = (x - s->x + 0.5) * sx, cy = (y - s->y + 0.5) * sy;
	double bx = fmax(sx, 1) / 2 + slack * sx, by = fmax(sy, 1) / 2 + slack * sy;
	return (cx + bx > r->x0 || r->x0 <= 0) &&
	       (cx - bx < r->x1 || r->x1 >= s->width) &&
	       (cy + by > r->y0 || r->y0 <= 0) && (cy - by < r->y1 || r->y1 >= s->height);
}

/* What damage reaches is as if all were drawn; what it does not stays as it was. */
static void test_scaled_damage(void **state)
{
	static const struct gl_rect rects[] = {{3, 1, 4, 2}, {0, 0, 1, 1}, {1, 0, 9, 2},
		{2, 1, 3, 40}, {0, 0, 100, 100}, {90, 1, 95, 3}, {20, 10, 28, 19}};
	static struct picture before, whole, is;
	struct gl_placement layers[3];
	size_t n = put_layers(WAY_MIX, layers);
	(void)state;
	for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
		const struct size *s = &sizes[k];
		struct gl_target *target = rig_target(&rig, s->across, s->down);
		for (size_t i = 0; i < sizeof rects / sizeof *rects; i++) {
			const struct gl_rect cut = rect_intersect(
				rects[i], (struct gl_rect){0, 0, s->width, s->height});
			const struct gl_region damage = {1, {rects[i]}};
			struct gl_composition c = {.background = 0xff00ff,
				.view_width = s->width,
				.view_height = s->height,
				.damage = &all};
			struct gl_composition with = c;
			with.layers = layers;
			with.n_layers = n;
			compose(target, &with);
			read_target(target, &whole);
			compose(target, &c);
			read_target(target, &before);
			with.damage = &damage;
			compose(target, &with);
			read_target(target, &is);
			for (int32_t y = 0; y < s->down; y++) {
				for (int32_t x = 0; x < s->across; x++) {
					const uint8_t *p = at(&is, x, y);
					bool must = !rect_empty(&cut) &&
						    concerned(s, &cut, x, y, -1e-3);
					bool may = !rect_empty(&cut) &&
						   concerned(s, &cut, x, y, 0.07);
					const uint8_t *want =
						at(must ? &whole : &before, x, y);
					if (!must && may)
						continue;
					for (int b = 0; b < 4; b++)
						assert_in_range(p[b] - want[b] + 1, 0, 2);
				}
			}
		}
		drop_target();
	}
}

/* sprites */

static uint32_t sprite_pixels[MOST * MOST];
static uint64_t last_serial;

/* Every alpha, colours up to it. */
static struct gl_sprite sprite_of(int32_t width, int32_t height, int32_t x, int32_t y)
{
	for (int32_t i = 0; i < width * height; i++) {
		uint32_t a = (uint32_t)(i * 37) % 256;
		a = i % 11 == 0 ? 0 : i % 11 == 1 ? 255 : a;
		sprite_pixels[i] = a << 24 | (a * (uint32_t)(i % 5) / 4) << 16 |
				   (a * (uint32_t)(i % 3) / 2) << 8 |
				   (a * (uint32_t)(i % 7) / 6);
	}
	return (struct gl_sprite){sprite_pixels, ++last_serial, width, height, x, y};
}

/* As hardware does: bytes, src + dst (255 - a) / 255, to the nearest. */
static void blend(struct picture *view, const struct gl_sprite *s)
{
	for (int32_t y = 0; y < s->height; y++) {
		for (int32_t x = 0; x < s->width; x++) {
			int32_t vx = s->x + x, vy = s->y + y;
			if (vx < 0 || vy < 0 || vx >= view->width || vy >= view->height)
				continue;
			uint32_t argb = s->argb[y * s->width + x];
			uint8_t *p = (uint8_t *)at(view, vx, vy);
			for (int c = 0; c < 3; c++) {
				uint32_t v = (argb >> (16 - 8 * c) & 255) +
					     (p[c] * (255 - (argb >> 24)) + 127) / 255;
				p[c] = v < 255 ? (uint8_t)v : 255;
			}
		}
	}
}

static const struct gl_rect sprite_places[] = {{5, 6, 24, 24}, {-9, 3, 24, 24},
	{WIDTH - 5, 9, 24, 24}, {8, -20, 24, 24}, {8, HEIGHT - 1, 24, 24},
	{-23, -23, 24, 24}, {WIDTH - 1, HEIGHT - 1, 16, 5}, {-24, 3, 24, 24},
	{WIDTH, 3, 24, 24}, {4, HEIGHT + 40, 24, 24}, {-20, -20, 100, 100}, {7, 7, 1, 1},
	{INT32_MIN / 2, INT32_MAX / 2, 8, 8}};

static void test_sprite(void **state)
{
	static struct picture view, is;
	struct gl_placement layers[3];
	(void)state;
	for (int way = 0; way < WAYS; way++) {
		size_t n = put_layers((enum way)way, layers);
		for (size_t k = 0; k < sizeof sprite_places / sizeof *sprite_places;
			k++) {
			const struct gl_rect *p = &sprite_places[k];
			struct gl_composition c = {.background = 0x205080,
				.layers = layers,
				.n_layers = n,
				.damage = &all};
			struct gl_target *target = rig_target(&rig, WIDTH, HEIGHT);
			compose(target, &c);
			read_target(target, &view);
			drop_target();
			c.sprite = sprite_of(p->x1, p->y1, p->x0, p->y0);
			blend(&view, &c.sprite);
			for (int i = 0; i < TRANSFORMS; i++) {
				c.transform = (enum transform)i;
				target = target_of(WIDTH, HEIGHT, c.transform);
				compose(target, &c);
				read_target(target, &is);
				expect_turned(&view, &is, c.transform, 1, "a sprite");
				drop_target();
			}
		}
		rig_clear(&rig);
	}
}

/* Where no sprite was or is, nothing changes; where it went, it is gone. */
static void test_sprite_moves(void **state)
{
	static struct picture without, is;
	struct gl_placement layers[3];
	struct gl_composition c = {.layers = layers, .damage = &all};
	struct gl_target *target = rig_target(&rig, WIDTH, HEIGHT);
	(void)state;
	c.n_layers = put_layers(WAY_OVER_BACKGROUND, layers);
	compose(target, &c);
	read_target(target, &without);
	c.sprite = sprite_of(8, 8, 3, 3);
	compose(target, &c);
	for (int i = 0; i < 10; i++) {
		struct gl_region damage = region_of((struct gl_rect){
			c.sprite.x, c.sprite.y, c.sprite.x + 8, c.sprite.y + 8});
		static struct picture want;
		c.sprite.x += 3;
		c.sprite.y += i % 3;
		region_add(&damage, (struct gl_rect){c.sprite.x, c.sprite.y,
					    c.sprite.x + 8, c.sprite.y + 8});
		c.damage = &damage;
		uint64_t uploaded = rig.gl->cost.uploaded;
		compose(target, &c);
		assert_int_equal(rig.gl->cost.uploaded, uploaded);
		read_target(target, &is);
		want = without;
		blend(&want, &c.sprite);
		expect_turned(&want, &is, TRANSFORM_NORMAL, 1, "a sprite that moves");
		assert_int_equal(at(&is, 0, 0)[0], at(&without, 0, 0)[0]);
	}
	assert_false(made(&rig.gl->mix)); /* no layer was mixed for it */
	c.sprite.serial = 0;
	c.damage = &all;
	compose(target, &c);
	read_target(target, &is);
	assert_memory_equal(is.rgba, without.rgba, WIDTH * HEIGHT * 4);
}

/* Pictures are told apart by serial alone, and several are kept. */
static void test_sprite_serials(void **state)
{
	struct gl_target *target = rig_target(&rig, WIDTH, HEIGHT);
	static const int32_t sides[] = {8, 24, 3, 9};
	static uint32_t pixels[4][24 * 24];
	struct gl_sprite sprites[4];
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		sprites[i] = sprite_of(sides[i], sides[i], 0, 0);
		sprites[i].argb = pixels[i];
		for (size_t k = 0; k < 24 * 24; k++)
			pixels[i][k] = 0xff000000u | (uint32_t)(i * 50 + 20);
	}
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < 4; i++) {
			struct gl_composition c = {.sprite = sprites[i], .damage = &all};
			uint64_t uploaded = rig.gl->cost.uploaded;
			compose(target, &c);
			assert_int_equal(rig.gl->cost.uploaded - uploaded,
				round || cpu() ? 0 : sides[i] * sides[i] * 4);
			rig_read_target(&rig, target, WIDTH, HEIGHT);
			rig_expect(&rig, sides[i] - 1, sides[i] - 1,
				(uint32_t)(i * 50 + 20) << 8 | 255, 0);
			rig_expect(&rig, sides[i], sides[i], 0x000000ff, 0);
		}
	}
	struct gl_composition c = {.sprite = sprites[1], .damage = &all};
	pixels[1][0] = 0xffffffff; /* not before the serial says so */
	compose(target, &c);
	rig_read_target(&rig, target, WIDTH, HEIGHT);
	rig_expect(&rig, 0, 0, 70 << 8 | 255, 0);
	c.sprite.serial = ++last_serial;
	compose(target, &c);
	rig_read_target(&rig, target, WIDTH, HEIGHT);
	rig_expect(&rig, 0, 0, 0xffffffff, 0);
}

/* On a view that is scaled it is scaled with it. */
static void test_sprite_scaled(void **state)
{
	static struct picture view, is;
	struct gl_placement layers[3];
	size_t n = put_layers(WAY_MIX, layers);
	(void)state;
	for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
		const struct size *s = &sizes[k];
		struct gl_composition c = {.layers = layers,
			.n_layers = n,
			.view_width = s->width,
			.view_height = s->height,
			.sprite = sprite_of(17, 9, s->width - 5, 1),
			.damage = &all};
		struct gl_target *target = rig_target(&rig, s->width, s->height);
		compose(target, &c);
		read_target(target, &view);
		drop_target();
		target = rig_target(&rig, s->across, s->down);
		compose(target, &c);
		read_target(target, &is);
		drop_target();
		expect_scaled(&view, &is, s);
	}
}

/* magnified */

/* Of a view of WIDTH x HEIGHT a part on all of a target, or between its bars. */
static const struct magnified {
	struct gl_rect part;
	int32_t across, down;
	int32_t x, y, w, h; /* where it is to be there */
} magnified[] = {
	{{0, 0, WIDTH, HEIGHT}, WIDTH, HEIGHT, 0, 0, WIDTH, HEIGHT},
	{{10, 7, 31, 21}, WIDTH, HEIGHT, 0, 0, WIDTH, HEIGHT},
	{{30, 18, WIDTH, HEIGHT}, WIDTH, HEIGHT, 0, 0, WIDTH, HEIGHT},
	{{0, 0, 3, 2}, WIDTH, HEIGHT, 0, 0, WIDTH, HEIGHT},
	{{40, 0, WIDTH, 1}, WIDTH, HEIGHT, 0, 0, WIDTH, HEIGHT},
	{{10, 7, 31, 21}, WIDTH, 2 * HEIGHT + 1, 0, 14, WIDTH, HEIGHT},
	{{10, 7, 31, 21}, 2 * WIDTH, HEIGHT, 20, 0, WIDTH, HEIGHT},
};

static struct size size_of(const struct magnified *m)
{
	return (struct size){m->part.x1 - m->part.x0, m->part.y1 - m->part.y0, m->across,
		m->down, m->x, m->y, m->w, m->h};
}

static struct gl_composition magnify(
	const struct magnified *m, const struct gl_placement *layers, size_t n)
{
	return (struct gl_composition){.background = 0x808080,
		.layers = layers,
		.n_layers = n,
		.sprite = sprite_of(6, 5, m->part.x0 - 1, m->part.y0 + 1),
		.view_width = WIDTH,
		.view_height = HEIGHT,
		.part = m->part,
		.damage = &all};
}

/* Against the same part at its own size, whose pixels test_part looks at. */
static void test_magnified(void **state)
{
	static struct picture view, is, turned;
	struct gl_placement layers[3];
	size_t n = put_layers(WAY_MIX, layers);
	(void)state;
	for (size_t k = 0; k < sizeof magnified / sizeof *magnified; k++) {
		const struct magnified *m = &magnified[k];
		const struct size s = size_of(m);
		struct gl_composition c = magnify(m, layers, n), plain = c;
		plain.part = (struct gl_rect){0};
		plain.view_width = plain.view_height = 0;
		plain.origin_x = m->part.x0;
		plain.origin_y = m->part.y0;
		struct gl_target *target = rig_target(&rig, s.width, s.height);
		compose(target, &plain);
		read_target(target, &view);
		drop_target();
		target = rig_target(&rig, s.across, s.down);
		compose(target, &c);
		read_target(target, &is);
		drop_target();
		expect_scaled(&view, &is, &s);
		for (int i = 1; i < TRANSFORMS; i++) {
			c.transform = (enum transform)i;
			target = target_of(s.across, s.down, c.transform);
			compose(target, &c);
			read_target(target, &turned);
			expect_turned(&is, &turned, c.transform, 1, "magnified");
			drop_target();
		}
	}
}

/* Damage is of the view; what is not in the part is not painted. */
static void test_magnified_damage(void **state)
{
	static const struct gl_rect rects[] = {{3, 1, 4, 2}, {12, 9, 14, 11},
		{9, 6, 11, 8}, {30, 20, 32, 22}, {0, 0, WIDTH, HEIGHT},
		{20, 0, 22, HEIGHT}};
	static struct picture before, whole, is;
	struct gl_placement layers[3];
	size_t n = put_layers(WAY_MIX, layers);
	(void)state;
	for (size_t k = 1; k < sizeof magnified / sizeof *magnified; k++) {
		const struct magnified *m = &magnified[k];
		const struct size s = size_of(m);
		struct gl_target *target = rig_target(&rig, s.across, s.down);
		for (size_t i = 0; i < sizeof rects / sizeof *rects; i++) {
			const struct gl_region damage = {1, {rects[i]}};
			struct gl_rect cut = rect_intersect(rects[i], m->part);
			bool any = !rect_empty(&cut);
			struct gl_composition with = magnify(m, layers, n), c = with;
			c.background = 0xff00ff;
			c.n_layers = 0;
			c.sprite.serial = 0;
			cut = (struct gl_rect){cut.x0 - m->part.x0, cut.y0 - m->part.y0,
				cut.x1 - m->part.x0, cut.y1 - m->part.y0};
			compose(target, &with);
			read_target(target, &whole);
			compose(target, &c);
			read_target(target, &before);
			with.damage = &damage;
			uint64_t composed = rig.gl->cost.composed;
			compose(target, &with);
			assert_int_equal(rig.gl->cost.composed > composed, any);
			read_target(target, &is);
			for (int32_t y = 0; y < s.down; y++) {
				for (int32_t x = 0; x < s.across; x++) {
					const uint8_t *p = at(&is, x, y);
					bool must =
						any && concerned(&s, &cut, x, y, -1e-3);
					bool may = any && concerned(&s, &cut, x, y, 0.07);
					const uint8_t *want =
						at(must ? &whole : &before, x, y);
					for (int b = 0; b < 4 && (must || !may); b++)
						assert_in_range(p[b] - want[b] + 1, 0, 2);
				}
			}
		}
		drop_target();
	}
}

static void test_refused(void **state)
{
	struct gl_target *target = rig_target(&rig, WIDTH, HEIGHT);
	static uint8_t rgba[WIDTH * HEIGHT * 4];
	int fence = 7;
	(void)state;
	const struct gl_composition wrong[] = {
		{.transform = TRANSFORMS},
		{.view_width = -1},
		{.view_height = INT32_MIN},
		{.view_width = INT32_MAX},
		{.part = {0, 0, WIDTH + 1, 1}},
		{.part = {-1, 0, 1, 1}},
		{.view_width = 9, .part = {5, 5, 10, 10}},
		{.sprite = {sprite_pixels, UINT64_MAX, 0, 4, 0, 0}},
		{.sprite = {sprite_pixels, UINT64_MAX, 4, -4, 0, 0}},
		{.sprite = {sprite_pixels, UINT64_MAX, INT32_MAX, 1, 0, 0}},
	};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct gl_composition c = wrong[i];
		c.damage = &all;
		c.fence = &fence;
		assert_int_equal(gl_compose_view(target, &c), -EINVAL);
		assert_int_equal(fence, -1);
		c = (struct gl_composition){.background = 0x102030, .damage = &all};
		compose(target, &c);
		rig_read_target(&rig, target, WIDTH, HEIGHT);
		rig_expect(&rig, 5, 5, 0x102030ff, 0);
	}
	assert_int_equal(gl_target_read_view(target, TRANSFORMS, rgba), -EINVAL);
}

/* fences */

static struct {
	int made, dupped, destroyed;
	int fd; /* that the driver gives; below 0: it fails */
	bool refuses;
} fake;

static EGLSyncKHR fake_create(EGLDisplay display, EGLenum kind, const EGLint *attributes)
{
	assert_true(display == rig.gl->display);
	assert_int_equal(kind, EGL_SYNC_NATIVE_FENCE_ANDROID);
	assert_null(attributes);
	fake.made++;
	return fake.refuses ? EGL_NO_SYNC_KHR : (EGLSyncKHR)&fake;
}

static unsigned finished, flushed;

static EGLint fake_dup(EGLDisplay display, EGLSyncKHR sync)
{
	(void)display;
	assert_true(flushed > 0); /* there is no file before */
	assert_true(sync == (EGLSyncKHR)&fake);
	fake.dupped++;
	return fake.fd;
}

static EGLBoolean fake_destroy(EGLDisplay display, EGLSyncKHR sync)
{
	(void)display;
	assert_true(sync == (EGLSyncKHR)&fake);
	fake.destroyed++;
	return EGL_TRUE;
}

void __wrap_glFlush(void);
void __real_glFlush(void);
void __wrap_glFinish(void);
void __real_glFinish(void);

void __wrap_glFinish(void)
{
	finished++;
	__real_glFinish();
}

void __wrap_glFlush(void)
{
	flushed++;
	__real_glFlush();
}

static void compose_fenced(struct gl_target *target, int *fence, unsigned finishes)
{
	const struct gl_composition c = {
		.background = 0x405060, .damage = &all, .fence = fence};
	finished = flushed = 0;
	compose(target, &c);
	assert_int_equal(finished, finishes);
}

static void test_fence(void **state)
{
	struct gl_target *target = rig_target(&rig, WIDTH, HEIGHT);
	const struct gl_placement placed = {.layer = page(8, 8, 1, 255)};
	int fence = 99;
	(void)state;
	if (cpu()) {
		compose_fenced(target, &fence, 0);
		assert_int_equal(fence, -1);
		return;
	}
	rig.gl->create_sync = fake_create;
	rig.gl->destroy_sync = fake_destroy;
	rig.gl->dup_fence = fake_dup;
	fake.fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	compose_fenced(target, &fence, 0);
	assert_int_equal(fence, fake.fd);
	assert_int_equal(fake.made + fake.dupped + fake.destroyed, 3);
	compose_fenced(target, NULL, 1); /* nobody would wait for it */
	assert_int_equal(fake.made, 1);
	fake.refuses = true;
	compose_fenced(target, &fence, 1);
	assert_int_equal(fence, -1);
	assert_int_equal(fake.made, 2);
	assert_int_equal(fake.destroyed, 1);
	fake.refuses = false;
	int fd = fake.fd;
	fake.fd = EGL_NO_NATIVE_FENCE_FD_ANDROID;
	compose_fenced(target, &fence, 1);
	assert_int_equal(fence, -1);
	assert_int_equal(fake.destroyed, 2);
	/* Lost in the frame: no descriptor stays open. */
	fake.fd = fd;
	const struct gl_composition c = {
		.layers = &placed, .n_layers = 1, .damage = &all, .fence = &fence};
	assert_int_equal(gl_layer_draw(placed.layer), 0);
	rig.gl->lose_after = 1;
	fence = 99;
	assert_int_equal(gl_compose_view(target, &c), -ESTALE);
	rig.gl->lose_after = 0;
	assert_int_equal(fence, -1);
	assert_int_equal(fake.dupped, 3);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	/* What the driver really has. */
	struct gl_error err;
	assert_int_equal(gl_recover(rig.gl, &err), 0);
	const char *list = eglQueryString(rig.gl->display, EGL_EXTENSIONS);
	bool offered = egl_has(rig.gl, list, "EGL_ANDROID_native_fence_sync");
	assert_true((rig.gl->dup_fence != NULL) == offered);
	compose_fenced(target, &fence, offered ? 0 : 1);
	assert_true((fence >= 0) == offered);
	if (fence >= 0)
		close(fence);
}

/* What the driver has can be denied it. */
static void test_without_fence(void **state)
{
	static const char name[] = "EGL_ANDROID_native_fence_sync";
	const char *was = rig.gl->options.without;
	(void)state;
	assert_true(egl_has(rig.gl, "EGL_A EGL_ANDROID_native_fence_sync EGL_B", name));
	rig.gl->options.without = "highp EGL_ANDROID_native_fence_sync";
	assert_false(egl_has(rig.gl, "EGL_A EGL_ANDROID_native_fence_sync EGL_B", name));
	rig.gl->options.without = was;
}

static int clear(void **state)
{
	struct gl *gl = rig.gl;
	(void)state;
	rig_clear(&rig);
	surface_finish(&gl->mix);
	surface_finish(&gl->whole);
	return 0;
}

int main(int argc, char **argv)
{
#define T(name) cmocka_unit_test_teardown(name, clear)
	static const struct CMUnitTest tests[] = {
		T(test_turned),
		T(test_damage),
		T(test_part),
		T(test_scaled),
		T(test_scaled_flat),
		T(test_scaled_damage),
		T(test_sprite),
		T(test_sprite_moves),
		T(test_sprite_serials),
		T(test_sprite_scaled),
		T(test_magnified),
		T(test_magnified_damage),
		T(test_refused),
		T(test_fence),
		T(test_without_fence),
	};
	rig_open_args(&rig, argc, argv);
	int failed = cmocka_run_group_tests_name("view", tests, NULL, NULL);
	rig_close(&rig);
	return failed != 0;
}
