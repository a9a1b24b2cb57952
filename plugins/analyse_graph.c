#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/analyse_private.h"

#define BUDGET          ((uint64_t)4 << 20)
#define BUDGET_PER_INSN 128

static uint32_t insn_index(const struct code *code, uint32_t at)
{
	return at < code->size && code->index[at] ? code->index[at] - 1 : NONE;
}

static bool direct(const struct code_insn *i)
{
	return i->flow != CODE_NEXT && i->target != CODE_NOWHERE && i->base != CODE_PC;
}

uint32_t graph_function(const struct graph *g, uint32_t at)
{
	uint32_t lo = 0, hi = g->n_functions;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (g->functions[mid].at < at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < g->n_functions && g->functions[lo].at == at ? lo : NONE;
}

static void make_functions(struct graph *g)
{
	const struct code *code = g->code;
	uint32_t n = 0, next = 0;
	for (uint32_t i = 0; i < code->n_insns; i++) {
		const struct code_insn *insn = &code->insns[i];
		while (next < code->n_starts && code->starts[next] < insn->at)
			next++;
		bool starts = next < code->n_starts && code->starts[next] == insn->at;
		if (!starts && n > 0)
			continue;
		if (n > 0)
			g->functions[n - 1].end = i;
		g->functions[n++] = (struct function){.at = insn->at,
			.first = i,
			.end = (uint32_t)code->n_insns,
			.import = -1};
	}
	g->n_functions = n;
}

static bool exits(const struct code *code, const struct code_insn *i)
{
	return i->import && strcmp(code->imports[i->import - 1].name, "osaas_exit") == 0;
}

/* Whether the block ends with it. */
static bool ends_block(const struct code *code, const struct code_insn *i)
{
	return i->flow == CODE_JUMP || i->flow == CODE_BRANCH || i->flow == CODE_RETURN ||
	       i->flow == CODE_STOP || (i->flow == CODE_CALL && exits(code, i));
}

static void mark_leaders(const struct graph *g, uint8_t *leader)
{
	const struct code *code = g->code;
	for (uint32_t f = 0; f < g->n_functions; f++)
		leader[g->functions[f].first] = 1;
	for (uint32_t i = 0; i < code->n_insns; i++) {
		const struct code_insn *insn = &code->insns[i];
		uint32_t to = direct(insn) && insn->flow != CODE_CALL
				      ? insn_index(code, insn->target)
				      : NONE;
		if (to != NONE)
			leader[to] = 1;
		bool joined = i + 1 < code->n_insns &&
			      insn->at + insn->size == code->insns[i + 1].at;
		if (i + 1 < code->n_insns &&
			(!joined || ends_block(code, insn) ||
				insn->swept != code->insns[i + 1].swept))
			leader[i + 1] = 1;
	}
	for (size_t e = 0; e < code->n_edges; e++) {
		uint32_t to = insn_index(code, code->edges[e].to);
		if (to != NONE)
			leader[to] = 1;
	}
}

static void make_blocks(struct graph *g, const uint8_t *leader)
{
	for (uint32_t f = 0; f < g->n_functions; f++) {
		struct function *fn = &g->functions[f];
		fn->first_block = g->n_blocks;
		for (uint32_t i = fn->first; i < fn->end; i++) {
			if (g->code->insns[i].swept)
				continue;
			if (leader[i] || i == fn->first)
				g->blocks[g->n_blocks++] = (struct block){
					.first = i, .function = f, .loop = NONE};
			g->blocks[g->n_blocks - 1].last = i;
			g->block_of[i] = g->n_blocks - 1;
		}
		fn->end_block = g->n_blocks;
	}
}

static void link_to(struct graph *g, struct block *b, uint32_t at)
{
	uint32_t i = insn_index(g->code, at);
	uint32_t to = i == NONE ? NONE : g->block_of[i];
	if (to == NONE || g->blocks[to].function != b->function ||
		g->blocks[to].first != i)
		return;
	g->succ[g->n_succ++] = to;
	b->n_succ++;
}

/* The first edge of a jump by table. */
static size_t first_edge(const struct code *code, uint32_t from)
{
	size_t lo = 0, hi = code->n_edges;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (code->edges[mid].from < from)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void link_block(struct graph *g, struct block *b)
{
	const struct code *code = g->code;
	const struct code_insn *last = &code->insns[b->last];
	b->succ = g->n_succ;
	bool on = last->flow == CODE_NEXT || last->flow == CODE_BRANCH ||
		  (last->flow == CODE_CALL && !exits(code, last));
	if (on)
		link_to(g, b, last->at + last->size);
	if (direct(last) && (last->flow == CODE_JUMP || last->flow == CODE_BRANCH))
		link_to(g, b, last->target);
	if (last->flow != CODE_JUMP || direct(last))
		return;
	for (size_t e = first_edge(code, last->at);
		e < code->n_edges && code->edges[e].from == last->at; e++) {
		if (e == 0 || code->edges[e - 1].from != last->at ||
			code->edges[e - 1].to != code->edges[e].to)
			link_to(g, b, code->edges[e].to);
	}
}

static int32_t name_of(const struct code *code, uint16_t import)
{
	for (int32_t i = 0; import && i < CALL_NAMES; i++) {
		if (strcmp(call_name((enum call_name)i),
			    code->imports[import - 1].name) == 0)
			return i;
	}
	return -1;
}

/* Jumps to an import, perhaps behind an endbr: what the linker makes of a plain call. */
static void find_stubs(struct graph *g)
{
	for (uint32_t f = 0; f < g->n_functions; f++) {
		struct function *fn = &g->functions[f];
		uint32_t i = fn->first;
		while (i + 1 < fn->end && g->code->insns[i].unit == CODE_IDLE)
			i++;
		const struct code_insn *insn = &g->code->insns[i];
		if (insn->flow == CODE_JUMP && insn->import)
			fn->import = name_of(g->code, insn->import);
	}
}

/* Whether the instruction leaves its function for another, or for the host. */
static bool is_call(
	const struct graph *g, const struct code_insn *insn, uint32_t function)
{
	if (insn->flow == CODE_CALL || (insn->flow == CODE_JUMP && insn->import))
		return true;
	uint32_t to = direct(insn) ? insn_index(g->code, insn->target) : NONE;
	return to != NONE && g->block_of[to] != NONE &&
	       g->blocks[g->block_of[to]].function != function;
}

/* clang keeps addresses of functions in registers, those of imports too. */
static void resolve(const struct graph *g, uint32_t i, uint16_t *import, uint32_t *to)
{
	const struct code_insn *insn = &g->code->insns[i];
	*import = insn->import;
	*to = direct(insn) ? insn_index(g->code, insn->target) : NONE;
	if (*import || *to != NONE || insn->access || !insn->dst)
		return;
	struct value v = value_of(g, i, insn->dst);
	uint64_t at = (uint64_t)v.number - g->code->elf->text_lo;
	if (v.kind == VALUE_LOADED && !v.plus)
		*import = code_import(g->code, (uint64_t)v.number);
	else if (v.kind == VALUE_ADDRESS && !v.plus && at < g->code->size)
		*to = insn_index(g->code, (uint32_t)at);
}

static void add_call(struct graph *g, uint32_t i, uint32_t block)
{
	struct call_site call = {.insn = i, .block = block, .callee = NONE};
	uint16_t import;
	uint32_t to;
	resolve(g, i, &import, &to);
	if (to != NONE && g->block_of[to] != NONE)
		call.callee = g->blocks[g->block_of[to]].function;
	call.name = name_of(g->code, import);
	if (call.callee != NONE && g->functions[call.callee].import >= 0) {
		call.name = g->functions[call.callee].import;
		call.callee = NONE;
	}
	g->calls[g->n_calls++] = call;
}

static void find_calls(struct graph *g)
{
	for (uint32_t f = 0; f < g->n_functions; f++) {
		struct function *fn = &g->functions[f];
		fn->first_call = g->n_calls;
		for (uint32_t i = fn->first; i < fn->end; i++) {
			const struct code_insn *insn = &g->code->insns[i];
			if (g->block_of[i] != NONE && insn->flow != CODE_NEXT &&
				insn->flow != CODE_RETURN && is_call(g, insn, f))
				add_call(g, i, g->block_of[i]);
		}
		fn->end_call = g->n_calls;
	}
}

static int make(struct graph *g, const struct code *code)
{
	size_t n = code->n_insns + 1;
	g->functions = calloc(code->n_starts + 2, sizeof *g->functions);
	g->blocks = malloc(n * sizeof *g->blocks);
	g->block_of = malloc(n * sizeof *g->block_of);
	g->succ = malloc((2 * n + code->n_edges) * sizeof *g->succ);
	g->calls = malloc(n * sizeof *g->calls);
	g->kinds = calloc(n, 1);
	g->bytes = calloc(n, 1);
	g->budget = malloc(sizeof *g->budget);
	uint8_t *leader = calloc(n, 1);
	bool ok = g->functions && g->blocks && g->block_of && g->succ && g->calls &&
		  g->kinds && g->bytes && g->budget && leader;
	if (ok) {
		*g->budget = BUDGET + BUDGET_PER_INSN * n;
		memset(g->block_of, 0xff, n * sizeof *g->block_of);
		make_functions(g);
		mark_leaders(g, leader);
		make_blocks(g, leader);
		for (uint32_t b = 0; b < g->n_blocks; b++)
			link_block(g, &g->blocks[b]);
		find_stubs(g);
		find_calls(g);
	}
	free(leader);
	return ok ? 0 : -ENOMEM;
}

int graph_make(struct graph *out, const struct code *code)
{
	*out = (struct graph){.code = code, .complete = true};
	int r = make(out, code);
	if (r == 0)
		r = elf_symbols(code->elf, ELF_OBJECTS, &out->objects, &out->n_objects);
	return r;
}

void graph_free(struct graph *g)
{
	free(g->functions);
	free(g->blocks);
	free(g->block_of);
	free(g->succ);
	free(g->loops);
	free(g->bodies);
	free(g->calls);
	free(g->order);
	free(g->kinds);
	free(g->bytes);
	free(g->budget);
	free(g->objects);
}
