#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "gl/optext.h"
#include "gl/optext_private.h"
#include "util/bytes.h"
#include "util/opwire.h"
#include "util/utf8.h"

#define PLAIN_NAN      0x7fc00000u
#define PIXELS_A_LINE  8u
#define BYTES_A_LINE   32u
#define BYTES_A_COLUMN 4u

/*
 * A record is gone through twice by the same functions: first without out, to see
 * whether words can say it all, then to write it.
 */
struct dump {
	FILE *out; /* NULL: only look */
	unsigned depth;
	struct bytes in;  /* the payload; what is left */
	uint32_t last[2]; /* u32 read last, and the one before */
};

__attribute__((format(printf, 2, 3))) static void say(
	struct dump *d, const char *fmt, ...)
{
	va_list ap;
	if (!d->out)
		return;
	va_start(ap, fmt);
	vfprintf(d->out, fmt, ap);
	va_end(ap);
}

static void indent(struct dump *d)
{
	say(d, "%*s", (int)d->depth * 2, "");
}

/*
 * The shortest decimal that reads back as the same float. Six digits of a normal one are
 * always told apart, so that none shorter is missed by starting there.
 */
static void say_f32(struct dump *d, uint32_t bits)
{
	float f, back = 0;
	char text[32] = "";
	memcpy(&f, &bits, sizeof f);
	if (!d->out)
		return;
	if (isnan(f) && bits != PLAIN_NAN) {
		say(d, " nan:%08" PRIx32, bits);
		return;
	}
	bool normal = fpclassify(f) == FP_NORMAL;
	for (int digits = normal ? 6 : 1; digits <= 9 && (back != f || !text[0]);
		digits++) {
		snprintf(text, sizeof text, "%.*g", digits, (double)f);
		back = strtof(text, NULL);
	}
	say(d, " %s", isnan(f) ? "nan" : text);
}

static bool f32s(struct dump *d, size_t n)
{
	for (; n > 0; n--)
		say_f32(d, bytes_u32(&d->in));
	return bytes_ok(&d->in);
}

static bool u32(struct dump *d)
{
	d->last[1] = d->last[0];
	d->last[0] = bytes_u32(&d->in);
	say(d, " %" PRIu32, d->last[0]);
	return bytes_ok(&d->in);
}

static bool u64(struct dump *d)
{
	say(d, " %" PRIu64, bytes_u64(&d->in));
	return bytes_ok(&d->in);
}

static bool color(struct dump *d)
{
	const uint8_t *c = bytes_take(&d->in, 4);
	if (c)
		say(d, " #%02x%02x%02x%02x", c[0], c[1], c[2], c[3]);
	return c;
}

static bool zero(struct dump *d)
{
	return bytes_u32(&d->in) == 0 && bytes_ok(&d->in);
}

static bool flag(struct dump *d)
{
	uint32_t v = bytes_u32(&d->in);
	say(d, " %" PRIu32, v);
	return bytes_ok(&d->in) && v <= 1;
}

static bool name(struct dump *d, struct optext_names names, uint32_t v)
{
	if (!bytes_ok(&d->in) || v >= names.n)
		return false;
	say(d, " %s", names.names[v]);
	return true;
}

static bool join_cap(struct dump *d)
{
	uint32_t v = bytes_u32(&d->in);
	return name(d, optext_joins(), v & 0xff) && name(d, optext_caps(), v >> 8);
}

static bool one_flag(struct dump *d, const struct optext_flag *f)
{
	uint32_t v = bytes_u32(&d->in);
	if (v == f->value)
		say(d, " %s", f->name);
	return bytes_ok(&d->in) && (v == 0 || v == f->value);
}

static bool bits(struct dump *d, struct optext_names names)
{
	uint32_t v = bytes_u32(&d->in);
	const char *before = " ";
	for (uint32_t i = 0; i < names.n; i++) {
		if (!(v >> i & 1))
			continue;
		say(d, "%s%s", before, names.names[i]);
		before = ",";
	}
	if (v == 0)
		say(d, " none");
	return bytes_ok(&d->in) && v >> names.n == 0;
}

static bool dashes(struct dump *d)
{
	uint32_t n = bytes_u32(&d->in);
	return n <= bytes_left(&d->in) / 4 && f32s(d, n);
}

static bool stops(struct dump *d)
{
	uint32_t n = bytes_u32(&d->in);
	bool good = bytes_ok(&d->in) && n == bytes_left(&d->in) / 8;
	for (uint32_t i = 0; i < n && good; i++)
		good = f32s(d, 1) && color(d);
	return good;
}

