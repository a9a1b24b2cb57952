/*
 * text_layout: a text that was laid out, and what one asks of it: carets, hits,
 * selections, motion. gl makes it, plugins ask it: it is one block of bytes without
 * pointers, so that it can be sent; both compile this. Freestanding.
 *
 * Places are px: x to the right from the left edge of the width that was asked for, y
 * down from the top of the first line. Indices are bytes of the text, on a boundary
 * between two of its cells: what a reader takes for a letter (a grapheme cluster of
 * UAX #29), and each is in one line. The end of a paragraph (CR, LF, ...) has no cell.
 *
 * The block: struct text_head, then its lines, runs, glyphs and cells.
 */
#ifndef OSAAS_UTIL_TEXT_LAYOUT_H
#define OSAAS_UTIL_TEXT_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text_head {
	uint32_t lines, runs, glyphs, cells; /* how many; at least one line */
	uint32_t text_size;
	uint32_t flags; /* enum text_flag */
	float width,
		height;  /* of the widest line without blanks at its end; of all lines */
	float min_width; /* of the widest word: narrower than that, words are broken */
	float max_width; /* of the widest paragraph, had it one line */
};

enum text_flag {
	TEXT_CUT =
		1, /* something is left out: an ellipsis stands there, or lines are missing */
};

struct text_line {
	uint32_t start, end;        /* bytes */
	uint32_t next;              /* byte: behind what ends the paragraph; else end */
	uint32_t first_cell, cells; /* in the order of the text */
	uint32_t first_run, runs;   /* from left to right */
	uint32_t flags;             /* enum text_line_flag */
	float x, width;             /* left edge; without blanks at its end */
	float top, height;          /* of the line's box */
	float baseline;             /* y */
	float ascent, descent; /* of the fonts in it: up and down from the baseline */
};

enum text_line_flag {
	TEXT_LINE_RTL = 1,  /* of a paragraph from right to left */
	TEXT_LINE_HARD = 2, /* the paragraph, or the text, ends here */
	TEXT_LINE_CUT = 4,  /* has an ellipsis */
};

/* Glyphs of one font and style that stand side by side. */
struct text_run {
	uint32_t font;
	float size; /* px per em */
	uint32_t first_glyph, glyphs;
	uint32_t start, end; /* bytes that it shows */
	uint32_t style;      /* which of the request's */
	uint32_t level;      /* of bidi: odd is from right to left */
	float x0, x1;
	float ascent, descent; /* of its font */
};

struct text_glyph {
	uint32_t glyph;
	float x, y; /* origin: y is the baseline's, mostly */
};

struct text_cell {
	uint32_t index;
	uint32_t flags;  /* enum text_cell_flag; the bidi level in the lowest 8 bits */
	uint32_t visual; /* place in the line, from the left, from 0 on */
	float leading,
		trailing; /* x of the edge before it and behind it, in reading order */
};

enum text_cell_flag {
	TEXT_CELL_LEVEL = 0xff,
	TEXT_CELL_WORD_START = 1 << 8,
	TEXT_CELL_WORD_END = 1 << 9, /* the word ends before this cell */
	TEXT_CELL_BLANK = 1 << 10,
	TEXT_CELL_BREAK = 1 << 11, /* a line may break before it */
	TEXT_CELL_CUT = 1 << 12,   /* not shown: the ellipsis is in its place */
};

/* The parts of a block. */
struct text_layout {
	const struct text_head *head;
	const struct text_line *lines;
	const struct text_run *runs;
	const struct text_glyph *glyphs;
	const struct text_cell *cells;
};

/* Of a block with those numbers. */
size_t text_layout_size(const struct text_head *head);
/* text_layout_open: false if the block is not as its head says. */
bool text_layout_open(struct text_layout *layout, const void *block, size_t size);

/*
 * The caret before a cell, at the boundary index (one within a cell counts as its
 * start). Between runs of different directions there are two: strong is where text in
 * the direction of the line goes, weak the other; elsewhere they are equal. Where a
 * line breaks without a blank the index is in both lines: upstream takes the first.
 */
struct text_caret {
	uint32_t line;
	float strong, weak; /* x */
	float top, bottom;  /* y, of the line's fonts */
};
struct text_caret text_layout_caret(
	const struct text_layout *layout, uint32_t index, bool upstream);

/* A point: the boundary next to it, and the cell that it is in, or the next one. */
struct text_hit {
	uint32_t line;
	uint32_t index; /* of the boundary */
	uint32_t
		cell; /* index of the cell; at the end of a line without cells: its start */
	bool upstream; /* the boundary is the end of the line, not the start of the next */
	bool inside;   /* the point is in the cell's line and between its edges */
};
struct text_hit text_layout_hit(const struct text_layout *layout, float x, float y);

/*
 * text_layout_rects: what the bytes from start to end cover, as rectangles of the height of
 * their lines, in reading order; those of a line may touch. Writes the first most of
 * them; how many there are.
 */
struct text_rect {
	float x0, y0, x1, y1;
};
size_t text_layout_rects(const struct text_layout *layout, uint32_t start, uint32_t end,
	struct text_rect *rects, size_t most);

/*
 * Motion: the next boundary from index in the given way; the same index at the end of
 * the text. Next and previous are in reading order, right and left as it looks.
 */
enum text_motion {
	TEXT_NEXT,
	TEXT_PREVIOUS,
	TEXT_RIGHT,
	TEXT_LEFT,
	TEXT_NEXT_WORD,     /* the next end of a word */
	TEXT_PREVIOUS_WORD, /* the start of the word before */
	TEXT_RIGHT_WORD,
	TEXT_LEFT_WORD,
	TEXT_LINE_START,
	TEXT_LINE_END,
};
uint32_t text_layout_move(
	const struct text_layout *layout, uint32_t index, enum text_motion motion);

#endif
