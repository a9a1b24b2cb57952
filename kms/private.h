/*
 * kms/private.h: the data model of the room.
 *
 *	device -> CRTCs, planes (fixed at open), connectors (by scan), outputs
 *	output  = connector + CRTC + primary plane + mode + three buffers
 *	flip    = what the kernel owes us an event for; lives until that event,
 *	          even when its output is gone by then
 *
 * A flip is known to the kernel by a number, never by its address: an event
 * that nobody waits for any more finds no flip and is dropped.
 */
#ifndef OSAAS_KMS_PRIVATE_H
#define OSAAS_KMS_PRIVATE_H

#include <xf86drmMode.h>

#include "kms/kms.h"
#include "kms/props.h"
#include "util/list.h"

enum kms_buffer_state {
	BUFFER_FREE,
	BUFFER_ACQUIRED, /* somebody draws into it */
	BUFFER_QUEUED,   /* committed, the kernel has not shown it yet */
	BUFFER_CURRENT,  /* scanned out */
};

struct kms_buffer {
	enum kms_buffer_state state;
	struct kms_output *output; /* valid while not retired */
	struct gbm_bo *bo;
	uint32_t fb_id;
	uint64_t frame; /* kms_output.frame when it was committed; 0 content undefined */
	int fd;         /* the device's, borrowed: to remove the framebuffer */
	bool retired;   /* its output has done with it: destroyed as soon as it is free */
	void *user;
};

struct kms_flip {
	struct list link;          /* kms_device.flips, while in flight */
	uint64_t id;               /* the event's user data; 0 not in flight */
	struct kms_output *output; /* NULL: removed in the meantime */
	struct kms_buffer *buffer; /* QUEUED */
	struct kms_buffer *before; /* output NULL: its CURRENT one, else unused */
	uint64_t commit_ns;
};

struct kms_plane {
	uint32_t id;
	uint32_t possible_crtcs; /* bit n: kms_device.crtcs[n] */
	uint32_t type;           /* DRM_PLANE_TYPE_* */
	struct kms_prop props[PLANE_PROPS];
};

struct kms_crtc {
	uint32_t id;
	struct kms_plane *primary; /* NULL: cannot be used */
	struct kms_output *output; /* NULL: not ours, to be off */
	struct kms_prop props[CRTC_PROPS];
};

struct kms_connector {
	struct list link; /* kms_device.connectors */
	struct kms_device *device;
	uint32_t id;
	char name[32];
	bool listed;             /* scan: the kernel still has it */
	bool connected;          /* as it is told */
	bool usable;             /* connected, for a desktop, to be on, and with a mode */
	bool replaced;           /* scan: another display hangs on it than before */
	uint32_t possible_crtcs; /* bit n: kms_device.crtcs[n] */
	struct kms_identity identity;
	drmModeModeInfo *modes; /* what the display can, as it is told */
	size_t n_modes;
	struct kms_config config; /* what it is to be, asked by the last scan */
	drmModeModeInfo mode;     /* the one it is to have, when usable */
	struct kms_error error;   /* why the last scan could not do that; "" it did */
	struct kms_error told;    /* the error that is in the log already */
	struct kms_output *output;
	struct kms_prop props[CONNECTOR_PROPS];
};

struct kms_output {
	struct list link; /* kms_device.outputs */
	struct kms_device *device;
	struct kms_connector *connector;
	struct kms_crtc *crtc;
	drmModeModeInfo mode;
	uint32_t mode_blob;
	bool needs_modeset;
	bool asleep; /* kms_output_sleep: its power is off, commits are refused */
	bool vrr;    /* VRR_ENABLED, as far as the display can */
	uint32_t ctm_blob, gamma_blob; /* 0: none, colours stay as they are */
	bool color_dirty; /* kms_color_describe has something for the next commit */
	int failed;       /* the last commit's error, so that it is logged once */
	uint64_t frame;
	struct kms_buffer *buffers[KMS_BUFFERS];
	struct kms_buffer *current; /* NULL before the first flip */
	struct kms_flip *flip;
	void *user;
};

struct kms_device {
	int fd; /* borrowed */
	char path[64];
	struct gbm_device *gbm;
	const struct kms_listener *listener;
	void *data;
	bool paused;
	bool monotonic; /* flip events carry CLOCK_MONOTONIC */
	struct kms_crtc *crtcs;
	size_t n_crtcs;
	struct kms_plane *planes;
	size_t n_planes;
	drmModeAtomicReq *req; /* reused by every commit */
	struct list connectors;
	struct list outputs;
	struct list flips; /* in flight */
};

/* A request collects its first error, and is checked once, when it is committed. */
struct kms_request {
	struct kms_device *device;
	int error;
};

