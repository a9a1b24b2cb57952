#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <thai/thwbrk.h>
#include <thai/thbrk.h>
#include <linebreak.h>
#include <wordbreak.h>

#include "gl/text_private.h"

#define ZWNJ       0x200c
#define ZWJ        0x200d
#define IDEOGRAM   0x4e00 /* breaks as emoji do, which the library may be too old to know */
#define NONSTARTER 0x3005
#define THAI_MAX   2048 /* letters that the dictionary gets at once */

/* Grapheme_Cluster_Break of UAX #29, by general category where that tells. */
enum kind {
	KIND_OTHER,
	KIND_CONTROL,
	KIND_EXTEND,
	KIND_ZWJ,
	KIND_MARK, /* SpacingMark */
	KIND_PREPEND,
	KIND_FLAG, /* Regional_Indicator */
	KIND_L,
	KIND_V,
	KIND_T,
	KIND_LV,
	KIND_LVT,
};

static bool in(uint32_t c, uint32_t first, uint32_t last)
{
	return c >= first && c <= last;
}

static enum kind hangul(uint32_t c)
{
	if (in(c, 0x1100, 0x115f) || in(c, 0xa960, 0xa97c))
		return KIND_L;
	if (in(c, 0x1160, 0x11a7) || in(c, 0xd7b0, 0xd7c6))
		return KIND_V;
	if (in(c, 0x11a8, 0x11ff) || in(c, 0xd7cb, 0xd7fb))
		return KIND_T;
	if (in(c, 0xac00, 0xd7a3))
		return (c - 0xac00) % 28 == 0 ? KIND_LV : KIND_LVT;
	return KIND_OTHER;
}

static bool is_prepend(uint32_t c)
{
	return in(c, 0x600, 0x605) || c == 0x6dd || c == 0x70f || in(c, 0x890, 0x891) ||
	       c == 0x8e2 || c == 0xd4e || c == 0x110bd || c == 0x110cd ||
	       in(c, 0x111c2, 0x111c3);
}

/* Other_Grapheme_Extend: spacing marks that only end what is before them. */
static bool extends(uint32_t c)
{
	static const uint16_t list[] = {0x9be, 0x9d7, 0xb3e, 0xb57, 0xbbe, 0xbd7, 0xcc2,
		0xcd5, 0xcd6, 0xd3e, 0xd57, 0xdcf, 0xddf};
	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
		if (c == list[i])
			return true;
	}
	return c == 0x1d165 || in(c, 0x1d16e, 0x1d172);
}

static enum kind kind_of(struct gl_text *text, uint32_t c)
{
	if (c < 0x300)
		return c < ' ' || in(c, 0x7f, 0x9f) || c == 0xad ? KIND_CONTROL
								 : KIND_OTHER;
	if (c == ZWJ)
		return KIND_ZWJ;
	if (c == ZWNJ || in(c, 0x1f3fb, 0x1f3ff) || in(c, 0xff9e, 0xff9f) ||
		in(c, 0xe0020, 0xe007f))
		return KIND_EXTEND;
	if (c == 0xe33 || c == 0xeb3)
		return KIND_MARK;
	if (is_prepend(c))
		return KIND_PREPEND;
	if (in(c, 0x1f1e6, 0x1f1ff))
		return KIND_FLAG;
	switch (hb_unicode_general_category(text->unicode, c)) {
	case HB_UNICODE_GENERAL_CATEGORY_FORMAT:
	case HB_UNICODE_GENERAL_CATEGORY_LINE_SEPARATOR:
	case HB_UNICODE_GENERAL_CATEGORY_PARAGRAPH_SEPARATOR:
		return KIND_CONTROL;
	case HB_UNICODE_GENERAL_CATEGORY_NON_SPACING_MARK:
	case HB_UNICODE_GENERAL_CATEGORY_ENCLOSING_MARK:
		return KIND_EXTEND;
	case HB_UNICODE_GENERAL_CATEGORY_SPACING_MARK:
		return extends(c) ? KIND_EXTEND : KIND_MARK;
	default:
		return hangul(c);
	}
}

/* GB6 to GB8. */
static bool syllable(enum kind before, enum kind kind)
{
	if (before == KIND_L)
		return kind == KIND_L || kind == KIND_V || kind == KIND_LV ||
		       kind == KIND_LVT;
	if (before == KIND_LV || before == KIND_V)
		return kind == KIND_V || kind == KIND_T;
	return (before == KIND_LVT || before == KIND_T) && kind == KIND_T;
}

static bool joins_conjuncts(uint32_t script)
{
	return script == HB_SCRIPT_DEVANAGARI || script == HB_SCRIPT_BENGALI ||
	       script == HB_SCRIPT_GURMUKHI || script == HB_SCRIPT_GUJARATI ||
	       script == HB_SCRIPT_ORIYA || script == HB_SCRIPT_TAMIL ||
	       script == HB_SCRIPT_TELUGU || script == HB_SCRIPT_KANNADA ||
	       script == HB_SCRIPT_MALAYALAM || script == HB_SCRIPT_SINHALA;
}

