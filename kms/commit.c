#include <assert.h>
#include <drm_mode.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <xf86drmMode.h>

#include "kms/private.h"
#include "util/clock.h"
#include "util/log.h"

void kms_modeset_describe(
	struct kms_request *r, const struct kms_output *output, uint32_t fb)
{
	struct kms_buffer buffer = {.fb_id = fb};
	const struct kms_shown own = kms_output_own(output, &buffer);
	kms_config_describe(r, output);
	kms_shown_describe(r, output->crtc->id, &own);
}

/* What the next frame is made of. */

static int add_own(const struct kms_output *output, struct kms_buffer *buffer,
	struct kms_picture *next)
{
	const struct kms_picture *now = &output->picture;
	if (!buffer && now->n > 0)
		buffer = now->shown[0].buffer;
	/* Of another mode, or of an output that was here before: no picture of ours. */
	if (!buffer || buffer->pool != output->pool)
		return -EINVAL;
	const struct kms_shown own = kms_output_own(output, buffer);
	kms_picture_add(next, &own);
	return 0;
}

static struct kms_buffer *shown_buffer(
	const struct kms_output *output, const struct kms_pool *pool)
{
	for (size_t i = 0; i < output->picture.n; i++) {
		if (output->picture.shown[i].buffer->pool == pool)
			return output->picture.shown[i].buffer;
	}
	return NULL;
}

static bool is_as_planned(const struct kms_plan_entry *e, const struct kms_layer *layer)
{
	const struct kms_buffer *b = layer->pool->buffers[0];
	return e && e->shown.plane && e->x == layer->x && e->y == layer->y &&
	       e->width == b->width && e->height == b->height && e->format == b->format;
}

static int add_layer(const struct kms_output *output, const struct kms_layer *layer,
	struct kms_picture *next)
{
	const struct kms_plan_entry *e = kms_plan_find(output, layer->id);
	struct kms_buffer *buffer =
		layer->buffer ? layer->buffer : shown_buffer(output, layer->pool);
	if (output->needs_modeset || !is_as_planned(e, layer))
		return -ESTALE;
	if (!buffer || kms_picture_find(next, e->shown.plane))
		return -EINVAL;
	struct kms_shown shown = e->shown;
	shown.buffer = buffer;
	kms_picture_add(next, &shown);
	return 0;
}

static int make_picture(const struct kms_output *output, const struct kms_frame *frame,
	struct kms_picture *next)
{
	struct kms_shown cursor;
	next->n = 0;
	int ret = add_own(output, frame->primary, next);
	for (size_t i = 0; i < frame->n_layers && ret == 0; i++)
		ret = add_layer(output, &frame->layers[i], next);
	if (ret == 0 && kms_cursor_shown(output, &cursor))
		kms_picture_add(next, &cursor);
	return ret;
}

/* From here on it is told to the kernel. */

struct attempt {
	struct kms_output *output;
	const struct kms_frame *frame;
	struct kms_picture next;
	uint32_t damage; /* blob, 0 none */
	uint64_t id;
};

static uint32_t make_damage(
	const struct kms_output *output, const struct kms_frame *frame)
{
	struct drm_mode_rect clips[KMS_DAMAGE];
	uint32_t blob = 0;
	if (!frame->primary || frame->n_damage == 0 || output->needs_modeset ||
		!output->crtc->primary->props[PLANE_DAMAGE].id)
		return 0;
	for (size_t i = 0; i < frame->n_damage; i++) {
		const struct kms_damage *d = &frame->damage[i];
		clips[i] = (struct drm_mode_rect){d->x0, d->y0, d->x1, d->y1};
	}
	/* Refused, all of it counts as changed. */
	int ret = drmModeCreatePropertyBlob(
		output->device->fd, clips, frame->n_damage * sizeof clips[0], &blob);
	return ret < 0 ? 0 : blob;
}

