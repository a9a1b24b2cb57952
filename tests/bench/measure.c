#include "measure.h"

#include <errno.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

const char *bench_name;
static int first_cpu, second_cpu;

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

double quantile(double *values, size_t n, double p)
{
	for (size_t i = 0; i < n; i++) {
		if (isnan(values[i]))
			return NAN;
	}
	if (n == 0)
		return NAN;
	qsort(values, n, sizeof *values, compare);
	return values[(size_t)(p * (double)(n - 1) + 0.5)];
}

static void print_number(const char *key, const char *format, double value)
{
	printf(",\"%s\":", key);
	if (!isfinite(value))
		fputs("null", stdout);
	else
		printf(format, value);
}

void print_result(const struct result *r)
{
	printf("{\"bench\":\"%s\",\"case\":\"%s%s\",\"unit\":\"%s\"", bench_name, r->name,
		r->detail ? r->detail : "", r->unit);
	print_number("ours", strcmp(r->unit, "ms") == 0 ? "%.4g" : "%.1f", r->ours);
	print_number("peer", strcmp(r->unit, "ms") == 0 ? "%.4g" : "%.1f", r->peer);
	printf(",\"peer_name\":\"%s\"", r->peer_name);
	print_number("ratio", "%.3f", r->ours / r->peer);
	if (!isnan(r->bound))
		print_number("bound", "%.3g", r->bound);
	if (r->note)
		printf(",\"note\":\"%s\"", r->note);
	puts("}");
	fflush(stdout);
}

static void find_cpus(void)
{
	cpu_set_t set;
	int found = 0;
	if (sched_getaffinity(0, sizeof set, &set) < 0)
		return;
	for (int i = 0; i < CPU_SETSIZE && found < 2; i++) {
		if (!CPU_ISSET(i, &set))
			continue;
		*(found++ == 0 ? &first_cpu : &second_cpu) = i;
	}
	if (found == 1)
		second_cpu = first_cpu;
}

void pin_to(int cpu)
{
	cpu_set_t set;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof set, &set) < 0)
		fprintf(stderr,
			"bench: not pinned to CPU %d: %s; figures vary more than they "
			"should\n",
			cpu, strerror(errno));
}

/*
 * With autogroups (sched(7)) a nice value counts only within a session: so a session of
 * its own, in a child, so that Ctrl-C still ends both.
 */
static void leave_session(void)
{
	int status;
	pid_t child = fork();
	if (child > 0) {
		waitpid(child, &status, 0);
		exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
	}
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	setsid();
}

static bool raise_priority(void)
{
	FILE *f = fopen("/proc/self/autogroup", "w");
	if (f) {
		fputs("-20", f);
		fclose(f);
	}
	return setpriority(PRIO_PROCESS, 0, -20) == 0;
}

void settle(void)
{
	leave_session();
	find_cpus();
	if (first_cpu == second_cpu)
		fprintf(stderr,
			"bench: only one CPU: wake-ups compete with the writer\n");
	pin_to(first_cpu);
	if (!raise_priority())
		fprintf(stderr,
			"bench: ordinary priority: %s; as root figures vary less when "
			"others use the machine\n",
			strerror(errno));
}

int other_cpu(void)
{
	return second_cpu;
}

/* Marsaglia, "Xorshift RNGs", 2003. */
uint64_t random_below(uint64_t below)
{
	static uint64_t x = 0x9e3779b97f4a7c15;
	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x % below;
}
