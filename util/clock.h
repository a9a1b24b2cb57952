/* clock: time is one uint64_t of CLOCK_MONOTONIC nanoseconds, everywhere, unless it is frozen. */
#ifndef OSAAS_UTIL_CLOCK_H
#define OSAAS_UTIL_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_US UINT64_C(1000)
#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S  UINT64_C(1000000000)

static inline uint64_t timespec_ns(const struct timespec *ts)
{
	return (uint64_t)ts->tv_sec * NS_PER_S + (uint64_t)ts->tv_nsec;
}

static inline struct timespec ns_timespec(uint64_t ns)
{
	return (struct timespec){
		.tv_sec = (time_t)(ns / NS_PER_S),
		.tv_nsec = (long)(ns % NS_PER_S),
	};
}

/*
 * Time that stands still, for tests: when this is not 0, it is what clock_now_ns gives,
 * until somebody moves it on (session/virtual.h). Written by the loop only, between
 * tasks; a signal handler may read it.
 */
extern volatile uint64_t clock_frozen_ns;

/* clock_real_ns is CLOCK_MONOTONIC now, in any case: for waiting for other processes. */
static inline uint64_t clock_real_ns(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return timespec_ns(&ts);
}

/* clock_thread_ns is this thread's own time, as the processor had it; async-signal-safe. */
static inline uint64_t clock_thread_ns(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return timespec_ns(&ts);
}

/* clock_now_ns is the time. At most a vDSO call: cheap, async-signal-safe. */
static inline uint64_t clock_now_ns(void)
{
	uint64_t frozen = clock_frozen_ns;
	return frozen ? frozen : clock_real_ns();
}

#endif
