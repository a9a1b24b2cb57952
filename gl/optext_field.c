/* What a field of an op is in words, by enum optext_field. */
#include "gl/optext_asm.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/optext.h"
#include "gl/optext_private.h"

static bool read_decimal(const struct token *t, float *f)
{
	char text[64], *end;
	if (t->n >= sizeof text)
		return false;
	memcpy(text, t->s, t->n);
	text[t->n] = '\0';
	if (strspn(text, "+-.0123456789eE") != t->n)
		return false;
	*f = strtof(text, &end);
	return end == text + t->n && t->n > 0 && *f - *f == 0;
}

static bool read_f32(const struct token *t, uint32_t *bits)
{
	float f;
	if (t->kind != TOKEN_WORD)
		return false;
	*bits = token_is(t, "nan")   ? 0x7fc00000u
		: token_is(t, "inf") ? 0x7f800000u
				     : 0xff800000u;
	if (token_is(t, "nan") || token_is(t, "inf") || token_is(t, "-inf"))
		return true;
	if (token_has_prefix(t, "nan:"))
		return asm_hex(t->s + 4, t->n - 4, 8, bits) &&
		       (*bits & 0x7fffffffu) > 0x7f800000u;
	if (!read_decimal(t, &f))
		return false;
	memcpy(bits, &f, sizeof f);
	return true;
}

static int f32s(struct assembler *a, size_t n)
{
	int rc = 0;
	for (; n > 0 && !rc; n--) {
		uint32_t bits;
		struct token t = asm_next(a);
		rc = read_f32(&t, &bits) ? asm_put_u32(a, bits)
					 : asm_wrong(a, &t, "a number");
	}
	return rc;
}

static int u32(struct assembler *a)
{
	uint64_t v;
	struct token t = asm_next(a);
	if (!token_whole(&t, UINT32_MAX, &v))
		return asm_wrong(a, &t, "a whole number below 4294967296");
	a->last[1] = a->last[0];
	a->last[0] = (uint32_t)v;
	return asm_put_u32(a, (uint32_t)v);
}

static int u64(struct assembler *a)
{
	uint64_t v;
	struct token t = asm_next(a);
	if (!token_whole(&t, UINT64_MAX, &v))
		return asm_wrong(a, &t, "a whole number below 2^64");
	int rc = asm_put_u32(a, (uint32_t)v);
	return rc ? rc : asm_put_u32(a, (uint32_t)(v >> 32));
}

static int color(struct assembler *a)
{
	uint32_t rgba;
	struct token t = asm_next_color(a);
	if (t.kind != TOKEN_WORD || t.n != 9 || *t.s != '#' ||
		!asm_hex(t.s + 1, 8, 8, &rgba))
		return asm_wrong(a, &t, "a colour as #rrggbbaa");
	return asm_put_u32(a, __builtin_bswap32(rgba));
}

static int flag(struct assembler *a)
{
	struct token t = asm_next(a);
	if (!token_is(&t, "0") && !token_is(&t, "1"))
		return asm_wrong(a, &t, "0 or 1");
	return asm_put_u32(a, token_is(&t, "1"));
}

static bool find_name(struct optext_names names, const struct token *t, uint32_t *v)
{
	for (*v = 0; *v < names.n; ++*v)
		if (token_is(t, names.names[*v]))
			return true;
	return false;
}

static int no_name(struct assembler *a, const struct token *t, const char *before,
	struct optext_names names)
{
	char list[200];
	snprintf(list, sizeof list, "%s ", before);
	for (uint32_t i = 0; i < names.n; i++) {
		size_t n = strlen(list), more = strlen(names.names[i]);
		if (n + more + 8 < sizeof list)
			sprintf(list + n, "%s%s", i ? ", " : "", names.names[i]);
		else if (list[n - 1] != '.')
			strcpy(list + n, " ...");
	}
	return asm_wrong(a, t, list);
}

static int name_value(struct assembler *a, struct optext_names names, uint32_t *v)
{
	struct token t = asm_next(a);
	return find_name(names, &t, v) ? 0 : no_name(a, &t, "one of", names);
}

