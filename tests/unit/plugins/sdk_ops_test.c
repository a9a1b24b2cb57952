#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gl/optext.h"
#include "plugins/include/osaas_ops.h"
#include "plugins/include/osaas_window.h"
#include "util/opwire.h"

/* A host of three calls: what was sent, and how many buffers are out. */
static struct {
	struct osaas_msg msg;
	osaas_chan chan;
	int sent, buffers;
	int send_result;
	size_t alloc_max;
} host;

void *osaas_buf_alloc(size_t size)
{
	if (host.alloc_max && size > host.alloc_max)
		return NULL;
	host.buffers++;
	return calloc(1, size);
}

int osaas_buf_free(void *buf)
{
	host.buffers -= buf != NULL;
	free(buf);
	return 0;
}

int osaas_send(osaas_chan chan, const struct osaas_msg *msg)
{
	host.chan = chan;
	if (host.send_result < 0)
		return host.send_result;
	host.msg = *msg;
	host.sent++;
	return 0;
}

static int setup(void **state)
{
	(void)state;
	memset(&host, 0, sizeof host);
	return 0;
}

/* The host's part of a frame: takes the buffer. */
static int teardown(void **state)
{
	(void)state;
	osaas_buf_free(host.msg.buf);
	return host.buffers != 0;
}

static uint32_t f(float v)
{
	uint32_t u;
	memcpy(&u, &v, sizeof u);
	return u;
}

static void is_stream(const uint32_t *words, size_t n)
{
	const uint32_t head[] = {OPWIRE_MAGIC, OPWIRE_MAJOR | OPWIRE_MINOR << 16,
		(uint32_t)(16 + 4 * n), 0};
	assert_int_equal(host.sent, 1);
	assert_int_equal(host.msg.type, OSAAS_WINDOW_FRAME);
	assert_int_equal(host.msg.chan, OSAAS_NONE);
	assert_int_equal(host.msg.len, 16 + 4 * n);
	assert_memory_equal(host.msg.buf, head, sizeof head);
	assert_memory_equal((char *)host.msg.buf + 16, words, 4 * n);
}

#define HEAD(code, words) ((uint32_t)(code) | (uint32_t)(words) << 8)

static void test_every_op(void **state)
{
	(void)state;
	struct osaas_ops ops;
	osaas_ops_begin(&ops);
	osaas_ops_transform_push(&ops, 1, 2, 3, 4, 5, 6);
	osaas_ops_offset_push(&ops, 7, 8);
	osaas_ops_transform_mul(&ops, 9, 10, 11, 12, 13, 14);
	osaas_ops_clip_rect(&ops, 1, 2, 3, 4);
	osaas_ops_clip_rrect(&ops, 1, 2, 3, 4, 5);
	osaas_ops_clip_rrect4(&ops, 1, 2, 3, 4, 5, 6, 7, 8);
	osaas_ops_clip_ellipse(&ops, 1, 2, 3, 4);
	osaas_ops_path_begin(&ops);
	osaas_ops_path_move(&ops, 1, 2);
	osaas_ops_path_line(&ops, 3, 4);
	osaas_ops_path_quad(&ops, 5, 6, 7, 8);
	osaas_ops_path_cubic(&ops, 9, 10, 11, 12, 13, 14);
	osaas_ops_path_close(&ops);
	osaas_ops_clip_path(&ops);
	osaas_ops_color(&ops, 0x11, 0x22, 0x33, 0x44);
	osaas_ops_paint(&ops);
	osaas_ops_area(&ops, UINT64_C(0x1122334455667788));
	for (int i = 0; i < 5; i++)
		osaas_ops_clip_pop(&ops);
	osaas_ops_transform_pop(&ops);
	osaas_ops_transform_pop(&ops);
	assert_int_equal(osaas_ops_send(17, &ops, 99), 0);
	assert_int_equal(host.chan, 17);
	assert_int_equal(host.msg.u.u64[0], 99);
	assert_null(ops.buf);
	const uint32_t words[] = {
		HEAD(0x01, 6),
		f(1),
		f(2),
		f(3),
		f(4),
		f(5),
		f(6),
		HEAD(0x01, 6),
		f(1),
		f(0),
		f(7),
		f(0),
		f(1),
		f(8),
		HEAD(0x02, 6),
		f(9),
		f(10),
		f(11),
		f(12),
		f(13),
		f(14),
		HEAD(0x10, 4),
		f(1),
		f(2),
		f(3),
		f(4),
		HEAD(0x11, 8),
		f(1),
		f(2),
		f(3),
		f(4),
		f(5),
		f(5),
		f(5),
		f(5),
		HEAD(0x11, 8),
		f(1),
		f(2),
		f(3),
		f(4),
		f(5),
		f(6),
		f(7),
		f(8),
		HEAD(0x12, 4),
		f(1),
		f(2),
		f(3),
		f(4),
		HEAD(0x13, 19),
		1,
		f(1),
		f(2),
		2,
		f(3),
		f(4),
		3,
		f(5),
		f(6),
		f(7),
		f(8),
		4,
		f(9),
		f(10),
		f(11),
		f(12),
		f(13),
		f(14),
		5,
		HEAD(0x20, 1),
		0x44332211,
		HEAD(0x30, 0),
		HEAD(0x40, 2),
		0x55667788,
		0x11223344,
		HEAD(0x1f, 0),
		HEAD(0x1f, 0),
		HEAD(0x1f, 0),
		HEAD(0x1f, 0),
		HEAD(0x1f, 0),
		HEAD(0x03, 0),
		HEAD(0x03, 0),
	};
	is_stream(words, sizeof words / sizeof *words);
}

