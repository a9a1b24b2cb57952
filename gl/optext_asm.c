#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "gl/optext.h"
#include "gl/optext_private.h"
#include "util/opwire.h"

enum token_kind {
	TOKEN_WORD,
	TOKEN_STRING, /* s is what follows the quote */
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_LINE, /* the line ends */
	TOKEN_END,  /* so does the text */
};

struct token {
	enum token_kind kind;
	const char *s;
	size_t n;
};

struct assembler {
	const char *at, *end;
	size_t line;
	const char *line_start;
	const struct optext_op *op; /* under way; NULL: none */
	const char *usage;          /* of it, or of the verb or glyph in it */
	unsigned depth;             /* of records */
	uint32_t last[2];           /* u32 read last, and the one before */
	uint8_t *out;               /* the stream so far */
	size_t size, room;
	size_t wanted, found_line; /* of optext_line */
	struct optext_error *err;
};

/* errors */

__attribute__((format(printf, 4, 5))) static int refuse(
	struct assembler *a, const char *at, int rc, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(a->err->text, sizeof a->err->text, fmt, ap);
	va_end(ap);
	a->err->line = a->line;
	a->err->column = (size_t)(at - a->line_start) + 1;
	return rc;
}

/* What stands there, for people. */
static void describe(const struct token *t, char out[48])
{
	static const char *const kinds[] = {
		[TOKEN_STRING] = "a string",
		[TOKEN_OPEN] = "'{'",
		[TOKEN_CLOSE] = "'}'",
		[TOKEN_LINE] = "the end of the line",
		[TOKEN_END] = "the end of the text",
	};
	if (t->kind != TOKEN_WORD)
		snprintf(out, 48, "%s", kinds[t->kind]);
	else
		snprintf(out, 48, "'%.*s'%s", (int)(t->n < 32 ? t->n : 32), t->s,
			t->n < 32 ? "" : "...");
}

static int wrong(struct assembler *a, const struct token *t, const char *expected)
{
	char there[48];
	describe(t, there);
	if (!a->op)
		return refuse(a, t->s, -EINVAL, "expected %s, not %s", expected, there);
	return refuse(a, t->s, -EINVAL, "expected %s, not %s; write: %s%s%s", expected,
		there, a->usage == a->op->usage ? a->op->name : "",
		a->usage == a->op->usage && *a->usage ? " " : "", a->usage);
}

/* tokens */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void skip_blanks(struct assembler *a)
{
	while (a->at < a->end && is_blank(*a->at))
		a->at++;
}

static bool is_word(char c)
{
	return !is_blank(c) && c != '\n' && c != '{' && c != '}' && c != '"';
}

/* One that a '#' does not begin: that is a comment, up to the end of the line. */
static struct token next(struct assembler *a)
{
	skip_blanks(a);
	if (a->at < a->end && *a->at == '#')
		while (a->at < a->end && *a->at != '\n')
			a->at++;
	struct token t = {.kind = TOKEN_END, .s = a->at};
	if (a->at == a->end)
		return t;
	switch (*a->at) {
	case '\n':
		t.kind = TOKEN_LINE;
		a->at++;
		return t;
	case '{':
		t.kind = TOKEN_OPEN;
		a->at++;
		return t;
	case '}':
		t.kind = TOKEN_CLOSE;
		a->at++;
		return t;
	case '"':
		t.kind = TOKEN_STRING;
		t.s = ++a->at;
		return t;
	}
	t.kind = TOKEN_WORD;
	while (a->at < a->end && is_word(*a->at))
		a->at++;
	t.n = (size_t)(a->at - t.s);
	return t;
}

static struct token peek(struct assembler *a)
{
	const char *at = a->at;
	struct token t = next(a);
	a->at = at;
	return t;
}

static void pass_line(struct assembler *a)
{
	next(a);
	a->line++;
	a->line_start = a->at;
}

