/*
 * text_path: a line of text as the outlines of its glyphs, for what the session draws
 * itself. The fonts are the system's (fontconfig); glyph after glyph from left to
 * right with kerning, no shaping. Text is UTF-8, any bytes: what is none, and what
 * the font lacks, is its box.
 *
 * Sizes and places are pixels: size is the em, y the line that letters stand on.
 */
#ifndef OSAAS_SESSION_TEXT_PATH_H
#define OSAAS_SESSION_TEXT_PATH_H

#include <stddef.h>

struct op_stream;
struct text_path;

enum text_weight {
	TEXT_REGULAR,
	TEXT_BOLD,
	TEXT_WEIGHTS, /* how many */
};

#define TEXT_PATH_MAX 512 /* bytes of a line; what is beyond is left out */

/*
 * text_path_open looks for the fonts and reads them: that takes milliseconds. NULL,
 * with why (one line): there is none.
 */
struct text_path *text_path_open(char *why, size_t why_size);
void text_path_close(struct text_path *text); /* takes NULL */

/* The height of a capital, in ems. */
float text_path_cap(struct text_path *text, enum text_weight weight);

/* text_path_width of n bytes. */
float text_path_width(struct text_path *text, enum text_weight weight, float size,
	const char *s, size_t n);

/* text_path_put pushes one clip, from x on. */
void text_path_put(struct text_path *text, enum text_weight weight, float size, float x,
	float y, const char *s, size_t n, struct op_stream *out);

#endif
