/*
 * What two frames share, in the same order, looks the same wherever nothing else is.
 * So both lists lose their common head and tail; of what is left the items are paired by
 * hash, each once, and of the pairs the longest rising chain counts (patience sorting,
 * n log n). Whatever is in no pair of the chain bounds what differs.
 *
 *	was  a b c d e f        pairs of c, d, e rise: b, f went, x came
 *	is   a x c d e
 *
 * Paints of images and places of sub-layers are pairs though what they show differs: then
 * that says where (an update's rectangle, what contents do not share).
 *
 * A group is the pair of its two ends or nothing: with one end paired elsewhere its bounds
 * differ too.
 */
#include <math.h>
#include <string.h>

#include "gl/rect.h"
#include "gl/resource.h"
#include "gl/scene.h"
#include "gl/sublayer.h"

/* Items of one bucket that are looked at; what lies deeper counts as different. */
#define MAX_PROBES 16
#define MAX_PASSES 8

struct diff {
	const struct gl_item *was, *is; /* what is left of both lists */
	uint32_t m, n;
	uint32_t base; /* of them in the scenes */
	uint32_t mask; /* of the buckets */
	/* in scratch; an index, or SCENE_NONE */
	uint32_t *buckets, *next; /* of was */
	uint32_t *to_is, *to_was; /* partners */
	uint32_t *tails, *before; /* of the chains: by length; of is */
};

static bool is_bracket(const struct gl_item *item)
{
	return item->kind == ITEM_GROUP || item->kind == ITEM_GROUP_END;
}

/* What a group does to a pixel depends on what is in it there, not on its bounds. */
static bool same_item(const struct gl_item *a, const struct gl_item *b)
{
	return a->hash == b->hash && a->kind == b->kind &&
	       (is_bracket(a) || rect_same(&a->bounds, &b->bounds));
}

static bool allocate(struct diff *d, struct gl_scene *scene)
{
	uint32_t buckets = 16;
	while (buckets < 2 * d->m)
		buckets *= 2;
	size_t want = buckets + 2 * (size_t)d->m + 3 * (size_t)d->n + 1;
	if (!scene_reserve(scene, scratch, want))
		return false;
	uint32_t *at = scene->scratch;
	d->mask = buckets - 1;
	d->buckets = at, at += buckets;
	d->next = at, at += d->m;
	d->to_is = at, at += d->m;
	d->to_was = at, at += d->n;
	d->before = at, at += d->n;
	d->tails = at; /* n + 1 */
	memset(d->buckets, 0xff, buckets * sizeof *d->buckets);
	memset(d->to_is, 0xff, d->m * sizeof *d->to_is);
	return true;
}

/* The earliest item of was like this one that has no partner yet; it leaves its bucket. */
static uint32_t take(struct diff *d, const struct gl_item *item)
{
	uint32_t *link = &d->buckets[item->hash & d->mask];
	for (int i = 0; i < MAX_PROBES && *link != SCENE_NONE; i++) {
		uint32_t at = *link;
		if (same_item(&d->was[at], item)) {
			*link = d->next[at];
			return at;
		}
		link = &d->next[at];
	}
	return SCENE_NONE;
}

static void pair(struct diff *d)
{
	for (uint32_t i = d->m; i-- > 0;) {
		uint32_t *bucket = &d->buckets[d->was[i].hash & d->mask];
		d->next[i] = *bucket;
		*bucket = i;
	}
	for (uint32_t i = 0; i < d->n; i++)
		d->to_was[i] = take(d, &d->is[i]);
}

