#include "sched/sim/report.h"

#include <inttypes.h>

static const char *const class_names[] = {
	[TASK_DEADLINE] = "deadline",
	[TASK_LATENCY] = "latency",
	[TASK_NORMAL] = "normal",
};
static const struct {
	const char *name;
	uint32_t ppm;
} percentiles[] = {{"p50", 500000}, {"p99", 990000}, {"p99.9", 999000}, {"max", 1000000}};
#define PERCENTILES (sizeof percentiles / sizeof *percentiles)

struct duration_text duration_text(uint64_t ns)
{
	static const struct {
		uint64_t ns;
		const char *name;
	} units[] = {{1000, "us"}, {1000000, "ms"}, {1000000000, "s"}};
	struct duration_text text;
	size_t i = ns >= 999500000 ? 2 : ns >= 999500 ? 1 : 0;
	uint64_t tenths = (ns * 10 + units[i].ns / 2) / units[i].ns;
	if (tenths < 100)
		snprintf(text.s, sizeof text.s, "%u.%u %s", (unsigned)(tenths / 10),
			(unsigned)(tenths % 10), units[i].name);
	else
		snprintf(text.s, sizeof text.s, "%u %s",
			(unsigned)(tenths + 5) / 10 % 100000, units[i].name);
	return text;
}

static void print_samples(FILE *out, const char *kind, const char *name,
	const struct result *results, size_t n,
	const struct samples *(*of)(const struct result *result, int cls), int cls)
{
	bool any = false;
	for (size_t i = 0; i < n; i++)
		any |= of(&results[i], cls)->n > 0;
	if (!any)
		return;
	fprintf(out, "  %s%s%s\n", kind, *name ? ", " : "", name);
	for (size_t i = 0; i < n; i++) {
		const struct samples *samples = of(&results[i], cls);
		fprintf(out, "    %-12s", results[i].model);
		for (size_t p = 0; p < PERCENTILES; p++)
			fprintf(out, "  %s %-8s", percentiles[p].name,
				duration_text(
					samples_percentile(samples, percentiles[p].ppm))
					.s);
		fprintf(out, "  of %zu\n", samples->n);
	}
}

static const struct samples *wake_of(const struct result *result, int cls)
{
	return &result->wake[cls];
}

static const struct samples *response_of(const struct result *result, int cls)
{
	return &result->response;
}

static unsigned percent10(uint64_t part, uint64_t whole)
{
	return whole ? (unsigned)(part * 1000 / whole) : 0;
}

void report_text(
	FILE *out, const struct workload *w, const struct result *results, size_t n)
{
	fprintf(out, "%s: %s\n", w->name, w->title);
	fprintf(out, "    %-12s %7s %9s %8s %10s %10s %7s\n", "model", "jain", "starved",
		"work", "switches", "preempted", "dropped");
	for (size_t i = 0; i < n; i++) {
		const struct result *r = &results[i];
		unsigned work = percent10(r->work_ns, r->duration_ns);
		fprintf(out,
			"    %-12s  %u.%04u %9s %5u.%u%% %8" PRIu64 "/s %8" PRIu64
			"/s %7" PRIu64 "\n",
			r->model, r->jain / 10000, r->jain % 10000,
			duration_text(r->starved_ns).s, work / 10, work % 10,
			r->switches * 1000000000 / r->duration_ns,
			r->preemptions * 1000000000 / r->duration_ns, r->dropped);
	}
	if (n && (results->jobs || results->refused))
		fprintf(out, "  deadlines, %" PRIu64 " refused\n", results->refused);
	for (size_t i = 0; i < n && (results->jobs || results->refused); i++)
		fprintf(out,
			"    %-12s  missed %" PRIu64 " of %" PRIu64 "  excused %" PRIu64
			"  missed by the refused %" PRIu64 "\n",
			results[i].model, results[i].misses, results[i].jobs,
			results[i].excused, results[i].refused_misses);
	for (int cls = 0; cls < TASK_CLASSES; cls++)
		print_samples(out, "wake-up", class_names[cls], results, n, wake_of, cls);
	print_samples(out, "response to input", "", results, n, response_of, 0);
	fprintf(out, "\n");
}

static void json_samples(FILE *out, const char *name, const struct samples *samples)
{
	fprintf(out, ", \"%s\": {\"n\": %zu", name, samples->n);
	for (size_t p = 0; p < PERCENTILES; p++)
		fprintf(out, ", \"%s_ns\": %" PRIu64, percentiles[p].name,
			samples_percentile(samples, percentiles[p].ppm));
	fprintf(out, "}");
}

void report_json(
	FILE *out, const struct workload *w, const struct result *results, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct result *r = &results[i];
		fprintf(out, "{\"workload\": \"%s\", \"model\": \"%s\"", w->name,
			r->model);
		fprintf(out, ", \"jobs\": %" PRIu64 ", \"misses\": %" PRIu64, r->jobs,
			r->misses);
		fprintf(out, ", \"excused\": %" PRIu64 ", \"refused\": %" PRIu64,
			r->excused, r->refused);
		fprintf(out, ", \"refused_misses\": %" PRIu64, r->refused_misses);
		fprintf(out, ", \"duration_ns\": %" PRIu64 ", \"work_ns\": %" PRIu64,
			r->duration_ns, r->work_ns);
		fprintf(out, ", \"idle_ns\": %" PRIu64 ", \"overhead_ns\": %" PRIu64,
			r->idle_ns, r->overhead_ns);
		fprintf(out, ", \"switches\": %" PRIu64 ", \"preemptions\": %" PRIu64,
			r->switches, r->preemptions);
		fprintf(out, ", \"jain\": %u.%04u, \"starved_ns\": %" PRIu64,
			r->jain / 10000, r->jain % 10000, r->starved_ns);
		fprintf(out, ", \"starved\": \"%s\", \"bound_ns\": %" PRIu64,
			r->plugins[r->starved].name, r->plugins[r->starved].bound_ns);
		fprintf(out, ", \"dropped\": %" PRIu64, r->dropped);
		for (int cls = 0; cls < TASK_CLASSES; cls++)
			json_samples(out, class_names[cls], &r->wake[cls]);
		json_samples(out, "response", &r->response);
		fprintf(out, "}\n");
	}
}
