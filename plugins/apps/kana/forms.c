#include "forms.h"

#include <stdbool.h>

#include <osaas_string.h>

#include "letters.h"
#include "widths.h"

_Static_assert(WIDTHS_NARROW(WORDS_BYTES) < FORMS_BYTES, "kana have room");
_Static_assert(WIDTHS_WIDE(LATIN_MAX) < FORMS_BYTES, "and letters");

enum letter_case {
	AS_TYPED,
	LOWER,
	UPPER,
	CAPITAL,
	CASES,
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void set_case(char *letters, size_t n, enum letter_case which)
{
	bool upper = which != LOWER;
	for (size_t i = 0; i < n && which != AS_TYPED; i++) {
		if (!is_letter(letters[i]))
			continue;
		letters[i] = (char)(upper ? letters[i] & ~0x20 : letters[i] | 0x20);
		upper &= which != CAPITAL;
	}
}

static size_t write_latin(const struct forms *forms, bool wide, enum letter_case which,
	char to[FORMS_BYTES])
{
	char letters[LATIN_MAX];
	size_t n = forms->count;
	memcpy(letters, forms->letters, n);
	set_case(letters, n, which);
	if (wide)
		n = widths_wide(letters, n, to);
	else
		memcpy(to, letters, n);
	to[n] = 0;
	return n;
}

/* Whether a case before that one is the same text. */
static bool is_again(const struct forms *forms, enum letter_case which)
{
	char text[FORMS_BYTES], before[FORMS_BYTES];
	write_latin(forms, false, which, text);
	for (int i = AS_TYPED; i < (int)which; i++) {
		write_latin(forms, false, (enum letter_case)i, before);
		if (strcmp(before, text) == 0)
			return true;
	}
	return false;
}

static size_t next_latin(
	const struct forms *forms, bool wide, const char *now, char to[FORMS_BYTES])
{
	bool found = false;
	for (int i = AS_TYPED; now && i < CASES; i++) {
		if (is_again(forms, (enum letter_case)i))
			continue;
		size_t n = write_latin(forms, wide, (enum letter_case)i, to);
		if (found)
			return n;
		found = strcmp(to, now) == 0;
	}
	return write_latin(forms, wide, AS_TYPED, to);
}

static size_t write_kana(const struct forms *forms, enum form form, char *to)
{
	char katakana[WORDS_BYTES];
	size_t n = forms->n;
	if (form == FORM_HIRAGANA)
		memcpy(to, forms->reading, n);
	else
		letters_katakana(forms->reading, n, katakana);
	if (form == FORM_KATAKANA)
		memcpy(to, katakana, n);
	else if (form == FORM_NARROW_KATAKANA)
		n = widths_narrow(katakana, n, to);
	to[n] = 0;
	return n;
}

size_t forms_write(
	const struct forms *forms, enum form form, const char *now, char to[FORMS_BYTES])
{
	return form == FORM_LATIN || form == FORM_WIDE_LATIN
		       ? next_latin(forms, form == FORM_WIDE_LATIN, now, to)
		       : write_kana(forms, form, to);
}
