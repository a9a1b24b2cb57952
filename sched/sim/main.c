/* sched-sim: workloads under the scheduling policy and under others, in virtual time. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sched/sim/check.h"
#include "sched/sim/engine.h"
#include "sched/sim/plot.h"
#include "sched/sim/report.h"

struct options {
	const struct model *model; /* NULL: all */
	const char *svg;           /* a file, or a folder; NULL: none */
	bool json, check, seeded;
	uint64_t seed;
};

static const char usage[] =
	"usage: sched-sim [--seed N] [--model NAME] [--json] [--svg FILE] WORKLOAD...\n"
	"       sched-sim --check WORKLOAD...\n"
	"\n"
	"Runs workloads (sched/sim/README.md has the format) under the scheduling "
	"policy\n"
	"of osaas and under others, in virtual time, and prints how they fare.\n"
	"\n"
	"  --seed N      instead of the workload's own\n"
	"  --model NAME  osaas, eevdf, stride, lottery, round-robin, or all\n"
	"  --json        one object per workload and model\n"
	"  --svg FILE    write a picture; if FILE is a folder, NAME.svg in it for each\n"
	"  --check       test what the policy promises, over seeds 1 to 5; prints TAP\n";

#define CHECK_SEEDS 5

static int wrong(const char *what, const char *value, const char *advice)
{
	fprintf(stderr, "sched-sim: %s '%s': %s\n", what, value, advice);
	return -EINVAL;
}

static int set_model(struct options *options, const char *name)
{
	options->model = NULL;
	for (int i = 0; i < MODELS; i++) {
		if (strcmp(models[i]->name, name) == 0)
			options->model = models[i];
	}
	if (options->model || strcmp(name, "all") == 0)
		return 0;
	return wrong("there is no model", name, "sched-sim --help lists them");
}

static int set_seed(struct options *options, const char *s)
{
	char *end;
	errno = 0;
	options->seed = strtoull(s, &end, 10);
	options->seeded = true;
	if (errno || end == s || *end || *s == '-' || options->seed > UINT32_MAX)
		return wrong("no seed", s, "give a number from 0 to 4294967295");
	return 0;
}

/* 0: go on; 1: help was given; -EINVAL: told. */
static int parse_options(struct options *options, int argc, char **argv)
{
	static const struct option longs[] = {
		{"seed", required_argument, NULL, 's'},
		{"model", required_argument, NULL, 'm'},
		{"json", no_argument, NULL, 'j'},
		{"svg", required_argument, NULL, 'g'},
		{"check", no_argument, NULL, 'c'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int c, r = 0;
	while (r == 0 && (c = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
		if (c == 's')
			r = set_seed(options, optarg);
		else if (c == 'm')
			r = set_model(options, optarg);
		else if (c == 'j')
			options->json = true;
		else if (c == 'g')
			options->svg = optarg;
		else if (c == 'c')
			options->check = true;
		else if (c == 'h')
			r = printf("%s", usage) > 0;
		else
			r = -EINVAL;
	}
	if (r == 0 && optind == argc)
		r = wrong("no workload", "", "name files; sched-sim --help says more");
	return r;
}

static int write_svg(const char *path, const struct workload *w,
	const struct result *results, size_t n)
{
	char name[4096];
	struct stat st;
	bool folder = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
	if (folder)
		snprintf(name, sizeof name, "%s/%s.svg", path, w->name);
	else
		snprintf(name, sizeof name, "%s", path);
	FILE *out = fopen(name, "w");
	if (out)
		plot_svg(out, w, results, n);
	if (!out || fclose(out) != 0) {
		int r = -errno;
		fprintf(stderr, "sched-sim: %s: %s; is there room, and the folder?\n",
			name, strerror(-r));
		return r;
	}
	return 0;
}

static int report(const struct options *options, const struct workload *w,
	const struct result *results, size_t n)
{
	if (options->json)
		report_json(stdout, w, results, n);
	else if (!options->svg)
		report_text(stdout, w, results, n);
	return options->svg ? write_svg(options->svg, w, results, n) : 0;
}

static int run(const struct options *options, const struct workload *w)
{
	struct result results[MODELS];
	size_t n = 0;
	int r = 0;
	for (int i = 0; r == 0 && i < MODELS; i++) {
		if (options->model && options->model != models[i])
			continue;
		r = engine_run(w, models[i], options->seeded ? options->seed : w->seed,
			&results[n++]);
	}
	if (r == 0)
		r = report(options, w, results, n);
	else
		fprintf(stderr, "sched-sim: out of memory\n");
	while (n > 0)
		result_finish(&results[--n]);
	return r;
}

static bool do_one(const struct options *options, const char *path, unsigned number)
{
	static struct workload w;
	char why[512];
	if (workload_load(&w, path, why) < 0) {
		fprintf(stderr, "sched-sim: %s\n", why);
		if (options->check)
			printf("Bail out! %s\n", why);
		return false;
	}
	if (options->check)
		return check_workload(stdout, &w, number, CHECK_SEEDS);
	return run(options, &w) == 0;
}

int main(int argc, char **argv)
{
	struct options options = {0};
	int r = parse_options(&options, argc, argv);
	if (r != 0)
		return r < 0 ? 2 : 0;
	if (options.check)
		printf("1..%d\n", (argc - optind) * CHECKS);
	bool ok = true;
	for (int i = optind; i < argc; i++)
		ok &= do_one(&options, argv[i], (unsigned)(i - optind) * CHECKS + 1);
	return ok ? 0 : 1;
}
