#include "plugins/code.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/private.h"

/* A growing array of offsets. */
struct offsets {
	uint32_t *at;
	size_t n, cap;
};

/* A place where decoding failed or ran out behind a call that perhaps never returns. */
struct doubt {
	uint32_t at, call;
};

struct reader {
	struct code *code;
	struct code_decoder *decoder;
	struct plugin_error *err;
	struct offsets todo;   /* to decode from */
	struct offsets starts; /* of functions */
	struct offsets jumps;  /* computed ones, whose tables are still to be read */
	struct doubt *doubts;
	size_t n_doubts, cap_doubts, cap_insns, cap_edges;
	bool sweeping;
};

static int no_memory(struct plugin_error *err)
{
	return plugin_fail(err, -ENOMEM, "out of memory: close something");
}

/* Room for one more of an array that doubles. */
static bool grow(void **array, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return true;
	size_t more = *cap ? *cap * 2 : 256;
	void *p = realloc(*array, more * size);
	if (!p)
		return false;
	*array = p;
	*cap = more;
	return true;
}

static int push(struct reader *r, struct offsets *o, uint32_t at)
{
	void *array = o->at;
	if (!grow(&array, o->n, &o->cap, sizeof *o->at))
		return no_memory(r->err);
	o->at = array;
	o->at[o->n++] = at;
	return 0;
}

const struct code_insn *code_at(const struct code *code, uint32_t at)
{
	return at < code->size && code->index[at] ? &code->insns[code->index[at] - 1]
						  : NULL;
}

const struct elf_symbol *code_function(const struct code *code, uint32_t at)
{
	uint64_t address = code->elf->text_lo + at;
	size_t lo = 0, hi = code->n_functions;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (code->functions[mid].lo <= address)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == 0)
		return NULL;
	const struct elf_symbol *f = &code->functions[lo - 1];
	return !f->hi || address < f->hi ? f : NULL;
}

struct code_place code_place(const struct code *code, uint32_t at)
{
	struct code_place place;
	const struct elf_symbol *f = code_function(code, at);
	unsigned long long address = code->elf->text_lo + at;
	if (!f)
		snprintf(place.text, sizeof place.text, "0x%llx", address);
	else
		snprintf(place.text, sizeof place.text, "%s+0x%llx (0x%llx)",
			plugin_quote(f->name, strlen(f->name)).text,
			address - (unsigned long long)f->lo, address);
	return place;
}

static int compare_imports(const void *a, const void *b)
{
	const struct code_import *x = a, *y = b;
	return x->slot < y->slot ? -1 : x->slot > y->slot;
}

static int read_imports(struct code *code, struct plugin_error *err)
{
	const struct elf *elf = code->elf;
	code->imports =
		calloc(elf->relocs[0].n + elf->relocs[1].n + 1, sizeof *code->imports);
	if (!code->imports)
		return no_memory(err);
	struct elf_reloc reloc;
	for (int t = 0; t < ELF_RELOC_TABLES; t++) {
		for (uint64_t i = 0; i < elf->relocs[t].n; i++) {
			int r = elf_reloc_at(elf, &elf->relocs[t], i, &reloc, err);
			if (r < 0)
				return r;
			if (reloc.host && code->n_imports < UINT16_MAX - 1)
				code->imports[code->n_imports++] =
					(struct code_import){reloc.where, reloc.name};
		}
	}
	qsort(code->imports, code->n_imports, sizeof *code->imports, compare_imports);
	return 0;
}

uint16_t code_import(const struct code *code, uint64_t slot)
{
	struct code_import key = {.slot = slot};
	const struct code_import *found = bsearch(
		&key, code->imports, code->n_imports, sizeof key, compare_imports);
	return found ? (uint16_t)(found - code->imports + 1) : 0;
}

static bool never_returns(const struct code *code, const struct code_insn *call)
{
	return call->import &&
	       strcmp(code->imports[call->import - 1].name, "osaas_exit") == 0;
}

static int forbid(struct reader *r, uint32_t at, const char *why)
{
	return plugin_fail(r->err, -ENOEXEC, "'%s' in %s: %s", code_mnemonic(r->decoder),
		code_place(r->code, at).text, why);
}

