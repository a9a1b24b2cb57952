/* What a call of the host costs, beside a plain function call and a system call. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "cases.h"
#include "contest.h"
#include "measure.h"
#include "plugins/endpoint.h"
#include "plugins/plugin.h"
#include "subjects/ask.h"
#include "util/clock.h"

#define CALLS UINT64_C(200000)

static struct plugin *asked;
static struct endpoint *to_asked;

static void start_asked(void)
{
	char path[4096];
	struct plugin_error err;
	struct endpoint *ends[2];
	snprintf(path, sizeof path, "%s/ask.so", hog_directory);
	if (plugin_load(path, &asked, &err) < 0)
		bench_die("%s", err.text);
	if (endpoint_pair(ends, 1) < 0 || plugin_grant(asked, "bench.ask", ends[1]) < 0 ||
		plugin_start(asked, NULL, NULL) < 0)
		bench_die("%s cannot be started: no memory; close something", path);
	to_asked = ends[0];
}

static void end_asked(void)
{
	hog_end(asked);
	endpoint_close(to_asked);
}

static double ask_ns(int kind)
{
	struct message msg = {.type = 1};
	uint64_t words[2] = {(uint64_t)kind, CALLS};
	int r;
	memcpy(msg.bytes, words, sizeof words);
	if (endpoint_try_send(to_asked, &msg) < 0)
		return NAN;
	while ((r = endpoint_try_recv(to_asked, &msg)) == -EAGAIN) {
		sched_run();
		plugin_reap();
	}
	memcpy(words, msg.bytes, sizeof words);
	return r < 0 ? NAN : (double)words[0] / (double)CALLS;
}

static double system_call_ns(int unused)
{
	(void)unused;
	uint64_t start = clock_now_ns();
	for (uint64_t i = 0; i < CALLS; i++)
		syscall(SYS_getppid);
	return (double)(clock_now_ns() - start) / (double)CALLS;
}

static double clock_ns(int unused)
{
	struct timespec ts;
	(void)unused;
	uint64_t start = clock_now_ns();
	for (uint64_t i = 0; i < CALLS; i++)
		clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)(clock_now_ns() - start) / (double)CALLS;
}

/* how: what is put behind the names of the cases, of the fence. */
static void compare(const char *how)
{
	char close_name[64], now_name[64];
	snprintf(close_name, sizeof close_name, "host call%s", how);
	snprintf(now_name, sizeof now_name, "osaas_now%s", how);
	start_asked();
	contest_run(&(struct contest){
		.name = close_name,
		.unit = "ns",
		.ours = {.run = ask_ns, .arg = ASK_CLOSE},
		.sides = {{.run = ask_ns, .arg = ASK_PLAIN, .name = "a function call"},
			{.run = system_call_ns,
				.name = "a system call, getppid",
				.bound = 0.5}},
	});
	contest_run(&(struct contest){
		.name = now_name,
		.unit = "ns",
		.ours = {.run = ask_ns, .arg = ASK_NOW},
		.sides = {{.run = clock_ns, .name = "clock_gettime, without the kernel"},
			{.run = system_call_ns,
				.name = "a system call, getppid",
				.bound = 0.5}},
	});
	end_asked();
}

static void compare_behind(enum fence_mode mode, const char *how)
{
	case_begin();
	if (plugin_fence(mode) == 0)
		compare(how);
	else
		fprintf(stderr, "bench: this kernel has no fence of that form:%s\n", how);
	case_end();
}

void case_call(void)
{
	compare_behind(FENCE_OFF, "");
	compare_behind(FENCE_RANGE, ", fence by range");
	compare_behind(FENCE_SELECTOR, ", fence by selector");
}
