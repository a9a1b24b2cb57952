#include <assert.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <xf86drmMode.h>

#include "kms/private.h"
#include "util/log.h"

static void describe_plane(
	struct kms_request *r, const struct kms_output *output, uint32_t fb)
{
	const struct kms_plane *plane = output->crtc->primary;
	const uint64_t w = output->mode.hdisplay, h = output->mode.vdisplay;
	const uint64_t values[PLANE_REQUIRED] = {
		[PLANE_FB_ID] = fb,
		[PLANE_CRTC_ID] = output->crtc->id,
		[PLANE_SRC_W] = w << 16,
		[PLANE_SRC_H] = h << 16,
		[PLANE_CRTC_W] = w,
		[PLANE_CRTC_H] = h,
	};
	for (size_t i = PLANE_TYPE + 1; i < PLANE_REQUIRED; i++)
		kms_request_set(r, plane->id, &plane->props[i], values[i]);
	kms_request_neutral(
		r, plane->id, plane->props, kms_plane_names, PLANE_REQUIRED, PLANE_PROPS);
}

void kms_modeset_describe(
	struct kms_request *r, const struct kms_output *output, uint32_t fb)
{
	kms_config_describe(r, output);
	describe_plane(r, output, fb);
}

static void describe_flip(
	struct kms_request *r, const struct kms_output *output, uint32_t fb)
{
	const struct kms_plane *plane = output->crtc->primary;
	kms_request_begin(r, output->device);
	kms_request_set(r, plane->id, &plane->props[PLANE_FB_ID], fb);
	kms_color_describe(r, output);
}

static int apply_modeset(struct kms_output *output, uint32_t fb, uint64_t id)
{
	const uint32_t flags = DRM_MODE_ATOMIC_ALLOW_MODESET | DRM_MODE_PAGE_FLIP_EVENT;
	struct kms_request r;
	kms_sweep(output->device, 0);
	kms_request_begin(&r, output->device);
	kms_modeset_describe(&r, output, fb);
	int ret = kms_request_commit(
		&r, DRM_MODE_ATOMIC_ALLOW_MODESET | DRM_MODE_ATOMIC_TEST_ONLY, 0);
	if (ret < 0)
		return ret;
	return kms_request_commit(&r, flags | DRM_MODE_ATOMIC_NONBLOCK, id);
}

static int apply_flip(struct kms_output *output, uint32_t fb, uint64_t id)
{
	struct kms_request r;
	describe_flip(&r, output, fb);
	return kms_request_commit(
		&r, DRM_MODE_PAGE_FLIP_EVENT | DRM_MODE_ATOMIC_NONBLOCK, id);
}

/* Once per reason: a plugin that draws at 60 Hz must not fill the log. */
static void log_failure(struct kms_output *output, int error)
{
	if (output->failed == error)
		return;
	output->failed = error;
	if (output->needs_modeset)
		log_error("%s: the card refuses the mode %ux%u: %s",
			kms_output_name(output), output->mode.hdisplay,
			output->mode.vdisplay, strerror(-error));
	else
		log_error("%s: the card refuses a frame: %s", kms_output_name(output),
			strerror(-error));
}

static int apply(struct kms_output *output, struct kms_buffer *buffer)
{
	if (output->device->paused || output->asleep)
		return -EAGAIN;
	if (output->flip->id)
		return -EBUSY;
	uint64_t id = kms_flip_new_id();
	int ret = output->needs_modeset ? apply_modeset(output, buffer->fb_id, id)
					: apply_flip(output, buffer->fb_id, id);
	if (ret < 0 && ret != -EACCES)
		log_failure(output, ret);
	if (ret < 0)
		return ret;
	output->needs_modeset = false;
	output->color_dirty = false;
	output->failed = 0;
	buffer->frame = ++output->frame;
	kms_flip_start(output->flip, id, buffer);
	return 0;
}

int kms_output_commit(struct kms_output *output, const struct kms_frame *frame)
{
	struct kms_buffer *buffer = frame->primary;
	if (frame->fence >= 0)
		close(frame->fence);
	if (!buffer)
		return 0;
	assert(buffer->state == BUFFER_ACQUIRED);
	int ret = apply(output, buffer);
	if (ret < 0)
		kms_output_release(output, buffer);
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
