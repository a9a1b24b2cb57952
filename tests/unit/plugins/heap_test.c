#include "helper.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "plugins/private.h"
#include "tests/unit/plugins/heap_probe.h"
#include "tests/unit/plugins/probe.h"
#include "util/clock.h"

#define MIB ((size_t)1 << 20)

static struct plugin *plugin;
static struct endpoint *end;
static struct ending ending;
static char secret[64];

/* Not in a fixture: around each test cmocka has handlers of its own for faults. */
static void sched_begin(void)
{
	assert_int_equal(sched_init(), 0);
	fence_by_environment();
}

static void start(enum heap_case which, uint64_t duration_ns)
{
	struct endpoint *ends[2];
	ending = (struct ending){0};
	plugin = load(HEAP_PROBE);
	assert_int_equal(endpoint_pair(ends, 4), 0);
	end = ends[0];
	assert_int_equal(plugin_grant(plugin, "test.host", ends[1]), 0);
	assert_int_equal(plugin_start(plugin, note_ending, &ending), 0);
	struct message m = {.type = which};
	uint64_t words[] = {(uintptr_t)secret, duration_ns};
	memcpy(m.bytes, words, sizeof words);
	assert_int_equal(endpoint_try_send(end, &m), 0);
}

static uint64_t report(void)
{
	struct message m;
	uint64_t line;
	assert_int_equal(endpoint_try_recv(end, &m), 0);
	memcpy(&line, m.bytes, sizeof line);
	return line;
}

/* Nothing may be left of it. */
static void finish(void)
{
	unsigned char page;
	struct account *account = plugin->account;
	void *region = (void *)plugin->heap.lo;
	account_get(account);
	plugin_destroy(plugin);
	endpoint_close(end);
	assert_int_equal(account->bytes, 0);
	account_put(account);
	assert_false(plugin_idle());
	assert_int_equal(mincore(region, 4096, &page), -1);
}

/* Random interruptions: the signal of a descriptor that became readable. */
static timer_t timer;

static void storm_begin(void)
{
	struct sigevent ev = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGURG};
	ev._sigev_un._tid = gettid();
	assert_int_equal(timer_create(CLOCK_MONOTONIC, &ev, &timer), 0);
}

static void storm_arm(void)
{
	struct itimerspec it = {.it_value.tv_nsec = 5000 + random() % 150000};
	timer_settime(timer, 0, &it, NULL);
}

static void sleep_until(uint64_t ns)
{
	struct timespec ts = ns_timespec(ns);
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}

static void run_to_end(bool storm)
{
	uint64_t give_up = clock_now_ns() + 60 * NS_PER_S;
	while (!has_ended(&ending)) {
		if (storm)
			storm_arm();
		bool more = sched_run();
		plugin_reap();
		uint64_t wake = sched_next_wake_ns(), now = clock_now_ns();
		assert_true(now < give_up);
		if (more || has_ended(&ending) || plugin_idle())
			continue;
		assert_true(wake != UINT64_MAX);
		sleep_until(wake);
	}
}

static void test_inside(void **state)
{
	sched_begin();
	start(*(const enum heap_case *)*state, 0);
	run_to_end(false);
	uint64_t line = report();
	if (line)
		fail_msg("heap_probe.c:%d", (int)line);
	finish();
	sched_finish();
}

static void test_storm(void **state)
{
	sched_begin();
	storm_begin();
	start(*(const enum heap_case *)*state, NS_PER_S);
	run_to_end(true);
	timer_delete(timer);
	uint64_t line = report();
	if (line)
		fail_msg("heap_probe.c:%d", (int)line);
	assert_true(sched_get_stats().preemptions > 100);
	finish();
	sched_finish();
}

