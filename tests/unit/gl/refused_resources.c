/* Macros, sub-layers, images and fonts that are refused. */
#include "refused.h"

#include <errno.h>
#include <string.h>

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

static const struct refusal table[] = {
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
};

const struct refusals refused_resources = {table, sizeof table / sizeof *table};
