#include "policy_rig.h"

#include <string.h>

/*
 * Always-ready groups: i's service is its virtual time used, times its weight. While it
 * waits v passes s + l by a bucket at most, and a turn takes it past v by at most
 * run / weight: so two groups differ by no more than a turn's virtual time of the one
 * and l of the other, and a bucket. The window is any: the worst of both ends.
 */
static uint64_t share_w[MANY], share_sum, share_got[MANY], share_total;
static double share_lo[MANY], share_hi[MANY];

static void share_begin(size_t n)
{
	share_sum = share_total = 0;
	for (size_t i = 0; i < n; i++) {
		share_sum += share_w[i];
		share_got[i] = 0;
		share_lo[i] = share_hi[i] = 0;
		policy_group_init(&groups[i], (unsigned)share_w[i], NULL);
		ready(i, TASK_NORMAL);
	}
}

static void share_turn(size_t n, uint64_t least_run)
{
	size_t i = pick(0), g = (size_t)(tasks[i].group - groups);
	uint64_t run = between(least_run, MS);
	ran(run, i);
	share_got[g] += run;
	share_total += run;
	for (size_t k = 0; k < n; k++) {
		double fair =
			(double)share_total * (double)share_w[k] / (double)share_sum;
		double ahead = (double)share_got[k] - fair;
		share_lo[k] = ahead < share_lo[k] ? ahead : share_lo[k];
		share_hi[k] = ahead > share_hi[k] ? ahead : share_hi[k];
	}
}

static void share_virtual_bound(size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t of_i = share_got[i] * POLICY_WEIGHT / share_w[i];
		uint64_t v = policy.virtual_ns, l = MS * POLICY_WEIGHT / share_w[i];
		/* Rounding takes less than a nanosecond a turn. */
		assert_true(of_i <= v + l + BUCKET);
		assert_true(v <= of_i + l + 2 * BUCKET);
	}
}

/*
 * How far a group's time may be off its fair share over any window: its own part, and
 * what each of the others may be ahead, of which it would have had its share.
 */
static double share_bound(size_t i, size_t n)
{
	double share = (double)share_w[i] / (double)share_sum, sum = 0;
	for (size_t k = 0; k < n; k++) {
		double weight = (double)share_w[k] / POLICY_WEIGHT;
		sum += (k == i ? 1 - share : share) *
		       (2 * (double)MS + 3 * (double)BUCKET * weight);
	}
	return sum;
}

static void test_shares(void **state)
{
	(void)state;
	for (uint64_t s = 0; s < 100; s++) {
		start(s, 0);
		size_t n = 2 + chance(11);
		for (size_t i = 0; i < n; i++)
			share_w[i] = s < 20 ? POLICY_WEIGHT : random_weight();
		share_begin(n);
		for (int turn = 0; turn < 4000; turn++) {
			share_turn(n, s % 2 ? MS : 1);
			share_virtual_bound(n);
		}
		for (size_t i = 0; i < n; i++)
			assert_true(share_hi[i] - share_lo[i] <= share_bound(i, n));
	}
}

/* One task against twenty: the group has its half, each of its tasks an equal part. */
static void test_tasks_do_not_count(void **state)
{
	for (int again_too = 0; again_too < 2; again_too++) {
		setup(state);
		uint64_t got[21] = {0}, half = 0;
		for (size_t i = 0; i <= 20; i++) {
			tasks[i].group = &groups[i > 0];
			ready(i, TASK_NORMAL);
		}
		for (int turn = 0; turn < 4000; turn++) {
			size_t i = pick(0), next;
			uint64_t run = MS;
			if (again_too && i > 0 && (next = again(1)) != NOBODY) {
				got[i] += MS / 2; /* a yield in the middle */
				ready(i, TASK_NORMAL);
				i = next;
				run = MS / 2;
			}
			got[i] += run;
			ran(MS, i);
		}
		for (size_t i = 1; i <= 20; i++) {
			assert_in_range(got[i], 98 * MS, 102 * MS);
			half += got[i];
		}
		assert_in_range(got[0], 1998 * MS, 2002 * MS);
		assert_int_equal(got[0] + half, 4000 * MS);
	}
}

