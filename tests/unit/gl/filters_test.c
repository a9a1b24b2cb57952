/* Filters: what tags listen to, keys, drags, and where those lie that can have the focus. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "frame.h"

#include "gl/hit_work.h"
#include "gl/sublayer.h"

enum {
	PRESS = 2,
	RELEASE = 4,
	MOVE = 8,
	SCROLL = 128,
	POINTER = 255,
	FOCUS = 256,
	MERGE = 2048
};

static struct frame frame;
#define scene frame.scene

static int setup(void **state)
{
	frame_open(&frame);
	return 0;
}

static int teardown(void **state)
{
	frame_close(&frame);
	return 0;
}

static void load(void (*write)(struct stream *s))
{
	frame_load(&frame, write, 200, 100);
}

static const float none[4];

static void listen(struct stream *s, uint64_t tag, uint32_t kinds)
{
	put_listen(s, tag, kinds, none);
}

static size_t open_macro(struct stream *s, uint32_t id)
{
	size_t at = put_open(s, 0x60);
	put_u32(s, id);
	return at;
}

static size_t open_content(struct stream *s, uint32_t id, uint32_t width, uint32_t height)
{
	size_t at = put_open(s, 0x64);
	put_u32(s, id), put_u32(s, width), put_u32(s, height), put_u32(s, 0);
	return at;
}

/* what tags listen to */

static void listens(struct stream *s)
{
	size_t at = open_macro(s, 1);
	listen(s, 4, MOVE);
	put_close(s, at);
	at = open_content(s, 5, 50, 50);
	listen(s, 1, MERGE);
	put_listen(s, 3, SCROLL, (const float[]){-7, 0, 0, 0});
	put_close(s, at);
	at = open_content(s, 6, 50, 50); /* not placed */
	listen(s, 1, FOCUS);
	listen(s, 9, PRESS);
	put_close(s, at);
	listen(s, 1, PRESS);
	put_listen(s, 2, SCROLL | PRESS, (const float[]){-1, 2, -3, 4});
	put_listen(s, 2, SCROLL, (const float[]){-5, 6, -7, 8});
	put_listen(s, 2, MOVE, (const float[]){-9, 9, -9, 9});
	listen(s, UINT64_MAX, 0);
	put_place(s, 5, 0, 0, 50, 50, 0, 0);
	put_listen(s, 3, SCROLL, (const float[]){-8, 0, 0, 0});
	put_place(s, 5, 60, 0, 90, 50, 0, 0); /* at its first place, not here too */
	listen(s, 1, RELEASE);
	put_id(s, 0x61, 1);
}

static void test_listens(void **state)
{
	static const struct {
		uint64_t tag;
		struct gl_listen listen;
	} cases[] = {
		{1, {.kinds = PRESS | RELEASE | MERGE, .said = true}},
		{2, {PRESS | MOVE | SCROLL, true, -5, 6, -7, 8}},
		{3, {SCROLL, true, .x_min = -8}},
		{4, {.kinds = MOVE, .said = true}},
		{UINT64_MAX, {.kinds = 0, .said = true}},
		{0, {.kinds = POINTER}},
		{9, {.kinds = POINTER}},
	};
	load(listens);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct gl_listen is = scene_listen(&scene, cases[i].tag),
				       *want = &cases[i].listen;
		if (is.kinds != want->kinds || is.said != want->said ||
			is.x_min != want->x_min || is.x_max != want->x_max ||
			is.y_min != want->y_min || is.y_max != want->y_max)
			fail_msg("case %zu: kinds %x, %g %g %g %g", i, is.kinds,
				(double)is.x_min, (double)is.x_max, (double)is.y_min,
				(double)is.y_max);
	}
}

/* A content that is placed nowhere but out of sight listens all the same. */
static void unseen(struct stream *s)
{
	size_t at = open_content(s, 5, 50, 50);
	listen(s, 1, PRESS);
	put_keys(s, 1, 0, 0, 7, 0);
	put_close(s, at);
	put_place(s, 5, 9, 9, 9, 9, 0, 0);
}

