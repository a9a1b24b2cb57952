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

void candidates_add(struct candidates *list, const char *text, size_t n, const char *note)
{
	size_t more = strlen(note);
	if (n == 0 || list->n == CANDIDATES_MAX ||
		n + more + 2 > CANDIDATES_BYTES - list->used ||
		candidates_find(list, text, n) < list->n)
		return;
	list->at[list->n].text = keep(list, text, n);
	list->at[list->n].note = keep(list, note, more);
	list->n++;
}

void candidates_first(struct candidates *list, uint32_t i)
{
	uint16_t text = list->at[i].text, note = list->at[i].note;
	memmove(list->at + 1, list->at, i * sizeof *list->at);
	list->at[0].text = text;
	list->at[0].note = note;
}
