#include <errno.h>
#include <gbm.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

#include "kms/assign.h"
#include "kms/private.h"
#include "util/gbm.h"
#include "util/log.h"
#include "util/xalloc.h"

#define CLIENT_CAP_CURSOR_PLANE_HOTSPOT 6 /* Linux 6.8; not in libdrm's header yet */

int kms_explain(struct kms_error *err, int error, const char *fmt, ...)
{
	if (!err)
		return error;
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
	return error;
}

static int check_caps(struct kms_device *device, struct kms_error *err)
{
	uint64_t value = 0;
	if (drmSetClientCap(device->fd, DRM_CLIENT_CAP_UNIVERSAL_PLANES, 1) < 0 ||
		drmSetClientCap(device->fd, DRM_CLIENT_CAP_ATOMIC, 1) < 0)
		return kms_explain(err, -ENOTSUP,
			"%s: its driver has no atomic modesetting; use another card or a "
			"newer "
			"kernel",
			device->path);
	/* Without it newer kernels hide the cursor planes of virtual cards; older ones refuse. */
	drmSetClientCap(device->fd, CLIENT_CAP_CURSOR_PLANE_HOTSPOT, 1);
	if (drmGetCap(device->fd, DRM_CAP_DUMB_BUFFER, &value) < 0 || !value)
		return kms_explain(err, -ENOTSUP,
			"%s: its driver has no buffers that can be shown; use another "
			"card",
			device->path);
	value = 0;
	device->monotonic =
		drmGetCap(device->fd, DRM_CAP_TIMESTAMP_MONOTONIC, &value) == 0 && value;
	if (!drmIsMaster(device->fd))
		return kms_explain(err, -EACCES,
			"%s: another program drives the screen; end it, or start from a "
			"VT of "
			"your own (Ctrl+Alt+F3)",
			device->path);
	return 0;
}

static int read_crtcs(struct kms_device *device, struct kms_error *err)
{
	drmModeRes *res = drmModeGetResources(device->fd);
	if (!res)
		return kms_explain(err, -errno,
			"%s: cannot list its screens: %s; a card that only renders will "
			"not do",
			device->path, strerror(errno));
	int ret = 0;
	device->n_crtcs =
		res->count_crtcs > KMS_CRTCS ? KMS_CRTCS : (size_t)res->count_crtcs;
	device->crtcs = xcalloc(device->n_crtcs + 1, sizeof *device->crtcs);
	for (size_t i = 0; i < device->n_crtcs && ret == 0; i++) {
		struct kms_prop_query q = kms_crtc_query(res->crtcs[i]);
		device->crtcs[i].id = res->crtcs[i];
		ret = kms_props_read(device->fd, &q, device->crtcs[i].props, err);
	}
	drmModeFreeResources(res);
	if (ret == 0 && device->n_crtcs == 0)
		return kms_explain(err, -ENOTSUP,
			"%s: it drives no screen (no CRTC); use another card",
			device->path);
	return ret;
}

static int read_plane(struct kms_device *device, uint32_t id, struct kms_plane *out,
	struct kms_error *err)
{
	drmModePlane *p = drmModeGetPlane(device->fd, id);
	if (!p)
		return kms_explain(err, -errno, "%s: cannot read plane %u: %s",
			device->path, id, strerror(errno));
	out->id = id;
	out->possible_crtcs = p->possible_crtcs;
	drmModeFreePlane(p);
	struct kms_prop_query q = kms_plane_query(id);
	int ret = kms_props_read(device->fd, &q, out->props, err);
	out->type = (uint32_t)out->props[PLANE_TYPE].value;
	return ret;
}

static int read_planes(struct kms_device *device, struct kms_error *err)
{
	drmModePlaneRes *res = drmModeGetPlaneResources(device->fd);
	if (!res)
		return kms_explain(err, -errno, "%s: cannot list its planes: %s",
			device->path, strerror(errno));
	int ret = 0;
	device->n_planes = res->count_planes;
	device->planes = xcalloc(device->n_planes + 1, sizeof *device->planes);
	for (size_t i = 0; i < device->n_planes && ret == 0; i++)
		ret = read_plane(device, res->planes[i], &device->planes[i], err);
	drmModeFreePlaneResources(res);
	return ret;
}

int kms_crtc_index(const struct kms_device *device, uint64_t id)
{
	for (size_t i = 0; i < device->n_crtcs; i++) {
		if (device->crtcs[i].id == id)
			return (int)i;
	}
	return KMS_NO_CRTC;
}

