#include "screen_rig.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "session/boost.h"
#include "session/recover.h"
#include "util/log.h"

struct session whole_session;
struct screen screen;
struct screen_scene scene;
struct screen_back back;

/* What screen.c and its files call of the renderer and of the session. */

int gl_compose_view(struct gl_target *target, const struct gl_composition *c)
{
	(void)target;
	if (c->fence)
		*c->fence = back.fence >= 0 ? dup(back.fence) : -1;
	if (c->n_layers == 1 && c->layers[0].only) {
		back.drawn++;
		back.only = ~c->layers[0].left_out;
		back.at = region_bounds(c->damage);
		back.x = c->layers[0].x;
		back.y = c->layers[0].y;
		return back.compose_result;
	}
	back.composed++;
	back.region = *c->damage;
	back.rect = region_bounds(c->damage);
	back.n_layers = c->n_layers;
	back.left_out = c->n_layers ? c->layers[0].left_out : 0;
	back.sprite = c->sprite;
	back.part = c->part;
	return back.compose_result;
}

void gl_layer_size(const struct gl_layer *layer, int32_t *width, int32_t *height)
{
	(void)layer;
	*width = 100;
	*height = 50;
}

size_t gl_layer_overlays(
	const struct gl_layer *layer, struct gl_overlay_info *out, size_t max)
{
	(void)max;
	if (layer != scene.layers[0].layer)
		return 0;
	memcpy(out, scene.overlays, scene.n_overlays * sizeof *out);
	return scene.n_overlays;
}

size_t gl_layer_overlays_were(
	const struct gl_layer *layer, struct gl_overlay_info *out, size_t max)
{
	(void)layer, (void)max;
	memcpy(out, scene.were, scene.n_were * sizeof *out);
	return scene.n_were;
}

void gl_layer_own_damage(const struct gl_layer *layer, struct gl_region *out)
{
	(void)layer;
	*out = scene.own;
}

bool gl_lost(const struct gl *gl)
{
	(void)gl;
	return back.lost;
}

int session_recover(struct session *session, bool say)
{
	(void)session, (void)say;
	back.recovered++;
	if (back.recover_result == 0) {
		back.compose_result = 0;
		back.lost = false;
		screen_damage_all(&screen);
	}
	return back.recover_result;
}

size_t session_layers(struct session *session, const struct screen *s,
	struct gl_placement *layers, size_t max)
{
	(void)session, (void)s, (void)max;
	memcpy(layers, scene.layers, scene.n_layers * sizeof *layers);
	return scene.n_layers;
}

void session_committed(struct session *session, const struct screen *s)
{
	(void)session, (void)s;
}

void session_resized(struct session *session, const struct screen *s)
{
	(void)session, (void)s;
}

void boost_lower(struct boost *boost, uint64_t now_ns)
{
	(void)boost;
	(void)now_ns;
}

void session_shown(struct session *session, const struct screen *s, uint64_t present_ns)
{
	(void)session, (void)s, (void)present_ns;
	back.shown++;
}

static struct gl_target *acquire(struct screen *s, uint32_t *age)
{
	(void)s;
	*age = back.age;
	return back.busy ? NULL : (struct gl_target *)&back;
}

static int commit(struct screen *s)
{
	size_t n = 0;
	for (size_t i = 0; i < s->planes.n; i++)
		n += s->planes.order[i]->shown;
	if (s->frame.fence >= 0)
		close(s->frame.fence);
	if (back.stale && n > 0)
		return -ESTALE;
	if (back.stale_pointer && s->pointer.on_plane)
		return -ESTALE;
	if (back.stale_times > 0 && s->pointer.on_plane && back.stale_times--)
		return -ESTALE;
	if (back.commit_result == 0) {
		back.committed++;
		back.frame = s->frame;
		back.n_planes = n;
	}
	return back.commit_result;
}

static void release(struct screen *s)
{
	(void)s;
	back.released++;
}

