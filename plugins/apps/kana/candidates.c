#include "candidates.h"

#include <osaas_string.h>

void candidates_clear(struct candidates *list)
{
	list->n = 0;
	list->used = 0;
}

const char *candidates_text(const struct candidates *list, uint32_t i)
{
	return list->pool + list->at[i].text;
}

const char *candidates_note(const struct candidates *list, uint32_t i)
{
	return list->pool + list->at[i].note;
}

uint32_t candidates_find(const struct candidates *list, const char *text, size_t n)
{
	uint32_t i = 0;
	while (i < list->n && (strncmp(candidates_text(list, i), text, n) != 0 ||
				      candidates_text(list, i)[n] != 0))
		i++;
	return i;
}

static uint16_t keep(struct candidates *list, const char *text, size_t n)
{
	uint16_t at = (uint16_t)list->used;
	memcpy(list->pool + at, text, n);
	list->pool[at + n] = 0;
	list->used += (uint32_t)n + 1;
	return at;
}

static void add(struct candidates *list, const char *text, size_t n, const char *note)
{
	list->at[list->n].text = keep(list, text, n);
	list->at[list->n].note = keep(list, note, strlen(note));
	list->n++;
}

void candidates_add(struct candidates *list, const char *text, size_t n, const char *note)
{
	if (n > 0 && list->n < CANDIDATES_MAX && list->used <= CANDIDATES_BYTES &&
		n + strlen(note) + 2 <= CANDIDATES_BYTES - list->used &&
		candidates_find(list, text, n) == list->n)
		add(list, text, n, note);
}

uint32_t candidates_force(struct candidates *list, const char *text, size_t n)
{
	uint32_t i = candidates_find(list, text, n);
	if (i == list->n && n > 0 && i < CANDIDATES_MAX + CANDIDATES_MORE &&
		n + 2 <= sizeof list->pool - list->used)
		add(list, text, n, "");
	return i;
}

void candidates_first(struct candidates *list, uint32_t i)
{
	uint16_t text = list->at[i].text, note = list->at[i].note;
	memmove(list->at + 1, list->at, i * sizeof *list->at);
	list->at[0].text = text;
	list->at[0].note = note;
}
