/* print: one conversion of a format; what print.c and print_float.c share. */
#ifndef OSAAS_SDK_PRINT_H
#define OSAAS_SDK_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct print_out {
	char *to;
	size_t size;
	size_t n; /* what was to be written, whether it fit or not */
};

struct print_spec {
	bool left, plus, space, zero, alt;
	int width;
	int precision; /* -1: none given */
	int length;    /* bytes of the integer */
	char type;
};

/* print_field: prefix (sign, 0x), zeros, body; spaces or zeros fill up to the width. */
void print_field(struct print_out *out, const struct print_spec *spec, const char *prefix,
	int zeros, const char *body, size_t n, bool zero_fill);

void print_float(struct print_out *out, const struct print_spec *spec, double v);

#endif
