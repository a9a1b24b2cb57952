/* Clips: their shapes with what hits, coverage and caches need to know of them. */
#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/random.h>

#include "gl/decode_private.h"
#include "gl/rect.h"
#include "util/clock.h"

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
	if (s->n_clips == OPWIRE_MAX_SHAPES)
		return refuse(d, -E2BIG, "more than %u in a stream", OPWIRE_MAX_SHAPES);
	if (!scene_reserve(s, clips, 1))
		return refuse_memory(d);
	struct gl_clip *clip = &s->clips[s->n_clips];
	*clip = (struct gl_clip){
		.parent = d->clip,
		.offset = d->place.offset,
		.shape = shape,
		.to_device = d->transform,
		.dx0 = INFINITY,
		.dy0 = INFINITY,
		.dx1 = -INFINITY,
		.dy1 = -INFINITY,
		.verb = (uint32_t)s->n_verbs,
		.point = (uint32_t)s->n_points,
		.stroke = (uint32_t)s->n_strokes,
	};
	clip->flat = !affine_invert(&clip->to_device, &clip->to_local);
	*out = clip;
	return 0;
}

/* hashes: two at once, of the shape seen from the whole pixel at its box's corner */

struct shape_hash {
	uint64_t h[2];
	double x, y;
};

static void add_word(struct shape_hash *s, uint64_t word)
{
	s->h[0] = hash_mix(s->h[0], word);
	s->h[1] = (s->h[1] ^ word) * UINT64_C(0xc2b2ae3d27d4eb4f);
	s->h[1] ^= s->h[1] >> 32;
}

static void add_double(struct shape_hash *s, double v)
{
	uint64_t word;
	v += 0.0; /* -0 too */
	memcpy(&word, &v, sizeof word);
	add_word(s, word);
}

/* A point of the box or right and below of it: to 1/65536 px, which no pixel shows. */
static void add_point(struct shape_hash *s, struct gl_point p)
{
	add_word(s, (uint64_t)(int64_t)((p.x - s->x) * 65536 + 0.5));
	add_word(s, (uint64_t)(int64_t)((p.y - s->y) * 65536 + 0.5));
}

static void add_linear_part(struct shape_hash *s, const struct gl_affine *m)
{
	add_double(s, m->sx);
	add_double(s, m->hx);
	add_double(s, m->hy);
	add_double(s, m->sy);
}

static bool is_upright(const struct gl_affine *m)
{
	return (m->hx == 0 && m->hy == 0) || (m->sx == 0 && m->sy == 0);
}

static void hash_box(struct shape_hash *s, const struct gl_clip *clip)
{
	const struct gl_affine *m = &clip->to_device;
	if (clip->shape == SHAPE_RECT && is_upright(m)) {
		add_point(s, (struct gl_point){clip->dx0, clip->dy0});
		add_point(s, (struct gl_point){clip->dx1, clip->dy1});
		return;
	}
	add_linear_part(s, m);
	add_point(s, affine_apply(m, clip->x0, clip->y0));
	add_double(s, clip->x1 - clip->x0);
	add_double(s, clip->y1 - clip->y0);
	for (int i = 0; i < 4; i++)
		add_double(s, clip->radius[i]);
	add_double(s, clip->sigma);
	add_word(s, clip->inverted);
}

static void hash_stroke(
	struct shape_hash *s, const struct gl_clip *clip, const struct gl_stroke *stroke)
{
	add_linear_part(s, &clip->to_device);
	add_double(s, stroke->width);
	add_double(s, stroke->limit);
	add_double(s, stroke->offset);
	add_word(s, stroke->join | (unsigned)stroke->cap << 8);
	for (int i = 0; i < stroke->n_dashes; i++)
		add_double(s, stroke->dashes[i]);
}

static void hash_path(
	struct shape_hash *s, const struct gl_scene *scene, const struct gl_clip *clip)
{
	bool local = clip->shape == SHAPE_STROKE;
	for (uint32_t i = 0; i < clip->n_verbs; i++)
		add_word(s, scene->verbs[clip->verb + i]);
	for (size_t i = clip->point; i < scene->n_points; i++) {
		struct gl_point p = scene->points[i];
		add_point(s, local ? affine_apply(&clip->to_device, p.x, p.y) : p);
	}
	add_word(s, clip->even_odd);
}

