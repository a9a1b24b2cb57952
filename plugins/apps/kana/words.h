/*
 * words: a reading in hiragana, split into pieces of a word and what stands behind it, and what each
 * piece may become. The dictionary says which words there are, endings.h what may stand behind
 * them; of all ways to split, the one of least cost is taken, few and long words before many and
 * short ones. Texts are UTF-8, places bytes. Pure.
 */
#ifndef KANA_WORDS_H
#define KANA_WORDS_H

#include "candidates.h"
#include "jisyo.h"

#define WORDS_BYTES 192u /* of a reading, at most */
#define WORDS_MAX   32u  /* pieces; the last one has the rest */

/* words_split gives the pieces' ends, rising, the last of which is n; how many there are. */
size_t words_split(
	const struct jisyo *jisyo, const char *text, size_t n, uint8_t ends[WORDS_MAX]);

/*
 * words_list fills list with what the piece may become, the likeliest first, and at the end
 * itself and in katakana. mark: where the user says that the inflected part begins; 0: not.
 */
void words_list(const struct jisyo *jisyo, const char *text, size_t n, size_t mark,
	struct candidates *list);

/* words_is_inflected: a text that begins so may stand behind a stem that is filed under a consonant. */
bool words_is_inflected(const char *behind, size_t n, char consonant);

#endif
