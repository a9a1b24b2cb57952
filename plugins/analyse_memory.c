#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/analyse_private.h"

/*
 * A loop is gone through in the order of addresses, branches ignored: first to see by
 * how much each register moves in a round, then a few times to see what addresses are
 * made of. Where the depth of loads that an address hangs on grows with every round,
 * each hangs on the one of the round before: that is pointer chasing.
 */
#define ROUNDS   4
#define LINE     64
#define FAR      128 /* stands for a step that is in a register */
#define DEEP     200
#define SMALL    32768 /* an object that stays in the cache once it is there */
#define SEEN_MAX 20000 /* instructions of a loop that is looked at */

/* What a register holds, as far as it matters for an address. */
struct state {
	bool known; /* moves by step, or stands still */
	bool computed;
	uint8_t depth; /* loads that it hangs on, one after the other */
	int64_t step;
};

/* Within one round: where its value comes from. */
struct origin {
	uint8_t root; /* register at the round's begin; 0: none alone */
	int64_t plus;
};

struct looker {
	struct graph *g;
	const struct loop *loop;
	uint32_t id;
	struct origin origin[CODE_REGISTERS];
	struct state state[CODE_REGISTERS];
	uint32_t written; /* bit per register */
	uint8_t *depth;   /* by instruction of the text: in the round before */
	bool last;
};

static int64_t clamp(int64_t v)
{
	const int64_t far = INT64_C(1) << 40;
	return v > far ? far : v < -far ? -far : v;
}

static void trace(struct looker *l, const struct code_insn *i)
{
	struct origin o = {0};
	if (i->op == CODE_COPY)
		o = l->origin[i->src];
	else if (i->op == CODE_ADD)
		o = (struct origin){
			l->origin[i->dst].root, clamp(l->origin[i->dst].plus + i->imm)};
	else if (i->op == CODE_ADDRESS && !i->index && i->base && i->base != CODE_PC)
		o = (struct origin){l->origin[i->base].root,
			clamp(l->origin[i->base].plus + i->disp)};
	else if (i->op == CODE_SUM && !(l->written & 1u << i->src))
		o = (struct origin){
			l->origin[i->dst].root, clamp(l->origin[i->dst].plus + FAR)};
	for (unsigned r = 1; r < CODE_REGISTERS; r++) {
		if (i->writes & 1u << r)
			l->origin[r] = r == i->dst ? o : (struct origin){0};
	}
}

static bool moves(const struct state *s)
{
	return s->computed || s->depth > 0 || s->step != 0;
}

static struct state join(struct state a, struct state b)
{
	return (struct state){
		.known = a.known && b.known,
		.computed = a.computed || b.computed,
		.depth = a.depth > b.depth ? a.depth : b.depth,
		.step = clamp(a.step + b.step),
	};
}

static struct state times(struct state s, int64_t factor)
{
	s.step = clamp(s.step * (factor > 1 << 20 ? 1 << 20 : factor));
	return s;
}

static struct state address_of(const struct looker *l, const struct code_insn *i)
{
	struct state base = l->state[i->base == CODE_PC ? 0 : i->base];
	return i->index ? join(base, times(l->state[i->index], i->scale)) : base;
}

static bool in_frame(const struct code_insn *i)
{
	return i->base == code_cpu.stack && !i->index;
}

static struct state load(const struct looker *l, const struct code_insn *i)
{
	struct state a = address_of(l, i);
	if (in_frame(i) || !moves(&a))
		return (struct state){.known = true};
	return (struct state){.depth = a.depth < DEEP ? (uint8_t)(a.depth + 1) : DEEP};
}

/* From its sources in some way that is no sum. */
static struct state compute(const struct looker *l, const struct code_insn *i)
{
	struct state s = join(l->state[i->dst], l->state[i->src]);
	if (i->access & CODE_READS)
		s = join(s, load(l, i));
	s.computed = moves(&s);
	s.step = 0;
	return s;
}

static struct state result(const struct looker *l, const struct code_insn *i)
{
	switch (i->op) {
	case CODE_CONST:
		return (struct state){.known = true};
	case CODE_COPY:
		return l->state[i->src];
	case CODE_ADD:
		return l->state[i->dst];
	case CODE_SUM:
	case CODE_CHOOSE:
		return join(l->state[i->dst], l->state[i->src]);
	case CODE_SCALE:
		return times(l->state[i->src ? i->src : i->dst], i->imm);
	case CODE_ADDRESS:
		return address_of(l, i);
	case CODE_LOAD:
		return load(l, i);
	}
	return compute(l, i);
}

static void keep_kind(struct looker *l, uint32_t n, const struct code_insn *i)
{
	struct graph *g = l->g;
	struct state a = address_of(l, i);
	bool deeper = a.depth > l->depth[n];
	l->depth[n] = a.depth;
	if (!l->last || g->blocks[g->block_of[n]].loop != l->id)
		return;
	uint64_t far = a.step < 0 ? 0 - (uint64_t)a.step : (uint64_t)a.step;
	enum access_kind kind = ACCESS_FIXED;
	if (in_frame(i))
		kind = ACCESS_STACK;
	else if (i->access & CODE_REPEAT)
		kind = ACCESS_SEQUENTIAL;
	else if (a.depth > 0)
		kind = deeper ? ACCESS_CHASE : ACCESS_RANDOM;
	else if (a.computed)
		kind = ACCESS_RANDOM;
	else if (far)
		kind = far <= LINE ? ACCESS_SEQUENTIAL : ACCESS_STRIDED;
	g->kinds[n] = (uint8_t)kind;
	bool whole = kind >= ACCESS_STRIDED || i->access & CODE_REPEAT;
	g->bytes[n] = (uint8_t)(whole ? LINE : kind == ACCESS_SEQUENTIAL ? far : 0);
}

