#include "readings.h"

#include <osaas_string.h>
#include <osaas_utf8.h>

#include "euc.h"
#include "letters.h"
#include "widths.h"

/* What it costs to read a part of the text so. Found by trying words. */
enum cost {
	COST_LETTER = 10, /* kana, signs: as they are */
	COST_COMMITTED = 1,
	COST_CHOSEN = 500,
	COST_WORD = 1000,
	COST_SYLLABLE = 1,
	COST_RANK = 30,    /* of each word that comes before it, for the same reading */
	COST_CHINESE = 60, /* one kanji by itself, read as in compounds */
	COST_VOICED = 40,  /* as behind another word: the びと of ひと */
	/* Less: */
	COST_MANY = 2, /* of each word that a reading has: it is a common one */
	COST_INFLECTED = 150,
	COST_COUNTER = 200, /* of what counts the digits before it */
	RANK_MOST = 40,
	MANY_MOST = 32,
};

static bool is_ideograph(uint32_t c)
{
	return c == 0x3005 || c == 0x3007 || (c >= 0x3400 && c <= 0x9fff) ||
	       (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x3ffff);
}

static bool is_latin(uint32_t c)
{
	return c < 0x80 || (c > 0xff00 && c < 0xff5f);
}

static bool is_kana(uint32_t c)
{
	return (c > 0x3040 && c < 0x3100) || (c > 0xff65 && c < 0xffa0);
}

/* ---- The text ---- */

static bool open_text(struct readings *r, const char *text, size_t n)
{
	size_t at = 0;
	bool any = false;
	memset(r, 0, sizeof *r);
	r->text = text;
	while (at < n && r->count < READINGS_TEXT) {
		uint32_t c;
		uint8_t bytes[2] = {0, 0};
		size_t used = osaas_utf8_decode(text + at, n - at, &c);
		size_t size = euc_encode(c, bytes);
		r->at[r->count] = (uint8_t)at;
		r->euc_at[r->count] = (uint8_t)r->euc_size;
		r->letters[r->count++] = c;
		size = size ? size : 1; /* a zero, which is in no word */
		memcpy(r->euc + r->euc_size, bytes, size);
		r->euc_size += size;
		at += used;
		any |= is_kana(c) || is_ideograph(c);
		if (c < ' ' || c == 0x7f)
			return false;
	}
	r->at[r->count] = (uint8_t)at;
	r->euc_at[r->count] = (uint8_t)r->euc_size;
	r->kana = any;
	return at == n && n > 0;
}

static bool has_ideograph(const struct readings *r, size_t a, size_t b)
{
	while (a < b && !is_ideograph(r->letters[a]))
		a++;
	return a < b;
}

/* Which character begins, or ends, at a place; count: none, or the end. */
static size_t letter_at(const struct readings *r, const uint8_t *places, size_t at)
{
	size_t i = 0;
	while (i < r->count && places[i] < at)
		i++;
	return i;
}

static void take(struct readings *r, size_t a, size_t b, const struct reading_word *word)
{
	struct reading_word *best = &r->words[a][b - a - 1];
	if (!best->cost || word->cost < best->cost)
		*best = *word;
}

/* ---- What was committed ---- */

/* Latin letters are a word only by themselves: the a of banana is not the one that was typed for あ. */
static bool stands_alone(const struct readings *r, size_t a, size_t b)
{
	return has_ideograph(r, a, b) || !is_latin(r->letters[a]) ||
	       ((a == 0 || !is_latin(r->letters[a - 1])) &&
		       (b == r->count || !is_latin(r->letters[b])));
}

static void look_for_entry(
	struct readings *r, const struct history_entry *entry, uint32_t cost)
{
	size_t n = strlen(entry->text), reading = strlen(entry->reading);
	const struct reading_word word = {cost, false, (uint8_t)reading, entry->reading};
	for (size_t a = 0; n > 0 && a < r->count; a++) {
		size_t b = letter_at(r, r->at, r->at[a] + n);
		if (r->at[a] + n <= r->at[r->count] && b - a <= READINGS_WORD &&
			memcmp(r->text + r->at[a], entry->text, n) == 0 &&
			stands_alone(r, a, b))
			take(r, a, b, &word);
	}
}

