#include "letters.h"

#include <osaas_string.h>
#include <osaas_utf8.h>

#define HIRAGANA_FIRST UINT32_C(0x3041)
#define HIRAGANA_LAST  UINT32_C(0x3096)
#define KATAKANA_FIRST UINT32_C(0x30a1)
#define KATAKANA_LAST  UINT32_C(0x30f6)

/* From U+3041 on, as Unicode has them: the consonant that a word's inflected part is filed by. */
static const char consonants[] = "xaxixuxexokgkgkgkgkgszsjszszsz"
				 "tdtdttdtdtdnnnnnhbphbphbphbphbpmmmmm"
				 "xyxyxyrrrrrxwwwwnvxx";
/* The same, the vowel; '-': it has none, or it is small. */
static const char vowels[] = "-a-i-u-e-oaaiiuueeooaaiiuueeoo"
			     "aaii-uueeooaiueoaaaiiiuuueeeoooaiueo"
			     "-a-u-oaiueo-aieo-u--";

_Static_assert(sizeof consonants - 1 == HIRAGANA_LAST - HIRAGANA_FIRST + 1, "one each");
_Static_assert(sizeof vowels == sizeof consonants, "one each");

#define SMALL_TSU UINT32_C(0x3063)

bool letters_is_hiragana(uint32_t c)
{
	return c >= HIRAGANA_FIRST && c <= HIRAGANA_LAST;
}

/* All of these are three bytes long, so nothing moves. */
static size_t shift(
	const char *text, size_t n, char *to, uint32_t first, uint32_t last, int32_t by)
{
	for (size_t i = 0, len; i < n; i += len) {
		uint32_t c;
		len = osaas_utf8_decode(text + i, n - i, &c);
		if (c >= first && c <= last && len == 3)
			osaas_utf8_encode(c + (uint32_t)by, to + i);
		else
			memmove(to + i, text + i, len);
	}
	return n;
}

size_t letters_katakana(const char *text, size_t n, char *to)
{
	return shift(text, n, to, HIRAGANA_FIRST, HIRAGANA_LAST,
		KATAKANA_FIRST - HIRAGANA_FIRST);
}

size_t letters_hiragana(const char *text, size_t n, char *to)
{
	return shift(text, n, to, KATAKANA_FIRST, KATAKANA_LAST,
		-(int32_t)(KATAKANA_FIRST - HIRAGANA_FIRST));
}

char letters_consonant(const char *text, size_t n)
{
	uint32_t c;
	size_t len = osaas_utf8_decode(text, n, &c);
	if (c == SMALL_TSU && len < n)
		len = osaas_utf8_decode(text + len, n - len, &c);
	if (len == 0 || !letters_is_hiragana(c))
		return 0;
	char letter = consonants[c - HIRAGANA_FIRST];
	return letter == 'x' ? 0 : letter;
}

char letters_vowel(uint32_t c)
{
	char letter = letters_is_hiragana(c) ? vowels[c - HIRAGANA_FIRST] : '-';
	return letter == '-' ? 0 : letter;
}
