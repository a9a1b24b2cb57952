#include <stdio.h>
#include <string.h>

#include "plugins/analyse_private.h"

/*
 * The rules, in this order; README.md has them in words. A run is what happens from
 * one wait to the next.
 */
#define RUN_LONG    30e6 /* instructions: computes, whatever it says meanwhile */
#define RUN_SLICE   3e6  /* about what fits into a slice: computes and serves */
#define PREVAILS    0.6  /* of all calls: of one kind, not mixed */
#define LINES_HOT   0.01 /* cache lines per instruction: memory is what it waits for */
#define CACHE       ((uint64_t)512 << 10) /* fits into the nearer caches */

#define NS_PER_INSN (1 / 3.0)

static double run_of(const struct amounts *a)
{
	return a->waits > 0 ? a->insns / a->waits : 1e30;
}

/* What its loops range over; else the largest thing it has; 0: not known. */
static uint64_t working_set(const struct analysis *out, const struct analysis_entry *e)
{
	uint64_t largest = out->data > out->allocates ? out->data : out->allocates;
	return e->working_set > largest ? e->working_set : largest;
}

static int class_of_memory(
	const struct analysis *out, const struct analysis_entry *e, const char **why)
{
	const struct amounts *a = &e->amounts;
	double in_order = a->lines[ACCESS_SEQUENTIAL] + a->lines[ACCESS_STRIDED];
	double scattered = a->lines[ACCESS_RANDOM] + a->lines[ACCESS_CHASE];
	uint64_t set = working_set(out, e);
	*why = "arithmetic";
	if (in_order + scattered < LINES_HOT * a->insns)
		return WORK_COMPUTE;
	*why = "memory that fits into the cache";
	if (set && set <= CACHE)
		return WORK_COMPUTE;
	*why = "memory at random or along pointers";
	if (scattered > in_order / 4 && scattered >= LINES_HOT * a->insns)
		return WORK_CHASE;
	*why = "memory one after the other";
	return in_order >= LINES_HOT * a->insns ? WORK_STREAM : WORK_COMPUTE;
}

static int class_of_calls(const struct amounts *a)
{
	double all = 0;
	int most = WORK_FIRST_CALL;
	for (int w = WORK_FIRST_CALL; w < WORKS; w++) {
		all += a->calls[w];
		if (a->calls[w] > a->calls[most])
			most = w;
	}
	return a->calls[most] >= PREVAILS * all ? most : CLASS_MIXED;
}

static void judge_entry(struct analysis *out, struct analysis_entry *e, const char **why)
{
	double run = run_of(&e->amounts);
	if (run > RUN_LONG)
		e->class = class_of_memory(out, e, why);
	else if (run > RUN_SLICE) {
		e->class = CLASS_MIXED;
		*why = "long computations between waits";
	} else {
		e->class = class_of_calls(&e->amounts);
		*why = e->class == CLASS_MIXED ? "calls of several kinds"
					       : "short runs between calls";
	}
}

static void judge_all(struct analysis *out)
{
	const char *why = "nothing was understood";
	int class = WORK_COMPUTE;
	for (size_t i = 0; i < out->n_entries; i++) {
		judge_entry(out, &out->entries[i], &why);
		if (i == 0)
			class = out->entries[i].class;
		else if (class != out->entries[i].class)
			class = CLASS_MIXED;
	}
	/* Of several that only serve, what they do together counts. */
	bool serve = out->n_entries > 1;
	for (size_t i = 0; i < out->n_entries; i++)
		serve = serve && run_of(&out->entries[i].amounts) <= RUN_SLICE;
	if (serve)
		class = class_of_calls(&out->all);
	if (class == CLASS_MIXED && out->n_entries > 1)
		why = "coroutines of different kinds";
	out->profile.class = class;
	snprintf(out->why, sizeof out->why, "%s", why);
}

/* What each work costs, in ns; only the proportions count. */
static void weigh(struct analysis *out)
{
	const struct amounts *a = &out->all;
	double cost[WORKS], all = 0;
	bool fits = out->n_entries > 0 && working_set(out, &out->entries[0]) > 0 &&
		    working_set(out, &out->entries[0]) <= CACHE;
	double line = fits ? 1 : 5, miss = fits ? 4 : 60;
	cost[WORK_COMPUTE] = a->insns * NS_PER_INSN;
	cost[WORK_STREAM] =
		line * (a->lines[ACCESS_SEQUENTIAL] + a->lines[ACCESS_STRIDED]);
	cost[WORK_CHASE] = miss * (a->lines[ACCESS_RANDOM] + a->lines[ACCESS_CHASE]);
	for (int w = WORK_FIRST_CALL; w < WORKS; w++)
		cost[w] = 1000 * a->calls[w];
	for (int w = 0; w < WORKS; w++)
		all += cost[w];
	int left = 255, most = 0;
	for (int w = 0; w < WORKS && all > 0; w++) {
		out->profile.weight[w] = (uint8_t)(cost[w] / all * 255);
		left -= out->profile.weight[w];
		most = cost[w] > cost[most] ? w : most;
	}
	out->profile.weight[most] = (uint8_t)(out->profile.weight[most] + left);
}

static uint8_t cache_of(const struct analysis *out)
{
	uint64_t set = out->n_entries ? working_set(out, &out->entries[0]) : 0;
	bool small = set && set <= CACHE / 16;
	switch (out->profile.class) {
	case WORK_STREAM:
		return 32; /* each line is needed once: nothing to lose */
	case WORK_CHASE:
		return set && set <= 8 * CACHE ? 192 : 96;
	case WORK_COMPUTE:
		return small ? 16 : set && set <= CACHE ? 160 : 64;
	case CLASS_MIXED:
		return 64;
	}
	return 0;
}

void rules_apply(struct analysis *out)
{
	judge_all(out);
	weigh(out);
	double run =
		0; /* of the coroutine that waits least: the others are not in its way */
	for (size_t i = 0; i < out->n_entries; i++) {
		double r = run_of(&out->entries[i].amounts) * NS_PER_INSN;
		run = r > run ? r : run;
	}
	if (run > (double)POLICY_SLICE_MAX_NS)
		run = (double)POLICY_SLICE_MAX_NS;
	out->profile.prior = (struct policy_prior){
		.run_ns = run < 1000 ? 1000 : (uint64_t)run,
		.cache = cache_of(out),
	};
}
