/* The analyser's own: for analyse*.c only. */
#ifndef OSAAS_PLUGINS_ANALYSE_PRIVATE_H
#define OSAAS_PLUGINS_ANALYSE_PRIVATE_H

#include "plugins/analyse.h"

#define NONE UINT32_MAX

struct block {
	uint32_t first, last;  /* instructions */
	uint32_t succ, n_succ; /* into graph.succ: blocks of the same function */
	uint32_t function;
	uint32_t loop; /* the innermost, or NONE */
};

struct loop {
	uint32_t header; /* block */
	uint32_t function;
	uint32_t parent;           /* loop, or NONE */
	uint32_t blocks, n_blocks; /* into graph.bodies */
	uint32_t n_insns;
	uint64_t trips; /* 0: not known */
	bool endless;
	bool speaks; /* calls the host, or who does */
	uint8_t depth;
	uint16_t access[ACCESSES];
	uint64_t working_set;
	double times; /* rounds, of all entries together */
};

struct function {
	uint32_t at;         /* of its first instruction */
	uint32_t first, end; /* instructions: [first, end) */
	uint32_t first_block, end_block;
	uint32_t first_loop, end_loop;
	uint32_t first_call, end_call; /* graph.calls */
	uint32_t frame;
	bool grows;  /* its frame does */
	bool speaks; /* calls the host */
	bool recursive;
	uint32_t order; /* place in the order of calls: callers first */
	int32_t import; /* a stub for that call: enum call_name, or -1 */
	double times;
};

struct call_site {
	uint32_t insn, block;
	uint32_t callee; /* function, or NONE */
	int32_t name;    /* enum call_name, or -1 */
	uint16_t works;  /* bit per enum work: what its channel is for */
	bool timed;      /* waits for a time, too */
	bool waits;
};

struct graph {
	const struct code *code;
	struct function *functions;
	uint32_t n_functions;
	struct block *blocks;
	uint32_t n_blocks;
	uint32_t *block_of; /* by instruction */
	uint32_t *succ;
	uint32_t n_succ;
	struct loop *loops;
	uint32_t n_loops;
	uint32_t *bodies;
	uint32_t n_bodies;
	struct call_site *calls; /* by instruction */
	uint32_t n_calls;
	uint32_t *order; /* functions, callers first */
	uint8_t *kinds;  /* by instruction: enum access_kind */
	uint8_t *bytes;  /* by instruction: how far it moves in a round, at most 64 */
	struct elf_symbol *objects;
	size_t n_objects;
	uint64_t
		*budget; /* instructions that may still be looked back over, or through */
	bool complete;
};

/* analyse_graph.c: functions, blocks, calls. 0, -ENOMEM. */
int graph_make(struct graph *out, const struct code *code);
void graph_free(struct graph *graph);
uint32_t graph_function(
	const struct graph *graph, uint32_t at); /* that begins there, or NONE */

/* analyse_loops.c: loops, their nesting and bounds. 0, -ENOMEM. */
int loops_find(struct graph *graph);

/* analyse_memory.c: kinds of access, working sets. */
int memory_look(struct graph *graph); /* 0, -ENOMEM */
/* The size of what lies at an address of the file; 0: not known. */
uint64_t memory_object(const struct graph *graph, uint64_t address);

/* analyse_order.c: who calls whom: order, recursion, stack, times. 0, -ENOMEM. */
int order_find(struct graph *graph);
/* Fills in function.times: once from that function on. */
void order_count(struct graph *graph, uint32_t from);
/* Stack of the deepest chain of calls from there; 0: not known. */
uint64_t order_path(const struct graph *graph, uint32_t from);
/* How often a block runs each time that its function does. */
double order_rounds(const struct graph *graph, uint32_t block);

/*
 * analyse_value.c: what a register holds before an instruction, by looking back.
 * VALUE_UNKNOWN, too, when the budget is used up: no plugin is worth a second.
 */
struct value {
	enum {
		VALUE_UNKNOWN,
		VALUE_CONST,    /* number */
		VALUE_ADDRESS,  /* of the file: number */
		VALUE_LOADED,   /* from the file's address number */
		VALUE_RESULT,   /* of graph.calls[number] */
		VALUE_ARGUMENT, /* the function's own, number */
	} kind;
	int64_t number;
	int64_t plus; /* what was added on the way */
};
struct value value_of(const struct graph *graph, uint32_t insn, uint8_t reg);

/* analyse_calls.c: what the channels of calls are for. */
int calls_look(struct graph *graph, struct analysis *out);

/* analyse_rules.c: amounts to a class. */
void rules_apply(struct analysis *out);

#endif
