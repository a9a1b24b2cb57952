#include "plugins/plugin.h"

#include <errno.h>
#include <string.h>

#include "plugins/private.h"
#include "plugins/profile.h"
#include "util/utf8.h"

#define STACK_LO   ((size_t)64 << 10)
#define STACK_HI   ((size_t)64 << 20)
#define MEMORY_LO  ((size_t)64 << 10)
#define MEMORY_HI  ((size_t)4096 << 20)
#define HEAP_LO    ((size_t)1 << 20)
#define HEAP_HI    ((size_t)4096 << 20)
#define NUMBER_MAX ((size_t)1 << 40)

/* A piece of the text; never zero terminated. */
struct piece {
	const char *p;
	size_t n;
};

struct parser {
	struct manifest *out;
	struct plugin_error *err;
	unsigned line;
	unsigned seen; /* bit i: keys[i] was there */
};

#define refuse(parser, fmt, ...)                                                         \
	plugin_fail((parser)->err, -EINVAL, "manifest line %u: " fmt, (parser)->line,    \
		__VA_ARGS__)

static struct quoted shown(struct piece s)
{
	return plugin_quote(s.p, s.n);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_word(char c)
{
	return is_lower(c) || is_digit(c) || c == '_' || (c >= 'A' && c <= 'Z');
}

static struct piece trim(struct piece s)
{
	while (s.n && is_blank(s.p[0]))
		s.p++, s.n--;
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

static bool equals(struct piece s, const char *text)
{
	return s.n == strlen(text) && memcmp(s.p, text, s.n) == 0;
}

/* Takes what is before the first c from s; all of it, and false, when there is none. */
static bool split(struct piece *s, char c, struct piece *before)
{
	const char *at = s->n ? memchr(s->p, c, s->n) : NULL;
	*before = *s;
	if (!at) {
		s->p += s->n;
		s->n = 0;
		return false;
	}
	before->n = (size_t)(at - s->p);
	s->p += before->n + 1;
	s->n -= before->n + 1;
	return true;
}

static int keep(
	struct parser *p, const char *what, struct piece s, char *dst, size_t size)
{
	if (s.n == 0)
		return refuse(p, "%s is empty: write something after the '='", what);
	if (s.n >= size)
		return refuse(
			p, "%s is longer than %zu bytes: shorten it", what, size - 1);
	memcpy(dst, s.p, s.n);
	dst[s.n] = '\0';
	return 0;
}

static bool is_label(struct piece s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_lower(s.p[i]) && !is_digit(s.p[i]) && s.p[i] != '-')
			return false;
	}
	return s.n && s.p[0] != '-' && s.p[s.n - 1] != '-';
}

static int read_id(struct parser *p, struct piece value)
{
	struct piece rest = value, label;
	size_t labels = 0;
	bool more = true;
	while (more) {
		more = split(&rest, '.', &label);
		if (!is_label(label))
			return refuse(p,
				"id '%s' is not reverse DNS in a-z, 0-9, '-' and '.': "
				"write something like org.example.clock",
				shown(value).text);
		labels++;
	}
	if (labels < 2)
		return refuse(p,
			"id '%s' has no dot: write something like org.example.clock",
			shown(value).text);
	return keep(p, "id", value, p->out->id, sizeof p->out->id);
}

static int read_name(struct parser *p, struct piece value)
{
	return keep(p, "name", value, p->out->name, sizeof p->out->name);
}

static int read_version(struct parser *p, struct piece value)
{
	return keep(p, "version", value, p->out->version, sizeof p->out->version);
}

static int read_entry(struct parser *p, struct piece value)
{
	for (size_t i = 0; i < value.n; i++) {
		if (!is_word(value.p[i]) || (i == 0 && is_digit(value.p[0])))
			return refuse(
				p, "entry '%s' is no C function name", shown(value).text);
	}
	return keep(p, "entry", value, p->out->entry, sizeof p->out->entry);
}

/* Decimal digits from the front of s; false when there are none or too many. */
static bool take_number(struct piece *s, size_t max, size_t *out)
{
	size_t v = 0, n = 0;
	while (n < s->n && is_digit(s->p[n])) {
		v = v * 10 + (size_t)(s->p[n++] - '0');
		if (v > max)
			return false;
	}
	s->p += n;
	s->n -= n;
	*out = v;
	return n > 0;
}

