/*
 * The engine. A turn is the policy's: it begins with policy_pick and ends with
 * policy_ran; within a turn the tasks of one group hand the processor to each other
 * without asking. Whoever gives the processor up picks its successor and switches
 * to it at once; the loop gets it when it is wanted, or when nobody is ready.
 */
#include "sched/sched.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sched/fence.h"
#include "sched/journal.h"
#include "sched/private.h"
#include "sched/sanitize.h"
#include "sched/switch.h"
#include "util/clock.h"

#define HOST_STACK_MIN ((size_t)16 * 1024)
/*
 * Reading the clock costs three switches. After a read that shows quick switching it
 * is left out this many times: who runs then is charged for all of them.
 */
#define UNREAD   63
#define QUICK_NS UINT64_C(2000)
/* The timer is not set for less: a tick costs 20 us. */
#define SOON_NS  UINT64_C(100000)
#define STALL_NS UINT64_C(500000) /* a turn that ends so late was not this task's own */
#define SHORT_NS                                                                         \
	UINT64_C(30000) /* ... and for the loop, that is waited for, not for this */

struct sched sched = {.all = {&sched.all, &sched.all}};

#define compiler_barrier() __asm__ volatile("" ::: "memory")

int sched_init(void)
{
	memset(&sched, 0, sizeof sched);
	policy_init(&sched.policy, 0, 0);
	list_init(&sched.dead);
	list_init(&sched.all);
	sched.poll_ns = POLICY_SLICE_NS;
	sched.loop_ns = UINT64_MAX;
	sanitize_own_stack(&sched.loop_stack, &sched.loop_stack_size);
	return preempt_init();
}

void sched_finish(void)
{
	sched_fence_init(FENCE_OFF, 0, 0);
	preempt_disarm();
	journal_stop();
	task_reap();
	task_report_left();
	preempt_finish();
	stack_trim();
	sleep_free();
}

void sched_seed(uint64_t seed)
{
	policy_seed(&sched.policy, seed);
}

void sched_poll_every(uint64_t ns)
{
	sched.poll_ns = ns;
}

void sched_loop_by(uint64_t ns)
{
	sched.loop_ns = ns;
}

void sched_on_ordinary(void (*begins)(void *data, uint64_t now_ns), void *data)
{
	sched.ordinary = begins;
	sched.ordinary_data = data;
}

int sched_reserve(struct reservation *res, const char **why)
{
	return policy_reserve(&sched.policy, res, why);
}

int sched_adjust(
	struct reservation *res, uint64_t budget_ns, uint64_t period_ns, const char **why)
{
	return policy_adjust(
		&sched.policy, res, budget_ns, period_ns, sched_now_ns(), why);
}

void sched_release(struct reservation *res)
{
	policy_release(&sched.policy, res);
	/* Who runs may have had its class by it. */
	if (sched.current)
		preempt_wanted.is.better = 1;
}

uint64_t sched_now_ns(void)
{
	return preempt_wanted.is.journal ? journal_clock() : clock_now_ns();
}

void sched_rebase(void)
{
	sched.turn_ns = sched.since_ns = clock_now_ns();
	sched.end_ns = sched.due_ns = sched.turn_ns;
	if (sched.current)
		preempt_retry();
}

static bool loop_wanted(void)
{
	if (!preempt_wanted.any)
		return false;
	return preempt_wanted.is.journal ? journal_look(preempt_wanted.is.loop)
					 : preempt_wanted.is.loop;
}

static uint64_t charge_task(struct task *task)
{
	uint64_t now = sched_now_ns(), ran = now - sched.since_ns;
	task->run_ns += ran;
	sched.since_ns = now;
	sched.unread = ran < QUICK_NS ? UNREAD : 0;
	return now;
}

/* Before those run that have budgets. */
static void note_processor(uint64_t now)
{
	if (!sched.policy.admitted_ppm)
		return;
	sched.noted_ns = now;
	sched.processor_ns = clock_thread_ns();
}

/*
 * A turn under a reservation that is far longer than it may be: another process had the processor
 * in the middle of it, perhaps. The budget does not pay for that.
 */
