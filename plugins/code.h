/*
 * code: the instructions of a plugin's text, found by following control flow, and
 * whether they are such as a plugin may have. Nothing runs. What is kept of an
 * instruction knows no CPU; the decoder (code_CPU.c) does.
 */
#ifndef OSAAS_PLUGINS_CODE_H
#define OSAAS_PLUGINS_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plugins/elf64.h"
#include "util/library.h"

#define CODE_MAX_TEXT ((size_t)4 << 20)
#define CODE_NOWHERE  UINT32_MAX

struct plugin_error;

enum code_flow {
	CODE_NEXT,   /* goes on behind it */
	CODE_JUMP,   /* to target; CODE_NOWHERE: computed */
	CODE_BRANCH, /* to target, or on */
	CODE_CALL,   /* of target; CODE_NOWHERE: computed, or of an import */
	CODE_RETURN,
	CODE_STOP, /* a trap */
};

/* What it does with registers, as far as the analysis wants to know. */
enum code_op {
	CODE_OTHER,   /* dst from its sources, in some way */
	CODE_COPY,    /* dst = src, perhaps widened */
	CODE_CONST,   /* dst = imm */
	CODE_ADD,     /* dst += imm */
	CODE_SUM,     /* dst += src, or -= */
	CODE_SCALE,   /* dst = dst or src times, or shifted by, or and, a constant */
	CODE_ADDRESS, /* dst = the address of the operand in memory */
	CODE_LOAD,    /* dst = memory */
	CODE_STORE,   /* memory = src or imm */
	CODE_COMPARE, /* dst with src, or with imm where there is no src */
	CODE_CHOOSE,  /* dst = src, or not */
	CODE_PUSH,
	CODE_POP,
};

enum code_unit {
	CODE_INTEGER,
	CODE_FLOAT, /* and vectors */
	CODE_IDLE,  /* does nothing */
};

#define CODE_READS  1 /* memory */
#define CODE_WRITES 2
#define CODE_REPEAT 4 /* one after the other, as often as a register says */

/* Registers are numbers from 1 on; 0: none, or no general one. */
#define CODE_REGISTERS 18
#define CODE_PC        17

struct code_insn {
	uint32_t at; /* bytes from the begin of the text */
	uint32_t
		target; /* flow: bytes from there; memory at CODE_PC: its address in the file */
	int32_t disp, imm; /* imm is cut to 32 bits, for which see wide */
	uint32_t writes;   /* bit per register */
	uint16_t import;   /* 1 + code.imports, of a call or jump */
	uint8_t size;
	uint8_t flow, op, unit, access;
	uint8_t dst, src;
	uint8_t base, index, scale, width;
	bool wide;    /* imm did not fit */
	bool control; /* may change a floating-point control word */
	bool swept;   /* nothing is known to lead here */
};

struct code_import {
	uint64_t slot; /* address of the eight bytes that hold its address */
	const char *name;
};

struct code_edge {
	uint32_t from, to; /* of a jump by table */
};

struct code {
	const struct elf *elf; /* borrowed, with its bytes */
	const uint8_t *text;
	uint32_t size;
	struct elf_symbol *functions; /* by address, from the symbol tables */
	size_t n_functions;
	struct code_import *imports; /* by slot */
	size_t n_imports;
	struct code_insn
		*insns; /* by address; may overlap where code jumps into itself */
	size_t n_insns;
	uint32_t *index;  /* per byte of the text: 1 + insn that begins there, or 0 */
	uint32_t *starts; /* of functions, by address, each once */
	size_t n_starts;
	struct code_edge *edges; /* by from */
	size_t n_edges;
	size_t n_unresolved; /* computed jumps of which no table was found */
	bool fp_control;     /* an instruction of it, reached or not, is `control` */
	uint32_t swept;      /* bytes that nothing is known to lead to, padding apart */
};

/*
 * code_read disassembles what the entry, the symbols, relocations and the code itself
 * lead to, then what remains. 0; -ENOEXEC with the instruction that a plugin may not
 * have, and where; -ENOMEM; -ENOENT: the library for it is not there. code_free in each
 * case, also of a zeroed one.
 */
int code_read(struct code *out, const struct elf *elf, uint64_t entry,
	struct plugin_error *err);
void code_free(struct code *code);

/* The instruction that begins there, or NULL. */
const struct code_insn *code_at(const struct code *code, uint32_t at);
/* 1 + the import whose address is kept there, or 0. */
uint16_t code_import(const struct code *code, uint64_t slot);
/* The function whose symbol covers it, or NULL. */
const struct elf_symbol *code_function(const struct code *code, uint32_t at);
/* "read_clock+0x12 (0x1412)", or "0x1412". */
struct code_place {
	char text[96];
};
struct code_place code_place(const struct code *code, uint32_t at);

/* For code*.c. */
struct code_cpu { /* which register is what */
	uint8_t stack, result, arguments[6];
};
extern const struct code_cpu code_cpu;

struct code_decoder;
int code_decoder_create(struct code_decoder **out); /* 0, -ENOMEM, -ENOENT (logged) */
void code_decoder_destroy(struct code_decoder *decoder); /* takes NULL */
/*
 * code_decode: one instruction at text + out->at. Its size, or 0: none that is known.
 * why: NULL, or what forbids it, in words that go on "'syscall' in f+0x12: ".
 * import is not filled in.
 */
size_t code_decode(struct code_decoder *decoder, const struct code *code,
	struct code_insn *out, const char **why);
/* The name of the instruction last decoded. */
const char *code_mnemonic(const struct code_decoder *decoder);
/* Why the bytes there may be no instruction that is known. */
const char *code_unknown(const struct code *code, uint32_t at);

/* code_table.c: the targets of a computed jump. 0 or -ENOMEM; found: a table, or a plain pointer. */
int code_read_table(struct code *code, const struct code_insn *jump, bool *found,
	uint32_t **targets, size_t *n_targets);

extern struct library library_capstone; /* for osaas doctor */

#endif
