/* decimal: the digits of a double, exactly, as many as are asked for. */
#ifndef OSAAS_SDK_DECIMAL_H
#define OSAAS_SDK_DECIMAL_H

#include <stdint.h>

#define DECIMAL_WHOLE 309  /* digits before the point, at most */
#define DECIMAL_MAX   1100 /* more than this are zeros: a double ends at 2^-1074 */
/* 1074 bits after the point, 1024 before it, and the mantissa's overhang. */
#define DECIMAL_WORDS 36

struct decimal {
	char digits[1 + DECIMAL_WHOLE + DECIMAL_MAX];
	int n;
	int point; /* so many are before it; negative: zeros come between it and the first */
	uint32_t fraction[DECIMAL_WORDS + 2]; /* what is after the last digit */
};

/*
 * v is finite and not negative. decimal_places gives at least one digit before the point
 * and places (0 to DECIMAL_MAX) after it; decimal_significant n (1 to DECIMAL_MAX)
 * from the first that is not zero. Rounded to even.
 */
void decimal_places(struct decimal *d, double v, int places);
void decimal_significant(struct decimal *d, double v, int n);

#endif
