#include "gl/optext_asm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/optext.h"
#include "gl/optext_private.h"
#include "util/opwire.h"

/* The name's second word; NULL: it has one word, or is not of the first. */
static const char *second_word(const char *name, const struct token *first)
{
	return name && strlen(name) > first->n && name[first->n] == ' ' &&
			       memcmp(name, first->s, first->n) == 0
		       ? name + first->n + 1
		       : NULL;
}

static int unknown_op(struct assembler *a, struct token *first)
{
	char list[160] = "", expected[240];
	for (size_t i = 0; i < 256; i++) {
		const char *second = second_word(optext_ops[i].name, first);
		size_t n = strlen(list);
		if (second && n + strlen(second) + 3 < sizeof list)
			sprintf(list + n, "%s%s", n ? ", " : "", second);
	}
	if (!list[0])
		return asm_wrong(a, first, "an op, as osaas-ops(1) lists them");
	snprintf(expected, sizeof expected, "one of %s after '%.*s'", list, (int)first->n,
		first->s);
	struct token second = asm_next(a);
	return asm_wrong(a, &second, expected);
}

/* The op of the longest name that stands there; the assembler stands behind it. */
static int find_op(struct assembler *a, struct token *first, size_t *code)
{
	struct token second = asm_peek(a);
	size_t found = 256;
	if (first->kind == TOKEN_CLOSE)
		return asm_wrong(a, first, "an op: there is no '{' that this closes");
	if (first->kind != TOKEN_WORD)
		return asm_wrong(a, first, "an op");
	for (size_t i = 0; i < 256; i++) {
		const char *name = optext_ops[i].name;
		if (!name || name[0] != *first->s)
			continue;
		const char *word = second_word(name, first);
		if (word && token_is(&second, word)) {
			asm_next(a);
			*code = i;
			return 0;
		}
		if (token_is(first, name))
			found = i;
	}
	*code = found;
	return found < 256 ? 0 : unknown_op(a, first);
}

static int words(struct assembler *a, struct token *first, size_t *code)
{
	int rc = find_op(a, first, code);
	if (rc)
		return rc;
	a->op = &optext_ops[*code];
	a->usage = a->op->usage;
	for (const char *f = a->op->fields; *f && !rc; f++) {
		const struct optext_op *op = a->op;
		rc = asm_field(a, *f);
		if (!rc) {
			a->op = op;
			a->usage = op->usage;
		}
	}
	return rc;
}

static bool read_word(const struct token *t, size_t most, uint32_t *v)
{
	bool prefix = token_has_prefix(t, "0x");
	return t->kind == TOKEN_WORD &&
	       asm_hex(t->s + (prefix ? 2 : 0), t->n - (prefix ? 2 : 0), most, v);
}

static int raw(struct assembler *a, size_t *code)
{
	static const struct optext_op op = {"raw", "", "0xOPCODE WORD ..."};
	uint32_t v;
	struct token t = asm_next(a);
	a->op = &op;
	a->usage = op.usage;
	if (!read_word(&t, 2, &v))
		return asm_wrong(a, &t, "an opcode of two hexadecimal digits");
	*code = v;
	int rc = 0;
	while (!rc && asm_peek(a).kind == TOKEN_WORD) {
		t = asm_next(a);
		rc = read_word(&t, 8, &v)
			     ? asm_put_u32(a, v)
			     : asm_wrong(a, &t, "a word of eight hexadecimal digits");
	}
	return rc;
}

int asm_record(struct assembler *a, struct token *t)
{
	size_t at = a->size, code = 0;
	if (at <= a->wanted)
		a->found_line = a->line;
	a->op = NULL;
	int rc = asm_put_u32(a, 0);
	if (!rc)
		rc = token_is(t, "raw") ? raw(a, &code) : words(a, t, &code);
	if (!rc)
		rc = asm_end_line(a);
	if (!rc)
		asm_set_u32(
			a, at, (uint32_t)code | (uint32_t)((a->size - at) / 4 - 1) << 8);
	a->op = NULL;
	return rc;
}

/* the whole */

static int first_line(struct assembler *a)
{
	static const char expected[] = "'osaas ops 1.2' as the first line";
	uint64_t minor = 0;
	while (asm_peek(a).kind == TOKEN_LINE)
		asm_pass_line(a);
	struct token osaas = asm_next(a), ops = osaas, version = osaas;
	if (token_is(&osaas, "osaas"))
		version = ops = asm_next(a);
	if (token_is(&ops, "ops"))
		version = asm_next(a);
	if (!token_is(&ops, "ops") || !token_has_prefix(&version, "1."))
		return asm_wrong(a, &version, expected);
	struct token digits = {TOKEN_WORD, version.s + 2, version.n - 2};
	if (!token_whole(&digits, UINT16_MAX, &minor))
		return asm_wrong(a, &version, expected);
	int rc = asm_put_u32(a, OPWIRE_MAGIC);
	if (!rc)
		rc = asm_put_u32(a, OPWIRE_MAJOR | (uint32_t)minor << 16);
	if (!rc)
		rc = asm_put_u32(a, 0);
	if (!rc)
		rc = asm_put_u32(a, 0);
	return rc ? rc : asm_end_line(a);
}

static int whole(struct assembler *a)
{
	int rc = first_line(a);
	while (!rc) {
		struct token t = asm_peek(a);
		if (t.kind == TOKEN_END)
			break;
		if (t.kind == TOKEN_LINE) {
			asm_pass_line(a);
			continue;
		}
		asm_next(a);
		rc = asm_record(a, &t);
	}
	return rc;
}

static struct assembler begin(const char *text, size_t size, struct optext_error *err)
{
	return (struct assembler){
		.end = text + size,
		.at = text,
		.line = 1,
		.line_start = text,
		.err = err,
	};
}

int optext_assemble(const char *text, size_t size, uint8_t **stream, size_t *stream_size,
	struct optext_error *err)
{
	struct assembler a = begin(text, size, err);
	int rc = whole(&a);
	if (rc) {
		free(a.out);
		return rc;
	}
	asm_set_u32(&a, 8, (uint32_t)a.size);
	*stream = a.out;
	*stream_size = a.size;
	return 0;
}

size_t optext_line(const char *text, size_t size, size_t offset)
{
	struct optext_error err;
	struct assembler a = begin(text, size, &err);
	a.wanted = offset;
	int rc = whole(&a);
	free(a.out);
	return rc ? 0 : a.found_line;
}
