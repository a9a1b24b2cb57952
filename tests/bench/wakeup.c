/*
 * From a write(2) in another process to the coroutine that waits for it: the loop
 * polls, reads, sends on a channel with the latency class. With nothing else to
 * do, and with 100 plugins that compute.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cases.h"
#include "measure.h"
#include "samples.h"
#include "sched/chan.h"
#include "util/clock.h"

#define BLOCK  500
#define BLOCKS 16
#define HOGS   100

static struct samples idle, busy;
static bool receiving;
static struct arrival {
	uint64_t sent_ns, here_ns;
} arrivals[BLOCK];
static int n_arrivals;
static int orders[2], stamps[2]; /* pipes: to the writer; from it */
static struct chan *chan;

static void sleep_ns(uint64_t ns)
{
	struct timespec ts = ns_timespec(ns);
	nanosleep(&ts, NULL);
}

/* Each byte it is sent is an order for a block. */
_Noreturn static void writer(void)
{
	char order;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(orders[1]);
	pin_to(other_cpu());
	while (read(orders[0], &order, 1) == 1) {
		for (int i = 0; i < BLOCK; i++) {
			sleep_ns(200 * NS_PER_US + random_below(800 * NS_PER_US));
			uint64_t now = clock_now_ns();
			if (write(stamps[1], &now, sizeof now) != sizeof now)
				_exit(1);
		}
	}
	_exit(0);
}

/* It does little, so that its group stays below its share: policy.h. */
static void receiver(void *unused)
{
	(void)unused;
	n_arrivals = 0;
	receiving = true;
	for (int i = 0; i < BLOCK; i++) {
		struct arrival *a = &arrivals[i];
		chan_recv(chan, &a->sent_ns);
		a->here_ns = clock_now_ns();
		n_arrivals++;
	}
}

static void forward(void)
{
	uint64_t stamp;
	while (read(stamps[0], &stamp, sizeof stamp) == sizeof stamp)
		chan_try_send(chan, &stamp);
}

/* The session's loop in small. */
static void measure(struct samples *samples)
{
	struct pollfd fd = {.fd = stamps[0], .events = POLLIN};
	int n = 0;
	bench_task(&bench_group, receiver, NULL);
	for (receiving = false; !receiving;)
		sched_run();
	samples_begin(samples);
	if (write(orders[1], "", 1) != 1)
		bench_die("the writing process is gone");
	while (bench_group.n_tasks > 0) {
		bool more = sched_run();
		for (; n < n_arrivals; n++)
			samples_add(samples, arrivals[n].sent_ns, arrivals[n].here_ns);
		if (poll(&fd, 1, more || bench_group.n_tasks == 0 ? 0 : -1) > 0)
			forward();
	}
}

static void measure_with_hogs(void)
{
	static struct plugin *hogs[HOGS];
	for (int i = 0; i < HOGS; i++)
		hogs[i] = hog_start("integer");
	measure(&busy);
	for (int i = 0; i < HOGS; i++)
		hog_end(hogs[i]);
}

static double allowed(double idle_ns)
{
	return (3 * idle_ns + 100e3) / idle_ns;
}

void case_wakeup(void)
{
	if (pipe(orders) < 0 || pipe2(stamps, O_NONBLOCK) < 0)
		bench_die("no pipe: too many open files; see ulimit -n");
	pid_t child = fork();
	if (child == 0)
		writer();
	case_begin();
	chan = chan_create(sizeof(uint64_t), BLOCK);
	chan_set_wake_class(chan, TASK_LATENCY);
	if (preempt_watch(stamps[0]) < 0)
		bench_die("pipes do not signal on this kernel: the slice would be "
			  "measured");
	samples_init(&idle, BLOCK * BLOCKS);
	samples_init(&busy, BLOCK * BLOCKS);
	for (int i = 0; i < BLOCKS; i++) {
		measure(&idle);
		measure_with_hogs();
	}
	samples_print(
		"write to coroutine, 100 hogs", &busy, &idle, "the same, idle", allowed);
	samples_finish(&idle);
	samples_finish(&busy);
	chan_destroy(chan, NULL, NULL);
	case_end();
	close(orders[1]);
	waitpid(child, NULL, 0);
	close(orders[0]);
	close(stamps[0]);
	close(stamps[1]);
}
