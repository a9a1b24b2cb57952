/* rig: a renderer, layers and their pixels for tests. Failures end the test. */
#ifndef OSAAS_TESTS_UNIT_GL_RIG_H
#define OSAAS_TESTS_UNIT_GL_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gl/gl.h"
#include "writer.h"

#define RIG_MAX 8

/* What a test works with. */
struct rig {
	struct gl *gl;
	struct gl_layer *layers[RIG_MAX]; /* of the test under way */
	struct gl_target *targets[RIG_MAX];
	size_t n_layers, n_targets;
	struct stream stream;
	uint8_t *pixels; /* RGBA8, of what was read last */
	int32_t width;   /* of that */
};

/*
 * rig_keep_drivers keeps the libraries that EGL loads until the process ends:
 * else the leak checker cannot name, and lsan.supp not match, what Mesa leaks in
 * them. rig_open calls it.
 */
void rig_keep_drivers(void);

void rig_open_with(struct rig *rig, const struct gl_options *options);
void rig_open(struct rig *rig, enum gl_painter painter, int version);
/*
 * rig_open_args: arguments are painter (soft, scalar, gl) and version, 3 by default; cpu and
 * cpu-scalar: GL_PLATFORM_NONE.
 */
void rig_open_args(struct rig *rig, int argc, char **argv);
void rig_clear(struct rig *rig); /* destroys layers and targets */
void rig_close(struct rig *rig); /* and all the rest */

struct gl_layer *rig_layer(struct rig *rig, int32_t width, int32_t height);
struct gl_target *rig_target(struct rig *rig, int32_t width, int32_t height);

/* put_all fills the present clip with 0xRRGGBBAA. */
void put_all(struct stream *s, uint32_t rgba);

/* put_contour adds a closed contour of n corners, 3 n + 1 words, to a path record. */
void put_contour(struct stream *s, const float *xy, size_t n);

/* rig_submit ends the stream and gives it to layer, which must take it; returns the damage's bounds. */
struct gl_rect rig_submit(struct rig *rig, struct gl_layer *layer);

/* rig_read* put into pixels what a layer or target of this size holds. */
void rig_read(struct rig *rig, struct gl_layer *layer, int32_t width, int32_t height);
void rig_read_target(
	struct rig *rig, struct gl_target *target, int32_t width, int32_t height);

/* rig_pixel is one of pixels as 0xRRGGBBAA. */
uint32_t rig_pixel(const struct rig *rig, int32_t x, int32_t y);

/* rig_expect fails unless each byte of a pixel is within tolerance of 0xRRGGBBAA. */
void rig_expect(
	const struct rig *rig, int32_t x, int32_t y, uint32_t rgba, int tolerance);

void rig_expect_rect(struct gl_rect is, int32_t x0, int32_t y0, int32_t x1, int32_t y1);

#endif
