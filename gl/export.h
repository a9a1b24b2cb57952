/*
 * export: a scene as SVG or PDF, for screenshots that scale. Needs no EGL.
 *
 * Everything stays vector: shapes, strokes, gradients, text (glyphs as outlines, in font
 * precision: not rounded to pixels), images as they came, sub-layers nested. What differs
 * from the screen:
 *
 * - Viewers mix colours as they are encoded, not in linear light: edges, half-transparent
 *   paints, multiply and screen come out darker or lighter. Gradients look the same: they
 *   get enough stops. (color-interpolation="linearRGB" is written too, and ignored by
 *   librsvg and browsers alike.)
 * - Of the blend modes, over, multiply and screen exist there, and what comes to the same
 *   (dest is nothing, source with an opaque brush is over). Any other is painted by soft:
 *   all of the layer or group up to that item becomes one image of the layer's pixels.
 *   So are glyphs that are cut from an image, or whose font is retired.
 * - Coloured glyphs are images, of up to GLYPH_MAX_SIZE px per em.
 * - A blur is a filter in SVG, which viewers approximate, and an image as a mask in PDF.
 * - Dashes of a closed contour are not joined at its start.
 *
 * A pixel is 1/96 inch. PDF is 1.7, its streams deflated.
 */
#ifndef OSAAS_GL_EXPORT_H
#define OSAAS_GL_EXPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct gl_scene;
struct glyph_cache;
struct soft;

struct gl_export {
	const struct gl_scene *scene; /* covered, when an item needs soft */
	int32_t width, height;        /* of the layer */
	struct glyph_cache *glyphs;   /* NULL: the scene has no text */
	struct soft *soft; /* NULL: scenes with other blend modes are refused */
};

enum gl_export_format {
	GL_EXPORT_SVG,
	GL_EXPORT_PDF,
};

/* gl_export_format_of tells the format by the end of a name; false: it is neither .svg nor .pdf. */
bool gl_export_format_of(const char *path, enum gl_export_format *format);

/*
 * gl_export_write writes to a stream, from where it stands; it need not be seekable.
 * 0, -ENOMEM, -ENOTSUP (needs soft), -EINVAL (no pixels), -E2BIG (the file would have more
 * than some 8 million verbs or 128 million pixels), or what stopped writing.
 */
int gl_export_write(
	FILE *out, enum gl_export_format format, const struct gl_export *from);

/* gl_export_file: to a file that appears under path whole or not at all. */
int gl_export_file(
	const char *path, enum gl_export_format format, const struct gl_export *from);

/* gl_layer_export: what a layer shows, its last accepted frame. */
struct gl_layer;
int gl_layer_export(
	struct gl_layer *layer, const char *path, enum gl_export_format format);

#endif
