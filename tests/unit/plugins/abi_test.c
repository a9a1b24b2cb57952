#include "helper.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/private.h"
#include "tests/unit/plugins/probe.h"
#include "util/clock.h"
#include "util/log.h"

/* One probe with its channel, and the account that shows what is left of it. */
struct probe {
	struct plugin *plugin;
	struct endpoint *end;
	struct account *account;
	struct ending ending;
};

static char secret[64] = "memory of the host";

/* The stack of its first coroutine, from below. */
static uintptr_t stack_of(const struct plugin *plugin)
{
	return container_of(plugin->coroutines.next, struct coroutine, link)->stack_lo;
}

static void start_with(
	struct probe *p, enum probe_case which, size_t depth, size_t stack_left)
{
	*p = (struct probe){.plugin = load(PROBE)};
	struct endpoint *ends[2];
	assert_int_equal(endpoint_pair(ends, depth), 0);
	p->end = ends[0];
	assert_int_equal(plugin_grant(p->plugin, "gui.window", ends[1]), -ENOENT);
	assert_int_equal(plugin_grant(p->plugin, "test.host", ends[1]), 0);
	assert_int_equal(plugin_grant(p->plugin, "test.host", ends[1]), -EEXIST);
	p->account = p->plugin->account;
	account_get(p->account);
	assert_int_equal(plugin_start(p->plugin, note_ending, &p->ending), 0);
	assert_int_equal(plugin_start(p->plugin, note_ending, &p->ending), -EALREADY);
	struct message m = {.type = which};
	const uint64_t args[2] = {(uintptr_t)secret, stack_of(p->plugin) + stack_left};
	memcpy(m.bytes, args, sizeof args);
	int r = -EAGAIN; /* depth 0: until it waits for the message */
	for (int turn = 0; r == -EAGAIN && turn < 1000; turn++) {
		r = endpoint_try_send(p->end, &m);
		if (r == -EAGAIN)
			sched_run();
	}
	assert_int_equal(r, 0);
}

static void start(struct probe *p, enum probe_case which, size_t depth)
{
	start_with(p, which, depth, 0);
}

/* Nothing may be left of it, whatever it did. */
static void finish(struct probe *p)
{
	plugin_destroy(p->plugin);
	endpoint_close(p->end);
	assert_int_equal(p->account->bytes, 0);
	assert_int_equal(p->account->pairs, 0);
	assert_int_equal(p->account->refs, 1);
	account_put(p->account);
}

static void ended_with(const struct probe *p, enum plugin_end how, int code)
{
	assert_int_equal(p->ending.calls, 1);
	assert_int_equal(p->ending.how, how);
	assert_int_equal(p->ending.code, code);
}

static uint64_t report_of(struct probe *p)
{
	struct message m;
	uint64_t line;
	assert_int_equal(endpoint_try_recv(p->end, &m), 0);
	assert_int_equal(m.type, PROBE_REPORT);
	memcpy(&line, m.bytes, sizeof line);
	return line;
}

/* Cases that the probe judges itself; the state of each test is the case. */
static void test_inside(void **state)
{
	struct probe p;
	start(&p, *(const enum probe_case *)*state, 4);
	run_loop(has_ended, &p.ending);
	uint64_t line = report_of(&p);
	if (line)
		fail_msg("probe.c:%d", (int)line);
	ended_with(&p, PLUGIN_RETURNED, 0);
	struct message m;
	assert_int_equal(endpoint_try_recv(p.end, &m), -EPIPE);
	finish(&p);
}

static const struct end_case {
	enum probe_case which;
	enum plugin_end how;
	int code;
} ends[] = {
	{PROBE_EXIT_0, PLUGIN_RETURNED, 0},
	{PROBE_EXIT_7, PLUGIN_FAILED, 7},
	{PROBE_EXIT_IN_COROUTINE, PLUGIN_FAILED, 7},
	{PROBE_NO_STACK, PLUGIN_NO_STACK, 0},
};

