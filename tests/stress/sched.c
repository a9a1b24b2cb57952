/*
 * The stress run of sched/: everything at once, interrupted at random, for as
 * long as one likes. Prints TAP. README.md says what each part is for.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "control.h"
#include "leaks.h"
#include "progress.h"
#include "storm.h"
#include "sched/fence.h"
#include "stress.h"

#define ROUND_NS (10 * NS_PER_S)
#define WARM_NS  (2 * NS_PER_S)

static struct part progress_part = {.name = "progress"};
static struct part leaks_part = {.name = "nothing leaks"};
static struct part *const parts[] = {
	&hold_part, &talk_part, &sieve_part, &victim_part, &progress_part, &leaks_part};
#define PARTS (sizeof parts / sizeof *parts)

static struct {
	uint64_t seconds, seed;
	const char *broken; /* NULL: nothing */
	uint64_t round;
	unsigned n; /* tests printed */
	enum fence_mode fence;
} run = {.seconds = 120, .fence = FENCE_OFF};

void stress_fault(struct part *part, const char *format, ...)
{
	va_list args;
	if (part->faults++)
		return;
	va_start(args, format);
	vsnprintf(part->first, sizeof part->first, format, args);
	va_end(args);
}

bool stress_broken(const char *what)
{
	return run.broken && strcmp(run.broken, what) == 0;
}

uint64_t stress_patience_ns(void)
{
	return run.broken ? NS_PER_S / 2 : 10 * NS_PER_S;
}

void stress_group(struct group *group, const char *name)
{
	group_init(group, name);
	group->text_lo = (uintptr_t)__start_hogtext;
	group->text_hi = (uintptr_t)__stop_hogtext;
	/* Only those look at rounding and the like; the others are switched the quick way. */
	group->fp_control = strcmp(name, "hold") == 0;
}

struct rng rng_make(uint64_t salt)
{
	struct rng rng = {(run.seed + run.round) * UINT64_C(0x9e3779b97f4a7c15) ^
			  (salt + 1) * UINT64_C(0xbf58476d1ce4e5b9)};
	rng.state += rng.state == 0;
	for (int i = 0; i < 8; i++)
		rng_below(&rng, 1);
	return rng;
}

static void turn(void)
{
	storm_arm();
	bool more = sched_run();
	uint64_t now = clock_now_ns(), wake = sched_next_wake_ns();
	uint64_t latest = now + NS_PER_MS;
	storm_drain(!more, wake < latest ? wake : latest);
	for (size_t i = 0; i < PARTS; i++) {
		if (parts[i]->tend)
			parts[i]->tend(now);
	}
}

static void watch(void)
{
	const char *stuck = progress_stuck();
	if (stuck)
		stress_fault(&progress_part, "'%s' does not go on", stuck);
	alarm(60); /* the default action: sched_run does not come back */
}

static void run_until(uint64_t end_ns)
{
	uint64_t now, window = stress_broken("hang") ? NS_PER_S / 2 : 3 * NS_PER_S;
	uint64_t next = clock_now_ns() + window;
	while ((now = clock_now_ns()) < end_ns) {
		turn();
		if (now < next)
			continue;
		watch();
		next = now + window;
	}
}

static bool all_ended(void)
{
	for (size_t i = 0; i < PARTS; i++) {
		if (parts[i]->ended && !parts[i]->ended())
			return false;
	}
	return true;
}

static void wind_down(void)
{
	uint64_t give_up = clock_now_ns() + stress_patience_ns();
	for (size_t i = 0; i < PARTS; i++) {
		if (parts[i]->stop)
			parts[i]->stop();
	}
	while (!all_ended() && clock_now_ns() < give_up)
		turn();
	for (size_t i = 0; i < PARTS; i++) {
		if (parts[i]->ended && !parts[i]->ended())
			stress_fault(parts[i], "its coroutines do not end");
		if (parts[i]->clear)
			parts[i]->clear();
	}
}

static int set_up(void)
{
	progress_reset();
	int r = sched_init();
	if (r < 0)
		return r;
	if (sched_fence_init(run.fence, (uintptr_t)__start_hogtext,
		    (size_t)(__stop_hogtext - __start_hogtext)) < 0)
		printf("# no such fence here\n");
	sched_seed(run.seed + run.round);
	control_spoil();
	r = storm_start();
	for (size_t i = 0; r == 0 && i < PARTS; i++) {
		parts[i]->faults = 0;
		if (parts[i]->start)
			parts[i]->start();
	}
	return r;
}

