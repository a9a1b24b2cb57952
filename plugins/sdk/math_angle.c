/*
 * Angles beyond pi/4 brought back to it, for newlib's sin, cos and tan. Payne and Hanek,
 * "Radian reduction for trigonometric functions", 1983, in whole numbers: of x 2/pi only
 * what is below 4 counts, so 192 bits of 2/pi are enough, from the place on where they
 * begin to matter. No loop: how long it takes does not depend on the angle.
 */
#include <osaas_math.h>

#include "plugins/sdk/float_bits.h"
#include "plugins/sdk/pair.h"

__extension__ typedef unsigned __int128 wide;

/* 2/pi after the point, behind 64 zeros. */
static const uint64_t two_by_pi[] = {
	0,
	0xa2f9836e4e441529,
	0xfc2757d1f534ddc0,
	0xdb6295993c439041,
	0xfe5163abdebbc561,
	0xb7246e3a424dd2e0,
	0x06492eea09d1921c,
	0xfe1deb1cb129a73e,
	0xe88235f52ebb4484,
	0xe99c7026b45f7e41,
	0x3991d639835339f4,
	0x9c845f8bbdf9283b,
	0x1ff897ffde05980f,
	0xef2f118b5a0a6d1f,
	0x6d367ecf27cb09b7,
	0x4f463f669e5fea2d,
	0x7527bac7ebe5f17b,
	0x3d0739f78a5292ea,
	0x6bfb5fb11f8d5d08,
	0x56033046fc7b6bab,
	0xf0cfbc209af4361d,
};

static uint64_t bits_at(unsigned place)
{
	const uint64_t *w = &two_by_pi[place / 64];
	unsigned shift = place % 64;
	return shift ? w[0] << shift | w[1] >> (64 - shift) : w[0];
}

/* x 2/pi modulo 4, as a number of 192 bits, the point behind the second. */
static void multiply(double x, uint64_t q[3])
{
	uint64_t m = (double_bits(x) & DOUBLE_FRACTION) | DOUBLE_ONE;
	/* x = m 2^e; the bits of 2/pi up to e - 2 only make multiples of 4. */
	unsigned place = (unsigned)(double_exponent(x) - 1075 - 2 + 64);
	wide low = (wide)m * bits_at(place + 128);
	wide middle = (wide)m * bits_at(place + 64) + (uint64_t)(low >> 64);
	q[0] = m * bits_at(place) + (uint64_t)(middle >> 64);
	q[1] = (uint64_t)middle;
	q[2] = (uint64_t)low;
}

/* The top 117 bits of a fraction of 192, as a pair. */
static struct pair to_pair(uint64_t f0, uint64_t f1, uint64_t f2)
{
	double scale = 1;
	if (f0 == 0) {
		f0 = f1;
		f1 = f2;
		f2 = 0;
		scale = 0x1p-64;
	}
	int lead = f0 ? __builtin_clzll(f0) : 0;
	if (lead) {
		f0 = f0 << lead | f1 >> (64 - lead);
		f1 = f1 << lead | f2 >> (64 - lead);
	}
	scale *= bits_double((uint64_t)(DOUBLE_BIAS - lead) << 52);
	return (struct pair){(double)(f0 >> 11) * 0x1p-53 * scale,
		(double)(f0 << 53 >> 11 | f1 >> 22) * 0x1p-106 * scale};
}

/* By the name that newlib's code calls: x = n pi/2 + y[0] + y[1]; x is finite, from pi/4 on. */
int32_t __ieee754_rem_pio2(double x, double *y);
int32_t __ieee754_rem_pio2(double x, double *y)
{
	const struct pair half_pi = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};
	uint64_t q[3];
	multiply(x, q);
	int32_t n = (int32_t)(q[0] >> 62);
	uint64_t f0 = q[0] << 2 | q[1] >> 62, f1 = q[1] << 2 | q[2] >> 62, f2 = q[2] << 2;
	double sign = 1;
	if (f0 >> 63) { /* nearer to the next multiple */
		n++;
		sign = -1;
		f2 = 0 - f2;
		f1 = ~f1 + (f2 == 0);
		f0 = ~f0 + (f2 == 0 && f1 == 0);
	}
	if (signbit(x)) {
		n = -n;
		sign = -sign;
	}
	struct pair r = pair_product(to_pair(f0, f1, f2), half_pi);
	y[0] = sign * r.hi;
	y[1] = sign * r.lo;
	return n;
}
