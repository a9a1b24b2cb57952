/* The Japanese input method: keys in, text out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "kana_dictionary.h"
#include "plugins/apps/kana/ime.h"
#include "plugins/include/osaas_utf8.h"
#include "plugins/include/osaas_window.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char emoji_text[] =
	"1F604 ; fully-qualified # \U0001f604 E0.6 grinning face with smiling eyes\n"
	"1F60D ; fully-qualified # \U0001f60d E0.6 smiling face with heart-eyes\n"
	"2764 FE0F ; fully-qualified # \u2764\ufe0f E0.6 red heart\n";

static uint8_t bytes[8192];
static struct ime ime;

/* Keys by name, as a test writes them: <name>, with C-, S- or A- before it. */
static const struct {
	const char *name;
	uint32_t keysym;
} names[] = {
	{"space", 0x20},
	{"ret", 0xff0d},
	{"esc", 0xff1b},
	{"bs", 0xff08},
	{"tab", 0xff09},
	{"del", 0xffff},
	{"home", 0xff50},
	{"left", 0xff51},
	{"up", 0xff52},
	{"right", 0xff53},
	{"down", 0xff54},
	{"pgup", 0xff55},
	{"pgdn", 0xff56},
	{"end", 0xff57},
	{"f5", 0xffc2},
	{"f6", 0xffc3},
	{"f7", 0xffc4},
	{"f8", 0xffc5},
	{"f9", 0xffc6},
	{"f10", 0xffc7},
	{"zenkaku", 0xff2a},
	{"henkan", 0xff23},
	{"muhenkan", 0xff22},
	{"eisu", 0xff30},
	{"shift", 0xffe1},
	{"c", 'c'},
	{"umlaut", 0xfc},
};

static uint32_t keysym_of(const char *name, size_t n)
{
	for (size_t i = 0; i < COUNT(names); i++) {
		if (strlen(names[i].name) == n && memcmp(names[i].name, name, n) == 0)
			return names[i].keysym;
	}
	fail_msg("no key <%.*s>", (int)n, name);
	return 0;
}

static struct ime_key next_key(const char **keys)
{
	struct ime_key key = {0};
	const char *at = *keys;
	if (*at != '<') {
		key.keysym = (uint8_t)*at;
		key.text[0] = *at;
		key.mods = *at >= 'A' && *at <= 'Z' ? OSAAS_MOD_SHIFT : 0;
		*keys = at + 1;
		return key;
	}
	for (at++; at[1] == '-'; at += 2)
		key.mods |= at[0] == 'C'   ? OSAAS_MOD_CTRL
			    : at[0] == 'S' ? OSAAS_MOD_SHIFT
					   : OSAAS_MOD_ALT;
	const char *end = strchr(at, '>');
	key.keysym = keysym_of(at, (size_t)(end - at));
	if (key.keysym == ' ')
		key.text[0] = ' ';
	if (key.keysym == 0xfc)
		strcpy(key.text, "ü");
	*keys = end + 1;
	return key;
}

/* {漢字}: that is selected. */
static bool selects(const char **keys)
{
	if (**keys != '{')
		return false;
	const char *text = *keys + 1, *end = strchr(text, '}');
	ime_select(&ime, text, (size_t)(end - text));
	*keys = end + 1;
	return true;
}

/* What the keys wrote: committed text, and in brackets what went on to the field. */
static void press(const char *keys, char *all)
{
	while (*keys) {
		if (selects(&keys))
			continue;
		const char *at = keys;
		struct ime_key key = next_key(&keys);
		bool ours = ime_key(&ime, &key);
		strncat(all, ime.out.text, ime.out.n);
		if (!ours) {
			strcat(all, "[");
			strncat(all, at, (size_t)(keys - at));
			strcat(all, "]");
		}
	}
}

static int begin(void **state)
{
	(void)state;
	ime_init(&ime);
	ime.on = true;
	emoji_open(&ime.emoji, emoji_text, strlen(emoji_text));
	return jisyo_open(&ime.jisyo, bytes, kana_dictionary_bytes(bytes, sizeof bytes))
		       ? 0
		       : -1;
}

