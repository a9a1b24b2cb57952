/*
 * osaas_audio.h: the protocol of "audio.out": one voice.
 *
 * The first message from the host is OSAAS_AUDIO_CONFIG. Then the plugin sends
 * blocks of samples; send waits while four of them are under way, so a loop of
 * fill and send runs at the device's pace. The sound starts with the first
 * block and ends when no more come: a pause is just not sending.
 */
#ifndef OSAAS_AUDIO_H
#define OSAAS_AUDIO_H

#include <osaas.h>

enum osaas_audio_type {
	/* plugin to host: buf, len: interleaved f32 frames, -1..1; at most OSAAS_AUDIO_MAX_FRAMES */
	OSAAS_AUDIO_BLOCK = 1,

	/* host to plugin */
	OSAAS_AUDIO_CONFIG = 16, /* struct osaas_audio_config */
};

#define OSAAS_AUDIO_MAX_FRAMES 8192

struct osaas_audio_config {
	uint32_t rate;     /* frames per second */
	uint32_t channels; /* samples per frame */
	uint32_t period;   /* frames the device takes at a time: a good block size */
};

#endif
