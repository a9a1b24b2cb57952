#include <osaas_std.h>

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#define FLOAT_CHARS 400 /* of one that has a width */

/* One conversion: %*12hhd */
struct spec {
	bool keep;
	int width;  /* 0: none given */
	int length; /* bytes of the integer; of a float 4, 8 with l */
	bool is_long;
	char type;
	const char *set; /* of %[: what is between the brackets */
	size_t set_len;
};

struct scan {
	const char *s, *start;
	va_list args;
	int stored;
};

static int read_length(const char **f, bool *is_long)
{
	char c = **f;
	if (!c || !strchr("hlzjt", c))
		return sizeof(int);
	++*f;
	*is_long = c == 'l';
	if (c != 'h' || **f != 'h') {
		*f += c == 'l' && **f == 'l';
		return c == 'h' ? (int)sizeof(short) : (int)sizeof(long);
	}
	++*f;
	return sizeof(char);
}

/* "]" may be in a set, as its first. */
static void read_set(const char **f, struct spec *spec)
{
	const char *p = spec->set = *f;
	p += *p == '^';
	p += *p == ']';
	while (*p && *p != ']')
		p++;
	spec->set_len = (size_t)(p - spec->set);
	*f = *p ? p + 1 : p;
}

static struct spec read_spec(const char **f)
{
	struct spec spec = {.keep = **f != '*'};
	*f += !spec.keep;
	while (isdigit((unsigned char)**f) && spec.width < INT_MAX / 10 - 1)
		spec.width = spec.width * 10 + (*(*f)++ - '0');
	spec.length = read_length(f, &spec.is_long);
	spec.type = **f;
	*f += spec.type != '\0';
	if (spec.type == '[')
		read_set(f, &spec);
	return spec;
}

static bool in_set(const struct spec *spec, char c)
{
	const char *p = spec->set, *end = p + spec->set_len;
	bool invert = p < end && *p == '^', found = false;
	for (p += invert; p < end && !found; p++) {
		if (p + 2 < end && p[1] == '-') {
			found = c >= p[0] && c <= p[2];
			p += 2;
		} else {
			found = c == *p;
		}
	}
	return found != invert;
}

static void skip_space(struct scan *scan)
{
	while (isspace((unsigned char)*scan->s))
		scan->s++;
}

static void store_integer(struct scan *scan, const struct spec *spec, uint64_t v)
{
	void *to = va_arg(scan->args, void *);
	memcpy(to, &v, (size_t)spec->length); /* little endian */
}

/* A number that is cut off by a width is copied, so that it ends there. */
static bool scan_number(struct scan *scan, const struct spec *spec)
{
	char copy[FLOAT_CHARS], *end;
	const char *from = scan->s;
	int base = spec->type == 'i' ? 0 : spec->type == 'o' ? 8 : 10;
	if (spec->width && spec->width < FLOAT_CHARS) {
		strlcpy(copy, from, (size_t)spec->width + 1);
		from = copy;
	}
	bool real = strchr("aefgAEFG", spec->type) != NULL;
	bool is_signed = spec->type == 'd' || spec->type == 'i';
	if (strchr("xXp", spec->type))
		base = 16;
	uint64_t v = 0;
	double r = 0;
	if (real)
		r = strtod(from, &end);
	else if (is_signed)
		v = (uint64_t)strtoll(from, &end, base);
	else
		v = strtoull(from, &end, base);
	if (end == from)
		return false;
	float single = real && !spec->is_long ? strtof(from, NULL) : 0;
	scan->s += end - from;
	if (!spec->keep)
		return true;
	if (!real)
		store_integer(scan, spec, v);
	else if (spec->is_long)
		*va_arg(scan->args, double *) = r;
	else
		*va_arg(scan->args, float *) = single;
	scan->stored++;
	return true;
}

static bool is_wanted(const struct spec *spec, char c)
{
	if (spec->type == 'c')
		return true;
	return spec->type == 's' ? !isspace((unsigned char)c) : in_set(spec, c);
}

static bool scan_text(struct scan *scan, const struct spec *spec)
{
	size_t n = 0, max = spec->width         ? (size_t)spec->width
			    : spec->type == 'c' ? 1
						: SIZE_MAX;
	while (n < max && scan->s[n] && is_wanted(spec, scan->s[n]))
		n++;
	if (n == 0 || (spec->type == 'c' && n < max))
		return false;
	if (spec->keep) {
		char *to = va_arg(scan->args, char *);
		memcpy(to, scan->s, n);
		if (spec->type != 'c')
			to[n] = '\0';
		scan->stored++;
	}
	scan->s += n;
	return true;
}

static bool scan_one(struct scan *scan, struct spec *spec)
{
	switch (spec->type) {
	case 'n':
		if (spec->keep)
			store_integer(scan, spec, (uint64_t)(scan->s - scan->start));
		return true;
	case '%':
		skip_space(scan);
		return *scan->s == '%' && scan->s++;
	case 'p':
		spec->length = sizeof(void *);
		return scan_number(scan, spec);
	case 's':
		skip_space(scan);
		return scan_text(scan, spec);
	case 'c':
	case '[':
		return scan_text(scan, spec);
	case '\0':
		return false;
	default:
		skip_space(scan);
		return strchr("diuxXoaefgAEFG", spec->type) && scan_number(scan, spec);
	}
}

/* Whether the text is at its end where a conversion wants something. */
static bool ran_out(const struct scan *scan, char type)
{
	const char *s = scan->s;
	while (type != 'c' && type != '[' && isspace((unsigned char)*s))
		s++;
	return *s == '\0' && type != 'n';
}

int vsscanf(const char *text, const char *format, va_list args)
{
	struct scan scan = {.s = text, .start = text};
	bool ok = true, ended = false;
	va_copy(scan.args, args);
	for (const char *f = format; ok && *f;) {
		if (isspace((unsigned char)*f)) {
			skip_space(&scan);
			f++;
		} else if (*f != '%') {
			ended = *scan.s == '\0';
			ok = *scan.s == *f++;
			scan.s += ok;
		} else {
			f++;
			struct spec spec = read_spec(&f);
			ended = ran_out(&scan, spec.type);
			ok = scan_one(&scan, &spec);
		}
	}
	va_end(scan.args);
	return !ok && ended && scan.stored == 0 ? -1 : scan.stored;
}

int sscanf(const char *text, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int n = vsscanf(text, format, args);
	va_end(args);
	return n;
}
