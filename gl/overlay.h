/*
 * overlay: a sub-layer that gl_compose lays over its window out of the sub-layer's own
 * store: then scrolling changes no pixel of the window. Possible where it is placed on
 * whole pixels, over, in no group and no mask, opaque, and nothing that follows covers
 * it. Its item stays in the scene with empty bounds, as if it painted nothing.
 */
#ifndef OSAAS_GL_OVERLAY_H
#define OSAAS_GL_OVERLAY_H

#include "gl/gl.h"
#include "gl/scene.h"

struct gl_overlay {
	uint64_t id;                  /* gl_overlay_info's */
	struct gl_region damage;      /* the same */
	uint32_t item;                /* in the scene */
	uint64_t hash, content;       /* the item's */
	struct gl_sublayer *sublayer; /* held by the scene */
	uint64_t serial;              /* its */
	struct gl_rect at;            /* what is seen of it, in the window */
	int32_t dx, dy;               /* from there to the content */
};

struct gl_overlays {
	size_t n;
	struct gl_overlay all[GL_OVERLAYS];
};

/* overlays_find takes items of a covered scene out; overlays_undo puts their hashes back. */
void overlays_find(const struct gl *gl, struct gl_scene *scene, struct gl_overlays *out);
void overlays_undo(struct gl_scene *scene, struct gl_overlays *overlays);

/*
 * overlays_diff gives ids and damage to those that are, and adds what looks different in
 * the window; ids and stores go on to what succeeds. overlays_stay: those of the same
 * scene at another size keep ids, and all of them is damaged.
 */
void overlays_diff(
	const struct gl_overlays *was, struct gl_overlays *is, struct gl_region *out);

void overlays_stay(const struct gl_overlays *was, struct gl_overlays *is);

/* overlays_draw has pixels ready to be composed, but for bits left out. 0, -ENOMEM, -ESTALE, -EIO. */
int overlays_draw(struct gl *gl, const struct gl_overlays *overlays, uint32_t left_out);

/* overlays_merge lays them into the pixels of a window, width across. */
int overlays_merge(
	struct gl *gl, const struct gl_overlays *overlays, uint8_t *rgba, int32_t width);

#endif