static void look_through(struct readings *r, const struct history *history, uint32_t cost)
{
	for (uint32_t i = 0; i < history->n; i++)
		look_for_entry(r, &history->entries[i], cost);
}

/* ---- The dictionary ---- */

/* Which words may be in the text, by two bytes: few that are not. */
static uint8_t mark_of(const uint8_t *p)
{
	return (uint8_t)(p[0] * 7 + p[1]);
}

/* A line: its reading, and its words: "a;note/b/". */
struct line {
	const uint8_t *reading, *words, *end;
	size_t n;
	char consonant; /* of ari entries */
	bool counts;    /* words are "#1時": behind a number */
};

#define HIRAGANA_ROW 0xa4 /* of EUC-JP: the first byte */

/* False: it is no reading in hiragana with words. */
static bool read_line(const uint8_t *p, size_t size, bool ari, struct line *line)
{
	const uint8_t *blank = memchr(p, ' ', size), *end = p + size;
	bool counts = p[0] == '#';
	p += counts;
	if (!blank || blank <= p || p[0] != HIRAGANA_ROW || blank + 1 >= end ||
		blank[1] != '/')
		return false;
	*line = (struct line){p, blank + 2, end, (size_t)(blank - p), 0, counts};
	if (ari) {
		line->consonant = (char)p[--line->n];
		return line->consonant >= 'a' && line->consonant <= 'z';
	}
	return true;
}

static bool is_hiragana(const struct line *line)
{
	size_t i = 0;
	while (i < line->n && line->reading[i] >= 0x80)
		i++;
	return i == line->n && i > 0;
}

static uint32_t count_words(const struct line *line)
{
	uint32_t n = 0;
	for (const uint8_t *p = line->words; p < line->end && n < MANY_MOST; p++)
		n += *p == '/';
	return n;
}

/* What is behind a word may be the inflected part that its line is for. */
static bool is_inflected(const struct readings *r, size_t b, char consonant)
{
	const char *behind = r->text + r->at[b];
	return words_is_inflected(
		behind, (size_t)(r->at[r->count] - r->at[b]), consonant);
}

/* k, s, t, h have their voiced ones: g, z, j, d, b. */
static bool is_voiced(const char *reading, size_t n)
{
	char consonant = letters_consonant(reading, n);
	return consonant && strchr("gzjdb", consonant);
}

/* Two syllables or one that end as readings from Chinese do. */
static bool is_chinese(const char *reading, size_t n)
{
	static const char *const ends[] = {
		"い", "う", "く", "き", "つ", "ち", "ん", "ゃ", "ゅ", "ょ"};
	size_t last = n > 3 ? n - 3 : n;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		if (last + 3 == n && n <= 9 && memcmp(reading + last, ends[i], 3) == 0)
			return true;
	}
	return false;
}

/* No other kanji is beside it. */
static bool is_single(const struct readings *r, size_t a, size_t b)
{
	return b - a == 1 && (a == 0 || !is_ideograph(r->letters[a - 1])) &&
	       (b == r->count || !is_ideograph(r->letters[b]));
}

static uint32_t cost_of(const struct readings *r, const struct line *line, uint32_t rank,
	size_t a, size_t b)
{
	char reading[3 * JISYO_KEY_MAX];
	size_t n = euc_to_utf8(line->reading, line->n, reading, sizeof reading);
	uint32_t cost = COST_WORD + COST_SYLLABLE * (uint32_t)(n / 3) +
			COST_RANK * (rank < RANK_MOST ? rank : RANK_MOST) -
			COST_MANY * count_words(line);
	bool chinese = is_chinese(reading, n);
	if (!chinese && is_voiced(reading, n))
		cost += COST_VOICED;
	if (line->consonant)
		cost -= COST_INFLECTED;
	else if (line->counts)
		cost -= COST_COUNTER;
	else if (is_single(r, a, b) && chinese)
		cost += COST_CHINESE;
	return cost;
}