static uint64_t own_time(uint64_t now, uint64_t ran)
{
	if (now <= sched.end_ns + STALL_NS || sched.policy.turn.cls != TASK_DEADLINE ||
		preempt_wanted.is.journal)
		return ran;
	uint64_t over = now - sched.end_ns, passed = now - sched.noted_ns;
	uint64_t had = clock_thread_ns() - sched.processor_ns;
	uint64_t others = passed > had ? passed - had : 0;
	note_processor(now);
	return ran - (others < over ? others : over);
}

static uint64_t end_turn(struct task *task, struct task *cut)
{
	uint64_t now = charge_task(task), ran = now - sched.turn_ns;
	task->group->run_ns += ran;
	policy_ran(&sched.policy, own_time(now, ran), cut ? &cut->policy : NULL);
	return now;
}

/* Signals count for this task from here on. One that came too early comes again. */
static inline void set_current(struct task *task)
{
	task->state = TASK_RUNNING;
	sched.current = task;
	sched.switches++;
	compiler_barrier();
	if (!preempt_wanted.any)
		return;
	if (preempt_wanted.is.journal)
		journal_dispatch(task);
	if (journal_replaying() || (preempt_wanted.is.loop && !task->in_host))
		preempt_retry();
}

/* When the timer has to look: the turn's end if somebody waits, or a sleeper's time. */
static void arm(uint64_t now)
{
	uint64_t due = sched.end_ns;
	if (sched.policy.n_ready == 0)
		due = sched.poll_ns < UINT64_MAX - now ? now + sched.poll_ns : UINT64_MAX;
	const struct task *sleeper = sleep_first();
	if (sleeper && sleeper->wake_ns < due)
		due = sleeper->wake_ns;
	uint64_t whole = policy_next_ns(&sched.policy);
	if (whole < due)
		due = whole > now + SOON_NS ? whole : now + SOON_NS;
	if (sched.loop_ns < due)
		due = sched.loop_ns > now + SHORT_NS ? sched.loop_ns : now + SHORT_NS;
	sched.due_ns = due;
	if (due != UINT64_MAX)
		preempt_arm(due);
}

/* In a turn: the timer is to look by then, too. */
static void look_by(uint64_t ns)
{
	if (ns >= sched.due_ns)
		return;
	if (ns < sched.since_ns + SOON_NS)
		ns = sched.since_ns + SOON_NS;
	sched.due_ns = ns;
	preempt_arm(ns);
}

static struct task *begin_turn(uint64_t now)
{
	uint64_t slice_ns;
	struct policy_task *picked =
		sched.reserved_only ? policy_pick_reserved(&sched.policy, now, &slice_ns)
				    : policy_pick(&sched.policy, now, &slice_ns);
	if (!picked)
		return NULL;
	struct task *task = container_of(picked, struct task, policy);
	preempt_wanted.is.better = 0;
	if (sched.ordinary && picked->cls != TASK_DEADLINE)
		sched.ordinary(sched.ordinary_data, now);
	sched.turns++;
	sched.turn_ns = sched.since_ns = now;
	if (!task->group->began_ns)
		task->group->began_ns = now;
	/* A small budget is overrun by that, and pays it back; ticks would cost more. */
	sched.end_ns = now + (slice_ns > SOON_NS ? slice_ns : SOON_NS);
	arm(now);
	return task;
}

/* The loop's own control words are the ABI's. */
static inline int go(void **save, void *to, const int *answer, bool fp_control)
{
	return fp_control ? switch_to(save, to, answer) : switch_quick(save, to, answer);
}

/* From a task's stack to the loop's. */
static int switch_to_loop(struct task *task)
{
	sched.current = NULL;
	sanitize_leave(task->state == TASK_DEAD ? NULL : &task->asan, sched.loop_stack,
		sched.loop_stack_size);
	int answer = go(&task->sp, sched.loop_sp, &task->fired, task->group->fp_control);
	sanitize_arrive(task->asan);
	return answer;
}

/* To the next one's, itself perhaps; NULL: the loop's. When it is dispatched again: fired. */
static inline int switch_from(struct task *task, struct task *next)
{
	if (!next)
		return switch_to_loop(task);
	set_current(next);
	if (next == task)
		return task->fired;
	sanitize_leave(&task->asan, next->stack.lo, next->stack.size);
	int answer = go(&task->sp, next->sp, &task->fired,
		task->group->fp_control || next->group->fp_control);
	sanitize_arrive(task->asan);
	return answer;
}

