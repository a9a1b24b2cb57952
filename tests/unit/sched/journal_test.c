/* A run with thousands of outside events and real preemption, recorded and had again. */
#include "helper.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sched/journal.h"
#include "util/log.h"

#define GROUPS  3
#define CHANS   4 /* of a group: 0 a rendezvous, the others buffered */
#define HOGS    2
#define EVENTS  3000
#define ENTRIES 400000
#define LINES   200000

/* What the tasks themselves saw: who, and what. */
struct account {
	uint32_t lines[LINES];
	size_t n;
};
static struct account accounts[2], *account;

static struct group groups[GROUPS];
static struct chan *inbox[GROUPS][CHANS], *between;
static bool ending;

static void say(int who, int what)
{
	if (account->n < LINES)
		account->lines[account->n++] = (uint32_t)who << 24 | (what & 0xffffff);
}

static int id(int kind, int i)
{
	return kind << 4 | i;
}

/* A group's reader: all its channels at once, and now and then nothing comes in time. */
static void reader(void *arg)
{
	int g = (int)(intptr_t)arg, v[CHANS], open = 1;
	while (open) {
		struct alt alts[CHANS];
		for (int k = 0; k < CHANS; k++)
			alts[k] = (struct alt){
				.chan = inbox[g][k], .op = CHAN_RECV, .el = &v[k]};
		sched_host_enter();
		int r = chan_alt(alts, CHANS, sched_now_ns() + 300 * NS_PER_US);
		open = r < 0 || alts[r].result == 0;
		say(id(1, g), r < 0 ? -1 : open ? v[r] : -2);
		if (r >= 0 && open && v[r] % 3 == 0)
			chan_send(between, &v[r]);
		sched_host_leave();
	}
}

/* What the readers hand on, between groups. */
static void collector(void *arg)
{
	int v;
	(void)arg;
	while (chan_recv(between, &v) == 0)
		say(id(2, 0), v);
}

HOGTEXT static void burn(long rounds)
{
	for (volatile long i = 0; i < rounds; i++)
		;
}

/* Cut in its own code, with host calls between; and no memory shared but by them. */
static void burner(void *arg)
{
	int who = (int)(intptr_t)arg;
	bool go = true;
	for (int i = 0; go; i++) {
		burn(20000 + 30000 * (i % 7));
		sched_host_enter();
		say(id(3, who), i);
		go = !ending;
		sched_host_leave();
	}
}

static void sleeper(void *arg)
{
	int g = (int)(intptr_t)arg;
	bool go = true;
	for (int i = 0; go; i++) {
		sched_host_enter();
		task_sleep_until(sched_now_ns() + (uint64_t)(i % 5) * 200 * NS_PER_US);
		say(id(4, g), i);
		go = !ending;
		sched_host_leave();
	}
}

/* Never makes a host call: it ends by being killed. */
static struct task *doomed;

HOGTEXT static void burn_for_ever(void *arg)
{
	(void)arg;
	volatile long stop = 0;
	while (!stop)
		;
}

static void start(uint64_t seed)
{
	static const char *const names[GROUPS] = {"a", "b", "c"};
	assert_int_equal(sched_init(), 0);
	sched_seed(seed);
	ending = false;
	between = chan_create(sizeof(int), 1);
	for (int g = 0; g < GROUPS; g++) {
		group_with_hogtext(&groups[g], names[g]);
		for (size_t k = 0; k < CHANS; k++)
			inbox[g][k] = chan_create(sizeof(int), k * 2);
		chan_set_wake_class(inbox[g][1], TASK_LATENCY);
	}
}

static void start_tasks(void)
{
	for (int g = 0; g < GROUPS; g++) {
		spawn_in(&groups[g], "reader", reader, (void *)(intptr_t)g);
		spawn_in(&groups[g], "sleeper", sleeper, (void *)(intptr_t)g);
	}
	spawn_in(&groups[0], "collector", collector, NULL);
	for (int i = 0; i < HOGS; i++)
		spawn_in(&groups[i], "burner", burner, (void *)(intptr_t)i);
	doomed = spawn_in(&groups[2], "doomed", burn_for_ever, NULL);
}

static void finish(void)
{
	for (int g = 0; g < GROUPS; g++)
		group_kill(&groups[g]);
	sched_finish();
	for (int g = 0; g < GROUPS; g++) {
		for (int k = 0; k < CHANS; k++)
			chan_destroy(inbox[g][k], NULL, NULL);
	}
	chan_destroy(between, NULL, NULL);
}

static bool running(void)
{
	size_t n = 0;
	for (int g = 0; g < GROUPS; g++)
		n += groups[g].n_tasks;
	return n > 0;
}

/* An event of the loop: a message to a channel; or one of these. */
#define END        UINT64_C(1) /* the tasks are to come to their end */
#define KILL       UINT64_C(2) /* the doomed one */
#define CLOSE      UINT64_C(3) /* what is handed on between groups */
#define TO(g, k)   ((uint64_t)((g)*CHANS + (k)) + 16)
#define MESSAGE(e) ((int)((e) >> 8))

