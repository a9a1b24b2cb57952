/*
 * text: paragraphs set on lines: bidi (UAX #9), scripts (UAX #24), fonts by fallback,
 * shaping, line breaks (UAX #14), in the order and by the rules that Pango has too.
 *
 * Text is UTF-8 from anybody: each byte that is none stands as U+FFFD, and so do control
 * characters other than tab and the ends of lines. Lengths are px. Nothing is hinted or
 * rounded.
 */
#ifndef OSAAS_GL_TEXT_H
#define OSAAS_GL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gl/font.h"
#include "util/text_layout.h"

#define GL_TEXT_MAX          (1u << 20) /* bytes */
#define GL_TEXT_RUNS_MAX     4096u
#define GL_TEXT_FEATURES_MAX 32u /* of a run */
#define GL_TEXT_TABS_MAX     64u
#define GL_TEXT_SIZE_MAX     4096.0f /* px per em */
#define GL_TEXT_CACHE_BYTES  (4u << 20)

/* An OpenType feature: tag as in 'l' << 24 | 'i' << 16 | 'g' << 8 | 'a'. */
struct gl_text_feature {
	uint32_t tag, value;
};

/* The text up to a byte, in one style. */
struct gl_text_run {
	uint32_t end; /* byte; the last one's is the size of the text */
	struct gl_font_query font;
	float size;    /* px per em, above 0 */
	float spacing; /* px behind every cell; may be negative */
	const struct gl_text_feature *features;
	unsigned feature_count;
};

enum gl_text_base {
	GL_TEXT_AUTO,
	GL_TEXT_LTR,
	GL_TEXT_RTL,
	GL_TEXT_BASES
};
enum gl_text_align {
	GL_TEXT_START, /* left, of a paragraph from right to left right */
	GL_TEXT_END,
	GL_TEXT_LEFT,
	GL_TEXT_CENTER,
	GL_TEXT_RIGHT,
	GL_TEXT_ALIGNS,
};
enum gl_text_wrap {
	GL_TEXT_WORD_CELL, /* between words; where one is too wide, within it */
	GL_TEXT_WORD,      /* between words only: a line may be too wide */
	GL_TEXT_CELL,      /* between any two cells */
	GL_TEXT_WRAPS,
};
enum gl_text_ellipsis {
	GL_TEXT_CLIP, /* lines beyond max_lines are left out */
	GL_TEXT_ELLIPSIS_END,
	GL_TEXT_ELLIPSIS_MIDDLE,
	GL_TEXT_ELLIPSIS_START,
	GL_TEXT_ELLIPSES,
};

struct gl_text_request {
	const char *text;
	size_t size;
	const struct gl_text_run
		*runs; /* at least one; a cell has the style it begins in */
	unsigned run_count;
	enum gl_text_base base; /* AUTO: of each paragraph by its first strong letter */
	enum gl_text_align align;
	enum gl_text_wrap wrap;
	enum gl_text_ellipsis ellipsis; /* in the last line, if text does not fit */
	float width;        /* px; below 0: none, lines end at paragraphs only */
	uint32_t max_lines; /* 0: any; with an ellipsis 0 is 1 */
	float line_height;  /* px from line to line; 0: what the fonts ask for */
	const float *tabs;  /* px from the start of the line, ascending */
	unsigned tab_count;
	float tab_width; /* behind the last of tabs; 0: that of eight blanks */
};

struct gl_text;

/*
 * The engine: its buffers are kept for the next text, and its cache of shaped runs. NULL,
 * logged: a library for text is not there.
 */
struct gl_text *gl_text_create(struct gl_fonts *fonts);
void gl_text_destroy(struct gl_text *text); /* takes NULL */

/*
 * gl_text_lay sets a text; the block of util/text_layout.h is the engine's, until its next
 * call. 0, -EINVAL: the request makes no sense, -EFBIG: it is over a limit, or a font makes
 * of it more than 8 glyphs for each character and 4096 more, or of one run of one font and
 * style more than 16 and 64; -ENOENT: no font; why says it in one line.
 */
int gl_text_lay(struct gl_text *text, const struct gl_text_request *request,
	const void **block, size_t *size, char *why, size_t why_size);

/* gl_text_fonts: what it was made with. */
struct gl_fonts *gl_text_fonts(const struct gl_text *text);

/* What the cache of shaped runs does. */
struct gl_text_stats {
	uint64_t hits, misses, evicted;
	uint32_t entries;
	size_t bytes;
};
struct gl_text_stats gl_text_stats(const struct gl_text *text);

#endif