/* Masks are shared by all windows: nobody may know how to make two shapes collide. */
static uint64_t seed(void)
{
	static uint64_t value;
	if (value == 0 && getrandom(&value, sizeof value, GRND_NONBLOCK) < 0)
		value = clock_now_ns();
	value |= 1;
	return value;
}

static void hash_clip(struct gl_scene *scene, struct gl_clip *clip)
{
	bool any = clip->dx1 >= clip->dx0 && clip->dy1 >= clip->dy0;
	struct shape_hash s = {
		.h = {seed() ^ clip->shape, ~seed() - clip->shape},
		.x = any ? floor(clip->dx0) : 0,
		.y = any ? floor(clip->dy0) : 0,
	};
	add_word(&s, clip->flat);
	if (clip->shape == SHAPE_STROKE)
		hash_stroke(&s, clip, &scene->strokes[clip->stroke]);
	if (clip->shape == SHAPE_PATH || clip->shape == SHAPE_STROKE)
		hash_path(&s, scene, clip);
	else
		hash_box(&s, clip);
	clip->shape_hash[0] = s.h[0];
	clip->shape_hash[1] = s.h[1];
	uint64_t h = clip->parent == SCENE_NONE ? 1 : scene->clips[clip->parent].hash;
	h = hash_mix(hash_mix(h, s.h[0]), s.h[1]);
	clip->hash = hash_double(hash_double(h, s.x), s.y);
}

static int32_t pixel(double v)
{
	return (int32_t)floor(
		fmin(fmax(v, -(double)OPWIRE_MAX_DEVICE), (double)OPWIRE_MAX_DEVICE));
}

static void reach_clip(const struct gl_scene *scene, struct gl_clip *clip)
{
	const struct gl_rect nothing = {1, 1, 0, 0};
	bool any = !clip->flat && clip->dx1 >= clip->dx0 && clip->dy1 >= clip->dy0;
	clip->reach = any ? (struct gl_rect){pixel(clip->dx0), pixel(clip->dy0),
				    pixel(clip->dx1), pixel(clip->dy1)}
			  : nothing;
	if (clip->parent != SCENE_NONE)
		clip->reach =
			rect_intersect(clip->reach, scene->clips[clip->parent].reach);
}

static void add_clip(struct decoder *d, struct gl_clip *clip)
{
	hash_clip(d->scene, clip);
	reach_clip(d->scene, clip);
	clip->area = SCENE_NONE;
	d->scene->n_clips++;
}

static int check_pushed(struct decoder *d)
{
	if (d->n_clips == OPWIRE_MAX_CLIPS)
		return refuse(d, -E2BIG, "more than %u pushed", OPWIRE_MAX_CLIPS);
	return 0;
}

static void push_clip(struct decoder *d, struct gl_clip *clip)
{
	add_clip(d, clip);
	d->clip_places[d->n_clips] = d->place;
	d->clip_areas[d->n_clips++] = d->area;
	d->clip = (uint32_t)d->scene->n_clips - 1;
}

int op_clip_pop(struct decoder *d)
{
	if (d->n_clips == 0)
		return refuse(d, -EINVAL, "nothing is pushed");
	d->clip = d->scene->clips[d->clip].parent;
	d->area = d->clip_areas[--d->n_clips];
	return 0;
}

/* boxes */

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

/* The device box of a local one, by `more` larger on each side. */
static int box_to_device(struct decoder *d, struct gl_clip *clip, double more)
{
	int rc = 0;
	for (int i = 0; i < 4 && !rc; i++) {
		struct gl_point p = {0};
		rc = to_device(d, i & 1 ? clip->x1 + more : clip->x0 - more,
			i & 2 ? clip->y1 + more : clip->y0 - more, &p);
		grow_box(clip, p);
	}
	return rc;
}

