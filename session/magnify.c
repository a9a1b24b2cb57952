#include "session/magnify.h"

#include <math.h>

#include "gl/rect.h"

static const double steps[] = {1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12, MAGNIFY_MOST};
#define STEPS (sizeof steps / sizeof *steps)

double magnify_step(double factor, int step)
{
	size_t i = 0;
	factor = factor > 1 ? factor : 1;
	if (step > 0) {
		while (i < STEPS - 1 && steps[i] <= factor)
			i++;
		return steps[i];
	}
	i = STEPS - 1;
	while (i > 0 && steps[i] >= factor)
		i--;
	return steps[i];
}

static int32_t confine(int32_t v, int32_t most)
{
	return v < 0 ? 0 : v < most ? v : most;
}

static int32_t side_of(int32_t all, double factor)
{
	int32_t side = (int32_t)lround(all / factor);
	return side > 1 ? side : 1;
}

/* A side that began at `from` and was `old` long: where it begins when it is `side` long. */
static int32_t begin_of(int32_t at, int32_t from, int32_t old, int32_t side, int32_t all)
{
	double before = (double)(at - from) * side / old;
	return confine((int32_t)lround(at - before), all - side);
}

void magnify_set(struct magnify *m, int32_t width, int32_t height, double factor,
	int32_t x, int32_t y)
{
	const struct gl_rect whole = {0, 0, width, height},
			     old = magnify_on(m) ? m->part : whole;
	m->factor = factor > 1 ? fmin(factor, MAGNIFY_MOST) : 1;
	m->part = (struct gl_rect){0};
	if (!magnify_on(m))
		return;
	int32_t w = side_of(width, m->factor), h = side_of(height, m->factor);
	x = begin_of(confine(x, width - 1), old.x0, old.x1 - old.x0, w, width);
	y = begin_of(confine(y, height - 1), old.y0, old.y1 - old.y0, h, height);
	m->part = (struct gl_rect){x, y, x + w, y + h};
}

void magnify_fit(struct magnify *m, int32_t width, int32_t height)
{
	const struct gl_rect old = m->part;
	if (!magnify_on(m))
		return;
	int32_t w = side_of(width, m->factor), h = side_of(height, m->factor);
	int32_t x = confine((old.x0 + old.x1 - w) / 2, width - w);
	int32_t y = confine((old.y0 + old.y1 - h) / 2, height - h);
	m->part = (struct gl_rect){x, y, x + w, y + h};
}

static int32_t push(
	int32_t at, int32_t side, int32_t all, int32_t from, int32_t to, int32_t margin)
{
	if (to - from + 2 * margin > side)
		margin = 0;
	from -= margin;
	to += margin;
	if (to - from > side || from < at)
		at = from;
	else if (to > at + side)
		at = to - side;
	return confine(at, all - side);
}

bool magnify_follow(struct magnify *m, int32_t width, int32_t height,
	const struct gl_rect *what, int32_t share)
{
	const struct gl_rect old = m->part;
	const struct gl_rect see =
		rect_intersect(*what, (struct gl_rect){0, 0, width, height});
	int32_t w = old.x1 - old.x0, h = old.y1 - old.y0;
	if (!magnify_on(m) || rect_empty(&see))
		return false;
	int32_t x = push(old.x0, w, width, see.x0, see.x1, share ? w / share : 0);
	int32_t y = push(old.y0, h, height, see.y0, see.y1, share ? h / share : 0);
	m->part = (struct gl_rect){x, y, x + w, y + h};
	return x != old.x0 || y != old.y0;
}

void magnify_place(
	const struct magnify *m, int32_t width, int32_t height, double *x, double *y)
{
	const struct gl_rect *p = &m->part;
	if (!magnify_on(m))
		return;
	*x = p->x0 + *x * (p->x1 - p->x0) / width;
	*y = p->y0 + *y * (p->y1 - p->y0) / height;
}

/* Each pixel is made of those of the view that are less than one away. */
static void reach(int32_t *from, int32_t *to, int32_t at, int32_t side, int32_t all)
{
	double k = (double)all / side;
	*from = confine((int32_t)floor((*from - at - 1) * k), all);
	*to = confine((int32_t)ceil((*to - at + 1) * k), all);
}

struct gl_rect magnify_reach(const struct magnify *m, int32_t width, int32_t height,
	const struct gl_rect *rect)
{
	const struct gl_rect *p = &m->part;
	struct gl_rect r = *rect;
	if (!magnify_on(m))
		return r;
	r = rect_intersect(r, *p);
	reach(&r.x0, &r.x1, p->x0, p->x1 - p->x0, width);
	reach(&r.y0, &r.y1, p->y0, p->y1 - p->y0, height);
	return r;
}
