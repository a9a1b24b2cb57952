/*
 * decode_wire: what the session and a helper_decode say to each other, on a socket that keeps
 * messages apart (CHILD_FD), and the memory that both have (CHILD_FD + 1). One asks, the other
 * answers: nothing is ever sent into a full socket.
 */
#ifndef OSAAS_SESSION_DECODE_WIRE_H
#define OSAAS_SESSION_DECODE_WIRE_H

#include <stdint.h>

#include "plugins/include/osaas_decode.h"

enum decode_wire_kind {
	/* Session to helper: what the plugin asks for; answered by DONE, maybe after some WANT. */
	DECODE_WIRE_OPEN = 1, /* value: bytes of the source */
	DECODE_WIRE_READ = 2, /* value: frames */
	DECODE_WIRE_SEEK = 3, /* value: frame */
	DECODE_WIRE_FED = 4,  /* result: bytes that are in the memory now, or -errno */

	/* Helper to session. */
	DECODE_WIRE_WANT = 16, /* value: offset, size */
	/* result: as decode.h's; of OPEN info, and size: of tags; of READ value: its first frame */
	DECODE_WIRE_DONE = 17,
};

struct decode_wire {
	uint32_t kind;
	uint32_t size;
	int64_t result;
	uint64_t value;
	struct osaas_decode_info info;
};

/* The session believes nothing that it reads there. */
struct decode_shared {
	float samples[OSAAS_AUDIO_MAX_FRAMES * OSAAS_AUDIO_MAX_CHANNELS];
	uint8_t source[OSAAS_DECODE_PIECE];
	char tags[OSAAS_DECODE_TAGS];
};

#endif
