/*
 * Frames of the KMS back end on the fake card, with a renderer that paints numbers into cells
 * of 20 pixels: whatever comes, in an order that is drawn by lot, what the planes of a commit
 * show together is what there is to show, and a frame is never owed for ever.
 *
 *	session_frame_walk_test [FIRST [N]]	seeds
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_drm.h"
#include "gl/rect.h"
#include "gl/region.h"
#include "kms/private.h"
#include "session/boost.h"
#include "session/kms_backend.h"
#include "session/recover.h"
#include "session/session.h"
#include "util/clock.h"
#include "util/log.h"

#define CELL     20
#define ACROSS   40
#define DOWN     30
#define OUTPUTS  2
#define OVERLAYS 3
#define STEPS    500
#define REFRESH  (NS_PER_S / 60)
#define POINTER  0xffffffffu

struct gl_target {
	int32_t across, down;
	uint32_t cells[ACROSS * DOWN];
};

/* The window: its own cells, its overlays, and those before the last submit. */
static struct {
	uint32_t own[ACROSS * DOWN];
	struct overlay {
		struct gl_overlay_info info;
		uint32_t cells[ACROSS * DOWN];
	} overlays[OVERLAYS];
	size_t n, n_were;
	struct gl_overlay_info were[OVERLAYS];
	struct gl_region own_damage;
	bool owes;
	uint64_t last_id;
} window;

static struct session session;
static struct kms_backend backend;
static struct screen *screens[OUTPUTS];
static uint32_t lot, generation, seed_now;
static bool mirror, paint_fails;
static size_t n_targets, compared, on_planes;
static const uint32_t pixels[CELL * CELL];

static uint32_t draw(uint32_t n)
{
	lot ^= lot << 13;
	lot ^= lot >> 17;
	lot ^= lot << 5;
	return lot % n;
}

/* The renderer. */

int gl_target_import(struct gl *gl, void *bo, int32_t width, int32_t height,
	struct gl_target **out, struct gl_error *err)
{
	(void)gl, (void)bo, (void)err;
	*out = calloc(1, sizeof **out);
	(*out)->across = width / CELL;
	(*out)->down = height / CELL;
	memset((*out)->cells, 0xda, sizeof(*out)->cells);
	n_targets++;
	return 0;
}

int gl_target_map(struct gl *gl, void *memory, uint32_t stride, int32_t width,
	int32_t height, struct gl_target **out)
{
	(void)memory, (void)stride;
	return gl_target_import(gl, NULL, width, height, out, NULL);
}

void gl_target_destroy(struct gl_target *target)
{
	n_targets -= target != NULL;
	free(target);
}

int gl_warm(struct gl_target *target)
{
	(void)target;
	return 0;
}

bool gl_lost(const struct gl *gl)
{
	(void)gl;
	return false;
}

void gl_layer_size(const struct gl_layer *layer, int32_t *width, int32_t *height)
{
	(void)layer;
	*width = ACROSS * CELL;
	*height = DOWN * CELL;
}

size_t gl_layer_overlays(
	const struct gl_layer *layer, struct gl_overlay_info *out, size_t max)
{
	(void)layer, (void)max;
	for (size_t i = 0; i < window.n; i++)
		out[i] = window.overlays[i].info;
	return window.n;
}

size_t gl_layer_overlays_were(
	const struct gl_layer *layer, struct gl_overlay_info *out, size_t max)
{
	(void)layer, (void)max;
	memcpy(out, window.were, window.n_were * sizeof *out);
	return window.n_were;
}

void gl_layer_own_damage(const struct gl_layer *layer, struct gl_region *out)
{
	(void)layer;
	*out = window.own_damage;
}

static bool holds(struct gl_rect r, int32_t x, int32_t y)
{
	return x >= r.x0 && y >= r.y0 && x < r.x1 && y < r.y1;
}

/* What is to be seen in a cell of the view without these overlays. */
static uint32_t cell(int32_t x, int32_t y, uint32_t left_out, bool any)
{
	uint32_t value = any ? window.own[y * ACROSS + x] : 0;
	for (size_t i = 0; i < window.n && any; i++) {
		const struct overlay *o = &window.overlays[i];
		if (!(left_out >> i & 1) && holds(o->info.at, x * CELL, y * CELL))
			value = o->cells[(y - o->info.at.y0 / CELL) * ACROSS + x -
					 o->info.at.x0 / CELL];
	}
	return value;
}

