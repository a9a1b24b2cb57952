/* Layers over time: damage, refusal, sizes, and what does not fit in one draw call. */
#include "rig.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "gl/private.h"
#include "gl/rect.h"

#define RED     0xff0000ff
#define GREEN   0x00ff00ff
#define BLUE    0x0000ffff
#define MAGENTA 0xff00ffff
#define CLEAR   0x00000000

static struct rig rig;

/* A white page with two rects, of which one may be moved and coloured. */
static struct gl_rect submit_page(struct gl_layer *layer, float x, uint32_t color)
{
	stream_begin(&rig.stream);
	put_fill(&rig.stream, 0, 0, 100, 100, 0xffffffff);
	put_fill(&rig.stream, 50, 50, 60, 60, BLUE);
	put_fill(&rig.stream, x, 20, x + 5, 30, color);
	return rig_submit(&rig, layer);
}

/* Spoils the pixels behind the layer's back: what is drawn anew shows. */
static void scribble(struct gl_layer *layer)
{
	struct gl_rect all = {0, 0, layer->width, layer->height};
	if (!layer->surface.framebuffer) {
		static uint8_t pixels[100 * 100 * 4];
		assert_true(rect_area(&all) * 4 <= sizeof pixels);
		for (size_t i = 0; i < sizeof pixels; i += 4)
			memcpy(&pixels[i], (const uint8_t[]){255, 0, 255, 255}, 4);
		surface_put(rig.gl, &layer->surface, all, pixels);
		return;
	}
	surface_target(&layer->surface, all);
	glClearColor(1, 0, 1, 1);
	glClear(GL_COLOR_BUFFER_BIT);
}

/* What is in the texture or in memory, which gl_layer_read of a painter on the processor does not ask. */
static void read_texture(struct gl_layer *layer)
{
	struct gl_surface s = layer->surface;
	rig_read(&rig, layer, layer->width, layer->height);
	if (s.framebuffer)
		return;
	if (s.pixels) {
		assert_int_equal(surface_read(rig.gl, &s, rig.pixels), 0);
		return;
	}
	assert_int_equal(surface_attach(&s), 0);
	assert_int_equal(surface_read(rig.gl, &s, rig.pixels), 0);
	glDeleteFramebuffers(1, &s.framebuffer);
}

/* Everything within r is what, everything beyond is other. */
static void expect_inside(struct gl_rect r, int32_t side, uint32_t what, uint32_t other)
{
	for (int32_t y = 0; y < side; y++) {
		for (int32_t x = 0; x < side; x++) {
			bool in = x >= r.x0 && x < r.x1 && y >= r.y0 && y < r.y1;
			rig_expect(&rig, x, y, in ? what : other, 0);
		}
	}
}

static void base(struct stream *s)
{
	put_fill(s, 0, 0, 64, 64, 0xffffffff);
	put_fill(s, 10, 10, 20, 20, RED);
	put_fill(s, 30, 30, 40, 40, GREEN);
}

static void recoloured(struct stream *s)
{
	put_fill(s, 0, 0, 64, 64, 0xffffffff);
	put_fill(s, 10, 10, 20, 20, 0x0000ff80);
	put_fill(s, 30, 30, 40, 40, GREEN);
}

static void moved(struct stream *s)
{
	put_fill(s, 0, 0, 64, 64, 0xffffffff);
	put_fill(s, 14, 12, 24, 22, RED);
	put_fill(s, 30, 30, 40, 40, GREEN);
}

static void added(struct stream *s)
{
	base(s);
	put_fill(s, 50, 5, 60, 8, GREEN);
}

static void removed(struct stream *s)
{
	put_fill(s, 0, 0, 64, 64, 0xffffffff);
	put_fill(s, 30, 30, 40, 40, GREEN);
}

/* The same in other words. */
static void reworded(struct stream *s)
{
	put_area(s, 7);
	put_move(s, 0, 0);
	base(s);
	put_transform_pop(s);
}

static void half(struct stream *s)
{
	put_fill(s, 5.5f, 5, 25, 25, 0xff000080);
}

static void empty(struct stream *s)
{
	(void)s;
}

struct change {
	const char *name;
	void (*from)(struct stream *s), (*to)(struct stream *s);
	struct gl_rect damage;
};

