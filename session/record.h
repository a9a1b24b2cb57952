/*
 * record: an output as a video file: pictures of it go through a pipe to ffmpeg, which is
 * another process. A picture is taken when the screen has shown something new, at most
 * rate times a second, pointer and all, and goes with the time at which it was shown; ffmpeg makes a
 * constant rate of them. While nothing changes the last one is sent again once a second.
 *
 * The pipe never blocks: there is room for two pictures, and when both wait a new one is
 * left out and counted. So an encoder that is too slow loses pictures of the file, never
 * frames of the screen; what was shown last always comes.
 *
 * One recording at a time. It ends by record_stop, when the output goes or has another
 * size, when ffmpeg dies, and with the session; ffmpeg then finishes the file by itself.
 */
#ifndef OSAAS_SESSION_RECORD_H
#define OSAAS_SESSION_RECORD_H

#include <stdbool.h>
#include <stdint.h>

struct record;
struct screen;
struct session;

#define RECORD_RATE     30 /* pictures per second, if nobody says otherwise */
#define RECORD_RATE_MAX 240
#define RECORD_WHY_MAX  256
#define RECORD_STOP_NS  UINT64_C(4000000000) /* how long a stop is waited for */

enum record_state {
	RECORD_STARTING, /* whether ffmpeg can write is not known yet */
	RECORD_RUNNING,
	RECORD_ENDING, /* no more pictures; the file is being finished */
	RECORD_DONE,
	RECORD_FAILED,
};

/*
 * record_start: file is an absolute path; what is there is replaced. In session->record
 * is then what came of it, until the next one starts. told is called when that is known: the
 * state is RUNNING or FAILED. 0, -EBUSY one runs, or -errno.
 */
int record_start(struct session *session, const struct screen *screen, const char *file,
	unsigned rate, void (*told)(struct session *session));

/*
 * record_stop: told is called when the file is finished (DONE, FAILED), or not in RECORD_STOP_NS.
 * Again while it is being finished: an encoder that hangs is killed.
 */
void record_stop(struct session *session, void (*told)(struct session *session));

void record_destroy(struct record *record); /* takes NULL */

struct record_info {
	enum record_state state;
	const char *screen, *file;
	unsigned rate;
	uint64_t frames, dropped; /* pictures that were sent; left out */
	uint64_t ns;              /* from the first to the last */
	const char *why;          /* it ended, in words; "" */
};
bool record_get(const struct record *record, struct record_info *out); /* false: NULL */

/* The hooks take NULL. record_shown: that screen has shown something new. */
void record_shown(
	struct record *record, const struct screen *screen, uint64_t present_ns);
/* record_turn takes a picture if one is due; once per loop turn, after the screens. */
void record_turn(struct record *record);
uint64_t record_next_ns(const struct record *record); /* UINT64_MAX: no matter */
/* record_waits: the encoder is about to take something; see virtual.h. */
bool record_waits(const struct record *record);

#endif