/* Where a cell of what is upright lies; sides are never exchanged here. */
static void on_panel(
	enum transform transform, int32_t across, int32_t down, int32_t *x, int32_t *y)
{
	struct matrix m = transform_matrix(transform, across, down);
	double px = *x + 0.5, py = *y + 0.5;
	matrix_point(&m, &px, &py);
	*x = (int32_t)px;
	*y = (int32_t)py;
}

static void paint(struct gl_target *target, const struct gl_composition *c, int32_t x,
	int32_t y, bool bad)
{
	const struct gl_placement *p = c->layers;
	const struct gl_sprite *s = &c->sprite;
	int32_t px = x, py = y;
	on_panel(c->transform, target->across, target->down, &px, &py);
	uint32_t *to = &target->cells[py * ACROSS + px];
	struct gl_rect pointer = {s->x, s->y, s->x + CELL, s->y + CELL};
	if (c->n_layers > 0 && p->only)
		*to = cell(x - p->x / CELL, y - p->y / CELL, p->left_out, true);
	else
		*to = cell(x, y, c->n_layers ? p->left_out : 0, c->n_layers > 0);
	if (s->serial && holds(pointer, x * CELL, y * CELL))
		*to = POINTER;
	*to ^= bad ? 0x55 : 0;
}

int gl_compose_view(struct gl_target *target, const struct gl_composition *c)
{
	const struct gl_rect all = {0, 0, target->across * CELL, target->down * CELL};
	if (c->fence)
		*c->fence = -1;
	for (size_t i = 0; i < c->damage->n; i++) {
		struct gl_rect r = rect_intersect(c->damage->rects[i], all);
		for (int32_t y = r.y0 / CELL; y < r.y1 / CELL; y++) {
			for (int32_t x = r.x0 / CELL; x < r.x1 / CELL; x++)
				paint(target, c, x, y, paint_fails);
		}
	}
	return paint_fails ? -EIO : 0;
}

/* The session. */

int session_recover(struct session *s, bool say)
{
	(void)s, (void)say;
	return -EIO;
}

static bool shows_window(const struct screen *screen)
{
	return screen_source(screen) == screens[0];
}

size_t session_layers(struct session *s, const struct screen *screen,
	struct gl_placement *layers, size_t max)
{
	(void)s, (void)max;
	fake.n_commits = 0; /* nobody reads them */
	layers[0] = (struct gl_placement){.layer = (struct gl_layer *)&window};
	return shows_window(screen);
}

static uint32_t seen(const struct kms_picture *picture, int32_t x, int32_t y)
{
	uint32_t value = 0;
	unsigned rank = 0;
	for (size_t i = 0; i < picture->n; i++) {
		const struct kms_shown *s = &picture->shown[i];
		const struct gl_target *target = s->buffer->user;
		struct gl_rect at = {s->x, s->y, s->x + s->width, s->y + s->height};
		if (s->plane->type == DRM_PLANE_TYPE_CURSOR || !holds(at, x, y) ||
			(i > 0 && s->plane->rank < rank))
			continue;
		assert_non_null(target);
		value = target->cells[(s->src_y + y - s->y) / CELL * ACROSS +
				      (s->src_x + x - s->x) / CELL];
		rank = s->plane->rank;
	}
	return value;
}

void session_committed(struct session *s, const struct screen *screen)
{
	const struct kms_screen *ks = container_of(screen, struct kms_screen, screen);
	const struct kms_picture *picture = &ks->output->flip->next;
	struct gl_rect pointer = screen_pointer_bounds(screen);
	(void)s;
	compared++;
	for (size_t i = 0; i < picture->n; i++)
		on_planes += picture->shown[i].plane->type == DRM_PLANE_TYPE_OVERLAY;
	for (int32_t y = 0; y < DOWN; y++) {
		for (int32_t x = 0; x < ACROSS; x++) {
			uint32_t want = cell(x, y, 0, shows_window(screen)), is;
			int32_t px = x, py = y;
			on_panel(screen->transform, ACROSS, DOWN, &px, &py);
			is = seen(picture, px * CELL, py * CELL);
			if (holds(pointer, x * CELL, y * CELL))
				want = POINTER;
			if (is != want)
				fail_msg("seed %u: %s: cell %d,%d shows %x, not %x",
					seed_now, screen->name, x, y, is, want);
		}
	}
	if (screen == screens[0])
		window.owes = false;
}

