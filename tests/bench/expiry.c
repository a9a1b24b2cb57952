/*
 * How late the host gets the processor when a time has come while a plugin computes:
 * a sleeping task of a host group notes the clock when it runs. Beside it, under
 * the same hog, a bare handler of a one-shot timer of the scheduler's kind.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cases.h"
#include "measure.h"
#include "samples.h"
#include "util/clock.h"

#define BLOCK  100
#define BLOCKS 100

static struct samples ours, bare;
static timer_t timer;
static volatile uint64_t fired_ns;

/* Not in step with slices. */
static uint64_t next_ns(void)
{
	return clock_now_ns() + 150 * NS_PER_US + random_below(200 * NS_PER_US);
}

static void sleeper(void *unused)
{
	(void)unused;
	for (int i = 0; i < BLOCK; i++) {
		samples_begin(&ours);
		uint64_t due = next_ns();
		task_sleep_until(due);
		samples_add(&ours, due, clock_now_ns());
	}
	bench_hint(); /* the hog goes on: the loop is wanted */
}

static void measure_ours(void)
{
	if (!task_create(&bench_group, "sleeper", sleeper, NULL, 0, TASK_LATENCY))
		bench_die("no memory for a coroutine; close something");
	run_until_over(&bench_group);
}

static void note_time(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)info, (void)context;
	int saved = errno;
	fired_ns = clock_now_ns();
	bench_hint();
	errno = saved;
}

static void measure_bare(void)
{
	for (int i = 0; i < BLOCK; i++) {
		samples_begin(&bare);
		uint64_t due = next_ns();
		struct itimerspec it = {.it_value = ns_timespec(due)};
		fired_ns = 0;
		timer_settime(timer, TIMER_ABSTIME, &it, NULL);
		while (!fired_ns)
			sched_run();
		samples_add(&bare, due, fired_ns);
	}
}

static void make_timer(void)
{
	struct sigaction sa = {
		.sa_sigaction = note_time,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART,
	};
	struct sigevent ev = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR2};
#ifdef sigev_notify_thread_id
	ev.sigev_notify_thread_id = gettid();
#else
	ev._sigev_un._tid = gettid();
#endif
	if (sigaction(SIGUSR2, &sa, NULL) < 0 ||
		timer_create(CLOCK_MONOTONIC, &ev, &timer) < 0)
		bench_die("no timer; see ulimit -i");
}

static double twice(double peer_ns)
{
	(void)peer_ns;
	return 2;
}

static void measure(const char *hog_name, const char *what)
{
	char name[64];
	struct plugin *hog = hog_start(hog_name);
	samples_init(&ours, BLOCK * BLOCKS);
	samples_init(&bare, BLOCK * BLOCKS);
	for (int i = 0; i < BLOCKS; i++) {
		measure_ours();
		measure_bare();
	}
	hog_end(hog);
	snprintf(name, sizeof name, "expiry to host, %s", what);
	samples_print(name, &ours, &bare, "bare handler, same hog", twice);
	samples_finish(&ours);
	samples_finish(&bare);
}

void case_expiry(void)
{
	static const char *const hogs[][2] = {
		{"integer", "integer loop"},
		{"vector", "vector loop"},
		{"memset", "1 GiB memset"},
		{"calls", "host calls"},
		{"sort", "nested sort"},
	};
	case_begin();
	make_timer();
	for (size_t i = 0; i < sizeof hogs / sizeof *hogs; i++)
		measure(hogs[i][0], hogs[i][1]);
	timer_delete(timer);
	case_end();
}
