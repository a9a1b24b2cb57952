/* stage: the rig's usual screen with overlay planes, and pictures to put on them. */
#ifndef OSAAS_TESTS_STAGE_H
#define OSAAS_TESTS_STAGE_H

#include "rig.h"

struct stage_picture {
	int32_t x, y, width, height;
	bool opaque;
};

/* The layers that stage_add made, bottom first: ids 1, 2 .. */
struct stage {
	struct kms_output *output;
	struct kms_layer layers[KMS_LAYERS];
	size_t n;
};

extern struct stage stage;

/* stage_reset: a fake card of one CRTC, HDMI of 800x600 and overlays 70, 71 .. */
void stage_reset(unsigned overlays);
/* stage_open opens it and shows a first frame; no commit is counted yet. */
void stage_open(void);
void stage_add(const struct stage_picture *picture);
uint32_t stage_plan(void);

/* stage_frame: the output's own picture and all layers of this mask, drawn anew. */
struct kms_frame stage_frame(uint32_t mask);
/* stage_show plans and shows all that get planes; their mask. */
uint32_t stage_show(void);
void stage_shown(uint32_t crtc); /* the flip comes */

/* stage_states: the states of all buffers, those of the output first: "020 010". */
const char *stage_states(void);

#endif
