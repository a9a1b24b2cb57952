/*
 * osaas_math.h: mathematics, with C's names and meaning. Included by osaas_std.h.
 *
 * Results are the exact value's neighbours at worst: no more than one unit in the
 * last place from the correctly rounded one, over the whole range. sin(1e300) is
 * right, too. What is exact is exact: sqrt, fmod, floor and their like, ldexp.
 * There is no errno and there are no exceptions: a result that does not exist is
 * NaN or an infinity.
 *
 * The float forms compute in double and round once; tanhf is far faster than tanh.
 *
 * Nothing here yields. Where it comes from: plugins/sdk/newlib in the source tree.
 */
#ifndef OSAAS_MATH_H
#define OSAAS_MATH_H

#define M_E         2.71828182845904523536
#define M_LN2       0.69314718055994530942
#define M_PI        3.14159265358979323846
#define M_PI_2      1.57079632679489661923
#define M_SQRT2     1.41421356237309504880

#define INFINITY    __builtin_inff()
#define NAN         __builtin_nanf("")
#define HUGE_VAL    __builtin_huge_val()
#define isnan(x)    __builtin_isnan(x)
#define isinf(x)    __builtin_isinf(x)
#define isfinite(x) __builtin_isfinite(x)
#define signbit(x)  __builtin_signbit(x)

/* Angles in radians. */
double sin(double x);
double cos(double x);
double tan(double x);
double asin(double x);
double acos(double x);
double atan(double x);
double atan2(double y, double x);
float sinf(float x);
float cosf(float x);
float tanf(float x);
float asinf(float x);
float acosf(float x);
float atanf(float x);
float atan2f(float y, float x);

double sinh(double x);
double cosh(double x);
double tanh(double x);
float sinhf(float x);
float coshf(float x);
float tanhf(float x);

/* expm1 is exp(x) - 1, log1p is log(1 + x): exact where x is small. */
double exp(double x);
double exp2(double x);
double expm1(double x);
double log(double x);
double log2(double x);
double log10(double x);
double log1p(double x);
float expf(float x);
float exp2f(float x);
float expm1f(float x);
float logf(float x);
float log2f(float x);
float log10f(float x);
float log1pf(float x);

double pow(double x, double y);
double sqrt(double x);
double cbrt(double x);
double hypot(double x, double y);
float powf(float x, float y);
float sqrtf(float x);
float cbrtf(float x);
float hypotf(float x, float y);

/* round goes away from zero at a half, rint to the even neighbour. */
double floor(double x);
double ceil(double x);
double trunc(double x);
double round(double x);
double rint(double x);
long lround(double x);
long lrint(double x);
float floorf(float x);
float ceilf(float x);
float truncf(float x);
float roundf(float x);
float rintf(float x);
long lroundf(float x);
long lrintf(float x);

double fmod(double x, double y);
double fabs(double x);
double copysign(double x, double sign);
float fmodf(float x, float y);
float fabsf(float x);
float copysignf(float x, float sign);

/* One that is no number does not count. */
double fmin(double x, double y);
double fmax(double x, double y);
float fminf(float x, float y);
float fmaxf(float x, float y);

/* x = m 2^exponent, 0.5 <= |m| < 1; and back; x = whole + fraction. */
double frexp(double x, int *exponent);
double ldexp(double m, int exponent);
double scalbn(double m, int exponent);
double modf(double x, double *whole);
float frexpf(float x, int *exponent);
float ldexpf(float m, int exponent);
float scalbnf(float m, int exponent);
float modff(float x, float *whole);

#endif
