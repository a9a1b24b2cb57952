/* float_bits: a double as what it is made of: sign, 11 bits of exponent, 52 of fraction. */
#ifndef OSAAS_SDK_FLOAT_BITS_H
#define OSAAS_SDK_FLOAT_BITS_H

#include <stdint.h>

#define DOUBLE_SIGN     (UINT64_C(1) << 63)
#define DOUBLE_ONE      (UINT64_C(1) << 52) /* the leading one that is not stored */
#define DOUBLE_FRACTION (DOUBLE_ONE - 1)
#define DOUBLE_BIAS     1023
#define DOUBLE_SPECIAL  0x7ff /* the exponent of infinities and NaN */

static inline uint64_t double_bits(double v)
{
	return (union {
		double v;
		uint64_t bits;
	}){.v = v}
		.bits;
}

static inline double bits_double(uint64_t bits)
{
	return (union {
		uint64_t bits;
		double v;
	}){.bits = bits}
		.v;
}

static inline int double_exponent(double v)
{
	return (int)(double_bits(v) >> 52 & DOUBLE_SPECIAL);
}

#endif
