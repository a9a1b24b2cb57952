/* coverage_private: what the files that cover a scene share. */
#ifndef OSAAS_GL_COVERAGE_PRIVATE_H
#define OSAAS_GL_COVERAGE_PRIVATE_H

#include "gl/coverage.h"

struct cover {
	struct gl_scene *scene;
	const struct scene_context *context;
	struct raster *raster;
	struct gl_rect layer;
	double whole; /* pixels of a box up to which a shape is made whole, seen or not */
	const struct gl_scene *before; /* the frame before; may be NULL */
	uint32_t next_run;             /* of before: where the next one is looked for */
	uint64_t overdraw, overdraw_limit;
	uint64_t sampled, n_sampled; /* of contents off the grid: pixels, places */
	bool no_memory;
	bool too_dear;  /* a font takes too long to read */
	bool too_much;  /* overdraw: paints cover more than overdraw_limit pixels */
	bool too_small; /* a place shows more than SUBLAYER_MAX_PART of its content */
};

/* Whole-pixel boxes that may lie far away, up to OPWIRE_MAX_DEVICE. */
struct far_box {
	double x0, y0, x1, y1;
};

/*
 * cover_part gives what of a shape's box is to be made: all of it when it is small or
 * lies in the layer, else what lies in the layer. Empty when nothing of it does.
 */
struct gl_rect cover_part(const struct cover *c, const struct far_box *box);

/* cover_key tells masks of the same shape cut in another way apart: part from the corner of box. */
void cover_key(uint64_t key[2], const struct far_box *box, struct gl_rect part, bool cut);

/*
 * cover_find gives the mask of the key, charged; else NULL, and raster begun for part.
 * cover_make turns what was drawn since into a mask: it lies dx, dy from part's corner.
 */
struct gl_mask *cover_find(struct cover *c, const uint64_t key[2]);
struct gl_mask *cover_make(struct cover *c, const uint64_t key[2], bool even_odd,
	struct gl_rect part, uint64_t work);

/* cover_add gives a mask its key and what it cost, and hands it to the cache. */
void cover_add(
	struct cover *c, struct gl_mask *mask, const uint64_t key[2], uint64_t work);

/* cover_clip fills box, mask and bounds of a clip whose parent has them; false: refused. */
bool cover_clip(struct cover *c, struct gl_clip *clip);

/* cover_run finds or makes the glyphs of an item, and its bounds within `within`. */
bool cover_run(struct cover *c, struct gl_item *item, struct gl_rect within);

/* cover_place counts what painting the part of its content costs that an item shows. */
bool cover_place(struct cover *c, const struct gl_item *item);

/* cover_paint counts pixels that an item paints. */
bool cover_paint(struct cover *c, uint64_t pixels);

#endif