static const struct change changes[] = {
	{"damage: none", base, base, {0, 0, 0, 0}},
	{"damage: other words", base, reworded, {0, 0, 0, 0}},
	{"damage: colour", base, recoloured, {10, 10, 20, 20}},
	{"damage: place", base, moved, {10, 10, 24, 22}},
	{"damage: one more", base, added, {50, 5, 60, 8}},
	{"damage: one less", added, base, {50, 5, 60, 8}},
	{"damage: one less in the middle", base, removed, {10, 10, 20, 20}},
	{"damage: all gone", base, empty, {0, 0, 64, 64}},
	{"damage: from nothing", empty, half, {5, 5, 25, 25}},
	{"damage: to nothing", half, empty, {5, 5, 25, 25}},
	{"damage: nothing to nothing", empty, empty, {0, 0, 0, 0}},
};

static struct gl_rect submit(struct gl_layer *layer, void (*write)(struct stream *s))
{
	stream_begin(&rig.stream);
	write(&rig.stream);
	return rig_submit(&rig, layer);
}

/* What is drawn bit by bit looks like what is drawn at once. */
static void test_change(void **state)
{
	const struct change *c = *state;
	static uint8_t afresh[64 * 64 * 4];
	struct gl_layer *layer = rig_layer(&rig, 64, 64),
			*fresh = rig_layer(&rig, 64, 64);
	struct gl_rect want = c->damage;
	submit(layer, c->from);
	assert_int_equal(gl_layer_draw(layer), 0);
	rig_expect_rect(submit(layer, c->to), want.x0, want.y0, want.x1, want.y1);
	submit(fresh, c->to);
	assert_int_equal(gl_layer_read(fresh, afresh), 0);
	rig_read(&rig, layer, 64, 64);
	assert_memory_equal(rig.pixels, afresh, sizeof afresh);
}

static void test_only_damage_is_drawn(void **state)
{
	(void)state;
	struct gl_layer *layer = rig_layer(&rig, 100, 100);
	submit_page(layer, 10, RED);
	read_texture(layer);
	rig_expect(&rig, 12, 25, RED, 0);
	scribble(layer);
	read_texture(layer);
	expect_inside((struct gl_rect){0}, 100, 0, MAGENTA);
	struct gl_rect damage = submit_page(layer, 10, GREEN);
	read_texture(layer);
	expect_inside(damage, 100, GREEN, MAGENTA);
}

/* No opaque paint hides what was there: it must go first. */
static void test_damage_is_cleared(void **state)
{
	(void)state;
	struct gl_layer *layer = rig_layer(&rig, 100, 100);
	stream_begin(&rig.stream);
	put_fill(&rig.stream, 10, 10, 20, 20, 0xff000080);
	rig_submit(&rig, layer);
	read_texture(layer);
	scribble(layer);
	stream_begin(&rig.stream);
	put_fill(&rig.stream, 10, 10, 20, 20, 0x00ff0080);
	rig_submit(&rig, layer);
	read_texture(layer);
	expect_inside((struct gl_rect){10, 10, 20, 20}, 100, 0x00bc0080, MAGENTA);
}

static void note(void *data, const struct gl_layer_note *n)
{
	struct gl_layer_note *last = data;
	*last = *n;
}

/* What others ask of a layer besides hits: of the frame that was accepted last. */
static void test_asked(void **state)
{
	(void)state;
	struct gl_layer *layer = rig_layer(&rig, 100, 100);
	struct gl_layer_note last = {0};
	stream_begin(&rig.stream);
	put_rect(&rig.stream, 10, 10, 20, 20);
	put_area(&rig.stream, 7);
	put_op(&rig.stream, OP_CURSOR, 1), put_u32(&rig.stream, CURSOR_TEXT);
	put_op(&rig.stream, OP_ACTION, 1), put_u32(&rig.stream, ACTION_MOVE);
	put_op(&rig.stream, OP_LABEL, 2), put_u32(&rig.stream, 2);
	put_u32(&rig.stream, 'o' | 'k' << 8);
	put_clip_pop(&rig.stream);
	rig_submit(&rig, layer);
	assert_int_equal(gl_layer_cursor(layer, 15, 15), CURSOR_TEXT);
	assert_int_equal(gl_layer_cursor(layer, 25, 15), CURSOR_DEFAULT);
	assert_int_equal(gl_layer_action(layer, 15, 15), ACTION_MOVE);
	assert_int_equal(gl_layer_action(layer, 25, 15), ACTION_NONE);
	gl_layer_notes(layer, note, &last);
	assert_int_equal(last.op, OP_LABEL);
	assert_true(last.has_area && last.area == 7 && last.n_text == 2);
	assert_memory_equal(last.text, "ok", 2);
	rig_expect_rect(last.bounds, 10, 10, 20, 20);
}