/* Names with commas between, or none. */
static int bits(struct assembler *a, struct optext_names names)
{
	struct token all = asm_next(a);
	const char *end = all.s + all.n;
	uint32_t v = 0, bit;
	if (all.kind != TOKEN_WORD)
		return no_name(a, &all, "'none' or some of", names);
	for (struct token t = all; !token_is(&all, "none") && t.s <= end;
		t.s += t.n + 1) {
		const char *comma = memchr(t.s, ',', (size_t)(end - t.s));
		t.n = (size_t)((comma ? comma : end) - t.s);
		if (!find_name(names, &t, &bit))
			return no_name(a, &t, "'none' or some of", names);
		v |= 1u << bit;
	}
	return asm_put_u32(a, v);
}

static int name(struct assembler *a, char kind)
{
	uint32_t v;
	int rc = name_value(a, optext_names(kind), &v);
	return rc ? rc : asm_put_u32(a, v);
}

static int join_cap(struct assembler *a)
{
	uint32_t join, cap;
	int rc = name_value(a, optext_joins(), &join);
	if (!rc)
		rc = name_value(a, optext_caps(), &cap);
	return rc ? rc : asm_put_u32(a, join | cap << 8);
}

static int one_flag(struct assembler *a, const struct optext_flag *f)
{
	char expected[32];
	struct token t = asm_peek(a);
	snprintf(expected, sizeof expected, "'%s' or nothing", f->name);
	if (t.kind == TOKEN_WORD && !token_is(&t, f->name))
		return asm_wrong(a, &t, expected);
	if (t.kind == TOKEN_WORD)
		asm_next(a);
	return asm_put_u32(a, t.kind == TOKEN_WORD ? f->value : 0);
}

/* As many as there are words; their number goes before. */
static int counted(struct assembler *a, int (*one)(struct assembler *a))
{
	size_t at = a->size;
	uint32_t n = 0;
	int rc = asm_put_u32(a, 0);
	for (; !rc && asm_peek(a).kind == TOKEN_WORD; n++)
		rc = one(a);
	if (!rc)
		asm_set_u32(a, at, n);
	return rc;
}

static int dash(struct assembler *a)
{
	return f32s(a, 1);
}

static int stop(struct assembler *a)
{
	int rc = f32s(a, 1);
	return rc ? rc : color(a);
}

/* The character that a backslash announces; the assembler stands behind it. */
static int escaped(struct assembler *a, char *c)
{
	uint32_t byte;
	const char *at = a->at - 1;
	*c = a->at < a->end ? *a->at++ : '\0';
	if (*c == '"' || *c == '\\')
		return 0;
	if (*c == 'n') {
		*c = '\n';
		return 0;
	}
	if (*c != 'x' || a->end - a->at < 2 || !asm_hex(a->at, 2, 2, &byte))
		return asm_refuse(a, at, -EINVAL,
			"expected one of \\\" \\\\ \\n and \\xNN after the backslash");
	*c = (char)byte;
	a->at += 2;
	return 0;
}

static int string(struct assembler *a)
{
	struct token t = asm_next(a);
	if (t.kind != TOKEN_STRING)
		return asm_wrong(a, &t, "a string in double quotes");
	size_t at = a->size;
	int rc = asm_put_u32(a, 0);
	while (!rc && a->at < a->end && *a->at != '"' && *a->at != '\n') {
		char c = *a->at++;
		if (c == '\\')
			rc = escaped(a, &c);
		if (!rc)
			rc = asm_put(a, &c, 1);
	}
	if (rc)
		return rc;
	if (a->at == a->end || *a->at != '"')
		return asm_refuse(a, t.s - 1, -EINVAL,
			"the string is not closed in its line: expected \", \\n for a "
			"new line");
	a->at++;
	asm_set_u32(a, at, (uint32_t)(a->size - at - 4));
	return asm_put_padding(a);
}

/* blocks */

int asm_end_line(struct assembler *a)
{
	struct token t = asm_peek(a);
	if (t.kind == TOKEN_LINE)
		asm_pass_line(a);
	else if (t.kind != TOKEN_CLOSE && t.kind != TOKEN_END)
		return asm_wrong(a, &t, "the end of the line");
	return 0;
}

/* In braces, one after the other. */
static int block(struct assembler *a, int (*one)(struct assembler *a, struct token *t))
{
	struct token t = asm_next(a);
	size_t line = a->line;
	int rc = t.kind == TOKEN_OPEN ? 0 : asm_wrong(a, &t, "'{'");
	while (!rc) {
		t = asm_peek(a);
		if (t.kind == TOKEN_LINE) {
			asm_pass_line(a);
			continue;
		}
		asm_next(a);
		if (t.kind == TOKEN_CLOSE)
			break;
		if (t.kind == TOKEN_END)
			return asm_refuse(a, t.s, -EINVAL,
				"expected '}': the '{' of line %zu is never closed",
				line);
		rc = one(a, &t);
	}
	return rc;
}

