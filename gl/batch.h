/*
 * batch: quads of one surface, gathered and drawn with as few calls as fit.
 *
 * A run of equally covered pixels is a plain quad, and such runs below each
 * other grow into one. Runs with a value for each pixel take theirs from an
 * atlas, which is filled anew for each draw call: scratch of a fixed size, so
 * that drawing never allocates.
 */
#ifndef OSAAS_GL_BATCH_H
#define OSAAS_GL_BATCH_H

#include <GLES2/gl2.h>
#include <stddef.h>
#include <stdint.h>

#include "gl/gl.h"
#include "gl/program.h"
#include "gl/scene.h"

#define BATCH_QUADS  16384 /* four 16-bit indices each */
#define ATLAS_WIDTH  2048
#define ATLAS_HEIGHT 512
#define BATCH_OPEN   256

struct batch_vertex {
	int16_t x, y;
	uint16_t s, t;
	uint16_t color[4];
};

/* A plain quad that ends with the row before the one under way. */
struct batch_open {
	uint16_t x, len, value;
	uint32_t quad;
};

struct batch_row {
	struct batch_open
		open[BATCH_OPEN]; /* by x; those that do not fit just do not grow */
	size_t n;
	int32_t y;
};

struct gl_batch {
	GLuint vertex_buffer, index_buffer, atlas;
	struct batch_vertex (*quads)[4];
	size_t n;
	uint8_t *texels;
	int32_t next_s, next_t; /* the first free texel */
	struct batch_row rows[2];
	unsigned row;        /* the one under way */
	const float *linear; /* of an sRGB byte */
	float color[4];      /* of the mask under way */
};

int batch_init(struct gl_batch *b, const float *linear); /* 0 or -ENOMEM */
void batch_finish(struct gl_batch *b);                   /* of a zeroed one too */

/* batch_begin starts drawing into the present surface, width times height. */
void batch_begin(
	struct gl_batch *b, const struct gl_program *fill, int32_t width, int32_t height);

/* batch_fill fills what the clip covers (NULL: all) within, with a colour of the op stream. */
void batch_fill(struct gl_batch *b, const struct gl_clip *clip, uint32_t color,
	struct gl_rect within);

/* batch_flush draws what was gathered. */
void batch_flush(struct gl_batch *b);

#endif
