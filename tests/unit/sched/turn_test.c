/* Turns, classes and reservations as they come out in the engine: policy_*_test.c have the rules. */
#include "helper.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * Time is the clock's: on a busy machine a slice may last 20 ms for who happens to have
 * it. So what is out of range is measured again.
 */
#define MEASURE_NS (300 * NS_PER_MS)
#define ATTEMPTS   5

static volatile long stop;

static void hog(void *arg)
{
	(void)arg;
	spin(&stop);
}

static void run_for(uint64_t ns)
{
	uint64_t end = clock_now_ns() + ns;
	while (clock_now_ns() < end)
		sched_run();
}

static void end_group(struct group *group)
{
	assert_int_equal(group_kill(group), 0);
}

/* Within a turn the tasks of a group hand over to each other, without a new turn. */
#define MESSAGES 50
static struct chan *ping, *pong;
static char order[64];
static size_t n_order;

static void pinger(void *arg)
{
	(void)arg;
	for (int i = 0; i < MESSAGES; i++) {
		chan_send(ping, &i);
		chan_recv(pong, &i);
	}
	order[n_order++] = 'p';
}

static void ponger(void *arg)
{
	int v;
	(void)arg;
	for (int i = 0; i < MESSAGES; i++) {
		chan_recv(ping, &v);
		chan_send(pong, &v);
	}
}

static void once(void *arg)
{
	order[n_order++] = *(const char *)arg;
}

/* Until the policy picks that group first: its lot is drawn. */
static void test_hand_over(void **state)
{
	int in_one_turn = 0;
	(void)state;
	ping = chan_create(sizeof(int), 0);
	pong = chan_create(sizeof(int), 0);
	for (int i = 0; i < 50; i++) {
		struct group group;
		group_with_hogtext(&group, "other");
		n_order = 0;
		memset(order, 0, sizeof order);
		spawn("pinger", pinger, NULL);
		spawn("ponger", ponger, NULL);
		spawn_in(&group, "once", once, "o");
		struct sched_stats before = sched_get_stats();
		run_until_idle();
		struct sched_stats after = sched_get_stats();
		assert_true(after.switches - before.switches > MESSAGES);
		/* Three tasks end, each to the loop; a timer may have come, too. */
		in_one_turn += after.turns - before.turns <= 4;
		assert_int_equal(n_order, 2);
	}
	assert_true(in_one_turn > 25);
	chan_destroy(ping, NULL, NULL);
	chan_destroy(pong, NULL, NULL);
}

/* Yield: behind its own group; other groups get theirs when the slice is over. */
static volatile bool seen;

static void yield_until_seen(void *arg)
{
	uint64_t give_up = clock_now_ns() + 5 * NS_PER_S;
	(void)arg;
	while (!seen && clock_now_ns() < give_up)
		task_yield();
}

static void see(void *arg)
{
	(void)arg;
	seen = true;
}

static void test_yield_ends_with_the_slice(void **state)
{
	struct group group;
	(void)state;
	group_with_hogtext(&group, "other");
	seen = false;
	spawn("yielder", yield_until_seen, NULL);
	spawn_in(&group, "other", see, NULL);
	uint64_t start = clock_now_ns();
	run_until_idle();
	assert_true(seen);
	assert_true(clock_now_ns() - start < NS_PER_S);
}

/* What each of two groups gets, of hogs. */
static double share(unsigned weight_a, int tasks_a, unsigned weight_b, int tasks_b)
{
	struct group a, b;
	group_with_hogtext(&a, "a");
	group_with_hogtext(&b, "b");
	group_set_share(&a, weight_a, NULL);
	group_set_share(&b, weight_b, NULL);
	stop = 0;
	for (int i = 0; i < tasks_a; i++)
		spawn_in(&a, "hog", hog, NULL);
	for (int i = 0; i < tasks_b; i++)
		spawn_in(&b, "hog", hog, NULL);
	run_for(MEASURE_NS);
	double ratio = (double)a.run_ns / (double)b.run_ns;
	end_group(&a);
	end_group(&b);
	return ratio;
}

static void test_shares(void **state)
{
	static const struct {
		unsigned weight_a;
		int tasks_a;
		unsigned weight_b;
		int tasks_b;
		double want; /* time of a by time of b */
	} cases[] = {
		{POLICY_WEIGHT, 1, POLICY_WEIGHT, 1, 1},
		{POLICY_WEIGHT, 100, POLICY_WEIGHT, 1, 1},
		{3 * POLICY_WEIGHT, 1, POLICY_WEIGHT, 1, 3},
		{POLICY_WEIGHT, 1, 4 * POLICY_WEIGHT, 20, 0.25},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		double want = cases[i].want, got = 0;
		for (int k = 0; k < ATTEMPTS && (got < 0.75 * want || got > 1.35 * want);
			k++)
			got = share(cases[i].weight_a, cases[i].tasks_a,
				cases[i].weight_b, cases[i].tasks_b);
		if (got < 0.75 * want || got > 1.35 * want)
			fail_msg("case %zu: %.3f, not about %.3f", i, got, want);
	}
}

