#include "words.h"

#include <osaas_string.h>
#include <osaas_utf8.h>

#include "endings.h"
#include "letters.h"

#define LETTERS_MAX                                                                      \
	64u /* characters of a reading: more than WORDS_BYTES has of three bytes */
#define PIECE_MAX 20u /* characters of a piece that is looked up */

/* What it costs to take a piece so. Found by trying sentences: tests/unit/session has some. */
enum cost {
	COST_WORD = 1000,
	COST_ONE =
		1200, /* beside that: a word of one syllable: there is one for each, and they say little */
	COST_TWO = 350,
	COST_THREE = 200,
	COST_PARTICLE = 450, /* a word that seems to end in one */
	COST_INFLECTED = 60,
	COST_RARE = 500,      /* an ending that could go on */
	COST_ENDING = 60,     /* of each character behind a word */
	COST_INFLECTION = 15, /* ... behind the first of an inflected part */
	COST_KANA = 800,      /* a word that is written in hiragana */
	COST_KANA_TWO = 200,  /* beside that: of two syllables */
	COST_FOREIGN = 800,   /* no hiragana */
	COST_UNKNOWN = 1700,
	COST_UNKNOWN_MORE = 600,
	COST_NONE = 1u << 24,
};

/* A reading by its characters: at[i] is where the one of that number begins. */
struct letters {
	const char *text;
	uint8_t at[LETTERS_MAX + 1];
	size_t n;
};

static void read_letters(struct letters *letters, const char *text, size_t n)
{
	*letters = (struct letters){.text = text};
	size_t at = 0;
	while (at < n && letters->n < LETTERS_MAX) {
		letters->at[letters->n++] = (uint8_t)at;
		at = osaas_utf8_next(text, n, at);
	}
	letters->at[letters->n] = (uint8_t)n;
}

static const char *from(const struct letters *letters, size_t a)
{
	return letters->text + letters->at[a];
}

static size_t bytes(const struct letters *letters, size_t a, size_t b)
{
	return (size_t)letters->at[b] - letters->at[a];
}

static bool is_foreign(const struct letters *letters, size_t i)
{
	uint32_t c;
	osaas_utf8_decode(from(letters, i), bytes(letters, i, i + 1), &c);
	return c < 0x80;
}

static uint32_t cost_of_length(size_t n)
{
	static const uint32_t costs[] = {0, COST_ONE, COST_TWO, COST_THREE};
	return COST_WORD + (n < sizeof costs / sizeof *costs ? costs[n] : 0);
}

static uint32_t cost_of_last(const struct letters *letters, size_t a, size_t k)
{
	uint32_t c;
	osaas_utf8_decode(from(letters, k - 1), bytes(letters, k - 1, k), &c);
	bool particle = c == 0x306f || c == 0x304c || c == 0x3092; /* ha, ga, wo */
	return particle && k - a > 1 ? COST_PARTICLE : 0;
}

/* A word from a to k, complete, and what is behind it, to b. */
static uint32_t cost_complete(const struct jisyo *jisyo, const struct letters *letters,
	size_t a, size_t k, size_t b)
{
	struct jisyo_words words;
	enum endings fit =
		endings_fit(ENDINGS_NOUN, from(letters, k), bytes(letters, k, b));
	if (fit == ENDINGS_WRONG ||
		!jisyo_find(jisyo, from(letters, a), bytes(letters, a, k), 0, &words))
		return COST_NONE;
	return cost_of_length(k - a) + cost_of_last(letters, a, k) +
	       COST_ENDING * (uint32_t)(b - k) + (fit == ENDINGS_RARE ? COST_RARE : 0);
}

/*
 * "書いて" is filed under k as all of "書く" is, and under i beside "買い", which has no "買いて":
 * so k, or g, is asked first.
 */
static char softened(const char *behind, size_t n)
{
	static const struct {
		const char *text;
		char consonant;
	} forms[] = {{"いて", 'k'}, {"いた", 'k'}, {"いで", 'g'}, {"いだ", 'g'}};
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		size_t len = strlen(forms[i].text);
		if (n >= len && memcmp(forms[i].text, behind, len) == 0)
			return forms[i].consonant;
	}
	return 0;
}

