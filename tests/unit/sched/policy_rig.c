#include "policy_rig.h"

struct policy policy;
struct policy_group groups[MANY];
struct policy_task tasks[MANY];
struct reservation res[MANY];
uint64_t slice;

/* splitmix64. */
static uint64_t chance_state;
uint64_t chance(uint64_t n)
{
	uint64_t z = chance_state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (z ^ z >> 31) % n;
}

uint64_t between(uint64_t lo, uint64_t hi)
{
	return lo == UINT64_MAX ? lo : lo + chance(hi - lo + 1);
}

unsigned random_weight(void)
{
	unsigned weight = (unsigned)between(POLICY_WEIGHT_MIN, 2 * POLICY_WEIGHT_MIN);
	return weight << chance(8);
}

void start(uint64_t seed, uint64_t slice_ns)
{
	policy_init(&policy, seed, slice_ns);
	for (size_t i = 0; i < MANY; i++) {
		policy_group_init(&groups[i], POLICY_WEIGHT, NULL);
		policy_task_init(&tasks[i], &groups[i], TASK_NORMAL);
		res[i] = (struct reservation){0};
	}
	chance_state = seed;
}

int setup(void **state)
{
	(void)state;
	start(1, 0);
	return 0;
}

void ready(size_t i, enum task_class cls)
{
	policy_ready(&policy, &tasks[i], cls, NULL, 0);
}

void reserve(size_t i, uint64_t budget, uint64_t period, uint64_t deadline)
{
	const char *why;
	res[i].budget_ns = budget;
	res[i].period_ns = period;
	res[i].deadline_ns = deadline ? deadline : period;
	assert_int_equal(policy_reserve(&policy, &res[i], &why), 0);
	assert_null(why);
}

void ready_under(size_t i, size_t r, uint64_t now)
{
	policy_ready(&policy, &tasks[i], TASK_DEADLINE, &res[r], now);
}

size_t pick(uint64_t now)
{
	struct policy_task *task = policy_pick(&policy, now, &slice);
	return task ? (size_t)(task - tasks) : NOBODY;
}

size_t again(size_t group)
{
	struct policy_task *task = policy_again(&policy, &groups[group]);
	return task ? (size_t)(task - tasks) : NOBODY;
}

void ran(uint64_t ns, size_t cut)
{
	policy_ran(&policy, ns, cut == NOBODY ? NULL : &tasks[cut]);
}

const char *drain(uint64_t now)
{
	static char order[MANY + 1];
	size_t n = 0, i;
	while ((i = pick(now)) != NOBODY) {
		order[n++] = (char)('a' + i);
		ran(10 * US, NOBODY);
	}
	order[n] = 0;
	assert_int_equal(policy.n_ready, 0);
	return order;
}

void check_structure(void)
{
	size_t queued = 0, is_ready = 0;
	uint64_t due = 0;
	list_for_each (task, &policy.deadline, struct policy_task, link) {
		assert_true(task->ready && task->cls == TASK_DEADLINE && task->res->ppm);
		assert_true(task->res->due_ns >= due);
		due = task->res->due_ns;
		queued++;
	}
	list_for_each (latent, &policy.latency, struct policy_task, link) {
		assert_true(latent->ready && latent->cls == TASK_LATENCY);
		queued++;
	}
	for (size_t g = 0; g < MANY; g++) {
		bool turn =
			policy.turn.group == &groups[g] && policy.turn.cls == TASK_NORMAL;
		assert_int_equal(
			groups[g].queued, !list_empty(&groups[g].tasks) && !turn);
		bool found = !groups[g].prompt;
		list_for_each (task, &groups[g].tasks, struct policy_task, link) {
			found |= groups[g].prompt == &task->link;
			assert_true(task->ready && task->cls == TASK_NORMAL);
			assert_ptr_equal(task->group, &groups[g]);
			queued++;
		}
		assert_true(found);
	}
	for (size_t i = 0; i < MANY; i++)
		is_ready += tasks[i].ready;
	assert_int_equal(queued, policy.n_ready);
	assert_int_equal(is_ready, policy.n_ready);
	uint64_t next = 0;
	list_for_each (spent, &policy.spent, struct reservation, link) {
		assert_true(spent->ppm && spent->left_ns <= 0 && spent->next_ns >= next);
		next = spent->next_ns;
	}
}
