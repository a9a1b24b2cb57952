/*
 * Faults of every kind, a thousand times each: the plugin ends and says how, whoever it
 * talked to is told, and nothing of it is left.
 */
#include "helper.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "plugins/private.h"
#include "sched/sanitize.h"
#include "tests/unit/plugins/fault.h"
#include "tests/unit/plugins/probe.h"
#include "util/log.h"

#define TIMES   1000
#define WARM_UP 30

struct subject {
	struct plugin *plugin;
	struct endpoint *end;
	struct ending ending;
	char line[256];
	char *report;
};

static void note_fault(void *data, struct plugin *plugin, enum plugin_end how, int code)
{
	struct subject *s = data;
	size_t size;
	note_ending(&s->ending, plugin, how, code);
	snprintf(s->line, sizeof s->line, "%s", plugin_fault_line(plugin));
	FILE *out = open_memstream(&s->report, &size);
	int r = plugin_report(plugin, out);
	fclose(out);
	bool faulted = how == PLUGIN_FAULTED || how == PLUGIN_NO_STACK;
	assert_int_equal(r, faulted ? 0 : -ENOENT);
	assert_int_equal(plugin_fault(plugin) != NULL, faulted);
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

static bool over(void *data)
{
	return ((struct subject *)data)->ending.calls > 0;
}

static void finish(struct subject *s)
{
	struct message m;
	assert_int_equal(s->ending.calls, 1);
	assert_int_equal(endpoint_try_recv(s->end, &m), -EPIPE);
	endpoint_close(s->end);
	plugin_destroy(s->plugin);
	free(s->report);
}

static const struct kind {
	enum fault_case which;
	const char *name;
	enum plugin_end how;
	const char *line; /* what it begins with */
	const char *in;   /* what the backtrace names */
} kinds[] = {
	{FAULT_WILD_READ, "wild read", PLUGIN_FAULTED,
		"read address 0x10, where it has no memory, in wild_read+",
		"fault_main+"},
	{FAULT_WILD_WRITE, "wild write", PLUGIN_FAULTED,
		"wrote to address 0x10, where it has no memory, in wild_write+",
		"fault_main+"},
	{FAULT_DEEP, "stack overflow", PLUGIN_NO_STACK, "ran out of stack in deep+",
		"deep+"},
	{FAULT_DIVISION, "division by zero", PLUGIN_FAULTED,
		"divided by zero in division+", "fault_main+"},
	{FAULT_JUMP_NULL, "jump to NULL", PLUGIN_FAULTED,
		"jumped to address 0x0, where it has no code, from jump_null+",
		"fault_main+"},
	{FAULT_JUMP_DATA, "jump into data", PLUGIN_FAULTED, "jumped to address 0x",
		"jump_data+"},
	{FAULT_JUMP_WILD, "jump to nowhere", PLUGIN_FAULTED, "used an impossible address",
		"jump_wild+"},
	{FAULT_ABORT, "abort", PLUGIN_FAULTED, "called abort()", "aborting+"},
	{FAULT_NO_HEAP, "exhausted heap", PLUGIN_FAULTED,
		"wrote to address 0x0, where it has no memory, in no_heap+",
		"fault_main+"},
	{FAULT_EXIT, "exit with channels", PLUGIN_FAILED, "", NULL},
	{FAULT_MEMCPY, "wild memcpy", PLUGIN_FAULTED,
		"read address 0x10, where it has no memory, in memcpy+", "by_memcpy+"},
	{FAULT_OWN_TEXT, "write to own text", PLUGIN_FAULTED, "wrote to address 0x",
		"own_text+"},
	{FAULT_COROUTINE, "in a coroutine", PLUGIN_FAULTED, "wrote to address 0x10",
		"write_later+"},
#ifdef __x86_64__
	{FAULT_ILLEGAL, "illegal instruction", PLUGIN_FAULTED, "ran an instruction",
		"illegal+"},
	{FAULT_BREAKPOINT, "int3", PLUGIN_FAULTED,
		"ran into a breakpoint in hidden_int3+", "breakpoint+"},
	{FAULT_HALT, "hlt", PLUGIN_FAULTED, "used an impossible address, or", "halt+"},
	{FAULT_LOST_STACK, "lost stack", PLUGIN_FAULTED, "wrote to address 0x38",
		"lost_stack+"},
	{FAULT_WILD_STACK, "wild stack", PLUGIN_FAULTED, "used an impossible address",
		"wild_stack+"},
	{FAULT_ALIGNED, "EFLAGS.AC", PLUGIN_FAULTED, "ran an instruction", "aligned+"},
	{FAULT_BACKWARDS, "EFLAGS.DF", PLUGIN_FAULTED, "wrote to address 0x10",
		"backwards+"},
	{FAULT_STEP, "EFLAGS.TF", PLUGIN_FAULTED, "ran into a breakpoint in step+",
		"fault_main+"},
	{FAULT_UNALIGNED, "unaligned SSE", PLUGIN_FAULTED, "used an impossible address",
		"unaligned+"},
	{FAULT_ROUNDING, "unmasked SIGFPE", PLUGIN_FAULTED, "made an error in arithmetic",
		"rounding+"},
#endif
};
#define KINDS (sizeof kinds / sizeof *kinds)

static void check_kind(const struct kind *kind, const struct subject *s)
{
	if (s->ending.how != kind->how ||
		strncmp(s->line, kind->line, strlen(kind->line)) != 0)
		fail_msg("%s: ended by %d: %s", kind->name, (int)s->ending.how, s->line);
	if (kind->in && !strstr(s->report, kind->in))
		fail_msg("%s: no %s in\n%s", kind->name, kind->in, s->report);
	if (kind->in && !strstr(s->report, "about to do what I am told"))
		fail_msg("%s: no log in\n%s", kind->name, s->report);
}

static void do_one(const struct kind *kind)
{
	struct subject s;
	start(&s, kind->which);
	run_loop(over, &s);
	check_kind(kind, &s);
	finish(&s);
}

static long resident_kib(void)
{
	long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%*d %ld", &pages), 1);
	fclose(f);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* AddressSanitizer keeps what was freed. */
#ifdef OSAAS_ASAN
#define GROWTH_KIB LONG_MAX
#else
#define GROWTH_KIB 512
#endif

static void test_thousand(void **state)
{
	(void)state;
	struct plugin *keep = load(FAULT); /* the image */
	for (size_t i = 0; i < KINDS; i++) {
		for (int n = 0; n < WARM_UP; n++)
			do_one(&kinds[i]);
	}
	size_t fds = count_fds(), maps = count_maps("");
	long kib = resident_kib();
	for (size_t i = 0; i < KINDS; i++) {
		for (int n = 0; n < TIMES; n++)
			do_one(&kinds[i]);
		print_message("# %s: %d times; descriptors %zu -> %zu, mappings %zu -> "
			      "%zu, resident %ld -> %ld KiB\n",
			kinds[i].name, TIMES, fds, count_fds(), maps, count_maps(""), kib,
			resident_kib());
		assert_int_equal(count_fds(), fds);
		assert_in_range(count_maps(""), 1, maps + 4);
		assert_true(resident_kib() - kib < GROWTH_KIB);
	}
	plugin_destroy(keep);
}

/* Whoever else was there goes on, and hears that the channel is closed. */
static void test_peers(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		struct subject s;
		struct ending peer = {0};
		struct endpoint *ends[2];
		struct plugin *other = load(PROBE);
		struct message ping = {.type = PROBE_PING};
		assert_int_equal(endpoint_pair(ends, 4), 0);
		assert_int_equal(plugin_grant(other, "test.host", ends[0]), 0);
		assert_int_equal(plugin_start(other, note_ending, &peer), 0);
		assert_int_equal(endpoint_try_send(ends[1], &ping), 0);
		run_idle();
		start(&s, kinds[i].which);
		assert_int_equal(plugin_grant(s.plugin, "test.peer", ends[1]), 0);
		run_loop(over, &s);
		check_kind(&kinds[i], &s);
		finish(&s);
		run_loop(has_ended, &peer);
		assert_int_equal(peer.how, PLUGIN_RETURNED);
		plugin_destroy(other);
	}
}

/* Memory that is the plugin's, and yet is not there: its own access, or the host's for it. */
static void *lose_pages(struct subject *s)
{
	struct message m;
	uint64_t address;
	run_idle();
	assert_int_equal(endpoint_try_recv(s->end, &m), 0);
	assert_int_equal(m.type, FAULT_READY);
	memcpy(&address, m.bytes, sizeof address);
	int fd = memfd_create("gone", MFD_CLOEXEC);
	void *at = mmap((void *)(uintptr_t)address, 4096, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_FIXED, fd, 0); /* an empty file */
	assert_int_equal((uintptr_t)at, address);
	close(fd);
	m = (struct message){.type = 1};
	assert_int_equal(endpoint_try_send(s->end, &m), 0);
	return at;
}

static void test_gone(void **state)
{
	static const struct kind cases[] = {
		{FAULT_GONE, "gone", PLUGIN_FAULTED, "wrote to address 0x",
			"fault_main+"},
		{FAULT_GONE_TO_HOST, "gone to host", PLUGIN_FAULTED,
			"gave the host address 0x", "fault_main+"},
	};
	(void)state;
	for (int i = 0; i < 20; i++) {
		struct subject s;
		start(&s, cases[i % 2].which);
		void *at = lose_pages(&s);
		run_loop(over, &s);
		check_kind(&cases[i % 2], &s);
		/* The buffer is kept for reuse. */
		assert_ptr_equal(mmap(at, 4096, PROT_READ | PROT_WRITE,
					 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0),
			at);
		finish(&s);
	}
}

/* cmocka takes the signals for itself after a test's setup: so that is the test's own. */
static void within_sched(void **state)
{
	void (*const *test)(void **) = *state;
	log_set_level(LOG_SILENT);
	assert_int_equal(sched_init(), 0);
	fence_by_environment();
	(*test)(state);
	sched_finish();
	buffer_trim();
}

/* Only who may change control words has its own kept: fault.c has an fldcw, probe.c none. */
static void test_control_words(void **state)
{
	struct plugin *with = load(FAULT), *without = load(PROBE);
	(void)state;
	assert_true(plugin_group(with)->fp_control);
	assert_false(plugin_group(without)->fp_control);
	plugin_destroy(with);
	plugin_destroy(without);
}

int main(void)
{
	static void (*const tests_of[])(void **) = {
		test_thousand, test_peers, test_gone, test_control_words};
#define T(i, test_name)                                                                  \
	{                                                                                \
		.name = test_name, .test_func = within_sched,                            \
		.initial_state = (void *)(uintptr_t)&tests_of[i]                         \
	}
	const struct CMUnitTest tests[] = {
		T(0, "test_thousand"),
		T(1, "test_peers"),
		T(2, "test_gone"),
		T(3, "test_control_words"),
	};
	return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}
