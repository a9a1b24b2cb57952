#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xf86drmMode.h>

#include "kms/edid.h"
#include "kms/mode.h"
#include "kms/private.h"
#include "util/log.h"
#include "util/xalloc.h"

static struct kms_connector *find(struct kms_device *device, uint32_t id)
{
	list_for_each (c, &device->connectors, struct kms_connector, link) {
		if (c->id == id)
			return c;
	}
	return NULL;
}

static void name_it(struct kms_connector *connector, const drmModeConnector *c)
{
	const char *type = drmModeGetConnectorTypeName(c->connector_type);
	snprintf(connector->name, sizeof connector->name, "%s-%u",
		type ? type : "Unknown", c->connector_type_id);
}

static int create(
	struct kms_device *device, const drmModeConnector *c, struct kms_connector **out)
{
	struct kms_connector *connector = xcalloc(1, sizeof *connector);
	struct kms_prop_query q = kms_connector_query(c->connector_id);
	struct kms_error err;
	int ret = kms_props_read(device->fd, &q, connector->props, &err);
	if (ret < 0) {
		log_error("%s: %s", device->path, err.text);
		free(connector);
		return ret;
	}
	connector->device = device;
	connector->id = c->connector_id;
	name_it(connector, c);
	connector->possible_crtcs = drmModeConnectorGetPossibleCrtcs(device->fd, c);
	list_push_back(&device->connectors, &connector->link);
	*out = connector;
	return 0;
}

static bool is_panel(uint32_t type)
{
	return type == DRM_MODE_CONNECTOR_eDP || type == DRM_MODE_CONNECTOR_LVDS ||
	       type == DRM_MODE_CONNECTOR_DSI || type == DRM_MODE_CONNECTOR_DPI;
}

static struct kms_identity read_identity(
	const struct kms_connector *connector, const drmModeConnector *c)
{
	struct kms_identity id = {0};
	const uint64_t blob_id = connector->props[CONNECTOR_EDID].value;
	drmModePropertyBlobRes *blob =
		blob_id ? drmModeGetPropertyBlob(connector->device->fd, (uint32_t)blob_id)
			: NULL;
	if (blob && kms_edid_parse(blob->data, blob->length, &id) < 0)
		log_debug("%s: its EDID cannot be read", connector->name);
	if (blob)
		drmModeFreePropertyBlob(blob);
	id.panel = is_panel(c->connector_type);
	return id;
}

static bool known(const struct kms_identity *id)
{
	return id->make[0] || id->model[0] || id->serial[0];
}

/* Sizes may differ: those of a virtual screen come with its mode. */
static bool same_display(const struct kms_identity *a, const struct kms_identity *b)
{
	return strcmp(a->make, b->make) == 0 && strcmp(a->model, b->model) == 0 &&
	       strcmp(a->serial, b->serial) == 0;
}

/* Who stays connected and cannot say any more who it is, is still itself: so do KVM switches. */
static void take_identity(struct kms_connector *connector, const drmModeConnector *c)
{
	const bool stayed = connector->connected && c->connection == DRM_MODE_CONNECTED;
	const struct kms_identity id = read_identity(connector, c);
	connector->replaced = false;
	if (stayed && !known(&id))
		return;
	connector->replaced = stayed && !same_display(&id, &connector->identity);
	connector->identity = id;
}

static void take_modes(struct kms_connector *connector, const drmModeConnector *c)
{
	const size_t n = c->count_modes > 0 ? (size_t)c->count_modes : 0;
	free(connector->modes);
	connector->modes = xcalloc(n + 1, sizeof *connector->modes);
	connector->n_modes = n;
	if (n > 0)
		memcpy(connector->modes, c->modes, n * sizeof *c->modes);
}

static void update(struct kms_device *device, struct kms_connector *connector,
	const drmModeConnector *c)
{
	struct kms_prop_query q = kms_connector_query(c->connector_id);
	kms_props_refresh(device->fd, &q, connector->props);
	take_identity(connector, c);
	take_modes(connector, c);
	connector->listed = true;
	connector->connected = c->connection == DRM_MODE_CONNECTED;
	connector->usable =
		connector->connected && !connector->props[CONNECTOR_NON_DESKTOP].value;
}

/* One that goes while we look is no error: the next event tells of it. */
static void read_one(struct kms_device *device, uint32_t id)
{
	drmModeConnector *c = drmModeGetConnector(device->fd, id);
	if (!c) {
		log_debug("%s: connector %u: %s", device->path, id, strerror(errno));
		return;
	}
	struct kms_connector *connector = find(device, id);
	if (connector || create(device, c, &connector) == 0)
		update(device, connector, c);
	drmModeFreeConnector(c);
}

int kms_connectors_read(struct kms_device *device)
{
	drmModeRes *res = drmModeGetResources(device->fd);
	if (!res) {
		int err = -errno;
		log_error("%s: cannot list the connectors: %s", device->path,
			strerror(-err));
		return err;
	}
	list_for_each (c, &device->connectors, struct kms_connector, link)
		c->listed = c->usable = false;
	for (int i = 0; i < res->count_connectors; i++)
		read_one(device, res->connectors[i]);
	drmModeFreeResources(res);
	return 0;
}

void kms_connector_destroy(struct kms_connector *connector)
{
	list_remove(&connector->link);
	free(connector->modes);
	free(connector);
}

/* One that is not of the display's list was given by hand. */
bool kms_connector_has(const struct kms_connector *connector, const drmModeModeInfo *mode)
{
	for (size_t i = 0; i < connector->n_modes; i++) {
		if (kms_mode_same(&connector->modes[i], mode))
			return true;
	}
	return mode->type & DRM_MODE_TYPE_USERDEF;
}

static void tell_one(const struct kms_connector *c,
	void (*tell)(void *data, const struct kms_connector_info *info), void *data)
{
	struct kms_mode *modes = xcalloc(c->n_modes + 1, sizeof *modes);
	for (size_t i = 0; i < c->n_modes; i++)
		modes[i] = kms_mode_told(&c->modes[i]);
	tell(data, &(struct kms_connector_info){
			   .name = c->name,
			   .connected = c->connected,
			   .identity = &c->identity,
			   .output = c->output,
			   .modes = modes,
			   .n_modes = c->n_modes,
		   });
	free(modes);
}

void kms_device_connectors(const struct kms_device *device,
	void (*tell)(void *data, const struct kms_connector_info *info), void *data)
{
	list_for_each (c, &device->connectors, struct kms_connector, link)
		tell_one(c, tell, data);
}

const char *kms_connector_error(const struct kms_device *device, const char *connector)
{
	list_for_each (c, &device->connectors, struct kms_connector, link) {
		if (strcmp(c->name, connector) == 0)
			return c->error.text[0] ? c->error.text : NULL;
	}
	return NULL;
}
