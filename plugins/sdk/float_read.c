/*
 * Floating point from text, correctly rounded: the digits are a big integer, multiplied
 * by powers of ten, or shifted up and divided by them; what is left over in a
 * division only matters as being there or not. The top 64 bits and that make the result.
 */
#include <osaas_std.h>

#include <stdbool.h>
#include <stdint.h>

#include "plugins/sdk/float_bits.h"

/* Further digits cannot change a result otherwise than by not being zero. */
#define DIGITS_MAX 780
/* Those digits, and as many bits again as the division by 10^(780 + 350) takes, and 64. */
#define WORDS        208
#define NINE_DIGITS  1000000000u
#define EXPONENT_MAX 100000

struct big {
	uint32_t w[WORDS]; /* the least significant first */
	int n;
	bool more; /* the value is a little above */
};

/* What a format has: bits of the fraction with the leading one, and exponents of 0.5 to 1. */
struct kind {
	int bits, least, most;
};
static const struct kind of_double = {53, -1021, 1024};
static const struct kind of_float = {24, -125, 128};

static void multiply(struct big *b, uint32_t factor, uint32_t add)
{
	uint64_t carry = add;
	for (int i = 0; i < b->n; i++) {
		carry += (uint64_t)b->w[i] * factor;
		b->w[i] = (uint32_t)carry;
		carry >>= 32;
	}
	if (carry)
		b->w[b->n++] = (uint32_t)carry;
}

static void divide(struct big *b, uint32_t divisor)
{
	uint64_t rest = 0;
	for (int i = b->n; i-- > 0;) {
		rest = rest << 32 | b->w[i];
		b->w[i] = (uint32_t)(rest / divisor);
		rest %= divisor;
	}
	b->more = b->more || rest;
	while (b->n > 0 && b->w[b->n - 1] == 0)
		b->n--;
}

static void shift_words(struct big *b, int words)
{
	memmove(b->w + words, b->w, (size_t)b->n * sizeof *b->w);
	memset(b->w, 0, (size_t)words * sizeof *b->w);
	b->n += words;
}

static uint32_t ten_to(int e)
{
	uint32_t v = 1;
	while (e-- > 0)
		v *= 10;
	return v;
}

/* m 2^exponent, m with its top bit set (or 0), and more: rounded to the kind. */
static double assemble(uint64_t m, int exponent, bool more, const struct kind *kind)
{
	int e = exponent + 64; /* of 0.5 to 1 */
	if (m == 0)
		return 0;
	if (e > kind->most)
		return HUGE_VAL;
	int bits = e >= kind->least ? kind->bits : kind->bits - (kind->least - e);
	if (bits < 0)
		return 0;
	uint64_t kept = bits ? m >> (64 - bits) : 0, rest = m << bits;
	bool half = rest >> 63;
	more = more || rest << 1;
	kept += half && (more || (kept & 1));
	double v = scalbn((double)kept, e - bits);
	return v >= scalbn(1, kind->most - 1) * 2 ? HUGE_VAL : v;
}

static uint32_t word(const struct big *b, int i)
{
	return i >= 0 ? b->w[i] : 0;
}

static double from_big(struct big *b, int shift, const struct kind *kind)
{
	int top = b->n - 1;
	if (top < 0)
		return 0;
	uint64_t m = (uint64_t)b->w[top] << 32 | word(b, top - 1);
	uint32_t next = word(b, top - 2);
	int lead = __builtin_clzll(m);
	if (lead)
		m = m << lead | next >> (32 - lead);
	b->more = b->more || (uint32_t)(next << lead);
	for (int i = 0; i < top - 2; i++)
		b->more = b->more || b->w[i];
	return assemble(m, 32 * (top - 1) - lead - shift, b->more, kind);
}

/* The digits times 10^e. n of them: a value from 10^(n + e - 1) on. */
static double scale_by_tens(struct big *b, int n, int e, const struct kind *kind)
{
	int shift = 0;
	if (n + e > 310)
		return HUGE_VAL;
	if (n + e < -330)
		return 0;
	for (int up = e; up > 0; up -= 9)
		multiply(b, ten_to(up < 9 ? up : 9), 0);
	if (e < 0) {
		shift = -e * 10 / 3 / 32 + 3; /* words: log2(10) is 3.32 */
		shift_words(b, shift);
	}
	for (int down = -e; down > 0; down -= 9)
		divide(b, ten_to(down < 9 ? down : 9));
	return from_big(b, 32 * shift, kind);
}

