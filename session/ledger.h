/*
 * ledger: where the time goes from a key to the picture. The last frames of all windows
 * are kept in a ring, each with when it passed which point:
 *
 *	input      the kernel's time of the oldest input that the window got since its last frame
 *	routed     the session sent that to the plugin
 *	ran        the plugin's first turn with the processor since then began
 *	received   the frame came, and is good
 *	paint      painting of the screen that shows it began,
 *	painted    and ended
 *	committed  the kernel has it
 *	flipped    its first line was scanned out
 *
 * A frame that no input preceded has not the first three. Input after which the plugin waits
 * again, and sends nothing, had no effect: it makes room for the next, and what comes later
 * than LEDGER_LATE_NS does not answer it (until then a service may have been asked). One that was replaced before it
 * was painted counts as the one that replaced it, with its input; one that changes nothing
 * is not painted, and does not count. Pure: times are told. No call but ledger_create allocates, nor those that
 * answer a question.
 */
#ifndef OSAAS_SESSION_LEDGER_H
#define OSAAS_SESSION_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LEDGER_FRAMES   4096
#define LEDGER_NAMES    64
#define LEDGER_NAME_MAX 32
#define LEDGER_LATE_NS  UINT64_C(100000000)

enum ledger_point {
	LEDGER_INPUT,
	LEDGER_ROUTED,
	LEDGER_RAN,
	LEDGER_RECEIVED,
	LEDGER_PAINT,
	LEDGER_PAINTED,
	LEDGER_COMMITTED,
	LEDGER_FLIPPED,
	LEDGER_POINTS, /* how many */
};

struct ledger_frame {
	uint64_t at[LEDGER_POINTS]; /* ns; 0: it did not pass there */
	uint16_t screen, window;    /* names */
	uint32_t serial;            /* from 1 on, in the order they were flipped */
};

/* A window's part; zero at first. */
struct ledger_window {
	uint64_t input_ns, routed_ns; /* the oldest since a frame was received; 0: none */
	uint64_t idle_ns; /* since then the plugin waits, and did not answer it; 0: not */
	struct ledger_frame next;   /* received, and not committed yet */
	struct ledger_frame flight; /* committed */
};

struct ledger;
struct ledger *ledger_create(void);
void ledger_destroy(struct ledger *ledger); /* takes NULL */
void ledger_reset(struct ledger *ledger);

/* ledger_routed: input of that time goes to the window now. True: its next frame is measured from it. */
bool ledger_routed(struct ledger_window *window, uint64_t input_ns, uint64_t now_ns);
/* ledger_idle: the plugin took all that it got, sent nothing, owes nothing, and waits. */
void ledger_idle(struct ledger_window *window, uint64_t now_ns);
/* ledger_received: a good frame came; ran_ns is when the plugin first ran since; 0: nobody knows. */
void ledger_received(struct ledger_window *window, uint64_t ran_ns, uint64_t now_ns);
/* ledger_unchanged: what was received last is not painted, as it changes nothing. */
void ledger_unchanged(struct ledger_window *window);
/* ledger_committed: ... is in what was painted then, and committed now. */
void ledger_committed(struct ledger *ledger, struct ledger_window *window,
	const char *screen, uint64_t paint_ns, uint64_t painted_ns, uint64_t now_ns);
/* ledger_flipped: what that screen committed is visible since then; not this window's: nothing. */
void ledger_flipped(struct ledger *ledger, struct ledger_window *window,
	const char *window_name, const char *screen, uint64_t present_ns);

/* Stages: from one point to another; time that went backwards counts as none. */
struct ledger_stage {
	const char *name; /* "paint" */
	enum ledger_point from, to;
};
#define LEDGER_STAGES 9
extern const struct ledger_stage ledger_stages[LEDGER_STAGES];

struct ledger_figures {
	uint64_t n;                  /* frames that passed both points */
	uint64_t p50, p90, p99, max; /* ns; percentiles by nearest rank */
};
void ledger_measure(
	const struct ledger *ledger, struct ledger_figures figures[static LEDGER_STAGES]);

/* Frames that are in the ring, and that there were since the reset. */
size_t ledger_kept(const struct ledger *ledger);
uint64_t ledger_total(const struct ledger *ledger);

/*
 * What is handed to who writes a trace of it: this head, then n_names names of
 * LEDGER_NAME_MAX bytes, zero terminated, then n_frames frames, the oldest first.
 */
#define LEDGER_MAGIC "osaasL1"
struct ledger_head {
	char magic[8];
	uint32_t frame_size, n_frames, n_names, zero;
};

/* ledger_write writes that to a file. 0 or -errno. */
int ledger_write(const struct ledger *ledger, int fd);

#endif
