/* What a group's fault says, and copies of memory that is not there. */
#include "helper.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sched/journal.h"

static int n_others;

HOGTEXT static void poke(volatile char *at)
{
	*at = 1;
}

HOGTEXT static char peek(volatile char *at)
{
	return *at;
}

HOGTEXT static void jump(void (*to)(void))
{
	to();
	__asm__ volatile("");
}

static volatile uintptr_t place;

static void write_there(void *arg)
{
	(void)arg;
	poke((volatile char *)place);
}

static void read_there(void *arg)
{
	(void)arg;
	peek((volatile char *)place);
}

static void jump_there(void *arg)
{
	(void)arg;
	jump((void (*)(void))place);
}

static void other(void *arg)
{
	(void)arg;
	n_others++;
}

static void test_record(void **state)
{
	static const struct {
		void (*fn)(void *);
		uintptr_t address;
		enum fault_access access;
	} cases[] = {
		{write_there, 64, FAULT_WRITE},
		{read_there, 72, FAULT_READ},
		{jump_there, 80, FAULT_FETCH},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct group group;
		group_with_hogtext(&group, "faulty");
		place = cases[i].address;
		n_others = 0;
		spawn_in(&group, "first", cases[i].fn, NULL);
		spawn_in(&group, "second", other, NULL);
		spawn("stranger", other, NULL);
		uint64_t before = clock_now_ns();
		/* The turn of the fault may be the one that leaves nothing to run. */
		bool more = true;
		while (!group.fault.kind) {
			assert_true(more);
			more = sched_run();
		}
		/* The owner can end the rest before it runs again. */
		assert_int_equal(group.n_tasks, 1);
		assert_int_equal(group_kill(&group), 0);
		run_until_idle();
		const struct group_fault *f = &group.fault;
		assert_int_equal(n_others, 1);
		assert_int_equal(f->kind, FAULT_SIGNAL);
		assert_int_equal(f->sig, SIGSEGV);
		assert_int_equal(f->code, SEGV_MAPERR);
		assert_int_equal(f->address, cases[i].address);
		/* An emulator does not say what kind of access it was. */
		if (f->access != FAULT_UNKNOWN)
			assert_int_equal(f->access, cases[i].access);
		bool jumped = cases[i].fn == jump_there;
		assert_int_equal(group_has_text(&group, f->pc), !jumped);
		assert_true(f->n_registers > 15);
		assert_int_equal(f->registers[0], f->pc);
		assert_int_equal(f->registers[1], f->sp);
		assert_true(strlen(fault_register_name(f->n_registers - 1)) > 1);
		assert_string_equal(f->task, "first");
		assert_in_range(f->when_ns, before, clock_now_ns());
		if (jumped)
			assert_int_equal(f->n_trace, 1);
	}
}

static void test_only_the_first(void **state)
{
	(void)state;
	place = 64;
	spawn("first", write_there, NULL);
	spawn("second", read_there, NULL);
	run_until_idle();
	assert_string_equal(test_group.fault.task, "first");
	assert_int_equal(test_group.n_tasks, 0);
}

static void test_copy(void **state)
{
	static char from[1200], to[1200], expected[1200];
	(void)state;
	for (size_t i = 0; i < sizeof from; i++)
		from[i] = (char)(i * 7 + 1);
	for (size_t n = 0; n + 3 <= sizeof from; n += n < 70 ? 1 : 61) {
		memset(to, 0, sizeof to);
		memset(expected, 0, sizeof expected);
		memcpy(expected + 3, from + 1, n);
		assert_int_equal(fault_copy(to + 3, from + 1, n), 0);
		assert_memory_equal(to, expected, sizeof to);
	}
}

static int copied;

static void copy_there(void *arg)
{
	char byte[600] = {0};
	sched_host_enter();
	size_t n = (size_t)(intptr_t)arg;
	copied = fault_copy((void *)place, byte, n) == -EFAULT &&
		 fault_copy(byte, (void *)place, n) == -EFAULT;
	sched_host_leave();
}

static void test_copy_of_nothing(void **state)
{
	static const int sizes[] = {1, 8, 40, 600};
	char byte[600];
	(void)state;
	char *page = mmap(
		NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(page != MAP_FAILED);
	assert_int_equal(mprotect(page + 4096, 4096, PROT_NONE), 0);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		copied = 0;
		test_group.fault.kind = FAULT_NONE;
		/* The last byte is the first that is not there. */
		place = (uintptr_t)page + 4097 - (size_t)sizes[i];
		spawn("copier", copy_there, (void *)(intptr_t)sizes[i]);
		run_until_idle();
		assert_int_equal(copied, 1);
		assert_int_equal(test_group.fault.kind, FAULT_POINTER);
		assert_int_equal(
			test_group.fault.address & ~(uintptr_t)7, (uintptr_t)page + 4096);
		/* From the loop nobody is to blame. */
		assert_int_equal(
			fault_copy(byte, (void *)place, (size_t)sizes[i]), -EFAULT);
	}
	munmap(page, 8192);
}

