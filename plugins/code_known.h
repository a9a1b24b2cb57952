/*
 * code_known: instructions that were decoded before, since Capstone takes a microsecond for
 * each, and half of a plugin's are such as there were. Of this CPU's instructions none is the
 * beginning of another, so one is known by its bytes alone. Kept are those that mean the same
 * wherever they are, and those that only lead elsewhere: jumps and calls that say how far.
 */
#ifndef OSAAS_PLUGINS_CODE_KNOWN_H
#define OSAAS_PLUGINS_CODE_KNOWN_H

#include <stddef.h>

struct code;
struct code_insn;
struct code_known;

/* NULL: out of memory. */
struct code_known *code_known_create(void);
void code_known_destroy(struct code_known *known); /* takes NULL */

/* The instruction at text + out->at: its size, or 0: it is to be decoded. */
size_t code_known_find(
	const struct code_known *known, const struct code *code, struct code_insn *out);
/* One that was decoded, that nothing forbids. */
void code_known_keep(
	struct code_known *known, const struct code *code, const struct code_insn *insn);

#endif