static void test_unseen(void **state)
{
	struct gl_key_filter key;
	load(unseen);
	assert_int_equal(scene_listen(&scene, 1).kinds, PRESS);
	assert_true(scene_keys(&scene, 0, &key));
	assert_int_equal(key.keysym, 7);
	load(listens); /* what the frame before said is no more */
	assert_false(scene_keys(&scene, 0, &key));
}

/* Tags of all sizes, against looking through all. */

#define MANY 300

static struct {
	uint64_t tag;
	uint32_t kinds;
	float ranges[4];
} many[MANY];
static size_t n_many;
static uint32_t seed;

static uint32_t below(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)(seed >> 8) * n >> 24);
}

static uint64_t any_tag(void)
{
	return (uint64_t)below(4) << 8 * below(8) | (uint64_t)below(3) << 8 * below(8);
}

static void write_many(struct stream *s)
{
	for (size_t i = 0; i < n_many; i++)
		put_listen(s, many[i].tag, many[i].kinds, many[i].ranges);
}

static void make_many(void)
{
	n_many = below(MANY);
	for (size_t i = 0; i < n_many; i++) {
		many[i].tag = any_tag();
		many[i].kinds = 1u << below(12);
		for (int k = 0; k < 4; k++)
			many[i].ranges[k] = (float)below(100) * (k & 1 ? 1 : -1);
	}
}

static struct gl_listen look_through(uint64_t tag)
{
	struct gl_listen l = {0};
	for (size_t i = 0; i < n_many; i++) {
		const float *r = many[i].ranges;
		if (many[i].tag != tag)
			continue;
		if (many[i].kinds & SCROLL)
			l = (struct gl_listen){l.kinds, true, r[0], r[1], r[2], r[3]};
		l.kinds |= many[i].kinds;
		l.said = true;
	}
	if (!l.said)
		l.kinds = POINTER;
	return l;
}

static void test_many(void **state)
{
	seed = 1;
	for (int round = 0; round < 1000; round++) {
		make_many();
		load(write_many);
		for (int i = 0; i < 50; i++) {
			uint64_t tag = any_tag();
			struct gl_listen is = scene_listen(&scene, tag),
					 want = look_through(tag);
			if (is.kinds != want.kinds || is.said != want.said ||
				is.x_min != want.x_min || is.x_max != want.x_max ||
				is.y_min != want.y_min || is.y_max != want.y_max)
				fail_msg("round %d, tag %llx: kinds %x, not %x", round,
					(unsigned long long)tag, is.kinds, want.kinds);
		}
	}
}

/* keys and drags: in the order of declaration, deferred calls last */

static void ordered(struct stream *s)
{
	size_t at = open_macro(s, 1);
	put_keys(s, 1, 0, 0, 9, 0);
	put_transfer(s, 1, 0, "late/r");
	put_close(s, at);
	at = open_content(s, 5, 50, 50);
	put_keys(s, 5, 1, 2, 3, 1);
	put_transfer(s, 5, 1, "placed/one");
	put_close(s, at);
	put_id(s, 0x62, 1);
	put_keys(s, 6, 31, 0, UINT32_MAX, 0);
	put_transfer(s, 6, 0, "a/b");
	put_place(s, 5, 0, 0, 50, 50, 0, 0);
	put_place(s, 5, 0, 0, 50, 50, 0, 0);
	put_keys(s, UINT64_MAX, 0, 31, 0, 1);
	put_id(s, 0x61, 1);
}

