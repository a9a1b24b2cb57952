#include "oracle.h"

#include <math.h>

#define SLICES 120 /* of a corner's height */
#define SMALL  0.5 /* sigma in px below which the mean over the pixel counts */
#define SIDE   8   /* samples of that, squared */
#define REACH  3   /* sigmas */
#define GONE   9   /* sigmas beyond which a double has nothing left */

/* The part of a normal distribution around at that lies in from .. to. */
static double part_of(double from, double to, double at, double sigma)
{
	double s = sigma * M_SQRT2;
	return (erf((to - at) / s) - erf((from - at) / s)) / 2;
}

static double inset(double radius, double depth)
{
	double h = radius - depth;
	return h > 0 ? radius - sqrt(fmax(radius * radius - h * h, 0)) : 0;
}

/* The rows from y0 to y1, between the sides as the corners have them there. */
static double band(const struct blur *b, struct point p, double y0, double y1)
{
	const double *box = b->box, *r = b->radius;
	double sum = 0;
	if (p.y < y0 - GONE * b->sigma || p.y > y1 + GONE * b->sigma)
		return 0;
	for (int i = 0; y1 > y0 && i < SLICES; i++) {
		double top = y0 + (y1 - y0) * i / SLICES;
		double bottom = y0 + (y1 - y0) * (i + 1) / SLICES, y = (top + bottom) / 2;
		double left = fmax(inset(r[0], y - box[1]), inset(r[3], box[3] - y));
		double right = fmax(inset(r[1], y - box[1]), inset(r[2], box[3] - y));
		sum += part_of(top, bottom, p.y, b->sigma) *
		       part_of(box[0] + left, box[2] - right, p.x, b->sigma);
	}
	return sum;
}

static double blur_at(const struct blur *b, struct point p)
{
	const double *box = b->box, *r = b->radius;
	double reach = REACH * b->sigma;
	if (p.x < box[0] - reach || p.x > box[2] + reach || p.y < box[1] - reach ||
		p.y > box[3] + reach)
		return 0;
	double top = box[1] + fmax(r[0], r[1]), bottom = box[3] - fmax(r[2], r[3]);
	if (top > bottom)
		return band(b, p, box[1], box[3]);
	return band(b, p, box[1], top) + band(b, p, bottom, box[3]) +
	       part_of(top, bottom, p.y, b->sigma) *
		       part_of(box[0], box[2], p.x, b->sigma);
}

static double blur_pixel(const struct blur *b, const struct affine *inverse, int x, int y)
{
	int side = b->sigma / affine_stretch(inverse) < SMALL ? SIDE : 1;
	double sum = 0;
	for (int i = 0; i < side * side; i++) {
		struct point p = {
			x + (i % side + 0.5) / side, y + (i / side + 0.5) / side};
		sum += blur_at(b, affine_apply(inverse, p));
	}
	return sum / (side * side);
}

struct mask blur_mask(
	const struct blur *blur, const struct affine *t, int width, int height, int rows)
{
	struct mask mask = mask_new(width, height);
	struct blur b = *blur;
	struct affine inverse;
	bool flat = !affine_inverse(t, &inverse);
	bool empty = !(b.box[2] > b.box[0] && b.box[3] > b.box[1]);
	radii_fit(b.box, b.radius);
	if (b.sigma == 0) {
		struct edges edges = {0};
		shape_rrect(&edges, t, b.box, b.radius);
		mask = mask_fill(&edges, false, width, height, rows);
	}
	for (int i = 0; i < width * height && !flat; i++) {
		if (b.sigma > 0 && !empty)
			mask.k[i] = blur_pixel(&b, &inverse, i % width, i / width);
		if (b.inverted)
			mask.k[i] = 1 - mask.k[i];
	}
	return mask;
}
