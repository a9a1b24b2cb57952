/*
 * transform: the eight ways a picture can lie on a panel, and rectangles and points
 * that go through them. One number per output, used for its picture, pointer, touch,
 * damage and screenshots alike.
 *
 * The view is upright: what a person sees. The panel is what the display scans out.
 * TRANSFORM_90 is a panel whose picture is turned by 90 degrees counter-clockwise on
 * it, for a display that stands turned by 90 degrees clockwise; the flipped ones
 * mirror left and right of the view first. The numbers are those of Wayland's
 * wl_output.transform.
 */
#ifndef OSAAS_UTIL_TRANSFORM_H
#define OSAAS_UTIL_TRANSFORM_H

#include <stdbool.h>
#include <stdint.h>

enum transform {
	TRANSFORM_NORMAL,
	TRANSFORM_90,
	TRANSFORM_180,
	TRANSFORM_270,
	TRANSFORM_FLIPPED,
	TRANSFORM_FLIPPED_90,
	TRANSFORM_FLIPPED_180,
	TRANSFORM_FLIPPED_270,
	TRANSFORMS, /* how many */
};

/* x' = xx * x + xy * y + x0, and so for y. */
struct matrix {
	double xx, xy, x0, yx, yy, y0;
};

/* "normal", "90", ... "flipped-270". transform_parse: false: it is none of them. */
const char *transform_name(enum transform t);
bool transform_parse(const char *text, enum transform *out);

/* Whether width and height are exchanged. */
bool transform_turns(enum transform t);

enum transform transform_inverse(enum transform t);
/* transform_then: first a, then b. */
enum transform transform_then(enum transform a, enum transform b);

/*
 * transform_matrix leads from a view of width x height to the panel (whose sides are
 * exchanged if the transform turns). Points are on pixel edges: the view's (0, 0,
 * width, height) becomes the whole panel.
 */
struct matrix transform_matrix(enum transform t, double width, double height);

/* matrix_then: first a, then b. matrix_inverse: false: there is none. */
struct matrix matrix_then(struct matrix a, struct matrix b);
bool matrix_inverse(struct matrix a, struct matrix *out);
void matrix_point(const struct matrix *a, double *x, double *y);
/* matrix_rect: the bounds of a rectangle that went through, for those without shear. */
void matrix_rect(const struct matrix *a, double *x0, double *y0, double *x1, double *y1);

#endif
