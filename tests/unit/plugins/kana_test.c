/* What the Japanese input method is made of: the dictionary, words, readings, emoji. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "kana_dictionary.h"
#include "plugins/apps/kana/emoji.h"
#include "plugins/apps/kana/endings.h"
#include "plugins/apps/kana/history.h"
#include "plugins/apps/kana/numbers.h"
#include "plugins/apps/kana/readings.h"
#include "plugins/apps/kana/words.h"
#include "plugins/include/osaas_utf8.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static uint8_t bytes[8192];
static struct jisyo jisyo;
static struct candidates list;

static int open_dictionary(void **state)
{
	(void)state;
	return jisyo_open(&jisyo, bytes, kana_dictionary_bytes(bytes, sizeof bytes)) ? 0
										     : -1;
}

static void test_euc(void **state)
{
	size_t known = 0;
	uint32_t c;
	uint8_t back[2];
	(void)state;
	for (unsigned a = 0xa1; a <= 0xfe; a++) {
		for (unsigned b = 0xa1; b <= 0xfe; b++) {
			uint8_t pair[] = {(uint8_t)a, (uint8_t)b};
			assert_int_equal(euc_decode(pair, 2, &c), 2);
			if (c == OSAAS_UTF8_BAD)
				continue;
			known++;
			assert_int_equal(euc_encode(c, back), 2);
			assert_memory_equal(back, pair, 2);
		}
	}
	assert_int_equal(known, 6879); /* the characters of JIS X 0208 */
	assert_int_equal(euc_encode(0x1f600, back), 0);
}

static void test_euc_wrong(void **state)
{
	static const struct {
		const char *bytes;
		size_t n, taken;
		uint32_t c;
	} cases[] = {{"", 0, 0, OSAAS_UTF8_BAD}, {"a", 1, 1, 'a'},
		{"\xa4", 1, 1, OSAAS_UTF8_BAD}, {"\xa4\xab", 2, 2, 0x304b},
		{"\xa4"
		 "a",
			2, 1, OSAAS_UTF8_BAD},
		{"\x8e\xb1", 2, 2, 0xff71}, {"\x8e", 1, 1, OSAAS_UTF8_BAD},
		{"\x8e\xe0", 2, 1, OSAAS_UTF8_BAD},
		{"\x8f\xb0\xa1", 3, 3, OSAAS_UTF8_BAD},
		{"\x8f\xb0", 2, 1, OSAAS_UTF8_BAD}, {"\xff\xff", 2, 1, OSAAS_UTF8_BAD},
		{"\xfe\xfe", 2, 2, OSAAS_UTF8_BAD}};
	char text[8];
	uint8_t euc[4];
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint32_t c;
		assert_int_equal(
			euc_decode((const uint8_t *)cases[i].bytes, cases[i].n, &c),
			cases[i].taken);
		assert_int_equal(c, cases[i].c);
	}
	/* Whole characters, and no more than there is room for. */
	assert_int_equal(euc_to_utf8((const uint8_t *)"\xa4\xab\xa4\xab", 4, text, 5), 3);
	assert_int_equal(euc_from_utf8("かか", 6, euc, 3), 0);
	assert_int_equal(euc_from_utf8("\xf0\x9f\x98\x80", 4, euc, 4), 0);
}

static void test_jisyo(void **state)
{
	static const struct {
		const char *reading;
		char consonant;
		const char *words; /* with notes, or NULL: not found */
	} cases[] = {
		{"かんじ", 0, "漢字 幹事;manager 感じ "},
		{"わたし", 0, "私 渡し "},
		{"#", 0, ""},
		{"#じ", 0, ""},
		{"わら", 'u', "笑 嗤;(jeer) 人の失敗を嗤う "},
		{"あたら", 's', "新 "},
		{"よ", 'm', "読 詠 "},
		{"よ", 'n', "読 呼 "},
		{"たべ", 'b', NULL},
		{"よ", 'x', NULL},
		{"かん", 0, NULL},
		{"かんじん", 0, NULL},
		{"ん", 0, NULL},
		{"!", 0, NULL},
		{"", 0, NULL},
		{"", 'b', NULL},
		{"\U0001f600", 0, NULL},
		{"and/or", 0, "and/or "},
		{"ごじゅう", 0, "五十 "},
		{"12", 0, "12 １２ "},
		{"3じ", 0, "3時 ３時 三時 "},
		{"20がつ", 0, "20月 二〇月 二十月 "},
		{"3x", 0, NULL},
		{"じ", 0, NULL},
		{"3", 'k', NULL},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct jisyo_words words = {0};
		struct jisyo_word word;
		char all[512] = "";
		bool found = jisyo_find(&jisyo, cases[i].reading,
			strlen(cases[i].reading), cases[i].consonant, &words);
		while (found && jisyo_next(&words, &word)) {
			strcat(all, word.text);
			if (word.note[0])
				strcat(strcat(all, ";"), word.note);
			strcat(all, " ");
		}
		if (found != (cases[i].words != NULL) ||
			(found && strcmp(all, cases[i].words)))
			fail_msg("%s%c: '%s'", cases[i].reading, cases[i].consonant, all);
	}
}