static void say_character(struct dump *d, const uint8_t *s, size_t n)
{
	if (n == 1 && (*s == '"' || *s == '\\'))
		say(d, "\\%c", *s);
	else if (n == 1 && *s == '\n')
		say(d, "\\n");
	else if (n == 0 || *s < ' ' || *s == 0x7f)
		say(d, "\\x%02x", *s);
	else
		say(d, "%.*s", (int)n, (const char *)s);
}

static bool padding(struct dump *d, size_t n)
{
	const uint8_t *pad = bytes_take(&d->in, (4 - n % 4) % 4);
	for (size_t i = 0; pad && i < (4 - n % 4) % 4; i++)
		if (pad[i] != 0)
			return false;
	return pad;
}

static bool string(struct dump *d)
{
	uint32_t n = bytes_u32(&d->in), c;
	const uint8_t *s = bytes_take(&d->in, n);
	if (!s || !padding(d, n))
		return false;
	say(d, " \"");
	for (size_t i = 0, len; d->out && i < n; i += len ? len : 1) {
		len = utf8_read(s + i, n - i, &c);
		say_character(d, s + i, len);
	}
	say(d, "\"");
	return true;
}

static void open_block(struct dump *d)
{
	say(d, " {\n");
	d->depth++;
}

static bool close_block(struct dump *d)
{
	d->depth--;
	indent(d);
	say(d, "}");
	return bytes_ok(&d->in);
}

static bool verbs(struct dump *d)
{
	open_block(d);
	while (bytes_left(&d->in) > 0) {
		uint32_t v = bytes_u32(&d->in);
		if (v >= OPTEXT_VERBS || !optext_verbs[v].name)
			return false;
		indent(d);
		say(d, "%s", optext_verbs[v].name);
		f32s(d, optext_verbs[v].numbers);
		say(d, "\n");
	}
	return close_block(d);
}

static bool glyphs(struct dump *d)
{
	open_block(d);
	while (bytes_left(&d->in) > 0) {
		indent(d);
		say(d, "%" PRIu32, bytes_u32(&d->in));
		f32s(d, 2);
		say(d, "\n");
	}
	return close_block(d);
}

static bool pixels(struct dump *d)
{
	uint64_t n = (uint64_t)d->last[0] * d->last[1], width = d->last[1];
	if (n != bytes_left(&d->in) / 4)
		return false;
	open_block(d);
	for (uint64_t i = 0; d->out && i < n; i++) {
		uint64_t column = i % width % PIXELS_A_LINE;
		const uint8_t *p = bytes_take(&d->in, 4);
		if (column == 0)
			indent(d);
		say(d, "%02x%02x%02x%02x%c", p[0], p[1], p[2], p[3],
			(i + 1) % width % PIXELS_A_LINE && (i + 1) % width ? ' ' : '\n');
	}
	if (!d->out)
		bytes_take(&d->in, (size_t)n * 4);
	return close_block(d);
}

static bool file_bytes(struct dump *d)
{
	uint32_t n = bytes_u32(&d->in);
	const uint8_t *s = bytes_take(&d->in, n);
	if (!s || !padding(d, n))
		return false;
	open_block(d);
	for (size_t i = 0; d->out && i < n; i++) {
		bool last = i + 1 == n || (i + 1) % BYTES_A_LINE == 0;
		if (i % BYTES_A_LINE == 0)
			indent(d);
		say(d, "%02x%s", s[i],
			last                            ? "\n"
			: (i + 1) % BYTES_A_COLUMN == 0 ? " "
							: "");
	}
	return close_block(d);
}

/* Where the record that is badly framed begins; size: none is. */
static size_t find_bad_record(const uint8_t *data, size_t size)
{
	struct bytes in = bytes_of(data, size);
	while (bytes_left(&in) > 0) {
		size_t at = in.pos;
		uint32_t head = bytes_u32(&in);
		bytes_take(&in, (size_t)(head >> 8) * 4);
		if (!bytes_ok(&in))
			return at;
	}
	return size;
}

static void dump_records(struct dump *d, struct bytes *in);

static bool records(struct dump *d)
{
	size_t size = bytes_left(&d->in);
	const uint8_t *data = bytes_take(&d->in, size);
	if (!bytes_ok(&d->in) || d->depth == OPTEXT_MAX_DEPTH ||
		find_bad_record(data, size) != size)
		return false;
	struct bytes rest = d->in, body = bytes_of(data, size);
	open_block(d);
	if (d->out)
		dump_records(d, &body);
	d->in = rest;
	return close_block(d);
}

