/* The decoder: header, limits, numbers, and no stream that breaks it. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "frame.h"

#include "util/opwire.h"

/* In a window that has nothing yet. */
static int decode_raw(const struct stream *s, size_t size, struct gl_op_error *err)
{
	struct frame f;
	frame_open(&f);
	int rc = frame_decode(&f, &f.scene, s->data, size);
	*err = f.err;
	frame_close(&f);
	return rc;
}

static void set_word(struct stream *s, size_t at, uint32_t v)
{
	struct stream part = {.data = s->data, .size = at};
	put_u32(&part, v);
}

/* An empty stream with one word changed, handed over as so many bytes. */
static const struct {
	size_t size, at;
	uint32_t word;
	int rc;
	size_t offset;
	const char *reason;
} headers[] = {
	{16, 8, 16, 0, 0, ""},
	{16, 4, 1 | 7u << 16, 0, 0, ""},
	{16, 4, 1 | 0xffffu << 16, 0, 0, ""},
	{16, 0, 0x706f5350, -EINVAL, 0, "does not start with OSop"},
	{16, 4, 0, -EINVAL, 4, "major version is not 1"},
	{16, 4, 2, -EINVAL, 4, "major version is not 1"},
	{16, 4, 0x101, -EINVAL, 4, "major version is not 1"},
	{16, 8, 20, -EINVAL, 8, "size field is not the stream's size"},
	{16, 8, 12, -EINVAL, 8, "size field is not the stream's size"},
	{20, 8, 16, -EINVAL, 8, "size field is not the stream's size"},
	{18, 8, 18, -EINVAL, 8, "not a multiple of four"},
	{16, 12, 1, -EINVAL, 12, "last word of the header is not zero"},
	{15, 8, 15, -EINVAL, 0, "shorter than the header"},
	{0, 8, 0, -EINVAL, 0, "shorter than the header"},
	{OPWIRE_MAX_STREAM + 4, 8, OPWIRE_MAX_STREAM + 4, -E2BIG, 0, "at most 16777216"},
};

static void test_header(void **state)
{
	struct stream s = {0};
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
		struct gl_op_error err = {0};
		stream_begin(&s);
		stream_end(&s);
		set_word(&s, headers[i].at, headers[i].word);
		int rc = decode_raw(&s, headers[i].size, &err);
		if (rc != headers[i].rc || err.offset != headers[i].offset ||
			!strstr(err.reason, headers[i].reason))
			fail_msg("header %zu: rc %d, offset %zu, \"%s\"", i, rc,
				err.offset, err.reason);
	}
	stream_free(&s);
}

static const float ramp[] = {0, 0.5f, 1};
static const uint32_t colors[65] = {0xff0000ff, 0x00ff00ff, 0x0000ffff};

/* Limits: one below and one at are accepted, one above is not. */

static void n_transforms(struct stream *s, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		put_move(s, 0, 0);
	for (uint32_t i = 0; i < n; i++)
		put_transform_pop(s);
}

static void n_clips(struct stream *s, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		put_ellipse(s, 0, 0, 9, 9);
	for (uint32_t i = 0; i < n; i++)
		put_clip_pop(s);
}

static void n_shapes(struct stream *s, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		put_rect(s, 0, 0, 9, 9);
		put_clip_pop(s);
	}
}

/* Half of them in each of two paths. */
static void n_verbs(struct stream *s, uint32_t n)
{
	const uint32_t parts[2] = {n / 2, n - n / 2};
	for (int k = 0; k < 2; k++) {
		put_op(s, 0x13, 3 * parts[k]);
		for (uint32_t i = 0; i < parts[k]; i++)
			put_u32(s, i ? 2 : 1), put_f32(s, 1), put_f32(s, 1);
		put_clip_pop(s);
	}
}

static void n_paints(struct stream *s, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		put_paint(s);
}

static void n_areas(struct stream *s, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		put_area(s, i);
}

static void n_bytes(struct stream *s, uint32_t n)
{
	size_t at = put_open(s, 0x60);
	put_u32(s, 1);
	while (s->size + 8 <= n * 4)
		put_color(s, 1, 2, 3, 4);
	while (s->size < n * 4)
		put_paint(s);
	put_close(s, at);
}

