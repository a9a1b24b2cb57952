/*
 * raster: lines in, exact area of the shape in each pixel out.
 *
 * Each line leaves a cell in every pixel it runs through: how far it goes down
 * there (cover), and how much of that pixel lies to its right (area). Summing
 * cover from the left gives the winding of a whole pixel:
 *
 *	    x  x+1 x+2             cells:  x: cover 1, area .6
 *	 ---+--/+---+---           then:   pixel x = .6, x+1 and on = 1,
 *	    | / |   |                      until a line going up gives -1
 *
 * Contours are summed with their direction and the sum's magnitude clamped to
 * one: non-zero fill, exact wherever no two edges share a pixel.
 *
 * Arithmetic is double and the cells are float: device coordinates may be 1e9
 * apart, and dx/dy in fixed point would need 64-bit products all the same. What
 * is stored lies within a pixel, where a float is good to 1e-7.
 */
#ifndef OSAAS_GL_RASTER_H
#define OSAAS_GL_RASTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gl/affine.h"
#include "gl/gl.h"

struct raster_cell {
	uint16_t x, y; /* from the box's corner */
	float cover, area;
};

/* Scratch, reused from shape to shape. Zeroed is empty. */
struct raster {
	struct gl_rect box; /* what lies outside is never stored */
	struct raster_cell *cells, *sorted;
	size_t n, cap, cap_sorted;
	uint32_t *counts;
	size_t cap_counts;
	uint64_t work; /* units spent, see gl/OPS.md "Work" */
	uint64_t work_limit;
	bool no_memory;
};

void raster_finish(struct raster *r);

/* raster_begin starts a shape of which only box matters. */
void raster_begin(struct raster *r, struct gl_rect box);

/* raster_spend counts work; false when there is none left, or no memory. */
bool raster_spend(struct raster *r, uint64_t units);

void raster_line(struct raster *r, struct gl_point a, struct gl_point b);

/* raster_sort puts the cells in rows, from left to right, in place; false: out of memory. */
bool raster_sort(struct raster *r);

#endif