static bool field(struct dump *d, char kind)
{
	switch (kind) {
	case FIELD_F32:
		return f32s(d, 1);
	case FIELD_U32:
		return u32(d);
	case FIELD_U64:
		return u64(d);
	case FIELD_COLOR:
		return color(d);
	case FIELD_ZERO:
		return zero(d);
	case FIELD_BOOL:
		return flag(d);
	case FIELD_JOIN_CAP:
		return join_cap(d);
	case FIELD_INVERTED:
	case FIELD_FOCUSED:
		return one_flag(d, optext_flag(kind));
	case FIELD_LISTEN:
	case FIELD_MODIFIERS:
		return bits(d, optext_bits(kind));
	case FIELD_DASHES:
		return dashes(d);
	case FIELD_STOPS:
		return stops(d);
	case FIELD_STRING:
		return string(d);
	case FIELD_VERBS:
		return verbs(d);
	case FIELD_GLYPHS:
		return glyphs(d);
	case FIELD_RECORDS:
		return records(d);
	case FIELD_PIXELS:
		return pixels(d);
	case FIELD_BYTES:
		return file_bytes(d);
	}
	return name(d, optext_names(kind), bytes_u32(&d->in));
}

/* False: words cannot say this payload. */
static bool dump_words(struct dump *d, const struct optext_op *op)
{
	bool good = op->name;
	say(d, "%s", op->name);
	for (const char *f = op->fields; good && *f; f++)
		good = field(d, *f);
	return good && bytes_ok(&d->in) && bytes_left(&d->in) == 0;
}

static void dump_raw(struct dump *d, uint32_t code)
{
	say(d, "raw 0x%02" PRIx32, code);
	while (bytes_left(&d->in) > 0)
		say(d, " %08" PRIx32, bytes_u32(&d->in));
}

static void dump_record(struct dump *d, uint32_t code, struct bytes payload)
{
	const struct optext_op *op = &optext_ops[code];
	struct dump look = {.depth = d->depth, .in = payload};
	d->in = payload;
	indent(d);
	if (op->name && dump_words(&look, op))
		dump_words(d, op);
	else
		dump_raw(d, code);
	say(d, "\n");
}

static void dump_records(struct dump *d, struct bytes *in)
{
	while (bytes_left(in) > 0) {
		uint32_t head = bytes_u32(in);
		size_t size = (size_t)(head >> 8) * 4;
		dump_record(d, head & 0xff, bytes_of(bytes_take(in, size), size));
	}
}

static int refuse(struct gl_op_error *err, int rc, size_t offset, const char *reason)
{
	*err = (struct gl_op_error){.offset = offset};
	snprintf(err->reason, sizeof err->reason, "%s", reason);
	return rc;
}

int optext_check(const void *stream, size_t size, struct gl_op_error *err)
{
	const uint8_t *data = stream;
	struct bytes in = bytes_of(data, size);
	if (size > OPWIRE_MAX_STREAM)
		return refuse(err, -E2BIG, 0, "longer than a stream may be");
	if (size < OPWIRE_HEADER_SIZE)
		return refuse(err, -EINVAL, 0, "shorter than the header of 16 bytes");
	if (bytes_u32(&in) != OPWIRE_MAGIC)
		return refuse(err, -EINVAL, 0, "does not start with OSop");
	if (bytes_u16(&in) != OPWIRE_MAJOR)
		return refuse(err, -EINVAL, 4, "the major version is not 1");
	bytes_u16(&in);
	if (bytes_u32(&in) != size)
		return refuse(err, -EINVAL, 8, "the size field is not the stream's size");
	if (bytes_u32(&in) != 0)
		return refuse(
			err, -EINVAL, 12, "the last word of the header is not zero");
	size_t body = size - OPWIRE_HEADER_SIZE;
	size_t bad = find_bad_record(data + OPWIRE_HEADER_SIZE, body);
	if (bad != body)
		return refuse(
			err, -EINVAL, OPWIRE_HEADER_SIZE + bad, "the record is cut off");
	return 0;
}

int optext_dump(const void *stream, size_t size, FILE *out, struct gl_op_error *err)
{
	int rc = optext_check(stream, size, err);
	if (rc)
		return rc;
	struct bytes in = bytes_of(stream, size);
	struct dump d = {.out = out};
	bytes_u32(&in);
	unsigned major = bytes_u16(&in), minor = bytes_u16(&in);
	bytes_take(&in, 8);
	say(&d, "%s %u.%u\n", OPTEXT_FIRST_LINE, major, minor);
	dump_records(&d, &in);
	return 0;
}