/* kms_explain fills err (may be NULL) and gives error back, for `return kms_explain(...)`. */
int kms_explain(struct kms_error *err, int error, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* kms_device_lost: the kernel says that we are not master: as if paused. */
void kms_device_lost(struct kms_device *device);

/* kms_crtc_index: n of kms_device.crtcs[n], or KMS_NO_CRTC. */
int kms_crtc_index(const struct kms_device *device, uint64_t id);

/* kms_connectors_read asks the kernel again; vanished ones stay, as not listed. */
int kms_connectors_read(struct kms_device *device);
void kms_connector_destroy(struct kms_connector *connector);
/* kms_connector_has: whether the display can this mode, or nobody but us knows of it. */
bool kms_connector_has(
	const struct kms_connector *connector, const drmModeModeInfo *mode);

/* kms_config_ask asks the listener, and finds the mode: usable, mode, error. */
void kms_config_ask(struct kms_device *device, struct kms_connector *connector);
/* kms_config_refuse keeps why, and logs it unless that was the last that was logged. */
void kms_config_refuse(struct kms_connector *connector, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/*
 * kms_config_test asks the card whether all outputs could be as they are to be, this one
 * with fb; nothing changes. 0, -EACCES not master, else what the kernel said.
 */
int kms_config_test(const struct kms_output *output, uint32_t fb);

/*
 * kms_output_create; tested: the card was asked, which refuses by -errno of the kernel's,
 * and what was there before is still there. So does kms_output_renew, which gives an output
 * another mode: new buffers, a modeset to come; with the mode it has, it is not asked.
 */
int kms_output_create(struct kms_connector *connector, struct kms_crtc *crtc,
	const drmModeModeInfo *mode, bool tested, struct kms_output **out);
int kms_output_renew(struct kms_output *output, const drmModeModeInfo *mode);
/* kms_output_remove tells the listener, and destroys; a flip in flight stays behind. */
void kms_output_remove(struct kms_output *output);
/* kms_output_vrr: wanted or not, from the next commit on, where the display can. */
void kms_output_vrr(struct kms_output *output, bool wanted);
/* kms_power_restore: another master may have woken what sleeps. */
void kms_power_restore(struct kms_device *device);
/* kms_color_size: entries of the card's tables; 0: it has none. */
size_t kms_color_size(const struct kms_output *output);
/* kms_color_finish destroys what kms_output_color made. */
void kms_color_finish(struct kms_output *output);
/* kms_output_pause takes the flip in flight for done, and asks for a modeset. */
void kms_output_pause(struct kms_output *output);

/*
 * kms_config_describe sets the connector and CRTC of an output in a modeset: mode, power,
 * VRR, colour. kms_color_describe: of these what changed since the last commit and needs
 * no modeset; nothing when color_dirty is not set, which who commits resets.
 */
void kms_config_describe(struct kms_request *r, const struct kms_output *output);
void kms_color_describe(struct kms_request *r, const struct kms_output *output);
/* kms_modeset_describe: all of an output with fb on its primary plane. */
void kms_modeset_describe(
	struct kms_request *r, const struct kms_output *output, uint32_t fb);

int kms_buffer_create(struct kms_output *output, struct kms_buffer **out);
void kms_buffer_destroy(struct kms_buffer *buffer); /* takes NULL */
/* kms_buffer_free: the kernel, or who drew, has done with it; takes NULL. */
void kms_buffer_free(struct kms_buffer *buffer);
/* kms_buffer_retire destroys it now, or as soon as the kernel has done with it. */
void kms_buffer_retire(struct kms_buffer *buffer);

uint64_t kms_flip_new_id(void);
/* kms_flip_start: the kernel took buffer under this id and owes an event. */
void kms_flip_start(struct kms_flip *flip, uint64_t id, struct kms_buffer *buffer);
/* kms_flip_end: its buffer is the output's current one; an event counts no more. */
void kms_flip_end(struct kms_flip *flip);
/* kms_flip_forget: the same when its output is gone: its buffers come free. */
void kms_flip_forget(struct kms_flip *flip);

void kms_request_begin(struct kms_request *r, struct kms_device *device);
void kms_request_set(struct kms_request *r, uint32_t object, const struct kms_prop *prop,
	uint64_t value);
/* kms_request_neutral gives props[from..to) their neutral values, where they exist. */
void kms_request_neutral(struct kms_request *r, uint32_t object,
	const struct kms_prop *props, const struct kms_prop_name *names, size_t from,
	size_t to);
bool kms_request_empty(const struct kms_request *r);
/*
 * kms_request_commit: 0 or -errno; -EACCES whenever we are not master. Where
 * DRM_MODE_ATOMIC_NONBLOCK is refused, since a CRTC still owes a flip, it waits.
 */
int kms_request_commit(struct kms_request *r, uint32_t flags, uint64_t id);

/*
 * kms_sweep turns off what no output of ours drives: cursors, overlays and
 * CRTCs that the session before us left on, and those of removed outputs. A
 * commit of its own, since an event is refused for a CRTC that was off anyway.
 * flags: DRM_MODE_ATOMIC_NONBLOCK or 0.
 */
void kms_sweep(struct kms_device *device, uint32_t flags);
/* kms_sweep_describe reads all properties again, and adds what kms_sweep would turn off. */
void kms_sweep_describe(struct kms_request *r);

#endif