static bool is(const struct token *t, const char *word)
{
	return t->kind == TOKEN_WORD && strlen(word) == t->n &&
	       memcmp(word, t->s, t->n) == 0;
}

/* bytes */

static int put(struct assembler *a, const void *bytes, size_t n)
{
	if (n > OPWIRE_MAX_STREAM - a->size)
		return refuse(a, a->at, -E2BIG,
			"the stream would be longer than %u bytes", OPWIRE_MAX_STREAM);
	if (a->size + n > a->room) {
		size_t room = (a->size + n) * 2;
		uint8_t *out = realloc(a->out, room);
		if (!out)
			return refuse(a, a->at, -ENOMEM, "out of memory");
		a->out = out;
		a->room = room;
	}
	if (n > 0)
		memcpy(a->out + a->size, bytes, n);
	a->size += n;
	return 0;
}

static void set_u32(struct assembler *a, size_t at, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		a->out[at + (size_t)i] = (uint8_t)(v >> (8 * i));
}

static int put_u32(struct assembler *a, uint32_t v)
{
	int rc = put(a, "\0\0\0", 4);
	if (!rc)
		set_u32(a, a->size - 4, v);
	return rc;
}

static int put_padding(struct assembler *a)
{
	return put(a, "\0\0", (4 - a->size % 4) % 4);
}

/* words */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* 1 to most hexadecimal digits, nothing else. */
static bool read_hex(const char *s, size_t n, size_t most, uint32_t *out)
{
	*out = 0;
	for (size_t i = 0; i < n; i++) {
		int digit = hex_digit(s[i]);
		if (digit < 0)
			return false;
		*out = *out << 4 | (uint32_t)digit;
	}
	return n > 0 && n <= most;
}

static bool has_prefix(const struct token *t, const char *prefix)
{
	size_t n = strlen(prefix);
	return t->kind == TOKEN_WORD && t->n > n && memcmp(t->s, prefix, n) == 0;
}

static bool read_whole(const struct token *t, uint64_t most, uint64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < t->n; i++) {
		unsigned digit = (unsigned)(t->s[i] - '0');
		if (digit > 9 || *out > (most - digit) / 10)
			return false;
		*out = *out * 10 + digit;
	}
	return t->kind == TOKEN_WORD && t->n > 0;
}

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
	*bits = is(t, "nan") ? 0x7fc00000u : is(t, "inf") ? 0x7f800000u : 0xff800000u;
	if (is(t, "nan") || is(t, "inf") || is(t, "-inf"))
		return true;
	if (has_prefix(t, "nan:"))
		return read_hex(t->s + 4, t->n - 4, 8, bits) &&
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
		struct token t = next(a);
		rc = read_f32(&t, &bits) ? put_u32(a, bits) : wrong(a, &t, "a number");
	}
	return rc;
}

static int u32(struct assembler *a)
{
	uint64_t v;
	struct token t = next(a);
	if (!read_whole(&t, UINT32_MAX, &v))
		return wrong(a, &t, "a whole number below 4294967296");
	a->last[1] = a->last[0];
	a->last[0] = (uint32_t)v;
	return put_u32(a, (uint32_t)v);
}

static int u64(struct assembler *a)
{
	uint64_t v;
	struct token t = next(a);
	if (!read_whole(&t, UINT64_MAX, &v))
		return wrong(a, &t, "a whole number below 2^64");
	int rc = put_u32(a, (uint32_t)v);
	return rc ? rc : put_u32(a, (uint32_t)(v >> 32));
}

static int color(struct assembler *a)
{
	uint32_t rgba;
	skip_blanks(a);
	struct token t = {TOKEN_WORD, a->at, 0};
	if (a->at == a->end || *a->at != '#') {
		t = next(a);
		return wrong(a, &t, "a colour as #rrggbbaa");
	}
	while (a->at < a->end && is_word(*a->at))
		a->at++;
	t.n = (size_t)(a->at - t.s);
	if (t.n != 9 || !read_hex(t.s + 1, 8, 8, &rgba))
		return wrong(a, &t, "a colour as #rrggbbaa");
	return put_u32(a, __builtin_bswap32(rgba));
}

