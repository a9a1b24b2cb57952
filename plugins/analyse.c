#include "plugins/analyse.h"

#include <stdlib.h>
#include <string.h>

#include "plugins/analyse_private.h"

const char *call_name(enum call_name call)
{
	static const char *const names[CALL_NAMES] = {
#define X(name) [CALL_##name] = "osaas_" #name,
		OSAAS_CALLS(X)
#undef X
	};
	return names[call];
}

const char *access_name(enum access_kind kind)
{
	static const char *const names[ACCESSES] = {
		[ACCESS_FIXED] = "fixed",
		[ACCESS_STACK] = "stack",
		[ACCESS_SEQUENTIAL] = "sequential",
		[ACCESS_STRIDED] = "strided",
		[ACCESS_RANDOM] = "random",
		[ACCESS_CHASE] = "chase",
	};
	return names[kind];
}

static void count_block(
	const struct graph *g, const struct block *b, double times, struct amounts *a)
{
	for (uint32_t n = b->first; n <= b->last; n++) {
		const struct code_insn *i = &g->code->insns[n];
		a->insns += times * (i->unit != CODE_IDLE);
		a->floats += times * (i->unit == CODE_FLOAT);
		if (!i->access)
			continue;
		a->access[g->kinds[n]] += times;
		if (g->kinds[n] >= ACCESS_SEQUENTIAL)
			a->lines[g->kinds[n]] += times * g->bytes[n] / 64;
	}
}

static void count_call(const struct call_site *call, double times, struct amounts *a)
{
	if (call->name < 0)
		return;
	a->by_name[call->name] += times;
	a->waits += times * call->waits;
	unsigned n = (unsigned)__builtin_popcount(call->works);
	for (int w = 0; n > 0 && w < WORKS; w++) {
		if (call->name != CALL_cap && call->works & 1u << w)
			a->calls[w] += times / n;
	}
}

/* All that happens from a function on. */
static void count_from(struct graph *g, uint32_t from, struct amounts *a)
{
	order_count(g, from);
	for (uint32_t f = 0; f < g->n_functions; f++) {
		const struct function *fn = &g->functions[f];
		if (fn->times <= 0)
			continue;
		for (uint32_t b = fn->first_block; b < fn->end_block; b++)
			count_block(g, &g->blocks[b], fn->times * order_rounds(g, b), a);
		for (uint32_t c = fn->first_call; c < fn->end_call; c++)
			count_call(&g->calls[c],
				fn->times * order_rounds(g, g->calls[c].block), a);
	}
}

static void add(struct amounts *to, const struct amounts *a)
{
	double *d = (double *)to;
	const double *s = (const double *)a;
	for (size_t i = 0; i < sizeof *to / sizeof *d; i++)
		d[i] += s[i];
}

static void add_entry(
	struct analysis *out, struct graph *g, uint32_t function, bool spawned)
{
	for (size_t i = 0; i < out->n_entries; i++) {
		if (out->entries[i].at == g->functions[function].at)
			return;
	}
	if (out->n_entries == ANALYSIS_ENTRIES)
		return;
	struct analysis_entry *e = &out->entries[out->n_entries++];
	*e = (struct analysis_entry){.at = g->functions[function].at, .spawned = spawned};
	count_from(g, function, &e->amounts);
	add(&out->all, &e->amounts);
	uint64_t path = order_path(g, function);
	bool first = out->n_entries == 1;
	out->path =
		path && (first || out->path) ? (path > out->path ? path : out->path) : 0;
	for (uint32_t l = 0; l < g->n_loops; l++) {
		const struct function *fn = &g->functions[g->loops[l].function];
		if (fn->times <= 0)
			continue;
		g->loops[l].times += fn->times * order_rounds(g, g->loops[l].header);
		if (g->loops[l].working_set > e->working_set)
			e->working_set = g->loops[l].working_set;
	}
}

