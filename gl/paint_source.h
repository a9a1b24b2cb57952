/* paint_source: what is painted through shapes by the card: brushes, and surfaces. */
#ifndef OSAAS_GL_PAINT_SOURCE_H
#define OSAAS_GL_PAINT_SOURCE_H

#include "gl/private.h"

/* Linear, premultiplied. */
struct paint_source paint_source_color(const struct gl *gl, const float color[4]);

/* Pixels of a surface whose corner is at device x, y. */
struct paint_source paint_source_surface(const struct gl *gl, const struct gl_surface *s,
	int32_t x, int32_t y, float opacity);

/* The same as an image: content's point of a device point by to_content, content x, y at the corner. */
struct paint_source paint_source_content(const struct gl *gl, const struct gl_surface *s,
	const struct gl_affine *to_content, struct gl_rect content);

/* The colour glyphs of the batch's atlas, glyph's corner at device x, y. */
struct paint_source paint_source_glyph(const struct gl *gl, const struct gl_glyph *glyph,
	int32_t x, int32_t y, float opacity);

/* What source lies in, in texels, with what is below in another that has the same corner. */
void paint_source_look(struct paint_source *source, const struct gl *gl,
	const struct gl_surface *s, const struct gl_surface *below);

/* paint_source_brush: 1: it paints nothing; 0, -ENOMEM. */
int paint_source_brush(struct gl *gl, const struct gl_scene *scene,
	const struct gl_brush *brush, struct paint_source *out);

#endif
