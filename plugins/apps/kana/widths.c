#include "widths.h"

#include <stdbool.h>
#include <stdint.h>

#include <osaas_string.h>
#include <osaas_utf8.h>

#define COUNT(array)   (sizeof(array) / sizeof *(array))

#define KATAKANA_FIRST UINT32_C(0x30a1)
#define KATAKANA_LAST  UINT32_C(0x30fc)
#define ASCII_TO_WIDE  UINT32_C(0xfee0) /* '!' is U+FF01 */
#define WIDE_BLANK     UINT32_C(0x3000)

#define KANA           3 /* bytes of each */
#define FORM           (2 * KANA)

/*
 * From U+30A1 on: the <narrow> decompositions of the block Halfwidth and Fullwidth Forms
 * (UnicodeData.txt), the other way; voiced ones by their own decomposition. Of those without
 * a form of their own (small wa, ka, ke; wi, we, vi, ve) the letters nearest to them.
 */
static const char narrow[] = "ｧｱｨｲｩｳｪｴｫｵｶｶｷｷｸｸｹｹｺｺ"
			     "ｻｻｼｼｽｽｾｾｿｿﾀﾀﾁﾁｯﾂﾂﾃﾃﾄ"
			     "ﾄﾅﾆﾇﾈﾉﾊﾊﾊﾋﾋﾋﾌﾌﾌﾍﾍﾍﾎﾎ"
			     "ﾎﾏﾐﾑﾒﾓｬﾔｭﾕｮﾖﾗﾘﾙﾚﾛﾜﾜｲ"
			     "ｴｦﾝｳｶｹﾜｲｴｦ･ｰ";
/* What stands behind each: v: the voiced mark, p: the half voiced one. In capitals: it is not their own. */
static const char marks[] = "-----------v-v-v-v-v-v-v-v-v-v"
			    "-v-v--v-v-v------vp-vp-vp-vp-v"
			    "p----------------O-OO--vOOvVVv"
			    "--";

_Static_assert(sizeof marks - 1 == KATAKANA_LAST - KATAKANA_FIRST + 1, "one each");
_Static_assert(sizeof narrow - 1 == KANA * (sizeof marks - 1), "one each");

static const char voiced[] = "ﾞ", half_voiced[] = "ﾟ";

/* Signs of that block and of CJK Symbols and Punctuation. */
static const struct sign {
	uint32_t sign;
	const char *narrow;
} signs[] = {
	{0x3001, "､"},
	{0x3002, "｡"},
	{0x300c, "｢"},
	{0x300d, "｣"},
	{0x309b, voiced},
	{0x309c, half_voiced},
	{WIDE_BLANK, " "},
	{0x301c, "~"},
};

static size_t narrow_katakana(uint32_t c, char to[FORM])
{
	char mark = marks[c - KATAKANA_FIRST];
	memcpy(to, narrow + KANA * (c - KATAKANA_FIRST), KANA);
	if (mark == '-' || mark == 'O')
		return KANA;
	memcpy(to + KANA, mark == 'p' ? half_voiced : voiced, KANA);
	return FORM;
}

/* The narrow form of a character; 0: it has none. */
static size_t narrow_of(uint32_t c, char to[FORM])
{
	if (c >= KATAKANA_FIRST && c <= KATAKANA_LAST)
		return narrow_katakana(c, to);
	if (c > ASCII_TO_WIDE + ' ' && c < ASCII_TO_WIDE + 0x7f)
		return osaas_utf8_encode(c - ASCII_TO_WIDE, to);
	for (size_t i = 0; i < COUNT(signs); i++) {
		if (signs[i].sign == c) {
			memcpy(to, signs[i].narrow, strlen(signs[i].narrow));
			return strlen(signs[i].narrow);
		}
	}
	return 0;
}

static size_t copy(const char *text, size_t n, char *to)
{
	memcpy(to, text, n);
	return n;
}

size_t widths_narrow(const char *text, size_t n, char *to)
{
	size_t len = 0;
	for (size_t i = 0, used; i < n; i += used) {
		uint32_t c;
		char form[FORM];
		used = osaas_utf8_decode(text + i, n - i, &c);
		size_t size = narrow_of(c, form);
		len += size ? copy(form, size, to + len) : copy(text + i, used, to + len);
	}
	return len;
}

size_t widths_wide(const char *text, size_t n, char *to)
{
	size_t len = 0;
	for (size_t i = 0, used; i < n; i += used) {
		uint32_t c;
		used = osaas_utf8_decode(text + i, n - i, &c);
		if (c >= ' ' && c < 0x7f)
			len += osaas_utf8_encode(
				c == ' ' ? WIDE_BLANK : c + ASCII_TO_WIDE, to + len);
		else
			len += copy(text + i, used, to + len);
	}
	return len;
}

static bool is_own(uint32_t c)
{
	char mark = c >= KATAKANA_FIRST && c <= KATAKANA_LAST ? marks[c - KATAKANA_FIRST]
							      : '-';
	return mark != 'O' && mark != 'V';
}

static void take(uint32_t c, const char *text, size_t n, uint32_t *found, size_t *used)
{
	char form[FORM];
	size_t size = narrow_of(c, form);
	if (size < KANA || size <= *used || size > n || !is_own(c) ||
		memcmp(form, text, size) != 0)
		return;
	*found = c;
	*used = size;
}

/* The character whose narrow form the text begins with, the longest; 0: none. */
static uint32_t wide_of(const char *text, size_t n, size_t *used)
{
	uint32_t found = 0;
	*used = 0;
	for (uint32_t c = KATAKANA_FIRST; c <= KATAKANA_LAST; c++)
		take(c, text, n, &found, used);
	for (size_t i = 0; i < COUNT(signs); i++)
		take(signs[i].sign, text, n, &found, used);
	return found;
}

size_t widths_katakana(const char *text, size_t n, char *to)
{
	size_t len = 0;
	for (size_t i = 0, used; i < n; i += used) {
		uint32_t c = wide_of(text + i, n - i, &used);
		if (c) {
			len += osaas_utf8_encode(c, to + len);
			continue;
		}
		used = osaas_utf8_decode(text + i, n - i, &c);
		len += copy(text + i, used, to + len);
	}
	return len;
}
