/*
 * audio_stamp: when each frame of a device was heard, by our clock. Pure. What a device says of its
 * place moves in steps and comes late by turns; its own clock is off by up to some hundred
 * parts in a million, and drifts. A delay-locked loop of second order follows it (F.
 * Adriaensen, "Using a DLL to filter time", 2005): times are smooth from frame to frame, and as
 * right after hours as at first.
 */
#ifndef OSAAS_SESSION_AUDIO_STAMP_H
#define OSAAS_SESSION_AUDIO_STAMP_H

#include <stdbool.h>
#include <stdint.h>

struct audio_stamp {
	double nominal_ns; /* of a frame, by the device's rate */
	double frame_ns;   /* of a frame, as it is found to be */
	uint64_t frame;    /* this one ... */
	uint64_t time_ns;  /* ... was heard then, and a part of a ns: */
	double part_ns;
	uint64_t since_ns; /* when it began */
	bool known;        /* it has begun */
};

/* audio_stamp_begin: nothing is known of a device of that rate yet. */
void audio_stamp_begin(struct audio_stamp *stamp, unsigned rate);
/*
 * audio_stamp_note: the device says that the frame of that number, no smaller than before, was
 * heard then. Returns whether it follows; false: it is so far from what was expected that it
 * begins anew.
 */
bool audio_stamp_note(struct audio_stamp *stamp, uint64_t frame, uint64_t time_ns);
/* audio_stamp_of: when a frame was heard, or will be; frames are numbers with fractions. */
uint64_t audio_stamp_of(const struct audio_stamp *stamp, double frame);

#endif
