#include "sched/sim/random.h"

#define ONE_Q31 (UINT64_C(1) << 31)
#define LN2_Q16 45426

struct random random_stream(uint64_t seed, uint64_t number)
{
	struct random random = {seed * UINT64_C(0x9e3779b97f4a7c15) + number};
	random.state = random_next(&random);
	return random;
}

uint64_t random_next(struct random *random)
{
	uint64_t x = random->state += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

uint64_t random_below(struct random *random, uint64_t n)
{
	return random_next(random) % n;
}

/* The fraction bit by bit: squaring doubles the logarithm. */
uint32_t log2_q16(uint64_t x)
{
	unsigned whole = 63 - (unsigned)__builtin_clzll(x);
	uint64_t m = whole > 31 ? x >> (whole - 31) : x << (31 - whole);
	uint32_t log = whole;
	for (int i = 0; i < 16; i++) {
		m = m * m >> 31;
		log <<= 1;
		if (m >= 2 * ONE_Q31) {
			m >>= 1;
			log |= 1;
		}
	}
	return log;
}

static uint64_t square_root(uint64_t x)
{
	uint64_t root = 0;
	for (uint64_t bit = UINT64_C(1) << 31; bit; bit >>= 1) {
		if ((root | bit) * (root | bit) <= x)
			root |= bit;
	}
	return root;
}

/* a times 2 to the power of y, y in 65536ths and below 22. */
static uint64_t scale_exp2(uint64_t a, uint32_t y)
{
	uint64_t power = ONE_Q31, factor = 2 * ONE_Q31;
	for (int bit = 15; bit >= 0; bit--) {
		factor = square_root(factor << 31);
		if (y >> bit & 1)
			power = power * factor >> 31;
	}
	/* a is below 2^42: 16 bits of the fraction do. */
	return (a << (y >> 16) >> 10) * (power >> 15) >> 6;
}

/* -log2 of a number uniform in (0, 1], in 65536ths. */
static uint32_t draw_log(struct random *random)
{
	return (UINT32_C(32) << 16) - log2_q16((random_next(random) >> 32) + 1);
}

static uint64_t draw_pareto(struct random *random, uint64_t min, uint64_t max)
{
	uint32_t y = draw_log(random) * 2 / 3;
	if (min >> 20)
		min &= ~UINT64_C(1023);
	if (y >= log2_q16(max) - log2_q16(min))
		return max;
	uint64_t x = scale_exp2(min, y);
	return x < min ? min : x > max ? max : x;
}

uint64_t random_draw(struct random *random, const struct dist *dist)
{
	switch (dist->kind) {
	case DIST_FIXED:
		return dist->a;
	case DIST_UNIFORM:
		return dist->a + random_below(random, dist->b - dist->a + 1);
	case DIST_EXP:
		return (dist->a * ((uint64_t)draw_log(random) * LN2_Q16 >> 16) >> 16) + 1;
	case DIST_PARETO:
		return draw_pareto(random, dist->a, dist->b);
	case DIST_FOREVER:
		break;
	}
	return UINT64_MAX;
}

uint64_t dist_max(const struct dist *dist)
{
	switch (dist->kind) {
	case DIST_FIXED:
		return dist->a;
	case DIST_UNIFORM:
	case DIST_PARETO:
		return dist->b;
	case DIST_EXP:
		return dist->a * 23;
	case DIST_FOREVER:
		break;
	}
	return UINT64_MAX;
}
