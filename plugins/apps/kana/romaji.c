#include "romaji.h"

#include <osaas_string.h>
#include <osaas_utf8.h>

/* What begins a syllable, and the five syllables of it with a, i, u, e, o. */
static const struct row {
	const char *start;
	const char *syllables[5];
} rows[] = {
	{"", {"あ", "い", "う", "え", "お"}},
	{"k", {"か", "き", "く", "け", "こ"}},
	{"g", {"が", "ぎ", "ぐ", "げ", "ご"}},
	{"s", {"さ", "し", "す", "せ", "そ"}},
	{"z", {"ざ", "じ", "ず", "ぜ", "ぞ"}},
	{"t", {"た", "ち", "つ", "て", "と"}},
	{"d", {"だ", "ぢ", "づ", "で", "ど"}},
	{"n", {"な", "に", "ぬ", "ね", "の"}},
	{"h", {"は", "ひ", "ふ", "へ", "ほ"}},
	{"b", {"ば", "び", "ぶ", "べ", "ぼ"}},
	{"p", {"ぱ", "ぴ", "ぷ", "ぺ", "ぽ"}},
	{"m", {"ま", "み", "む", "め", "も"}},
	{"y", {"や", "い", "ゆ", "いぇ", "よ"}},
	{"r", {"ら", "り", "る", "れ", "ろ"}},
	{"w", {"わ", "うぃ", "う", "うぇ", "を"}},
	{"c", {"か", "し", "く", "せ", "こ"}},
	{"f", {"ふぁ", "ふぃ", "ふ", "ふぇ", "ふぉ"}},
	{"j", {"じゃ", "じ", "じゅ", "じぇ", "じょ"}},
	{"q", {"くぁ", "くぃ", "く", "くぇ", "くぉ"}},
	{"v", {"ゔぁ", "ゔぃ", "ゔ", "ゔぇ", "ゔぉ"}},
	{"l", {"ぁ", "ぃ", "ぅ", "ぇ", "ぉ"}},
	{"x", {"ぁ", "ぃ", "ぅ", "ぇ", "ぉ"}},
	{"ky", {"きゃ", "きぃ", "きゅ", "きぇ", "きょ"}},
	{"gy", {"ぎゃ", "ぎぃ", "ぎゅ", "ぎぇ", "ぎょ"}},
	{"sy", {"しゃ", "しぃ", "しゅ", "しぇ", "しょ"}},
	{"sh", {"しゃ", "し", "しゅ", "しぇ", "しょ"}},
	{"zy", {"じゃ", "じぃ", "じゅ", "じぇ", "じょ"}},
	{"jy", {"じゃ", "じぃ", "じゅ", "じぇ", "じょ"}},
	{"ty", {"ちゃ", "ちぃ", "ちゅ", "ちぇ", "ちょ"}},
	{"cy", {"ちゃ", "ちぃ", "ちゅ", "ちぇ", "ちょ"}},
	{"ch", {"ちゃ", "ち", "ちゅ", "ちぇ", "ちょ"}},
	{"ts", {"つぁ", "つぃ", "つ", "つぇ", "つぉ"}},
	{"th", {"てゃ", "てぃ", "てゅ", "てぇ", "てょ"}},
	{"tw", {"とぁ", "とぃ", "とぅ", "とぇ", "とぉ"}},
	{"dy", {"ぢゃ", "ぢぃ", "ぢゅ", "ぢぇ", "ぢょ"}},
	{"dh", {"でゃ", "でぃ", "でゅ", "でぇ", "でょ"}},
	{"dw", {"どぁ", "どぃ", "どぅ", "どぇ", "どぉ"}},
	{"ny", {"にゃ", "にぃ", "にゅ", "にぇ", "にょ"}},
	{"hy", {"ひゃ", "ひぃ", "ひゅ", "ひぇ", "ひょ"}},
	{"by", {"びゃ", "びぃ", "びゅ", "びぇ", "びょ"}},
	{"py", {"ぴゃ", "ぴぃ", "ぴゅ", "ぴぇ", "ぴょ"}},
	{"my", {"みゃ", "みぃ", "みゅ", "みぇ", "みょ"}},
	{"ry", {"りゃ", "りぃ", "りゅ", "りぇ", "りょ"}},
	{"fy", {"ふゃ", "ふぃ", "ふゅ", "ふぇ", "ふょ"}},
	{"vy", {"ゔゃ", "ゔぃ", "ゔゅ", "ゔぇ", "ゔょ"}},
	{"wh", {"うぁ", "うぃ", "う", "うぇ", "うぉ"}},
	{"wy", {NULL, "ゐ", NULL, "ゑ", NULL}},
	{"kw", {"くぁ", "くぃ", "くぅ", "くぇ", "くぉ"}},
	{"gw", {"ぐぁ", "ぐぃ", "ぐぅ", "ぐぇ", "ぐぉ"}},
	{"ly", {"ゃ", "ぃ", "ゅ", "ぇ", "ょ"}},
	{"xy", {"ゃ", "ぃ", "ゅ", "ぇ", "ょ"}},
	{"lw", {"ゎ", NULL, NULL, NULL, NULL}},
	{"xw", {"ゎ", NULL, NULL, NULL, NULL}},
	{"lt", {NULL, NULL, "っ", NULL, NULL}},
	{"xt", {NULL, NULL, "っ", NULL, NULL}},
	{"lts", {NULL, NULL, "っ", NULL, NULL}},
	{"xts", {NULL, NULL, "っ", NULL, NULL}},
	{"lk", {"ゕ", NULL, NULL, "ゖ", NULL}},
	{"xk", {"ゕ", NULL, NULL, "ゖ", NULL}},
};

