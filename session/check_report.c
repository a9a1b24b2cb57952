#include "session/check_report.h"

#include <inttypes.h>
#include <string.h>

#include "plugins/analyse.h"
#include "plugins/plugin.h"
#include "session/control_text.h"

static void heading(FILE *out, const char *name)
{
	fprintf(out, "  %-10s ", name);
}

/* Whole percents; what is there is at least 1. */
static unsigned percent(double part, double whole)
{
	double p = whole > 0 ? 100 * part / whole : 0;
	return part > 0 && p < 1 ? 1 : (unsigned)(p + 0.5);
}

static void put_size(FILE *out, uint64_t bytes)
{
	if (bytes < 10240)
		fprintf(out, "%" PRIu64 " bytes", bytes);
	else if (bytes < UINT64_C(10) << 20)
		fprintf(out, "%" PRIu64 " KiB", bytes >> 10);
	else
		fprintf(out, "%" PRIu64 " MiB", bytes >> 20);
}

static void put_manifest(FILE *out, const struct manifest *m)
{
	fputs("  ", out);
	text_put(out, m->name);
	fputc(' ', out);
	text_put(out, m->version);
	fprintf(out, " (%s), ABI %u.%u\n", m->id, m->abi_major, m->abi_minor);
	if (m->reload)
		fputs("  hands its state on when it is reloaded\n", out);
	if (m->n_wants == 0)
		fputs("  wants nothing: it can only compute\n", out);
	for (size_t i = 0; i < m->n_wants; i++) {
		const struct manifest_want *w = &m->wants[i];
		fprintf(out, "  wants %s%s", w->cap, w->scope[0] ? ":" : "");
		text_put(out, w->scope);
		fprintf(out, " (%s): ", w->required ? "required" : "optional");
		text_put(out, w->reason);
		fputc('\n', out);
	}
}

static void put_class(FILE *out, const struct analysis *a, int hint)
{
	heading(out, "class");
	fprintf(out, "%s: %s\n", class_name(a->profile.class), a->why);
	if (hint != CLASS_NONE && hint != a->profile.class) {
		heading(out, "hint");
		fprintf(out,
			"%s: its manifest knows better; the scheduler begins with "
			"that\n",
			class_name(hint));
	}
	struct policy_prior prior = profile_hint(&a->profile, hint);
	heading(out, "runs");
	fprintf(out, "about %" PRIu64 " us from one wait to the next, as an estimate\n",
		prior.run_ns / 1000);
	heading(out, "work");
	const char *sep = "";
	for (int w = 0; w < WORKS; w++) {
		if (!a->profile.weight[w])
			continue;
		fprintf(out, "%s%s %u %%", sep, class_name(w),
			percent(a->profile.weight[w], 255));
		sep = ", ";
	}
	fputc('\n', out);
}

static void put_code(FILE *out, const struct analysis *a)
{
	heading(out, "code");
	fprintf(out,
		"%u instructions in %u functions; %u %% float or vector, "
		"%u %% touch memory\n",
		a->n_insns, a->n_functions, percent(a->n_floats, a->n_insns),
		percent(a->n_memory, a->n_insns));
	heading(out, "executed");
	fprintf(out, "%u %% float or vector", percent(a->all.floats, a->all.insns));
	double memory = 0;
	for (int k = 0; k < ACCESSES; k++)
		memory += a->all.access[k];
	fprintf(out, ", %u %% touch memory", percent(memory, a->all.insns));
	for (int k = 0; k < ACCESSES; k++) {
		if (a->all.access[k] > 0)
			fprintf(out, ", %s %u %%", access_name((enum access_kind)k),
				percent(a->all.access[k], memory));
	}
	fputc('\n', out);
	if (!a->data && !a->allocates)
		return;
	heading(out, "data");
	fputs("largest object ", out);
	put_size(out, a->data);
	fputs(", largest buffer of a constant size ", out);
	put_size(out, a->allocates);
	fputc('\n', out);
}

static void put_calls(FILE *out, const struct analysis *a)
{
	heading(out, "calls");
	const char *sep = "";
	for (int c = 0; c < CALL_NAMES; c++) {
		if (!a->calls[c])
			continue;
		fprintf(out, "%s%s %u", sep, call_name((enum call_name)c), a->calls[c]);
		sep = ", ";
	}
	fputs(*sep ? "\n" : "none of the host's\n", out);
}

static void put_entries(FILE *out, const struct plugin *p, const struct analysis *a)
{
	for (size_t i = 0; i < a->n_entries; i++) {
		const struct analysis_entry *e = &a->entries[i];
		heading(out, e->spawned ? "spawns" : "entry");
		fprintf(out, "%s: %s\n", plugin_code_place(p, e->at).text,
			class_name(e->class));
	}
}

