#include "leaks.h"

#include <dirent.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sched/sanitize.h"

/* AddressSanitizer's allocator maps as it likes and keeps what was freed for a while. */
#ifdef OSAAS_ASAN
/* Its header is clang's only. */
size_t __sanitizer_get_current_allocated_bytes(void);
#define MAPS_MARGIN 200
#define RSS_MARGIN  ((size_t)1 << 30)
#else
#define MAPS_MARGIN 0
#define RSS_MARGIN  ((size_t)2 << 20)
#endif

void leaks_prepare(char **argv)
{
	static const char name[] = "GLIBC_TUNABLES",
			  value[] = "glibc.malloc.tcache_count=0";
	const char *now = getenv(name);
	if (now && strcmp(now, value) == 0)
		return;
	setenv(name, value, 1);
	execv("/proc/self/exe", argv);
}

static long count_maps(void)
{
	long n = 0;
	FILE *f = fopen("/proc/self/maps", "re");
	for (int c; f && (c = getc(f)) != EOF;)
		n += c == '\n';
	if (f)
		fclose(f);
	return n;
}

static long count_fds(void)
{
	long n = 0;
	DIR *dir = opendir("/proc/self/fd");
	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n;
}

static size_t bytes_in_use(void)
{
#ifdef OSAAS_ASAN
	return __sanitizer_get_current_allocated_bytes();
#else
	return mallinfo2().uordblks + mallinfo2().hblkhd;
#endif
}

static size_t resident(void)
{
	size_t pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");
	if (f && fscanf(f, "%*s %zu", &pages) != 1)
		pages = 0;
	if (f)
		fclose(f);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

struct leaks leaks_now(void)
{
	malloc_trim(0);
	return (struct leaks){
		.maps = count_maps(),
		.fds = count_fds(),
		.bytes = bytes_in_use(),
		.rss = resident(),
	};
}

bool leaks_none(
	const struct leaks *before, const struct leaks *now, char *what, size_t size)
{
	snprintf(what, size,
		"mappings %ld -> %ld, descriptors %ld -> %ld, bytes %zu -> %zu, resident "
		"%zu -> %zu KiB",
		before->maps, now->maps, before->fds, now->fds, before->bytes, now->bytes,
		before->rss / 1024, now->rss / 1024);
	return now->maps <= before->maps + MAPS_MARGIN && now->fds == before->fds &&
	       now->bytes == before->bytes && now->rss <= before->rss + RSS_MARGIN;
}
