#include "fake_drm.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <drm.h>
#include <drm_fourcc.h>
#include <drm_mode.h>
#include <xf86drm.h>

#include "fake_private.h"

struct fake fake;

static const char *const plane_names[] = {"type", "FB_ID", "CRTC_ID", "SRC_X", "SRC_Y",
	"SRC_W", "SRC_H", "CRTC_X", "CRTC_Y", "CRTC_W", "CRTC_H", "rotation", "alpha",
	"pixel blend mode", "zpos", "IN_FENCE_FD", "FB_DAMAGE_CLIPS", "HOTSPOT_X",
	"HOTSPOT_Y", NULL};
static const char *const crtc_names[] = {"ACTIVE", "MODE_ID", "OUT_FENCE_PTR",
	"GAMMA_LUT", "DEGAMMA_LUT", "CTM", "VRR_ENABLED", "GAMMA_LUT_SIZE", NULL};
static const char *const connector_names[] = {"EDID", "DPMS", "link-status",
	"non-desktop", "CRTC_ID", "Colorspace", "vrr_capable", NULL};

const char *const *fake_names(uint32_t kind)
{
	return kind == DRM_MODE_OBJECT_PLANE  ? plane_names
	       : kind == DRM_MODE_OBJECT_CRTC ? crtc_names
					      : connector_names;
}

/* A property's number is its object's own: one that is used with another object is noticed. */
static uint32_t prop_id(const struct fake_object *o, size_t i)
{
	return o->id * 100 + (uint32_t)i;
}

static bool has_prop(const char *name)
{
	if (strcmp(name, "VRR_ENABLED") == 0 || strcmp(name, "vrr_capable") == 0)
		return fake.vrr;
	if (strcmp(name, "GAMMA_LUT_SIZE") == 0)
		return fake.gamma > 0;
	if (strncmp(name, "HOTSPOT", 7) == 0)
		return fake.hotspot;
	return !fake.missing || strcmp(fake.missing, name) != 0;
}

size_t fake_prop_index(uint32_t kind, const char *name)
{
	const char *const *names = fake_names(kind);
	for (size_t i = 0; names[i]; i++) {
		if (strcmp(names[i], name) == 0)
			return i;
	}
	fail_msg("the fake has no property %s", name);
	return 0;
}

struct fake_object *fake_object(uint32_t id)
{
	for (size_t i = 0; i < fake.n_objects; i++) {
		if (fake.objects[i].id == id)
			return &fake.objects[i];
	}
	return NULL;
}

uint64_t *fake_slot(struct fake_object *o, const char *name)
{
	return &o->values[fake_prop_index(o->kind, name)];
}

uint64_t fake_get(uint32_t object, const char *property)
{
	return *fake_slot(fake_object(object), property);
}

void fake_set(uint32_t object, const char *property, uint64_t value)
{
	*fake_slot(fake_object(object), property) = value;
}

static struct fake_object *add_object(uint32_t id, uint32_t kind)
{
	assert_true(fake.n_objects < FAKE_OBJECTS);
	struct fake_object *o = &fake.objects[fake.n_objects++];
	*o = (struct fake_object){.id = id, .kind = kind};
	return o;
}

struct fake_object *fake_plane(uint32_t id, uint32_t type, uint32_t possible_crtcs)
{
	struct fake_object *o = add_object(id, DRM_MODE_OBJECT_PLANE);
	o->possible_crtcs = possible_crtcs;
	fake_set(id, "type", type);
	fake_set(id, "rotation", DRM_MODE_ROTATE_180); /* somebody left it so */
	return o;
}

struct fake_object *fake_connector(uint32_t type, uint32_t possible_crtcs)
{
	uint32_t id = 40;
	while (fake_object(id))
		id++;
	struct fake_object *o = add_object(id, DRM_MODE_OBJECT_CONNECTOR);
	o->type = type;
	o->type_id = id - 39;
	o->connected = true;
	o->possible_crtcs = possible_crtcs;
	return o;
}