static bool find_inflected(const struct jisyo *jisyo, const char *stem, size_t size,
	const char *behind, size_t n, struct jisyo_words *words)
{
	char soft = softened(behind, n), consonant = letters_consonant(behind, n);
	if (soft && jisyo_find(jisyo, stem, size, soft, words))
		return true;
	return consonant && jisyo_find(jisyo, stem, size, consonant, words);
}

bool words_is_inflected(const char *behind, size_t n, char consonant)
{
	return consonant == softened(behind, n) ||
	       consonant == letters_consonant(behind, n);
}

static enum endings_place place_behind(size_t n)
{
	return n == 1 ? ENDINGS_SHORT_STEM : ENDINGS_STEM;
}

/* The stem from a to k, and its inflected part, to b. */
static uint32_t cost_inflected(const struct jisyo *jisyo, const struct letters *letters,
	size_t a, size_t k, size_t b)
{
	struct jisyo_words words;
	const char *behind = from(letters, k);
	size_t n = bytes(letters, k, b);
	enum endings fit = endings_fit(place_behind(k - a), behind, n);
	if (fit == ENDINGS_WRONG || !find_inflected(jisyo, from(letters, a),
					    bytes(letters, a, k), behind, n, &words))
		return COST_NONE;
	return COST_WORD + COST_INFLECTED + COST_INFLECTION * (uint32_t)(b - k - 1) +
	       (fit == ENDINGS_RARE ? COST_RARE : 0);
}

static uint32_t cost_kana(const struct letters *letters, size_t a, size_t b)
{
	uint32_t best = COST_NONE;
	for (size_t k = a + 1; k <= b; k++) {
		if (endings_is_word(from(letters, a), bytes(letters, a, k)) &&
			endings_fit(ENDINGS_NOUN, from(letters, k), bytes(letters, k, b)))
			best = COST_KANA + (k - a == 2 ? COST_KANA_TWO : 0) +
			       COST_ENDING * (uint32_t)(b - k);
	}
	return best;
}

/* Something from a to k that is no word of ours, and what is behind it, to b. */
static uint32_t cost_unknown(const struct letters *letters, size_t a, size_t k, size_t b)
{
	size_t foreign = 0;
	for (size_t i = a; i < k; i++)
		foreign += is_foreign(letters, i);
	if ((foreign && foreign < k - a) ||
		endings_fit(ENDINGS_NOUN, from(letters, k), bytes(letters, k, b)) !=
			ENDINGS_RIGHT)
		return COST_NONE;
	uint32_t ending = COST_ENDING * (uint32_t)(b - k);
	return foreign ? COST_FOREIGN + ending
		       : COST_UNKNOWN + COST_UNKNOWN_MORE * (uint32_t)(k - a - 1) +
				 ending;
}

enum kind {
	KANA, /* as it is */
	COMPLETE,
	INFLECTED,
	UNKNOWN,
};

/* Of the ways to take a piece, the one that costs least. */
struct way {
	uint32_t cost;
	enum kind kind;
	size_t stem; /* where the word ends */
};

static void take(struct way *way, uint32_t cost, enum kind kind, size_t stem)
{
	if (cost < way->cost)
		*way = (struct way){cost, kind, stem};
}

static struct way best_way(
	const struct jisyo *jisyo, const struct letters *letters, size_t a, size_t b)
{
	struct way way = {cost_kana(letters, a, b), KANA, b};
	for (size_t k = b; k > a; k--) {
		take(&way, cost_complete(jisyo, letters, a, k, b), COMPLETE, k);
		if (k < b)
			take(&way, cost_inflected(jisyo, letters, a, k, b), INFLECTED, k);
		take(&way, cost_unknown(letters, a, k, b), UNKNOWN, k);
	}
	return way;
}