/* 1e6 times n, as an entry of a product. */
static void n_product(struct stream *s, uint32_t n)
{
	put_mul(s, 1e6f, 0, 0, 0, 1, 0);
	put_mul(s, (float)n, 0, 0, 0, 1, 0);
}

static void n_device(struct stream *s, uint32_t n)
{
	put_mul(s, -1e6f, 0, 0, 0, 1, 0);
	put_rect(s, 0, 0, (float)n, 1);
	put_clip_pop(s);
}

static void n_groups(struct stream *s, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		put_group(s, 1, 0);
	for (uint32_t i = 0; i < n; i++)
		put_group_pop(s);
}

static void n_all_groups(struct stream *s, uint32_t n)
{
	while (n-- > 0) {
		put_group(s, 1, 0);
		put_group_pop(s);
	}
}

static void n_passes(struct stream *s, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		put_op(s, 0x41, 0);
	for (uint32_t i = 0; i < n; i++)
		put_op(s, 0x42, 0);
}

/* In runs of 1000, by the host's font 1. */
static void n_glyphs(struct stream *s, uint32_t n)
{
	while (n > 0) {
		uint32_t run = n < 1000 ? n : 1000;
		put_op(s, 0x33, 3 + 3 * run);
		put_u32(s, 0x80000001), put_f32(s, 9), put_u32(s, 0);
		for (uint32_t i = 0; i < run; i++)
			put_u32(s, i), put_f32(s, 1), put_f32(s, 2);
		n -= run;
	}
}

static void n_stops(struct stream *s, uint32_t n)
{
	static const float at[64];
	for (; n > 0; n -= n < 64 ? n : 64)
		put_linear(s, 0, 0, 1, 1, n < 64 ? n : 64, at, colors);
}

static void n_deferred(struct stream *s, uint32_t n)
{
	put_id(s, 0x60, 1);
	while (n-- > 0)
		put_id(s, 0x62, 1);
}

static void n_notes(struct stream *s, uint32_t n)
{
	while (n-- > 0)
		put_id(s, 0x43, n % 26);
}

static const float no_scroll[4];

static void n_listens(struct stream *s, uint32_t n)
{
	while (n-- > 0)
		put_listen(s, 1, 2, no_scroll);
}

static void n_keys(struct stream *s, uint32_t n)
{
	while (n-- > 0)
		put_keys(s, n, 0, 0, 0, 0);
}

static void n_transfers(struct stream *s, uint32_t n)
{
	while (n-- > 0)
		put_transfer(s, n, 0, "a/b");
}

/* A content has one listen for each tag, however often it names it. */
static void n_placed(struct stream *s, uint32_t n)
{
	size_t at = put_open(s, 0x64);
	put_u32(s, 5), put_u32(s, 9), put_u32(s, 9), put_u32(s, 0);
	for (uint32_t i = 0; i < 500; i++)
		put_listen(s, i % 100, 2, no_scroll);
	put_close(s, at);
	n_listens(s, n - 100);
	for (int i = 0; i < 3; i++)
		put_place(s, 5, 0, 0, 9, 9, 0, 0);
}

static void n_string(struct stream *s, uint32_t n)
{
	put_op(s, 0x50, 1 + (n + 3) / 4);
	put_u32(s, n);
	memset(&s->data[s->size], 'a', n);
	memset(&s->data[s->size + n], 0, 3);
	s->size += (n + 3) / 4 * 4;
}

static void n_strings(struct stream *s, uint32_t n)
{
	for (; n > 0; n -= n < 1024 ? n : 1024)
		n_string(s, n < 1024 ? n : 1024);
}

/* Macro i calls macro i - 1; the call of the outermost is the first of n. */
static void n_depth(struct stream *s, uint32_t n)
{
	put_id(s, 0x60, 0);
	for (uint32_t i = 1; i < n; i++)
		put_caller(s, i, i - 1, 1);
	put_id(s, 0x61, n - 1);
}

/* A thousand records a call, and those of the stream itself. */
static void n_records(struct stream *s, uint32_t n)
{
	size_t at = put_open(s, 0x60);
	put_u32(s, 1);
	for (int i = 0; i < 999; i++)
		put_color(s, 1, 2, 3, 4);
	put_close(s, at);
	for (n--; n >= 1000; n -= 1000)
		put_id(s, 0x61, 1);
	while (n-- > 0)
		put_color(s, 1, 2, 3, 4);
}

