/* Records, transforms and clips that are refused. */
#include "refused.h"

#include <errno.h>

#include "util/opwire.h"

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

static const struct refusal table[] = {
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

const struct refusals refused_clips = {table, sizeof table / sizeof *table};
