#include "gl/view.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gl/private.h"
#include "gl/rect.h"

#define BOX_MOST 32     /* pixels of the view; scale.c's shader counts so far */
#define SLACK    0.0625 /* px that the card may be off by */

/* As large as fits, in the middle. */
struct gl_rect gl_fit(int32_t width, int32_t height, int32_t across, int32_t down)
{
	double scale = fmin((double)across / width, (double)down / height);
	int32_t w = (int32_t)fmax(1, round(width * scale));
	int32_t h = (int32_t)fmax(1, round(height * scale));
	int32_t x = (across - w) / 2, y = (down - h) / 2;
	return (struct gl_rect){x, y, x + w, y + h};
}

static int magnify(struct gl_view *view, const struct gl_rect *part)
{
	const struct gl_rect whole = {0, 0, view->width, view->height};
	if (!rect_contains(&whole, part))
		return -EINVAL;
	view->x += part->x0;
	view->y += part->y0;
	view->width = part->x1 - part->x0;
	view->height = part->y1 - part->y0;
	return 0;
}

int view_init(struct gl_view *view, const struct gl_composition *c, int32_t width,
	int32_t height)
{
	if ((unsigned)c->transform >= TRANSFORMS || c->view_width < 0 ||
		c->view_height < 0)
		return -EINVAL;
	bool turns = transform_turns(c->transform);
	*view = (struct gl_view){
		.transform = c->transform,
		.across = turns ? height : width,
		.down = turns ? width : height,
	};
	view->width = c->view_width ? c->view_width : view->across;
	view->height = c->view_height ? c->view_height : view->down;
	view->x = c->origin_x;
	view->y = c->origin_y;
	view->at = gl_fit(view->width, view->height, view->across, view->down);
	return rect_empty(&c->part) ? 0 : magnify(view, &c->part);
}

bool view_scaled(const struct gl_view *view)
{
	return view->width != view->across || view->height != view->down;
}

struct matrix view_matrix(const struct gl_view *view)
{
	return transform_matrix(view->transform, view->across, view->down);
}

struct gl_rect view_rect(const struct matrix *m, struct gl_rect rect)
{
	double x0 = rect.x0, y0 = rect.y0, x1 = rect.x1, y1 = rect.y1;
	matrix_rect(m, &x0, &y0, &x1, &y1);
	return (struct gl_rect){(int32_t)x0, (int32_t)y0, (int32_t)x1, (int32_t)y1};
}

void view_box(const struct gl_view *view, double step[2], double box[2])
{
	step[0] = (double)view->width / (view->at.x1 - view->at.x0);
	step[1] = (double)view->height / (view->at.y1 - view->at.y0);
	for (int i = 0; i < 2; i++)
		box[i] = fmin(fmax(step[i], 1), BOX_MOST);
}

/* Centres u + 1/2 whose box touches from .. to of a side; the bar too, when all beside it does. */
static void reach(int32_t *from, int32_t *to, double step, double box, int32_t side,
	int32_t at, int32_t end, int32_t all)
{
	double low = (*from - box / 2) / step - 0.5 - SLACK;
	double high = (*to + box / 2) / step - 0.5 + SLACK;
	int32_t first = at + (int32_t)floor(low) + 1, last = at + (int32_t)ceil(high);
	*from = *from <= 0 ? 0 : first > at ? first : at;
	*to = *to >= side ? all : last < end ? last : end;
}

struct gl_rect view_reach(const struct gl_view *v, struct gl_rect damage)
{
	double step[2], box[2];
	view_box(v, step, box);
	reach(&damage.x0, &damage.x1, step[0], box[0], v->width, v->at.x0, v->at.x1,
		v->across);
	reach(&damage.y0, &damage.y1, step[1], box[1], v->height, v->at.y0, v->at.y1,
		v->down);
	return damage;
}

static void source(int32_t *from, int32_t *to, double step, double box, int32_t side)
{
	int32_t low = (int32_t)floor((*from + 0.5) * step - box / 2 - SLACK);
	int32_t high = (int32_t)ceil((*to - 0.5) * step + box / 2 + SLACK);
	*from = low > 0 ? low : 0;
	*to = high < side ? high : side;
}

struct gl_rect view_source(const struct gl_view *v, struct gl_rect r)
{
	double step[2], box[2];
	view_box(v, step, box);
	r = rect_intersect(r, v->at);
	r = (struct gl_rect){
		r.x0 - v->at.x0, r.y0 - v->at.y0, r.x1 - v->at.x0, r.y1 - v->at.y0};
	source(&r.x0, &r.x1, step[0], box[0], v->width);
	source(&r.y0, &r.y1, step[1], box[1], v->height);
	return r;
}

/* Row by row of what is upright, from wherever it lies. */
static void turn_upright(const uint32_t *from, uint8_t *to, int32_t width, int32_t height,
	enum transform transform)
{
	bool turns = transform_turns(transform);
	int32_t across = turns ? height : width, down = turns ? width : height;
	struct matrix m = transform_matrix(transform, across, down);
	ptrdiff_t right = (ptrdiff_t)m.xx + (ptrdiff_t)m.yx * width;
	ptrdiff_t below = (ptrdiff_t)m.xy + (ptrdiff_t)m.yy * width;
	double x = 0.5, y = 0.5;
	matrix_point(&m, &x, &y);
	from += (ptrdiff_t)floor(y) * width + (ptrdiff_t)floor(x);
	for (int32_t i = 0; i < down; i++)
		for (int32_t k = 0; k < across; k++, to += 4)
			memcpy(to, &from[i * below + k * right], 4);
}

int gl_target_read_view(struct gl_target *target, enum transform transform, uint8_t *rgba)
{
	int32_t width = target->surface.width, height = target->surface.height;
	if (transform == TRANSFORM_NORMAL)
		return gl_target_read(target, rgba);
	if ((unsigned)transform >= TRANSFORMS)
		return -EINVAL;
	uint32_t *lying = malloc((size_t)width * (size_t)height * 4);
	int rc = lying ? gl_target_read(target, (uint8_t *)lying) : -ENOMEM;
	if (!rc)
		turn_upright(lying, rgba, width, height, transform);
	free(lying);
	return rc;
}