static void test_ends(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		struct probe p;
		start(&p, ends[i].which, 4);
		run_loop(has_ended, &p.ending);
		ended_with(&p, ends[i].how, ends[i].code);
		struct message m;
		assert_int_equal(endpoint_try_recv(p.end, &m), -EPIPE);
		finish(&p);
	}
}

/* A host call with so little stack that its first instructions have none. */
static void test_tight(void **state)
{
	(void)state;
	/* cmocka took SIGSEGV for itself after setup. */
	sched_finish();
	assert_int_equal(sched_init(), 0);
	fence_by_environment();
	for (size_t left = 0; left <= 17 * 1024; left += left < 1024 ? 16 : 1024) {
		struct probe p;
		start_with(&p, PROBE_TIGHT, 4, left);
		run_loop(has_ended, &p.ending);
		bool room = left > 16 * 1024;
		if (p.ending.how != (room ? PLUGIN_RETURNED : PLUGIN_NO_STACK))
			fail_msg("%zu bytes: ended by %d", left, (int)p.ending.how);
		finish(&p);
	}
}

static void kill_it(struct probe *p)
{
	plugin_kill(p->plugin);
	plugin_kill(p->plugin);
	assert_int_equal(p->ending.calls, 0);
	plugin_reap();
	plugin_reap();
	ended_with(p, PLUGIN_KILLED, 0);
	struct message m;
	int r;
	while ((r = endpoint_try_recv(p->end, &m)) == 0)
		message_drop(&m);
	assert_int_equal(r, -EPIPE);
	finish(p);
}

static void test_killed_waiting(void **state)
{
	(void)state;
	static const enum probe_case cases[] = {
		PROBE_WAIT_RECV, PROBE_WAIT_SEND, PROBE_WAIT_ALT, PROBE_WAIT_MANY};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (size_t depth = 0; depth < 2; depth++) {
			struct probe p;
			start(&p, cases[i], depth);
			for (int turn = 0; turn < 20; turn++)
				sched_run();
			kill_it(&p);
		}
	}
}

static void test_killed_unstarted(void **state)
{
	(void)state;
	struct probe p;
	start(&p, PROBE_RETURN, 1);
	kill_it(&p);
	plugin_destroy(load(PROBE)); /* never started at all */
	start(&p, PROBE_WAIT_RECV, 1);
	run_idle();
	finish(&p); /* destroyed without a word */
	assert_int_equal(p.ending.calls, 0);
}

/* What it was sending was received before it was killed: it is ours, whole. */
static void test_killed_after_sending(void **state)
{
	(void)state;
	struct probe p;
	struct message m, ping = {.type = 1};
	start(&p, PROBE_WAIT_SEND, 0);
	run_idle();
	assert_int_equal(endpoint_try_recv(p.end, &m), 0);
	plugin_kill(p.plugin);
	plugin_reap();
	ended_with(&p, PLUGIN_KILLED, 0);
	assert_int_equal(m.type, PROBE_PAYLOAD);
	assert_int_equal(m.len, 5000);
	assert_int_equal(((unsigned char *)buffer_data(m.buffer))[4999], 0x42);
	assert_int_equal(endpoint_try_send(m.endpoint, &ping), -EPIPE);
	message_drop(&m);
	finish(&p);
}

/* It was given a message, and was killed before it could look: nothing leaks. */
static void test_killed_after_receiving(void **state)
{
	(void)state;
	struct probe p;
	struct endpoint *gift[2];
	struct message m = {.type = 1, .buffer = buffer_create(100)}, got;
	assert_int_equal(endpoint_pair(gift, 1), 0);
	m.endpoint = gift[0];
	start(&p, PROBE_WAIT_RECV, 0);
	run_idle();
	assert_int_equal(endpoint_try_send(p.end, &m), 0);
	kill_it(&p);
	assert_int_equal(endpoint_try_recv(gift[1], &got), -EPIPE);
	endpoint_close(gift[1]);
}

