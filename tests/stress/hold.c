#include "hold.h"

#include <assert.h>
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "host.h"
#include "progress.h"
#include "stress.h"

#define HOLDERS 6

static_assert(sizeof(struct registers) == 2560, "hold_x86_64.S");
static_assert(offsetof(struct registers, vector) == 512, "hold_x86_64.S");
static_assert(offsetof(struct hold, sp) == 5152, "hold_x86_64.S");

static struct holder {
	struct hold hold;
	struct rng rng;
	volatile uint64_t *progress;
} holders[HOLDERS];
static struct group group;
static volatile uint64_t *preempted;
static volatile bool stopping;

static enum hold_level best_level(void)
{
	if (__builtin_cpu_supports("avx512bw"))
		return HOLD_AVX512;
	return __builtin_cpu_supports("avx") ? HOLD_AVX : HOLD_SSE;
}

static uint64_t any(struct rng *rng)
{
	return rng_below(rng, UINT64_C(1) << 32) << 32 |
	       rng_below(rng, UINT64_C(1) << 32);
}

static void fill(uint64_t *words, size_t n, struct rng *rng)
{
	for (size_t i = 0; i < n; i++)
		words[i] = any(rng);
}

static void fill_vectors(struct registers *r, enum hold_level level, struct rng *rng)
{
	static const struct {
		size_t registers, words;
	} sizes[] = {{16, 2}, {16, 4}, {32, 8}};
	for (size_t i = 0; i < sizes[level].registers; i++)
		fill(r->vector[i], sizes[level].words, rng);
	if (level == HOLD_AVX512)
		fill(r->mask, 8, rng);
}

/* Intel SDM vol. 1: 3.4.3 (flags: the six of arithmetic and DF), 8.1.5, 8.2.2, 10.2.3. */
static void fill_registers(struct registers *r, enum hold_level level, struct rng *rng)
{
	memset(r, 0, sizeof *r);
	fill(r->gpr, 16, rng);
	fill(r->red_zone, 16, rng);
	fill_vectors(r, level, rng);
	r->flags = 0x202 | (any(rng) & 0xcd5);
	r->mxcsr = (uint32_t)(0x1f80 | rng_below(rng, 4) << 13 | rng_below(rng, 2) << 15);
	r->fcw = (uint32_t)(0x007f | rng_below(rng, 4) << 10 |
			    (1 + rng_below(rng, 3)) << 8);
	r->fcw |= r->fcw >> 8 & 1 ? 0x200 : 0; /* precision 01 is reserved */
	for (int i = 0; i < 8; i++) {
		r->x87[i][0] = any(rng) | UINT64_C(1) << 63;
		r->x87[i][1] = 0x3000 + rng_below(rng, 0x2000);
	}
}

static enum hold_flip flip_wanted(void)
{
	static const char *const names[] = {
		[FLIP_GPR] = "gpr",
		[FLIP_VECTOR] = "vector",
		[FLIP_X87] = "x87",
		[FLIP_MXCSR] = "mxcsr",
		[FLIP_FCW] = "fcw",
		[FLIP_RED_ZONE] = "redzone",
		[FLIP_FLAGS] = "flags",
		[FLIP_SP] = "sp",
	};
	for (size_t i = 1; i < sizeof names / sizeof *names; i++) {
		if (stress_broken(names[i]))
			return (enum hold_flip)i;
	}
	return FLIP_NONE;
}

static void prepare(struct holder *h)
{
	static const enum hold_level none = HOLD_SSE;
	enum hold_level best = best_level(), level = best;
	if (rng_below(&h->rng, 4) == 0)
		level = none + (enum hold_level)rng_below(&h->rng, best + 1);
	fill_registers(&h->hold.want, level, &h->rng);
	memset(&h->hold.got, 0, sizeof h->hold.got);
	h->hold.level = level;
	h->hold.rounds = 1 + rng_below(&h->rng, 600);
	h->hold.flip = flip_wanted();
	h->hold.flip_at = h->hold.rounds / 2 + 1;
	/* A control sets what the caller has: the pattern must differ from it. */
	if (h->hold.flip == FLIP_MXCSR || h->hold.flip == FLIP_FCW) {
		h->hold.want.mxcsr = 0x3f80;
		h->hold.want.fcw = 0x077f;
	}
}

static void complain(const struct hold *hold, long word)
{
	static const struct {
		long from; /* uint64_t of struct registers */
		const char *what;
	} kinds[] = {{64, "vector"}, {58, "padding"}, {42, "x87"}, {34, "mask"},
		{33, "mxcsr or x87 control"}, {32, "flags"}, {16, "red zone"},
		{0, "general"}};
	const uint64_t *want = (const uint64_t *)&hold->want;
	const uint64_t *got = (const uint64_t *)&hold->got;
	size_t i = 0;
	while (word < kinds[i].from)
		i++;
	stress_fault(&hold_part,
		"a %s register changed: word %ld is %#" PRIx64 ", not %#" PRIx64,
		kinds[i].what, word - kinds[i].from, got[word], want[word]);
}

HOG static void hold_on(void *arg)
{
	struct holder *h = arg;
	while (!stopping) {
		prepare(h);
		long wrong = hold_run(&h->hold);
		if (wrong >= 0)
			complain(&h->hold, wrong);
		*h->progress += !stress_broken("hang");
		if (rng_below(&h->rng, 2))
			host_sleep(rng_below(&h->rng, 2000) * NS_PER_US);
	}
}

static void start(void)
{
	stopping = false;
	stress_group(&group, "hold");
	preempted = progress_add("hold-preempted");
	for (uint64_t i = 0; i < HOLDERS; i++) {
		holders[i].rng = rng_make(100 + i);
		holders[i].progress = progress_add("hold");
		task_create(&group, "hold", hold_on, &holders[i], 0, TASK_NORMAL);
	}
}

static void tend(uint64_t now_ns)
{
	(void)now_ns;
	*preempted = group.preemptions;
}

static void stop(void)
{
	stopping = true;
}

static bool ended(void)
{
	return group.n_tasks == 0;
}

/* That it was preempted while it held its registers is what this part is for. */
static void clear(void)
{
	if (group.preemptions == 0)
		stress_fault(&hold_part, "no coroutine was preempted");
	group_kill(&group);
}

struct part hold_part = {
	.name = "registers",
	.start = start,
	.tend = tend,
	.stop = stop,
	.ended = ended,
	.clear = clear,
};
