#include "gl/panel.h"

#include <math.h>

#include "gl/view.h"

const struct row_kernels *rows_choose(bool plain)
{
#ifdef __x86_64__
	if (!plain && __builtin_cpu_supports("avx2"))
		return &row_kernels_avx2;
#endif
	return &row_kernels_any;
}

/* Of the upright pixel x, y. */
static uint32_t *place(const struct panel *p, int32_t x, int32_t y)
{
	double px = x + 0.5, py = y + 0.5;
	matrix_point(&p->turn, &px, &py);
	return p->pixels + (ptrdiff_t)floor(py) * p->stride + (ptrdiff_t)floor(px);
}

/* Rows stay rows. */
static void put_rows(
	const struct panel *p, struct gl_rect at, const uint32_t *from, ptrdiff_t stride)
{
	bool back = p->turn.xx < 0;
	size_t n = (size_t)(at.x1 - at.x0);
	ptrdiff_t down = (ptrdiff_t)p->turn.yy * p->stride;
	uint32_t *to = place(p, back ? at.x1 - 1 : at.x0, at.y0);
	for (int32_t y = at.y0; y < at.y1; y++, to += down, from += stride) {
		if (back)
			p->kernels->copy_back(to, from + n - 1, n);
		else
			p->kernels->copy(to, from, n);
	}
}

/* Rows become columns, which are read from the end that lies at the left. */
static void put_columns(
	const struct panel *p, struct gl_rect at, const uint32_t *from, ptrdiff_t stride)
{
	bool back = p->turn.xy < 0;
	ptrdiff_t down = (ptrdiff_t)p->turn.yx * p->stride;
	ptrdiff_t height = at.y1 - at.y0;
	uint32_t *to = place(p, at.x0, back ? at.y1 - 1 : at.y0);
	if (back)
		from += (height - 1) * stride;
	p->kernels->turn(to, down, from, back ? -stride : stride, (size_t)(at.x1 - at.x0),
		(size_t)height);
}

void panel_put(
	const struct panel *p, struct gl_rect at, const uint32_t *from, ptrdiff_t stride)
{
	if (p->turn.xx == 0)
		put_columns(p, at, from, stride);
	else
		put_rows(p, at, from, stride);
}

void panel_fill(const struct panel *p, struct gl_rect at, uint32_t rgb)
{
	struct gl_rect r = view_rect(&p->turn, at);
	for (int32_t y = r.y0; y < r.y1 && r.x1 > r.x0; y++)
		p->kernels->fill(p->pixels + (ptrdiff_t)y * p->stride + r.x0,
			(size_t)(r.x1 - r.x0), 0xff000000u | rgb);
}
