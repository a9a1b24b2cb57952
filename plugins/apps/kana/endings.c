#include "endings.h"

#include <stdint.h>

#include <osaas_string.h>
#include <osaas_utf8.h>

#include "letters.h"

/* Where in an inflection: bits, as a piece may follow several. */
enum {
	STEM = ENDINGS_STEM,
	SHORT = ENDINGS_SHORT_STEM,
	NOUN = ENDINGS_NOUN,
	A = 8,    /* the form in a: "書か" */
	I = 16,   /* in i: "書き", "起き" */
	E = 32,   /* in e, or of a verb that has one stem: "書け", "食べ" */
	O = 64,   /* in o: "書こ" */
	TE = 128, /* "書いて" */
	TA = 256,
	END = 512,       /* a verb or an adjective is complete */
	PARTICLE = 1024, /* a particle came */
	CASE = 2048,     /* one that needs a verb behind it */
	NA = 4096,
	SHII = 8192, /* of an adjective: "嬉し", "読みやす" */
	VERB = SHORT | I | E,
	ADJECTIVE = STEM | SHORT | SHII,
	DONE = TA | END,
};

/* What may end there, and where that is rare. */
#define COMPLETE (NOUN | TE | TA | END | PARTICLE | CASE)
#define RARE     (A | I | E | NA)