static void test_keys(void **state)
{
	static const struct {
		const char *keys, *written, *composed;
		uint32_t start, end; /* of the selection in it */
	} cases[] = {
		{"", "", "", 0, 0},
		{"k", "", "k", 1, 1},
		{"kan", "", "かn", 2, 2},
		{"kanji", "", "かんじ", 3, 3},
		{"kanji<ret>", "かんじ", "", 0, 0},
		{"kan<ret>", "かん", "", 0, 0},
		{"kanji<esc>", "", "", 0, 0},
		{"kanji<space>", "", "漢字", 0, 2},
		{"kanji<henkan><ret>", "漢字", "", 0, 0},
		{"kanji<down><ret>", "漢字", "", 0, 0},
		{"kanji<space><space>", "", "幹事", 0, 2},
		{"kanji<space><space><ret>", "幹事", "", 0, 0},
		{"kanji<space><tab><tab><S-tab><ret>", "幹事", "", 0, 0},
		{"kanji<space><right><right><left><ret>", "幹事", "", 0, 0},
		{"kanji<space><up>", "", "かんじ", 0, 3},
		{"kanji<space>2", "幹事", "", 0, 0},
		{"kanji<space>0", "", "漢字", 0, 2},
		{"kanji<space>9", "", "漢字", 0, 2},
		{"kanji<space><esc>", "", "かんじ", 3, 3},
		{"kanji<space><bs>", "", "かんじ", 3, 3},
		{"kanji<space><bs><bs><ret>", "かん", "", 0, 0},
		{"kanji<space>k", "漢字", "k", 1, 1},
		{"kanji<space>kanji<space>2", "漢字幹事", "", 0, 0},
		{"kanji<space><C-c>", "漢字[<C-c>]", "", 0, 0},
		{"kanji<C-c>", "かんじ[<C-c>]", "", 0, 0},
		{"kanji<tab>", "かんじ[<tab>]", "", 0, 0},
		{"kanji<f5>", "かんじ[<f5>]", "", 0, 0},
		{"kanji<umlaut>", "かんじ[<umlaut>]", "", 0, 0},
		{"kanji<shift>", "[<shift>]", "かんじ", 3, 3},
		{"kanji<space><shift>", "[<shift>]", "漢字", 0, 2},
		{"kanji<f7>", "", "カンジ", 0, 3},
		{"kanji<f7><f6><ret>", "かんじ", "", 0, 0},
		{"kanji<muhenkan><ret>", "カンジ", "", 0, 0},
		{"kanji<space><f7><ret>", "カンジ", "", 0, 0},
		/* Forms of all of it. */
		{"kanji<f6>", "", "かんじ", 0, 3},
		{"kanji<f8>", "", "ｶﾝｼﾞ", 0, 4},
		{"kanji<f9>", "", "ｋａｎｊｉ", 0, 5},
		{"kanji<f9><f9>", "", "ＫＡＮＪＩ", 0, 5},
		{"kanji<f10>", "", "kanji", 0, 5},
		{"kanji<f10><f10>", "", "KANJI", 0, 5},
		{"kanji<f10><f10><f10><ret>", "Kanji", "", 0, 0},
		{"kanji<f10><f10><f10><f10><ret>", "kanji", "", 0, 0},
		{"kanji<f10><f9><f10><ret>", "kanji", "", 0, 0},
		{"kanji<f9><f8><f7><f6><ret>", "かんじ", "", 0, 0},
		{"KaNji<f10><ret>", "KaNji", "", 0, 0},
		{"kanji<space><f10>", "", "kanji", 0, 5},
		{"kan<f10><ret>", "kan", "", 0, 0},
		{"kanji<f10><esc>", "", "かんじ", 3, 3},
		{"kanji<f10><esc><bs>zi<f10><ret>", "kanzi", "", 0, 0},
		{"kanji<left><left>k<f10><ret>", "kaknji", "", 0, 0},
		{"a:b<f10><ret>", "a:b", "", 0, 0},
		{"kanji<f10>ka", "kanji", "か", 1, 1},
		{"kanji<f10><space>", "", "漢字", 0, 2},
		{"kanji<S-f10>", "かんじ[<S-f10>]", "", 0, 0},
		{"kanji<C-f9>", "かんじ[<C-f9>]", "", 0, 0},
		{"<f8><f9><f10>", "[<f8>][<f9>][<f10>]", "", 0, 0},
		{"kanji<left><left>k", "", "かkんじ", 2, 2},
		{"kanji<home><del><end>,<ret>", "んじ、", "", 0, 0},
		{"k<bs>", "", "", 0, 0},
		{"k<bs><bs>", "[<bs>]", "", 0, 0},
		{"<ret><bs><esc><left>", "[<ret>][<bs>][<esc>][<left>]", "", 0, 0},
		{"<space>", "　", "", 0, 0},
		{"<S-space>", "[<S-space>]", "", 0, 0},
		{"a:b<ret>", "あ：b", "", 0, 0},
		/* Inflected parts. */
		{"tabemasu<space><ret>", "食べます", "", 0, 0},
		{"kaTta<space><space><ret>", "買った", "", 0, 0},
		{"YoMu<space>2", "詠む", "", 0, 0},
		{"wararu<space><ret>", "ワラル", "", 0, 0},
		{"waraU<space><ret>", "笑う", "", 0, 0},
		/* Several words. */
		{"watashihagakuseidesu<space>", "", "私は学生です", 0, 2},
		{"watashihagakuseidesu<space><right>", "", "私は学生です", 2, 6},
		{"watashihagakuseidesu<space><left>", "", "私は学生です", 2, 6},
		{"watashihagakuseidesu<space><space><ret>", "渡しは学生です", "", 0, 0},
		{"watashihagakuseidesu<space>2", "", "渡しは学生です", 3, 7},
		{"watashihagakuseidesu<space>21", "渡しは学生です", "", 0, 0},
		{"watashihagakuseidesu<space><S-left>", "", "私は学生です", 0, 1},
		{"hongayomitai<space><S-right><S-left>", "", "本が読みたい", 0, 2},
		{"hongayomitai<space><right><f7>", "", "本がヨミタイ", 2, 6},
		{"hongayomitai<space><right><f8>", "", "本がﾖﾐﾀｲ", 2, 6},
		{"hongayomitai<space><right><f10>", "", "本がyomitai", 2, 9},
		{"hongayomitai<space><f9>", "", "ｈｏｎｇａ読みたい", 0, 5},
		{"hongayomitai<space><f10><right><left><f10>", "", "HONGA読みたい", 0, 5},
		{"hongayomitai<space><S-left><f10><ret>", "honが読みたい", "", 0, 0},
		/* Selected text, again. */
		{"{漢字}<henkan>", "", "漢字", 0, 2},
		{"{漢字}<S-space>", "", "漢字", 0, 2},
		{"{漢字}<henkan><space><ret>", "幹事", "", 0, 0},
		{"{幹事}<henkan>", "", "幹事", 0, 2},
		{"{幹事}<henkan><space><ret>", "感じ", "", 0, 0},
		{"{幹事}<henkan>1", "漢字", "", 0, 0},
		{"{幹事}<henkan><esc>", "幹事", "", 0, 0},
		{"{幹事}<henkan><space><esc>a", "幹事", "あ", 1, 1},
		{"{幹事}<henkan><bs>", "", "かんじ", 3, 3},
		{"{幹事}<henkan><bs><esc>", "幹事", "", 0, 0},
		{"{幹事}<henkan><bs><bs><ret>", "かん", "", 0, 0},
		{"{幹事}<henkan><bs><bs><bs><bs><esc>", "[<esc>]", "", 0, 0},
		{"{幹事}<henkan><f10><ret>", "kanji", "", 0, 0},
		{"{幹事}<henkan><f8><ret>", "ｶﾝｼﾞ", "", 0, 0},
		{"{幹事}<henkan>a", "幹事", "あ", 1, 1},
		{"{かんじ}<henkan><ret>", "漢字", "", 0, 0},
		{"{カンジ}<henkan><ret>", "漢字", "", 0, 0},
		{"{ｶﾝｼﾞ}<henkan><ret>", "漢字", "", 0, 0},
		{"{渡しは学生です}<henkan>", "", "渡しは学生です", 0, 3},
		{"{渡しは学生です}<henkan>1<ret>", "私は学生です", "", 0, 0},
		{"{本が詠みたい}<henkan><right>", "", "本が詠みたい", 2, 6},
		{"kanji<f10><ret>{kanji}<henkan>", "kanji", "kanji", 0, 5},
		{"kanji<f10><ret>{kanji}<henkan><space><ret>", "kanji漢字", "", 0, 0},
		{"a<f9><ret>{ａ}<henkan>", "ａ", "ａ", 0, 1},
		/* Signs behind a word do not hide it, and what no candidate is stays. */
		{"{「漢字」}<henkan>", "", "「漢字」", 0, 1},
		{"{「漢字」}<henkan><right><space><ret>", "「幹事」", "", 0, 0},
		{"{漢字（本）}<henkan>", "", "漢字（本）", 0, 2},
		{"{ｶﾞｷﾞ漢字}<henkan>", "", "ｶﾞｷﾞ漢字", 0, 4},
		{"{ｶﾞｷﾞ漢字}<henkan><right><space><ret>", "ｶﾞｷﾞ幹事", "", 0, 0},
		{"{本人}<henkan>", "", "本人", 0, 1},
		{"{本人}<henkan><right>", "", "本人", 1, 2},
		{"{語}<henkan>", "[<henkan>]", "", 0, 0},
		{"{abc}<S-space>", "[<S-space>]", "", 0, 0},
		{"{}<henkan><S-space>", "[<henkan>][<S-space>]", "", 0, 0},
		{"{漢字}a<ret><henkan>", "あ", "漢字", 0, 2},
		{"{漢字}<C-space><henkan><space><ret>", "幹事", "", 0, 0},
		{"{語}<C-space><henkan>a", "", "あ", 1, 1},
		{"{漢字}<C-space><S-space>", "[<S-space>]", "", 0, 0},
		/* On and off. */
		{"kanji<C-space>kanji<C-space>kanji", "かんじ[k][a][n][j][i]", "かんじ",
			3, 3},
		{"<zenkaku>a<zenkaku>a", "[a]", "あ", 1, 1},
		{"<muhenkan>a<henkan>a", "[a]", "あ", 1, 1},
		{"a<eisu>a<eisu>", "あ[a][<eisu>]", "", 0, 0},
		{"<eisu><space><ret>", "[<space>][<ret>]", "", 0, 0},
		/* Emoji. */
		{":", "", ":", 1, 1},
		{":smile", "", ":smile", 6, 6},
		{":smile<ret>", "\U0001f604", "", 0, 0},
		{":smile<space><ret>", "\U0001f60d", "", 0, 0},
		{":smile<left><ret>", "\U0001f60d", "", 0, 0},
		{":smile2", "\U0001f60d", "", 0, 0},
		{":smile3<ret>", "\U0001f604", "", 0, 0},
		{":red_heart<ret>", "\u2764\ufe0f", "", 0, 0},
		{":smile<bs><bs><bs><bs><bs><bs>", "", "", 0, 0},
		{":smile<esc>", "", "", 0, 0},
		{":<ret>", "：", "", 0, 0},
		{":<space>", "：", "", 0, 0},
		{":xyz<ret>", "：xyz", "", 0, 0},
		{":)<ret>", "：)", "", 0, 0},
		{":<C-c>", "：[<C-c>]", "", 0, 0},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		char all[512] = "", composed[IME_TEXT + 1];
		uint32_t start, end;
		begin(state);
		press(cases[i].keys, all);
		composed[ime_composition(&ime, composed, &start, &end)] = 0;
		if (strcmp(all, cases[i].written) ||
			strcmp(composed, cases[i].composed) || start != cases[i].start ||
			end != cases[i].end)
			fail_msg("%s: wrote '%s', composes '%s' (%u to %u)",
				cases[i].keys, all, composed, start, end);
	}
}

