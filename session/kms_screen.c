/* Outputs of a card as screens. */
#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kms/kms.h"
#include "session/kms_backend.h"
#include "session/session.h"
#include "util/log.h"
#include "util/xalloc.h"

#define POINTER_SIDE 1024 /* no picture of a pointer is larger */

static struct kms_screen *of(struct screen *screen)
{
	return container_of(screen, struct kms_screen, screen);
}

static int make_target(struct gl *gl, struct kms_buffer *buffer, int32_t width,
	int32_t height, struct gl_target **out, struct gl_error *err)
{
	uint32_t stride;
	void *map = kms_buffer_map(buffer, &stride);
	if (kms_buffer_bo(buffer))
		return gl_target_import(
			gl, kms_buffer_bo(buffer), width, height, out, err);
	int r = map ? gl_target_map(gl, map, stride, width, height, out) : -ENOMEM;
	if (r < 0)
		snprintf(err->text, sizeof err->text,
			"memory of %dx%d cannot be drawn into: %s", width, height,
			strerror(-r));
	return r;
}

static struct gl_target *target_of(
	struct screen *screen, struct kms_buffer *buffer, int32_t width, int32_t height)
{
	struct kms_screen *ks = of(screen);
	struct gl_target *target = kms_buffer_user(buffer);
	struct gl_error err = {0};
	if (target)
		return target;
	if (make_target(screen->session->gl, buffer, width, height, &target, &err) < 0) {
		if (!ks->refused)
			log_error("%s: %s", screen->name, err.text);
		ks->refused = true;
		return NULL;
	}
	kms_buffer_set_user(buffer, target);
	return target;
}

static struct gl_target *acquire(struct screen *screen, uint32_t *age)
{
	struct kms_screen *ks = of(screen);
	ks->acquired = kms_output_acquire(ks->output);
	if (!ks->acquired)
		return NULL;
	*age = kms_buffer_age(ks->acquired);
	struct gl_target *target = target_of(screen, ks->acquired,
		kms_output_width(ks->output), kms_output_height(ks->output));
	if (!target)
		kms_output_release(ks->output, ks->acquired);
	return target;
}

void kms_screen_warm(struct kms_backend *backend, struct screen *screen)
{
	struct kms_screen *ks = of(screen);
	struct kms_buffer *buffer = kms_output_acquire(ks->output);
	if (!buffer)
		return;
	backend->warm = true;
	struct gl_target *target = target_of(screen, buffer, kms_output_width(ks->output),
		kms_output_height(ks->output));
	int r = target ? gl_warm(target) : 0;
	kms_output_release(ks->output, buffer);
	if (r < 0)
		log_error("%s: drawing a first time failed: %s", backend->card,
			strerror(-r));
}

static void release(struct screen *screen)
{
	struct kms_screen *ks = of(screen);
	kms_output_release(ks->output, ks->acquired);
}

/* Planes. */

static struct kms_pool *pool_of(struct screen *screen, struct screen_plane *plane)
{
	struct gl_rect at = screen_on_panel(screen, plane->at);
	struct kms_pool *pool = plane->memory;
	if (pool)
		return pool;
	int r = kms_pool_create(
		of(screen)->output, at.x1 - at.x0, at.y1 - at.y0, true, &pool);
	if (r < 0) {
		log_debug("%s: no memory for a plane of %dx%d: %s", screen->name,
			at.x1 - at.x0, at.y1 - at.y0, strerror(-r));
		plane->refused = true;
		return NULL;
	}
	plane->memory = pool;
	return pool;
}

static struct kms_layer layer_of(
	const struct screen *screen, const struct screen_plane *plane)
{
	struct gl_rect at = screen_on_panel(screen, plane->at);
	return (struct kms_layer){
		.pool = plane->memory, .x = at.x0, .y = at.y0, .id = plane->id};
}

static uint32_t plan(struct screen *screen, struct screen_plane *const *planes, size_t n)
{
	struct kms_layer layers[SCREEN_PLANES];
	unsigned can = kms_output_can(of(screen)->output);
	bool all = can & KMS_CAN_OVERLAY;
	for (size_t i = 0; i < n && all; i++) {
		all = pool_of(screen, planes[i]);
		layers[i] = layer_of(screen, planes[i]);
	}
	return all ? kms_output_plan(of(screen)->output, layers, n) : 0;
}