static int flag(struct assembler *a)
{
	struct token t = next(a);
	if (!is(&t, "0") && !is(&t, "1"))
		return wrong(a, &t, "0 or 1");
	return put_u32(a, is(&t, "1"));
}

static bool find_name(struct optext_names names, const struct token *t, uint32_t *v)
{
	for (*v = 0; *v < names.n; ++*v)
		if (is(t, names.names[*v]))
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
	return wrong(a, t, list);
}

static int name_value(struct assembler *a, struct optext_names names, uint32_t *v)
{
	struct token t = next(a);
	return find_name(names, &t, v) ? 0 : no_name(a, &t, "one of", names);
}

/* Names with commas between, or none. */
static int bits(struct assembler *a, struct optext_names names)
{
	struct token all = next(a);
	const char *end = all.s + all.n;
	uint32_t v = 0, bit;
	if (all.kind != TOKEN_WORD)
		return no_name(a, &all, "'none' or some of", names);
	for (struct token t = all; !is(&all, "none") && t.s <= end; t.s += t.n + 1) {
		const char *comma = memchr(t.s, ',', (size_t)(end - t.s));
		t.n = (size_t)((comma ? comma : end) - t.s);
		if (!find_name(names, &t, &bit))
			return no_name(a, &t, "'none' or some of", names);
		v |= 1u << bit;
	}
	return put_u32(a, v);
}

static int name(struct assembler *a, char kind)
{
	uint32_t v;
	int rc = name_value(a, optext_names(kind), &v);
	return rc ? rc : put_u32(a, v);
}

static int join_cap(struct assembler *a)
{
	uint32_t join, cap;
	int rc = name_value(a, optext_joins(), &join);
	if (!rc)
		rc = name_value(a, optext_caps(), &cap);
	return rc ? rc : put_u32(a, join | cap << 8);
}

static int one_flag(struct assembler *a, const struct optext_flag *f)
{
	char expected[32];
	struct token t = peek(a);
	snprintf(expected, sizeof expected, "'%s' or nothing", f->name);
	if (t.kind == TOKEN_WORD && !is(&t, f->name))
		return wrong(a, &t, expected);
	if (t.kind == TOKEN_WORD)
		next(a);
	return put_u32(a, t.kind == TOKEN_WORD ? f->value : 0);
}

/* As many as there are words; their number goes before. */
static int counted(struct assembler *a, int (*one)(struct assembler *a))
{
	size_t at = a->size;
	uint32_t n = 0;
	int rc = put_u32(a, 0);
	for (; !rc && peek(a).kind == TOKEN_WORD; n++)
		rc = one(a);
	if (!rc)
		set_u32(a, at, n);
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
	if (*c != 'x' || a->end - a->at < 2 || !read_hex(a->at, 2, 2, &byte))
		return refuse(a, at, -EINVAL,
			"expected one of \\\" \\\\ \\n and \\xNN after the backslash");
	*c = (char)byte;
	a->at += 2;
	return 0;
}

static int string(struct assembler *a)
{
	struct token t = next(a);
	if (t.kind != TOKEN_STRING)
		return wrong(a, &t, "a string in double quotes");
	size_t at = a->size;
	int rc = put_u32(a, 0);
	while (!rc && a->at < a->end && *a->at != '"' && *a->at != '\n') {
		char c = *a->at++;
		if (c == '\\')
			rc = escaped(a, &c);
		if (!rc)
			rc = put(a, &c, 1);
	}
	if (rc)
		return rc;
	if (a->at == a->end || *a->at != '"')
		return refuse(a, t.s - 1, -EINVAL,
			"the string is not closed in its line: expected \", \\n for a "
			"new line");
	a->at++;
	set_u32(a, at, (uint32_t)(a->size - at - 4));
	return put_padding(a);
}

