/* Plugins behind the fence: their system calls end them, all else goes on as ever. */
#include "helper.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plugins/code.h"
#include "plugins/private.h"
#include "sched/fence.h"
#include "tests/unit/plugins/fault.h"
#include "util/clock.h"
#include "util/library.h"
#include "util/log.h"

#define TIMES 1000

struct subject {
	struct plugin *plugin;
	struct endpoint *end;
	struct ending ending;
	char line[256];
	enum fault_kind kind;
	int call;
};

static const char *const names[] = {
	[FENCE_OFF] = "off",
	[FENCE_RANGE] = "range",
	[FENCE_SELECTOR] = "selector",
};

static void note_fault(void *data, struct plugin *plugin, enum plugin_end how, int code)
{
	struct subject *s = data;
	note_ending(&s->ending, plugin, how, code);
	snprintf(s->line, sizeof s->line, "%s", plugin_fault_line(plugin));
	s->kind = plugin_group(plugin)->fault.kind;
	s->call = plugin_group(plugin)->fault.call;
}

static void start(struct subject *s, enum fault_case which)
{
	struct endpoint *ends[2];
	*s = (struct subject){.plugin = load(FAULT)};
	assert_int_equal(endpoint_pair(ends, 4), 0);
	s->end = ends[0];
	assert_int_equal(plugin_grant(s->plugin, "test.host", ends[1]), 0);
	assert_int_equal(plugin_start(s->plugin, note_fault, s), 0);
	struct message m = {.type = which};
	assert_int_equal(endpoint_try_send(s->end, &m), 0);
}

static void finish(struct subject *s)
{
	plugin_destroy(s->plugin);
	endpoint_close(s->end);
}

static bool over(void *data)
{
	return ((struct subject *)data)->ending.calls > 0;
}

static void expect_call(enum fault_case which, int call, const char *line)
{
	struct subject s;
	start(&s, which);
	run_loop(over, &s);
	if (s.ending.how != PLUGIN_FAULTED || s.kind != FAULT_SYSCALL || s.call != call ||
		strncmp(s.line, line, strlen(line)) != 0)
		fail_msg("ended by %d, fault %d, call %d: %s", (int)s.ending.how,
			(int)s.kind, s.call, s.line);
	finish(&s);
}

/* How it was before and must be after: the host's own calls, and those of a child. */
static void check_host(void)
{
	int status, ends[2];
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		(void)!write(ends[1], "x", 1);
		_exit(getppid() > 0 ? 7 : 8);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
	char byte;
	assert_int_equal(read(ends[0], &byte, 1), 1);
	close(ends[0]);
	close(ends[1]);
}

static void test_calls(enum fence_mode mode)
{
#ifdef __x86_64__
	size_t fds = 0, maps = 0;
	for (int i = 0; i < TIMES + 10; i++) {
		expect_call(FAULT_CALL, 39, "made system call 39 in hidden_syscall+");
		expect_call(
			FAULT_CALL_32, 20, "made 32-bit system call 20 in hidden_int80+");
		if (i == 9) {
			fds = count_fds();
			maps = count_maps("");
		}
	}
	print_message("# by %s: %d calls of each kind; descriptors %zu -> %zu, mappings "
		      "%zu -> %zu\n",
		names[mode], TIMES, fds, count_fds(), maps, count_maps(""));
	assert_int_equal(count_fds(), fds);
	assert_in_range(count_maps(""), 1, maps + 4);
	/* Another fault behind it is what it always was. */
	struct subject s;
	start(&s, FAULT_WILD_WRITE);
	run_loop(over, &s);
	assert_int_equal(s.kind, FAULT_SIGNAL);
	finish(&s);
#endif
	check_host();
}

static bool enough(void *data)
{
	return sched_get_stats().preemptions > *(uint64_t *)data + 20;
}

/* Interrupted by the timer and by a descriptor: two that never call the host. */
static void test_hogs(void)
{
	struct subject s[2];
	int ends[2];
	uint64_t before = sched_get_stats().preemptions;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(preempt_watch(ends[0]), 0);
	start(&s[0], FAULT_HOG);
	start(&s[1], FAULT_HOG);
	run_loop(enough, &before);
	sched_poll_every(UINT64_MAX);
	for (int i = 0; i < 20; i++) {
		uint64_t hints = sched_get_stats().hints;
		pid_t child = fork();
		if (child == 0) {
			usleep(2000);
			_exit(write(ends[1], "x", 1) != 1);
		}
		while (sched_get_stats().hints == hints)
			sched_run();
		assert_int_equal(waitpid(child, NULL, 0), child);
	}
	for (int i = 0; i < 2; i++) {
		assert_int_equal(s[i].ending.calls, 0);
		plugin_kill(s[i].plugin);
		plugin_reap();
		finish(&s[i]);
	}
	close(ends[0]);
	close(ends[1]);
	check_host();
}

static void test_form(void **state)
{
	enum fence_mode mode = *(const enum fence_mode *)*state;
	log_set_level(LOG_SILENT);
	assert_int_equal(sched_init(), 0);
	if (plugin_fence(mode) < 0) {
		assert_int_equal(sched_fence(), FENCE_OFF);
		print_message("# no fence by %s here\n", names[mode]);
		sched_finish();
		skip();
	}
	assert_int_equal(sched_fence(), mode);
	test_calls(mode);
	test_hogs();
	sched_finish();
	assert_int_equal(sched_fence(), FENCE_OFF);
	check_host();
}

/* Without: the call is made. With the best there is, and taken down again. */
static void test_off(void **state)
{
	(void)state;
	log_set_level(LOG_SILENT);
	assert_int_equal(sched_init(), 0);
	if (plugin_fence(FENCE_AUTO) == 0)
		assert_int_not_equal(sched_fence(), FENCE_OFF);
	assert_int_equal(plugin_fence(FENCE_OFF), 0);
	assert_int_equal(sched_fence(), FENCE_OFF);
#ifdef __x86_64__
	struct subject s;
	start(&s, FAULT_CALL);
	run_loop(over, &s);
	assert_int_equal(s.ending.how, PLUGIN_FAILED);
	assert_int_equal(s.ending.code, 42);
	finish(&s);
#endif
	test_hogs();
	sched_finish();
}

int main(void)
{
	static enum fence_mode range = FENCE_RANGE, selector = FENCE_SELECTOR;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_form, &range),
		cmocka_unit_test_prestate(test_form, &selector),
		cmocka_unit_test(test_off),
	};
	/* Once for all of them: what is counted is what fences leave behind. */
	assert_int_equal(library_load(&library_capstone), 0);
	return cmocka_run_group_tests_name("fence", tests, NULL, NULL);
}
