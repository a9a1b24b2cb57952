/*
 * writing: lines of text in what the session draws itself, set by gl/text.h: any script,
 * fonts by fallback, in the system's sans-serif.
 *
 * Sizes and places are pixels: size is the em, y the line that letters stand on.
 */
#ifndef OSAAS_SESSION_WRITING_H
#define OSAAS_SESSION_WRITING_H

#include <stddef.h>
#include <stdint.h>

struct gl_fonts;
struct op_stream;
struct writing;

enum writing_weight {
	WRITING_REGULAR,
	WRITING_BOLD,
};

#define WRITING_MAX 512 /* bytes of a line; what is beyond is left out */

/* fonts is borrowed, and may be NULL. NULL, with why (one line): there is no font. */
struct writing *writing_open(struct gl_fonts *fonts, char *why, size_t why_size);
void writing_close(struct writing *writing); /* takes NULL */

/* The height of a capital, in ems. */
float writing_cap(struct writing *writing, enum writing_weight weight);

/* writing_width of n bytes, blanks at the end not counted. */
float writing_width(struct writing *writing, enum writing_weight weight, float size,
	const char *s, size_t n);

/* writing_put paints them in the brush's colour, from x on. */
void writing_put(struct writing *writing, enum writing_weight weight, float size, float x,
	float y, const char *s, size_t n, struct op_stream *out);

#endif
