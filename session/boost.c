#include "session/boost.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "session/child.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

#define SOON_NS (50 * NS_PER_US) /* it would be raised in the midst of going down */

struct boost {
	struct loop *loop;
	struct child *child; /* NULL: there is no helper, and nothing below matters */
	int timer;           /* the helper waits for it */
	bool off;            /* not allowed, or it failed: not tried again */
	bool raised;         /* by ourselves; at armed_ns the helper did it */
	uint64_t by_ns;      /* UINT64_MAX: no sound */
	uint64_t armed_ns;   /* UINT64_MAX: the timer is off */
};

/* Threads and processes that it starts are ordinary ones. */
static int set_policy(int policy, int priority)
{
	struct sched_param param = {.sched_priority = priority};
	int r = sched_setscheduler(0, policy | SCHED_RESET_ON_FORK, &param);
	return r < 0 ? -errno : 0;
}

static void raise_it(struct boost *boost)
{
	boost->raised = set_policy(SCHED_RR, BOOST_PRIORITY) == 0;
}

/* Whatever is known of it: the helper may have been at it just now. */
static void lower(struct boost *boost)
{
	set_policy(SCHED_OTHER, 0);
	boost->raised = false;
}

int boost_allowed(void)
{
	int r = set_policy(SCHED_RR, BOOST_PRIORITY + 1);
	return r < 0 ? r : set_policy(SCHED_OTHER, 0);
}

/* UINT64_MAX: for never. */
static void arm(struct boost *boost, uint64_t ns)
{
	struct itimerspec at = {0};
	if (ns != UINT64_MAX)
		at.it_value = ns_timespec(ns);
	timerfd_settime(boost->timer, TFD_TIMER_ABSTIME, &at, NULL);
	boost->armed_ns = ns;
}

static void turn_off(struct boost *boost, const char *what, int r)
{
	boost->off = true;
	log_info("sound may have gaps while other programs keep the processor busy: %s: "
		 "%s; 'osaas doctor' says what helps",
		what, strerror(-r));
}

static void handle_end(void *data, int code, int status)
{
	struct boost *boost = data;
	bool said = code == CLD_EXITED && status != 0;
	boost->child = NULL;
	lower(boost);
	turn_off(boost, "who raises its priority is gone", said ? -status : -ESRCH);
}

static int start_helper(struct boost *boost)
{
	static const char *const args[] = {"boost", NULL};
	boost->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	if (boost->timer < 0)
		return -errno;
	struct child_spec spec = {.args = args, .fds = {boost->timer, -1}};
	return child_start(boost->loop, &spec, handle_end, boost, &boost->child);
}

void boost_prepare(struct boost *boost)
{
	if (!boost || boost->child || boost->off)
		return;
	int r = boost_allowed();
	if (r < 0) {
		turn_off(boost, "no real-time priority", r);
		return;
	}
	r = start_helper(boost);
	if (r < 0)
		turn_off(boost, "nobody to raise its priority", r);
}

struct boost *boost_create(struct loop *loop)
{
	struct boost *boost = xcalloc(1, sizeof *boost);
	*boost = (struct boost){
		.loop = loop, .timer = -1, .by_ns = UINT64_MAX, .armed_ns = UINT64_MAX};
	return boost;
}

void boost_destroy(struct boost *boost)
{
	if (!boost)
		return;
	if (boost->child)
		lower(boost);
	child_destroy(boost->child);
	if (boost->timer >= 0)
		close(boost->timer);
	free(boost);
}

static void stop(struct boost *boost)
{
	if (!boost->raised && boost->armed_ns == UINT64_MAX)
		return;
	arm(boost, UINT64_MAX);
	lower(boost);
}

/* A time to come is another one now. One that is past stays: boost_lower has to see it. */
static void move(struct boost *boost, uint64_t ns)
{
	if (!boost->raised && ns != boost->armed_ns && clock_now_ns() < boost->armed_ns)
		arm(boost, ns);
}

void boost_by(struct boost *boost, uint64_t ns)
{
	if (!boost || !boost->child)
		return;
	ns = ns ? ns : 1; /* to the timer, 0 is never */
	boost->by_ns = ns;
	if (ns == UINT64_MAX)
		stop(boost);
	else
		move(boost, ns);
}

static bool serves(const struct boost *boost)
{
	return boost && boost->child && boost->by_ns != UINT64_MAX;
}

/* First the timer: who goes down may be away before its next line. */
void boost_lower(struct boost *boost, uint64_t now)
{
	if (!serves(boost) || boost->by_ns <= now + SOON_NS ||
		(!boost->raised && now < boost->armed_ns))
		return;
	arm(boost, boost->by_ns);
	lower(boost);
}

void boost_rest(struct boost *boost)
{
	if (!serves(boost) || boost->raised)
		return;
	arm(boost, UINT64_MAX);
	raise_it(boost);
}
