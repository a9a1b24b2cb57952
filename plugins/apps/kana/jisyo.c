#include "jisyo.h"

#include <osaas_string.h>
#include <osaas_utf8.h>

#include "euc.h"
#include "numbers.h"

static const char ari_line[] = ";; okuri-ari entries.";
static const char nasi_line[] = ";; okuri-nasi entries.";

/* Bytes of the line at p with its newline; at the end there may be none. */
static size_t line_size(const uint8_t *p, size_t left)
{
	const uint8_t *end = memchr(p, '\n', left);
	return end ? (size_t)(end - p) + 1 : left;
}

static bool is_line(const uint8_t *p, size_t size, const char *text)
{
	size_t n = strlen(text);
	return size >= n && memcmp(p, text, n) == 0;
}

bool jisyo_open(struct jisyo *jisyo, const void *data, size_t size)
{
	const uint8_t *p = data;
	size_t ari = size;
	*jisyo = (struct jisyo){0};
	for (size_t i = 0, len; i < size; i += len) {
		len = line_size(p + i, size - i);
		if (is_line(p + i, len, ari_line)) {
			ari = i + len;
		} else if (is_line(p + i, len, nasi_line)) {
			if (ari < i)
				jisyo->ari = (struct jisyo_part){p + ari, i - ari};
			jisyo->nasi = (struct jisyo_part){p + i + len, size - i - len};
			return true;
		}
	}
	return false;
}

/* Where the line begins that the byte at i is in. */
static size_t line_start(const struct jisyo_part *part, size_t i)
{
	const uint8_t *before = i ? memrchr(part->at, '\n', i) : NULL;
	return before ? (size_t)(before - part->at) + 1 : 0;
}

/* Of the line at p and the reading; as memcmp. */
static int compare(const uint8_t *p, size_t size, const uint8_t *key, size_t n)
{
	const uint8_t *blank = memchr(p, ' ', size);
	size_t len = blank ? (size_t)(blank - p) : size;
	int order = memcmp(p, key, len < n ? len : n);
	return order ? order : (len > n) - (len < n);
}

/* The words of a line, or nothing of one that has no blank and slash. */
static bool words_of(const uint8_t *p, size_t size, struct jisyo_words *words)
{
	const uint8_t *blank = memchr(p, ' ', size);
	size_t at = blank ? (size_t)(blank - p) + 1 : size;
	if (at >= size || p[at] != '/')
		return false;
	*words = (struct jisyo_words){p + at + 1, size - at - 1, NULL, 0};
	return true;
}

/* direction: 1: sorted upwards, -1: downwards. */
static bool find(const struct jisyo_part *part, int direction, const uint8_t *key,
	size_t n, struct jisyo_words *words)
{
	size_t low = 0, high = part->size; /* both are starts of lines, or the end */
	while (low < high) {
		size_t at = line_start(part, low + (high - low) / 2);
		size_t size = line_size(part->at + at, part->size - at);
		int order = compare(part->at + at, size, key, n) * direction;
		if (order == 0)
			return words_of(part->at + at, size, words);
		if (order < 0)
			low = at + size;
		else
			high = at;
	}
	return false;
}

static bool find_number(const struct jisyo *jisyo, const char *reading, size_t n,
	struct jisyo_words *words)
{
	uint8_t key[JISYO_KEY_MAX] = "#";
	size_t digits = numbers_digits(reading, n), len = 0;
	if (digits == 0)
		return false;
	if (n > digits)
		len = euc_from_utf8(
			reading + digits, n - digits, key + 1, sizeof key - 1);
	if ((n > digits && len == 0) || !find(&jisyo->nasi, 1, key, len + 1, words))
		return false;
	words->number = reading;
	words->digits = digits;
	return true;
}

bool jisyo_find(const struct jisyo *jisyo, const char *reading, size_t n, char consonant,
	struct jisyo_words *words)
{
	uint8_t key[JISYO_KEY_MAX];
	size_t len = euc_from_utf8(reading, n, key, sizeof key - 1);
	if (len == 0)
		return false;
	if (!consonant)
		return find(&jisyo->nasi, 1, key, len, words) ||
		       find_number(jisyo, reading, n, words);
	key[len++] = (uint8_t)consonant;
	return find(&jisyo->ari, -1, key, len, words);
}

