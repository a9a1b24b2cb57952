/* stroke_private: what the files that make strokes share. */
#ifndef OSAAS_GL_STROKE_PRIVATE_H
#define OSAAS_GL_STROKE_PRIVATE_H

#include "gl/stroke.h"

/* How far a chord of a stroke's side may be off, px; see OUTLINE_TOLERANCE. */
#define STROKE_TOLERANCE (1.0 / 128)
/* Sections of a strip; a longer one is cut. */
#define STRIP_MAX 128

enum strip_end {
	END_FLAT, /* another strip follows, or a join */
	END_CAP,
};

/* One end of the pen on its way, in device space. */
struct strip_side {
	struct gl_point at[STRIP_MAX];
	bool curved[STRIP_MAX]; /* a place within a curve */
	size_t n;
};

/*
 * A strip is what the pen covers while it moves forwards on both sides: sections across
 * the line, from the left end to the right one, seen along the line with y down. In a bend
 * tighter than half the width the inner end goes backwards:
 *
 *	L0--L1--L2--L3    sections 0 to 3 cross at c0, c1 and c2 on the inner side; the strip
 *	 \  |   |  /      has L0 .. L3 and c2 .. c0, and what lies beyond, between the
 *	   c0 c1 c2       c and the pen's inner ends, is a contour of its own, of the
 *	  / |   |  \      same orientation
 */
struct strip {
	struct strip_side left, right;
	struct strip_side beyond, centres; /* of a tight bend: inner ends, and the c */
	int tight; /* 1: bends to the left, -1: to the right, 0: not that much */
	struct gl_point p, d; /* of the last section, local; d is a unit vector */
	struct gl_point start_p, start_d;
	enum strip_end start;
};

struct dasher {
	const double *lengths;
	size_t n, at;
	double left; /* of the present one */
	bool on;
};

struct stroker {
	struct raster *raster;
	const struct gl_stroke *stroke;
	struct gl_affine to_device;
	double half;      /* of the width, local */
	double scale;     /* most that T stretches */
	double tolerance; /* local */
	double arc;       /* steps of an arc, for each radian */
	struct strip strip;
	struct dasher dash; /* n 0: none */
	/* the run under way */
	bool moving;            /* has a direction */
	bool dot;               /* has a verb, if only one of no length */
	bool closed;            /* the contour will be */
	bool first_open;        /* the first dash of a closed one has no cap yet */
	struct gl_point pen, d; /* d: where it came from */
	struct gl_point first_p, first_d;
};

struct stroke_curve {
	struct gl_point p[4];
	struct gl_point d0, d1; /* directions at its ends */
};

/* stroke_dash.c: the state at the start of a run, and how a part is covered with dashes. */
void dash_begin(struct stroker *s);
void dash_line(struct stroker *s, struct gl_point to, struct gl_point d, double length);
void dash_curve(struct stroker *s, const struct stroke_curve *c, double t0, double t1,
	struct gl_point to, struct gl_point d);

/* stroke.c: parts of a strip. */
void strip_begin(
	struct stroker *s, struct gl_point p, struct gl_point d, enum strip_end start);
void strip_to(struct stroker *s, struct gl_point p, struct gl_point d, bool curved);
void strip_end(struct stroker *s, enum strip_end end);

struct gl_point curve_at(const struct stroke_curve *c, double t);
struct gl_point curve_slope(const struct stroke_curve *c, double t);
/* curve_direction is a unit vector; where the curve stands still, `otherwise`. */
struct gl_point curve_direction(
	const struct stroke_curve *c, double t, struct gl_point otherwise);

#endif
