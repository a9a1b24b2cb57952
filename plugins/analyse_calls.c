#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/analyse_private.h"

#define NEAR         48 /* instructions before a call that may fill in what it is given */
#define GLOBALS_MAX  512
#define CALLERS      3 /* levels of callers that a channel may be handed through */
#define CALLERS_SEEN 16

/* A variable that a channel is kept in, and what that is for. */
struct global {
	uint32_t address;
	uint16_t works;
};

struct looker {
	struct graph *g;
	struct analysis *out;
	struct global globals[GLOBALS_MAX];
	size_t n_globals;
	uint16_t *of_function; /* works of the channels that a function asks for */
	uint32_t *callers, *first_caller; /* calls by callee */
	uint16_t *
		handed; /* by function and argument: what callers hand over, once known */
};
#define KNOWN 0x8000

static const struct {
	const char *prefix;
	enum work work;
} helpers[] = {
	{"osaas_ops_", WORK_GUI},
	{"osaas_window_", WORK_GUI},
	{"osaas_clip", WORK_GUI},
	{"osaas_audio_", WORK_AUDIO},
	{"osaas_fs_", WORK_DISK},
	{"osaas_file", WORK_DISK},
	{"osaas_store_", WORK_DISK},
	{"osaas_net_", WORK_NETWORK},
	{"osaas_tcp_", WORK_NETWORK},
	{"osaas_timer_", WORK_TIMER},
	{"osaas_pty_", WORK_PROCESS},
	{"osaas_process_", WORK_PROCESS},
};

/* The string that osaas_cap is given there; NULL: not a constant. */
static const char *cap_of(
	const struct graph *g, const struct call_site *call, size_t *len)
{
	struct value v = value_of(g, call->insn, code_cpu.arguments[0]);
	if (v.kind != VALUE_ADDRESS)
		return NULL;
	uint64_t at = (uint64_t)(v.number + v.plus);
	const char *first = elf_at(g->code->elf, at, 1);
	for (*len = 0; first && *len < 192; ++*len) {
		const char *c = elf_at(g->code->elf, at + *len, 1);
		if (!c)
			return NULL;
		if (!*c)
			return first;
	}
	return NULL;
}

static uint16_t works_of_global(const struct looker *l, uint64_t address)
{
	for (size_t i = 0; i < l->n_globals; i++) {
		if (l->globals[i].address == address)
			return l->globals[i].works;
	}
	return 0;
}

static uint16_t works_of_argument(
	const struct looker *l, uint32_t function, int64_t argument, int levels);

static uint16_t works_of(
	const struct looker *l, uint32_t insn, const struct value *v, int levels)
{
	const struct graph *g = l->g;
	if (v->kind == VALUE_LOADED)
		return works_of_global(l, (uint64_t)v->number);
	if (v->kind == VALUE_ARGUMENT)
		return works_of_argument(
			l, g->blocks[g->block_of[insn]].function, v->number, levels);
	if (v->kind != VALUE_RESULT)
		return 0;
	const struct call_site *c = &g->calls[v->number];
	if (c->name == CALL_cap)
		return c->works;
	return c->callee != NONE ? l->of_function[c->callee] : 0;
}

/* What the callers hand over. */
static uint16_t works_of_argument(
	const struct looker *l, uint32_t function, int64_t argument, int levels)
{
	const struct graph *g = l->g;
	uint16_t *handed = &l->handed[6 * function + (size_t)argument];
	uint32_t first = l->first_caller[function], end = l->first_caller[function + 1];
	uint16_t works = 0;
	if (*handed & KNOWN || levels == 0)
		return *handed & (KNOWN - 1);
	for (uint32_t i = first; i < end && i < first + CALLERS_SEEN; i++) {
		const struct call_site *c = &g->calls[l->callers[i]];
		struct value v = value_of(g, c->insn, code_cpu.arguments[argument]);
		works |= works_of(l, c->insn, &v, levels - 1);
	}
	*handed = works | KNOWN;
	return works;
}

static void index_callers(struct looker *l)
{
	const struct graph *g = l->g;
	uint32_t *first = l->first_caller;
	for (uint32_t c = 0; c < g->n_calls; c++) {
		if (g->calls[c].callee != NONE)
			first[g->calls[c].callee + 1]++;
	}
	for (uint32_t f = 0; f < g->n_functions; f++)
		first[f + 1] += first[f];
	/* Filled from the back, so that each first ends where it belongs. */
	for (uint32_t c = g->n_calls; c-- > 0;) {
		uint32_t to = g->calls[c].callee;
		if (to != NONE)
			l->callers[--first[to + 1]] = c;
	}
	memmove(first, first + 1, g->n_functions * sizeof *first);
	first[g->n_functions] = 0;
	for (uint32_t c = 0; c < g->n_calls; c++)
		first[g->n_functions] += g->calls[c].callee != NONE;
}

static void find_caps(struct looker *l)
{
	struct graph *g = l->g;
	for (uint32_t c = 0; c < g->n_calls; c++) {
		struct call_site *call = &g->calls[c];
		size_t len;
		const char *cap = call->name == CALL_cap ? cap_of(g, call, &len) : NULL;
		if (!cap)
			continue;
		call->works = (uint16_t)(1u << work_of_cap(cap, len));
		l->out->caps |= call->works;
		l->of_function[g->blocks[call->block].function] |= call->works;
	}
}