static bool is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_any_digit(uint32_t c)
{
	return is_digit(c) || (c >= 0xff10 && c <= 0xff19);
}

/* What is around a word in the text is what its line wants there. */
static bool fits(const struct readings *r, const struct line *line, size_t a, size_t b)
{
	return (!line->consonant || is_inflected(r, b, line->consonant)) &&
	       (!line->counts || (a > 0 && is_any_digit(r->letters[a - 1])));
}

static void take_word_at(
	struct readings *r, const struct line *line, uint32_t rank, size_t a, size_t b)
{
	if (b - a > READINGS_WORD || !has_ideograph(r, a, b) || !is_hiragana(line) ||
		!fits(r, line, a, b))
		return;
	const struct reading_word word = {
		cost_of(r, line, rank, a, b), true, (uint8_t)line->n, line->reading};
	take(r, a, b, &word);
}

static void take_word(struct readings *r, const struct line *line, const uint8_t *p,
	size_t n, uint32_t rank)
{
	for (size_t a = 0; a < r->count; a++) {
		size_t at = r->euc_at[a];
		if (at + n > r->euc_size || memcmp(r->euc + at, p, n) != 0)
			continue;
		size_t b = letter_at(r, r->euc_at, at + n);
		if (r->euc_at[b] == at + n)
			take_word_at(r, line, rank, a, b);
	}
}

static void look_in_line(
	struct readings *r, const struct line *line, const bool marks[256])
{
	uint32_t rank = 0;
	const uint8_t *p = line->words, *end;
	while (line->end - p > 2 && (end = memchr(p, '/', (size_t)(line->end - p)))) {
		if (line->counts && end - p > 2 && p[0] == '#' && is_digit(p[1]))
			p += 2;
		if (end - p >= 2 && marks[mark_of(p)]) {
			const uint8_t *note = memchr(p, ';', (size_t)(end - p));
			size_t n = (size_t)((note ? note : end) - p);
			if (n >= 2)
				take_word(r, line, p, n, rank);
		}
		rank++;
		p = end + 1;
	}
}

static void look_in_part(struct readings *r, const struct jisyo_part *part, bool ari,
	const bool marks[256])
{
	for (size_t i = 0, size; i < part->size; i += size) {
		struct line line;
		const uint8_t *p = part->at + i, *end = memchr(p, '\n', part->size - i);
		size = end ? (size_t)(end - p) + 1 : part->size - i;
		if (read_line(p, size, ari, &line) && line.n < JISYO_KEY_MAX)
			look_in_line(r, &line, marks);
	}
}

static void look_up(struct readings *r, const struct jisyo *jisyo)
{
	bool marks[256] = {false};
	for (size_t i = 0; i + 1 < r->euc_size; i++)
		marks[mark_of(r->euc + i)] = true;
	look_in_part(r, &jisyo->ari, true, marks);
	look_in_part(r, &jisyo->nasi, false, marks);
}

/* ---- The likeliest ---- */

/* lengths: of the word that begins at each character, 0: it is read as it is. False: there is no way. */
static bool choose(const struct readings *r, uint8_t lengths[READINGS_TEXT])
{
	uint32_t cost[READINGS_TEXT + 1] = {0};
	for (size_t a = r->count; a-- > 0;) {
		bool stuck = is_ideograph(r->letters[a]) || cost[a + 1] == UINT32_MAX;
		cost[a] = stuck ? UINT32_MAX : cost[a + 1] + COST_LETTER;
		lengths[a] = 0;
		for (size_t n = 1; n <= READINGS_WORD && a + n <= r->count; n++) {
			uint32_t word = r->words[a][n - 1].cost, rest = cost[a + n];
			if (word && rest != UINT32_MAX && word + rest < cost[a]) {
				cost[a] = word + rest;
				lengths[a] = (uint8_t)n;
			}
		}
	}
	return cost[0] != UINT32_MAX;
}

