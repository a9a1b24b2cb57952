#include "helper.h"

#include <time.h>

struct group test_group;

int sched_setup(void **state)
{
	(void)state;
	group_init(&test_group, "test");
	test_group.text_lo = (uintptr_t)__start_hogtext;
	test_group.text_hi = (uintptr_t)__stop_hogtext;
	return sched_init();
}

int sched_teardown(void **state)
{
	(void)state;
	int r = group_kill(&test_group);
	sched_finish();
	return r;
}

void run_until_idle(void)
{
	uint64_t give_up = clock_now_ns() + 20 * NS_PER_S;
	for (;;) {
		bool more = sched_run();
		uint64_t wake = sched_next_wake_ns();
		if (!more && wake == UINT64_MAX)
			return;
		assert_true(clock_now_ns() < give_up);
		if (!more) {
			struct timespec ts = ns_timespec(wake);
			clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
		}
	}
}

struct task *spawn(const char *name, void (*fn)(void *), void *arg)
{
	struct task *task = task_create(&test_group, name, fn, arg, 0, TASK_NORMAL);
	assert_non_null(task);
	return task;
}
