/*
 * kms/private.h: the data model of the room.
 *
 *	device -> CRTCs, planes (fixed at open), connectors (by scan), outputs
 *	output  = connector + CRTC + primary plane + mode + pools of buffers
 *	picture = what all planes of an output show at a time
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
	struct kms_pool *pool; /* NULL when retired */
	struct gbm_bo *bo;     /* NULL: a dumb buffer */
	void *map;             /* of a dumb buffer, since it was first written */
	size_t map_size;
	uint32_t handle, stride, offset; /* bytes */
	uint32_t fb_id;
	uint32_t width, height, format; /* DRM_FORMAT_* */
	uint64_t frame; /* kms_pool.frame when it was committed; 0 content undefined */
	int fd;         /* the device's, borrowed: to remove the framebuffer */
	bool retired;   /* its pool has done with it: destroyed as soon as it is free */
	void *user;
};

struct kms_pool {
	struct list link; /* kms_output.pools */
	struct kms_output *output;
	uint64_t frame; /* of its buffers, committed so far */
	struct kms_buffer *buffers[KMS_BUFFERS];
};

/* What one plane shows, or is to show; unscaled. */
struct kms_shown {
	struct kms_plane *plane;
	struct kms_buffer *buffer;
	uint64_t layer;                            /* its id; 0: primary and cursor */
	int32_t x, y, width, height, src_x, src_y; /* on the panel; in the buffer */
};

#define KMS_SHOWN (1 + KMS_LAYERS + 1)

/* All that an output shows: its own picture first, the cursor last if there is one. */
struct kms_picture {
	struct kms_shown shown[KMS_SHOWN];
	size_t n;
};

struct kms_flip {
	struct list link;          /* kms_device.flips, while in flight */
	uint64_t id;               /* the event's user data; 0 not in flight */
	struct kms_output *output; /* NULL: removed in the meantime */
	struct kms_picture next;   /* what it leads to */
	struct kms_picture before; /* output NULL: what was shown, else unused */
	uint64_t commit_ns;
	uint64_t due_ns; /* after that it is given up */
};

/* A question to kms_output_plan, and its answer. */
struct kms_plan_entry {
	uint64_t id;
	int32_t x, y; /* as asked */
	uint32_t width, height, format;
	struct kms_shown shown; /* clipped; plane NULL: none; width 0: not on the panel */
	const char *refusal;
};

struct kms_plan {
	struct kms_plan_entry entries[KMS_LAYERS]; /* bottom first */
	size_t n;
};

struct kms_cursor {
	struct kms_pool *pool;     /* NULL until there was a cursor */
	struct kms_buffer *buffer; /* NULL: none is wanted */
	int32_t x, y, hot_x, hot_y;
	bool refused; /* by the card, until the next modeset */
	bool whole;   /* the card takes its own size only */
	bool taken;   /* by the card, since the last modeset */
};

struct kms_plane {
	uint32_t id;
	uint32_t possible_crtcs; /* bit n: kms_device.crtcs[n] */
	uint32_t type;           /* DRM_PLANE_TYPE_* */
	bool opaque, blended;    /* takes XRGB8888, ARGB8888 */
	unsigned rank;           /* among all of the card's, bottom first */
	uint64_t zpos;           /* what a commit sets, where it can be set */
	struct kms_prop props[PLANE_PROPS];
};

struct kms_crtc {
	uint32_t id;
	struct kms_plane *primary; /* NULL: cannot be used */
	struct kms_plane *cursor;  /* NULL: none */
	struct kms_output *output; /* NULL: not ours, to be off */
	const struct kms_output
		*tested; /* kms_config_test: to be this one's, described apart */
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
	bool color_dirty;      /* kms_color_describe has something for the next commit */
	int failed;            /* the last commit's error, so that it is logged once */
	bool with_primary;     /* the card refuses commits without the primary plane */
	struct list pools;     /* all of its own, those of layers, the cursor's */
	struct kms_pool *pool; /* its own picture's */
	struct kms_picture picture; /* what is shown; empty before the first flip */
	struct kms_flip *flip;
	bool lost;         /* a flip never came: the kernel may still owe it */
	uint64_t retry_ns; /* lost, and the card was still busy; 0: no matter */
	struct kms_plan plan;
	struct kms_proposer *proposer; /* NULL until it is needed */
	struct kms_cursor cursor;
	void *user;
};