static size_t write_word(const struct reading_word *word, char *to, size_t room)
{
	size_t most = word->euc ? (word->n + 1u) / 2 * 3 : word->n;
	if (most > room)
		return 0;
	if (word->euc)
		return euc_to_utf8(word->at, word->n, to, room);
	memcpy(to, word->at, word->n);
	return word->n;
}

/* What is read as it is may be katakana, and narrow. It does not become longer. */
static size_t as_hiragana(char *text, size_t n)
{
	char wide[READINGS_BYTES];
	return letters_hiragana(wide, widths_katakana(text, n, wide), text);
}

/* At that byte of the reading, that character of the text. */
static void begin_word(struct readings *r, size_t at, size_t letter)
{
	if (at == 0 || r->starts_count == WORDS_MAX)
		return;
	r->text_starts[r->starts_count] = r->at[letter];
	r->starts[r->starts_count++] = (uint8_t)at;
}

/* Kana behind a word go on with it; another word says itself that it begins. */
static bool ends_word(
	const struct readings *r, const uint8_t lengths[READINGS_TEXT], size_t letter)
{
	return letter < r->count && !lengths[letter] && !is_kana(r->letters[letter]);
}

/* The words' readings, and what is between them. 0: no room. */
static size_t write_all(
	struct readings *r, const uint8_t lengths[READINGS_TEXT], char to[READINGS_BYTES])
{
	size_t len = 0, plain = 0; /* what is between begins there */
	for (size_t a = 0, b; a < r->count; a = b) {
		b = a + (lengths[a] ? lengths[a] : 1);
		struct reading_word word = {
			0, false, (uint8_t)(r->at[b] - r->at[a]), r->text + r->at[a]};
		if (lengths[a]) {
			word = r->words[a][lengths[a] - 1];
			len = plain + as_hiragana(to + plain, len - plain);
			begin_word(r, len, a);
		}
		size_t put = write_word(&word, to + len, READINGS_BYTES - len);
		if (put == 0)
			return 0;
		len += put;
		plain = lengths[a] ? len : plain;
		if (lengths[a] && ends_word(r, lengths, b))
			begin_word(r, len, b);
	}
	return plain + as_hiragana(to + plain, len - plain);
}

size_t readings_find(struct readings *readings, const struct reading_source *source,
	const char *text, size_t n, char *to, size_t room)
{
	struct readings *r = readings;
	uint8_t lengths[READINGS_TEXT];
	char all[READINGS_BYTES];
	if (n > READINGS_BYTES || !open_text(r, text, n))
		return 0;
	look_through(r, source->chosen, COST_CHOSEN);
	look_through(r, source->committed, COST_COMMITTED);
	if (has_ideograph(r, 0, r->count))
		look_up(r, source->jisyo);
	if (!choose(r, lengths))
		return 0;
	size_t len = write_all(r, lengths, all);
	if (len > room || (!r->kana && len == n && memcmp(all, text, n) == 0))
		return 0;
	memcpy(to, all, len);
	return len;
}

void readings_keep(
	struct history *committed, const char *reading, size_t n, const char *text)
{
	char stem[HISTORY_TEXT], lost[HISTORY_READING];
	size_t len = strlen(text);
	if (len >= sizeof stem)
		return;
	while (len > 0 && n > 0) {
		size_t a = osaas_utf8_prev(text, len), b = osaas_utf8_prev(reading, n);
		if (len - a != n - b || memcmp(text + a, reading + b, len - a) != 0)
			break;
		len = a;
		n = b;
	}
	memcpy(stem, text, len);
	stem[len] = 0;
	if (len > 0)
		history_put(committed, reading, n, stem, lost);
}
