#include "latin.h"

#include <osaas_string.h>

static void make_room(struct latin *latin, size_t i)
{
	memmove(latin->units + i + 1, latin->units + i,
		(latin->n - i) * sizeof *latin->units);
	latin->n++;
}

/* The unit that begins at a place of the text; one that has it inside is split. */
static size_t split(struct latin *latin, size_t at)
{
	size_t i = 0, start = 0;
	while (i < latin->n && start + latin->units[i].bytes <= at)
		start += latin->units[i++].bytes;
	if (start == at || i == latin->n)
		return i;
	uint8_t before = (uint8_t)(at - start);
	make_room(latin, i);
	latin->units[i] = (struct latin_unit){.bytes = before};
	latin->units[i + 1].bytes = (uint8_t)(latin->units[i + 1].bytes - before);
	latin->units[i + 1].letters = 0;
	return i + 1;
}

void latin_insert(
	struct latin *latin, size_t at, size_t bytes, const char *letters, size_t n)
{
	size_t i = split(latin, at);
	make_room(latin, i);
	struct latin_unit *unit = &latin->units[i];
	*unit = (struct latin_unit){.bytes = (uint8_t)bytes, .letters = (uint8_t)n};
	memcpy(unit->text, letters, n);
}

void latin_cut(struct latin *latin, size_t from, size_t to)
{
	size_t a = split(latin, from), b = split(latin, to);
	memmove(latin->units + a, latin->units + b,
		(latin->n - b) * sizeof *latin->units);
	latin->n -= b - a;
}

/* Kana as they are mostly typed. */
static size_t spell(const char *text, size_t n, char *to)
{
	size_t len = 0;
	for (size_t i = 0, used; i < n; i += used)
		len += romaji_letters(text + i, n - i, to + len, &used);
	return len;
}

size_t latin_write(const struct latin *latin, const char *text, size_t from, size_t to,
	char letters[LATIN_MAX])
{
	size_t len = 0, start = 0, end;
	for (size_t i = 0; i < latin->n && start < to; i++, start = end) {
		const struct latin_unit *unit = &latin->units[i];
		end = start + unit->bytes;
		if (end <= from)
			continue;
		if (unit->letters && start >= from && end <= to) {
			memcpy(letters + len, unit->text, unit->letters);
			len += unit->letters;
		} else {
			size_t a = start > from ? start : from, b = end < to ? end : to;
			len += spell(text + a, b - a, letters + len);
		}
	}
	return len;
}
