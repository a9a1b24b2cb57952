#include <errno.h>
#include <fontconfig/fontconfig.h>
#include <fribidi.h>
#include <string.h>

#include "gl/text_private.h"

#define LETTERS   64 /* of a stretch that are looked at */
#define PAIRS_MAX 64 /* open at once; what is beyond takes the script around it */

/* Whom one thinks of first in a script: decides between fonts when the language does not. */
static const struct {
	hb_script_t script;
	const char *lang;
} samples[] = {
	{HB_SCRIPT_ARABIC, "ar"},
	{HB_SCRIPT_ARMENIAN, "hy"},
	{HB_SCRIPT_BENGALI, "bn"},
	{HB_SCRIPT_BUGINESE, "bug"},
	{HB_SCRIPT_BUHID, "bku"},
	{HB_SCRIPT_CANADIAN_SYLLABICS, "iu"},
	{HB_SCRIPT_CHEROKEE, "chr"},
	{HB_SCRIPT_COPTIC, "cop"},
	{HB_SCRIPT_CYRILLIC, "ru"},
	{HB_SCRIPT_DEVANAGARI, "hi"},
	{HB_SCRIPT_ETHIOPIC, "am"},
	{HB_SCRIPT_GEORGIAN, "ka"},
	{HB_SCRIPT_GREEK, "el"},
	{HB_SCRIPT_GUJARATI, "gu"},
	{HB_SCRIPT_GURMUKHI, "pa"},
	{HB_SCRIPT_HANGUL, "ko"},
	{HB_SCRIPT_HANUNOO, "hnn"},
	{HB_SCRIPT_HEBREW, "he"},
	{HB_SCRIPT_HIRAGANA, "ja"},
	{HB_SCRIPT_KANNADA, "kn"},
	{HB_SCRIPT_KATAKANA, "ja"},
	{HB_SCRIPT_KHMER, "km"},
	{HB_SCRIPT_LAO, "lo"},
	{HB_SCRIPT_LATIN, "en"},
	{HB_SCRIPT_MALAYALAM, "ml"},
	{HB_SCRIPT_MONGOLIAN, "mn"},
	{HB_SCRIPT_MYANMAR, "my"},
	{HB_SCRIPT_NKO, "nqo"},
	{HB_SCRIPT_OLD_PERSIAN, "peo"},
	{HB_SCRIPT_ORIYA, "or"},
	{HB_SCRIPT_SINHALA, "si"},
	{HB_SCRIPT_SYLOTI_NAGRI, "syl"},
	{HB_SCRIPT_SYRIAC, "syr"},
	{HB_SCRIPT_TAGALOG, "tl"},
	{HB_SCRIPT_TAGBANWA, "tbw"},
	{HB_SCRIPT_TAMIL, "ta"},
	{HB_SCRIPT_TELUGU, "te"},
	{HB_SCRIPT_THAANA, "dv"},
	{HB_SCRIPT_THAI, "th"},
	{HB_SCRIPT_TIBETAN, "bo"},
	{HB_SCRIPT_UGARITIC, "uga"},
};

/* Quotation marks, of no script either, that come in pairs as brackets do. */
static const uint32_t quotes[][2] = {
	{'<', '>'},
	{0xab, 0xbb},
	{0x2018, 0x2019},
	{0x201c, 0x201d},
	{0x2039, 0x203a},
	{0x300c, 0x300d},
	{0x300e, 0x300f},
	{0x301d, 0x301e},
};

/* 0: none; the same number for both of a pair, with its sign for the second. */
static int64_t pair_of(uint32_t c)
{
	for (size_t i = 0; i < sizeof quotes / sizeof quotes[0]; i++) {
		if (c == quotes[i][0])
			return quotes[i][0];
		if (c == quotes[i][1])
			return -(int64_t)quotes[i][0];
	}
	FriBidiBracketType type = fribidi_get_bracket(c);
	if (type == FRIBIDI_NO_BRACKET)
		return 0;
	int64_t id = FRIBIDI_BRACKET_ID(type);
	return FRIBIDI_IS_BRACKET_OPEN(type) ? id : -id;
}