static const struct single {
	const char *keys, *text;
} singles[] = {
	{"nn", "ん"},
	{"n'", "ん"},
	{"xn", "ん"},
	{"-", "ー"},
	{",", "、"},
	{".", "。"},
	{"[", "「"},
	{"]", "」"},
	{"/", "・"},
	{"~", "〜"},
	{"!", "！"},
	{"?", "？"},
	{"z-", "〜"},
	{"z,", "‥"},
	{"z.", "…"},
	{"z/", "・"},
	{"z[", "『"},
	{"z]", "』"},
	{"zh", "←"},
	{"zj", "↓"},
	{"zk", "↑"},
	{"zl", "→"},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static int vowel(char c)
{
	static const char vowels[] = "aiueo";
	const char *at = c ? strchr(vowels, c) : NULL;
	return at ? (int)(at - vowels) : -1;
}

static const char *whole(const char *keys, size_t n)
{
	int v = vowel(keys[n - 1]);
	for (size_t i = 0; v >= 0 && i < COUNT(rows); i++) {
		if (strlen(rows[i].start) == n - 1 &&
			memcmp(rows[i].start, keys, n - 1) == 0)
			return rows[i].syllables[v];
	}
	for (size_t i = 0; i < COUNT(singles); i++) {
		if (strlen(singles[i].keys) == n && memcmp(singles[i].keys, keys, n) == 0)
			return singles[i].text;
	}
	return NULL;
}

static bool is_beginning(const char *keys, size_t n)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (strncmp(rows[i].start, keys, n) == 0)
			return true;
	}
	for (size_t i = 0; i < COUNT(singles); i++) {
		if (strlen(singles[i].keys) > n && strncmp(singles[i].keys, keys, n) == 0)
			return true;
	}
	return false;
}

/* What the first letter is, when those behind it do not make a syllable of it. */
static const char *alone(const char *keys, size_t n)
{
	bool consonant = keys[0] >= 'a' && keys[0] <= 'z' && vowel(keys[0]) < 0;
	if (keys[0] == 'n')
		return "ん";
	if (n > 1 && consonant &&
		(keys[0] == keys[1] || (keys[0] == 't' && keys[1] == 'c')))
		return "っ";
	return NULL;
}

static size_t drop_first(struct romaji *romaji, const char *text, char *to)
{
	size_t len = text ? strlen(text) : 1;
	memcpy(to, text ? text : romaji->pending, len);
	romaji->n--;
	memmove(romaji->pending, romaji->pending + 1, romaji->n + 1);
	return len;
}

void romaji_add(struct romaji *romaji, char c)
{
	romaji->pending[romaji->n++] = c;
	romaji->pending[romaji->n] = 0;
}

