/*
 * Exact: a double is m 2^e. The part before the point is a big integer divided
 * by 10 again and again; the part after it a big fraction multiplied by 10.
 * Words are of 32 bits, the least significant first.
 */
#include "plugins/sdk/decimal.h"

#include <osaas_string.h>

#include <stdbool.h>

#include "plugins/sdk/float_bits.h"

#define WORDS DECIMAL_WORDS

/* Of *n words; fewer afterwards when the uppermost is 0 then. */
static unsigned divide_by_10(uint32_t *w, int *n)
{
	uint64_t rest = 0;
	for (int i = *n; i-- > 0;) {
		rest = rest << 32 | w[i];
		w[i] = (uint32_t)(rest / 10);
		rest %= 10;
	}
	*n -= *n > 0 && w[*n - 1] == 0;
	return (unsigned)rest;
}

static unsigned multiply_by_10(uint32_t *w)
{
	uint64_t carry = 0;
	for (int i = 0; i < WORDS; i++) {
		carry += (uint64_t)w[i] * 10;
		w[i] = (uint32_t)carry;
		carry >>= 32;
	}
	return (unsigned)carry;
}

static bool is_zero(const uint32_t *w, int n)
{
	while (n-- > 0) {
		if (w[n])
			return false;
	}
	return true;
}

/* w = m << bits */
static void place(uint32_t *w, uint64_t m, int bits)
{
	int word = bits / 32, shift = bits % 32;
	memset(w, 0, WORDS * sizeof *w);
	w[word] = (uint32_t)(m << shift);
	w[word + 1] = (uint32_t)(m >> (32 - shift));
	w[word + 2] = shift ? (uint32_t)(m >> 32 >> (32 - shift)) : 0;
}

/* Whole part and fraction, the latter at the top of its words. */
static void split(double v, uint32_t *whole, uint32_t *fraction)
{
	int e = double_exponent(v);
	uint64_t m = double_bits(v) & DOUBLE_FRACTION;
	if (e)
		m |= DOUBLE_ONE;
	e = (e ? e : 1) - 1075;
	memset(whole, 0, WORDS * sizeof *whole);
	memset(fraction, 0, WORDS * sizeof *fraction);
	if (e >= 0) {
		place(whole, m, e);
		return;
	}
	if (e > -64)
		place(whole, m >> -e, 0);
	if (e > -64)
		m &= (UINT64_C(1) << -e) - 1;
	place(fraction, m, WORDS * 32 + e);
}

static void begin(struct decimal *d, double v)
{
	uint32_t whole[WORDS + 2];
	char *end = d->digits + DECIMAL_WHOLE;
	split(v, whole, d->fraction);
	d->n = 0;
	int words = WORDS;
	while (words > 0 && whole[words - 1] == 0)
		words--;
	do
		end[-++d->n] = (char)('0' + divide_by_10(whole, &words));
	while (words > 0);
	memmove(d->digits, end - d->n, (size_t)d->n);
	d->point = d->n;
}

static char next_digit(struct decimal *d)
{
	return (char)('0' + multiply_by_10(d->fraction));
}

static void extend(struct decimal *d, int by)
{
	while (by-- > 0)
		d->digits[d->n++] = next_digit(d);
}

/* What follows digit n, beside a half: -1 less, 0 just that, 1 more. */
static int beside_half(const struct decimal *d, int n)
{
	const uint32_t *f = d->fraction;
	if (n < d->n) {
		bool more = !is_zero(f, WORDS);
		for (int i = n + 1; i < d->n; i++)
			more = more || d->digits[i] != '0';
		return d->digits[n] != '5' ? d->digits[n] - '5' : more;
	}
	if (f[WORDS - 1] != 0x80000000u)
		return f[WORDS - 1] > 0x80000000u ? 1 : -1;
	return !is_zero(f, WORDS - 1);
}

/* 999 to 1000: with one digit more in front. */
static void increment(struct decimal *d)
{
	int i = d->n;
	while (i > 0 && d->digits[i - 1] == '9')
		d->digits[--i] = '0';
	if (i > 0) {
		d->digits[i - 1]++;
		return;
	}
	memmove(d->digits + 1, d->digits, (size_t)d->n++);
	d->digits[0] = '1';
	d->point++;
}

static void cut(struct decimal *d, int n)
{
	int half = beside_half(d, n);
	d->n = n;
	if (half > 0 || (half == 0 && (d->digits[n - 1] & 1)))
		increment(d);
}

void decimal_places(struct decimal *d, double v, int places)
{
	begin(d, v);
	extend(d, places);
	cut(d, d->n);
}

/* 0 itself stays. */
static void find_first(struct decimal *d)
{
	if (d->digits[0] != '0' || is_zero(d->fraction, WORDS))
		return;
	d->point = 0;
	while ((d->digits[0] = next_digit(d)) == '0')
		d->point--;
}

void decimal_significant(struct decimal *d, double v, int n)
{
	begin(d, v);
	find_first(d);
	if (d->n < n)
		extend(d, n - d->n);
	cut(d, n);
	d->n = n;
}
