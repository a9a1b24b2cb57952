/*
 * hold: every register that a task may have, with a pattern of its own, checked
 * again and again. Offsets are known to hold_x86_64.S.
 */
#ifndef TESTS_STRESS_HOLD_H
#define TESTS_STRESS_HOLD_H

#include <stdint.h>

struct registers {
	uint64_t gpr[16];       /* 0: rax rcx rdx rbx rsp rbp rsi rdi r8 .. r15 */
	uint64_t red_zone[16];  /* 128: below the stack pointer */
	uint64_t flags;         /* 256 */
	uint32_t mxcsr;         /* 264 */
	uint32_t fcw;           /* 268 */
	uint64_t mask[8];       /* 272: k0 .. k7 */
	uint64_t x87[8][2];     /* 336: st(0) .. st(7), 10 bytes each */
	uint64_t pad[6];        /* 464 */
	uint64_t vector[32][8]; /* 512 */
};

enum hold_level {
	HOLD_SSE,    /* 16 xmm */
	HOLD_AVX,    /* 16 ymm */
	HOLD_AVX512, /* 32 zmm, 8 k */
};

/* A control: this is changed in the middle, so that the check must find it. */
enum hold_flip {
	FLIP_NONE,
	FLIP_GPR,
	FLIP_VECTOR,
	FLIP_X87,
	FLIP_MXCSR,
	FLIP_FCW,
	FLIP_RED_ZONE,
	FLIP_FLAGS,
	FLIP_SP,
};

struct hold {
	struct registers want, got; /* 0, 2560; rsp and rdi of want are set by hold_run */
	uint64_t level;             /* 5120: enum hold_level */
	uint64_t rounds;            /* 5128: how often; counted down */
	uint64_t flip;              /* 5136: enum hold_flip */
	uint64_t flip_at;           /* 5144: the value of rounds at which it is done */
	uint64_t sp;                /* 5152: hold_run's */
	uint32_t control[2];        /* 5160: the caller's mxcsr and x87 control word */
};

/*
 * hold_run loads the registers with want and compares them rounds times. Lies
 * in hogtext. Returns -1, or which uint64_t of struct registers was wrong.
 */
long hold_run(struct hold *hold);

#endif
