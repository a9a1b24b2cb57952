/*
 * rows.h: a layout while it is made: rows from top to bottom, in each keys from left to
 * right. Columns and widths are counted in units; all edges come to lie on whole pixels.
 */
#ifndef KEYBOARD_ROWS_H
#define KEYBOARD_ROWS_H

#include <stddef.h>

#include "emoji.h"
#include "layout.h"

struct rows {
	struct layout *layout;
	const struct layout_ask *ask;
	float left;     /* px of column 0 */
	float unit;     /* px of a column */
	int32_t y;      /* the top of the row */
	int32_t height; /* px of it */
	float column;   /* of the next key */
	uint32_t first; /* key of the row */
};

/* Lengths that do not depend on what a page has, px. */
struct rows_frame {
	int32_t side, top, bottom; /* left free */
	int32_t strip;             /* height of the tools above; 0: none */
	float unit_max;            /* a column is not wider */
};
struct rows_frame rows_frame_of(enum form form, float scale);

/* rows_begin divides what the panel has into so many columns and rows of keys. */
void rows_begin(struct rows *rows, struct layout *layout, const struct layout_ask *ask,
	float columns, int32_t count);

/*
 * rows_next begins the next row, at a column; rows_strip the strip, of tools as wide as the
 * panel: after all rows.
 */
void rows_strip(struct rows *rows, float columns);
void rows_next(struct rows *rows, float column);
/* rows_end: after its last key: what is free to its left and right belongs to its ends. */
void rows_end(struct rows *rows);

/*
 * Each puts a key of that width, and gives it for what there is to add; after
 * LAYOUT_KEYS_MAX always the last one.
 */
struct key *rows_place(struct rows *rows, float width, uint32_t place);
struct key *rows_text(struct rows *rows, float width, const char *text, size_t bytes);
struct key *rows_press(struct rows *rows, float width, uint32_t place);
struct key *rows_do(struct rows *rows, float width, enum key_does does, uint32_t arg);

/* rows_places and rows_texts put keys of width 1: of places; of each character of a text. */
void rows_places(struct rows *rows, const uint8_t *places, uint32_t n);
void rows_texts(struct rows *rows, const char *texts);

/* rows_emoji puts n of the category that is shown; rows_tabs a key for each category. */
void rows_emoji(struct rows *rows, float width, uint32_t first, uint32_t n);
void rows_tabs(struct rows *rows, float width);

/* Of all that is not of the present width: narrow.c and wide.c. */
void rows_narrow(struct layout *layout, const struct layout_ask *ask);
void rows_wide(struct layout *layout, const struct layout_ask *ask);

#endif
