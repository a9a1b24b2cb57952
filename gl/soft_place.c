/*
 * Sub-layers. On whole pixels their scene is painted in its place; otherwise the part that
 * shows is painted as it is, kept over frames, and sampled like an image.
 */
#include <assert.h>
#include <errno.h>
#include <math.h>

#include "gl/mips.h"
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

static size_t bytes_of(const struct gl_rect *part)
{
	return (size_t)rect_area(part) * 4 +
	       mips_bytes(part->x1 - part->x0, part->y1 - part->y0);
}

static void drop(struct soft *soft, struct soft_content *c)
{
	if (!c->image)
		return;
	soft->content_bytes -= bytes_of(&c->part);
	image_release(c->image);
	*c = (struct soft_content){0};
}

void soft_drop_contents(struct soft *soft)
{
	for (int i = 0; i < SOFT_CONTENTS; i++)
		drop(soft, &soft->contents[i]);
}

static struct soft_content *find(
	struct soft *soft, uint64_t serial, const struct gl_rect *part)
{
	for (int i = 0; i < SOFT_CONTENTS; i++) {
		struct soft_content *c = &soft->contents[i];
		if (c->image && c->serial == serial && rect_same(&c->part, part))
			return c;
	}
	return NULL;
}

/*
 * A free place for so many bytes; those that are needed no more go, longest ago first. NULL:
 * what this painting has used already takes all.
 */
static struct soft_content *make_room(struct soft *soft, size_t bytes)
{
	for (;;) {
		struct soft_content *empty = NULL, *oldest = NULL;
		for (int i = 0; i < SOFT_CONTENTS; i++) {
			struct soft_content *c = &soft->contents[i];
			if (!c->image)
				empty = c;
			else if (c->used != soft->painting &&
				 (!oldest || c->used < oldest->used))
				oldest = c;
		}
		if (empty && soft->content_bytes + bytes <= soft->content_limit)
			return empty;
		if (!oldest)
			return NULL;
		drop(soft, oldest);
	}
}

static int paint_content(const struct soft_painter *p, const struct gl_sublayer *sub,
	struct gl_rect part, struct gl_image **out)
{
	struct gl_image *image = image_create(part.x1 - part.x0, part.y1 - part.y0);
	if (!image)
		return -ENOMEM;
	struct soft_painter inner = enter(p, sub, part);
	inner.canvas = (struct soft_canvas){
		(uint32_t *)(void *)image->pixels, image->width, part.x0, part.y0};
	int rc = soft_area(&inner);
	if (rc)
		image_release(image);
	else
		*out = image;
	return rc;
}

/*
 * The content that item shows, held (NULL: nothing), and which part of it: what all of the
 * item needs, kept for other bands and frames; or, without room for that, what `shown` needs.
 */
static int open_content(const struct soft_painter *p, const struct gl_item *item,
	struct gl_rect shown, struct gl_rect *part, struct gl_image **image)
{
	struct soft *soft = p->soft;
	*part = part_of(item, item->bounds);
	*image = NULL;
	if (rect_empty(part))
		return 0;
	struct soft_content *c = find(soft, item->sublayer->serial, part);
	if (!c) {
		c = make_room(soft, bytes_of(part));
		if (!c)
			*part = part_of(item, shown);
		if (rect_empty(part))
			return 0;
		int rc = paint_content(p, item->sublayer, *part, image);
		if (rc || !c)
			return rc;
		soft->content_bytes += bytes_of(part);
		*c = (struct soft_content){item->sublayer->serial, *part, *image, 0};
	}
	c->used = soft->painting;
	*image = c->image;
	image_hold(*image);
	return 0;
}

static int place_sampled(const struct soft_painter *p, const struct gl_item *item,
	const struct gl_clip *clip, struct gl_rect shown)
{
	struct gl_rect part;
	struct gl_affine m = item->to_content;
	struct soft_source s;
	struct gl_image *image;
	int rc = open_content(p, item, shown, &part, &image);
	if (rc || !image)
		return rc;
	m.ox -= part.x0;
	m.oy -= part.y0;
	rc = source_image(&s, p->soft, image, &m, item->bounds);
	s.mode = item->blend;
	if (!rc)
		source_clip(p, &s, clip, shown);
	image_release(image);
	return rc;
}

int soft_place(const struct soft_painter *p, const struct gl_item *item)
{
	const struct gl_clip *clip = scene_clip(p->scene, item);
	struct gl_rect shown = rect_intersect(item->bounds, p->band);
	if (clip)
		shown = rect_intersect(shown, clip->bounds);
	if (rect_empty(&shown))
		return 0;
	return item->exact ? place_exact(p, item, clip, shown)
			   : place_sampled(p, item, clip, shown);
}