void fake_mode(
	struct fake_object *connector, uint16_t width, uint16_t height, bool preferred)
{
	assert_true(connector->n_modes < FAKE_MODES);
	drmModeModeInfo *m = &connector->modes[connector->n_modes++];
	*m = (drmModeModeInfo){
		.clock = (uint32_t)(width + 100) * (height + 50u) * 60 / 1000,
		.hdisplay = width,
		.htotal = (uint16_t)(width + 100),
		.vdisplay = height,
		.vtotal = (uint16_t)(height + 50),
		.vrefresh = 60,
		.type = DRM_MODE_TYPE_DRIVER | (preferred ? DRM_MODE_TYPE_PREFERRED : 0),
	};
}

void fake_reset(unsigned n_crtcs)
{
	int fds[2];
	assert_int_equal(pipe2(fds, O_NONBLOCK | O_CLOEXEC), 0);
	fake = (struct fake){.bo_budget = -1, .read_fd = fds[0], .write_fd = fds[1]};
	for (unsigned i = 0; i < n_crtcs; i++) {
		add_object(30 + i, DRM_MODE_OBJECT_CRTC);
		fake_set(30 + i, "GAMMA_LUT", 999); /* somebody's night colours */
		fake_plane(50 + i, DRM_PLANE_TYPE_PRIMARY, 1u << i);
		fake_plane(60 + i, DRM_PLANE_TYPE_CURSOR, 1u << i);
	}
}

void fake_finish(void)
{
	close(fake.read_fd);
	close(fake.write_fd);
	assert_int_equal(fake.n_fbs, 0);
	assert_int_equal(fake.n_bos, 0);
	assert_int_equal(fake.n_blobs, 0);
	assert_int_equal(fake.n_gbm, 0);
	assert_int_equal(fake.n_maps, 0);
	assert_int_equal(fake.n_allocs, 0);
}

void fake_event(uint64_t user_data, uint32_t type)
{
	struct drm_event_vblank e = {
		.base = {.type = type, .length = sizeof e},
		.user_data = user_data,
		.tv_sec = (uint32_t)(fake.tv_ns / 1000000000),
		.tv_usec = (uint32_t)(fake.tv_ns % 1000000000 / 1000),
		.sequence = ++fake.sequence,
	};
	assert_int_equal(write(fake.write_fd, &e, sizeof e), sizeof e);
}

bool fake_vblank(uint32_t crtc)
{
	struct fake_object *o = fake_object(crtc);
	if (!o->pending)
		return false;
	o->pending = false;
	if (o->owes)
		fake_event(o->owes, DRM_EVENT_FLIP_COMPLETE);
	return true;
}

size_t fake_count(uint32_t flags)
{
	size_t n = 0;
	for (size_t i = 0; i < fake.n_commits; i++)
		n += (fake.commits[i].flags & flags) == flags;
	return n;
}

size_t fake_tests(void)
{
	static size_t seen;
	size_t n = fake_count(DRM_MODE_ATOMIC_TEST_ONLY);
	size_t fresh = n >= seen ? n - seen : n;
	seen = n;
	return fresh;
}

const struct fake_commit *fake_last(void)
{
	assert_true(fake.n_commits > 0);
	return &fake.commits[fake.n_commits - 1];
}

/* What the room allocates through libdrm must go back through it. */
void *fake_lend(size_t n, size_t size)
{
	fake.n_allocs++;
	return calloc(n + 1, size);
}

void fake_give(void *p)
{
	if (p)
		fake.n_allocs--;
	free(p);
}

/* --- libdrm: the device --- */

int drmSetClientCap(int fd, uint64_t capability, uint64_t value)
{
	if (capability == DRM_CLIENT_CAP_ATOMIC && fake.no_atomic) {
		errno = EOPNOTSUPP;
		return -1;
	}
	fake.caps_set |= UINT32_C(1) << capability;
	return 0;
}

int drmGetCap(int fd, uint64_t capability, uint64_t *value)
{
	if (capability == DRM_CAP_CURSOR_WIDTH || capability == DRM_CAP_CURSOR_HEIGHT)
		*value = fake.cursor_most ? fake.cursor_most : 64;
	else if (capability == DRM_CAP_DUMB_BUFFER)
		*value = !fake.no_dumb;
	else
		*value = !fake.no_monotonic;
	return 0;
}

