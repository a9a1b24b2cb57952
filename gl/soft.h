/*
 * soft: the painter for graphics drivers that are software themselves. It paints a scene
 * into memory, band by band, in linear light; the layer then gives the bytes to GL.
 * Knows no EGL.
 *
 * Why there is one, measured on two cores (Mesa 22.3 llvmpipe, 1920x1080): GL fills the
 * window in 2.9 ms, 4.3 ms with blending, and draws 5,000 glyph quads in 6.4 ms; Cairo
 * does in 0.6 ms what the last needs with the fill; a texture of that size is uploaded
 * in 0.17 ms.
 */
#ifndef OSAAS_GL_SOFT_H
#define OSAAS_GL_SOFT_H

#include <stdbool.h>
#include <stdint.h>

#include "gl/gl.h"
#include "gl/scene.h"

/* What is called between two parts of a painting; both NULL: nothing. */
struct soft_pause {
	void (*call)(void *data);
	void *data;
};
static inline void soft_rest(const struct soft_pause *p)
{
	if (p && p->call)
		p->call(p->data);
}

struct soft; /* scratch and tables, shared by all layers of a renderer */

int soft_create(struct soft **out);   /* 0 or -ENOMEM */
void soft_destroy(struct soft *soft); /* takes NULL */

/* soft_set_pause: between bands; borrowed. */
void soft_set_pause(struct soft *soft, const struct soft_pause *p);

/*
 * soft_paint repaints rect of pixels (RGBA8 premultiplied in linear light, then sRGB encoded, rows of 4 * stride
 * bytes, the layer's size) from nothing with the scene's items: what no item covers becomes
 * clear. It allocates only when a group or a sub-layer needs more scratch than ever before,
 * or an image its mips.
 * 0 or -ENOMEM.
 */
int soft_paint(struct soft *soft, const struct gl_scene *scene, uint8_t *pixels,
	int32_t stride, struct gl_rect rect);

/*
 * soft_paint_scene does the same into a part of a larger or smaller picture: pixels is
 * where the scene's pixel (x, y) lies, rect is in the scene's coordinates.
 */
int soft_paint_scene(struct soft *soft, const struct gl_scene *scene, uint8_t *pixels,
	int32_t stride, int32_t x, int32_t y, struct gl_rect rect);

/*
 * soft_paint_to paints rect band by band and gives each one away, its rows as long as rect is
 * wide, before the cache has lost it: for pixels that are only to be uploaded.
 */
int soft_paint_to(struct soft *soft, const struct gl_scene *scene, struct gl_rect rect,
	void (*take)(void *data, struct gl_rect band, const uint8_t *pixels), void *data);

/* soft_opaque: whether what a covered scene shows is sure to be opaque all over rect. */
bool soft_opaque(const struct gl_scene *scene, struct gl_rect rect);

/*
 * Rows for who composes them. Light is as in soft_kernel.h: it may be read and written a
 * little beyond its end. soft_over lays src over dst, which is opaque: what is opaque or
 * clear goes through untouched.
 */
void soft_load(const struct soft *soft, float *light, const uint32_t *src, size_t n);
void soft_store(const struct soft *soft, uint32_t *dst, const float *light, size_t n);
void soft_over(struct soft *soft, uint32_t *dst, const uint32_t *src, size_t n);

/* soft_name is of the vector instructions in use: "avx2"; NULL: none. */
const char *soft_name(const struct soft *soft);

/* soft_scalar: paint with the scalar twin from now on, for tests; false by default. */
void soft_scalar(struct soft *soft, bool scalar);

#endif
