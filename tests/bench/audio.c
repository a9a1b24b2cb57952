/*
 * bench_audio: sound on a card that is a clock (device.h). See tests/bench/audio.
 *
 *	late SECONDS PLUGIN ...	a session with these plugins, and beside it two empty processes
 *				that only fill such a card with silence: one of the priority that
 *				the session has for sound (boost.h), and an ordinary one. They are
 *				on two CPUs, the session on the one and they on the other,
 *				which they exchange each second. Prints a line of figures for each.
 *	paint SECONDS PLUGIN ...	as late, by itself, on a screen of 3840x2160; with PAUSE=0
 *				the device is not fed while a frame is painted
 *	cpu SECONDS PLUGIN ...	the session's processor time in so many seconds
 */
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "session/audio.h"
#include "session/boost.h"
#include "session/helper.h"
#include "session/loop.h"
#include "session/session.h"
#include "session/settings.h"
#include "util/clock.h"

#include "device.h"
#include "measure.h"

#define SIDE  64
#define WIDE  3840
#define HIGH  2160
#define START (2 * NS_PER_S) /* until all play, and budgets are known */

static struct {
	bool late, paint;
	uint64_t run_ns, begin_ns, spent_ns;
	bool configured, noting;
	uint64_t gaps; /* before it was noted */
	pid_t empty[2], swapper;
} bench;

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static uint32_t at(double p)
{
	const struct device_figures *f = &device_figures;
	return f->n ? f->late_ns[(size_t)(p * (double)(f->n - 1))] : 0;
}

static void say(const char *who, uint64_t gaps, unsigned ahead)
{
	const struct device_figures *f = &device_figures;
	if (f->n)
		qsort(f->late_ns, f->n, sizeof *f->late_ns, compare);
	printf("%s n %zu p50 %u p99 %u p999 %u max %u misses %" PRIu64
	       " disturbed %" PRIu64 " dry %" PRIu64 " gaps %" PRIu64 " frames %" PRIu64
	       " ahead %u\n",
		who, f->n, at(0.5), at(0.99), at(0.999), at(1), f->misses, f->disturbed,
		f->dry, gaps, f->frames, ahead);
	fflush(stdout);
}

static size_t most_interrupts(void)
{
	return (size_t)(bench.run_ns / NS_PER_S + 2) * 2 * 48000 / device_period;
}

/* The empty processes. */

static const struct {
	const char *name;
	bool raised;
} empties[] = {
	{"empty", true},
	{"ordinary", false},
};
#define N_EMPTY (sizeof empties / sizeof *empties)
static struct pcm *empty;

static void fill_once(void)
{
	struct pcm_status now;
	void *frames;
	for (;;) {
		size_t n = device_period;
		empty->ops->status(empty, &now);
		if (now.state == PCM_XRUN)
			empty->ops->prepare(empty);
		else if (now.delay > (int64_t)n)
			break;
		else if (empty->ops->begin(empty, &frames, &n) == 0) {
			memset(frames, 0, n * 8);
			empty->ops->commit(empty, n);
		}
	}
	if (now.state == PCM_PREPARED)
		empty->ops->start(empty);
}

/* Two periods; it may have run dry meanwhile. */
static void fill(void *data)
{
	struct pcm_status now;
	(void)data;
	do {
		fill_once();
		empty->ops->status(empty, &now);
	} while (now.state != PCM_RUNNING);
	empty->ops->want(empty, empty->config.buffer - device_period);
}

/* An ordinary one is nothing of what settle made of us. */
static void take_priority(bool high)
{
	struct sched_param raised = {.sched_priority = BOOST_PRIORITY};
	if (high) {
		/* Where it may not, the session has none either. */
		sched_setscheduler(0, SCHED_RR, &raised);
		return;
	}
	setsid();
	setpriority(PRIO_PROCESS, 0, 0);
}

static void run_empty(size_t which)
{
	char why[PCM_WHY_MAX];
	struct pcm_config wish = {0};
	struct loop *loop = loop_create();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	take_priority(empties[which].raised);
	if (!loop || device_open(loop, "empty", PCM_PLAYBACK, &wish, fill, NULL, &empty,
			     why) < 0)
		_exit(1);
	uint64_t begin = clock_now_ns(), end = begin + START + bench.run_ns;
	bool noting = false;
	fill(NULL);
	for (uint64_t now = begin; now < end; now = clock_now_ns()) {
		if (!noting && now >= begin + START)
			device_note(most_interrupts());
		noting |= now >= begin + START;
		loop_poll(loop, end);
	}
	say(empties[which].name, 0, 2 * device_period);
	_exit(0);
}

static void move(pid_t pid, int cpu)
{
	cpu_set_t set;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(pid, sizeof set, &set);
}

