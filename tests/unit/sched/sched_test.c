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
static uint64_t woke[40];
static uint64_t asked[40];
static int wake_order[40], n_woke;

static void sleeper(void *arg)
{
	int i = (int)(intptr_t)arg;
	task_sleep_until(asked[i]);
	woke[i] = clock_now_ns();
	wake_order[n_woke++] = i;
}

static void test_sleep(void **state)
{
	(void)state;
	n_woke = 0;
	uint64_t start = clock_now_ns();
	for (int i = 0; i < 40; i++) {
		asked[i] = start + (uint64_t)((i * 7) % 40 + 1) * NS_PER_MS;
		spawn("sleeper", sleeper, (void *)(intptr_t)i);
	}
	run_until_idle();
	assert_int_equal(n_woke, 40);
	for (int k = 0; k < 40; k++) {
		assert_true(woke[k] >= asked[k]);
		if (k > 0)
			assert_true(asked[wake_order[k]] >= asked[wake_order[k - 1]]);
	}
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
