/* Tasks that wait for each other only: who is told, and when nobody must be. */
#include "helper.h"

#include <errno.h>
#include <string.h>

#define TASKS 3
#define WAITS 1 /* its call has not returned */

static struct chan *home[TASKS], *other, *never;
static int results[TASKS];
static const char *acts;

static int receive_two(struct chan *a, struct chan *b, uint64_t deadline_ns)
{
	int v[2];
	struct alt alts[] = {
		{.chan = a, .op = CHAN_RECV, .el = &v[0]},
		{.chan = b, .op = CHAN_RECV, .el = &v[1]},
	};
	return chan_alt(alts, b ? 2 : 1, deadline_ns);
}

/*
 * r receives, s sends, a alt of two, all at home; m alt with one that is not, f receives
 * from that only; t receives with a deadline; n waits for nothing; z sleeps and ends; x
 * ends; o leaves its stack; k waits elsewhere, till it is killed.
 */
static int act(int i)
{
	int v = 0;
	switch (acts[i]) {
	case 'r':
		return chan_recv(home[i], &v);
	case 's':
		return chan_send(home[i], &v);
	case 'a':
		return receive_two(home[i], home[(i + 1) % TASKS], UINT64_MAX);
	case 'm':
		return receive_two(home[i], other, UINT64_MAX);
	case 'f':
	case 'k':
		return chan_recv(other, &v);
	case 't':
		return receive_two(home[i], NULL, clock_now_ns() + 5 * NS_PER_MS);
	case 'n':
		return chan_alt(NULL, 0, UINT64_MAX);
	case 'z':
		task_sleep_until(clock_now_ns() + 2 * NS_PER_MS);
		return 0;
	case 'o':
		spin_off_stack();
	}
	return 0;
}

static void actor(void *arg)
{
	int i = (int)(intptr_t)arg, v;
	results[i] = act(i);
	/* Who was told stays: its end would be another's turn to be told. */
	if (results[i] == -EDEADLK)
		chan_recv(never, &v);
}

static void make_chans(void)
{
	for (int i = 0; i < TASKS; i++) {
		home[i] = chan_create(sizeof(int), 0);
		chan_set_home(home[i], &test_group);
		results[i] = WAITS;
	}
	other = chan_create(sizeof(int), 0);
	never = chan_create(sizeof(int), 0);
}

static void free_chans(void)
{
	assert_int_equal(group_kill(&test_group), 0);
	assert_int_equal(test_group.n_stuck, 0);
	for (int i = 0; i < TASKS; i++)
		chan_destroy(home[i], NULL, NULL);
	chan_destroy(other, NULL, NULL);
	chan_destroy(never, NULL, NULL);
}

static void run_acts(const char *what)
{
	struct task *killed = NULL;
	acts = what;
	for (int i = 0; what[i]; i++) {
		struct task *task = spawn("actor", actor, (void *)(intptr_t)i);
		if (what[i] == 'k')
			killed = task;
	}
	run_until_idle();
	if (killed) {
		task_kill(killed);
		run_until_idle();
	}
}

static const struct {
	const char *acts;
	int want[TASKS];
} cases[] = {
	/* The call of the last. */
	{"r", {-EDEADLK}},
	{"s", {-EDEADLK}},
	{"rr", {WAITS, -EDEADLK}},
	{"rs", {WAITS, -EDEADLK}},
	{"ra", {WAITS, -EDEADLK}},
	{"aar", {WAITS, WAITS, -EDEADLK}},
	{"xrr", {0, WAITS, -EDEADLK}},
	{"nr", {WAITS, -EDEADLK}},
	{"nra", {WAITS, WAITS, -EDEADLK}},
	/* The last is no help any more: the first is told. */
	{"rx", {-EDEADLK, 0}},
	{"rsx", {-EDEADLK, WAITS, 0}},
	{"arz", {-EDEADLK, WAITS, 0}},
	{"rak", {-EDEADLK, WAITS, WAITS}},
	{"ro", {-EDEADLK, WAITS}},
	{"rn", {-EDEADLK, WAITS}},
	{"nrx", {WAITS, -EDEADLK, 0}},
	{"rnk", {-EDEADLK, WAITS, WAITS}},
	/* Somebody may still help. */
	{"rf", {WAITS, WAITS}},
	{"rm", {WAITS, WAITS}},
	{"rt", {-EDEADLK, -EAGAIN}}, /* not before it ended */
	{"tf", {-EAGAIN, WAITS}},
	{"n", {WAITS}},
	{"nn", {WAITS, WAITS}},
	{"nx", {WAITS, 0}},
};

static void test_who_is_told(void **state)
{
	(void)state;
	for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
		make_chans();
		run_acts(cases[c].acts);
		for (size_t i = 0; cases[c].acts[i]; i++) {
			if (results[i] != cases[c].want[i])
				fail_msg("\"%s\": task %zu has %d, not %d", cases[c].acts,
					i, results[i], cases[c].want[i]);
		}
		free_chans();
	}
}

/* An end is given away while its task waits: no deadlock any more; brought back: one again. */
static void give_away(void *arg)
{
	int v;
	chan_set_home(home[0], NULL);
	results[1] = chan_recv(home[1], &v);
}

static void test_given_away(void **state)
{
	(void)state;
	make_chans();
	acts = "r";
	spawn("actor", actor, (void *)0);
	spawn("giver", give_away, NULL);
	run_until_idle();
	assert_int_equal(results[0], WAITS);
	assert_int_equal(results[1], WAITS);
	chan_set_home(home[0], &test_group);
	run_until_idle();
	assert_int_equal(results[0], -EDEADLK);
	assert_int_equal(results[1], WAITS);
	free_chans();
}

static void test_helped_from_outside(void **state)
{
	int v = 7;
	(void)state;
	make_chans();
	acts = "r";
	spawn("actor", actor, (void *)0);
	spawn("giver", give_away, NULL);
	run_until_idle();
	assert_int_equal(chan_try_send(home[0], &v), 0);
	run_until_idle();
	assert_int_equal(results[0], 0);
	/* It ended, and the other's channel is at home. */
	assert_int_equal(results[1], -EDEADLK);
	free_chans();
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, sched_setup, sched_teardown)
	const struct CMUnitTest tests[] = {
		T(test_who_is_told),
		T(test_given_away),
		T(test_helped_from_outside),
	};
	return cmocka_run_group_tests_name("deadlock", tests, NULL, NULL);
}
