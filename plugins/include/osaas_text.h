/*
 * osaas_text.h: the protocol of "gui.text": text set on lines, in any script, with the
 * system's fonts. One request gives all there is to know: lines, glyphs to be painted with
 * osaas_ops_glyphs, and the cells of which carets, hits, selections and motion are worked
 * out here, without asking again. Requests and answers are those of osaas_request.h.
 *
 *	struct osaas_text_style style = {.size = 16, .families = "sans-serif"};
 *	struct osaas_text_params params = {.text = s, .len = strlen(s), .styles = &style,
 *		.style_count = 1, .width = 300};
 *	struct osaas_text text;
 *	if (osaas_text_layout(chan, &params, &text) >= 0) {
 *		osaas_text_paint(&text, &ops, 10, 20, NULL, 0);
 *		osaas_text_free(&text);
 *	}
 *
 * Lengths are px. x goes to the right from the left edge of the width, y down from the top
 * of the first line. Indices are bytes of the text, at the boundaries of cells: what a reader
 * takes for a letter (a grapheme cluster of UAX #29). Bytes that are no UTF-8 show as U+FFFD.
 *
 * A long text is set paragraph by paragraph, those that are seen: a request is worked on
 * while everything else waits, so it has limits, below.
 */
#ifndef OSAAS_TEXT_H
#define OSAAS_TEXT_H

#include <osaas.h>
#include <osaas_ops.h>

#include <stdbool.h>

enum osaas_text_type {
	/*
	 * buf: struct osaas_text_ask and what follows it. The answer's buf is the block of
	 * struct osaas_text_head; its result is the number of lines. OSAAS_EINVAL: it makes no
	 * sense; OSAAS_E2BIG: over a limit, or a font makes far more glyphs of it than it has
	 * characters; OSAAS_ENOENT: the session has no fonts.
	 */
	OSAAS_TEXT_LAYOUT = 1,
	/*
	 * buf, len: a font file (TrueType, OpenType, or a collection of them); u32[0]: which
	 * face of it. The result is its number, for styles and osaas_ops_glyphs, until it is
	 * forgotten. OSAAS_EINVAL: it is none that can be read; OSAAS_E2BIG; OSAAS_ENOSPC.
	 */
	OSAAS_TEXT_FONT = 2,
	/* u32[0]: the number of such a font, that is to be forgotten. OSAAS_ENOENT. */
	OSAAS_TEXT_FORGET = 3,
};

#define OSAAS_TEXT_MAX          16384u      /* bytes of a text */
#define OSAAS_TEXT_STYLES_MAX   64u         /* of a text */
#define OSAAS_TEXT_FEATURES_MAX 32u         /* of a style */
#define OSAAS_TEXT_TABS_MAX     64u         /* of a text */
#define OSAAS_TEXT_STRINGS_MAX  16384u      /* bytes of all families and languages */
#define OSAAS_TEXT_FONTS_MAX    16u         /* of a channel, at once */
#define OSAAS_TEXT_FONT_MAX     (32u << 20) /* bytes of one, and of all */

enum osaas_text_base {
	OSAAS_TEXT_AUTO,
	OSAAS_TEXT_LTR,
	OSAAS_TEXT_RTL
};
enum osaas_text_align {
	OSAAS_TEXT_START, /* left; of a paragraph from right to left: right */
	OSAAS_TEXT_END,
	OSAAS_TEXT_ALIGN_LEFT,
	OSAAS_TEXT_ALIGN_CENTER,
	OSAAS_TEXT_ALIGN_RIGHT,
};
enum osaas_text_wrap {
	OSAAS_TEXT_WRAP_WORD, /* between words; one that is too wide is broken */
	OSAAS_TEXT_WRAP_WORD_ONLY,
	OSAAS_TEXT_WRAP_CELL, /* anywhere */
};
enum osaas_text_ellipsis {
	OSAAS_TEXT_CLIP, /* lines beyond max_lines are left out */
	OSAAS_TEXT_ELLIPSIS_END,
	OSAAS_TEXT_ELLIPSIS_MIDDLE,
	OSAAS_TEXT_ELLIPSIS_START,
};

