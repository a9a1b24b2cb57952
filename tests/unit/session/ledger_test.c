/*
 * The ledger, with times that this file makes up.
 *
 *	ledger_test
 *	ledger_test --trace FILE	what a session of two windows and outputs might have seen
 */
#include "session/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "session/ledger_trace.h"

static struct ledger *ledger;
static struct ledger_window window, other;

static int setup(void **state)
{
	(void)state;
	ledger = ledger_create();
	window = other = (struct ledger_window){0};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	ledger_destroy(ledger);
	return 0;
}

/* The frames as a reader gets them. */
static struct ledger_dump dump(void)
{
	struct ledger_dump out;
	int fd = memfd_create("ledger", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(ledger_write(ledger, fd), 0);
	assert_int_equal(ledger_dump_read(fd, &out), 0);
	close(fd);
	return out;
}

static struct ledger_figures figures(const char *stage)
{
	struct ledger_figures all[LEDGER_STAGES];
	ledger_measure(ledger, all);
	for (int i = 0; i < LEDGER_STAGES; i++) {
		if (strcmp(ledger_stages[i].name, stage) == 0)
			return all[i];
	}
	fail_msg("there is no stage %s", stage);
	return all[0];
}

/* What happens to a window, and which points its frame then has. */
enum what {
	ROUTED,
	IDLE,
	RECEIVED,
	UNCHANGED,
	COMMITTED,
	FLIPPED,
	FLIPPED_ELSEWHERE
};

static const struct {
	const char *name;
	struct step {
		enum what what;
		uint64_t a, b,
			now; /* routed: input; received: ran; committed: paint, painted */
	} steps[10];
	size_t n_steps, n_frames;
	uint64_t at[LEDGER_POINTS]; /* of the last frame */
} ways[] = {
	{"input to flip",
		{{ROUTED, 5, 0, 10}, {RECEIVED, 12, 0, 20}, {COMMITTED, 30, 40, 41},
			{FLIPPED, 0, 0, 50}},
		4, 1, {5, 10, 12, 20, 30, 40, 41, 50}},
	{"without input",
		{{RECEIVED, 3, 0, 20}, {COMMITTED, 30, 40, 41}, {FLIPPED, 0, 0, 50}}, 3,
		1, {0, 0, 0, 20, 30, 40, 41, 50}},
	{"the oldest input counts",
		{{ROUTED, 5, 0, 10}, {ROUTED, 6, 0, 11}, {RECEIVED, 12, 0, 20},
			{COMMITTED, 30, 40, 41}, {FLIPPED, 0, 0, 50}},
		5, 1, {5, 10, 12, 20, 30, 40, 41, 50}},
	{"replaced before it was painted",
		{{ROUTED, 5, 0, 10}, {RECEIVED, 12, 0, 20}, {RECEIVED, 22, 0, 25},
			{COMMITTED, 30, 40, 41}, {FLIPPED, 0, 0, 50}},
		5, 1, {5, 10, 12, 25, 30, 40, 41, 50}},
	{"input while a frame waits is the next one's, or that one's if it is replaced",
		{{RECEIVED, 0, 0, 4}, {ROUTED, 5, 0, 10}, {RECEIVED, 12, 0, 20},
			{COMMITTED, 30, 40, 41}, {FLIPPED, 0, 0, 50}},
		5, 1, {5, 10, 12, 20, 30, 40, 41, 50}},
	{"the next one is received while one is in flight",
		{{RECEIVED, 0, 0, 1}, {COMMITTED, 2, 3, 4}, {ROUTED, 5, 0, 10},
			{RECEIVED, 12, 0, 20}, {FLIPPED, 0, 0, 25},
			{COMMITTED, 30, 40, 41}, {FLIPPED, 0, 0, 50}},
		7, 2, {5, 10, 12, 20, 30, 40, 41, 50}},
	{"input between a frame and its commit is the next one's",
		{{RECEIVED, 3, 0, 20}, {ROUTED, 21, 0, 22}, {COMMITTED, 30, 40, 41},
			{FLIPPED, 0, 0, 50}},
		4, 1, {0, 0, 0, 20, 30, 40, 41, 50}},
	{"and it has it",
		{{RECEIVED, 3, 0, 4}, {ROUTED, 5, 0, 10}, {COMMITTED, 10, 10, 10},
			{RECEIVED, 12, 0, 20}, {FLIPPED, 0, 0, 25},
			{COMMITTED, 30, 40, 41}, {FLIPPED, 0, 0, 50}},
		7, 2, {5, 10, 12, 20, 30, 40, 41, 50}},
	{"input without effect makes room for the next",
		{{ROUTED, 1, 0, 2}, {IDLE, 0, 0, 3}, {ROUTED, 5, 0, 10},
			{RECEIVED, 12, 0, 20}, {COMMITTED, 30, 40, 41},
			{FLIPPED, 0, 0, 50}},
		6, 1, {5, 10, 12, 20, 30, 40, 41, 50}},
	{"a service was asked: the answer comes later",
		{{ROUTED, 5, 0, 10}, {IDLE, 0, 0, 15}, {IDLE, 0, 0, 18},
			{RECEIVED, 12, 0, 20}, {COMMITTED, 30, 40, 41},
			{FLIPPED, 0, 0, 50}},
		6, 1, {5, 10, 12, 20, 30, 40, 41, 50}},
	{"what comes much later is none",
		{{ROUTED, 5, 0, 10}, {IDLE, 0, 0, 15},
			{RECEIVED, 12, 0, LEDGER_LATE_NS + 16},
			{COMMITTED, LEDGER_LATE_NS + 30, LEDGER_LATE_NS + 40,
				LEDGER_LATE_NS + 41},
			{FLIPPED, 0, 0, LEDGER_LATE_NS + 50}},
		5, 1,
		{0, 0, 0, LEDGER_LATE_NS + 16, LEDGER_LATE_NS + 30, LEDGER_LATE_NS + 40,
			LEDGER_LATE_NS + 41, LEDGER_LATE_NS + 50}},
	{"idle without input is nothing",
		{{IDLE, 0, 0, 3}, {ROUTED, 5, 0, 10}, {RECEIVED, 12, 0, 20},
			{COMMITTED, 30, 40, 41}, {FLIPPED, 0, 0, 50}},
		5, 1, {5, 10, 12, 20, 30, 40, 41, 50}},
	{"another screen's flip is not its own",
		{{RECEIVED, 0, 0, 20}, {COMMITTED, 30, 40, 41},
			{FLIPPED_ELSEWHERE, 0, 0, 45}, {FLIPPED, 0, 0, 50}},
		4, 1, {0, 0, 0, 20, 30, 40, 41, 50}},
	{"nothing is in flight",
		{{ROUTED, 5, 0, 10}, {COMMITTED, 30, 40, 41}, {FLIPPED, 0, 0, 50}}, 3, 0,
		{0}},
	{"it changes nothing",
		{{ROUTED, 5, 0, 10}, {RECEIVED, 12, 0, 20}, {UNCHANGED, 0, 0, 0},
			{COMMITTED, 30, 40, 41}, {FLIPPED, 0, 0, 50}},
		5, 0, {0}},
	{"a commit without painting, of a pointer, shows nothing of it",
		{{RECEIVED, 3, 0, 20}, {COMMITTED, 10, 15, 41}, {FLIPPED, 0, 0, 50}}, 3,
		0, {0}},
	{"input waits for an answer while frames change nothing",
		{{RECEIVED, 0, 0, 2}, {UNCHANGED, 0, 0, 0}, {ROUTED, 5, 0, 10},
			{UNCHANGED, 0, 0, 0}, {RECEIVED, 12, 0, 20},
			{COMMITTED, 30, 40, 41}, {FLIPPED, 0, 0, 50}},
		7, 1, {5, 10, 12, 20, 30, 40, 41, 50}},
};

static void take(const struct step *s)
{
	switch (s->what) {
	case ROUTED:
		ledger_routed(&window, s->a, s->now);
		break;
	case IDLE:
		ledger_idle(&window, s->now);
		break;
	case RECEIVED:
		ledger_received(&window, s->a, s->now);
		break;
	case UNCHANGED:
		ledger_unchanged(&window);
		break;
	case COMMITTED:
		ledger_committed(ledger, &window, "one", s->a, s->b, s->now);
		break;
	case FLIPPED:
	case FLIPPED_ELSEWHERE:
		ledger_flipped(
			ledger, &window, "w", s->what == FLIPPED ? "one" : "two", s->now);
		break;
	}
}

static void test_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		ledger_reset(ledger);
		window = (struct ledger_window){0};
		for (size_t k = 0; k < ways[i].n_steps; k++)
			take(&ways[i].steps[k]);
		struct ledger_dump got = dump();
		if (got.n_frames != ways[i].n_frames)
			fail_msg("%s: %zu frames", ways[i].name, got.n_frames);
		for (int k = 0; k < LEDGER_POINTS && got.n_frames; k++) {
			uint64_t at = got.frames[got.n_frames - 1].at[k];
			if (at != ways[i].at[k])
				fail_msg("%s: point %d is %d", ways[i].name, k, (int)at);
		}
		ledger_dump_finish(&got);
	}
}

