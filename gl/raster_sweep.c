/* From the pieces of a row to the runs of pixels that they cover. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gl/mask.h"
#include "gl/raster.h"

/* Sums of floats may be this far off, in 1/65535; it is far below what a pixel can show. */
#define SNAP 6
/* Sorted one by one. */
#define FEW 24

static void add_wide(float *sums, float left, float right, float height)
{
	int32_t from = (int32_t)left, to = (int32_t)right;
	/* What the edge leaves to its right grows by a triangle, then evenly, and by a triangle. */
	float slope = height / (right - left);
	float enter = (float)(from + 1) - left, leave = right - (float)to;
	float before = .5f * slope * enter * enter;
	float last = .5f * slope * leave * leave;
	sums[from] += before;
	if (to == from + 1) {
		sums[to] += height - before - last;
		sums[to + 1] += last;
		return;
	}
	float second = slope * (enter + .5f);
	sums[from + 1] += second - before;
	for (int32_t x = from + 2; x < to; x++)
		sums[x] += slope;
	sums[to] += height - (second + (float)(to - from - 2) * slope) - last;
	sums[to + 1] += last;
}

static inline void add_edge(float *sums, float x0, float x1, float height)
{
	float left = x0 < x1 ? x0 : x1, right = x0 < x1 ? x1 : x0;
	int32_t from = (int32_t)left;
	if (from != (int32_t)right) {
		add_wide(sums, left, right, height);
		return;
	}
	float beside = height * ((left + right) * .5f - (float)from);
	sums[from] += height - beside;
	sums[from + 1] += beside;
}

void raster_add(float *sums, float x0, float x1, float height)
{
	add_edge(sums, x0, x1, height);
}

static bool need_chains(struct raster *r, size_t n)
{
	if (n <= r->cap_chains && n <= r->cap_order)
		return true;
	size_t want = r->cap_chains ? r->cap_chains * 2 : 256;
	while (want < n)
		want *= 2;
	struct raster_chain *chains = realloc(r->chains, want * sizeof *chains);
	if (chains)
		r->chains = chains, r->cap_chains = want;
	/* The second half is for sorting. */
	uint64_t *order = realloc(r->order, 2 * want * sizeof *order);
	if (order)
		r->order = order, r->cap_order = want;
	r->no_memory = r->no_memory || !chains || !order;
	return !r->no_memory;
}

/* What a link is for the sweep. Heights of pieces that follow each other add up. */
static struct raster_chain chain_of(const struct raster *r, size_t at)
{
	const struct raster_link *link = &r->links[at];
	size_t end = at + 1 < r->n_links ? link[1].first : r->n;
	const struct raster_piece *p = &r->pieces[link->first],
				  *last = &r->pieces[end - 1];
	float x0 = p->x0, x1 = x0, cover = 0;
	for (const struct raster_piece *q = p; q <= last; q++) {
		x0 = q->x0 < x0 ? q->x0 : x0, x1 = q->x0 > x1 ? q->x0 : x1;
		x0 = q->x1 < x0 ? q->x1 : x0, x1 = q->x1 > x1 ? q->x1 : x1;
	}
	if (link->sign > 0)
		cover = last->y1 - p->y0;
	else if (link->sign < 0)
		cover = last->y0 - p->y1;
	return (struct raster_chain){
		.x0 = x0,
		.x1 = x1,
		.cover = cover,
		.first = link->first,
		.n = (uint32_t)(end - link->first),
		.left = (int32_t)x0,
		.right = (int32_t)x1,
		.sign = link->sign,
	};
}

/* x is not negative: its bits grow with it. */
static uint64_t order_key(float x, size_t i)
{
	uint32_t bits;
	memcpy(&bits, &x, sizeof bits);
	return (uint64_t)bits << 32 | i;
}

/* How many chains the row has. */
static size_t gather(struct raster *r, uint32_t at)
{
	size_t n = 0;
	for (; at != RASTER_END; at = r->links[at].next, n++) {
		if (!raster_spend(r, 1) || !need_chains(r, n + 1))
			return 0;
		r->chains[n] = chain_of(r, at);
		r->order[n] = order_key(r->chains[n].x0, n);
	}
	return n;
}

static void insertion_sort(uint64_t *a, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint64_t v = a[i];
		size_t k = i;
		for (; k > 0 && a[k - 1] > v; k--)
			a[k] = a[k - 1];
		a[k] = v;
	}
}

