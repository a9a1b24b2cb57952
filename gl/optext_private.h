/*
 * optext_private: one table says how each op is written, in bytes and in words;
 * optext_dump.c reads it in one direction, optext_asm.c in the other.
 */
#ifndef OSAAS_GL_OPTEXT_PRIVATE_H
#define OSAAS_GL_OPTEXT_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of a payload, in its order; those from STRING on are as long as the payload lasts. */
enum optext_field {
	FIELD_END,
	FIELD_F32 = 'f',
	FIELD_U32 = 'u',
	FIELD_U64 = 't',
	FIELD_COLOR = 'c',
	FIELD_ZERO = '0', /* a word that is zero: not written */
	FIELD_BOOL = 'b',
	/* A number by its name: optext_names. */
	FIELD_BLEND = 'm',
	FIELD_SPREAD = 'p',
	FIELD_FILTER = 'i',
	FIELD_CURSOR = 'k',
	FIELD_ACTION = 'a',
	FIELD_HINT = 'h',
	FIELD_CLASS = 'l',
	FIELD_SLANT = 'n',
	FIELD_TRANSFER = 'r',
	/* Bits by their names with commas between, or "none": optext_bits. */
	FIELD_LISTEN = 'L',
	FIELD_MODIFIERS = 'M',
	FIELD_JOIN_CAP = 'j', /* one word, two names */
	/* One word; its name or nothing: optext_flag. */
	FIELD_INVERTED = 'v',
	FIELD_FOCUSED = 'o',
	FIELD_DASHES = 'd', /* number of f32, then these; the number is not written */
	FIELD_STOPS = 's',  /* the same of f32, colour */
	FIELD_STRING = 'S',
	FIELD_VERBS = 'V',
	FIELD_GLYPHS = 'G',
	FIELD_RECORDS = 'R',
	FIELD_PIXELS = 'P', /* as many as the two u32 before say */
	FIELD_BYTES = 'B',  /* number of bytes, these, padding */
};

struct optext_op {
	const char *name;   /* one or two words; NULL: no such op */
	const char *fields; /* enum optext_field each */
	const char *usage;  /* what follows the name, for errors */
};
extern const struct optext_op optext_ops[256];

struct optext_verb {
	const char *name;
	uint32_t numbers;
	const char *usage;
};
extern const struct optext_verb optext_verbs[]; /* by enum op_verb */
#define OPTEXT_VERBS 7u

struct optext_names {
	const char *const *names; /* by value */
	uint32_t n;
};
/* optext_names gives those of a field; n is 0 where it is no field of names. */
struct optext_names optext_names(char field);
/* optext_bits gives those of a field of bits, the lowest first; n is 0 where it is none. */
struct optext_names optext_bits(char field);
/* optext_flag is NULL where the field is none that is there or not. */
struct optext_flag {
	const char *name;
	uint32_t value;
};
const struct optext_flag *optext_flag(char field);
struct optext_names optext_joins(void);
struct optext_names optext_caps(void);

#define OPTEXT_GLYPH_USAGE "GLYPH X Y"
#define OPTEXT_FIRST_LINE  "osaas ops"

#endif
