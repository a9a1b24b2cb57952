#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sched/sim/eevdf.h"
#include "sched/sim/engine.h"
#include "sched/sim/events.h"

#define MS UINT64_C(1000000)

static struct workload w;

static int parse(const char *text, char why[160])
{
	why[0] = 0;
	return workload_parse(&w, text, strlen(text), why);
}

/* A plugin with a task, for lines that need one. */
#define HEAD "title t\nduration 1s\nplugin p\ntask a\ncompute 1ms\n"

static const struct {
	const char *text, *why; /* NULL: it is good */
} files[] = {
	{HEAD, NULL},
	{HEAD "\n  # a comment\ncost switch 1us # and another\n", NULL},
	{"title t\nduration 1s\nplugin p\r\ntask a\r\ncompute 1ms", NULL},
	{"title a b  c\nduration 600s\nslice 2ms\nseed 7\nsource s burst 3 gap 1ms every "
	 "9ms "
	 "offset 2ms input\nsource r at 1ms 2ms 2ms\nchannel c depth 4\nplugin p weight "
	 "64 "
	 "count 2 prior 3us cache 255 refill 200us\ntask w count 2 spawned\ncompute "
	 "pareto "
	 "1ms 9ms\ntask t reserve 1ms every 5ms within 4ms ahead 9ms stagger 1ms\nwait "
	 "s\nhold "
	 "uniform "
	 "1us 2us\nevery 5ms\nrecv c\nsend c\nsleep exp 1ms\nspawn w 3\ncompute forever",
		NULL},
	{"", "line 0: title, duration and a task are needed"},
	{"title", "line 1: the title is missing"},
	{"title t\nduration 1s\n", "line 2: title, duration and a task are needed"},
	{"frob", "line 1: 'frob' is not known; sched/sim/README.md lists what is"},
	{"title t\nduration 1", "line 2: the duration is a time such as 300us, not '1'"},
	{"duration", "line 1: the duration is missing"},
	{"duration 1us",
		"line 1: the duration is from 1000000 ns to 600000000000 ns, not "
		"'1us'"},
	{"duration 99999999999999999999s",
		"line 1: the duration is a time such as 300us, not "
		"'99999999999999999999s'"},
	{"duration 1s 2s", "line 1: '2s' is too much"},
	{"seed -1", "line 1: the seed is a number from 0 to 4294967295, not '-1'"},
	{"cost spin 1us", "line 1: a cost is of 'switch' or 'preempt', not 'spin'"},
	{"cost switch 1ms", "line 1: the cost of a switch is from 0 ns to 50000 ns, not "
			    "'1ms'"},
	{"source s", "line 1: a source is 'every', 'poisson every', 'burst' or 'at'"},
	{"source s every 1us",
		"line 1: the period is from 10000 ns to 3600000000000 ns, not "
		"'1us'"},
	{"source s every 1ms frob", "line 1: 'frob' is no option of a source"},
	{"source s burst 3 every 1ms", "line 1: 'gap' is missing"},
	{"source s burst 9 gap 1ms every 5ms",
		"line 1: a burst is longer than its period"},
	{"source s at 2ms 1ms", "line 1: the times are not in order"},
	{"source s at input", "line 1: no time is given"},
	{"source s every 1ms\nsource s every 1ms",
		"line 2: there is a source 's' already"},
	{"source abcdefghijklmnopqrstuvwxyzabcdefghij every 1ms",
		"line 1: the name 'abcdefghijklmnopqrstuvwxyzabcdefghij' is longer than "
		"31 "
		"characters"},
	{"channel c depth 0", "line 1: the depth is a number from 1 to 65536, not '0'"},
	{"plugin p weight 63",
		"line 1: the weight is a number from 64 to 16384, not '63'"},
	{"plugin p cache 256", "line 1: cache is a number from 0 to 255, not '256'"},
	{"plugin p frob", "line 1: 'frob' is no option of a plugin"},
	{"plugin p count 5000",
		"line 1: the count is a number from 1 to 4096, not '5000'"},
	{"task t", "line 1: a task belongs to a plugin, and none is described yet"},
	{"plugin p\ntask t\ntask t", "line 3: the plugin has a task 't' already"},
	{"plugin p\ntask t frob", "line 2: 'frob' is no option of a task"},
	{"plugin p\ntask t reserve 5ms every 4ms",
		"line 2: budget, deadline and period must not be each longer than the "
		"next"},
	{"plugin p\ntask t reserve 1ms every 4ms ahead 2s",
		"line 2: the stock is from 0 ns to 1000000000 ns, not '2s'"},
	{"plugin p\ncompute 1ms",
		"line 2: a step belongs to a task, and none is above it"},
	{HEAD "plugin q\ncompute 1ms",
		"line 7: a step belongs to a task, and none is above "
		"it"},
	{HEAD "wait s", "line 6: there is no source 's' above"},
	{HEAD "send c", "line 6: there is no channel 'c' above"},
	{HEAD "spawn a 3", "line 6: the plugin has no spawned task 'a' above"},
	{HEAD "compute uniform 2ms 1ms", "line 6: the upper bound is from 2000000 ns to "
					 "3600000000000 ns, not '1ms'"},
	{HEAD "compute 1ns",
		"line 6: the time is from 1000 ns to 60000000000 ns, not '1ns'"},
	{"title t\nduration 1s\nchannel c\nplugin p\ntask t\nsend c\n",
		"line 6: task 't' has no step that takes time"},
	{"title t\nduration 1s\nplugin p\ntask t reserve 1ms every 5ms\ncompute 1ms",
		"line 5: task 't' reserves: it needs 'wait' or 'every', and cannot be "
		"spawned"},
	{"title t\nduration 1s\nplugin p refill 200us\ntask t\ncompute 1ms",
		"line 5: plugin 'p': a refill is at most a tenth of the slice"},
	{"title t\nduration 1s\nplugin p count 4096\nplugin q\ntask t\ncompute 1ms",
		"line 6: more than 4096 plugins or 16384 tasks"},
};