static const struct osaas_stop stops[] = {{0, 1, 2, 3, 4}, {0.5f, 5, 6, 7, 8}};

static void draw_shapes(struct osaas_ops *ops)
{
	const float dashes[] = {3, 1, 2};
	osaas_ops_path_begin(ops);
	osaas_ops_path_move(ops, 1, 2);
	osaas_ops_path_gap(ops, 3, 4);
	osaas_ops_path_line(ops, 5, 6);
	osaas_ops_clip_even_odd(ops);
	osaas_ops_path_begin(ops);
	osaas_ops_path_move(ops, 1, 2);
	osaas_ops_path_cubic(ops, 1, 2, 3, 4, 5, 6);
	osaas_ops_path_close(ops);
	osaas_ops_clip_stroke(ops, &(struct osaas_stroke){
					   .width = 2,
					   .join = OSAAS_JOIN_BEVEL,
					   .cap = OSAAS_CAP_BUTT,
					   .miter_limit = 1.5f,
					   .dashes = dashes,
					   .n_dashes = 3,
					   .dash_offset = -7,
				   });
	osaas_ops_path_begin(ops);
	osaas_ops_clip_stroke(ops, &(struct osaas_stroke){.width = 1});
	osaas_ops_clip_blur(ops, 1, 2, 3, 4, 5, 6);
	osaas_ops_clip_blur4(ops, 1, 2, 3, 4, 5, 6, 7, 8, 9, true);
	for (int i = 0; i < 5; i++)
		osaas_ops_clip_pop(ops);
}

static void draw_brushes(struct osaas_ops *ops)
{
	const struct osaas_glyph glyphs[] = {{65, 1, 2}, {66, 3, 4}};
	osaas_ops_linear(ops, 1, 2, 3, 4, OSAAS_SPREAD_REFLECT, stops, 2);
	osaas_ops_radial(ops, 1, 2, 3, 4, 5, 6, OSAAS_SPREAD_PAD, stops, 1);
	osaas_ops_brush_image(ops, 7, OSAAS_FILTER_NEAREST, 1, 2, 3, 4);
	osaas_ops_blend(ops, OSAAS_BLEND_DEST_ATOP);
	osaas_ops_group_push(ops, 0.5f, OSAAS_BLEND_SCREEN);
	osaas_ops_group_pop(ops);
	osaas_ops_glyphs(ops, 9, 16, glyphs, 2);
	osaas_ops_glyphs(ops, 9, 16, NULL, 0);
	osaas_ops_place(ops, 5, 1, 2, 3, 4, 6, 7);
}

