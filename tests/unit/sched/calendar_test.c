#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sched/calendar.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define BUCKET   (UINT64_C(1) << CALENDAR_SHIFT)
#define FAR      (CALENDAR_SPAN + 5 * BUCKET) /* beyond the end, seen from 0 */
#define LAST     CALENDAR_BUCKETS
#define MANY     400

static struct calendar calendar;
static struct calendar_entry entries[MANY];
static bool in[MANY];

/* splitmix64. */
static uint64_t seed;
static uint64_t chance(uint64_t n)
{
	uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (z ^ z >> 31) % n;
}

static int setup(void **state)
{
	(void)state;
	calendar_init(&calendar);
	for (size_t i = 0; i < MANY; i++)
		in[i] = false;
	seed = 1;
	return 0;
}

static void add(size_t i, uint64_t key)
{
	calendar_add(&calendar, &entries[i], key);
	in[i] = true;
}

static void drop(size_t i)
{
	calendar_remove(&calendar, &entries[i]);
	in[i] = false;
}

/* What comes next, taken out; MANY: nothing. */
static size_t pop(void)
{
	struct calendar_entry *entry = calendar_first(&calendar);
	if (!entry)
		return MANY;
	size_t i = (size_t)(entry - entries);
	assert_true(in[i]);
	drop(i);
	return i;
}

/* Keys as they are added when it is `now`, and the order in which they leave. */
static const struct {
	const char *what;
	uint64_t now, keys[4];
	size_t n, order[4];
} orders[] = {
	{"one", 0, {7}, 1, {0}},
	{"by bucket", 0, {3 * BUCKET, 1 * BUCKET, 2 * BUCKET}, 3, {1, 2, 0}},
	{"within a bucket as they came", 0, {9, 3, 5}, 3, {0, 1, 2}},
	{"the bucket's edges", 0, {BUCKET, BUCKET - 1, 2 * BUCKET - 1}, 3, {1, 0, 2}},
	{"past keys come today, in order", 9 * BUCKET,
		{10 * BUCKET, 2 * BUCKET, BUCKET, 9 * BUCKET + 1}, 4, {1, 2, 3, 0}},
	{"words of the bitmap", 0, {700 * BUCKET, 64 * BUCKET, 63 * BUCKET, 65 * BUCKET},
		4, {2, 1, 3, 0}},
	{"round the end", (LAST - 24) * BUCKET,
		{(LAST + 6) * BUCKET, (LAST - 1) * BUCKET, LAST *BUCKET,
			(LAST - 24) * BUCKET},
		4, {3, 1, 2, 0}},
	{"round, in the first word", 70 * BUCKET,
		{(LAST + 69) * BUCKET, LAST *BUCKET, 71 * BUCKET}, 3, {2, 1, 0}},
	{"the last word", (LAST - 200) * BUCKET,
		{LAST * BUCKET, (LAST - 2) * BUCKET, (LAST - 64) * BUCKET,
			(LAST - 65) * BUCKET},
		4, {3, 2, 1, 0}},
	{"round, from the last word", (LAST - 1) * BUCKET,
		{(LAST + 130) * BUCKET, (2 * LAST - 3) * BUCKET, (LAST + 3) * BUCKET}, 3,
		{2, 0, 1}},
	{"the last day there is", 5 * BUCKET, {5 * BUCKET + CALENDAR_SPAN, 6 * BUCKET}, 2,
		{1, 0}},
	{"beyond the end, and near", 0, {FAR, BUCKET}, 2, {1, 0}},
	{"all beyond the end", 0, {3 * FAR, 2 * FAR, 3 * FAR + BUCKET, FAR}, 4,
		{3, 1, 0, 2}},
	{"beyond, and the last day", 0, {2 * FAR, CALENDAR_SPAN, FAR}, 3, {1, 2, 0}},
	{"far beyond", 0, {UINT64_MAX / 2, FAR, UINT64_MAX / 2 - BUCKET}, 3, {1, 2, 0}},
};

static void test_order(void **state)
{
	for (size_t t = 0; t < COUNT(orders); t++) {
		setup(state);
		calendar_advance(&calendar, orders[t].now);
		for (size_t i = 0; i < orders[t].n; i++)
			add(i, orders[t].keys[i]);
		for (size_t i = 0; i < orders[t].n; i++) {
			if (pop() != orders[t].order[i])
				fail_msg("%s: place %zu", orders[t].what, i);
		}
		assert_int_equal(pop(), MANY);
	}
}

static void test_empty(void **state)
{
	(void)state;
	assert_true(calendar_empty(&calendar));
	assert_null(calendar_first(&calendar));
	add(0, 5);
	add(1, 5);
	assert_false(calendar_empty(&calendar));
	drop(0);
	assert_false(calendar_empty(&calendar));
	drop(1);
	assert_true(calendar_empty(&calendar));
	for (size_t i = 0; i < COUNT(calendar.words); i++)
		assert_int_equal(calendar.words[i], 0);
}

static void test_first_stays(void **state)
{
	(void)state;
	add(0, 2 * FAR);
	for (int i = 0; i < 3; i++)
		assert_ptr_equal(calendar_first(&calendar), &entries[0]);
	assert_int_equal(entries[0].key, 2 * FAR);
	assert_int_equal(pop(), 0);
}

static void test_remove_in_the_middle(void **state)
{
	(void)state;
	for (size_t i = 0; i < 9; i++)
		add(i, i / 3 * BUCKET);
	static const size_t out[] = {1, 3, 4, 5, 8};
	for (size_t i = 0; i < COUNT(out); i++)
		drop(out[i]);
	static const size_t left[] = {0, 2, 6, 7, MANY};
	for (size_t i = 0; i < COUNT(left); i++)
		assert_int_equal(pop(), left[i]);
}

