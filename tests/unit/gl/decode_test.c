/* The decoder: every refusal with its offset, and no stream that breaks it. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "gl/coverage.h"
#include "gl/decode.h"
#include "writer.h"

#include "util/opwire.h"

struct refusal {
	const char *name;
	void (*write)(struct stream *s);
	int rc;
	size_t offset;
	const char *reason; /* part of it */
};

static void bad_magic(struct stream *s)
{
	s->data[0] ^= 1;
}

static void bad_major(struct stream *s)
{
	s->data[4] = 2;
}

static void unknown_op(struct stream *s)
{
	put_paint(s);
	put_op(s, 0x77, 0);
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

static void nan_rect(struct stream *s)
{
	put_rect(s, 0, NAN, 1, 1);
}

static void inf_matrix(struct stream *s)
{
	put_mul(s, 1, 0, INFINITY, 0, 1, 0);
}

static void far_rect(struct stream *s)
{
	put_rect(s, 0, 0, 1000001, 1);
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
	{"magic", bad_magic, -EINVAL, 0, "OSop"},
	{"major version", bad_major, -EINVAL, 4, "major"},
	{"unknown opcode", unknown_op, -EINVAL, 20, "0x77 is unknown"},
	{"opcode zero", opcode_zero, -EINVAL, 16, "0x00 is unknown"},
	{"payload too long", long_pop, -EINVAL, 36, "1 words instead of 0"},
	{"payload too short", short_rect, -EINVAL, 16, "3 words instead of 4"},
	{"payload cut off", cut_color, -EINVAL, 16, "cut off after 0"},
	{"path beyond the stream", huge_path, -EINVAL, 16, "cut off"},
	{"NaN", nan_rect, -EINVAL, 16, "not finite"},
	{"infinity", inf_matrix, -EINVAL, 16, "not finite"},
	{"coordinate beyond 1e6", far_rect, -E2BIG, 16, "beyond the limit"},
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
	{"16385 paints", many_paints, -E2BIG, 16 + 16384 * 4, "more than 16384"},
	{"4097 areas", many_areas, -E2BIG, 16 + 4096 * 12, "more than 4096"},
	{"65537 verbs", many_verbs, -E2BIG, 16, "more than 65536"},
	{"verb nine", verb_nine, -EINVAL, 16, "verb 9 is unknown"},
	{"verb zero", verb_zero, -EINVAL, 16, "verb 0 is unknown"},
	{"path without move", line_first, -EINVAL, 16, "starts with line"},
	{"verb without coordinates", cut_verb, -EINVAL, 16, "cubic"},
	{"negative radius", negative_radius, -EINVAL, 16, "negative"},
};

static void test_refusals(void **state)
{
	struct stream s = {0};
	struct gl_scene scene = {0};
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		const struct refusal *r = &refusals[i];
		struct gl_op_error err = {0};
		stream_begin(&s);
		r->write(&s);
		stream_end(&s);
		int rc = scene_decode(&scene, s.data, s.size, &err);
		if (rc != r->rc || err.offset != r->offset ||
			!strstr(err.reason, r->reason))
			fail_msg("%s: rc %d, offset %zu, \"%s\"", r->name, rc, err.offset,
				err.reason);
	}
	scene_finish(&scene);
	stream_free(&s);
}

static int decode_raw(const struct stream *s, size_t size, struct gl_op_error *err)
{
	struct gl_scene scene = {0};
	int rc = scene_decode(&scene, s->data, size, err);
	scene_finish(&scene);
	return rc;
}

static void set_word(struct stream *s, size_t at, uint32_t v)
{
	struct stream part = {.data = s->data, .size = at};
	put_u32(&part, v);
}

