/* Brushes: set by an op, resolved by the paint with the transform in force there. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "gl/decode_private.h"
#include "gl/resource.h"

/* Points of a gradient nearer than this are one. */
#define SAME_POINT 1e-9

int op_brush_color(struct decoder *d)
{
	d->brush = (struct brush_state){
		.kind = BRUSH_COLOR,
		.color = bytes_u32(&d->in),
	};
	d->resolved = SCENE_NONE;
	return 0;
}

/* n stops, which are all that is left of the payload. */
static int read_stops(struct decoder *d, struct brush_state *brush, uint32_t n)
{
	struct gl_scene *s = d->scene;
	float last = 0;
	if (n > OPWIRE_MAX_ALL_STOPS - s->n_stops)
		return refuse(d, -E2BIG, "more than %u stops in a stream",
			OPWIRE_MAX_ALL_STOPS);
	if (!scene_reserve(s, stops, n))
		return refuse_memory(d);
	for (uint32_t i = 0; i < n; i++) {
		float at = bytes_f32(&d->in);
		if (!(at >= 0 && at <= 1))
			return refuse(d, -EINVAL, "a stop is not within 0 and 1");
		if (at < last)
			return refuse(d, -EINVAL, "stops are not in order");
		last = at;
		s->stops[s->n_stops + i] = (struct gl_stop){
			.at = at,
			.color = bytes_u32(&d->in),
		};
	}
	brush->stop = (uint32_t)s->n_stops;
	brush->n_stops = n;
	s->n_stops += n;
	return 0;
}

static int read_gradient(
	struct decoder *d, enum brush_kind kind, size_t n, struct brush_state *brush)
{
	*brush = (struct brush_state){.kind = kind};
	int rc = read_numbers(d, &d->in, brush->v, n);
	if (!rc)
		rc = read_choice(d, &d->in, SPREAD_KINDS, "spread", &brush->spread);
	uint32_t stops = bytes_u32(&d->in);
	if (rc)
		return rc;
	if (stops == 0)
		return refuse(d, -EINVAL, "no stops");
	if (stops > OPWIRE_MAX_STOPS)
		return refuse(d, -E2BIG, "%u stops; at most %u", stops, OPWIRE_MAX_STOPS);
	rc = check_words(d, n + 2 + 2 * (size_t)stops);
	return rc ? rc : read_stops(d, brush, stops);
}

static int set_brush(struct decoder *d, int rc, const struct brush_state *brush)
{
	if (rc)
		return rc;
	d->brush = *brush;
	d->resolved = SCENE_NONE;
	return 0;
}

int op_brush_linear(struct decoder *d)
{
	struct brush_state brush;
	int rc = read_gradient(d, BRUSH_LINEAR, 4, &brush);
	return set_brush(d, rc, &brush);
}

int op_brush_radial(struct decoder *d)
{
	struct brush_state brush;
	int rc = read_gradient(d, BRUSH_RADIAL, 6, &brush);
	const double *v = brush.v;
	if (!rc && (v[2] < 0 || v[5] <= 0))
		return refuse(d, -EINVAL, "a radius is negative, or the outer one 0");
	if (!rc && !(hypot(v[3] - v[0], v[4] - v[1]) + v[2] < v[5]))
		return refuse(d, -EINVAL, "the inner circle is not within the outer");
	return set_brush(d, rc, &brush);
}

static int check_part(struct decoder *d, const struct gl_image *image, const double v[4])
{
	if (!(v[0] < v[2] && v[1] < v[3]))
		return refuse(d, -EINVAL, "the part of the image is empty");
	if (v[0] < 0 || v[1] < 0 || v[2] > image->width || v[3] > image->height)
		return refuse(d, -EINVAL, "the part is not within the image of %dx%d",
			image->width, image->height);
	return 0;
}

int op_brush_image(struct decoder *d)
{
	struct brush_state brush = {.kind = BRUSH_IMAGE};
	uint32_t id = bytes_u32(&d->in);
	brush.image = d->resources ? resource_image(d->resources, id) : NULL;
	if (!brush.image)
		return refuse(d, -EINVAL, "image %u is not defined", id);
	if (d->content)
		brush.image->pin = IMAGE_PINNED;
	int rc = read_choice(d, &d->in, FILTER_KINDS, "filter", &brush.filter);
	if (!rc)
		rc = read_numbers(d, &d->in, brush.v, 4);
	if (!rc)
		rc = check_part(d, brush.image, brush.v);
	return set_brush(d, rc, &brush);
}

int op_blend(struct decoder *d)
{
	return read_choice(d, &d->in, BLEND_KINDS, "blend mode", &d->blend);
}