/* Planes wait for the drawing of what is new on them; the cursor is not drawn by GL. */
static void describe_fences(struct kms_request *r, const struct attempt *a)
{
	for (size_t i = 0; i < a->next.n && a->frame->fence >= 0; i++) {
		const struct kms_shown *s = &a->next.shown[i];
		if (s->buffer->state == BUFFER_ACQUIRED &&
			s->plane != a->output->crtc->cursor)
			kms_request_set(r, s->plane->id, &s->plane->props[PLANE_FENCE],
				(uint64_t)a->frame->fence);
	}
}

static void describe_hotspot(struct kms_request *r, const struct kms_output *output)
{
	const struct kms_plane *plane = output->crtc->cursor;
	const struct kms_cursor *c = &output->cursor;
	kms_request_set(r, plane->id, &plane->props[PLANE_HOTSPOT_X], (uint64_t)c->hot_x);
	kms_request_set(r, plane->id, &plane->props[PLANE_HOTSPOT_Y], (uint64_t)c->hot_y);
}

static bool has_cursor(const struct attempt *a)
{
	return a->next.shown[a->next.n - 1].plane == a->output->crtc->cursor;
}

static void describe(struct kms_request *r, const struct attempt *a, bool with_primary)
{
	const struct kms_output *output = a->output;
	const struct kms_plane *primary = output->crtc->primary;
	bool all = output->needs_modeset;
	kms_request_begin(r, output->device);
	if (all)
		kms_config_describe(r, output);
	else
		kms_color_describe(r, output);
	kms_picture_describe(r, output->crtc->id, &output->picture, &a->next, all);
	if (has_cursor(a) && (all || output->cursor.buffer->state == BUFFER_ACQUIRED))
		describe_hotspot(r, output);
	describe_fences(r, a);
	if (a->damage)
		kms_request_set(r, primary->id, &primary->props[PLANE_DAMAGE], a->damage);
	/* An event is refused for a commit of nothing. */
	if (!all && !a->frame->primary && (with_primary || kms_request_empty(r)))
		kms_request_set(r, primary->id, &primary->props[PLANE_FB_ID],
			a->next.shown[0].buffer->fb_id);
}

/* The card was stuck once: it is not waited for, but tried again in a second. */
static int apply_stuck(
	struct kms_output *output, struct kms_request *r, uint32_t flags, uint64_t id)
{
	int ret = kms_request_try(r, flags, id);
	if (ret == -EBUSY)
		output->retry_ns = clock_now_ns() + NS_PER_S;
	return ret;
}

static int apply_modeset(struct attempt *a)
{
	const uint32_t modeset = DRM_MODE_ATOMIC_ALLOW_MODESET;
	const uint32_t flags =
		modeset | DRM_MODE_PAGE_FLIP_EVENT | DRM_MODE_ATOMIC_NONBLOCK;
	struct kms_output *output = a->output;
	struct kms_request r;
	if (!output->lost)
		kms_sweep(output->device, 0);
	describe(&r, a, true);
	int ret = kms_request_commit(&r, modeset | DRM_MODE_ATOMIC_TEST_ONLY, 0);
	if (ret < 0)
		return ret;
	return output->lost ? apply_stuck(output, &r, flags, a->id)
			    : kms_request_commit(&r, flags, a->id);
}

/* Some drivers want the primary plane in every commit: what is there now, then. */
static int apply_flip(struct attempt *a)
{
	const uint32_t flags = DRM_MODE_PAGE_FLIP_EVENT | DRM_MODE_ATOMIC_NONBLOCK;
	struct kms_output *output = a->output;
	struct kms_request r;
	describe(&r, a, output->with_primary);
	int ret = kms_request_commit(&r, flags, a->id);
	if (ret != -EINVAL || a->frame->primary || output->with_primary)
		return ret;
	describe(&r, a, true);
	ret = kms_request_commit(&r, flags, a->id);
	output->with_primary = ret == 0;
	return ret;
}

