/*
 * Hits by the grid are those of looking through all: random scenes of clips, areas, passes,
 * cursors and placed contents, and random points. Places of tags against a plain loop.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "frame.h"

#include "gl/hit_work.h"
#include "gl/sublayer.h"

static struct gl_scene *content_of(const struct gl_area *place)
{
	return &place->sublayer->scene;
}

static struct hit_index *index_of(const struct gl_placed *placed)
{
	return &placed->sublayer->scene.index;
}

#define SCENES 3000
#define POINTS 60
#define TAGS   40
#define DEPTH  6

static struct frame frame;
#define scene frame.scene

static uint32_t seed;
static int32_t width, height;

static uint32_t below(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)(seed >> 8) * n >> 24);
}

static float within(float from, float to)
{
	return from + (to - from) * (float)below(1 << 20) / (1 << 20);
}

/* Now whole, now not; now on an edge of a bin. */
static float coordinate(int32_t side)
{
	switch (below(4)) {
	case 0:
		return (float)(16 * below((uint32_t)side / 16 + 1));
	case 1:
		return (float)below((uint32_t)side + 1);
	}
	return within(-20, (float)side + 20);
}

static float extent(void)
{
	return below(4) ? within(0, 40) : below(2) ? within(0, 600) : (float)below(3);
}

static void put_shape(struct stream *s)
{
	float x = coordinate(width), y = coordinate(height);
	float w = extent(), h = extent();
	const float triangle[] = {x, y, x + w, y, x, y + h};
	switch (below(8)) {
	case 0:
		put_ellipse(s, x, y, x + w, y + h);
		return;
	case 1:
		put_rrect(s, x, y, x + w, y + h, 5);
		return;
	case 2:
		put_polygon(s, triangle, 3);
		return;
	case 3:
		put_stroke(s, 6, 0, 0, 1, triangle, 3);
		return;
	case 4:
		put_blur(s, x, y, x + w, y + h, 2, 3, below(2));
		return;
	}
	put_rect(s, x, y, x + w, y + h);
}

static void put_transform(struct stream *s)
{
	if (below(6) == 0)
		put_push(s, 0, 0, 9, 0, 0, 9); /* flat */
	else if (below(3) == 0)
		put_push(s, within(-2, 2), within(-1, 1), coordinate(width),
			within(-1, 1), within(-2, 2), coordinate(height));
	else
		put_push(s, 1, 0, within(-9, 9), 0, 1, within(-9, 9));
}

static void put_leaf(struct stream *s, bool content)
{
	switch (below(8)) {
	case 0:
		put_id(s, 0x43, below(5));
		return;
	case 1:
		put_id(s, 0x44, below(4));
		return;
	case 2:
		if (!content && below(3) == 0)
			put_place(s, below(2), coordinate(width), coordinate(height),
				coordinate(width), coordinate(height), within(-9, 30),
				within(-9, 30));
		return;
	}
	put_area(s, below(TAGS));
}

static void put_tree(struct stream *s, bool content, int depth)
{
	for (uint32_t n = below(depth ? 7 : 60); n > 0; n--) {
		uint32_t kind = depth < DEPTH ? below(9) : 9;
		bool clip = kind < 4, pass = kind == 4, moved = kind == 5;
		if (clip)
			put_shape(s);
		if (pass)
			put_op(s, 0x41, 0);
		if (moved)
			put_transform(s);
		put_leaf(s, content);
		if (clip || pass || moved)
			put_tree(s, content, depth + 1);
		if (clip)
			put_clip_pop(s);
		if (pass)
			put_op(s, 0x42, 0);
		if (moved)
			put_transform_pop(s);
	}
}

static void write(struct stream *s)
{
	for (uint32_t id = 0; id < 2; id++) {
		size_t at = put_open(s, 0x64);
		put_u32(s, id), put_u32(s, 1 + below(300)), put_u32(s, 1 + below(300));
		put_u32(s, 0);
		put_tree(s, true, 1);
		put_close(s, at);
	}
	put_tree(s, false, 0);
}

