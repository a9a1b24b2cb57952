/*
 * audio_timeline: when each frame of a stream is heard. A device's clock is not the system's, and
 * what it says of its position jumps: a delay-locked loop evens it out (Adriaensen, Using a DLL
 * to filter time, 2005). Pure.
 */
#ifndef OSAAS_SESSION_AUDIO_TIMELINE_H
#define OSAAS_SESSION_AUDIO_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

struct audio_timeline {
	bool set;
	uint64_t frame;      /* this one ... */
	double ns;           /* ... is heard then */
	double ns_per_frame; /* of those after it */
	double nominal;      /* as the device's rate says */
};

/* audio_timeline_reset: nothing is known of it but its rate. */
void audio_timeline_reset(struct audio_timeline *line, unsigned rate);
/* audio_timeline_note: the device said that this frame is heard then. Frames never go back. */
void audio_timeline_note(struct audio_timeline *line, uint64_t frame, uint64_t ns);
/* audio_timeline_ns: when a frame is heard, once anything was noted. */
uint64_t audio_timeline_ns(const struct audio_timeline *line, uint64_t frame);

#endif
