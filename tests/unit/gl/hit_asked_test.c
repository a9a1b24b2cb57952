/* What a scene is asked beside hits: its cursor, its action, its notes. gio.md 2.4. No EGL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "frame.h"

static struct frame frame;
#define scene frame.scene

static void load(void (*write)(struct stream *s))
{
	frame_load(&frame, write, 100, 100);
}

static void put_cursor(struct stream *s, uint32_t cursor)
{
	put_id(s, 0x43, cursor);
}

static void cursors(struct stream *s)
{
	put_cursor(s, 12);
	put_rect(s, 10, 10, 50, 50);
	put_cursor(s, 1);
	put_cursor(s, 2);
	put_rect(s, 10, 10, 30, 30);
	put_area(s, 1);
	put_clip_pop(s);
	put_rect(s, 10, 10, 20, 20);
	put_cursor(s, 0);
	put_clip_pop(s);
	put_clip_pop(s);
	/* blocks, without a cursor of its own */
	put_rect(s, 40, 40, 90, 90);
	put_area(s, 2);
	put_clip_pop(s);
	/* a bare clip, with and without a cursor */
	put_rect(s, 60, 60, 100, 100);
	put_clip_pop(s);
	put_rect(s, 70, 70, 100, 100);
	put_cursor(s, 4);
	put_clip_pop(s);
	/* lets pass */
	put_op(s, 0x41, 0);
	put_rect(s, 10, 10, 100, 15);
	put_area(s, 3);
	put_clip_pop(s);
	put_op(s, 0x42, 0);
}

static void title_bar(struct stream *s)
{
	put_rect(s, 0, 0, 100, 20);
	put_id(s, 0x44, 1);
	put_area(s, 1);
	put_rect(s, 80, 0, 100, 20);
	put_area(s, 2);
	put_clip_pop(s);
	put_clip_pop(s);
	put_rect(s, 0, 20, 100, 40);
	put_id(s, 0x44, 1);
	put_rect(s, 80, 20, 100, 40);
	put_area(s, 2);
	put_clip_pop(s);
	put_clip_pop(s);
	put_rect(s, 0, 0, 100, 2);
	put_id(s, 0x44, 2);
	put_clip_pop(s);
}

static void placed_cursor(struct stream *s)
{
	size_t at = put_open(s, 0x64);
	put_u32(s, 5), put_u32(s, 100), put_u32(s, 200), put_u32(s, 0);
	put_rect(s, 10, 60, 30, 80);
	put_cursor(s, 4);
	put_clip_pop(s);
	put_rect(s, 40, 60, 50, 80);
	put_area(s, 4);
	put_clip_pop(s);
	put_close(s, at);
	put_cursor(s, 7);
	put_place(s, 5, 0, 0, 50, 30, 0, 50);
}

static const struct {
	void (*write)(struct stream *s);
	double x, y;
	unsigned cursor, action;
} asked[] = {
	{cursors, 5, 5, 12, 0},
	{cursors, 45, 30, 2, 0},
	{cursors, 25, 25, 2, 0},
	{cursors, 18, 18, 2, 0},
	{cursors, 45, 45, 12, 0},
	{cursors, 65, 65, 12, 0},
	{cursors, 80, 80, 4, 0},
	{cursors, 30, 12, 12, 0},
	{cursors, 80, 12, 12, 0},
	{cursors, 120, 12, 0, 0},
	{title_bar, 50, 10, 0, 1},
	{title_bar, 90, 10, 0, 1}, /* the bar's area is the button's ancestor */
	{title_bar, 50, 30, 0, 1},
	{title_bar, 90, 30, 0, 0}, /* the button hides the bare bar */
	{title_bar, 90, 1, 0, 2},
	{title_bar, 50, 60, 0, 0},
	{placed_cursor, 15, 15, 4, 0},
	{placed_cursor, 35, 15, 7, 0},
	{placed_cursor, 45, 15, 7, 0},
	{placed_cursor, 70, 70, 7, 0},
};

static void test_asked(void **state)
{
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		load(asked[i].write);
		unsigned cursor = scene_cursor(&scene, asked[i].x, asked[i].y);
		unsigned action = scene_action(&scene, asked[i].x, asked[i].y);
		if (cursor != asked[i].cursor || action != asked[i].action)
			fail_msg("%zu: cursor %u, action %u", i, cursor, action);
	}
}

/* Notes, those of a sub-layer where it is placed. */

