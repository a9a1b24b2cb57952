/* Frozen groups, and what a collector sees of the stacks of those that do not run. */
#include "helper.h"

#include <string.h>

static struct group other;
static char order[16];
static size_t n_order;
static struct chan *chan;

static void note(char c)
{
	order[n_order++] = c;
	order[n_order] = '\0';
}

static void once(void *arg)
{
	note(*(const char *)arg);
}

static void receive_and_note(void *arg)
{
	int v;
	chan_recv(chan, &v);
	note(*(const char *)arg);
}

static void nap_and_note(void *arg)
{
	task_sleep_until(clock_now_ns() + 20 * NS_PER_MS);
	note(*(const char *)arg);
}

static int setup(void **state)
{
	n_order = 0;
	order[0] = '\0';
	group_with_hogtext(&other, "other");
	chan = chan_create(sizeof(int), 0);
	return sched_setup(state);
}

static int teardown(void **state)
{
	int r = group_kill(&other);
	r |= group_kill(&test_group);
	chan_destroy(chan, NULL, NULL);
	sched_finish();
	return r;
}

/* Ready before, made since, woken since by message or by time: all wait; others do not. */
static void test_from_the_loop(void **state)
{
	int v = 0;
	(void)state;
	spawn("receiver", receive_and_note, "r");
	spawn("napper", nap_and_note, "n");
	while (task_line("receiver").state != TASK_WAITING ||
		task_line("napper").state != TASK_WAITING)
		sched_run();
	spawn("before", once, "b");
	spawn_in(&other, "other", once, "o");
	group_freeze(&test_group, NULL);
	spawn("since", once, "s");
	assert_int_equal(chan_try_send(chan, &v), 0);
	run_until_idle();
	assert_string_equal(order, "o");
	assert_false(sched_ready());
	assert_int_equal(task_line("before").state, TASK_READY);
	assert_string_equal(task_line("receiver").waits, "thaw");
	group_thaw(&test_group);
	assert_string_equal(task_line("receiver").waits, "-");
	run_until_idle();
	assert_string_equal(order, "ornbs");
}

/* By one of its own, which goes on, waits and is woken, while its siblings are still. */
static void freezer(void *arg)
{
	int v;
	(void)arg;
	group_freeze(&test_group, task_self());
	chan_recv(chan, &v);
	task_yield();
	task_sleep_until(clock_now_ns() + NS_PER_MS);
	note('f');
	group_thaw(&test_group);
}

static void sender(void *arg)
{
	int v = 0;
	(void)arg;
	chan_send(chan, &v);
	note('t');
}

static void test_from_a_task(void **state)
{
	(void)state;
	spawn("freezer", freezer, NULL);
	spawn("sibling", once, "s");
	sched_run();
	assert_string_equal(order, "");
	spawn_in(&other, "sender", sender, NULL);
	run_until_idle();
	assert_string_equal(order, "tfs");
}

/* A hog is cut, held as long as one likes, and goes on where it was. */
static volatile long stop;

static void hog(void *arg)
{
	(void)arg;
	spin(&stop);
	note('h');
}

static void test_hog(void **state)
{
	(void)state;
	stop = 0;
	spawn("hog", hog, NULL);
	assert_true(sched_run());
	group_freeze(&test_group, NULL);
	uint64_t ran = test_group.run_ns;
	assert_false(sched_run());
	assert_true(test_group.run_ns == ran);
	stop = 1;
	group_thaw(&test_group);
	run_until_idle();
	assert_string_equal(order, "h");
}

/* Ended while frozen; the next of that group is not. */
static void test_kill(void **state)
{
	(void)state;
	spawn("before", once, "b");
	group_freeze(&test_group, NULL);
	spawn("since", once, "s");
	assert_int_equal(group_kill(&test_group), 0);
	group_thaw(&test_group);
	group_thaw(&test_group);
	spawn("after", once, "a");
	run_until_idle();
	assert_string_equal(order, "a");
}

/* As a collector reads it: all of it, whatever it is to the compiler. */
__attribute__((no_sanitize("address", "undefined"))) static bool stack_has(
	const struct task *task, long value)
{
	uintptr_t lo, hi, bottom, top;
	task_stack(task, &bottom, &top);
	task_stack_used(task, &lo, &hi);
	assert_true(lo > bottom && lo < hi && hi == top && lo % sizeof(long) == 0);
	for (const long *p = (const long *)lo; p < (const long *)hi; p++) {
		if (*p == value)
			return true;
	}
	return false;
}

#define PATTERN 0x5ec0de1dea000000

#ifdef __x86_64__
static void hold_registers(void *arg)
{
	registers_hold(PATTERN, *(long *)arg);
}

/* Of one that was cut: each general register it had lies on its stack. */
static void test_registers_of_a_cut_task(void **state)
{
	static const int offsets[] = {
		1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 100, 115};
	long rounds = 2000000000;
	(void)state;
	struct task *task = spawn("holder", hold_registers, &rounds);
	while (task_line("holder").preemptions < 3)
		assert_true(sched_run());
	/* Between checks: within one a register may be compared, less the pattern. */
	for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
		int tries = 0;
		while (!stack_has(task, PATTERN + offsets[i]) && tries++ < 50)
			assert_true(sched_run());
		assert_true(tries < 50);
	}
}
#endif

/* Of one that waits: what the compiler keeps in callee-saved registers over the call. */
static void keep_and_wait(void *arg)
{
	long v = *(long *)arg ^ 0x55;
	int got;
	__asm__ volatile("" : "+r"(v));
	chan_recv(chan, &got);
	__asm__ volatile("" : "+r"(v));
	order[0] = (char)v;
}

static void test_registers_of_a_waiting_task(void **state)
{
	long secret = PATTERN + 77;
	(void)state;
	struct task *task = spawn("waiter", keep_and_wait, &secret);
	run_until_idle();
	assert_true(stack_has(task, secret ^ 0x55));
	assert_false(stack_has(task, secret ^ 0x66));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_from_the_loop),
		T(test_from_a_task),
		T(test_hog),
		T(test_kill),
#ifdef __x86_64__
		T(test_registers_of_a_cut_task),
#endif
		T(test_registers_of_a_waiting_task),
	};
	return cmocka_run_group_tests_name("freeze", tests, NULL, NULL);
}