static bool is_real(uint32_t script)
{
	return script != HB_SCRIPT_COMMON && script != HB_SCRIPT_INHERITED &&
	       script != HB_SCRIPT_UNKNOWN;
}

struct open {
	int64_t pair;
	uint32_t script;
};

static void set_scripts(struct gl_text *text, uint32_t from, uint32_t to, uint32_t script)
{
	for (uint32_t i = from; i < to; i++)
		text->chars[i].script = script;
}

/* The script at the opening one of a pair that c closes; those left open within are dropped. */
static uint32_t close_pair(
	struct open *open, unsigned *depth, int64_t pair, uint32_t script)
{
	while (*depth > 0 && open[*depth - 1].pair != pair)
		--*depth;
	return *depth > 0 ? open[--*depth].script : script;
}

/* UAX #24 5.1: what is common or inherited goes with what is before it, else behind it. */
int text_script(struct gl_text *text, const struct text_para *para)
{
	struct open open[PAIRS_MAX];
	unsigned depth = 0;
	uint32_t run = para->start, script = HB_SCRIPT_COMMON;
	for (uint32_t i = para->start; i < para->end; i++) {
		uint32_t c = text->chars[i].c;
		uint32_t own = hb_unicode_script(text->unicode, c);
		int64_t pair = own == HB_SCRIPT_COMMON ? pair_of(c) : 0;
		if (pair < 0)
			own = close_pair(open, &depth, -pair, own);
		if (is_real(own) && is_real(script) && own != script) {
			set_scripts(text, run, i, script);
			run = i;
			script = own;
		} else if (is_real(own) && !is_real(script)) {
			script = own;
			for (unsigned k = 0; k < depth; k++)
				open[k].script = script;
		}
		if (pair > 0 && depth < PAIRS_MAX)
			open[depth++] = (struct open){pair, script};
	}
	set_scripts(text, run, para->end, script);
	return 0;
}

/* The letters that fontconfig thinks a language is written with. */
static const FcCharSet *letters_of(const char *lang)
{
	char primary[9];
	const FcCharSet *set = FcLangGetCharSet((const FcChar8 *)lang);
	size_t n = strcspn(lang, "-_");
	if (set || n >= sizeof primary)
		return set;
	memcpy(primary, lang, n);
	primary[n] = 0;
	return FcLangGetCharSet((const FcChar8 *)primary);
}

/* HarfBuzz and fontconfig never forget a tag, so only so many are let in. */
static const char *keep(struct gl_text *text, const char *lang, size_t n, unsigned most)
{
	for (unsigned i = 0; i < text->lang_count; i++) {
		if (strncmp(text->langs[i], lang, n) == 0 && text->langs[i][n] == 0)
			return text->langs[i];
	}
	if (text->lang_count >= most || n >= TEXT_LANG_SIZE)
		return NULL;
	char *to = text->langs[text->lang_count++];
	memcpy(to, lang, n);
	to[n] = 0;
	return to;
}

const char *text_lang(struct gl_text *text, const char *lang)
{
	if (!lang || !letters_of(lang))
		return TEXT_NO_LANG;
	const char *kept = keep(text, lang, strlen(lang), TEXT_LANGS / 2);
	if (!kept)
		kept = keep(text, lang, strcspn(lang, "-_"), TEXT_LANGS);
	return kept ? kept : TEXT_NO_LANG;
}

const char *text_script_lang(
	struct gl_text *text, const char *tag, uint32_t start, uint32_t end)
{
	const char *lang = text_lang(text, tag);
	uint32_t script = text->chars[start].script;
	if (!is_real(script))
		return lang;
	const FcCharSet *set = letters_of(lang);
	for (uint32_t i = start; set && i < end && i < start + LETTERS; i++) {
		if (FcCharSetHasChar(set, text->chars[i].c) &&
			hb_unicode_script(text->unicode, text->chars[i].c) == script)
			return lang;
	}
	for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
		if ((uint32_t)samples[i].script == script)
			return samples[i].lang;
	}
	return TEXT_NO_LANG;
}