void boost_lower(struct boost *boost, uint64_t now_ns)
{
	(void)boost;
	(void)now_ns;
}

void session_shown(struct session *s, const struct screen *screen, uint64_t present_ns)
{
	(void)s, (void)screen, (void)present_ns;
}

static void arrange(void)
{
	if (!screens[1])
		return;
	struct screen *source = mirror ? screens[0] : NULL;
	if (screens[1]->mirrors == source)
		return;
	screens[1]->mirrors = source;
	screen_turned(screens[1]);
}

void session_resized(struct session *s, const struct screen *screen)
{
	(void)s, (void)screen;
}

void session_add_screen(struct session *s, struct screen *screen)
{
	screens[strcmp(screen->name, "HDMI-A-1") != 0] = screen;
	list_push_back(&s->screens, &screen->link);
	arrange();
	if (screen == screens[0] && screens[1])
		screen_turned(screens[1]);
}

void session_remove_screen(struct session *s, struct screen *screen)
{
	(void)s;
	int i = screen == screens[1];
	list_remove(&screen->link);
	screens[i] = NULL;
	if (!i && screens[1] && screens[1]->mirrors) {
		screens[1]->mirrors = NULL;
		screen_turned(screens[1]);
	}
}

void kms_outputs_configure(void *data, const char *connector,
	const struct kms_identity *identity, struct kms_config *config)
{
	(void)data, (void)connector, (void)identity, (void)config;
}

int kms_outputs_sleep(struct screen *screen, bool asleep)
{
	struct kms_screen *ks = container_of(screen, struct kms_screen, screen);
	return kms_output_sleep(ks->output, asleep);
}

int kms_outputs_color(struct screen *screen, const float rgb[3], float gamma)
{
	(void)screen, (void)rgb, (void)gamma;
	return -ENOTSUP;
}

/* A plugin. */

static struct gl_rect some_rect(int32_t across, int32_t down)
{
	int32_t x = (int32_t)draw((uint32_t)across), y = (int32_t)draw((uint32_t)down);
	int32_t w = 1 + (int32_t)draw((uint32_t)(across - x)),
		h = 1 + (int32_t)draw((uint32_t)(down - y));
	return (struct gl_rect){x * CELL, y * CELL, (x + w) * CELL, (y + h) * CELL};
}

static void fill(uint32_t *cells, struct gl_rect r, uint32_t value)
{
	for (int32_t y = r.y0 / CELL; y < r.y1 / CELL; y++) {
		for (int32_t x = r.x0 / CELL; x < r.x1 / CELL; x++)
			cells[y * ACROSS + x] = value;
	}
}

/* Overlays never lie over each other: each has its column. */
static void place(struct overlay *o, size_t column)
{
	struct gl_rect r = some_rect(4, 12);
	int32_t x = ((int32_t)column * 10 + (int32_t)draw(6)) * CELL,
		y = (int32_t)draw(16) * CELL;
	o->info.at = (struct gl_rect){x, y, x + r.x1 - r.x0, y + r.y1 - r.y0};
}

static void change_overlay(size_t i, struct gl_region *all)
{
	struct overlay *o = &window.overlays[i];
	struct gl_rect *at = &o->info.at, was = *at;
	o->info.damage = (struct gl_region){0};
	switch (draw(6)) {
	case 0:
		if (draw(3) == 0)
			place(o, i);
		fill(o->cells, (struct gl_rect){0, 0, ACROSS * CELL, DOWN * CELL},
			++generation);
		o->info.damage = region_of(*at);
		region_add(all, was);
		break;
	case 1: { /* it only moves */
		int32_t y = (int32_t)draw(16) * CELL;
		at->y1 += y - at->y0;
		at->y0 = y;
		o->info.damage = region_of(*at);
		region_add(all, was);
		break;
	}
	case 2:
	case 3: {
		struct gl_rect r =
			some_rect((at->x1 - at->x0) / CELL, (at->y1 - at->y0) / CELL);
		fill(o->cells, r, ++generation);
		o->info.damage = region_of((struct gl_rect){
			r.x0 + at->x0, r.y0 + at->y0, r.x1 + at->x0, r.y1 + at->y0});
		break;
	}
	default:
		break;
	}
	region_join(all, &o->info.damage);
}

