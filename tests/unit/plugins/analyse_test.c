/* What analysis finds in the samples, where there is just one right answer. */
#include "helper.h"

#include <stdio.h>
#include <string.h>

#include "plugins/private.h"

/* A loop without a call of the host that the sample has; 0 and "": it does not matter. */
static const struct loop_case {
	const char *sample, *function;
	uint64_t trips;
	enum access_kind kind;
	uint64_t working_set; /* at least */
} loops[] = {
	{"triad", "sample_main", 0, ACCESS_SEQUENTIAL, 8 << 20},
	{"columns", "sample_main", 0, ACCESS_STRIDED, 0},
	{"list", "sample_main", 0, ACCESS_CHASE, 0},
	{"histogram", "sample_main", 0, ACCESS_RANDOM, 16 << 20},
	{"tree", "", 0, ACCESS_CHASE, 0},
	{"search", "", 0, ACCESS_RANDOM, 0},
	{"checksum", "sample_main", 0, ACCESS_SEQUENTIAL, 32 << 20},
	{"matmul", "sample_main", 64, ACCESS_FIXED, 0},
};

static struct plugin *load_sample(const char *name)
{
	char path[512];
	snprintf(path, sizeof path, SAMPLES_DIR "/sample_%s.so", name);
	return load(path);
}

static bool is_it(
	const struct plugin *p, const struct loop_case *c, const struct analysis_loop *l)
{
	size_t n = strlen(c->function);
	if (strncmp(plugin_code_place(p, l->at).text, c->function, n) != 0)
		return false;
	if (c->trips && l->trips != c->trips)
		return false;
	return l->working_set >= c->working_set &&
	       (c->kind == ACCESS_FIXED || l->access[c->kind] > 0);
}

static void test_loops(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof loops / sizeof *loops; i++) {
		struct plugin *p = load_sample(loops[i].sample);
		const struct analysis *a = plugin_analysis(p);
		bool found = false;
		for (size_t l = 0; l < a->n_silent_kept; l++)
			found |= is_it(p, &loops[i], &a->silent[l]);
		if (!found)
			fail_msg("%s: no such loop", loops[i].sample);
		plugin_destroy(p);
	}
}

static const struct fact {
	const char *sample;
	const char *recursive; /* "": none */
	bool path;             /* the deepest chain of calls is known */
	size_t entries;
	uint32_t works; /* that osaas_cap names */
} facts[] = {
	{"quicksort", "sort", false, 1, 0},
	{"json", "parse_value", false, 1, 0},
	{"sha256", "", true, 1, 0},
	{"solver", "place", false, 2, 1u << WORK_GUI},
	{"alarms", "", true, 2, 0},
	{"radio", "", true, 1, 1u << WORK_NETWORK | 1u << WORK_AUDIO},
	{"viewer", "", true, 1, 1u << WORK_DISK | 1u << WORK_GUI},
	{"terminal", "", true, 1, 1u << WORK_PROCESS},
};

static void test_facts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
		const struct fact *f = &facts[i];
		struct plugin *p = load_sample(f->sample);
		const struct analysis *a = plugin_analysis(p);
		bool found = a->n_recursive == 0;
		for (size_t r = 0; r < a->n_recursive && r < ANALYSIS_RECURSIVE; r++)
			found |= strncmp(plugin_code_place(p, a->recursive[r]).text,
					 f->recursive, strlen(f->recursive)) == 0;
		if (!found || (a->n_recursive > 0) != (f->recursive[0] != '\0') ||
			(a->path > 0) != f->path || a->n_entries != f->entries ||
			a->caps != f->works || a->unresolved || !a->complete)
			fail_msg("%s: %zu recursive, path %llu, %zu entries, caps %x, %u "
				 "unresolved",
				f->sample, a->n_recursive, (unsigned long long)a->path,
				a->n_entries, a->caps, a->unresolved);
		plugin_destroy(p);
	}
}

/* The weights are of one whole, the prior within what the scheduler takes. */
static void test_profile(void **state)
{
	(void)state;
	static const char *const names[] = {"hash", "synth", "solver", "ticker"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct plugin *p = load_sample(names[i]);
		const struct profile *profile = &plugin_analysis(p)->profile;
		int sum = 0;
		for (int w = 0; w < WORKS; w++)
			sum += profile->weight[w];
		assert_int_equal(sum, 255);
		assert_in_range(profile->prior.run_ns, 1000, POLICY_SLICE_MAX_NS);
		assert_int_equal(p->group.policy.cache, profile->prior.cache);
		plugin_destroy(p);
	}
}

static void test_hint(void **state)
{
	(void)state;
	struct profile p = {.class = WORK_GUI, .prior = {.run_ns = 1234, .cache = 5}};
	assert_int_equal(profile_hint(&p, CLASS_NONE).run_ns, 1234);
	assert_int_equal(profile_hint(&p, WORK_GUI).run_ns, 1234);
	assert_int_equal(profile_hint(&p, WORK_COMPUTE).run_ns, POLICY_SLICE_MAX_NS);
	assert_true(profile_hint(&p, WORK_AUDIO).run_ns < POLICY_SLICE_NS);
	for (int i = 0; i < CLASSES; i++)
		assert_int_equal(class_find(class_name(i), strlen(class_name(i))), i);
	assert_int_equal(class_find("memory", 6), WORK_STREAM);
	assert_int_equal(class_find("comput", 6), CLASS_NONE);
	assert_int_equal(work_of_cap("fs.read:~/x", 7), WORK_DISK);
	assert_int_equal(work_of_cap("fsck", 4), WORK_PEERS);
	assert_int_equal(work_of_cap("pty", 3), WORK_PROCESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loops),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_profile),
		cmocka_unit_test(test_hint),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
