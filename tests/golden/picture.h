/* picture: the texts and PNGs of the golden suite, and how far pictures differ. */
#ifndef OSAAS_TESTS_GOLDEN_PICTURE_H
#define OSAAS_TESTS_GOLDEN_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A text with what its comments "# size WxH", "# scale S", "# tolerance MEAN MAX" say. */
struct golden_text {
	char *text;        /* to be freed */
	int width, height; /* of the picture: the size times the scale */
	double scale, mean, max;
};
bool golden_read(const char *path, struct golden_text *out);

/* golden_names lists DIR/NAME.ops, sorted, without .ops; n of them, all to be freed. */
char **golden_names(const char *dir, size_t *n);

/* RGBA8, rows of 4 * width bytes. picture_read allocates. */
bool picture_write(const char *path, const uint8_t *rgba, int width, int height);
uint8_t *picture_read(const char *path, int *width, int *height);

/* Over all bytes of all pixels: their mean and greatest difference, and where that is. */
struct picture_error {
	double mean;
	int max, x, y;
};
struct picture_error picture_compare(
	const uint8_t *is, const uint8_t *should, int width, int height);

#endif