static int leave_turn(struct task *task, bool loop)
{
	uint64_t now = end_turn(task, NULL);
	return switch_from(task, loop ? NULL : begin_turn(now));
}

/* Gives the processor up; the task waits, at most until wake_ns, or is ready again already. */
static inline int leave(struct task *task, uint64_t wake_ns)
{
	bool loop = loop_wanted();
	struct policy_task *again =
		loop ? NULL : policy_again(&sched.policy, &task->group->policy);
	if (!again)
		return leave_turn(task, loop);
	if (sched.unread)
		sched.unread--;
	else
		charge_task(task);
	if (wake_ns < sched.due_ns)
		look_by(wake_ns);
	return switch_from(task, container_of(again, struct task, policy));
}

/* By force. */
static void lose_turn(struct task *task)
{
	int saved_errno = errno;
	task->preemptions++;
	task->group->preemptions++;
	task->state = TASK_READY;
	uint64_t now = end_turn(task, task);
	switch_from(task, loop_wanted() ? NULL : begin_turn(now));
	errno = saved_errno;
}

void preempt_taken(void)
{
	journal_cut();
	lose_turn(sched.current);
	fence_selector = FENCE_BLOCKS;
}

/* Cuts that happened in this stretch of the task's own code when it was recorded. */
static void replay_cuts(struct task *task)
{
	while (preempt_wanted.is.journal && journal_cut_here())
		lose_turn(task);
}

/* Before anything else: the task may have no room for what comes next, or for this. */
static inline void check_room(const struct task *task)
{
	uintptr_t above = (uintptr_t)__builtin_frame_address(0) -
			  ((uintptr_t)task->stack.lo + HOST_STACK_MIN);
	if (above > task->stack.size - HOST_STACK_MIN)
		fault_here();
}

void sched_host_enter(void)
{
	struct task *task = sched.current;
	switch_clean();
	fence_selector = FENCE_ALLOWS;
	check_room(task);
	if (preempt_wanted.is.journal)
		replay_cuts(task);
	task->in_host = 1;
	compiler_barrier();
}

static void lose_turn_if_due(struct task *task)
{
	if (!loop_wanted() && !preempt_wanted.is.better)
		return;
	sched.taken_in_host++;
	lose_turn(task);
}

void sched_host_leave(void)
{
	struct task *task = sched.current;
	compiler_barrier();
	task->in_host = 0;
	compiler_barrier();
	if (preempt_wanted.any)
		lose_turn_if_due(task);
	fence_selector = FENCE_BLOCKS;
}

/* Somebody is ready now: the turn under way may have to end, in time or at once. */
static void hurry(const struct task *ready)
{
	if (policy_beats(&ready->policy, &sched.current->policy))
		preempt_wanted.is.better = 1;
	look_by(sched.end_ns);
}

/* Whether it has to wait for the thaw. */
static bool hold(struct task *task)
{
	if (!task->group->frozen || task == task->group->unfrozen)
		return false;
	task->state = TASK_READY;
	task->held = true;
	return true;
}

static void make_ready(struct task *task, enum task_class cls, struct reservation *res)
{
	if (hold(task))
		return;
	task->state = TASK_READY;
	bool urgent = cls != TASK_NORMAL || task->policy.base != TASK_NORMAL;
	policy_ready(&sched.policy, &task->policy, cls, res, urgent ? sched_now_ns() : 0);
	if (!sched.current || sched.current == task)
		return;
	hurry(task);
	if (res) /* spent, perhaps: to be made whole */
		look_by(policy_next_ns(&sched.policy));
}

void sched_start(struct task *task)
{
	make_ready(task, task->policy.base, NULL);
}

void sched_wake(struct task *task, enum task_class cls, struct reservation *res)
{
	assert(task->state == TASK_WAITING);
	if (task->heap_index != SLEEP_NONE)
		sleep_remove(task);
	if (hold(task))
		return;
	const struct task *by = sched.current;
	if (cls == TASK_NORMAL && by && policy_join(&sched.policy, &task->policy)) {
		task->state = TASK_READY;
		if (sched.due_ns > sched.end_ns)
			hurry(task);
		return;
	}
	if (by && by->policy.cls < cls) {
		cls = by->policy.cls;
		res = by->policy.res;
	}
	make_ready(task, cls, res);
}