/* An OpenType feature: OSAAS_TEXT_TAG("liga"), 0 is off, 1 is on. */
struct osaas_text_feature {
	uint32_t tag, value;
};
#define OSAAS_TEXT_TAG(s)                                                                \
	((uint32_t)(uint8_t)(s)[0] << 24 | (uint32_t)(uint8_t)(s)[1] << 16 |             \
		(uint32_t)(uint8_t)(s)[2] << 8 | (uint32_t)(uint8_t)(s)[3])

struct osaas_text_style {
	uint32_t end;    /* byte up to which it holds; 0: to the end of the text */
	float size;      /* px per em */
	float spacing;   /* px behind every cell */
	uint32_t weight; /* 1..1000; 0: 400 */
	enum osaas_slant slant;
	const char *families; /* commas between them; NULL: sans-serif */
	const char *lang;     /* BCP 47; NULL: none */
	uint32_t font;        /* one of OSAAS_TEXT_FONT, before the families; 0: none */
	const struct osaas_text_feature *features;
	uint32_t feature_count;
};

struct osaas_text_params {
	const char *text;
	size_t len;
	const struct osaas_text_style *styles; /* at least one */
	uint32_t style_count;
	enum osaas_text_base base;
	enum osaas_text_align align;
	enum osaas_text_wrap wrap;
	enum osaas_text_ellipsis ellipsis; /* in the last line, when not all fits */
	float width;                       /* 0 or below: none */
	uint32_t max_lines;                /* 0: any; with an ellipsis 1 */
	float line_height;                 /* px; 0: what the fonts ask for */
	const float *tabs;                 /* ascending px from the start of the line */
	uint32_t tab_count;
	float tab_width; /* behind the last of tabs; 0: eight blanks */
};

/* The result: lines, from top to bottom, */
struct osaas_text_line {
	uint32_t start, end;        /* bytes */
	uint32_t next;              /* byte behind the end of the paragraph; else end */
	uint32_t first_cell, cells; /* in the order of the text */
	uint32_t first_run, runs;   /* from left to right */
	uint32_t flags;             /* enum osaas_text_line_flag */
	float x, width;             /* without the blanks at which it was broken */
	float top, height;
	float baseline;        /* y */
	float ascent, descent; /* up and down from the baseline */
};
enum osaas_text_line_flag {
	OSAAS_TEXT_LINE_RTL = 1,
	OSAAS_TEXT_LINE_HARD = 2, /* the paragraph ends */
	OSAAS_TEXT_LINE_CUT = 4,  /* has an ellipsis */
};

/* in them runs of one font, style and direction, */
struct osaas_text_run {
	uint32_t font; /* for osaas_ops_glyphs */
	float size;
	uint32_t first_glyph, glyphs;
	uint32_t start, end; /* bytes */
	uint32_t style;      /* which of the params' */
	uint32_t level;      /* odd: from right to left */
	float x0, x1;
	float ascent, descent;
};

/* whose glyphs are struct osaas_glyph, and cells. */
struct osaas_text_cell {
	uint32_t index;
	uint32_t flags;          /* enum osaas_text_cell_flag */
	uint32_t visual;         /* place in the line from the left */
	float leading, trailing; /* x of its edges, in reading order */
};
enum osaas_text_cell_flag {
	OSAAS_TEXT_CELL_LEVEL = 0xff,
	OSAAS_TEXT_CELL_WORD_START = 1 << 8,
	OSAAS_TEXT_CELL_WORD_END = 1 << 9, /* a word ends before it */
	OSAAS_TEXT_CELL_BLANK = 1 << 10,
	OSAAS_TEXT_CELL_BREAK = 1 << 11, /* a line may begin with it */
	OSAAS_TEXT_CELL_CUT = 1 << 12,   /* the ellipsis is in its place */
};

/* The block: the head, then lines, runs, glyphs, cells. */
struct osaas_text_head {
	uint32_t lines, runs, glyphs, cells;
	uint32_t text_size;
	uint32_t flags; /* 1: something is left out */
	float width, height;
	float min_width; /* of the widest word */
	float max_width; /* if lines ended with paragraphs only */
};

