/*
 * kms_backend: what the files of the KMS back end share: backend_kms.c has the card, its
 * seat and how it starts and ends, kms_screen.c the outputs as screens, kms_outputs.c what
 * they are to be, kms_input.c the devices of input.
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
	struct seat_watch *seat_watch; /* NULL: none */
	int card_fd;                   /* -1: no card */
	char card[64];                 /* its path, also of one that is gone */
	struct kms_device *device;     /* NULL: no card, till one comes */
	bool running;                  /* all has been started */
	unsigned tries;                /* to open one that has come, or to have it back */
	uint64_t retry_ns;             /* 0: not */
	uint64_t return_ns;            /* when an enabled seat is believed; 0: it was */
	struct loop_source *device_source;
	bool warm;           /* the renderer has drawn everything once */
	struct input *input; /* NULL: the first turn is not over */
	struct loop_source *input_source;
	bool lid_turned; /* which displays are on is to be asked anew */
};

struct kms_screen {
	struct screen screen;
	struct kms_output *output;
	struct kms_buffer *acquired;
	bool refused; /* its memory cannot be drawn into, and that was said */
	struct kms_buffer *drawn[SCREEN_SLOTS]; /* acquired, of screen.planes.slots */
	uint32_t *turned; /* the pointer's picture, as it lies on the panel */
	size_t n_turned;  /* words there is room for */
	int32_t pointer_width, pointer_height; /* upright */
};

extern const struct kms_listener kms_screen_listener; /* data: the struct kms_backend */

/*
 * kms_screen_warm draws everything once, where it is not seen: drivers compile a shader when it
 * is first drawn with. A buffer is free while the first frame is in flight.
 */
void kms_screen_warm(struct kms_backend *backend, struct screen *screen);

/* kms_screen_drop_targets forgets what was made of an output's buffers. */
void kms_screen_drop_targets(struct kms_output *output);

/*
 * kms_outputs.c: scans by outputs.h, of backend->device: 0 or -errno. kms_outputs_returned: our
 * console is seen again: nothing sleeps, and colours are by the time.
 */
int kms_outputs_scan(struct kms_backend *backend);
int kms_outputs_resume(struct kms_backend *backend); /* in place of kms_device_resume */
void kms_outputs_returned(struct kms_backend *backend);
/* Of the listener, of backend_ops, of screen_ops. */
void kms_outputs_configure(void *data, const char *connector,
	const struct kms_identity *identity, struct kms_config *config);
void kms_outputs_reconfigure(struct session *session);
void kms_outputs_connectors(struct session *session,
	void (*tell)(void *data, const struct kms_connector_info *info), void *data);
const char *kms_outputs_refusal(struct session *session, const char *connector);
void kms_outputs_laid_out(struct session *session);
int kms_outputs_sleep(struct screen *screen, bool asleep);
int kms_outputs_color(struct screen *screen, const float rgb[3], float gamma);

/* kms_input_start opens the devices. 0 or -errno, logged. */
int kms_input_start(struct kms_backend *backend);
/* kms_input_turn: what is left of events, repeats, the lid: at kms_input_next_ns, 0: never. */
void kms_input_turn(struct kms_backend *backend, uint64_t now_ns);
uint64_t kms_input_next_ns(const struct kms_backend *backend);
/* kms_input_switch_vt is that of backend_ops. */
void kms_input_switch_vt(struct session *session, int vt);
/* kms_input_layout tells where the screens lie. */
void kms_input_layout(struct kms_backend *backend);

#endif