/* Every task of a group gets as many slices as the others. */
static void test_within_a_group(void **state)
{
	static const char *const names[] = {"h0", "h1", "h2", "h3"};
	(void)state;
	stop = 0;
	for (int i = 0; i < 4; i++)
		spawn(names[i], hog, NULL);
	run_for(MEASURE_NS);
	uint64_t cuts = sched_get_stats().preemptions;
	for (int i = 0; i < 4; i++)
		assert_in_range(
			task_line(names[i]).preemptions, cuts / 4 - 1, cuts / 4 + 1);
}

/* LATENCY, woken by a host call of a running task: before that call returns to it. */
static struct chan *event;
static enum task_class seen_class[4];

static void wait_event(void *arg)
{
	int v;
	(void)arg;
	chan_recv(event, &v);
	seen_class[0] = task_line("event").cls;
	order[n_order++] = 'e';
}

static void wake_event(void *arg)
{
	int v = 1;
	(void)arg;
	sched_host_enter();
	chan_try_send(event, &v);
	order[n_order++] = 'w';
	sched_host_leave();
	order[n_order++] = 'x';
}

/* What the event's task and its waker did, in order. */
static void wake_once(enum task_class cls)
{
	struct group group;
	group_with_hogtext(&group, "event");
	event = chan_create(sizeof(int), 0);
	chan_set_wake_class(event, cls);
	memset(order, 0, sizeof order);
	n_order = 0;
	spawn_in(&group, "event", wait_event, NULL);
	run_until_idle();
	spawn("waker", wake_event, NULL);
	run_until_idle();
	chan_destroy(event, NULL, NULL);
}

static void test_latency_at_host_leave(void **state)
{
	static const struct {
		enum task_class cls;
		const char *order;
	} cases[] = {
		{TASK_LATENCY, "wex"},
		{TASK_NORMAL, "wxe"},
	};
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		/* A machine that stands still ends the waker's slice, and the other has its turn. */
		for (int tries = 0; tries < 5; tries++) {
			wake_once(cases[i].cls);
			if (strcmp(order, cases[i].order) == 0)
				break;
			assert_int_equal(cases[i].cls, TASK_NORMAL);
		}
		assert_string_equal(order, cases[i].order);
		assert_int_equal(seen_class[0], cases[i].cls);
	}
}

/* ... and by the loop, when a hint interrupted a hog: it is the next to run, of ten. */
static void test_latency_at_a_hint(void **state)
{
	struct group group;
	int fds[2], v = 1;
	(void)state;
	group_with_hogtext(&group, "event");
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	assert_int_equal(preempt_watch(fds[0]), 0);
	event = chan_create(sizeof(int), 0);
	chan_set_wake_class(event, TASK_LATENCY);
	stop = 0;
	for (int i = 0; i < 10; i++)
		spawn("hog", hog, NULL);
	for (int i = 0; i < 20; i++) {
		char c;
		n_order = 0;
		spawn_in(&group, "event", wait_event, NULL);
		while (task_line("event").state != TASK_WAITING)
			sched_run();
		assert_int_equal(write(fds[1], "x", 1), 1);
		while (read(fds[0], &c, 1) != 1)
			sched_run();
		uint64_t turns = sched_get_stats().turns;
		chan_try_send(event, &v);
		while (n_order == 0)
			sched_run();
		/* Its own, and hogs' until the loop was wanted. */
		assert_true(sched_get_stats().turns - turns <= 2);
		assert_int_equal(seen_class[0], TASK_LATENCY);
	}
	stop = 1;
	run_until_idle();
	chan_destroy(event, NULL, NULL);
	close(fds[0]);
	close(fds[1]);
}

/* Who works for something urgent is urgent: along a chain of plain channels, in other groups. */
#define LINKS 4
static struct chan *chain[LINKS + 1];
static const char *const link_names[LINKS] = {"l0", "l1", "l2", "l3"};

static void chain_link(void *arg)
{
	int i = (int)(intptr_t)arg, v;
	chan_recv(chain[i], &v);
	seen_class[i] = task_line(link_names[i]).cls;
	order[n_order++] = (char)('0' + i);
	if (chain[i + 1])
		chan_send(chain[i + 1], &v);
}

static void run_chain(struct reservation *res)
{
	struct group groups[LINKS];
	int v = 1;
	memset(order, 0, sizeof order);
	n_order = 0;
	for (int i = 0; i < LINKS; i++) {
		group_with_hogtext(&groups[i], "link");
		chain[i] = chan_create(sizeof(int), 0);
		spawn_in(&groups[i], link_names[i], chain_link, (void *)(intptr_t)i);
	}
	run_until_idle();
	if (res)
		chan_set_reservation(chain[0], res);
	else
		chan_set_wake_class(chain[0], TASK_LATENCY);
	spawn("plain", once, "n");
	assert_int_equal(chan_try_send(chain[0], &v), 0);
	run_until_idle();
	for (int i = 0; i < LINKS; i++)
		chan_destroy(chain[i], NULL, NULL);
}

