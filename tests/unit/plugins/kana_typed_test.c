/* What is typed into the Japanese input method: romaji, the letters kept beside it, forms of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plugins/apps/kana/forms.h"
#include "plugins/apps/kana/letters.h"
#include "plugins/apps/kana/romaji.h"
#include "plugins/apps/kana/typed.h"
#include "plugins/apps/kana/widths.h"
#include "plugins/include/osaas_utf8.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void test_romaji(void **state)
{
	static const struct {
		const char *keys, *text, *waits;
	} cases[] = {
		{"", "", ""},
		{"a", "あ", ""},
		{"k", "", "k"},
		{"ka", "か", ""},
		{"ky", "", "ky"},
		{"kyo", "きょ", ""},
		{"kanji", "かんじ", ""},
		{"kan", "か", "n"},
		{"kann", "かん", ""},
		{"kan'i", "かんい", ""},
		{"konnnichiha", "こんにちは", ""},
		{"nya", "にゃ", ""},
		{"gakkou", "がっこう", ""},
		{"matcha", "まっちゃ", ""},
		{"matte", "まって", ""},
		{"tsu", "つ", ""},
		{"tu", "つ", ""},
		{"shi", "し", ""},
		{"si", "し", ""},
		{"fu", "ふ", ""},
		{"hu", "ふ", ""},
		{"ji", "じ", ""},
		{"zi", "じ", ""},
		{"ja", "じゃ", ""},
		{"va", "ゔぁ", ""},
		{"xtu", "っ", ""},
		{"ltsu", "っ", ""},
		{"xya", "ゃ", ""},
		{"thi", "てぃ", ""},
		{"dhu", "でゅ", ""},
		{"ko-hi-", "こーひー", ""},
		{"a,b.", "あ、b。", ""},
		{"[a]", "「あ」", ""},
		{"z/", "・", ""},
		{"zl", "→", ""},
		{"3ji", "3じ", ""},
		{"kq", "k", "q"},
		{"xts", "", "xts"},
		{"xtsk", "xts", "k"},
		{"kyk", "ky", "k"},
		{"wyi", "ゐ", ""},
		{"wya", "wや", ""},
		{"nk", "ん", "k"},
		{"!?", "！？", ""},
		{"@", "@", ""},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct romaji romaji = {0};
		char text[256];
		size_t n = 0;
		for (const char *key = cases[i].keys; *key; key++)
			n += romaji_push(&romaji, *key, text + n);
		text[n] = 0;
		if (strcmp(text, cases[i].text) || strcmp(romaji.pending, cases[i].waits))
			fail_msg("%s: '%s' and '%s', not '%s' and '%s'", cases[i].keys,
				text, romaji.pending, cases[i].text, cases[i].waits);
	}
}

/* Any keys: no more is written, and no more waits, than there is room for. */
static void test_romaji_bounds(void **state)
{
	static const char keys[] = "aiunkstyxlhwz'[.-q3";
	struct romaji romaji = {0};
	char text[ROMAJI_OUT];
	(void)state;
	srand(1);
	for (int i = 0; i < 300000; i++) {
		size_t n = romaji_push(
			&romaji, keys[(size_t)rand() % (sizeof keys - 1)], text);
		assert_in_range(n, 0, ROMAJI_OUT);
		assert_in_range(romaji.n, 0, ROMAJI_PENDING - 1);
		assert_true(osaas_utf8_valid(text, n));
	}
	assert_in_range(romaji_flush(&romaji, text), 0, ROMAJI_OUT);
	assert_int_equal(romaji.n, 0);
}

