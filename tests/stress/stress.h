/*
 * stress: what the parts of the stress run share. A part is some coroutines
 * with something to check; all parts run at once while storm.h interrupts them.
 */
#ifndef TESTS_STRESS_STRESS_H
#define TESTS_STRESS_STRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "sched/chan.h"
#include "sched/sched.h"
#include "util/clock.h"

/* Code that may be preempted anywhere: what a plugin's text is to the session. */
#define HOG __attribute__((section("hogtext"), noinline))
extern char __start_hogtext[], __stop_hogtext[];

struct part {
	const char *name;
	void (*start)(void);
	void (*tend)(uint64_t now_ns); /* on the loop, after every turn; may be NULL */
	void (*stop)(void);            /* its coroutines are to end by themselves */
	bool (*ended)(void);
	void (*clear)(void); /* frees what is left; kills those that did not end */
	uint64_t faults;     /* of this round */
	char first[160];     /* the first of them, in words */
};

extern struct part hold_part, talk_part, sieve_part, victim_part;

/* stress_fault notes that a check of the part failed. From anywhere. */
void stress_fault(struct part *part, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* What --break says: the check that is to be made to fail. */
bool stress_broken(const char *what);

/* How long an end that others wait for may take. */
uint64_t stress_patience_ns(void);

/* A group whose text is the section hogtext. */
void stress_group(struct group *group, const char *name);

/* xorshift64*: Vigna, An experimental exploration of Marsaglia's xorshift generators, 2016. */
struct rng {
	uint64_t state;
};
struct rng rng_make(uint64_t salt); /* from the seed of the run */

static inline __attribute__((always_inline)) uint64_t rng_below(
	struct rng *rng, uint64_t n)
{
	rng->state ^= rng->state >> 12;
	rng->state ^= rng->state << 25;
	rng->state ^= rng->state >> 27;
	return (rng->state * UINT64_C(2685821657736338717) >> 32) % n;
}

/* Work in the caller's own text, in which a preemption can fall: up to about 2 us. */
static inline __attribute__((always_inline)) void burn(struct rng *rng)
{
	for (uint64_t i = rng_below(rng, 2000); i > 0; i--)
		__asm__ volatile("" : : : "memory");
}

#endif
