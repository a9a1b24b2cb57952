/* What is plugged in becomes outputs, as it is configured. */
#include <errno.h>
#include <string.h>

#include "kms/assign.h"
#include "kms/mode.h"
#include "kms/private.h"
#include "util/log.h"

#define MAX_TRIES 8 /* modes below the preferred one */

static bool link_bad(const struct kms_connector *c)
{
	return c->props[CONNECTOR_LINK_STATUS].value == DRM_MODE_LINK_STATUS_BAD;
}

static void refuse_mode(struct kms_connector *c, const drmModeModeInfo *mode, int error)
{
	const uint32_t mhz = kms_mode_mhz(mode);
	kms_config_refuse(c,
		"the card refuses %ux%u at %u.%03u Hz: %s; choose another mode, or turn "
		"another screen off",
		mode->hdisplay, mode->vdisplay, mhz / 1000, mhz % 1000, strerror(-error));
}

/* A mode that the card refuses leaves the one that was; at worst there is the preferred one. */
static int renew(struct kms_connector *c)
{
	struct kms_output *output = c->output;
	const drmModeModeInfo before = output->mode;
	const drmModeModeInfo *preferred = kms_mode_preferred(c->modes, c->n_modes);
	const bool stays = kms_connector_has(c, &before);
	int ret = kms_output_renew(output, &c->mode);
	if (ret == 0 || ret == -EACCES)
		return ret;
	refuse_mode(c, &c->mode, ret);
	if (stays && !link_bad(c))
		return 0;
	if (stays && !kms_mode_same(&before, &c->mode))
		return kms_output_renew(output, &before);
	if (preferred && !kms_mode_same(preferred, &c->mode))
		ret = kms_output_renew(output, preferred);
	return ret;
}

static int update_output(struct kms_connector *c)
{
	kms_output_vrr(c->output, c->config.vrr);
	if (kms_mode_same(&c->output->mode, &c->mode) && !link_bad(c))
		return 0;
	return renew(c);
}

static const char *why_removed(const struct kms_connector *c)
{
	return !c->listed || !c->connected ? "gone"
	       : c->replaced               ? "another display now"
					   : "off";
}

static void remove_outputs(struct kms_device *device)
{
	list_for_each_safe (c, &device->connectors, struct kms_connector, link) {
		if (c->output && (!c->usable || c->replaced)) {
			log_info("%s: %s", c->name, why_removed(c));
			kms_output_remove(c->output);
		}
		if (!c->listed)
			kms_connector_destroy(c);
	}
}

static void update_outputs(struct kms_device *device)
{
	list_for_each (c, &device->connectors, struct kms_connector, link) {
		int ret = c->output && !device->paused ? update_output(c) : 0;
		if (ret == -EACCES) {
			kms_device_lost(device);
		} else if (ret < 0) {
			log_info("%s: gone", c->name);
			kms_output_remove(c->output);
		}
	}
}

static uint32_t free_crtcs(const struct kms_device *device)
{
	uint32_t mask = 0;
	for (size_t i = 0; i < device->n_crtcs; i++) {
		if (device->crtcs[i].primary && !device->crtcs[i].output)
			mask |= UINT32_C(1) << i;
	}
	return mask;
}

/* The next in the order of pixels per second, of those that are whole pictures. */
static const drmModeModeInfo *next_smaller(
	const struct kms_connector *c, const drmModeModeInfo *than)
{
	const drmModeModeInfo *best = NULL;
	for (size_t i = 0; i < c->n_modes; i++) {
		const drmModeModeInfo *m = &c->modes[i];
		if (!(m->flags & DRM_MODE_FLAG_INTERLACE) && m->clock < than->clock &&
			(!best || m->clock > best->clock))
			best = m;
	}
	return best;
}

/* Beside others it may be too much: then the largest that goes, rather than a dark screen. */
static int create_smaller(struct kms_connector *c, struct kms_crtc *crtc,
	const drmModeModeInfo *than, struct kms_output **out)
{
	int ret = -ENOSPC;
	for (int i = 0; i < MAX_TRIES && than && ret < 0 && ret != -EACCES; i++) {
		than = next_smaller(c, than);
		if (than)
			ret = kms_output_create(c, crtc, than, true, out);
	}
	return ret;
}

/* Who is alone, with what nobody asked for, is not tested: its first commit tells. */
static int create(struct kms_connector *c, struct kms_crtc *crtc, struct kms_output **out)
{
	const drmModeModeInfo *preferred = kms_mode_preferred(c->modes, c->n_modes);
	const bool asked = !preferred || !kms_mode_same(preferred, &c->mode);
	const bool alone = list_empty(&c->device->outputs);
	int ret = kms_output_create(c, crtc, &c->mode, asked || !alone, out);
	if (ret == 0 || ret == -EACCES || (!asked && alone))
		return ret;
	refuse_mode(c, &c->mode, ret);
	if (preferred && asked)
		ret = kms_output_create(c, crtc, preferred, !alone, out);
	if (preferred && ret < 0 && ret != -EACCES && !alone)
		ret = create_smaller(c, crtc, preferred, out);
	if (preferred && ret < 0 && ret != -EACCES)
		ret = kms_output_create(c, crtc, preferred, false, out);
	return ret;
}

static void add_output(struct kms_device *device, struct kms_connector *c, int crtc)
{
	struct kms_output *output;
	if (crtc == KMS_NO_CRTC) {
		kms_config_refuse(c,
			"no CRTC is left to drive it; unplug another screen, or "
			"turn it off");
		return;
	}
	int ret = create(c, &device->crtcs[crtc], &output);
	if (ret == 0) {
		kms_output_vrr(output, c->config.vrr);
		device->listener->output_added(device->data, output);
	} else if (ret == -EACCES) {
		kms_device_lost(device);
	}
}

/* Outputs that are lit keep their CRTC: whoever comes takes what is left. */
static void add_outputs(struct kms_device *device)
{
	struct kms_connector *fresh[KMS_CRTCS];
	struct kms_want wants[KMS_CRTCS] = {{0}};
	int crtc_of[KMS_CRTCS];
	size_t n = 0;
	uint32_t mask = free_crtcs(device);
	list_for_each (c, &device->connectors, struct kms_connector, link) {
		if (!c->usable || c->output || n == KMS_CRTCS)
			continue;
		fresh[n] = c;
		wants[n].possible = c->possible_crtcs & mask;
		wants[n].attached =
			kms_crtc_index(device, c->props[CONNECTOR_CRTC_ID].value);
		n++;
	}
	kms_assign(wants, n, crtc_of);
	for (size_t i = 0; i < n && !device->paused; i++)
		add_output(device, fresh[i], crtc_of[i]);
}

int kms_device_scan(struct kms_device *device)
{
	if (device->paused)
		return 0;
	int ret = kms_connectors_read(device);
	if (ret < 0)
		return ret;
	/* Planes that were refused may be possible now. */
	list_for_each (output, &device->outputs, struct kms_output, link)
		kms_plan_forget(output);
	list_for_each (c, &device->connectors, struct kms_connector, link)
		kms_config_ask(device, c);
	remove_outputs(device);
	update_outputs(device);
	add_outputs(device);
	list_for_each (c, &device->connectors, struct kms_connector, link) {
		if (!c->error.text[0])
			c->told.text[0] = '\0';
	}
	return 0;
}
