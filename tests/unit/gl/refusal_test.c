/* What the decoder refuses: by which error, at which offset, with which words. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "frame.h"

#include "util/opwire.h"

static const float ramp[] = {0, 0.5f, 1};
static const uint32_t colors[65] = {0xff0000ff, 0x00ff00ff, 0x0000ffff};

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

static void negative_width(struct stream *s)
{
	put_dashed(s, -1, 0, 1, 0, NULL);
}

static void join_three(struct stream *s)
{
	put_dashed(s, 1, 3, 1, 0, NULL);
}

static void cap_three(struct stream *s)
{
	put_dashed(s, 1, 0x300, 1, 0, NULL);
}

static void style_bits(struct stream *s)
{
	put_dashed(s, 1, 0x10000, 1, 0, NULL);
}

static void small_limit(struct stream *s)
{
	put_dashed(s, 1, 0, 0.5f, 0, NULL);
}

static void negative_dash(struct stream *s)
{
	put_dashed(s, 1, 0, 1, 2, (const float[]){3, -1});
}

static void empty_dashes(struct stream *s)
{
	put_dashed(s, 1, 0, 1, 2, (const float[]){0, 0});
}

static void many_dashes(struct stream *s)
{
	put_dashed(s, 1, 0, 1, 17, (const float[17]){1});
}

static void lacking_dashes(struct stream *s)
{
	put_op(s, 0x15, 6);
	put_f32(s, 1), put_u32(s, 0), put_f32(s, 1), put_f32(s, 0), put_u32(s, 2);
	put_f32(s, 1);
}

static void short_stroke(struct stream *s)
{
	put_op(s, 0x15, 4);
	for (int i = 0; i < 4; i++)
		put_u32(s, 0);
}

/* The path is within, what the miter limit allows is not. */
static void far_miter(struct stream *s)
{
	put_mul(s, 100, 0, 0, 0, 100, 0);
	put_dashed(s, 40, 1, 1000000, 0, NULL);
}

static void gap_first(struct stream *s)
{
	put_op(s, 0x14, 3);
	put_u32(s, 6), put_f32(s, 1), put_f32(s, 1);
}

static void verb_seven(struct stream *s)
{
	put_op(s, 0x14, 1);
	put_u32(s, 7);
}

static void negative_sigma(struct stream *s)
{
	put_blur(s, 0, 0, 9, 9, 0, -0.5f, 0);
}

static void large_sigma(struct stream *s)
{
	put_blur(s, 0, 0, 9, 9, 0, 1000.5f, 0);
}

static void blur_flags(struct stream *s)
{
	put_blur(s, 0, 0, 9, 9, 0, 1, 3);
}

static void no_stops(struct stream *s)
{
	put_linear(s, 0, 0, 1, 1, 0, ramp, colors);
}

static void many_stops(struct stream *s)
{
	const float at[65] = {0};
	put_linear(s, 0, 0, 1, 1, 65, at, colors);
}

static void falling_stops(struct stream *s)
{
	put_linear(s, 0, 0, 1, 1, 2, (const float[]){0.5f, 0.25f}, colors);
}

static void stop_outside(struct stream *s)
{
	put_linear(s, 0, 0, 1, 1, 2, (const float[]){0.5f, 1.5f}, colors);
}

static void stop_nan(struct stream *s)
{
	put_linear(s, 0, 0, 1, 1, 1, (const float[]){NAN}, colors);
}

static void lacking_stops(struct stream *s)
{
	put_op(s, 0x21, 8);
	for (int i = 0; i < 5; i++)
		put_u32(s, 0);
	put_u32(s, 2), put_u32(s, 0), put_u32(s, 0);
}

static void spread_three(struct stream *s)
{
	put_op(s, 0x21, 8);
	for (int i = 0; i < 4; i++)
		put_u32(s, 0);
	put_u32(s, 3), put_u32(s, 1), put_u32(s, 0), put_u32(s, 0);
}

