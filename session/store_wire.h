/*
 * store_wire: what a session and its store's process say to each other on a stream
 * socket. Both are of one program, so structs travel as they are. A request is a head
 * and len bytes; so is its answer; answers come in the order of the requests.
 */
#ifndef OSAAS_SESSION_STORE_WIRE_H
#define OSAAS_SESSION_STORE_WIRE_H

#include <stdint.h>

enum store_op {
	STORE_GRANT_PUT,     /* a struct grant */
	STORE_GRANT_REMOVE,  /* a struct grant: its id and cap count */
	STORE_OUTPUT_PUT,    /* a struct output_kept */
	STORE_OUTPUT_REMOVE, /* the same: its name counts */
	STORE_AUDIO_PUT,     /* a struct audio_row; without a text it goes */
	STORE_KV_OPEN, /* a plugin's id; number: its quota, key: 1: its transaction is void */
	STORE_KV_CLOSE,
	STORE_KV_GET,    /* a key; the answer: its value */
	STORE_KV_PUT,    /* a key (key bytes) and its value */
	STORE_KV_DELETE, /* a key */
	STORE_KV_LIST, /* a prefix (key bytes) and the key behind which; number: how many */
	STORE_KV_BEGIN,
	STORE_KV_COMMIT,
	STORE_KV_ABORT,
	STORE_OPS, /* how many */
};

struct store_head {
	uint32_t op;     /* of the answer: its request's */
	int32_t result;  /* of an answer: 0 or more, or -errno */
	uint64_t client; /* who asks, by a number of the session's; 0: itself */
	uint64_t number; /* of an answer to LIST: 1: there are more */
	uint32_t key;    /* bytes of the payload that are its first part */
	uint32_t len;    /* bytes of the payload; at most STORE_PAYLOAD_MAX */
};

#define STORE_PAYLOAD_MAX (UINT32_C(1) << 21)
#define STORE_FD          3 /* of the process: its end of the socket */

#endif
