/* What has to be computed more exactly than a double is. */
#include <osaas_math.h>

#include "plugins/sdk/pair.h"

static struct pair sum(struct pair a, struct pair b)
{
	struct pair s = two_sum(a.hi, b.hi), t = two_sum(a.lo, b.lo);
	s = quick_sum(s.hi, s.lo + t.hi);
	return quick_sum(s.hi, s.lo + t.lo);
}

static struct pair scaled(struct pair a, double power_of_2)
{
	return (struct pair){a.hi * power_of_2, a.lo * power_of_2};
}

static struct pair quotient(struct pair a, struct pair b)
{
	double q = a.hi / b.hi;
	struct pair rest = sum(a, pair_product(b, (struct pair){-q, 0}));
	return quick_sum(q, rest.hi / b.hi);
}

/*
 * 1/3! to 1/8! exactly; from 1/9! on a double is exact enough, as s is below 2^-4.5:
 * what is after the 15th is below 2^-106.
 */
static struct pair expm1_near_zero(struct pair s)
{
	static const struct pair inverse[] = {
		{0x1.a01a01a01a01ap-16, 0x1.a01a01a01a01ap-76},
		{0x1.a01a01a01a01ap-13, 0x1.a01a01a01a01ap-73},
		{0x1.6c16c16c16c17p-10, -0x1.f49f49f49f49fp-65},
		{0x1.1111111111111p-7, 0x1.1111111111111p-63},
		{0x1.5555555555555p-5, 0x1.5555555555555p-59},
		{0x1.5555555555555p-3, 0x1.5555555555555p-57},
		{0.5, 0},
		{1, 0},
	};
	static const double tail[] = {0x1.ae7f3e733b81fp-41, 0x1.93974a8c07c9dp-37,
		0x1.6124613a86d09p-33, 0x1.1eed8eff8d898p-29, 0x1.ae64567f544e4p-26,
		0x1.27e4fb7789f5cp-22, 0x1.71de3a556c734p-19};
	double t = 0;
	for (unsigned i = 0; i < sizeof tail / sizeof *tail; i++)
		t = t * s.hi + tail[i];
	struct pair p = {t, 0};
	for (unsigned i = 0; i < sizeof inverse / sizeof *inverse; i++)
		p = sum(pair_product(p, s), inverse[i]);
	return pair_product(p, s);
}

/* 2^exponent e^x as a pair, for |x| below 745; *exponent is of the order of x / ln 2. */
static struct pair exp_pair(double x, int *exponent)
{
	double k = rint(x * 0x1.71547652b82fep+0);
	/* ln 2 in three parts, the first two of 40 bits, so that k times them is exact. */
	struct pair r = two_sum(x - k * 0x1.62e42fefa2000p-1, -k * 0x1.9ef35793c6000p-41);
	r = quick_sum(r.hi, r.lo - k * 0x1.673007e5ed5e8p-81);
	struct pair e = expm1_near_zero(scaled(r, 0.125));
	for (int i = 0; i < 3; i++) /* (1 + e)^2 - 1 */
		e = sum(scaled(e, 2), pair_product(e, e));
	*exponent = (int)k;
	return sum((struct pair){1, 0}, e);
}

/* (e^a + sign e^-a) / 2 for 0 <= a; it overflows where it should. */
static double half_sum(double a, double sign)
{
	int n;
	if (a > 711)
		return a * HUGE_VAL;
	struct pair e = exp_pair(a, &n);
	if (n > 60)
		return scalbn(e.hi + e.lo, n - 1);
	e = scaled(e, scalbn(1, n - 1));
	struct pair other = quotient((struct pair){0.25 * sign, 0}, e);
	e = sum(e, other);
	return e.hi + e.lo;
}

double sinh(double x)
{
	double a = fabs(x);
	if (!(a >= 0x1p-13))
		return x + x * (x * x) / 6;
	return copysign(half_sum(a, -1), x);
}

double cosh(double x)
{
	return isnan(x) ? x : half_sum(fabs(x), 1);
}

double tanh(double x)
{
	double a = fabs(x);
	int n;
	if (!(a >= 0x1p-13))
		return x * (1 - x * x / 3);
	if (a > 22)
		return copysign(1, x);
	struct pair e = exp_pair(2 * a, &n);
	e = scaled(e, scalbn(1, n));
	e = quotient(sum(e, (struct pair){-1, 0}), sum(e, (struct pair){1, 0}));
	return copysign(e.hi + e.lo, x);
}

/* With y near log(x): log(x) is about y + (x e^-y - 1). Near 1 log itself is as good. */
double log10(double x)
{
	const struct pair log10_e = {0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57};
	struct pair y = {log(x), 0};
	int n;
	if (!isfinite(y.hi))
		return y.hi;
	if (fabs(x - 1) > 0x1p-20) {
		struct pair e = exp_pair(-y.hi, &n);
		e = pair_product(e, (struct pair){scalbn(x, n), 0});
		e = sum(e, (struct pair){-1, 0});
		y = quick_sum(y.hi, e.hi);
	}
	y = pair_product(y, log10_e);
	return y.hi + y.lo;
}

/* One instruction: correctly rounded by the CPU. */
double sqrt(double x)
{
	return __builtin_sqrt(x);
}

double hypot(double x, double y)
{
	double a = fmax(fabs(x), fabs(y)), b = fmin(fabs(x), fabs(y)), back = 1;
	if (isinf(x) || isinf(y))
		return HUGE_VAL;
	if (isnan(x) || isnan(y) || b < a * 0x1p-60)
		return fabs(x) + fabs(y);
	if (a > 0x1p500)
		back = 0x1p600;
	else if (b < 0x1p-450)
		back = 0x1p-600;
	a /= back;
	b /= back;
	struct pair s = sum(two_product(a, a), two_product(b, b));
	return sqrt(s.hi) * back;
}
