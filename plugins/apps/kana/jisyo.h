/*
 * jisyo: a dictionary of SKK, in memory as it is on disk: EUC-JP, a line for each reading,
 *
 *	;; okuri-ari entries.
 *	わらu /笑/嗤;(jeer) 人の失敗を嗤う/		from the last reading to the first
 *	;; okuri-nasi entries.
 *	かんじ /漢字/幹事;manager/			from the first to the last
 *
 * by the bytes. Ari are words with an inflected part, of which the reading has the first
 * consonant; nasi are all others. A word may have a note behind a semicolon. Lines that begin with ;
 * are comments. Readings are found by halving: in one that is not sorted, not all of them.
 *
 * The bytes are not trusted. Nothing here allocates, and what is found points into them. Pure.
 */
#ifndef KANA_JISYO_H
#define KANA_JISYO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JISYO_KEY_MAX 96 /* bytes of a reading in EUC-JP: what is longer is not found */
#define JISYO_TEXT_MAX                                                                   \
	128 /* bytes of a word or a note in UTF-8 with the zero: longer ones are left out, or cut */

struct jisyo_part {
	const uint8_t *at;
	size_t size;
};

/* Of zeros: a dictionary without words. */
struct jisyo {
	struct jisyo_part ari, nasi;
};

/* Words that are still to be read: "a;note/b/...". */
struct jisyo_words {
	const uint8_t *at;
	size_t left;
	const char *number; /* of a reading with #: the digits in its place */
	size_t digits;
};

struct jisyo_word {
	char text[JISYO_TEXT_MAX], note[JISYO_TEXT_MAX]; /* zero terminated */
};

/* jisyo_open: false: it has no line that says where nasi entries begin; then it has no words. */
bool jisyo_open(struct jisyo *jisyo, const void *data, size_t size);

/*
 * jisyo_find looks a reading up: hiragana; consonant: 0 of nasi entries, else the last letter
 * of an ari entry. Digits at its start stand for # as well, in words, too; the reading must then
 * stay as long as words. False: there is none.
 */
bool jisyo_find(const struct jisyo *jisyo, const char *reading, size_t n, char consonant,
	struct jisyo_words *words);

/* jisyo_next reads the next word. False: there is none any more. */
bool jisyo_next(struct jisyo_words *words, struct jisyo_word *word);

#endif