static void draw_notes(struct osaas_ops *ops)
{
	osaas_ops_pass_push(ops);
	osaas_ops_pass_pop(ops);
	osaas_ops_cursor(ops, OSAAS_CURSOR_NESW_RESIZE);
	osaas_ops_action(ops, OSAAS_ACTION_RESIZE_SW);
	osaas_ops_listen(ops, UINT64_MAX,
		OSAAS_POINTER_PRESS | OSAAS_POINTER_SCROLL | OSAAS_LISTEN_FOCUS, -1, 2,
		-3, 4);
	osaas_ops_listen(ops, 1, 0, 0, 0, 0, 0);
	osaas_ops_keys(
		ops, 1, OSAAS_MOD_CTRL, OSAAS_MOD_SHIFT | OSAAS_MOD_SUPER, 115, false);
	osaas_ops_keys(ops, UINT64_MAX, 0, 0, 65289, true);
	osaas_ops_transfer(ops, 1, OSAAS_TRANSFER_TARGET, "text/plain");
	osaas_ops_transfer(ops, UINT64_MAX, OSAAS_TRANSFER_SOURCE, "a/b");
	osaas_ops_input_hint(ops, UINT64_MAX, OSAAS_HINT_EMAIL);
	osaas_ops_selection(ops, 1, 2, 3, 4, 5, 6, 7);
	osaas_ops_composition(ops, 1, 2, 3, 4, 5);
	osaas_ops_snippet(ops, 1, 2, 3, "abcdef", 5);
	osaas_ops_label(ops, "OK");
	osaas_ops_description(ops, "");
	osaas_ops_class(ops, OSAAS_CLASS_SLIDER);
	osaas_ops_selected(ops, true);
	osaas_ops_enabled(ops, false);
	osaas_ops_value(ops, "four", 4);
	osaas_ops_range(ops, 1, 2, 3);
	osaas_ops_semantic_actions(ops, OSAAS_SEMANTIC_CLICK | OSAAS_SEMANTIC_DISMISS);
}

static void draw_definitions(struct osaas_ops *ops)
{
	static const uint8_t rgba[] = {
		1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 9, 10, 11, 12, 13, 14, 15, 16};
	osaas_ops_offset_push(ops, 1, 2);
	osaas_ops_macro_begin(ops, 1);
	osaas_ops_path_begin(ops);
	osaas_ops_path_move(ops, 1, 2);
	osaas_ops_clip_path(ops);
	osaas_ops_clip_pop(ops);
	osaas_ops_macro_end(ops);
	osaas_ops_transform_pop(ops);
	osaas_ops_call(ops, 1);
	osaas_ops_defer(ops, 1);
	osaas_ops_macro_retire(ops, 1);
	osaas_ops_sublayer_begin(ops, 2, 30, 40);
	osaas_ops_paint(ops);
	osaas_ops_sublayer_end(ops);
	osaas_ops_sublayer_retire(ops, 2);
	osaas_ops_image(ops, 3, 2, 2, rgba, 10);
	osaas_ops_image_update(ops, 3, 4, 5, 1, 2, rgba, 10);
	osaas_ops_image(ops, 4, 0, 5, NULL, 0);
	osaas_ops_image_retire(ops, 3);
	osaas_ops_font_query(ops, 4, 700, OSAAS_SLANT_ITALIC, "Sans");
	osaas_ops_font_bytes(ops, 5, 1, rgba, 6);
	osaas_ops_font_retire(ops, 5);
}

