#include "kms/props.h"

#include <drm_mode.h>
#include <errno.h>
#include <string.h>
#include <xf86drmMode.h>

#include "kms/private.h"

const struct kms_prop_name kms_plane_names[PLANE_PROPS] = {
	[PLANE_TYPE] = {"type"},
	[PLANE_FB_ID] = {"FB_ID"},
	[PLANE_CRTC_ID] = {"CRTC_ID"},
	[PLANE_SRC_X] = {"SRC_X"},
	[PLANE_SRC_Y] = {"SRC_Y"},
	[PLANE_SRC_W] = {"SRC_W"},
	[PLANE_SRC_H] = {"SRC_H"},
	[PLANE_CRTC_X] = {"CRTC_X"},
	[PLANE_CRTC_Y] = {"CRTC_Y"},
	[PLANE_CRTC_W] = {"CRTC_W"},
	[PLANE_CRTC_H] = {"CRTC_H"},
	[PLANE_ROTATION] = {"rotation", DRM_MODE_ROTATE_0},
	[PLANE_ALPHA] = {"alpha", 0xffff},
	[PLANE_BLEND] = {"pixel blend mode", 0}, /* DRM_MODE_BLEND_PREMULTI */
	[PLANE_ZPOS] = {"zpos"},
	[PLANE_FENCE] = {"IN_FENCE_FD"},
	[PLANE_DAMAGE] = {"FB_DAMAGE_CLIPS"},
	[PLANE_HOTSPOT_X] = {"HOTSPOT_X"},
	[PLANE_HOTSPOT_Y] = {"HOTSPOT_Y"},
};

const struct kms_prop_name kms_crtc_names[CRTC_PROPS] = {
	[CRTC_ACTIVE] = {"ACTIVE"},
	[CRTC_MODE_ID] = {"MODE_ID"},
	[CRTC_DEGAMMA] = {"DEGAMMA_LUT", 0},
	[CRTC_CTM] = {"CTM", 0},
	[CRTC_GAMMA] = {"GAMMA_LUT", 0},
	[CRTC_VRR] = {"VRR_ENABLED", 0},
	[CRTC_GAMMA_SIZE] = {"GAMMA_LUT_SIZE"},
};

const struct kms_prop_name kms_connector_names[CONNECTOR_PROPS] = {
	[CONNECTOR_CRTC_ID] = {"CRTC_ID"},
	[CONNECTOR_LINK_STATUS] = {"link-status", DRM_MODE_LINK_STATUS_GOOD},
	[CONNECTOR_COLORSPACE] = {"Colorspace", 0},
	[CONNECTOR_HDR] = {"HDR_OUTPUT_METADATA", 0},
	[CONNECTOR_NON_DESKTOP] = {"non-desktop"},
	[CONNECTOR_EDID] = {"EDID"},
	[CONNECTOR_VRR_CAPABLE] = {"vrr_capable"},
};

struct kms_prop_query kms_plane_query(uint32_t plane)
{
	return (struct kms_prop_query){plane, DRM_MODE_OBJECT_PLANE, kms_plane_names,
		PLANE_PROPS, PLANE_REQUIRED};
}

struct kms_prop_query kms_crtc_query(uint32_t crtc)
{
	return (struct kms_prop_query){
		crtc, DRM_MODE_OBJECT_CRTC, kms_crtc_names, CRTC_PROPS, CRTC_REQUIRED};
}

struct kms_prop_query kms_connector_query(uint32_t connector)
{
	return (struct kms_prop_query){connector, DRM_MODE_OBJECT_CONNECTOR,
		kms_connector_names, CONNECTOR_PROPS, CONNECTOR_REQUIRED};
}

static const char *kind_name(uint32_t kind)
{
	switch (kind) {
	case DRM_MODE_OBJECT_PLANE:
		return "plane";
	case DRM_MODE_OBJECT_CRTC:
		return "CRTC";
	default:
		return "connector";
	}
}

static void take(const struct kms_prop_query *q, const drmModePropertyRes *p,
	uint64_t value, struct kms_prop *out)
{
	for (size_t i = 0; i < q->n; i++) {
		if (strcmp(q->names[i].name, p->name) != 0)
			continue;
		out[i] = (struct kms_prop){
			.id = p->prop_id,
			.fixed = p->flags & DRM_MODE_PROP_IMMUTABLE,
			.value = value,
		};
		return;
	}
}

int kms_props_read(int fd, const struct kms_prop_query *q, struct kms_prop *out,
	struct kms_error *err)
{
	memset(out, 0, q->n * sizeof *out);
	drmModeObjectProperties *list =
		drmModeObjectGetProperties(fd, q->object, q->kind);
	if (!list)
		return kms_explain(err, -errno, "cannot read the properties of %s %u: %s",
			kind_name(q->kind), q->object, strerror(errno));
	for (uint32_t i = 0; i < list->count_props; i++) {
		drmModePropertyRes *p = drmModeGetProperty(fd, list->props[i]);
		if (!p)
			continue;
		take(q, p, list->prop_values[i], out);
		drmModeFreeProperty(p);
	}
	drmModeFreeObjectProperties(list);
	for (size_t i = 0; i < q->n_required; i++) {
		if (!out[i].id)
			return kms_explain(err, -ENOTSUP,
				"the driver's %s %u has no property %s: it cannot be "
				"used with "
				"atomic modesetting; try a newer kernel",
				kind_name(q->kind), q->object, q->names[i].name);
	}
	return 0;
}

int kms_props_refresh(int fd, const struct kms_prop_query *q, struct kms_prop *props)
{
	drmModeObjectProperties *list =
		drmModeObjectGetProperties(fd, q->object, q->kind);
	if (!list)
		return -errno;
	for (uint32_t i = 0; i < list->count_props; i++) {
		for (size_t j = 0; j < q->n; j++) {
			if (props[j].id == list->props[i])
				props[j].value = list->prop_values[i];
		}
	}
	drmModeFreeObjectProperties(list);
	return 0;
}
