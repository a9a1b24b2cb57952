#include "sched/sched.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sched/private.h"
#include "sched/sanitize.h"
#include "sched/switch.h"
#include "util/clock.h"
#include "util/log.h"

#define HOST_STACK_MIN ((size_t)16 * 1024)

static struct {
	struct list ready[TASK_CLASSES]; /* task.link */
	struct list dead; /* task.link: their stacks may still be stood on */
	struct list all;  /* task.all_link */
	size_t n_tasks;
	struct task *current;
	void *loop_sp; /* the loop, while a task runs */
	void *loop_asan;
	const void *loop_stack; /* the loop's stack, for AddressSanitizer */
	size_t loop_stack_size;
	bool yielded_at_once; /* the last sched_run ran nothing, for a hint's sake */
	uint64_t switches;
	uint64_t taken_in_host;
} sched;

#define compiler_barrier() __asm__ volatile("" ::: "memory")

int sched_init(void)
{
	memset(&sched, 0, sizeof sched);
	for (int i = 0; i < TASK_CLASSES; i++)
		list_init(&sched.ready[i]);
	list_init(&sched.dead);
	list_init(&sched.all);
	return preempt_init();
}

static void free_task(struct task *task)
{
	list_remove(&task->link);
	list_remove(&task->group_link);
	list_remove(&task->all_link);
	task->group->n_tasks--;
	sched.n_tasks--;
	stack_put(&task->stack);
	free(task);
}

static void reap(void)
{
	while (!list_empty(&sched.dead))
		free_task(container_of(sched.dead.next, struct task, link));
}

void sched_finish(void)
{
	preempt_disarm();
	reap();
	list_for_each (task, &sched.all, struct task, all_link)
		log_error("task '%s' of '%s' was left behind", task->name,
			task->group->name);
	preempt_finish();
	stack_trim();
	sleep_free();
}

void group_init(struct group *group, const char *name)
{
	*group = (struct group){.name = name};
	list_init(&group->tasks);
}

int group_kill(struct group *group)
{
	list_for_each_safe (task, &group->tasks, struct task, group_link) {
		if (task != sched.current)
			task_kill(task);
	}
	return list_empty(&group->tasks) ? 0 : -EBUSY;
}

/* Gives the processor back to the loop; returns when the task is dispatched again. */
static void leave(struct task *task)
{
	task->saved_errno = errno;
	sanitize_leave(task->state == TASK_DEAD ? NULL : &task->asan, sched.loop_stack,
		sched.loop_stack_size);
	switch_to(&task->sp, sched.loop_sp);
	sanitize_arrive(task->asan, NULL, NULL);
	errno = task->saved_errno;
}

static void task_main(void *arg)
{
	struct task *task = arg;
	sanitize_arrive(NULL, &sched.loop_stack, &sched.loop_stack_size);
	task->fn(task->arg);
	task_exit();
}

static void make_ready(struct task *task, enum task_class cls)
{
	task->state = TASK_READY;
	task->cls = cls;
	list_push_back(&sched.ready[cls], &task->link);
}

struct task *task_create(struct group *group, const char *name, void (*fn)(void *arg),
	void *arg, size_t stack, enum task_class cls)
{
	struct task *task = calloc(1, sizeof *task);
	if (!task)
		return NULL;
	if (sleep_reserve(sched.n_tasks + 1) < 0 || stack_get(stack, &task->stack) < 0) {
		free(task);
		return NULL;
	}
	strncpy(task->name, name, sizeof task->name - 1);
	task->group = group;
	task->base = cls;
	task->fn = fn;
	task->arg = arg;
	task->heap_index = SLEEP_NONE;
	task->wake_ns = UINT64_MAX;
	task->sp =
		switch_make((char *)task->stack.lo + task->stack.size, task_main, task);
	list_init(&task->link);
	list_push_back(&group->tasks, &task->group_link);
	list_push_back(&sched.all, &task->all_link);
	group->n_tasks++;
	sched.n_tasks++;
	make_ready(task, cls);
	return task;
}

void task_kill(struct task *task)
{
	assert(task != sched.current);
	chan_abandon(task);
	sleep_remove(task);
	free_task(task);
}

struct task *task_self(void)
{
	return sched.current;
}

struct group *task_group(const struct task *task)
{
	return task->group;
}

void task_stack(const struct task *task, uintptr_t *lo, uintptr_t *hi)
{
	*lo = (uintptr_t)task->stack.lo;
	*hi = *lo + task->stack.size;
}

void task_yield(void)
{
	struct task *task = sched.current;
	make_ready(task, task->base);
	leave(task);
}

void task_sleep_until(uint64_t ns)
{
	chan_alt(NULL, 0, ns ? ns : 1);
}

/* Does not return; not declared so: AddressSanitizer would look for its stack's bounds. */
static void die(struct task *task)
{
	task->state = TASK_DEAD;
	list_push_back(&sched.dead, &task->link);
	leave(task);
}

void task_exit(void)
{
	die(sched.current);
	abort();
}

void sched_wait(struct task *task)
{
	task->state = TASK_WAITING;
	if (task->wake_ns != UINT64_MAX)
		sleep_add(task);
	leave(task);
}

void sched_wake(struct task *task, enum task_class cls)
{
	assert(task->state == TASK_WAITING);
	sleep_remove(task);
	chan_abandon(task);
	make_ready(task, cls < task->base ? cls : task->base);
}