static void carry_out(uint64_t event)
{
	int v = MESSAGE(event), to = (int)(event & 0xff) - 16;
	if (to >= 0) {
		chan_try_send(inbox[to / CHANS][to % CHANS], &v);
	} else if (event == KILL) {
		task_kill(doomed);
	} else if (event == CLOSE) {
		chan_close(between);
	} else {
		ending = true;
		for (int i = 0; i < GROUPS * CHANS; i++)
			chan_close(inbox[i / CHANS][i % CHANS]);
	}
}

static void note_and_do(uint64_t event)
{
	journal_event(event);
	carry_out(event);
}

/* At random moments: that is what is recorded. Not faster than the tasks come along. */
#define AHEAD 200
static void record(struct journal *journal, uint64_t seed)
{
	unsigned chance = (unsigned)seed * 77 + 1;
	account = &accounts[0];
	account->n = 0;
	start(seed);
	if (journal)
		journal_record(journal);
	start_tasks();
	for (int i = 0; i < EVENTS;) {
		sched_run();
		int end = (int)account->n + AHEAD < EVENTS ? (int)account->n + AHEAD
							   : EVENTS;
		for (int n = rand_r(&chance) % 20; n > 0 && i < end; n--, i++) {
			int g = rand_r(&chance) % GROUPS, k = rand_r(&chance) % CHANS;
			note_and_do(TO(g, k) | (uint64_t)i << 8);
		}
	}
	note_and_do(KILL);
	note_and_do(END);
	for (int i = 0; running(); i++) {
		sched_run();
		if (i == 100)
			note_and_do(CLOSE);
	}
	if (journal)
		journal_stop();
	finish();
}

/* The same loop, driven by the journal; the event number `spoil` is another. */
static void replay(struct journal *journal, uint64_t seed, int spoil, uint64_t other)
{
	int i = 0;
	account = &accounts[1];
	account->n = 0;
	start(seed);
	journal_replay(journal);
	start_tasks();
	while (running() && !journal->diverged) { /* the rest would be without events */
		uint64_t event;
		sched_run();
		while (journal_next_event(&event)) {
			if (i++ == spoil)
				event = other;
			carry_out(event);
		}
	}
	journal_stop();
	finish();
}

static struct journal make(size_t capacity)
{
	return (struct journal){
		.entries = malloc(capacity * sizeof(uint64_t)),
		.capacity = capacity,
	};
}

static void test_same_again(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 3; seed++) {
		struct journal journal = make(ENTRIES);
		record(&journal, seed);
		assert_false(journal.full);
		assert_true(accounts[0].n > EVENTS / 2 && accounts[0].n < LINES);
		for (int again = 0; again < 2; again++) {
			replay(&journal, seed, -1, 0);
			assert_false(journal.diverged);
			assert_int_equal(journal.at, journal.n);
			assert_int_equal(accounts[0].n, accounts[1].n);
			assert_memory_equal(accounts[0].lines, accounts[1].lines,
				accounts[0].n * sizeof accounts[0].lines[0]);
		}
		free(journal.entries);
	}
}

/* With another seed, or one event that is another, it is another run, and that is said. */
static void test_diverges(void **state)
{
	static const struct {
		uint64_t seed;
		int spoil;
		uint64_t other;
	} cases[] = {
		{2, -1, 0},
		{1, 0, TO(0, 3) | 1 << 8},
		{1, 1, TO(1, 3) | 1 << 8},
		{1, EVENTS / 2, END},
	};
	struct journal journal = make(ENTRIES);
	(void)state;
	record(&journal, 1);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		replay(&journal, cases[i].seed, cases[i].spoil, cases[i].other);
		if (!journal.diverged)
			fail_msg("seed %d, event %d: not noticed", (int)cases[i].seed,
				cases[i].spoil);
		assert_true(journal.at < journal.n);
	}
	free(journal.entries);
}

/* Without room it says so, and the run goes on to its end. */
static void test_full(void **state)
{
	struct journal journal = make(1000);
	(void)state;
	record(&journal, 1);
	assert_true(journal.full);
	assert_int_equal(journal.n, 1000);
	assert_false(running());
	assert_true(accounts[0].n > EVENTS / 2);
	free(journal.entries);
}

/* What comes after the recorded end diverges too; nothing is written into the journal. */
static void test_end(void **state)
{
	struct journal journal = make(ENTRIES);
	(void)state;
	record(&journal, 1);
	size_t n = journal.n, half = n / 2;
	journal.n = half;
	replay(&journal, 1, -1, 0);
	assert_true(journal.diverged);
	assert_int_equal(journal.at, half);
	assert_int_equal(journal.n, half);
	free(journal.entries);
}