/* Whether the composition and the strip are to be drawn anew. */
static void test_out(void **state)
{
	static const struct {
		const char *before, *key;
		bool compose, strip;
	} cases[] = {
		{"", "k", true, true},
		{"", "<ret>", false, false},
		{"", "<space>", false, false},
		{"k", "<shift>", false, false},
		{"kanji", "<ret>", true, true},
		{"kanji", "<space>", true, true},
		{"kanji<space>", "0", false, false},
		{"", "<C-space>", false, true},
		{":smile", "<right>", true, true},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		char all[64] = "";
		begin(state);
		press(cases[i].before, all);
		press(cases[i].key, all);
		if (ime.out.compose != cases[i].compose ||
			ime.out.strip != cases[i].strip)
			fail_msg("%s%s: %d %d", cases[i].before, cases[i].key,
				ime.out.compose, ime.out.strip);
	}
}

static void test_pages(void **state)
{
	char all[256] = "";
	uint32_t chosen;
	(void)state;
	ime.per_page = 2;
	press("kanji<space>", all);
	const struct candidates *list = ime_candidates(&ime, &chosen);
	assert_int_equal(list->n, 5); /* three words and two kinds of kana */
	press("<pgdn>", all);
	ime_candidates(&ime, &chosen);
	assert_int_equal(chosen, 2);
	press("<pgup><pgup>", all);
	ime_candidates(&ime, &chosen);
	assert_int_equal(chosen, 4);
	press("2", all); /* there is none on this page */
	press("3", all); /* a page has two */
	assert_string_equal(all, "");
	ime_page(&ime, false);
	ime_candidates(&ime, &chosen);
	assert_int_equal(chosen, 0);
	ime_page(&ime, true);
	ime_page(&ime, true);
	press("1", all);
	assert_string_equal(all, "感じ");
}

