/*
 * a11y_keys: keys that assistive technology hears of, before plugins, through the registry's
 * DeviceEventController: its shortcuts work on a console, too. Asked one after the other, in
 * order; who takes longer than A11Y_KEY_NS is told of keys from then on, and not waited for, until it
 * has answered. A key whose press was taken has no release. What an input method types is told,
 * not asked.
 *
 * Of what is typed into a password field nothing is told; keys that type nothing, and
 * combinations, are.
 */
#ifndef OSAAS_SESSION_A11Y_KEYS_H
#define OSAAS_SESSION_A11Y_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/input-event-codes.h>

#include "input/input.h"
#include "session/a11y_dbus.h"

struct a11y;

#define A11Y_KEYS     64 /* that wait */
#define A11Y_KEY_NS   UINT64_C(250000000)
#define A11Y_KEY_BITS (KEY_CNT / 8)

struct a11y_keys {
	bool heard;         /* somebody listens to keys */
	bool asking, again; /* of who listens */
	bool asked;         /* the first of the queue is being asked about */
	bool is_unsigned;   /* what the registry takes */
	bool slow;          /* whoever was asked has not answered yet */
	bool letting_go;
	struct input_key queue[A11Y_KEYS];
	unsigned first, n;
	uint64_t until_ns;            /* it is waited for an answer */
	uint8_t taken[A11Y_KEY_BITS]; /* by code: its press was */
	uint8_t down
		[A11Y_KEY_BITS]; /* by code: it is, and is a screen reader's own modifier */
	unsigned n_down;
};

void a11y_keys_start(struct a11y *a11y);
void a11y_keys_again(struct a11y *a11y);
void a11y_keys_stop(struct a11y *a11y);
bool a11y_keys_signal(struct a11y *a11y, DBusMessage *message);
void a11y_keys_turn(struct a11y *a11y);
uint64_t a11y_keys_next_ns(const struct a11y *a11y);

#endif