static void go_round(struct looker *l, uint32_t n)
{
	const struct code_insn *i = &l->g->code->insns[n];
	if (i->access)
		keep_kind(l, n, i);
	if (!i->writes)
		return;
	struct state s = result(l, i);
	for (unsigned r = 1; r < CODE_REGISTERS; r++) {
		if (i->writes & 1u << r && r != code_cpu.stack)
			l->state[r] = r == i->dst ? s : (struct state){.computed = true};
	}
	if (i->flow == CODE_CALL)
		l->state[code_cpu.result] = (struct state){.computed = true};
}

static int compare_blocks(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

static void each_insn(struct looker *l, bool traces)
{
	struct graph *g = l->g;
	for (uint32_t k = 0; k < l->loop->n_blocks; k++) {
		const struct block *b = &g->blocks[g->bodies[l->loop->blocks + k]];
		for (uint32_t n = b->first; n <= b->last; n++) {
			if (traces)
				trace(l, &g->code->insns[n]);
			else
				go_round(l, n);
		}
	}
}

static uint32_t written(const struct looker *l)
{
	const struct graph *g = l->g;
	uint32_t all = 0;
	for (uint32_t k = 0; k < l->loop->n_blocks; k++) {
		const struct block *b = &g->blocks[g->bodies[l->loop->blocks + k]];
		for (uint32_t n = b->first; n <= b->last; n++)
			all |= g->code->insns[n].writes;
	}
	return all;
}

/* Registers that come back to themselves move by what was added; the others are open. */
static void find_steps(struct looker *l)
{
	for (unsigned r = 0; r < CODE_REGISTERS; r++)
		l->origin[r] = (struct origin){(uint8_t)r, 0};
	l->written = written(l);
	each_insn(l, true);
	for (unsigned r = 1; r < CODE_REGISTERS; r++) {
		struct origin o = l->origin[r], base = l->origin[o.root];
		bool known = o.root == r || (o.root && base.root == o.root);
		l->state[r] = (struct state){.known = known,
			.computed = !known,
			.step = known ? (o.root == r ? o.plus : base.plus) : 0};
	}
	l->state[0] = (struct state){.known = true};
	l->state[code_cpu.stack] = (struct state){.known = true};
}

uint64_t memory_object(const struct graph *g, uint64_t address)
{
	size_t lo = 0, hi = g->n_objects;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (g->objects[mid].lo <= address)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == 0 || address >= g->objects[lo - 1].hi)
		return 0;
	return g->objects[lo - 1].hi - g->objects[lo - 1].lo;
}

static uint64_t allocated(const struct graph *g, const struct value *v)
{
	const struct call_site *c = &g->calls[v->number];
	if (c->name != CALL_buf_alloc)
		return 0;
	struct value size = value_of(g, c->insn, code_cpu.arguments[0]);
	int64_t n = size.number + size.plus;
	return size.kind == VALUE_CONST && n > 0 ? (uint64_t)n : 0;
}

/* How much memory an access of a loop ranges over, as far as can be seen. */
static uint64_t range_of(struct graph *g, const struct loop *l, uint32_t n)
{
	const struct code_insn *i = &g->code->insns[n];
	struct value v = {.kind = VALUE_ADDRESS, .number = i->target};
	if (i->base != CODE_PC)
		v = value_of(g, n, i->base);
	uint64_t size = 0;
	if (v.kind == VALUE_ADDRESS)
		size = memory_object(g, (uint64_t)v.number);
	else if (v.kind == VALUE_RESULT)
		size = allocated(g, &v);
	if (size && size <= SMALL)
		g->bytes[n] = 0;
	if (size || g->kinds[n] != ACCESS_SEQUENTIAL)
		return size;
	return l->trips * g->bytes[n];
}

static void sum_up(struct looker *l, struct loop *loop)
{
	struct graph *g = l->g;
	int looked = 0;
	for (uint32_t k = 0; k < loop->n_blocks; k++) {
		const struct block *b = &g->blocks[g->bodies[loop->blocks + k]];
		for (uint32_t n = b->first; b->loop == l->id && n <= b->last; n++) {
			uint8_t kind = g->kinds[n];
			if (!g->code->insns[n].access)
				continue;
			loop->access[kind] += loop->access[kind] < UINT16_MAX;
			if (kind < ACCESS_SEQUENTIAL || looked++ > 32)
				continue;
			uint64_t range = range_of(g, loop, n);
			if (range > loop->working_set)
				loop->working_set = range;
		}
	}
}

int memory_look(struct graph *g)
{
	const struct code *code = g->code;
	struct looker l = {.g = g};
	l.depth = calloc(1, code->n_insns + 1);
	if (!l.depth)
		return -ENOMEM;
	for (uint32_t n = 0; n < code->n_insns; n++)
		g->kinds[n] = in_frame(&code->insns[n]) ? ACCESS_STACK : ACCESS_FIXED;
	for (l.id = 0; l.id < g->n_loops; l.id++) {
		l.loop = &g->loops[l.id];
		qsort(&g->bodies[l.loop->blocks], l.loop->n_blocks, sizeof *g->bodies,
			compare_blocks);
		uint64_t cost = (uint64_t)l.loop->n_insns * (ROUNDS + 2);
		if (l.loop->n_insns > SEEN_MAX || *g->budget < cost) {
			g->complete = false;
			continue;
		}
		*g->budget -= cost;
		find_steps(&l);
		for (int round = 1; round <= ROUNDS; round++) {
			l.last = round == ROUNDS;
			each_insn(&l, false);
		}
		sum_up(&l, &g->loops[l.id]);
	}
	free(l.depth);
	return 0;
}
