/*
 * export_private: export.c walks a scene and keeps clips open while they are shared;
 * what it meets goes to one of the two writers, as struct export_target.
 *
 * All geometry is in device pixels of the scene, y down, but what a matrix says otherwise.
 */
#ifndef OSAAS_GL_EXPORT_PRIVATE_H
#define OSAAS_GL_EXPORT_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "gl/export.h"
#include "gl/scene.h"

/* Which numbers things got, by a key of 64 bits. Zeroed is empty. */
struct export_seen {
	struct export_seen_entry {
		uint64_t key;
		uint32_t id; /* 0: free */
	} * entries;
	size_t n, size;
};

/* A scene within a scene: each has clips of its own. */
struct export_level {
	const struct gl_scene *scene;
	int32_t width, height;
	uint32_t number;                     /* no two levels have the same */
	uint32_t open[OPWIRE_MAX_CLIPS + 2]; /* clips, outermost first */
	size_t n_open;
};

struct export
{
	const struct export_target *target;
	const struct gl_export *from;
	struct export_level *level;
	struct export_seen seen;
	uint32_t last_id, levels;
	uint64_t spent; /* see export_spend */
	bool shaded;    /* the brush of the run under way is a gradient */
	int rc;         /* the first error; nothing is written after it */
	void *own;      /* the target's */
};

/* Pixels as struct gl_image has them. */
struct export_image {
	const uint8_t *pixels;
	int32_t stride; /* bytes */
	int32_t width, height;
	struct gl_affine to_device; /* of its pixels */
	bool nearest;
	uint64_t key; /* the same: the same pixels; 0: not to be shared */
};

/* Every function may set x->rc. */
struct export_target {
	/* Everything up to unclip is clipped by one shape. */
	void (*clip)(struct export *x, const struct gl_clip *clip);
	void (*unclip)(struct export *x, const struct gl_clip *clip);
	void (*group)(struct export *x, float opacity, unsigned blend);
	void (*ungroup)(struct export *x, float opacity, unsigned blend);
	/* Color or gradient, through a shape; NULL: all of the layer. */
	void (*fill)(struct export *x, const struct gl_clip *clip,
		const struct gl_brush *brush);
	void (*image)(struct export *x, const struct export_image *image);
	/* Glyphs in a space of their own; each one's outline is at its size in there. */
	void (*run)(struct export *x, const struct gl_affine *to_device,
		const struct gl_brush *brush);
	void (*glyph)(struct export *x, uint32_t font, uint32_t id, float size, double px,
		double py);
	void (*unrun)(struct export *x);
	/* A sub-layer: known says that this key came before; else its items follow. */
	void (*content)(struct export *x, uint32_t id);
	void (*uncontent)(struct export *x, uint32_t id);
	void (*place)(struct export *x, uint32_t id, const struct gl_affine *to_device);
};

int export_svg(struct export *x, FILE *out);
int export_pdf(struct export *x, FILE *out);
void export_walk(struct export *x);

/* export_once gives the key's number, and whether it is new; 0: out of memory. */
uint32_t export_once(struct export *x, uint64_t key, bool *is_new);
enum export_kind {
	EXPORT_CLIP = 1,
	EXPORT_BRUSH,
	EXPORT_GLYPH,
	EXPORT_IMAGE,
	EXPORT_LAYER,
	EXPORT_ALPHA,
	EXPORT_BLEND,
};
uint64_t export_key(enum export_kind kind, uint64_t a, uint64_t b);

/*
 * export_spend counts what a file costs, in pixels, since streams may paint one path or
 * image many times; false: too much, or an error before.
 */
#define EXPORT_MOST       (1u << 27)
#define EXPORT_VERB       16 /* as many pixels as a verb is worth */
#define EXPORT_BLUR_PIXEL 8
bool export_spend(struct export *x, uint64_t pixels);

/* export_number: at most 10 digits behind the point, no exponent. */
void export_number(FILE *out, double v);
void export_matrix(FILE *out, const struct gl_affine *m, char between);

/* export_shape gives a clip's outline; of strokes and with local, in local space. */
struct export_pen {
	void (*verb)(void *data, unsigned verb, const struct gl_point *p);
	void *data;
};
void export_shape(struct export *x, const struct gl_clip *clip, bool local,
	const struct export_pen *pen);

/* export_glyph gives a glyph's outline to the pen; as glyph_outline. */
int export_glyph(struct export *x, uint32_t font, uint32_t id, float size,
	const struct export_pen *pen);

/* A colour in linear light, premultiplied, and as bytes, straight. */
struct export_color {
	double r, g, b, a;
};
struct export_color export_color_of(uint32_t wire);
struct export_color export_gradient_at(
	const struct gl_scene *scene, const struct gl_brush *brush, double t);
void export_bytes(struct export_color c, uint8_t rgba[4]);

/* export_line: where t is 0 and 1 of a linear gradient; false: all of it has t 1. */
bool export_line(const struct gl_brush *brush, struct gl_point *p0, struct gl_point *p1);

/* export_straight takes a row of premultiplied pixels to straight ones. */
void export_straight(const uint8_t *in, int32_t n, uint8_t *out);

/*
 * export_blur gives a blur's coverage (inverted too) as bytes, its place in to_device; NULL
 * on error. The caller frees it.
 */
uint8_t *export_blur(struct export *x, const struct gl_clip *clip, int32_t *width,
	int32_t *height, struct gl_affine *to_device);

#endif
