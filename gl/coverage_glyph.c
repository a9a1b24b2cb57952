/* Glyphs of a run: bitmaps of the glyph cache, or masks made like those of paths. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "gl/coverage_private.h"
#include "gl/glyph.h"
#include "gl/outline.h"
#include "gl/rect.h"
#include "util/opwire.h"

/* Ink farther from the origin than this, in em, is not looked for. */
#define REACH 32

static bool far_away(const struct gl_scene_glyph *g, double em, struct gl_rect within)
{
	double reach = REACH * em + 1;
	double x = (double)g->x, y = (double)g->y;
	return x + reach < within.x0 || x - reach > within.x1 || y + reach < within.y0 ||
	       y - reach > within.y1;
}

static uint32_t bitmap_size(const struct gl_run *run)
{
	double size = (double)run->size * run->to_device.sx;
	return (uint32_t)lround(fmin(size, (double)GLYPH_MAX_SIZE) * 64);
}

/* Of what is not far away; calls of the C library would be most of the time. */
static int32_t floor_of(float v)
{
	int32_t i = (int32_t)v;
	return i - ((float)i > v);
}

/* One that cannot be had now is not drawn; true: the frame goes on. */
static bool no_glyph(struct cover *c, int rc)
{
	c->no_memory = c->no_memory || rc == -ENOMEM;
	c->too_dear = c->too_dear || rc == -ETIME;
	return rc == -ENOENT;
}

static bool find_bitmap(struct cover *c, const struct gl_run *run, uint32_t size_26_6,
	struct gl_scene_glyph *g, struct gl_rect *box)
{
	int32_t quarters = floor_of(g->x * GLYPH_QUARTERS);
	if (size_26_6 == 0)
		return true;
	g->bitmap = glyph_get(c->context->glyphs, run->font, g->id, size_26_6,
		(unsigned)quarters % GLYPH_QUARTERS);
	if (!g->bitmap)
		return no_glyph(c, glyph_failure(c->context->glyphs));
	g->at_x = (quarters >> 2) + g->bitmap->left;
	g->at_y = floor_of(g->y + 0.5f) + g->bitmap->top;
	*box = (struct gl_rect){g->at_x, g->at_y, g->at_x + g->bitmap->width,
		g->at_y + g->bitmap->height};
	return raster_spend(c->raster, g->bitmap->work);
}

/* An outline on its way to the raster; first it is only measured. */
struct trace {
	struct raster *raster; /* NULL: measure */
	struct gl_affine to_device;
	struct gl_point start, pen;
	struct far_box box;
};

static void measure(struct trace *t, const struct gl_point *p, int n)
{
	for (int i = 0; i < n; i++) {
		t->box.x0 = fmin(t->box.x0, p[i].x);
		t->box.y0 = fmin(t->box.y0, p[i].y);
		t->box.x1 = fmax(t->box.x1, p[i].x);
		t->box.y1 = fmax(t->box.y1, p[i].y);
	}
}

static struct gl_point third(struct gl_point a, struct gl_point twice)
{
	return (struct gl_point){(a.x + 2 * twice.x) / 3, (a.y + 2 * twice.y) / 3};
}

static void draw(struct trace *t, unsigned verb, const struct gl_point *p, int n)
{
	struct gl_point c[4] = {t->pen};
	if (verb == VERB_MOVE || verb == VERB_CLOSE)
		raster_line(t->raster, t->pen, t->start);
	else if (verb == VERB_LINE)
		raster_line(t->raster, t->pen, p[0]);
	if (verb == VERB_QUAD)
		c[1] = third(t->pen, p[0]), c[2] = third(p[1], p[0]), c[3] = p[1];
	else if (verb == VERB_CUBIC)
		memcpy(&c[1], p, 3 * sizeof *p);
	if (verb == VERB_QUAD || verb == VERB_CUBIC)
		outline_cubic(t->raster, c);
	if (verb == VERB_MOVE)
		t->start = p[0];
	t->pen = verb == VERB_CLOSE ? t->start : p[n - 1];
}

