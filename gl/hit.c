/*
 * Hit testing by the true shape. Each clip is asked at most once per point, however many
 * areas lie inside it, and all questions of one point together cost at most HIT_WORK units:
 * some milliseconds. Long before that curves count as their chords. When all is spent,
 * which takes sub-layers placed very often, what lies beneath is not there: the search goes
 * from the top to the bottom, and nobody gets what is not his.
 */
#include "gl/scene.h"

#include <math.h>

#include "gl/hit_stroke.h"
#include "gl/hit_work.h"
#include "gl/sublayer.h"
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
static int cross_cubic(
	const struct gl_point c[4], struct gl_point p, int depth, struct hit_work *work)
{
	double top = min4(c[0].y, c[1].y, c[2].y, c[3].y);
	double bottom = max4(c[0].y, c[1].y, c[2].y, c[3].y);
	double left = min4(c[0].x, c[1].x, c[2].x, c[3].x);
	if (p.y < top || p.y >= bottom || p.x > max4(c[0].x, c[1].x, c[2].x, c[3].x))
		return 0;
	if (p.x < left || depth == 0 || hit_refine(work) < 2)
		return cross_line(c[0], c[3], p);
	hit_spend(work, 2);
	struct gl_point ab = middle(c[0], c[1]), bc = middle(c[1], c[2]),
			cd = middle(c[2], c[3]);
	struct gl_point abc = middle(ab, bc), bcd = middle(bc, cd),
			mid = middle(abc, bcd);
	const struct gl_point head[4] = {c[0], ab, abc, mid},
			      tail[4] = {mid, bcd, cd, c[3]};
	return cross_cubic(head, p, depth - 1, work) +
	       cross_cubic(tail, p, depth - 1, work);
}

static bool inside_path(const struct gl_scene *scene, const struct gl_clip *clip,
	struct gl_point p, struct hit_work *work)
{
	const struct gl_point *at = &scene->points[clip->point];
	struct gl_point start = {0}, pen = {0};
	int winding = 0;
	if (!hit_spend(work, clip->n_verbs))
		return false;
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
			winding += cross_cubic(c, p, CURVE_DEPTH, work);
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
	winding += cross_line(pen, start, p);
	return clip->even_odd ? winding % 2 != 0 : winding != 0;
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

static bool inside_shape(const struct gl_scene *scene, const struct gl_clip *clip,
	struct gl_point p, struct hit_work *work)
{
	if (!hit_spend(work, 1))
		return false;
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
		return inside_path(scene, clip, p, work);
	case SHAPE_STROKE:
		return stroke_contains(scene, clip, q, work);
	case SHAPE_BLUR:
		return inside_rrect(clip, q) != clip->inverted;
	}
	return false;
}

static bool inside_chain(
	struct gl_scene *scene, uint32_t clip, struct gl_point p, struct hit_work *work)
{
	uint32_t chain[OPWIRE_MAX_CLIPS + 1]; /* one may be made for a place */
	size_t n = 0;
	while (clip != SCENE_NONE && scene->clips[clip].probe != scene->probe) {
		chain[n++] = clip;
		clip = scene->clips[clip].parent;
	}
	bool inside = clip == SCENE_NONE || scene->clips[clip].inside;
	while (n-- > 0) {
		struct gl_clip *c = &scene->clips[chain[n]];
		inside = inside && inside_shape(scene, c, p, work);
		c->inside = inside;
		c->probe = scene->probe;
	}
	return inside;
}

static bool in_scene(const struct gl_scene *s, struct gl_point p)
{
	return p.x >= 0 && p.y >= 0 && p.x < s->width && p.y < s->height;
}

static bool in_area(struct gl_scene *s, const struct gl_area *area, struct gl_point p,
	struct hit_work *work)
{
	return hit_spend(work, 1) && !area->flat && inside_chain(s, area->clip, p, work);
}

static struct gl_point to_local(const struct gl_area *area, struct gl_point p)
{
	return affine_apply(&area->to_local, p.x, p.y);
}