static int read_abi(struct parser *p, struct piece value)
{
	struct piece minor = value, major;
	size_t a, b;
	bool ok = split(&minor, '.', &major) && take_number(&major, 9999, &a) &&
		  !major.n && take_number(&minor, 9999, &b) && !minor.n;
	if (!ok)
		return refuse(p, "abi '%s' is not MAJOR.MINOR: write %d.%d",
			shown(value).text, OSAAS_ABI_MAJOR, OSAAS_ABI_MINOR);
	p->out->abi_major = (unsigned)a;
	p->out->abi_minor = (unsigned)b;
	return 0;
}

static int read_size(struct parser *p, const char *key, struct piece value, size_t lo,
	size_t hi, size_t *out)
{
	struct piece rest = value;
	size_t v, unit = 1;
	bool ok = take_number(&rest, NUMBER_MAX, &v);
	if (rest.n == 1 && (rest.p[0] == 'K' || rest.p[0] == 'M')) {
		unit = rest.p[0] == 'K' ? (size_t)1 << 10 : (size_t)1 << 20;
		rest.n = 0;
	}
	if (!ok || rest.n)
		return refuse(p,
			"%s '%s' is no size: write a number, or one with K or M behind "
			"it",
			key, shown(value).text);
	if (v > hi / unit || v * unit < lo)
		return refuse(p, "%s '%s' is not between %zuK and %zuM", key,
			shown(value).text, lo >> 10, hi >> 20);
	*out = v * unit;
	return 0;
}

static int read_stack(struct parser *p, struct piece value)
{
	return read_size(p, "stack", value, STACK_LO, STACK_HI, &p->out->stack);
}

static int read_memory(struct parser *p, struct piece value)
{
	return read_size(p, "memory", value, MEMORY_LO, MEMORY_HI, &p->out->memory);
}

static int read_heap(struct parser *p, struct piece value)
{
	return read_size(p, "heap", value, HEAP_LO, HEAP_HI, &p->out->heap);
}

static int read_gc(struct parser *p, struct piece value)
{
	p->out->gc = equals(value, "yes");
	if (!p->out->gc && !equals(value, "no"))
		return refuse(p, "gc '%s' is neither yes nor no", shown(value).text);
	return 0;
}

static int read_hint(struct parser *p, struct piece value)
{
	p->out->hint = class_find(value.p, value.n);
	if (p->out->hint == CLASS_NONE)
		return refuse(p,
			"hint '%s' is none: write compute, stream (memory), chase, disk, "
			"network, gui, audio, timer, process, peers or mixed",
			shown(value).text);
	return 0;
}

static int read_reload(struct parser *p, struct piece value)
{
	p->out->reload = equals(value, "yes");
	if (!p->out->reload && !equals(value, "no"))
		return refuse(p, "reload '%s' is neither yes nor no", shown(value).text);
	return 0;
}

static int read_cap(struct parser *p, struct piece cap, char *dst, size_t size)
{
	for (size_t i = 0; i < cap.n; i++) {
		char c = cap.p[i];
		if (!is_lower(c) && (i == 0 || (!is_digit(c) && c != '.' && c != '-')))
			return refuse(p,
				"capability '%s' has an odd character: "
				"write something like gui.window",
				shown(cap).text);
	}
	return keep(p, "the capability", cap, dst, size);
}

static int check_new(struct parser *p, const struct manifest_want *want)
{
	for (size_t i = 0; i < p->out->n_wants; i++) {
		const struct manifest_want *old = &p->out->wants[i];
		if (strcmp(old->cap, want->cap) == 0 &&
			strcmp(old->scope, want->scope) == 0)
			return refuse(p, "'%s' is wanted twice: keep one", want->cap);
	}
	return 0;
}

/* CAP[:SCOPE] required|optional: reason */
static int read_want(struct parser *p, struct piece value)
{
	if (p->out->n_wants == MANIFEST_MAX_WANTS)
		return refuse(p, "more than %d wants", MANIFEST_MAX_WANTS);
	struct manifest_want *want = &p->out->wants[p->out->n_wants];
	memset(want, 0, sizeof *want);
	struct piece reason = value, what, cap, need;
	split(&reason, ' ', &what);
	bool scoped = split(&what, ':', &cap);
	int r = read_cap(p, cap, want->cap, sizeof want->cap);
	if (r == 0 && scoped)
		r = keep(p, "the scope", what, want->scope, sizeof want->scope);
	if (r < 0)
		return r;
	bool colon = split(&reason, ':', &need);
	need = trim(need);
	want->required = equals(need, "required");
	if (!colon || (!want->required && !equals(need, "optional")))
		return refuse(p,
			"want '%s' does not go on with 'required: reason' or "
			"'optional: reason'",
			want->cap);
	r = keep(p, "the reason", trim(reason), want->reason, sizeof want->reason);
	if (r == 0)
		r = check_new(p, want);
	if (r == 0)
		p->out->n_wants++;
	return r;
}

