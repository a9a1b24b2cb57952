/*
 * osaas_timer.h: the protocol of "timer": timers that do not drift, and what the clock
 * on the wall says. (For a plain delay osaas_alt has a deadline, and osaas_now the time;
 * neither needs this.) Requests and answers are those of osaas_request.h.
 *
 * A timer is named by an id of the plugin's choice. It fires at first_ns, then every
 * period_ns after that, whatever the delay with which it fired; what a plugin was too
 * slow to receive is counted in the next event, not sent one by one. At most 64 timers
 * are set at a time; a period is at least a millisecond.
 */
#ifndef OSAAS_TIMER_H
#define OSAAS_TIMER_H

#include <osaas.h>

enum osaas_timer_type {
	/*
	 * struct osaas_timer_set: sets a timer, or sets the one of this id anew.
	 * OSAAS_EINVAL: a period of less than a millisecond, OSAAS_ENOSPC: 64 are set.
	 */
	OSAAS_TIMER_SET = 1,
	/* u64[0]: the id. OSAAS_ENOENT: it is not set (it may have fired, once for all). */
	OSAAS_TIMER_CANCEL = 2,
	/*
	 * i64[0]: an instant in ns since 1970-01-01 UTC; INT64_MIN: now. The answer is a
	 * struct osaas_timer_clock of that instant. OSAAS_EINVAL: beyond the calendar.
	 */
	OSAAS_TIMER_CLOCK = 3,

	/* event: struct osaas_timer_fired. */
	OSAAS_TIMER_FIRED = 16,
};

#define OSAAS_TIMER_MAX        64
#define OSAAS_TIMER_PERIOD_MIN UINT64_C(1000000)

struct osaas_timer_set {
	uint64_t id;
	uint64_t first_ns;  /* CLOCK_MONOTONIC as osaas_now; in the past: at once */
	uint64_t period_ns; /* 0: fires once */
};

struct osaas_timer_fired {
	uint64_t id;
	uint64_t due_ns; /* the last time at which it was due */
	uint64_t times;  /* it was due since the last event of it: 1, or more if late */
};

struct osaas_timer_clock {
	int64_t result;
	int64_t wall_ns;  /* since 1970-01-01 UTC */
	uint64_t mono_ns; /* CLOCK_MONOTONIC now */
	int32_t offset_s; /* local time is so many seconds ahead of UTC at that instant */
	char zone[12];    /* its abbreviation, "CET"; zero terminated */
};

_Static_assert(sizeof(struct osaas_timer_set) <= OSAAS_MSG_BYTES, "fits a message");
_Static_assert(sizeof(struct osaas_timer_fired) <= OSAAS_MSG_BYTES, "fits a message");
_Static_assert(sizeof(struct osaas_timer_clock) <= OSAAS_MSG_BYTES, "fits a message");

/* The requests as calls. YIELD. 0 or OSAAS_E*. Events that come meanwhile are lost. */
int osaas_timer_set(osaas_chan timer, uint64_t id, uint64_t first_ns, uint64_t period_ns);
int osaas_timer_cancel(osaas_chan timer, uint64_t id);
int osaas_timer_clock(osaas_chan timer, int64_t wall_ns, struct osaas_timer_clock *out);

#endif