/* tags */

struct found {
	struct gl_hit *hits;
	size_t n, max;
	struct hit_work work;
};

static void add_tag(struct found *found, uint64_t tag)
{
	for (size_t i = 0; i < found->n; i++)
		if (found->hits[i].tag == tag)
			return;
	if (found->n < found->max)
		found->hits[found->n++].tag = tag;
}

/* Whether more could be found. */
static bool is_open(const struct found *found)
{
	return found->n < found->max && found->work.left > 0;
}

enum answer {
	MISSED,  /* nothing there */
	PASSED,  /* found, and the search goes on beneath */
	BLOCKED, /* found, and only ancestors are left */
};

static enum answer search(struct gl_scene *s, struct gl_point p, struct found *found);

static enum answer visit(struct gl_scene *s, const struct gl_area *area,
	struct gl_point p, struct found *found)
{
	enum answer here = in_area(s, area, p, &found->work) ? BLOCKED : MISSED;
	if (here != MISSED && area->sublayer)
		here = search(&area->sublayer->scene, to_local(area, p), found);
	else if (here != MISSED)
		add_tag(found, area->tag);
	return here == BLOCKED && area->pass ? PASSED : here;
}

/* What blocks leaves its ancestors. */
static enum answer search(struct gl_scene *s, struct gl_point p, struct found *found)
{
	struct hit_walk walk;
	enum answer all = MISSED;
	uint32_t at;
	if (!in_scene(s, p))
		return MISSED;
	s->probe++;
	hit_walk_begin(&walk, s, p, false, &found->work);
	while (all != BLOCKED && is_open(found) && hit_walk_next(&walk, &at)) {
		enum answer here = visit(s, &s->areas[at], p, found);
		all = here > all ? here : all;
	}
	if (all != BLOCKED)
		return all;
	for (at = s->areas[at].parent; at != SCENE_NONE && is_open(found);
		at = s->areas[at].parent)
		visit(s, &s->areas[at], p, found);
	return all;
}

size_t scene_hit(
	struct gl_scene *scene, double x, double y, struct gl_hit *hits, size_t max)
{
	struct found found = {.hits = hits, .max = max, .work = {HIT_WORK}};
	search(scene, (struct gl_point){x, y}, &found);
	scene->hit_work = HIT_WORK - found.work.left;
	for (size_t i = 0; i < found.n; i++)
		scene_locate(scene, hits[i].tag, x, y, &hits[i]);
	return found.n;
}

/* The last area of the scene's own with a tag that can be hit. */
static uint32_t last_area(struct gl_scene *s, uint64_t tag)
{
	if (hit_index_ready(s)) {
		const struct gl_tag *found =
			tags_find(s->index.tags, s->index.n_tags, tag);
		return found ? found->at : SCENE_NONE;
	}
	s->index.looked += s->n_areas;
	size_t i = s->n_areas;
	while (i-- > 0)
		if (s->areas[i].tag == tag && !s->areas[i].flat && !s->areas[i].sublayer)
			return (uint32_t)i;
	return SCENE_NONE;
}

/* The same, or the last place of a content that has one. */
static uint32_t last_of_all(struct gl_scene *s, uint64_t tag)
{
	uint32_t last = last_area(s, tag);
	for (size_t i = 0; i < s->n_placed; i++) {
		const struct gl_placed *p = &s->placed[i];
		bool later =
			p->last != SCENE_NONE && (last == SCENE_NONE || p->last > last);
		if (later && last_area(&p->sublayer->scene, tag) != SCENE_NONE)
			last = p->last;
	}
	return last;
}

bool scene_locate(
	struct gl_scene *scene, uint64_t tag, double x, double y, struct gl_hit *out)
{
	uint32_t last = last_of_all(scene, tag);
	if (last == SCENE_NONE)
		return false;
	const struct gl_area *area = &scene->areas[last];
	struct gl_point p = to_local(area, (struct gl_point){x, y});
	if (area->sublayer) {
		struct gl_scene *content = &area->sublayer->scene;
		p = to_local(&content->areas[last_area(content, tag)], p);
	}
	*out = (struct gl_hit){.tag = tag, .x = (float)p.x, .y = (float)p.y};
	return true;
}