static int read_box(struct decoder *d, struct gl_clip *clip, size_t n_radii)
{
	double v[8] = {0};
	int rc = read_numbers(d, &d->in, v, 4 + n_radii);
	if (rc)
		return rc;
	clip->x0 = v[0], clip->y0 = v[1], clip->x1 = v[2], clip->y1 = v[3];
	for (int i = 0; i < 4; i++) {
		if (v[4 + i] < 0)
			return refuse(d, -EINVAL, "a radius is negative");
		clip->radius[i] = v[4 + i];
	}
	fit_radii(clip);
	return 0;
}

static bool is_sharp(const struct gl_clip *clip)
{
	return clip->radius[0] == 0 && clip->radius[1] == 0 && clip->radius[2] == 0 &&
	       clip->radius[3] == 0;
}

static int clip_box(struct decoder *d, enum scene_shape shape, size_t n_radii)
{
	struct gl_clip *clip;
	int rc = check_pushed(d);
	if (!rc)
		rc = new_clip(d, shape, &clip);
	if (!rc)
		rc = read_box(d, clip, n_radii);
	if (!rc)
		rc = box_to_device(d, clip, 0);
	if (rc)
		return rc;
	if (shape == SHAPE_RRECT && is_sharp(clip))
		clip->shape = SHAPE_RECT;
	push_clip(d, clip);
	return 0;
}

int op_clip_rect(struct decoder *d)
{
	return clip_box(d, SHAPE_RECT, 0);
}

int op_clip_rrect(struct decoder *d)
{
	return clip_box(d, SHAPE_RRECT, 4);
}

int op_clip_ellipse(struct decoder *d)
{
	return clip_box(d, SHAPE_ELLIPSE, 0);
}

int clip_made(struct decoder *d, const double box[4], uint32_t *out)
{
	struct gl_clip *clip;
	int rc = new_clip(d, SHAPE_RECT, &clip);
	if (rc)
		return rc;
	clip->made = true;
	clip->x0 = box[0], clip->y0 = box[1], clip->x1 = box[2], clip->y1 = box[3];
	rc = box_to_device(d, clip, 0);
	if (rc)
		return rc;
	add_clip(d, clip);
	*out = (uint32_t)d->scene->n_clips - 1;
	return 0;
}

/* blurs */

static int read_blur(struct decoder *d, struct gl_clip *clip)
{
	int rc = read_numbers(d, &d->in, &clip->sigma, 1);
	uint32_t flags = bytes_u32(&d->in);
	if (rc)
		return rc;
	if (clip->sigma < 0)
		return refuse(d, -EINVAL, "sigma is negative");
	if (clip->sigma > (double)OPWIRE_MAX_SIGMA)
		return refuse(
			d, -E2BIG, "sigma is more than %g", (double)OPWIRE_MAX_SIGMA);
	if (flags & ~(uint32_t)BLUR_INVERTED)
		return refuse(d, -EINVAL, "flags %u are unknown", flags);
	clip->inverted = flags & BLUR_INVERTED;
	return 0;
}

/* Inverted, it covers all the plane but what is inside. */
static int blur_box(struct decoder *d, struct gl_clip *clip)
{
	int rc = box_to_device(d, clip, 3 * clip->sigma);
	if (rc || !clip->inverted)
		return rc;
	double far = (double)OPWIRE_MAX_DEVICE;
	grow_box(clip, (struct gl_point){-far, -far});
	grow_box(clip, (struct gl_point){far, far});
	return 0;
}

int op_clip_blur(struct decoder *d)
{
	struct gl_clip *clip;
	int rc = check_pushed(d);
	if (!rc)
		rc = new_clip(d, SHAPE_BLUR, &clip);
	if (!rc)
		rc = read_box(d, clip, 4);
	if (!rc)
		rc = read_blur(d, clip);
	if (!rc)
		rc = blur_box(d, clip);
	if (rc)
		return rc;
	if (clip->sigma == 0 && !clip->inverted)
		clip->shape = is_sharp(clip) ? SHAPE_RECT : SHAPE_RRECT;
	push_clip(d, clip);
	return 0;
}

/* paths */