static const struct {
	void (*write)(struct stream *s, uint32_t n);
	uint32_t limit;
	const char *reason;
} limits[] = {
	{n_transforms, 64, "transform push: more than 64 pushed"},
	{n_clips, 64, "clip ellipse: more than 64 pushed"},
	{n_shapes, 32768, "clip rect: more than 32768 in a stream"},
	{n_verbs, 262144, "clip path: more than 262144 verbs in a stream"},
	{n_paints, 32768, "paint: more than 32768 paints in a stream"},
	{n_areas, 16384, "area: more than 16384 in a stream"},
	{n_groups, 16, "group push: more than 16 pushed"},
	{n_all_groups, 32768, "group push: more than 32768 paints in a stream"},
	{n_passes, 64, "pass push: more than 64 pushed"},
	{n_glyphs, 131072, "glyphs: more than 131072 glyphs in a stream"},
	{n_stops, 65536, "brush linear: more than 65536 stops in a stream"},
	{n_deferred, 4096, "defer: more than 4096 in a stream"},
	{n_notes, 16384, "cursor: more than 16384 notes in a stream"},
	{n_listens, 16384, "listen: more than 16384 listens in a stream"},
	{n_keys, 1024, "keys: more than 1024 key filters in a stream"},
	{n_transfers, 1024, "transfer: more than 1024 drag filters in a stream"},
	{n_placed, 16384, "place: more than 16384 listens in a stream"},
	{n_string, 65535, "label: a string of 65536 bytes; at most 65535"},
	{n_strings, 1048576, "label: more than 1048576 bytes of strings in a stream"},
	{n_depth, 16, "call: macro 1 at 0: call: deeper than 16"},
	{n_records, 1048576, "brush color: more than 1048576 records carried out"},
	{n_bytes, 4194304, "a stream of 16777220 bytes; at most 16777216"},
	{n_product, 1000, "1.001e+09 is beyond the limit of 1e+09"},
	{n_device, 1000, "-1.001e+09 is beyond the limit of 1e+09"},
};

static void test_limits(void **state)
{
	struct stream s = {0};
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		for (uint32_t n = limits[i].limit - 1; n <= limits[i].limit + 1; n++) {
			struct gl_op_error err = {0};
			stream_begin(&s);
			limits[i].write(&s, n);
			stream_end(&s);
			int rc = decode_raw(&s, s.size, &err);
			bool above = n > limits[i].limit;
			if (rc != (above ? -E2BIG : 0) ||
				(above && !strstr(err.reason, limits[i].reason)))
				fail_msg("limit %zu, %u: rc %d, \"%s\"", i, n, rc,
					err.reason);
		}
	}
	stream_free(&s);
}

/* Each number of each op, one by one. */

static void one_push(struct stream *s)
{
	put_push(s, 1, 0, 0, 0, 1, 0);
}

static void one_mul(struct stream *s)
{
	put_mul(s, 1, 0, 0, 0, 1, 0);
}

static void one_rect(struct stream *s)
{
	put_rect(s, 1, 2, 3, 4);
}

static void one_rrect(struct stream *s)
{
	put_rrect(s, 1, 2, 30, 40, 5);
}

static void one_ellipse(struct stream *s)
{
	put_ellipse(s, 1, 2, 3, 4);
}

static void one_path(struct stream *s)
{
	put_op(s, 0x13, 18);
	put_u32(s, 1), put_f32(s, 1), put_f32(s, 2);
	put_u32(s, 2), put_f32(s, 3), put_f32(s, 4);
	put_u32(s, 3), put_f32(s, 1), put_f32(s, 2), put_f32(s, 3), put_f32(s, 4);
	put_u32(s, 4), put_f32(s, 1), put_f32(s, 2), put_f32(s, 3), put_f32(s, 4);
	put_f32(s, 5), put_f32(s, 6);
}

/* width, style, limit, offset, 2 dashes, a line of 6 words */
static void one_stroke(struct stream *s)
{
	put_dashed(s, 1, 0, 1000000, 2, (const float[]){1, 2});
}

static void one_blur(struct stream *s)
{
	put_blur(s, 0, 0, 20, 20, 3, 2, 0);
}