/* \057 in a string of Lisp: an octal byte; its value, or -1. */
static int octal(const uint8_t *p, size_t n)
{
	int value = 0;
	if (n < 4 || p[0] != '\\')
		return -1;
	for (int i = 1; i < 4; i++) {
		if (p[i] < '0' || p[i] > '7')
			return -1;
		value = value * 8 + p[i] - '0';
	}
	return value > 0 && value < 0x80 ? value : -1;
}

/* (concat "and\057or"): words that hold what else would end them. Its bytes, or 0. */
static size_t unquote(const uint8_t *p, size_t n, uint8_t *to, size_t room)
{
	static const char start[] = "(concat \"", end[] = "\")";
	size_t at = sizeof start - 1, last = n - (sizeof end - 1), len = 0;
	if (n < at + sizeof end - 1 || memcmp(p, start, at) != 0 ||
		memcmp(p + last, end, sizeof end - 1) != 0)
		return 0;
	while (at < last && len < room) {
		int byte = octal(p + at, last - at);
		to[len++] = byte < 0 ? p[at] : (uint8_t)byte;
		at += byte < 0 ? 1 : 4;
	}
	return at == last ? len : 0;
}

/* "#1時": the number that was typed stands there. False: there is none, or no room. */
static bool put_numbers(const struct jisyo_words *words, const char *text, size_t n,
	char to[JISYO_TEXT_MAX])
{
	size_t len = 0;
	for (size_t i = 0; i < n; i++) {
		bool number = text[i] == '#' && i + 1 < n && text[i + 1] >= '0' &&
			      text[i + 1] <= '9';
		size_t put = 1, room = JISYO_TEXT_MAX - 1 - len;
		if (room == 0 || (number && !words->number))
			return false;
		if (number)
			put = numbers_write(
				text[++i], words->number, words->digits, to + len, room);
		else
			to[len] = text[i];
		if (put == 0)
			return false;
		len += put;
	}
	to[len] = 0;
	return len > 0;
}

/* False: it is too long, or empty, or no text, or a program, or wants a number and there is none. */
static bool read_text(const struct jisyo_words *words, const uint8_t *p, size_t n,
	char to[JISYO_TEXT_MAX])
{
	static const char bad[] = "\xef\xbf\xbd"; /* OSAAS_UTF8_BAD */
	uint8_t plain[JISYO_TEXT_MAX];
	char text[JISYO_TEXT_MAX];
	if (n > 0 && p[0] == '(' && p[n - 1] == ')' && memchr(p, '"', n)) {
		n = unquote(p, n, plain, sizeof plain);
		p = plain;
	}
	if (n >= JISYO_TEXT_MAX / 3 * 2)
		return false;
	size_t len = euc_to_utf8(p, n, text, sizeof text);
	return !memmem(text, len, bad, sizeof bad - 1) &&
	       put_numbers(words, text, len, to);
}

static bool has_control(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i] < ' ' || p[i] == 0x7f)
			return true;
	}
	return false;
}

static bool read_word(const struct jisyo_words *words, const uint8_t *p, size_t n,
	struct jisyo_word *word)
{
	const uint8_t *note = memchr(p, ';', n);
	size_t len = note ? (size_t)(note - p) : n;
	if (has_control(p, n) || !read_text(words, p, len, word->text))
		return false;
	size_t cut =
		note ? euc_to_utf8(note + 1, n - len - 1, word->note, JISYO_TEXT_MAX - 1)
		     : 0;
	word->note[cut] = 0;
	return true;
}

bool jisyo_next(struct jisyo_words *words, struct jisyo_word *word)
{
	while (words->left > 0) {
		const uint8_t *p = words->at, *end = memchr(p, '/', words->left);
		if (!end || memchr(p, '\n', (size_t)(end - p)))
			break;
		size_t n = (size_t)(end - p);
		words->at += n + 1;
		words->left -= n + 1;
		if (read_word(words, p, n, word))
			return true;
	}
	words->left = 0;
	return false;
}