/* blocks */

/* An op, verb or glyph ends with its line, or at the '}' around it. */
static int end_line(struct assembler *a)
{
	struct token t = peek(a);
	if (t.kind == TOKEN_LINE)
		pass_line(a);
	else if (t.kind != TOKEN_CLOSE && t.kind != TOKEN_END)
		return wrong(a, &t, "the end of the line");
	return 0;
}

/* In braces, one after the other. */
static int block(struct assembler *a, int (*one)(struct assembler *a, struct token *t))
{
	struct token t = next(a);
	size_t line = a->line;
	int rc = t.kind == TOKEN_OPEN ? 0 : wrong(a, &t, "'{'");
	while (!rc) {
		t = peek(a);
		if (t.kind == TOKEN_LINE) {
			pass_line(a);
			continue;
		}
		next(a);
		if (t.kind == TOKEN_CLOSE)
			break;
		if (t.kind == TOKEN_END)
			return refuse(a, t.s, -EINVAL,
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
		if (!is(t, verb->name))
			continue;
		char usage[32];
		snprintf(usage, sizeof usage, "%s %s", verb->name, verb->usage);
		a->usage = usage;
		int rc = put_u32(a, v);
		if (!rc)
			rc = f32s(a, verb->numbers);
		if (!rc)
			rc = end_line(a);
		a->usage = a->op->usage;
		return rc;
	}
	return wrong(a, t, "one of move, line, quad, cubic, close and gap");
}

static int glyph(struct assembler *a, struct token *t)
{
	a->usage = OPTEXT_GLYPH_USAGE;
	if (t->kind != TOKEN_WORD)
		return wrong(a, t, "the number of a glyph");
	a->at = t->s;
	int rc = u32(a);
	if (!rc)
		rc = f32s(a, 2);
	if (!rc)
		rc = end_line(a);
	a->usage = a->op->usage;
	return rc;
}

/* Bytes in hex: blanks and new lines are free between two of them. */
static int hex(struct assembler *a, struct token *t)
{
	int rc = 0;
	if (t->kind != TOKEN_WORD)
		return wrong(a, t, "hexadecimal digits");
	for (size_t i = 0; i < t->n && !rc; i += 2) {
		uint32_t v;
		if (t->n - i < 2 || !read_hex(t->s + i, 2, 2, &v))
			return wrong(a, t, "two hexadecimal digits a byte");
		rc = put(a, &(uint8_t){(uint8_t)v}, 1);
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
		  : refuse(a, start < a->line_start ? a->at - 1 : start, -EINVAL,
			    "expected %" PRIu64 " pixels for %" PRIu32 "x%" PRIu32
			    " of 8 digits each, not %zu bytes",
			    n, a->last[1], a->last[0], a->size - at);
}

static int file_bytes(struct assembler *a)
{
	size_t at = a->size;
	int rc = put_u32(a, 0);
	if (!rc)
		rc = block(a, hex);
	if (rc)
		return rc;
	set_u32(a, at, (uint32_t)(a->size - at - 4));
	return put_padding(a);
}

static int record(struct assembler *a, struct token *t);

static int records(struct assembler *a)
{
	struct token t = peek(a);
	if (a->depth == OPTEXT_MAX_DEPTH)
		return refuse(a, t.s, -E2BIG,
			"more than %u blocks within each other: write the inner as raw",
			OPTEXT_MAX_DEPTH);
	a->depth++;
	int rc = block(a, record);
	a->depth--;
	return rc;
}

/* ops */

static int field(struct assembler *a, char kind)
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
		return put_u32(a, 0);
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
		return wrong(a, first, "an op, as osaas-ops(1) lists them");
	snprintf(expected, sizeof expected, "one of %s after '%.*s'", list, (int)first->n,
		first->s);
	struct token second = next(a);
	return wrong(a, &second, expected);
}

/* The op of the longest name that stands there; the assembler stands behind it. */
static int find_op(struct assembler *a, struct token *first, size_t *code)
{
	struct token second = peek(a);
	size_t found = 256;
	if (first->kind == TOKEN_CLOSE)
		return wrong(a, first, "an op: there is no '{' that this closes");
	if (first->kind != TOKEN_WORD)
		return wrong(a, first, "an op");
	for (size_t i = 0; i < 256; i++) {
		const char *name = optext_ops[i].name;
		if (!name || name[0] != *first->s)
			continue;
		const char *word = second_word(name, first);
		if (word && is(&second, word)) {
			next(a);
			*code = i;
			return 0;
		}
		if (is(first, name))
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
		rc = field(a, *f);
		if (!rc) {
			a->op = op;
			a->usage = op->usage;
		}
	}
	return rc;
}

static bool read_word(const struct token *t, size_t most, uint32_t *v)
{
	bool prefix = has_prefix(t, "0x");
	return t->kind == TOKEN_WORD &&
	       read_hex(t->s + (prefix ? 2 : 0), t->n - (prefix ? 2 : 0), most, v);
}

static int raw(struct assembler *a, size_t *code)
{
	static const struct optext_op op = {"raw", "", "0xOPCODE WORD ..."};
	uint32_t v;
	struct token t = next(a);
	a->op = &op;
	a->usage = op.usage;
	if (!read_word(&t, 2, &v))
		return wrong(a, &t, "an opcode of two hexadecimal digits");
	*code = v;
	int rc = 0;
	while (!rc && peek(a).kind == TOKEN_WORD) {
		t = next(a);
		rc = read_word(&t, 8, &v)
			     ? put_u32(a, v)
			     : wrong(a, &t, "a word of eight hexadecimal digits");
	}
	return rc;
}

static int record(struct assembler *a, struct token *t)
{
	size_t at = a->size, code = 0;
	if (at <= a->wanted)
		a->found_line = a->line;
	a->op = NULL;
	int rc = put_u32(a, 0);
	if (!rc)
		rc = is(t, "raw") ? raw(a, &code) : words(a, t, &code);
	if (!rc)
		rc = end_line(a);
	if (!rc)
		set_u32(a, at, (uint32_t)code | (uint32_t)((a->size - at) / 4 - 1) << 8);
	a->op = NULL;
	return rc;
}

/* the whole */

static int first_line(struct assembler *a)
{
	static const char expected[] = "'osaas ops 1.2' as the first line";
	uint64_t minor = 0;
	while (peek(a).kind == TOKEN_LINE)
		pass_line(a);
	struct token osaas = next(a), ops = osaas, version = osaas;
	if (is(&osaas, "osaas"))
		version = ops = next(a);
	if (is(&ops, "ops"))
		version = next(a);
	if (!is(&ops, "ops") || !has_prefix(&version, "1."))
		return wrong(a, &version, expected);
	struct token digits = {TOKEN_WORD, version.s + 2, version.n - 2};
	if (!read_whole(&digits, UINT16_MAX, &minor))
		return wrong(a, &version, expected);
	int rc = put_u32(a, OPWIRE_MAGIC);
	if (!rc)
		rc = put_u32(a, OPWIRE_MAJOR | (uint32_t)minor << 16);
	if (!rc)
		rc = put_u32(a, 0);
	if (!rc)
		rc = put_u32(a, 0);
	return rc ? rc : end_line(a);
}

static int whole(struct assembler *a)
{
	int rc = first_line(a);
	while (!rc) {
		struct token t = peek(a);
		if (t.kind == TOKEN_END)
			break;
		if (t.kind == TOKEN_LINE) {
			pass_line(a);
			continue;
		}
		next(a);
		rc = record(a, &t);
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
	set_u32(&a, 8, (uint32_t)a.size);
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
