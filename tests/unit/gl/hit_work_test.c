/*
 * What one question costs: gl/hit_work.h counts it. A macro of a dashed stroke of seven
 * curves to and fro around (300, 500) is called often, which makes many verbs of few bytes.
 * No EGL.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <cmocka.h>

#include "frame.h"
#include "gl/hit_work.h"

static struct frame frame;
#define scene frame.scene

static uint32_t n_tangles;

static void put_tangle(struct stream *s, bool dashed)
{
	size_t at = put_open(s, 0x15);
	put_f32(s, 1), put_u32(s, 0), put_f32(s, 1), put_f32(s, 0);
	put_u32(s, dashed ? 16 : 0);
	for (int i = 0; dashed && i < 16; i++)
		put_f32(s, 0.5f + (float)i);
	put_u32(s, 1), put_f32(s, -9e5f), put_f32(s, -9e5f);
	for (int i = 0; i < 7; i++) {
		float far = i % 2 ? -9e5f : 9e5f;
		put_u32(s, 4);
		put_f32(s, far), put_f32(s, -far), put_f32(s, -far), put_f32(s, far);
		put_f32(s, far + 7000), put_f32(s, far);
	}
	put_close(s, at);
	put_clip_pop(s);
}

static void put_macro_of_tangle(struct stream *s, bool dashed)
{
	size_t at = put_open(s, 0x60);
	put_u32(s, 1);
	put_tangle(s, dashed);
	put_close(s, at);
}

/* Beneath them all: an area and a cursor that are found only at the end. */
static void put_beneath(struct stream *s)
{
	put_rect(s, 0, 0, 90, 90);
	put_area(s, 7);
	put_id(s, 0x43, 2);
	put_clip_pop(s);
}

static void put_tangles(struct stream *s, bool dashed)
{
	put_macro_of_tangle(s, dashed);
	put_beneath(s);
	for (uint32_t i = 0; i < n_tangles; i++)
		put_id(s, 0x61, 1);
}

static void dashed_tangles(struct stream *s)
{
	put_tangles(s, true);
}

static void whole_tangles(struct stream *s)
{
	put_tangles(s, false);
}

/* Curves around the point, filled. */
static void filled_tangles(struct stream *s)
{
	put_beneath(s);
	for (uint32_t k = 0; k < 100; k++) {
		put_op(s, 0x13, 3 + 7 * 2000);
		put_u32(s, 1), put_f32(s, -9e5f), put_f32(s, -9e5f);
		for (uint32_t i = 0; i < 2000; i++) {
			float far = i % 2 ? -9e5f : 9e5f;
			put_u32(s, 4);
			put_f32(s, far), put_f32(s, -far), put_f32(s, -far);
			put_f32(s, far), put_f32(s, far), put_f32(s, far);
		}
		put_clip_pop(s);
	}
}

static double now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void load_decoded(void (*write)(struct stream *s))
{
	stream_begin(&frame.stream);
	write(&frame.stream);
	stream_end(&frame.stream);
	if (frame_decode(&frame, &scene, frame.stream.data, frame.stream.size))
		fail_msg("byte %u: %s", (unsigned)frame.err.offset, frame.err.reason);
	scene.width = scene.height = 100;
}

/* A window's own shapes are all looked at, however dear they are. */
static void test_cost(void **state)
{
	static const struct {
		const char *name;
		void (*write)(struct stream *s);
		uint32_t n;
	} dear[] = {
		{"1000 dashed strokes", dashed_tangles, 1000},
		{"32767 dashed strokes", dashed_tangles, 32767},
		{"32767 strokes", whole_tangles, 32767},
		{"200000 curves", filled_tangles, 0},
	};
	for (size_t i = 0; i < sizeof dear / sizeof *dear; i++) {
		struct gl_hit hit;
		n_tangles = dear[i].n;
		load_decoded(dear[i].write);
		double start = now_ms();
		unsigned cursor = scene_cursor(&scene, 50, 51);
		double took = now_ms() - start;
		print_message(
			"# %s: %u units, %.1f ms\n", dear[i].name, scene.hit_work, took);
		assert_true(scene.hit_work > dear[i].n * 8);
		assert_true(scene.hit_work < HIT_WORK);
		assert_int_equal(cursor, 2);
		assert_int_equal(scene_hit(&scene, 50, 51, &hit, 1), 1);
		assert_int_equal(hit.tag, 7);
	}
}

/* A content of many areas in many places: too much, so what is beneath is not found. */
static void often_placed(struct stream *s)
{
	size_t at = put_open(s, 0x64);
	put_u32(s, 5), put_u32(s, 100), put_u32(s, 200), put_u32(s, 0);
	for (int i = 0; i < 8000; i++) {
		put_rect(s, 60, 60, 61, 61);
		put_area(s, 3);
		put_clip_pop(s);
	}
	put_close(s, at);
	put_beneath(s);
	put_op(s, 0x41, 0);
	for (uint32_t i = 0; i < n_tangles; i++)
		put_place(s, 5, 0, 0, 100, 100, 0, 0);
	put_op(s, 0x42, 0);
}

static void test_often_placed(void **state)
{
	struct gl_hit hit;
	n_tangles = 8;
	load_decoded(often_placed);
	assert_int_equal(scene_hit(&scene, 50, 51, &hit, 1), 1);
	assert_int_equal(scene_cursor(&scene, 50, 51), 2);
	n_tangles = 5000;
	load_decoded(often_placed);
	double start = now_ms();
	assert_int_equal(scene_hit(&scene, 50, 51, &hit, 1), 0);
	assert_int_equal(scene.hit_work, HIT_WORK);
	assert_int_equal(scene_cursor(&scene, 50, 51), 0);
	assert_int_equal(scene.hit_work, HIT_WORK);
	assert_true(scene_locate(&scene, 7, 50, 51, &hit));
	print_message("# 5000 places of 8000 areas: %.1f ms\n", now_ms() - start);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cost),
		cmocka_unit_test(test_often_placed),
	};
	frame_open(&frame);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	frame_close(&frame);
	return failed;
}