static void test_advance_never_goes_back(void **state)
{
	(void)state;
	calendar_advance(&calendar, 10 * BUCKET);
	calendar_advance(&calendar, 3 * BUCKET);
	assert_int_equal(calendar.now, 10 * BUCKET);
}

/* What was far when it was filed comes in its turn, among what was added later. */
static void test_filed_again(void **state)
{
	(void)state;
	add(0, FAR);
	add(1, FAR + 3 * BUCKET);
	add(2, BUCKET);
	assert_int_equal(pop(), 2);
	add(3, 20 * BUCKET);
	calendar_advance(&calendar, 10 * BUCKET);
	assert_int_equal(pop(), 3);
	calendar_advance(&calendar, 20 * BUCKET);
	add(4, FAR + 2 * BUCKET);
	add(5, FAR - BUCKET);
	static const size_t order[] = {5, 0, 4, 1, MANY};
	for (size_t i = 0; i < COUNT(order); i++)
		assert_int_equal(pop(), order[i]);
}

/* Looking at what lies beyond the end moves nothing: what is added nearer has its order. */
static void test_beyond_is_only_looked_at(void **state)
{
	(void)state;
	for (uint64_t d = 0; d < LAST; d += 131) {
		setup(state);
		uint64_t base = 3 * FAR + d * BUCKET;
		add(0, base + 40 * BUCKET);
		add(1, base);
		add(2, base + FAR);
		assert_ptr_equal(calendar_first(&calendar), &entries[1]);
		assert_int_equal(calendar.now, 0);
		add(3, 300 * BUCKET);
		add(4, 200 * BUCKET);
		add(5, base - BUCKET);
		add(6, base + 40 * BUCKET);
		assert_int_equal(pop(), 4);
		calendar_advance(&calendar, 200 * BUCKET);
		static const size_t order[] = {3, 5, 1, 0, 6, 2, MANY};
		for (size_t i = 0; i < COUNT(order); i++)
			assert_int_equal(pop(), order[i]);
	}
}

static uint64_t day(uint64_t key)
{
	return (key > calendar.now ? key : calendar.now) >> CALENDAR_SHIFT;
}

/* The model: the least day of all that are in. */
static uint64_t least_day(size_t *n)
{
	uint64_t least = UINT64_MAX;
	*n = 0;
	for (size_t i = 0; i < MANY; i++) {
		if (!in[i])
			continue;
		++*n;
		if (day(entries[i].key) < least)
			least = day(entries[i].key);
	}
	return least;
}

/* One that leaves is of the least day; then it is at most as late as its key. */
static void random_pop(void)
{
	size_t n;
	uint64_t least = least_day(&n), was = calendar.now;
	struct calendar_entry *entry = calendar_first(&calendar);
	assert_int_equal(entry == NULL, n == 0);
	if (!entry)
		return;
	uint64_t key = entry->key > was ? entry->key : was;
	assert_int_equal(key >> CALENDAR_SHIFT, least);
	drop((size_t)(entry - entries));
	calendar_advance(&calendar, was + chance(key - was + 1));
}

/* The spread of keys decides what is tried: within a bucket to many rounds ahead. */
static void random_run(uint64_t spread, unsigned fill, int operations)
{
	uint64_t begin = calendar.now;
	for (int o = 0; o < operations; o++) {
		size_t i = chance(MANY);
		if (chance(100) >= fill)
			random_pop();
		else if (in[i])
			drop(i);
		else if (chance(50) == 0)
			add(i, calendar.now - chance(calendar.now / 2 + 1));
		else
			add(i, calendar.now + chance(spread));
	}
	size_t n;
	while (least_day(&n), n)
		random_pop();
	assert_true(calendar_empty(&calendar));
	if (spread >= 400 * BUCKET)
		assert_true(calendar.now - begin > CALENDAR_SPAN);
}

static void test_random(void **state)
{
	static const struct {
		uint64_t spread;
		unsigned fill;
	} runs[] = {
		{1, 50},
		{BUCKET, 50},
		{400 * BUCKET, 60},
		{400 * BUCKET, 90},
		{CALENDAR_SPAN, 30},
		{CALENDAR_SPAN, 60},
		{2 * CALENDAR_SPAN, 60},
		{2 * CALENDAR_SPAN, 30},
		{40 * CALENDAR_SPAN, 60},
		{40 * CALENDAR_SPAN, 30},
	};
	for (size_t r = 0; r < COUNT(runs); r++) {
		setup(state);
		seed = r;
		random_run(runs[r].spread, runs[r].fill, 30000);
	}
}

/* Many rounds, one bucket after the other, with something in it and without. */
static void test_rounds(void **state)
{
	(void)state;
	add(0, 0);
	for (uint64_t now = 0; now < 20 * CALENDAR_SPAN; now += 7 * BUCKET) {
		assert_int_equal(pop(), 0);
		calendar_advance(&calendar, now);
		add(1, now + 9 * BUCKET);
		add(0, now + 7 * BUCKET);
		assert_ptr_equal(calendar_first(&calendar), &entries[0]);
		drop(1);
	}
}

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		T(test_order),
		T(test_empty),
		T(test_first_stays),
		T(test_remove_in_the_middle),
		T(test_advance_never_goes_back),
		T(test_filed_again),
		T(test_beyond_is_only_looked_at),
		T(test_random),
		T(test_rounds),
	};
	return cmocka_run_group_tests_name("calendar", tests, NULL, NULL);
}
