/*
 * osaas_random.h: numbers that look random, the same ones for the same seed.
 *
 *	struct osaas_random dice;
 *	osaas_random_seed(&dice, osaas_now());
 *	unsigned eyes = 1 + (unsigned)osaas_random_below(&dice, 6);
 *
 * NOT FOR SECRETS: who sees a few of them knows all that follow. For keys, tokens and
 * the like ask the host for a service.
 *
 * The state is the caller's, so each use can have its own and be repeated. The
 * generator is xoshiro256** (Blackman and Vigna, 2018), seeded by splitmix64; its period
 * is 2^256 - 1. Nothing here yields.
 */
#ifndef OSAAS_RANDOM_H
#define OSAAS_RANDOM_H

#include <stdint.h>

struct osaas_random {
	uint64_t s[4];
};

/* osaas_random_seed: any seed is good, 0 too. */
void osaas_random_seed(struct osaas_random *r, uint64_t seed);

/* osaas_random_u64: 64 bits. */
uint64_t osaas_random_u64(struct osaas_random *r);

/* osaas_random_below: 0 to n - 1, each as likely as the others; 0 when n is 0. */
uint64_t osaas_random_below(struct osaas_random *r, uint64_t n);

/* osaas_random_real: from 0 up to, but not including, 1; 53 bits. */
double osaas_random_real(struct osaas_random *r);

#endif
