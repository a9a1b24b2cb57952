#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/code.h"

/* How far back from a jump its parts are looked for, in instructions. */
#define NEAR    24
#define FAR     400
#define ENTRIES 4096
#define GAP     48 /* bytes of padding, and of one instruction */

/* The instruction before this one in memory, among those that were reached; NULL. */
static const struct code_insn *before(
	const struct code *code, const struct code_insn *insn)
{
	for (uint32_t back = 1; back <= GAP && back <= insn->at; back++) {
		const struct code_insn *i = code_at(code, insn->at - back);
		if (i && i->at + i->size <= insn->at)
			return i;
	}
	return NULL;
}

/* The last before insn that writes reg, or NULL. What an early return pops is not it. */
static const struct code_insn *last_write(
	const struct code *code, const struct code_insn *insn, uint8_t reg, int far)
{
	while (reg && far-- > 0 && (insn = before(code, insn))) {
		if (insn->writes & 1u << reg && insn->op != CODE_POP)
			return insn;
	}
	return NULL;
}

/* What the index was compared with, as a number of entries; 0: with nothing. */
static uint32_t bound(const struct code *code, const struct code_insn *insn)
{
	for (int n = 0; n < NEAR && (insn = before(code, insn)); n++) {
		if (insn->op == CODE_COMPARE && !insn->src && !insn->wide &&
			insn->imm > 0 && insn->imm < ENTRIES)
			return (uint32_t)insn->imm + 1;
	}
	return 0;
}

/* table + its i-th entry of four bytes, in the text; CODE_NOWHERE: not there. */
static uint32_t entry(const struct code *code, uint64_t table, uint32_t i)
{
	const void *at = elf_at(code->elf, table + 4 * (uint64_t)i, 4);
	int32_t offset;
	if (!at)
		return CODE_NOWHERE;
	memcpy(&offset, at, sizeof offset);
	uint64_t to = table + (uint64_t)(int64_t)offset - code->elf->text_lo;
	return to < code->size ? (uint32_t)to : CODE_NOWHERE;
}

/* Without a bound: as long as the entries stay in the function. */
static int read_entries(const struct code *code, uint64_t table, uint32_t limit,
	const struct elf_symbol *in, uint32_t **out, size_t *n)
{
	if (!limit && !in)
		return 0;
	uint32_t max = limit ? limit : ENTRIES;
	*out = malloc(max * sizeof **out);
	if (!*out)
		return -ENOMEM;
	for (uint32_t i = 0; i < max; i++) {
		uint32_t to = entry(code, table, i);
		uint64_t at = code->elf->text_lo + to;
		bool inside = to != CODE_NOWHERE &&
			      (!in || !in->hi || (at >= in->lo && at < in->hi));
		if (to == CODE_NOWHERE || (!limit && !inside))
			break;
		(*out)[(*n)++] = to;
	}
	return 0;
}

/* lea t, [pc + table]; load o, [t + index * 4]; o += t; jump o */
static int read_sum(const struct code *code, const struct code_insn *sum,
	const struct code_insn *jump, uint32_t **targets, size_t *n)
{
	const uint8_t parts[] = {sum->dst, sum->src};
	for (int i = 0; i < 2; i++) {
		const struct code_insn *load = last_write(code, sum, parts[i], NEAR);
		if (!load || load->op != CODE_LOAD || load->scale != 4 || !load->index)
			continue;
		const struct code_insn *lea = last_write(code, load, load->base, FAR);
		while (lea && lea->op == CODE_COPY)
			lea = last_write(code, lea, lea->src, FAR);
		if (!lea || lea->op != CODE_ADDRESS || lea->base != CODE_PC)
			continue;
		return read_entries(code, lea->target, bound(code, load),
			code_function(code, jump->at), targets, n);
	}
	return 0;
}

int code_read_table(struct code *code, const struct code_insn *jump, bool *found,
	uint32_t **targets, size_t *n)
{
	*targets = NULL;
	*n = 0;
	/* From memory: a pointer, and what those point at is known by their relocations. */
	*found = jump->access || !jump->dst;
	const struct code_insn *from = jump;
	uint8_t reg = jump->dst;
	while (!*found && (from = last_write(code, from, reg, NEAR)) &&
		from->op == CODE_COPY)
		reg = from->src;
	if (*found || !from || from->op == CODE_LOAD || from->op == CODE_ADDRESS) {
		*found = true;
		return 0;
	}
	int r = 0;
	if (from->op == CODE_SUM)
		r = read_sum(code, from, jump, targets, n);
	*found = *n > 0;
	return r;
}