static struct gl_layer_note told[32];
static size_t n_told;

static void hear(void *data, const struct gl_layer_note *note)
{
	assert_ptr_equal(data, told);
	assert_true(n_told < 32);
	told[n_told++] = *note;
}

static void put_label(struct stream *s, const char *text)
{
	size_t at = put_open(s, 0x50);
	put_text(s, text);
	put_close(s, at);
}

static void noted(struct stream *s)
{
	size_t at = put_open(s, 0x64);
	put_u32(s, 5), put_u32(s, 100), put_u32(s, 200), put_u32(s, 0);
	put_rect(s, 10, 60, 30, 90);
	put_label(s, "inside");
	put_clip_pop(s);
	put_close(s, at);
	put_label(s, "window");
	put_rect(s, 10.5f, 10, 60, 60);
	put_area(s, 3);
	put_area(s, 4);
	put_id(s, 0x52, 1);
	put_cursor(s, 4);
	put_move(s, 20, 30);
	put_place(s, 5, 0, 0, 20, 30, 0, 50);
	put_op(s, 0x49, 8);
	put_u32(s, 3), put_u32(s, 0), put_u32(s, 2), put_u32(s, 5);
	for (int i = 1; i <= 4; i++)
		put_f32(s, (float)i);
	put_transform_pop(s);
	put_clip_pop(s);
}

static void test_notes(void **state)
{
	load(noted);
	n_told = 0;
	scene_notes(&scene, hear, told);
	assert_int_equal(n_told, 4);
	assert_int_equal(told[0].node, 0);
	assert_int_equal(told[0].bounds.x1, 100);
	assert_memory_equal(told[0].text, "window", told[0].n_text);
	assert_int_equal(told[1].op, 0x52);
	assert_int_equal(told[1].value[0], 1);
	assert_true(told[1].has_area);
	assert_int_equal(told[1].area, 4);
	assert_int_equal(told[1].parent, 0);
	assert_int_equal(told[1].bounds.x0, 10);
	assert_int_equal(told[1].bounds.y1, 60);
	assert_memory_equal(told[2].text, "inside", told[2].n_text);
	assert_int_equal(told[2].bounds.x0, 30);
	assert_int_equal(told[2].bounds.y0, 40);
	assert_int_equal(told[2].bounds.x1, 40);
	assert_int_equal(told[2].bounds.y1, 60);
	assert_false(told[2].has_area);
	assert_int_equal(told[3].op, 0x49);
	assert_int_equal(told[3].node, told[1].node);
	assert_int_equal(told[3].tag, 3);
	assert_int_equal(told[3].value[1], 5);
	assert_float_equal(told[3].number[3], 4, 0);
	assert_float_equal(told[3].to_layer[2], 20, 0);
	assert_float_equal(told[3].to_layer[5], 30, 0);
	assert_int_not_equal(told[2].node, told[1].node);
}

/* A thing lies in the nearest that is one, past clips that say nothing; labels may come last. */
static void nested(struct stream *s)
{
	size_t at = put_open(s, 0x64);
	put_u32(s, 5), put_u32(s, 10), put_u32(s, 10), put_u32(s, 0);
	put_rect(s, 0, 0, 5, 5);
	put_label(s, "in the sub-layer");
	put_clip_pop(s);
	put_close(s, at);
	put_rect(s, 0, 0, 50, 50);
	put_rect(s, 0, 0, 40, 40);
	put_cursor(s, 4);
	put_rect(s, 0, 0, 30, 30);
	put_label(s, "inner");
	put_place(s, 5, 0, 0, 10, 10, 0, 0);
	put_clip_pop(s);
	put_clip_pop(s);
	put_label(s, "outer");
	put_clip_pop(s);
}

static void test_notes_around(void **state)
{
	load(nested);
	n_told = 0;
	scene_notes(&scene, hear, told);
	assert_int_equal(n_told, 3);
	assert_memory_equal(told[2].text, "outer", told[2].n_text);
	assert_int_equal(told[2].parent, 0);
	assert_memory_equal(told[0].text, "inner", told[0].n_text);
	assert_int_equal(told[0].parent, told[2].node);
	assert_int_equal(told[1].parent, told[0].node);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_asked),
		cmocka_unit_test(test_notes),
		cmocka_unit_test(test_notes_around),
	};
	frame_open(&frame);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	frame_close(&frame);
	return failed;
}