/* Stores of channels into variables. */
static void find_globals(struct looker *l)
{
	struct graph *g = l->g;
	for (uint32_t n = 0; n < g->code->n_insns; n++) {
		const struct code_insn *i = &g->code->insns[n];
		if (i->op != CODE_STORE || i->base != CODE_PC || !i->src ||
			g->block_of[n] == NONE)
			continue;
		struct value v = value_of(g, n, i->src);
		uint16_t works = v.kind == VALUE_RESULT ? works_of(l, n, &v, 0) : 0;
		if (works && l->n_globals < GLOBALS_MAX)
			l->globals[l->n_globals++] = (struct global){i->target, works};
	}
}

/* An alt: the channels that are put into its list shortly before. */
static uint16_t works_of_list(const struct looker *l, const struct call_site *call)
{
	const struct graph *g = l->g;
	const struct function *fn = &g->functions[g->blocks[call->block].function];
	uint16_t works = 0;
	for (uint32_t n = call->insn, k = 0; n-- > fn->first && k < NEAR; k++) {
		const struct code_insn *i = &g->code->insns[n];
		if (i->flow == CODE_CALL)
			continue;
		if (i->op == CODE_LOAD && i->base == CODE_PC)
			works |= works_of_global(l, i->target);
		if (i->op != CODE_STORE || !i->src || i->base == CODE_PC)
			continue;
		struct value v = value_of(g, n, i->src);
		works |= works_of(l, n, &v, CALLERS);
	}
	return works;
}

static uint16_t works_of_helper(const struct graph *g, const struct call_site *call)
{
	const struct elf_symbol *f =
		code_function(g->code, g->code->insns[call->insn].at);
	for (size_t i = 0; f && i < sizeof helpers / sizeof *helpers; i++) {
		if (strncmp(f->name, helpers[i].prefix, strlen(helpers[i].prefix)) == 0)
			return (uint16_t)(1u << helpers[i].work);
	}
	return 0;
}

static bool is_const(const struct value *v, int64_t number)
{
	return v->kind == VALUE_CONST && v->number + v->plus == number;
}

static void look_at_alt(struct looker *l, struct call_site *call)
{
	const struct graph *g = l->g;
	struct value n = value_of(g, call->insn, code_cpu.arguments[1]);
	struct value until = value_of(g, call->insn, code_cpu.arguments[2]);
	call->timed = !is_const(&until, 0) && !is_const(&until, -1);
	call->waits = !is_const(&until, 0);
	if (is_const(&n, 0))
		call->works = 1u << WORK_TIMER;
	else
		call->works = works_of_list(l, call);
}

/* Where it cannot be seen: what the function asked for, else what the plugin did. */
static void fall_back(struct looker *l, struct call_site *call)
{
	if (!call->works)
		call->works = works_of_helper(l->g, call);
	if (!call->works)
		call->works = l->of_function[l->g->blocks[call->block].function];
	if (!call->works)
		call->works = (uint16_t)l->out->caps;
	if (!call->works)
		call->works = 1u << (call->timed ? WORK_TIMER : WORK_PEERS);
}

static bool is_malloc(const struct graph *g, const struct call_site *call)
{
	const struct elf_symbol *f =
		call->callee == NONE
			? NULL
			: code_function(g->code, g->functions[call->callee].at);
	return f && strcmp(f->name, "malloc") == 0;
}

static void look_at(struct looker *l, struct call_site *call)
{
	const struct graph *g = l->g;
	if (call->name == CALL_alt)
		look_at_alt(l, call);
	else if (call->name == CALL_send || call->name == CALL_recv) {
		struct value v = value_of(g, call->insn, code_cpu.arguments[0]);
		call->waits = true;
		call->works = works_of(l, call->insn, &v, CALLERS);
	}
	if (call->name == CALL_alt || call->name == CALL_send || call->name == CALL_recv)
		fall_back(l, call);
	else if (call->name != CALL_cap)
		call->works = 0;
	if (call->name == CALL_buf_alloc || is_malloc(g, call)) {
		struct value v = value_of(g, call->insn, code_cpu.arguments[0]);
		int64_t size = v.number + v.plus;
		if (v.kind == VALUE_CONST && size > 0 &&
			(uint64_t)size > l->out->allocates)
			l->out->allocates = (uint64_t)size;
	}
}

static int allocate(struct looker *l)
{
	size_t n = l->g->n_functions + 2;
	l->of_function = calloc(n, sizeof *l->of_function);
	l->first_caller = calloc(n, sizeof *l->first_caller);
	l->callers = calloc((size_t)l->g->n_calls + 1, sizeof *l->callers);
	l->handed = calloc(6 * n, sizeof *l->handed);
	bool ok = l->of_function && l->first_caller && l->callers && l->handed;
	return ok ? 0 : -ENOMEM;
}

static void look_at_all(struct looker *l)
{
	struct graph *g = l->g;
	index_callers(l);
	find_caps(l);
	find_globals(l);
	for (uint32_t c = 0; c < g->n_calls; c++) {
		int32_t name = g->calls[c].name;
		look_at(l, &g->calls[c]);
		if (name >= 0)
			l->out->calls[name] += l->out->calls[name] < UINT16_MAX;
	}
}

int calls_look(struct graph *g, struct analysis *out)
{
	struct looker *l = calloc(1, sizeof *l);
	if (!l)
		return -ENOMEM;
	l->g = g;
	l->out = out;
	int r = allocate(l);
	if (r == 0)
		look_at_all(l);
	free(l->of_function);
	free(l->first_caller);
	free(l->callers);
	free(l->handed);
	free(l);
	return r;
}
