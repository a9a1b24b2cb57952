#include "helper.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sched/sched.h"
#include "util/clock.h"

void *read_file(const char *path, size_t *size)
{
	FILE *f = fopen(path, "rb");
	assert_non_null(f);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	*size = (size_t)ftell(f);
	rewind(f);
	void *p = malloc(*size);
	assert_non_null(p);
	assert_int_equal(fread(p, 1, *size, f), *size);
	fclose(f);
	return p;
}

size_t count_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	assert_non_null(d);
	size_t n = 0;
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

size_t count_maps(const char *text)
{
	FILE *f = fopen("/proc/self/maps", "r");
	assert_non_null(f);
	char line[512];
	size_t n = 0;
	while (fgets(line, sizeof line, f))
		n += strstr(line, text) != NULL;
	fclose(f);
	return n;
}

static void sleep_until(uint64_t ns)
{
	struct timespec ts = ns_timespec(ns);
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}

void run_loop(bool (*done)(void *data), void *data)
{
	uint64_t give_up = clock_now_ns() + 20 * NS_PER_S;
	while (!done(data)) {
		bool more = sched_run();
		plugin_reap();
		uint64_t wake = sched_next_wake_ns(), now = clock_now_ns();
		assert_true(now < give_up);
		/* Nothing will ever happen again: fail, do not hang. */
		assert_true(more || wake != UINT64_MAX || done(data));
		if (!more && wake != UINT64_MAX && wake > now)
			sleep_until(wake);
	}
}

static bool is_idle(void *data)
{
	(void)data;
	bool more = sched_run();
	plugin_reap();
	return !more && sched_next_wake_ns() == UINT64_MAX;
}

void run_idle(void)
{
	uint64_t give_up = clock_now_ns() + 20 * NS_PER_S;
	while (!is_idle(NULL))
		assert_true(clock_now_ns() < give_up);
}

void note_ending(void *data, struct plugin *plugin, enum plugin_end how, int code)
{
	(void)plugin;
	struct ending *ending = data;
	ending->calls++;
	ending->how = how;
	ending->code = code;
}

bool has_ended(void *ending)
{
	return ((struct ending *)ending)->calls > 0;
}

struct plugin *load(const char *path)
{
	struct plugin *plugin = NULL;
	struct plugin_error err = {0};
	int r = plugin_load(path, &plugin, &err);
	if (r < 0)
		print_error("%s\n", err.text);
	assert_int_equal(r, 0);
	return plugin;
}

void fence_by_environment(void)
{
	const char *name = getenv("FENCE");
	if (!name)
		return;
	bool range = strcmp(name, "range") == 0;
	if (plugin_fence(range ? FENCE_RANGE : FENCE_SELECTOR) < 0)
		print_message("# no fence by %s here\n", name);
}