size_t words_split(
	const struct jisyo *jisyo, const char *text, size_t n, uint8_t ends[WORDS_MAX])
{
	struct letters letters;
	uint32_t cost[LETTERS_MAX + 1] = {0};
	uint8_t back[LETTERS_MAX + 1] = {0};
	size_t count = 0;
	read_letters(&letters, text, n);
	for (size_t b = 1; b <= letters.n; b++) {
		cost[b] = UINT32_MAX;
		for (size_t a = b > PIECE_MAX ? b - PIECE_MAX : 0; a < b; a++) {
			uint32_t all = cost[a] + best_way(jisyo, &letters, a, b).cost;
			if (all < cost[b]) {
				cost[b] = all;
				back[b] = (uint8_t)a;
			}
		}
	}
	for (size_t b = letters.n; b > 0; b = back[b])
		count++;
	size_t i = count;
	for (size_t b = letters.n; b > 0; b = back[b]) {
		if (--i < WORDS_MAX)
			ends[i] = letters.at[b];
	}
	if (count > WORDS_MAX)
		ends[WORDS_MAX - 1] = letters.at[letters.n];
	return count < WORDS_MAX ? count : WORDS_MAX;
}

/* Each word of the dictionary with what stands behind it. */
static void add_words(
	struct candidates *list, struct jisyo_words words, const char *behind, size_t n)
{
	struct jisyo_word word;
	char text[JISYO_TEXT_MAX + WORDS_BYTES];
	while (jisyo_next(&words, &word)) {
		size_t len = strlen(word.text);
		memcpy(text, word.text, len);
		memcpy(text + len, behind, n);
		candidates_add(list, text, len + n, word.note);
	}
}

static void add_complete(const struct jisyo *jisyo, const struct letters *letters,
	size_t k, struct candidates *list)
{
	struct jisyo_words words;
	if (jisyo_find(jisyo, letters->text, bytes(letters, 0, k), 0, &words))
		add_words(list, words, from(letters, k), bytes(letters, k, letters->n));
}

static void add_inflected(const struct jisyo *jisyo, const struct letters *letters,
	size_t k, struct candidates *list)
{
	struct jisyo_words words;
	const char *behind = from(letters, k);
	size_t n = bytes(letters, k, letters->n);
	if (find_inflected(jisyo, letters->text, bytes(letters, 0, k), behind, n, &words))
		add_words(list, words, behind, n);
}

/* A loanword, most likely. */
static void add_katakana(const struct letters *letters, size_t k, struct candidates *list)
{
	char text[WORDS_BYTES];
	size_t n = letters_katakana(letters->text, bytes(letters, 0, k), text);
	memcpy(text + n, from(letters, k), bytes(letters, k, letters->n));
	candidates_add(list, text, letters->at[letters->n], "");
}

#define LOANWORD 3 /* syllables at least */

static void add_best(
	const struct jisyo *jisyo, const struct letters *letters, struct candidates *list)
{
	struct way way = best_way(jisyo, letters, 0, letters->n);
	switch (way.kind) {
	case KANA:
		candidates_add(list, letters->text, letters->at[letters->n], "");
		break;
	case COMPLETE:
		add_complete(jisyo, letters, way.stem, list);
		add_katakana(letters, way.stem, list);
		break;
	case INFLECTED:
		add_inflected(jisyo, letters, way.stem, list);
		break;
	case UNKNOWN:
		if (way.stem >= LOANWORD)
			add_katakana(letters, way.stem, list);
		break;
	}
}

static void add_all(
	const struct jisyo *jisyo, const struct letters *letters, struct candidates *list)
{
	for (size_t k = letters->n; k > 0; k--) {
		const char *behind = from(letters, k);
		size_t n = bytes(letters, k, letters->n);
		if (endings_fit(ENDINGS_NOUN, behind, n))
			add_complete(jisyo, letters, k, list);
		if (endings_fit(place_behind(k), behind, n))
			add_inflected(jisyo, letters, k, list);
	}
}

static void add_marked(const struct jisyo *jisyo, const struct letters *letters,
	size_t mark, struct candidates *list)
{
	for (size_t k = 1; k < letters->n; k++) {
		if (letters->at[k] == mark)
			add_inflected(jisyo, letters, k, list);
	}
}

void words_list(const struct jisyo *jisyo, const char *text, size_t n, size_t mark,
	struct candidates *list)
{
	struct letters letters;
	char katakana[WORDS_BYTES];
	candidates_clear(list);
	read_letters(&letters, text, n);
	if (mark)
		add_marked(jisyo, &letters, mark, list);
	add_best(jisyo, &letters, list);
	add_all(jisyo, &letters, list);
	candidates_add(list, text, n, "");
	letters_katakana(text, n, katakana);
	candidates_add(list, katakana, n, "");
}
