#include "gl/decode.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "util/bytes.h"
#include "util/opwire.h"

struct decoder {
	struct gl_scene *scene;
	struct gl_resources *resources;
	struct gl_op_error *err;
	const char *op;  /* name of the record under way; NULL: the header */
	size_t offset;   /* and where it starts */
	struct bytes in; /* its payload */
	struct gl_affine transform;
	struct gl_affine transforms[OPWIRE_MAX_TRANSFORMS];
	size_t transform_offsets[OPWIRE_MAX_TRANSFORMS];
	size_t n_transforms;
	uint32_t clip; /* innermost; SCENE_NONE */
	uint32_t area; /* the one that a new area's events also go to; SCENE_NONE */
	uint32_t clip_areas[OPWIRE_MAX_CLIPS]; /* area when the clip was pushed */
	size_t n_clips;
	uint32_t color;
};

__attribute__((format(printf, 3, 4))) static int refuse(
	struct decoder *d, int rc, const char *fmt, ...)
{
	struct gl_op_error *err = d->err;
	int n = 0;
	if (d->op)
		n = snprintf(err->reason, sizeof err->reason, "%s: ", d->op);
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(err->reason + n, sizeof err->reason - (size_t)n, fmt, ap);
	va_end(ap);
	err->offset = d->offset;
	return rc;
}

static int refuse_memory(struct decoder *d)
{
	return refuse(d, -ENOMEM, "out of memory");
}

static int check_number(struct decoder *d, double v, double limit)
{
	if (!isfinite(v))
		return refuse(d, -EINVAL, "a number is not finite");
	if (fabs(v) > limit)
		return refuse(d, -E2BIG, "%g is beyond the limit of %g", v, limit);
	return 0;
}

static int read_numbers(struct decoder *d, struct bytes *in, double *out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		out[i] = (double)bytes_f32(in);
		int rc = check_number(d, out[i], (double)OPWIRE_MAX_COORD);
		if (rc)
			return rc;
	}
	return 0;
}

static int to_device(struct decoder *d, double x, double y, struct gl_point *out)
{
	*out = affine_apply(&d->transform, x, y);
	int rc = check_number(d, out->x, (double)OPWIRE_MAX_DEVICE);
	return rc ? rc : check_number(d, out->y, (double)OPWIRE_MAX_DEVICE);
}

/* transforms */

static int transform_mul(struct decoder *d)
{
	double m[6];
	int rc = read_numbers(d, &d->in, m, 6);
	if (rc)
		return rc;
	struct gl_affine by = {m[0], m[1], m[2], m[3], m[4], m[5]};
	struct gl_affine t = affine_mul(&d->transform, &by);
	const double product[6] = {t.sx, t.hx, t.ox, t.hy, t.sy, t.oy};
	for (int i = 0; i < 6 && !rc; i++)
		rc = check_number(d, product[i], (double)OPWIRE_MAX_DEVICE);
	if (!rc)
		d->transform = t;
	return rc;
}

static int transform_push(struct decoder *d)
{
	if (d->n_transforms == OPWIRE_MAX_TRANSFORMS)
		return refuse(d, -E2BIG, "more than %u pushed", OPWIRE_MAX_TRANSFORMS);
	d->transforms[d->n_transforms] = d->transform;
	d->transform_offsets[d->n_transforms++] = d->offset;
	return transform_mul(d);
}

static int transform_pop(struct decoder *d)
{
	if (d->n_transforms == 0)
		return refuse(d, -EINVAL, "nothing is pushed");
	d->transform = d->transforms[--d->n_transforms];
	return 0;
}

/* clips */

static uint64_t mix(uint64_t hash, const void *data, size_t size)
{
	const uint8_t *p = data;
	for (; size >= 8; p += 8, size -= 8) {
		uint64_t word;
		memcpy(&word, p, 8);
		hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 29;
	}
	for (; size > 0; size--)
		hash = (hash ^ *p++) * UINT64_C(0x100000001b3);
	return hash;
}

static void grow_box(struct gl_clip *clip, struct gl_point p)
{
	clip->dx0 = fmin(clip->dx0, p.x);
	clip->dy0 = fmin(clip->dy0, p.y);
	clip->dx1 = fmax(clip->dx1, p.x);
	clip->dy1 = fmax(clip->dy1, p.y);
}

