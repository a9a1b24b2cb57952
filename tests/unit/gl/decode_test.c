/* The decoder: every refusal with its offset, and no stream that breaks it. */
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

struct refusal {
	const char *name;
	void (*write)(struct stream *s);
	int rc;
	size_t offset;
	const char *reason; /* part of it */
};

static void unknown_op(struct stream *s)
{
	put_paint(s);
	put_op(s, 0x7f, 0);
}

static void opcode_zero(struct stream *s)
{
	put_u32(s, 0);
}

static void long_pop(struct stream *s)
{
	put_rect(s, 0, 0, 1, 1);
	put_op(s, 0x1f, 1);
	put_u32(s, 0);
}

static void short_rect(struct stream *s)
{
	put_op(s, 0x10, 3);
	put_u32(s, 0), put_u32(s, 0), put_u32(s, 0);
}

static void cut_color(struct stream *s)
{
	put_op(s, 0x20, 1);
}

static void huge_path(struct stream *s)
{
	put_op(s, 0x13, 0xffffff);
}

static void big_product(struct stream *s)
{
	put_mul(s, 40000, 0, 0, 0, 40000, 0);
	put_mul(s, 40000, 0, 0, 0, 40000, 0);
}

static void far_corner(struct stream *s)
{
	put_mul(s, 1000000, 0, 0, 0, 1, 0);
	put_rect(s, 0, 0, 1001, 1);
}

static void far_point(struct stream *s)
{
	const float xy[] = {0, 0, 5, 0, 5, 1001};
	put_mul(s, 1, 0, 0, 0, 1000000, 0);
	put_polygon(s, xy, 3);
}

static void pop_transform(struct stream *s)
{
	put_transform_pop(s);
}

static void pop_clip(struct stream *s)
{
	put_rect(s, 0, 0, 1, 1);
	put_clip_pop(s);
	put_clip_pop(s);
}

static void open_transform(struct stream *s)
{
	put_move(s, 1, 1);
	put_transform_pop(s);
	put_move(s, 2, 2);
	put_paint(s);
}

static void open_clip(struct stream *s)
{
	put_rect(s, 0, 0, 1, 1);
	put_rect(s, 0, 0, 1, 1);
	put_clip_pop(s);
}

static void deep_transforms(struct stream *s)
{
	for (int i = 0; i < 65; i++)
		put_move(s, 0, 0);
}

static void deep_clips(struct stream *s)
{
	for (int i = 0; i < 65; i++)
		put_rect(s, 0, 0, 9, 9);
}

static void many_shapes(struct stream *s)
{
	for (uint32_t i = 0; i <= OPWIRE_MAX_SHAPES; i++) {
		put_rect(s, 0, 0, 9, 9);
		put_clip_pop(s);
	}
}

static void many_paints(struct stream *s)
{
	for (uint32_t i = 0; i <= OPWIRE_MAX_PAINTS; i++)
		put_paint(s);
}

static void many_areas(struct stream *s)
{
	for (uint32_t i = 0; i <= OPWIRE_MAX_AREAS; i++)
		put_area(s, i);
}

static void many_verbs(struct stream *s)
{
	put_op(s, 0x13, 3 * (OPWIRE_MAX_VERBS + 1));
	for (uint32_t i = 0; i <= OPWIRE_MAX_VERBS; i++)
		put_u32(s, 1), put_f32(s, 1), put_f32(s, 1);
}

static void verb_nine(struct stream *s)
{
	put_op(s, 0x13, 1);
	put_u32(s, 9);
}

static void verb_zero(struct stream *s)
{
	put_op(s, 0x13, 1);
	put_u32(s, 0);
}

static void line_first(struct stream *s)
{
	put_op(s, 0x13, 3);
	put_u32(s, 2), put_f32(s, 1), put_f32(s, 1);
}

static void cut_verb(struct stream *s)
{
	put_op(s, 0x13, 5);
	put_u32(s, 1), put_f32(s, 1), put_f32(s, 1);
	put_u32(s, 4), put_f32(s, 1);
}

static void negative_radius(struct stream *s)
{
	put_rrect(s, 0, 0, 9, 9, -1);
}

static const struct refusal refusals[] = {
	{"unknown opcode", unknown_op, -EINVAL, 20, "0x7f is unknown"},
	{"opcode zero", opcode_zero, -EINVAL, 16, "0x00 is unknown"},
	{"payload too long", long_pop, -EINVAL, 36, "1 words instead of 0"},
	{"payload too short", short_rect, -EINVAL, 16, "3 words instead of 4"},
	{"payload cut off", cut_color, -EINVAL, 16, "cut off after 0"},
	{"path beyond the stream", huge_path, -EINVAL, 16, "cut off"},
	{"product beyond 1e9", big_product, -E2BIG, 44, "beyond the limit"},
	{"corner beyond 1e9", far_corner, -E2BIG, 44, "beyond the limit"},
	{"point beyond 1e9", far_point, -E2BIG, 44, "beyond the limit"},
	{"transform popped too often", pop_transform, -EINVAL, 16, "nothing is pushed"},
	{"clip popped too often", pop_clip, -EINVAL, 40, "nothing is pushed"},
	{"transform left pushed", open_transform, -EINVAL, 48, "never popped"},
	{"clip left pushed", open_clip, -EINVAL, 16, "never popped"},
	{"65 transforms", deep_transforms, -E2BIG, 16 + 64 * 28, "more than 64"},
	{"65 clips", deep_clips, -E2BIG, 16 + 64 * 20, "more than 64"},
	{"32769 shapes", many_shapes, -E2BIG, 16 + 32768 * 24, "more than 32768"},
	{"32769 paints", many_paints, -E2BIG, 16 + 32768 * 4, "more than 32768"},
	{"16385 areas", many_areas, -E2BIG, 16 + 16384 * 12, "more than 16384"},
	{"262145 verbs", many_verbs, -E2BIG, 16, "more than 262144"},
	{"verb nine", verb_nine, -EINVAL, 16, "verb 9 is unknown"},
	{"verb zero", verb_zero, -EINVAL, 16, "verb 0 is unknown"},
	{"path without move", line_first, -EINVAL, 16, "starts with line"},
	{"verb without coordinates", cut_verb, -EINVAL, 16, "cubic"},
	{"negative radius", negative_radius, -EINVAL, 16, "negative"},
};

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

static void test_refusals(void **state)
{
	struct stream s = {0};
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		const struct refusal *r = &refusals[i];
		struct gl_op_error err = {0};
		stream_begin(&s);
		r->write(&s);
		stream_end(&s);
		int rc = decode_raw(&s, s.size, &err);
		if (rc != r->rc || err.offset != r->offset ||
			!strstr(err.reason, r->reason))
			fail_msg("%s: rc %d, offset %zu, \"%s\"", r->name, rc, err.offset,
				err.reason);
	}
	stream_free(&s);
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
		want = -EINVAL, reason = "a radius is negative";
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
		if (sscanf(line, "%4x  %n", &at, &skip) != 1 || skip != 6)
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
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_bit_flips),
		cmocka_unit_test(test_example),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
