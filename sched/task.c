/* Making, ending and naming tasks; sched.c runs them. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sched/private.h"
#include "sched/switch.h"
#include "util/log.h"

void group_init(struct group *group, const char *name)
{
	*group = (struct group){.name = name, .fp_control = true};
	list_init(&group->tasks);
	policy_group_init(&group->policy, POLICY_WEIGHT, NULL);
}

void group_set_share(
	struct group *group, unsigned weight, const struct policy_prior *prior)
{
	assert(list_empty(&group->tasks));
	policy_group_init(&group->policy, weight, prior);
}

int group_kill(struct group *group)
{
	list_for_each_safe (task, &group->tasks, struct task, group_link) {
		if (task != sched.current)
			task_kill(task);
	}
	return list_empty(&group->tasks) ? 0 : -EBUSY;
}

void group_freeze(struct group *group, const struct task *except)
{
	assert(!sched.current || sched.current->group != group ||
		sched.current == except);
	group_thaw(group);
	group->frozen = true;
	group->unfrozen = except;
	list_for_each (task, &group->tasks, struct task, group_link) {
		if (task == except || task->state != TASK_READY)
			continue;
		policy_task_leave(&sched.policy, &task->policy);
		task->held = true;
	}
}

void group_thaw(struct group *group)
{
	group->frozen = false;
	list_for_each (task, &group->tasks, struct task, group_link) {
		if (!task->held)
			continue;
		task->held = false;
		sched_start(task);
	}
}

static struct task *alloc_task(size_t stack)
{
	struct task *task = calloc(1, sizeof *task);
	if (!task)
		return NULL;
	if (sleep_reserve(sched.n_tasks + 1) < 0 || stack_get(stack, &task->stack) < 0) {
		free(task);
		return NULL;
	}
	return task;
}

/* Stacks begin alike modulo a page: without this their tops fight for a few cache sets. */
static size_t colour(const struct task *task)
{
	return task->serial % 16 * 128;
}

struct task *task_create(struct group *group, const char *name, void (*fn)(void *arg),
	void *arg, size_t stack, enum task_class cls)
{
	struct task *task = alloc_task(stack);
	if (!task)
		return NULL;
	strncpy(task->name, name, sizeof task->name - 1);
	policy_task_init(&task->policy, &group->policy, cls);
	task->group = group;
	task->fn = fn;
	task->arg = arg;
	task->serial = ++sched.serial;
	task->heap_index = SLEEP_NONE;
	task->wake_ns = UINT64_MAX;
	task->sp = switch_make((char *)task->stack.lo + task->stack.size - colour(task),
		sched_task_main, task);
	list_init(&task->dead_link);
	list_push_back(&group->tasks, &task->group_link);
	list_push_back(&sched.all, &task->all_link);
	group->n_tasks++;
	sched.n_tasks++;
	sched_start(task);
	return task;
}

bool task_stick(struct task *task)
{
	task->stuck = true;
	return ++task->group->n_stuck == task->group->n_tasks;
}

void task_unstick(struct task *task)
{
	task->stuck = false;
	task->group->n_stuck--;
}

void task_break_deadlock(struct group *group)
{
	list_for_each (task, &group->tasks, struct task, group_link) {
		if (task->state != TASK_WAITING || task->n_alts == 0)
			continue;
		task->fired = -EDEADLK;
		chan_abandon(task);
		sched_wake(task, TASK_NORMAL, NULL);
		return;
	}
}

static void free_task(struct task *task)
{
	struct group *group = task->group;
	policy_task_leave(&sched.policy, &task->policy);
	list_remove(&task->dead_link);
	list_remove(&task->group_link);
	list_remove(&task->all_link);
	sched.n_tasks--;
	if (task->stuck)
		task_unstick(task);
	if (--group->n_tasks == 0)
		policy_group_leave(&sched.policy, &group->policy);
	else if (group->n_stuck == group->n_tasks)
		task_break_deadlock(group);
	stack_put(&task->stack);
	free(task);
}

void task_kill(struct task *task)
{
	assert(task != sched.current);
	chan_abandon(task);
	sleep_remove(task);
	free_task(task);
}

void task_reap(void)
{
	while (!list_empty(&sched.dead))
		free_task(container_of(sched.dead.next, struct task, dead_link));
}

void task_report_left(void)
{
	list_for_each (task, &sched.all, struct task, all_link)
		log_error("task '%s' of '%s' was left behind", task->name,
			task->group->name);
}

struct task *task_self(void)
{
	return sched.current;
}

struct group *task_group(const struct task *task)
{
	return task->group;
}

void *task_arg(const struct task *task)
{
	return task->arg;
}

void task_stack(const struct task *task, uintptr_t *lo, uintptr_t *hi)
{
	*lo = (uintptr_t)task->stack.lo;
	*hi = *lo + task->stack.size;
}

void task_stack_used(const struct task *task, uintptr_t *lo, uintptr_t *hi)
{
	task_stack(task, lo, hi);
	*lo = task == sched.current ? (uintptr_t)__builtin_frame_address(0)
				    : (uintptr_t)task->sp;
}

static const char *const state_names[] = {
	[TASK_READY] = "ready",
	[TASK_RUNNING] = "running",
	[TASK_WAITING] = "waiting",
	[TASK_DEAD] = "dead",
};
static const char *const class_names[] = {
	[TASK_DEADLINE] = "deadline",
	[TASK_LATENCY] = "latency",
	[TASK_NORMAL] = "normal",
};

const char *task_state_name(enum task_state state)
{
	return state_names[state];
}

const char *task_class_name(enum task_class cls)
{
	return class_names[cls];
}

static const char *waiting_for(const struct task *task)
{
	if (task->held)
		return "thaw";
	if (task->state != TASK_WAITING)
		return "-";
	if (task->n_alts == 0)
		return task->wake_ns == UINT64_MAX ? "nothing" : "time";
	if (task->n_alts > 1)
		return "alt";
	return task->alts[0].op == CHAN_SEND ? "send" : "receive";
}

static struct task_info describe(const struct task *task)
{
	return (struct task_info){
		.group = task->group->name,
		.name = task->name,
		.state = task->state,
		.cls = task->policy.cls,
		.waits = waiting_for(task),
		.run_ns = task->run_ns,
		.preemptions = task->preemptions,
		.stack = task->stack.size,
	};
}

void sched_each_task(void (*each)(void *data, const struct task_info *info), void *data)
{
	list_for_each (task, &sched.all, struct task, all_link) {
		const struct task_info info = describe(task);
		each(data, &info);
	}
}

void group_each_task(const struct group *group,
	void (*each)(void *data, const struct task_info *info), void *data)
{
	list_for_each (task, &group->tasks, struct task, group_link) {
		const struct task_info info = describe(task);
		each(data, &info);
	}
}
