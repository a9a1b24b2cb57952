/* What input and assistive technology would hear, and is refused. */
#include "refused.h"

#include <errno.h>
#include <math.h>
#include <string.h>

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

static const struct refusal table[] = {
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
};

const struct refusals refused_notes = {table, sizeof table / sizeof *table};