static void radius_zero(struct stream *s)
{
	put_radial(s, (const float[]){0, 0, 0, 0, 0, 0}, 1, ramp, colors);
}

static void radius_below(struct stream *s)
{
	put_radial(s, (const float[]){0, 0, -1, 0, 0, 5}, 1, ramp, colors);
}

static void circle_outside(struct stream *s)
{
	put_radial(s, (const float[]){0, 0, 2, 3, 0, 5}, 1, ramp, colors);
}

static void unknown_image(struct stream *s)
{
	put_image_brush(s, 1, 0, 0, 1, 1);
}

static void empty_part(struct stream *s)
{
	put_image(s, 1, 4, 4, 0);
	put_image_brush(s, 1, 2, 2, 2, 3);
}

static void part_outside(struct stream *s)
{
	put_image(s, 1, 4, 4, 0);
	put_image_brush(s, 1, 0, 0, 4, 4.5f);
}

static void filter_two(struct stream *s)
{
	put_image(s, 1, 4, 4, 0);
	put_op(s, 0x23, 6);
	put_u32(s, 1), put_u32(s, 2);
	for (int i = 0; i < 4; i++)
		put_u32(s, 0);
}

static void blend_fifteen(struct stream *s)
{
	put_blend(s, 15);
}

static void group_above_one(struct stream *s)
{
	put_group(s, 1.5f, 0);
}

static void group_nan(struct stream *s)
{
	put_group(s, NAN, 0);
}

static void group_fifteen(struct stream *s)
{
	put_group(s, 1, 15);
}

static void pop_group(struct stream *s)
{
	put_group_pop(s);
}

static void open_group(struct stream *s)
{
	put_group(s, 1, 0);
	put_group(s, 1, 0);
	put_group_pop(s);
}

static void open_pass(struct stream *s)
{
	put_op(s, 0x41, 0);
}

static void pop_pass(struct stream *s)
{
	put_op(s, 0x42, 0);
}

static void unknown_font(struct stream *s)
{
	put_run(s, 3, 10, 0);
}

static void size_zero(struct stream *s)
{
	put_run(s, 0x80000001, 0, 0);
}

static void size_large(struct stream *s)
{
	put_run(s, 0x80000001, 4097, 0);
}

static void third_word(struct stream *s)
{
	put_run(s, 0x80000001, 10, 1);
}

static void cut_glyph(struct stream *s)
{
	put_op(s, 0x33, 5);
	put_u32(s, 0x80000001), put_f32(s, 9), put_u32(s, 0);
	put_u32(s, 1), put_f32(s, 0);
}

static void unknown_sublayer(struct stream *s)
{
	put_place(s, 5, 0, 0, 1, 1, 0, 0);
}

static void put_words(struct stream *s, uint32_t code, uint32_t a, uint32_t b)
{
	put_op(s, code, 2);
	put_u32(s, a), put_u32(s, b);
}

static void cursor_26(struct stream *s)
{
	put_id(s, 0x43, 26);
}

static void action_10(struct stream *s)
{
	put_id(s, 0x44, 10);
}

static void class_30(struct stream *s)
{
	put_id(s, 0x52, 30);
}

static void selected_2(struct stream *s)
{
	put_id(s, 0x53, 2);
}

static void actions_256(struct stream *s)
{
	put_id(s, 0x57, 256);
}

static const float ranges[4] = {-1, 0, 0, 1};

static void kinds_4096(struct stream *s)
{
	put_listen(s, 1, 4096, ranges);
}

/* Also where nobody listens to scrolling. */
static void range_nan(struct stream *s)
{
	put_listen(s, 1, 2, (const float[]){-1, 0, NAN, 1});
}

static void range_infinite(struct stream *s)
{
	put_listen(s, 1, 128, (const float[]){-1, INFINITY, 0, 1});
}