/* How a text is mostly typed; and that it is typed so. */
static void test_romaji_letters(void **state)
{
	static const struct {
		const char *text, *letters;
	} cases[] = {
		{"", ""},
		{"かんじ", "kanji"},
		{"きょう", "kyou"},
		{"き", "ki"},
		{"し", "shi"},
		{"しゃ", "sha"},
		{"ちょうつがい", "choutsugai"},
		{"ふじさん", "fujisan"},
		{"がっこう", "gakkou"},
		{"まっちゃ", "matcha"},
		{"っ", "ltu"},
		{"あっ", "altu"},
		{"っあ", "ltua"},
		{"っんあ", "ltunna"},
		{"っっか", "ltukka"},
		{"こんにちは", "konnnichiha"},
		{"かんい", "kanni"},
		{"ほんや", "honnya"},
		{"ほん", "hon"},
		{"んん", "nn"},
		{"ゃ", "lya"},
		{"こーひー。", "ko-hi-."},
		{"！？「」・", "!?[]/"},
		{"ゔぁ", "va"},
		{"3じabc漢", "3jiabc漢"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *text = cases[i].text;
		char letters[256];
		size_t n = 0;
		for (size_t at = 0, used; text[at]; at += used) {
			size_t len = romaji_letters(
				text + at, strlen(text + at), letters + n, &used);
			assert_in_range(len, 1, ROMAJI_LETTERS);
			n += len;
		}
		letters[n] = 0;
		if (strcmp(letters, cases[i].letters))
			fail_msg("%s: '%s', not '%s'", text, letters, cases[i].letters);
		if (strstr(text, "んん") || strstr(text, "漢"))
			continue;
		struct romaji romaji = {0};
		char back[256];
		size_t m = 0;
		for (size_t k = 0; k < n; k++)
			m += romaji_push(&romaji, letters[k], back + m);
		m += romaji_flush(&romaji, back + m);
		back[m] = 0;
		assert_string_equal(back, text);
	}
}

static void test_letters(void **state)
{
	static const struct {
		const char *text;
		char consonant;
	} cases[] = {{"き", 'k'}, {"ぎ", 'g'}, {"い", 'i'}, {"じ", 'j'}, {"ぜ", 'z'},
		{"ち", 't'}, {"った", 't'}, {"っ", 't'}, {"って", 't'}, {"っく", 'k'},
		{"ん", 'n'}, {"を", 'w'}, {"ゃ", 0}, {"ア", 0}, {"a", 0}, {"", 0},
		{"ふ", 'h'}, {"べ", 'b'}, {"ぷ", 'p'}, {"ゔ", 'v'}};
	static const char mixed[] = "かンじ漢-ゔーa", katakana[] = "カンジ漢-ヴーa",
			  hiragana[] = "かんじ漢-ゔーa";
	char text[sizeof mixed] = "";
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(letters_consonant(cases[i].text, strlen(cases[i].text)),
			cases[i].consonant);
	assert_int_equal(
		letters_katakana(mixed, sizeof mixed - 1, text), sizeof mixed - 1);
	assert_string_equal(text, katakana);
	letters_hiragana(katakana, sizeof mixed - 1, text);
	assert_string_equal(text, hiragana);
	assert_int_equal(letters_vowel(0x304d), 'i');
	assert_int_equal(letters_vowel(0x3093), 0);
	assert_int_equal(letters_vowel('a'), 0);
}

static void test_widths(void **state)
{
	static const struct {
		const char *text, *narrow, *back; /* back: NULL: the text */
	} cases[] = {
		{"", "", NULL},
		{"カンジ", "ｶﾝｼﾞ", NULL},
		{"ガギグゲゴザジズゼゾ", "ｶﾞｷﾞｸﾞｹﾞｺﾞｻﾞｼﾞｽﾞｾﾞｿﾞ", NULL},
		{"ダヂヅデドバビブベボ", "ﾀﾞﾁﾞﾂﾞﾃﾞﾄﾞﾊﾞﾋﾞﾌﾞﾍﾞﾎﾞ", NULL},
		{"パピプペポヴヷヺ", "ﾊﾟﾋﾟﾌﾟﾍﾟﾎﾟｳﾞﾜﾞｦﾞ", NULL},
		{"アイウエオカキクケコ", "ｱｲｳｴｵｶｷｸｹｺ", NULL},
		{"サシスセソタチツテト", "ｻｼｽｾｿﾀﾁﾂﾃﾄ", NULL},
		{"ナニヌネノハヒフヘホ", "ﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎ", NULL},
		{"マミムメモヤユヨ", "ﾏﾐﾑﾒﾓﾔﾕﾖ", NULL},
		{"ラリルレロワヲン", "ﾗﾘﾙﾚﾛﾜｦﾝ", NULL},
		{"ァィゥェォャュョッ", "ｧｨｩｪｫｬｭｮｯ", NULL},
		{"コーヒー、「」。・", "ｺｰﾋｰ､｢｣｡･", NULL},
		{"゛゜", "ﾞﾟ", NULL},
		/* What has no form of its own. */
		{"ヮヰヱヵヶヸヹ", "ﾜｲｴｶｹｲﾞｴﾞ", "ワイエカケイ゛エ゛"},
		{"！Ａｚ～　〜", "!Az~ ~", "!Az~ ~"},
		{"漢字かなabc", "漢字かなabc", NULL},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *text = cases[i].text;
		size_t n = strlen(text);
		char narrow[256], back[256];
		size_t len = widths_narrow(text, n, narrow);
		assert_in_range(len, 0, WIDTHS_NARROW(n));
		narrow[len] = 0;
		assert_string_equal(narrow, cases[i].narrow);
		size_t wide = widths_katakana(narrow, len, back);
		assert_in_range(wide, 0, len);
		back[wide] = 0;
		assert_string_equal(back, cases[i].back ? cases[i].back : text);
	}
	char wide[64];
	size_t n = widths_wide("a Z~!か", 8, wide);
	assert_int_equal(n, strlen("ａ　Ｚ～！か"));
	assert_memory_equal(wide, "ａ　Ｚ～！か", n);
}

/* What a key makes of a text, pressed again and again. */
static void test_forms(void **state)
{
	static const struct {
		const char *reading, *letters;
		enum form form;
		const char *texts[5]; /* from nothing on */
	} cases[] = {
		{"がっこう", "gakkou", FORM_HIRAGANA, {"がっこう", "がっこう"}},
		{"がっこう", "gakkou", FORM_KATAKANA, {"ガッコウ", "ガッコウ"}},
		{"がっこう", "gakkou", FORM_NARROW_KATAKANA, {"ｶﾞｯｺｳ", "ｶﾞｯｺｳ"}},
		{"じ", "ji", FORM_LATIN, {"ji", "JI", "Ji", "ji", "JI"}},
		{"じ", "Ji", FORM_LATIN, {"Ji", "ji", "JI", "Ji", "ji"}},
		{"じ", "JI", FORM_LATIN, {"JI", "ji", "Ji", "JI", "ji"}},
		{"あいあい", "aIaI", FORM_LATIN,
			{"aIaI", "aiai", "AIAI", "Aiai", "aIaI"}},
		{"3じ", "3ji", FORM_LATIN, {"3ji", "3JI", "3Ji", "3ji", "3JI"}},
		{"3", "3", FORM_LATIN, {"3", "3", "3"}},
		{"あ", "a", FORM_LATIN, {"a", "A", "a", "A"}},
		{"じ-", "ji-", FORM_WIDE_LATIN, {"ｊｉ－", "ＪＩ－", "Ｊｉ－", "ｊｉ－"}},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct forms forms = {cases[i].reading, cases[i].letters,
			strlen(cases[i].reading), strlen(cases[i].letters)};
		char now[FORMS_BYTES] = "", text[FORMS_BYTES];
		for (size_t k = 0; k < 5 && cases[i].texts[k]; k++) {
			size_t n =
				forms_write(&forms, cases[i].form, k ? now : NULL, text);
			assert_int_equal(n, strlen(text));
			if (strcmp(text, cases[i].texts[k]))
				fail_msg("%s, %zu times: '%s', not '%s'",
					cases[i].letters, k + 1, text, cases[i].texts[k]);
			strcpy(now, text);
		}
	}
}

/* Lower case types, < erases, > erases behind, L R 0 9 move, + a capital K. */
static void do_typed(struct typed *typed, const char *does)
{
	static const char moves[] = "LR09";
	for (const char *c = does; *c; c++) {
		if (*c == '<' || *c == '>')
			typed_erase(typed, *c == '>');
		else if (strchr(moves, *c))
			typed_move(typed, (enum typed_motion)(strchr(moves, *c) - moves));
		else
			assert_true(typed_push(typed, *c == '+' ? 'K' : *c));
	}
}

static void test_typed(void **state)
{
	static const struct {
		const char *does, *shown;
		size_t caret, mark;
	} cases[] = {
		{"kanji", "かんじ", 9, 0},
		{"kanj", "かんj", 7, 0},
		{"kanj<", "かん", 6, 0},
		{"kanji<<", "か", 3, 0},
		{"ka<<<", "", 0, 0},
		{"kanjiLk", "かんkじ", 7, 0},
		{"kanjiLka", "かんかじ", 9, 0},
		{"kanji0>", "んじ", 0, 0},
		{"kanji0L<ka", "かかんじ", 3, 0},
		{"kan9", "かん", 6, 0},
		{"ka+a", "かか", 6, 3},
		{"n+", "んk", 4, 3},
		{"ka+a<", "か", 3, 0},
		{"ka+a0a", "あかか", 3, 6},
		{"ka+a0>", "か", 0, 0},
		{"+a", "か", 3, 0},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct typed typed = {0};
		char shown[WORDS_BYTES + 1];
		size_t caret;
		do_typed(&typed, cases[i].does);
		shown[typed_show(&typed, shown, &caret)] = 0;
		if (strcmp(shown, cases[i].shown) || caret != cases[i].caret ||
			typed.mark != cases[i].mark)
			fail_msg("%s: '%s' %zu %zu", cases[i].does, shown, caret,
				typed.mark);
	}
}

/* As test_typed; what was typed from a character to another. */
static void test_typed_latin(void **state)
{
	static const struct {
		const char *does;
		size_t from, to; /* characters */
		const char *letters;
	} cases[] = {
		{"kanji", 0, 3, "kanji"},
		{"kanzi", 0, 3, "kanzi"},
		{"tu", 0, 1, "tu"},
		{"tsu", 0, 1, "tsu"},
		{"gakkou", 0, 4, "gakkou"},
		{"gakkou", 1, 3, "kko"},
		{"gakkou", 2, 4, "kou"},
		{"matcha", 0, 4, "matcha"},
		{"konnnichiha", 0, 5, "konnnichiha"},
		{"kon'ya", 0, 3, "kon'ya"},
		{"xtu", 0, 1, "xtu"},
		{"xtsu", 0, 1, "xtsu"},
		{"z/", 0, 1, "z/"},
		{"a,b.", 0, 4, "a,b."},
		{"kq", 0, 1, "k"},
		{"+a", 0, 1, "Ka"},
		{"ta+uru", 0, 3, "taKuru"},
		/* Edited. */
		{"kanji<", 0, 2, "kan"},
		{"kanji<zi", 0, 3, "kanzi"},
		{"kanj<<ki", 0, 2, "kaki"},
		{"kanjiLka", 0, 4, "kankaji"},
		{"kanji0sya", 0, 5, "syakanji"},
		{"kanji0>", 0, 2, "nji"},
		{"gakkouLL<", 0, 3, "gakou"},
		{"konnLka", 0, 3, "kokann"},
		/* Half a syllable that was typed at once: as that is mostly typed. */
		{"kyou<", 0, 2, "kyo"},
		{"kyou<<", 0, 1, "ki"},
		{"syou0>", 0, 2, "lyou"},
		{"kyouLLka", 0, 4, "kikalyou"},
		{"kyou", 0, 1, "ki"},
		{"kyou", 1, 3, "lyou"},
		/* What waits is not lost. */
		{"kanL", 0, 2, "kan"},
		{"kan+", 0, 2, "kan"},
		{"kkL", 0, 1, "k"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct typed typed = {0};
		char letters[LATIN_MAX + 1];
		size_t from = 0, to = 0;
		do_typed(&typed, cases[i].does);
		for (size_t k = 0; k < cases[i].to; k++) {
			to = osaas_utf8_next(typed.text, typed.n, to);
			from = k + 1 == cases[i].from ? to : from;
		}
		letters[latin_write(&typed.latin, typed.text, from, to, letters)] = 0;
		if (strcmp(letters, cases[i].letters))
			fail_msg("%s: '%s', not '%s'", cases[i].does, letters,
				cases[i].letters);
	}
}

/* Whatever is done: there are letters for all of it, in the order of what they are for. */
static void test_typed_any(void **state)
{
	struct typed typed = {0};
	(void)state;
	srand(1);
	for (int i = 0; i < 200000; i++) {
		static const char does[] = "aiunkksstyxlhwz'-K3<<<>LLR09";
		const char one[] = {does[(size_t)rand() % (sizeof does - 1)], 0};
		char letters[LATIN_MAX];
		size_t sum = 0;
		if (strchr("<>LR09", one[0]) || typed.n < 100)
			do_typed(&typed, one);
		for (size_t k = 0; k < typed.latin.n; k++)
			sum += typed.latin.units[k].bytes;
		assert_int_equal(sum, typed.n);
		size_t all = latin_write(&typed.latin, typed.text, 0, typed.n, letters);
		assert_in_range(all, typed.n / 3, LATIN_MAX);
		if (i % 1000 == 0)
			memset(&typed, 0, sizeof typed);
	}
}

static void test_typed_full(void **state)
{
	struct typed typed = {0};
	char shown[WORDS_BYTES];
	size_t caret, taken = 0;
	(void)state;
	while (typed_push(&typed, 'a'))
		taken++;
	assert_in_range(taken, 40, WORDS_BYTES / 3);
	assert_false(typed_insert(&typed, "あ", 3, 'a'));
	assert_in_range(typed_show(&typed, shown, &caret), taken * 3, WORDS_BYTES);
	typed_erase(&typed, false);
	assert_true(typed_push(&typed, 'n'));
	typed_finish(&typed);
	assert_int_equal(typed.n, taken * 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_romaji),
		cmocka_unit_test(test_romaji_bounds),
		cmocka_unit_test(test_romaji_letters),
		cmocka_unit_test(test_letters),
		cmocka_unit_test(test_widths),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_typed),
		cmocka_unit_test(test_typed_latin),
		cmocka_unit_test(test_typed_any),
		cmocka_unit_test(test_typed_full),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
