/*
 * kms: DRM devices, outputs, buffers, commits, flips. Knows libdrm and GBM and
 * nothing of what is drawn. One thread; no call yields or blocks, but for the
 * first modeset of an output.
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

struct kms_error {
	char text[256]; /* one line: what failed, why, what to do */
};

struct kms_listener {
	/* A connector with a mode got a CRTC: the first commit will be a modeset. */
	void (*output_added)(void *data, struct kms_output *output);
	/* The output is about to be destroyed: forget it and everything made from its buffers. */
	void (*output_removed)(void *data, struct kms_output *output);
	/* The commit of this output is on the screen since present_ns (CLOCK_MONOTONIC). */
	void (*flip_done)(void *data, struct kms_output *output, uint64_t present_ns, uint32_t seq);
	/* The output's buffers are about to be destroyed (mode change): drop what was made from them. */
	void (*buffers_dropped)(void *data, struct kms_output *output);
};

/*
 * kms_device_open takes a DRM fd that somebody else opened and owns (libseat);
 * path is for messages. It needs to be master. Outputs are announced by
 * kms_device_scan, not here. 0, or -errno with err->text:
 * -ENOTSUP no atomic modesetting or no dumb/GBM buffers, -EACCES not master.
 */
int kms_device_open(int fd, const char *path, const struct kms_listener *listener, void *data,
	struct kms_device **out, struct kms_error *err);
void kms_device_destroy(struct kms_device *device); /* takes NULL; removes its outputs */

int kms_device_fd(const struct kms_device *device);
struct gbm_device *kms_device_gbm(const struct kms_device *device);
const char *kms_device_path(const struct kms_device *device);

/* kms_device_scan reads the connectors again and adds and removes outputs; after any udev change event. */
int kms_device_scan(struct kms_device *device);

/* kms_device_dispatch reads the DRM events that wait on the fd and calls flip_done for them. */
int kms_device_dispatch(struct kms_device *device);

/*
 * kms_device_pause: master is about to go (VT switch away). Commits are refused
 * with -EAGAIN until kms_device_resume, after which every output's next commit
 * is a full modeset, since whoever was there in between left its own state.
 * A flip in flight at pause is completed or forgotten; its buffer comes free.
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

/*
 * kms_output_acquire gives a free buffer to draw into; NULL when none is free
 * (a flip is in flight: wait for flip_done). Give it back by kms_output_commit
 * or kms_output_release.
 */
struct kms_buffer *kms_output_acquire(struct kms_output *output);
void kms_output_release(struct kms_output *output, struct kms_buffer *buffer);

/* The GBM object to draw into; XRGB8888, linear. */
struct gbm_bo *kms_buffer_bo(const struct kms_buffer *buffer);
/* Frames since this buffer was last shown: 0 never (content undefined), 1 it was the last one. */
uint32_t kms_buffer_age(const struct kms_buffer *buffer);
void kms_buffer_set_user(struct kms_buffer *buffer, void *user);
void *kms_buffer_user(const struct kms_buffer *buffer);

/*
 * kms_output_commit shows buffer. Described, tested (TEST_ONLY) when it is a
 * modeset, then applied without blocking; flip_done follows. On error nothing
 * changed and the buffer is released. -EBUSY a flip is in flight, -EAGAIN
 * paused or master lost, else what the kernel said (logged once).
 */
int kms_output_commit(struct kms_output *output, struct kms_buffer *buffer);

#endif