/* Every line of it is found, however many there are. */
static void test_jisyo_all(void **state)
{
	static char text[200000];
	static uint8_t euc[200000];
	struct jisyo many;
	struct jisyo_words words;
	struct jisyo_word word;
	(void)state;
	for (size_t n = 0; n < 300; n++) {
		size_t len = (size_t)sprintf(text, ";; okuri-ari entries.\n");
		for (size_t i = n; i-- > 0;)
			len += (size_t)sprintf(text + len, "あ%03zuk /%zu/\n", i, i);
		len += (size_t)sprintf(text + len, ";; okuri-nasi entries.\n");
		for (size_t i = 0; i < n; i++)
			len += (size_t)sprintf(text + len, "い%03zu /%zu/\n", i, i);
		assert_true(jisyo_open(
			&many, euc, euc_from_utf8(text, len, euc, sizeof euc)));
		for (size_t i = 0; i < n; i++) {
			char reading[16], wanted[16];
			sprintf(wanted, "%zu", i);
			sprintf(reading, "い%03zu", i);
			assert_true(
				jisyo_find(&many, reading, strlen(reading), 0, &words));
			assert_true(jisyo_next(&words, &word));
			assert_string_equal(word.text, wanted);
			sprintf(reading, "あ%03zu", i);
			assert_true(
				jisyo_find(&many, reading, strlen(reading), 'k', &words));
			assert_true(jisyo_next(&words, &word));
			assert_string_equal(word.text, wanted);
		}
	}
}

static void test_jisyo_wrong(void **state)
{
	static const struct {
		const char *text;
		bool opens, finds;
	} cases[] = {
		{"", false, false},
		{"\n\n\n", false, false},
		{"no dictionary at all", false, false},
		{";; okuri-ari entries.\na /b/\n", false, false},
		{";; okuri-nasi entries.", true, false},
		{";; okuri-nasi entries.\na", true, false},
		{";; okuri-nasi entries.\na ", true, false},
		{";; okuri-nasi entries.\na b", true, false},
		{";; okuri-nasi entries.\na /", true, false},
		{";; okuri-nasi entries.\na /b", true, false},
		{";; okuri-nasi entries.\na //;note/", true, false},
		{";; okuri-nasi entries.\na /b\001/", true, false},
		{";; okuri-nasi entries.\na /\xff\xff/", true, false},
		{";; okuri-nasi entries.\na /\xff/b/", true, true},
		{";; okuri-nasi entries.\na /b/", true, true},
		{";; okuri-nasi entries.\na /(concat \"\\05\")/", true, true},
		{";; okuri-nasi entries.\na /(concat \"\\000\")/", true, true},
		{";; okuri-nasi entries.\na /(concat)/", true, true},
		{";; okuri-nasi entries.\na /(x \"\")/", true, false},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct jisyo wrong;
		struct jisyo_words words;
		struct jisyo_word word;
		/* No byte behind it may be looked at: the sanitizer would tell. */
		size_t n = strlen(cases[i].text);
		char *copy = malloc(n ? n : 1);
		memcpy(copy, cases[i].text, n);
		bool opens = jisyo_open(&wrong, copy, n);
		bool finds = jisyo_find(&wrong, "a", 1, 0, &words) &&
			     jisyo_next(&words, &word);
		if (opens != cases[i].opens || finds != cases[i].finds)
			fail_msg("%s: %d %d", cases[i].text, opens, finds);
		free(copy);
	}
}

