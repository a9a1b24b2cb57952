#include "gl/png.h"

#include <errno.h>
#include <math.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>

#include "gl/libraries.h"
#include "gl/srgb.h"
#include "util/whole_file.h"

static void straighten(const uint8_t *in, uint8_t *out, int32_t w)
{
	for (int32_t i = 0; i < w; i++, in += 4, out += 4) {
		for (int k = 0; k < 3; k++) {
			out[k] = in[k];
			if (in[3] > 0 && in[3] < 255) {
				double c = srgb_to_linear(in[k] / 255.0) * 255.0 / in[3];
				out[k] =
					(uint8_t)(linear_to_srgb(fmin(c, 1)) * 255 + 0.5);
			}
		}
		out[3] = in[3];
	}
}

/* libpng jumps out of here: everything it changes lives in the caller's variables. */
static int write_rows(png_structp png, png_infop info, FILE *file, uint8_t *row,
	const uint8_t *rgba, int32_t stride, int32_t w, int32_t h)
{
	if (setjmp(png_jmpbuf(png)))
		return -EIO;
	png_init_io(png, file);
	png_set_IHDR(png, info, (png_uint_32)w, (png_uint_32)h, 8, PNG_COLOR_TYPE_RGBA,
		PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
		PNG_FILTER_TYPE_DEFAULT);
	png_set_sRGB_gAMA_and_cHRM(png, info, PNG_sRGB_INTENT_RELATIVE);
	png_write_info(png, info);
	for (int32_t y = 0; y < h; y++) {
		straighten(rgba + (size_t)y * (size_t)stride, row, w);
		png_write_row(png, row);
	}
	png_write_end(png, info);
	return 0;
}

static void quiet(png_structp png, png_const_charp message)
{
	(void)png;
	(void)message;
}

_Noreturn static void give_up(png_structp png, png_const_charp message)
{
	(void)message;
	png_longjmp(png, 1);
}

int gl_png_write_rows(
	FILE *file, const uint8_t *rgba, int32_t stride, int32_t w, int32_t h)
{
	int rc = library_load(&library_png);
	if (rc)
		return rc;
	png_structp png =
		png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, give_up, quiet);
	png_infop info = png ? png_create_info_struct(png) : NULL;
	uint8_t *row = malloc((size_t)w * 4);
	errno = 0;
	rc = info && row ? write_rows(png, info, file, row, rgba, stride, w, h) : -ENOMEM;
	/* What stopped libpng is mostly a full disk. */
	if (rc == -EIO && errno)
		rc = -errno;
	png_destroy_write_struct(&png, &info);
	library_unload(&library_png);
	free(row);
	return rc;
}

int gl_png_write(const char *path, const uint8_t *rgba, int32_t w, int32_t h)
{
	struct whole_file file;
	if (w <= 0 || h <= 0)
		return -EINVAL;
	int rc = whole_file_open(&file, path);
	if (rc)
		return rc;
	rc = gl_png_write_rows(file.out, rgba, w * 4, w, h);
	return whole_file_end(&file, rc);
}