static void submit(void)
{
	struct gl_region all = {0};
	window.own_damage = (struct gl_region){0};
	window.n_were = gl_layer_overlays(NULL, window.were, OVERLAYS);
	if (draw(3) == 0) {
		struct gl_rect r = some_rect(ACROSS, DOWN);
		fill(window.own, r, ++generation);
		window.own_damage = region_of(r);
	}
	for (size_t i = 0; i < window.n; i++)
		change_overlay(i, &all);
	if (draw(12) == 0 && window.n > 0) {
		region_add(&all, window.overlays[--window.n].info.at);
	} else if (draw(6) == 0 && window.n < OVERLAYS) {
		struct overlay *o = &window.overlays[window.n];
		place(o, window.n++);
		o->info.id = ++window.last_id;
		o->info.damage = region_of(o->info.at);
		fill(o->cells, (struct gl_rect){0, 0, ACROSS * CELL, DOWN * CELL},
			++generation);
		region_join(&all, &o->info.damage);
	}
	region_join(&all, &window.own_damage);
	if (all.n == 0)
		return;
	window.owes = true;
	for (int i = 0; i < OUTPUTS; i++) {
		if (screens[i] && shows_window(screens[i]))
			screen_submitted(screens[i],
				(const struct gl_layer *)(const void *)&window, 0, 0,
				&all);
	}
}

/* The rest. */

static void move_pointer(void)
{
	static const struct pointer_image images[] = {
		{.argb = pixels, .width = CELL, .height = CELL, .serial = 5},
		{.argb = pixels, .width = CELL, .height = CELL, .serial = 6}};
	const struct pointer_image *image = draw(8) ? &images[draw(2)] : NULL;
	int32_t x = (int32_t)draw(ACROSS) * CELL, y = (int32_t)draw(DOWN) * CELL;
	if (screens[0])
		screen_pointer(screens[0], image, x, y);
	if (screens[1])
		screen_pointer(screens[1], mirror ? image : NULL, x, y);
}

static void switch_console(void)
{
	if (!backend.device->paused) {
		fake.not_master = true;
		kms_device_pause(backend.device);
		list_for_each (screen, &session.screens, struct screen, link)
			screen_pause(screen);
		return;
	}
	fake.not_master = false;
	list_for_each (screen, &session.screens, struct screen, link)
		kms_outputs_sleep(screen, false);
	if (kms_device_resume(backend.device) == 0)
		list_for_each (screen, &session.screens, struct screen, link)
			screen_resume(screen);
}

static void sleep_or_wake(void)
{
	struct screen *screen = screens[draw(OUTPUTS)];
	if (!screen || screen->state == SCREEN_PAUSED)
		return;
	bool asleep = screen->state != SCREEN_ASLEEP;
	if (screen->ops->sleep(screen, asleep) < 0)
		return;
	if (asleep)
		screen->state = SCREEN_ASLEEP;
	else
		screen_resume(screen);
}

static void refuse_nothing(void)
{
	fake.commit_error = fake.test_error = fake.commit_skip = 0;
	fake.max_overlays = 0;
	fake.apply_refuses = fake.no_cursor = fake.wants_primary = paint_fails = false;
}

static void refuse(void)
{
	static const int errors[] = {EINVAL, ENOSPC, EIO};
	switch (draw(8)) {
	case 0:
		fake.commit_error = -errors[draw(3)];
		fake.commit_skip = (int)draw(3);
		break;
	case 1:
		fake.apply_refuses = true;
		break;
	case 2:
		fake.no_cursor = true;
		break;
	case 3:
		fake.max_overlays = 1 + draw(2);
		break;
	case 4:
		fake.wants_primary = true;
		break;
	case 5:
		paint_fails = true;
		break;
	default:
		refuse_nothing();
		break;
	}
}

static void plug(void)
{
	struct fake_object *o = fake_object(40 + draw(OUTPUTS));
	o->connected = !o->connected || draw(2);
	if (draw(3) == 0)
		fake_set(o->id, "link-status", DRM_MODE_LINK_STATUS_BAD);
	kms_device_scan(backend.device);
	fake_set(o->id, "link-status", DRM_MODE_LINK_STATUS_GOOD);
}

static void turn(void)
{
	kms_device_turn(backend.device, clock_now_ns());
	list_for_each (screen, &session.screens, struct screen, link)
		screen_turn(screen);
}

