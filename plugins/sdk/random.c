#include <osaas_random.h>

static uint64_t splitmix(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

void osaas_random_seed(struct osaas_random *r, uint64_t seed)
{
	for (int i = 0; i < 4; i++)
		r->s[i] = splitmix(&seed);
}

static uint64_t rotate(uint64_t v, int bits)
{
	return v << bits | v >> (64 - bits);
}

uint64_t osaas_random_u64(struct osaas_random *r)
{
	uint64_t *s = r->s, result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}

__extension__ typedef unsigned __int128 wide;

/* Lemire, "Fast random integer generation in an interval", 2019. */
uint64_t osaas_random_below(struct osaas_random *r, uint64_t n)
{
	wide m = (wide)osaas_random_u64(r) * n;
	if ((uint64_t)m < n) {
		uint64_t least = n ? (0 - n) % n : 0;
		while ((uint64_t)m < least)
			m = (wide)osaas_random_u64(r) * n;
	}
	return (uint64_t)(m >> 64);
}

double osaas_random_real(struct osaas_random *r)
{
	return (double)(osaas_random_u64(r) >> 11) * 0x1p-53;
}
