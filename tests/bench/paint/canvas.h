/*
 * canvas: what the scenes of tests/bench/gl draw on. Each renderer that is measured
 * implements it, so that all draw the same pixels from the same calls.
 *
 * Lengths are pixels, origin top left, y down. Colours are 0xAARRGGBB, sRGB, not premultiplied.
 */
#ifndef TESTS_BENCH_PAINT_CANVAS_H
#define TESTS_BENCH_PAINT_CANVAS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct canvas;

struct canvas_stop {
	float at;
	uint32_t color;
};

/* Opaque, 0xffRRGGBB, rows of width pixels. A renderer may keep what it makes of it. */
struct canvas_image {
	int width, height;
	const uint32_t *pixels;
	void *kept;
};

struct canvas_ops {
	/* begin starts a picture with the whole canvas in one colour; end has it finished in memory. */
	void (*begin)(struct canvas *c, uint32_t color);
	void (*end)(struct canvas *c);

	void (*push)(struct canvas *c, float sx, float hx, float ox, float hy, float sy,
		float oy);
	void (*pop)(struct canvas *c);
	void (*clip)(struct canvas *c, float x0, float y0, float x1, float y1);
	void (*unclip)(struct canvas *c);

	/* A path, then one of fill and stroke. */
	void (*move)(struct canvas *c, float x, float y);
	void (*line)(struct canvas *c, float x, float y);
	void (*cubic)(struct canvas *c, float ax, float ay, float bx, float by, float x,
		float y);
	void (*close)(struct canvas *c);
	void (*fill)(struct canvas *c, uint32_t color);
	/* Round joins, butt caps. */
	void (*stroke)(struct canvas *c, float width, const float *dashes, size_t n,
		uint32_t color);

	void (*rect)(
		struct canvas *c, float x0, float y0, float x1, float y1, uint32_t color);
	void (*rrect)(struct canvas *c, float x0, float y0, float x1, float y1,
		float radius, uint32_t color);
	/* The same blurred with a Gaussian; the renderer may keep masks of sizes it has seen. */
	void (*shadow)(struct canvas *c, float x0, float y0, float x1, float y1,
		float radius, float sigma, uint32_t color);
	/* A rectangle from 0,0 to w,h. */
	void (*linear)(struct canvas *c, float w, float h,
		const struct canvas_stop *stops, size_t n);
	void (*radial)(struct canvas *c, float w, float h,
		const struct canvas_stop *stops, size_t n);
	void (*glyphs)(struct canvas *c, float size, const uint16_t *ids, const float *xy,
		size_t n, uint32_t color);
	/* From 0,0 on, one of its pixels to a pixel; filtered well when made smaller. */
	void (*image)(struct canvas *c, struct canvas_image *image);
};

/* The first member of every renderer's canvas. */
struct canvas {
	const struct canvas_ops *ops;
	int width, height;
};

/* The file of the font of all glyphs: DejaVu Sans, found by fontconfig. */
extern const char *canvas_font;

#ifdef __cplusplus
}
#endif

#endif