static const struct verb_kind {
	const char *name;
	uint8_t points;
} verb_kinds[] = {
	[VERB_MOVE] = {"move", 1},
	[VERB_LINE] = {"line", 1},
	[VERB_QUAD] = {"quad", 2},
	[VERB_CUBIC] = {"cubic", 3},
	[VERB_CLOSE] = {"close", 0},
	[VERB_GAP] = {"gap", 1},
};

static struct gl_point thirds(struct gl_point a, struct gl_point twice)
{
	return (struct gl_point){(a.x + 2 * twice.x) / 3, (a.y + 2 * twice.y) / 3};
}

/* One verb as scenes have it: a quad is the same cubic, a gap is a line to a fill. */
static void add_verb(struct gl_scene *s, struct gl_clip *clip, uint32_t verb,
	const struct gl_point *p, struct gl_point pen)
{
	size_t n = verb_kinds[verb].points;
	struct gl_point cubic[3];
	if (verb == VERB_QUAD) {
		cubic[0] = thirds(pen, p[0]);
		cubic[1] = thirds(p[1], p[0]);
		cubic[2] = p[1];
		verb = VERB_CUBIC, p = cubic, n = 3;
	}
	if (verb == VERB_GAP && clip->shape == SHAPE_PATH)
		verb = VERB_LINE;
	s->verbs[s->n_verbs++] = (uint8_t)verb;
	clip->n_verbs++;
	for (size_t i = 0; i < n; i++)
		s->points[s->n_points++] = p[i];
}

/* Points in device space for a fill; a stroke keeps local ones. */
static int read_points(
	struct decoder *d, struct gl_clip *clip, size_t n, struct gl_point *points)
{
	double v[6];
	int rc = read_numbers(d, &d->in, v, n * 2);
	for (size_t i = 0; i < n && !rc; i++) {
		rc = to_device(d, v[2 * i], v[2 * i + 1], &points[i]);
		grow_box(clip, points[i]);
		if (clip->shape == SHAPE_STROKE)
			points[i] = (struct gl_point){v[2 * i], v[2 * i + 1]};
	}
	return rc;
}

static int read_verb(struct decoder *d, struct gl_clip *clip, uint32_t *out)
{
	uint32_t verb = bytes_u32(&d->in);
	if (verb < VERB_MOVE || verb > VERB_GAP)
		return refuse(d, -EINVAL, "verb %u is unknown", verb);
	const struct verb_kind *kind = &verb_kinds[verb];
	if (bytes_left(&d->in) < kind->points * (size_t)8)
		return refuse(
			d, -EINVAL, "the last verb, %s, lacks coordinates", kind->name);
	if (d->scene->n_verbs == OPWIRE_MAX_VERBS)
		return refuse(
			d, -E2BIG, "more than %u verbs in a stream", OPWIRE_MAX_VERBS);
	if (clip->n_verbs == 0 && verb != VERB_MOVE)
		return refuse(d, -EINVAL, "starts with %s, not with move", kind->name);
	*out = verb;
	return 0;
}

static int read_path(struct decoder *d, struct gl_clip *clip)
{
	struct gl_scene *s = d->scene;
	struct gl_point start = {0}, pen = {0}, p[3];
	while (bytes_left(&d->in) > 0) {
		uint32_t verb = VERB_MOVE;
		int rc = read_verb(d, clip, &verb);
		size_t n = rc ? 0 : verb_kinds[verb].points;
		if (!rc)
			rc = read_points(d, clip, n, p);
		if (rc)
			return rc;
		if (!scene_reserve(s, verbs, 1) || !scene_reserve(s, points, 3))
			return refuse_memory(d);
		add_verb(s, clip, verb, p, pen);
		if (verb == VERB_MOVE)
			start = p[0];
		pen = verb == VERB_CLOSE ? start : p[n - 1];
	}
	return 0;
}

static int fill_path(struct decoder *d, bool even_odd)
{
	struct gl_clip *clip;
	int rc = check_pushed(d);
	if (!rc)
		rc = new_clip(d, SHAPE_PATH, &clip);
	if (!rc)
		rc = read_path(d, clip);
	if (rc)
		return rc;
	clip->even_odd = even_odd;
	push_clip(d, clip);
	return 0;
}