static void test_jisyo_long(void **state)
{
	static char text[65536];
	struct jisyo wide;
	struct jisyo_words words;
	struct jisyo_word word;
	(void)state;
	size_t n = (size_t)sprintf(text, ";; okuri-nasi entries.\na /");
	memset(text + n, 'x', 60000);
	strcpy(text + n + 60000, "/b;");
	memset(text + n + 60003, 'y', 300);
	strcpy(text + n + 60303, "/\n");
	assert_true(jisyo_open(&wide, text, strlen(text)));
	assert_true(jisyo_find(&wide, "a", 1, 0, &words));
	assert_true(jisyo_next(&words, &word));
	assert_string_equal(word.text, "b");
	assert_int_equal(strlen(word.note), JISYO_TEXT_MAX - 1);
	assert_false(jisyo_next(&words, &word));
}

static void test_endings(void **state)
{
	static const struct {
		enum endings_place place;
		const char *text;
		enum endings fit;
	} cases[] = {
		{ENDINGS_NOUN, "", ENDINGS_RIGHT},
		{ENDINGS_NOUN, "は", ENDINGS_RIGHT},
		{ENDINGS_NOUN, "には", ENDINGS_RIGHT},
		{ENDINGS_NOUN, "です。", ENDINGS_RIGHT},
		{ENDINGS_NOUN, "しています", ENDINGS_RIGHT},
		{ENDINGS_NOUN, "な", ENDINGS_RARE},
		{ENDINGS_NOUN, "なひと", ENDINGS_WRONG},
		{ENDINGS_NOUN, "ぬ", ENDINGS_WRONG},
		{ENDINGS_STEM, "", ENDINGS_WRONG},
		{ENDINGS_STEM, "く", ENDINGS_RIGHT},
		{ENDINGS_STEM, "いて", ENDINGS_RIGHT},
		{ENDINGS_STEM, "きました", ENDINGS_RIGHT},
		{ENDINGS_STEM, "かなかったので", ENDINGS_RIGHT},
		{ENDINGS_STEM, "き", ENDINGS_RARE},
		{ENDINGS_STEM, "ました", ENDINGS_WRONG},
		{ENDINGS_SHORT_STEM, "ました", ENDINGS_RIGHT},
		{ENDINGS_STEM, "べさせられた", ENDINGS_RIGHT},
		{ENDINGS_STEM, "くは", ENDINGS_WRONG},
		{ENDINGS_STEM, "いくないでは", ENDINGS_WRONG},
		{ENDINGS_NOUN, "とととととととととととととととと", ENDINGS_WRONG},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		enum endings fit =
			endings_fit(cases[i].place, cases[i].text, strlen(cases[i].text));
		if (fit != cases[i].fit)
			fail_msg("'%s' behind %d: %d, not %d", cases[i].text,
				cases[i].place, fit, cases[i].fit);
	}
	assert_true(endings_is_word("これ", 6));
	assert_false(endings_is_word("こ", 3));
}

static void test_words(void **state)
{
	static const struct {
		const char *reading, *pieces;
	} cases[] = {
		{"かんじ", "漢字 "},
		{"わたしはがくせいです", "私は 学生です "},
		{"きょうはいいてんきですね", "今日は いい 天気ですね "},
		{"にほんごをべんきょうしています", "日本語を 勉強しています "},
		{"たべます", "食べます "},
		{"ほんがよみたい", "本が 読みたい "},
		{"とうきょうにいきました", "東京に 行きました "},
		{"しずかなひと", "静かな 人 "},
		{"あたらしいほんをかった", "新しい 本を 勝った "},
		{"たかくない", "高くない "},
		{"ほんをかいたひと", "本を 書いた 人 "},
		{"みました", "見ました "},
		{"こーひーを", "コーヒーを "},
		{"ぬ", "ぬ "},
		{"ぬーぬ", "ヌーヌ "},
		{"abc", "abc "},
		{"3じにほんをかった", "3時に 本を 勝った "},
		{"き", "木 "},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *text = cases[i].reading;
		uint8_t ends[WORDS_MAX];
		char all[512] = "";
		size_t start = 0, n = words_split(&jisyo, text, strlen(text), ends);
		for (size_t k = 0; k < n; k++) {
			words_list(&jisyo, text + start, ends[k] - start, 0, &list);
			strcat(strcat(all, candidates_text(&list, 0)), " ");
			start = ends[k];
		}
		assert_int_equal(start, strlen(text));
		if (strcmp(all, cases[i].pieces))
			fail_msg("%s: '%s', not '%s'", text, all, cases[i].pieces);
	}
}

