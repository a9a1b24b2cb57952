#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/analyse_private.h"

/* Rounds of a loop whose bound is not in the code. */
#define ROUNDS_OPEN    32.0
#define ROUNDS_SERVING 1000.0 /* of an outermost one that calls the host */
#define ROUNDS_ENDLESS 1e6
#define DEPTH_RECURSED 8.0

/* Tarjan's strongly connected components, without recursion of our own. */
struct finder {
	struct graph *g;
	uint32_t *number, *low, *edge, *path, *open;
	uint32_t n_path, n_open, counter, n_done;
};

static uint32_t min(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static void enter(struct finder *f, uint32_t v)
{
	f->number[v] = f->low[v] = ++f->counter;
	f->edge[v] = f->g->functions[v].first_call;
	f->path[f->n_path++] = v;
	f->open[f->n_open++] = v;
}

/* All calls of v are done: perhaps it is the root of a component. */
static void leave(struct finder *f, uint32_t v)
{
	struct graph *g = f->g;
	f->n_path--;
	if (f->n_path > 0) {
		uint32_t p = f->path[f->n_path - 1];
		f->low[p] = min(f->low[p], f->low[v]);
	}
	if (f->low[v] != f->number[v])
		return;
	uint32_t top;
	bool many = f->open[f->n_open - 1] != v;
	do {
		top = f->open[--f->n_open];
		f->low[top] = NONE; /* closed */
		g->functions[top].recursive |= many;
		g->order[f->n_done] = top;
		g->functions[top].order = f->n_done++;
	} while (top != v);
}

static void walk(struct finder *f, uint32_t from)
{
	struct graph *g = f->g;
	enter(f, from);
	while (f->n_path > 0) {
		uint32_t v = f->path[f->n_path - 1];
		if (f->edge[v] == g->functions[v].end_call) {
			leave(f, v);
			continue;
		}
		uint32_t to = g->calls[f->edge[v]++].callee;
		if (to == NONE)
			continue;
		if (to == v &&
			g->code->insns[g->calls[f->edge[v] - 1].insn].flow == CODE_CALL)
			g->functions[v].recursive = true;
		if (f->number[to] == 0)
			enter(f, to);
		else if (f->low[to] != NONE)
			f->low[v] = min(f->low[v], f->number[to]);
	}
}

/* Callees come out first: turn it round. */
static void reverse(struct graph *g)
{
	uint32_t n = g->n_functions;
	for (uint32_t i = 0; i < n / 2; i++) {
		uint32_t f = g->order[i];
		g->order[i] = g->order[n - 1 - i];
		g->order[n - 1 - i] = f;
	}
	for (uint32_t i = 0; i < n; i++)
		g->functions[g->order[i]].order = i;
}

/* The host is called by who calls it, and by who calls those; and in the loops around. */
static void spread_speech(struct graph *g)
{
	for (uint32_t i = g->n_functions; i-- > 0;) {
		struct function *fn = &g->functions[g->order[i]];
		for (uint32_t c = fn->first_call; c < fn->end_call; c++) {
			const struct call_site *call = &g->calls[c];
			bool speaks = call->name >= 0 ||
				      (call->callee != NONE &&
					      g->functions[call->callee].speaks);
			fn->speaks |= speaks;
			uint32_t l = g->blocks[call->block].loop;
			for (; speaks && l != NONE && !g->loops[l].speaks;
				l = g->loops[l].parent)
				g->loops[l].speaks = true;
		}
	}
}

/* The stack it takes at most, by the order of addresses: the rest after a return is its body. */
static void measure_frame(struct graph *g, struct function *fn)
{
	int64_t depth = 0, most = 0;
	for (uint32_t n = fn->first; n < fn->end; n++) {
		const struct code_insn *i = &g->code->insns[n];
		if (i->op == CODE_PUSH)
			depth += 8;
		else if (i->op == CODE_POP)
			depth -= 8;
		else if (i->dst == code_cpu.stack && i->op == CODE_ADD)
			depth -= i->imm;
		else if (i->dst == code_cpu.stack && i->op == CODE_SUM)
			fn->grows = true;
		else if (i->op == CODE_ADDRESS && i->base == code_cpu.stack &&
			 !i->index && i->disp < 0 && depth - i->disp > most)
			most = depth - i->disp;
		most = depth > most ? depth : most;
		if (i->flow == CODE_RETURN || i->flow == CODE_JUMP)
			depth = depth < 0 ? 0 : most;
	}
	fn->frame = most > 0 ? (uint32_t)(most < INT32_MAX ? most : INT32_MAX) : 0;
}

int order_find(struct graph *g)
{
	size_t n = g->n_functions + 1;
	uint32_t *all = calloc(5 * n, sizeof *all);
	g->order = calloc(n, sizeof *g->order);
	if (!all || !g->order) {
		free(all);
		return -ENOMEM;
	}
	struct finder f = {.g = g,
		.number = all,
		.low = all + n,
		.edge = all + 2 * n,
		.path = all + 3 * n,
		.open = all + 4 * n};
	for (uint32_t i = 0; i < g->n_functions; i++) {
		measure_frame(g, &g->functions[i]);
		if (f.number[i] == 0)
			walk(&f, i);
	}
	free(all);
	reverse(g);
	spread_speech(g);
	return 0;
}

static double rounds_of(const struct loop *l)
{
	if (l->trips)
		return (double)l->trips;
	if (l->endless)
		return ROUNDS_ENDLESS;
	return l->speaks && l->depth == 1 ? ROUNDS_SERVING : ROUNDS_OPEN;
}

double order_rounds(const struct graph *g, uint32_t block)
{
	double rounds = 1;
	for (uint32_t l = g->blocks[block].loop; l != NONE && rounds < 1e30;
		l = g->loops[l].parent)
		rounds *= rounds_of(&g->loops[l]);
	return rounds;
}

void order_count(struct graph *g, uint32_t from)
{
	for (uint32_t i = 0; i < g->n_functions; i++)
		g->functions[i].times = 0;
	g->functions[from].times = 1;
	for (uint32_t i = 0; i < g->n_functions; i++) {
		struct function *fn = &g->functions[g->order[i]];
		if (fn->times <= 0)
			continue;
		if (fn->recursive && fn->times < 1e30)
			fn->times *= DEPTH_RECURSED;
		for (uint32_t c = fn->first_call; c < fn->end_call; c++) {
			uint32_t to = g->calls[c].callee;
			if (to != NONE && g->functions[to].order > fn->order &&
				g->functions[to].times < 1e30)
				g->functions[to].times +=
					fn->times * order_rounds(g, g->calls[c].block);
		}
	}
}

uint64_t order_path(const struct graph *g, uint32_t from)
{
	uint64_t *deep = calloc(g->n_functions + 1, sizeof *deep);
	bool known = deep != NULL;
	/* From the last called to the first caller; only what from reaches counts. */
	for (uint32_t i = g->n_functions; known && i-- > 0;) {
		const struct function *fn = &g->functions[g->order[i]];
		uint64_t most = 0;
		if (fn->times <= 0)
			continue;
		known = !fn->recursive && !fn->grows;
		for (uint32_t c = fn->first_call; c < fn->end_call; c++) {
			uint32_t to = g->calls[c].callee;
			if (to != NONE && deep[to] > most)
				most = deep[to];
		}
		deep[g->order[i]] = most + fn->frame + 8;
	}
	uint64_t path = known ? deep[from] : 0;
	free(deep);
	return path;
}
