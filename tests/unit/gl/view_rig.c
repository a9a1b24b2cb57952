#include "view_rig.h"

#include <math.h>
#include <stdlib.h>

#include "gl/private.h"
#include "gl/srgb.h"

struct rig rig;

const struct gl_region all = {1, {{0, 0, INT32_MAX, INT32_MAX}}};

const char *const way_names[WAYS] = {"copied", "over the background", "mixed"};

bool cpu(void)
{
	return rig.gl->options.platform == GL_PLATFORM_NONE;
}

bool made(const struct gl_surface *s)
{
	return s->texture != 0 || s->pixels;
}

const uint8_t *at(const struct picture *p, int32_t x, int32_t y)
{
	return &p->rgba[((size_t)y * (size_t)p->width + (size_t)x) * 4];
}

void read_target(struct gl_target *target, struct picture *out)
{
	out->width = target->surface.width;
	out->height = target->surface.height;
	assert_int_equal(gl_target_read(target, out->rgba), 0);
}

void expect_turned(const struct picture *view, const struct picture *is, enum transform t,
	int most, const char *what)
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

struct gl_layer *page(int32_t width, int32_t height, uint32_t seed, unsigned alpha)
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

size_t put_layers(enum way way, struct gl_placement out[3])
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

struct gl_target *target_of(int32_t width, int32_t height, enum transform t)
{
	bool turns = transform_turns(t);
	return rig_target(&rig, turns ? height : width, turns ? width : height);
}

void compose(struct gl_target *target, const struct gl_composition *c)
{
	assert_int_equal(gl_compose_view(target, c), 0);
}

void drop_target(void)
{
	gl_target_destroy(rig.targets[--rig.n_targets]);
}

/* scaled */

const struct size sizes[SIZES] = {
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

void expect_scaled(
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

bool concerned(
	const struct size *s, const struct gl_rect *r, int32_t x, int32_t y, double slack)
{
	double sx = (double)s->width / s->w, sy = (double)s->height / s->h;
	double cx = (x - s->x + 0.5) * sx, cy = (y - s->y + 0.5) * sy;
	double bx = fmax(sx, 1) / 2 + slack * sx, by = fmax(sy, 1) / 2 + slack * sy;
	return (cx + bx > r->x0 || r->x0 <= 0) &&
	       (cx - bx < r->x1 || r->x1 >= s->width) &&
	       (cy + by > r->y0 || r->y0 <= 0) && (cy - by < r->y1 || r->y1 >= s->height);
}

/* sprites */

uint32_t sprite_pixels[MOST * MOST];
uint64_t last_serial;

struct gl_sprite sprite_of(int32_t width, int32_t height, int32_t x, int32_t y)
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

int clear(void **state)
{
	struct gl *gl = rig.gl;
	(void)state;
	rig_clear(&rig);
	surface_finish(&gl->mix);
	surface_finish(&gl->whole);
	return 0;
}

int view_main(
	int argc, char **argv, const char *name, const struct CMUnitTest *tests, size_t n)
{
	rig_open_args(&rig, argc, argv);
	int failed = _cmocka_run_group_tests(name, tests, n, NULL, NULL);
	rig_close(&rig);
	return failed != 0;
}