/* As long as it may be; and without any dictionary. */
static void test_words_bounds(void **state)
{
	static const struct jisyo none;
	char text[WORDS_BYTES];
	uint8_t ends[WORDS_MAX];
	(void)state;
	for (size_t n = 0; n < WORDS_BYTES; n += 3)
		memcpy(text + n, n % 2 ? "を" : "ぬ", 3);
	size_t n = words_split(&jisyo, text, sizeof text, ends);
	assert_in_range(n, 1, WORDS_MAX);
	assert_int_equal(ends[n - 1], WORDS_BYTES);
	for (size_t i = 1; i < n; i++)
		assert_true(ends[i] > ends[i - 1]);
	words_list(&jisyo, text, sizeof text, 0, &list);
	assert_in_range(list.n, 2, 3);
	n = words_split(&none, text, 30, ends);
	assert_int_equal(ends[n - 1], 30);
	words_list(&none, "かんじ", 9, 0, &list);
	assert_int_equal(list.n, 2);
	assert_string_equal(candidates_text(&list, 0), "カンジ");
	assert_string_equal(candidates_text(&list, 1), "かんじ");
}

static void test_marked(void **state)
{
	(void)state;
	words_list(&jisyo, "かった", 9, 3, &list);
	assert_string_equal(candidates_text(&list, 0), "勝った");
	assert_string_equal(candidates_text(&list, 1), "買った");
	words_list(&jisyo, "かいて", 9, 0, &list);
	assert_string_equal(candidates_text(&list, 0), "書いて");
	words_list(&jisyo, "かんじ", 9, 6, &list);
	assert_string_equal(candidates_text(&list, 0), "漢字");
}

static void test_candidates(void **state)
{
	static char big[30000];
	(void)state;
	candidates_clear(&list);
	candidates_add(&list, "a", 1, "note");
	candidates_add(&list, "b", 1, "");
	candidates_add(&list, "a", 1, "");
	candidates_add(&list, "", 0, "");
	assert_int_equal(list.n, 2);
	assert_string_equal(candidates_note(&list, 0), "note");
	candidates_first(&list, 1);
	assert_string_equal(candidates_text(&list, 0), "b");
	assert_string_equal(candidates_text(&list, 1), "a");
	assert_int_equal(candidates_find(&list, "ab", 2), 2);
	memset(big, 'x', sizeof big - 1);
	candidates_add(&list, big, sizeof big - 1, "");
	candidates_add(&list, "c", 1, big);
	assert_int_equal(list.n, 2);
	for (unsigned i = 0; i < 1000; i++) {
		char text[8];
		candidates_add(&list, text, (size_t)sprintf(text, "%u", i), "");
	}
	assert_int_equal(list.n, CANDIDATES_MAX);
	/* Where it is full a form still has room; as many as there are, not more. */
	assert_int_equal(candidates_force(&list, "b", 1), 0);
	for (unsigned i = 0; i < CANDIDATES_MORE + 2; i++) {
		char text[8];
		size_t n = (size_t)sprintf(text, "F%u", i);
		unsigned at =
			CANDIDATES_MAX + (i < CANDIDATES_MORE ? i : CANDIDATES_MORE);
		assert_int_equal(candidates_force(&list, text, n), at);
	}
	assert_int_equal(list.n, CANDIDATES_MAX + CANDIDATES_MORE);
}

static void test_history(void **state)
{
	static struct history history;
	char lost[HISTORY_READING], reading[80], longest[200];
	(void)state;
	assert_null(history_find(&history, "a", 1));
	assert_true(history_put(&history, "a", 1, "A", lost));
	assert_false(history_put(&history, "a", 1, "A", lost));
	assert_true(history_put(&history, "a", 1, "B", lost));
	assert_string_equal(history_find(&history, "a", 1), "B");
	assert_int_equal(history.n, 1);
	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = 0;
	assert_false(history_put(&history, longest, HISTORY_READING, "x", lost));
	assert_false(history_put(&history, "x", 1, longest, lost));
	assert_false(history_put(&history, "", 0, "x", lost));
	for (unsigned i = 0; i < HISTORY_MAX - 1; i++) {
		assert_true(history_put(&history, reading,
			(size_t)sprintf(reading, "r%u", i), "x", lost));
		assert_string_equal(lost, "");
	}
	history_put(&history, "a", 1, "B", lost);
	assert_true(history_put(&history, "new", 3, "x", lost));
	assert_string_equal(lost, "r0");
	assert_null(history_find(&history, "r0", 2));
	assert_string_equal(history_find(&history, "a", 1), "B");
}

