/* ops: what the files of the encoder (osaas_ops.h) share. */
#ifndef OSAAS_SDK_OPS_H
#define OSAAS_SDK_OPS_H

#include <osaas_ops.h>

#include "util/opwire.h"

enum ops_stack {
	STACK_TRANSFORMS,
	STACK_CLIPS,
	STACK_GROUPS,
	STACK_PASSES,
};

/* sdk_ops_fail keeps the first error. */
void sdk_ops_fail(struct osaas_ops *ops, int error);

/*
 * sdk_ops_record writes a record's head and payload; sdk_ops_head the head alone, for
 * that many bytes of payload (a multiple of four) that sdk_ops_put adds. Both fail while
 * a path is open.
 */
void sdk_ops_record(
	struct osaas_ops *ops, enum op_code code, const void *payload, size_t bytes);
void sdk_ops_head(struct osaas_ops *ops, enum op_code code, uint64_t bytes);
/* Appends words as they lie in memory: this CPU is little endian, as the wire is. */
void sdk_ops_put(struct osaas_ops *ops, const void *words, size_t bytes);

/* A string, or any bytes: their number, these, zeros up to a word. */
#define OPS_PADDED(bytes) (((uint64_t)(bytes) + 7) / 4 * 4)
void sdk_ops_put_bytes(struct osaas_ops *ops, const void *data, size_t size);
/* A record that ends in a string, with words before it. */
void sdk_ops_text(struct osaas_ops *ops, enum op_code code, const void *words,
	size_t bytes, const char *text, size_t text_bytes);

/* A tag lies in two words, as u64 does in memory, but need not be aligned to eight bytes. */
#define OPS_TAG(tag)                                                                     \
	{                                                                                \
		(uint32_t)(tag), (uint32_t)((tag) >> 32)                                 \
	}

void sdk_ops_word(struct osaas_ops *ops, enum op_code code, uint32_t word);
void sdk_ops_push(struct osaas_ops *ops, enum ops_stack stack, enum op_code code,
	const void *payload, size_t bytes);
void sdk_ops_pop(struct osaas_ops *ops, enum ops_stack stack, enum op_code code);

/* Sets the length in the head at `at` to what was written since. */
void sdk_ops_patch(struct osaas_ops *ops, size_t at, enum op_code code);

#endif
