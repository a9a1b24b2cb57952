/* png: pictures of what was drawn. Needs no EGL. */
#ifndef OSAAS_GL_PNG_H
#define OSAAS_GL_PNG_H

#include <stdint.h>
#include <stdio.h>

/*
 * gl_png_write writes rows of 4 * w bytes, top first, premultiplied in linear
 * light as gl_target_read gives them, to path; PNG holds straight alpha, so
 * colours are divided by it. The picture appears under path whole or not at
 * all: what was there stays on error. 0 or -errno.
 */
int gl_png_write(const char *path, const uint8_t *rgba, int32_t w, int32_t h);

/* gl_png_write_rows writes it to a stream, from rows of stride bytes. 0 or -errno. */
int gl_png_write_rows(
	FILE *file, const uint8_t *rgba, int32_t stride, int32_t w, int32_t h);

#endif