static const struct piece {
	uint16_t behind;
	uint16_t then;
	const char *text;
} pieces[] = {
	/* Verbs. */
	{STEM | SHORT, TE, "って"},
	{STEM | SHORT, TE, "んで"},
	{STEM | SHORT, TE, "いて"},
	{STEM | SHORT, TE, "いで"},
	{STEM | SHORT, TA, "った"},
	{STEM | SHORT, TA, "んだ"},
	{STEM | SHORT, TA, "いた"},
	{STEM | SHORT, TA, "いだ"},
	{VERB, TE, "て"},
	{VERB, TA, "た"},
	{VERB, END, "る"},
	{VERB, END, "ます"},
	{VERB, TA, "ました"},
	{VERB, TE, "まして"},
	{VERB, END, "ません"},
	{VERB, END, "ませんでした"},
	{VERB, END, "ましょう"},
	{VERB, END, "よう"},
	{VERB, END, "ろ"},
	{VERB, END, "れば"},
	{VERB, E, "られ"},
	{VERB, E, "させ"},
	{VERB, END, "たい"},
	{VERB, END, "たく"},
	{VERB, TE, "たくて"},
	{VERB, TA, "たかった"},
	{VERB, NOUN, "かた"},
	{VERB, END, "ながら"},
	{VERB, END, "つつ"},
	{VERB, NOUN, "そう"},
	{VERB, E, "すぎ"},
	{VERB, END, "なさい"},
	{VERB, SHII, "やす"},
	{VERB, SHII, "にく"},
	{VERB | A, END, "ない"},
	{VERB | A, END, "なく"},
	{VERB | A, TE, "なくて"},
	{VERB | A, TE, "ないで"},
	{VERB | A, TA, "なかった"},
	{VERB | A, END, "なければ"},
	{VERB | A, END, "ず"},
	{A, E, "れ"},
	{A, E, "せ"},
	{E, END, "ば"},
	{O, END, "う"},
	{TE, E, "い"},
	{TE, E, "くれ"},
	{TE, E, "み"},
	{TE, STEM | SHORT, "しま"},
	{TE, STEM | SHORT, "もら"},
	{TE, STEM | SHORT, "お"},
	{TE, END, "る"},
	{TE, TA, "た"},
	{TE, END, "ください"},
	{TE, END, "ある"},
	{TE, END, "あります"},
	{TE, END, "いく"},
	{TE, END, "くる"},
	{TA, END, "ら"},
	{TA, END, "り"},
	/* Adjectives. */
	{STEM | SHORT, SHII, "し"},
	{ADJECTIVE, END, "い"},
	{ADJECTIVE, END, "く"},
	{ADJECTIVE, TE, "くて"},
	{ADJECTIVE, END, "くない"},
	{ADJECTIVE, TA, "くなかった"},
	{ADJECTIVE, TA, "かった"},
	{ADJECTIVE, END, "ければ"},
	{ADJECTIVE, NOUN, "さ"},
	{STEM, NOUN, "か"},
	{STEM, END, "かな"},
	{STEM, NOUN, "やか"},
	{STEM, END, "やかな"},
	{STEM, NOUN, "らか"},
	{STEM, END, "らかな"},
	/* What is done: "勉強する". */
	{NOUN, END, "する"},
	{NOUN, END, "すれば"},
	{NOUN, I, "し"},
	{NOUN, E, "され"},
	{NOUN, E, "でき"},
	{NOUN, NOUN, "さん"},
	{NOUN, NOUN, "くん"},
	{NOUN, NOUN, "ちゃん"},
	{NOUN, NOUN, "たち"},
	/* Particles, and the copula. */
	{NOUN, PARTICLE, "は"},
	{NOUN, CASE, "が"},
	{NOUN, CASE, "を"},
	{NOUN, CASE, "に"},
	{NOUN, CASE, "へ"},
	{NOUN, CASE, "と"},
	{NOUN, PARTICLE, "も"},
	{NOUN, PARTICLE, "の"},
	{NOUN, PARTICLE, "で"},
	{NOUN, PARTICLE, "や"},
	{NOUN, PARTICLE, "か"},
	{NOUN, NA, "な"},
	{NOUN, PARTICLE, "だけ"},
	{NOUN, PARTICLE, "しか"},
	{NOUN, PARTICLE, "など"},
	{NOUN, PARTICLE, "ほど"},
	{NOUN, PARTICLE, "くらい"},
	{NOUN, PARTICLE, "ぐらい"},
	{NOUN, PARTICLE, "から"},
	{NOUN, PARTICLE, "まで"},
	{NOUN, PARTICLE, "より"},
	{NOUN, PARTICLE, "として"},
	{NOUN, PARTICLE, "という"},
	{NOUN, PARTICLE, "について"},
	{NOUN, PARTICLE, "によって"},
	{NOUN | PARTICLE, END, "だ"},
	{NOUN | PARTICLE, END, "です"},
	{NOUN | PARTICLE, END, "だろう"},
	{NOUN | PARTICLE, END, "でしょう"},
	{NOUN | PARTICLE, END, "である"},
	{NOUN | PARTICLE, END, "じゃない"},
	{NOUN | PARTICLE, TA, "だった"},
	{NOUN | PARTICLE, TA, "でした"},
	{PARTICLE | CASE | TE, PARTICLE, "は"},
	{PARTICLE | CASE | TE, PARTICLE, "も"},
	{PARTICLE | CASE | TE, PARTICLE, "の"},
	{I, CASE, "に"},
	{TE, PARTICLE, "から"},
	{DONE | NA, PARTICLE, "の"},
	{DONE, PARTICLE, "から"},
	{DONE, PARTICLE, "まで"},
	{DONE, PARTICLE, "より"},
	{DONE, PARTICLE, "だけ"},
	{DONE, PARTICLE, "と"},
	{DONE | NA, PARTICLE, "ので"},
	{DONE | NA, PARTICLE, "のに"},
	{DONE, PARTICLE, "けど"},
	{DONE, PARTICLE, "けれど"},
	{DONE, PARTICLE, "が"},
	{DONE, END, "し"},
	{DONE, PARTICLE, "か"},
	{DONE, PARTICLE, "なら"},
	{DONE, PARTICLE, "ほど"},
	{DONE, PARTICLE, "くらい"},
	{DONE, PARTICLE, "など"},
	{DONE, END, "です"},
	{DONE, END, "でしょう"},
	{DONE, END, "だろう"},
	{NOUN | PARTICLE | TE | DONE, PARTICLE, "か"},
	{NOUN | PARTICLE | TE | DONE, PARTICLE, "ね"},
	{NOUN | PARTICLE | TE | DONE, PARTICLE, "よ"},
	{COMPLETE, END, "、"},
	{COMPLETE, END, "。"},
	{COMPLETE, END, "！"},
	{COMPLETE, END, "？"},
};

