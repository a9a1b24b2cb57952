/*
 * build: scenes made by hand, for tests of what comes after the decoder and the coverage. It
 * owns masks, glyphs and images; build_begin and build_free let go of them.
 */
#ifndef OSAAS_TESTS_GL_BUILD_H
#define OSAAS_TESTS_GL_BUILD_H

#include <stdint.h>

#include "gl/glyph.h"
#include "gl/resource.h"
#include "gl/scene.h"
#include "gl/sublayer.h"

#define BUILD_THINGS 2048

struct build {
	struct gl_scene scene;
	void *things[BUILD_THINGS]; /* freed */
	size_t n;
	uint32_t seed;
};

void build_begin(struct build *b, int32_t width, int32_t height);
void build_free(struct build *b);

/* Brushes; their numbers. color: as on the wire. */
uint32_t build_color(struct build *b, uint32_t color);
uint32_t build_linear(struct build *b, double x0, double y0, double x1, double y1,
	unsigned spread, const struct gl_stop *stops, uint32_t n);
uint32_t build_radial(struct build *b, const double circles[6], unsigned spread,
	const struct gl_stop *stops, uint32_t n);
struct gl_image *build_pixels(struct build *b, int32_t width, int32_t height);
uint32_t build_image(struct build *b, struct gl_image *image, unsigned filter,
	const struct gl_affine *from_device);

/* Clips; their numbers. A cover function gives 0 to 1 for pixel (x, y) of the layer. */
uint32_t build_rect(struct build *b, int32_t x0, int32_t y0, int32_t x1, int32_t y1);
uint32_t build_mask(struct build *b, struct gl_rect rect,
	double (*cover)(const void *data, int32_t x, int32_t y), const void *data);
uint32_t build_disc(struct build *b, double x, double y, double radius); /* soft edge */
/* A rectangle anywhere, its edges by area. */
uint32_t build_box(struct build *b, double x0, double y0, double x1, double y1);

/* Items; clip: SCENE_NONE for all. */
struct gl_item *build_item(
	struct build *b, enum item_kind kind, uint32_t clip, unsigned blend);
void build_fill(struct build *b, uint32_t clip, uint32_t brush, unsigned blend);
uint32_t build_group(struct build *b, float opacity, unsigned blend, uint32_t clip);
void build_group_end(struct build *b, uint32_t group);
/* A bitmap of any bytes; build_run puts n of them at random places in rect. */
struct gl_glyph *build_glyph(
	struct build *b, uint16_t width, uint16_t height, bool color);
void build_run(struct build *b, uint32_t clip, uint32_t brush, unsigned blend,
	struct gl_glyph *const *glyphs, uint32_t n, struct gl_rect rect);

double build_chance(struct build *b, double from, double to);
int build_chance_of(struct build *b, int n);

#endif
