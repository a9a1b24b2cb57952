/*
 * kms: DRM devices, outputs, buffers, commits, flips. Knows libdrm and GBM and
 * nothing of what is drawn. One thread; no call yields or blocks, but for the
 * first modeset of an output, a commit where another program's last flip is still
 * in flight, and kms_device_scan, which asks monitors.
 *
 * A buffer walks free -> drawn into (acquired) -> pending (committed) ->
 * queued in the kernel -> current (scanned out) -> free. At most one flip is in
 * flight per output.
 */
#ifndef OSAAS_KMS_KMS_H
#define OSAAS_KMS_KMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gbm_bo;
struct gbm_device;
struct kms_buffer;
struct kms_device;
struct kms_output;
struct kms_pool;

#define KMS_BUFFERS 3 /* per output or pool: one shown, one queued, one to draw into */
#define KMS_LAYERS                                                                       \
	8 /* pictures above an output's own that may have planes of their own */
#define KMS_DAMAGE 8 /* rectangles told to the kernel; more become their bounds */

struct kms_error {
	char text[256]; /* one line: what failed, why, what to do */
};

/* Who a display is, by its EDID; fields that it does not tell are "". */
struct kms_identity {
	char make[4];                /* PNP id, three letters: "DEL" */
	char model[32];              /* "U2720Q"; else its product code: "0x41a8" */
	char serial[32];             /* text, else the number if there is one */
	int32_t mm_width, mm_height; /* 0: unknown */
	bool panel;                  /* built in: eDP, LVDS, DSI, DPI */
};

struct kms_mode {
	int32_t width, height; /* pixels of the panel */
	uint32_t refresh_mhz;  /* 59951: 59.951 Hz */
	bool preferred, interlaced;
};

enum kms_mode_want {
	KMS_MODE_PREFERRED,
	KMS_MODE_SIZE, /* width x height, the refresh nearest to refresh_mhz; 0: the highest */
	KMS_MODE_MODELINE, /* as given */
	KMS_MODE_CVT,      /* width x height at refresh_mhz, timings made by CVT */
};

/* X's modeline; clock in kHz, the rest in pixels and lines. */
struct kms_modeline {
	uint32_t clock_khz;
	uint16_t hdisplay, hsync_start, hsync_end, htotal;
	uint16_t vdisplay, vsync_start, vsync_end, vtotal;
	bool hsync_positive, vsync_positive, interlaced;
};

/* What an output is to be. All zero: on, its preferred mode. */
struct kms_config {
	bool off; /* no CRTC is spent on it; there is no kms_output then */
	bool vrr; /* variable refresh, where connector and CRTC can; else nothing */
	enum kms_mode_want want;
	int32_t width, height;
	uint32_t refresh_mhz;
	struct kms_modeline modeline;
};

struct kms_listener {
	/*
	 * What the display on a connector is to be: asked for each connected one by every
	 * scan. config is all zero. May be NULL. Must not call back.
	 */
	void (*configure)(void *data, const char *connector,
		const struct kms_identity *identity, struct kms_config *config);
	/* A connector with a mode got a CRTC: the first commit will be a modeset. */
	void (*output_added)(void *data, struct kms_output *output);
	/* The output is about to be destroyed: forget it and everything made from its buffers. */
	void (*output_removed)(void *data, struct kms_output *output);
	/* The commit of this output is on the screen since present_ns (CLOCK_MONOTONIC). */
	void (*flip_done)(
		void *data, struct kms_output *output, uint64_t present_ns, uint32_t seq);
	/*
	 * The output's buffers are about to be destroyed (another mode, or the
	 * link has to be trained again): drop what was made from them, acquired
	 * ones too. The output's size is the new one already; draw it anew.
	 */
	void (*buffers_dropped)(void *data, struct kms_output *output);
	/*
	 * The flip of the last commit never came: it is taken for done, nobody knows
	 * what is shown, and the next commit is a modeset. In place of flip_done. Told again
	 * a second after such a commit gave -EBUSY, since the card was stuck. May be NULL:
	 * flip_done then.
	 */
	void (*flip_lost)(void *data, struct kms_output *output);
};

/*
 * kms_device_open takes a DRM fd that somebody else opened and owns (libseat);
 * path is for messages. It needs to be master. Outputs are announced by
 * kms_device_scan, not here. 0, or -errno with err->text:
 * -ENOTSUP no atomic modesetting or no dumb buffers, -ENODEV GBM has no driver for
 * it, -EACCES not master.
 * The listener's functions may not destroy the device. output_added and flip_done
 * may acquire and commit; output_removed and buffers_dropped must not, and must
 * not keep a buffer either: all of that output's are freed when they return.
 */
