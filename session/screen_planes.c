#include "session/screen_planes.h"

#include <errno.h>
#include <string.h>

#include "gl/rect.h"
#include "gl/region.h"
#include "session/screen.h"
#include "session/session.h"
#include "util/clock.h"
#include "util/log.h"

#define KEEP_FOR NS_PER_S /* memory of a picture that went: it may come back */
#define BAR_FOR  NS_PER_S
#define MADE                                                                             \
	8 /* pictures that get memory within a second: who has ever new ones gets none */

static int32_t width_of(const struct screen_plane *plane)
{
	return plane->at.x1 - plane->at.x0;
}

static int32_t height_of(const struct screen_plane *plane)
{
	return plane->at.y1 - plane->at.y0;
}

static struct gl_rect whole(const struct screen_plane *plane)
{
	return (struct gl_rect){0, 0, width_of(plane), height_of(plane)};
}

static bool overlap(struct gl_rect a, struct gl_rect b)
{
	struct gl_rect both = rect_intersect(a, b);
	return !rect_empty(&both);
}

static struct gl_rect moved(struct gl_rect r, int32_t x, int32_t y)
{
	return (struct gl_rect){r.x0 + x, r.y0 + y, r.x1 + x, r.y1 + y};
}

static void stale(struct screen_plane *plane)
{
	plane->damage = region_of(whole(plane));
	for (int i = 0; i < SCREEN_HISTORY; i++)
		plane->history[i] = plane->damage;
}

static void set_shown(struct screen *screen, struct screen_plane *plane, bool shown)
{
	if (plane->shown == shown)
		return;
	log_debug("%s: picture %u, %dx%d, %s", screen->name, (unsigned)plane->id,
		width_of(plane), height_of(plane),
		shown ? "gets a plane" : "is composed");
	plane->shown = shown;
	screen_damage_picture(screen, plane->at);
	if (shown)
		stale(plane);
}

/* Slots. */

static void free_slot(struct screen *screen, struct screen_plane *plane)
{
	if (plane->memory)
		screen->ops->plane_forget(screen, plane);
	*plane = (struct screen_plane){0};
}

static struct screen_plane *find(const struct screen_planes *planes,
	const struct gl_layer *layer, uint64_t overlay)
{
	for (int i = 0; i < SCREEN_SLOTS; i++) {
		const struct screen_plane *plane = &planes->slots[i];
		if (plane->id && plane->layer == layer && plane->overlay == overlay)
			return (struct screen_plane *)(uintptr_t)plane;
	}
	return NULL;
}

/* A free one, or that which went first: no more than half of them are listed. */
static struct screen_plane *take_slot(struct screen *screen)
{
	struct screen_plane *oldest = NULL;
	for (int i = 0; i < SCREEN_SLOTS; i++) {
		struct screen_plane *plane = &screen->planes.slots[i];
		if (!plane->id)
			return plane;
		if (!plane->listed && !plane->met &&
			(!oldest || plane->gone_ns < oldest->gone_ns))
			oldest = plane;
	}
	free_slot(screen, oldest);
	return oldest;
}

static bool same_size(const struct screen_plane *plane, const struct gl_rect *at)
{
	return at->x1 - at->x0 == width_of(plane) && at->y1 - at->y0 == height_of(plane);
}

/* Another size is another picture: its memory is of that size. */
static struct screen_plane *slot_of(struct screen *screen,
	const struct gl_placement *layer, const struct gl_overlay_info *info,
	unsigned bit, struct gl_rect at)
{
	struct screen_plane *plane = find(&screen->planes, layer->layer, info->id);
	if (plane && !same_size(plane, &at)) {
		set_shown(screen, plane, false);
		free_slot(screen, plane);
		plane = NULL;
	}
	if (!plane) {
		plane = take_slot(screen);
		*plane = (struct screen_plane){.id = ++screen->planes.last_id,
			.layer = layer->layer,
			.overlay = info->id};
	}
	plane->bit = bit;
	plane->layer_x = layer->x;
	plane->layer_y = layer->y;
	plane->at = at;
	return plane;
}

/* Listing. */

static struct gl_rect bounds_of(const struct gl_placement *p)
{
	int32_t width, height;
	gl_layer_size(p->layer, &width, &height);
	return (struct gl_rect){p->x, p->y, p->x + width, p->y + height};
}