static const char as_text[] = "osaas ops 1.2\n"
			      "clip even-odd {\nmove 1 2\ngap 3 4\nline 5 6\n}\n"
			      "clip stroke 2 bevel butt 1.5 -7 3 1 2 {\n"
			      "move 1 2\ncubic 1 2 3 4 5 6\nclose\n}\n"
			      "clip stroke 1 round round 4 0 { }\n"
			      "clip blur 1 2 3 4 5 5 5 5 6\n"
			      "clip blur 1 2 3 4 5 6 7 8 9 inverted\n"
			      "clip pop\nclip pop\nclip pop\nclip pop\nclip pop\n"
			      "brush linear 1 2 3 4 reflect 0 #01020304 0.5 #05060708\n"
			      "brush radial 1 2 3 4 5 6 pad 0 #01020304\n"
			      "brush image 7 nearest 1 2 3 4\n"
			      "blend dest-atop\n"
			      "group push 0.5 screen\n"
			      "group pop\n"
			      "glyphs 9 16 {\n65 1 2\n66 3 4\n}\n"
			      "glyphs 9 16 { }\n"
			      "place 5 1 2 3 4 6 7\n"
			      "pass push\n"
			      "pass pop\n"
			      "cursor nesw-resize\n"
			      "action resize-sw\n"
			      "listen 18446744073709551615 press,scroll,focus -1 2 -3 4\n"
			      "listen 1 none 0 0 0 0\n"
			      "keys 1 ctrl shift,super 115\n"
			      "keys 18446744073709551615 none none 65289 focused\n"
			      "transfer 1 target \"text/plain\"\n"
			      "transfer 18446744073709551615 source \"a/b\"\n"
			      "hint 18446744073709551615 email\n"
			      "selection 1 2 3 4 5 6 7\n"
			      "composition 1 2 3 4 5\n"
			      "snippet 1 2 3 \"abcde\"\n"
			      "label \"OK\"\n"
			      "description \"\"\n"
			      "class slider\n"
			      "selected 1\n"
			      "enabled 0\n"
			      "value \"four\"\n"
			      "range 1 2 3\n"
			      "semantic-actions 129\n"
			      "transform push 1 0 1 0 1 2\n"
			      "macro 1 { clip path { move 1 2 }\n clip pop\n }\n"
			      "transform pop\n"
			      "call 1\n"
			      "defer 1\n"
			      "macro retire 1\n"
			      "sublayer 2 30 40 { paint }\n"
			      "sublayer retire 2\n"
			      "image 3 2 2 { 01020304 05060708 090a0b0c 0d0e0f10 }\n"
			      "image update 3 4 5 1 2 { 01020304 090a0b0c }\n"
			      "image 4 0 5 { }\n"
			      "image retire 3\n"
			      "font query 4 700 italic \"Sans\"\n"
			      "font bytes 5 1 { 010203040506 }\n"
			      "font retire 5\n";

/* The rest of the ops: what is written is what the text says. */
static void test_as_text(void **state)
{
	(void)state;
	struct osaas_ops ops;
	struct optext_error err;
	uint8_t *stream;
	size_t size;
	osaas_ops_begin(&ops);
	draw_shapes(&ops);
	draw_brushes(&ops);
	draw_notes(&ops);
	draw_definitions(&ops);
	assert_int_equal(osaas_ops_send(1, &ops, 0), 0);
	if (optext_assemble(as_text, sizeof as_text - 1, &stream, &size, &err) != 0)
		fail_msg("line %zu: %s", err.line, err.text);
	for (size_t i = 0; i < size && i < host.msg.len; i++)
		if (i != 8 && ((uint8_t *)host.msg.buf)[i] != stream[i])
			fail_msg("byte %zu, line %zu", i,
				optext_line(as_text, sizeof as_text - 1, i));
	assert_int_equal(host.msg.len, size);
	assert_memory_equal(host.msg.buf, stream, size);
	free(stream);
}

static void test_empty(void **state)
{
	(void)state;
	struct osaas_ops ops;
	osaas_ops_begin(&ops);
	assert_int_equal(osaas_ops_send(1, &ops, 0), 0);
	is_stream(NULL, 0);
}

static void test_growth(void **state)
{
	(void)state;
	struct osaas_ops ops;
	osaas_ops_begin(&ops);
	for (int i = 0; i < 20000; i++)
		osaas_ops_area(&ops, (uint64_t)i);
	assert_int_equal(osaas_ops_send(1, &ops, 0), 0);
	assert_int_equal(host.msg.len, 16 + 20000 * 12);
	for (int i = 0; i < 20000; i++) {
		const uint32_t record[] = {HEAD(0x40, 2), (uint32_t)i, 0};
		assert_memory_equal((char *)host.msg.buf + 16 + 12 * i, record, 12);
	}
}

