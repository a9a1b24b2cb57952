/*
 * The float forms: a double has more than twice a float's bits, so rounding its
 * result once more can go wrong by a hair beyond half a unit, no further.
 */
#include <osaas_math.h>

#define ONE(name)                                                                        \
	float name##f(float x)                                                           \
	{                                                                                \
		return (float)name((double)x);                                           \
	}
#define TWO(name)                                                                        \
	float name##f(float x, float y)                                                  \
	{                                                                                \
		return (float)name((double)x, (double)y);                                \
	}

ONE(sin)
ONE(cos)
ONE(tan)
ONE(asin)
ONE(acos)
ONE(atan)
ONE(exp)
ONE(exp2)
ONE(expm1)
ONE(log)
ONE(log2)
ONE(log1p)
ONE(sqrt)
ONE(cbrt)
ONE(floor)
ONE(ceil)
ONE(trunc)
ONE(round)
ONE(rint)
ONE(fabs)
TWO(atan2)
TWO(pow)
TWO(hypot)
TWO(fmod)
TWO(copysign)
TWO(fmin)
TWO(fmax)

/* sinh, cosh, tanh, log10 are slow as doubles; good to a few units of a double is enough here. */
float sinhf(float x)
{
	double t = expm1(fabs((double)x));
	return (float)copysign(0.5 * (isinf(t) ? t : t + t / (t + 1)), x);
}

float coshf(float x)
{
	double e = exp(fabs((double)x));
	return (float)(0.5 * (e + 1 / e));
}

float tanhf(float x)
{
	double t = expm1(2 * fmin(fabs((double)x), 20));
	return isnan(x) ? x : (float)copysign(t / (t + 2), x);
}

float log10f(float x)
{
	return (float)(log((double)x) * 0x1.bcb7b1526e50ep-2);
}

long lroundf(float x)
{
	return lround((double)x);
}

long lrintf(float x)
{
	return lrint((double)x);
}

float frexpf(float x, int *exponent)
{
	return (float)frexp((double)x, exponent);
}

float scalbnf(float m, int exponent)
{
	return (float)scalbn((double)m, exponent);
}

float ldexpf(float m, int exponent)
{
	return scalbnf(m, exponent);
}

float modff(float x, float *whole)
{
	double w, fraction = modf((double)x, &w);
	*whole = (float)w;
	return (float)fraction;
}