static int not_known(struct reader *r, uint32_t at)
{
	if (at >= r->code->size)
		return plugin_fail(r->err, -ENOEXEC,
			"code runs past the end of the text: build it again");
	const char *why = code_unknown(r->code, at);
	if (why)
		return plugin_fail(r->err, -ENOEXEC, "key change in %s: %s",
			code_place(r->code, at).text, why);
	return plugin_fail(r->err, -ENOEXEC,
		"no known instruction in %s (byte 0x%02x): compile without "
		"-march=native, up to AVX2",
		code_place(r->code, at).text, r->code->text[at]);
}

/* Behind a call it is an error only if that returns, which is not known yet. */
static int doubt(struct reader *r, uint32_t at, const struct code_insn *call)
{
	if (!call)
		return not_known(r, at);
	if (at < r->code->size && code_unknown(r->code, at))
		return not_known(r, at);
	void *array = r->doubts;
	if (!grow(&array, r->n_doubts, &r->cap_doubts, sizeof *r->doubts))
		return no_memory(r->err);
	r->doubts = array;
	r->doubts[r->n_doubts++] = (struct doubt){at, call->at};
	return 0;
}

static int add_insn(struct reader *r, const struct code_insn *insn)
{
	struct code *code = r->code;
	void *array = code->insns;
	if (!grow(&array, code->n_insns, &r->cap_insns, sizeof *code->insns))
		return no_memory(r->err);
	code->insns = array;
	code->insns[code->n_insns++] = *insn;
	code->index[insn->at] = (uint32_t)code->n_insns;
	return 0;
}

/* A place in the text whose address is made or stored: a function, or a label in one. */
static int add_address(struct reader *r, uint64_t address)
{
	const struct elf *elf = r->code->elf;
	if (address < elf->text_lo || address >= elf->text_hi)
		return 0;
	uint32_t at = (uint32_t)(address - elf->text_lo);
	const struct elf_symbol *f = code_function(r->code, at);
	int rc = push(r, &r->todo, at);
	bool label = f && f->hi && f->lo != address;
	return rc < 0 || label ? rc : push(r, &r->starts, at);
}

/* Where it leads, apart from on. */
static int follow(struct reader *r, const struct code_insn *i)
{
	int rc = 0;
	bool direct = i->target != CODE_NOWHERE && i->base != CODE_PC;
	if (i->op == CODE_ADDRESS && i->base == CODE_PC && i->target != CODE_NOWHERE)
		return add_address(r, i->target);
	if (i->flow == CODE_NEXT || i->flow == CODE_STOP || i->flow == CODE_RETURN)
		return 0;
	if (direct)
		rc = push(r, &r->todo, i->target);
	if (rc == 0 && direct && i->flow == CODE_CALL)
		rc = push(r, &r->starts, i->target);
	if (rc == 0 && !direct && i->flow == CODE_JUMP && !i->import)
		rc = push(r, &r->jumps, i->at);
	return rc;
}

static int decode_one(struct reader *r, uint32_t at, struct code_insn *insn, bool *known)
{
	const char *why = NULL;
	*insn = (struct code_insn){.at = at};
	*known = at < r->code->size && code_decode(r->decoder, r->code, insn, &why) > 0;
	if (!*known)
		return 0;
	if (why && (!r->sweeping || r->code->n_unresolved > 0))
		return forbid(r, at, why);
	insn->swept = r->sweeping;
	r->code->fp_control |= insn->control;
	bool calls = insn->flow == CODE_CALL || insn->flow == CODE_JUMP;
	if (calls && insn->base == CODE_PC)
		insn->import = code_import(r->code, insn->target);
	return add_insn(r, insn);
}

/* From there on until it leads elsewhere or to what is known already. */
static int decode_run(struct reader *r, uint32_t at)
{
	struct code_insn insn, call;
	bool after_call = false, known;
	while (at >= r->code->size || !r->code->index[at]) {
		int rc = decode_one(r, at, &insn, &known);
		if (rc == 0 && !known)
			return doubt(r, at, after_call ? &call : NULL);
		if (rc == 0)
			rc = follow(r, &insn);
		if (rc < 0)
			return rc;
		if (insn.flow == CODE_CALL) {
			call = insn;
			after_call = true;
			if (never_returns(r->code, &insn))
				return 0;
		} else if (insn.unit != CODE_IDLE) {
			after_call = false;
		}
		if (insn.flow == CODE_JUMP || insn.flow == CODE_RETURN ||
			insn.flow == CODE_STOP)
			return 0;
		at += insn.size;
	}
	return 0;
}

