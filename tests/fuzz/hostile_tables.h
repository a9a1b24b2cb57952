/* hostile_tables: the streams of hostile.h, as texts of gl/OPS.md without their first line. */
#ifndef OSAAS_TESTS_FUZZ_HOSTILE_TABLES_H
#define OSAAS_TESTS_FUZZ_HOSTILE_TABLES_H

#include <stddef.h>
#include <stdio.h>

/* Stops of a gradient. */
#define STOPS64 "0 #ff000080 0.5 #00ff0080 1 #0000ff80"

struct hostile_text {
	const char *name, *text;
};

struct hostile_written {
	const char *name;
	unsigned frames;
	void (*write)(FILE *out, unsigned frame);
};

extern const struct hostile_texts {
	const struct hostile_text *of;
	size_t n;
} hostile_texts;

extern const struct hostile_writtens {
	const struct hostile_written *of;
	size_t n;
} hostile_written;

#endif
