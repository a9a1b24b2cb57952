#include "helper.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

/* One sender, one receiver: everything arrives, in order, at any depth. */
#define MANY 1000
static struct chan *link_chan;
static int received[MANY];
static int n_received;

static void send_many(void *arg)
{
	(void)arg;
	for (int i = 0; i < MANY; i++)
		assert_int_equal(chan_send(link_chan, &i), 0);
	chan_close(link_chan);
}

static void recv_many(void *arg)
{
	int v;
	(void)arg;
	while (chan_recv(link_chan, &v) == 0)
		received[n_received++] = v;
}

static void test_order(void **state)
{
	static const size_t depths[] = {0, 1, 2, 7, 64, MANY};
	(void)state;
	for (size_t d = 0; d < sizeof depths / sizeof *depths; d++) {
		for (int receiver_first = 0; receiver_first < 2; receiver_first++) {
			link_chan = chan_create(sizeof(int), depths[d]);
			n_received = 0;
			spawn("a", receiver_first ? recv_many : send_many, NULL);
			spawn("b", receiver_first ? send_many : recv_many, NULL);
			run_until_idle();
			assert_int_equal(n_received, MANY);
			for (int i = 0; i < MANY; i++)
				assert_int_equal(received[i], i);
			chan_destroy(link_chan, NULL, NULL);
		}
	}
}

/* The try calls against a table: what the loop sees. */
static void test_try(void **state)
{
	static const struct {
		char op; /* s send, r receive, c close */
		int value, result;
	} steps[] = {
		{'r', 0, -EAGAIN},
		{'s', 1, 0},
		{'s', 2, 0},
		{'s', 3, -EAGAIN},
		{'r', 1, 0},
		{'s', 4, 0},
		{'r', 2, 0},
		{'c', 0, 0},
		{'s', 5, -EPIPE},
		{'r', 4, 0},
		{'r', 0, -EPIPE},
		{'c', 0, 0},
		{'r', 0, -EPIPE},
	};
	(void)state;
	struct chan *c = chan_create(sizeof(int), 2);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		int v = steps[i].value, r = 0;
		if (steps[i].op == 's')
			r = chan_try_send(c, &v);
		else if (steps[i].op == 'r')
			r = chan_try_recv(c, &v);
		else
			chan_close(c);
		assert_int_equal(r, steps[i].result);
		if (r == 0)
			assert_int_equal(v, steps[i].value);
	}
	chan_destroy(c, NULL, NULL);
}

static void count_drop(void *data, void *el)
{
	*(int *)data += *(int *)el;
}

static void test_destroy_drops(void **state)
{
	(void)state;
	struct chan *c = chan_create(sizeof(int), 4);
	for (int i = 1; i <= 3; i++)
		chan_try_send(c, &i);
	int sum = 0;
	chan_destroy(c, count_drop, &sum);
	assert_int_equal(sum, 6);
}

/* alt: who is ready, ties in turn, time-outs, closed ends. */
static struct chan *alt_chans[3];
static int alt_log[64], alt_count;

static void alt_reader(void *arg)
{
	int rounds = *(int *)arg;
	for (int i = 0; i < rounds; i++) {
		int v[3] = {0};
		struct alt alts[3];
		for (int k = 0; k < 3; k++)
			alts[k] = (struct alt){
				.chan = alt_chans[k], .op = CHAN_RECV, .el = &v[k]};
		int r = chan_alt(alts, 3, UINT64_MAX);
		alt_log[alt_count++] = r < 0                ? r
				       : alts[r].result < 0 ? alts[r].result
							    : v[r];
	}
}

static void make_alt_chans(size_t depth)
{
	alt_count = 0;
	for (int k = 0; k < 3; k++)
		alt_chans[k] = chan_create(sizeof(int), depth);
}

static void free_alt_chans(void)
{
	for (int k = 0; k < 3; k++)
		chan_destroy(alt_chans[k], NULL, NULL);
}

static void test_alt_ties_take_turns(void **state)
{
	(void)state;
	make_alt_chans(4);
	for (int k = 0; k < 3; k++) {
		for (int i = 0; i < 2; i++) {
			int v = 10 * (k + 1) + i;
			chan_try_send(alt_chans[k], &v);
		}
	}
	int rounds = 6;
	spawn("alt", alt_reader, &rounds);
	run_until_idle();
	static const int want[] = {10, 20, 30, 11, 21, 31};
	assert_memory_equal(alt_log, want, sizeof want);
	free_alt_chans();
}

