#include <osaas_std.h>

#include <stdint.h>

/*
 * The angle is brought to r in [-pi/4, pi/4] and a quadrant: r = x - n pi/2, with
 * pi/2 in four parts of which the first three have 22 bits, so that n times them
 * is exact for every n up to LIMIT. On that range the Taylor series to the 17th and
 * 18th power are good to the last bit of a double.
 */
#define LIMIT     1e9
#define TWO_BY_PI 0x1.45f306dc9c883p-1
#define PI_BY_2_A 0x1.921fbp+0
#define PI_BY_2_B 0x1.5110bp-22
#define PI_BY_2_C 0x1.184698p-44
#define PI_BY_2_D 0x1.3198a2e037073p-69

static double sin_near_zero(double r)
{
	double z = r * r, p = 1.0 / 355687428096000.0;
	p = p * z - 1.0 / 1307674368000.0;
	p = p * z + 1.0 / 6227020800.0;
	p = p * z - 1.0 / 39916800.0;
	p = p * z + 1.0 / 362880.0;
	p = p * z - 1.0 / 5040.0;
	p = p * z + 1.0 / 120.0;
	p = p * z - 1.0 / 6.0;
	return r + r * z * p;
}

static double cos_near_zero(double r)
{
	double z = r * r, p = -1.0 / 6402373705728000.0;
	p = p * z + 1.0 / 20922789888000.0;
	p = p * z - 1.0 / 87178291200.0;
	p = p * z + 1.0 / 479001600.0;
	p = p * z - 1.0 / 3628800.0;
	p = p * z + 1.0 / 40320.0;
	p = p * z - 1.0 / 720.0;
	p = p * z + 1.0 / 24.0;
	return 1.0 - (0.5 * z - z * z * p);
}

/* sin(x + quarter pi/2) */
static double wave(double x, int64_t quarter)
{
	if (!(x >= -LIMIT && x <= LIMIT))
		return __builtin_nan("");
	double turns = x * TWO_BY_PI;
	int64_t n = (int64_t)(turns + (turns < 0 ? -0.5 : 0.5));
	double k = (double)n;
	double r = x - k * PI_BY_2_A - k * PI_BY_2_B - k * PI_BY_2_C - k * PI_BY_2_D;
	switch ((uint64_t)(n + quarter) & 3) {
	case 0:
		return sin_near_zero(r);
	case 1:
		return cos_near_zero(r);
	case 2:
		return -sin_near_zero(r);
	default:
		return -cos_near_zero(r);
	}
}

double sin(double x)
{
	return x == 0 ? x : wave(x, 0); /* keeps the sign of -0 */
}

double cos(double x)
{
	return wave(x, 1);
}

float sinf(float x)
{
	return (float)sin(x);
}

float cosf(float x)
{
	return (float)cos(x);
}