static uint32_t plan(struct screen *s, struct screen_plane *const *planes, size_t n)
{
	(void)s;
	back.asked++;
	back.n_asked = n;
	back.top = planes[n - 1]->id;
	for (size_t i = 0; i < n; i++) {
		back.made += !planes[i]->memory;
		planes[i]->memory = &back;
	}
	return back.plan & ((1u << n) - 1);
}

static struct gl_target *plane_acquire(
	struct screen *s, struct screen_plane *plane, uint32_t *age)
{
	(void)s, (void)plane;
	*age = back.plane_age;
	return (struct gl_target *)&back;
}

static void plane_release(struct screen *s, struct screen_plane *plane)
{
	(void)s, (void)plane;
	back.plane_released++;
}

static void plane_forget(struct screen *s, struct screen_plane *plane)
{
	(void)s;
	plane->memory = NULL;
	back.forgotten++;
}

static int show_pointer(struct screen *s, const struct pointer_image *image)
{
	(void)s;
	back.pointers++;
	return image ? back.pointer_result : 0;
}

static void move_pointer(struct screen *s, int32_t x, int32_t y)
{
	(void)s;
	back.moves++;
	back.pointer_x = x;
	back.pointer_y = y;
}

const struct screen_ops ops = {.acquire = acquire,
	.commit = commit,
	.release = release,
	.plan = plan,
	.plane_acquire = plane_acquire,
	.plane_release = plane_release,
	.plane_forget = plane_forget,
	.pointer = show_pointer,
	.pointer_at = move_pointer};

int setup(void **state)
{
	(void)state;
	log_set_level(LOG_SILENT);
	memset(&back, 0, sizeof back);
	memset(&scene, 0, sizeof scene);
	back.fence = -1;
	list_init(&whole_session.screens);
	screen_init(&screen, &whole_session, &ops, "test", 100, 50, 1);
	return 0;
}

static const uint32_t pixels[4];
const struct pointer_image arrow = {
	.argb = pixels, .width = 10, .height = 10, .hot_x = 1, .hot_y = 2, .serial = 5};
const struct pointer_image hand = {
	.argb = pixels, .width = 10, .height = 10, .serial = 6};
const struct gl_rect video = {20, 10, 60, 40}, none;

void turn_shown(void)
{
	screen_turn(&screen);
	screen_shown(&screen, 1);
}

void assert_rect(struct gl_rect r, int x0, int y0, int x1, int y1)
{
	assert_int_equal(r.x0, x0);
	assert_int_equal(r.y0, y0);
	assert_int_equal(r.x1, x1);
	assert_int_equal(r.y1, y1);
}

void frame(struct gl_rect damage, uint32_t age)
{
	back.age = age;
	screen_damage(&screen, damage);
	screen_turn(&screen);
	screen_shown(&screen, 1);
}

struct gl_layer *layer(int i)
{
	return (struct gl_layer *)((char *)&scene + i);
}

void show_overlays(size_t n, const struct gl_rect *at)
{
	scene.n_layers = 1;
	scene.layers[0] = (struct gl_placement){.layer = layer(0)};
	scene.n_overlays = n;
	for (size_t i = 0; i < n; i++)
		scene.overlays[i] = (struct gl_overlay_info){
			.id = 7 + i, .at = at[i], .damage = region_of(at[i])};
	back.plan = UINT32_MAX;
}

void submit(struct gl_rect own, struct gl_rect overlay)
{
	struct gl_region all = region_of(own);
	scene.own = region_of(own);
	scene.overlays[0].damage = region_of(overlay);
	region_join(&all, &scene.overlays[0].damage);
	screen_submitted(&screen, layer(0), 0, 0, &all);
	screen_turn(&screen);
	screen_shown(&screen, 1);
}

void settle(void)
{
	back.age = back.plane_age = 1;
	frame((struct gl_rect){0}, 0);
	back.plane_age = 0;
	frame((struct gl_rect){0, 0, 1, 1}, 1);
	back.plane_age = 1;
}