static void put_stack(FILE *out, const struct plugin *p, const struct analysis *a)
{
	heading(out, "stack");
	fprintf(out, "largest frame ");
	put_size(out, a->largest_frame);
	fprintf(out, " in %s%s; deepest chain of calls ",
		plugin_code_place(p, a->largest_at).text,
		a->frame_grows ? ", some grow as they run" : "");
	if (a->path)
		put_size(out, a->path);
	else
		fputs("unknown", out);
	fputs("\n", out);
	heading(out, "recursion");
	fputs(a->n_recursive ? "" : "none", out);
	for (size_t i = 0; i < a->n_recursive && i < ANALYSIS_RECURSIVE; i++)
		fprintf(out, "%s%s", i ? ", " : "",
			plugin_code_place(p, a->recursive[i]).text);
	if (a->n_recursive > ANALYSIS_RECURSIVE)
		fprintf(out, " and %zu more", a->n_recursive - ANALYSIS_RECURSIVE);
	fputc('\n', out);
}

static void put_loop(FILE *out, const struct plugin *p, const struct analysis_loop *l)
{
	char rounds[40] = "open";
	if (l->endless)
		snprintf(rounds, sizeof rounds, "endless");
	else if (l->trips)
		snprintf(rounds, sizeof rounds, "%" PRIu64, l->trips);
	fprintf(out, "    %-44s %5u %10s ", plugin_code_place(p, l->at).text, l->depth,
		rounds);
	const char *sep = " ";
	for (int k = ACCESS_SEQUENTIAL; k < ACCESSES; k++) {
		if (!l->access[k])
			continue;
		fprintf(out, "%s%s %u", sep, access_name((enum access_kind)k),
			l->access[k]);
		sep = ", ";
	}
	if (l->working_set) {
		fputs(*sep == ',' ? ", over " : " over ", out);
		put_size(out, l->working_set);
	}
	fputc('\n', out);
}

static void put_loops(FILE *out, const struct plugin *p, const struct analysis *a)
{
	heading(out, "loops");
	fprintf(out, "%u, of them %u without a call of the host%s\n", a->n_loops,
		a->n_silent, a->complete ? "" : "; too many to look at all");
	if (a->n_silent_kept == 0)
		return;
	fprintf(out, "    %-44s %5s %10s  %s\n", "place", "depth", "rounds", "accesses");
	for (size_t i = 0; i < a->n_silent_kept; i++)
		put_loop(out, p, &a->silent[i]);
	if (a->n_silent > a->n_silent_kept)
		fprintf(out, "    and %zu more\n", a->n_silent - a->n_silent_kept);
}

static void put_doubts(FILE *out, const struct analysis *a)
{
	if (a->swept == 0 && a->unresolved == 0)
		return;
	heading(out, "unproven");
	fprintf(out,
		"%u bytes of code that nothing is known to reach, %u computed jumps "
		"without a table\n",
		a->swept, a->unresolved);
}

void report_text(FILE *out, const char *path, const struct plugin *plugin)
{
	const struct analysis *a = plugin_analysis(plugin);
	fprintf(out, "%s: ok\n", path);
	put_manifest(out, plugin_manifest(plugin));
	put_class(out, a, plugin_manifest(plugin)->hint);
	put_entries(out, plugin, a);
	put_calls(out, a);
	put_code(out, a);
	put_stack(out, plugin, a);
	put_loops(out, plugin, a);
	put_doubts(out, a);
}

static void json_pair(FILE *out, const char *key, const char *value, const char *after)
{
	fprintf(out, "\"%s\":", key);
	text_put_json(out, value);
	fputs(after, out);
}

static void json_manifest(FILE *out, const struct manifest *m)
{
	json_pair(out, "id", m->id, ",");
	json_pair(out, "name", m->name, ",");
	json_pair(out, "version", m->version, ",");
	fprintf(out, "\"abi\":\"%u.%u\",", m->abi_major, m->abi_minor);
	if (m->hint != CLASS_NONE)
		json_pair(out, "hint", class_name(m->hint), ",");
	json_pair(out, "entry", m->entry, ",");
	fprintf(out, "\"reload\":%s,\"wants\":[", m->reload ? "true" : "false");
	for (size_t i = 0; i < m->n_wants; i++) {
		fputs(i ? ",{" : "{", out);
		json_pair(out, "cap", m->wants[i].cap, ",");
		json_pair(out, "scope", m->wants[i].scope, ",");
		fprintf(out, "\"required\":%s,", m->wants[i].required ? "true" : "false");
		json_pair(out, "reason", m->wants[i].reason, "}");
	}
	fputs("],", out);
}

static void json_profile(FILE *out, const struct analysis *a, int hint)
{
	struct policy_prior prior = profile_hint(&a->profile, hint);
	json_pair(out, "class", class_name(a->profile.class), ",");
	json_pair(out, "why", a->why, ",");
	fprintf(out, "\"prior\":{\"run_ns\":%" PRIu64 ",\"cache\":%u},\"weights\":{",
		prior.run_ns, prior.cache);
	for (int w = 0; w < WORKS; w++)
		fprintf(out, "%s\"%s\":%u", w ? "," : "", class_name(w),
			a->profile.weight[w]);
	fputs("},", out);
}