static bool covered(struct gl_rect at, const struct gl_placement *over, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (overlap(at, bounds_of(&over[i])))
			return true;
	}
	return false;
}

/* It had a plane, may have moved since, and is composed where it is now. */
static void pass_over(struct screen *screen, const struct gl_layer *layer,
	uint64_t overlay, struct gl_rect at)
{
	const struct screen_plane *plane = find(&screen->planes, layer, overlay);
	if (plane && plane->shown)
		screen_damage_picture(screen, at);
}

static void list_layer(struct screen *screen, const struct gl_placement *layers,
	size_t index, size_t n, struct gl_rect above)
{
	const struct screen *source = screen_source(screen);
	const struct gl_placement *p = &layers[index];
	struct gl_rect view = {0, 0, source->width, source->height};
	struct screen_planes *planes = &screen->planes;
	struct gl_overlay_info infos[GL_OVERLAYS];
	size_t k = gl_layer_overlays(p->layer, infos, GL_OVERLAYS);
	while (k-- > 0) {
		struct gl_rect at = moved(infos[k].at, p->x, p->y);
		if (planes->n == SCREEN_PLANES || !overlap(at, view) ||
			overlap(at, above) || covered(at, p + 1, n - index - 1)) {
			pass_over(screen, p->layer, infos[k].id, at);
			continue;
		}
		struct screen_plane *plane =
			slot_of(screen, p, &infos[k], (unsigned)k, at);
		planes->order[planes->n++] = plane;
		plane->met = true;
	}
}

static void turn_round(struct screen_planes *planes)
{
	for (size_t i = 0; i < planes->n / 2; i++) {
		struct screen_plane *low = planes->order[i];
		planes->order[i] = planes->order[planes->n - 1 - i];
		planes->order[planes->n - 1 - i] = low;
	}
}

/* Those that were there the last time, too, and could have memory: a size may be on its way. */
static uint32_t candidates(const struct screen_planes *planes)
{
	uint32_t mask = 0, out = 0;
	unsigned made = planes->made;
	for (size_t i = planes->n; i-- > 0;) {
		const struct screen_plane *plane = planes->order[i];
		bool free = plane->listed && !plane->refused &&
			    (plane->memory || made < MADE);
		for (size_t k = i + 1; k < planes->n && free; k++)
			free = !(
				out >> k & 1 && overlap(plane->at, planes->order[k]->at));
		made += free && !plane->memory;
		*(free ? &mask : &out) |= UINT32_C(1) << i;
	}
	return mask;
}

static size_t count_memory(struct screen_plane *const *planes, size_t n)
{
	size_t with = 0;
	for (size_t i = 0; i < n; i++)
		with += planes[i]->memory != NULL;
	return with;
}

static uint32_t ask(struct screen *screen)
{
	struct screen_planes *planes = &screen->planes;
	struct screen_plane *asked[SCREEN_PLANES];
	uint32_t mask = candidates(planes), answer, shown = 0;
	size_t n = 0, k = 0;
	for (size_t i = 0; i < planes->n; i++) {
		if (mask >> i & 1)
			asked[n++] = planes->order[i];
	}
	size_t had = count_memory(asked, n);
	answer = n > 0 ? screen->ops->plan(screen, asked, n) : 0;
	planes->made += (unsigned)(count_memory(asked, n) - had);
	for (size_t i = 0; i < planes->n; i++) {
		if (mask >> i & 1)
			shown |= (answer >> k++ & 1) << i;
	}
	return shown;
}

static bool possible(const struct screen *screen, uint64_t now_ns)
{
	return screen->ops->plan && !screen_scaled(screen) &&
	       now_ns >= screen->planes.barred_ns;
}

static void settle(struct screen *screen, uint64_t now_ns)
{
	struct screen_planes *planes = &screen->planes;
	planes->gone = 0;
	for (int i = 0; i < SCREEN_SLOTS; i++) {
		struct screen_plane *plane = &planes->slots[i];
		bool now = plane->met;
		plane->met = false;
		if (plane->listed && !now) {
			set_shown(screen, plane, false);
			plane->gone_ns = now_ns;
		}
		plane->listed = now;
		planes->gone += plane->id && !now;
	}
}