#define CLOCK UINT64_C(1) /* in the top byte of an entry; see sched/journal.c */
#define CUT   UINT64_C(3)
static void run_lone(
	void (*fn)(void *arg), int turns, struct journal *journal, bool again)
{
	assert_int_equal(sched_init(), 0);
	group_with_hogtext(&groups[0], "lone");
	account = &accounts[again];
	account->n = 0;
	ending = false;
	if (again)
		journal_replay(journal);
	else
		journal_record(journal);
	spawn_in(&groups[0], "lone", fn, NULL);
	for (int i = 0; i < turns; i++)
		sched_run();
	journal_stop();
	group_kill(&groups[0]);
	sched_finish();
}

static void run_lone_hog(struct journal *journal, bool again)
{
	run_lone(burn_for_ever, 3, journal, again);
}

/* ... and at every place, of a task that asks for nothing itself. */
static void test_end_anywhere(void **state)
{
	struct journal journal = make(100);
	(void)state;
	run_lone_hog(&journal, false);
	size_t n = journal.n;
	assert_in_range(n, 6, 99);
	run_lone_hog(&journal, true);
	assert_false(journal.diverged);
	assert_int_equal(journal.at, n);
	while (--journal.n > 0) {
		run_lone_hog(&journal, true);
		if (!journal.diverged && journal.n < n - 1)
			fail_msg("%zu entries of %zu: not noticed", journal.n, n);
	}
	free(journal.entries);
}

static void keep_line(void *data, const char *line)
{
	snprintf(data, 256, "%s", line);
}

/* By its number, from the last one back. */
static size_t find_cut(const struct journal *journal, int back)
{
	size_t i = journal->n;
	for (;; back--) {
		do
			assert_true(i-- > 0);
		while (journal->entries[i] >> 56 != CUT);
		if (back == 0)
			return i;
	}
}

/* From here on it took so much longer when it was recorded. */
static void delay(struct journal *journal, size_t from, uint64_t ns)
{
	for (size_t i = from; i < journal->n; i++)
		if (journal->entries[i] >> 56 == CLOCK)
			journal->entries[i] += ns;
}

/* The cut is of a look that was, or will not be: the task asks for nothing. */
static void test_cut_elsewhere(void **state)
{
	static const struct {
		int by;
		uint64_t longer_ns, least_ns;
		const char *why;
	} cases[] = {
		{-1, 0, 0, "not of this look"},
		{1, 0, NS_PER_S, "not to come"},
		{1, 150 * NS_PER_MS, 1500 * NS_PER_MS, "not to come"},
		{1, -NS_PER_S, NS_PER_S, "not to come"},
	};
	struct journal journal = make(100);
	(void)state;
	run_lone_hog(&journal, false);
	size_t last = find_cut(&journal, 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char line[256] = "";
		uint64_t began = clock_thread_ns();
		journal.entries[last] += cases[i].by;
		delay(&journal, last, cases[i].longer_ns);
		run_lone_hog(&journal, true);
		assert_true(journal.diverged);
		assert_int_equal(journal.at, last);
		assert_true(clock_thread_ns() - began > cases[i].least_ns);
		log_recent(keep_line, line);
		assert_non_null(strstr(line, cases[i].why));
		journal.entries[last] -= cases[i].by;
		delay(&journal, last, -cases[i].longer_ns);
	}
	run_lone_hog(&journal, true);
	assert_false(journal.diverged);
	free(journal.entries);
}

/* One that makes host calls goes on as well, when a cut is missing. */
static void test_cut_missing(void **state)
{
	struct journal journal = make(1000);
	(void)state;
	run_lone(burner, 20, &journal, false);
	run_lone(burner, 20, &journal, true);
	assert_false(journal.diverged);
	size_t i = find_cut(&journal, 3);
	memmove(&journal.entries[i], &journal.entries[i + 1],
		(--journal.n - i) * sizeof *journal.entries);
	run_lone(burner, 20, &journal, true);
	assert_true(journal.diverged);
	assert_int_equal(journal.at, i);
	free(journal.entries);
}

/* Times are the recorded ones while it is replayed, and the clock's before and after. */
static void test_clock(void **state)
{
	uint64_t entries[4], times[2];
	struct journal journal = {.entries = entries, .capacity = 4};
	(void)state;
	assert_int_equal(sched_init(), 0);
	journal_record(&journal);
	times[0] = sched_now_ns();
	times[1] = sched_now_ns();
	journal_stop();
	assert_int_equal(journal.n, 2);
	journal_replay(&journal);
	assert_int_equal(sched_now_ns(), times[0]);
	assert_int_equal(sched_now_ns(), times[1]);
	assert_false(journal.diverged);
	assert_true(sched_now_ns() > times[1]);
	assert_true(journal.diverged);
	/* The end of the scheduler is the end of the replay. */
	journal_replay(&journal);
	sched_finish();
	assert_int_equal(sched_init(), 0);
	assert_true(sched_now_ns() > times[1]);
	assert_int_equal(journal.at, 0);
	sched_finish();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_again),
		cmocka_unit_test(test_diverges),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_end_anywhere),
		cmocka_unit_test(test_cut_elsewhere),
		cmocka_unit_test(test_cut_missing),
		cmocka_unit_test(test_clock),
	};
	return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