/* UAX #29 3.1.1, and in Indic scripts what a joiner joins is one cell. A cell has one style. */
static void mark_cells(struct gl_text *text, const struct text_para *para)
{
	enum kind before = KIND_CONTROL;
	bool pictured = false, odd_flags = false;
	for (uint32_t i = para->start; i < para->end; i++) {
		struct text_char *at = &text->chars[i];
		enum kind kind = kind_of(text, at->c);
		bool picture =
			kind == KIND_OTHER && at->c > 0x7f && text_emoji(at->c) & 2;
		bool within = kind == KIND_EXTEND || kind == KIND_ZWJ ||
			      kind == KIND_MARK || before == KIND_PREPEND ||
			      syllable(before, kind) ||
			      (before == KIND_ZWJ && picture && pictured) ||
			      (before == KIND_FLAG && kind == KIND_FLAG && odd_flags);
		if (before == KIND_ZWJ && kind == KIND_OTHER &&
			joins_conjuncts(at->script))
			within = true;
		if (before == KIND_CONTROL || kind == KIND_CONTROL)
			within = false;
		at->flags = within ? 0 : CHAR_CELL;
		if (within)
			at->style = at[-1].style;
		odd_flags = kind == KIND_FLAG && !(before == KIND_FLAG && odd_flags);
		if (kind != KIND_EXTEND && kind != KIND_ZWJ)
			pictured = picture;
		before = kind;
	}
}

static bool is_visible_format(uint32_t c)
{
	return in(c, 0x600, 0x6ff) || c == 0x70f || c == 0x8e2;
}

static void mark_blanks(struct gl_text *text, const struct text_para *para)
{
	for (uint32_t i = para->start; i < para->end; i++) {
		uint32_t c = text->chars[i].c;
		uint16_t flags = 0;
		switch (hb_unicode_general_category(text->unicode, c)) {
		case HB_UNICODE_GENERAL_CATEGORY_SPACE_SEPARATOR:
			flags = c == 0x1680 ? CHAR_BLANK : CHAR_BLANK | CHAR_SPACE;
			break;
		case HB_UNICODE_GENERAL_CATEGORY_LINE_SEPARATOR:
		case HB_UNICODE_GENERAL_CATEGORY_PARAGRAPH_SEPARATOR:
			flags = CHAR_BLANK | CHAR_SPACE;
			break;
		case HB_UNICODE_GENERAL_CATEGORY_CONTROL:
			flags = CHAR_BLANK | CHAR_SPACE;
			break;
		case HB_UNICODE_GENERAL_CATEGORY_FORMAT:
			flags = is_visible_format(c) ? 0 : CHAR_SPACE;
			break;
		default:
			if (in(c, 0xfe00, 0xfe0f) || in(c, 0xe0100, 0xe01ef))
				flags = CHAR_SPACE;
		}
		text->chars[i].flags |= flags;
	}
}

static void mark_emoji(struct gl_text *text, const struct text_para *para)
{
	for (uint32_t i = para->start; i < para->end;) {
		uint32_t n = 1;
		while (i + n < para->end && !(text->chars[i + n].flags & CHAR_CELL))
			n++;
		if (text_emoji_cluster(text->chars + i, n)) {
			for (uint32_t k = 0; k < n; k++)
				text->chars[i + k].flags |= CHAR_EMOJI;
		}
		i += n;
	}
}

static bool of_words(struct gl_text *text, uint32_t c)
{
	switch (hb_unicode_general_category(text->unicode, c)) {
	case HB_UNICODE_GENERAL_CATEGORY_LOWERCASE_LETTER:
	case HB_UNICODE_GENERAL_CATEGORY_MODIFIER_LETTER:
	case HB_UNICODE_GENERAL_CATEGORY_OTHER_LETTER:
	case HB_UNICODE_GENERAL_CATEGORY_TITLECASE_LETTER:
	case HB_UNICODE_GENERAL_CATEGORY_UPPERCASE_LETTER:
	case HB_UNICODE_GENERAL_CATEGORY_DECIMAL_NUMBER:
	case HB_UNICODE_GENERAL_CATEGORY_LETTER_NUMBER:
	case HB_UNICODE_GENERAL_CATEGORY_OTHER_NUMBER:
	case HB_UNICODE_GENERAL_CATEGORY_SPACING_MARK:
	case HB_UNICODE_GENERAL_CATEGORY_NON_SPACING_MARK:
	case HB_UNICODE_GENERAL_CATEGORY_CONNECT_PUNCTUATION:
		return true;
	default:
		return false;
	}
}

/* A boundary between words becomes a start, an end, both or (between blanks) neither. */
static void mark_word(struct gl_text *text, const struct text_para *para, uint32_t i)
{
	if (!(text->chars[i].flags & CHAR_CELL))
		return;
	if (of_words(text, text->chars[i].c))
		text->chars[i].flags |= CHAR_WORD_START;
	if (i > para->start && of_words(text, text->chars[i - 1].c))
		text->chars[i].flags |= CHAR_WORD_END;
}

static void mark_words(struct gl_text *text, const struct text_para *para, char *breaks)
{
	for (uint32_t i = para->start; i < para->end; i++) {
		if (i == para->start || breaks[i - para->start - 1] == WORDBREAK_BREAK)
			mark_word(text, para, i);
	}
}

