#include "helper.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sched/fence.h"

struct group test_group;

void group_with_hogtext(struct group *group, const char *name)
{
	group_init(group, name);
	group->text_lo = (uintptr_t)__start_hogtext;
	group->text_hi = (uintptr_t)__stop_hogtext;
}

static void fence_by_environment(void)
{
	const char *name = getenv("FENCE");
	if (!name)
		return;
	bool range = strcmp(name, "range") == 0;
	if (sched_fence_init(range ? FENCE_RANGE : FENCE_SELECTOR, test_group.text_lo,
		    test_group.text_hi - test_group.text_lo) < 0)
		print_message("# no fence by %s here\n", name);
}

int sched_setup(void **state)
{
	(void)state;
	group_with_hogtext(&test_group, "test");
	int r = sched_init();
	fence_by_environment();
	return r;
}

int sched_teardown(void **state)
{
	(void)state;
	int r = group_kill(&test_group);
	sched_finish();
	return r;
}

#define GIVE_UP_NS (60 * NS_PER_S) /* an emulator on a busy machine needs 20 */

void run_until_idle(void)
{
	uint64_t give_up = clock_now_ns() + GIVE_UP_NS;
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
	return spawn_in(&test_group, name, fn, arg);
}

struct task *spawn_in(
	struct group *group, const char *name, void (*fn)(void *), void *arg)
{
	struct task *task = task_create(group, name, fn, arg, 0, TASK_NORMAL);
	assert_non_null(task);
	return task;
}

struct search {
	const char *name;
	struct task_info found;
};

static void compare_line(void *data, const struct task_info *info)
{
	struct search *search = data;
	if (strcmp(info->name, search->name) == 0)
		search->found = *info;
}

struct task_info task_line(const char *name)
{
	struct search search = {.name = name};
	sched_each_task(compare_line, &search);
	assert_non_null(search.found.name);
	return search.found;
}
