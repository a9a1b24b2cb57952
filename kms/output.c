#include <drm_fourcc.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xf86drmMode.h>

#include "kms/mode.h"
#include "kms/private.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

static int create_buffers(struct kms_output *output)
{
	return kms_pool_make(output, output->mode.hdisplay, output->mode.vdisplay,
		DRM_FORMAT_XRGB8888, false, &output->pool);
}

static void retire_buffers(struct kms_output *output)
{
	kms_pool_destroy(output->pool);
	output->pool = NULL;
}

static void drop_blob(struct kms_output *output)
{
	if (output->mode_blob)
		drmModeDestroyPropertyBlob(output->device->fd, output->mode_blob);
	output->mode_blob = 0;
}

static int take_mode(struct kms_output *output, const drmModeModeInfo *mode)
{
	output->mode = *mode;
	output->mode_blob = 0;
	output->needs_modeset = true;
	output->failed = 0;
	int ret = drmModeCreatePropertyBlob(output->device->fd, &output->mode,
		sizeof output->mode, &output->mode_blob);
	if (ret < 0)
		log_error("%s: cannot hand the mode to the kernel: %s",
			kms_output_name(output), strerror(-ret));
	return ret < 0 ? ret : 0;
}

/* A mode of its own and buffers of that size, which the card would take. */
static int take_all(struct kms_output *output, const drmModeModeInfo *mode, bool tested)
{
	int ret = take_mode(output, mode);
	if (ret == 0)
		ret = create_buffers(output);
	if (ret == 0 && tested)
		ret = kms_config_test(output, output->pool->buffers[0]->fb_id);
	return ret;
}

static void tell_mode(const struct kms_output *output)
{
	const uint32_t mhz = kms_mode_mhz(&output->mode);
	log_info("%s: %ux%u at %u.%03u Hz", kms_output_name(output),
		output->mode.hdisplay, output->mode.vdisplay, mhz / 1000, mhz % 1000);
}

static void destroy(struct kms_output *output)
{
	list_for_each_safe (pool, &output->pools, struct kms_pool, link)
		kms_pool_destroy(pool);
	kms_cursor_finish(output);
	kms_proposer_destroy(output->proposer);
	drop_blob(output);
	kms_color_finish(output);
	free(output->flip);
	free(output);
}

int kms_output_create(struct kms_connector *connector, struct kms_crtc *crtc,
	const drmModeModeInfo *mode, bool tested, struct kms_output **out)
{
	struct kms_device *device = connector->device;
	struct kms_output *output = xcalloc(1, sizeof *output);
	*output = (struct kms_output){
		.device = device,
		.connector = connector,
		.crtc = crtc,
		.flip = xcalloc(1, sizeof *output->flip),
	};
	output->flip->output = output;
	list_init(&output->flip->link);
	list_init(&output->pools);
	int ret = take_all(output, mode, tested);
	if (ret < 0) {
		destroy(output);
		return ret;
	}
	crtc->output = output;
	connector->output = output;
	list_push_back(&device->outputs, &output->link);
	tell_mode(output);
	*out = output;
	return 0;
}

/* The kernel still owes an event, and uses the buffers of two pictures until then. */
static void leave_flip(struct kms_output *output)
{
	struct kms_flip *flip = output->flip;
	flip->output = NULL;
	flip->before = output->picture;
	output->flip = NULL;
	output->picture.n = 0;
}

void kms_output_remove(struct kms_output *output)
{
	struct kms_device *device = output->device;
	list_remove(&output->link);
	output->connector->output = NULL;
	output->crtc->output = NULL;
	device->listener->output_removed(device->data, output);
	/* Off before its framebuffers go: removing one that is shown blocks. */
	if (output->flip->id)
		leave_flip(output);
	else
		kms_sweep(device, DRM_MODE_ATOMIC_NONBLOCK);
	kms_picture_clear(&output->picture);
	destroy(output);
}

/* What a mode change leaves behind, or comes back to. */
struct before {
	drmModeModeInfo mode;
	uint32_t blob;
	bool needs_modeset;
	int failed;
	struct kms_pool *pool;
};

static struct before put_aside(struct kms_output *output)
{
	struct before before = {
		.mode = output->mode,
		.blob = output->mode_blob,
		.needs_modeset = output->needs_modeset,
		.failed = output->failed,
		.pool = output->pool,
	};
	output->pool = NULL;
	return before;
}

static void roll_back(struct kms_output *output, const struct before *before)
{
	retire_buffers(output);
	drop_blob(output);
	output->mode = before->mode;
	output->mode_blob = before->blob;
	output->needs_modeset = before->needs_modeset;
	output->failed = before->failed;
	output->pool = before->pool;
}

/* The listener finds the size new and the buffers old. */
static void give_up(struct kms_output *output, struct before *before)
{
	struct kms_device *device = output->device;
	struct kms_pool *fresh = output->pool;
	output->pool = before->pool;
	device->listener->buffers_dropped(device->data, output);
	retire_buffers(output);
	output->pool = fresh;
	if (before->blob)
		drmModeDestroyPropertyBlob(device->fd, before->blob);
}

int kms_output_renew(struct kms_output *output, const drmModeModeInfo *mode)
{
	const bool other = !kms_mode_same(&output->mode, mode);
	struct before before = put_aside(output);
	int ret = take_all(output, mode, other);
	if (ret < 0) {
		roll_back(output, &before);
		return ret;
	}
	give_up(output, &before);
	tell_mode(output);
	return 0;
}

void kms_output_pause(struct kms_output *output)
{
	if (output->flip->id)
		kms_flip_end(output->flip);
	output->needs_modeset = true;
	output->lost = false;
	output->retry_ns = 0;
	kms_pools_age(output);
}

const char *kms_output_name(const struct kms_output *output)
{
	return output->connector->name;
}

int32_t kms_output_width(const struct kms_output *output)
{
	return output->mode.hdisplay;
}

int32_t kms_output_height(const struct kms_output *output)
{
	return output->mode.vdisplay;
}

static uint64_t refresh_ns(const drmModeModeInfo *m)
{
	uint64_t pixels = (uint64_t)m->htotal * m->vtotal;
	if (!m->clock || !pixels)
		return NS_PER_S / (m->vrefresh ? m->vrefresh : 60);
	if (m->flags & DRM_MODE_FLAG_DBLSCAN)
		pixels *= 2;
	if (m->vscan > 1)
		pixels *= m->vscan;
	if (m->flags & DRM_MODE_FLAG_INTERLACE)
		pixels /= 2;
	return pixels * NS_PER_MS / m->clock; /* clock: kHz */
}

/* A display may tell anything: whoever paces by this must not divide by 0, or wait for hours. */
uint64_t kms_output_refresh_ns(const struct kms_output *output)
{
	const uint64_t ns = refresh_ns(&output->mode);
	return ns < NS_PER_MS ? NS_PER_MS : ns > NS_PER_S ? NS_PER_S : ns;
}

bool kms_output_flip_pending(const struct kms_output *output)
{
	return output->flip->id != 0;
}

void kms_output_set_user(struct kms_output *output, void *user)
{
	output->user = user;
}

void *kms_output_user(const struct kms_output *output)
{
	return output->user;
}
