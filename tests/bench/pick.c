/*
 * Choosing who runs next among many: the policy by itself, with tasks as far apart in
 * memory as plugins are; and going there, which besides finds the stacks of thousands out of
 * the caches. In one group a yield is enough for that; between groups each lets the one
 * before it go on and waits itself: a pick, and a message that costs the same however
 * many there are.
 */
#include <math.h>
#include <stdlib.h>

#include "cases.h"
#include "contest.h"
#include "sched/chan.h"
#include "util/clock.h"

#define PICKS     200000
#define TASKS_MAX 10000

static struct seat {
	struct group group;
	struct chan *chan;
	struct policy_task task; /* when the policy is by itself */
} * seats;
static struct chan *parked; /* where the one before waits; NULL: nowhere */
static long left;           /* picks until the clock is read */
static uint64_t first_ns, last_ns;

/* Whether it goes on. */
static bool count(void)
{
	if (last_ns)
		return false;
	if (left-- > 0)
		return true;
	left = PICKS;
	*(first_ns ? &last_ns : &first_ns) = clock_now_ns();
	return !last_ns;
}

static void yielder(void *unused)
{
	(void)unused;
	while (count())
		task_yield();
}

static void unpark(void)
{
	struct chan *chan = parked;
	parked = NULL;
	if (chan)
		chan_send(chan, "");
}

static void waiter(void *chan)
{
	char c;
	while (count()) {
		unpark();
		parked = chan;
		chan_recv(chan, &c);
	}
	unpark();
}

static double pick_ns(int n, struct group *one)
{
	first_ns = last_ns = 0;
	parked = NULL;
	left = 2L * n; /* once round to enter every task, once more for the caches */
	for (int i = 0; i < n; i++)
		bench_task(one ? one : &seats[i].group, one ? yielder : waiter,
			seats[i].chan);
	while (sched_run())
		;
	return (double)(last_ns - first_ns) / PICKS;
}

static struct policy policy;

static void populate(int n, bool one)
{
	policy_init(&policy, 1, 0);
	for (int i = 0; i < n; i++) {
		struct policy_group *group = &seats[one ? 0 : i].group.policy;
		if (i == 0 || !one)
			policy_group_init(group, POLICY_WEIGHT, NULL);
		policy_task_init(&seats[i].task, group, TASK_NORMAL);
		policy_ready(&policy, &seats[i].task, TASK_NORMAL, NULL, 0);
	}
}

/* Each has a turn as long as it may. */
static void take_turns(long n)
{
	uint64_t slice_ns;
	while (n--) {
		struct policy_task *task = policy_pick(&policy, 0, &slice_ns);
		policy_ran(&policy, slice_ns, task);
	}
}

static double policy_turns(int n)
{
	populate(n, false);
	take_turns(2L * n);
	uint64_t start = clock_now_ns();
	take_turns(PICKS);
	return (double)(clock_now_ns() - start) / PICKS;
}

/* All in one turn: each yields to the next. */
static struct policy_task *take_places(struct policy_task *task, long n)
{
	while (n--) {
		policy_ready(&policy, task, TASK_NORMAL, NULL, 0);
		task = policy_again(&policy, &seats[0].group.policy);
	}
	return task;
}

static double policy_places(int n)
{
	uint64_t slice_ns;
	populate(n, true);
	struct policy_task *task = policy_pick(&policy, 0, &slice_ns);
	task = take_places(task, 2L * n);
	uint64_t start = clock_now_ns();
	take_places(task, PICKS);
	return (double)(clock_now_ns() - start) / PICKS;
}

static double own_groups(int n)
{
	for (int i = 0; i < n; i++)
		group_init(&seats[i].group, "bench"); /* the policy by itself used them */
	return pick_ns(n, NULL);
}

static double one_group(int n)
{
	return pick_ns(n, &bench_group);
}

static void compare(const char *name, double (*run)(int), int n, double bound)
{
	contest_run(&(struct contest){
		.name = name,
		.unit = "ns",
		.ours = {.run = run, .arg = n},
		.sides = {{.run = run, .arg = 10, .name = "10 tasks", .bound = bound}},
		.repetitions = 21,
	});
}

static void make_seats(void)
{
	seats = calloc(TASKS_MAX, sizeof *seats);
	if (!seats)
		bench_die("no memory for the groups; close something");
	for (int i = 0; i < TASKS_MAX; i++) {
		group_init(&seats[i].group, "bench");
		seats[i].chan = chan_create(1, 0);
		if (!seats[i].chan)
			bench_die("no memory for a channel; close something");
	}
}

static void free_seats(void)
{
	for (int i = 0; i < TASKS_MAX; i++)
		chan_destroy(seats[i].chan, NULL, NULL);
	free(seats);
}

void case_pick(void)
{
	case_begin();
	make_seats();
	compare("pick of 1000 tasks, a group each", policy_turns, 1000, 2);
	compare("pick of 10000 tasks, a group each", policy_turns, 10000, 2);
	compare("pick of 1000 tasks, one group", policy_places, 1000, 2);
	compare("pick of 10000 tasks, one group", policy_places, 10000, 2);
	compare("pick and go, 1000 tasks, a group each", own_groups, 1000, NAN);
	compare("pick and go, 10000 tasks, a group each", own_groups, 10000, NAN);
	compare("pick and go, 1000 tasks, one group", one_group, 1000, NAN);
	compare("pick and go, 10000 tasks, one group", one_group, 10000, NAN);
	free_seats();
	case_end();
}
