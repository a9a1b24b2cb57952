/*
 * ops_file: an op stream of a file, or of the text of one: which of the two it is, its
 * first bytes say.
 */
#ifndef OSAAS_SESSION_OPS_FILE_H
#define OSAAS_SESSION_OPS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gl_op_error;

struct ops_file {
	const char *name; /* for people */
	char *text;       /* owned; NULL: the file is a stream */
	size_t text_size;
	uint8_t *stream; /* owned */
	size_t size;
};

/* ops_file_load reads path, "-" for standard input. False: reported, nothing to free. */
bool ops_file_load(struct ops_file *file, const char *path);
void ops_file_finish(struct ops_file *file);

/* ops_file_report says what is wrong with the stream and where, in the text where there is one. */
void ops_file_report(const struct ops_file *file, const struct gl_op_error *err);

/*
 * ops_file_write makes a file of just that content, or leaves what was there as it was;
 * "-" is standard output. False: reported.
 */
bool ops_file_write(const char *path, const void *data, size_t size);

#endif
