#include "helper.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char order[64];
static size_t n_order;

static void say(void *arg)
{
	order[n_order++] = *(const char *)arg;
	task_yield();
	order[n_order++] = *(const char *)arg;
}

/* Classes in their order, within a class first come first served. */
static void test_order(void **state)
{
	static const struct {
		const char *name;
		enum task_class cls;
	} tasks[] = {
		{"n", TASK_NORMAL},
		{"m", TASK_NORMAL},
		{"l", TASK_LATENCY},
		{"k", TASK_LATENCY},
	};
	(void)state;
	n_order = 0;
	memset(order, 0, sizeof order);
	for (size_t i = 0; i < sizeof tasks / sizeof *tasks; i++)
		task_create(&test_group, tasks[i].name, say,
			(void *)(uintptr_t)tasks[i].name, 0, tasks[i].cls);
	run_until_idle();
	assert_string_equal(order, "lklknmnm");
}

/* A channel's wake class puts the woken task before the others. */
static struct chan *event_chan;

static void wait_event(void *arg)
{
	int v;
	(void)arg;
	chan_recv(event_chan, &v);
	order[n_order++] = 'e';
}

static void test_wake_class(void **state)
{
	(void)state;
	n_order = 0;
	memset(order, 0, sizeof order);
	event_chan = chan_create(sizeof(int), 1);
	chan_set_wake_class(event_chan, TASK_LATENCY);
	spawn("event", wait_event, NULL);
	sched_run();
	spawn("n", say, "n");
	int v = 1;
	chan_try_send(event_chan, &v);
	run_until_idle();
	assert_string_equal(order, "enn");
	chan_destroy(event_chan, NULL, NULL);
}

/* Sleepers wake in the order of their times, never early. */
#define SLEEPERS 40
static uint64_t woke[SLEEPERS];
static uint64_t asked[SLEEPERS];
static int wake_order[SLEEPERS], n_asleep, n_woke;
static bool all_asleep; /* when the first one woke */

static void sleeper(void *arg)
{
	int i = (int)(intptr_t)arg;
	n_asleep++;
	task_sleep_until(asked[i]);
	woke[i] = clock_now_ns();
	if (n_woke == 0)
		all_asleep = n_asleep == SLEEPERS;
	wake_order[n_woke++] = i;
}

static void sleep_all(uint64_t start)
{
	n_asleep = n_woke = 0;
	for (int i = 0; i < SLEEPERS; i++) {
		asked[i] = start + (uint64_t)((i * 7) % SLEEPERS + 1) * NS_PER_MS;
		spawn("sleeper", sleeper, (void *)(intptr_t)i);
	}
	run_until_idle();
	assert_int_equal(n_woke, SLEEPERS);
	for (int i = 0; i < SLEEPERS; i++)
		assert_true(woke[i] >= asked[i]);
}

/* Who comes to sleep when its time is over is not in order: again, with more time for that. */
static void test_sleep(void **state)
{
	(void)state;
	all_asleep = false;
	for (uint64_t ahead = 0; !all_asleep; ahead = 2 * ahead + 10 * NS_PER_MS) {
		assert_true(ahead < 10 * NS_PER_S);
		sleep_all(clock_now_ns() + ahead);
	}
	for (int k = 1; k < SLEEPERS; k++)
		assert_true(asked[wake_order[k]] >= asked[wake_order[k - 1]]);
}

static void sleep_long(void *arg)
{
	(void)arg;
	task_sleep_until(clock_now_ns() + 3600 * NS_PER_S);
}

/* Killing a group gives everything back, whatever its tasks wait for. */
static void test_group_kill(void **state)
{
	(void)state;
	for (int i = 0; i < 500; i++)
		spawn("sleeper", sleep_long, NULL);
	sched_run();
	while (sched_run())
		;
	assert_int_equal(test_group.n_tasks, 500);
	assert_int_equal(group_kill(&test_group), 0);
	assert_int_equal(test_group.n_tasks, 0);
	assert_true(sched_next_wake_ns() == UINT64_MAX);
}

/* Stacks come back empty. */
static int dirty;

static void look_at_stack(void *arg)
{
	uintptr_t lo, hi;
	(void)arg;
	task_stack(task_self(), &lo, &hi);
	/* Far below what is in use. */
	volatile char *p = (volatile char *)(lo + 4096);
	for (size_t i = 0; i < 4096; i++) {
		dirty |= p[i];
		p[i] = 'x';
	}
}

static void test_stacks_are_emptied(void **state)
{
	(void)state;
	dirty = 0;
	for (int i = 0; i < 3; i++) {
		spawn("looker", look_at_stack, NULL);
		run_until_idle();
	}
	assert_int_equal(dirty, 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, sched_setup, sched_teardown)
	const struct CMUnitTest tests[] = {
		T(test_order),
		T(test_wake_class),
		T(test_sleep),
		T(test_group_kill),
		T(test_stacks_are_emptied),
	};
	return cmocka_run_group_tests_name("sched", tests, NULL, NULL);
}