static void add_spawned(struct analysis *out, struct graph *g)
{
	for (uint32_t c = 0; c < g->n_calls; c++) {
		if (g->calls[c].name != CALL_spawn)
			continue;
		struct value v = value_of(g, g->calls[c].insn, code_cpu.arguments[0]);
		uint64_t at = (uint64_t)(v.number + v.plus) - g->code->elf->text_lo;
		uint32_t f = v.kind == VALUE_ADDRESS && at < g->code->size
				     ? graph_function(g, (uint32_t)at)
				     : NONE;
		if (f != NONE)
			add_entry(out, g, f, true);
	}
}

static void keep_silent(struct analysis *out, const struct graph *g, const struct loop *l)
{
	struct analysis_loop kept = {
		.at = g->code->insns[g->blocks[l->header].first].at,
		.trips = l->trips,
		.endless = l->endless,
		.insns = l->n_insns,
		.times = l->times,
		.working_set = l->working_set,
		.depth = l->depth,
	};
	memcpy(kept.access, l->access, sizeof kept.access);
	out->n_silent++;
	size_t at = out->n_silent_kept;
	while (at > 0 && out->silent[at - 1].times < kept.times)
		at--;
	if (at == ANALYSIS_LOOPS)
		return;
	size_t n = out->n_silent_kept < ANALYSIS_LOOPS ? out->n_silent_kept
						       : ANALYSIS_LOOPS - 1;
	memmove(&out->silent[at + 1], &out->silent[at], (n - at) * sizeof kept);
	out->silent[at] = kept;
	out->n_silent_kept = n + 1;
}

static void note_functions(struct analysis *out, const struct graph *g)
{
	for (uint32_t f = 0; f < g->n_functions; f++) {
		const struct function *fn = &g->functions[f];
		out->frame_grows |= fn->grows;
		if (fn->frame > out->largest_frame) {
			out->largest_frame = fn->frame;
			out->largest_at = fn->at;
		}
		if (fn->recursive && out->n_recursive++ < ANALYSIS_RECURSIVE)
			out->recursive[out->n_recursive - 1] = fn->at;
	}
	for (size_t i = 0; i < g->n_objects; i++) {
		uint64_t size =
			g->objects[i].hi ? g->objects[i].hi - g->objects[i].lo : 0;
		out->data = size > out->data ? size : out->data;
	}
}

static void note_code(struct analysis *out, const struct graph *g)
{
	const struct code *code = g->code;
	for (size_t i = 0; i < code->n_insns; i++) {
		if (code->insns[i].swept)
			continue;
		out->n_insns += code->insns[i].unit != CODE_IDLE;
		out->n_floats += code->insns[i].unit == CODE_FLOAT;
		out->n_memory += code->insns[i].access != 0;
	}
	out->n_functions = g->n_functions;
	out->n_loops = g->n_loops;
	out->swept = code->swept;
	out->unresolved = (uint32_t)code->n_unresolved;
	out->complete = g->complete;
	for (uint32_t l = 0; l < g->n_loops; l++) {
		if (!g->loops[l].speaks)
			keep_silent(out, g, &g->loops[l]);
	}
}

static int look(struct analysis *out, struct graph *g, const struct code *code)
{
	int r = graph_make(g, code);
	if (r == 0)
		r = loops_find(g);
	if (r == 0)
		r = order_find(g);
	if (r == 0)
		r = memory_look(g);
	if (r == 0)
		r = calls_look(g, out);
	return r;
}

int analyse(struct analysis *out, const struct code *code, uint64_t entry)
{
	struct graph g = {0};
	memset(out, 0, sizeof *out);
	int r = look(out, &g, code);
	uint32_t f = r == 0 ? graph_function(&g, (uint32_t)(entry - code->elf->text_lo))
			    : NONE;
	if (f != NONE) {
		add_entry(out, &g, f, false);
		add_spawned(out, &g);
	}
	if (r == 0) {
		note_functions(out, &g);
		note_code(out, &g);
		rules_apply(out);
	}
	graph_free(&g);
	return r;
}