static int new_clip(struct decoder *d, enum scene_shape shape, struct gl_clip **out)
{
	struct gl_scene *s = d->scene;
	if (d->n_clips == OPWIRE_MAX_CLIPS)
		return refuse(d, -E2BIG, "more than %u pushed", OPWIRE_MAX_CLIPS);
	if (s->n_clips == OPWIRE_MAX_SHAPES)
		return refuse(d, -E2BIG, "more than %u in a stream", OPWIRE_MAX_SHAPES);
	if (!scene_reserve(s, clips, 1))
		return refuse_memory(d);
	struct gl_clip *clip = &s->clips[s->n_clips];
	*clip = (struct gl_clip){
		.parent = d->clip,
		.offset = (uint32_t)d->offset,
		.shape = shape,
		.to_device = d->transform,
		.dx0 = INFINITY,
		.dy0 = INFINITY,
		.dx1 = -INFINITY,
		.dy1 = -INFINITY,
		.verb = (uint32_t)s->n_verbs,
		.point = (uint32_t)s->n_points,
	};
	clip->flat = !affine_invert(&clip->to_device, &clip->to_local);
	*out = clip;
	return 0;
}

static void push_clip(struct decoder *d, struct gl_clip *clip)
{
	struct gl_scene *s = d->scene;
	uint64_t h = clip->parent == SCENE_NONE ? 1 : s->clips[clip->parent].hash;
	uint64_t shape = clip->shape;
	h = mix(h, &shape, sizeof shape);
	if (clip->shape == SHAPE_PATH && clip->n_verbs > 0) {
		h = mix(h, &s->verbs[clip->verb], clip->n_verbs);
		h = mix(h, &s->points[clip->point],
			(s->n_points - clip->point) * sizeof *s->points);
	} else if (clip->shape != SHAPE_PATH) {
		h = mix(h, &clip->x0, 4 * sizeof clip->x0);
		h = mix(h, clip->radius, sizeof clip->radius);
		h = mix(h, &clip->to_device, sizeof clip->to_device);
	}
	clip->hash = h;
	d->clip_areas[d->n_clips++] = d->area;
	d->clip = (uint32_t)s->n_clips++;
}

/* Radii that do not fit a side are all scaled down by what makes them fit, as CSS does. */
static void fit_radii(struct gl_clip *clip)
{
	double *r = clip->radius, w = clip->x1 - clip->x0, h = clip->y1 - clip->y0,
	       scale = 1;
	const double sums[4] = {r[0] + r[1], r[2] + r[3], r[1] + r[2], r[3] + r[0]};
	for (int i = 0; i < 4; i++) {
		double side = i < 2 ? w : h;
		if (sums[i] > side)
			scale = fmin(scale, fmax(side, 0) / sums[i]);
	}
	for (int i = 0; i < 4; i++)
		r[i] *= scale;
}

static int clip_box(struct decoder *d, enum scene_shape shape, size_t n_radii)
{
	double v[8] = {0};
	struct gl_clip *clip;
	int rc = new_clip(d, shape, &clip);
	if (!rc)
		rc = read_numbers(d, &d->in, v, 4 + n_radii);
	if (rc)
		return rc;
	clip->x0 = v[0], clip->y0 = v[1], clip->x1 = v[2], clip->y1 = v[3];
	for (int i = 0; i < 4; i++) {
		if (v[4 + i] < 0)
			return refuse(d, -EINVAL, "a radius is negative");
		clip->radius[i] = v[4 + i];
	}
	fit_radii(clip);
	for (int i = 0; i < 4 && !rc; i++) {
		struct gl_point p = {0};
		rc = to_device(d, v[i & 1 ? 2 : 0], v[i & 2 ? 3 : 1], &p);
		grow_box(clip, p);
	}
	if (!rc)
		push_clip(d, clip);
	return rc;
}

static int clip_rect(struct decoder *d)
{
	return clip_box(d, SHAPE_RECT, 0);
}

static int clip_rrect(struct decoder *d)
{
	return clip_box(d, SHAPE_RRECT, 4);
}

static int clip_ellipse(struct decoder *d)
{
	return clip_box(d, SHAPE_ELLIPSE, 0);
}

static const char *const verb_names[] = {
	[VERB_MOVE] = "move",
	[VERB_LINE] = "line",
	[VERB_QUAD] = "quad",
	[VERB_CUBIC] = "cubic",
	[VERB_CLOSE] = "close",
};

static const uint8_t verb_points[] = {
	[VERB_MOVE] = 1,
	[VERB_LINE] = 1,
	[VERB_QUAD] = 2,
	[VERB_CUBIC] = 3,
	[VERB_CLOSE] = 0,
};

static struct gl_point thirds(struct gl_point a, struct gl_point twice)
{
	return (struct gl_point){(a.x + 2 * twice.x) / 3, (a.y + 2 * twice.y) / 3};
}

