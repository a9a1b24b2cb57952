#include "storm.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stress.h"

#define SHORTEST_NS (20 * NS_PER_US)
#define LONGEST_NS  (200 * NS_PER_US)

static struct {
	timer_t timer;
	pid_t child;
	int pipe[2];
	struct rng rng;
} storm;

static _Noreturn void write_for_ever(pid_t parent)
{
	struct rng rng = rng_make(2);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent && write(storm.pipe[1], "x", 1) == 1)
		usleep((useconds_t)(50 + rng_below(&rng, 1000)));
	_exit(0);
}

static int make_timer(void)
{
	struct sigevent ev = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGURG};
#ifdef sigev_notify_thread_id
	ev.sigev_notify_thread_id = gettid();
#else
	ev._sigev_un._tid = gettid();
#endif
	return timer_create(CLOCK_MONOTONIC, &ev, &storm.timer) < 0 ? -errno : 0;
}

int storm_start(void)
{
	pid_t self = getpid();
	storm.rng = rng_make(1);
	if (pipe2(storm.pipe, O_CLOEXEC) < 0)
		return -errno;
	fcntl(storm.pipe[0], F_SETFL, O_NONBLOCK);
	int r = preempt_watch(storm.pipe[0]);
	if (r == 0)
		r = make_timer();
	if (r < 0)
		return r;
	storm.child = fork();
	if (storm.child == 0)
		write_for_ever(self);
	return storm.child < 0 ? -errno : 0;
}

void storm_stop(void)
{
	kill(storm.child, SIGKILL);
	waitpid(storm.child, NULL, 0);
	timer_delete(storm.timer);
	close(storm.pipe[0]);
	close(storm.pipe[1]);
}

void storm_arm(void)
{
	uint64_t ns = SHORTEST_NS + rng_below(&storm.rng, LONGEST_NS - SHORTEST_NS);
	struct itimerspec it = {.it_value = ns_timespec(ns)};
	timer_settime(storm.timer, 0, &it, NULL);
}

void storm_drain(bool wait, uint64_t until_ns)
{
	char buf[4096];
	uint64_t now = clock_now_ns();
	if (wait && until_ns > now) {
		struct timespec ts = ns_timespec(until_ns - now);
		struct pollfd p = {.fd = storm.pipe[0], .events = POLLIN};
		ppoll(&p, 1, &ts, NULL);
	}
	while (read(storm.pipe[0], buf, sizeof buf) > 0)
		;
}
