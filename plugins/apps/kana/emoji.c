#include "emoji.h"

#include <stdbool.h>

#include <osaas_string.h>
#include <osaas_utf8.h>

struct part {
	const char *at;
	size_t size;
};

static struct part behind(struct part line, const char *mark)
{
	const char *at = memmem(line.at, line.size, mark, strlen(mark));
	if (!at)
		return (struct part){line.at + line.size, 0};
	at += strlen(mark);
	return (struct part){at, line.size - (size_t)(at - line.at)};
}

/* Up to the first blank. */
static struct part first_word(struct part line)
{
	const char *end = memchr(line.at, ' ', line.size);
	return (struct part){line.at, end ? (size_t)(end - line.at) : line.size};
}

static bool is_text(struct part part, size_t most)
{
	for (size_t i = 0; i < part.size; i++) {
		if ((uint8_t)part.at[i] < ' ' || part.at[i] == 0x7f)
			return false;
	}
	return part.size > 0 && part.size < most && osaas_utf8_valid(part.at, part.size);
}

static void read_line(struct emoji *emoji, struct part line)
{
	struct part rest = behind(line, "; fully-qualified");
	rest = behind(rest, "# ");
	struct part text = first_word(rest);
	/* The version is between: "E1.0". */
	struct part name = behind(behind(rest, " E"), " ");
	if (!is_text(text, EMOJI_NAME) || !is_text(name, EMOJI_NAME) ||
		memmem(name.at, name.size, "skin tone", 9))
		return;
	emoji->at[emoji->n].text = (uint32_t)(text.at - emoji->data);
	emoji->at[emoji->n].name = (uint32_t)(name.at - emoji->data);
	emoji->at[emoji->n].text_size = (uint8_t)text.size;
	emoji->at[emoji->n].name_size = (uint8_t)name.size;
	emoji->n++;
}

size_t emoji_open(struct emoji *emoji, const char *data, size_t size)
{
	emoji->data = data;
	emoji->n = 0;
	for (size_t i = 0, len; i < size && emoji->n < EMOJI_MAX; i += len + 1) {
		const char *end = memchr(data + i, '\n', size - i);
		len = end ? (size_t)(end - data) - i : size - i;
		read_line(emoji, (struct part){data + i, len});
	}
	return emoji->n;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c & 0x80);
}

/* Takes the next word off the front; false: there is none. */
static bool next_word(struct part *rest, struct part *word)
{
	size_t i = 0, n = 0;
	while (i < rest->size && !is_letter(rest->at[i]))
		i++;
	while (i + n < rest->size && is_letter(rest->at[i + n]))
		n++;
	*word = (struct part){rest->at + i, n};
	*rest = (struct part){rest->at + i + n, rest->size - i - n};
	return n > 0;
}

/* How well something fits, the best first. */
enum fit {
	FIT_NAME, /* it is the whole name */
	FIT_LAST, /* the last word is it: what the picture is of */
	FIT_WORD,
	FIT_START,
	FIT_NEARLY,
	FIT_NOT,
};

#define NEARLY 3 /* letters that are the same, at least */

/* "smile", "smiling": the same but for how they end. */
static bool is_nearly(struct part word, struct part name)
{
	static const char *const ends[] = {"ing", "e", "s", "y"};
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		size_t len = strlen(ends[i]), stem = word.size - len;
		if (word.size >= len + NEARLY && name.size >= stem &&
			memcmp(word.at + stem, ends[i], len) == 0 &&
			strncasecmp(word.at, name.at, stem) == 0)
			return true;
	}
	return false;
}

static enum fit fit_word(struct part word, struct part name)
{
	if (name.size >= word.size && strncasecmp(word.at, name.at, word.size) == 0)
		return name.size == word.size ? FIT_WORD : FIT_START;
	return is_nearly(word, name) ? FIT_NEARLY : FIT_NOT;
}

static enum fit fit_in(struct part word, struct part name)
{
	enum fit best = FIT_NOT;
	struct part each;
	while (next_word(&name, &each)) {
		enum fit fit = fit_word(word, each);
		best = fit < best ? fit : best;
		if (fit == FIT_WORD && name.size == 0)
			best = FIT_LAST;
	}
	return best;
}

/* Of all words the one that fits worst. */
static enum fit fit_all(struct part words, struct part name)
{
	enum fit worst = FIT_LAST;
	struct part word;
	if (words.size == name.size && strncasecmp(words.at, name.at, name.size) == 0)
		return FIT_NAME;
	while (next_word(&words, &word)) {
		enum fit fit = fit_in(word, name);
		worst = fit > worst ? fit : worst;
	}
	return worst;
}

static void add(const struct emoji *emoji, size_t i, struct candidates *list)
{
	char note[EMOJI_NAME];
	memcpy(note, emoji->data + emoji->at[i].name, emoji->at[i].name_size);
	note[emoji->at[i].name_size] = 0;
	candidates_add(
		list, emoji->data + emoji->at[i].text, emoji->at[i].text_size, note);
}

void emoji_find(
	const struct emoji *emoji, const char *words, size_t n, struct candidates *list)
{
	uint8_t fits[EMOJI_MAX];
	struct part rest = {words, n}, first;
	candidates_clear(list);
	if (!next_word(&rest, &first))
		return;
	for (size_t i = 0; i < emoji->n; i++)
		fits[i] = fit_all((struct part){words, n},
			(struct part){
				emoji->data + emoji->at[i].name, emoji->at[i].name_size});
	for (enum fit fit = FIT_NAME; fit < FIT_NOT; fit++) {
		for (size_t i = 0; i < emoji->n; i++) {
			if (fits[i] == fit)
				add(emoji, i, list);
		}
	}
}
