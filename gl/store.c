#include "gl/store.h"

#include <errno.h>
#include <stdlib.h>

#include "gl/paint.h"
#include "gl/rect.h"
#include "gl/soft.h"
#include "util/clock.h"

#define STEP 64 /* sides are multiples of it, or the content's */

static bool by_processor(const struct gl *gl)
{
	return gl->painter != GL_PAINTER_GL;
}

static int32_t side_for(int32_t visible, int32_t content)
{
	int32_t side = (visible / STEP + 2) * STEP;
	return side < content ? side : content;
}

static size_t bytes_of(int32_t width, int32_t height)
{
	return (size_t)width * (size_t)height * 4;
}

bool store_fits(const struct gl *gl, const struct gl_sublayer *sublayer,
	struct gl_rect visible, size_t *planned)
{
	const struct gl_store *own = sublayer->store;
	int32_t width = side_for(visible.x1 - visible.x0, sublayer->width);
	int32_t height = side_for(visible.y1 - visible.y0, sublayer->height);
	size_t more = bytes_of(width, height);
	if (own && visible.x1 - visible.x0 <= own->width &&
		visible.y1 - visible.y0 <= own->height)
		return true;
	if (width > gl->caps.max_side || height > gl->caps.max_side ||
		gl->store_bytes + *planned + more > STORE_BYTES)
		return false;
	*planned += more;
	return true;
}

/* Without a graphics card what is painted is what is composed. */
static bool is_shared(const struct gl_store *store)
{
	return store->pixels == (uint8_t *)store->surface.pixels;
}

static void destroy(struct gl_store *store)
{
	if (!is_shared(store))
		free(store->pixels);
	if (!gl_enter(store->gl))
		surface_finish(&store->surface);
	store->gl->store_bytes -= bytes_of(store->width, store->height);
	list_remove(&store->link);
	free(store);
}

static void drop_store(struct gl_sublayer *sublayer)
{
	destroy(sublayer->store);
	sublayer->store = NULL;
	sublayer->drop_store = NULL;
}

static int make_surface(struct gl_store *store)
{
	return surface_init(store->gl, &store->surface, store->width, store->height,
		by_processor(store->gl) ? SURFACE_IMAGE : SURFACE_SRGB);
}

static int create(struct gl *gl, struct gl_sublayer *sublayer, struct gl_rect visible)
{
	struct gl_store *store = calloc(1, sizeof *store);
	if (!store)
		return -ENOMEM;
	store->gl = gl;
	store->width = side_for(visible.x1 - visible.x0, sublayer->width);
	store->height = side_for(visible.y1 - visible.y0, sublayer->height);
	list_push_back(&gl->stores, &store->link);
	gl->store_bytes += bytes_of(store->width, store->height);
	int rc = make_surface(store);
	if (!rc && by_processor(gl)) {
		store->pixels = (uint8_t *)store->surface.pixels;
		if (!store->pixels)
			store->pixels = calloc(bytes_of(store->width, store->height), 1);
		rc = store->pixels ? 0 : -ENOMEM;
	}
	if (rc) {
		destroy(store);
		return rc;
	}
	sublayer->store = store;
	sublayer->drop_store = drop_store;
	return 0;
}

size_t store_split(
	const struct gl_store *store, struct gl_rect content, struct store_piece out[4])
{
	size_t n = 0;
	if (rect_empty(&content))
		return 0;
	for (int32_t y = content.y0; y < content.y1;) {
		int32_t sy = y % store->height, y1 = y + store->height - sy;
		y1 = y1 < content.y1 ? y1 : content.y1;
		for (int32_t x = content.x0; x < content.x1;) {
			int32_t sx = x % store->width, x1 = x + store->width - sx;
			x1 = x1 < content.x1 ? x1 : content.x1;
			out[n++] = (struct store_piece){{x, y, x1, y1}, sx, sy};
			x = x1;
		}
		y = y1;
	}
	return n;
}

/* Content in one piece. */
static int paint_piece(struct gl_store *store, const struct gl_scene *scene,
	const struct store_piece *piece)
{
	const struct gl_rect *r = &piece->content;
	int32_t x = r->x0 - piece->x, y = r->y0 - piece->y;
	uint64_t start = clock_now_ns();
	store->gl->cost.painted += rect_area(r);
	if (!by_processor(store->gl))
		return paint_scene(store->gl, scene, &store->surface, x, y, *r);
	int rc = soft_paint_scene(
		store->gl->soft, scene, store->pixels, store->width, x, y, *r);
	store->gl->cost.paint_ns += clock_now_ns() - start;
	if (!rc)
		region_add(&store->unsent,
			(struct gl_rect){r->x0 - x, r->y0 - y, r->x1 - x, r->y1 - y});
	return rc;
}