size_t romaji_step(struct romaji *romaji, bool last, char to[ROMAJI_OUT], size_t *letters)
{
	const char *keys = romaji->pending;
	if (romaji->n == 0)
		return 0;
	const char *text = last ? NULL : whole(keys, romaji->n);
	*letters = text ? romaji->n : 1;
	if (!text && !last && is_beginning(keys, romaji->n))
		return 0;
	if (!text)
		return drop_first(romaji, alone(keys, romaji->n), to);
	romaji->n = 0;
	romaji->pending[0] = 0;
	memcpy(to, text, strlen(text));
	return strlen(text);
}

size_t romaji_push(struct romaji *romaji, char c, char to[ROMAJI_OUT])
{
	size_t len = 0, n, letters;
	romaji_add(romaji, c);
	while ((n = romaji_step(romaji, false, to + len, &letters)) > 0)
		len += n;
	return len;
}

size_t romaji_flush(struct romaji *romaji, char to[ROMAJI_OUT])
{
	size_t len = 0, n, letters;
	while ((n = romaji_step(romaji, true, to + len, &letters)) > 0)
		len += n;
	return len;
}

/* ---- Back to letters ---- */

static bool begins(const char *text, size_t n, const char *with)
{
	size_t len = strlen(with);
	return n >= len && memcmp(text, with, len) == 0;
}

/* Where the table has Kunrei's way first. */
static size_t as_hepburn(char *keys, size_t n)
{
	static const struct {
		const char *kunrei, *hepburn;
	} ways[] = {{"si", "shi"}, {"ti", "chi"}, {"tu", "tsu"}, {"hu", "fu"},
		{"zi", "ji"}, {"sy", "sh"}, {"ty", "ch"}};
	for (size_t i = 0; i < COUNT(ways); i++) {
		size_t len = strlen(ways[i].hepburn), rest = n - 2;
		if (!begins(keys, n, ways[i].kunrei))
			continue;
		memmove(keys + len, keys + 2, rest);
		memcpy(keys, ways[i].hepburn, len);
		return len + rest;
	}
	return n;
}

/* The longest syllable that the text begins with, of those the first of the table. */
static size_t syllable(const char *text, size_t n, char *to, size_t *used)
{
	size_t len = 0;
	*used = 0;
	for (size_t i = 0; i < COUNT(rows) * 5; i++) {
		const struct row *row = &rows[i / 5];
		const char *s = row->syllables[i % 5];
		if (!s || strlen(s) <= *used || !begins(text, n, s))
			continue;
		*used = strlen(s);
		len = strlen(row->start);
		memcpy(to, row->start, len);
		to[len++] = "aiueo"[i % 5];
	}
	return len ? as_hepburn(to, len) : 0;
}

static size_t single(const char *text, size_t n, char *to, size_t *used)
{
	for (size_t i = 0; i < COUNT(singles); i++) {
		size_t len = strlen(singles[i].keys);
		if (begins(text, n, singles[i].text)) {
			*used = strlen(singles[i].text);
			memcpy(to, singles[i].keys, len);
			return len;
		}
	}
	*used = osaas_utf8_next(text, n, 0);
	memcpy(to, text, *used);
	return *used;
}

/* A small tsu doubles the consonant behind it, and n is enough where no vowel follows. */
size_t romaji_letters(const char *text, size_t n, char to[ROMAJI_LETTERS], size_t *used)
{
	static const char tsu[] = "っ", nn[] = "ん";
	char next[ROMAJI_LETTERS];
	size_t len = sizeof tsu - 1, behind;
	bool doubles = begins(text, n, tsu), nasal = begins(text, n, nn);
	bool more =
		(doubles || nasal) && syllable(text + len, n - len, next, &behind) > 0;
	if (more && doubles && vowel(next[0]) < 0 && next[0] != 'n' && next[0] != 'l') {
		*used = len;
		to[0] = next[0] == 'c' ? 't' : next[0];
		return 1;
	}
	if (nasal && (!more || (vowel(next[0]) < 0 && !strchr("ny", next[0])))) {
		*used = len;
		to[0] = 'n';
		return 1;
	}
	len = syllable(text, n, to, used);
	return len ? len : single(text, n, to, used);
}