/* One verb with its points in device space; a quad is stored as the same cubic. */
static void add_verb(struct gl_scene *s, struct gl_clip *clip, uint32_t verb,
	const struct gl_point *p, struct gl_point pen)
{
	size_t n = verb_points[verb];
	struct gl_point cubic[3];
	if (verb == VERB_QUAD) {
		cubic[0] = thirds(pen, p[0]);
		cubic[1] = thirds(p[1], p[0]);
		cubic[2] = p[1];
		verb = VERB_CUBIC, p = cubic, n = 3;
	}
	s->verbs[s->n_verbs++] = (uint8_t)verb;
	clip->n_verbs++;
	for (size_t i = 0; i < n; i++) {
		grow_box(clip, p[i]);
		s->points[s->n_points++] = p[i];
	}
}

static int read_verb(struct decoder *d, uint32_t *verb, struct gl_point *points)
{
	*verb = bytes_u32(&d->in);
	if (*verb < VERB_MOVE || *verb > VERB_CLOSE)
		return refuse(d, -EINVAL, "verb %u is unknown", *verb);
	size_t n = verb_points[*verb];
	struct bytes in = bytes_of(bytes_take(&d->in, n * 8), n * 8);
	if (!bytes_ok(&d->in))
		return refuse(d, -EINVAL, "the last verb, %s, lacks coordinates",
			verb_names[*verb]);
	double v[6];
	int rc = read_numbers(d, &in, v, n * 2);
	for (size_t i = 0; i < n && !rc; i++)
		rc = to_device(d, v[2 * i], v[2 * i + 1], &points[i]);
	return rc;
}

static int read_path(struct decoder *d, struct gl_clip *clip)
{
	struct gl_scene *s = d->scene;
	struct gl_point start = {0}, pen = {0}, p[3];
	while (bytes_left(&d->in) > 0) {
		uint32_t verb;
		int rc = read_verb(d, &verb, p);
		if (rc)
			return rc;
		if (s->n_verbs == OPWIRE_MAX_VERBS)
			return refuse(d, -E2BIG, "more than %u verbs in a stream",
				OPWIRE_MAX_VERBS);
		if (clip->n_verbs == 0 && verb != VERB_MOVE)
			return refuse(d, -EINVAL, "starts with %s, not with move",
				verb_names[verb]);
		if (!scene_reserve(s, verbs, 1) || !scene_reserve(s, points, 3))
			return refuse_memory(d);
		add_verb(s, clip, verb, p, pen);
		if (verb == VERB_MOVE)
			start = p[0];
		pen = verb == VERB_CLOSE ? start : p[verb_points[verb] - 1];
	}
	return 0;
}

static int clip_path(struct decoder *d)
{
	struct gl_clip *clip;
	int rc = new_clip(d, SHAPE_PATH, &clip);
	if (!rc)
		rc = read_path(d, clip);
	if (!rc)
		push_clip(d, clip);
	return rc;
}

static int clip_pop(struct decoder *d)
{
	if (d->n_clips == 0)
		return refuse(d, -EINVAL, "nothing is pushed");
	d->clip = d->scene->clips[d->clip].parent;
	d->area = d->clip_areas[--d->n_clips];
	return 0;
}

/* brush, paint, areas */

static int brush_color(struct decoder *d)
{
	d->color = bytes_u32(&d->in);
	return 0;
}

static int paint(struct decoder *d)
{
	struct gl_scene *s = d->scene;
	if (s->n_items == OPWIRE_MAX_PAINTS)
		return refuse(d, -E2BIG, "more than %u in a stream", OPWIRE_MAX_PAINTS);
	if (!scene_reserve(s, items, 1) || !scene_reserve(s, brushes, 1))
		return refuse_memory(d);
	uint64_t h = d->clip == SCENE_NONE ? 1 : s->clips[d->clip].hash;
	s->items[s->n_items++] = (struct gl_item){
		.kind = ITEM_FILL,
		.clip = d->clip,
		.brush = (uint32_t)s->n_brushes,
		.offset = (uint32_t)d->offset,
		.hash = mix(h, &d->color, sizeof d->color),
	};
	s->brushes[s->n_brushes++] = (struct gl_brush){
		.kind = BRUSH_COLOR,
		.color = d->color,
		.opaque = d->color >> 24 == 255,
		.hash = d->color,
	};
	return 0;
}

static int area(struct decoder *d)
{
	struct gl_scene *s = d->scene;
	if (s->n_areas == OPWIRE_MAX_AREAS)
		return refuse(d, -E2BIG, "more than %u in a stream", OPWIRE_MAX_AREAS);
	if (!scene_reserve(s, areas, 1))
		return refuse_memory(d);
	struct gl_area *a = &s->areas[s->n_areas];
	*a = (struct gl_area){
		.tag = bytes_u64(&d->in),
		.clip = d->clip,
		.parent = d->area,
	};
	a->flat = !affine_invert(&d->transform, &a->to_local);
	d->area = (uint32_t)s->n_areas++;
	return 0;
}

