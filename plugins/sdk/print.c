#include <osaas.h>
#include <osaas_std.h>

#include "plugins/sdk/print.h"

#define WIDTH_MAX 4096

static void put(struct print_out *out, char c)
{
	if (out->n + 1 < out->size)
		out->to[out->n] = c;
	out->n++;
}

static void pad(struct print_out *out, char c, int n)
{
	while (n-- > 0)
		put(out, c);
}

static void put_all(struct print_out *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put(out, s[i]);
}

void print_field(struct print_out *out, const struct print_spec *spec, const char *prefix,
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
	struct print_out *out, const struct print_spec *spec, uint64_t v, bool negative)
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
	print_field(out, spec, prefix, zeros > 0 ? zeros : 0, body + sizeof body - n, n,
		zero_fill);
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

static void read_flags(const char **f, struct print_spec *spec)
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

static struct print_spec read_spec(const char **f, va_list *args)
{
	struct print_spec spec = {.precision = -1};
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

static void put_signed(
	struct print_out *out, const struct print_spec *spec, va_list *args)
{
	int64_t v =
		spec->length == sizeof(long) ? va_arg(*args, long) : va_arg(*args, int);
	if (spec->length == sizeof(short))
		v = (short)v;
	if (spec->length == sizeof(char))
		v = (signed char)v;
	put_integer(out, spec, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, v < 0);
}

static void put_unsigned(
	struct print_out *out, const struct print_spec *spec, va_list *args)
{
	uint64_t v = spec->length == sizeof(long) ? va_arg(*args, unsigned long)
						  : va_arg(*args, unsigned);
	if (spec->length == sizeof(short))
		v = (unsigned short)v;
	if (spec->length == sizeof(char))
		v = (unsigned char)v;
	put_integer(out, spec, v, false);
}

static void put_string(
	struct print_out *out, const struct print_spec *spec, const char *s)
{
	if (!s)
		s = "(null)";
	size_t n = spec->precision < 0 ? strlen(s) : strnlen(s, (size_t)spec->precision);
	print_field(out, spec, "", 0, s, n, false);
}

static bool put_one(struct print_out *out, struct print_spec *spec, va_list *args)
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
		*spec = (struct print_spec){.left = spec->left,
			.width = spec->width,
			.precision = -1,
			.alt = true,
			.type = 'x'};
		put_integer(out, spec, (uintptr_t)va_arg(*args, void *), false);
		return true;
	case 'c':
		c = (char)va_arg(*args, int);
		print_field(out, spec, "", 0, &c, 1, false);
		return true;
	case 's':
		put_string(out, spec, va_arg(*args, const char *));
		return true;
	case 'f':
	case 'F':
	case 'e':
	case 'E':
	case 'g':
	case 'G':
	case 'a':
	case 'A':
		print_float(out, spec, va_arg(*args, double));
		return true;
	case '%':
		put(out, '%');
		return true;
	}
	return false;
}

int vsnprintf(char *to, size_t size, const char *format, va_list args)
{
	struct print_out out = {.to = to, .size = size};
	va_list ap;
	va_copy(ap, args);
	bool ok = true;
	for (const char *f = format; ok && *f;) {
		if (*f != '%') {
			put(&out, *f++);
			continue;
		}
		f++;
		struct print_spec spec = read_spec(&f, &ap);
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
