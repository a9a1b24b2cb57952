/*
 * optext: op streams as text that people read, write and compare. gl/OPS.md "Text form"
 * is the grammar. Needs neither EGL nor a scene: what a stream means is not asked here,
 * only how its words are told apart.
 *
 * For every stream whose header and records are well framed, assembling what was
 * dumped gives the same bytes. What words cannot say is written in hex:
 *
 *	raw 0x13 00000009 3f800000
 *
 * A text as optext_dump writes it comes back the same, letter for letter.
 */
#ifndef OSAAS_GL_OPTEXT_H
#define OSAAS_GL_OPTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "gl/gl.h"

/* Records within records (bodies of macros and sub-layers): deeper ones are only raw. */
#define OPTEXT_MAX_DEPTH 16u

struct optext_error {
	size_t line, column; /* from 1; column in bytes */
	char text[256];      /* one line: what is wrong there and what was expected */
};

/*
 * optext_assemble turns size bytes of text into a stream, which the caller frees.
 * 0, or with err filled: -EINVAL, -E2BIG (more than a stream may have), -ENOMEM.
 */
int optext_assemble(const char *text, size_t size, uint8_t **stream, size_t *stream_size,
	struct optext_error *err);

/*
 * optext_line gives the line where the record is written that begins at that byte of the
 * stream, or the one before it. 0: there is none, or the text is wrong.
 */
size_t optext_line(const char *text, size_t size, size_t offset);

/*
 * optext_dump writes a stream as text. 0, or -EINVAL or -E2BIG with err filled, when
 * header or records are not well framed; nothing is written then. Whether out took all of
 * it, ferror knows.
 */
int optext_dump(const void *stream, size_t size, FILE *out, struct gl_op_error *err);

/* optext_check says what optext_dump would refuse, and does nothing else. */
int optext_check(const void *stream, size_t size, struct gl_op_error *err);

/* optext_class gives the word of an enum op_class. */
const char *optext_class(unsigned class);

/* optext_is_stream: it begins as a stream does, so it is no text. */
bool optext_is_stream(const void *data, size_t size);

/*
 * optext_size reads the size that a text is made for, of its first comment such as
 * "# size 64x32", at the start of a line. False: there is none.
 */
bool optext_size(const char *text, size_t size, int32_t *width, int32_t *height);

#endif