/* Scenes are as they come but for those that cost too much. */
static bool load(void)
{
	width = 1 + (int32_t)below(below(2) ? 100 : 1500);
	height = 1 + (int32_t)below(below(2) ? 100 : 900);
	stream_begin(&frame.stream);
	write(&frame.stream);
	stream_end(&frame.stream);
	if (frame_decode(&frame, &scene, frame.stream.data, frame.stream.size))
		return false;
	scene.width = width;
	scene.height = height;
	return true;
}

static void use_index(bool on)
{
	struct hit_index *all[3] = {&scene.index};
	size_t n = 1;
	for (size_t i = 0; i < scene.n_placed && n < 3; i++)
		if (scene.placed[i].last != SCENE_NONE)
			all[n++] = index_of(&scene.placed[i]);
	while (n-- > 0) {
		all[n]->off = !on;
		all[n]->made = false;
		all[n]->looked = UINT32_MAX;
	}
}

struct answers {
	struct gl_hit hits[POINTS][8];
	size_t n[POINTS];
	unsigned cursor[POINTS], action[POINTS];
	struct gl_hit at[POINTS];
	bool located[POINTS];
};

struct point {
	double x, y;
	size_t max;
	uint64_t tag;
};

static void ask(const struct point *points, struct answers *a)
{
	memset(a, 0, sizeof *a);
	for (size_t i = 0; i < POINTS; i++) {
		const struct point *p = &points[i];
		a->n[i] = scene_hit(&scene, p->x, p->y, a->hits[i], p->max);
		a->cursor[i] = scene_cursor(&scene, p->x, p->y);
		a->action[i] = scene_action(&scene, p->x, p->y);
		a->located[i] = scene_locate(&scene, p->tag, p->x, p->y, &a->at[i]);
	}
}

static bool has_tag(const struct gl_scene *s, uint64_t tag, size_t *at)
{
	for (*at = s->n_areas; (*at)-- > 0;)
		if (s->areas[*at].tag == tag && !s->areas[*at].flat)
			return true;
	return false;
}

/* By the words of gl/OPS.md. */
static bool locate(const struct point *p, struct gl_hit *out)
{
	for (size_t i = scene.n_areas, in = 0; i-- > 0;) {
		const struct gl_area *a = &scene.areas[i];
		if (a->flat || (a->sublayer ? !has_tag(content_of(a), p->tag, &in)
					    : a->tag != p->tag))
			continue;
		struct gl_point q = affine_apply(&a->to_local, p->x, p->y);
		if (a->sublayer)
			q = affine_apply(&content_of(a)->areas[in].to_local, q.x, q.y);
		*out = (struct gl_hit){p->tag, (float)q.x, (float)q.y};
		return true;
	}
	return false;
}

static void choose(struct point *points)
{
	for (size_t i = 0; i < POINTS; i++)
		points[i] = (struct point){
			.x = (double)coordinate(width),
			.y = (double)coordinate(height),
			.max = below(9),
			.tag = below(TAGS + 1),
		};
}

static bool same(const void *a, const void *b, size_t size)
{
	return memcmp(a, b, size) == 0;
}

static void compare(uint32_t round, const struct point *points, const struct answers *a,
	const struct answers *b)
{
	for (size_t i = 0; i < POINTS; i++) {
		struct gl_hit at = {0};
		bool located = locate(&points[i], &at);
		if (a->n[i] == b->n[i] &&
			same(a->hits[i], b->hits[i], a->n[i] * sizeof(struct gl_hit)) &&
			a->cursor[i] == b->cursor[i] && a->action[i] == b->action[i] &&
			a->located[i] == located && b->located[i] == located &&
			same(&a->at[i], &at, sizeof at) &&
			same(&b->at[i], &at, sizeof at))
			continue;
		fail_msg("scene %u, point %g %g: %zu and %zu hits, cursors %u %u, "
			 "actions %u %u, tag %llu located %d %d %d",
			round, points[i].x, points[i].y, a->n[i], b->n[i], a->cursor[i],
			b->cursor[i], a->action[i], b->action[i],
			(unsigned long long)points[i].tag, a->located[i], b->located[i],
			located);
	}
}