static void merge_sort(uint64_t *a, uint64_t *spare, size_t n)
{
	if (n <= FEW) {
		insertion_sort(a, n);
		return;
	}
	size_t half = n / 2, i = 0, k = half, out = 0;
	merge_sort(a, spare, half);
	merge_sort(a + half, spare, n - half);
	memcpy(spare, a, n * sizeof *a);
	while (i < half && k < n)
		a[out++] = spare[k] < spare[i] ? spare[k++] : spare[i++];
	memcpy(&a[out], &spare[i], (half - i) * sizeof *a);
	memcpy(&a[out + half - i], &spare[k], (n - k) * sizeof *a);
}

static const struct raster_chain *chain_at(const struct raster *r, size_t i)
{
	return &r->chains[(uint32_t)r->order[i]];
}

/* a is left of b wherever both are. */
static bool left_of(const struct raster *r, const struct raster_chain *a,
	const struct raster_chain *b)
{
	if (a->x1 <= b->x0)
		return true;
	if (a->n != 1 || b->n != 1)
		return false;
	const struct raster_piece *p = &r->pieces[a->first], *q = &r->pieces[b->first];
	return p->y0 == q->y0 && p->y1 == q->y1 && p->x0 <= q->x0 && p->x1 <= q->x1;
}

/* Chains of a run, by sign. */
struct tally {
	size_t up, down;
	int32_t change; /* of the winding from the run's left to its right */
};

/*
 * Windings in the run are w and w + 1 only: *low is w. One edge, counting from any height; or
 * two or three in order, with signs in turn: each height meets one of them or all, or none.
 */
static bool two_windings(const struct raster *r, size_t from, size_t to,
	const struct tally *t, int32_t winding, int32_t *low)
{
	const struct raster_chain *before = NULL;
	*low = t->down ? winding : winding - 1;
	if (t->up == 0 || t->down == 0)
		return abs(t->change) <= 1;
	if (t->up + t->down > 3)
		return false;
	for (size_t i = from; i < to; i++) {
		const struct raster_chain *c = chain_at(r, i);
		if (c->sign == 0)
			continue;
		if (!before)
			*low = c->sign > 0 ? winding : winding - 1;
		else if (before->sign == c->sign || !left_of(r, before, c))
			return false;
		before = c;
	}
	return true;
}

static void add_chain(struct raster *r, const struct raster_chain *c, float factor)
{
	const struct raster_piece *p = &r->pieces[c->first];
	float sign = (float)c->sign * factor;
	for (uint32_t k = 0; k < c->n && sign != 0; k++)
		add_edge(r->sums, p[k].x0, p[k].x1, sign * (p[k].y1 - p[k].y0));
}

static void add_chains(struct raster *r, size_t from, size_t to, float factor)
{
	for (size_t i = from; i < to; i++)
		add_chain(r, chain_at(r, i), factor);
}

static uint16_t quantise(float v)
{
	int32_t n = (int32_t)(v * (float)COVER_FULL + .5f);
	return n < SNAP ? 0 : n > (int32_t)COVER_FULL - SNAP ? COVER_FULL : (uint16_t)n;
}

/* Sums of columns left to right into the mask, from pixel x on; they are 0 again then. */
static void put_sums(struct raster *r, struct mask_scratch *out, int32_t x, int32_t left,
	int32_t end, float inside)
{
	float *sums = r->sums;
	uint16_t *values = mask_put_values(out, x + left, end - left);
	float sum = inside;
	for (int32_t i = left; i < end; i++) {
		sum += sums[i];
		sums[i] = 0;
		*values++ = quantise(sum);
	}
	sums[end] = sums[end + 1] = 0;
	mask_trim_values(out, end - left);
}

struct row {
	const struct raster *r;
	struct mask_scratch *out;
	int32_t x;    /* to be added to columns */
	int32_t end;  /* columns */
	int32_t from; /* first column not yet written */
	int32_t winding;
	bool even_odd;
};

/* Whole pixels up to column left, and what the run changes; false: all of it is inside. */
static bool begin_run(struct row *row, const struct tally *t, int32_t left, int32_t right)
{
	int32_t w = row->winding;
	mask_put_run(row->out, row->x + row->from, left - row->from,
		raster_inside(w, row->even_odd) ? COVER_FULL : 0);
	row->winding += t->change;
	row->from = right + 1 < row->end ? right + 1 : row->end;
	if (row->even_odd ||
		!((w > 0 && t->up < (size_t)w) || (w < 0 && t->down < (size_t)-w)))
		return true;
	mask_put_run(row->out, row->x + left, row->from - left, COVER_FULL);
	return false;
}