static void test_inherited_class(void **state)
{
	struct reservation res = {.budget_ns = 50 * NS_PER_MS,
		.period_ns = 100 * NS_PER_MS,
		.deadline_ns = 100 * NS_PER_MS};
	const char *why;
	(void)state;
	assert_int_equal(sched_reserve(&res, &why), 0);
	for (int reserved = 0; reserved < 2; reserved++) {
		run_chain(reserved ? &res : NULL);
		assert_string_equal(order, "0123n");
		for (int i = 0; i < LINKS; i++)
			assert_int_equal(
				seen_class[i], reserved ? TASK_DEADLINE : TASK_LATENCY);
	}
	sched_release(&res);
}

/* A hog under a reservation has its budget and no more, while another wants the rest. */
static void reserved_hog(void *arg)
{
	int v;
	chan_recv(arg, &v);
	spin(&stop);
}

static double reserved_part(void)
{
	struct reservation res = {.budget_ns = 2 * NS_PER_MS,
		.period_ns = 10 * NS_PER_MS,
		.deadline_ns = 10 * NS_PER_MS};
	struct group group, other;
	const char *why;
	int v = 1, spent = 0;
	group_with_hogtext(&group, "reserved");
	group_with_hogtext(&other, "other");
	/* Its share of what is left is next to nothing. */
	group_set_share(&group, POLICY_WEIGHT_MIN, NULL);
	group_set_share(&other, POLICY_WEIGHT_MAX, NULL);
	assert_int_equal(sched_reserve(&res, &why), 0);
	struct chan *c = chan_create(sizeof(int), 0);
	chan_set_reservation(c, &res);
	stop = 0;
	spawn_in(&group, "reserved", reserved_hog, c);
	sched_run();
	spawn_in(&other, "other", hog, NULL);
	chan_try_send(c, &v);
	assert_int_equal(task_line("reserved").cls, TASK_DEADLINE);
	uint64_t start = clock_now_ns();
	while (clock_now_ns() - start < MEASURE_NS) {
		sched_run();
		spent += task_line("reserved").cls == TASK_NORMAL;
	}
	assert_true(spent > 5);
	/* Its own time: what other processes take of a turn is nobody's. */
	double part = (double)res.used_ns / (double)(clock_now_ns() - start);
	end_group(&group);
	end_group(&other);
	sched_release(&res);
	chan_destroy(c, NULL, NULL);
	return part;
}

static void test_budget(void **state)
{
	double part = 0;
	(void)state;
	for (int k = 0; k < ATTEMPTS && (part < 0.1 || part > 0.26); k++)
		part = reserved_part();
	if (part < 0.1 || part > 0.26)
		fail_msg("2 ms of 10, but it had %.3f", part);
}

/* Refusals, each in words; somebody holds half of the processor. */
static void test_refusals(void **state)
{
	static const struct {
		struct reservation want;
		int result;
		const char *says;
	} cases[] = {
		{{.budget_ns = 1000, .deadline_ns = NS_PER_MS}, -EINVAL, "budget"},
		{{.budget_ns = 2 * NS_PER_MS, .deadline_ns = NS_PER_MS}, -EINVAL,
			"deadline"},
		{{.budget_ns = NS_PER_MS, .deadline_ns = 2 * NS_PER_S}, -EINVAL, "1 s"},
		{{.budget_ns = 3 * NS_PER_MS, .deadline_ns = 10 * NS_PER_MS}, -EBUSY,
			"others"},
		{{.budget_ns = 2 * NS_PER_MS, .deadline_ns = 10 * NS_PER_MS}, 0, NULL},
	};
	struct reservation held = {
		.budget_ns = 5 * NS_PER_MS, .deadline_ns = 10 * NS_PER_MS};
	const char *why = NULL;
	(void)state;
	assert_int_equal(sched_reserve(&held, &why), 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct reservation res = cases[i].want;
		assert_int_equal(sched_reserve(&res, &why), cases[i].result);
		if (cases[i].says)
			assert_non_null(strstr(why, cases[i].says));
		sched_release(&res);
	}
	sched_release(&held);
	struct reservation all = {
		.budget_ns = 7 * NS_PER_MS, .deadline_ns = 10 * NS_PER_MS};
	assert_int_equal(sched_reserve(&all, &why), 0);
	sched_release(&all);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, sched_setup, sched_teardown)
	const struct CMUnitTest tests[] = {
		T(test_hand_over),
		T(test_yield_ends_with_the_slice),
		T(test_shares),
		T(test_within_a_group),
		T(test_latency_at_host_leave),
		T(test_latency_at_a_hint),
		T(test_inherited_class),
		T(test_budget),
		T(test_refusals),
	};
	return cmocka_run_group_tests_name("turn", tests, NULL, NULL);
}
