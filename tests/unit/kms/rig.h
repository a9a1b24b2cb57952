/* rig: a kms device on the fake card, and a listener that writes down what it hears. */
#ifndef OSAAS_TESTS_RIG_H
#define OSAAS_TESTS_RIG_H

#include "fake_drm.h"
#include "kms/kms.h"

#define RIG_OUTPUTS 8

struct rig {
	struct kms_device *device;
	struct kms_output *outputs[RIG_OUTPUTS]; /* alive, in the order they came */
	size_t n_outputs;
	char heard
		[512]; /* "+HDMI-A-1 !HDMI-A-1 -HDMI-A-1": added, flip done, removed; "~" dropped, "?" lost */
	uint64_t present_ns;
	uint32_t seq;
	bool commit_in_flip; /* flip_done commits the next frame at once */
};

extern struct rig rig;

/* What the listener does besides; of the test, NULL: nothing. */
extern void (*rig_configure)(const char *connector, const struct kms_identity *identity,
	struct kms_config *config);
extern void (*rig_dropped)(struct kms_output *output);

/* The listener has neither configure nor flip_lost. */
extern bool rig_plain;

/* rig_flags: of kms_device_open_with, by KMS_FAKE_MEMORY: gbm or dumb. */
unsigned rig_flags(void);
/* rig_open opens the fake card as it is and scans. */
void rig_open(void);
/* rig_close destroys the device and checks that nothing is left. */
void rig_close(void);

/* rig_screen is the usual start: one CRTC, HDMI of 800x600, its first frame shown. */
void rig_screen(void);

struct kms_output *rig_output(const char *name);
/* rig_commit acquires and commits; rig_show also has it shown. */
int rig_commit(struct kms_output *output);
void rig_show(struct kms_output *output, uint32_t crtc);
/* rig_said scans so many times, and counts the lines on stderr that say this. */
size_t rig_said(unsigned scans, const char *what);
void rig_expect_heard(const char *heard); /* since the last call */

#endif