int sched_wait(struct task *task)
{
	task->state = TASK_WAITING;
	if (task->wake_ns != UINT64_MAX)
		sleep_add(task);
	return leave(task, task->wake_ns);
}

void task_yield(void)
{
	struct task *task = sched.current;
	bool alone = list_empty(&task->group->policy.tasks);
	make_ready(task, task->policy.base, NULL);
	if (alone)
		leave_turn(task, loop_wanted());
	else
		leave(task, UINT64_MAX);
}

void task_sleep_until(uint64_t ns)
{
	chan_alt(NULL, 0, ns ? ns : 1);
}

void sched_task_main(void *arg)
{
	struct task *task = arg;
	sanitize_arrive(NULL);
	task->fn(task->arg);
	fence_selector = FENCE_ALLOWS;
	task_exit();
}

/*
 * To the loop, which frees it when nobody stands on its stack any more. Does not
 * return; not declared so: AddressSanitizer would look for its stack's bounds.
 */
static void die(struct task *task)
{
	task->state = TASK_DEAD;
	list_push_back(&sched.dead, &task->dead_link);
	end_turn(task, NULL);
	switch_to_loop(task);
}

void task_exit(void)
{
	replay_cuts(sched.current);
	die(sched.current);
	abort();
}

void sched_doom(void)
{
	die(sched.current);
}

bool sched_ready(void)
{
	return sched.policy.n_ready > 0;
}

static void enter(struct task *task)
{
	static const int unused;
	sanitize_leave(&sched.loop_asan, task->stack.lo, task->stack.size);
	set_current(task);
	go(&sched.loop_sp, task->sp, &unused, task->group->fp_control);
	sanitize_arrive(sched.loop_asan);
}

static void wake_sleepers(uint64_t now)
{
	struct task *task;
	while ((task = sleep_first()) && task->wake_ns <= now) {
		task->fired = -EAGAIN;
		chan_abandon(task);
		sched_wake(task, task->policy.base, NULL);
		policy_prompt(&task->policy);
	}
}

/*
 * A hint since the poll: poll again before a task gets a turn. Another since that poll:
 * a task gets a short one (set_current), or hints that keep coming would starve them all.
 */
static bool poll_first(void)
{
	bool first = loop_wanted() && !sched.yielded_at_once;
	sched.yielded_at_once = first;
	if (first)
		preempt_wanted.is.loop = 0;
	return first;
}

bool sched_run(void)
{
	uint64_t now = sched_now_ns();
	wake_sleepers(now);
	if (poll_first())
		return sched_ready();
	note_processor(now);
	for (;;) {
		struct task *task = begin_turn(now);
		if (!task)
			break;
		enter(task);
		task_reap();
		if (loop_wanted())
			break;
		now = sched.since_ns;
	}
	preempt_wanted.is.loop = 0;
	preempt_step();
	if (!sched_ready())
		preempt_disarm();
	return sched_ready();
}

void sched_run_reserved(uint64_t by_ns)
{
	if (!sched.policy.n_ready || list_empty(&sched.policy.deadline) ||
		preempt_wanted.is.journal || sched.current)
		return;
	bool wanted = preempt_wanted.is.loop;
	uint64_t now = sched_now_ns(), end = now + POLICY_SLICE_NS;
	uint64_t loop_ns = sched.loop_ns;
	end = by_ns < end ? by_ns : end;
	sched.loop_ns = end;
	sched.reserved_only = true;
	note_processor(now);
	while (now < end) {
		preempt_wanted.is.loop = 0;
		struct task *task = begin_turn(now);
		if (!task)
			break;
		enter(task);
		task_reap();
		wanted |= preempt_wanted.is.loop;
		now = sched.since_ns;
	}
	sched.reserved_only = false;
	sched.loop_ns = loop_ns;
	preempt_wanted.is.loop = wanted;
}

uint64_t sched_next_wake_ns(void)
{
	struct task *task = sleep_first();
	return task ? task->wake_ns : UINT64_MAX;
}

struct sched_stats sched_get_stats(void)
{
	return (struct sched_stats){
		.switches = sched.switches,
		.turns = sched.turns,
		.preemptions = (uint64_t)preempt_counts.diverted,
		.deferrals = sched.taken_in_host,
		.hints = (uint64_t)preempt_counts.hints,
		.ticks = (uint64_t)preempt_counts.ticks,
	};
}
