#include <stdlib.h>
#include <string.h>

#include "plugins/private.h"

#define LINES_MAX   64
#define LINES_BYTES 8192

/* Oldest first, each ended by a zero byte. */
struct lines {
	size_t n, used;
	char text[LINES_BYTES];
};

static void drop_first(struct lines *lines)
{
	size_t len = strlen(lines->text) + 1;
	lines->used -= len;
	lines->n--;
	memmove(lines->text, lines->text + len, lines->used);
}

void lines_add(struct lines **at, const char *text, size_t len)
{
	if (!*at && !(*at = calloc(1, sizeof **at)))
		return;
	struct lines *lines = *at;
	while (lines->n == LINES_MAX || LINES_BYTES - lines->used < len + 1)
		drop_first(lines);
	memcpy(lines->text + lines->used, text, len);
	lines->text[lines->used + len] = '\0';
	lines->used += len + 1;
	lines->n++;
}

void lines_print(const struct lines *lines, FILE *out)
{
	size_t at = 0;
	while (lines && at < lines->used) {
		fprintf(out, "  %s\n", lines->text + at);
		at += strlen(lines->text + at) + 1;
	}
}
