#include "cases.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "plugins/endpoint.h"
#include "plugins/plugin.h"

struct group bench_group;
const char *hog_directory;

void bench_die(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	fputs("bench: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

void case_begin(void)
{
	if (sched_init() < 0)
		exit(1);
	group_init(&bench_group, "bench");
	bench_group.fp_control = false;
}

void case_end(void)
{
	sched_finish();
}

struct task *bench_task(struct group *group, void (*fn)(void *arg), void *arg)
{
	struct task *task = task_create(group, "task", fn, arg, 64 * 1024, TASK_NORMAL);
	if (!task)
		bench_die("no memory for another coroutine; close something");
	return task;
}

void run_until_over(const struct group *group)
{
	while (group->n_tasks > 0)
		sched_run();
}

void bench_hint(void)
{
	syscall(SYS_tgkill, getpid(), gettid(), SIGURG);
}

static struct endpoint *load(const char *path, struct plugin **hog)
{
	struct plugin_error err;
	struct endpoint *ends[2];
	if (plugin_load(path, hog, &err) < 0)
		bench_die("%s", err.text);
	if (endpoint_pair(ends, 1) < 0 || plugin_grant(*hog, "bench.ready", ends[1]) < 0)
		bench_die("%s cannot be given its channel", path);
	if (plugin_start(*hog, NULL, NULL) < 0)
		bench_die("%s cannot be started: no memory; close something", path);
	return ends[0];
}

struct plugin *hog_start(const char *name)
{
	char path[4096];
	struct plugin *hog = NULL;
	struct message ready;
	int r;
	snprintf(path, sizeof path, "%s/%s.so", hog_directory, name);
	struct endpoint *end = load(path, &hog);
	while ((r = endpoint_try_recv(end, &ready)) == -EAGAIN) {
		sched_run();
		plugin_reap();
	}
	if (r < 0)
		bench_die("%s ended at once: it needs more memory than there is", path);
	endpoint_close(end);
	return hog;
}

void hog_end(struct plugin *hog)
{
	plugin_kill(hog);
	plugin_reap();
	plugin_destroy(hog);
}
