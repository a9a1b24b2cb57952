#include <errno.h>
#include <string.h>
#include <xf86drmMode.h>

#include "kms/private.h"
#include "util/log.h"

/* Values as they are now: whoever was master before us may have changed anything. */
static void refresh(struct kms_device *device)
{
	for (size_t i = 0; i < device->n_planes; i++) {
		struct kms_prop_query q = kms_plane_query(device->planes[i].id);
		kms_props_refresh(device->fd, &q, device->planes[i].props);
	}
	for (size_t i = 0; i < device->n_crtcs; i++) {
		struct kms_prop_query q = kms_crtc_query(device->crtcs[i].id);
		kms_props_refresh(device->fd, &q, device->crtcs[i].props);
	}
	list_for_each (c, &device->connectors, struct kms_connector, link) {
		struct kms_prop_query q = kms_connector_query(c->id);
		if (kms_props_refresh(device->fd, &q, c->props) < 0)
			c->props[CONNECTOR_CRTC_ID].value = 0; /* it vanished */
	}
}

static bool connector_ours(const struct kms_connector *c)
{
	return c->output && c->props[CONNECTOR_CRTC_ID].value == c->output->crtc->id;
}

static bool crtc_ours(const struct kms_crtc *c)
{
	return c->output && connector_ours(c->output->connector);
}

static bool shows(const struct kms_output *output, const struct kms_plane *plane)
{
	return output->crtc->primary == plane ||
	       kms_picture_find(kms_output_latest(output), plane);
}

static bool plane_ours(const struct kms_device *device, const struct kms_plane *plane)
{
	list_for_each (output, &device->outputs, struct kms_output, link) {
		if (crtc_ours(output->crtc) &&
			plane->props[PLANE_CRTC_ID].value == output->crtc->id &&
			shows(output, plane))
			return true;
	}
	return false;
}

static const struct kms_crtc *crtc_of(
	const struct kms_device *device, const struct kms_plane *plane)
{
	for (size_t i = 0; i < device->n_crtcs; i++) {
		if (device->crtcs[i].id == plane->props[PLANE_CRTC_ID].value)
			return &device->crtcs[i];
	}
	return NULL;
}

/* Who is tested is described whole. */
static bool plane_apart(const struct kms_device *device, const struct kms_plane *plane)
{
	for (size_t i = 0; i < device->n_crtcs; i++) {
		if (device->crtcs[i].tested && device->crtcs[i].primary == plane)
			return true;
	}
	return false;
}

static bool connector_apart(
	const struct kms_device *device, const struct kms_connector *connector)
{
	for (size_t i = 0; i < device->n_crtcs; i++) {
		const struct kms_output *o = device->crtcs[i].tested;
		if (o && o->connector == connector)
			return true;
	}
	return false;
}

static bool plane_stays(const struct kms_device *device, const struct kms_plane *plane)
{
	const struct kms_crtc *crtc = crtc_of(device, plane);
	return plane_apart(device, plane) ||
	       (!(crtc && crtc->tested) && plane_ours(device, plane));
}

static void describe_off(struct kms_request *r)
{
	const struct kms_device *device = r->device;
	for (size_t i = 0; i < device->n_planes; i++) {
		const struct kms_plane *p = &device->planes[i];
		bool on = p->props[PLANE_CRTC_ID].value || p->props[PLANE_FB_ID].value;
		if (!on || plane_stays(device, p))
			continue;
		kms_request_set(r, p->id, &p->props[PLANE_FB_ID], 0);
		kms_request_set(r, p->id, &p->props[PLANE_CRTC_ID], 0);
	}
	list_for_each (c, &device->connectors, struct kms_connector, link) {
		if (c->props[CONNECTOR_CRTC_ID].value && !connector_ours(c) &&
			!connector_apart(device, c))
			kms_request_set(r, c->id, &c->props[CONNECTOR_CRTC_ID], 0);
	}
	for (size_t i = 0; i < device->n_crtcs; i++) {
		const struct kms_crtc *c = &device->crtcs[i];
		bool on = c->props[CRTC_ACTIVE].value || c->props[CRTC_MODE_ID].value;
		if (!on || c->tested || crtc_ours(c))
			continue;
		kms_request_set(r, c->id, &c->props[CRTC_ACTIVE], 0);
		kms_request_set(r, c->id, &c->props[CRTC_MODE_ID], 0);
	}
}

void kms_sweep_describe(struct kms_request *r)
{
	refresh(r->device);
	describe_off(r);
}

void kms_sweep(struct kms_device *device, uint32_t flags)
{
	if (device->paused)
		return;
	struct kms_request r;
	kms_request_begin(&r, device);
	kms_sweep_describe(&r);
	if (kms_request_empty(&r))
		return;
	int ret = kms_request_commit(&r, flags | DRM_MODE_ATOMIC_ALLOW_MODESET, 0);
	log_debug("%s: turned off what no output drives: %s", device->path,
		ret < 0 ? strerror(-ret) : "done");
}
