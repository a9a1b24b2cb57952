#include "gl/hit_index.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gl/rect.h"
#include "gl/scene.h"

/* Not before all were looked at once, and so many more. */
#define FEW 32
/* The finest bins, and how many there are at most: so many for each element, and some. */
#define FINEST_SHIFT 4
#define MOST_BINS(n) (2 * (n) + 64)

void hit_index_finish(struct hit_index *index)
{
	free(index->elements);
	free(index->bins);
	free(index->lists);
	free(index->tags);
	*index = (struct hit_index){0};
}

void hit_index_reset(struct hit_index *index)
{
	index->looked = 0;
	index->made = false;
}

static bool reserve(struct hit_index *index, size_t areas, size_t clips)
{
	size_t n = areas + clips;
	return scene_grow((void **)&index->elements, &index->cap_elements, 0, n,
		       sizeof *index->elements) &&
	       scene_grow((void **)&index->tags, &index->cap_tags, 0, 2 * areas,
		       sizeof *index->tags);
}

/* elements */

static void add_element(struct gl_scene *s, uint32_t clip, uint32_t what)
{
	struct gl_rect box = {0, 0, s->width - 1, s->height - 1};
	if (clip != SCENE_NONE)
		box = rect_intersect(box, s->clips[clip].reach);
	if (box.x0 > box.x1 || box.y0 > box.y1)
		return;
	s->index.elements[s->index.n_elements++] =
		(struct hit_element){.box = box, .what = what};
}

/* Clips come after those around them. */
static void add_clip(struct gl_scene *s, uint32_t i)
{
	struct gl_clip *c = &s->clips[i];
	bool around =
		c->parent == SCENE_NONE ? s->cursor != 0 : s->clips[c->parent].speaks;
	c->speaks = around || c->cursor != 0;
	if (!c->made && (c->speaks || c->action))
		add_element(s, i, i | HIT_CLIP);
}

static void add_area(struct gl_scene *s, uint32_t i)
{
	const struct gl_area *a = &s->areas[i];
	if (a->flat)
		return;
	add_element(s, a->clip, i);
	if (!a->sublayer)
		s->index.tags[s->index.n_tags++] = (struct gl_tag){a->tag, i};
}

/* In the order in which they came. */
static void find_elements(struct gl_scene *s)
{
	uint32_t clip = 0;
	s->index.n_elements = s->index.n_tags = 0;
	for (uint32_t i = 0; i < s->n_areas; i++) {
		for (; clip < s->areas[i].clips; clip++)
			add_clip(s, clip);
		add_area(s, i);
	}
	for (; clip < s->n_clips; clip++)
		add_clip(s, clip);
	if (s->index.n_tags > 0)
		tags_sort(
			s->index.tags, s->index.tags + s->index.n_tags, s->index.n_tags);
}

/* bins */

static int32_t bins_along(int32_t side, unsigned shift)
{
	return ((side - 1) >> shift) + 1;
}

static size_t count_bins(const struct gl_scene *s, unsigned shift)
{
	return (size_t)bins_along(s->width, shift) * (size_t)bins_along(s->height, shift);
}

/* Up to one of at most two bins either way, in which anything lies. */
static void lay_grids(struct gl_scene *s)
{
	struct hit_index *index = &s->index;
	unsigned shift = FINEST_SHIFT;
	while (count_bins(s, shift) > MOST_BINS(index->n_elements))
		shift++;
	index->n_grids = 0;
	index->n_bins = 0;
	for (bool more = true; more; shift++) {
		struct hit_grid *grid = &index->grids[index->n_grids++];
		*grid = (struct hit_grid){
			.shift = shift,
			.first = index->n_bins,
			.columns = bins_along(s->width, shift),
			.rows = bins_along(s->height, shift),
		};
		index->n_bins += count_bins(s, shift);
		more = grid->columns > 2 || grid->rows > 2;
	}
}

static bool fits(const struct gl_rect *box, unsigned shift)
{
	return (box->x1 >> shift) - (box->x0 >> shift) <= 1 &&
	       (box->y1 >> shift) - (box->y0 >> shift) <= 1;
}

static void choose_grids(struct hit_index *index)
{
	for (size_t i = 0; i < index->n_elements; i++) {
		struct hit_element *e = &index->elements[i];
		while (!fits(&e->box, index->grids[e->grid].shift))
			e->grid++;
	}
}

static uint32_t *bin_at(
	const struct hit_index *index, const struct hit_grid *grid, int32_t x, int32_t y)
{
	return &index->bins[grid->first +
			    (size_t)(y >> grid->shift) * (size_t)grid->columns +
			    (size_t)(x >> grid->shift)];
}