/* Not for what a plane is refused for: not master, a flip in flight, no memory. */
static bool may_be_planes(int error)
{
	return error != -EACCES && error != -EBUSY && error != -ENOMEM &&
	       error != -ENODEV && error != -EINTR;
}

static int try(struct attempt *a)
{
	int ret = a->output->needs_modeset ? apply_modeset(a) : apply_flip(a);
	if (ret == 0 || !may_be_planes(ret))
		return ret;
	if (a->frame->n_layers > 0) {
		kms_plan_refuse(a->output);
		return -ESTALE;
	}
	if (!has_cursor(a))
		return ret;
	/* A modeset must not fail for a cursor; who drew a frame is told to draw it, too. */
	a->output->cursor.refused = true;
	a->next.n--;
	return a->output->needs_modeset ? apply_modeset(a) : -ESTALE;
}

/* Once per reason: a plugin that draws at 60 Hz must not fill the log. */
static void log_failure(struct kms_output *output, int error)
{
	if (output->failed == error || error == -EACCES)
		return;
	output->failed = error;
	if (output->lost)
		log_error("%s: the card is still stuck: %s; it is tried again every "
			  "second",
			kms_output_name(output), strerror(-error));
	else if (error == -ESTALE)
		log_debug("%s: the card refuses planes that it took before",
			kms_output_name(output));
	else if (output->needs_modeset)
		log_error("%s: the card refuses the mode %ux%u: %s",
			kms_output_name(output), output->mode.hdisplay,
			output->mode.vdisplay, strerror(-error));
	else
		log_error("%s: the card refuses a frame: %s", kms_output_name(output),
			strerror(-error));
}

static void handle_applied(struct attempt *a)
{
	struct kms_output *output = a->output;
	if (output->needs_modeset)
		kms_plan_forget(output);
	output->needs_modeset = false;
	output->color_dirty = false;
	output->retry_ns = 0;
	output->failed = 0;
	output->cursor.taken |= has_cursor(a);
	kms_flip_start(output->flip, a->id, &a->next);
}

static int apply(struct kms_output *output, const struct kms_frame *frame)
{
	struct attempt a = {.output = output, .frame = frame, .id = kms_flip_new_id()};
	if (output->needs_modeset)
		output->cursor.refused = output->cursor.taken = false;
	kms_cursor_hold(output);
	int ret = make_picture(output, frame, &a.next);
	if (ret < 0)
		return ret;
	a.damage = make_damage(output, frame);
	ret = try(&a);
	if (a.damage)
		drmModeDestroyPropertyBlob(output->device->fd, a.damage);
	if (ret < 0)
		log_failure(output, ret);
	else
		handle_applied(&a);
	return ret;
}

static void give_back(struct kms_output *output, const struct kms_frame *frame)
{
	if (frame->primary)
		kms_output_release(output, frame->primary);
	for (size_t i = 0; i < frame->n_layers; i++) {
		if (frame->layers[i].buffer)
			kms_pool_release(frame->layers[i].pool, frame->layers[i].buffer);
	}
}

static int check(const struct kms_output *output, const struct kms_frame *frame)
{
	assert(frame->n_layers <= KMS_LAYERS && frame->n_damage <= KMS_DAMAGE);
	assert(!frame->primary || frame->primary->state == BUFFER_ACQUIRED);
	if (output->device->paused || output->asleep)
		return -EAGAIN;
	return output->flip->id ? -EBUSY : 0;
}

int kms_output_commit(struct kms_output *output, const struct kms_frame *frame)
{
	int ret = check(output, frame);
	if (ret == 0)
		ret = apply(output, frame);
	if (ret < 0)
		give_back(output, frame);
	if (frame->fence >= 0)
		close(frame->fence);
	if (ret == -EACCES) {
		kms_device_lost(output->device);
		ret = -EAGAIN;
	}
	return ret;
}

int kms_output_show(struct kms_output *output, struct kms_buffer *buffer)
{
	const struct kms_frame frame = {.primary = buffer, .fence = -1};
	return kms_output_commit(output, &frame);
}