static void test_alt_waits(void **state)
{
	(void)state;
	make_alt_chans(0);
	int rounds = 3;
	struct task *task = spawn("alt", alt_reader, &rounds);
	sched_run();
	assert_int_equal(alt_count, 0);
	int v = 7;
	assert_int_equal(chan_try_send(alt_chans[2], &v), 0);
	/* One receiver took one element: the others must see nobody waiting any more. */
	assert_int_equal(chan_try_send(alt_chans[0], &v), -EAGAIN);
	sched_run();
	assert_int_equal(alt_log[0], 7);
	chan_close(alt_chans[1]);
	sched_run();
	assert_int_equal(alt_log[1], -EPIPE);
	assert_int_equal(alt_log[2], -EPIPE);
	assert_int_equal(alt_count, 3);
	(void)task;
	free_alt_chans();
}

static uint64_t waited_ns;
static int timeout_result;

static void alt_timeout(void *arg)
{
	int v;
	struct alt a = {.chan = arg, .op = CHAN_RECV, .el = &v};
	uint64_t start = clock_now_ns();
	timeout_result = chan_alt(&a, 1, start + 20 * NS_PER_MS);
	waited_ns = clock_now_ns() - start;
}

static void test_alt_deadline(void **state)
{
	(void)state;
	struct chan *c = chan_create(sizeof(int), 0);
	spawn("late", alt_timeout, c);
	run_until_idle();
	assert_int_equal(timeout_result, -EAGAIN);
	assert_true(waited_ns >= 20 * NS_PER_MS);
	int v = 1; /* nobody is left in the queue */
	assert_int_equal(chan_try_send(c, &v), -EAGAIN);
	chan_destroy(c, NULL, NULL);
}

static void alt_poll(void *arg)
{
	int v;
	struct alt a = {.chan = arg, .op = CHAN_RECV, .el = &v};
	timeout_result = chan_alt(&a, 1, 0);
}

static void test_alt_without_waiting(void **state)
{
	(void)state;
	struct chan *c = chan_create(sizeof(int), 0);
	timeout_result = 0;
	struct sched_stats before = sched_get_stats();
	spawn("poll", alt_poll, c);
	run_until_idle();
	assert_int_equal(timeout_result, -EAGAIN);
	assert_int_equal(sched_get_stats().switches - before.switches, 1);
	chan_destroy(c, NULL, NULL);
}

/* No operations: a sleep, or nothing ever again. */
static void alt_of_none(void *arg)
{
	const uint64_t *deadline_ns = arg;
	timeout_result = 1;
	timeout_result = chan_alt(NULL, 0, *deadline_ns);
	waited_ns = clock_now_ns();
}

static void test_alt_of_none(void **state)
{
	(void)state;
	uint64_t deadlines[] = {0, clock_now_ns() + 10 * NS_PER_MS, UINT64_MAX};
	uint64_t switches = sched_get_stats().switches;
	spawn("none", alt_of_none, &deadlines[0]);
	run_until_idle();
	assert_int_equal(timeout_result, -EAGAIN);
	assert_int_equal(sched_get_stats().switches - switches, 1);
	spawn("none", alt_of_none, &deadlines[1]);
	run_until_idle();
	assert_int_equal(timeout_result, -EAGAIN);
	assert_true(waited_ns >= deadlines[1]);
	struct task *task = spawn("none", alt_of_none, &deadlines[2]);
	run_until_idle();
	assert_int_equal(timeout_result, 1);
	assert_string_equal(task_line("none").waits, "nothing");
	task_kill(task);
}

/* Closed under those who wait: senders, receivers and alts get -EPIPE; then it stays so. */
static int closed_results[3];

static void send_closed(void *arg)
{
	int v = 1;
	closed_results[0] = chan_send(arg, &v) + chan_send(arg, &v) - -EPIPE;
}

static void recv_closed(void *arg)
{
	int v;
	closed_results[1] = chan_recv(arg, &v) + chan_recv(arg, &v) - -EPIPE;
}

static void alt_closed(void *arg)
{
	int v;
	struct alt a = {.chan = arg, .op = CHAN_RECV, .el = &v};
	closed_results[2] = chan_alt(&a, 1, UINT64_MAX) == 0 ? a.result : 1;
}

static void test_close(void **state)
{
	static void (*const waiters[])(void *) = {send_closed, recv_closed, alt_closed};
	(void)state;
	for (size_t i = 0; i < sizeof waiters / sizeof *waiters; i++) {
		struct chan *c = chan_create(sizeof(int), 0);
		closed_results[i] = 0;
		spawn("waiter", waiters[i], c);
		run_until_idle();
		assert_int_equal(closed_results[i], 0);
		chan_close(c);
		chan_close(c);
		run_until_idle();
		assert_int_equal(closed_results[i], -EPIPE);
		int v = 1;
		assert_int_equal(chan_try_send(c, &v), -EPIPE);
		assert_int_equal(chan_try_recv(c, &v), -EPIPE);
		chan_destroy(c, NULL, NULL);
	}
}

