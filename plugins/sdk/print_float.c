#include "plugins/sdk/print.h"

#include <osaas_std.h>

#include "plugins/sdk/decimal.h"
#include "plugins/sdk/float_bits.h"

/* The digits, a point, the zeros behind it, an exponent. */
struct text {
	char s[DECIMAL_WHOLE + DECIMAL_MAX + 16];
	size_t n;
};

static void put(struct text *t, char c)
{
	t->s[t->n++] = c;
}

static bool is_upper(const struct print_spec *spec)
{
	return isupper((unsigned char)spec->type);
}

static void put_all(struct text *t, const char *digits, int n)
{
	memcpy(t->s + t->n, digits, (size_t)n);
	t->n += (size_t)n;
}

static void put_zeros(struct text *t, int n)
{
	if (n > 0) {
		memset(t->s + t->n, '0', (size_t)n);
		t->n += (size_t)n;
	}
}

/* Digits with the point behind the first point of them. */
static void put_digits(struct text *t, const struct decimal *d, int point, bool alt)
{
	int whole = point > 0 ? point : 0, zeros = point < 0 ? -point : 0;
	if (whole == 0)
		put(t, '0');
	put_all(t, d->digits, whole);
	if (d->n > whole || alt)
		put(t, '.');
	put_zeros(t, zeros);
	put_all(t, d->digits + whole, d->n - whole);
}

static void put_exponent(struct text *t, char letter, int e, int least)
{
	char digits[8];
	int n = 0;
	put(t, letter);
	put(t, e < 0 ? '-' : '+');
	for (unsigned rest = (unsigned)abs(e); rest || n < least; rest /= 10)
		digits[n++] = (char)('0' + rest % 10);
	while (n > 0)
		put(t, digits[--n]);
}

static void put_scientific(struct text *t, const struct decimal *d, char letter, bool alt)
{
	put_digits(t, d, 1, alt);
	put_exponent(t, letter, d->digits[0] == '0' ? 0 : d->point - 1, 2);
}

static void put_shortest(
	struct text *t, struct decimal *d, const struct print_spec *spec, int precision)
{
	int e = d->digits[0] == '0' ? 0 : d->point - 1;
	while (!spec->alt && d->n > 1 && d->digits[d->n - 1] == '0')
		d->n--;
	if (e < -4 || e >= precision) {
		put_scientific(t, d, is_upper(spec) ? 'E' : 'e', spec->alt);
		return;
	}
	/* 1200 of 12 and two zeros that were just taken away */
	while (d->n < e + 1)
		d->digits[d->n++] = '0';
	put_digits(t, d, e + 1, spec->alt);
}

static void put_decimal(struct text *t, const struct print_spec *spec, double v)
{
	struct decimal d;
	int precision = spec->precision < 0 ? 6 : spec->precision;
	precision = precision < DECIMAL_MAX - 1 ? precision : DECIMAL_MAX - 1;
	switch (tolower((unsigned char)spec->type)) {
	case 'f':
		decimal_places(&d, v, precision);
		put_digits(t, &d, d.point, spec->alt);
		break;
	case 'e':
		decimal_significant(&d, v, precision + 1);
		put_scientific(t, &d, spec->type, spec->alt);
		break;
	default:
		precision = precision ? precision : 1;
		decimal_significant(&d, v, precision);
		put_shortest(t, &d, spec, precision);
	}
}

/* 1.fffp+0: the 13 digits of the fraction, or fewer, rounded to even. */
static void put_hex(struct text *t, const struct print_spec *spec, double v)
{
	const char *hex = is_upper(spec) ? "0123456789ABCDEF" : "0123456789abcdef";
	int e = double_exponent(v), digits = spec->precision;
	uint64_t m = double_bits(v) & DOUBLE_FRACTION;
	if (e)
		m |= DOUBLE_ONE;
	e = v == 0 ? 0 : (e ? e : 1) - DOUBLE_BIAS;
	if (digits >= 0 && digits < 13) {
		int drop = 4 * (13 - digits);
		uint64_t half = UINT64_C(1) << (drop - 1), rest = m & (2 * half - 1);
		m = m >> drop;
		m += rest > half || (rest == half && (m & 1));
		m <<= drop;
	}
	put(t, hex[m >> 52]);
	uint64_t fraction = m & DOUBLE_FRACTION;
	if (digits > 0 || (digits < 0 && fraction) || spec->alt)
		put(t, '.');
	for (int i = 0; i < 13 && (digits < 0 ? fraction != 0 : i < digits); i++) {
		put(t, hex[fraction >> 48]);
		fraction = fraction << 4 & DOUBLE_FRACTION;
	}
	put_zeros(t, (digits < DECIMAL_MAX ? digits : DECIMAL_MAX) - 13);
	put_exponent(t, is_upper(spec) ? 'P' : 'p', e, 1);
}

static const char *sign_of(const struct print_spec *spec, double v, bool hex)
{
	static const char *const signs[][4] = {{"", "+", " ", "-"},
		{"0x", "+0x", " 0x", "-0x"}, {"0X", "+0X", " 0X", "-0X"}};
	int which = signbit(v) ? 3 : spec->plus ? 1 : spec->space ? 2 : 0;
	return signs[!hex ? 0 : is_upper(spec) ? 2 : 1][which];
}

void print_float(struct print_out *out, const struct print_spec *spec, double v)
{
	struct text t = {.n = 0};
	bool hex = tolower((unsigned char)spec->type) == 'a';
	if (!isfinite(v)) {
		const char *name = is_upper(spec) ? (isnan(v) ? "NAN" : "INF")
						  : (isnan(v) ? "nan" : "inf");
		print_field(out, spec, sign_of(spec, v, false), 0, name, 3, false);
		return;
	}
	if (hex)
		put_hex(&t, spec, fabs(v));
	else
		put_decimal(&t, spec, fabs(v));
	print_field(out, spec, sign_of(spec, v, hex), 0, t.s, t.n, spec->zero);
}