static void test_header(void **state)
{
	struct stream s = {0};
	struct gl_op_error err;
	stream_begin(&s);
	stream_end(&s);
	assert_int_equal(decode_raw(&s, s.size, &err), 0);
	set_word(&s, 4, 1 | 7u << 16); /* 1.7 */
	assert_int_equal(decode_raw(&s, s.size, &err), 0);
	set_word(&s, 8, 20);
	assert_int_equal(decode_raw(&s, s.size, &err), -EINVAL);
	assert_int_equal(err.offset, 8);
	set_word(&s, 8, 16);
	set_word(&s, 12, 1);
	assert_int_equal(decode_raw(&s, s.size, &err), -EINVAL);
	assert_int_equal(err.offset, 12);
	set_word(&s, 12, 0);
	set_word(&s, 8, 18);
	assert_int_equal(decode_raw(&s, 18, &err), -EINVAL);
	assert_int_equal(err.offset, 8);
	for (size_t n = 0; n < 16; n++)
		assert_int_equal(decode_raw(&s, n, &err), -EINVAL);
	assert_int_equal(decode_raw(&s, OPWIRE_MAX_STREAM + 4, &err), -E2BIG);
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

static int decode_and_cover(const uint8_t *data, size_t size, struct raster *raster)
{
	struct gl_scene scene = {0};
	struct gl_op_error err = {0};
	int rc = scene_decode(&scene, data, size, &err);
	if (!rc)
		rc = scene_cover(&scene, 100, 80, raster, &err);
	if (rc)
		assert_int_not_equal(err.reason[0], 0);
	scene_finish(&scene);
	return rc;
}

static void test_bit_flips(void **state)
{
	struct stream s = {0};
	struct raster raster = {0};
	size_t accepted = 0, refused = 0;
	stream_begin(&s);
	put_rich(&s);
	stream_end(&s);
	for (size_t bit = 0; bit < s.size * 8; bit++) {
		s.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		int rc = decode_and_cover(s.data, s.size, &raster);
		assert_true(rc == 0 || rc == -EINVAL || rc == -E2BIG);
		*(rc ? &refused : &accepted) += 1;
		s.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_true(accepted > 100 && refused > 100);
	raster_finish(&raster);
	stream_free(&s);
}

/* Work: streams that are short and would take for ever are refused, and soon. */

static void zigzag(struct stream *s)
{
	const uint32_t n = 60000;
	put_op(s, 0x13, 3 * n);
	for (uint32_t i = 0; i < n; i++) {
		put_u32(s, i ? 2 : 1);
		put_f32(s, i % 2 ? 8000 : 0);
		put_f32(s, i % 2 ? 0 : 8000);
	}
	put_paint(s);
	put_clip_pop(s);
}

static void overdraw(struct stream *s)
{
	for (int i = 0; i < 16000; i++)
		put_paint(s);
}

static void big_masks(struct stream *s)
{
	put_ellipse(s, 0, 0, 8000, 8000);
	for (int i = 0; i < 16000; i++)
		put_paint(s);
	put_clip_pop(s);
}

static void nested_masks(struct stream *s)
{
	put_ellipse(s, 0, 0, 8000, 8000);
	for (int i = 0; i < 8000; i++) {
		put_rrect(s, 0.5f, 0.5f, 7999, 7999, 5);
		put_paint(s);
		put_clip_pop(s);
	}
	put_clip_pop(s);
}

static void test_work(void **state)
{
	static const struct {
		void (*write)(struct stream *s);
		const char *reason;
	} cases[] = {
		{zigzag, "units of work"},
		{overdraw, "pixels together"},
		{big_masks, ""},
		{nested_masks, ""},
	};
	struct stream s = {0};
	struct raster raster = {0};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct gl_scene scene = {0};
		struct gl_op_error err = {0};
		stream_begin(&s);
		cases[i].write(&s);
		stream_end(&s);
		assert_int_equal(scene_decode(&scene, s.data, s.size, &err), 0);
		assert_int_equal(scene_cover(&scene, 8000, 8000, &raster, &err), -E2BIG);
		assert_non_null(strstr(err.reason, cases[i].reason));
		assert_true(err.offset >= 16 && err.offset < s.size);
		scene_finish(&scene);
	}
	raster_finish(&raster);
	stream_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_bit_flips),
		cmocka_unit_test(test_work),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
