/* Dashes: the line is measured as it is drawn, and the pen lifted where a gap begins. */
#include <math.h>

#include "gl/stroke_private.h"

static double speed(const struct stroke_curve *c, double t)
{
	struct gl_point v = curve_slope(c, t);
	return sqrt(v.x * v.x + v.y * v.y);
}

/* Length of a part so short that three points of Gauss and Legendre are enough. */
static double part_length(const struct stroke_curve *c, double t0, double t1)
{
	double middle = (t0 + t1) / 2, half = (t1 - t0) / 2,
	       off = half * 0.7745966692414834;
	return half *
	       (5 * speed(c, middle - off) + 8 * speed(c, middle) +
		       5 * speed(c, middle + off)) /
	       9;
}

/* Newton's method from where an even speed would have it. */
static double time_at(
	const struct stroke_curve *c, double t0, double t1, double length, double all)
{
	double t = t0 + (t1 - t0) * (length / all);
	for (int i = 0; i < 3; i++) {
		double v = speed(c, t), off = part_length(c, t0, t) - length;
		if (!(v > 0) || fabs(off) < 1e-9 * all)
			break;
		t = fmin(fmax(t - off / v, t0), t1);
	}
	return t;
}

void dash_begin(struct stroker *s)
{
	struct dasher *d = &s->dash;
	double sum = 0, offset;
	if (!d->n)
		return;
	/* Of an odd number every second round swaps dashes and gaps. */
	for (size_t i = 0; i < d->n; i++)
		sum += d->lengths[i];
	sum *= d->n % 2 ? 2 : 1;
	offset = fmod(s->stroke->offset, sum);
	if (offset < 0)
		offset += sum;
	d->at = 0;
	d->on = true;
	d->left = d->lengths[0];
	for (size_t i = 0; i < 2 * d->n && offset >= d->left; i++) {
		if (offset == 0 && d->left == 0)
			break;
		offset -= d->left;
		d->at = (d->at + 1) % d->n;
		d->left = d->lengths[d->at];
		d->on = !d->on;
	}
	d->left = fmax(d->left - offset, 0);
}

/* The pen goes up or down at p. */
static void toggle(struct stroker *s, struct gl_point p, struct gl_point d, bool curved)
{
	struct dasher *dash = &s->dash;
	if (dash->on) {
		strip_to(s, p, d, curved);
		strip_end(s, END_CAP);
	} else {
		strip_begin(s, p, d, END_CAP);
	}
	dash->on = !dash->on;
	dash->at = (dash->at + 1) % dash->n;
	dash->left = dash->lengths[dash->at];
}

void dash_line(struct stroker *s, struct gl_point to, struct gl_point d, double length)
{
	double at = 0;
	while (length - at > s->dash.left && raster_spend(s->raster, 1)) {
		at += s->dash.left;
		struct gl_point p = {s->pen.x + d.x * at, s->pen.y + d.y * at};
		toggle(s, p, d, false);
	}
	s->dash.left -= length - at;
	if (s->dash.on)
		strip_to(s, to, d, false);
}

void dash_curve(struct stroker *s, const struct stroke_curve *c, double t0, double t1,
	struct gl_point to, struct gl_point d)
{
	double all = part_length(c, t0, t1), at = 0;
	while (all - at > s->dash.left && raster_spend(s->raster, 1)) {
		at += s->dash.left;
		double t = time_at(c, t0, t1, at, all);
		struct gl_point p = curve_at(c, t);
		toggle(s, p, curve_direction(c, t, s->d), true);
	}
	s->dash.left -= all - at;
	if (s->dash.on)
		strip_to(s, to, d, t1 < 1);
}