int kms_device_open(int fd, const char *path, const struct kms_listener *listener,
	void *data, struct kms_device **out, struct kms_error *err);
/* kms_device_open_with: the same, by flags. */
enum kms_open {
	/*
	 * All buffers are dumb ones, which the processor writes: kms_buffer_map. No GBM, and
	 * no driver of Mesa's is loaded.
	 */
	KMS_OPEN_DUMB = 1 << 0,
};
int kms_device_open_with(int fd, const char *path, unsigned flags,
	const struct kms_listener *listener, void *data, struct kms_device **out,
	struct kms_error *err);
/*
 * kms_device_destroy takes NULL; removes its outputs, which turns them off: the
 * console comes back by itself when the fd is closed or master is dropped.
 */
void kms_device_destroy(struct kms_device *device);

int kms_device_fd(const struct kms_device *device);
struct gbm_device *kms_device_gbm(const struct kms_device *device); /* NULL: dumb */
const char *kms_device_path(const struct kms_device *device);

/*
 * kms_device_scan reads the connectors again and adds, removes and renews
 * outputs; after any udev change event. Does nothing while paused: resume scans.
 * An output that cannot be set up is logged and left out.
 */
int kms_device_scan(struct kms_device *device);

/*
 * kms_device_scan asks what each output is to be and does that, by the listener's
 * configure. A configuration that the card refuses (no such mode, no bandwidth) leaves
 * the output as it was, a new one with its preferred mode, and is told once in the log;
 * kms_connector_error has it for who asked. Anew with every scan. A new output beside
 * others whose preferred mode is too much gets the largest that goes, and that is told, too.
 */
const char *kms_connector_error(const struct kms_device *device, const char *connector);

/* kms_device_connectors tells of every connector; output NULL: it is off, or not connected. */
struct kms_connector_info {
	const char *name;
	bool connected;
	const struct kms_identity *identity;
	struct kms_output *output;
	const struct kms_mode *modes; /* valid during the call */
	size_t n_modes;
};
void kms_device_connectors(const struct kms_device *device,
	void (*tell)(void *data, const struct kms_connector_info *info), void *data);

/* When kms_device_turn must be called at the latest; UINT64_MAX: no matter. */
uint64_t kms_device_next_ns(const struct kms_device *device);
/* kms_device_turn gives up flips that are more than a second overdue. */
void kms_device_turn(struct kms_device *device, uint64_t now_ns);

/* kms_device_dispatch reads the DRM events that wait on the fd and calls flip_done for them. */
int kms_device_dispatch(struct kms_device *device);

/*
 * kms_device_pause: master is about to go (VT switch away). Commits are refused
 * with -EAGAIN until kms_device_resume, after which every output's next commit
 * is a full modeset, since whoever was there in between left its own state.
 * A flip in flight at pause gets no flip_done. What is shown then, or about to
 * be, stays out of kms_output_acquire until the first flip after the resume.
 * Losing master without being told (a commit gives -EAGAIN) is the same as a
 * pause. Both are harmless twice. kms_device_resume scans; -EACCES when still not
 * master, or the scan's error: it is paused as before then.
 */
void kms_device_pause(struct kms_device *device);
int kms_device_resume(struct kms_device *device);

const char *kms_output_name(const struct kms_output *output); /* "HDMI-A-1" */
int32_t kms_output_width(const struct kms_output *output);    /* pixels */
int32_t kms_output_height(const struct kms_output *output);
uint64_t kms_output_refresh_ns(
	const struct kms_output *output); /* length of a frame: 1 ms to 1 s */
bool kms_output_flip_pending(const struct kms_output *output);
const struct kms_identity *kms_output_identity(const struct kms_output *output);
void kms_output_mode(const struct kms_output *output, struct kms_mode *out);

enum kms_can {
	KMS_CAN_VRR = 1 << 0,   /* connector and CRTC */
	KMS_CAN_GAMMA = 1 << 1, /* kms_output_color's tables */
	KMS_CAN_CTM = 1 << 2,   /* its matrix */
	KMS_CAN_CURSOR = 1 << 3,
	KMS_CAN_OVERLAY = 1 << 4,
	KMS_CAN_FENCE = 1 << 5,  /* kms_frame.fence; out-fences */
	KMS_CAN_DAMAGE = 1 << 6, /* FB_DAMAGE_CLIPS */
};
unsigned kms_output_can(const struct kms_output *output);