static void test_parse(void **state)
{
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char why[160];
		int r = parse(files[i].text, why);
		assert_string_equal(why, files[i].why ? files[i].why : "");
		assert_int_equal(r, files[i].why ? -EINVAL : 0);
	}
}

/* More of a kind than there is room for, and lines that are no text. */
static void test_parse_limits(void **state)
{
	static char text[65536];
	char why[160];
	int n = 0;
	for (int i = 0; i <= WORKLOAD_SOURCES; i++)
		n += snprintf(
			text + n, sizeof text - (size_t)n, "source s%d every 1ms\n", i);
	assert_int_equal(parse(text, why), -EINVAL);
	assert_string_equal(why, "line 33: more than 32 sources");
	n = snprintf(text, sizeof text, "plugin p\ntask t\n");
	for (int i = 0; i <= WORKLOAD_STEPS; i++)
		n += snprintf(text + n, sizeof text - (size_t)n, "compute 1ms\n");
	assert_int_equal(parse(text, why), -EINVAL);
	assert_string_equal(why, "line 1027: more than 1024 steps");
	n = snprintf(text, sizeof text, "source s at");
	for (int i = 0; i <= WORKLOAD_TIMES; i++)
		n += snprintf(text + n, sizeof text - (size_t)n, " 1ms");
	assert_int_equal(parse(text, why), -EINVAL);
	assert_string_equal(why, "line 1: more than 64 times in one source");
	memset(text, 'a', 2000);
	assert_int_equal(workload_parse(&w, text, 2000, why), -EINVAL);
	assert_string_equal(why, "line 1: longer than 1024 bytes, or not a text");
	assert_int_equal(workload_parse(&w, "a\0b", 3, why), -EINVAL);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		for (size_t size = 0; size < strlen(files[i].text); size++)
			workload_parse(&w, files[i].text, size, why);
	}
}

