/* canvas_cairo: the scenes on Cairo's image surface. */
#ifndef TESTS_BENCH_PAINT_CANVAS_CAIRO_H
#define TESTS_BENCH_PAINT_CANVAS_CAIRO_H

#include <stdbool.h>

#include "canvas.h"

/* coarse: images by CAIRO_FILTER_BILINEAR, which does not look at all pixels; else by the default. */
struct canvas *cairo_canvas_create(int width, int height, bool coarse);
void cairo_canvas_destroy(struct canvas *c);
void cairo_canvas_write(struct canvas *c, const char *path); /* a PNG, to look at */

#endif
