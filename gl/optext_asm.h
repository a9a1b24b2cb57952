/*
 * optext_asm: a text that becomes a stream: optext_token.c reads its words and writes bytes,
 * optext_field.c knows what an op's fields are in words, optext_asm.c the ops.
 *
 * What returns int returns 0 or what asm_refuse was told.
 */
#ifndef OSAAS_GL_OPTEXT_ASM_H
#define OSAAS_GL_OPTEXT_ASM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct optext_error;
struct optext_op;

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

/* asm_refuse says what is wrong at that place of the present line, and returns rc. */
int asm_refuse(struct assembler *a, const char *at, int rc, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* asm_wrong: something else was expected than the token, and how the op is written. */
int asm_wrong(struct assembler *a, const struct token *t, const char *expected);

/* asm_next goes behind the token that follows; '#' begins a comment, up to the end of the line. */
struct token asm_next(struct assembler *a);
struct token asm_peek(struct assembler *a);
/* asm_next_color: as asm_next, but a '#' begins a word. */
struct token asm_next_color(struct assembler *a);
/* asm_pass_line: the token that follows is the end of a line. */
void asm_pass_line(struct assembler *a);
/* asm_end_line: an op, verb or glyph ends with its line, or at the '}' around it. */
int asm_end_line(struct assembler *a);

bool token_is(const struct token *t, const char *word);
bool token_has_prefix(const struct token *t, const char *prefix); /* and more behind it */
/* token_whole: decimal digits alone, up to most. */
bool token_whole(const struct token *t, uint64_t most, uint64_t *out);
/* asm_hex: 1 to most hexadecimal digits, nothing else. */
bool asm_hex(const char *s, size_t n, size_t most, uint32_t *out);

/* At the stream's end; asm_set_u32: at that place of it. */
int asm_put(struct assembler *a, const void *bytes, size_t n);
int asm_put_u32(struct assembler *a, uint32_t v);
int asm_put_padding(struct assembler *a);
void asm_set_u32(struct assembler *a, size_t at, uint32_t v);

/* asm_field reads what an enum optext_field says. */
int asm_field(struct assembler *a, char kind);

/* asm_record reads an op, of which t is the first token. */
int asm_record(struct assembler *a, struct token *t);

#endif