/* Mean, bounds and tail of each distribution. */
static void test_distributions(void **state)
{
	static const struct {
		struct dist dist;
		uint64_t mean, min, max; /* us */
	} cases[] = {
		{{DIST_FIXED, 5 * MS, 0}, 5000, 5000, 5000},
		{{DIST_UNIFORM, 2 * MS, 4 * MS}, 3000, 2000, 4000},
		{{DIST_EXP, MS, 0}, 1000, 0, 23000},
		{{DIST_PARETO, MS, 100 * MS}, 2800, 1000, 100000},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct random random = random_stream(1, i);
		uint64_t sum = 0;
		for (int k = 0; k < 100000; k++) {
			uint64_t ns = random_draw(&random, &cases[i].dist);
			assert_in_range(ns, cases[i].min * 1000, cases[i].max * 1000);
			sum += ns / 1000;
		}
		assert_in_range(sum / 100000, cases[i].mean * 97 / 100,
			cases[i].mean * 103 / 100);
	}
	assert_int_equal(log2_q16(1), 0);
	assert_int_equal(log2_q16(UINT64_C(1) << 40), 40 << 16);
	assert_in_range(log2_q16(1000), 653110, 653120); /* 9.96578 */
}

static void test_events(void **state)
{
	static const uint64_t times[] = {5, 3, 9, 3, 1, 9, 7, 3};
	static const unsigned order[] = {4, 1, 3, 7, 0, 6, 2, 5};
	struct events events = {0};
	for (unsigned i = 0; i < 8; i++)
		events_add(&events, times[i], i, 0);
	for (unsigned i = 0; i < 8; i++) {
		assert_int_equal(events_next_ns(&events), times[order[i]]);
		assert_int_equal(events_pop(&events).source, order[i]);
	}
	assert_int_equal(events_next_ns(&events), UINT64_MAX);
	free(events.heap);
}

/* Tasks that always want to run, under one model by itself. */
struct bench {
	const struct model *model;
	void *self;
	struct model_task tasks[4];
	uint64_t ran[4];
};

static void bench_init(
	struct bench *b, const struct model *model, const unsigned *weights)
{
	struct model_plugin plugins[4];
	*b = (struct bench){.model = model};
	for (unsigned i = 0; i < 4; i++)
		plugins[i] = (struct model_plugin){.weight = weights[i]};
	b->self = model->create(&(struct model_setup){4, 4, plugins, MS, 1});
	assert_non_null(b->self);
	for (unsigned i = 0; i < 4; i++) {
		b->tasks[i] =
			(struct model_task){.id = i, .plugin = i, .weight = weights[i]};
		model->join(b->self, &b->tasks[i]);
		model->ready(b->self, &b->tasks[i], TASK_NORMAL, NULL, 0);
	}
}

/* One slice; returns whose. */
static unsigned bench_turn(struct bench *b)
{
	uint64_t slice;
	struct model_task *task = b->model->pick(b->self, 0, &slice);
	b->model->ran(b->self, task, slice, true);
	b->ran[task->id] += slice;
	return task->id;
}

static void test_round_robin(void **state)
{
	struct bench b;
	bench_init(&b, &model_round_robin, (const unsigned[]){1024, 64, 4096, 512});
	for (unsigned i = 0; i < 40; i++)
		assert_int_equal(bench_turn(&b), i % 4);
	b.model->destroy(b.self);
}

/* After any number of turns, nobody is further than a slice from its share. */
static void exact_shares(const struct model *model)
{
	static const unsigned weights[] = {1024, 2048, 3072, 4096};
	struct bench b;
	bench_init(&b, model, weights);
	for (uint64_t turn = 1; turn <= 1000; turn++) {
		bench_turn(&b);
		uint64_t total = b.ran[0] + b.ran[1] + b.ran[2] + b.ran[3];
		for (int i = 0; i < 4; i++) {
			uint64_t share = total * weights[i] / 10240;
			assert_in_range(b.ran[i] + MS, share, share + 2 * MS);
		}
	}
	b.model->destroy(b.self);
}

static void test_stride(void **state)
{
	exact_shares(&model_stride);
}

static void test_eevdf_shares(void **state)
{
	exact_shares(&model_eevdf);
}