static void one_linear(struct stream *s)
{
	put_linear(s, 0, 0, 20, 20, 2, ramp, colors);
}

static void one_run(struct stream *s)
{
	put_run(s, 0x80000001, 10, 0);
}

static void one_selection(struct stream *s)
{
	put_op(s, 0x49, 8);
	for (int i = 0; i < 8; i++)
		put_u32(s, 0);
}

static void one_composition(struct stream *s)
{
	put_op(s, 0x4a, 6);
	for (int i = 0; i < 6; i++)
		put_u32(s, 0);
}

static void one_range(struct stream *s)
{
	put_op(s, 0x56, 3);
	for (int i = 0; i < 3; i++)
		put_u32(s, 0);
}

static const struct {
	void (*write)(struct stream *s);
	uint32_t words;    /* bit n: word n of the payload is a number */
	uint32_t positive; /* bit n: and must not be negative */
	uint32_t pop;
} numbers[] = {
	{one_push, 0x3f, 0, 0x03},
	{one_mul, 0x3f, 0, 0},
	{one_rect, 0x0f, 0, 0x1f},
	{one_rrect, 0xff, 0xf0, 0x1f},
	{one_ellipse, 0x0f, 0, 0x1f},
	{one_path, 0x3f7b6, 0, 0x1f},
	{one_stroke, 0x1b69, 0x61, 0x1f},
	{one_blur, 0xff, 0xf0, 0x1f},
	{one_linear, 0x0f, 0, 0},
	{one_run, 0x30, 0, 0},
	{one_selection, 0xf0, 0, 0},
	{one_composition, 0x3c, 0, 0},
	{one_range, 0x07, 0, 0},
};

static const struct {
	float value;
	int rc;
	const char *reason;
} values[] = {
	{NAN, -EINVAL, "not finite"},
	{-NAN, -EINVAL, "not finite"},
	{INFINITY, -EINVAL, "not finite"},
	{-INFINITY, -EINVAL, "not finite"},
	{1000000.0625f, -E2BIG, "beyond the limit of 1e+06"},
	{-1000000.0625f, -E2BIG, "beyond the limit of 1e+06"},
	{3.4e38f, -E2BIG, "beyond the limit of 1e+06"},
	{1000000, 0, ""},
	{-1000000, 0, ""},
	{1e-45f, 0, ""},
	{-0.0f, 0, ""},
};

static void check_number(struct stream *s, size_t op, uint32_t word, size_t v)
{
	struct gl_op_error err = {0};
	stream_begin(s);
	numbers[op].write(s);
	size_t end = s->size;
	s->size = 20 + 4 * word;
	put_f32(s, values[v].value);
	s->size = end;
	if (numbers[op].pop)
		put_op(s, numbers[op].pop, 0);
	stream_end(s);
	int want = values[v].rc, rc = decode_raw(s, s->size, &err);
	const char *reason = values[v].reason;
	if (!want && values[v].value < 0 && numbers[op].positive >> word & 1)
		want = -EINVAL, reason = "is negative";
	if (rc != want || !strstr(err.reason, reason) || (rc && err.offset != 16))
		fail_msg("op %zu, word %u, %g: rc %d, offset %zu, \"%s\"", op, word,
			(double)values[v].value, rc, err.offset, err.reason);
}

static void test_numbers(void **state)
{
	struct stream s = {0};
	for (size_t op = 0; op < sizeof numbers / sizeof *numbers; op++)
		for (uint32_t word = 0; word < 18; word++)
			for (size_t v = 0; v < sizeof values / sizeof *values; v++)
				if (numbers[op].words >> word & 1)
					check_number(&s, op, word, v);
	stream_free(&s);
}

/* Cut anywhere, with a true size field: refused unless what is left is whole and balanced. */
static void test_cut(void **state)
{
	struct stream s = {0};
	struct gl_op_error err;
	stream_begin(&s);
	put_rich(&s);
	stream_end(&s);
	assert_int_equal(decode_raw(&s, s.size, &err), 0);
	for (size_t n = 0; n < s.size; n++)
		assert_int_equal(decode_raw(&s, n, &err), -EINVAL);
	size_t accepted = 0;
	for (size_t n = 16; n < s.size; n++) {
		set_word(&s, 8, (uint32_t)n);
		int rc = decode_raw(&s, n, &err);
		accepted += rc == 0;
		assert_true(rc == 0 || rc == -EINVAL);
		assert_true(rc == 0 || err.offset <= n);
	}
	/* Header; rect fill: brush and paint come inside it, so: header, fill, area. */
	assert_int_equal(accepted, 3);
	stream_free(&s);
}

