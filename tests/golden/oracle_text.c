#include "oracle.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct reader {
	const char *at;
	unsigned number;
};

static void add_word(struct line *line, const char *from, size_t size)
{
	char **words = oracle_new(line->n + 1, sizeof *words);
	if (line->n > 0)
		memcpy(words, line->words, line->n * sizeof *words);
	words[line->n] = oracle_new(size + 1, 1);
	memcpy(words[line->n], from, size);
	line->words = words;
	line->n++;
}

static size_t word_size(const char *from)
{
	size_t n = 0;
	if (*from != '"')
		return strcspn(from, " \t\r\n");
	for (n = 1; from[n] && from[n] != '"' && from[n] != '\n'; n++)
		if (from[n] == '\\' && from[n + 1])
			n++;
	return from[n] == '"' ? n + 1 : n;
}

static struct line read_words(struct reader *r)
{
	struct line line = {.number = r->number++};
	while (*r->at && *r->at != '\n') {
		if (*r->at == '#' &&
			(line.n == 0 || !isxdigit((unsigned char)r->at[1]))) {
			r->at += strcspn(r->at, "\n");
		} else if (isspace((unsigned char)*r->at)) {
			r->at++;
		} else {
			size_t size = word_size(r->at);
			add_word(&line, r->at, size);
			r->at += size;
		}
	}
	if (*r->at)
		r->at++;
	return line;
}

static void read_body(struct reader *r, struct line *parent, bool nested)
{
	size_t cap = 0;
	while (*r->at) {
		struct line line = read_words(r);
		if (line.n == 0)
			continue;
		if (nested && line.n == 1 && !strcmp(line.words[0], "}"))
			return;
		if (!strcmp(line.words[line.n - 1], "{")) {
			line.n--;
			read_body(r, &line, true);
		}
		if (parent->n_body == cap) {
			struct line *more = oracle_new(cap = cap * 2 + 8, sizeof *more);
			if (parent->n_body)
				memcpy(more, parent->body, parent->n_body * sizeof *more);
			parent->body = more;
		}
		parent->body[parent->n_body++] = line;
	}
	if (nested)
		oracle_fail(parent->number, "{ without }");
}

struct line oracle_parse(const char *text)
{
	struct reader r = {text, 1};
	struct line all = {0};
	read_body(&r, &all, false);
	return all;
}

bool line_is(const struct line *line, const char *first, const char *second)
{
	return line->n > 0 && !strcmp(line->words[0], first) &&
	       (!second || (line->n > 1 && !strcmp(line->words[1], second)));
}

static const char *word(const struct line *line, size_t i)
{
	if (i >= line->n)
		oracle_fail(line->number, "%s: word %zu is missing", line->words[0], i);
	return line->words[i];
}

double line_number(const struct line *line, size_t i)
{
	const char *from = word(line, i);
	char *end;
	double number = (double)strtof(from, &end);
	if (*end || end == from)
		oracle_fail(line->number, "%s is no number", from);
	return number;
}

uint32_t line_integer(const struct line *line, size_t i)
{
	const char *from = word(line, i);
	char *end;
	unsigned long number = strtoul(from, &end, 10);
	if (*end || end == from || number > UINT32_MAX)
		oracle_fail(line->number, "%s is no integer", from);
	return (uint32_t)number;
}

uint32_t line_color(const struct line *line, size_t i)
{
	const char *from = word(line, i);
	char *end;
	unsigned long color = strtoul(from + (*from == '#'), &end, 16);
	if (*from != '#' || *end || end - from != 9)
		oracle_fail(line->number, "%s is no colour", from);
	return (uint32_t)color;
}

static int digit(const struct line *line, char c)
{
	if (!isxdigit((unsigned char)c))
		oracle_fail(line->number, "%c is no hexadecimal digit", c);
	return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

uint8_t *line_hex(const struct line *line, size_t *size)
{
	size_t digits = 0, n = 0;
	for (size_t i = 0; i < line->n_body; i++)
		for (size_t k = 0; k < line->body[i].n; k++)
			digits += strlen(line->body[i].words[k]);
	uint8_t *bytes = oracle_new(digits / 2 + 1, 1);
	for (size_t i = 0; i < line->n_body; i++)
		for (size_t k = 0; k < line->body[i].n; k++)
			for (const char *c = line->body[i].words[k]; *c; c++, n++)
				bytes[n / 2] = (uint8_t)(bytes[n / 2] << 4 |
							 digit(&line->body[i], *c));
	*size = digits / 2;
	return bytes;
}
