/*
 * osaas_audio_in.h: the protocol of "audio.in": what a microphone or a line input hears. The
 * user grants it by name, and sees for as long as a plugin listens (two seconds at least) that it
 * does, and which. While the session is not shown, on another console, nobody hears anything.
 * Several may listen to one device at a time. Requests and answers are those of osaas_request.h.
 *
 * Blocks come as events, all of as many frames. Who does not receive them misses them (so many
 * frames are said in the next one), and holds up nobody.
 */
#ifndef OSAAS_AUDIO_IN_H
#define OSAAS_AUDIO_IN_H

#include <osaas_audio.h>

enum osaas_audio_in_type {
	/*
	 * struct osaas_audio_listen: from now on. Once more: in another format.
	 * OSAAS_EINVAL: out of bounds, OSAAS_ENOENT: there is no device that hears,
	 * OSAAS_EBUSY: another program holds it, or the card cannot hear by it while it plays. The
	 * answer, struct osaas_audio_heard_as, says what comes. It is kept when the device goes:
	 * silence, until there is another. Ten times a second at most: what comes sooner is
	 * answered later.
	 */
	OSAAS_AUDIO_LISTEN = 1,
	OSAAS_AUDIO_DEAF = 2, /* no more */

	/* event: buf, len: interleaved f32 frames; struct osaas_audio_heard. The buffer is the plugin's. */
	OSAAS_AUDIO_HEARD = 16,
};

struct osaas_audio_listen {
	uint32_t rate; /* 0: the device's */
	/*
	 * 0: the device's. 1: the mean of all it has. Else its first ones; of a device with one that
	 * is left and right, and what is not there is silence.
	 */
	uint32_t channels;
	uint32_t
		frames; /* in a block, 16 to OSAAS_AUDIO_MAX_FRAMES; 0: as the device hears */
};

struct osaas_audio_heard_as {
	int64_t result;
	uint32_t rate, channels, frames;
};

struct osaas_audio_heard {
	uint64_t
		frame; /* the first one's number since LISTEN, those that were missed counted */
	uint64_t time_ns; /* when it was heard, CLOCK_MONOTONIC */
	uint64_t
		missed; /* frames before it that were lost: too slow, or the device was */
};

_Static_assert(sizeof(struct osaas_audio_listen) <= OSAAS_MSG_BYTES, "fits a message");
_Static_assert(sizeof(struct osaas_audio_heard_as) <= OSAAS_MSG_BYTES, "fits a message");
_Static_assert(sizeof(struct osaas_audio_heard) <= OSAAS_MSG_BYTES, "fits a message");

#endif