/* Binomial: within three sigma of n p. */
static void test_lottery(void **state)
{
	static const unsigned weights[] = {1024, 2048, 3072, 4096};
	struct bench b;
	bench_init(&b, &model_lottery, weights);
	for (int turn = 0; turn < 10000; turn++)
		bench_turn(&b);
	for (int i = 0; i < 4; i++) {
		int64_t p = (i + 1) * 1000, n = (int64_t)(b.ran[i] / MS) - p;
		assert_true(n * n * 10000 <= 9 * p * (10000 - p));
	}
	b.model->destroy(b.self);
}

/* A task that uses a quarter of its slice wins four times as often. */
static void test_compensation(void **state)
{
	struct bench b;
	uint64_t slice, short_ns = 0, long_ns = 0;
	bench_init(&b, &model_lottery, (const unsigned[]){1024, 1024, 1024, 1024});
	for (int turn = 0; turn < 20000; turn++) {
		struct model_task *task = b.model->pick(b.self, 0, &slice);
		uint64_t ran = task->id == 0 ? slice / 4 : slice;
		b.model->ran(b.self, task, ran, true);
		*(task->id == 0 ? &short_ns : &long_ns) += ran;
	}
	assert_in_range(short_ns * 3, long_ns * 95 / 100, long_ns * 105 / 100);
	b.model->destroy(b.self);
}

/* Who was served beyond the average is not eligible until the others have caught up. */
static void test_eevdf_eligibility(void **state)
{
	struct eevdf_queue queue = {0};
	struct eevdf_entity a = {.request_ns = MS, .weight = 1024};
	struct eevdf_entity b = {.request_ns = MS, .weight = 1024};
	eevdf_place(&queue, &a);
	eevdf_add(&queue, &a);
	eevdf_place(&queue, &b);
	eevdf_add(&queue, &b);
	assert_true(eevdf_eligible(&queue, &a) && eevdf_eligible(&queue, &b));
	assert_false(eevdf_charge(&queue, &a, MS / 2));
	assert_false(eevdf_eligible(&queue, &a));
	assert_true(eevdf_eligible(&queue, &b));
	assert_int_equal(eevdf_average(&queue), MS / 4);
	eevdf_charge(&queue, &b, MS / 2);
	assert_true(eevdf_eligible(&queue, &a) && eevdf_eligible(&queue, &b));
	assert_true(eevdf_charge(&queue, &a, MS / 2));
	assert_int_equal(a.deadline, 2 * MS);
}

/* Lag is kept over sleep: who leaves owing comes back owing, and at most two requests. */
static void test_eevdf_lag(void **state)
{
	struct eevdf_queue queue = {0};
	struct eevdf_entity a = {.request_ns = MS, .weight = 1024};
	struct eevdf_entity b = {.request_ns = MS, .weight = 1024};
	eevdf_add(&queue, &a);
	eevdf_add(&queue, &b);
	eevdf_charge(&queue, &a, MS);
	eevdf_save(&queue, &a);
	eevdf_remove(&queue, &a);
	assert_int_equal(a.lag, -(int64_t)MS / 2);
	eevdf_charge(&queue, &b, 10 * MS);
	eevdf_place(&queue, &a);
	eevdf_add(&queue, &a);
	assert_false(eevdf_eligible(&queue, &a));
	assert_int_equal(a.vruntime - b.vruntime, MS);
	eevdf_charge(&queue, &a, 20 * MS);
	eevdf_save(&queue, &a);
	assert_int_equal(a.lag, -2 * (int64_t)MS);
}

/* A run by hand: who pays what, when who wakes, and what is missed. */
static void test_engine(void **state)
{
	static const char text[] =
		"title t\nduration 100ms\ncost switch 10us preempt 20us\n"
		"source s at 10ms 50ms input\nplugin p\ntask a\nwait s\n"
		"compute 2ms\nplugin h\ntask b\nhold 20ms\nsleep 40ms\n";
	struct result r;
	char why[160];
	assert_int_equal(parse(text, why), 0);
	assert_int_equal(engine_run(&w, &model_osaas, 1, &r), 0);
	/* b holds up to 20 ms: the first event waits; for the second a was the last to run. */
	assert_int_equal(r.wake[TASK_LATENCY].n, 2);
	assert_int_equal(r.wake[TASK_LATENCY].ns[0], 0);
	assert_int_equal(r.wake[TASK_LATENCY].ns[1], 10 * MS + 20000);
	assert_int_equal(r.response.n, 2);
	assert_int_equal(r.work_ns, (20 + 2 + 2 + 20) * MS);
	assert_int_equal(r.work_ns + r.idle_ns + r.overhead_ns, r.duration_ns);
	assert_int_equal(r.overhead_ns, 3 * 10000);
	assert_int_equal(r.starved_ns, 10 * MS + 10000);
	result_finish(&r);
}