/*
 * kms_output_sleep turns the display's power off, or on again, and keeps all else: the
 * mode, the CRTC, the buffers. Asleep, a commit gives -EAGAIN; awake again, the next
 * one is a modeset. A flip in flight is taken for done and gets no flip_done. 0 or -errno.
 */
int kms_output_sleep(struct kms_output *output, bool asleep);

/*
 * kms_output_color: multiplies red, green and blue (1: as it is), in the card: by the
 * matrix where it can, else by the tables; -ENOTSUP: neither. It takes effect with the
 * next commit. gamma 1: none.
 */
int kms_output_color(struct kms_output *output, const float rgb[3], float gamma);

/* user: one pointer for whoever listens. */
void kms_output_set_user(struct kms_output *output, void *user);
void *kms_output_user(const struct kms_output *output);

/* kms_output_buffer: the output's i-th buffer, i < KMS_BUFFERS, whoever has it. */
struct kms_buffer *kms_output_buffer(const struct kms_output *output, unsigned i);

/*
 * kms_output_acquire gives a free buffer to draw into; NULL when none is free
 * (a flip is in flight: wait for flip_done). Give it back by kms_output_commit
 * or kms_output_release.
 */
struct kms_buffer *kms_output_acquire(struct kms_output *output);
void kms_output_release(struct kms_output *output, struct kms_buffer *buffer);

/*
 * The GBM object to draw into; XRGB8888, linear unless the driver cannot (logged). NULL: it is
 * a dumb buffer.
 */
struct gbm_bo *kms_buffer_bo(const struct kms_buffer *buffer);
/*
 * kms_buffer_map: the memory of a dumb buffer, which it has from now on as long as it lives,
 * rows of stride bytes: to be written; reading may be slow. NULL: it is none, or there is no
 * memory; not for the first buffer of a pool.
 */
void *kms_buffer_map(struct kms_buffer *buffer, uint32_t *stride);
/*
 * Frames since this buffer was last shown: 0 never (content undefined), 1 it was
 * the last one. Given back undisplayed, or kept over a pause, it is 0 again.
 */
uint32_t kms_buffer_age(const struct kms_buffer *buffer);
void kms_buffer_set_user(struct kms_buffer *buffer, void *user);
void *kms_buffer_user(const struct kms_buffer *buffer);

/*
 * A pool is the memory of a picture that may get a plane of its own: KMS_BUFFERS
 * buffers of one size, XRGB8888 when opaque, else premultiplied ARGB8888. Buffers walk
 * as an output's do, with ages of their own. Destroyed, what is on the screen lives
 * until the kernel has done with it. Those that are left when output_removed returns go
 * with the output. -ENOMEM, or what the kernel said.
 */
int kms_pool_create(struct kms_output *output, int32_t width, int32_t height, bool opaque,
	struct kms_pool **out);
void kms_pool_destroy(struct kms_pool *pool); /* takes NULL; targets made of it first */
struct kms_buffer *kms_pool_buffer(const struct kms_pool *pool, unsigned i);
struct kms_buffer *kms_pool_acquire(struct kms_pool *pool);
void kms_pool_release(struct kms_pool *pool, struct kms_buffer *buffer);

/* Where a pool's picture lies, unscaled, above the output's own: bottom first. */
struct kms_layer {
	struct kms_pool *pool;
	/*
	 * Acquired: drawn anew. NULL: what it shows stays, where it may move; only while
	 * the pool's picture is on a plane, else -EINVAL.
	 */
	struct kms_buffer *buffer;
	int32_t x, y; /* of its top left on the panel; parts may lie outside */
	uint64_t id;  /* the picture's, over frames */
};

/*
 * kms_output_plan: which of these pictures can have a plane of their own in the next
 * commits: bit i for layers[i]. libliftoff proposes, TEST_ONLY commits decide. Buffers
 * may be NULL. What is remembered costs nothing to ask again; places and
 * sizes that change are asked anew. The rest must be drawn into the output's own picture, and
 * nothing above a layer with a plane may be: a plane covers it. So the answer is always the
 * topmost ones, or some over which none of the rest lies. 0 while a modeset is due.
 */
uint32_t kms_output_plan(
	struct kms_output *output, const struct kms_layer *layers, size_t n);

