/*
 * input_record: what comes out of input/, of all devices, as lines of input_text.h to
 * whoever asked: a client of 'osaas ctl', which writes the file. It holds all that is
 * typed: that is said in the log when it begins, and on every screen while it lasts (indicator.h).
 *
 * Keys that the session takes for itself are in it, too, as they change what others type (the
 * layout); what repeats by itself is not.
 * Nothing blocks: lines wait in a buffer of a fixed size and go together; who does not take
 * them for so long that it is full gets no more, and the recording has failed. It
 * ends, with a line that says so, when it is stopped, after its time, with the session, and when the
 * client shuts its direction down. One at a time.
 */
#ifndef OSAAS_SESSION_INPUT_RECORD_H
#define OSAAS_SESSION_INPUT_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "input/input.h"

struct input_record;
struct session;

enum input_record_state {
	INPUT_RECORD_RUNNING,
	INPUT_RECORD_DONE,
	INPUT_RECORD_FAILED,
};

/*
 * input_record_start: for_ns 0 is for ever. *fd is the client's end, the caller's. In
 * session->input_record is what comes of it, until the next one starts. 0, -EBUSY one
 * runs, or -errno: not where a screen cannot show it, either.
 */
int input_record_start(struct session *session, uint64_t for_ns, int *fd);
void input_record_stop(struct input_record *record);    /* harmless twice */
void input_record_destroy(struct input_record *record); /* takes NULL */

struct input_record_info {
	enum input_record_state state;
	uint64_t events, ns;
	const char *why; /* it failed; "" */
};
bool input_record_get(const struct input_record *record,
	struct input_record_info *out); /* false: NULL */

/* The hooks take NULL. A pen that moves the pointer, too, is only a pen. */
void input_record_key(struct input_record *record, const struct input_key *key);
void input_record_pointer(
	struct input_record *record, const struct input_pointer *pointer);
/* input_record_motion: of a pointer that stays where it is. */
void input_record_motion(struct input_record *record, const struct input_motion *motion);
void input_record_touch(struct input_record *record, const struct input_touch *touch);
void input_record_pen(struct input_record *record, const struct input_pen *pen);
void input_record_gesture(
	struct input_record *record, const struct input_gesture *gesture);
/* input_record_turn sends what waits, and ends what is over; once per loop turn. */
void input_record_turn(struct input_record *record);
uint64_t input_record_next_ns(
	const struct input_record *record); /* UINT64_MAX: no matter */

#endif
