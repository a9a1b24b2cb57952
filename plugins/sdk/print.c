#include <osaas.h>
#include <osaas_std.h>

#include <stdbool.h>
#include <stdint.h>

/* %f of a double: 309 digits before the point, and at most this many after it. */
#define PRECISION_MAX 1100
#define WIDTH_MAX     4096
#define FLOAT_CHARS   (1 + 309 + 1 + PRECISION_MAX + 1)

struct out {
	char *to;
	size_t size;
	size_t n; /* what was to be written, whether it fit or not */
};

struct spec {
	bool left, plus, space, zero, alt;
	int width;
	int precision; /* -1: none given */
	int length;    /* bytes of the integer */
	char type;
};

static void put(struct out *out, char c)
{
	if (out->n + 1 < out->size)
		out->to[out->n] = c;
	out->n++;
}

static void pad(struct out *out, char c, int n)
{
	while (n-- > 0)
		put(out, c);
}

static void put_all(struct out *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put(out, s[i]);
}

/* prefix (sign, 0x), zeros, body; spaces or zeros fill up to the width. */
static void put_field(struct out *out, const struct spec *spec, const char *prefix,
	int zeros, const char *body, size_t n, bool zero_fill)
{
	int used = (int)strlen(prefix) + zeros + (int)n, fill = spec->width - used;
	if (!spec->left && !zero_fill)
		pad(out, ' ', fill);
	put_all(out, prefix, strlen(prefix));
	if (!spec->left && zero_fill)
		pad(out, '0', fill);
	pad(out, '0', zeros);
	put_all(out, body, n);
	if (spec->left)
		pad(out, ' ', fill);
}

static void put_integer(
	struct out *out, const struct spec *spec, uint64_t v, bool negative)
{
	unsigned base = spec->type == 'o'                        ? 8
			: spec->type == 'x' || spec->type == 'X' ? 16
								 : 10;
	const char *digits = spec->type == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	const char *prefix = "";
	char body[24];
	size_t n = 0;
	bool is_signed = spec->type == 'd';
	if (is_signed)
		prefix = negative ? "-" : spec->plus ? "+" : spec->space ? " " : "";
	else if (spec->alt && base == 16 && v)
		prefix = spec->type == 'X' ? "0X" : "0x";
	for (uint64_t rest = v; rest; rest /= base)
		body[sizeof body - ++n] = digits[rest % base];
	int zeros = (spec->precision < 0 ? 1 : spec->precision) - (int)n;
	if (spec->alt && base == 8 && zeros < 1)
		zeros = n || spec->precision == 0;
	bool zero_fill = spec->zero && spec->precision < 0;
	put_field(out, spec, prefix, zeros > 0 ? zeros : 0, body + sizeof body - n, n,
		zero_fill);
}

/*
 * Exact: a double is m 2^e. The part before the point is a big integer divided
 * by 10 again and again; the part after it a big fraction multiplied by 10.
 * Words are of 32 bits, the least significant first.
 */
#define WORDS                                                                            \
	36 /* 1074 bits after the point, 1024 before it, and the mantissa's overhang */