static void flip(void)
{
	for (uint32_t crtc = 30; crtc < 32; crtc++)
		fake_vblank(crtc);
	kms_device_dispatch(backend.device);
}

static void turn_one(struct screen *screen)
{
	static const enum transform all[] = {TRANSFORM_NORMAL, TRANSFORM_180,
		TRANSFORM_FLIPPED, TRANSFORM_FLIPPED_180};
	if (!screen)
		return;
	screen->transform = all[draw(4)];
	screen_turned(screen);
}

static void step(void)
{
	fake.n_commits = 0;
	clock_frozen_ns += draw(2) ? REFRESH : REFRESH / 3;
	switch (draw(40)) {
	case 0:
		if (draw(2))
			switch_console();
		break;
	case 1:
		plug();
		break;
	case 2:
		sleep_or_wake();
		break;
	case 3:
	case 4:
		refuse();
		break;
	case 5:
		mirror = draw(2);
		arrange();
		turn_one(screens[draw(OUTPUTS)]);
		break;
	case 6:
		clock_frozen_ns += 2 * NS_PER_S; /* flips may be overdue */
		break;
	case 7:
	case 8:
	case 9:
		move_pointer();
		break;
	default:
		submit();
		break;
	}
	turn();
	if (draw(4))
		flip();
}

/* Nothing is refused any more: all that is owed comes, and then nothing is left to do. */
static void come_to_rest(void)
{
	refuse_nothing();
	for (uint32_t c = 40; c < 40 + OUTPUTS; c++)
		fake_object(c)->connected = true;
	if (!backend.device->paused)
		switch_console();
	switch_console();
	list_for_each (screen, &session.screens, struct screen, link)
		if (screen->state == SCREEN_ASLEEP)
			screen_resume(screen);
	window.owes = true;
	for (int i = 0; i < 12; i++) {
		fake.n_commits = 0;
		clock_frozen_ns += NS_PER_S;
		turn();
		flip();
	}
	assert_false(window.owes);
	assert_true(kms_device_next_ns(backend.device) == UINT64_MAX);
	for (int i = 0; i < OUTPUTS; i++) {
		assert_non_null(screens[i]);
		assert_int_equal(screens[i]->state, SCREEN_IDLE);
		assert_true(screen_next_ns(screens[i]) == UINT64_MAX);
		assert_true(!screens[i]->wanted && !screens[i]->stuck);
	}
}

static void walk(uint32_t seed)
{
	struct kms_error err;
	seed_now = seed;
	lot = seed * 2654435761u + 1;
	memset(&window, 0, sizeof window);
	window.owes = true;
	memset(screens, 0, sizeof screens);
	mirror = paint_fails = false;
	generation = 0;
	clock_frozen_ns = 1000 * NS_PER_S;
	list_init(&session.screens);
	session.backend = &backend;
	backend = (struct kms_backend){.session = &session, .warm = true};
	fake_reset(OUTPUTS);
	for (unsigned i = 0; i < 4; i++) {
		fake_plane(70 + i, DRM_PLANE_TYPE_OVERLAY, 3);
		fake_set(70 + i, "zpos", 1 + i);
	}
	for (uint32_t i = 0; i < OUTPUTS; i++)
		fake_mode(fake_connector(i ? DRM_MODE_CONNECTOR_DisplayPort
					   : DRM_MODE_CONNECTOR_HDMIA,
				  3),
			ACROSS * CELL, DOWN * CELL, true);
	assert_int_equal(kms_device_open_with(fake.read_fd, "/dev/dri/card7",
				 draw(2) ? KMS_OPEN_DUMB : 0, &kms_screen_listener,
				 &backend, &backend.device, &err),
		0);
	kms_device_scan(backend.device);
	for (int i = 0; i < STEPS; i++)
		step();
	come_to_rest();
	kms_device_destroy(backend.device);
	assert_int_equal(n_targets, 0);
	fake_finish();
}

static uint32_t first = 1, count = 60;

static void test_walks(void **state)
{
	(void)state;
	log_set_level(LOG_SILENT);
	for (uint32_t seed = first; seed < first + count; seed++)
		walk(seed);
	clock_frozen_ns = 0;
	/* It was about something. */
	assert_true(compared > 50 * count && on_planes > 50 * count);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_walks)};
	if (argc > 1)
		first = (uint32_t)strtoul(argv[1], NULL, 10);
	if (argc > 2)
		count = (uint32_t)strtoul(argv[2], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
