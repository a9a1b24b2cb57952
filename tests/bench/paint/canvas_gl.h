/* canvas_gl: the scenes as op streams, on a layer of gl. */
#ifndef TESTS_BENCH_PAINT_CANVAS_GL_H
#define TESTS_BENCH_PAINT_CANVAS_GL_H

#include "canvas.h"
#include "gl/gl.h"

/* end submits the stream, draws the layer, and waits for GL. */
struct canvas *gl_canvas_create(struct gl *gl, int width, int height);
void gl_canvas_destroy(struct canvas *c);

/* The next begin .. end is kept as a macro, or as a sub-layer of that size, and shows nothing. */
void gl_canvas_keep_macro(struct canvas *c);
void gl_canvas_keep_sublayer(struct canvas *c, int width, int height);
/* Within a picture: what was kept; of the sub-layer the whole canvas, from `top` on. */
void gl_canvas_call(struct canvas *c);
void gl_canvas_place(struct canvas *c, float top);

/* Of the last picture, ms: writing the stream; submitting it; drawing. */
struct gl_canvas_times {
	double encode, submit, draw;
	size_t bytes; /* of the stream */
};
struct gl_canvas_times gl_canvas_times(const struct canvas *c);

/* Of the last picture, RGBA8; width * height * 4 bytes. */
void gl_canvas_read(struct canvas *c, uint8_t *rgba);

#endif
