/* render: a text drawn by gl, as gl_layer_read gives it. */
#ifndef OSAAS_TESTS_GOLDEN_RENDER_H
#define OSAAS_TESTS_GOLDEN_RENDER_H

#include <stdbool.h>
#include <stdint.h>

#include "gl/gl.h"

/*
 * render_open takes "soft" or "scalar", "gl" (ES 3), "gl2" (ES 2 at most) or "auto". NULL:
 * error says why not.
 */
struct gl *render_open(const char *painter, char error[256]);

/* render_text gives RGBA8 pixels, to be freed, from a window of its own; NULL: as above. */
uint8_t *render_text(struct gl *gl, const char *text, int width, int height, double scale,
	char error[256]);

#endif
