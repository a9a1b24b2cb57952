/*
 * oracle: the coverage of shapes by another way, slow and in double.
 *
 * Many rows in each pixel; along a row each edge is asked where it crosses
 * (lines and arcs by formula, curves by bisection, nothing is flattened), and
 * between crossings the winding number is known exactly. So nothing is
 * accumulated from pixel to pixel and nothing is shared with gl/.
 */
#ifndef OSAAS_TESTS_GL_ORACLE_H
#define OSAAS_TESTS_GL_ORACLE_H

#include <stddef.h>

#define ORACLE_SIDE  32  /* of the layer, pixels */
#define ORACLE_ROWS  128 /* in each pixel: half a row is 1/256 */
#define ORACLE_EDGES 256

struct oracle_edge {
	/* cubic in t from 0 to 1: x = sum of x[i] t^i; an arc: x[0] + x[1] cos t + x[2] sin t */
	double x[4], y[4];
	double stop[4]; /* t where y turns, ascending, from the start to the end */
	int n_stops;
	int arc;
};

struct oracle {
	double m[6]; /* sx hx ox hy sy oy of everything added */
	struct oracle_edge edges[ORACLE_EDGES];
	size_t n;
};

struct oracle_pixel {
	double filled;   /* part of it where the winding is not zero */
	double odd;      /* and where it is odd */
	double mean;     /* of the winding */
	int least, most; /* winding seen in it */
};

void oracle_begin(struct oracle *o, const float m[6]);
void oracle_line(struct oracle *o, double x0, double y0, double x1, double y1);
/* oracle_curve takes n = 3 or 4 points of a Bezier curve, x and y in turn. */
void oracle_curve(struct oracle *o, const double *xy, int n);
/* oracle_arc is c + cos t u + sin t v for t from 0 to a quarter turn. */
void oracle_arc(
	struct oracle *o, const double c[2], const double u[2], const double v[2]);
/* oracle_rrect has radii nw ne se sw as written; it makes them fit. */
void oracle_rrect(struct oracle *o, const double box[4], const double radius[4]);
void oracle_ellipse(struct oracle *o, const double box[4]);

/* oracle_row fills the pixels of row y. */
void oracle_row(const struct oracle *o, int y, struct oracle_pixel pixels[ORACLE_SIDE]);

#endif
