/*
 * text_private: what the parts of text share. A text goes through them paragraph by
 * paragraph: characters and their properties (text_break, text_bidi, text_script,
 * text_emoji), items of one font, script, level and style (text_item), their glyphs
 * (text_shape), lines (text_line), places (text_place).
 *
 * Characters are counted over the whole text, from 0; glyph metrics are px.
 */
#ifndef OSAAS_GL_TEXT_PRIVATE_H
#define OSAAS_GL_TEXT_PRIVATE_H

#include <hb.h>

#include "gl/text.h"

/* One character. */
struct text_char {
	uint32_t c;
	uint32_t byte;   /* where it is in the text */
	uint32_t script; /* hb_script_t, resolved */
	uint16_t style;  /* of the request's runs */
	uint16_t flags;  /* enum text_char_flag */
	uint8_t level;
	float advance; /* its share of its cluster */
};

enum text_char_flag {
	CHAR_CELL = 1,        /* a grapheme cluster begins */
	CHAR_BREAK = 2,       /* a line may begin here */
	CHAR_MUST = 4,        /* a line must begin here */
	CHAR_BLANK = 8,       /* white space */
	CHAR_WORD_START = 16, /* a word begins */
	CHAR_WORD_END = 32,   /* a word ended before it */
	CHAR_EMOJI = 64,      /* of a sequence that is shown as an emoji */
	CHAR_SPACE = 128,     /* chooses no font: blanks, joiners, selectors */
};

/* A glyph as the font has it; its cluster is a character. */
struct text_shaped {
	uint32_t glyph;
	uint32_t cluster;
	float advance, x, y; /* px; y down */
	bool unsafe;         /* a line that begins at this cluster must be shaped anew */
};

enum text_kind {
	TEXT_KIND_GLYPHS,
	TEXT_KIND_TAB,
	TEXT_KIND_NOTHING,
	TEXT_KIND_ELLIPSIS, /* or a hyphen: for text_pieces.cut_from to cut_to, maybe none */
};

/* Characters of one font, script, level and style, and their glyphs from left to right. */
struct text_item {
	uint32_t start, end;
	uint32_t font;
	uint32_t script;
	const char *lang; /* text_script_lang */
	uint16_t style;
	uint8_t level;
	uint8_t kind;          /* enum text_kind */
	uint32_t first, count; /* of gl_text.shaped */
	float width;
};

/* A paragraph without what ends it. */
struct text_para {
	uint32_t start, end;
	uint32_t next; /* behind its end */
	bool rtl;
	uint32_t first_item, items;
};

/* An array that grows and stays. */
struct text_array {
	void *data;
	size_t room; /* bytes */
};
/* text_array_room makes room for n of size; NULL: no memory. What was there stays. */
void *text_array_room(struct text_array *array, size_t n, size_t size);

struct text_cache;

#define TEXT_LANGS     512
#define TEXT_LANG_SIZE 24
#define TEXT_NO_LANG   "xx" /* one that fontconfig prefers no font for */

struct gl_text {
	struct gl_fonts *fonts;
	const struct gl_text_request *request;
	hb_unicode_funcs_t *unicode;
	hb_buffer_t *buffer;
	struct text_cache *cache;
	void *thai; /* ThBrk: its dictionary, read at the first Thai text */
	bool thai_tried;
	char langs[TEXT_LANGS][TEXT_LANG_SIZE]; /* lang_count tags that were asked for */
	unsigned lang_count;

	struct text_array char_array, item_array, shaped_array, piece_array;
	struct text_array scratch[4]; /* of whoever needs some, for a moment */
	struct text_char *chars;      /* char_count, and one behind them */
	uint32_t char_count;
	struct text_item *items;
	uint32_t item_count;
	uint32_t shaped_count;

	struct text_array line_array, run_array, glyph_array, cell_array, block_array;
	struct text_head head; /* of the block that grows; in text_place.c */
	float y;               /* top of the next line */
};

static inline struct text_shaped *text_shaped_at(struct gl_text *text, uint32_t i)
{
	return (struct text_shaped *)text->shaped_array.data + i;
}

/* text_break: properties of the paragraph's characters, CHAR_EMOJI and CHAR_SPACE among them. */
int text_break(struct gl_text *text, const struct text_para *para);
/* text_bidi: levels, and the paragraph's direction; before is that of the one before. */
int text_bidi(struct gl_text *text, struct text_para *para, bool before);
/* text_script: scripts. */
int text_script(struct gl_text *text, const struct text_para *para);
/* text_lang: the engine's copy of a tag, if it makes sense; else TEXT_NO_LANG. */
const char *text_lang(struct gl_text *text, const char *lang);
/* text_script_lang: that, or what one thinks of first in a script that is not the tag's. */
const char *text_script_lang(
	struct gl_text *text, const char *tag, uint32_t start, uint32_t end);
/* text_emoji: flags of emoji_table. text_emoji_cluster: whether a cell is shown as an emoji. */
unsigned text_emoji(uint32_t c);
bool text_emoji_cluster(const struct text_char *chars, uint32_t n);
/* text_item: the paragraph's items, shaped, and the advances of its characters. */
int text_item(struct gl_text *text, struct text_para *para);
/* text_shape: glyphs of an item, behind those that there are. */
int text_shape(struct gl_text *text, struct text_item *item);
struct text_cache *text_cache_create(void);
void text_cache_destroy(struct text_cache *cache);
struct gl_text_stats text_cache_stats(const struct text_cache *cache);
/* text_font_metrics: of a style's size, px; up and down from the baseline. */
struct text_metrics {
	float ascent, descent;
};
struct text_metrics text_font_metrics(
	struct gl_text *text, uint32_t font, uint16_t style);

/* A line to be placed: its pieces in reading order, and how it ends. */
struct text_pieces {
	struct text_item *pieces;
	uint32_t count;
	uint32_t start, end;       /* characters */
	uint32_t blank;            /* from there to the end: blanks that have no width */
	uint32_t cut_from, cut_to; /* characters that the ellipsis stands for */
	bool hard, cut;
};
/* text_lines: the paragraph's lines. more: text follows it. 1: no further line is wanted. */
int text_lines(struct gl_text *text, const struct text_para *para, bool more);
/* text_pieces: the items of some characters, cut where they do not fit and shaped anew then. */
int text_cut(struct gl_text *text, const struct text_para *para, uint32_t start,
	uint32_t end, struct text_pieces *line);
/* text_ellipsis: takes out of a line what does not fit. */
int text_ellipsis(struct gl_text *text, const struct text_para *para,
	struct text_pieces *line, bool force);
/* text_hyphen: puts one behind a line that ends with a soft hyphen. */
int text_hyphen(
	struct gl_text *text, const struct text_para *para, struct text_pieces *line);
/* text_tab: how wide a tab is that begins at x. */
float text_tab(struct gl_text *text, const struct text_char *tab, float x);
/* text_set_tabs: the widths of a line's tabs, by what is before them. */
void text_set_tabs(struct gl_text *text, struct text_pieces *line);
/* text_place: a line behind those that there are. */
int text_place(
	struct gl_text *text, const struct text_para *para, struct text_pieces *line);
void text_place_begin(struct gl_text *text);
int text_place_end(struct gl_text *text, const void **block, size_t *size);

#endif