static void test_damage_adds_up(void **state)
{
	(void)state;
	struct gl_layer *layer = rig_layer(&rig, 100, 100);
	submit_page(layer, 10, RED);
	assert_int_equal(gl_layer_draw(layer), 0);
	submit_page(layer, 30, RED);
	submit_page(layer, 70, RED);
	rig_read(&rig, layer, 100, 100);
	rig_expect(&rig, 12, 25, 0xffffffff, 0);
	rig_expect(&rig, 32, 25, 0xffffffff, 0);
	rig_expect(&rig, 72, 25, RED, 0);
}

static void test_refused_stream(void **state)
{
	(void)state;
	struct gl_layer *layer = rig_layer(&rig, 100, 100);
	struct gl_region damage;
	struct gl_op_error err = {0};
	submit_page(layer, 10, RED);
	stream_begin(&rig.stream);
	put_fill(&rig.stream, 0, 0, 100, 100, GREEN);
	size_t at = rig.stream.size;
	put_clip_pop(&rig.stream);
	stream_end(&rig.stream);
	assert_int_equal(
		gl_layer_submit(layer, rig.stream.data, rig.stream.size, &damage, &err),
		-EINVAL);
	assert_int_equal(err.offset, at);
	assert_true(strlen(err.reason) > 0);
	/* Valid to the last byte, but too much work. */
	stream_begin(&rig.stream);
	for (int i = 0; i < 16000; i++)
		put_fill(&rig.stream, 0, 0, 100, 100, GREEN);
	stream_end(&rig.stream);
	assert_int_equal(
		gl_layer_submit(layer, rig.stream.data, rig.stream.size, &damage, &err),
		-E2BIG);
	rig_read(&rig, layer, 100, 100);
	rig_expect(&rig, 12, 25, RED, 0);
	rig_expect(&rig, 90, 90, 0xffffffff, 0);
	rig_expect_rect(submit_page(layer, 10, RED), 0, 0, 0, 0);
}

static void test_resize(void **state)
{
	(void)state;
	struct gl_layer *layer = rig_layer(&rig, 8, 8);
	stream_begin(&rig.stream);
	put_fill(&rig.stream, 2, 2, 100, 20, RED);
	rig_expect_rect(rig_submit(&rig, layer), 2, 2, 8, 8);
	rig_read(&rig, layer, 8, 8);
	assert_int_equal(gl_layer_resize(layer, 0, 8), -EINVAL);
	assert_int_equal(gl_layer_resize(layer, 8, -1), -EINVAL);
	assert_int_equal(gl_layer_resize(layer, MAX_SIDE + 1, 8), -EINVAL);
	assert_int_equal(gl_layer_resize(layer, 64, 32), 0);
	rig_read(&rig, layer, 64, 32);
	rig_expect(&rig, 63, 19, RED, 0);
	rig_expect(&rig, 63, 20, CLEAR, 0);
	rig_expect(&rig, 1, 2, CLEAR, 0);
	rig_expect_rect(rig_submit(&rig, layer), 0, 0, 0, 0);
	assert_int_equal(gl_layer_resize(layer, 4, 4), 0);
	rig_read(&rig, layer, 4, 4);
	rig_expect(&rig, 3, 3, RED, 0);
	rig_expect(&rig, 1, 3, CLEAR, 0);
}

