/* The display's power: CRTCs that are on, off, and between. */
#include <errno.h>
#include <string.h>
#include <xf86drmMode.h>

#include "kms/private.h"
#include "util/log.h"

/*
 * It waits: a display that goes dark is in no hurry, and owes nothing afterwards. Only
 * where a flip never came it would wait for that one, for seconds.
 */
static int turn_off(struct kms_output *output)
{
	const uint32_t modeset = DRM_MODE_ATOMIC_ALLOW_MODESET;
	const struct kms_crtc *crtc = output->crtc;
	struct kms_request r;
	kms_request_begin(&r, output->device);
	kms_request_set(&r, crtc->id, &crtc->props[CRTC_ACTIVE], 0);
	return kms_request_try(
		&r, output->lost ? modeset | DRM_MODE_ATOMIC_NONBLOCK : modeset, 0);
}

static int fall_asleep(struct kms_output *output)
{
	int ret = output->device->paused ? 0 : turn_off(output);
	if (ret == -EACCES) {
		kms_device_lost(output->device);
		return -EAGAIN;
	}
	if (ret < 0) {
		log_error("%s: the card refuses to turn it off: %s",
			kms_output_name(output), strerror(-ret));
		return ret;
	}
	if (output->flip->id)
		kms_flip_end(output->flip);
	output->lost = false;
	output->retry_ns = 0;
	return 0;
}

int kms_output_sleep(struct kms_output *output, bool asleep)
{
	if (output->asleep == asleep)
		return 0;
	int ret = asleep ? fall_asleep(output) : 0;
	if (ret < 0)
		return ret;
	output->asleep = asleep;
	output->needs_modeset = true;
	log_info("%s: %s", kms_output_name(output), asleep ? "asleep" : "awake");
	return 0;
}

void kms_power_restore(struct kms_device *device)
{
	list_for_each (output, &device->outputs, struct kms_output, link) {
		if (!output->asleep || device->paused)
			continue;
		int ret = turn_off(output);
		if (ret == -EACCES)
			kms_device_lost(device);
		else if (ret < 0)
			log_error("%s: the card refuses to turn it off again: %s",
				kms_output_name(output), strerror(-ret));
	}
}