static void tear_down(const struct sched_stats *before)
{
	struct sched_stats now = sched_get_stats();
	wind_down();
	storm_stop();
	sched_finish();
	printf("# round %" PRIu64 ": switches %" PRIu64 ", preempted %" PRIu64
	       ", in host calls %" PRIu64 ", hints %" PRIu64 "\n",
		run.round, now.switches, now.preemptions - before->preemptions,
		now.deferrals, now.hints - before->hints);
	progress_print();
}

/* One round: everything is made, run, ended and given back. */
static struct leaks run_round(uint64_t ns)
{
	struct sched_stats before = sched_get_stats();
	alarm(60);
	int r = set_up();
	if (r < 0) {
		printf("Bail out! cannot be set up: %s\n", strerror(-r));
		exit(2);
	}
	run_until(clock_now_ns() + ns);
	tear_down(&before);
	control_leak();
	alarm(0);
	return leaks_now();
}

static int report(void)
{
	int failed = 0;
	for (size_t i = 0; i < PARTS; i++) {
		const struct part *p = parts[i];
		printf("%s %u - round %" PRIu64 ": %s\n", p->faults ? "not ok" : "ok",
			++run.n, run.round, p->name);
		if (p->faults) {
			printf("# %" PRIu64 " times, first: %s\n", p->faults, p->first);
			failed = failed ? failed : (int)i + 1;
		}
	}
	fflush(stdout);
	return failed;
}

/* Returns which part failed first, counted from 1; 0: none. */
static int run_rounds(uint64_t rounds, uint64_t warm_ns, uint64_t round_ns)
{
	int failed = 0;
	char what[200];
	struct leaks first = {0};
	for (run.round = 0; run.round <= rounds; run.round++) {
		struct leaks now = run_round(run.round ? round_ns : warm_ns);
		if (run.round == 0)
			first = now;
		if (!leaks_none(&first, &now, what, sizeof what))
			stress_fault(&leaks_part, "%s", what);
		int r = report();
		failed = failed ? failed : r;
		printf("# %s\n", what);
	}
	return failed;
}

static void usage(void)
{
	fputs("usage: stress_sched [--seconds N] [--seed N] [--fence FORM] "
	      "[--break CONTROL]\n"
	      "  --seconds N      how long, 120 without it\n"
	      "  --seed N         the one that a run printed\n"
	      "  --fence FORM     range or selector: behind the fence\n"
	      "  --break CONTROL  for a second, with an error that must be found:\n",
		stderr);
	control_list(stderr);
	exit(2);
}

static void parse(int argc, char **argv)
{
	static const struct option options[] = {{"seconds", required_argument, NULL, 't'},
		{"seed", required_argument, NULL, 's'},
		{"fence", required_argument, NULL, 'f'},
		{"break", required_argument, NULL, 'b'}, {0}};
	run.seed = clock_now_ns() ^ (uint64_t)getpid() << 32;
	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) >= 0;) {
		if (c == 't')
			run.seconds = strtoull(optarg, NULL, 10);
		else if (c == 's')
			run.seed = strtoull(optarg, NULL, 10);
		else if (c == 'f' && strcmp(optarg, "range") == 0)
			run.fence = FENCE_RANGE;
		else if (c == 'f' && strcmp(optarg, "selector") == 0)
			run.fence = FENCE_SELECTOR;
		else if (c == 'b' && control_known(optarg))
			run.broken = optarg;
		else
			usage();
	}
	if (optind < argc || run.seconds == 0)
		usage();
}

int main(int argc, char **argv)
{
	leaks_prepare(argv);
	parse(argc, argv);
	printf("# seed %" PRIu64 "\n", run.seed);
	if (run.broken)
		return run_rounds(1, NS_PER_S / 4, NS_PER_S);
	uint64_t all = run.seconds * NS_PER_S,
		 warm = all / 4 < WARM_NS ? all / 4 : WARM_NS;
	uint64_t rounds = (all - warm + ROUND_NS - 1) / ROUND_NS;
	printf("1..%zu\n", control_count() + (rounds + 1) * PARTS);
	fflush(stdout);
	bool blind = control_run_all(argv[0], &run.n, parts, PARTS);
	return run_rounds(rounds, warm, (all - warm) / rounds) || blind;
}