static int32_t whole(float cover)
{
	return (int32_t)(cover < 0 ? cover - .5f : cover + .5f);
}

static struct tally count_chains(const struct raster *r, size_t from, size_t to)
{
	struct tally t = {0};
	float cover = 0;
	for (size_t i = from; i < to; i++) {
		const struct raster_chain *c = chain_at(r, i);
		cover += c->cover;
		t.down += c->sign > 0;
		t.up += c->sign < 0;
	}
	t.change = whole(cover);
	return t;
}

/* One edge: most runs. */
static void sweep_chain(struct raster *r, struct row *row, const struct raster_chain *c)
{
	const struct tally t = {c->sign<0, c->sign> 0, whole(c->cover)};
	int32_t w = row->winding, low = w - (c->sign < 0);
	int inside = raster_inside(w, row->even_odd);
	if (!begin_run(row, &t, c->left, c->right))
		return;
	add_chain(r, c,
		(float)(raster_inside(low + 1, row->even_odd) -
			raster_inside(low, row->even_odd)));
	raster_spend(r, (uint64_t)(row->from - c->left) / 8);
	put_sums(r, row->out, row->x, c->left, row->from, (float)inside);
}

static void sweep_run(
	struct raster *r, struct row *row, size_t from, size_t to, int32_t right)
{
	struct tally t = count_chains(r, from, to);
	int32_t left = chain_at(r, from)->left, w = row->winding, low;
	int inside = raster_inside(w, row->even_odd);
	if (!begin_run(row, &t, left, right))
		return;
	if (two_windings(r, from, to, &t, w, &low)) {
		int step = raster_inside(low + 1, row->even_odd) -
			   raster_inside(low, row->even_odd);
		add_chains(r, from, to, (float)step);
	} else {
		raster_run(r, from, to, w, row->even_odd);
	}
	raster_spend(r, (uint64_t)(row->from - left) / 8);
	put_sums(r, row->out, row->x, left, row->from, (float)inside);
}

static bool sweep_row(struct raster *r, struct row *row, int32_t y)
{
	size_t n = gather(r, r->rows[y].first);
	row->winding = r->rows[y].winding;
	row->from = 0;
	if (!mask_row(row->out, 2 * n + 2, (size_t)row->end + 8)) {
		r->no_memory = true;
		return false;
	}
	if (n <= FEW)
		insertion_sort(r->order, n);
	else
		merge_sort(r->order, r->order + r->cap_order, n);
	for (size_t i = 0, to; i < n; i = to) {
		int32_t right = chain_at(r, i)->right;
		for (to = i + 1; to < n && chain_at(r, to)->left <= right; to++)
			right = chain_at(r, to)->right > right ? chain_at(r, to)->right
							       : right;
		if (to == i + 1)
			sweep_chain(r, row, chain_at(r, i));
		else
			sweep_run(r, row, i, to, right);
	}
	mask_put_run(row->out, row->x + row->from, row->end - row->from,
		raster_inside(row->winding, row->even_odd) ? COVER_FULL : 0);
	return raster_spend(r, 0);
}

static struct gl_rect covered(const struct raster *r)
{
	double width = r->box.x1 - r->box.x0, height = r->box.y1 - r->box.y0;
	if (!(r->min_x < width && r->max_x > 0 && r->min_y < height && r->max_y > 0))
		return (struct gl_rect){0};
	return (struct gl_rect){
		(int32_t)floor(fmax(r->min_x, 0)),
		(int32_t)floor(fmax(r->min_y, 0)),
		(int32_t)ceil(fmin(r->max_x, width)),
		(int32_t)ceil(fmin(r->max_y, height)),
	};
}

bool raster_sweep(
	struct raster *r, bool even_odd, struct mask_scratch *out, struct gl_rect *place)
{
	struct gl_rect tight = covered(r);
	struct row row = {
		.r = r,
		.out = out,
		.x = -tight.x0,
		.end = tight.x1,
		.even_odd = even_odd,
	};
	*place = (struct gl_rect){tight.x0 + r->box.x0, tight.y0 + r->box.y0,
		tight.x1 + r->box.x0, tight.y1 + r->box.y0};
	mask_begin(out);
	raster_spend(r, (uint64_t)(tight.y1 - tight.y0) / 8);
	for (int32_t y = tight.y0; y < tight.y1; y++)
		if (!sweep_row(r, &row, y))
			return false;
	if (!mask_end(out))
		r->no_memory = true;
	return raster_spend(r, 0);
}