static void test_numbers(void **state)
{
	static const struct {
		char kind;
		const char *digits, *text;
	} cases[] = {
		{'0', "0120", "0120"},
		{'1', "0120", "０１２０"},
		{'2', "2024", "二〇二四"},
		{'3', "0", "〇"},
		{'3', "000", "〇"},
		{'3', "1", "一"},
		{'3', "10", "十"},
		{'3', "0011", "十一"},
		{'3', "111", "百十一"},
		{'3', "1000", "千"},
		{'3', "2024", "二千二十四"},
		{'3', "10000", "一万"},
		{'3', "10000000", "一千万"},
		{'3', "11110000", "一千百十一万"},
		{'3', "100000001", "一億一"},
		{'3', "9999999999999999",
			"九千九百九十九兆九千九百九十九億九千九百九十九万九千九百九十九"},
		{'3', "10000000000000000", ""},
		{'4', "1", ""},
		{'#', "1", ""},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[128];
		const char *digits = cases[i].digits;
		size_t n = numbers_write(
			cases[i].kind, digits, strlen(digits), text, sizeof text - 1);
		text[n] = 0;
		if (strcmp(text, cases[i].text))
			fail_msg("#%c of %s: '%s', not '%s'", cases[i].kind, digits, text,
				cases[i].text);
		/* With less room there is nothing; and nothing is written behind it. */
		for (size_t room = 0; room < n; room++) {
			text[room] = '!';
			assert_int_equal(numbers_write(cases[i].kind, digits,
						 strlen(digits), text, room),
				0);
			assert_int_equal(text[room], '!');
		}
	}
	assert_int_equal(numbers_digits("12a", 3), 2);
	assert_int_equal(numbers_digits("12", 1), 1);
	assert_int_equal(numbers_digits("", 0), 0);
}

/* How a text is read; "": it is not. */
static void test_readings(void **state)
{
	static const struct {
		const char *text, *reading;
	} cases[] = {
		{"", ""}, {"漢字", "かんじ"}, {"私", "わたし"}, {"人", "ひと"},
		{"本人", "ほんじん"}, {"日本人", ""}, {"今日", "きょう"},
		{"私は学生です", "わたしはがくせいです"},
		{"今日はいい天気ですね", "きょうはいいてんきですね"},
		{"食べます", "たべます"}, {"書いて", "かいて"}, {"見ました", "みました"},
		{"買った", "かった"}, {"コーヒーを", "こーひーを"}, {"ｶﾞｯｺｳ", "がっこう"},
		{"3時に本", "3じにほん"}, {"12月", "12がつ"}, {"時", "とき"},
		{"行きました", "いきました"}, {"月", ""}, /* only behind a number */
		{"本「東京」abc", "ほん「とうきょう」abc"},
		{"本\U0001f600", "ほん\U0001f600"}, {"語", ""}, {"日本", ""},
		{"見", ""}, /* only with an inflected part */
		{"見りた", ""}, {"abc", ""}, {"、。", ""}, {"漢\n字", ""}, {"漢字\n", ""},
		/* What was committed comes before the dictionary. */
		{"夢", "ゆめ"}, {"気", "け"}, {"Google", "ごおgぇ"}, {"xGoogle", ""},
		{"木が", "もくが"}, /* chosen before */
	};
	static const struct {
		const char *reading, *text;
	} committed[] = {{"ゆめを", "夢を"}, {"け", "気"}, {"ごおgぇ", "Google"},
		{"あ", "あ"}, {"ほんは", "は"}};
	static struct history recent, chosen;
	static struct readings readings;
	const struct reading_source source = {&jisyo, &recent, &chosen};
	char lost[HISTORY_READING];
	(void)state;
	for (size_t i = 0; i < COUNT(committed); i++)
		readings_keep(&recent, committed[i].reading, strlen(committed[i].reading),
			committed[i].text);
	assert_int_equal(recent.n, 3);
	history_put(&chosen, "もく", 6, "木", lost);
	for (size_t i = 0; i < COUNT(cases); i++) {
		char to[READINGS_BYTES + 1];
		const char *text = cases[i].text;
		to[readings_find(
			&readings, &source, text, strlen(text), to, READINGS_BYTES)] = 0;
		if (strcmp(to, cases[i].reading))
			fail_msg("%s: '%s', not '%s'", text, to, cases[i].reading);
	}
}

