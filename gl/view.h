/*
 * view: how what a person sees lies on a target. The target seen upright is `across` by
 * `down` pixels; `at` is where the view is there. That is all of it where both are of one
 * size; else the view is scaled, between bars. Of a view that is magnified this is the part
 * that is shown, in all of the room that the whole would have.
 */
#ifndef OSAAS_GL_VIEW_H
#define OSAAS_GL_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "gl/gl.h"
#include "util/transform.h"

struct gl_view {
	int32_t x, y; /* of its top left, in what layers and damage are in */
	int32_t width, height;
	enum transform transform;
	int32_t across, down;
	struct gl_rect at;
};

/* view_init: of a target of this size; -EINVAL: composition has no such view. */
int view_init(struct gl_view *view, const struct gl_composition *composition,
	int32_t width, int32_t height);

bool view_scaled(const struct gl_view *view);

/* view_matrix: from the target seen upright to its pixels. */
struct matrix view_matrix(const struct gl_view *view);

/* view_rect: whole pixels that went through a matrix of whole numbers. */
struct gl_rect view_rect(const struct matrix *m, struct gl_rect rect);

/*
 * Of a view that is scaled: each pixel of the target is the mean of a box of the view's
 * pixels, view_box of them wide and high (32 at most), around its own centre. view_reach: what of the
 * target, seen upright, shows damage of the view, with the bars beside it; view_source:
 * what of the view such a rectangle is made of.
 */
void view_box(const struct gl_view *view, double step[2], double box[2]);
struct gl_rect view_reach(const struct gl_view *view, struct gl_rect damage);
struct gl_rect view_source(const struct gl_view *view, struct gl_rect reach);

#endif