static void range_far(struct stream *s)
{
	put_listen(s, 1, 128, (const float[]){-1000001, 0, 0, 1});
}

static void range_backwards(struct stream *s)
{
	put_listen(s, 1, 128, (const float[]){0, 0, 1, 0.5f});
}

static void required_32(struct stream *s)
{
	put_keys(s, 1, 32, 0, 0, 0);
}

static void optional_64(struct stream *s)
{
	put_keys(s, 1, 31, 64, 0, 0);
}

static void keys_flags_2(struct stream *s)
{
	put_keys(s, 1, 31, 31, 0, 2);
}

static void transfer_2(struct stream *s)
{
	put_transfer(s, 1, 2, "a/b");
}

static void type_of_text(struct stream *s)
{
	put_transfer(s, 1, 0, "text");
}

static void type_empty(struct stream *s)
{
	put_transfer(s, 1, 0, "");
}

static void type_with_blank(struct stream *s)
{
	put_transfer(s, 1, 0, "text/plain ;a");
}

static void type_of_two(struct stream *s)
{
	put_transfer(s, 1, 0, "a/b/c");
}

static void type_ends(struct stream *s)
{
	put_transfer(s, 1, 0, "text/");
}

static void type_begins(struct stream *s)
{
	put_transfer(s, 1, 0, "/text");
}

static void type_not_ascii(struct stream *s)
{
	put_transfer(s, 1, 0, "text/pl\xc3\xa4in");
}

static void type_of_128(struct stream *s)
{
	char type[129] = "a/";
	memset(type + 2, 'b', 126);
	put_transfer(s, 1, 0, type);
}

static void hint_7(struct stream *s)
{
	put_op(s, 0x48, 3);
	put_u32(s, 1), put_u32(s, 0), put_u32(s, 7);
}

static void long_string(struct stream *s)
{
	put_id(s, 0x50, 65536);
}

static void lacking_string(struct stream *s)
{
	put_words(s, 0x50, 5, 0x61616161);
}

static void bad_utf8(struct stream *s)
{
	put_words(s, 0x50, 3, 0x00ff6161);
}

static void zero_in_string(struct stream *s)
{
	put_words(s, 0x50, 3, 0x00610061);
}

static void bad_padding(struct stream *s)
{
	put_words(s, 0x50, 3, 0x20616161);
}

static void unknown_macro(struct stream *s)
{
	put_id(s, 0x61, 4);
}

static void defer_unknown(struct stream *s)
{
	put_id(s, 0x62, 4);
}

static void retire_unknown(struct stream *s)
{
	put_id(s, 0x72, 4);
}

/* Macro 7: brush, then what is given. */
static size_t begin_macro(struct stream *s, uint32_t id)
{
	size_t at = put_open(s, 0x60);
	put_u32(s, id);
	put_color(s, 1, 2, 3, 4);
	return at;
}

static void unknown_in_macro(struct stream *s)
{
	size_t at = begin_macro(s, 7);
	put_op(s, 0x7f, 0);
	put_close(s, at);
}

static void macro_in_macro(struct stream *s)
{
	size_t at = begin_macro(s, 7);
	put_id(s, 0x60, 8);
	put_close(s, at);
}

static void cut_in_macro(struct stream *s)
{
	size_t at = begin_macro(s, 7);
	put_op(s, 0x10, 4);
	put_close(s, at);
}

static void error_in_call(struct stream *s)
{
	size_t at = begin_macro(s, 7);
	put_clip_pop(s);
	put_close(s, at);
	put_paint(s);
	put_id(s, 0x61, 7);
}

static void error_in_nested_call(struct stream *s)
{
	size_t at = begin_macro(s, 7);
	put_clip_pop(s);
	put_close(s, at);
	at = begin_macro(s, 9);
	put_id(s, 0x61, 7);
	put_close(s, at);
	put_id(s, 0x61, 9);
}

