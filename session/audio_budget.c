#include "session/audio_budget.h"

#include "util/clock.h"

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* The least of the longest, or of all when there were not so many. */
static uint64_t typical(const struct audio_budget *budget)
{
	unsigned n = budget->periods;
	return n ? budget->longest_ns[least(n, AUDIO_BUDGET_LONGEST) - 1] : 0;
}

static void keep(struct audio_budget *budget, uint64_t ns)
{
	unsigned i = 0;
	while (i < AUDIO_BUDGET_LONGEST && budget->longest_ns[i] >= ns)
		i++;
	for (unsigned k = AUDIO_BUDGET_LONGEST; k-- > i + 1;)
		budget->longest_ns[k] = budget->longest_ns[k - 1];
	if (i < AUDIO_BUDGET_LONGEST)
		budget->longest_ns[i] = ns;
	budget->periods++;
}

/* Seconds in which nothing was noted had nothing. */
static void move_on(struct audio_budget *budget, uint64_t slot)
{
	uint64_t n = slot - budget->slot;
	for (uint64_t i = 0; i < n && i < AUDIO_BUDGET_SLOTS; i++)
		budget->worst_ns[(slot - 1 - i) % AUDIO_BUDGET_SLOTS] = 0;
	if (n <= AUDIO_BUDGET_SLOTS)
		budget->worst_ns[budget->slot % AUDIO_BUDGET_SLOTS] = typical(budget);
	for (unsigned i = 0; i < AUDIO_BUDGET_LONGEST; i++)
		budget->longest_ns[i] = 0;
	budget->periods = 0;
	budget->slot = slot;
}

void audio_budget_note(struct audio_budget *budget, uint64_t now, uint64_t used,
	uint64_t spent, uint64_t budget_ns, uint64_t period)
{
	uint64_t ran = used - budget->used_ns, took = now - budget->last_ns;
	bool first = budget->last_ns == 0, over = spent != budget->spent;
	budget->last_ns = now;
	budget->used_ns = used;
	budget->spent = spent;
	if (now / NS_PER_S != budget->slot)
		move_on(budget, now / NS_PER_S);
	if (first || (!ran && !over))
		return;
	/* Fed late it was asked for more at once. */
	if (took > period)
		ran = (uint64_t)((double)ran * (double)period / (double)took);
	keep(budget, over ? most(ran, 2 * budget_ns) : ran);
}

uint64_t audio_budget_wants(const struct audio_budget *budget, uint64_t period)
{
	uint64_t ns = typical(budget);
	for (unsigned i = 0; i < AUDIO_BUDGET_SLOTS; i++)
		ns = most(ns, budget->worst_ns[i]);
	ns = ns ? ns + ns / 4 : period / AUDIO_BUDGET_NEW;
	return most(AUDIO_BUDGET_LEAST, least(ns, period / AUDIO_BUDGET_MOST));
}

/* How many can have their least. */
static size_t served(const struct audio_claim *claims, size_t n, uint32_t ppm)
{
	size_t i = 0;
	for (uint64_t sum = 0; i < n; i++) {
		sum += claims[i].least_ppm;
		if (sum > ppm)
			break;
	}
	return i;
}

static uint32_t part(const struct audio_claim *claim, uint32_t level)
{
	uint64_t ppm = least(level, claim->ppm);
	return (uint32_t)most(ppm, claim->least_ppm);
}

/* Of what is left over. */
static uint32_t spare(const struct audio_claim *claim, uint32_t level)
{
	uint32_t ppm = claim->granted_ppm, up = AUDIO_BUDGET_ONE_PPM;
	return (uint32_t)least(
		level, least(ppm * AUDIO_BUDGET_SPARE, ppm < up ? up - ppm : 0));
}

typedef uint32_t give(const struct audio_claim *claim, uint32_t level);

static uint64_t sum_at(
	const struct audio_claim *claims, size_t n, give *gives, uint32_t level)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += gives(&claims[i], level);
	return sum;
}

/* The highest level up to which all can be filled, by bisection. */
static uint32_t highest(
	const struct audio_claim *claims, size_t n, give *gives, uint32_t ppm)
{
	uint32_t lo = 0, hi = ppm;
	while (lo < hi) {
		uint32_t level = lo + (hi - lo + 1) / 2;
		if (sum_at(claims, n, gives, level) <= ppm)
			lo = level;
		else
			hi = level - 1;
	}
	return lo;
}

void audio_budget_share(struct audio_claim *claims, size_t n, uint32_t ppm)
{
	size_t k = served(claims, n, ppm);
	uint32_t level = highest(claims, k, part, ppm);
	uint64_t sum = 0;
	for (size_t i = 0; i < n; i++) {
		claims[i].granted_ppm = i < k ? part(&claims[i], level) : 0;
		sum += claims[i].granted_ppm;
	}
	level = highest(claims, k, spare, (uint32_t)(ppm - sum));
	for (size_t i = 0; i < k; i++)
		claims[i].granted_ppm += spare(&claims[i], level);
}
