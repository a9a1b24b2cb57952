#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xf86drmMode.h>

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

static const drmModeModeInfo *preferred_mode(const drmModeConnector *c)
{
	for (int i = 0; i < c->count_modes; i++) {
		if (c->modes[i].type & DRM_MODE_TYPE_PREFERRED)
			return &c->modes[i];
	}
	return c->count_modes > 0 ? &c->modes[0] : NULL;
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
	connector->id = c->connector_id;
	name_it(connector, c);
	connector->possible_crtcs = drmModeConnectorGetPossibleCrtcs(device->fd, c);
	list_push_back(&device->connectors, &connector->link);
	*out = connector;
	return 0;
}

static void update(struct kms_device *device, struct kms_connector *connector,
	const drmModeConnector *c)
{
	const drmModeModeInfo *mode = preferred_mode(c);
	struct kms_prop_query q = kms_connector_query(c->connector_id);
	kms_props_refresh(device->fd, &q, connector->props);
	connector->listed = true;
	connector->usable = c->connection == DRM_MODE_CONNECTED && mode &&
			    !connector->props[CONNECTOR_NON_DESKTOP].value;
	if (connector->usable)
		connector->mode = *mode;
	else
		connector->left_out = false;
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
	list_for_each (c, &device->connectors, struct kms_connector, link) {
		c->listed = false;
		c->usable = false;
	}
	for (int i = 0; i < res->count_connectors; i++)
		read_one(device, res->connectors[i]);
	drmModeFreeResources(res);
	return 0;
}

void kms_connector_destroy(struct kms_connector *connector)
{
	list_remove(&connector->link);
	free(connector);
}
