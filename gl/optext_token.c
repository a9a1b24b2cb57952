#include "gl/optext_asm.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/optext.h"
#include "gl/optext_private.h"
#include "util/opwire.h"

int asm_refuse(struct assembler *a, const char *at, int rc, const char *fmt, ...)
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

int asm_wrong(struct assembler *a, const struct token *t, const char *expected)
{
	char there[48];
	describe(t, there);
	if (!a->op)
		return asm_refuse(
			a, t->s, -EINVAL, "expected %s, not %s", expected, there);
	return asm_refuse(a, t->s, -EINVAL, "expected %s, not %s; write: %s%s%s",
		expected, there, a->usage == a->op->usage ? a->op->name : "",
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

static struct token word(struct assembler *a)
{
	struct token t = {TOKEN_WORD, a->at, 0};
	while (a->at < a->end && is_word(*a->at))
		a->at++;
	t.n = (size_t)(a->at - t.s);
	return t;
}

struct token asm_next(struct assembler *a)
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
	return word(a);
}

struct token asm_next_color(struct assembler *a)
{
	skip_blanks(a);
	return a->at < a->end && *a->at == '#' ? word(a) : asm_next(a);
}

struct token asm_peek(struct assembler *a)
{
	const char *at = a->at;
	struct token t = asm_next(a);
	a->at = at;
	return t;
}

void asm_pass_line(struct assembler *a)
{
	asm_next(a);
	a->line++;
	a->line_start = a->at;
}

bool token_is(const struct token *t, const char *word)
{
	return t->kind == TOKEN_WORD && strlen(word) == t->n &&
	       memcmp(word, t->s, t->n) == 0;
}

/* numbers */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool asm_hex(const char *s, size_t n, size_t most, uint32_t *out)
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

bool token_has_prefix(const struct token *t, const char *prefix)
{
	size_t n = strlen(prefix);
	return t->kind == TOKEN_WORD && t->n > n && memcmp(t->s, prefix, n) == 0;
}

bool token_whole(const struct token *t, uint64_t most, uint64_t *out)
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

/* bytes */

int asm_put(struct assembler *a, const void *bytes, size_t n)
{
	if (n > OPWIRE_MAX_STREAM - a->size)
		return asm_refuse(a, a->at, -E2BIG,
			"the stream would be longer than %u bytes", OPWIRE_MAX_STREAM);
	if (a->size + n > a->room) {
		size_t room = (a->size + n) * 2;
		uint8_t *out = realloc(a->out, room);
		if (!out)
			return asm_refuse(a, a->at, -ENOMEM, "out of memory");
		a->out = out;
		a->room = room;
	}
	if (n > 0)
		memcpy(a->out + a->size, bytes, n);
	a->size += n;
	return 0;
}

void asm_set_u32(struct assembler *a, size_t at, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		a->out[at + (size_t)i] = (uint8_t)(v >> (8 * i));
}

int asm_put_u32(struct assembler *a, uint32_t v)
{
	int rc = asm_put(a, "\0\0\0", 4);
	if (!rc)
		asm_set_u32(a, a->size - 4, v);
	return rc;
}

int asm_put_padding(struct assembler *a)
{
	return asm_put(a, "\0\0", (4 - a->size % 4) % 4);
}
