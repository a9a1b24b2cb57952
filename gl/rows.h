/*
 * rows: pixels from what we paint (RGBA8) to what displays read (XRGB8888), upright or
 * turned. One text is compiled for what every CPU has and for AVX2. dst is only written.
 */
#ifndef OSAAS_GL_ROWS_H
#define OSAAS_GL_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct row_kernels {
	void (*fill)(uint32_t *dst, size_t n, uint32_t pixel);
	void (*copy)(uint32_t *dst, const uint32_t *src, size_t n);
	/* copy_back: dst[i] is src[-i]. */
	void (*copy_back)(uint32_t *dst, const uint32_t *src, size_t n);
	/* turn: dst[x * dst_stride + y] is src[y * src_stride + x], x < width, y < height. */
	void (*turn)(uint32_t *dst, ptrdiff_t dst_stride, const uint32_t *src,
		ptrdiff_t src_stride, size_t width, size_t height);
};

extern const struct row_kernels row_kernels_any;
extern const struct row_kernels row_kernels_avx2; /* x86-64 */

/* rows_choose: the best that this CPU has, or without vectors of its own, for tests. */
const struct row_kernels *rows_choose(bool plain);

#endif