int op_clip_path(struct decoder *d)
{
	return fill_path(d, false);
}

int op_clip_even_odd(struct decoder *d)
{
	return fill_path(d, true);
}

/* strokes */

static int read_dashes(struct decoder *d, struct gl_stroke *stroke, uint32_t n)
{
	double sum = 0;
	if (n > OPWIRE_MAX_DASHES)
		return refuse(d, -E2BIG, "%u dashes; at most %u", n, OPWIRE_MAX_DASHES);
	if (bytes_left(&d->in) < n * (size_t)4)
		return refuse(d, -EINVAL, "lacks dashes");
	stroke->n_dashes = (uint8_t)n;
	int rc = read_numbers(d, &d->in, stroke->dashes, n);
	for (uint32_t i = 0; i < n && !rc; i++) {
		if (stroke->dashes[i] < 0)
			return refuse(d, -EINVAL, "a dash is negative");
		sum += stroke->dashes[i];
	}
	if (!rc && n > 0 && !(sum > 0))
		return refuse(d, -EINVAL, "all dashes are 0");
	return rc;
}

static int read_stroke(struct decoder *d, struct gl_stroke *stroke)
{
	*stroke = (struct gl_stroke){0};
	int rc = read_numbers(d, &d->in, &stroke->width, 1);
	uint32_t style = bytes_u32(&d->in);
	if (!rc)
		rc = read_numbers(d, &d->in, &stroke->limit, 1);
	if (!rc)
		rc = read_numbers(d, &d->in, &stroke->offset, 1);
	if (rc)
		return rc;
	if (stroke->width < 0)
		return refuse(d, -EINVAL, "the width is negative");
	if ((style & 0xff) >= JOIN_KINDS)
		return refuse(d, -EINVAL, "join %u is unknown", style & 0xff);
	if (style >> 8 >= CAP_KINDS)
		return refuse(d, -EINVAL, "cap %u is unknown", style >> 8);
	if (stroke->limit < 1)
		return refuse(d, -EINVAL, "the miter limit is below 1");
	stroke->join = style & 0xff;
	stroke->cap = (uint8_t)(style >> 8);
	return read_dashes(d, stroke, bytes_u32(&d->in));
}

/* How far from the path the stroke may reach, in halves of its width. */
static double stroke_reach(const struct gl_stroke *stroke)
{
	double join = stroke->join == JOIN_MITER ? stroke->limit : 1;
	return fmax(join, stroke->cap == CAP_SQUARE ? M_SQRT2 : 1);
}

static int stroke_box(
	struct decoder *d, struct gl_clip *clip, const struct gl_stroke *stroke)
{
	const struct gl_affine *m = &clip->to_device;
	double reach = stroke->width / 2 * stroke_reach(stroke);
	double x = reach * hypot(m->sx, m->hx), y = reach * hypot(m->hy, m->sy);
	if (clip->n_verbs == 0)
		return 0;
	clip->dx0 -= x, clip->dx1 += x;
	clip->dy0 -= y, clip->dy1 += y;
	const double sides[4] = {clip->dx0, clip->dy0, clip->dx1, clip->dy1};
	int rc = 0;
	for (int i = 0; i < 4 && !rc; i++)
		rc = check_number(d, sides[i], (double)OPWIRE_MAX_DEVICE);
	return rc;
}

int op_clip_stroke(struct decoder *d)
{
	struct gl_scene *s = d->scene;
	struct gl_clip *clip;
	int rc = check_pushed(d);
	if (!rc)
		rc = new_clip(d, SHAPE_STROKE, &clip);
	if (!rc && !scene_reserve(s, strokes, 1))
		rc = refuse_memory(d);
	struct gl_stroke *stroke = &s->strokes[s->n_strokes];
	if (!rc)
		rc = read_stroke(d, stroke);
	if (!rc)
		rc = read_path(d, clip);
	if (!rc)
		rc = stroke_box(d, clip, stroke);
	if (rc)
		return rc;
	s->n_strokes++;
	push_clip(d, clip);
	return 0;
}
