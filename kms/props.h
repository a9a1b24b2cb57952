/*
 * props: the KMS properties this room uses, by name. Which numbers they have
 * differs by driver and object; they are read once per object.
 */
#ifndef OSAAS_KMS_PROPS_H
#define OSAAS_KMS_PROPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kms_error;

/* Required ones first, up to *_REQUIRED; the others are put to their neutral value if there. */
enum kms_plane_prop {
	PLANE_TYPE,
	PLANE_FB_ID,
	PLANE_CRTC_ID,
	PLANE_SRC_X,
	PLANE_SRC_Y,
	PLANE_SRC_W,
	PLANE_SRC_H,
	PLANE_CRTC_X,
	PLANE_CRTC_Y,
	PLANE_CRTC_W,
	PLANE_CRTC_H,
	PLANE_REQUIRED,
	PLANE_ROTATION = PLANE_REQUIRED,
	PLANE_ALPHA,
	PLANE_BLEND,
	PLANE_NEUTRAL, /* up to here; those that follow are set by who needs them */
	PLANE_ZPOS = PLANE_NEUTRAL,
	PLANE_FENCE,
	PLANE_DAMAGE,
	PLANE_HOTSPOT_X,
	PLANE_HOTSPOT_Y,
	PLANE_PROPS,
};

enum kms_crtc_prop {
	CRTC_ACTIVE,
	CRTC_MODE_ID,
	CRTC_REQUIRED,
	CRTC_DEGAMMA = CRTC_REQUIRED,
	CRTC_CTM,
	CRTC_GAMMA,
	CRTC_VRR,
	CRTC_GAMMA_SIZE, /* immutable */
	CRTC_PROPS,
};

enum kms_connector_prop {
	CONNECTOR_CRTC_ID,
	CONNECTOR_REQUIRED,
	CONNECTOR_LINK_STATUS = CONNECTOR_REQUIRED,
	CONNECTOR_COLORSPACE,
	CONNECTOR_HDR,
	CONNECTOR_NON_DESKTOP, /* immutable: 1 for a headset and the like */
	CONNECTOR_EDID,        /* immutable, a blob */
	CONNECTOR_VRR_CAPABLE, /* immutable */
	CONNECTOR_PROPS,
};

struct kms_prop_name {
	const char *name;
	uint64_t neutral; /* optional ones: the value a modeset gives it */
};

extern const struct kms_prop_name kms_plane_names[PLANE_PROPS];
extern const struct kms_prop_name kms_crtc_names[CRTC_PROPS];
extern const struct kms_prop_name kms_connector_names[CONNECTOR_PROPS];

struct kms_prop {
	uint32_t id;    /* 0: this driver has none */
	bool fixed;     /* immutable: read, never set */
	uint64_t value; /* when it was read */
};

/* What to read of an object of which kind. */
struct kms_prop_query {
	uint32_t object;
	uint32_t kind; /* DRM_MODE_OBJECT_* */
	const struct kms_prop_name *names;
	size_t n;
	size_t n_required;
};

struct kms_prop_query kms_plane_query(uint32_t plane);
struct kms_prop_query kms_crtc_query(uint32_t crtc);
struct kms_prop_query kms_connector_query(uint32_t connector);

/* kms_props_read fills out[q->n]; -ENOTSUP when a required one is missing. */
int kms_props_read(int fd, const struct kms_prop_query *q, struct kms_prop *out,
	struct kms_error *err);

/* kms_props_refresh reads the values again, by the ids found before: no names, few calls. */
int kms_props_refresh(int fd, const struct kms_prop_query *q, struct kms_prop *props);

#endif
