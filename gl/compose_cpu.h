/*
 * compose_cpu: pieces onto a target by the processor, tile by tile. What lies over
 * everything below is copied from where it was painted; what must be blended is blended
 * in a tile of our own first, in sRGB bytes between which layers meet in linear light.
 */
#ifndef OSAAS_GL_COMPOSE_CPU_H
#define OSAAS_GL_COMPOSE_CPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gl/compositor.h"
#include "gl/panel.h"

/* Tiles lie on multiples of these in the view: whole cache lines of the panel, where it turns. */
#define TILE_WIDTH  128
#define TILE_HEIGHT 32

struct compose_scratch {
	uint32_t tile[TILE_WIDTH * TILE_HEIGHT];
	float *light; /* rows for a view that is scaled */
	size_t cap;
	const struct row_kernels *kernels;
};

/* 0 or -ENOMEM; destroy takes NULL. */
int compose_scratch_create(bool vectors, struct compose_scratch **out);
void compose_scratch_destroy(struct compose_scratch *scratch);

/* memory_draw is the compositor's draw. */
int memory_draw(const struct gl_frame *frame);

/* compose_upright puts what is seen of the view within rect to where its corner lies. */
void compose_upright(const struct gl_frame *frame, struct gl_rect rect, uint32_t *to,
	ptrdiff_t stride);

/* tile_next: the tiles of a rectangle, one after the other, from a zeroed one; false: no more. */
bool tile_next(struct gl_rect *tile, struct gl_rect of);

/* memory_draw_scaled: damage of a view that is of another size. 0, -EINVAL, -ENOMEM. */
int memory_draw_scaled(
	const struct gl_frame *frame, const struct panel *panel, struct gl_rect damage);

#endif
