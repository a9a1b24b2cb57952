/*
 * soft_kernel: what the painter does to rows of pixels. One text, soft_lanes.h, is
 * compiled for 1, 2 and 4 pixels at a time; all give the same bytes.
 *
 * dst: RGBA8 pixels, premultiplied in linear light, then sRGB encoded. Rows of light are
 * four floats a pixel, premultiplied, and may be read and written up to LIGHT_PAD
 * pixels beyond their end. cover: COVER_FULL is whole; NULL: whole everywhere.
 */
#ifndef OSAAS_GL_SOFT_KERNEL_H
#define OSAAS_GL_SOFT_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIGHT_PAD       4
#define KERNEL_SEGMENTS 64

/* colour = first + the sum over segments of clamp((t - at) * inverse + bias, 0, 1) * delta */
struct kernel_ramp {
	float first[4];
	int n;
	struct kernel_segment {
		float at, inverse, bias, delta[4];
	} segments[KERNEL_SEGMENTS];
};

/* Where along a gradient the pixels of a row lie. */
struct kernel_line {
	uint8_t spread; /* enum op_spread */
	bool radial;
	/* linear: t = t + i dt. radial: from c0 on, px + i dx, py + i dy, in units of r1 - r0. */
	double t, dt;
	double px, py, dx, dy;
	double cx, cy, r0; /* radial: c1 - c0, r0 in the same unit */
};

/* Texels of one level of an image, bilinear: bytes encoded, or light of LIGHT_FULL. */
#define LIGHT_FULL 32767
struct kernel_level {
	const uint32_t *bytes; /* NULL: light */
	const uint16_t *light;
	int32_t width;          /* of a row, texels */
	int32_t x0, y0, x1, y1; /* first and last texel that may be used */
	ptrdiff_t ahead; /* texels from a pixel's to those of the one two rows below */
	unsigned shift;  /* level 0's pixels by 2^shift are this one's */
	float weight;
};

struct kernel_sampler {
	int n; /* 1 or 2 levels, of weight 1 together; the second one's texels are light */
	struct kernel_level levels[2];
	int64_t du, dv; /* of one pixel, in 2^-32 level-0 texels */
};

/* What a colour looks like over ground, by each coverage of 255: pixels, and their bytes. */
struct kernel_table {
	uint32_t ground;
	bool grey; /* the first three planes are the same */
	uint32_t pixels[256];
	uint8_t planes[4][256];
};

/*
 * Black of an alpha below SHADE_ALPHA through coverage of 255, as a shadow is. On the curved
 * part of sRGB light x m is ((byte / 255 + 0.055) m^(1/2.4) - 0.055) 255, so that opaque
 * pixels from SHADE_LEAST on, which stay on that part, need no light at all.
 */
#define SHADE_ALPHA 153
#define SHADE_LEAST 24
/* 0.055 x 255, and a half, of 128. */
#define SHADE_OFFSET 1795
#define SHADE_HALF   64
struct kernel_shade {
	float color[4];
	uint16_t power[256];    /* m^(1/2.4) of 65535, by coverage */
	uint8_t planes[2][256]; /* its bytes, the low ones first */
};

struct kernel_glyph {
	const uint8_t *cover; /* of 255 */
	int32_t pitch, width, height;
	const float *color;               /* light */
	const struct kernel_table *table; /* NULL: the ground is not plain */
};

struct soft_kernels {
	void (*fill)(uint32_t *dst, size_t n, uint32_t pixel);
	/* over, for a colour, of light, and for a row; k is coverage as well. */
	void (*solid)(uint32_t *dst, size_t n, const float color[4]);
	void (*solid_cover)(
		uint32_t *dst, size_t n, const float color[4], const uint16_t *cover);
	void (*shade)(uint32_t *dst, size_t n, const struct kernel_shade *shade,
		const uint16_t *cover, uint16_t value);
	void (*over)(uint32_t *dst, size_t n, const float *light, const uint16_t *cover,
		float k);
	void (*blend)(uint32_t *dst, size_t n, const float *light, const uint16_t *cover,
		float k, unsigned mode); /* enum op_blend */
	void (*store)(uint32_t *dst, size_t n, const float *light);
	void (*load)(float *light, size_t n, const uint32_t *src);
	/* first: pixels from the line's start to the row's. */
	void (*gradient)(float *light, size_t n, const struct kernel_ramp *ramp,
		const struct kernel_line *line, size_t first);
	void (*sample)(float *light, size_t n, const struct kernel_sampler *sampler,
		int64_t u, int64_t v);
	void (*glyph)(uint32_t *dst, int32_t stride, const struct kernel_glyph *glyph);
};

extern const struct soft_kernels soft_kernels_1;
extern const struct soft_kernels soft_kernels_avx2, soft_kernels_avx512; /* x86-64 */

#endif