/*
 * A normal group i that starts waiting with tag s, v being the virtual time then, wins
 * with the moment drawn, k < s + l(i), the first at the latest. Turns that others have
 * before have tags up to k and a bucket. They are not below v - l(j) and a bucket: as
 * long as j waits, v does not pass its moment. The tags of one group are as far apart
 * as it ran, divided by its weight; only its last turn goes beyond, by a slice at most.
 * So the wait is at most, over all others j, with w in units of POLICY_WEIGHT,
 *
 *	sum of slice(j) + w(j) * (max(s - v, 0) + l(i) + l(j) + two buckets)
 *
 * of time in the normal class; w(j) * l(j) is a slice at most, and s - v is what i ran
 * last divided by its weight.
 */
static struct {
	uint64_t since, ahead; /* the time, and s - v, when it began */
	uint64_t wake_ns;
	bool waits, sleeps;
} starving[MANY];

static uint64_t starving_bound(size_t i, size_t n)
{
	uint64_t sum = 0, range = starving[i].ahead + 2 * BUCKET +
				  MS * POLICY_WEIGHT / groups[i].weight;
	for (size_t j = 0; j < n; j++) {
		if (j != i)
			sum += 2 * MS + range * groups[j].weight / POLICY_WEIGHT;
	}
	return sum;
}

static void starving_follow(size_t n, uint64_t now)
{
	for (size_t i = 0; i < n; i++) {
		if (starving[i].sleeps && starving[i].wake_ns <= now) {
			starving[i].sleeps = false;
			ready(i, TASK_NORMAL);
		}
		if (groups[i].queued && !starving[i].waits) {
			uint64_t s = groups[i].start, v = policy.virtual_ns;
			starving[i].since = now;
			starving[i].ahead = s > v ? s - v : 0;
		}
		starving[i].waits = groups[i].queued;
	}
}

static uint64_t starving_turn(size_t n, uint64_t now)
{
	size_t i = pick(now);
	if (i == NOBODY)
		return now + 100 * US;
	assert_true(now - starving[i].since <= starving_bound(i, n));
	starving[i].waits = false;
	uint64_t run = chance(2) ? MS : between(1, MS);
	if (i % 3 == 0 && chance(3) == 0) {
		starving[i].sleeps = true;
		starving[i].wake_ns = now + chance(20 * MS);
	}
	ran(run, starving[i].sleeps ? NOBODY : i);
	return now + run;
}

static void test_nobody_starves(void **state)
{
	(void)state;
	for (uint64_t s = 0; s < 60; s++) {
		start(s, 0);
		memset(starving, 0, sizeof starving);
		size_t n = 2 + chance(15);
		for (size_t i = 0; i < n; i++) {
			unsigned weight = random_weight();
			policy_group_init(&groups[i], weight, NULL);
			starving[i].sleeps = true;
		}
		uint64_t now = 0;
		for (int turn = 0; turn < 4000; turn++) {
			starving_follow(n, now);
			now = starving_turn(n, now);
		}
		starving_follow(n, now);
		for (size_t i = 0; i < n; i++) {
			if (groups[i].queued)
				assert_true(
					now - starving[i].since <= starving_bound(i, n));
		}
	}
}

/* Far ahead of virtual time, by being late to give way, they still win by their tags. */
static void test_far_ahead(void **state)
{
	(void)state;
	for (uint64_t s = 0; s < 50; s++) {
		start(s, 0);
		for (size_t i = 0; i < 4; i++) {
			policy_group_init(&groups[i], POLICY_WEIGHT_MIN, NULL);
			ready(i, TASK_NORMAL);
		}
		for (size_t turn = 0; turn < 4; turn++) {
			size_t i = pick(0);
			ran((20 - 4 * i) * MS, i);
		}
		size_t i = pick(0);
		assert_int_equal(i, 3); /* of 320, 256, 192, 128 ms of virtual time */
	}
}

/* Overruns of any length: a slice is a wish, the order of tags is not. */
static void test_shares_with_overruns(void **state)
{
	(void)state;
	start(3, 0);
	for (size_t i = 0; i < 6; i++)
		share_w[i] = POLICY_WEIGHT_MIN << i;
	share_begin(6);
	uint64_t sum = 0, got[6] = {0};
	while (sum < 200000 * MS) {
		size_t i = pick(0);
		uint64_t run = between(1, 30 * MS);
		ran(run, i);
		got[i] += run;
		sum += run;
	}
	for (size_t i = 0; i < 6; i++) {
		double off = (double)got[i] - (double)(sum * (1u << i)) / 63;
		assert_true(off > -200e6 && off < 200e6);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_shares),
		T(test_tasks_do_not_count),
		T(test_nobody_starves),
		T(test_far_ahead),
		T(test_shares_with_overruns),
	};
	return cmocka_run_group_tests_name("policy_share", tests, NULL, NULL);
}
