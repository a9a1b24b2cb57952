/*
 * batch: quads of one surface, gathered and drawn with as few calls as fit.
 *
 * A run of equally covered pixels is a plain quad, and such runs below each other grow
 * into one. Runs with a value for each pixel take theirs from the coverage ring, glyphs
 * from an atlas; both keep what they hold over frames. Drawing never allocates.
 */
#ifndef OSAAS_GL_BATCH_H
#define OSAAS_GL_BATCH_H

#include <GLES2/gl2.h>
#include <stddef.h>
#include <stdint.h>

#include "gl/cover_ring.h"
#include "gl/gl.h"
#include "gl/glyph_atlas.h"
#include "gl/program.h"
#include "gl/scene.h"

#define BATCH_QUADS 8192 /* four 16-bit indices each */
#define BATCH_OPEN  256
#define STOP_ROWS   256

struct batch_vertex {
	int16_t x, y;
	uint16_t s, t;
	uint16_t color[4];
	float u, v;
	float radial[3];
	uint16_t pick[4];
	uint8_t look[4];
};

/* What is painted through a shape. */
struct paint_source {
	const struct gl_program *program;
	/* Linear, premultiplied; of what is sampled only alpha counts: opacity. */
	float color[4];
	struct gl_affine to_brush; /* device to what the program samples */
	float radial[3];
	uint8_t look[4];
	/* Of a texture: the texels' size in what to_brush gives. */
	GLuint texture, under;
	float unit[2], extent[2], fine[2], levels[4], clamp[2][4], terms[4], more;
};

/* Blending by fixed function; off: what is drawn replaces. */
struct batch_blend {
	bool on;
	GLenum source, dest;
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

/* Where coverage comes from, and what is below it in pick. */
enum batch_pick {
	PICK_FULL,
	PICK_RING,
	PICK_GLYPH,
};

struct batch_counts {
	uint64_t calls, quads, bytes; /* bytes of vertices and textures */
};

struct gl_batch {
	GLuint vertex_buffer, index_buffer, stops;
	struct batch_vertex (*quads)[4];
	size_t n;
	struct cover_ring ring;
	uint64_t oldest; /* place in the ring that a gathered quad needs */
	struct glyph_atlas glyphs, color_glyphs;
	uint64_t round; /* counts draws: what was drawn from in this one stays */
	uint64_t stop_keys[STOP_ROWS];
	uint64_t stop_used[STOP_ROWS]; /* round */
	size_t next_stop;
	struct batch_row rows[2];
	unsigned row; /* the one under way */
	struct paint_source source;
	struct batch_blend blend;
	int32_t width, height, x,
		y; /* the surface's size, the device point at its corner */
	struct batch_counts counts;
};

/* srgb_internal, srgb_format: of an sRGB texture with alpha. 0 or -ENOMEM. */
int batch_init(struct gl_batch *b, GLenum srgb_internal, GLenum srgb_format);
void batch_finish(struct gl_batch *b); /* of a zeroed one too */

/* batch_target: quads go to the present framebuffer, of this size, from device x, y on. */
void batch_target(
	struct gl_batch *b, int32_t width, int32_t height, int32_t x, int32_t y);

/* batch_use: quads that follow are of this source; what was gathered of another is drawn. */
void batch_use(
	struct gl_batch *b, const struct paint_source *source, struct batch_blend blend);

/* Shapes, cut to within. */
void batch_box(struct gl_batch *b, struct gl_rect within);
void batch_mask(struct gl_batch *b, struct gl_mask *mask, int32_t x, int32_t y,
	struct gl_rect within);
/* values of pixels next to each other in a row, kept for this draw only. */
void batch_values(
	struct gl_batch *b, int32_t x, int32_t y, const uint16_t *values, int32_t n);
/* batch_find_glyph: into the atlas, if it is not there; false: it never fits. */
bool batch_find_glyph(struct gl_batch *b, struct gl_glyph *glyph);
/* The coverage of a glyph that was found. */
void batch_glyph(struct gl_batch *b, struct gl_glyph *glyph, int32_t x, int32_t y,
	struct gl_rect within);

/* batch_stops gives the row where these lie, for paint_source.look. */
uint8_t batch_stops(struct gl_batch *b, const struct gl_stop *stops, uint32_t n);

/* batch_flush draws what was gathered. */
void batch_flush(struct gl_batch *b);

#endif
