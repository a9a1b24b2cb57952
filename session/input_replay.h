/*
 * input_replay: a recording of input (input_text.h) as a session's devices: keys, pointer
 * and fingers come at the times that stand there, by input_feed_*, so shortcuts, layout and
 * repeat are this session's own. It begins when each window has shown a frame, at the latest 5 s
 * after the session did; when it is over all that is down is released.
 */
#ifndef OSAAS_SESSION_INPUT_REPLAY_H
#define OSAAS_SESSION_INPUT_REPLAY_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct input_replay;
struct input_text;
struct session;

/* What a file says. */
struct input_recording {
	struct input_text *events; /* by their times; owned */
	size_t n;
	int32_t width, height; /* of the layout it was made on; 0: it does not say */
	char layout[128];      /* of its keys; "": it does not say */
	unsigned active; /* the number, from 1, of that of its layouts; 0: as above */
	uint32_t locks;  /* of enum keyboard_led, CAPS and NUM */
	uint64_t end_ns;
};

/*
 * input_recording_load reads a file, of 4 million events at most; one that breaks off is taken
 * as it is. 0 or -errno, logged with the line.
 */
int input_recording_load(const char *path, struct input_recording **out);
/* input_recording_read: the same of what is open already; name is for what is logged. */
int input_recording_read(FILE *file, const char *name, struct input_recording **out);
void input_recording_destroy(struct input_recording *recording); /* takes NULL */

/* input_replay_create: the recording is borrowed. 0 or -errno, logged. */
int input_replay_create(struct session *session, const struct input_recording *recording,
	struct input_replay **out);
void input_replay_destroy(struct input_replay *replay); /* takes NULL */

/* Screens lie otherwise. */
void input_replay_layout(struct input_replay *replay);
/* input_replay_turn feeds what is due; once per loop turn. */
void input_replay_turn(struct input_replay *replay);
uint64_t input_replay_next_ns(
	const struct input_replay *replay); /* UINT64_MAX: no matter */

#endif