static void draw_pop_too_much(struct osaas_ops *ops)
{
	osaas_ops_clip_rect(ops, 0, 0, 1, 1);
	osaas_ops_transform_pop(ops);
	osaas_ops_clip_pop(ops);
}

static void draw_clip_left(struct osaas_ops *ops)
{
	osaas_ops_clip_rect(ops, 0, 0, 1, 1);
}

static void draw_transform_left(struct osaas_ops *ops)
{
	osaas_ops_offset_push(ops, 0, 0);
}

static void draw_path_left(struct osaas_ops *ops)
{
	osaas_ops_path_begin(ops);
	osaas_ops_path_move(ops, 0, 0);
}

static void draw_inside_path(struct osaas_ops *ops)
{
	osaas_ops_path_begin(ops);
	osaas_ops_paint(ops);
	osaas_ops_clip_path(ops);
	osaas_ops_clip_pop(ops);
}

static void draw_line_without_path(struct osaas_ops *ops)
{
	osaas_ops_path_line(ops, 1, 1);
}

static void draw_clip_without_path(struct osaas_ops *ops)
{
	osaas_ops_clip_path(ops);
}

static void draw_two_paths(struct osaas_ops *ops)
{
	osaas_ops_path_begin(ops);
	osaas_ops_path_begin(ops);
	osaas_ops_clip_path(ops);
	osaas_ops_clip_pop(ops);
}

static void draw_stroke_without_path(struct osaas_ops *ops)
{
	osaas_ops_clip_stroke(ops, &(struct osaas_stroke){.width = 1});
	osaas_ops_clip_pop(ops);
}

static void draw_many_dashes(struct osaas_ops *ops)
{
	const float dashes[17] = {1};
	osaas_ops_path_begin(ops);
	osaas_ops_clip_stroke(
		ops, &(struct osaas_stroke){.dashes = dashes, .n_dashes = 17});
	osaas_ops_clip_pop(ops);
}

static void draw_without_stops(struct osaas_ops *ops)
{
	osaas_ops_linear(ops, 0, 0, 1, 1, OSAAS_SPREAD_PAD, NULL, 0);
}

static void draw_many_stops(struct osaas_ops *ops)
{
	osaas_ops_radial(ops, 0, 0, 0, 1, 1, 1, OSAAS_SPREAD_PAD, stops, UINT32_MAX);
}

static void draw_group_left(struct osaas_ops *ops)
{
	osaas_ops_group_push(ops, 1, OSAAS_BLEND_OVER);
}

static void draw_pass_left(struct osaas_ops *ops)
{
	osaas_ops_pass_push(ops);
}

static void draw_macro_left(struct osaas_ops *ops)
{
	osaas_ops_macro_begin(ops, 1);
}

static void draw_macro_in_macro(struct osaas_ops *ops)
{
	osaas_ops_macro_begin(ops, 1);
	osaas_ops_macro_begin(ops, 2);
	osaas_ops_macro_end(ops);
	osaas_ops_macro_end(ops);
}

static void draw_macro_as_sublayer(struct osaas_ops *ops)
{
	osaas_ops_macro_begin(ops, 1);
	osaas_ops_sublayer_end(ops);
}

static void draw_end_without_macro(struct osaas_ops *ops)
{
	osaas_ops_macro_end(ops);
}

static void draw_path_in_macro_left(struct osaas_ops *ops)
{
	osaas_ops_macro_begin(ops, 1);
	osaas_ops_path_begin(ops);
	osaas_ops_macro_end(ops);
	osaas_ops_clip_path(ops);
	osaas_ops_clip_pop(ops);
}

static void draw_push_in_macro_left(struct osaas_ops *ops)
{
	osaas_ops_macro_begin(ops, 1);
	osaas_ops_offset_push(ops, 1, 1);
	osaas_ops_macro_end(ops);
	osaas_ops_transform_pop(ops);
}