static unsigned divide_by_10(uint32_t *w)
{
	uint64_t rest = 0;
	for (int i = WORDS; i-- > 0;) {
		rest = rest << 32 | w[i];
		w[i] = (uint32_t)(rest / 10);
		rest %= 10;
	}
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

static bool is_zero(const uint32_t *w)
{
	for (int i = 0; i < WORDS; i++) {
		if (w[i])
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

static size_t whole_digits(uint32_t *w, char *end)
{
	size_t n = 0;
	do
		end[-(ptrdiff_t)++n] = (char)('0' + divide_by_10(w));
	while (!is_zero(w));
	return n;
}

/* Whether the digits so far go up by one: the rest is above a half, or is it and they are odd. */
static bool rounds_up(const uint32_t *w, char last)
{
	uint32_t top = w[WORDS - 1];
	if (top != 0x80000000u)
		return top > 0x80000000u;
	for (int i = 0; i < WORDS - 1; i++) {
		if (w[i])
			return true;
	}
	return (last - '0') & 1;
}

/* 0.999 to 1.000: from the last digit on; whether one is left over in front. */
static bool increment(char *digits, size_t n)
{
	while (n-- > 0) {
		if (digits[n] == '.')
			continue;
		if (digits[n] != '9') {
			digits[n]++;
			return false;
		}
		digits[n] = '0';
	}
	return true;
}

/* Splits the finite, positive bits into whole and fraction, the latter at the top of its words. */
static void split(uint64_t bits, uint32_t *whole, uint32_t *fraction)
{
	int e = (int)(bits >> 52 & 0x7ff);
	uint64_t m = bits & ((UINT64_C(1) << 52) - 1);
	if (e)
		m |= UINT64_C(1) << 52;
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

static size_t float_digits(
	uint64_t bits, int precision, bool point, char text[FLOAT_CHARS])
{
	uint32_t whole[WORDS + 2], fraction[WORDS + 2];
	split(bits, whole, fraction);
	char *start = text + 1 + 309;
	size_t n = whole_digits(whole, start);
	start -= n;
	if (precision > 0 || point)
		start[n++] = '.';
	for (int i = 0; i < precision; i++)
		start[n++] = (char)('0' + multiply_by_10(fraction));
	char last = start[n - 1] == '.' ? start[n - 2] : start[n - 1];
	if (rounds_up(fraction, last) && increment(start, n)) {
		*--start = '1';
		n++;
	}
	memmove(text, start, n);
	return n;
}

static void put_float(struct out *out, const struct spec *spec, double v)
{
	uint64_t bits;
	memcpy(&bits, &v, sizeof bits);
	bool negative = bits >> 63;
	bits &= ~(UINT64_C(1) << 63);
	const char *prefix = negative ? "-" : spec->plus ? "+" : spec->space ? " " : "";
	if (bits >> 52 == 0x7ff) {
		bool nan = bits << 12;
		const char *name = spec->type == 'F' ? (nan ? "NAN" : "INF")
				   : nan             ? "nan"
						     : "inf";
		put_field(out, spec, prefix, 0, name, 3, false);
		return;
	}
	char text[FLOAT_CHARS];
	int precision = spec->precision < 0 ? 6 : spec->precision;
	int shown = precision < PRECISION_MAX ? precision : PRECISION_MAX;
	size_t n = float_digits(bits, shown, spec->alt, text);
	put_field(out, spec, prefix, 0, text, n, spec->zero);
}

static int read_number(const char **f, va_list *args, int max)
{
	int v = 0;
	if (**f == '*') {
		++*f;
		v = va_arg(*args, int);
		return v > max ? max : v;
	}
	while (**f >= '0' && **f <= '9') {
		v = v * 10 + (*(*f)++ - '0');
		v = v > max ? max : v;
	}
	return v;
}

static void read_flags(const char **f, struct spec *spec)
{
	for (;; ++*f) {
		switch (**f) {
		case '-':
			spec->left = true;
			break;
		case '+':
			spec->plus = true;
			break;
		case ' ':
			spec->space = true;
			break;
		case '0':
			spec->zero = true;
			break;
		case '#':
			spec->alt = true;
			break;
		default:
			return;
		}
	}
}

static int read_length(const char **f)
{
	char c = **f;
	if (c != 'h' && c != 'l' && c != 'z' && c != 'j' && c != 't')
		return sizeof(int);
	++*f;
	if (c == 'h' && **f == 'h') {
		++*f;
		return sizeof(char);
	}
	if (c == 'l' && **f == 'l')
		++*f;
	return c == 'h' ? (int)sizeof(short) : (int)sizeof(long);
}

static struct spec read_spec(const char **f, va_list *args)
{
	struct spec spec = {.precision = -1};
	read_flags(f, &spec);
	spec.width = read_number(f, args, WIDTH_MAX);
	if (spec.width < 0) {
		spec.left = true;
		spec.width = -spec.width;
	}
	if (**f == '.') {
		++*f;
		spec.precision = read_number(f, args, WIDTH_MAX);
	}
	spec.length = read_length(f);
	spec.type = **f;
	if (spec.type)
		++*f;
	if (spec.type == 'i')
		spec.type = 'd';
	return spec;
}

static void put_signed(struct out *out, const struct spec *spec, va_list *args)
{
	int64_t v =
		spec->length == sizeof(long) ? va_arg(*args, long) : va_arg(*args, int);
	if (spec->length == sizeof(short))
		v = (short)v;
	if (spec->length == sizeof(char))
		v = (signed char)v;
	put_integer(out, spec, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, v < 0);
}

static void put_unsigned(struct out *out, const struct spec *spec, va_list *args)
{
	uint64_t v = spec->length == sizeof(long) ? va_arg(*args, unsigned long)
						  : va_arg(*args, unsigned);
	if (spec->length == sizeof(short))
		v = (unsigned short)v;
	if (spec->length == sizeof(char))
		v = (unsigned char)v;
	put_integer(out, spec, v, false);
}

static void put_string(struct out *out, const struct spec *spec, const char *s)
{
	if (!s)
		s = "(null)";
	size_t n = spec->precision < 0 ? strlen(s) : strnlen(s, (size_t)spec->precision);
	put_field(out, spec, "", 0, s, n, false);
}

static bool put_one(struct out *out, struct spec *spec, va_list *args)
{
	char c;
	switch (spec->type) {
	case 'd':
		put_signed(out, spec, args);
		return true;
	case 'u':
	case 'o':
	case 'x':
	case 'X':
		put_unsigned(out, spec, args);
		return true;
	case 'p':
		*spec = (struct spec){.left = spec->left,
			.width = spec->width,
			.precision = -1,
			.alt = true,
			.type = 'x'};
		put_integer(out, spec, (uintptr_t)va_arg(*args, void *), false);
		return true;
	case 'c':
		c = (char)va_arg(*args, int);
		put_field(out, spec, "", 0, &c, 1, false);
		return true;
	case 's':
		put_string(out, spec, va_arg(*args, const char *));
		return true;
	case 'f':
	case 'F':
		put_float(out, spec, va_arg(*args, double));
		return true;
	case '%':
		put(out, '%');
		return true;
	}
	return false;
}

int vsnprintf(char *to, size_t size, const char *format, va_list args)
{
	struct out out = {.to = to, .size = size};
	va_list ap;
	va_copy(ap, args);
	bool ok = true;
	for (const char *f = format; ok && *f;) {
		if (*f != '%') {
			put(&out, *f++);
			continue;
		}
		f++;
		struct spec spec = read_spec(&f, &ap);
		ok = put_one(&out, &spec, &ap);
	}
	va_end(ap);
	if (size > 0)
		to[!ok ? 0 : out.n < size ? out.n : size - 1] = '\0';
	return ok ? (int)out.n : -1;
}

int snprintf(char *to, size_t size, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int n = vsnprintf(to, size, format, args);
	va_end(args);
	return n;
}

void osaas_printf(int level, const char *format, ...)
{
	char line[256];
	va_list args;
	va_start(args, format);
	int n = vsnprintf(line, sizeof line, format, args);
	va_end(args);
	if (n > 0)
		osaas_log(
			level, line, n < (int)sizeof line ? (size_t)n : sizeof line - 1);
}
