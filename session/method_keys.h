/*
 * method_keys: keys that wait, in their order, until an input method says of each whether it
 * is for the field or was its own. One is asked at a time, so that each is judged in the field
 * that it would go to. Releases are not asked: they follow their press. Pure.
 */
#ifndef OSAAS_SESSION_METHOD_KEYS_H
#define OSAAS_SESSION_METHOD_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/input-event-codes.h>

#include "input/input.h"

#define METHOD_KEYS 64 /* that wait; more is too much to wait for */

struct method_keys {
	struct {
		struct input_key key;
		bool own; /* made by the method itself: it is not asked */
	} waiting[METHOD_KEYS];
	size_t first, n;
	bool asked;      /* the first one */
	uint64_t serial; /* of the last that was asked */
	uint64_t asked_ns;
	uint8_t took[KEY_CNT / 8 + 1]; /* pressed, and the method's */
};

/* What becomes of keys. */
struct method_keys_listener {
	bool (*asks)(void *data, const struct input_key *key); /* of a press, now */
	void (*ask)(void *data, const struct input_key *key, uint64_t serial);
	/* A release: of one that it took, or that went on (if such a press would be asked). */
	void (*released)(void *data, const struct input_key *key);
	void (*deliver)(void *data, const struct input_key *key); /* to the field */
};

/* method_keys_take: false: it is the field's at once. */
bool method_keys_take(struct method_keys *keys, const struct input_key *key, bool own,
	const struct method_keys_listener *listener, void *data);
/* method_keys_answer: the method says so. False: that is not what was asked. */
bool method_keys_answer(struct method_keys *keys, uint64_t serial, bool pass,
	const struct method_keys_listener *listener, void *data);
/* method_keys_flush: nobody is waited for: all go on. */
void method_keys_flush(struct method_keys *keys,
	const struct method_keys_listener *listener, void *data);

#endif