static void json_amounts(FILE *out, const struct amounts *a)
{
	fprintf(out, "\"insns\":%.0f,\"floats\":%.0f,\"waits\":%.0f,\"accesses\":{",
		a->insns, a->floats, a->waits);
	for (int k = 0; k < ACCESSES; k++)
		fprintf(out, "%s\"%s\":%.0f", k ? "," : "",
			access_name((enum access_kind)k), a->access[k]);
	fputs("},\"calls\":{", out);
	for (int w = WORK_FIRST_CALL; w < WORKS; w++)
		fprintf(out, "%s\"%s\":%.0f", w > WORK_FIRST_CALL ? "," : "",
			class_name(w), a->calls[w]);
	fputc('}', out);
}

static void json_entries(FILE *out, const struct plugin *p, const struct analysis *a)
{
	fputs("\"entries\":[", out);
	for (size_t i = 0; i < a->n_entries; i++) {
		const struct analysis_entry *e = &a->entries[i];
		fputs(i ? ",{" : "{", out);
		json_pair(out, "at", plugin_code_place(p, e->at).text, ",");
		fprintf(out, "\"spawned\":%s,", e->spawned ? "true" : "false");
		json_pair(out, "class", class_name(e->class), ",");
		fprintf(out, "\"working_set\":%" PRIu64 ",", e->working_set);
		json_amounts(out, &e->amounts);
		fputc('}', out);
	}
	fputs("],", out);
}

static void json_loop(FILE *out, const struct plugin *p, const struct analysis_loop *l)
{
	json_pair(out, "at", plugin_code_place(p, l->at).text, ",");
	fprintf(out,
		"\"depth\":%u,\"trips\":%" PRIu64 ",\"endless\":%s,\"insns\":%u,"
		"\"working_set\":%" PRIu64 ",\"accesses\":{",
		l->depth, l->trips, l->endless ? "true" : "false", l->insns,
		l->working_set);
	for (int k = 0; k < ACCESSES; k++)
		fprintf(out, "%s\"%s\":%u", k ? "," : "",
			access_name((enum access_kind)k), l->access[k]);
	fputc('}', out);
}

static void json_loops(FILE *out, const struct plugin *p, const struct analysis *a)
{
	fprintf(out, "\"loops\":%u,\"silent_loops\":%u,\"silent\":[", a->n_loops,
		a->n_silent);
	for (size_t i = 0; i < a->n_silent_kept; i++) {
		fputs(i ? ",{" : "{", out);
		json_loop(out, p, &a->silent[i]);
		fputc('}', out);
	}
	fputs("],", out);
}

static void json_code(FILE *out, const struct plugin *p, const struct analysis *a)
{
	fprintf(out,
		"\"instructions\":%u,\"functions\":%u,\"float_instructions\":%u,"
		"\"memory_instructions\":%u,\"largest_object\":%" PRIu64
		",\"largest_buffer\":%" PRIu64 ",",
		a->n_insns, a->n_functions, a->n_floats, a->n_memory, a->data,
		a->allocates);
	fputs("\"host_calls\":{", out);
	const char *sep = "";
	for (int c = 0; c < CALL_NAMES; c++) {
		if (a->calls[c])
			fprintf(out, "%s\"%s\":%u", sep, call_name((enum call_name)c),
				a->calls[c]);
		sep = a->calls[c] ? "," : sep;
	}
	fprintf(out, "},\"largest_frame\":%u,", a->largest_frame);
	json_pair(out, "largest_frame_at", plugin_code_place(p, a->largest_at).text, ",");
	fprintf(out, "\"frame_grows\":%s,\"deepest_path\":",
		a->frame_grows ? "true" : "false");
	fprintf(out, a->path ? "%" PRIu64 : "null", a->path);
	fputs(",\"recursive\":[", out);
	for (size_t i = 0; i < a->n_recursive && i < ANALYSIS_RECURSIVE; i++) {
		fputs(i ? "," : "", out);
		text_put_json(out, plugin_code_place(p, a->recursive[i]).text);
	}
	fprintf(out,
		"],\"recursive_functions\":%zu,\"unreached_bytes\":%u,"
		"\"unresolved_jumps\":%u,\"complete\":%s",
		a->n_recursive, a->swept, a->unresolved, a->complete ? "true" : "false");
}

void report_json(FILE *out, const char *path, const struct plugin *plugin)
{
	const struct analysis *a = plugin_analysis(plugin);
	const struct manifest *m = plugin_manifest(plugin);
	fputc('{', out);
	json_pair(out, "path", path, ",\"ok\":true,");
	json_manifest(out, m);
	json_profile(out, a, m->hint);
	json_entries(out, plugin, a);
	json_loops(out, plugin, a);
	json_code(out, plugin, a);
	fputs("}\n", out);
}