/* What went and may come back is kept, but no more of it than fills the screen. */
static void keep_few(struct screen *screen)
{
	struct screen_planes *planes = &screen->planes;
	int64_t room = (int64_t)screen->width * screen->height;
	while (planes->gone > 0) {
		struct screen_plane *oldest = NULL;
		int64_t kept = 0;
		for (int i = 0; i < SCREEN_SLOTS; i++) {
			struct screen_plane *plane = &planes->slots[i];
			if (!plane->id || plane->listed)
				continue;
			kept += plane->memory
					? (int64_t)width_of(plane) * height_of(plane)
					: 0;
			if (!oldest || plane->gone_ns < oldest->gone_ns)
				oldest = plane;
		}
		if (kept <= room)
			return;
		free_slot(screen, oldest);
		planes->gone--;
	}
}

static void leave_out(
	const struct screen_planes *planes, struct gl_placement *layers, size_t n)
{
	for (size_t i = 0; i < planes->n; i++) {
		const struct screen_plane *plane = planes->order[i];
		for (size_t k = 0; k < n && plane->shown; k++) {
			if (layers[k].layer == plane->layer)
				layers[k].left_out |= UINT32_C(1) << plane->bit;
		}
	}
}

void screen_planes_choose(struct screen *screen, struct gl_placement *layers, size_t n,
	struct gl_rect above, uint64_t now_ns)
{
	struct screen_planes *planes = &screen->planes;
	planes->n = 0;
	if (now_ns - planes->made_ns >= NS_PER_S) {
		planes->made_ns = now_ns;
		planes->made = 0;
	}
	for (size_t i = n; i-- > 0 && possible(screen, now_ns);)
		list_layer(screen, layers, i, n, above);
	turn_round(planes);
	uint32_t shown = ask(screen);
	settle(screen, now_ns);
	keep_few(screen);
	for (size_t i = 0; i < planes->n; i++)
		set_shown(screen, planes->order[i], shown >> i & 1);
	leave_out(planes, layers, n);
}

/* Drawing. */

static struct gl_region repaint(const struct screen_plane *plane, uint32_t age)
{
	struct gl_region region = plane->damage;
	if (age == 0 || age > SCREEN_HISTORY)
		return region_of(whole(plane));
	for (uint32_t i = 0; i + 1 < age; i++)
		region_join(&region, &plane->history[i]);
	return region;
}

static int draw(struct screen *screen, struct screen_plane *plane)
{
	uint32_t age = 0;
	struct gl_target *target = screen->ops->plane_acquire(screen, plane, &age);
	if (!target)
		return gl_lost(screen->session->gl) ? -ESTALE : -EBUSY;
	plane->drawn = true;
	struct gl_region region = repaint(plane, age);
	const struct gl_placement layer = {.layer = plane->layer,
		.x = plane->layer_x - plane->at.x0,
		.y = plane->layer_y - plane->at.y0,
		.left_out = ~(UINT32_C(1) << plane->bit),
		.only = true};
	struct gl_composition composition = {.layers = &layer,
		.n_layers = 1,
		.damage = &region,
		.transform = screen->transform};
	return screen_compose(screen, target, &composition);
}

int screen_planes_draw(struct screen *screen)
{
	struct screen_planes *planes = &screen->planes;
	int r = 0;
	for (size_t i = 0; i < planes->n && r == 0; i++) {
		struct screen_plane *plane = planes->order[i];
		if (plane->shown && plane->damage.n > 0)
			r = draw(screen, plane);
	}
	return r;
}

void screen_planes_release(struct screen *screen)
{
	for (size_t i = 0; i < screen->planes.n; i++) {
		struct screen_plane *plane = screen->planes.order[i];
		if (plane->drawn)
			screen->ops->plane_release(screen, plane);
		plane->drawn = false;
	}
}

void screen_planes_committed(struct screen *screen, bool shown)
{
	for (size_t i = 0; i < screen->planes.n; i++) {
		struct screen_plane *plane = screen->planes.order[i];
		bool drawn = plane->drawn;
		plane->drawn = false;
		if (!drawn || !shown)
			continue;
		memmove(&plane->history[1], &plane->history[0],
			(SCREEN_HISTORY - 1) * sizeof plane->history[0]);
		plane->history[0] = plane->damage;
		plane->damage = (struct gl_region){0};
	}
}

