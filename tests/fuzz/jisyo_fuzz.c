/*
 * Any bytes as a dictionary of the Japanese input method, and as a list of emoji: the first line is
 * a reading that is looked up, and a text whose reading is, what follows is the dictionary. What is found
 * is text, and within its bounds; and a reading of the dictionary's own can be looked up.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/apps/kana/emoji.h"
#include "plugins/apps/kana/jisyo.h"
#include "plugins/apps/kana/readings.h"
#include "plugins/apps/kana/words.h"
#include "plugins/include/osaas_utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SENTENCE 27 /* bytes: longer ones take long, instrumented */

static struct candidates list;
static struct emoji emoji;

static void check_text(const char *text, size_t most)
{
	size_t n = strnlen(text, most);
	if (n == most || !osaas_utf8_valid(text, n))
		abort();
}

static void look_up(
	const struct jisyo *jisyo, const char *reading, size_t n, char consonant)
{
	struct jisyo_words words;
	struct jisyo_word word;
	if (!jisyo_find(jisyo, reading, n, consonant, &words))
		return;
	while (jisyo_next(&words, &word)) {
		check_text(word.text, sizeof word.text);
		check_text(word.note, sizeof word.note);
		if (!word.text[0])
			abort();
	}
}

static void check_list(void)
{
	for (uint32_t i = 0; i < list.n; i++) {
		check_text(candidates_text(&list, i), JISYO_TEXT_MAX + WORDS_BYTES);
		check_text(candidates_note(&list, i), JISYO_TEXT_MAX);
	}
}

/* A sentence is text: the method makes it. */
static void convert(const struct jisyo *jisyo, const char *reading, size_t n)
{
	uint8_t ends[WORDS_MAX];
	n = n < SENTENCE ? n : SENTENCE;
	n = osaas_utf8_check(reading, n);
	if (n == 0)
		return;
	size_t start = 0, pieces = words_split(jisyo, reading, n, ends);
	for (size_t i = 0; i < pieces; i++) {
		words_list(jisyo, reading + start, ends[i] - start, 0, &list);
		check_list();
		if (list.n == 0)
			abort();
		start = ends[i];
	}
	if (start != n)
		abort();
}

static size_t check_reading(const struct reading_source *source, const char *text,
	size_t n, char to[READINGS_BYTES])
{
	static struct readings readings;
	size_t last = 0;
	size_t len = readings_find(&readings, source, text, n, to, READINGS_BYTES);
	if (len > READINGS_BYTES || !osaas_utf8_valid(to, len) || memchr(to, 0, len))
		abort();
	for (size_t i = 0; len && i < readings.starts_count; i++) {
		if (readings.starts[i] <= last || readings.starts[i] >= len)
			abort();
		last = readings.starts[i];
	}
	return len;
}

/* A text that was selected: any. With a reading it has one as what was committed, too. */
static void read_text(const struct jisyo *jisyo, const char *text, size_t n)
{
	static struct history committed, none;
	const struct reading_source source = {jisyo, &committed, &none};
	char to[READINGS_BYTES], kept[HISTORY_TEXT] = "";
	n = osaas_utf8_check(text, n < READINGS_BYTES ? n : READINGS_BYTES);
	committed.n = 0;
	size_t len = check_reading(&source, text, n, to);
	if (len == 0 || n >= HISTORY_TEXT)
		return;
	memcpy(kept, text, n);
	readings_keep(&committed, to, len, kept);
	if (check_reading(&source, text, n, to) == 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct jisyo jisyo;
	const uint8_t *end = memchr(data, '\n', size);
	size_t n = end ? (size_t)(end - data) : size;
	const char *reading = (const char *)data;
	const uint8_t *rest = end ? end + 1 : data + size;
	size_t left = size - (size_t)(rest - data);
	jisyo_open(&jisyo, rest, left);
	look_up(&jisyo, reading, n, 0);
	look_up(&jisyo, reading, n, 'k');
	convert(&jisyo, reading, n);
	read_text(&jisyo, reading, n);
	emoji_open(&emoji, (const char *)rest, left);
	emoji_find(&emoji, reading, n, &list);
	check_list();
	return 0;
}