static struct gl_target *plane_acquire(
	struct screen *screen, struct screen_plane *plane, uint32_t *age)
{
	struct kms_screen *ks = of(screen);
	struct gl_rect at = screen_on_panel(screen, plane->at);
	struct kms_buffer *buffer = kms_pool_acquire(plane->memory);
	if (!buffer)
		return NULL;
	*age = kms_buffer_age(buffer);
	struct gl_target *target =
		target_of(screen, buffer, at.x1 - at.x0, at.y1 - at.y0);
	if (target)
		ks->drawn[plane - screen->planes.slots] = buffer;
	else
		kms_pool_release(plane->memory, buffer);
	plane->refused |= !target;
	return target;
}

static void plane_release(struct screen *screen, struct screen_plane *plane)
{
	struct kms_screen *ks = of(screen);
	kms_pool_release(plane->memory, ks->drawn[plane - screen->planes.slots]);
}

static void plane_forget(struct screen *screen, struct screen_plane *plane)
{
	struct kms_pool *pool = plane->memory;
	(void)screen;
	for (unsigned i = 0; i < KMS_BUFFERS; i++) {
		struct kms_buffer *buffer = kms_pool_buffer(pool, i);
		if (!buffer)
			continue;
		gl_target_destroy(kms_buffer_user(buffer));
		kms_buffer_set_user(buffer, NULL);
	}
	kms_pool_destroy(pool);
	plane->memory = NULL;
}

static void each_plane(struct screen *screen,
	void (*tell)(void *data, const struct kms_plane_info *info), void *data)
{
	kms_output_planes(of(screen)->output, tell, data);
}

static const char *plane_why(struct screen *screen, const struct screen_plane *plane)
{
	const struct kms_screen *ks = of(screen);
	if (plane->refused)
		return "there is no memory for it";
	if (!(kms_output_can(ks->output) & KMS_CAN_OVERLAY))
		return "the card has no overlay planes";
	return kms_output_refusal(ks->output, plane->id);
}

/* Commits. */

static void fill_damage(const struct screen *screen, struct kms_frame *frame)
{
	const struct gl_region *damage = &screen->frame.damage;
	static_assert(KMS_DAMAGE >= GL_REGION_RECTS, "all of it can be told");
	if (screen_scaled(screen))
		return;
	for (size_t i = 0; i < damage->n; i++) {
		struct gl_rect r = screen_on_panel(screen, damage->rects[i]);
		frame->damage[frame->n_damage++] =
			(struct kms_damage){r.x0, r.y0, r.x1, r.y1};
	}
}

static void fill_layers(const struct kms_screen *ks, struct kms_frame *frame)
{
	const struct screen_planes *planes = &ks->screen.planes;
	static_assert(KMS_LAYERS >= SCREEN_PLANES, "all of them fit");
	for (size_t i = 0; i < planes->n; i++) {
		const struct screen_plane *plane = planes->order[i];
		if (!plane->shown)
			continue;
		struct kms_layer *layer = &frame->layers[frame->n_layers++];
		*layer = layer_of(&ks->screen, plane);
		if (plane->drawn)
			layer->buffer = ks->drawn[plane - planes->slots];
	}
}

static int commit(struct screen *screen)
{
	struct kms_screen *ks = of(screen);
	struct kms_frame frame = {.fence = screen->frame.fence};
	if (screen->frame.picture) {
		frame.primary = ks->acquired;
		fill_damage(screen, &frame);
	}
	fill_layers(ks, &frame);
	return kms_output_commit(ks->output, &frame);
}

/* The pointer. */

/* Where the middle of a pixel of the view lies on the panel. */
static void pixel_on_panel(
	const struct matrix *m, int32_t x, int32_t y, int32_t *panel_x, int32_t *panel_y)
{
	double px = x + 0.5, py = y + 0.5;
	matrix_point(m, &px, &py);
	*panel_x = (int32_t)floor(px);
	*panel_y = (int32_t)floor(py);
}

static void turn(
	const struct pointer_image *image, enum transform transform, uint32_t *out)
{
	int32_t w = image->width, h = image->height, px, py;
	int32_t row = transform_turns(transform) ? h : w;
	struct matrix m = transform_matrix(transform, w, h);
	for (int32_t y = 0; y < h; y++) {
		for (int32_t x = 0; x < w; x++) {
			pixel_on_panel(&m, x, y, &px, &py);
			out[py * row + px] = image->argb[y * w + x];
		}
	}
}

/* For a host whose own pointer is shown in its place. */
static void tell_hotspot(struct kms_screen *ks, const struct pointer_image *image)
{
	struct matrix m =
		transform_matrix(ks->screen.transform, image->width, image->height);
	int32_t x, y;
	pixel_on_panel(&m, image->hot_x, image->hot_y, &x, &y);
	kms_output_cursor_hotspot(ks->output, x, y);
}