/* How many chains end below x: tails hold items of is, whose partners rise. */
static uint32_t below(const struct diff *d, uint32_t lengths, uint32_t x)
{
	uint32_t from = 0, to = lengths;
	while (from < to) {
		uint32_t mid = (from + to) / 2;
		if (d->to_was[d->tails[mid]] < x)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

/* Only pairs of the longest rising chain stay. */
static void keep_chain(struct diff *d)
{
	uint32_t lengths = 0;
	for (uint32_t i = 0; i < d->n; i++) {
		if (d->to_was[i] == SCENE_NONE)
			continue;
		uint32_t at = below(d, lengths, d->to_was[i]);
		d->before[i] = at > 0 ? d->tails[at - 1] : SCENE_NONE;
		d->tails[at] = i;
		if (at == lengths)
			lengths++;
	}
	uint32_t next = lengths > 0 ? d->tails[lengths - 1] : SCENE_NONE;
	for (uint32_t i = d->n; i-- > 0;) {
		if (i == next) {
			d->to_is[d->to_was[i]] = i;
			next = d->before[i];
		} else {
			d->to_was[i] = SCENE_NONE;
		}
	}
}

static void part(struct diff *d, uint32_t is)
{
	uint32_t was = d->to_was[is];
	d->to_was[is] = SCENE_NONE;
	if (was != SCENE_NONE)
		d->to_is[was] = SCENE_NONE;
}

/* The other end of a group as an index here; SCENE_NONE: in the common head or tail. */
static uint32_t other_end(const struct gl_item *item, uint32_t base, uint32_t n)
{
	return item->end >= base && item->end - base < n ? item->end - base : SCENE_NONE;
}

/* One whose other end has no partner, or another's. */
static bool is_torn(const struct diff *d, uint32_t is)
{
	uint32_t end = other_end(&d->is[is], d->base, d->n);
	uint32_t was = other_end(&d->was[d->to_was[is]], d->base, d->m);
	if (end == SCENE_NONE || was == SCENE_NONE)
		return true;
	return d->to_was[end] != was;
}

/* One that is parted may tear another; when that goes on, all are. */
static void part_torn(struct diff *d)
{
	bool again = true;
	for (int pass = 0; again && pass <= MAX_PASSES; pass++) {
		again = false;
		for (uint32_t i = 0; i < d->n; i++) {
			if (!is_bracket(&d->is[i]) || d->to_was[i] == SCENE_NONE ||
				(pass < MAX_PASSES && !is_torn(d, i)))
				continue;
			part(d, i);
			again = true;
		}
	}
}

static void add_all(const struct gl_item *items, size_t n, struct gl_region *out)
{
	for (size_t i = 0; i < n; i++)
		region_add(out, items[i].bounds);
}

static void add_single(const struct diff *d, struct gl_region *out)
{
	for (uint32_t i = 0; i < d->m; i++)
		if (d->to_is[i] == SCENE_NONE)
			region_add(out, d->was[i].bounds);
	for (uint32_t i = 0; i < d->n; i++)
		if (d->to_was[i] == SCENE_NONE)
			region_add(out, d->is[i].bounds);
}

/* contents */

/*
 * Where a rectangle of an item's contents shows; m: device to contents. A sample of a level
 * reaches a pixel and a half of it, of 2^level each; odd sides move it by less than another.
 */
static struct gl_rect shown_at(
	const struct gl_item *item, const struct gl_affine *m, struct gl_rect rect)
{
	struct gl_affine back;
	double lod = log2(fmax(hypot(m->sx, m->hy), hypot(m->hx, m->sy)));
	double reach = exp2(ceil(fmax(lod, 0)) + 2);
	double x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
	if (!affine_invert(m, &back) || !(reach < 1e6))
		return item->bounds;
	for (int i = 0; i < 4; i++) {
		struct gl_point p =
			affine_apply(&back, i & 1 ? rect.x1 + reach : rect.x0 - reach,
				i & 2 ? rect.y1 + reach : rect.y0 - reach);
		x0 = fmin(x0, p.x), x1 = fmax(x1, p.x);
		y0 = fmin(y0, p.y), y1 = fmax(y1, p.y);
	}
	const struct gl_rect *b = &item->bounds;
	if (!(x0 < b->x1 && y0 < b->y1 && x1 > b->x0 && y1 > b->y0))
		return (struct gl_rect){0};
	return (struct gl_rect){
		.x0 = (int32_t)fmax(floor(x0), b->x0),
		.y0 = (int32_t)fmax(floor(y0), b->y0),
		.x1 = (int32_t)fmin(ceil(x1), b->x1),
		.y1 = (int32_t)fmin(ceil(y1), b->y1),
	};
}

static struct gl_rect moved_by(
	const struct gl_item *item, const struct gl_affine *m, struct gl_rect r)
{
	int32_t x = (int32_t)m->ox, y = (int32_t)m->oy;
	return rect_intersect(
		item->bounds, (struct gl_rect){r.x0 - x, r.y0 - y, r.x1 - x, r.y1 - y});
}

static void add_place(
	const struct gl_item *was, const struct gl_item *is, struct gl_region *out)
{
	const struct gl_sublayer *a = was->sublayer;
	struct gl_sublayer *b = is->sublayer;
	struct gl_region inner;
	bool alike = a->width == b->width && a->height == b->height;
	if (!alike || !a->covered || !b->covered) {
		region_add(out, is->bounds);
		return;
	}
	scene_diff(&a->scene, &b->scene, &inner);
	for (size_t i = 0; i < inner.n; i++)
		region_add(out, is->exact
					? moved_by(is, &is->to_content, inner.rects[i])
					: shown_at(is, &is->to_content, inner.rects[i]));
}

static void add_fill(const struct gl_item *was, const struct gl_item *is,
	const struct gl_brush *brush, struct gl_region *out)
{
	const struct gl_image *image = brush->image;
	if (image->serial == is->content && image->updated_from == was->content)
		region_add(out, shown_at(is, &brush->from_device, image->updated));
	else
		region_add(out, is->bounds);
}

static void add_content(const struct gl_scene *scene, const struct gl_item *was,
	const struct gl_item *is, struct gl_region *out)
{
	if (was->content == is->content)
		return;
	if (is->kind == ITEM_PLACE)
		add_place(was, is, out);
	else
		add_fill(was, is, &scene->brushes[is->brush], out);
}

/* Head and tail leave no group of which one end is in the middle. */
static size_t whole_groups(
	const struct gl_item *a, const struct gl_item *b, size_t n, bool head)
{
	size_t best = 0, open = 0;
	for (size_t i = 0; i < n; i++) {
		const struct gl_item *x = head ? &a[i] : a - i;
		const struct gl_item *y = head ? &b[i] : b - i;
		if (!same_item(x, y))
			break;
		if (is_bracket(x))
			open += (x->kind == ITEM_GROUP) == head ? 1 : (size_t)-1;
		if (open == 0)
			best = i + 1;
	}
	return best;
}

/* Both have items. */
static void diff_items(
	const struct gl_scene *was, struct gl_scene *is, struct gl_region *out)
{
	size_t m = was->n_items, n = is->n_items, least = m < n ? m : n;
	size_t head = whole_groups(was->items, is->items, least, true);
	size_t tail =
		whole_groups(&was->items[m - 1], &is->items[n - 1], least - head, false);
	struct diff d = {
		.was = &was->items[head],
		.is = &is->items[head],
		.m = (uint32_t)(m - head - tail),
		.n = (uint32_t)(n - head - tail),
		.base = (uint32_t)head,
	};
	for (size_t i = 0; i < head; i++)
		add_content(is, &was->items[i], &is->items[i], out);
	for (size_t i = 1; i <= tail; i++)
		add_content(is, &was->items[m - i], &is->items[n - i], out);
	if (d.m == 0 || d.n == 0 || !allocate(&d, is)) {
		add_all(d.was, d.m, out);
		add_all(d.is, d.n, out);
		return;
	}
	pair(&d);
	keep_chain(&d);
	part_torn(&d);
	add_single(&d, out);
	for (uint32_t i = 0; i < d.n; i++)
		if (d.to_was[i] != SCENE_NONE)
			add_content(is, &d.was[d.to_was[i]], &d.is[i], out);
}

void scene_diff(const struct gl_scene *was, struct gl_scene *is, struct gl_region *out)
{
	*out = (struct gl_region){0};
	if (was->n_items > 0 && is->n_items > 0) {
		diff_items(was, is, out);
	} else {
		add_all(was->items, was->n_items, out);
		add_all(is->items, is->n_items, out);
	}
}