static void error_in_deferred(struct stream *s)
{
	size_t at = begin_macro(s, 7);
	put_rect(s, 0, 0, 1, 1);
	put_close(s, at);
	put_id(s, 0x62, 7);
	put_paint(s);
}

static void left_by_call(struct stream *s)
{
	size_t at = begin_macro(s, 7);
	put_rect(s, 0, 0, 1, 1);
	put_close(s, at);
	put_id(s, 0x61, 7);
}

static void endless(struct stream *s)
{
	put_caller(s, 1, 1, 1);
	put_id(s, 0x61, 1);
}

/* 20^15 calls in 2.5 kB */
static void exponential(struct stream *s)
{
	put_id(s, 0x60, 0);
	put_paint(s);
	for (uint32_t i = 1; i < 16; i++)
		put_caller(s, i, i - 1, 20);
	put_id(s, 0x61, 15);
}

static void defer_again(struct stream *s)
{
	size_t at = put_open(s, 0x60);
	put_u32(s, 1);
	put_id(s, 0x62, 1);
	put_close(s, at);
	put_id(s, 0x62, 1);
}

static size_t begin_sublayer(struct stream *s, uint32_t w, uint32_t h, uint32_t zero)
{
	size_t at = put_open(s, 0x64);
	put_u32(s, 5), put_u32(s, w), put_u32(s, h), put_u32(s, zero);
	return at;
}

static void sublayer_side(struct stream *s)
{
	put_close(s, begin_sublayer(s, 0, 4, 0));
}

static void sublayer_large(struct stream *s)
{
	put_close(s, begin_sublayer(s, 4, 32768, 0));
}

static void sublayer_word(struct stream *s)
{
	put_close(s, begin_sublayer(s, 4, 4, 1));
}

static void error_in_sublayer(struct stream *s)
{
	size_t at = begin_sublayer(s, 4, 4, 0);
	put_paint(s);
	put_rect(s, 0, 0, 1, 1);
	put_close(s, at);
}

static void image_in_sublayer(struct stream *s)
{
	size_t at = begin_sublayer(s, 4, 4, 0);
	put_image(s, 1, 1, 1, 0);
	put_close(s, at);
}

static void place_in_sublayer(struct stream *s)
{
	size_t at = begin_sublayer(s, 4, 4, 0);
	put_place(s, 5, 0, 0, 1, 1, 0, 0);
	put_close(s, at);
}

static void image_side(struct stream *s)
{
	put_op(s, 0x70, 3);
	put_u32(s, 1), put_u32(s, 0), put_u32(s, 4);
}

static void image_large(struct stream *s)
{
	put_op(s, 0x70, 3);
	put_u32(s, 1), put_u32(s, 1), put_u32(s, 16385);
}

static void image_words(struct stream *s)
{
	put_op(s, 0x70, 3);
	put_u32(s, 1), put_u32(s, 16384), put_u32(s, 16384);
}

static void update_unknown(struct stream *s)
{
	put_image_update(s, 1, 0, 0, 1, 1, 0);
}

static void update_outside(struct stream *s)
{
	put_image(s, 1, 2, 2, 0);
	put_image_update(s, 1, 1, 0, 2, 1, 0);
}

static void update_far(struct stream *s)
{
	put_image(s, 1, 2, 2, 0);
	put_op(s, 0x71, 6);
	put_u32(s, 1), put_u32(s, 0), put_u32(s, 0xffffffff);
	put_u32(s, 1), put_u32(s, 1), put_u32(s, 0);
}

static void host_font(struct stream *s)
{
	put_op(s, 0x74, 4);
	put_u32(s, 0x80000000), put_u32(s, 400), put_u32(s, 0), put_u32(s, 0);
}