static int paint(
	struct gl_store *store, const struct gl_scene *scene, struct gl_rect rect)
{
	struct store_piece pieces[4];
	size_t n = store_split(store, rect, pieces);
	int rc = 0;
	for (size_t i = 0; i < n && !rc; i++)
		rc = paint_piece(store, scene, &pieces[i]);
	return rc;
}

/* What is in a but not in b, which lies within a: above, below, left and right of it. */
static int paint_around(struct gl_store *store, const struct gl_scene *scene,
	struct gl_rect a, struct gl_rect b)
{
	if (rect_empty(&b))
		return paint(store, scene, a);
	const struct gl_rect around[4] = {
		{a.x0, a.y0, a.x1, b.y0},
		{a.x0, b.y1, a.x1, a.y1},
		{a.x0, b.y0, b.x0, b.y1},
		{b.x1, b.y0, a.x1, b.y1},
	};
	int rc = 0;
	for (int i = 0; i < 4 && !rc; i++)
		rc = paint(store, scene, around[i]);
	return rc;
}

/* Grows from what is there to what is needed, and lets go at the other end of what does not fit. */
static void stretch(
	int32_t *from, int32_t *to, int32_t need_from, int32_t need_to, int32_t side)
{
	int32_t low = *from < need_from ? *from : need_from;
	int32_t high = *to > need_to ? *to : need_to;
	if (high - low > side) {
		if (*from < need_from)
			low = high - side < need_from ? high - side : need_from;
		else
			high = low + side > need_to ? low + side : need_to;
	}
	*from = low;
	*to = high;
}

static struct gl_rect stretched(const struct gl_store *store, struct gl_rect visible)
{
	struct gl_rect both = rect_intersect(store->valid, visible), out = store->valid;
	if (rect_empty(&both))
		return visible;
	stretch(&out.x0, &out.x1, visible.x0, visible.x1, store->width);
	stretch(&out.y0, &out.y1, visible.y0, visible.y1, store->height);
	return out;
}

static int paint_stale(struct gl_store *store, const struct gl_scene *scene)
{
	int rc = 0;
	region_cut(&store->stale, store->valid);
	for (size_t i = 0; i < store->stale.n && !rc; i++)
		rc = paint(store, scene, store->stale.rects[i]);
	if (!rc)
		store->stale.n = 0;
	return rc;
}

int store_need(struct gl *gl, struct gl_sublayer *sublayer, struct gl_rect visible)
{
	struct gl_store *store = sublayer->store;
	int rc = 0;
	if (store && (visible.x1 - visible.x0 > store->width ||
			     visible.y1 - visible.y0 > store->height))
		drop_store(sublayer);
	if (!sublayer->store)
		rc = create(gl, sublayer, visible);
	if (rc)
		return rc;
	store = sublayer->store;
	rc = paint_stale(store, &sublayer->scene);
	if (rc || rect_contains(&store->valid, &visible))
		return rc;
	struct gl_rect all = stretched(store, visible);
	struct gl_rect kept = rect_intersect(all, store->valid);
	store->valid = kept;
	rc = paint_around(store, &sublayer->scene, all, kept);
	if (!rc)
		store->valid = all;
	return rc;
}

int store_send(struct gl_store *store)
{
	if (store->unsent.n == 0)
		return 0;
	for (size_t i = 0; i < store->unsent.n; i++)
		surface_upload(store->gl, &store->surface, store->pixels,
			store->unsent.rects[i]);
	int rc = gl_check(store->gl);
	if (!rc)
		store->unsent.n = 0;
	return rc;
}

void store_inherit(
	struct gl_sublayer *to, struct gl_sublayer *from, struct gl_region *changed)
{
	struct gl_store *store = from->store;
	scene_diff(&from->scene, &to->scene, changed);
	to->store = store;
	to->drop_store = drop_store;
	from->store = NULL;
	from->drop_store = NULL;
	region_join(&store->stale, changed);
}

void store_forget(struct gl_store *store)
{
	store->surface =
		(struct gl_surface){.width = store->width, .height = store->height};
	if (!store->pixels)
		store->valid = (struct gl_rect){0};
}

int store_restore(struct gl_store *store)
{
	store->unsent = (struct gl_region){0};
	if (store->pixels)
		store->unsent =
			region_of((struct gl_rect){0, 0, store->width, store->height});
	int rc = make_surface(store);
	if (rc)
		store_forget(store);
	return rc;
}