static int decode_and_cover(struct frame *f, const struct stream *s)
{
	int rc = frame_decode(f, &f->scene, s->data, s->size);
	if (!rc)
		rc = scene_cover(&f->scene, 100, 80, &f->context, &f->err);
	if (rc)
		assert_int_not_equal(f->err.reason[0], 0);
	return rc;
}

static void test_bit_flips(void **state)
{
	struct stream s = {0};
	struct frame f;
	size_t accepted = 0, refused = 0;
	frame_open(&f);
	stream_begin(&s);
	put_everything(&s);
	stream_end(&s);
	if (decode_and_cover(&f, &s))
		fail_msg("byte %u: %s", (unsigned)f.err.offset, f.err.reason);
	for (size_t bit = 0; bit < s.size * 8; bit++) {
		s.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		int rc = decode_and_cover(&f, &s);
		assert_true(rc == 0 || rc == -EINVAL || rc == -E2BIG);
		*(rc ? &refused : &accepted) += 1;
		s.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_true(accepted > 100 && refused > 100);
	frame_close(&f);
	stream_free(&s);
}

/* The example in gl/OPS.md: its bytes do what the page says of them. */

static const char *ops_page;

static void read_example(struct stream *s)
{
	char line[256];
	unsigned at, byte;
	FILE *page = fopen(ops_page, "r");
	assert_non_null(page);
	s->size = 0;
	while (fgets(line, sizeof line, page)) {
		int skip = 0;
		if (line[0] == ' ' || sscanf(line, "%4x  %n", &at, &skip) != 1 ||
			skip != 6)
			continue;
		assert_int_equal(at, s->size);
		for (char *word = strtok(line + skip, " ");
			word && strlen(word) == 2 && sscanf(word, "%2x", &byte) == 1;
			word = strtok(NULL, " "))
			s->data[s->size++] = (uint8_t)byte;
	}
	fclose(page);
}

static double coverage_at(const struct gl_clip *clip, int x, int y)
{
	const struct gl_mask *mask = clip->mask;
	x -= clip->mask_x, y -= clip->mask_y;
	if (!mask || x < 0 || y < 0 || y >= mask->height)
		return 0;
	for (uint32_t i = mask->rows[y]; i < mask->rows[y + 1]; i++) {
		const struct gl_span *span = &mask->spans[i];
		if (x < span->x || x >= span->x + span->len)
			continue;
		return (span->cover == COVER_NONE
				       ? span->value
				       : mask->cover[span->cover +
						     (uint32_t)(x - span->x)]) /
		       65535.0;
	}
	return 0;
}

static void test_example(void **state)
{
	static const double want[8] = {0, .75, 1, 1, .25};
	struct frame f;
	struct gl_hit hit;
	if (!ops_page)
		skip();
	frame_open(&f);
	stream_begin(&f.stream);
	read_example(&f.stream);
	assert_int_equal(f.stream.size, 96);
	assert_int_equal(frame_decode(&f, &f.scene, f.stream.data, f.stream.size), 0);
	assert_int_equal(scene_cover(&f.scene, 8, 4, &f.context, &f.err), 0);
	assert_int_equal(f.scene.n_items, 1);
	assert_int_equal(f.scene.brushes[0].color, 0x800000ff);
	for (int i = 0; i < 32; i++)
		assert_float_equal(coverage_at(&f.scene.clips[0], i % 8, i / 8),
			i / 8 < 2 ? want[i % 8] : 0, 1e-5);
	assert_int_equal(scene_hit(&f.scene, 2, 1, &hit, 1), 1);
	assert_int_equal(hit.tag, 1);
	assert_float_equal(hit.x, 1.75, 0);
	assert_float_equal(hit.y, 1, 0);
	assert_int_equal(scene_hit(&f.scene, 4.25, 1, &hit, 1), 0);
	frame_close(&f);
}

int main(int argc, char **argv)
{
	ops_page = argc > 1 ? argv[1] : NULL;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_bit_flips),
		cmocka_unit_test(test_example),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