/* Too long, as text and as reading; and no byte behind the room is written. */
static void test_readings_bounds(void **state)
{
	static const struct history none;
	static struct readings readings;
	const struct reading_source source = {&jisyo, &none, &none};
	char text[READINGS_BYTES + 8], to[READINGS_BYTES];
	(void)state;
	for (size_t n = 0; n < sizeof text - 2; n += 3)
		memcpy(text + n, "本", 3);
	for (size_t n = 0; n <= READINGS_BYTES + 3; n += 3) {
		size_t len =
			readings_find(&readings, &source, text, n, to, READINGS_BYTES);
		assert_int_equal(len, n * 2 > READINGS_BYTES ? 0 : n * 2);
	}
	for (size_t room = 0; room < 6; room++) {
		to[room] = '!';
		assert_int_equal(readings_find(&readings, &source, text, 3, to, room), 0);
		assert_int_equal(to[room], '!');
	}
	memset(text, 'a', sizeof text);
	assert_int_equal(readings_find(&readings, &source, text, READINGS_TEXT + 1, to,
				 READINGS_BYTES),
		0);
}

static const char emoji_text[] =
	"# subgroup: face-smiling\n"
	"1F600 ; fully-qualified     # \U0001f600 E1.0 grinning face\n"
	"1F604 ; fully-qualified     # \U0001f604 E0.6 grinning face with smiling eyes\n"
	"1F60D ; fully-qualified     # \U0001f60d E0.6 smiling face with heart-eyes\n"
	"263A  ; unqualified         # \u263a E0.6 smiling face\n"
	"1F44B ; fully-qualified     # \U0001f44b E0.6 waving hand\n"
	"1F44B 1F3FB ; fully-qualified     # \U0001f44b\U0001f3fb E1.0 waving hand: "
	"light skin tone\n"
	"2764 FE0F ; fully-qualified     # \u2764\ufe0f E0.6 red heart\n"
	"1F408 ; fully-qualified     # \U0001f408 E0.7 cat\n"
	"1F638 ; fully-qualified     # \U0001f638 E0.6 grinning cat with smiling eyes\n"
	"1F63A ; fully-qualified     # \U0001f63a E0.6 grinning cat\n"
	"bad ; fully-qualified     # \xff\xff E0.6 bad\n"
	"bad ; fully-qualified     # x E0.6\n"
	"bad ; fully-qualified     #\n"
	"bad ; fully-qualified\n"
	"1F95E ; fully-qualified     # \U0001f95e E3.0 pancakes";

static void test_emoji(void **state)
{
	static const struct {
		const char *words, *found;
	} cases[] = {
		{"cat", "\U0001f408\U0001f63a\U0001f638"},
		{"CAT", "\U0001f408\U0001f63a\U0001f638"},
		{"heart", "\u2764\ufe0f\U0001f60d"},
		{"smile", "\U0001f604\U0001f60d\U0001f638"},
		{"red_heart", "\u2764\ufe0f"},
		{"hear", "\U0001f60d\u2764\ufe0f"},
		{"wave", "\U0001f44b"},
		{"pancake", "\U0001f95e"},
		{"cat-grin", "\U0001f638\U0001f63a"},
		{"xyz", ""},
		{"", ""},
		{"_", ""},
	};
	static struct emoji emoji;
	(void)state;
	assert_int_equal(emoji_open(&emoji, emoji_text, strlen(emoji_text)), 9);
	for (size_t i = 0; i < COUNT(cases); i++) {
		char all[256] = "";
		emoji_find(&emoji, cases[i].words, strlen(cases[i].words), &list);
		for (uint32_t k = 0; k < list.n; k++)
			strcat(all, candidates_text(&list, k));
		if (strcmp(all, cases[i].found))
			fail_msg("%s: %s", cases[i].words, all);
	}
	emoji_find(&emoji, "red", 3, &list);
	assert_string_equal(candidates_note(&list, 0), "red heart");
	assert_int_equal(emoji_open(&emoji, "", 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_euc),
		cmocka_unit_test(test_euc_wrong),
		cmocka_unit_test(test_jisyo),
		cmocka_unit_test(test_jisyo_all),
		cmocka_unit_test(test_jisyo_wrong),
		cmocka_unit_test(test_jisyo_long),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_endings),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_words_bounds),
		cmocka_unit_test(test_marked),
		cmocka_unit_test(test_candidates),
		cmocka_unit_test(test_history),
		cmocka_unit_test(test_readings),
		cmocka_unit_test(test_readings_bounds),
		cmocka_unit_test(test_emoji),
	};
	return cmocka_run_group_tests(tests, open_dictionary, NULL);
}