/* The bins of an element; gives how many there are. */
static int bins_of(
	const struct hit_index *index, const struct hit_element *e, uint32_t *out[4])
{
	const struct hit_grid *grid = &index->grids[e->grid];
	const struct gl_rect *b = &e->box;
	bool wide = b->x1 >> grid->shift != b->x0 >> grid->shift;
	bool high = b->y1 >> grid->shift != b->y0 >> grid->shift;
	int n = 0;
	for (int i = 0; i < 4; i++)
		if ((wide || !(i & 1)) && (high || !(i & 2)))
			out[n++] = bin_at(index, grid, i & 1 ? b->x1 : b->x0,
				i & 2 ? b->y1 : b->y0);
	return n;
}

/* Counting sort: bins hold numbers of elements, then where they end, at last where they begin. */
static bool fill_bins(struct hit_index *index)
{
	uint32_t *bins[4], end = 0;
	if (!scene_grow((void **)&index->bins, &index->cap_bins, 0, index->n_bins + 1,
		    sizeof *index->bins))
		return false;
	memset(index->bins, 0, (index->n_bins + 1) * sizeof *index->bins);
	for (size_t i = 0; i < index->n_elements; i++)
		for (int n = bins_of(index, &index->elements[i], bins); n-- > 0;)
			++*bins[n];
	for (size_t i = 0; i <= index->n_bins; i++) {
		end += index->bins[i];
		index->bins[i] = end;
	}
	if (!scene_grow((void **)&index->lists, &index->cap_lists, 0, end,
		    sizeof *index->lists))
		return false;
	for (size_t i = index->n_elements; i-- > 0;)
		for (int n = bins_of(index, &index->elements[i], bins); n-- > 0;)
			index->lists[--*bins[n]] = (uint32_t)i;
	return true;
}

static bool make(struct gl_scene *s)
{
	if (!reserve(&s->index, s->n_areas, s->n_clips))
		return false;
	find_elements(s);
	lay_grids(s);
	choose_grids(&s->index);
	return fill_bins(&s->index);
}

bool hit_index_ready(struct gl_scene *s)
{
	struct hit_index *index = &s->index;
	size_t n = s->n_areas + s->n_clips;
	if (index->made || index->off || index->looked < n + FEW)
		return index->made;
	index->looked = 0; /* without memory: again when as many were looked at */
	index->made = s->width > 0 && s->height > 0 && make(s);
	return index->made;
}

/* walks */

static void begin_lists(struct hit_walk *walk, struct gl_point p)
{
	const struct hit_index *index = &walk->scene->index;
	walk->x = (int32_t)p.x;
	walk->y = (int32_t)p.y;
	for (unsigned i = 0; i < index->n_grids; i++) {
		const uint32_t *bin = bin_at(index, &index->grids[i], walk->x, walk->y);
		if (bin[0] == bin[1])
			continue;
		walk->from[walk->n] = &index->lists[bin[0]];
		walk->to[walk->n++] = &index->lists[bin[1]];
	}
}

void hit_walk_begin(struct hit_walk *walk, struct gl_scene *scene, struct gl_point p,
	bool clips, struct hit_work *work)
{
	walk->scene = scene;
	walk->work = work;
	walk->clips = clips;
	walk->area = (uint32_t)scene->n_areas;
	walk->clip = clips ? (uint32_t)scene->n_clips : 0;
	walk->n = 0;
	walk->indexed = hit_index_ready(scene);
	if (walk->indexed)
		begin_lists(walk, p);
}

static bool next_of_all(struct hit_walk *walk, uint32_t *what)
{
	struct gl_scene *s = walk->scene;
	if (walk->area == 0 && walk->clip == 0)
		return false;
	s->index.looked++;
	if (walk->area == 0 || s->areas[walk->area - 1].clips < walk->clip)
		*what = --walk->clip | HIT_CLIP;
	else
		*what = --walk->area;
	return true;
}

/* The last element of all lists, taken from its list. */
static const struct hit_element *take(struct hit_walk *walk)
{
	unsigned best = 0;
	for (unsigned i = 1; i < walk->n; i++)
		if (walk->to[i][-1] > walk->to[best][-1])
			best = i;
	uint32_t last = *--walk->to[best];
	if (walk->from[best] == walk->to[best]) {
		walk->n--;
		walk->from[best] = walk->from[walk->n];
		walk->to[best] = walk->to[walk->n];
	}
	return &walk->scene->index.elements[last];
}

static bool contains(const struct gl_rect *box, int32_t x, int32_t y)
{
	return x >= box->x0 && x <= box->x1 && y >= box->y0 && y <= box->y1;
}

static bool next_of_lists(struct hit_walk *walk, uint32_t *what)
{
	while (walk->n > 0) {
		const struct hit_element *e = take(walk);
		*what = e->what;
		bool wanted = walk->clips || !(e->what & HIT_CLIP);
		if (wanted && contains(&e->box, walk->x, walk->y))
			return true;
		if (!hit_spend(walk->work, 1))
			return false;
	}
	return false;
}

bool hit_walk_next(struct hit_walk *walk, uint32_t *what)
{
	if (walk->work->left == 0)
		return false;
	return walk->indexed ? next_of_lists(walk, what) : next_of_all(walk, what);
}
