/*
 * Hit testing by the true shape. Each clip is asked at most once per point,
 * however many areas lie inside it, so a hit costs no more than the stream is
 * long.
 */
#include "gl/scene.h"

#include <math.h>

#include "gl/rect.h"
#include "util/opwire.h"

/* Deep enough to split 1e9 px down to a thousandth. */
#define CURVE_DEPTH 40

static int cross_line(struct gl_point a, struct gl_point b, struct gl_point p)
{
	if ((a.y <= p.y) == (b.y <= p.y))
		return 0;
	double side = (b.x - a.x) * (p.y - a.y) - (p.x - a.x) * (b.y - a.y);
	if (b.y > a.y)
		return side > 0 ? 1 : 0;
	return side < 0 ? -1 : 0;
}

static struct gl_point middle(struct gl_point a, struct gl_point b)
{
	return (struct gl_point){(a.x + b.x) / 2, (a.y + b.y) / 2};
}

static double min4(double a, double b, double c, double d)
{
	return fmin(fmin(a, b), fmin(c, d));
}

static double max4(double a, double b, double c, double d)
{
	return fmax(fmax(a, b), fmax(c, d));
}

/* Crossings of the ray from p to the right: only hulls around p need splitting. */
static int cross_cubic(const struct gl_point c[4], struct gl_point p, int depth)
{
	double top = min4(c[0].y, c[1].y, c[2].y, c[3].y);
	double bottom = max4(c[0].y, c[1].y, c[2].y, c[3].y);
	double left = min4(c[0].x, c[1].x, c[2].x, c[3].x);
	if (p.y < top || p.y >= bottom || p.x > max4(c[0].x, c[1].x, c[2].x, c[3].x))
		return 0;
	if (p.x < left || depth == 0)
		return cross_line(c[0], c[3], p);
	struct gl_point ab = middle(c[0], c[1]), bc = middle(c[1], c[2]),
			cd = middle(c[2], c[3]);
	struct gl_point abc = middle(ab, bc), bcd = middle(bc, cd),
			mid = middle(abc, bcd);
	const struct gl_point head[4] = {c[0], ab, abc, mid},
			      tail[4] = {mid, bcd, cd, c[3]};
	return cross_cubic(head, p, depth - 1) + cross_cubic(tail, p, depth - 1);
}

static bool inside_path(
	const struct gl_scene *scene, const struct gl_clip *clip, struct gl_point p)
{
	const struct gl_point *at = &scene->points[clip->point];
	struct gl_point start = {0}, pen = {0};
	int winding = 0;
	for (uint32_t i = 0; i < clip->n_verbs; i++) {
		switch (scene->verbs[clip->verb + i]) {
		case VERB_MOVE:
			winding += cross_line(pen, start, p);
			start = pen = *at++;
			break;
		case VERB_LINE:
			winding += cross_line(pen, *at, p);
			pen = *at++;
			break;
		case VERB_CUBIC: {
			const struct gl_point c[4] = {pen, at[0], at[1], at[2]};
			winding += cross_cubic(c, p, CURVE_DEPTH);
			pen = at[2];
			at += 3;
			break;
		}
		case VERB_CLOSE:
			winding += cross_line(pen, start, p);
			pen = start;
			break;
		}
	}
	return winding + cross_line(pen, start, p) != 0;
}

static bool inside_rect(const struct gl_clip *clip, struct gl_point p)
{
	return p.x >= clip->x0 && p.x < clip->x1 && p.y >= clip->y0 && p.y < clip->y1;
}

static bool inside_ellipse(double cx, double cy, double rx, double ry, struct gl_point p)
{
	double x = (p.x - cx) / rx, y = (p.y - cy) / ry;
	return x * x + y * y < 1;
}

static bool inside_rrect(const struct gl_clip *clip, struct gl_point p)
{
	if (!inside_rect(clip, p))
		return false;
	for (int i = 0; i < 4; i++) {
		double r = clip->radius[i];
		bool east = i == 1 || i == 2, south = i >= 2;
		double cx = east ? clip->x1 - r : clip->x0 + r;
		double cy = south ? clip->y1 - r : clip->y0 + r;
		bool corner =
			(east ? p.x > cx : p.x < cx) && (south ? p.y > cy : p.y < cy);
		if (corner)
			return inside_ellipse(cx, cy, r, r, p);
	}
	return true;
}

static bool inside_shape(
	const struct gl_scene *scene, const struct gl_clip *clip, struct gl_point p)
{
	if (clip->flat || !(p.x >= clip->dx0 && p.x <= clip->dx1 && p.y >= clip->dy0 &&
				  p.y <= clip->dy1))
		return false;
	struct gl_point q = affine_apply(&clip->to_local, p.x, p.y);
	switch (clip->shape) {
	case SHAPE_RECT:
		return inside_rect(clip, q);
	case SHAPE_RRECT:
		return inside_rrect(clip, q);
	case SHAPE_ELLIPSE:
		return inside_rect(clip, q) &&
		       inside_ellipse((clip->x0 + clip->x1) / 2,
			       (clip->y0 + clip->y1) / 2, (clip->x1 - clip->x0) / 2,
			       (clip->y1 - clip->y0) / 2, q);
	case SHAPE_PATH:
		return inside_path(scene, clip, p);
	case SHAPE_STROKE:
	case SHAPE_BLUR:
		break;
	}
	return false;
}

static bool inside_chain(struct gl_scene *scene, uint32_t clip, struct gl_point p)
{
	uint32_t chain[OPWIRE_MAX_CLIPS];
	size_t n = 0;
	while (clip != SCENE_NONE && scene->clips[clip].probe != scene->probe) {
		chain[n++] = clip;
		clip = scene->clips[clip].parent;
	}
	bool inside = clip == SCENE_NONE || scene->clips[clip].inside;
	while (n-- > 0) {
		struct gl_clip *c = &scene->clips[chain[n]];
		inside = inside && inside_shape(scene, c, p);
		c->inside = inside;
		c->probe = scene->probe;
	}
	return inside;
}

static bool listed(const struct gl_hit *hits, size_t n, uint64_t tag)
{
	for (size_t i = 0; i < n; i++)
		if (hits[i].tag == tag)
			return true;
	return false;
}

size_t scene_hit(
	struct gl_scene *scene, double x, double y, struct gl_hit *hits, size_t max)
{
	if (!(x >= 0 && y >= 0 && x < scene->width && y < scene->height))
		return 0;
	scene->probe++;
	uint32_t at = (uint32_t)scene->n_areas;
	while (at-- > 0) {
		const struct gl_area *area = &scene->areas[at];
		if (!area->flat &&
			inside_chain(scene, area->clip, (struct gl_point){x, y}))
			break;
	}
	size_t n = 0;
	for (; at != SCENE_NONE && n < max; at = scene->areas[at].parent) {
		const struct gl_area *area = &scene->areas[at];
		if (!area->flat && !listed(hits, n, area->tag) &&
			scene_locate(scene, area->tag, x, y, &hits[n]))
			n++;
	}
	return n;
}

bool scene_locate(const struct gl_scene *scene, uint64_t tag, double x, double y,
	struct gl_hit *out)
{
	for (size_t i = scene->n_areas; i-- > 0;) {
		const struct gl_area *area = &scene->areas[i];
		if (area->tag != tag || area->flat)
			continue;
		struct gl_point p = affine_apply(&area->to_local, x, y);
		*out = (struct gl_hit){.tag = tag, .x = (float)p.x, .y = (float)p.y};
		return true;
	}
	return false;
}