static void handle_verb(void *data, unsigned verb, const float *points)
{
	static const int counts[] = {
		[VERB_MOVE] = 1, [VERB_LINE] = 1, [VERB_QUAD] = 2, [VERB_CUBIC] = 3};
	struct trace *t = data;
	struct gl_point p[3] = {{0}};
	int n = verb < sizeof counts / sizeof *counts ? counts[verb] : 0;
	for (int i = 0; i < n; i++)
		p[i] = affine_apply(
			&t->to_device, (double)points[2 * i], (double)points[2 * i + 1]);
	if (t->raster)
		draw(t, verb, p, n);
	else
		measure(t, p, n);
}

static bool trace(struct cover *c, const struct gl_run *run,
	const struct gl_scene_glyph *g, struct trace *t)
{
	const struct glyph_sink sink = {handle_verb, t};
	int rc = glyph_outline(c->context->glyphs, run->font, g->id, run->size, &sink);
	return rc == 0 || no_glyph(c, rc);
}

static void word(uint64_t key[2], uint64_t v)
{
	key[0] = (key[0] ^ v) * UINT64_C(0x9e3779b97f4a7c15);
	key[0] ^= key[0] >> 29;
	key[1] = (key[1] + v) * UINT64_C(0xd6e8feb86659fd93);
	key[1] ^= key[1] >> 32;
}

static void number(uint64_t key[2], double v)
{
	uint64_t bits;
	memcpy(&bits, &v, sizeof bits);
	word(key, bits);
}

/* Of the outline's shape, but for where it is cut. */
static void glyph_key(const struct gl_run *run, const struct gl_scene_glyph *g,
	const struct gl_affine *m, uint64_t key[2])
{
	key[0] = 0x676c797068, key[1] = ~key[0];
	word(key, (uint64_t)run->font << 32 | g->id);
	number(key, (double)run->size);
	number(key, m->sx), number(key, m->hx);
	number(key, m->hy), number(key, m->sy);
	number(key, (double)g->x - floor((double)g->x));
	number(key, (double)g->y - floor((double)g->y));
}

static bool make_outline(struct cover *c, const struct gl_run *run,
	struct gl_scene_glyph *g, struct trace *t, struct gl_rect part,
	const uint64_t key[2])
{
	uint64_t work = c->raster->work;
	raster_begin(c->raster, part);
	t->raster = c->raster;
	if (!trace(c, run, g, t))
		return false;
	raster_line(c->raster, t->pen, t->start);
	g->mask = cover_make(c, key, false, part, work);
	return g->mask != NULL;
}

/* Of all its points, before they are looked at one by one. */
static bool off_layer(struct cover *c, const struct gl_affine *to_device,
	const struct glyph_shape *shape, double size)
{
	struct trace t = {.box = {INFINITY, INFINITY, -INFINITY, -INFINITY}};
	const double x[2] = {shape->x0 * size, shape->x1 * size},
		     y[2] = {shape->y0 * size, shape->y1 * size};
	for (int i = 0; i < 4; i++) {
		struct gl_point corner = affine_apply(to_device, x[i & 1], y[i >> 1]);
		measure(&t, &corner, 1);
	}
	return t.box.x0 > c->layer.x1 + 1 || t.box.x1 < -1 ||
	       t.box.y0 > c->layer.y1 + 1 || t.box.y1 < -1;
}

static bool find_outline(struct cover *c, const struct gl_run *run,
	struct gl_scene_glyph *g, struct gl_rect *place)
{
	struct trace t = {.to_device = run->to_device,
		.box = {(double)INFINITY, (double)INFINITY, -(double)INFINITY,
			-(double)INFINITY}};
	uint64_t key[2];
	t.to_device.ox = (double)g->x;
	t.to_device.oy = (double)g->y;
	struct glyph_shape shape;
	int rc = glyph_measure(c->context->glyphs, run->font, g->id, &shape);
	if (rc)
		return no_glyph(c, rc);
	if (!raster_spend(c->raster, shape.points))
		return false;
	if (off_layer(c, &t.to_device, &shape, (double)run->size))
		return true;
	if (!trace(c, run, g, &t))
		return false;
	struct far_box box = {
		floor(t.box.x0), floor(t.box.y0), ceil(t.box.x1), ceil(t.box.y1)};
	struct gl_rect part = cover_part(c, &box);
	if (rect_empty(&part))
		return true;
	bool cut = part.x0 != box.x0 || part.y0 != box.y0 || part.x1 != box.x1 ||
		   part.y1 != box.y1;
	glyph_key(run, g, &run->to_device, key);
	cover_key(key, &box, part, cut);
	g->mask = cover_find(c, key);
	if (!g->mask && !make_outline(c, run, g, &t, part, key))
		return false;
	g->at_x = part.x0 + g->mask->dx;
	g->at_y = part.y0 + g->mask->dy;
	*place = (struct gl_rect){
		g->at_x, g->at_y, g->at_x + g->mask->width, g->at_y + g->mask->height};
	return true;
}