static const char *const words[] = {
	"これ",
	"それ",
	"あれ",
	"どれ",
	"ここ",
	"そこ",
	"あそこ",
	"どこ",
	"こちら",
	"そちら",
	"この",
	"その",
	"あの",
	"どの",
	"こんな",
	"そんな",
	"あんな",
	"どんな",
	"こう",
	"そう",
	"どう",
	"だれ",
	"いつ",
	"なぜ",
	"とても",
	"もう",
	"まだ",
	"でも",
	"しかし",
	"また",
	"だから",
	"そして",
	"それから",
	"もっと",
	"ずっと",
	"きっと",
	"やっぱり",
	"たくさん",
	"ちょっと",
	"こと",
	"もの",
	"ため",
	"よう",
	"ところ",
	"する",
	"した",
	"して",
	"します",
	"しました",
	"しない",
	"ある",
	"あった",
	"あって",
	"あります",
	"ありました",
	"ありません",
	"いる",
	"いた",
	"います",
	"いました",
	"いません",
	"なる",
	"なった",
	"なって",
	"なります",
	"なりました",
	"できる",
	"できた",
	"できます",
	"ありがとう",
	"ございます",
	"ください",
	"おはよう",
	"こんにちは",
	"こんばんは",
	"さようなら",
	"すみません",
	"はい",
	"いいえ",
	"いい",
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* "書" and any syllable of its row: which form that is. */
static uint16_t form(uint32_t c)
{
	switch (letters_vowel(c)) {
	case 'a':
		return A;
	case 'i':
		return I;
	case 'u':
		return END;
	case 'e':
		return E;
	case 'o':
		return O;
	default:
		return 0;
	}
}

/* Tries every piece that fits; pieces are short, so the depth is that of the text. */
static enum endings follow(uint16_t place, const char *text, size_t n)
{
	enum endings best = ENDINGS_WRONG;
	if (n == 0 && (place & COMPLETE))
		return ENDINGS_RIGHT;
	if (n == 0)
		return place & RARE ? ENDINGS_RARE : ENDINGS_WRONG;
	for (size_t i = 0; i < COUNT(pieces) && best != ENDINGS_RIGHT; i++) {
		/* Syllables are three bytes, most of which differ in the last one. */
		if (!(pieces[i].behind & place) || n < 3 || pieces[i].text[2] != text[2])
			continue;
		size_t len = strlen(pieces[i].text);
		if (len > n || memcmp(pieces[i].text, text, len) != 0)
			continue;
		enum endings rest = follow(pieces[i].then, text + len, n - len);
		best = rest > best ? rest : best;
	}
	return best;
}

#define TEXT_MAX 45 /* bytes: fifteen syllables */

enum endings endings_fit(enum endings_place place, const char *text, size_t n)
{
	uint32_t c;
	size_t len = osaas_utf8_decode(text, n, &c);
	if (n == 0)
		return place == ENDINGS_NOUN ? ENDINGS_RIGHT : ENDINGS_WRONG;
	if (n > TEXT_MAX)
		return ENDINGS_WRONG;
	enum endings fit = follow((uint16_t)place, text, n);
	if (place == ENDINGS_NOUN || fit == ENDINGS_RIGHT || !form(c))
		return fit;
	enum endings other = follow(form(c), text + len, n - len);
	if (other == ENDINGS_WRONG && form(c) == I && follow(NOUN, text + len, n - len))
		other = ENDINGS_RARE; /* "好きです" */
	return other > fit ? other : fit;
}

bool endings_is_word(const char *text, size_t n)
{
	for (size_t i = 0; i < COUNT(words); i++) {
		if (strlen(words[i]) == n && memcmp(words[i], text, n) == 0)
			return true;
	}
	return false;
}