static int add_edges(struct reader *r, uint32_t from, const uint32_t *targets, size_t n)
{
	struct code *code = r->code;
	for (size_t i = 0; i < n; i++) {
		void *array = code->edges;
		if (!grow(&array, code->n_edges, &r->cap_edges, sizeof *code->edges))
			return no_memory(r->err);
		code->edges = array;
		code->edges[code->n_edges++] = (struct code_edge){from, targets[i]};
		int rc = push(r, &r->todo, targets[i]);
		if (rc < 0)
			return rc;
	}
	return 0;
}

#define EDGES_MAX ((size_t)1 << 20)

static int read_jump(struct reader *r, uint32_t at)
{
	uint32_t *targets;
	size_t n;
	bool found;
	struct code_insn jump = *code_at(r->code, at);
	if (code_read_table(r->code, &jump, &found, &targets, &n) < 0)
		return no_memory(r->err);
	r->code->n_unresolved += !found;
	int rc = r->code->n_edges + n > EDGES_MAX
			 ? plugin_fail(r->err, -ENOEXEC,
				   "jump tables are damaged: build it again")
			 : add_edges(r, at, targets, n);
	free(targets);
	return rc;
}

/* Tables are read when all that is known was decoded: what fills the registers may come later. */
static int decode_all(struct reader *r)
{
	while (r->todo.n > 0 || r->jumps.n > 0) {
		int rc = r->todo.n > 0 ? decode_run(r, r->todo.at[--r->todo.n])
				       : read_jump(r, r->jumps.at[--r->jumps.n]);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int add_roots(struct reader *r, uint64_t entry)
{
	struct code *code = r->code;
	const struct elf *elf = code->elf;
	struct elf_reloc reloc;
	int rc = add_address(r, entry);
	for (size_t i = 0; rc == 0 && i < code->n_functions; i++)
		rc = add_address(r, code->functions[i].lo);
	for (int t = 0; t < ELF_RELOC_TABLES; t++) {
		for (uint64_t i = 0; rc == 0 && i < elf->relocs[t].n; i++) {
			rc = elf_reloc_at(elf, &elf->relocs[t], i, &reloc, r->err);
			if (rc == 0 && !reloc.host)
				rc = add_address(r, reloc.value);
		}
	}
	return rc;
}

/*
 * Whether a return, or a jump elsewhere, can be reached from there; seen is a byte per
 * offset, of this search. Calls are taken to return, but those of osaas_exit.
 */
static int returns(struct reader *r, uint32_t from, uint8_t *seen, bool *out)
{
	struct code *code = r->code;
	struct offsets todo = {0};
	int rc = push(r, &todo, from);
	*out = false;
	while (rc == 0 && todo.n > 0 && !*out) {
		const struct code_insn *i = code_at(code, todo.at[--todo.n]);
		if (!i || seen[i->at])
			continue;
		seen[i->at] = 1;
		bool direct = i->target != CODE_NOWHERE && i->base != CODE_PC;
		bool ends = i->flow == CODE_RETURN || i->flow == CODE_STOP;
		*out = i->flow == CODE_RETURN ||
		       (i->flow == CODE_JUMP && !direct && !never_returns(code, i));
		if (direct && i->flow != CODE_CALL && i->flow != CODE_NEXT)
			rc = push(r, &todo, i->target);
		if (rc == 0 && !ends && i->flow != CODE_JUMP && !never_returns(code, i))
			rc = push(r, &todo, i->at + i->size);
	}
	free(todo.at);
	return rc;
}

#define DOUBTS_MAX 64

static int settle_doubts(struct reader *r)
{
	uint8_t *seen = r->n_doubts ? malloc(r->code->size) : NULL;
	if (r->n_doubts && !seen)
		return no_memory(r->err);
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < r->n_doubts; i++) {
		const struct code_insn *call = code_at(r->code, r->doubts[i].call);
		bool back = true;
		memset(seen, 0, r->code->size);
		if (i < DOUBTS_MAX && call->target != CODE_NOWHERE &&
			call->base != CODE_PC)
			rc = returns(r, call->target, seen, &back);
		if (rc == 0 && back)
			rc = not_known(r, r->doubts[i].at);
	}
	free(seen);
	return rc;
}

/* Zeros and traps between functions are no code. */
static bool is_padding(const struct code *code, uint32_t at)
{
	return code->text[at] == 0 || code->text[at] == 0xcc;
}

static int sweep(struct reader *r)
{
	struct code *code = r->code;
	size_t reached = code->n_insns;
	uint8_t *covered = calloc(1, code->size);
	if (!covered)
		return no_memory(r->err);
	for (size_t i = 0; i < reached; i++)
		memset(covered + code->insns[i].at, 1, code->insns[i].size);
	int rc = 0;
	r->sweeping = true;
	for (uint32_t at = 0; rc == 0 && at < code->size;) {
		struct code_insn insn;
		bool known = false;
		if (!covered[at] && !is_padding(code, at))
			rc = decode_one(r, at, &insn, &known);
		if (known && insn.unit != CODE_IDLE)
			code->swept += insn.size;
		at += known ? insn.size : 1;
	}
	free(covered);
	return rc;
}

static int compare_offsets(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

static int compare_edges(const void *a, const void *b)
{
	const struct code_edge *x = a, *y = b;
	return x->from != y->from ? (x->from < y->from ? -1 : 1)
				  : (x->to < y->to ? -1 : x->to > y->to);
}

/* By address; the index knows the order. */
static int sort_insns(struct reader *r)
{
	struct code *code = r->code;
	struct code_insn *sorted = malloc((code->n_insns + 1) * sizeof *sorted);
	if (!sorted)
		return no_memory(r->err);
	size_t n = 0;
	for (uint32_t at = 0; at < code->size; at++) {
		if (!code->index[at])
			continue;
		sorted[n++] = code->insns[code->index[at] - 1];
		code->index[at] = (uint32_t)n;
	}
	free(code->insns);
	code->insns = sorted;
	return 0;
}

static void put_in_order(struct reader *r)
{
	struct code *code = r->code;
	if (code->n_edges)
		qsort(code->edges, code->n_edges, sizeof *code->edges, compare_edges);
	if (r->starts.n)
		qsort(r->starts.at, r->starts.n, sizeof *r->starts.at, compare_offsets);
	size_t kept = 0;
	for (size_t i = 0; i < r->starts.n; i++) {
		if (kept == 0 || r->starts.at[kept - 1] != r->starts.at[i])
			r->starts.at[kept++] = r->starts.at[i];
	}
	code->starts = r->starts.at;
	code->n_starts = kept;
	r->starts.at = NULL;
}

static int prepare(struct reader *r)
{
	struct code *code = r->code;
	const struct elf *elf = code->elf;
	uint64_t size = elf->text_hi - elf->text_lo;
	if (size > CODE_MAX_TEXT)
		return plugin_fail(r->err, -ENOEXEC,
			"has more than %zu MiB of code: put constant data into .rodata, "
			"or make two plugins of it",
			CODE_MAX_TEXT >> 20);
	code->text = elf_at(elf, elf->text_lo, size);
	code->size = (uint32_t)size;
	code->index = calloc(size + 1, sizeof *code->index);
	int created = code_decoder_create(&r->decoder);
	if (created == -ENOENT)
		return plugin_fail(r->err, created,
			"cannot be checked, and what is not checked is not run: a "
			"library "
			"for it is missing, see the log");
	if (!code->index || created < 0 ||
		elf_symbols(elf, ELF_FUNCTIONS, &code->functions, &code->n_functions) < 0)
		return no_memory(r->err);
	return read_imports(code, r->err);
}

int code_read(
	struct code *out, const struct elf *elf, uint64_t entry, struct plugin_error *err)
{
	*out = (struct code){.elf = elf};
	struct reader r = {.code = out, .err = err};
	int rc = prepare(&r);
	if (rc == 0)
		rc = add_roots(&r, entry);
	if (rc == 0)
		rc = decode_all(&r);
	if (rc == 0)
		rc = settle_doubts(&r);
	if (rc == 0)
		rc = sweep(&r);
	if (rc == 0)
		rc = sort_insns(&r);
	if (rc == 0)
		put_in_order(&r);
	code_decoder_destroy(r.decoder);
	free(r.todo.at);
	free(r.starts.at);
	free(r.jumps.at);
	free(r.doubts);
	return rc;
}

void code_free(struct code *code)
{
	free(code->functions);
	free(code->imports);
	free(code->insns);
	free(code->index);
	free(code->starts);
	free(code->edges);
	*code = (struct code){0};
}