/* Runs come in the order of the frame before, but for a few. */
#define LOOK_AHEAD 16

/* The run that looks the same, with the glyphs it found; NULL: there was none. */
static const struct gl_item *run_before(
	struct cover *c, const struct gl_item *item, struct gl_rect within)
{
	const struct gl_run *run = &c->scene->runs[item->end];
	const struct gl_scene *before = c->before;
	size_t n = before ? before->n_runs : 0;
	for (uint32_t i = c->next_run; i < n && i < c->next_run + LOOK_AHEAD; i++) {
		const struct gl_run *was = &before->runs[i];
		const struct gl_item *at = &before->items[was->item];
		if (was->hash != run->hash || at->n != item->n ||
			!rect_same(&was->within, &within))
			continue;
		c->next_run = i + 1;
		return at;
	}
	return NULL;
}

static bool take_run(struct cover *c, struct gl_item *item, const struct gl_item *was)
{
	const struct gl_run *old = &c->before->runs[was->end];
	struct gl_run *run = &c->scene->runs[item->end];
	for (uint32_t i = 0; i < item->n; i++) {
		const struct gl_scene_glyph *from = &c->before->glyphs[was->first + i];
		struct gl_scene_glyph *to = &c->scene->glyphs[item->first + i];
		to->bitmap = from->bitmap;
		to->mask = from->mask;
		to->at_x = from->at_x;
		to->at_y = from->at_y;
		if (to->bitmap)
			glyph_hold(to->bitmap);
		if (to->mask)
			mask_hold(c->context->masks, to->mask);
	}
	run->work = old->work;
	run->pixels = old->pixels;
	item->bounds = was->bounds;
	return raster_spend(c->raster, run->work) && cover_paint(c, run->pixels);
}

static bool find_run(struct cover *c, struct gl_item *item, struct gl_rect within)
{
	const struct gl_run *run = &c->scene->runs[item->end];
	const struct gl_affine *m = &run->to_device;
	double em = (double)run->size * fmax(hypot(m->sx, m->hy), hypot(m->hx, m->sy));
	uint32_t size_26_6 = run->upright ? bitmap_size(run) : 0;
	struct gl_rect all = {0};
	for (uint32_t i = 0; i < item->n; i++) {
		struct gl_scene_glyph *g = &c->scene->glyphs[item->first + i];
		struct gl_rect box = {0};
		if (!raster_spend(c->raster, 1))
			return false;
		if (!c->context->glyphs || rect_empty(&within) || far_away(g, em, within))
			continue;
		if (!(run->upright ? find_bitmap(c, run, size_26_6, g, &box)
				   : find_outline(c, run, g, &box)))
			return false;
		box = rect_intersect(box, within);
		all = rect_union(all, box);
		if (!cover_paint(c, rect_area(&box)))
			return false;
	}
	item->bounds = all;
	return raster_spend(c->raster, 0);
}

bool cover_run(struct cover *c, struct gl_item *item, struct gl_rect within)
{
	struct gl_run *run = &c->scene->runs[item->end];
	const struct gl_item *was = run_before(c, item, within);
	uint64_t work = c->raster->work, pixels = c->overdraw;
	run->within = within;
	run->item = (uint32_t)(item - c->scene->items);
	if (was)
		return take_run(c, item, was);
	bool ok = find_run(c, item, within);
	run->work = c->raster->work - work;
	run->pixels = c->overdraw - pixels;
	return ok;
}