/* the stream */

#define ANY_LENGTH UINT32_MAX

static const struct op_kind {
	const char *name;
	uint32_t words; /* of payload */
	int (*read)(struct decoder *d);
} op_kinds[256] = {
	[OP_TRANSFORM_PUSH] = {"transform push", 6, transform_push},
	[OP_TRANSFORM_MUL] = {"transform multiply", 6, transform_mul},
	[OP_TRANSFORM_POP] = {"transform pop", 0, transform_pop},
	[OP_CLIP_RECT] = {"clip rect", 4, clip_rect},
	[OP_CLIP_RRECT] = {"clip rounded rect", 8, clip_rrect},
	[OP_CLIP_ELLIPSE] = {"clip ellipse", 4, clip_ellipse},
	[OP_CLIP_PATH] = {"clip path", ANY_LENGTH, clip_path},
	[OP_CLIP_POP] = {"clip pop", 0, clip_pop},
	[OP_BRUSH_COLOR] = {"brush color", 1, brush_color},
	[OP_PAINT] = {"paint", 0, paint},
	[OP_AREA] = {"area", 2, area},
};

static int read_record(struct decoder *d, struct bytes *stream)
{
	d->offset = stream->pos;
	d->op = "record";
	uint32_t head = bytes_u32(stream), code = head & 0xff, words = head >> 8;
	const struct op_kind *kind = &op_kinds[code];
	if (!kind->name)
		return refuse(d, -EINVAL, "opcode 0x%02x is unknown", code);
	d->op = kind->name;
	if (kind->words != ANY_LENGTH && words != kind->words)
		return refuse(d, -EINVAL, "the payload has %u words instead of %u", words,
			kind->words);
	size_t size = (size_t)words * 4, left = bytes_left(stream);
	if (size > left)
		return refuse(d, -EINVAL, "the payload of %zu bytes is cut off after %zu",
			size, left);
	d->in = bytes_of(bytes_take(stream, size), size);
	return kind->read(d);
}

static int refuse_header(struct decoder *d, size_t offset, const char *reason)
{
	d->offset = offset;
	return refuse(d, -EINVAL, "%s", reason);
}

static int read_header(struct decoder *d, struct bytes *stream)
{
	if (stream->size > OPWIRE_MAX_STREAM)
		return refuse(d, -E2BIG, "a stream of %zu bytes; at most %u",
			stream->size, OPWIRE_MAX_STREAM);
	if (stream->size < OPWIRE_HEADER_SIZE)
		return refuse_header(d, 0, "shorter than the header of 16 bytes");
	if (bytes_u32(stream) != OPWIRE_MAGIC)
		return refuse_header(d, 0, "does not start with OSop");
	if (bytes_u16(stream) != OPWIRE_MAJOR)
		return refuse_header(d, 4, "the major version is not 1");
	bytes_u16(
		stream); /* a later minor only adds ops, and those are refused by themselves */
	if (bytes_u32(stream) != stream->size)
		return refuse_header(d, 8, "the size field is not the stream's size");
	if (bytes_u32(stream) != 0)
		return refuse_header(d, 12, "the last word of the header is not zero");
	if (stream->size % 4 != 0)
		return refuse_header(d, 8, "the size is not a multiple of four");
	return 0;
}

static int check_end(struct decoder *d)
{
	if (d->n_transforms > 0) {
		d->offset = d->transform_offsets[d->n_transforms - 1];
		d->op = op_kinds[OP_TRANSFORM_PUSH].name;
		return refuse(d, -EINVAL, "is never popped");
	}
	if (d->n_clips > 0) {
		d->offset = d->scene->clips[d->clip].offset;
		d->op = "clip";
		return refuse(d, -EINVAL, "is never popped");
	}
	return 0;
}

int scene_decode(struct gl_scene *scene, const struct scene_context *context,
	struct gl_resources *resources, const void *data, size_t size,
	struct gl_op_error *err)
{
	scene_reset(scene, context);
	struct decoder d = {
		.scene = scene,
		.resources = resources,
		.err = err,
		.transform = GL_AFFINE_IDENTITY,
		.clip = SCENE_NONE,
		.area = SCENE_NONE,
		.color = 0xff000000,
	};
	struct bytes stream = bytes_of(data, size);
	int rc = read_header(&d, &stream);
	while (!rc && bytes_left(&stream) > 0)
		rc = read_record(&d, &stream);
	return rc ? rc : check_end(&d);
}
