/* opened: a file of encoded.h under decode, as a test reads and seeks it. Of cmocka. */
#ifndef OSAAS_TESTS_UNIT_SESSION_OPENED_H
#define OSAAS_TESTS_UNIT_SESSION_OPENED_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "session/decode.h"
#include "tests/unit/session/encoded.h"

struct opened {
	struct decode *decode;
	struct osaas_decode_info info;
	char tags[OSAAS_DECODE_TAGS];
	size_t tags_size;
	uint64_t asked; /* bytes of the source */
	uint64_t fails; /* a read beyond it does */
	struct encoded file;
};

static inline int64_t opened_read_source(
	void *data, uint64_t offset, void *to, size_t size)
{
	struct opened *o = data;
	assert_true(offset + size <= o->file.size && size > 0);
	if (offset + size > o->fails)
		return -EACCES;
	memcpy(to, o->file.bytes + offset, size);
	o->asked += size;
	return (int64_t)size;
}

static inline int opened_open(struct opened *o, struct encoded file)
{
	uint64_t fails = o->fails ? o->fails : UINT64_MAX;
	*o = (struct opened){.file = file, .fails = fails};
	struct decode_source source = {opened_read_source, o, file.size};
	return decode_open(&source, &o->decode, &o->info, o->tags, &o->tags_size);
}

/* All of it from where it is, in pieces of odd sizes. */
static inline uint64_t opened_read_all(struct opened *o, float *to, uint64_t most)
{
	static const uint32_t sizes[] = {1, 1000, 8192, 63, 4096};
	uint64_t got = 0;
	int64_t n = 1;
	for (size_t i = 0; n > 0; i++) {
		uint32_t size = sizes[i % (sizeof sizes / sizeof *sizes)];
		assert_true(got + size <= most);
		assert_int_equal(decode_position(o->decode), got);
		n = decode_read(o->decode, to + got * o->info.channels, size);
		got += n > 0 ? (uint64_t)n : 0;
	}
	assert_int_equal(n, 0);
	return got;
}

/* So many from where it is, in whatever pieces they come; fewer: what there is. */
static inline uint32_t opened_take(struct opened *o, float *to, uint32_t n)
{
	uint32_t got = 0;
	int64_t r = 1;
	while (got < n && r > 0) {
		r = decode_read(o->decode, to + (size_t)got * o->info.channels, n - got);
		got += r > 0 ? (uint32_t)r : 0;
	}
	return got;
}

static inline float *opened_room(uint64_t frames, uint32_t channels)
{
	float *all = calloc((size_t)frames * channels, sizeof *all);
	assert_non_null(all);
	return all;
}

#endif
