/* What only moves bits: whole numbers, signs, powers of two. */
#include <osaas_math.h>

#include "plugins/sdk/float_bits.h"

double fabs(double x)
{
	return bits_double(double_bits(x) & ~DOUBLE_SIGN);
}

double copysign(double x, double sign)
{
	return bits_double(
		(double_bits(x) & ~DOUBLE_SIGN) | (double_bits(sign) & DOUBLE_SIGN));
}

double trunc(double x)
{
	int e = double_exponent(x) - DOUBLE_BIAS;
	if (e >= 52)
		return x;
	if (e < 0)
		return copysign(0, x);
	return bits_double(double_bits(x) & ~(DOUBLE_FRACTION >> e));
}

double floor(double x)
{
	double t = trunc(x);
	return t > x ? t - 1 : t;
}

double ceil(double x)
{
	double t = trunc(x);
	return t < x ? copysign(t + 1, x) : t;
}

double round(double x)
{
	double t = trunc(x);
	return fabs(x - t) >= 0.5 ? t + copysign(1, x) : t;
}

/* From 2^52 on there are no halves: the addition rounds, as the CPU does it. */
double rint(double x)
{
	double a = fabs(x);
	return a < 0x1p52 ? copysign(a + 0x1p52 - 0x1p52, x) : x;
}

long lround(double x)
{
	return (long)round(x);
}

long lrint(double x)
{
	return (long)rint(x);
}

double fmin(double x, double y)
{
	if (isnan(x) || isnan(y))
		return isnan(x) ? y : x;
	return x < y || (x == y && signbit(x)) ? x : y;
}

double fmax(double x, double y)
{
	if (isnan(x) || isnan(y))
		return isnan(x) ? y : x;
	return x > y || (x == y && signbit(y)) ? x : y;
}

double frexp(double x, int *exponent)
{
	int e = double_exponent(x);
	*exponent = 0;
	if (x == 0 || e == DOUBLE_SPECIAL)
		return x;
	if (e == 0) {
		x = frexp(x * 0x1p64, exponent);
		*exponent -= 64;
		return x;
	}
	*exponent = e - (DOUBLE_BIAS - 1);
	uint64_t half = (uint64_t)(DOUBLE_BIAS - 1) << 52;
	return bits_double((double_bits(x) & (DOUBLE_SIGN | DOUBLE_FRACTION)) | half);
}

/* In steps that a double can hold; downwards so that only the last one rounds. */
double scalbn(double m, int n)
{
	for (int i = 0; i < 2 && n > 1023; i++, n -= 1023)
		m *= 0x1p1023;
	for (int i = 0; i < 2 && n < -1022; i++, n += 1022 - 53)
		m *= 0x1p-1022 * 0x1p53;
	n = n > 1023 ? 1023 : n < -1022 ? -1022 : n;
	return m * bits_double((uint64_t)(DOUBLE_BIAS + n) << 52);
}

double ldexp(double m, int exponent)
{
	return scalbn(m, exponent);
}

double modf(double x, double *whole)
{
	*whole = trunc(x);
	return copysign(isinf(x) ? 0 : x - *whole, x);
}
