/*
 * raster: lines in, exact area of the shape in each pixel out.
 *
 * Each line is cut at the edges of the pixel rows; a row is then a list of pieces.
 * Where the pieces of a row stand apart the winding number is whole, so a row falls
 * into runs of pixels that edges run through, and stretches between them:
 *
 *	    0 0 0 [/ /|] 1 1 1 1 1 [\ \] 0 0 0     one run up, one run down
 *	    0 0 0 [/ / X \ \] 0 0 0 0 0 0 0        one run where edges meet
 *
 * In a run where windings can only be two neighbours (w and w + 1), area is linear in the
 * winding: each piece adds how far it goes down, times what lies to its right ("signed
 * area accumulation", as in font-rs and stb_truetype). In others the run is cut at each
 * end and crossing of its pieces into slabs in which edges keep their order; then only
 * those count at which inside and outside meet (raster_run.c). Both are exact. A run of very
 * many pieces is sampled along SUB_ROWS lines instead, with exact extents along each.
 *
 * Lines are double; pieces are float: what is stored is a place within the box.
 */
#ifndef OSAAS_GL_RASTER_H
#define OSAAS_GL_RASTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gl/affine.h"
#include "gl/gl.h"

struct mask_scratch;

/* Sides of a box: spans count in 16 bits. */
#define RASTER_MAX_SIDE 32767

/* Part of a line within one row: y from 0 to 1, the upper end first. */
struct raster_piece {
	float x0, y0, x1, y1;
};

/*
 * Pieces of a row that follow each other downwards or upwards, without a gap: as they came, up
 * to the first of the next link in the array.
 */
struct raster_link {
	uint32_t first; /* piece */
	uint32_t next;  /* link of the row; RASTER_END */
	int32_t sign;   /* 1: the line goes down, -1: up, 0: level */
};
#define RASTER_END UINT32_MAX

/* A link when its row is swept. */
struct raster_chain {
	float x0, x1; /* extent */
	float cover;  /* sum of heights, with the sign */
	uint32_t first, n;
	int32_t left, right; /* pixel columns of x0 and x1 */
	int32_t sign;
};

/* Scratch, reused from shape to shape. Zeroed is empty. */
struct raster {
	struct gl_rect box;         /* what lies outside is never stored */
	double x, y, width, height; /* the same */
	struct raster_piece *pieces;
	size_t n, cap;
	struct raster_link *links;
	size_t n_links, cap_links;
	int32_t last_row, last_sign; /* of the last link */
	struct raster_row {
		uint32_t first, last; /* in links */
		int32_t winding; /* of lines left of the box, the whole row's height */
	} * rows;
	size_t cap_rows;
	double min_x, max_x, min_y, max_y; /* of the lines, from the box's corner */
	/* of one row */
	struct raster_chain *chains;
	uint64_t *order;
	size_t cap_chains, cap_order;
	struct raster_cross *crossings; /* of one sub-row */
	size_t cap_crossings;
	float *sums; /* a value for each column, and two more; all 0 between runs */
	size_t cap_sums;

	float *blur; /* blur.c's */
	size_t cap_blur;

	uint64_t work; /* units spent, see gl/OPS.md "Work" */
	uint64_t work_limit;
	bool no_memory;
};

void raster_finish(struct raster *r);

/* raster_begin starts a shape of which only box matters; its sides at most RASTER_MAX_SIDE. */
void raster_begin(struct raster *r, struct gl_rect box);

/* raster_spend counts work; false when there is none left, or no memory. */
static inline bool raster_spend(struct raster *r, uint64_t units)
{
	r->work += units;
	return r->work <= r->work_limit && !r->no_memory;
}

/* raster_line: the lines of a shape form closed contours, in any order. */
void raster_line(struct raster *r, struct gl_point a, struct gl_point b);

/*
 * raster_sweep writes the rows of the shape into out and where it lies into *place (within
 * the box; empty when nothing is covered). false: no work left, or no memory.
 */
bool raster_sweep(
	struct raster *r, bool even_odd, struct mask_scratch *out, struct gl_rect *place);

/*
 * raster_run adds to r->sums the changes of insideness of a run whose windings may be
 * anything: chains from r->order[from] up to before to, `winding` left of them. In
 * raster_run.c.
 */
void raster_run(struct raster *r, size_t from, size_t to, int32_t winding, bool even_odd);

/* raster_add: an edge from (x0, y) to (x1, y + height) that height makes positive or negative. */
void raster_add(float *sums, float x0, float x1, float height);

static inline int raster_inside(int32_t winding, bool even_odd)
{
	return even_odd ? winding & 1 : winding != 0;
}

#endif