static void test_keys(void **state)
{
	static const struct gl_key_filter want[] = {
		{6, 31, 0, UINT32_MAX, false},
		{5, 1, 2, 3, true},
		{UINT64_MAX, 0, 31, 0, true},
		{1, 0, 0, 9, false},
		{1, 0, 0, 9, false},
	};
	struct gl_key_filter is;
	size_t n = sizeof want / sizeof *want;
	load(ordered);
	for (size_t i = 0; i < n; i++) {
		assert_true(scene_keys(&scene, i, &is));
		assert_int_equal(is.tag, want[i].tag);
		assert_int_equal(is.required, want[i].required);
		assert_int_equal(is.optional, want[i].optional);
		assert_int_equal(is.keysym, want[i].keysym);
		assert_int_equal(is.focused, want[i].focused);
	}
	assert_false(scene_keys(&scene, n, &is));
	assert_false(scene_keys(&scene, SIZE_MAX, &is));
}

static void test_transfers(void **state)
{
	static const struct {
		uint64_t tag;
		bool target;
		const char *type;
	} want[] = {
		{6, false, "a/b"},
		{5, true, "placed/one"},
		{1, false, "late/r"},
		{1, false, "late/r"},
	};
	struct gl_transfer is;
	size_t n = sizeof want / sizeof *want;
	load(ordered);
	for (size_t i = 0; i < n; i++) {
		assert_true(scene_transfer(&scene, i, &is));
		assert_int_equal(is.tag, want[i].tag);
		assert_int_equal(is.target, want[i].target);
		assert_int_equal(is.n_type, strlen(want[i].type));
		assert_memory_equal(is.type, want[i].type, is.n_type);
	}
	assert_false(scene_transfer(&scene, n, &is));
}

/* focus */

static void put_box(
	struct stream *s, float x0, float y0, float x1, float y1, uint64_t tag)
{
	put_rect(s, x0, y0, x1, y1);
	put_area(s, tag);
	put_clip_pop(s);
}

/*
 * 1 in two areas, 2 cut by the window, 3 scrolled out of its list, 4 in a content that is
 * placed twice, once twice as large; 5 has no area, 6 a flat one, 7 no focus, 8 no clip.
 */
static void focusable(struct stream *s)
{
	size_t at = open_content(s, 5, 50, 40);
	put_box(s, 10.5f, 10, 20, 20, 4);
	put_box(s, 0, 30, 10, 60, 1);
	listen(s, 8, FOCUS);
	put_close(s, at);
	for (uint64_t tag = 1; tag <= 6; tag++)
		listen(s, tag, FOCUS | PRESS);
	listen(s, 7, PRESS);
	put_box(s, 150, 90, 250, 120, 2);
	put_box(s, 0, 0, 10, 10, 1);
	put_rect(s, 100, 0, 150, 50);
	put_box(s, 110, 60, 140, 80, 3);
	put_clip_pop(s);
	put_place(s, 5, 60, 40, 90, 60, 5, 5); /* content 0,0 at 55,35 */
	put_push(s, 2, 0, 0, 0, 2, 0);
	put_place(s, 5, 10, 5, 20, 15, 0, 0); /* and at 20,10 */
	put_transform_pop(s);
	put_push(s, 0, 0, 9, 0, 0, 9);
	put_area(s, 6);
	put_transform_pop(s);
	put_box(s, 0, 90, 10, 100, 7);
	put_area(s, 8);
}

static void assert_rect(size_t i, const char *what, struct gl_rect is, const int32_t w[4])
{
	if (is.x0 != w[0] || is.y0 != w[1] || is.x1 != w[2] || is.y1 != w[3])
		fail_msg(
			"focus %zu: %s %d %d %d %d", i, what, is.x0, is.y0, is.x1, is.y1);
}

