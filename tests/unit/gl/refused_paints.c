/* Brushes, groups, glyphs and places that are refused. */
#include "refused.h"

#include <errno.h>
#include <math.h>

static const float ramp[] = {0, 0.5f, 1};
static const uint32_t colors[65] = {0xff0000ff, 0x00ff00ff, 0x0000ffff};

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

static const struct refusal table[] = {
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
};

const struct refusals refused_paints = {table, sizeof table / sizeof *table};
