/*
 * scene: what a valid stream means, free of the stream's bytes and of EGL.
 *
 * Indices instead of pointers, since the arrays grow. Arrays never shrink, so
 * that a layer which has seen its like submits without allocating.
 */
#ifndef OSAAS_GL_SCENE_H
#define OSAAS_GL_SCENE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gl/affine.h"
#include "gl/gl.h"

#define SCENE_NONE UINT32_MAX

enum scene_shape {
	SHAPE_RECT,
	SHAPE_RRECT,
	SHAPE_ELLIPSE,
	SHAPE_PATH,
};

/* Coverage in 1/65535: products of a whole clip chain lose nothing visible. */
#define COVER_FULL 65535u

/* A run of pixels of one row. */
struct gl_span {
	uint16_t y, x, len;
	uint16_t value; /* coverage of all of them, when cover is SCENE_NONE */
	uint32_t cover; /* else the first of len values in gl_scene.cover */
};

/* The coverage of a clip and all its parents, within a layer. */
struct gl_mask {
	struct gl_rect bounds; /* tight; empty: nothing is covered */
	bool full;             /* every pixel of bounds is covered whole: no spans */
	uint32_t first, n;     /* in gl_scene.spans, sorted by y, then x */
	uint64_t pixels;       /* with any coverage */
};

struct gl_clip {
	uint32_t parent; /* SCENE_NONE: the layer itself */
	uint32_t offset; /* of the record, for errors */
	enum scene_shape shape;
	double x0, y0, x1, y1; /* local; not of a path */
	double radius[4];      /* of a rounded rect: nw ne se sw, made to fit */
	struct gl_affine to_device, to_local;
	bool flat;                 /* to_device has no inverse: covers nothing */
	uint32_t verb, n_verbs;    /* of a path, in gl_scene.verbs */
	uint32_t point;            /* and its first point, in device space */
	double dx0, dy0, dx1, dy1; /* device box of the shape, control points included */
	uint64_t hash;             /* of the shape and all parents' */
	bool used;                 /* some paint needs the mask */
	struct gl_mask mask;       /* valid when used, after scene_cover */
	uint32_t probe;            /* gl_scene.probe when inside was answered */
	bool inside;
};

struct gl_paint {
	uint32_t clip; /* SCENE_NONE: the whole layer */
	uint32_t offset;
	uint32_t color; /* as OP_BRUSH_COLOR has it */
};

struct gl_area {
	uint64_t tag;
	uint32_t clip;
	uint32_t parent; /* the area that also receives; SCENE_NONE */
	struct gl_affine to_local;
	bool flat; /* never hit */
};

struct gl_scene {
	struct gl_clip *clips;
	struct gl_paint *paints;
	struct gl_area *areas;
	uint8_t *verbs; /* enum op_verb, quads raised to cubics */
	struct gl_point *points;
	struct gl_span *spans;
	uint16_t *cover;
	size_t n_clips, n_paints, n_areas, n_verbs, n_points, n_spans, n_cover;
	size_t cap_clips, cap_paints, cap_areas, cap_verbs, cap_points, cap_spans,
		cap_cover;
	int32_t width, height; /* of the layer the masks were made for */
	uint32_t probe;
};

void scene_finish(struct gl_scene *scene); /* of a zeroed or used one */

/* scene_reset empties it and keeps the memory. */
void scene_reset(struct gl_scene *scene);

/* scene_reserve makes room for n more elements; false: out of memory. */
#define scene_reserve(scene, array, n)                                                   \
	scene_grow((void **)&(scene)->array, &(scene)->cap_##array, (scene)->n_##array,  \
		(n), sizeof *(scene)->array)
bool scene_grow(void **array, size_t *cap, size_t have, size_t more, size_t size);

/* scene_mask gives the mask of a paint; storage is for the one of the whole layer. */
const struct gl_mask *scene_mask(
	const struct gl_scene *scene, uint32_t clip, struct gl_mask *storage);

/* scene_diff bounds what looks different; both have masks of one size. */
struct gl_rect scene_diff(const struct gl_scene *was, const struct gl_scene *is);

/* scene_hit and scene_locate are gl_layer_hit and gl_layer_locate. */
size_t scene_hit(
	struct gl_scene *scene, double x, double y, struct gl_hit *hits, size_t max);
bool scene_locate(const struct gl_scene *scene, uint64_t tag, double x, double y,
	struct gl_hit *out);

#endif