/* They exchange their CPUs each second: what else a CPU does is the same to both. */
static void run_swapper(pid_t session)
{
	int here = sched_getcpu(), there = other_cpu();
	/* Before all that it moves, or one of them would wait while it does. */
	struct sched_param first = {.sched_priority = BOOST_PRIORITY + 2};
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sched_setscheduler(0, SCHED_FIFO, &first);
	for (unsigned i = 0;; i++) {
		move(session, i % 2 ? there : here);
		for (size_t k = 0; k < N_EMPTY; k++)
			move(bench.empty[k], i % 2 ? here : there);
		sleep(1);
	}
}

static void start_others(void)
{
	pid_t session = getpid();
	for (size_t i = 0; i < N_EMPTY; i++) {
		bench.empty[i] = fork();
		if (bench.empty[i] == 0)
			run_empty(i);
	}
	bench.swapper = fork();
	if (bench.swapper == 0)
		run_swapper(session);
}

/* The session's half. */

static void add_gaps(void *data, const struct audio_voice_status *voice)
{
	uint64_t *gaps = data;
	/* That one's own are its own fault. */
	if (strcmp(voice->name, "Rogue") != 0)
		*gaps += voice->gaps;
}

static uint64_t count_gaps(struct session *session)
{
	uint64_t gaps = 0;
	audio_each_voice(session->audio, add_gaps, &gaps);
	return gaps;
}

static uint64_t spent(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return timespec_ns(&t);
}

static void configure(struct session *session)
{
	bench.configured = true;
	bench.begin_ns = clock_now_ns();
	audio_configure(session->audio,
		&(struct audio_options){.output = "bench",
			.latency_ns = 2 * device_period * NS_PER_S / 48000,
			.open = device_open});
	if (bench.late)
		start_others();
	if (bench.paint && getenv("PAUSE"))
		gl_set_pause(session->gl, NULL, NULL);
}

static void finish(struct session *session)
{
	struct audio_status now;
	uint64_t gaps = count_gaps(session) - bench.gaps;
	audio_status(session->audio, &now);
	if (bench.late || bench.paint)
		say("session", gaps, now.target);
	else
		printf("cpu ns %.0f gaps %" PRIu64 " fed %" PRIu64 " ahead %u\n",
			(double)(spent() - bench.spent_ns) * (double)NS_PER_S /
				(double)bench.run_ns,
			gaps, device_figures.interrupts, now.target);
	session->quit = true;
}

static void turn(struct session *session)
{
	if (backend_headless.turn)
		backend_headless.turn(session);
	if (!bench.configured)
		configure(session);
	uint64_t now = clock_now_ns();
	if (!bench.noting && now >= bench.begin_ns + START) {
		bench.noting = true;
		bench.gaps = count_gaps(session);
		bench.spent_ns = spent();
		device_note(most_interrupts());
	}
	if (now >= bench.begin_ns + START + bench.run_ns)
		finish(session);
}

static uint64_t next_ns(struct session *session)
{
	uint64_t ns = backend_headless.next_ns(session);
	uint64_t own = bench.begin_ns + START + (bench.noting ? bench.run_ns : 0);
	return own < ns ? own : ns;
}

/* On any CPU, as where no bench holds the session to one. */
static int run_helper(int argc, char **argv)
{
	cpu_set_t all;
	memset(&all, 0xff, sizeof all);
	sched_setaffinity(0, sizeof all, &all);
	return helper_main(argc, argv);
}

int main(int argc, char **argv)
{
	static const char *grants[] = {"audio.out", "gui.window"};
	struct settings *settings;
	struct settings_error err;
	struct backend_ops backend = backend_headless;
	/* The session starts its helpers from the program that it is in. */
	if (argc > 2 && strcmp(argv[1], "helper") == 0)
		return run_helper(argc - 1, argv + 1);
	bench.late = argc > 3 && strcmp(argv[1], "late") == 0;
	bench.paint = argc > 3 && strcmp(argv[1], "paint") == 0;
	if (argc < 4 || (!bench.late && !bench.paint && strcmp(argv[1], "cpu") != 0)) {
		fprintf(stderr, "usage: bench_audio late|paint|cpu SECONDS PLUGIN ...\n");
		return 2;
	}
	settle();
	if (settings_load(NULL, &settings, &err) < 0) {
		fprintf(stderr, "bench: %s\n", err.text);
		return 2;
	}
	bench.run_ns = strtoull(argv[2], NULL, 10) * NS_PER_S;
	if (getenv("PERIOD"))
		device_period = (unsigned)atoi(getenv("PERIOD"));
	backend.turn = turn;
	backend.next_ns = next_ns;
	struct session_options options = {.width = bench.paint ? WIDE : SIDE,
		.height = bench.paint ? HIGH : SIDE,
		.scale = 1,
		.audio = "none",
		.renderer = RENDERER_CPU,
		.grants = grants,
		.n_grants = sizeof grants / sizeof *grants,
		.settings = settings};
	int r = session_run(&options, &backend, argv + 3, (size_t)(argc - 3));
	for (size_t i = 0; i < N_EMPTY; i++) {
		if (bench.empty[i] > 0)
			waitpid(bench.empty[i], NULL, 0);
	}
	if (bench.swapper > 0)
		kill(bench.swapper, SIGKILL);
	settings_destroy(settings);
	return r;
}