/* Letters of one script without blanks are words by dictionary only. */
static void mark_thai_part(
	struct gl_text *text, const struct text_para *para, uint32_t start, uint32_t end)
{
	thwchar_t letters[THAI_MAX + 1];
	int ends[THAI_MAX];
	for (uint32_t i = start; i < end; i++)
		letters[i - start] = (thwchar_t)text->chars[i].c;
	letters[end - start] = 0;
	int n = th_brk_wc_find_breaks(text->thai, letters, ends, THAI_MAX);
	for (int i = 0; i < n; i++) {
		uint32_t at = start + (uint32_t)ends[i];
		if (ends[i] > 0 && at < end && text->chars[at].flags & CHAR_CELL) {
			text->chars[at].flags |= CHAR_BREAK;
			mark_word(text, para, at);
		}
	}
}

static void mark_thai(struct gl_text *text, const struct text_para *para)
{
	uint32_t i = para->start;
	while (i < para->end) {
		uint32_t end = i;
		while (end < para->end && end - i < THAI_MAX &&
			in(text->chars[end].c, 0xe01, 0xe5b))
			end++;
		if (end == i) {
			i++;
			continue;
		}
		if (!text->thai && !text->thai_tried) {
			text->thai_tried = true;
			text->thai = th_brk_new(NULL);
		}
		if (text->thai)
			mark_thai_part(text, para, i, end);
		i = end;
	}
}

/* Class CJ, small kana and the long mark: as class NS, they begin no line (LB1). */
static bool is_small_kana(uint32_t c)
{
	static const char small[] = {
		0x01, 0x03, 0x05, 0x07, 0x09, 0x23, 0x43, 0x45, 0x47, 0x4e, 0x55, 0x56};
	if (in(c, 0x31f0, 0x31ff) || in(c, 0xff67, 0xff70) || c == 0x30fc)
		return true;
	if (!in(c, 0x3041, 0x30f6))
		return false;
	uint32_t kana = c >= 0x30a0 ? c - 0x30a0 : c - 0x3040;
	return memchr(small, (int)kana, sizeof small) != NULL;
}

/* Classes that characters got after the library's data were made. */
static uint32_t newer_class(uint32_t c)
{
	if (in(c, 0x2308, 0x230b))
		return c % 2 == 0 ? '(' : ')';
	return c;
}

/* What stands for a character in the library's eyes. It aborts at U+FFFF. */
static uint32_t for_words(uint32_t c)
{
	return c == 0xffff ? 0xfffd : c;
}

/* The same for lines, where it aborts at flags too. */
static uint32_t for_lines(const struct text_char *at)
{
	if (is_small_kana(at->c))
		return NONSTARTER;
	if (in(at->c, 0x1f1e6, 0x1f1ff) ||
		(at->flags & CHAR_EMOJI && at->flags & CHAR_CELL))
		return IDEOGRAM;
	return for_words(newer_class(at->c));
}

static bool is_hyphen(uint32_t c)
{
	return c == '-' || c == '\t' || c == 0xad || c == 0x58a || c == 0x5be ||
	       c == 0x2010 || c == 0x2012 || c == 0x2013;
}

/* LB21a, which the library is too old for: no break behind a hyphen behind a Hebrew letter. */
static bool keeps_hyphen(const struct text_char *at, const struct text_char *first)
{
	return at - first >= 2 && is_hyphen(at[-1].c) && in(at[-2].c, 0x5d0, 0x5f2);
}

/* Never inside a cell, whatever the library thinks. */
static void mark_lines(
	struct gl_text *text, const struct text_para *para, const char *breaks)
{
	for (uint32_t i = para->start + 1; i < para->end; i++) {
		char b = breaks[i - para->start - 1];
		struct text_char *at = &text->chars[i];
		if (!(at->flags & CHAR_CELL) ||
			keeps_hyphen(at, &text->chars[para->start]))
			continue;
		if (b == LINEBREAK_MUSTBREAK)
			at->flags |= CHAR_BREAK | CHAR_MUST;
		else if (b == LINEBREAK_ALLOWBREAK)
			at->flags |= CHAR_BREAK;
	}
}

int text_break(struct gl_text *text, const struct text_para *para)
{
	size_t n = para->end - para->start;
	utf32_t *chars = text_array_room(&text->scratch[0], n + 1, sizeof *chars);
	char *breaks = text_array_room(&text->scratch[1], n + 1, 1);
	if (!chars || !breaks)
		return -ENOMEM;
	mark_cells(text, para);
	mark_blanks(text, para);
	mark_emoji(text, para);
	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		chars[i] = for_words(text->chars[para->start + i].c);
	set_wordbreaks_utf32(chars, n, NULL, breaks);
	mark_words(text, para, breaks);
	for (size_t i = 0; i < n; i++)
		chars[i] = for_lines(&text->chars[para->start + i]);
	set_linebreaks_utf32(chars, n, NULL, breaks);
	mark_lines(text, para, breaks);
	mark_thai(text, para);
	return 0;
}