static void test_focus(void **state)
{
	static const struct {
		uint64_t tag;
		int32_t bounds[4], visible[4];
	} want[] = {
		{2, {150, 90, 250, 120}, {150, 90, 200, 100}},
		{1, {0, 0, 65, 130}, {0, 0, 10, 10}},
		{3, {110, 60, 140, 80}, {0}},
		{4, {41, 30, 75, 55}, {65, 45, 75, 55}},
		{8, {0, 0, 200, 100}, {0, 0, 200, 100}},
	};
	struct gl_focus is;
	size_t n = sizeof want / sizeof *want;
	load(focusable);
	for (int again = 0; again < 2; again++)
		for (size_t i = 0; i < n; i++) {
			assert_true(scene_focus(&scene, i, &is));
			assert_int_equal(is.tag, want[i].tag);
			assert_rect(i, "bounds", is.bounds, want[i].bounds);
			assert_rect(i, "visible", is.visible, want[i].visible);
		}
	assert_false(scene_focus(&scene, n, &is));
	assert_int_equal(scene_cover(&scene, 400, 300, &frame.context, &frame.err), 0);
	assert_true(scene_focus(&scene, 0, &is));
	assert_rect(0, "wider", is.visible, (const int32_t[]){150, 90, 250, 120});
	load(listens);
	assert_false(scene_focus(&scene, 0, &is));
}

/* Where numbers go beyond all pixels. */
static void far_away(struct stream *s)
{
	listen(s, 1, FOCUS);
	put_mul(s, 1000, 0, 0, 0, 1000, 0);
	put_box(s, -1e6f, 0, 1e6f, 1, 1);
	put_blur(s, 0, 0, 1, 1, 0, 1, 1);
	put_area(s, 1);
	put_clip_pop(s);
}

static void test_far_away(void **state)
{
	struct gl_focus is;
	load(far_away);
	assert_true(scene_focus(&scene, 0, &is));
	assert_rect(0, "bounds", is.bounds,
		(const int32_t[]){-1000000000, -1000000000, 1000000000, 1000000000});
	assert_rect(0, "visible", is.visible, (const int32_t[]){0, 0, 200, 100});
}

/* A content of 10,000 areas in 10,000 places: the search ends. */
static void overplaced(struct stream *s)
{
	size_t at = open_content(s, 5, 10, 10);
	for (uint64_t tag = 1; tag <= 10000; tag++) {
		put_area(s, tag);
		listen(s, tag, FOCUS);
	}
	put_close(s, at);
	for (int i = 0; i < 10000; i++)
		put_place(s, 5, 0, 0, 1, 1, 0, 0);
	put_area(s, 9999999);
	listen(s, 9999999, FOCUS);
}

static void test_overplaced(void **state)
{
	struct gl_focus is;
	load(overplaced);
	assert_true(scene_focus(&scene, 9999, &is));
	assert_int_equal(is.tag, 10000);
	assert_false(scene_focus(&scene, 10000, &is));
}

/* Filters alone change nothing to be seen. */
static void plain(struct stream *s)
{
	put_fill(s, 5, 5, 60, 60, 0xff0000ff);
}

static void filtered(struct stream *s)
{
	plain(s);
	put_rect(s, 5, 5, 60, 60);
	listen(s, 1, PRESS);
	put_keys(s, 1, 0, 0, 0, 0);
	put_transfer(s, 1, 0, "a/b");
	put_clip_pop(s);
}

static void test_no_damage(void **state)
{
	struct gl_scene was = {0};
	struct gl_region damage;
	load(plain);
	was = scene;
	scene = (struct gl_scene){0};
	load(filtered);
	scene_diff(&was, &scene, &damage);
	assert_int_equal(damage.n, 0);
	load(plain);
	scene_diff(&was, &scene, &damage);
	assert_int_equal(damage.n, 0);
	scene_finish(&was, &frame.context);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_listens, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unseen, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many, setup, teardown),
		cmocka_unit_test_setup_teardown(test_keys, setup, teardown),
		cmocka_unit_test_setup_teardown(test_transfers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_focus, setup, teardown),
		cmocka_unit_test_setup_teardown(test_far_away, setup, teardown),
		cmocka_unit_test_setup_teardown(test_overplaced, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_damage, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