static int verb(struct assembler *a, struct token *t)
{
	for (uint32_t v = 1; v < OPTEXT_VERBS; v++) {
		const struct optext_verb *verb = &optext_verbs[v];
		if (!token_is(t, verb->name))
			continue;
		char usage[32];
		snprintf(usage, sizeof usage, "%s %s", verb->name, verb->usage);
		a->usage = usage;
		int rc = asm_put_u32(a, v);
		if (!rc)
			rc = f32s(a, verb->numbers);
		if (!rc)
			rc = asm_end_line(a);
		a->usage = a->op->usage;
		return rc;
	}
	return asm_wrong(a, t, "one of move, line, quad, cubic, close and gap");
}

static int glyph(struct assembler *a, struct token *t)
{
	a->usage = OPTEXT_GLYPH_USAGE;
	if (t->kind != TOKEN_WORD)
		return asm_wrong(a, t, "the number of a glyph");
	a->at = t->s;
	int rc = u32(a);
	if (!rc)
		rc = f32s(a, 2);
	if (!rc)
		rc = asm_end_line(a);
	a->usage = a->op->usage;
	return rc;
}

/* Bytes in hex: blanks and new lines are free between two of them. */
static int hex(struct assembler *a, struct token *t)
{
	int rc = 0;
	if (t->kind != TOKEN_WORD)
		return asm_wrong(a, t, "hexadecimal digits");
	for (size_t i = 0; i < t->n && !rc; i += 2) {
		uint32_t v;
		if (t->n - i < 2 || !asm_hex(t->s + i, 2, 2, &v))
			return asm_wrong(a, t, "two hexadecimal digits a byte");
		rc = asm_put(a, &(uint8_t){(uint8_t)v}, 1);
	}
	return rc;
}

static int pixels(struct assembler *a)
{
	uint64_t n = (uint64_t)a->last[0] * a->last[1];
	size_t at = a->size;
	const char *start = a->at;
	int rc = block(a, hex);
	if (!rc && (a->size - at) % 4 == 0 && (a->size - at) / 4 == n)
		return 0;
	return rc ? rc
		  : asm_refuse(a, start < a->line_start ? a->at - 1 : start, -EINVAL,
			    "expected %" PRIu64 " pixels for %" PRIu32 "x%" PRIu32
			    " of 8 digits each, not %zu bytes",
			    n, a->last[1], a->last[0], a->size - at);
}

static int file_bytes(struct assembler *a)
{
	size_t at = a->size;
	int rc = asm_put_u32(a, 0);
	if (!rc)
		rc = block(a, hex);
	if (rc)
		return rc;
	asm_set_u32(a, at, (uint32_t)(a->size - at - 4));
	return asm_put_padding(a);
}

static int records(struct assembler *a)
{
	struct token t = asm_peek(a);
	if (a->depth == OPTEXT_MAX_DEPTH)
		return asm_refuse(a, t.s, -E2BIG,
			"more than %u blocks within each other: write the inner as raw",
			OPTEXT_MAX_DEPTH);
	a->depth++;
	int rc = block(a, asm_record);
	a->depth--;
	return rc;
}

int asm_field(struct assembler *a, char kind)
{
	switch (kind) {
	case FIELD_F32:
		return f32s(a, 1);
	case FIELD_U32:
		return u32(a);
	case FIELD_U64:
		return u64(a);
	case FIELD_COLOR:
		return color(a);
	case FIELD_ZERO:
		return asm_put_u32(a, 0);
	case FIELD_BOOL:
		return flag(a);
	case FIELD_JOIN_CAP:
		return join_cap(a);
	case FIELD_INVERTED:
	case FIELD_FOCUSED:
		return one_flag(a, optext_flag(kind));
	case FIELD_LISTEN:
	case FIELD_MODIFIERS:
		return bits(a, optext_bits(kind));
	case FIELD_DASHES:
		return counted(a, dash);
	case FIELD_STOPS:
		return counted(a, stop);
	case FIELD_STRING:
		return string(a);
	case FIELD_VERBS:
		return block(a, verb);
	case FIELD_GLYPHS:
		return block(a, glyph);
	case FIELD_RECORDS:
		return records(a);
	case FIELD_PIXELS:
		return pixels(a);
	case FIELD_BYTES:
		return file_bytes(a);
	}
	return name(a, kind);
}