struct osaas_text {
	const struct osaas_text_head *head;
	const struct osaas_text_line *lines;
	const struct osaas_text_run *runs;
	const struct osaas_glyph *glyphs;
	const struct osaas_text_cell *cells;
	void *block; /* a buffer */
};

/*
 * osaas_text_layout: the number of lines, or OSAAS_E*: then there is nothing to free.
 * YIELDS, as do the fonts' two. The strings of params are not needed any more then.
 */
int osaas_text_layout(
	osaas_chan chan, const struct osaas_text_params *params, struct osaas_text *text);
void osaas_text_free(struct osaas_text *text); /* takes one of zeros */
int64_t osaas_text_font(osaas_chan chan, const void *bytes, size_t len, uint32_t face);
int osaas_text_forget(osaas_chan chan, uint32_t font);

/*
 * osaas_text_paint writes glyphs with their origins moved by x and y; colours[i] is the
 * brush of style i, of those beyond count the brush that is in force.
 */
void osaas_text_paint(const struct osaas_text *text, struct osaas_ops *ops, float x,
	float y, const uint32_t *colours, uint32_t count);

/*
 * The caret at a boundary. Where directions meet there are two places: strong is where text
 * in the direction of the line would go, weak the other; elsewhere they are equal. Where a
 * line was broken without a blank the index is in both lines: upstream takes the first.
 */
struct osaas_text_caret {
	uint32_t line;
	float strong, weak; /* x */
	float top, bottom;  /* y */
};
struct osaas_text_caret osaas_text_caret(
	const struct osaas_text *text, uint32_t index, bool upstream);

/* What is at a point: the next boundary, and the cell it is in or next to. */
struct osaas_text_hit {
	uint32_t line;
	uint32_t index;
	uint32_t cell; /* index of the cell */
	bool upstream; /* for the caret: the end of this line, not the start of the next */
	bool inside;   /* in the line and between the cell's edges */
};
struct osaas_text_hit osaas_text_hit(const struct osaas_text *text, float x, float y);

/*
 * osaas_text_rects: what a selection covers, in reading order; those of a line may touch.
 * Writes the first most of them; how many there are.
 */
struct osaas_text_rect {
	float x0, y0, x1, y1;
};
size_t osaas_text_rects(const struct osaas_text *text, uint32_t start, uint32_t end,
	struct osaas_text_rect *rects, size_t most);

/* osaas_text_move: where a key takes the caret; the same index at the end of the text. */
enum osaas_text_motion {
	OSAAS_TEXT_NEXT,
	OSAAS_TEXT_PREVIOUS,
	OSAAS_TEXT_RIGHT,
	OSAAS_TEXT_LEFT,
	OSAAS_TEXT_NEXT_WORD,
	OSAAS_TEXT_PREVIOUS_WORD,
	OSAAS_TEXT_RIGHT_WORD,
	OSAAS_TEXT_LEFT_WORD,
	OSAAS_TEXT_LINE_START,
	OSAAS_TEXT_LINE_END,
};
uint32_t osaas_text_move(
	const struct osaas_text *text, uint32_t index, enum osaas_text_motion motion);

/*
 * OSAAS_TEXT_LAYOUT's buffer: this, then its styles, features (those of the first style
 * first), tabs (f32), strings (padded to 4 bytes) and the text.
 */
struct osaas_text_ask {
	uint32_t text_size;
	uint32_t styles, features, tabs,
		strings; /* how many; bytes of strings with the padding */
	uint32_t base, align, wrap, ellipsis, max_lines;
	float width, line_height, tab_width; /* width below 0: none */
	uint32_t zero;
};
struct osaas_text_ask_style {
	uint32_t end;
	float size, spacing;
	uint32_t weight, slant, font;
	uint32_t families, families_size; /* where in the strings; size 0: none */
	uint32_t lang, lang_size;
	uint32_t features; /* how many */
};

#endif
