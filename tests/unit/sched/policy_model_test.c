#include "policy_rig.h"

#include <string.h>

/*
 * Random operations against a direct model: what is ready, as what, since when. Places
 * within a class are compared by `since`; those who changed class at once are alike.
 */
#define MODEL_GROUPS 6
#define MODEL_RES    5
static struct {
	bool ready[MANY];
	enum task_class cls[MANY];
	int64_t since[MANY];
	int64_t clock, front;
	size_t running;
	uint64_t now, virtual_ns;
	enum task_class favourite; /* every other is woken as this */
	size_t counts[TASK_CLASSES + 1];
} model;

static void model_reset(void)
{
	memset(&model, 0, sizeof model);
	model.running = NOBODY;
	for (size_t i = 0; i < MANY; i++) {
		tasks[i].group = &groups[i % MODEL_GROUPS];
		tasks[i].base = i % 7 == 0 ? TASK_LATENCY : TASK_NORMAL;
	}
	for (size_t g = 0; g < MODEL_GROUPS; g++) {
		struct policy_prior prior = {.run_ns = chance(2 * MS)};
		prior.cache = (uint8_t)chance(256);
		unsigned weight = random_weight();
		policy_group_init(&groups[g], weight, chance(2) ? &prior : NULL);
	}
}

/* Who changed class: spent, whole again, released. It is new there. */
static void model_follow(void)
{
	model.clock++;
	for (size_t i = 0; i < MANY; i++) {
		if (!model.ready[i] || tasks[i].cls == model.cls[i])
			continue;
		model.cls[i] = tasks[i].cls;
		model.since[i] = model.clock;
	}
	assert_true(policy.virtual_ns >= model.virtual_ns);
	model.virtual_ns = policy.virtual_ns;
}

static void model_ready(size_t i)
{
	assert_true(tasks[i].ready && !model.ready[i]);
	model.ready[i] = true;
	model.cls[i] = tasks[i].cls;
	model.since[i] = ++model.clock;
}

static size_t model_count(enum task_class cls)
{
	size_t n = 0;
	for (size_t i = 0; i < MANY; i++)
		n += model.ready[i] && model.cls[i] == cls;
	return n;
}

/* Of those ready in its class (and, NORMAL, of its group), i is among the first. */
static void model_is_first(size_t i)
{
	for (size_t k = 0; k < MANY; k++) {
		if (!model.ready[k] || k == i || tasks[k].cls != tasks[i].cls)
			continue;
		if (tasks[i].cls == TASK_DEADLINE)
			assert_true(tasks[i].res->due_ns <= tasks[k].res->due_ns);
		else if (tasks[i].cls == TASK_LATENCY || tasks[k].group == tasks[i].group)
			assert_true(model.since[i] <= model.since[k]);
	}
}

/* The moment drawn is the earliest, to a bucket; past ones are of today. */
static void model_won(const struct policy_group *winner)
{
	uint64_t v = policy.virtual_ns;
	for (size_t g = 0; g < MODEL_GROUPS; g++) {
		if (!groups[g].queued)
			continue;
		uint64_t key = groups[g].entry.key > v ? groups[g].entry.key : v;
		uint64_t won = winner->entry.key > v ? winner->entry.key : v;
		assert_true(won >> CALENDAR_SHIFT <= key >> CALENDAR_SHIFT);
	}
}

/* Deadlines and the input's share go by when they are due; a tie is the deadline's. */
static void model_is_class(size_t i)
{
	bool has_share = policy.input.left_ns > 0;
	for (size_t k = 0; k < MANY; k++) {
		if (!model.ready[k] || tasks[k].cls == tasks[i].cls)
			continue;
		if (tasks[i].cls == TASK_DEADLINE && tasks[k].cls == TASK_LATENCY)
			assert_true(!has_share ||
				    tasks[i].res->due_ns <= policy.input.due_ns);
		else if (tasks[i].cls == TASK_LATENCY && tasks[k].cls == TASK_DEADLINE)
			assert_true(
				has_share && policy.input.due_ns < tasks[k].res->due_ns);
		else
			assert_true(tasks[i].cls < tasks[k].cls);
	}
}

static void model_pick(void)
{
	size_t i = pick(model.now);
	model_follow();
	if (i == NOBODY) {
		for (size_t k = 0; k < MANY; k++)
			assert_false(model.ready[k]);
		return;
	}
	assert_true(model.ready[i] && !tasks[i].ready && slice > 0);
	model_is_class(i);
	model_is_first(i);
	if (tasks[i].cls == TASK_NORMAL)
		model_won(tasks[i].group);
	model.ready[i] = false;
	model.running = i;
	model.counts[tasks[i].cls]++;
}