/* Its exit status: 0 all is well. It may crash. */
static int run_in_child(enum heap_case which, uint64_t duration_ns)
{
	int status;
	pid_t child = fork();
	if (child == 0) {
		alarm(60);
		sched_begin();
		storm_begin();
		start(which, duration_ns);
		run_to_end(true);
		/* Torn, it may have faulted: then it has nothing to say. */
		_exit(ending.how != PLUGIN_RETURNED || report() != 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

/* What the storm is to find is found when the lock is broken. */
static void test_torn(void **state)
{
	(void)state;
	assert_int_equal(run_in_child(HEAP_SHARED, NS_PER_S / 5), 0);
	assert_int_not_equal(run_in_child(HEAP_TORN, 20 * NS_PER_S), 0);
}

static void test_exit_frozen(void **state)
{
	(void)state;
	sched_begin();
	start(HEAP_EXIT_FROZEN, 0);
	run_to_end(false);
	assert_int_equal(ending.how, PLUGIN_RETURNED);
	finish();
	sched_finish();
}

static struct {
	enum heap_case which;
	const char *says;
} mistakes[] = {
	{HEAP_FREE_TWICE, "does not know"},
	{HEAP_FREE_INSIDE, "does not know"},
	{HEAP_BEYOND, "where it may not write"},
	{HEAP_BEFORE, "where it may not write"},
	{HEAP_TRAP_FROZEN, "does not know"},
};

static char fault_line[256];

static void note_fault(void *data, struct plugin *p, enum plugin_end how, int code)
{
	note_ending(data, p, how, code);
	snprintf(fault_line, sizeof fault_line, "%s", plugin_fault_line(p));
}

/* The plugin ends, and says how; nobody else does. */
static void test_mistakes(void **state)
{
	(void)state;
	sched_begin();
	for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
		start(mistakes[i].which, 0);
		plugin->ended = note_fault;
		run_to_end(false);
		assert_int_equal(ending.how, PLUGIN_FAULTED);
		if (!strstr(fault_line, mistakes[i].says))
			fail_msg("%zu: %s", i, fault_line);
		finish();
	}
	sched_finish();
}

static size_t resident(const struct heap *heap)
{
	static unsigned char pages[16 * MIB / 4096];
	size_t n = 0;
	assert_int_equal(mincore((void *)heap->lo, heap->hi - heap->lo, pages), 0);
	for (size_t i = 0; i < sizeof pages; i++)
		n += pages[i] & 1;
	return n * 4096;
}

/* What is touched takes memory, and what was free for a second does not any more. */
static void test_resident(void **state)
{
	(void)state;
	size_t most = 0;
	struct plugin_heap figures;
	sched_begin();
	start(HEAP_TRIM, 0);
	assert_int_equal(plugin->heap.lo, 0);
	plugin_heap_figures(plugin, &figures);
	assert_int_equal(figures.limit, 16 * MIB);
	assert_int_equal(figures.used, 0);
	uint64_t give_up = clock_now_ns() + 60 * NS_PER_S;
	while (!has_ended(&ending)) {
		bool more = sched_run();
		if (plugin->heap.lo && resident(&plugin->heap) > most)
			most = resident(&plugin->heap);
		if (plugin->end == PLUGIN_RUNNING && !more && !plugin_idle())
			sleep_until(sched_next_wake_ns());
		if (plugin->end != PLUGIN_RUNNING)
			break;
		assert_true(clock_now_ns() < give_up);
	}
	assert_true(most >= 8 * MIB && most < 9 * MIB);
	assert_true(resident(&plugin->heap) < MIB / 2);
	plugin_heap_figures(plugin, &figures);
	assert_true(figures.peak >= 8 * MIB && figures.peak < 9 * MIB);
	/* What a plugin says is cut to what can be. */
	struct osaas_heap_figures lies = {UINT64_MAX, UINT64_MAX, 7, {0}};
	memcpy((void *)plugin->heap.lo, &lies, sizeof lies);
	plugin_heap_figures(plugin, &figures);
	assert_int_equal(figures.used, 16 * MIB);
	assert_int_equal(figures.peak, 16 * MIB);
	assert_int_equal(figures.collections, 7);
	plugin_reap();
	finish();
	sched_finish();
}

#define INSIDE(which)                                                                    \
	{                                                                                \
#which, test_inside, NULL, NULL, &(enum heap_case)                       \
		{                                                                        \
			which                                                            \
		}                                                                        \
	}
#define STORM(which)                                                                     \
	{                                                                                \
#which, test_storm, NULL, NULL, &(enum heap_case)                        \
		{                                                                        \
			which                                                            \
		}                                                                        \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_torn),
		INSIDE(HEAP_REGION),
		INSIDE(HEAP_FREEZE),
		INSIDE(HEAP_POINTERS),
		INSIDE(HEAP_STATIC_ROOTS),
		INSIDE(HEAP_STACK_ROOTS),
		INSIDE(HEAP_ARGUMENT_ROOTS),
		INSIDE(HEAP_RECEIVE_ROOTS),
		INSIDE(HEAP_REGISTER_ROOTS),
		INSIDE(HEAP_OTHERS_REGISTERS),
		INSIDE(HEAP_VECTOR_ROOTS),
		INSIDE(HEAP_LEAK),
		INSIDE(HEAP_IDLE),
		INSIDE(HEAP_LEFT_FROZEN),
		cmocka_unit_test(test_exit_frozen),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_resident),
		STORM(HEAP_SHARED),
		STORM(HEAP_COLLECTED),
	};
	return cmocka_run_group_tests_name("plugin heap", tests, NULL, NULL);
}
