/*
 * oracle: what an op stream looks like, by another way than gl/, slow and in double.
 *
 * It reads the text form with a parser of its own and takes gl/OPS.md at its word: shapes
 * are polygons of very many corners, a stroke is the union of its pieces, a blur is an
 * integral, a paint is a loop over all pixels, and nothing is rounded to 8 bits before the
 * end. It shares nothing with gl/ and util/. README.md says how far it may be off.
 */
#ifndef OSAAS_TESTS_GOLDEN_ORACLE_H
#define OSAAS_TESTS_GOLDEN_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A picture as gl_layer_read gives it: RGBA8, premultiplied in linear light, sRGB encoded. */
struct oracle_picture {
	int width, height;
	uint8_t *rgba; /* until oracle_forget */
};

/*
 * oracle_draw draws a text; scale multiplies the first transform, rows is how many strips
 * a pixel is cut into at least (0: enough). false: error says what it does not understand.
 */
struct oracle_ask {
	int width, height;
	double scale;
	int rows;
};
bool oracle_draw(const char *text, const struct oracle_ask *ask,
	struct oracle_picture *out, char error[200]);

/* oracle_forget frees all that was allocated since the last time. */
void oracle_forget(void);

/* From here on: what its files tell each other. Memory: zeroed, until oracle_forget. */
void *oracle_new(size_t n, size_t size);
_Noreturn void oracle_fail(unsigned line, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* One line of the text, cut into words; body is what stands between { at its end and }. */
struct line {
	unsigned number;
	char **words;
	size_t n;
	struct line *body;
	size_t n_body;
};
struct line oracle_parse(
	const char *text); /* a line without words, all others its body */
bool line_is(const struct line *line, const char *first, const char *second);
double line_number(const struct line *line, size_t word); /* rounded to f32 */
uint32_t line_integer(const struct line *line, size_t word);
uint8_t *line_hex(const struct line *line, size_t *size); /* of the body */

struct point {
	double x, y;
};
struct affine {
	double sx, hx, ox, hy, sy, oy;
};
struct point affine_apply(const struct affine *m, struct point p);
struct affine affine_times(const struct affine *a, const struct affine *b); /* b first */
bool affine_inverse(const struct affine *m, struct affine *out);
double affine_stretch(const struct affine *m); /* the longest a unit vector gets */

struct polyline {
	struct point *p;
	size_t n, cap;
};
void polyline_add(struct polyline *line, struct point p);

/* How many equal steps of t keep a Bezier curve of n + 1 points within error. */
int bezier_steps(const struct point *p, int n, double error);
struct point bezier_at(const struct point *p, int n, double t);

/* Directed edges; those of all shapes added count. */
struct edges {
	struct edge {
		double x0, y0, x1, y1;
		int up;
	} * e;
	size_t n, cap;
};
void edges_polygon(struct edges *edges, const struct polyline *points);
/* The same, turned so that all such polygons wind one way: together they are a union. */
void edges_piece(struct edges *edges, struct polyline *points);

/* Coverage of the pixels of a canvas, 0 to 1. */
struct mask {
	int width, height;
	double *k;
};
struct mask mask_new(int width, int height);
/* mask_fill sorts the edges. */
struct mask mask_fill(
	struct edges *edges, bool even_odd, int width, int height, int rows);

/* Shapes: local polygons and pieces through T. */
void shape_rrect(struct edges *out, const struct affine *t, const double box[4],
	const double radius[4]);
void shape_ellipse(struct edges *out, const struct affine *t, const double box[4]);
void shape_path(struct edges *out, const struct affine *t, const struct line *path);
void shape_stroke(struct edges *out, const struct affine *t, const struct line *stroke);
void radii_fit(const double box[4], double radius[4]);

struct blur {
	double box[4], radius[4], sigma;
	bool inverted;
};
struct mask blur_mask(
	const struct blur *blur, const struct affine *t, int width, int height, int rows);

struct pixel {
	double v[4]; /* premultiplied linear light */
};
struct pixel color_pixel(uint32_t rgba); /* 0xRRGGBBAA */
uint32_t line_color(const struct line *line, size_t word);
double encode_srgb(double linear);

struct picture {
	int width, height;
	struct pixel *p;
};
struct image {
	struct picture level[16];
	int levels;
};
struct image image_of(struct picture pixels);
struct image image_new(const uint8_t *rgba, int width, int height);
/* image_sample: at (u, v) within the texels [x0, x1) x [y0, y1), lod as gl/OPS.md has it. */
struct pixel image_sample(
	const struct image *image, const double part[4], double u, double v, double lod);
struct pixel image_nearest(
	const struct image *image, const double part[4], double u, double v);

struct gradient {
	bool radial;
	double v[6]; /* as written */
	const char *spread;
	struct {
		double at;
		struct pixel color;
	} * stops;
	size_t n;
};
struct gradient gradient_read(const struct line *brush);
struct pixel gradient_at(const struct gradient *gradient, struct point p); /* local */

struct font {
	void *face;
};
struct font font_open(const uint8_t *bytes, size_t size, long index, unsigned line);
void fonts_close(void);
/*
 * glyph_layer adds the outline of layer n of a glyph, em units with y down, through t;
 * own: the layer has a colour of its own. false: no such layer.
 */
struct glyph_layer {
	bool own;
	uint32_t color;
};
bool glyph_layer(const struct font *font, uint32_t glyph, unsigned n,
	const struct affine *t, struct edges *out, struct glyph_layer *layer);

/* blend: new = (1 - k) old + k B(s, old) by the mode's name; false: no such mode. */
bool blend(const char *mode, struct pixel *old, const struct pixel *s, double k);

#endif
