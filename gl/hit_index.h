/*
 * hit_index: which areas and clips may lie at a point, from the last declared to the first.
 *
 * A scene that is asked often has a grid of bins, and grids of twice the bin again and again
 * up to the whole scene: each area and clip lies in the finest of which its box meets at most
 * two bins either way, so at most four in all, and a question merges one list of each grid.
 * Until then, and where there is no memory for it, all are looked through: same answers.
 */
#ifndef OSAAS_GL_HIT_INDEX_H
#define OSAAS_GL_HIT_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gl/affine.h"
#include "gl/gl.h"
#include "gl/hit_work.h"
#include "gl/tags.h"

struct gl_scene;

#define HIT_GRIDS 20

/* Of an area, or with HIT_CLIP of a clip: its index. */
#define HIT_CLIP 0x80000000u

struct hit_element {
	struct gl_rect box; /* whole pixels, x1 and y1 are in it */
	uint32_t what;
	uint32_t grid;
};

struct hit_grid {
	unsigned shift; /* its bins are squares of 2^shift pixels */
	size_t first;   /* its bins, in gl_hit_index.bins */
	int32_t columns, rows;
};

struct hit_index {
	struct hit_element *elements; /* as declared */
	uint32_t *bins;               /* where the list of each begins; one more */
	uint32_t *lists;              /* elements, rising */
	struct gl_tag *tags;          /* of areas that can be hit */
	size_t n_elements, n_bins, n_tags;
	size_t cap_elements, cap_bins, cap_lists, cap_tags;
	struct hit_grid grids[HIT_GRIDS];
	unsigned n_grids;
	uint64_t looked; /* at areas and clips without it, in this scene */
	bool made;
	bool off; /* for tests: never made */
};

void hit_index_finish(struct hit_index *index);
void hit_index_reset(struct hit_index *index); /* keeps the memory */

/* hit_index_ready: there is one; made when it is worth while. */
bool hit_index_ready(struct gl_scene *scene);

/* A walk through what may lie at a point. The scene's areas and clips must not change. */
struct hit_walk {
	struct gl_scene *scene;
	struct hit_work *work;
	bool clips;          /* they are wanted too */
	uint32_t area, clip; /* without an index: those before are left */
	int32_t x, y;        /* with one: the pixel, */
	const uint32_t *from[HIT_GRIDS],
		*to[HIT_GRIDS]; /* and what is left of each list */
	unsigned n;             /* of those; 0: no index, or all is done */
	bool indexed;
};

/* p lies in the scene. */
void hit_walk_begin(struct hit_walk *walk, struct gl_scene *scene, struct gl_point p,
	bool clips, struct hit_work *work);

/*
 * hit_walk_next: the next area, or clip with HIT_CLIP. Clips without a cursor or action in
 * force, and what cannot be hit, may be left out. false: there are no more, or the work is
 * spent. What is looked at in vain costs a unit.
 */
bool hit_walk_next(struct hit_walk *walk, uint32_t *what);

#endif