/*
 * Cursors and actions: clips count as well as areas, in the order in which they came. A
 * clip never blocks.
 */

struct asked {
	bool action;     /* else the cursor */
	unsigned answer; /* 0: none yet */
	struct hit_work work;
};

static unsigned own(const struct gl_scene *s, uint32_t clip, const struct asked *asked)
{
	if (clip == SCENE_NONE)
		return asked->action ? s->action : s->cursor;
	return asked->action ? s->clips[clip].action : s->clips[clip].cursor;
}

/*
 * A cursor is that of the nearest clip around which has one; an action the clip's own. What
 * had none once in a search is not looked at again.
 */
static void ask_clip(struct gl_scene *s, uint32_t clip, struct asked *asked)
{
	while (!asked->answer) {
		asked->answer = own(s, clip, asked);
		if (clip == SCENE_NONE || asked->action ||
			s->clips[clip].asked == s->probe)
			return;
		s->clips[clip].asked = s->probe;
		clip = s->clips[clip].parent;
	}
}

static enum answer ask(struct gl_scene *s, struct gl_point p, struct asked *asked);

static enum answer ask_area(struct gl_scene *s, const struct gl_area *area,
	struct gl_point p, struct asked *asked)
{
	enum answer here = in_area(s, area, p, &asked->work) ? BLOCKED : MISSED;
	if (here != MISSED && area->sublayer)
		here = ask(&area->sublayer->scene, to_local(area, p), asked);
	if (here != MISSED)
		ask_clip(s, area->clip, asked);
	return here == BLOCKED && area->pass ? PASSED : here;
}

/* What blocks leaves its ancestors, whose clips lie around it. */
static void ask_ancestors(struct gl_scene *s, uint32_t area, struct asked *asked)
{
	for (; area != SCENE_NONE && !asked->answer && hit_spend(&asked->work, 1);
		area = s->areas[area].parent)
		ask_clip(s, s->areas[area].clip, asked);
}

static void look_at_clip(
	struct gl_scene *s, uint32_t clip, struct gl_point p, struct asked *asked)
{
	if (!s->clips[clip].made && inside_chain(s, clip, p, &asked->work))
		ask_clip(s, clip, asked);
}

static enum answer ask(struct gl_scene *s, struct gl_point p, struct asked *asked)
{
	struct hit_walk walk;
	enum answer all = MISSED;
	uint32_t at;
	if (!in_scene(s, p))
		return MISSED;
	s->probe++;
	hit_walk_begin(&walk, s, p, true, &asked->work);
	while (all != BLOCKED && !asked->answer && hit_walk_next(&walk, &at)) {
		if (at & HIT_CLIP) {
			look_at_clip(s, at & ~HIT_CLIP, p, asked);
			continue;
		}
		enum answer here = ask_area(s, &s->areas[at], p, asked);
		all = here > all ? here : all;
	}
	if (all == BLOCKED)
		ask_ancestors(s, s->areas[at].parent, asked);
	if (!asked->answer && !(asked->action && all == BLOCKED))
		ask_clip(s, SCENE_NONE, asked);
	return all;
}

static void ask_scene(struct gl_scene *scene, double x, double y, struct asked *asked)
{
	ask(scene, (struct gl_point){x, y}, asked);
	scene->hit_work = HIT_WORK - asked->work.left;
}

unsigned scene_cursor(struct gl_scene *scene, double x, double y)
{
	struct asked asked = {.work = {HIT_WORK}};
	ask_scene(scene, x, y, &asked);
	return asked.answer;
}

unsigned scene_action(struct gl_scene *scene, double x, double y)
{
	struct asked asked = {.action = true, .work = {HIT_WORK}};
	ask_scene(scene, x, y, &asked);
	return asked.answer;
}
