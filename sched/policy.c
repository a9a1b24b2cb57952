#include "sched/policy.h"

#include <assert.h>
#include <errno.h>

#define PPM UINT64_C(1000000)
/* A shorter budget is lost in the cost of switching. */
#define BUDGET_MIN UINT64_C(10000)
#define PERIOD_MAX UINT64_C(1000000000)
/* With what is admitted it leaves 5 % of the processor, however long slices are. */
#define INPUT_BUDGET_MAX (POLICY_INPUT_NS / 5)
/* A measured run moves the expectation by an eighth: the prior counts for about eight. */
#define EXPECT_SHIFT 3

/* Marsaglia 2003, xorshift64*. */
static uint64_t draw(struct policy *policy)
{
	uint64_t x = policy->random;
	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	policy->random = x;
	return x * UINT64_C(0x2545f4914f6cdd1d);
}

/* Uniform in [0, n); n below 2^32. */
static uint64_t below(struct policy *policy, uint64_t n)
{
	return (draw(policy) >> 32) * n >> 32;
}

static uint64_t max(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

void policy_seed(struct policy *policy, uint64_t seed)
{
	/* Zero is the one state it never leaves; neighbours shall not begin alike. */
	policy->random = seed ^ UINT64_C(0x9e3779b97f4a7c15);
	if (!policy->random)
		policy->random = 1;
	for (int i = 0; i < 8; i++)
		draw(policy);
}

void policy_init(struct policy *policy, uint64_t seed, uint64_t slice_ns)
{
	assert(slice_ns <= POLICY_SLICE_MAX_NS);
	*policy = (struct policy){.slice_ns = slice_ns ? slice_ns : POLICY_SLICE_NS};
	calendar_init(&policy->calendar);
	list_init(&policy->deadline);
	list_init(&policy->latency);
	list_init(&policy->spent);
	policy->input =
		(struct reservation){.budget_ns = min(policy->slice_ns, INPUT_BUDGET_MAX),
			.period_ns = POLICY_INPUT_NS,
			.deadline_ns = POLICY_INPUT_NS};
	list_init(&policy->input.tasks);
	list_init(&policy->input.link);
	policy_seed(policy, seed);
}

void policy_group_init(
	struct policy_group *group, unsigned weight, const struct policy_prior *prior)
{
	*group = (struct policy_group){.weight = weight};
	if (weight < POLICY_WEIGHT_MIN)
		group->weight = POLICY_WEIGHT_MIN;
	if (weight > POLICY_WEIGHT_MAX)
		group->weight = POLICY_WEIGHT_MAX;
	if (prior) {
		group->expect_ns = prior->run_ns;
		group->cache = prior->cache;
	}
	list_init(&group->entry.link);
	list_init(&group->tasks);
}

static uint64_t slice_of(const struct policy *policy, const struct policy_group *group)
{
	return policy->slice_ns + policy->slice_ns * group->cache / 255;
}

static uint64_t weighed(const struct policy_group *group, uint64_t ns)
{
	return ns * POLICY_WEIGHT / group->weight;
}

/* The group begins to wait, under that tag: its lot is drawn. */
static void enter_lottery(
	struct policy *policy, struct policy_group *group, uint64_t start)
{
	uint64_t run = slice_of(policy, group);
	if (group->expect_ns && group->expect_ns < run)
		run = group->expect_ns;
	group->start = start;
	group->queued = true;
	calendar_add(&policy->calendar, &group->entry,
		group->start + below(policy, weighed(group, run)));
}

static void leave_lottery(struct policy *policy, struct policy_group *group)
{
	if (group->queued)
		calendar_remove(&policy->calendar, &group->entry);
	group->queued = false;
}

void policy_group_leave(struct policy *policy, struct policy_group *group)
{
	leave_lottery(policy, group);
	if (policy->turn.group == group)
		policy->turn.group = NULL;
}

void policy_task_init(
	struct policy_task *task, struct policy_group *group, enum task_class base)
{
	*task = (struct policy_task){.group = group, .base = base, .cls = base};
	list_init(&task->link);
	list_init(&task->res_link);
}

static bool has_turn(const struct policy *policy, const struct policy_group *group)
{
	return policy->turn.group == group && policy->turn.cls == TASK_NORMAL;
}

static void queue_normal(struct policy *policy, struct policy_task *task)
{
	struct policy_group *group = task->group;
	task->cls = TASK_NORMAL;
	list_push_back(&group->tasks, &task->link);
	if (!group->queued && !has_turn(policy, group))
		enter_lottery(policy, group, max(policy->virtual_ns, group->used));
}

/* From the end: deadlines mostly come in order. */
static void queue_deadline(struct policy *policy, struct policy_task *task)
{
	struct list *at = policy->deadline.prev;
	for (; at != &policy->deadline; at = at->prev) {
		if (container_of(at, struct policy_task, link)->res->due_ns <=
			task->res->due_ns)
			break;
	}
	task->cls = TASK_DEADLINE;
	list_insert_between(at, &task->link, at->next);
}

static void await_period(struct policy *policy, struct reservation *res)
{
	if (!list_empty(&res->link))
		return;
	struct list *at = policy->spent.prev;
	for (; at != &policy->spent; at = at->prev) {
		if (container_of(at, struct reservation, link)->next_ns <= res->next_ns)
			break;
	}
	list_insert_between(at, &res->link, at->next);
}

/* The budget is used up: the task goes on as NORMAL until it is whole again. */
static void spend(struct policy *policy, struct policy_task *task)
{
	task->res->spent++;
	queue_normal(policy, task);
	await_period(policy, task->res);
}

/* What it asks for less is free when the period is over in which it had more. */
static void give_rest_back(struct policy *policy, struct reservation *res)
{
	if (res->ppm <= res->ask_ppm)
		return;
	policy->admitted_ppm -= res->ppm - res->ask_ppm;
	res->ppm = res->ask_ppm;
}

/* What was taken beyond the last budget is paid back out of this one. */
static void make_whole(struct policy *policy, struct reservation *res, uint64_t from_ns)
{
	give_rest_back(policy, res);
	res->left_ns = (int64_t)res->budget_ns + (res->left_ns < 0 ? res->left_ns : 0);
	res->next_ns = from_ns + res->period_ns;
	res->due_ns = max(from_ns + res->deadline_ns, res->later_ns);
	list_remove(&res->link);
}

/*
 * Woken with budget left and the deadline not yet there: it is kept if what is
 * left, by then, is no more than its share; else the server begins anew.
 */
static bool keeps_deadline(const struct reservation *res, uint64_t now)
{
	if (res->left_ns <= 0 || now >= res->due_ns)
		return false;
	return (uint64_t)res->left_ns * res->deadline_ns <=
	       (res->due_ns - now) * res->budget_ns;
}

/* Others under it are ready or run: a task woken now joins them, and nothing begins anew. */
static bool is_active(const struct policy *policy, const struct reservation *res,
	const struct policy_task *woken)
{
	if (policy->turn.group && policy->turn.res == res)
		return true;
	list_for_each (task, &res->tasks, struct policy_task, res_link) {
		if (task->ready && task != woken)
			return true;
	}
	return false;
}

/* After a rest: what is owed was paid by the periods that passed unused. */
static void begin_anew(struct policy *policy, struct reservation *res, uint64_t now)
{
	uint64_t unused = (now - res->next_ns) / res->period_ns * res->budget_ns;
	if (res->left_ns < 0 && (uint64_t)-res->left_ns <= unused)
		res->left_ns = 0;
	else if (res->left_ns < 0)
		res->left_ns += (int64_t)unused;
	make_whole(policy, res, now);
}

/*
 * A period longer than the deadline would be cut short by beginning anew before its
 * end: instead what is left shrinks to its share of the time left.
 */
static void wake_server(struct policy *policy, struct reservation *res, uint64_t now)
{
	if (now >= res->next_ns)
		begin_anew(policy, res, now);
	else if (res->left_ns <= 0)
		return;
	else if (keeps_deadline(res, now))
		res->due_ns = max(res->due_ns, res->later_ns);
	else if (res->deadline_ns == res->period_ns)
		make_whole(policy, res, now);
	else if (now < res->due_ns)
		res->left_ns = (int64_t)((res->due_ns - now) * res->budget_ns /
					 res->deadline_ns);
	else
		res->left_ns = 0;
}

static void ready_deadline(struct policy *policy, struct policy_task *task, uint64_t now)
{
	struct reservation *res = task->res;
	if (!is_active(policy, res, task))
		wake_server(policy, res, now);
	if (res->left_ns > 0)
		queue_deadline(policy, task);
	else
		spend(policy, task);
}

static bool in_debt(const struct policy *policy, const struct policy_group *group)
{
	return group->used >= policy->virtual_ns + POLICY_DEBT_NS;
}

static void under(struct policy_task *task, struct reservation *res)
{
	if (task->res == res)
		return;
	list_remove(&task->res_link);
	task->res = res;
	if (res)
		list_push_back(&res->tasks, &task->res_link);
}

/* LATENCY is served as if under a reservation too, and after those when that is spent. */
static void renew_input(struct policy *policy, uint64_t now)
{
	bool active = !list_empty(&policy->latency) ||
		      (policy->turn.group && policy->turn.cls == TASK_LATENCY);
	if (policy->input.left_ns < 0)
		policy->input.left_ns = 0;
	if (!active || now >= policy->input.next_ns)
		wake_server(policy, &policy->input, now);
}

static uint64_t input_due(const struct policy *policy)
{
	return policy->input.left_ns > 0 ? policy->input.due_ns : UINT64_MAX;
}

/* A group ahead of its share may, as long as input does not use up its own. */
static bool may_be_urgent(
	struct policy *policy, const struct policy_group *group, uint64_t now)
{
	renew_input(policy, now);
	return policy->input.left_ns > 0 || !in_debt(policy, group);
}

void policy_ready(struct policy *policy, struct policy_task *task, enum task_class cls,
	struct reservation *res, uint64_t now)
{
	policy->n_ready++;
	task->ready = true;
	if (task->base < cls)
		cls = task->base;
	if (cls == TASK_NORMAL && !task->res) { /* mostly */
		queue_normal(policy, task);
		return;
	}
	bool reserved = cls == TASK_DEADLINE && res && res->ppm;
	under(task, reserved ? res : NULL);
	if (reserved) {
		ready_deadline(policy, task, now);
	} else if (cls != TASK_NORMAL && may_be_urgent(policy, task->group, now)) {
		task->cls = TASK_LATENCY;
		task->slice_ns = policy->slice_ns;
		task->due_ns = input_due(policy);
		list_push_back(&policy->latency, &task->link);
	} else {
		queue_normal(policy, task);
	}
}

/* Interrupted in its turn: it keeps its place as far as it has not used it up. */
static void resume(struct policy *policy, struct policy_task *task, uint64_t ran)
{
	policy->n_ready++;
	task->ready = true;
	if (task->cls == TASK_DEADLINE && task->res && task->res->left_ns > 0) {
		queue_deadline(policy, task);
	} else if (task->cls == TASK_DEADLINE && task->res) {
		spend(policy, task);
	} else if (task->cls == TASK_LATENCY && ran < task->slice_ns) {
		task->slice_ns -= ran;
		list_push_front(&policy->latency, &task->link);
	} else {
		queue_normal(policy, task);
	}
}

void policy_prompt(struct policy_task *task)
{
	struct policy_group *group = task->group;
	if (!task->ready || task->cls != TASK_NORMAL)
		return;
	struct list *at = group->prompt ? group->prompt : &group->tasks;
	list_remove(&task->link);
	list_insert_between(at, &task->link, at->next);
	group->prompt = &task->link;
}

/* Out of its group's list, or another. */
static inline void unlink_task(struct policy_task *task)
{
	struct policy_group *group = task->group;
	struct list *link = &task->link;
	if (group->prompt == link)
		group->prompt = link->prev == &group->tasks ? NULL : link->prev;
	list_remove(link);
}

/* Out of the queue it is ready in; its group may have nothing left to wait for. */
static void unqueue(struct policy *policy, struct policy_task *task)
{
	policy->n_ready--;
	task->ready = false;
	unlink_task(task);
	if (task->cls == TASK_NORMAL && list_empty(&task->group->tasks))
		leave_lottery(policy, task->group);
}

void policy_task_leave(struct policy *policy, struct policy_task *task)
{
	if (task->ready)
		unqueue(policy, task);
	under(task, NULL);
}

static void requeue_as_deadline(struct policy *policy, struct reservation *res)
{
	list_for_each (task, &res->tasks, struct policy_task, res_link) {
		if (!task->ready)
			continue;
		unqueue(policy, task);
		policy->n_ready++;
		task->ready = true;
		queue_deadline(policy, task);
	}
}

/* All of a period's budget goes into what was taken too much: it is not whole yet. */
static bool owes(struct policy *policy, struct reservation *res)
{
	if (res->left_ns + (int64_t)res->budget_ns > 0)
		return false;
	res->left_ns += (int64_t)res->budget_ns;
	res->next_ns += res->period_ns;
	list_remove(&res->link);
	await_period(policy, res);
	return true;
}

static void replenish(struct policy *policy, uint64_t now)
{
	while (!list_empty(&policy->spent)) {
		struct reservation *res =
			container_of(policy->spent.next, struct reservation, link);
		if (res->next_ns > now)
			return;
		if (owes(policy, res))
			continue;
		make_whole(policy, res, res->next_ns);
		requeue_as_deadline(policy, res);
	}
}

static struct policy_task *take(struct policy *policy, struct policy_task *task)
{
	policy->n_ready--;
	task->ready = false;
	unlink_task(task);
	policy->turn.group = task->group;
	policy->turn.res = task->res;
	policy->turn.cls = task->cls;
	policy->turn.alone = policy->n_ready == 0;
	return task;
}

/* Another task under the same reservation may have used the budget up. */
static struct policy_task *first_deadline(struct policy *policy)
{
	while (!list_empty(&policy->deadline)) {
		struct policy_task *task =
			container_of(policy->deadline.next, struct policy_task, link);
		if (task->res->left_ns > 0)
			return task;
		list_remove(&task->link);
		spend(policy, task);
	}
	return NULL;
}

/* The group that wins. One that used time meanwhile, as LATENCY, draws again. */
static struct policy_group *win(struct policy *policy)
{
	for (;;) {
		struct calendar_entry *entry = calendar_first(&policy->calendar);
		struct policy_group *group =
			container_of(entry, struct policy_group, entry);
		leave_lottery(policy, group);
		if (group->used <= group->start)
			return group;
		enter_lottery(policy, group, group->used);
	}
}

static struct policy_task *pick_normal(struct policy *policy, uint64_t *slice_ns)
{
	if (calendar_empty(&policy->calendar))
		return NULL;
	struct policy_group *group = win(policy);
	policy->virtual_ns = max(policy->virtual_ns, group->start);
	calendar_advance(&policy->calendar, policy->virtual_ns);
	*slice_ns = slice_of(policy, group);
	return take(policy, container_of(group->tasks.next, struct policy_task, link));
}

struct policy_task *policy_pick(struct policy *policy, uint64_t now, uint64_t *slice_ns)
{
	replenish(policy, now);
	struct policy_task *task = first_deadline(policy);
	if (!list_empty(&policy->latency) && now >= policy->input.next_ns)
		renew_input(policy, now);
	if (task && (list_empty(&policy->latency) ||
			    task->res->due_ns <= input_due(policy))) {
		*slice_ns = (uint64_t)task->res->left_ns;
		return take(policy, task);
	}
	if (!list_empty(&policy->latency)) {
		task = container_of(policy->latency.next, struct policy_task, link);
		*slice_ns = task->slice_ns;
		task->due_ns = input_due(policy);
		if (policy->input.left_ns > 0 &&
			(uint64_t)policy->input.left_ns < *slice_ns)
			*slice_ns = (uint64_t)policy->input.left_ns;
		return take(policy, task);
	}
	return pick_normal(policy, slice_ns);
}

struct policy_task *policy_pick_reserved(
	struct policy *policy, uint64_t now, uint64_t *slice_ns)
{
	replenish(policy, now);
	struct policy_task *task = first_deadline(policy);
	if (!task)
		return NULL;
	*slice_ns = (uint64_t)task->res->left_ns;
	return take(policy, task);
}

bool policy_join(struct policy *policy, struct policy_task *task)
{
	struct policy_group *group = task->group;
	if (!has_turn(policy, group) || task->base != TASK_NORMAL || task->res)
		return false;
	policy->n_ready++;
	task->ready = true;
	task->cls = TASK_NORMAL;
	list_push_back(&group->tasks, &task->link);
	return true;
}

struct policy_task *policy_again(struct policy *policy, struct policy_group *group)
{
	if (policy->turn.cls != TASK_NORMAL || list_empty(&group->tasks) ||
		!list_empty(&policy->latency) || !list_empty(&policy->deadline))
		return NULL;
	struct policy_task *task =
		container_of(group->tasks.next, struct policy_task, link);
	policy->n_ready--;
	task->ready = false;
	unlink_task(task);
	return task;
}

/* A run is from being woken to waiting, over as many turns as it takes. */
static void measure(
	const struct policy *policy, struct policy_group *group, uint64_t ran, bool waits)
{
	/* Beyond a slice the lot does not change; and one long run is soon forgotten. */
	group->burst_ns = min(group->burst_ns + ran, 2 * policy->slice_ns);
	if (!waits) {
		if (group->expect_ns && group->expect_ns < group->burst_ns)
			group->expect_ns = group->burst_ns;
		return;
	}
	uint64_t burst = group->burst_ns;
	group->burst_ns = 0;
	if (!group->expect_ns)
		group->expect_ns = burst | 1;
	group->expect_ns += (burst >> EXPECT_SHIFT) - (group->expect_ns >> EXPECT_SHIFT);
}

/* Reserved time is paid for by the reservation; all other by the group. */
static void charge(struct policy *policy, struct policy_group *group, uint64_t ran)
{
	if (policy->turn.cls == TASK_DEADLINE && policy->turn.res) {
		policy->turn.res->left_ns -= (int64_t)ran;
		policy->turn.res->used_ns += ran;
		return;
	}
	if (policy->turn.cls == TASK_LATENCY)
		policy->input.left_ns -= (int64_t)ran;
	/* Beyond its slice it ran while nobody else was ready: it owes nobody for that. */
	if (policy->turn.alone && !calendar_empty(&policy->calendar))
		ran = min(ran, slice_of(policy, group));
	/* From its tag, however far others came while it waited: that is its due. */
	bool waited = group->queued || policy->turn.cls == TASK_NORMAL;
	uint64_t start = waited ? group->start : policy->virtual_ns;
	uint64_t used = max(group->used, start) + weighed(group, ran);
	/* What input costs beyond the debt is input's share: the group's own work goes on. */
	if (policy->turn.cls == TASK_LATENCY)
		used = max(group->used, min(used, policy->virtual_ns + POLICY_DEBT_NS));
	group->used = used;
	/* Nobody is kept waiting: it is ahead of nobody. */
	if (calendar_empty(&policy->calendar)) {
		policy->virtual_ns = max(policy->virtual_ns, group->used);
		calendar_advance(&policy->calendar, policy->virtual_ns);
	}
}

void policy_ran(struct policy *policy, uint64_t ran, struct policy_task *cut)
{
	struct policy_group *group = policy->turn.group;
	if (!group)
		return;
	charge(policy, group, ran);
	measure(policy, group, ran, !cut && list_empty(&group->tasks));
	if (cut)
		resume(policy, cut, ran);
	policy->turn.group = NULL;
	/* It never stopped wanting to run: it goes on where it is. */
	if (!group->queued && !list_empty(&group->tasks))
		enter_lottery(policy, group, group->used);
}

bool policy_beats(const struct policy_task *ready, const struct policy_task *running)
{
	if (ready->cls == TASK_LATENCY && running->cls == TASK_DEADLINE && running->res)
		return ready->due_ns < running->res->due_ns;
	if (ready->cls == TASK_DEADLINE && running->cls == TASK_LATENCY)
		return ready->res->due_ns <= running->due_ns;
	if (ready->cls != running->cls)
		return ready->cls < running->cls;
	return ready->cls == TASK_DEADLINE &&
	       (!running->res || ready->res->due_ns < running->res->due_ns);
}

uint64_t policy_next_ns(const struct policy *policy)
{
	if (list_empty(&policy->spent))
		return UINT64_MAX;
	return container_of(policy->spent.next, struct reservation, link)->next_ns;
}

static const char *nonsense(uint64_t budget, uint64_t period, uint64_t deadline)
{
	if (budget < BUDGET_MIN)
		return "the budget is below 10 us: ask for more at a time, less often";
	if (budget > deadline)
		return "the budget is longer than the deadline: it could never be met";
	if (deadline > PERIOD_MAX || period > PERIOD_MAX)
		return "deadline and period are at most 1 s";
	return NULL;
}

/* Its part of the processor, or -EINVAL, -EBUSY; present_ppm of it it has already. */
static int64_t admit(const struct policy *policy, uint64_t budget, uint64_t period,
	uint64_t deadline, uint32_t present_ppm, const char **why)
{
	*why = nonsense(budget, period, deadline);
	if (*why)
		return -EINVAL;
	uint64_t ppm = (budget * PPM + deadline - 1) / deadline;
	if (ppm > POLICY_ADMIT_PPM) {
		*why = "it is more than three quarters of the processor: ask for less";
		return -EINVAL;
	}
	if (policy->admitted_ppm - present_ppm + ppm > POLICY_ADMIT_PPM) {
		*why = "the processor is promised to others: ask for less, or end one of "
		       "them";
		return -EBUSY;
	}
	return (int64_t)ppm;
}

int policy_reserve(struct policy *policy, struct reservation *res, const char **why)
{
	assert(!res->ppm);
	if (!res->period_ns)
		res->period_ns = res->deadline_ns;
	if (res->deadline_ns > res->period_ns)
		res->deadline_ns = res->period_ns;
	int64_t ppm =
		admit(policy, res->budget_ns, res->period_ns, res->deadline_ns, 0, why);
	if (ppm < 0)
		return (int)ppm;
	policy->admitted_ppm += (uint32_t)ppm;
	res->ppm = res->ask_ppm = (uint32_t)ppm;
	list_init(&res->tasks);
	list_init(&res->link);
	/* What it owes and next_ns stay: who gives it back and asks again gains no budget. */
	if (res->left_ns > 0)
		res->left_ns = 0;
	return 0;
}

int policy_adjust(struct policy *policy, struct reservation *res, uint64_t budget,
	uint64_t period, uint64_t now, const char **why)
{
	assert(res->ppm);
	int64_t r = admit(policy, budget, period, period, res->ppm, why);
	if (r < 0)
		return (int)r;
	uint32_t ppm = (uint32_t)r;
	res->budget_ns = budget;
	res->period_ns = res->deadline_ns = period;
	res->ask_ppm = ppm;
	if (ppm > res->ppm) {
		policy->admitted_ppm += ppm - res->ppm;
		res->ppm = ppm;
	} else if (now >= res->next_ns && !is_active(policy, res, NULL)) {
		give_rest_back(policy, res);
	}
	return 0;
}

/* The turn under way; a group that has a NORMAL one does not wait for another. */
static void continue_as_normal(struct policy *policy)
{
	policy->turn.res = NULL;
	policy->turn.cls = TASK_NORMAL;
	leave_lottery(policy, policy->turn.group);
}

void policy_release(struct policy *policy, struct reservation *res)
{
	if (!res->ppm)
		return;
	policy->admitted_ppm -= res->ppm;
	res->ppm = 0;
	list_remove(&res->link);
	if (policy->turn.group && policy->turn.res == res)
		continue_as_normal(policy);
	list_for_each_safe (task, &res->tasks, struct policy_task, res_link) {
		bool queued = task->ready && task->cls == TASK_DEADLINE;
		under(task, NULL);
		if (task->cls == TASK_DEADLINE)
			task->cls = TASK_NORMAL;
		if (!queued)
			continue;
		list_remove(&task->link);
		queue_normal(policy, task);
	}
}