struct kms_device {
	int fd; /* borrowed */
	char path[64];
	struct gbm_device *gbm; /* NULL: KMS_OPEN_DUMB */
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
	drmModeAtomicReq *req;
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

/* kms_buffer_create; pool: its first user, and whose name is in messages; at_once: mapped. */
int kms_buffer_create(struct kms_pool *pool, uint32_t width, uint32_t height,
	uint32_t format, bool written, bool at_once, struct kms_buffer **out);
void kms_buffer_destroy(struct kms_buffer *buffer); /* takes NULL */
/*
 * dumb.c: memory for a buffer, 0 or -errno. kms_dumb_map maps it, when it is first written: some
 * drivers have no pages before that. What there is of it goes.
 */
int kms_dumb_make(struct kms_buffer *buffer);
int kms_dumb_map(struct kms_buffer *buffer);
void kms_dumb_free(struct kms_buffer *buffer);
/* kms_buffer_free: the kernel, or who drew, has done with it; takes NULL. */
void kms_buffer_free(struct kms_buffer *buffer);
/* kms_buffer_retire destroys it now, or as soon as the kernel has done with it. */
void kms_buffer_retire(struct kms_buffer *buffer);

/* kms_pool_make; written: by us, through the map. */
int kms_pool_make(struct kms_output *output, uint32_t width, uint32_t height,
	uint32_t format, bool written, struct kms_pool **out);
/* kms_pools_age: what the buffers hold is not what is shown. */
void kms_pools_age(struct kms_output *output);

/* kms_planes_prepare: their order, their formats, each CRTC's cursor plane; once. */
void kms_planes_prepare(struct kms_device *device);
/* kms_plane_used: somebody else than output shows on it, or is promised it. */
bool kms_plane_used(const struct kms_device *device, const struct kms_plane *plane,
	const struct kms_output *output);
/* kms_output_can_planes: of kms_output_can what planes decide. */
unsigned kms_output_can_planes(const struct kms_output *output);

/* kms_shown_describe: all properties of a plane that shows this, or that is off. */
void kms_shown_describe(
	struct kms_request *r, uint32_t crtc, const struct kms_shown *shown);
void kms_plane_describe_off(struct kms_request *r, const struct kms_plane *plane);

/* kms_shown_same_place: whatever buffer is there. */
bool kms_shown_same_place(const struct kms_shown *a, const struct kms_shown *b);
/* kms_shown_over: they have a pixel in common. */
bool kms_shown_over(const struct kms_shown *a, const struct kms_shown *b);

const struct kms_shown *kms_picture_find(
	const struct kms_picture *picture, const struct kms_plane *plane);
void kms_picture_add(struct kms_picture *picture, const struct kms_shown *shown);
/* kms_picture_describe leads from one to the other; all: whatever was there before. */
void kms_picture_describe(struct kms_request *r, uint32_t crtc,
	const struct kms_picture *from, const struct kms_picture *to, bool all);
/* kms_output_latest: what is shown when the flip in flight is done. */
const struct kms_picture *kms_output_latest(const struct kms_output *output);
/* kms_output_own: buffer on the primary plane. */
struct kms_shown kms_output_own(
	const struct kms_output *output, struct kms_buffer *buffer);

bool kms_plan_has(const struct kms_plan *plan, const struct kms_plane *plane);
/* kms_plan_find: the entry of a layer, NULL: none. */
const struct kms_plan_entry *kms_plan_find(
	const struct kms_output *output, uint64_t layer);
/* kms_plan_refuse: none of its layers gets a plane until others are asked for. */
void kms_plan_refuse(struct kms_output *output);
/* kms_plan_forget: the next question is asked anew. */
void kms_plan_forget(struct kms_output *output);
/*
 * kms_propose asks libliftoff about these entries of the plan; sets their planes. It tries
 * planes by layers, which grows exponentially when a card refuses some of them: no more
 * than KMS_ASKED of each.
 */
#define KMS_ASKED 4
int kms_propose(struct kms_output *output, uint32_t entries);
/* kms_proposer_destroy takes NULL. */
void kms_proposer_destroy(struct kms_proposer *proposer);

void kms_cursor_finish(struct kms_output *output);
/* kms_cursor_hold: before a commit: one that was off the panel may come back. */
void kms_cursor_hold(struct kms_output *output);
/* kms_cursor_shown: false: none is to be shown. */
bool kms_cursor_shown(const struct kms_output *output, struct kms_shown *out);

uint64_t kms_flip_new_id(void);
/* kms_flip_start: the kernel took this under this id and owes an event. */
void kms_flip_start(struct kms_flip *flip, uint64_t id, const struct kms_picture *next);
/* kms_flip_end: what it leads to is the output's picture; an event counts no more. */
void kms_flip_end(struct kms_flip *flip);
/* kms_flip_forget: the same when its output is gone: its buffers come free. */
void kms_flip_forget(struct kms_flip *flip);
/* kms_picture_clear: all its buffers come free. */
void kms_picture_clear(struct kms_picture *picture);

/* kms_request_begin uses the device's own drmModeAtomicReq, so one at a time. */
void kms_request_begin(struct kms_request *r, struct kms_device *device);
void kms_request_begin_on(
	struct kms_request *r, struct kms_device *device, drmModeAtomicReq *req);
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
 * kms_request_try does not: -EBUSY.
 */
int kms_request_commit(struct kms_request *r, uint32_t flags, uint64_t id);
int kms_request_try(struct kms_request *r, uint32_t flags, uint64_t id);

/*
 * kms_sweep turns off what no output of ours drives: cursors, overlays and
 * CRTCs that the session before us left on, and those of removed outputs. A
 * commit of its own, since an event is refused for a CRTC that was off anyway.
 * flags: DRM_MODE_ATOMIC_NONBLOCK or 0.
 */
void kms_sweep(struct kms_device *device, uint32_t flags);
/*
 * kms_sweep_describe reads all properties again, and adds what kms_sweep would turn off:
 * on CRTCs that are tested all but their connectors and primary planes, so that no
 * property is there twice.
 */
void kms_sweep_describe(struct kms_request *r);

#endif