static void test_touch(void **state)
{
	char all[256] = "", text[IME_TEXT];
	uint32_t chosen, start, end;
	(void)state;
	ime_pick(&ime, 0);
	assert_int_equal(ime.out.n, 0);
	press("hongayomitai<space>", all);
	ime_pick(&ime, 1000);
	assert_false(ime.out.compose);
	ime_pick(&ime, 0);
	assert_int_equal(ime.out.n, 0);
	ime_pick(&ime, 1);
	assert_int_equal(ime.out.n, strlen("本が詠みたい"));
	assert_memory_equal(ime.out.text, "本が詠みたい", ime.out.n);
	assert_null(ime_candidates(&ime, &chosen));
	press(":smile", all);
	ime_pick(&ime, 1);
	assert_memory_equal(ime.out.text, "\U0001f60d", 4);
	press("ka", all);
	ime_toggle(&ime);
	assert_memory_equal(ime.out.text, "か", 3);
	assert_false(ime.on);
	ime_toggle(&ime);
	press("ka", all);
	ime_reset(&ime);
	assert_int_equal(ime_composition(&ime, text, &start, &end), 0);
	assert_int_equal(ime.out.n, 0);
}

static char lessons[256];

static void learn(const char *reading, size_t n, const char *text, const char *lost)
{
	sprintf(lessons + strlen(lessons), "%.*s=%s%s ", (int)n, reading, text, lost);
}

