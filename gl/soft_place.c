/*
 * Sub-layers. On whole pixels their scene is painted in its place; otherwise the part that
 * shows is painted as it is, kept over frames, and sampled like an image.
 */
#include <assert.h>
#include <errno.h>
#include <math.h>

#include "gl/rect.h"
#include "gl/resource.h"
#include "gl/soft_private.h"
#include "gl/sublayer.h"

static struct gl_rect moved(struct gl_rect r, int32_t dx, int32_t dy)
{
	return (struct gl_rect){r.x0 + dx, r.y0 + dy, r.x1 + dx, r.y1 + dy};
}

static struct gl_rect content(const struct gl_sublayer *sub)
{
	return (struct gl_rect){0, 0, sub->width, sub->height};
}

static struct soft_painter enter(
	const struct soft_painter *p, const struct gl_sublayer *sub, struct gl_rect area)
{
	struct soft_painter inner = *p;
	inner.scene = &sub->scene;
	inner.band = area;
	inner.chunked = false;
	return inner;
}

static int place_exact(const struct soft_painter *p, const struct gl_item *item,
	const struct gl_clip *clip, struct gl_rect shown)
{
	const struct gl_sublayer *sub = item->sublayer;
	int32_t dx = (int32_t)item->to_content.ox, dy = (int32_t)item->to_content.oy;
	struct gl_rect area = rect_intersect(moved(shown, dx, dy), content(sub));
	struct soft_painter inner = enter(p, sub, area);
	struct soft_source s = {0};
	if (rect_empty(&area))
		return 0;
	if (!(clip && clip->mask) && item->blend == BLEND_OVER &&
		soft_opaque(inner.scene, area)) {
		inner.canvas.x += dx;
		inner.canvas.y += dy;
		return soft_area(&inner);
	}
	inner.depth++;
	int rc = soft_take(p->soft, p->depth, area, &inner.canvas);
	if (!rc)
		rc = soft_area(&inner);
	if (rc)
		return rc;
	inner.canvas.x -= dx;
	inner.canvas.y -= dy;
	source_pixels(&s, inner.canvas, false, 1);
	s.mode = item->blend;
	source_clip(p, &s, clip, moved(area, -dx, -dy));
	return 0;
}

/* What bounds show of the content, with the texels that sampling needs beside it. */
static struct gl_rect part_of(const struct gl_item *item, struct gl_rect bounds)
{
	const struct gl_affine *m = &item->to_content;
	const double x[2] = {bounds.x0, bounds.x1}, y[2] = {bounds.y0, bounds.y1};
	double step = ldexp(2, (int)source_level(m));
	double x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
	for (int i = 0; i < 4; i++) {
		struct gl_point at = affine_apply(m, x[i & 1], y[i >> 1]);
		x0 = fmin(x0, at.x), x1 = fmax(x1, at.x);
		y0 = fmin(y0, at.y), y1 = fmax(y1, at.y);
	}
	return (struct gl_rect){
		.x0 = (int32_t)fmax(floor(x0 / step - 2) * step, 0),
		.y0 = (int32_t)fmax(floor(y0 / step - 2) * step, 0),
		.x1 = (int32_t)fmin(ceil(x1 / step + 2) * step, item->sublayer->width),
		.y1 = (int32_t)fmin(ceil(y1 / step + 2) * step, item->sublayer->height),
	};
}

static void drop(struct soft_content *c)
{
	image_release(c->image);
	*c = (struct soft_content){0};
}

void soft_drop_contents(struct soft *soft)
{
	for (int i = 0; i < SOFT_CONTENTS; i++)
		drop(&soft->contents[i]);
}

static bool holds(
	const struct soft_content *c, uint64_t serial, const struct gl_rect *part)
{
	return c->image && c->serial == serial && rect_same(&c->part, part);
}

/* The one that was used last longest ago. */
static struct soft_content *oldest(struct soft *soft)
{
	struct soft_content *found = soft->contents;
	for (int i = 1; i < SOFT_CONTENTS; i++)
		if (soft->contents[i].used < found->used)
			found = &soft->contents[i];
	return found;
}

static int need_content(const struct soft_painter *p, const struct gl_sublayer *sub,
	struct gl_rect part, struct gl_image **out)
{
	struct soft *soft = p->soft;
	struct soft_content *c = NULL;
	for (int i = 0; i < SOFT_CONTENTS && !c; i++)
		if (holds(&soft->contents[i], sub->serial, &part))
			c = &soft->contents[i];
	if (!c) {
		struct gl_image *image =
			image_create(part.x1 - part.x0, part.y1 - part.y0);
		if (!image)
			return -ENOMEM;
		struct soft_painter inner = enter(p, sub, part);
		inner.canvas = (struct soft_canvas){(uint32_t *)(void *)image->pixels,
			image->width, part.x0, part.y0};
		int rc = soft_area(&inner);
		if (rc) {
			image_release(image);
			return rc;
		}
		c = oldest(soft);
		drop(c);
		*c = (struct soft_content){sub->serial, part, image, 0};
	}
	c->used = ++soft->content_use;
	*out = c->image;
	return 0;
}

static int place_sampled(const struct soft_painter *p, const struct gl_item *item,
	const struct gl_clip *clip, struct gl_rect shown)
{
	struct gl_rect part = part_of(item, item->bounds);
	struct gl_affine m = item->to_content;
	struct soft_source s;
	struct gl_image *image;
	if (rect_empty(&part))
		return 0;
	assert(rect_area(&part) <= SUBLAYER_MAX_PART); /* scene_cover saw to it */
	int rc = need_content(p, item->sublayer, part, &image);
	m.ox -= part.x0;
	m.oy -= part.y0;
	if (!rc)
		rc = source_image(&s, p->soft, image, &m, item->bounds);
	if (rc)
		return rc;
	s.mode = item->blend;
	source_clip(p, &s, clip, shown);
	return 0;
}

int soft_place(const struct soft_painter *p, const struct gl_item *item)
{
	const struct gl_clip *clip =
		item->clip == SCENE_NONE ? NULL : &p->scene->clips[item->clip];
	struct gl_rect shown = rect_intersect(item->bounds, p->band);
	if (clip)
		shown = rect_intersect(shown, clip->bounds);
	if (rect_empty(&shown))
		return 0;
	return item->exact ? place_exact(p, item, clip, shown)
			   : place_sampled(p, item, clip, shown);
}
