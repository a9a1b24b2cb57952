/*
 * The samples' nature, measured while they run in the real engine, against what analysis
 * says of them. What is measured: for each coroutine how much processor time it takes
 * from one wait to the next and which service its calls are for, by counting at the
 * host's door; and for those that compute, some ten thousand instructions one by one, with
 * each access to memory put through a model of a cache. Nothing of the analysis is used.
 */
#include "helper.h"

#include <stdio.h>
#include <string.h>

#include "measure.h"
#include "plugins/private.h"

static const struct sample {
	const char *name;
	int nature; /* what its author meant */
} samples[] = {
	{"mandelbrot", WORK_COMPUTE},
	{"sha256", WORK_COMPUTE},
	{"sieve", WORK_COMPUTE},
	{"nbody", WORK_COMPUTE},
	{"matmul", WORK_COMPUTE},
	{"quicksort", WORK_COMPUTE},
	{"json", WORK_COMPUTE},
	{"crc", WORK_COMPUTE},
	{"copy", WORK_STREAM},
	{"triad", WORK_STREAM},
	{"checksum", WORK_STREAM},
	{"columns", WORK_STREAM},
	{"blur", WORK_STREAM},
	{"list", WORK_CHASE},
	{"hash", WORK_CHASE},
	{"histogram", WORK_CHASE},
	{"tree", WORK_CHASE},
	{"search", WORK_CHASE},
	{"logger", WORK_DISK},
	{"copyfile", WORK_DISK},
	{"download", WORK_NETWORK},
	{"chat", WORK_NETWORK},
	{"clock", WORK_GUI},
	{"game", WORK_GUI},
	{"synth", WORK_AUDIO},
	{"metronome", WORK_AUDIO},
	{"ticker", WORK_TIMER},
	{"alarms", WORK_TIMER},
	{"terminal", WORK_PROCESS},
	{"viewer", CLASS_MIXED},
	{"radio", CLASS_MIXED},
	{"solver", CLASS_MIXED},
};
#define N_SAMPLES (sizeof samples / sizeof *samples)
/* Of 24 at least 22. */
#define MAY_DIFFER (N_SAMPLES / 12)

static size_t differ, odd;

static void test_sample(void **state)
{
	const struct sample *s = *state;
	char path[512];
	snprintf(path, sizeof path, SAMPLES_DIR "/sample_%s.so", s->name);
	struct plugin *plugin = load(path);
	int predicted = plugin->image->analysis.profile.class;
	struct measured m;
	measure(plugin, &m);
	plugin_destroy(plugin);
	print_message("# %-11s predicted %-8s measured %-8s meant %-8s %s\n", s->name,
		class_name(predicted), class_name(m.class), class_name(s->nature),
		m.text);
	differ += predicted != m.class;
	odd += m.class != s->nature;
}

static void test_agreement(void **state)
{
	(void)state;
	print_message("# %zu of %zu differ, %zu are not what they are meant to be\n",
		differ, N_SAMPLES, odd);
	assert_true(N_SAMPLES >= 24);
	assert_in_range(differ, 0, MAY_DIFFER);
	/* A measure that always agrees with itself would prove nothing. */
	assert_in_range(odd, 0, MAY_DIFFER);
}

int main(void)
{
	static struct CMUnitTest tests[N_SAMPLES + 1];
	for (size_t i = 0; i < N_SAMPLES; i++)
		tests[i] = (struct CMUnitTest){.name = samples[i].name,
			.test_func = test_sample,
			.initial_state = (void *)&samples[i]};
	tests[N_SAMPLES] =
		(struct CMUnitTest){.name = "agreement", .test_func = test_agreement};
	return cmocka_run_group_tests(tests, measure_init, NULL);
}
