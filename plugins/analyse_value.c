#include "plugins/analyse_private.h"

#define BACK 96 /* instructions to look at */

static const struct value unknown = {.kind = VALUE_UNKNOWN};

static struct value argument(uint8_t reg)
{
	for (int i = 0; i < 6; i++) {
		if (code_cpu.arguments[i] == reg)
			return (struct value){.kind = VALUE_ARGUMENT, .number = i};
	}
	return unknown;
}

/* The store to a place in the frame before insn, so that the register it saved is followed. */
static uint32_t find_store(const struct graph *g, uint32_t first, uint32_t insn,
	const struct code_insn *load)
{
	for (uint32_t n = 0; insn-- > first && n < BACK; n++) {
		const struct code_insn *i = &g->code->insns[insn];
		if (i->op == CODE_STORE && i->base == load->base && !i->index &&
			!load->index && i->disp == load->disp)
			return insn;
	}
	return NONE;
}

static uint32_t find_write(
	const struct graph *g, uint32_t first, uint32_t insn, uint8_t reg, uint32_t back)
{
	for (uint32_t n = 0; insn-- > first && n < back; n++) {
		/* What an early return pops is not it. */
		if (g->code->insns[insn].writes & 1u << reg &&
			g->code->insns[insn].op != CODE_POP)
			return insn;
		if (g->code->insns[insn].flow == CODE_CALL && reg == code_cpu.result)
			return insn;
	}
	return NONE;
}

static struct value result_of(
	const struct graph *g, const struct function *fn, uint32_t insn)
{
	for (uint32_t c = fn->first_call; c < fn->end_call; c++) {
		if (g->calls[c].insn == insn)
			return (struct value){.kind = VALUE_RESULT, .number = c};
	}
	return unknown;
}

/* What an instruction that writes the register says of it; sets *reg to go on, or 0. */
static struct value step(const struct graph *g, const struct function *fn, uint32_t *at,
	uint8_t *reg, int64_t *plus)
{
	const struct code_insn *i = &g->code->insns[*at];
	uint8_t was = *reg;
	*reg = 0;
	if (i->flow == CODE_CALL)
		return was == code_cpu.result ? result_of(g, fn, *at) : unknown;
	if (i->dst != was)
		return unknown;
	switch (i->op) {
	case CODE_CONST:
		return (struct value){
			.kind = i->wide ? VALUE_UNKNOWN : VALUE_CONST, .number = i->imm};
	case CODE_COPY:
		*reg = i->src;
		return unknown;
	case CODE_ADD:
		*plus += i->imm;
		*reg = was;
		return unknown;
	case CODE_ADDRESS:
		if (i->base == CODE_PC)
			return (struct value){.kind = VALUE_ADDRESS, .number = i->target};
		*plus += i->disp;
		*reg = i->index ? 0 : i->base;
		return unknown;
	case CODE_LOAD:
		if (i->base == CODE_PC)
			return (struct value){.kind = VALUE_LOADED, .number = i->target};
		if (i->base != code_cpu.stack)
			return unknown;
		*at = find_store(g, fn->first, *at, i);
		if (*at == NONE)
			return unknown;
		i = &g->code->insns[*at];
		*reg = i->src;
		return (struct value){
			.kind = i->src || i->wide ? VALUE_UNKNOWN : VALUE_CONST,
			.number = i->imm};
	}
	return unknown;
}

struct value value_of(const struct graph *g, uint32_t insn, uint8_t reg)
{
	if (g->block_of[insn] == NONE)
		return unknown;
	const struct function *fn = &g->functions[g->blocks[g->block_of[insn]].function];
	int64_t plus = 0;
	for (int steps = 0; reg && steps < 16; steps++) {
		uint32_t at = find_write(g, fn->first, insn, reg, 4 * BACK);
		uint32_t cost = at == NONE ? 4 * BACK : insn - at + 16;
		if (*g->budget < cost)
			return unknown;
		*g->budget -= cost;
		if (at == NONE) {
			struct value v = argument(reg);
			v.plus = plus;
			return v;
		}
		struct value v = step(g, fn, &at, &reg, &plus);
		if (v.kind != VALUE_UNKNOWN) {
			v.plus = plus;
			return v;
		}
		insn = at;
		if (insn == NONE)
			break;
	}
	return unknown;
}