static void test_first_input(void **state)
{
	(void)state;
	assert_true(ledger_routed(&window, 1, 2));
	assert_false(ledger_routed(&window, 3, 4));
	ledger_received(&window, 5, 6);
	assert_true(ledger_routed(&window, 7, 8)); /* before it is committed, too */
	ledger_committed(ledger, &window, "one", 9, 10, 11);
	assert_false(ledger_routed(&window, 12, 13));
}

/* Painting takes ns; the rest is the same. */
static void frame(struct ledger_window *w, const char *name, uint64_t start, uint64_t ns)
{
	ledger_received(w, 0, start);
	ledger_committed(ledger, w, "one", start, start + ns, start + ns);
	ledger_flipped(ledger, w, name, "one", start + ns + 5);
}

static void test_percentiles(void **state)
{
	static const struct {
		unsigned n; /* frames, of 1 to n ns in some order */
		uint64_t p50, p90, p99, max;
	} cases[] = {
		{0, 0, 0, 0, 0},
		{1, 1, 1, 1, 1},
		{2, 1, 2, 2, 2},
		{10, 5, 9, 10, 10},
		{100, 50, 90, 99, 100},
		{1000, 500, 900, 990, 1000},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ledger_reset(ledger);
		for (unsigned k = 0; k < cases[i].n; k++)
			frame(&window, "w", 100 + k, (k * 7) % cases[i].n + 1);
		struct ledger_figures got = figures("paint");
		assert_int_equal(got.n, cases[i].n);
		assert_int_equal(got.p50, cases[i].p50);
		assert_int_equal(got.p90, cases[i].p90);
		assert_int_equal(got.p99, cases[i].p99);
		assert_int_equal(got.max, cases[i].max);
		assert_int_equal(figures("input to flip").n, 0);
	}
}

