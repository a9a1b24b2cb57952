/*
 * Changes to op streams that leave most of them streams: records are made, copied, moved,
 * taken away and put around others, and numbers become ones of interest. What a record
 * holds, gl/optext's table says. An input is one frame or several, one behind the other.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "gl/optext_private.h"
#include "util/opwire.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(
	uint8_t *data, size_t size, size_t max_size, unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1, const uint8_t *data2,
	size_t size2, uint8_t *out, size_t max_out, unsigned int seed);

#define MAX_RECORDS 512
#define MAX_MADE    1024 /* bytes of a record that is made */

static uint32_t state;

static uint32_t below(uint32_t n)
{
	state = state * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)(state >> 8) * n) >> 24);
}

static uint32_t get_u32(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

static void set_u32(uint8_t *at, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(v >> (8 * i));
}

static uint32_t bits_of(float f)
{
	uint32_t u;
	memcpy(&u, &f, sizeof u);
	return u;
}

/* making records */

struct made {
	uint8_t bytes[MAX_MADE];
	size_t size;
	unsigned depth;
};

static void put(struct made *m, uint32_t v)
{
	if (m->size + 4 > sizeof m->bytes)
		return;
	set_u32(m->bytes + m->size, v);
	m->size += 4;
}

static uint32_t strange_f32(void)
{
	static const float strange[] = {0, -0.0f, 1e-45f, 1e-30f, 1e-6f, 0.5f, 1, 1.5f,
		255, 256, 65535, 65536, 1e5f, 1e6f, -1e6f, 1000001, 1e30f, -3.4e38f};
	uint32_t i = below(22);
	if (i < sizeof strange / sizeof *strange)
		return bits_of(strange[i]);
	return i == 18 ? 0x7f800000u : i == 19 ? 0xff800000u : i == 20 ? 0x7fc00000u : 1;
}

/* Mostly a place in a small window. */
static uint32_t any_f32(void)
{
	uint32_t kind = below(16);
	if (kind == 0)
		return strange_f32();
	if (kind < 6)
		return bits_of((float)below(100));
	return bits_of((float)below(130000) / 1000.0f - 20);
}

static uint32_t any_u32(void)
{
	static const uint32_t strange[] = {0, 1, 63, 64, 65, 255, 256, 16384, 65535,
		65536, 0x7fffffff, 0x80000000, 0xffffffff};
	return below(8) ? below(4) : strange[below(sizeof strange / sizeof *strange)];
}

static uint32_t any_color(void)
{
	uint32_t alpha = below(3) ? below(256) : 255;
	return below(1 << 24) | alpha << 24;
}

static void put_f32s(struct made *m, uint32_t n)
{
	for (; n > 0; n--)
		put(m, any_f32());
}

static void put_verbs(struct made *m)
{
	uint32_t start = below(8) ? 1 : 0;
	for (uint32_t i = 0, n = below(12); i < n; i++) {
		uint32_t v = i < start ? VERB_MOVE : 1 + below(OPTEXT_VERBS - 1);
		put(m, v);
		put_f32s(m, optext_verbs[v].numbers);
	}
}

static void put_stops(struct made *m)
{
	uint32_t n = 1 + below(5);
	put(m, n);
	for (uint32_t i = 0; i < n; i++) {
		put(m, below(8) ? bits_of((float)i / (float)n) : any_f32());
		put(m, any_color());
	}
}

static void put_dashes(struct made *m)
{
	uint32_t n = below(2) ? 0 : below(5);
	put(m, n);
	for (uint32_t i = 0; i < n; i++)
		put(m, below(8) ? bits_of((float)(1 + below(20)) / 2) : any_f32());
}

/* "AzA/" and so on: a MIME type, now and then. */
static void put_string(struct made *m)
{
	uint32_t n = below(9);
	if (below(4) == 0) {
		put(m, 5);
		put(m, 0x2f417a41);
		put(m, 'a' + below(3));
		return;
	}
	put(m, n);
	for (uint32_t i = 0; i < (n + 3) / 4; i++)
		put(m, n - 4 * i >= 4 ? 0x61207a41 : (1u << 8 * (n - 4 * i)) - 1);
}

static void put_glyphs(struct made *m)
{
	for (uint32_t n = below(6); n > 0; n--) {
		put(m, below(8) ? below(200) : any_u32());
		put_f32s(m, 2);
	}
}

/* Width and height stand before: they are made small, and the pixels as many. */
static void put_pixels(struct made *m)
{
	uint32_t w = 1 + below(6), h = 1 + below(6);
	if (m->size < 8)
		return;
	set_u32(m->bytes + m->size - 8, w);
	set_u32(m->bytes + m->size - 4, h);
	for (uint32_t i = 0; i < w * h; i++)
		put(m, below(4) ? 0xff000000u | below(1 << 24) : 0x80404040u);
}

static void make_record(struct made *m);

static void put_records(struct made *m)
{
	m->depth++;
	for (uint32_t n = m->depth < 3 ? below(6) : 0; n > 0; n--)
		make_record(m);
	m->depth--;
}

static void put_field(struct made *m, char kind)
{
	struct optext_names names = optext_names(kind);
	switch (kind) {
	case FIELD_F32:
		put(m, any_f32());
		return;
	case FIELD_U64:
		put(m, below(4));
		put(m, 0);
		return;
	case FIELD_COLOR:
		put(m, any_color());
		return;
	case FIELD_ZERO:
		put(m, 0);
		return;
	case FIELD_LISTEN:
	case FIELD_MODIFIERS:
		put(m, below(16) ? below(1u << optext_bits(kind).n) : any_u32());
		return;
	case FIELD_BOOL:
	case FIELD_INVERTED:
	case FIELD_FOCUSED:
		put(m, below(2));
		return;
	case FIELD_JOIN_CAP:
		put(m, below(3) | below(3) << 8);
		return;
	case FIELD_DASHES:
		put_dashes(m);
		return;
	case FIELD_STOPS:
		put_stops(m);
		return;
	case FIELD_STRING:
	case FIELD_BYTES:
		put_string(m);
		return;
	case FIELD_VERBS:
		put_verbs(m);
		return;
	case FIELD_GLYPHS:
		put_glyphs(m);
		return;
	case FIELD_RECORDS:
		put_records(m);
		return;
	case FIELD_PIXELS:
		put_pixels(m);
		return;
	}
	put(m, names.n ? below(names.n) : any_u32());
}

static uint32_t any_code(void)
{
	static const uint8_t common[] = {OP_PAINT, OP_PAINT, OP_PAINT, OP_BRUSH_COLOR,
		OP_CLIP_RECT, OP_CLIP_PATH, OP_CLIP_STROKE, OP_CLIP_POP,
		OP_TRANSFORM_PUSH, OP_TRANSFORM_MUL, OP_TRANSFORM_POP, OP_CALL,
		OP_GROUP_PUSH, OP_GROUP_POP};
	if (below(2))
		return common[below(sizeof common)];
	for (;;) {
		uint32_t code = below(256);
		if (optext_ops[code].name)
			return code;
	}
}

static void make(struct made *m, uint32_t code)
{
	size_t at = m->size;
	put(m, 0);
	for (const char *f = optext_ops[code].fields; *f; f++)
		put_field(m, *f);
	if (m->size > at)
		set_u32(m->bytes + at, code | (uint32_t)((m->size - at) / 4 - 1) << 8);
}

static void make_record(struct made *m)
{
	make(m, any_code());
}

/* records of an input */

struct records {
	size_t at[MAX_RECORDS], end[MAX_RECORDS];
	size_t n;
};

/* Those of all frames; headers are none, and what is badly framed ends it. */
static void find_records(const uint8_t *data, size_t size, struct records *r)
{
	size_t at = OPWIRE_HEADER_SIZE;
	r->n = 0;
	while (at + 4 <= size && r->n < MAX_RECORDS) {
		uint32_t head = get_u32(data + at);
		if (head == OPWIRE_MAGIC && size - at >= OPWIRE_HEADER_SIZE) {
			at += OPWIRE_HEADER_SIZE;
			continue;
		}
		size_t bytes = 4 + (size_t)(head >> 8) * 4;
		if (bytes > size - at)
			return;
		r->at[r->n] = at;
		r->end[r->n++] = at + bytes;
		at += bytes;
	}
}

static size_t insert(
	uint8_t *data, size_t size, size_t max, size_t at, const void *bytes, size_t n)
{
	if (n > max - size || at > size)
		return size;
	memmove(data + at + n, data + at, size - at);
	memcpy(data + at, bytes, n);
	return size + n;
}

static size_t take_away(uint8_t *data, size_t size, size_t at, size_t end)
{
	memmove(data + at, data + end, size - end);
	return size - (end - at);
}

/* Where a record may begin. */
static size_t any_place(const struct records *r)
{
	size_t i = below((uint32_t)r->n + 1);
	return i < r->n ? r->at[i] : r->n ? r->end[r->n - 1] : OPWIRE_HEADER_SIZE;
}

static size_t add_record(uint8_t *data, size_t size, size_t max, const struct records *r)
{
	struct made m = {.size = 0};
	make_record(&m);
	return insert(data, size, max, any_place(r), m.bytes, m.size);
}

/* A push before some records and its pop behind them. */
static size_t add_around(uint8_t *data, size_t size, size_t max, const struct records *r)
{
	static const uint8_t pairs[][2] = {
		{OP_TRANSFORM_PUSH, OP_TRANSFORM_POP},
		{OP_CLIP_RECT, OP_CLIP_POP},
		{OP_CLIP_RRECT, OP_CLIP_POP},
		{OP_CLIP_ELLIPSE, OP_CLIP_POP},
		{OP_CLIP_PATH, OP_CLIP_POP},
		{OP_CLIP_EVEN_ODD, OP_CLIP_POP},
		{OP_CLIP_STROKE, OP_CLIP_POP},
		{OP_CLIP_BLUR, OP_CLIP_POP},
		{OP_GROUP_PUSH, OP_GROUP_POP},
		{OP_PASS_PUSH, OP_PASS_POP},
	};
	const uint8_t *pair = pairs[below(sizeof pairs / sizeof *pairs)];
	struct made push = {.size = 0}, pop = {.size = 0};
	size_t a = any_place(r), b = any_place(r);
	make(&push, pair[0]);
	make(&pop, pair[1]);
	if (push.size + pop.size > max - size)
		return size;
	size = insert(data, size, max, a > b ? a : b, pop.bytes, pop.size);
	return insert(data, size, max, a > b ? b : a, push.bytes, push.size);
}

static size_t copy_record(uint8_t *data, size_t size, size_t max, const struct records *r)
{
	size_t i = below((uint32_t)r->n), n = r->end[i] - r->at[i];
	uint8_t bytes[4096];
	if (n > sizeof bytes)
		return size;
	memcpy(bytes, data + r->at[i], n);
	return insert(data, size, max, any_place(r), bytes, n);
}

/* Some following each other become the body of a macro, and are called. */
static size_t make_macro(uint8_t *data, size_t size, size_t max, const struct records *r)
{
	size_t i = below((uint32_t)r->n), last = i + below(4);
	last = last < r->n ? last : r->n - 1;
	size_t n = r->end[last] - r->at[i];
	uint32_t id = below(4);
	uint8_t head[8], call[8];
	if (r->at[last] - r->at[i] > n || size + sizeof head + sizeof call > max)
		return size;
	set_u32(head, OP_MACRO | (uint32_t)(n / 4 + 1) << 8);
	set_u32(head + 4, id);
	set_u32(call, (below(3) ? OP_CALL : OP_DEFER) | 1 << 8);
	set_u32(call + 4, id);
	size = insert(data, size, max, r->end[last], call, sizeof call);
	return insert(data, size, max, r->at[i], head, sizeof head);
}

static void change_word(uint8_t *data, const struct records *r)
{
	size_t i = below((uint32_t)r->n), words = (r->end[i] - r->at[i]) / 4;
	if (words < 2)
		return;
	uint8_t *at = data + r->at[i] + 4 * (1 + below((uint32_t)words - 1));
	uint32_t v = get_u32(at);
	switch (below(6)) {
	case 0:
		set_u32(at, any_u32());
		return;
	case 1:
		set_u32(at, strange_f32());
		return;
	case 2:
		set_u32(at, v + below(5) - 2);
		return;
	case 3:
		set_u32(at, v ^ 1u << below(32));
		return;
	}
	set_u32(at, any_f32());
}

static size_t change(uint8_t *data, size_t size, size_t max)
{
	struct records r;
	find_records(data, size, &r);
	uint32_t kind = below(16);
	if (r.n == 0 || kind < 4)
		return add_record(data, size, max, &r);
	if (kind < 6)
		return add_around(data, size, max, &r);
	if (kind == 6)
		return copy_record(data, size, max, &r);
	if (kind == 7)
		return make_macro(data, size, max, &r);
	if (kind < 10) {
		size_t i = below((uint32_t)r.n);
		return take_away(data, size, r.at[i], r.end[i]);
	}
	change_word(data, &r);
	return size;
}

static void set_header(uint8_t *data)
{
	set_u32(data, OPWIRE_MAGIC);
	set_u32(data + 4, OPWIRE_MAJOR | OPWIRE_MINOR << 16);
	set_u32(data + 8, 0); /* the target sets it */
	set_u32(data + 12, 0);
}

size_t LLVMFuzzerCustomMutator(
	uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	state = seed;
	below(2);
	if (max_size < 64 || below(16) == 0)
		return LLVMFuzzerMutate(data, size, max_size);
	if (size < OPWIRE_HEADER_SIZE) {
		set_header(data);
		size = OPWIRE_HEADER_SIZE;
	}
	for (uint32_t times = 1 + below(4); times > 0; times--)
		size = change(data, size, max_size);
	return size;
}

/* Frames one after the other, or the first records of one and the last of another. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1, const uint8_t *data2,
	size_t size2, uint8_t *out, size_t max_out, unsigned int seed)
{
	struct records r1, r2;
	state = seed;
	find_records(data1, size1, &r1);
	find_records(data2, size2, &r2);
	size_t head = size1, tail = 0;
	if (below(3) && size1 >= OPWIRE_HEADER_SIZE && size2 >= OPWIRE_HEADER_SIZE) {
		head = any_place(&r1);
		tail = any_place(&r2);
	}
	head = head < max_out ? head : max_out;
	size_t n = size2 - tail < max_out - head ? size2 - tail : max_out - head;
	memcpy(out, data1, head);
	memcpy(out + head, data2 + tail, n);
	return head + n;
}
