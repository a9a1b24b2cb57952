/*
 * compositor: what a renderer's pixels are kept by and put together with: a graphics card,
 * by OpenGL ES (compose.c, egl.c, surface.c), or without one the processor (memory.c,
 * compose_cpu.c, view_cpu.c).
 */
#ifndef OSAAS_GL_COMPOSITOR_H
#define OSAAS_GL_COMPOSITOR_H

#include <stdbool.h>
#include <stdint.h>

#include "gl/piece.h"
#include "gl/surface.h"
#include "gl/view.h"

/* What all of a composition's rectangles share. */
struct gl_frame {
	struct gl *gl;
	struct gl_target *target;
	const struct gl_composition *composition;
	struct gl_view view;
	struct matrix turn;     /* from the target seen upright to its pixels */
	struct gl_piece sprite; /* from is NULL: there is none */
};

/* frame_damage: the nth rectangle of damage, in the part of the view that the target shows. */
struct gl_rect frame_damage(const struct gl_frame *frame, size_t n);

struct compositor {
	/* open chooses the painter, too; both tell in err. close takes a half-open one. */
	int (*open)(struct gl *gl, struct gl_error *err);
	void (*close)(struct gl *gl);
	/* gl_enter, gl_check, surface_init, surface_put, surface_upload of private.h */
	int (*enter)(struct gl *gl);
	int (*check)(struct gl *gl);
	int (*surface_init)(struct gl *gl, struct gl_surface *s, int32_t width,
		int32_t height, enum surface_kind kind);
	void (*surface_put)(struct gl *gl, const struct gl_surface *s,
		struct gl_rect rect, const uint8_t *pixels);
	void (*surface_upload)(struct gl *gl, const struct gl_surface *s,
		const uint8_t *pixels, struct gl_rect rect);
	int (*surface_read)(struct gl *gl, const struct gl_surface *s,
		struct gl_rect part, uint8_t *rgba);
	int (*target_read)(struct gl_target *target, struct gl_rect part, uint8_t *rgba);
	/* draw puts gl.pieces, and the sprite, within all of the damage onto the target. */
	int (*draw)(const struct gl_frame *frame);
	/* finish ends what was drawn: see fence_after; fence false: it is done. */
	int (*finish)(struct gl *gl, bool fence);
};

extern const struct compositor compositor_card, compositor_processor;

#endif