static void put_query(struct stream *s, const char *families, uint32_t n)
{
	put_op(s, 0x74, 4 + (n + 3) / 4);
	put_u32(s, 1), put_u32(s, 400), put_u32(s, 0), put_u32(s, n);
	for (uint32_t at = 0; at < n; at += 4) {
		uint32_t word = 0;
		memcpy(&word, families + at, n - at < 4 ? n - at : 4);
		put_u32(s, word);
	}
}

static void long_families(struct stream *s)
{
	static char families[512];
	memset(families, 'a', sizeof families);
	put_query(s, families, sizeof families);
}

static void families_with_a_bell(struct stream *s)
{
	put_query(s, "Sans\a", 5);
}

static void weight_zero(struct stream *s)
{
	put_op(s, 0x74, 4);
	put_u32(s, 1), put_u32(s, 0), put_u32(s, 0), put_u32(s, 0);
}

static void font_bytes_words(struct stream *s)
{
	put_op(s, 0x75, 3);
	put_u32(s, 1), put_u32(s, 0), put_u32(s, 0xffffffff);
}

static const struct refusal refusals[] = {
	{"a negative width", negative_width, -EINVAL, 16, "width is negative"},
	{"join three", join_three, -EINVAL, 16, "join 3 is unknown"},
	{"cap three", cap_three, -EINVAL, 16, "cap 3 is unknown"},
	{"other bits of the style", style_bits, -EINVAL, 16, "cap 256 is unknown"},
	{"a miter limit below 1", small_limit, -EINVAL, 16, "limit is below 1"},
	{"a negative dash", negative_dash, -EINVAL, 16, "a dash is negative"},
	{"no dash is longer than 0", empty_dashes, -EINVAL, 16, "all dashes are 0"},
	{"17 dashes", many_dashes, -E2BIG, 16, "17 dashes; at most 16"},
	{"dashes cut off", lacking_dashes, -EINVAL, 16, "lacks dashes"},
	{"a stroke cut off", short_stroke, -EINVAL, 16, "4 words instead of at least 5"},
	{"miters beyond 1e9", far_miter, -E2BIG, 44, "beyond the limit"},
	{"a gap first", gap_first, -EINVAL, 16, "clip even-odd: starts with gap"},
	{"verb seven", verb_seven, -EINVAL, 16, "verb 7 is unknown"},
	{"sigma below 0", negative_sigma, -EINVAL, 16, "sigma is negative"},
	{"sigma above 1000", large_sigma, -E2BIG, 16, "sigma is more than 1000"},
	{"flags of a blur", blur_flags, -EINVAL, 16, "flags 3 are unknown"},
	{"no stops", no_stops, -EINVAL, 16, "no stops"},
	{"65 stops", many_stops, -E2BIG, 16, "65 stops; at most 64"},
	{"stops in no order", falling_stops, -EINVAL, 16, "not in order"},
	{"a stop above 1", stop_outside, -EINVAL, 16, "not within 0 and 1"},
	{"a stop that is no number", stop_nan, -EINVAL, 16, "not within 0 and 1"},
	{"stops cut off", lacking_stops, -EINVAL, 16, "8 words instead of 10"},
	{"spread three", spread_three, -EINVAL, 16, "spread 3 is unknown"},
	{"a radius of 0", radius_zero, -EINVAL, 16, "or the outer one 0"},
	{"a radius below 0", radius_below, -EINVAL, 16, "a radius is negative"},
	{"a circle outside", circle_outside, -EINVAL, 16, "not within the outer"},
	{"no such image", unknown_image, -EINVAL, 16, "image 1 is not defined"},
	{"an empty part", empty_part, -EINVAL, 96, "part of the image is empty"},
	{"a part outside", part_outside, -EINVAL, 96, "not within the image of 4x4"},
	{"filter two", filter_two, -EINVAL, 96, "filter 2 is unknown"},
	{"blend mode 15", blend_fifteen, -EINVAL, 16, "blend mode 15 is unknown"},
	{"opacity above 1", group_above_one, -EINVAL, 16, "not within 0 and 1"},
	{"opacity no number", group_nan, -EINVAL, 16, "not within 0 and 1"},
	{"a group's mode 15", group_fifteen, -EINVAL, 16, "blend mode 15 is unknown"},
	{"group popped too often", pop_group, -EINVAL, 16, "nothing is pushed"},
	{"group left pushed", open_group, -EINVAL, 16, "group push: is never popped"},
	{"pass left pushed", open_pass, -EINVAL, 16, "pass push: is never popped"},
	{"pass popped too often", pop_pass, -EINVAL, 16, "nothing is pushed"},
	{"no such font", unknown_font, -EINVAL, 16, "font 3 is not defined"},
	{"size 0", size_zero, -EINVAL, 16, "size is not above 0"},
	{"size 4097", size_large, -E2BIG, 16, "a size of 4097; at most 4096"},
	{"third word of a run", third_word, -EINVAL, 16, "third word is not zero"},
	{"a glyph cut off", cut_glyph, -EINVAL, 16, "last glyph is cut off"},
	{"no such sub-layer", unknown_sublayer, -EINVAL, 16, "sub-layer 5 is not"},
	{"cursor 26", cursor_26, -EINVAL, 16, "cursor 26 is unknown"},
	{"action 10", action_10, -EINVAL, 16, "action 10 is unknown"},
	{"class 30", class_30, -EINVAL, 16, "class 30 is unknown"},
	{"selected 2", selected_2, -EINVAL, 16, "selected: truth 2 is unknown"},
	{"semantic actions", actions_256, -EINVAL, 16, "bits 256 are unknown"},
	{"kinds 4096", kinds_4096, -EINVAL, 16, "listen: kinds 4096 are unknown"},
	{"no number to scroll to", range_nan, -EINVAL, 16, "not finite"},
	{"scrolls for ever", range_infinite, -EINVAL, 16, "not finite"},
	{"scrolls too far", range_far, -E2BIG, 16, "beyond the limit of 1e+06"},
	{"scrolls backwards", range_backwards, -EINVAL, 16, "ends before it begins"},
	{"modifiers 32", required_32, -EINVAL, 16, "keys: modifiers 32 are unknown"},
	{"modifiers 64", optional_64, -EINVAL, 16, "modifiers 64 are unknown"},
	{"flags 2", keys_flags_2, -EINVAL, 16, "flags 2 are unknown"},
	{"transfer 2", transfer_2, -EINVAL, 16, "transfer: transfer 2 is unknown"},
	{"type without a slash", type_of_text, -EINVAL, 16, "is no MIME type"},
	{"type of nothing", type_empty, -EINVAL, 16, "is no MIME type"},
	{"type with a blank", type_with_blank, -EINVAL, 16, "is no MIME type"},
	{"type with two slashes", type_of_two, -EINVAL, 16, "is no MIME type"},
	{"type that ends", type_ends, -EINVAL, 16, "is no MIME type"},
	{"type that begins", type_begins, -EINVAL, 16, "is no MIME type"},
	{"type of other letters", type_not_ascii, -EINVAL, 16, "is no MIME type"},
	{"type of 128 bytes", type_of_128, -EINVAL, 16, "is no MIME type"},
	{"hint 7", hint_7, -EINVAL, 16, "hint 7 is unknown"},
	{"65536 bytes of string", long_string, -E2BIG, 16, "at most 65535"},
	{"a string cut off", lacking_string, -EINVAL, 16, "2 words instead of 3"},
	{"no UTF-8", bad_utf8, -EINVAL, 16, "byte 2 of the string is not UTF-8"},
	{"zero in a string", zero_in_string, -EINVAL, 16, "byte 1 of the string"},
	{"padding", bad_padding, -EINVAL, 16, "padding is not zero"},
	{"no such macro", unknown_macro, -EINVAL, 16, "macro 4 is not defined"},
	{"no macro to defer", defer_unknown, -EINVAL, 16, "defer: macro 4 is not"},
	{"nothing to retire", retire_unknown, -EINVAL, 16, "image 4 is not defined"},
	{"unknown in a macro", unknown_in_macro, -EINVAL, 16,
		"macro: at 8: record: opcode 0x7f is unknown"},
	{"macro in a macro", macro_in_macro, -EINVAL, 16,
		"macro: at 8: macro: not inside a macro"},
	{"cut in a macro", cut_in_macro, -EINVAL, 16,
		"macro: at 8: clip rect: the payload of 16 bytes is cut off after 0"},
	{"in a call", error_in_call, -EINVAL, 40,
		"call: macro 7 at 8: clip pop: nothing is pushed"},
	{"in a call in a call", error_in_nested_call, -EINVAL, 60,
		"call: macro 7 at 8: clip pop: nothing is pushed"},
	{"in a deferred call", error_in_deferred, -EINVAL, 52,
		"defer: macro 7 at 8: clip rect: is never popped"},
	{"left by a call", left_by_call, -EINVAL, 52,
		"call: macro 7 at 8: clip rect: is never popped"},
	{"a macro that calls itself", endless, -E2BIG, 32,
		"call: macro 1 at 0: call: deeper than 16"},
	{"exponential calls", exponential, -E2BIG, 28 + 15 * 168,
		"more than 1048576 records carried out"},
	{"a call that defers itself", defer_again, -E2BIG, 32,
		"more than 4096 in a stream"},
	{"a sub-layer's side 0", sublayer_side, -EINVAL, 16, "a side is 0"},
	{"a large sub-layer", sublayer_large, -E2BIG, 16, "a side of 32768; at most"},
	{"a sub-layer's word", sublayer_word, -EINVAL, 16, "fourth word is not zero"},
	{"in a sub-layer", error_in_sublayer, -EINVAL, 16,
		"sublayer: at 4: clip rect: is never popped"},
	{"image in a sub-layer", image_in_sublayer, -EINVAL, 16,
		"sublayer: at 0: image: not inside a sub-layer"},
	{"place in a sub-layer", place_in_sublayer, -EINVAL, 16,
		"sublayer: at 0: place: not inside a sub-layer"},
	{"an image's side 0", image_side, -EINVAL, 16, "a side is 0"},
	{"an image's side", image_large, -E2BIG, 16, "a side of 16385; at most 16384"},
	{"pixels cut off", image_words, -EINVAL, 16,
		"the payload has 3 words instead of 268435459"},
	{"update of nothing", update_unknown, -EINVAL, 16, "image 1 is not defined"},
	{"update outside", update_outside, -EINVAL, 48, "not within the image of 2x2"},
	{"update far outside", update_far, -EINVAL, 48, "not within the image of 2x2"},
	{"the host's font", host_font, -EINVAL, 16, "ids from 2147483648 on are"},
	{"families of 512", long_families, -E2BIG, 16,
		"families of 512 bytes; at most 511"},
	{"families with a bell", families_with_a_bell, -EINVAL, 16,
		"a control character in the families"},
	{"weight 0", weight_zero, -EINVAL, 16, "weight 0 is not within 1 and 1000"},
	{"font cut off", font_bytes_words, -EINVAL, 16, "3 words instead of 1073741827"},
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

static void test_refusals(void **state)
{
	struct stream s = {0};
	struct frame f;
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		const struct refusal *r = &refusals[i];
		stream_begin(&s);
		r->write(&s);
		stream_end(&s);
		frame_open(&f);
		int rc = frame_decode(&f, &f.scene, s.data, s.size);
		if (rc != r->rc || f.err.offset != r->offset ||
			!strstr(f.err.reason, r->reason))
			fail_msg("%s: rc %d, offset %zu, \"%s\"", r->name, rc,
				f.err.offset, f.err.reason);
		frame_close(&f);
	}
	stream_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