/* The first line may have been scanned out before the commit's call returned. */
static void test_backwards(void **state)
{
	(void)state;
	ledger_received(&window, 0, 10);
	ledger_committed(ledger, &window, "one", 20, 30, 40);
	ledger_flipped(ledger, &window, "w", "one", 35);
	assert_int_equal(figures("flip").max, 0);
	assert_int_equal(figures("frame to flip").max, 25);
}

static void test_ring(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < LEDGER_FRAMES + 100; i++)
		frame(&window, "w", 1000 + i, i < 100 ? 500 : 1);
	assert_int_equal(ledger_kept(ledger), LEDGER_FRAMES);
	assert_int_equal(ledger_total(ledger), LEDGER_FRAMES + 100);
	assert_int_equal(figures("paint").max, 1);
	struct ledger_dump got = dump();
	assert_int_equal(got.n_frames, LEDGER_FRAMES);
	for (size_t i = 0; i < got.n_frames; i++)
		assert_int_equal(got.frames[i].serial, 101 + i);
	ledger_dump_finish(&got);
	ledger_reset(ledger);
	assert_int_equal(ledger_kept(ledger), 0);
	assert_int_equal(figures("paint").n, 0);
}

static void test_names(void **state)
{
	char name[64];
	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		snprintf(name, sizeof name, "window %u", i);
		frame(&window, name, 10, 1);
	}
	frame(&other, "window 7", 20, 1);
	frame(&other, "a name that is longer than what is kept of it, twice", 30, 1);
	struct ledger_dump got = dump();
	assert_int_equal(got.n_names, LEDGER_NAMES);
	assert_string_equal(got.names[got.frames[0].screen], "one");
	assert_string_equal(got.names[got.frames[7].window], "window 7");
	assert_string_equal(got.names[got.frames[99].window], "others");
	assert_string_equal(got.names[got.frames[100].window], "window 7");
	assert_string_equal(got.names[got.frames[101].window], "others");
	ledger_dump_finish(&got);
	ledger_reset(ledger);
	frame(&other, "a name that is longer than what is kept of it, twice", 30, 1);
	frame(&other, "a name that is longer than what is kept of it, once", 40, 1);
	got = dump();
	assert_int_equal(got.n_names, 2);
	ledger_dump_finish(&got);
}