/* By force: the rest of its work is not urgent any more, whatever woke it. */
static void lose_slice(struct task *task)
{
	task->preemptions++;
	task->group->preemptions++;
	make_ready(task, TASK_NORMAL);
	leave(task);
}

void preempt_taken(void)
{
	lose_slice(sched.current);
}

void sched_overflow(void)
{
	struct task *task = sched.current;
	task->group->overflowed = true;
	die(task);
}

bool sched_host_enter(void)
{
	struct task *task = sched.current;
	task->in_host = 1;
	compiler_barrier();
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);
	return here >= (uintptr_t)task->stack.lo + HOST_STACK_MIN;
}

void sched_host_leave(void)
{
	struct task *task = sched.current;
	compiler_barrier();
	task->in_host = 0;
	compiler_barrier();
	if (!preempt_pending)
		return;
	sched.taken_in_host++;
	lose_slice(task);
}

static struct task *pick(void)
{
	for (int i = 0; i < TASK_CLASSES; i++) {
		struct list *link = list_pop_front(&sched.ready[i]);
		if (link)
			return container_of(link, struct task, link);
	}
	return NULL;
}

bool sched_ready(void)
{
	for (int i = 0; i < TASK_CLASSES; i++) {
		if (!list_empty(&sched.ready[i]))
			return true;
	}
	return false;
}

static void enter(struct task *task)
{
	sched.switches++;
	sanitize_leave(&sched.loop_asan, task->stack.lo, task->stack.size);
	errno = task->saved_errno;
	switch_to(&sched.loop_sp, task->sp);
	sanitize_arrive(sched.loop_asan, NULL, NULL);
}

/* Runs the task until it gives the processor back; returns the time then. */
static uint64_t dispatch(struct task *task, uint64_t now)
{
	task->state = TASK_RUNNING;
	sched.current = task;
	preempt_set_current(task, now);
	if (task->group->text_hi)
		preempt_arm(now + SCHED_SLICE_NS);
	compiler_barrier();
	struct group *group = task->group;
	if (preempt_pending) {
		task->state = TASK_READY;
		list_push_front(&sched.ready[task->cls], &task->link);
	} else {
		enter(task);
	}
	compiler_barrier();
	preempt_set_current(NULL, 0);
	sched.current = NULL;
	uint64_t end = clock_now_ns();
	task->run_ns += end - now;
	group->run_ns += end - now;
	return end;
}

static void wake_sleepers(uint64_t now)
{
	struct task *task;
	while ((task = sleep_first()) && task->wake_ns <= now) {
		task->fired = -EAGAIN;
		sched_wake(task, task->base);
	}
}

bool sched_run(void)
{
	uint64_t start = clock_now_ns(), now = start;
	wake_sleepers(now);
	/* A hint since the poll: poll again, once, before a task gets a slice. */
	if (preempt_pending && !sched.yielded_at_once) {
		sched.yielded_at_once = true;
		preempt_pending = 0;
		return sched_ready();
	}
	sched.yielded_at_once = false;
	preempt_pending = 0;
	struct task *task;
	while (!preempt_pending && now - start < SCHED_SLICE_NS && (task = pick())) {
		now = dispatch(task, now);
		reap();
	}
	preempt_pending = 0;
	bool more = sched_ready();
	if (!more)
		preempt_disarm();
	return more;
}

uint64_t sched_next_wake_ns(void)
{
	struct task *task = sleep_first();
	return task ? task->wake_ns : UINT64_MAX;
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

static const char *waiting_for(const struct task *task)
{
	if (task->state != TASK_WAITING)
		return "-";
	if (task->n_alts == 0)
		return task->wake_ns == UINT64_MAX ? "nothing" : "time";
	if (task->n_alts > 1)
		return "alt";
	return task->alts[0].op == CHAN_SEND ? "send" : "receive";
}

const char *task_state_name(enum task_state state)
{
	return state_names[state];
}

const char *task_class_name(enum task_class cls)
{
	return class_names[cls];
}

void sched_each_task(void (*each)(void *data, const struct task_info *info), void *data)
{
	list_for_each (task, &sched.all, struct task, all_link) {
		const struct task_info info = {
			.group = task->group->name,
			.name = task->name,
			.state = task->state,
			.cls = task->cls,
			.waits = waiting_for(task),
			.run_ns = task->run_ns,
			.preemptions = task->preemptions,
			.stack = task->stack.size,
		};
		each(data, &info);
	}
}

static void dump_one(void *data, const struct task_info *info)
{
	fprintf(data, "%-24s %-16s %-8s %-8s %-8s %12.3f %8llu\n", info->group, info->name,
		state_names[info->state], class_names[info->cls], info->waits,
		(double)info->run_ns / 1e6, (unsigned long long)info->preemptions);
}

void sched_dump(FILE *out)
{
	fprintf(out, "%-24s %-16s %-8s %-8s %-8s %12s %8s\n", "group", "task", "state",
		"class", "waits", "run ms", "preempt");
	sched_each_task(dump_one, out);
}

struct sched_stats sched_get_stats(void)
{
	return (struct sched_stats){
		.switches = sched.switches,
		.preemptions = (uint64_t)preempt_counts.diverted,
		.deferrals = sched.taken_in_host,
		.hints = (uint64_t)preempt_counts.hints,
		.ticks = (uint64_t)preempt_counts.ticks,
	};
}