/*
 * kms_output_cursor puts a picture on the cursor plane: premultiplied ARGB8888, rows of
 * width words, at most kms_output_cursor_size. NULL: none. -ENOTSUP no such plane, or
 * the card refuses it, from then on until the next modeset, after which it must be
 * called again; -E2BIG too large for it: who calls draws it. kms_output_cursor_at: the panel's pixel of
 * its top left. Both show with the next commit, a frame of nothing else if need be.
 */
int kms_output_cursor(
	struct kms_output *output, const uint32_t *argb, int32_t width, int32_t height);
void kms_output_cursor_at(struct kms_output *output, int32_t x, int32_t y);
/* kms_output_cursor_hotspot: the picture's pixel that points: virtual cards pass it on. */
void kms_output_cursor_hotspot(struct kms_output *output, int32_t x, int32_t y);
void kms_output_cursor_size(
	const struct kms_output *output, int32_t *width, int32_t *height);

struct kms_damage {
	int32_t x0, y0, x1, y1; /* panel pixels */
};

struct kms_frame {
	struct kms_buffer
		*primary; /* acquired; NULL: the output's picture stays as it is */
	/* What changed in it since the last frame; n_damage 0: all of it. */
	struct kms_damage damage[KMS_DAMAGE];
	size_t n_damage;
	/* Exactly those that kms_output_plan gave planes; what showed and is not here goes. */
	struct kms_layer layers[KMS_LAYERS];
	size_t n_layers;
	int fence; /* a sync file that signals when all is drawn, or -1; commit closes it */
};

/*
 * kms_output_commit shows a frame. Described, tested (TEST_ONLY) when it is a
 * modeset, then applied without blocking; flip_done follows. On error nothing
 * changed and all buffers of the frame are released. -EBUSY a flip of ours is in flight,
 * -EAGAIN paused, asleep or master lost, -ESTALE planes were refused that were
 * promised, or are not as planned: plan again, and set the cursor again; -EINVAL there
 * is no primary, and none of this mode is shown; else what the kernel said (logged once).
 */
int kms_output_commit(struct kms_output *output, const struct kms_frame *frame);

/* kms_output_show commits a buffer alone, all of it changed. */
int kms_output_show(struct kms_output *output, struct kms_buffer *buffer);

/* kms_output_planes tells what each plane that could be this output's shows now. */
struct kms_plane_info {
	uint32_t id;
	const char *type; /* "primary", "overlay", "cursor" */
	bool active;
	uint64_t
		layer; /* the id of the layer on it; 0: none, or the output's own picture */
	int32_t x, y, width, height; /* on the panel, when active */
	char format[5];              /* fourcc, when active */
};
void kms_output_planes(const struct kms_output *output,
	void (*tell)(void *data, const struct kms_plane_info *info), void *data);
/* How the last plan ended for a layer that got none: "the card refused it", ...; NULL: it has one. */
const char *kms_output_refusal(const struct kms_output *output, uint64_t layer);

/* What a card has, for a report; see kms_probe_path. */
struct kms_probe_connector {
	char name[32];
	bool connected;
	int32_t width, height; /* of the preferred mode; 0 none */
	uint32_t refresh_mhz;
};

#define KMS_PROBE_CONNECTORS 16

struct kms_probe {
	char driver[32]; /* "virtio_gpu" */
	bool atomic;
	bool dumb_buffers;
	unsigned crtcs;
	unsigned connectors; /* all of them; the first KMS_PROBE_CONNECTORS follow */
	struct kms_probe_connector connector[KMS_PROBE_CONNECTORS];
};

/*
 * kms_probe_path looks at a card node without becoming its master for longer
 * than the kernel insists, and without asking the monitors anew. 0 or -errno of
 * opening it. A card that only renders has no CRTCs.
 */
int kms_probe_path(const char *path, struct kms_probe *out);
/*
 * kms_probe_open gives the descriptor, which is the caller's. A card that nobody has open any
 * more shows the kernel's console again, by a commit that who closes it waits for: who is
 * about to open it does so before.
 */
int kms_probe_open(const char *path, struct kms_probe *out);

/*
 * kms_card_holder finds who else has the card node open, after an -EACCES or
 * -EBUSY at becoming master: "weston (pid 812), seatd (pid 300)". 0; -ENOENT
 * nobody; -EACCES nobody that we are allowed to see. buf is "" then.
 */
int kms_card_holder(const char *path, char *buf, size_t size);

#endif