int drmIsMaster(int fd)
{
	return !fake.not_master;
}

int drmDropMaster(int fd)
{
	fake.drops++;
	return 0;
}

drmVersionPtr drmGetVersion(int fd)
{
	drmVersion *v = fake_lend(1, sizeof *v);
	v->name = strdup("fake");
	v->name_len = 4;
	return v;
}

void drmFreeVersion(drmVersionPtr v)
{
	free(v->name);
	fake_give(v);
}

/* --- libdrm: resources --- */

static uint32_t *list_ids(uint32_t kind, int *n)
{
	uint32_t *ids = fake_lend(FAKE_OBJECTS, sizeof *ids);
	for (size_t i = 0; i < fake.n_objects; i++) {
		if (fake.objects[i].kind == kind && !fake.objects[i].gone)
			ids[(*n)++] = fake.objects[i].id;
	}
	return ids;
}

drmModeResPtr drmModeGetResources(int fd)
{
	if (fake.resources_error) {
		errno = -fake.resources_error;
		return NULL;
	}
	drmModeRes *res = fake_lend(1, sizeof *res);
	res->crtcs = list_ids(DRM_MODE_OBJECT_CRTC, &res->count_crtcs);
	res->connectors = list_ids(DRM_MODE_OBJECT_CONNECTOR, &res->count_connectors);
	return res;
}

void drmModeFreeResources(drmModeResPtr res)
{
	fake_give(res->crtcs);
	fake_give(res->connectors);
	fake_give(res);
}

drmModePlaneResPtr drmModeGetPlaneResources(int fd)
{
	if (fake.no_planes) {
		errno = EINVAL;
		return NULL;
	}
	drmModePlaneRes *res = fake_lend(1, sizeof *res);
	int n = 0;
	res->planes = list_ids(DRM_MODE_OBJECT_PLANE, &n);
	res->count_planes = (uint32_t)n;
	return res;
}

void drmModeFreePlaneResources(drmModePlaneResPtr res)
{
	fake_give(res->planes);
	fake_give(res);
}

drmModePlanePtr drmModeGetPlane(int fd, uint32_t id)
{
	drmModePlane *p = fake_lend(1, sizeof *p);
	p->plane_id = id;
	p->possible_crtcs = fake_object(id)->possible_crtcs;
	p->formats = fake_lend(2, sizeof *p->formats);
	if (fake_object(id)->format) {
		p->formats[p->count_formats++] = fake_object(id)->format;
		return p;
	}
	p->formats[p->count_formats++] = DRM_FORMAT_XRGB8888;
	p->formats[p->count_formats++] = DRM_FORMAT_ARGB8888;
	return p;
}

void drmModeFreePlane(drmModePlanePtr p)
{
	if (p)
		fake_give(p->formats);
	fake_give(p);
}

drmModeConnectorPtr drmModeGetConnectorCurrent(int fd, uint32_t id)
{
	struct fake_object *o = fake_object(id);
	if (!o || o->gone) {
		errno = ENOENT;
		return NULL;
	}
	drmModeConnector *c = fake_lend(1, sizeof *c);
	c->connector_id = id;
	c->connector_type = o->type;
	c->connector_type_id = o->type_id;
	c->connection = o->connected ? DRM_MODE_CONNECTED : DRM_MODE_DISCONNECTED;
	c->count_modes = o->n_modes;
	c->modes = o->modes;
	return c;
}

drmModeConnectorPtr drmModeGetConnector(int fd, uint32_t id)
{
	fake.probes++;
	return drmModeGetConnectorCurrent(fd, id);
}

void drmModeFreeConnector(drmModeConnectorPtr c)
{
	fake_give(c);
}

uint32_t drmModeConnectorGetPossibleCrtcs(int fd, const drmModeConnector *c)
{
	return fake_object(c->connector_id)->possible_crtcs;
}

