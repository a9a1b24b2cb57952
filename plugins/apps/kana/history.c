#include "history.h"

#include <osaas_string.h>

static uint32_t find(const struct history *history, const char *reading, size_t n)
{
	uint32_t i = 0;
	while (i < history->n && (strncmp(history->entries[i].reading, reading, n) != 0 ||
					 history->entries[i].reading[n] != 0))
		i++;
	return i;
}

const char *history_find(const struct history *history, const char *reading, size_t n)
{
	if (n >= HISTORY_READING)
		return NULL;
	uint32_t i = find(history, reading, n);
	return i < history->n ? history->entries[i].text : NULL;
}

/* Those behind it move up. */
static void take_out(struct history *history, uint32_t i)
{
	history->n--;
	memmove(history->entries + i, history->entries + i + 1,
		(history->n - i) * sizeof *history->entries);
}

bool history_put(struct history *history, const char *reading, size_t n, const char *text,
	char lost[HISTORY_READING])
{
	lost[0] = 0;
	if (n == 0 || n >= HISTORY_READING || strlen(text) >= HISTORY_TEXT)
		return false;
	uint32_t i = find(history, reading, n);
	bool same = i < history->n && strcmp(history->entries[i].text, text) == 0;
	if (i < history->n) {
		take_out(history, i);
	} else if (history->n == HISTORY_MAX) {
		memcpy(lost, history->entries[0].reading, HISTORY_READING);
		take_out(history, 0);
	}
	struct history_entry *entry = &history->entries[history->n++];
	memset(entry, 0, sizeof *entry);
	memcpy(entry->reading, reading, n);
	memcpy(entry->text, text, strlen(text));
	return !same;
}