bool screen_planes_hide(const struct screen *screen, const struct gl_region *region)
{
	struct gl_rect bounds = region_bounds(region);
	for (size_t i = 0; i < screen->planes.n; i++) {
		const struct screen_plane *plane = screen->planes.order[i];
		if (plane->shown && rect_contains(&plane->at, &bounds))
			return true;
	}
	return false;
}

/* Damage. */

void screen_planes_damage(struct screen *screen, struct gl_rect rect)
{
	for (size_t i = 0; i < screen->planes.n; i++) {
		struct screen_plane *plane = screen->planes.order[i];
		struct gl_rect part = rect_intersect(plane->at, rect);
		if (plane->shown)
			region_add(&plane->damage,
				moved(part, -plane->at.x0, -plane->at.y0));
	}
}

void screen_planes_stale(struct screen *screen)
{
	for (size_t i = 0; i < screen->planes.n; i++)
		stale(screen->planes.order[i]);
}

static bool has_planes(const struct screen *screen, const struct gl_layer *layer)
{
	for (size_t i = 0; i < screen->planes.n; i++) {
		const struct screen_plane *plane = screen->planes.order[i];
		if (plane->shown && plane->layer == layer)
			return true;
	}
	return false;
}

/* What is composed of a layer and is no longer where it was: nobody else tells of that place. */
static void add_left(const struct screen *screen, const struct gl_layer *layer,
	const struct gl_overlay_info *is, size_t n, struct gl_region *own)
{
	struct gl_overlay_info was[GL_OVERLAYS];
	size_t n_was = gl_layer_overlays_were(layer, was, GL_OVERLAYS);
	for (size_t i = 0; i < n_was; i++) {
		const struct screen_plane *plane =
			find(&screen->planes, layer, was[i].id);
		bool stays = plane && plane->shown;
		for (size_t k = 0; k < n && !stays; k++)
			stays = is[k].id == was[i].id && rect_same(&is[k].at, &was[i].at);
		if (!stays)
			region_add(own, was[i].at);
	}
}

bool screen_planes_submitted(struct screen *screen, const struct gl_layer *layer,
	const struct gl_region *damage, struct gl_region *own)
{
	struct gl_overlay_info infos[GL_OVERLAYS];
	*own = *damage;
	if (!has_planes(screen, layer) || damage->n == 0)
		return false;
	gl_layer_own_damage(layer, own);
	size_t n = gl_layer_overlays(layer, infos, GL_OVERLAYS);
	add_left(screen, layer, infos, n, own);
	for (size_t i = 0; i < n; i++) {
		struct gl_overlay_info *info = &infos[i];
		struct screen_plane *plane = find(&screen->planes, layer, info->id);
		if (!plane || !plane->shown || !same_size(plane, &info->at)) {
			region_join(own, &info->damage);
			continue;
		}
		region_move(&info->damage, -info->at.x0, -info->at.y0);
		region_cut(&info->damage, whole(plane));
		region_join(&plane->damage, &info->damage);
	}
	return true;
}

/* Ends. */

void screen_planes_bar(struct screen *screen, uint64_t now_ns)
{
	for (size_t i = 0; i < screen->planes.n; i++)
		set_shown(screen, screen->planes.order[i], false);
	screen->planes.barred_ns = now_ns + BAR_FOR;
}

void screen_planes_sweep(struct screen *screen, uint64_t now_ns)
{
	struct screen_planes *planes = &screen->planes;
	for (int i = 0; i < SCREEN_SLOTS && planes->gone > 0; i++) {
		struct screen_plane *plane = &planes->slots[i];
		if (!plane->id || plane->listed || now_ns - plane->gone_ns < KEEP_FOR)
			continue;
		free_slot(screen, plane);
		planes->gone--;
	}
}

void screen_planes_forget(struct screen *screen)
{
	for (int i = 0; i < SCREEN_SLOTS; i++)
		free_slot(screen, &screen->planes.slots[i]);
	screen->planes.n = 0;
	screen->planes.gone = 0;
}