/* A primary plane for each CRTC; on some hardware they can be exchanged. */
static void assign_planes(struct kms_device *device)
{
	struct kms_want *wants = xcalloc(device->n_planes + 1, sizeof *wants);
	int *crtc_of = xcalloc(device->n_planes + 1, sizeof *crtc_of);
	for (size_t i = 0; i < device->n_planes; i++) {
		const struct kms_plane *p = &device->planes[i];
		wants[i].possible =
			p->type == DRM_PLANE_TYPE_PRIMARY ? p->possible_crtcs : 0;
		wants[i].attached = kms_crtc_index(device, p->props[PLANE_CRTC_ID].value);
	}
	kms_assign(wants, device->n_planes, crtc_of);
	for (size_t i = 0; i < device->n_planes; i++) {
		if (crtc_of[i] != KMS_NO_CRTC && (size_t)crtc_of[i] < device->n_crtcs)
			device->crtcs[crtc_of[i]].primary = &device->planes[i];
	}
	free(crtc_of);
	free(wants);
}

static int open_gbm(struct kms_device *device, unsigned flags, struct kms_error *err)
{
	if (!(flags & KMS_OPEN_DUMB) && library_load(&library_gbm) == 0)
		device->gbm = gbm_create_device(device->fd);
	if (!device->gbm && !(flags & KMS_OPEN_DUMB))
		return kms_explain(err, -ENODEV,
			"%s: GBM cannot use it: %s; install Mesa's drivers (libgbm1, "
			"libgl1-mesa-dri)",
			device->path, strerror(errno ? errno : ENODEV));
	device->req = drmModeAtomicAlloc();
	return device->req ? 0 : kms_explain(err, -ENOMEM, "out of memory");
}

int kms_device_open_with(int fd, const char *path, unsigned flags,
	const struct kms_listener *listener, void *data, struct kms_device **out,
	struct kms_error *err)
{
	struct kms_device *device = xcalloc(1, sizeof *device);
	*device = (struct kms_device){.fd = fd, .listener = listener, .data = data};
	snprintf(device->path, sizeof device->path, "%s", path);
	list_init(&device->connectors);
	list_init(&device->outputs);
	list_init(&device->flips);
	int ret = check_caps(device, err);
	if (ret == 0)
		ret = read_crtcs(device, err);
	if (ret == 0)
		ret = read_planes(device, err);
	if (ret == 0)
		ret = open_gbm(device, flags, err);
	if (ret < 0) {
		kms_device_destroy(device);
		return ret;
	}
	assign_planes(device);
	kms_planes_prepare(device);
	*out = device;
	return 0;
}

int kms_device_open(int fd, const char *path, const struct kms_listener *listener,
	void *data, struct kms_device **out, struct kms_error *err)
{
	return kms_device_open_with(fd, path, 0, listener, data, out, err);
}

/* Of removed outputs: off first, for removing a framebuffer that is shown blocks. */
static void forget_flips(struct kms_device *device)
{
	if (!list_empty(&device->flips))
		kms_sweep(device, 0);
	list_for_each_safe (flip, &device->flips, struct kms_flip, link)
		kms_flip_forget(flip);
}

void kms_device_destroy(struct kms_device *device)
{
	if (!device)
		return;
	list_for_each_safe (output, &device->outputs, struct kms_output, link)
		kms_output_remove(output);
	forget_flips(device);
	list_for_each_safe (c, &device->connectors, struct kms_connector, link)
		kms_connector_destroy(c);
	if (device->req)
		drmModeAtomicFree(device->req);
	if (device->gbm)
		gbm_device_destroy(device->gbm);
	free(device->planes);
	free(device->crtcs);
	free(device);
}

void kms_device_pause(struct kms_device *device)
{
	if (device->paused)
		return;
	list_for_each (output, &device->outputs, struct kms_output, link)
		kms_output_pause(output);
	forget_flips(device);
	device->paused = true;
}

void kms_device_lost(struct kms_device *device)
{
	log_info("%s: the screen belongs to another program now", device->path);
	kms_device_pause(device);
}

int kms_device_resume(struct kms_device *device)
{
	if (!drmIsMaster(device->fd)) {
		log_error("%s: the screen still belongs to another program; end it, or "
			  "switch to another console and back",
			device->path);
		return -EACCES;
	}
	device->paused = false;
	int ret = kms_device_scan(device);
	if (ret < 0)
		kms_device_pause(device);
	else
		kms_power_restore(device);
	return ret;
}

int kms_device_fd(const struct kms_device *device)
{
	return device->fd;
}

struct gbm_device *kms_device_gbm(const struct kms_device *device)
{
	return device->gbm;
}

const char *kms_device_path(const struct kms_device *device)
{
	return device->path;
}