static void model_wake(size_t i)
{
	if (model.ready[i] || model.running == i)
		return;
	struct reservation *under = chance(8) ? &res[chance(MODEL_RES)] : NULL;
	enum task_class cls =
		chance(2) ? model.favourite : (enum task_class)chance(TASK_CLASSES);
	policy_ready(&policy, &tasks[i], cls, under, model.now);
	model_ready(i);
}

/* It goes on to the next of its group in the same turn, having yielded or not. */
static void model_again(void)
{
	size_t was = model.running, group = was % MODEL_GROUPS;
	if (tasks[was].cls != TASK_NORMAL)
		return;
	if (chance(2)) {
		ready(was, TASK_NORMAL);
		model_ready(was);
	}
	model.running = again(group);
	if (model.running != NOBODY) {
		assert_true(model.ready[model.running]);
		model_is_first(model.running);
		model.ready[model.running] = false;
		model.counts[TASK_CLASSES]++;
		return;
	}
	size_t mine = 0;
	for (size_t i = group; i < MANY; i += MODEL_GROUPS)
		mine += model.ready[i] && model.cls[i] == TASK_NORMAL;
	assert_true(mine == 0 || model_count(TASK_LATENCY) || model_count(TASK_DEADLINE));
	ran(chance(MS), NOBODY);
}

static void model_stop(void)
{
	size_t i = model.running;
	uint64_t took = chance(4) ? chance(slice + 1) : slice + chance(200 * US);
	model.now += took;
	model.running = NOBODY;
	enum task_class was = tasks[i].cls;
	uint64_t left = tasks[i].slice_ns;
	switch (chance(4)) {
	case 0:
		ran(took, NOBODY);
		break;
	case 1: /* yields */
		policy_ready(&policy, &tasks[i], TASK_NORMAL, NULL, model.now);
		model_ready(i);
		ran(took, NOBODY);
		break;
	case 2: /* ends; another comes */
		ran(took, NOBODY);
		policy_task_leave(&policy, &tasks[i]);
		policy_task_init(&tasks[i], tasks[i].group, tasks[i].base);
		break;
	default:
		ran(took, i);
		model_ready(i);
		if (was == TASK_LATENCY) {
			assert_int_equal(tasks[i].cls == TASK_LATENCY, took < left);
			if (took < left)
				model.since[i] = --model.front;
		}
	}
}

static void model_reserve(size_t r)
{
	const char *why;
	if (r >= MODEL_RES)
		return;
	if (res[r].ppm) {
		policy_release(&policy, &res[r]);
		for (size_t i = 0; i < MANY; i++)
			assert_ptr_not_equal(tasks[i].res, &res[r]);
		return;
	}
	res[r] = (struct reservation){.budget_ns = between(10 * US, 600 * US)};
	res[r].deadline_ns = between(MS, 20 * MS);
	res[r].period_ns = chance(3) ? between(MS, 20 * MS) : 0;
	uint32_t before = policy.admitted_ppm;
	int rc = policy_reserve(&policy, &res[r], &why);
	assert_true(policy.admitted_ppm <= POLICY_ADMIT_PPM);
	assert_int_equal(policy.admitted_ppm, before + res[r].ppm);
	assert_true((rc == 0) == (res[r].ppm > 0) && (rc == 0) == (why == NULL));
}

static void model_end(size_t i)
{
	if (i == model.running)
		return;
	policy_task_leave(&policy, &tasks[i]);
	policy_task_init(&tasks[i], tasks[i].group, tasks[i].base);
	model.ready[i] = false;
}

static void model_step(void)
{
	uint64_t what = chance(100);
	if (what < 35)
		model_wake(chance(MANY));
	else if (what < 37)
		model_end(chance(MANY));
	else if (what < 38)
		model_reserve(chance(4 * MODEL_RES));
	else if (what < 45)
		model.now += chance(5 * MS);
	else if (model.running == NOBODY)
		model_pick();
	else if (what < 60)
		model_again();
	else
		model_stop();
	model_follow();
	size_t n = 0;
	for (size_t i = 0; i < MANY; i++) {
		n += model.ready[i];
		assert_int_equal(model.ready[i], tasks[i].ready);
	}
	assert_int_equal(n, policy.n_ready);
}

static void test_random_operations(void **state)
{
	(void)state;
	size_t tried[TASK_CLASSES + 1] = {0};
	for (uint64_t s = 0; s < 60; s++) {
		start(s, 0);
		model_reset();
		model.favourite = (enum task_class)(s % TASK_CLASSES);
		for (int o = 0; o < 10000; o++) {
			model_step();
			check_structure();
		}
		for (size_t c = 0; c <= TASK_CLASSES; c++)
			tried[c] += model.counts[c];
	}
	for (size_t c = 0; c <= TASK_CLASSES; c++)
		assert_true(tried[c] > 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_random_operations),
	};
	return cmocka_run_group_tests_name("policy_model", tests, NULL, NULL);
}