/* 100,000 channels, each used: a buffered one by itself, the others by two tasks. */
#define CHANS      100000
#define CHAN_BYTES 400
static struct chan **many;
static int n_right;

static void send_to_all(void *arg)
{
	(void)arg;
	for (int i = 0; i < CHANS; i++)
		chan_send(many[i], &i);
}

static void recv_from_all(void *arg)
{
	int v;
	(void)arg;
	for (int i = 0; i < CHANS; i++)
		n_right += chan_recv(many[i], &v) == 0 && v == i;
}

static void test_many_chans(void **state)
{
	(void)state;
	uint64_t start = clock_now_ns();
	many = malloc(CHANS * sizeof(struct chan *));
	size_t before = mallinfo2().uordblks;
	for (size_t i = 0; i < CHANS; i++) {
		many[i] = chan_create(sizeof(int), i % 3);
		assert_non_null(many[i]);
	}
	/* Zero under AddressSanitizer, whose malloc is another. */
	assert_true(mallinfo2().uordblks - before <= (size_t)CHANS * CHAN_BYTES);
	n_right = 0;
	spawn("sender", send_to_all, NULL);
	spawn("receiver", recv_from_all, NULL);
	run_until_idle();
	assert_int_equal(n_right, CHANS);
	for (int i = 0; i < CHANS; i++)
		chan_destroy(many[i], NULL, NULL);
	free(many);
	assert_true(clock_now_ns() - start < 5 * NS_PER_S);
}

/* A task that waits is killed: it is in no queue any more, and what it wanted to send stays its own. */
static void send_one(void *arg)
{
	int v = 42;
	chan_send(arg, &v);
	fail();
}

static void test_kill_waiting(void **state)
{
	(void)state;
	struct chan *c = chan_create(sizeof(int), 0);
	struct task *task = spawn("sender", send_one, c);
	sched_run();
	assert_int_equal(chan_pending(c), 1);
	task_kill(task);
	assert_int_equal(chan_pending(c), 0);
	int v;
	assert_int_equal(chan_try_recv(c, &v), -EAGAIN);
	chan_destroy(c, NULL, NULL);
}

static void note(void *data)
{
	++*(int *)data;
}

static void test_hook(void **state)
{
	(void)state;
	int notes = 0, v = 1;
	struct chan *c = chan_create(sizeof(int), 1);
	chan_set_hook(c, note, &notes);
	chan_try_send(c, &v);
	assert_int_equal(notes, 1);
	spawn("sender", send_one, c); /* no room: waits, and that can be received too */
	sched_run();
	assert_int_equal(notes, 2);
	assert_int_equal(chan_pending(c), 2);
	chan_close(c);
	assert_int_equal(notes, 3);
	group_kill(&test_group);
	chan_destroy(c, NULL, NULL);
}

/* The sieve of Eratosthenes by a chain of tasks, against a plain one. */
static struct chan *sieve_chans[200];
static int primes[100], n_primes, n_sieve;

static void sieve_source(void *arg)
{
	struct chan *out = arg;
	for (int i = 2; i < 400; i++)
		chan_send(out, &i);
	chan_close(out);
}

static void sieve_filter(void *arg)
{
	struct chan *in = arg, *out = NULL;
	int prime, v;
	if (chan_recv(in, &prime) < 0)
		return;
	primes[n_primes++] = prime;
	out = sieve_chans[n_sieve++] = chan_create(sizeof(int), 0);
	spawn("filter", sieve_filter, out);
	while (chan_recv(in, &v) == 0) {
		if (v % prime)
			chan_send(out, &v);
	}
	chan_close(out);
}

static void test_sieve(void **state)
{
	(void)state;
	n_sieve = 1;
	sieve_chans[0] = chan_create(sizeof(int), 0);
	spawn("source", sieve_source, sieve_chans[0]);
	spawn("filter", sieve_filter, sieve_chans[0]);
	run_until_idle();
	int want = 0;
	for (int i = 2; i < 400; i++) {
		bool prime = true;
		for (int k = 2; k * k <= i; k++)
			prime &= i % k != 0;
		if (prime)
			assert_int_equal(primes[want++], i);
	}
	assert_int_equal(n_primes, want);
	for (int i = 0; i < n_sieve; i++)
		chan_destroy(sieve_chans[i], NULL, NULL);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, sched_setup, sched_teardown)
	const struct CMUnitTest tests[] = {
		T(test_order),
		T(test_try),
		T(test_destroy_drops),
		T(test_alt_ties_take_turns),
		T(test_alt_waits),
		T(test_alt_deadline),
		T(test_alt_without_waiting),
		T(test_alt_of_none),
		T(test_close),
		T(test_many_chans),
		T(test_kill_waiting),
		T(test_hook),
		T(test_sieve),
	};
	return cmocka_run_group_tests_name("chan", tests, NULL, NULL);
}