/* "e-12" at s, behind a number: moves on only if there are digits. */
static int read_exponent(const char **s, char letter)
{
	const char *p = *s;
	int e = 0;
	if (tolower((unsigned char)*p) != letter)
		return 0;
	p++;
	bool negative = *p == '-';
	if (*p == '-' || *p == '+')
		p++;
	if (!isdigit((unsigned char)*p))
		return 0;
	for (; isdigit((unsigned char)*p); p++)
		e = e < EXPONENT_MAX ? e * 10 + (*p - '0') : e;
	*s = p;
	return negative ? -e : e;
}

/* More digits than any real text has would overflow the count of places. */
static void count(int *places, int by)
{
	if (*places > -EXPONENT_MAX * 100 && *places < EXPONENT_MAX * 100)
		*places += by;
}

static const char *read_decimal(const char *s, double *v, const struct kind *kind)
{
	struct big b = {.n = 0};
	int n = 0, e = 0;
	bool point = false, any = false;
	for (;; s++) {
		if (*s == '.' && !point) {
			point = true;
			continue;
		}
		if (!isdigit((unsigned char)*s))
			break;
		any = true;
		if (n < DIGITS_MAX && (n > 0 || *s != '0')) {
			multiply(&b, 10, (uint32_t)(*s - '0'));
			n++;
			count(&e, point ? -1 : 0);
		} else {
			b.more = b.more || *s != '0';
			count(&e, n > 0 ? !point : -point);
		}
	}
	if (!any)
		return NULL;
	e += read_exponent(&s, 'e');
	*v = n ? scale_by_tens(&b, n, e, kind) : 0;
	return s;
}

static unsigned hex_value(char c)
{
	return isdigit((unsigned char)c)
		       ? (unsigned)(c - '0')
		       : (unsigned)(tolower((unsigned char)c) - 'a') + 10;
}

static const char *read_hex(const char *s, double *v, const struct kind *kind)
{
	uint64_t m = 0;
	int e = 0;
	bool point = false, any = false, more = false;
	for (;; s++) {
		if (*s == '.' && !point) {
			point = true;
			continue;
		}
		if (!isxdigit((unsigned char)*s))
			break;
		any = true;
		if (m >> 60 == 0) {
			m = m << 4 | hex_value(*s);
			count(&e, point ? -4 : 0);
		} else {
			more = more || hex_value(*s);
			count(&e, point ? 0 : 4);
		}
	}
	if (!any)
		return NULL;
	e += read_exponent(&s, 'p');
	int lead = m ? __builtin_clzll(m) : 0;
	*v = assemble(m << lead, e - lead, more, kind);
	return s;
}

static const char *read_word(const char *s, double *v)
{
	if (strncasecmp(s, "inf", 3) == 0) {
		*v = HUGE_VAL;
		return s + (strncasecmp(s, "infinity", 8) == 0 ? 8 : 3);
	}
	if (strncasecmp(s, "nan", 3) == 0) {
		*v = (double)NAN;
		return s + 3;
	}
	return NULL;
}

static double read_float(const char *s, char **end, const struct kind *kind)
{
	const char *start = s, *after;
	double v = 0;
	while (isspace((unsigned char)*s))
		s++;
	bool negative = *s == '-';
	if (*s == '-' || *s == '+')
		s++;
	after = read_word(s, &v);
	if (!after && s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		after = read_hex(s + 2, &v, kind);
	if (!after)
		after = read_decimal(s, &v, kind);
	if (end)
		*end = (char *)(uintptr_t)(after ? after : start);
	return negative && after ? -v : v;
}

double strtod(const char *restrict s, char **restrict end)
{
	return read_float(s, end, &of_double);
}

float strtof(const char *restrict s, char **restrict end)
{
	return (float)read_float(s, end, &of_float);
}