struct ping {
	struct probe *probe;
	int sent, received;
	uint64_t longest_ns, at_ns;
};

static bool ping_done(void *data)
{
	struct ping *ping = data;
	struct message m;
	if (endpoint_try_recv(ping->probe->end, &m) == 0) {
		uint64_t took = clock_now_ns() - ping->at_ns;
		ping->received++;
		ping->longest_ns = took > ping->longest_ns ? took : ping->longest_ns;
	}
	if (ping->received == ping->sent && ping->sent < 50) {
		m = (struct message){.type = 1};
		assert_int_equal(endpoint_try_send(ping->probe->end, &m), 0);
		ping->at_ns = clock_now_ns();
		ping->sent++;
	}
	return ping->received == 50;
}

/* hog never calls the host; the others go on all the same. */
static void test_hog(void **state)
{
	(void)state;
	struct probe p;
	struct ending ending = {0};
	struct plugin *hog = load(HOG);
	assert_int_equal(plugin_start(hog, note_ending, &ending), 0);
	uint64_t before = sched_get_stats().preemptions;
	struct ping ping = {.probe = &p};
	start(&p, PROBE_PING, 4);
	run_loop(ping_done, &ping);
	assert_true(sched_get_stats().preemptions > before);
	assert_true(plugin_group(hog)->preemptions > 0);
	print_message(
		"# longest answer beside a hog: %d us\n", (int)(ping.longest_ns / 1000));
	kill_it(&p);
	plugin_kill(hog);
	plugin_reap();
	assert_int_equal(ending.calls, 1);
	assert_int_equal(ending.how, PLUGIN_KILLED);
	plugin_destroy(hog);
}

/* The message that ends one is the end of all of its coroutines, and of nobody else's. */
static void test_many(void **state)
{
	(void)state;
	enum {
		N = 200
	};
	static struct probe probes[N];
	for (int i = 0; i < N; i++)
		start(&probes[i], i % 2 ? PROBE_LEAVE_ALL : PROBE_WAIT_ALT, 4);
	run_idle();
	for (int i = 0; i < N; i++) {
		assert_int_equal(probes[i].ending.calls, i % 2);
		if (i % 2)
			assert_int_equal(report_of(&probes[i]), 0);
		finish(&probes[i]);
	}
}

static int setup(void **state)
{
	(void)state;
	log_set_level(LOG_SILENT);
	int r = sched_init();
	fence_by_environment();
	return r;
}

static int teardown(void **state)
{
	(void)state;
	sched_finish();
	buffer_trim();
	return 0;
}

#define INSIDE(name)                                                                     \
	{                                                                                \
		"inside " #name, test_inside, setup, teardown, &(enum probe_case)        \
		{                                                                        \
			PROBE_##name                                                     \
		}                                                                        \
	}
#define OUTSIDE(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		INSIDE(RETURN),
		INSIDE(CAPS),
		INSIDE(BUFFERS),
		INSIDE(POINTERS),
		INSIDE(HANDLES),
		INSIDE(RENDEZVOUS),
		INSIDE(BUFFERED),
		INSIDE(ALT),
		INSIDE(ALT_ERRORS),
		INSIDE(MOVE),
		INSIDE(FAILED_SEND),
		INSIDE(BUSY),
		INSIDE(DEADLOCK),
		INSIDE(CLOSE_WAKES),
		INSIDE(SPAWN),
		INSIDE(GONE_MEMORY),
		INSIDE(PREEMPT),
		INSIDE(LOG),
		INSIDE(DIRECTION),
		INSIDE(LIMITS),
		INSIDE(LEAVE_ALL),
		OUTSIDE(test_ends),
		OUTSIDE(test_tight),
		OUTSIDE(test_killed_waiting),
		OUTSIDE(test_killed_unstarted),
		OUTSIDE(test_killed_after_sending),
		OUTSIDE(test_killed_after_receiving),
		OUTSIDE(test_hog),
		OUTSIDE(test_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