HOGTEXT static void burn(void)
{
	for (volatile int i = 0; i < 30000; i++)
		;
}

static struct {
	int order[1000], n;
} runs[2], *this_run;

static void say(int who)
{
	sched_host_enter();
	this_run->order[this_run->n++] = who;
	sched_host_leave();
}

static void go_on(void *arg)
{
	for (int i = 0; i < 150; i++) {
		burn();
		say((int)(intptr_t)arg);
	}
}

static void go_on_and_fault(void *arg)
{
	for (int i = 0; i < 40; i++) {
		burn();
		say((int)(intptr_t)arg);
	}
	burn();
	poke((volatile char *)place);
}

/* Behind the fence what the scheduler does at a task's end is not the task's doing. */
static void test_end(void **state)
{
	(void)state;
	this_run = &runs[0];
	this_run->n = 0;
	spawn("brief", go_on, (void *)1);
	run_until_idle();
	assert_int_equal(this_run->n, 150);
	assert_int_equal(test_group.fault.kind, FAULT_NONE);
	assert_int_equal(test_group.n_tasks, 0);
}

/* Two groups; of one a task faults amidst the others, which are ended then. */
static void run_with_a_fault(void)
{
	struct group faulty;
	this_run->n = 0;
	place = 64;
	sched_seed(7);
	group_with_hogtext(&faulty, "faulty");
	spawn("a", go_on, (void *)1);
	spawn("b", go_on, (void *)2);
	spawn_in(&faulty, "c", go_on, (void *)3);
	spawn_in(&faulty, "d", go_on_and_fault, (void *)4);
	while (test_group.n_tasks + faulty.n_tasks > 0) {
		sched_run();
		if (faulty.fault.kind)
			group_kill(&faulty);
	}
	assert_int_equal(faulty.fault.kind, FAULT_SIGNAL);
	assert_string_equal(faulty.fault.task, "d");
}

static void test_replay(void **state)
{
	static uint64_t entries[100000];
	struct journal journal = {.entries = entries, .capacity = 100000};
	(void)state;
	this_run = &runs[0];
	journal_record(&journal);
	run_with_a_fault();
	journal_stop();
	assert_false(journal.full);
	assert_int_equal(sched_teardown(NULL), 0);
	assert_int_equal(sched_setup(NULL), 0);
	this_run = &runs[1];
	journal_replay(&journal);
	run_with_a_fault();
	journal_stop();
	assert_false(journal.diverged);
	assert_int_equal(journal.at, journal.n);
	assert_int_equal(runs[0].n, runs[1].n);
	assert_memory_equal(&runs[0], &runs[1], sizeof runs[0]);
}

static volatile int burns;

static void burn_and_fault(void *arg)
{
	(void)arg;
	for (int i = 0; i < burns; i++)
		burn();
	poke((volatile char *)place);
}

static void run_cut_before_its_fault(int n)
{
	burns = n;
	place = 64;
	test_group.fault.kind = FAULT_NONE;
	this_run->n = 0;
	spawn("d", burn_and_fault, NULL);
	spawn("a", go_on, (void *)1);
	run_until_idle();
	assert_int_equal(test_group.fault.kind, FAULT_SIGNAL);
}

/* It was cut before its fault; when that is had again, it comes to the fault at once. */
static void test_replay_of_a_cut(void **state)
{
	static uint64_t entries[100000];
	struct journal journal = {.entries = entries, .capacity = 100000};
	(void)state;
	this_run = &runs[0];
	journal_record(&journal);
	run_cut_before_its_fault(300);
	journal_stop();
	assert_true(test_group.preemptions > 0);
	assert_int_equal(sched_teardown(NULL), 0);
	assert_int_equal(sched_setup(NULL), 0);
	this_run = &runs[1];
	journal_replay(&journal);
	run_cut_before_its_fault(0);
	journal_stop();
	assert_false(journal.diverged);
	assert_int_equal(journal.at, journal.n);
	assert_int_equal(runs[0].n, runs[1].n);
}

/* cmocka takes the signals for itself after a test's setup: so that is the test's own. */
static void within_sched(void **state)
{
	void (*const *test)(void **) = *state;
	assert_int_equal(sched_setup(NULL), 0);
	(*test)(state);
	assert_int_equal(sched_teardown(NULL), 0);
}

int main(void)
{
	static void (*const tests_of[])(void **) = {test_record, test_only_the_first,
		test_copy, test_copy_of_nothing, test_end, test_replay,
		test_replay_of_a_cut};
#define T(i, test_name)                                                                  \
	{                                                                                \
		.name = test_name, .test_func = within_sched,                            \
		.initial_state = (void *)(uintptr_t)&tests_of[i]                         \
	}
	const struct CMUnitTest tests[] = {
		T(0, "test_record"),
		T(1, "test_only_the_first"),
		T(2, "test_copy"),
		T(3, "test_copy_of_nothing"),
		T(4, "test_end"),
		T(5, "test_replay"),
		T(6, "test_replay_of_a_cut"),
	};
	return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}
