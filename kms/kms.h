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

#define KMS_BUFFERS 3 /* per output: one shown, one queued, one to draw into */

struct kms_error {
	char text[256]; /* one line: what failed, why, what to do */
};

struct kms_listener {
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
};

/*
 * kms_device_open takes a DRM fd that somebody else opened and owns (libseat);
 * path is for messages. It needs to be master. Outputs are announced by
 * kms_device_scan, not here. 0, or -errno with err->text:
 * -ENOTSUP no atomic modesetting or no dumb/GBM buffers, -EACCES not master.
 * The listener's functions may not destroy the device. output_added and flip_done
 * may acquire and commit; output_removed and buffers_dropped must not, and must
 * not keep a buffer either: all of that output's are freed when they return.
 */
int kms_device_open(int fd, const char *path, const struct kms_listener *listener,
	void *data, struct kms_device **out, struct kms_error *err);
/*
 * kms_device_destroy takes NULL; removes its outputs, which turns them off: the
 * console comes back by itself when the fd is closed or master is dropped.
 */
void kms_device_destroy(struct kms_device *device);

int kms_device_fd(const struct kms_device *device);
struct gbm_device *kms_device_gbm(const struct kms_device *device);
const char *kms_device_path(const struct kms_device *device);

/*
 * kms_device_scan reads the connectors again and adds, removes and renews
 * outputs; after any udev change event. Does nothing while paused: resume scans.
 * An output that cannot be set up is logged and left out.
 */
int kms_device_scan(struct kms_device *device);

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
uint64_t kms_output_refresh_ns(const struct kms_output *output); /* length of a frame */
bool kms_output_flip_pending(const struct kms_output *output);

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

/* The GBM object to draw into; XRGB8888, linear unless the driver cannot (logged). */
struct gbm_bo *kms_buffer_bo(const struct kms_buffer *buffer);
/*
 * Frames since this buffer was last shown: 0 never (content undefined), 1 it was
 * the last one. Given back undisplayed, or kept over a pause, it is 0 again.
 */
uint32_t kms_buffer_age(const struct kms_buffer *buffer);
void kms_buffer_set_user(struct kms_buffer *buffer, void *user);
void *kms_buffer_user(const struct kms_buffer *buffer);

/*
 * kms_output_commit shows buffer. Described, tested (TEST_ONLY) when it is a
 * modeset, then applied without blocking; flip_done follows. On error nothing
 * changed and the buffer is released. -EBUSY a flip of ours is in flight, -EAGAIN
 * paused or master lost, else what the kernel said (logged once).
 */
int kms_output_commit(struct kms_output *output, struct kms_buffer *buffer);

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
 * kms_card_holder finds who else has the card node open, after an -EACCES or
 * -EBUSY at becoming master: "weston (pid 812), seatd (pid 300)". 0; -ENOENT
 * nobody; -EACCES nobody that we are allowed to see. buf is "" then.
 */
int kms_card_holder(const char *path, char *buf, size_t size);

#endif
