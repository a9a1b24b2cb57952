/*
 * kms_backend: what the files of the KMS back end share: backend_kms.c has the card, its
 * seat and how it starts and ends, kms_screen.c the outputs as screens, kms_input.c the
 * devices of input.
 */
#ifndef OSAAS_SESSION_KMS_BACKEND_H
#define OSAAS_SESSION_KMS_BACKEND_H

#include <stdbool.h>

#include "input/input.h"
#include "kms/kms.h"
#include "session/screen.h"

struct kms_backend {
	struct session *session;
	struct udev *udev;
	struct udev_monitor *monitor;
	struct loop_source *monitor_source;
	struct seat *seat;
	int card_fd;
	char card[64];
	struct kms_device *device;
	struct loop_source *device_source;
	bool warm; /* the renderer has drawn everything once */
	struct input *input;
	struct loop_source *input_source;
};

struct kms_screen {
	struct screen screen;
	struct kms_output *output;
	struct kms_buffer *acquired;
	bool refused; /* its memory cannot be drawn into, and that was said */
	bool lost;    /* a flip of its never came, and that was said */
	struct kms_buffer *drawn[SCREEN_SLOTS]; /* acquired, of screen.planes.slots */
	uint32_t *turned; /* the pointer's picture, as it lies on the panel */
	size_t n_turned;  /* words there is room for */
	int32_t pointer_width, pointer_height; /* upright */
};

extern const struct kms_listener kms_screen_listener; /* data: the struct kms_backend */

/* kms_screen_drop_targets forgets what was made of an output's buffers. */
void kms_screen_drop_targets(struct kms_output *output);

/* kms_input_start opens the devices. 0 or -errno, logged. */
int kms_input_start(struct kms_backend *backend);
/* kms_input_layout tells where the screens lie. */
void kms_input_layout(struct kms_backend *backend);

#endif