static int show_pointer(struct screen *screen, const struct pointer_image *image)
{
	struct kms_screen *ks = of(screen);
	if (!(kms_output_can(ks->output) & KMS_CAN_CURSOR))
		return -ENOTSUP;
	if (!image)
		return kms_output_cursor(ks->output, NULL, 0, 0);
	if (image->width <= 0 || image->height <= 0 || image->width > POINTER_SIDE ||
		image->height > POINTER_SIDE)
		return -E2BIG;
	size_t n = (size_t)image->width * (size_t)image->height;
	if (n > ks->n_turned) {
		free(ks->turned);
		ks->turned = xcalloc(n, sizeof *ks->turned);
		ks->n_turned = n;
	}
	turn(image, screen->transform, ks->turned);
	ks->pointer_width = image->width;
	ks->pointer_height = image->height;
	tell_hotspot(ks, image);
	bool turns = transform_turns(screen->transform);
	return kms_output_cursor(ks->output, ks->turned,
		turns ? image->height : image->width,
		turns ? image->width : image->height);
}

static void move_pointer(struct screen *screen, int32_t x, int32_t y)
{
	struct kms_screen *ks = of(screen);
	struct gl_rect at = screen_on_panel(screen,
		(struct gl_rect){x, y, x + ks->pointer_width, y + ks->pointer_height});
	kms_output_cursor_at(ks->output, at.x0, at.y0);
}

static const struct screen_ops screen_ops = {
	.acquire = acquire,
	.commit = commit,
	.release = release,
	.plan = plan,
	.plane_acquire = plane_acquire,
	.plane_release = plane_release,
	.plane_forget = plane_forget,
	.each_plane = each_plane,
	.plane_why = plane_why,
	.pointer = show_pointer,
	.pointer_at = move_pointer,
	.sleep = kms_outputs_sleep,
	.color = kms_outputs_color,
};

/* Outputs. */

static void output_added(void *data, struct kms_output *output)
{
	struct kms_backend *backend = data;
	struct kms_screen *ks = xcalloc(1, sizeof *ks);
	ks->output = output;
	screen_init(&ks->screen, backend->session, &screen_ops, kms_output_name(output),
		kms_output_width(output), kms_output_height(output),
		kms_output_refresh_ns(output));
	ks->screen.fences = kms_output_can(output) & KMS_CAN_FENCE;
	ks->screen.identity = kms_output_identity(output);
	ks->screen.panel = ks->screen.identity && ks->screen.identity->panel;
	kms_output_set_user(output, ks);
	session_add_screen(backend->session, &ks->screen);
}

void kms_screen_drop_targets(struct kms_output *output)
{
	struct kms_screen *ks = kms_output_user(output);
	if (ks)
		screen_finish(&ks->screen);
	for (unsigned i = 0; i < KMS_BUFFERS; i++) {
		struct kms_buffer *buffer = kms_output_buffer(output, i);
		if (!buffer)
			continue;
		gl_target_destroy(kms_buffer_user(buffer));
		kms_buffer_set_user(buffer, NULL);
	}
}

/* Another mode: the size may be new. */
static void buffers_dropped(void *data, struct kms_output *output)
{
	struct kms_screen *ks = kms_output_user(output);
	(void)data;
	kms_screen_drop_targets(output);
	if (!ks)
		return;
	int32_t width = kms_output_width(output), height = kms_output_height(output);
	bool turns = transform_turns(ks->screen.transform);
	screen_resize(&ks->screen, turns ? height : width, turns ? width : height,
		kms_output_refresh_ns(output));
}

static void output_removed(void *data, struct kms_output *output)
{
	struct kms_backend *backend = data;
	struct kms_screen *ks = kms_output_user(output);
	kms_screen_drop_targets(output);
	session_remove_screen(backend->session, &ks->screen);
	free(ks->turned);
	free(ks);
}

static void flip_done(
	void *data, struct kms_output *output, uint64_t present_ns, uint32_t seq)
{
	struct kms_screen *ks = kms_output_user(output);
	(void)data, (void)seq;
	screen_shown(&ks->screen, present_ns);
}

static void flip_lost(void *data, struct kms_output *output)
{
	struct kms_screen *ks = kms_output_user(output);
	(void)data;
	screen_lost(&ks->screen);
}

const struct kms_listener kms_screen_listener = {
	.configure = kms_outputs_configure,
	.output_added = output_added,
	.output_removed = output_removed,
	.flip_done = flip_done,
	.flip_lost = flip_lost,
	.buffers_dropped = buffers_dropped,
};