const char *drmModeGetConnectorTypeName(uint32_t type)
{
	switch (type) {
	case DRM_MODE_CONNECTOR_HDMIA:
		return "HDMI-A";
	case DRM_MODE_CONNECTOR_DisplayPort:
		return "DP";
	case DRM_MODE_CONNECTOR_eDP:
		return "eDP";
	default:
		return NULL;
	}
}

/* --- libdrm: properties --- */

drmModeObjectPropertiesPtr drmModeObjectGetProperties(int fd, uint32_t id, uint32_t kind)
{
	struct fake_object *o = fake_object(id);
	if (!o || o->kind != kind || o->gone) {
		errno = ENOENT;
		return NULL;
	}
	drmModeObjectProperties *list = fake_lend(1, sizeof *list);
	list->props = fake_lend(FAKE_PROPS, sizeof *list->props);
	list->prop_values = fake_lend(FAKE_PROPS, sizeof *list->prop_values);
	const char *const *names = fake_names(kind);
	for (size_t i = 0; names[i]; i++) {
		if (!has_prop(names[i]))
			continue;
		list->props[list->count_props] = prop_id(o, i);
		list->prop_values[list->count_props++] =
			strcmp(names[i], "GAMMA_LUT_SIZE") == 0 ? fake.gamma
								: o->values[i];
	}
	return list;
}

void drmModeFreeObjectProperties(drmModeObjectPropertiesPtr list)
{
	fake_give(list->props);
	fake_give(list->prop_values);
	fake_give(list);
}

bool fake_immutable(const char *name)
{
	return strcmp(name, "type") == 0 || strcmp(name, "EDID") == 0 ||
	       strcmp(name, "non-desktop") == 0 || strcmp(name, "vrr_capable") == 0 ||
	       strcmp(name, "GAMMA_LUT_SIZE") == 0 ||
	       (fake.fixed && strcmp(name, fake.fixed) == 0);
}

drmModePropertyPtr drmModeGetProperty(int fd, uint32_t id)
{
	struct fake_object *o = fake_object(id / 100);
	drmModePropertyRes *p = fake_lend(1, sizeof *p);
	const char *name = fake_names(o->kind)[id % 100];
	p->prop_id = id;
	snprintf(p->name, sizeof p->name, "%s", name);
	p->flags = fake_immutable(name) ? DRM_MODE_PROP_IMMUTABLE : 0;
	if (strcmp(name, "zpos") == 0) {
		p->flags |= DRM_MODE_PROP_RANGE;
		p->count_values = 2;
		p->values = fake_lend(2, sizeof *p->values);
		p->values[1] = fake.zpos_max ? fake.zpos_max : 15;
	}
	return p;
}

void drmModeFreeProperty(drmModePropertyPtr p)
{
	if (p)
		fake_give(p->values);
	fake_give(p);
}

/* --- libdrm: framebuffers --- */

static void turn_off(struct fake_object *plane)
{
	struct fake_object *crtc = fake_object((uint32_t)*fake_slot(plane, "CRTC_ID"));
	fake.rmfb_shown++;
	*fake_slot(plane, "FB_ID") = *fake_slot(plane, "CRTC_ID") = 0;
	if (!crtc || *fake_slot(plane, "type") != DRM_PLANE_TYPE_PRIMARY)
		return;
	*fake_slot(crtc, "ACTIVE") = *fake_slot(crtc, "MODE_ID") = 0;
	for (size_t i = 0; i < fake.n_objects; i++) {
		struct fake_object *c = &fake.objects[i];
		if (c->kind == DRM_MODE_OBJECT_CONNECTOR &&
			*fake_slot(c, "CRTC_ID") == crtc->id)
			*fake_slot(c, "CRTC_ID") = 0;
	}
}

void fake_rmfb(uint32_t id)
{
	for (size_t i = 0; i < fake.n_objects; i++) {
		struct fake_object *o = &fake.objects[i];
		if (o->kind == DRM_MODE_OBJECT_PLANE && *fake_slot(o, "FB_ID") == id)
			turn_off(o);
	}
}
