/*
 * Instances of one file: how long each takes, what memory, mappings and descriptors it has, and
 * what is left when all are gone. The peer is the C library's dlopen, of a copy in memory for each
 * (the same file twice would be the same instance), with all symbols bound.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cases.h"
#include "child.h"
#include "contest.h"
#include "measure.h"
#include "plugins/plugin.h"
#include "util/clock.h"

#define INSTANCES 500

struct instance {
	void *handle;
	int fd;
};

struct loader {
	struct instance (*load)(void);
	void (*unload)(struct instance instance);
};
enum {
	OURS,
	DLOPEN,
};

/* What the children measure, of which file. */
static const char *path;
static enum what {
	TIME,
	UNLOAD,
	PSS,
	RSS,
	MAPPINGS,
	DESCRIPTORS,
	MAPPINGS_LEFT,
	DESCRIPTORS_LEFT,
} what;

static struct instance load_ours(void)
{
	struct plugin *plugin = NULL;
	struct plugin_error err;
	if (plugin_load(path, &plugin, &err) < 0)
		bench_die("%s", err.text);
	return (struct instance){.handle = plugin, .fd = -1};
}

static void unload_ours(struct instance instance)
{
	plugin_destroy(instance.handle);
}

/* The descriptor stays open: glibc knows libraries by the name, and it would come again. */
static struct instance load_dlopen(void)
{
	char name[64];
	struct stat st;
	int file = open(path, O_RDONLY | O_CLOEXEC),
	    fd = memfd_create("peer", MFD_CLOEXEC);
	if (file < 0 || fd < 0 || fstat(file, &st) < 0 ||
		sendfile(fd, file, NULL, (size_t)st.st_size) != st.st_size)
		bench_die("%s cannot be copied into memory", path);
	close(file);
	snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	void *handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
	if (!handle)
		bench_die("%s", dlerror());
	return (struct instance){.handle = handle, .fd = fd};
}

static void unload_dlopen(struct instance instance)
{
	dlclose(instance.handle);
	close(instance.fd);
}

static const struct loader loaders[] = {
	[OURS] = {load_ours, unload_ours},
	[DLOPEN] = {load_dlopen, unload_dlopen},
};

static double rollup(const char *key)
{
	FILE *f = fopen("/proc/self/smaps_rollup", "r");
	char line[128];
	double kib = NAN;
	size_t n = strlen(key);
	while (f && fgets(line, sizeof line, f)) {
		if (strncmp(line, key, n) == 0)
			kib = strtod(line + n, NULL);
	}
	if (f)
		fclose(f);
	return kib * 1024;
}

/* Lines of maps; reads a byte of every page of what was loaded: as if all of it had run. */
static double mappings(bool touch)
{
	FILE *f = fopen("/proc/self/maps", "r");
	char line[512], access[5];
	unsigned long lo, hi;
	double n = 0;
	while (f && fgets(line, sizeof line, f)) {
		n++;
		if (!touch || !strstr(line, "memfd:") ||
			sscanf(line, "%lx-%lx %4s", &lo, &hi, access) != 3 ||
			access[0] != 'r')
			continue;
		for (unsigned long p = lo; p < hi; p += 4096)
			*(const volatile char *)p;
	}
	if (f)
		fclose(f);
	return n;
}

static double descriptors(void)
{
	double n = 0;
	for (int fd = 0; fd < 2 * INSTANCES; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static double memory(void)
{
	mappings(true);
	return rollup(what == RSS ? "Rss:" : "Pss:");
}

static void prepare(void)
{
	struct rlimit limit;
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	if (!dlopen(ABI_LIBRARY, RTLD_NOW | RTLD_GLOBAL))
		bench_die("%s", dlerror());
}

static struct instance instances[INSTANCES];

static double load_all(const struct loader *l, int n)
{
	uint64_t start = clock_now_ns();
	for (int i = 0; i < n; i++)
		instances[i] = l->load();
	return (double)(clock_now_ns() - start);
}

static double unload_all(const struct loader *l, int n)
{
	uint64_t start = clock_now_ns();
	for (int i = 0; i < n; i++)
		l->unload(instances[i]);
	return (double)(clock_now_ns() - start);
}

/* arg: which loader, and how many instances. */
static double measure(int arg)
{
	const struct loader *l = &loaders[arg / 1000];
	int n = arg % 1000;
	bool left = what == MAPPINGS_LEFT || what == DESCRIPTORS_LEFT;
	prepare();
	/* As many, or one, come and go first: what is made once is no instance's. */
	load_all(l, left ? n : 1);
	unload_all(l, left ? n : 1);
	double bytes = memory(), maps = mappings(false), fds = descriptors();
	double load_ns = load_all(l, n);
	bytes = memory() - bytes;
	double more_maps = mappings(false) - maps, more_fds = descriptors() - fds;
	double unload_ns = unload_all(l, n);
	switch (what) {
	case TIME:
		return load_ns / n / 1e3;
	case UNLOAD:
		return unload_ns / n / 1e3;
	case PSS:
	case RSS:
		return bytes / n / 1024;
	case MAPPINGS:
		return more_maps / n;
	case DESCRIPTORS:
		return more_fds / n;
	case MAPPINGS_LEFT:
		return mappings(false) - maps;
	case DESCRIPTORS_LEFT:
		return descriptors() - fds;
	}
	return NAN;
}

static double measured(int arg)
{
	return in_child(measure, arg);
}

static void compare(enum what w, const char *name, const char *unit, int n, double bound)
{
	what = w;
	contest_run(&(struct contest){
		.name = name,
		.unit = unit,
		.ours = {.run = measured, .arg = OURS * 1000 + n},
		.sides = {{.run = measured,
			.arg = DLOPEN * 1000 + n,
			.name = "dlopen of a copy in memory",
			.bound = bound}},
		.repetitions = w == TIME || w == UNLOAD ? 9 : 3,
	});
}

static void load_file(const char *file, const char *subject)
{
	static const int counts[] = {1, 100, INSTANCES};
	char name[96];
	path = file;
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		int n = counts[i];
		double bound = n > 1 ? 1 : 0;
		snprintf(name, sizeof name, "load %s, each of %d", subject, n);
		compare(TIME, name, "us", n, bound);
		snprintf(name, sizeof name, "unload %s, each of %d", subject, n);
		compare(UNLOAD, name, "us", n, bound);
		snprintf(name, sizeof name, "PSS of %s, each of %d", subject, n);
		compare(PSS, name, "KiB", n, bound);
		snprintf(name, sizeof name, "RSS of %s, each of %d", subject, n);
		compare(RSS, name, "KiB", n, 0);
	}
	snprintf(name, sizeof name, "mappings of %s, each of %d", subject, INSTANCES);
	compare(MAPPINGS, name, "", INSTANCES, 0);
	snprintf(name, sizeof name, "descriptors of %s, each of %d", subject, INSTANCES);
	compare(DESCRIPTORS, name, "", INSTANCES, 0);
	snprintf(name, sizeof name, "mappings left of %d of %s", INSTANCES, subject);
	compare(MAPPINGS_LEFT, name, "", INSTANCES, 0);
	snprintf(name, sizeof name, "descriptors left of %d of %s", INSTANCES, subject);
	compare(DESCRIPTORS_LEFT, name, "", INSTANCES, 0);
}

void case_load(void)
{
	char large[PATH_MAX];
	snprintf(large, sizeof large, "%s/large.so", hog_directory);
	load_file(HELLO, "hello");
	load_file(large, "200 KiB of text");
}