/* resolving */

/* x becomes t = dot(p - p0, p1 - p0) / |p1 - p0|^2, p in local space. */
static struct gl_affine linear_space(const double v[4], const struct gl_affine *to_local)
{
	double x = v[2] - v[0], y = v[3] - v[1], length = hypot(x, y);
	if (length < SAME_POINT)
		return (struct gl_affine){.ox = 1};
	x /= length * length, y /= length * length;
	struct gl_affine t = {x, y, -(v[0] * x + v[1] * y), 0, 0, 0};
	return affine_mul(&t, to_local);
}

static void add_geometry(
	struct gl_brush *b, const struct brush_state *from, const struct gl_affine *local)
{
	const double *v = from->v;
	b->from_device = *local;
	if (b->kind == BRUSH_LINEAR) {
		b->from_device = linear_space(v, local);
	} else if (b->kind == BRUSH_RADIAL) {
		b->x0 = v[0], b->y0 = v[1], b->r0 = v[2];
		b->x1 = v[3], b->y1 = v[4], b->r1 = v[5];
	} else {
		b->x0 = v[0], b->y0 = v[1], b->x1 = v[2], b->y1 = v[3];
		b->from_device.ox += v[0];
		b->from_device.oy += v[1];
	}
}

static bool is_opaque(const struct gl_scene *s, const struct gl_brush *b)
{
	if (b->kind == BRUSH_COLOR)
		return b->color >> 24 == 255;
	if (b->kind == BRUSH_IMAGE)
		return b->image->opaque;
	for (uint32_t i = 0; i < b->n_stops; i++)
		if (s->stops[b->stop + i].color >> 24 != 255)
			return false;
	return true;
}

static uint64_t hash_brush(const struct gl_scene *s, const struct gl_brush *b)
{
	const struct gl_affine *m = &b->from_device;
	const double numbers[12] = {m->sx, m->hx, m->ox, m->hy, m->sy, m->oy, b->x0,
		b->y0, b->r0, b->x1, b->y1, b->r1};
	uint64_t h = hash_mix(b->kind, b->color);
	if (b->kind == BRUSH_COLOR)
		return h;
	h = hash_mix(h, b->spread | (uint64_t)b->filter << 8);
	for (int i = 0; i < 12; i++)
		h = hash_double(h, numbers[i]);
	for (uint32_t i = 0; i < b->n_stops; i++) {
		const struct gl_stop *stop = &s->stops[b->stop + i];
		h = hash_mix(hash_double(h, (double)stop->at), stop->color);
	}
	return h;
}

static int add_brush(struct decoder *d)
{
	struct gl_scene *s = d->scene;
	const struct brush_state *from = &d->brush;
	struct gl_affine local;
	if (!scene_reserve(s, brushes, 1))
		return refuse_memory(d);
	struct gl_brush *b = &s->brushes[s->n_brushes];
	*b = (struct gl_brush){
		.kind = from->kind,
		.color = from->color,
		.spread = from->spread,
		.filter = from->filter,
		.stop = from->stop,
		.n_stops = from->n_stops,
		.image = from->image,
		.from_device = GL_AFFINE_IDENTITY,
	};
	b->flat = b->kind != BRUSH_COLOR && !affine_invert(&d->transform, &local);
	if (b->kind != BRUSH_COLOR && !b->flat)
		add_geometry(b, from, &local);
	if (b->image)
		image_hold(b->image);
	b->opaque = !b->flat && is_opaque(s, b);
	b->geometry = hash_brush(s, b);
	b->hash = b->image ? hash_mix(b->geometry, b->image->serial) : b->geometry;
	d->resolved = (uint32_t)s->n_brushes++;
	d->resolved_transform = d->transform;
	return 0;
}

/* Paints one after the other mostly share a brush. */
static bool is_resolved(const struct decoder *d)
{
	return d->resolved != SCENE_NONE &&
	       (d->brush.kind == BRUSH_COLOR ||
		       memcmp(&d->transform, &d->resolved_transform,
			       sizeof d->transform) == 0);
}

int resolve_brush(struct decoder *d, uint32_t *brush, uint32_t *clip, bool *nothing)
{
	int rc = is_resolved(d) ? 0 : add_brush(d);
	if (rc)
		return rc;
	const struct gl_brush *b = &d->scene->brushes[d->resolved];
	*brush = d->resolved;
	*clip = d->clip;
	*nothing = b->flat;
	if (b->kind != BRUSH_IMAGE || b->flat)
		return 0;
	const double part[4] = {0, 0, b->x1 - b->x0, b->y1 - b->y0};
	return clip_made(d, part, clip);
}