static const struct key {
	const char *name;
	bool required, repeats;
	int (*read)(struct parser *p, struct piece value);
} keys[] = {
	{"id", true, false, read_id},
	{"name", true, false, read_name},
	{"version", true, false, read_version},
	{"abi", true, false, read_abi},
	{"entry", true, false, read_entry},
	{"stack", false, false, read_stack},
	{"memory", false, false, read_memory},
	{"heap", false, false, read_heap},
	{"gc", false, false, read_gc},
	{"hint", false, false, read_hint},
	{"reload", false, false, read_reload},
	{"want", false, true, read_want},
};
#define N_KEYS (sizeof keys / sizeof *keys)

static int read_line(struct parser *p, struct piece line)
{
	line = trim(line);
	if (line.n == 0 || line.p[0] == '#')
		return 0;
	struct piece value = line, name;
	if (!split(&value, '=', &name))
		return refuse(p, "'%s' is not 'key = value'", shown(line).text);
	name = trim(name);
	for (size_t i = 0; i < N_KEYS; i++) {
		if (!equals(name, keys[i].name))
			continue;
		if (!keys[i].repeats && p->seen & 1u << i)
			return refuse(p, "a second '%s': keep one", keys[i].name);
		p->seen |= 1u << i;
		return keys[i].read(p, trim(value));
	}
	return refuse(p,
		"unknown key '%s'; there are id, name, version, abi, entry, stack, "
		"memory, heap, gc, hint, reload, want",
		shown(name).text);
}

/*
 * One character of UTF-8: its length, 0 when it is none, or one that the user
 * must not be shown: controls, and those that turn the direction of writing.
 */
static size_t read_char(const unsigned char *s, size_t left)
{
	uint32_t c;
	size_t n = utf8_read(s, left, &c);
	bool control = (c < ' ' && c != '\t') || (c >= 0x7f && c < 0xa0);
	bool turns = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
	return control || turns ? 0 : n;
}

static int check_text(struct parser *p, struct piece line)
{
	for (size_t i = 0; i < line.n;) {
		size_t n = read_char((const unsigned char *)line.p + i, line.n - i);
		if (n == 0)
			return refuse(p,
				"byte 0x%02x in column %zu is no text: write plain UTF-8",
				(unsigned char)line.p[i], i + 1);
		i += n;
	}
	return 0;
}

static int check_complete(const struct parser *p)
{
	for (size_t i = 0; i < N_KEYS; i++) {
		if (keys[i].required && !(p->seen & 1u << i))
			return plugin_fail(p->err, -EINVAL,
				"manifest: no '%s': add a line '%s = ...'", keys[i].name,
				keys[i].name);
	}
	return 0;
}

/* What follows the zero byte of a C string may only be padding. */
static int cut_at_zero(struct piece *text, struct plugin_error *err)
{
	const char *zero = text->n ? memchr(text->p, '\0', text->n) : NULL;
	if (!zero)
		return 0;
	for (const char *p = zero; p < text->p + text->n; p++) {
		if (*p)
			return plugin_fail(err, -EINVAL,
				"manifest: there is more behind its zero byte: "
				"use OSAAS_MANIFEST once");
	}
	text->n = (size_t)(zero - text->p);
	return 0;
}

int manifest_parse(
	const char *text, size_t size, struct manifest *out, struct plugin_error *err)
{
	if (size > MANIFEST_MAX_SIZE)
		return plugin_fail(err, -EINVAL,
			"manifest: longer than %d bytes: shorten it", MANIFEST_MAX_SIZE);
	memset(out, 0, sizeof *out);
	out->hint = CLASS_NONE;
	struct parser p = {.out = out, .err = err};
	struct piece rest = {text, size}, line;
	int r = cut_at_zero(&rest, err);
	while (r == 0 && rest.n) {
		p.line++;
		split(&rest, '\n', &line);
		r = check_text(&p, line);
		if (r == 0)
			r = read_line(&p, line);
	}
	return r < 0 ? r : check_complete(&p);
}