/* What was chosen is the first the next time. */
static void test_learning(void **state)
{
	char all[256] = "";
	(void)state;
	ime.learned = learn;
	lessons[0] = 0;
	press("kanji<space><ret>", all);
	assert_string_equal(lessons, "");
	press("kanji<space>2kanji<space><ret>", all);
	assert_string_equal(all, "漢字幹事幹事");
	assert_string_equal(lessons, "かんじ=幹事 ");
	press("kanji<space>2kanji<space><ret>", all);
	assert_string_equal(lessons, "かんじ=幹事 かんじ=漢字 ");
	assert_string_equal(all, "漢字幹事幹事漢字漢字");
	/* Only what somebody chose; not what was offered. */
	press("watashihagakuseidesu<space><space><ret>", all);
	assert_string_equal(lessons, "かんじ=幹事 かんじ=漢字 わたしは=渡しは ");
}

/* Any keys: nothing overflows (the sanitizers look), and all that comes out is text. */
static void test_any(void **state)
{
	static const char *const keys[] = {"a", "i", "n", "k", "K", "s", "y", "t", ":",
		"1", "2", "-", "'", "<space>", "<space>", "<ret>", "<esc>", "<bs>",
		"<left>", "<right>", "<S-left>", "<S-right>", "<up>", "<down>", "<pgdn>",
		"<home>", "<end>", "<del>", "<f6>", "<f7>", "<f8>", "<f9>", "<f10>",
		"<tab>", "<C-space>", "<umlaut>", "<muhenkan>", "<henkan>", "<S-space>",
		"{漢字}", "{私は学生です}", "{食べます}", "{ｶﾞ}"};
	(void)state;
	srand(1);
	for (int i = 0; i < 60000; i++) {
		char all[IME_TEXT + 64] = "", text[IME_TEXT];
		uint32_t start, end, chosen;
		/* Mostly letters at times, so that it becomes long. */
		size_t few = i / 1000 % 2 ? 13 : COUNT(keys);
		press(keys[(size_t)rand() % few], all);
		size_t n = ime_composition(&ime, text, &start, &end);
		assert_true(osaas_utf8_valid(text, n));
		assert_true(osaas_utf8_valid(ime.out.text, ime.out.n));
		assert_true(start <= end && end <= osaas_utf8_length(text, n));
		const struct candidates *list = ime_candidates(&ime, &chosen);
		assert_true(!list || chosen < list->n);
		if (!ime.on)
			ime_toggle(&ime);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_keys, begin),
		cmocka_unit_test_setup(test_out, begin),
		cmocka_unit_test_setup(test_pages, begin),
		cmocka_unit_test_setup(test_touch, begin),
		cmocka_unit_test_setup(test_learning, begin),
		cmocka_unit_test_setup(test_any, begin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