static void test_same_answers(void **state)
{
	static struct point points[POINTS];
	static struct answers plain, indexed;
	uint32_t made = 0, hits = 0, cursors = 0;
	for (uint32_t round = 0; round < SCENES; round++) {
		seed = round;
		if (!load())
			continue;
		choose(points);
		use_index(false);
		ask(points, &plain);
		use_index(true);
		ask(points, &indexed);
		made += scene.index.made;
		compare(round, points, &plain, &indexed);
		for (size_t i = 0; i < POINTS; i++) {
			hits += plain.n[i] > 0;
			cursors += plain.cursor[i] > 0;
		}
	}
	print_message(
		"# %u scenes, %u with a grid; of %u points each %u hits, %u cursors\n",
		SCENES, made, POINTS, hits, cursors);
	assert_true(made > SCENES * 9 / 10);
	assert_true(hits > SCENES * POINTS / 10);
	assert_true(cursors > SCENES * POINTS / 20);
}

/* memory */

void *__real_realloc(void *p, size_t size);
void *__wrap_realloc(void *p, size_t size);
static size_t n_allocated;
static bool refuse;

void *__wrap_realloc(void *p, size_t size)
{
	n_allocated++;
	return refuse ? NULL : __real_realloc(p, size);
}

static void cells(struct stream *s)
{
	put_id(s, 0x43, 3);
	for (uint32_t i = 0; i < 2000; i++) {
		float x = (float)(i % 50) * 20, y = (float)(i / 50) * 20;
		put_rect(s, x, y, x + 15, y + 15);
		put_area(s, i);
		put_clip_pop(s);
	}
}

static void frame_of_cells(void)
{
	struct gl_hit hit;
	frame_load(&frame, cells, 1000, 800);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(scene_hit(&scene, 510, 610, &hit, 1), 1);
		assert_int_equal(hit.tag, 30 * 50 + 25);
		assert_int_equal(scene_cursor(&scene, 510, 610), 3);
		assert_int_equal(scene_cursor(&scene, 518, 610), 3);
		assert_true(scene_locate(&scene, 7, 1, 2, &hit));
		assert_false(scene_locate(&scene, 2000, 1, 2, &hit));
	}
}

static void test_steady(void **state)
{
	frame_of_cells();
	assert_true(scene.index.made);
	n_allocated = 0;
	for (int i = 0; i < 5; i++) {
		frame_of_cells();
		assert_true(scene.index.made);
	}
	assert_int_equal(n_allocated, 0);
}

static void test_no_memory(void **state)
{
	hit_index_finish(&scene.index);
	refuse = true;
	frame_of_cells();
	refuse = false;
	assert_false(scene.index.made);
	frame_of_cells();
	assert_true(scene.index.made);
}

/* Wider, so that there is more to be hit; and what was there goes with the next frame. */
static void test_resized(void **state)
{
	struct gl_hit hit;
	frame_of_cells();
	assert_int_equal(scene_cover(&scene, 300, 300, &frame.context, &frame.err), 0);
	assert_int_equal(scene_hit(&scene, 510, 610, &hit, 1), 0);
	use_index(true);
	assert_int_equal(scene_hit(&scene, 205, 205, &hit, 1), 1);
	assert_true(scene.index.made);
	assert_int_equal(scene_cover(&scene, 1000, 900, &frame.context, &frame.err), 0);
	assert_int_equal(scene_hit(&scene, 510, 610, &hit, 1), 1);
	use_index(true);
	assert_int_equal(scene_hit(&scene, 510, 610, &hit, 1), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_answers),
		cmocka_unit_test(test_steady),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_resized),
	};
	frame_open(&frame);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	frame_close(&frame);
	return failed;
}
