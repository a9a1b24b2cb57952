/*
 * bytes: a bounded little-endian reader for untrusted input.
 *
 * Failure is sticky: after the first read past the end every read gives 0 and
 * bytes_ok is false, so a record can be read field by field and checked once.
 * Never reads outside [data, data + size), needs no alignment.
 */
#ifndef OSAAS_UTIL_BYTES_H
#define OSAAS_UTIL_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
	const uint8_t *data; /* borrowed */
	size_t size;
	size_t pos;
	bool failed;
};

static inline struct bytes bytes_of(const void *data, size_t size)
{
	return (struct bytes){.data = data, .size = size};
}

static inline bool bytes_ok(const struct bytes *b)
{
	return !b->failed;
}

static inline size_t bytes_left(const struct bytes *b)
{
	return b->failed ? 0 : b->size - b->pos;
}

/* bytes_take gives the next n bytes, NULL (and sticky failure) when there are fewer. */
static inline const uint8_t *bytes_take(struct bytes *b, size_t n)
{
	if (b->failed || n > b->size - b->pos) {
		b->failed = true;
		return NULL;
	}
	const uint8_t *p = b->data + b->pos;
	b->pos += n;
	return p;
}

static inline uint64_t bytes_le(struct bytes *b, size_t n)
{
	const uint8_t *p = bytes_take(b, n);
	uint64_t v = 0;
	for (size_t i = 0; p && i < n; i++)
		v |= (uint64_t)p[i] << (8 * i);
	return v;
}

static inline uint8_t bytes_u8(struct bytes *b)
{
	return (uint8_t)bytes_le(b, 1);
}

static inline uint16_t bytes_u16(struct bytes *b)
{
	return (uint16_t)bytes_le(b, 2);
}

static inline uint32_t bytes_u32(struct bytes *b)
{
	return (uint32_t)bytes_le(b, 4);
}

static inline uint64_t bytes_u64(struct bytes *b)
{
	return bytes_le(b, 8);
}

static inline float bytes_f32(struct bytes *b)
{
	uint32_t u = bytes_u32(b);
	float f;
	memcpy(&f, &u, sizeof f);
	return f;
}

/* Of memory that bytes_take gave; compilers make one load of it. */
static inline uint32_t bytes_at_u32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

static inline float bytes_at_f32(const uint8_t *p)
{
	uint32_t word = bytes_at_u32(p);
	float v;
	memcpy(&v, &word, sizeof v);
	return v;
}

#endif