static void test_sizes(void **state)
{
	static const struct {
		int32_t width, height;
		int rc;
	} cases[] = {
		{0, 1, -EINVAL},
		{1, 0, -EINVAL},
		{-5, 5, -EINVAL},
		{MAX_SIDE + 1, 1, -EINVAL},
		{INT32_MAX, INT32_MAX, -EINVAL},
		{1, 1, 0},
		{4096, 1, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct gl_layer *layer = NULL;
		struct gl_target *target = NULL;
		int32_t w = cases[i].width, h = cases[i].height;
		assert_int_equal(gl_layer_create(rig.gl, w, h, &layer), cases[i].rc);
		assert_int_equal(gl_target_create(rig.gl, w, h, &target), cases[i].rc);
		gl_layer_destroy(layer);
		gl_target_destroy(target);
	}
}

#define SWING 64

/* From x down to height in swings of a pixel a row, to the right and back. */
static void put_zigzag(struct stream *s, float x, float width, int height)
{
	float xy[2 * 2 * 64];
	size_t n = 0;
	assert_true(height / SWING < 64);
	for (int y = 0; y <= height; y += SWING) {
		xy[n++] = x + width + (float)(y / SWING % 2 * SWING);
		xy[n++] = (float)y;
	}
	for (int y = height; y >= 0; y -= SWING) {
		xy[n++] = x + (float)(y / SWING % 2 * SWING);
		xy[n++] = (float)y;
	}
	put_contour(s, xy, n / 2);
}

/*
 * Zigzags need new quads in each row, until no more fit, in the middle of a row;
 * upright bars around them grow downwards all the while.
 */
static void test_more_than_a_draw_call(void **state)
{
	enum {
		HEIGHT = 40 * SWING,
		BARS = 8,
		CORNERS = 2 * (HEIGHT / SWING + 1)
	};
	(void)state;
	struct gl_layer *layer = rig_layer(&rig, 1024, HEIGHT);
	stream_begin(&rig.stream);
	put_op(&rig.stream, 0x13, BARS * (13 + 3 * CORNERS + 1));
	for (int i = 0; i < BARS; i++) {
		float x = (float)i * 128;
		put_contour(&rig.stream,
			(const float[]){x, 0, x + 10, 0, x + 10, HEIGHT, x, HEIGHT}, 4);
		put_zigzag(&rig.stream, x + 20, 12, HEIGHT);
	}
	put_all(&rig.stream, RED);
	put_clip_pop(&rig.stream);
	rig_submit(&rig, layer);
	const struct gl_mask *mask = layer->scenes[layer->current].clips[0].mask;
	assert_true(mask->rows[mask->height] > 2 * BATCH_QUADS);
	rig_read(&rig, layer, 1024, HEIGHT);
	for (int32_t y = 0; y < HEIGHT; y++) {
		int32_t swing = y % SWING;
		for (int i = 0; i < BARS; i++) {
			int32_t x = i * 128;
			rig_expect(&rig, x, y, RED, 0);
			rig_expect(&rig, x + 9, y, RED, 0);
			rig_expect(&rig, x + 10, y, CLEAR, 0);
			x += 20 + (y / SWING % 2 ? SWING - 1 - swing : swing);
			rig_expect(&rig, x - 1, y, CLEAR, 0);
			rig_expect(&rig, x, y, 0xbc000080, 1);
			rig_expect(&rig, x + 1, y, RED, 0);
			rig_expect(&rig, x + 11, y, RED, 0);
			rig_expect(&rig, x + 12, y, 0xbc000080, 1);
			rig_expect(&rig, x + 13, y, CLEAR, 0);
		}
	}
}

/* More coverage values than the atlas holds: thin, almost flat triangles. */
static void test_more_than_the_atlas(void **state)
{
	enum {
		SIDE = 2046,
		STEP = 3
	};
	(void)state;
	struct gl_layer *layer = rig_layer(&rig, SIDE, SIDE);
	stream_begin(&rig.stream);
	put_op(&rig.stream, 0x13, SIDE / STEP * 10);
	for (int y = 0; y < SIDE; y += STEP)
		put_contour(&rig.stream,
			(const float[]){0, (float)y, SIDE, (float)y, SIDE, (float)y + 2},
			3);
	put_all(&rig.stream, 0xffffffff);
	put_clip_pop(&rig.stream);
	rig_submit(&rig, layer);
	const struct gl_mask *mask = layer->scenes[layer->current].clips[0].mask;
	assert_true(mask->bytes > 2 * RING_TEXELS / 4);
	rig_read(&rig, layer, SIDE, SIDE);
	for (int32_t y = 0; y < SIDE; y++) {
		for (int32_t x = 0; x < SIDE; x += 61) {
			/* The edge falls by two rows over the width. */
			double edge = 2.0 * (x + .5) / SIDE - y % STEP;
			double cover = fmin(fmax(edge, 0), 1);
			int off = (int)(rig_pixel(&rig, x, y) & 255) -
				  (int)(cover * 255 + .5);
			if (off < -1 || off > 1)
				fail_msg("alpha of %d,%d is %d off", x, y, off);
		}
	}
}

static void test_huge(void **state)
{
	(void)state;
	struct gl_layer *layer = rig_layer(&rig, 4096, 4096);
	stream_begin(&rig.stream);
	put_rrect(&rig.stream, 0, 0, 4096, 4096, 100);
	put_all(&rig.stream, RED);
	put_clip_pop(&rig.stream);
	put_fill(&rig.stream, 4000, 2000, 4096, 2001, GREEN);
	rig_submit(&rig, layer);
	rig_read(&rig, layer, 4096, 4096);
	rig_expect(&rig, 0, 0, CLEAR, 0);
	rig_expect(&rig, 4095, 4095, CLEAR, 0);
	rig_expect(&rig, 2048, 0, RED, 0);
	rig_expect(&rig, 0, 2048, RED, 0);
	rig_expect(&rig, 4095, 1999, RED, 0);
	rig_expect(&rig, 4095, 2000, GREEN, 0);
	rig_expect(&rig, 2048, 4095, RED, 0);
}

/* Warm: the like of a frame finds room in what the frames before it left. */
static void test_arrays_stay(void **state)
{
	(void)state;
	struct gl_layer *layer = rig_layer(&rig, 256, 256);
	struct gl_scene was[2];
	for (int i = 0; i < 20; i++) {
		stream_begin(&rig.stream);
		for (int k = 0; k < 100; k++) {
			put_rrect(&rig.stream, k, k, k + 50, k + 50 + i, 9);
			put_all(&rig.stream, k % 2 ? RED : BLUE);
			put_clip_pop(&rig.stream);
		}
		if (i == 4)
			memcpy(was, layer->scenes, sizeof was);
		rig_submit(&rig, layer);
		assert_int_equal(gl_layer_draw(layer), 0);
	}
	for (int i = 0; i < 2; i++) {
		assert_ptr_equal(layer->scenes[i].clips, was[i].clips);
		assert_ptr_equal(layer->scenes[i].items, was[i].items);
		assert_ptr_equal(layer->scenes[i].brushes, was[i].brushes);
	}
}

static void test_hit(void **state)
{
	(void)state;
	struct gl_layer *layer = rig_layer(&rig, 100, 100);
	struct gl_hit hits[4];
	assert_int_equal(gl_layer_hit(layer, 5, 5, hits, 4), 0);
	stream_begin(&rig.stream);
	put_move(&rig.stream, 10, 20);
	put_rect(&rig.stream, 0, 0, 30, 30);
	put_area(&rig.stream, 77);
	put_clip_pop(&rig.stream);
	put_transform_pop(&rig.stream);
	rig_submit(&rig, layer);
	assert_int_equal(gl_layer_hit(layer, 9, 25, hits, 4), 0);
	assert_int_equal(gl_layer_hit(layer, 15, 26, hits, 4), 1);
	assert_int_equal(hits[0].tag, 77);
	assert_true(hits[0].x == 5 && hits[0].y == 6);
	assert_true(gl_layer_locate(layer, 77, 0, 0, &hits[1]));
	assert_true(hits[1].x == -10 && hits[1].y == -20);
	assert_false(gl_layer_locate(layer, 78, 0, 0, &hits[1]));
}

static int clear(void **state)
{
	(void)state;
	rig_clear(&rig);
	return 0;
}

int main(int argc, char **argv)
{
#define T(name) cmocka_unit_test_teardown(name, clear)
	enum {
		N = sizeof changes / sizeof changes[0],
		M = 12
	};
	static const struct CMUnitTest others[M] = {
		T(test_only_damage_is_drawn),
		T(test_damage_is_cleared),
		T(test_asked),
		T(test_damage_adds_up),
		T(test_refused_stream),
		T(test_resize),
		T(test_sizes),
		T(test_more_than_a_draw_call),
		T(test_more_than_the_atlas),
		T(test_huge),
		T(test_arrays_stay),
		T(test_hit),
	};
	struct CMUnitTest tests[N + M];
	for (size_t i = 0; i < N; i++)
		tests[i] = (struct CMUnitTest){changes[i].name, test_change, NULL, clear,
			(void *)(uintptr_t)&changes[i]};
	memcpy(tests + N, others, sizeof others);
	rig_open_args(&rig, argc, argv);
	int failed = cmocka_run_group_tests_name("layer", tests, NULL, NULL);
	rig_close(&rig);
	return failed != 0;
}