/* What is handed over may be anything. */
static void test_rubbish(void **state)
{
	struct {
		struct ledger_head head;
		char names[2][LEDGER_NAME_MAX];
		struct ledger_frame frame;
	} good, bad;
	(void)state;
	frame(&window, "w", 10, 1);
	int fd = memfd_create("ledger", MFD_CLOEXEC);
	assert_int_equal(ledger_write(ledger, fd), 0);
	assert_int_equal(pread(fd, &good, sizeof good, 0), sizeof good);
	static const struct {
		size_t at;
		uint32_t value;
	} cases[] = {
		{0, 0},
		{offsetof(struct ledger_head, frame_size), 8},
		{offsetof(struct ledger_head, n_frames), LEDGER_FRAMES + 1},
		{offsetof(struct ledger_head, n_frames), 2},
		{offsetof(struct ledger_head, n_names), LEDGER_NAMES + 1},
		{offsetof(struct ledger_head, n_names), UINT32_MAX},
		{offsetof(struct ledger_head, n_names), 0},
		{sizeof(struct ledger_head) + sizeof good.names +
				offsetof(struct ledger_frame, screen),
			2},
	};
	struct ledger_dump got;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bad = good;
		memcpy((char *)&bad + cases[i].at, &cases[i].value,
			sizeof cases[i].value);
		assert_int_equal(pwrite(fd, &bad, sizeof bad, 0), sizeof bad);
		assert_int_not_equal(ledger_dump_read(fd, &got), 0);
	}
	assert_int_equal(pwrite(fd, &good, sizeof good, 0), sizeof good);
	for (size_t size = 0; size < sizeof good; size++) {
		assert_int_equal(ftruncate(fd, (off_t)size), 0);
		assert_int_not_equal(ledger_dump_read(fd, &got), 0);
	}
	close(fd);
}

/* Two windows on the first output, one of them on the second, too; input comes at any time. */
static int make_trace(const char *path)
{
	FILE *out = fopen(path, "w");
	uint64_t ns = 1000000000;
	unsigned random = 1;
	if (!out)
		return 1;
	setup(NULL);
	for (unsigned i = 0; i < LEDGER_FRAMES + 10; i++, ns += 16666666) {
		struct ledger_window *w = i % 3 ? &window : &other;
		const char *screen = i % 5 ? "one" : "two";
		random = random * 1103515245 + 12345;
		uint64_t early = random / 65536 % 20000000;
		if (i % 2)
			ledger_routed(w, ns - early, ns + 1000);
		ledger_received(w, i % 4 ? ns + 30000 : 0, ns + 2000000 + early / 8);
		ledger_received(&window, 0, ns + 5000000);
		ledger_committed(
			ledger, w, screen, ns + 6000000, ns + 8000123, ns + 8100000);
		ledger_committed(ledger, &window, screen, ns + 6000000, ns + 8000123,
			ns + 8100000);
		uint64_t flip = ns + 8000000 + early / 3;
		ledger_flipped(ledger, w, w == &window ? "Wide \"quoted\"" : "Other",
			screen, flip);
		ledger_flipped(ledger, &window, "Wide \"quoted\"", screen, flip);
	}
	struct ledger_dump got = dump();
	ledger_trace(&got, out);
	ledger_dump_finish(&got);
	ledger_destroy(ledger);
	return fclose(out) == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_ways, setup, teardown),
		cmocka_unit_test_setup_teardown(test_first_input, setup, teardown),
		cmocka_unit_test_setup_teardown(test_percentiles, setup, teardown),
		cmocka_unit_test_setup_teardown(test_backwards, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ring, setup, teardown),
		cmocka_unit_test_setup_teardown(test_names, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rubbish, setup, teardown),
	};
	if (argc == 3 && strcmp(argv[1], "--trace") == 0)
		return make_trace(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
