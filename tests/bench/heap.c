/*
 * The plugin's malloc beside glibc's: the same trace of calls, made beforehand, through
 * both, in this process; nanoseconds for one call. The SDK's sources are compiled as for
 * a plugin, under other names (heap_host.h gives them a region).
 */
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "contest.h"
#include "heap_host.h"
#include "measure.h"
#include "util/clock.h"

#define CALLS  200000
#define BLOCKS 4096

struct call {
	uint32_t block;
	uint32_t size; /* 0: free */
	bool resize;
};

/* Each begins and ends with no block in use. */
static struct trace {
	struct call calls[CALLS + BLOCKS];
	size_t n;
} traces[4];

static struct {
	void *p;
	size_t size;
} blocks[BLOCKS];

static void add(struct trace *t, uint32_t block, size_t size, bool resize)
{
	t->calls[t->n++] = (struct call){block, (uint32_t)size, resize};
	blocks[block].size = size;
}

static void free_all(struct trace *t)
{
	for (uint32_t i = 0; i < BLOCKS; i++) {
		if (blocks[i].size)
			add(t, i, 0, false);
	}
}

/* Sizes as programs ask for: most small, few large. */
static size_t any_size(void)
{
	static const size_t most[] = {24, 40, 64, 64, 128, 128, 400, 1500};
	return 1 + random_below(most[random_below(8)]);
}

/* Blocks come and go in any order, about n of them at a time. */
static void make_churn(struct trace *t, uint32_t n, size_t (*size)(void))
{
	while (t->n < CALLS) {
		uint32_t i = (uint32_t)random_below(n);
		add(t, i, blocks[i].size ? 0 : size(), false);
	}
	free_all(t);
}

/* Bursts: what came last goes first. */
static void make_bursts(struct trace *t)
{
	while (t->n < CALLS) {
		uint32_t n = 1 + (uint32_t)random_below(200);
		for (uint32_t i = 0; i < n && t->n < CALLS; i++)
			add(t, i, any_size(), false);
		for (uint32_t i = n; i-- > 0;) {
			if (blocks[i].size)
				add(t, i, 0, false);
		}
	}
	free_all(t);
}

/* Arrays that double until they are given up. */
static void make_arrays(struct trace *t)
{
	while (t->n < CALLS) {
		uint32_t i = (uint32_t)random_below(64);
		size_t size = blocks[i].size;
		if (size > 20000 || random_below(16) == 0)
			size = 0;
		else
			size = size ? 2 * size : 16 + random_below(64);
		if (size || blocks[i].size)
			add(t, i, size, blocks[i].size && size);
	}
	free_all(t);
}

static size_t large_size(void)
{
	return 4096 + random_below(60000);
}

static void make_traces(void)
{
	make_churn(&traces[0], BLOCKS, any_size);
	make_bursts(&traces[1]);
	make_arrays(&traces[2]);
	make_churn(&traces[3], 100, large_size);
}

/* Every block that is given is written to, as its owner would. */
#define REPLAY(name, MALLOC, FREE, REALLOC)                                              \
	static void name(const struct trace *t)                                          \
	{                                                                                \
		for (size_t i = 0; i < t->n; i++) {                                      \
			const struct call *c = &t->calls[i];                             \
			void **p = &blocks[c->block].p;                                  \
			if (!c->size) {                                                  \
				FREE(*p);                                                \
				continue;                                                \
			}                                                                \
			*p = c->resize ? REALLOC(*p, c->size) : MALLOC(c->size);         \
			if (!*p)                                                         \
				bench_die("the heap of the bench is too small");         \
			*(char *)*p = 1;                                                 \
		}                                                                        \
	}

REPLAY(replay_ours, sdk_malloc, sdk_free, sdk_realloc)
REPLAY(replay_libc, malloc, free, realloc)

static double ours_ns(int arg)
{
	uint64_t start = clock_now_ns();
	replay_ours(&traces[arg]);
	return (double)(clock_now_ns() - start) / (double)traces[arg].n;
}

static double libc_ns(int arg)
{
	uint64_t start = clock_now_ns();
	replay_libc(&traces[arg]);
	return (double)(clock_now_ns() - start) / (double)traces[arg].n;
}

void case_heap(void)
{
	static const char *const names[] = {
		"heap, blocks of all sizes come and go",
		"heap, bursts",
		"heap, arrays that grow",
		"heap, 4 to 64 KiB",
	};
	make_traces();
	for (int i = 0; i < 4; i++)
		contest_run(&(struct contest){
			.name = names[i],
			.unit = "ns",
			.ours = {.run = ours_ns, .arg = i},
			.sides = {{.run = libc_ns,
				.arg = i,
				.name = "glibc malloc",
				.bound = 1.2}},
		});
}
