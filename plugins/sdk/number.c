/* Whole numbers from text. */
#include <osaas_std.h>

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

static unsigned digit_value(char c)
{
	if (isdigit((unsigned char)c))
		return (unsigned)(c - '0');
	return isalpha((unsigned char)c)
		       ? (unsigned)(tolower((unsigned char)c) - 'a') + 10
		       : 36;
}

/* "0x" is a prefix only when a digit follows: of "0xg" the 0 is the number. */
static const char *skip_prefix(const char *s, unsigned *base)
{
	bool hex = s[0] == '0' && (s[1] == 'x' || s[1] == 'X') && digit_value(s[2]) < 16;
	if (hex && (*base == 0 || *base == 16)) {
		*base = 16;
		return s + 2;
	}
	if (*base == 0)
		*base = s[0] == '0' ? 8 : 10;
	return s;
}

/* The magnitude, UINT64_MAX and *over when it does not fit. */
static uint64_t read_digits(const char **s, unsigned base, bool *over)
{
	uint64_t v = 0;
	for (unsigned d; (d = digit_value(**s)) < base; ++*s)
		*over = *over || __builtin_mul_overflow(v, base, &v) ||
			__builtin_add_overflow(v, d, &v);
	return *over ? UINT64_MAX : v;
}

static uint64_t read_number(
	const char *s, char **end, int base, bool *negative, bool *over)
{
	const char *start = s;
	unsigned b = (unsigned)base;
	while (isspace((unsigned char)*s))
		s++;
	*negative = *s == '-';
	if (*s == '-' || *s == '+')
		s++;
	s = skip_prefix(s, &b);
	const char *digits = s;
	*over = false;
	uint64_t v = read_digits(&s, b, over);
	if (end)
		*end = (char *)(uintptr_t)(s == digits ? start : s);
	return v;
}

long long strtoll(const char *restrict s, char **restrict end, int base)
{
	bool negative, over;
	uint64_t v = read_number(s, end, base, &negative, &over);
	if (negative)
		return v > (uint64_t)LLONG_MAX ? LLONG_MIN : -(long long)v;
	return v > (uint64_t)LLONG_MAX ? LLONG_MAX : (long long)v;
}

unsigned long long strtoull(const char *restrict s, char **restrict end, int base)
{
	bool negative, over;
	uint64_t v = read_number(s, end, base, &negative, &over);
	return negative && !over ? 0 - v : v;
}

_Static_assert(sizeof(long) == sizeof(long long), "plugins are of 64 bits");

long strtol(const char *restrict s, char **restrict end, int base)
{
	return (long)strtoll(s, end, base);
}

unsigned long strtoul(const char *restrict s, char **restrict end, int base)
{
	return strtoull(s, end, base);
}

int atoi(const char *s)
{
	return (int)strtol(s, NULL, 10);
}

long atol(const char *s)
{
	return strtol(s, NULL, 10);
}

double atof(const char *s)
{
	return strtod(s, NULL);
}

int abs(int v)
{
	return v < 0 ? -v : v;
}

long labs(long v)
{
	return v < 0 ? -v : v;
}

long long llabs(long long v)
{
	return v < 0 ? -v : v;
}