/* What is pushed before is not the macro's to pop. */
static void draw_pop_in_macro(struct osaas_ops *ops)
{
	osaas_ops_offset_push(ops, 1, 1);
	osaas_ops_macro_begin(ops, 1);
	osaas_ops_transform_pop(ops);
	osaas_ops_macro_end(ops);
}

static void draw_image_in_sublayer(struct osaas_ops *ops)
{
	osaas_ops_sublayer_begin(ops, 1, 1, 1);
	osaas_ops_image_retire(ops, 1);
	osaas_ops_sublayer_end(ops);
}

static void draw_font_in_macro(struct osaas_ops *ops)
{
	osaas_ops_macro_begin(ops, 1);
	osaas_ops_font_query(ops, 1, 400, OSAAS_SLANT_UPRIGHT, "Sans");
	osaas_ops_macro_end(ops);
}

static void draw_endless_image(struct osaas_ops *ops)
{
	osaas_ops_image(ops, 1, UINT32_MAX, UINT32_MAX, NULL, 0);
}

static void draw_endless_font(struct osaas_ops *ops)
{
	osaas_ops_font_bytes(ops, 1, 0, NULL, SIZE_MAX);
}

static void draw_endless_text(struct osaas_ops *ops)
{
	osaas_ops_value(ops, NULL, 65536);
}

static void draw_endless_glyphs(struct osaas_ops *ops)
{
	osaas_ops_glyphs(ops, 1, 1, NULL, UINT32_MAX);
}

static void draw_too_much(struct osaas_ops *ops)
{
	for (int i = 0; i < 1500000; i++)
		osaas_ops_area(ops, 1);
}

static void test_mistakes(void **state)
{
	(void)state;
	static void (*const draw[])(struct osaas_ops *) = {
		draw_pop_too_much,
		draw_clip_left,
		draw_transform_left,
		draw_path_left,
		draw_inside_path,
		draw_line_without_path,
		draw_clip_without_path,
		draw_two_paths,
		draw_stroke_without_path,
		draw_many_dashes,
		draw_without_stops,
		draw_many_stops,
		draw_group_left,
		draw_pass_left,
		draw_macro_left,
		draw_macro_in_macro,
		draw_macro_as_sublayer,
		draw_end_without_macro,
		draw_path_in_macro_left,
		draw_push_in_macro_left,
		draw_pop_in_macro,
		draw_image_in_sublayer,
		draw_font_in_macro,
		draw_endless_image,
		draw_endless_font,
		draw_endless_text,
		draw_endless_glyphs,
		draw_too_much,
	};
	for (size_t i = 0; i < sizeof draw / sizeof *draw; i++) {
		struct osaas_ops ops;
		osaas_ops_begin(&ops);
		draw[i](&ops);
		assert_int_equal(osaas_ops_send(1, &ops, 0), OSAAS_EINVAL);
		assert_int_equal(host.sent, 0);
		assert_int_equal(host.buffers, 0);
	}
}

static void test_no_memory(void **state)
{
	(void)state;
	for (size_t max = 1; max < 100000; max *= 4) {
		struct osaas_ops ops;
		host.alloc_max = max;
		osaas_ops_begin(&ops);
		for (int i = 0; i < 100000; i++)
			osaas_ops_area(&ops, 1);
		assert_int_equal(osaas_ops_send(1, &ops, 0), OSAAS_ENOMEM);
		assert_int_equal(host.buffers, 0);
	}
}

static void test_not_sent(void **state)
{
	(void)state;
	struct osaas_ops ops;
	host.send_result = OSAAS_EPIPE;
	osaas_ops_begin(&ops);
	osaas_ops_paint(&ops);
	assert_int_equal(osaas_ops_send(1, &ops, 0), OSAAS_EPIPE);
	assert_int_equal(host.buffers, 0);
	osaas_ops_begin(&ops);
	osaas_ops_paint(&ops);
	osaas_ops_drop(&ops);
	assert_int_equal(host.buffers, 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_every_op),
		TEST(test_as_text),
		TEST(test_empty),
		TEST(test_growth),
		TEST(test_mistakes),
		TEST(test_no_memory),
		TEST(test_not_sent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