static const struct {
	const char *task;
	uint64_t jobs, misses, excused, refused;
} contracts[] = {
	{"reserve 2ms every 10ms\nevery 10ms\ncompute 1ms", 10, 0, 0, 0},
	{"reserve 2ms every 10ms\nevery 10ms\ncompute 3ms", 0, 0, 10, 0},
	{"reserve 2ms every 10ms\nevery 5ms\ncompute 1ms", 1, 0, 19, 0},
	{"reserve 9ms every 10ms\nevery 10ms\ncompute 1ms", 0, 0, 0, 1},
};

/* What is a miss, what is the task's own fault, and what is not admitted. */
static void test_contracts(void **state)
{
	for (size_t i = 0; i < sizeof contracts / sizeof *contracts; i++) {
		struct result r;
		char text[512], why[160];
		snprintf(text, sizeof text,
			"title t\nduration 100ms\nplugin h\ntask b\ncompute forever\n"
			"plugin p\ntask a %s\n",
			contracts[i].task);
		assert_int_equal(parse(text, why), 0);
		assert_int_equal(engine_run(&w, &model_osaas, 1, &r), 0);
		assert_int_equal(r.jobs, contracts[i].jobs);
		assert_int_equal(r.misses, contracts[i].misses);
		assert_int_equal(r.excused, contracts[i].excused);
		assert_int_equal(r.refused, contracts[i].refused);
		result_finish(&r);
	}
}

/* Round robin among twenty hogs misses what needs to run within 5 ms. */
static void test_misses(void **state)
{
	struct result r;
	char why[160];
	assert_int_equal(parse("title t\nduration 1s\nplugin h count 20\ntask b\ncompute "
			       "forever\nplugin p\ntask a reserve 2ms every 10ms within "
			       "5ms\nevery 10ms\ncompute 1ms",
				 why),
		0);
	assert_int_equal(engine_run(&w, &model_round_robin, 1, &r), 0);
	assert_true(r.misses > 40 && r.misses + 2 >= r.jobs);
	result_finish(&r);
	assert_int_equal(engine_run(&w, &model_osaas, 1, &r), 0);
	assert_int_equal(r.misses, 0);
	assert_int_equal(r.jobs, 100);
	result_finish(&r);
}

/* Two hogs of one plugin and one of another: half each among plugins, a third among tasks. */
static void test_fairness(void **state)
{
	static const char text[] =
		"title t\nduration 1s\nplugin p\ntask a count 3\ncompute "
		"forever\nplugin q\ntask b\ncompute forever\n";
	struct result r;
	char why[160];
	assert_int_equal(parse(text, why), 0);
	assert_int_equal(engine_run(&w, &model_osaas, 1, &r), 0);
	assert_in_range(r.jain, 9980, 10000);
	result_finish(&r);
	/* x is 1.5 and 0.5: 4 / (2 * 2.5) */
	assert_int_equal(engine_run(&w, &model_round_robin, 1, &r), 0);
	assert_in_range(r.jain, 7980, 8020);
	result_finish(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_limits),
		cmocka_unit_test(test_distributions),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_round_robin),
		cmocka_unit_test(test_stride),
		cmocka_unit_test(test_eevdf_shares),
		cmocka_unit_test(test_lottery),
		cmocka_unit_test(test_compensation),
		cmocka_unit_test(test_eevdf_eligibility),
		cmocka_unit_test(test_eevdf_lag),
		cmocka_unit_test(test_engine),
		cmocka_unit_test(test_contracts),
		cmocka_unit_test(test_misses),
		cmocka_unit_test(test_fairness),
	};
	return cmocka_run_group_tests_name("sim", tests, NULL, NULL);
}
