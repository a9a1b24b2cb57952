/* What a window keeps over frames: transactions, copies, limits, memory. No EGL. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "frame.h"

#include "gl/sublayer.h"
#include "util/opwire.h"

static struct frame frame;

/* Allocations of the code under test: the linker sends its calls here. */
static size_t allocations;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

void *__wrap_malloc(size_t size)
{
	allocations++;
	return __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	allocations++;
	return __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	allocations++;
	return __real_realloc(p, size);
}

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

static int submit(void (*write)(struct stream *s))
{
	stream_begin(&frame.stream);
	write(&frame.stream);
	stream_end(&frame.stream);
	return frame_decode(&frame, &frame.scene, frame.stream.data, frame.stream.size);
}

static void must_submit(void (*write)(struct stream *s))
{
	if (submit(write))
		fail_msg("byte %u: %s", (unsigned)frame.err.offset, frame.err.reason);
}

static void define(struct stream *s)
{
	put_image(s, 7, 4, 4, 0xff0000ff);
	put_image(s, 8, 2, 2, 0x00ff00ff);
	size_t at = put_open(s, 0x60);
	put_u32(s, 7);
	put_paint(s);
	put_close(s, at);
	at = put_open(s, 0x64);
	put_u32(s, 7), put_u32(s, 10), put_u32(s, 20), put_u32(s, 0);
	put_image_brush(s, 8, 0, 0, 2, 2);
	put_paint(s);
	put_close(s, at);
}

static void use(struct stream *s)
{
	put_image_brush(s, 7, 0, 0, 4, 4);
	put_id(s, 0x61, 7);
	put_place(s, 7, 0, 0, 10, 20, 0, 0);
	put_id(s, 0x62, 7);
}

/* Ids of different kinds are different things, and last over frames. */
static void test_kept(void **state)
{
	must_submit(define);
	for (int i = 0; i < 3; i++) {
		must_submit(use);
		assert_int_equal(frame.scene.n_items, 3);
		assert_int_equal(frame.scene.brushes[0].image->width, 4);
		assert_int_equal(frame.scene.items[1].sublayer->height, 20);
		assert_int_equal(frame.scene.items[1].sublayer->scene.n_items, 1);
	}
}

static void define_and_fail(struct stream *s)
{
	put_image(s, 7, 1, 1, 0);
	put_image_update(s, 8, 0, 0, 1, 2, 0xffffffff);
	put_image_update(s, 8, 1, 0, 1, 1, 0xffffffff);
	put_image(s, 9, 1, 1, 0);
	put_id(s, 0x63, 7);
	put_id(s, 0x65, 7);
	put_id(s, 0x72, 8);
	size_t at = put_open(s, 0x60);
	put_u32(s, 11);
	put_close(s, at);
	put_op(s, 0x1f, 0);
}

static void use_9(struct stream *s)
{
	put_image_brush(s, 9, 0, 0, 1, 1);
}

static void call_11(struct stream *s)
{
	put_id(s, 0x61, 11);
}

/* A refused frame leaves nothing behind, neither new ids nor pixels. */
static void test_refused(void **state)
{
	must_submit(define);
	must_submit(use);
	const struct gl_image *image = resource_peek_image(frame.resources, 8);
	uint64_t serial = image->serial;
	uint8_t before[16];
	memcpy(before, image->pixels, sizeof before);
	struct resource_stats was, is;
	resources_stats(frame.resources, &was);
	assert_int_equal(submit(define_and_fail), -EINVAL);
	resources_stats(frame.resources, &is);
	assert_memory_equal(&was, &is, sizeof was);
	assert_ptr_equal(resource_peek_image(frame.resources, 8), image);
	assert_int_equal(image->serial, serial);
	assert_memory_equal(image->pixels, before, sizeof before);
	assert_int_equal(submit(use_9), -EINVAL);
	assert_int_equal(submit(call_11), -EINVAL);
	must_submit(use);
	assert_int_equal(frame.scene.n_items, 3);
}

static void retire_all(struct stream *s)
{
	use(s);
	put_id(s, 0x63, 7);
	put_id(s, 0x65, 7);
	put_id(s, 0x72, 7);
	put_id(s, 0x72, 8);
}

/* What a scene shows lives on though it is retired. */
static void test_retired(void **state)
{
	struct resource_stats stats;
	must_submit(define);
	must_submit(retire_all);
	resources_stats(frame.resources, &stats);
	for (int i = 0; i < RESOURCE_KINDS; i++)
		assert_int_equal(stats.n[i] + stats.bytes[i], 0);
	assert_int_equal(frame.scene.brushes[0].image->pixels[0], 255);
	assert_int_equal(frame.scene.items[1].sublayer->scene.brushes[0].image->width, 2);
	assert_int_equal(submit(use), -EINVAL);
	assert_string_equal(frame.err.reason, "brush image: image 7 is not defined");
}

static void paint_update_paint(struct stream *s)
{
	put_image_brush(s, 7, 0, 0, 4, 4);
	put_paint(s);
	put_image_update(s, 7, 1, 1, 2, 1, 0x0000ffff);
	put_paint(s);
	put_image_brush(s, 7, 0, 0, 4, 4);
	put_paint(s);
}

static void update_paint(struct stream *s)
{
	put_image_update(s, 7, 0, 0, 1, 1, 0x01020304);
	put_image_brush(s, 7, 0, 0, 4, 4);
	put_paint(s);
}

static uint32_t pixel(const struct gl_image *image, int x, int y)
{
	const uint8_t *p = &image->pixels[4 * (y * image->width + x)];
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* A brush shows what the image was when it was set; the next frame changes it in place. */
static void test_updates(void **state)
{
	must_submit(define);
	must_submit(paint_update_paint);
	const struct gl_scene *s = &frame.scene;
	assert_int_equal(s->n_items, 3);
	const struct gl_image *first = s->brushes[s->items[0].brush].image;
	const struct gl_image *second = s->brushes[s->items[1].brush].image;
	const struct gl_image *third = s->brushes[s->items[2].brush].image;
	assert_ptr_equal(first, second);
	assert_ptr_not_equal(first, third);
	assert_int_equal(pixel(first, 1, 1), 0xff0000ff);
	assert_int_equal(pixel(third, 1, 1), 0x0000ffff);
	assert_int_equal(pixel(third, 2, 1), 0x0000ffff);
	assert_int_equal(pixel(third, 3, 1), 0xff0000ff);
	assert_int_not_equal(first->serial, third->serial);
	assert_true(third->opaque);
	uint64_t serial = third->serial, content = s->items[2].content;
	must_submit(update_paint);
	assert_ptr_equal(s->brushes[0].image, third);
	assert_int_not_equal(third->serial, serial);
	assert_int_not_equal(s->items[0].content, content);
	assert_int_equal(pixel(third, 0, 0), 0x01020304);
	assert_int_equal(pixel(third, 1, 1), 0x0000ffff);
	assert_false(third->opaque);
}

static void update_8(struct stream *s)
{
	put_image_update(s, 8, 0, 0, 2, 2, 0x0000ffff);
	use(s);
}

/* A sub-layer shows what the image was when the sub-layer was defined. */
static void test_pinned(void **state)
{
	must_submit(define);
	must_submit(update_8);
	must_submit(update_8);
	const struct gl_sublayer *sub = frame.scene.items[1].sublayer;
	assert_int_equal(pixel(sub->scene.brushes[0].image, 0, 0), 0x00ff00ff);
	const struct gl_image *now = resource_peek_image(frame.resources, 8);
	assert_int_equal(pixel(now, 0, 0), 0x0000ffff);
}

/* Pixels that are another's: given back once, when nothing shows them. */

static size_t released;

static void release(void *owner, void *pixels)
{
	assert_ptr_equal(owner, &released);
	free(pixels);
	released++;
}

static void use_70(struct stream *s)
{
	put_image_brush(s, 70, 0, 0, 2, 1);
	put_paint(s);
}

static void retire_70(struct stream *s)
{
	put_id(s, 0x72, 70);
}

static void nothing(struct stream *s)
{
	(void)s;
}

static void update_70(struct stream *s)
{
	put_image_update(s, 70, 0, 0, 1, 1, 0x05060708);
	use_70(s);
}

static void test_adopted(void **state)
{
	uint8_t *pixels = calloc(2, 4);
	released = 0;
	assert_int_equal(resource_image_adopt(
				 frame.resources, 70, 0, 1, pixels, release, &released),
		-EINVAL);
	assert_int_equal(resource_image_adopt(frame.resources, 70, 20000, 1, pixels,
				 release, &released),
		-EINVAL);
	assert_int_equal(resource_image_adopt(
				 frame.resources, 70, 2, 1, pixels, release, &released),
		0);
	must_submit(use_70);
	must_submit(retire_70);
	assert_int_equal(released, 1);

	pixels = calloc(2, 4);
	assert_int_equal(resource_image_adopt(
				 frame.resources, 70, 2, 1, pixels, release, &released),
		0);
	must_submit(use_70);
	assert_ptr_equal(frame.scene.brushes[0].image->pixels, pixels);
	must_submit(update_70);
	assert_int_equal(released, 2);
	assert_int_equal(pixel(frame.scene.brushes[0].image, 0, 0), 0x05060708);
	must_submit(nothing);
	assert_int_equal(released, 2);
}

/* A frame that only uses what is kept allocates nothing, once its like was there. */
static void steady(struct stream *s)
{
	for (int i = 0; i < 50; i++)
		use(s);
}

static void test_steady(void **state)
{
	struct gl_scene was = {0};
	struct gl_region damage;
	must_submit(define);
	for (int i = 0; i < 6; i++) {
		struct gl_scene swap = was;
		was = frame.scene;
		frame.scene = swap;
		stream_begin(&frame.stream);
		steady(&frame.stream);
		if (i % 2)
			put_fill(&frame.stream, 1, 2, 3, 4, 0xff);
		stream_end(&frame.stream);
		size_t before = allocations;
		assert_int_equal(frame_decode(&frame, &frame.scene, frame.stream.data,
					 frame.stream.size),
			0);
		scene_diff(&was, &frame.scene, &damage);
		assert_true(i < 3 || allocations == before);
	}
	assert_true(allocations > 0);
	scene_finish(&was, &frame.context);
}

/* Limits */

static void put_macro(struct stream *s, uint32_t id, size_t words)
{
	put_op(s, 0x60, (uint32_t)(1 + words));
	put_u32(s, id);
	while (words-- > 0)
		put_paint(s);
}

static void n_macros(struct stream *s, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		put_macro(s, i * 77, 0);
}

static void n_images(struct stream *s, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		put_image(s, UINT32_MAX - i, 1, 1, 0);
}

static void n_sublayers(struct stream *s, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		put_op(s, 0x64, 4);
		put_u32(s, i), put_u32(s, 1), put_u32(s, 1), put_u32(s, 0);
	}
}

/* Twice 8 MiB, in two frames. */
static void half_of_macros(struct stream *s)
{
	put_macro(s, 1, 2u << 20);
}

static void other_half(struct stream *s)
{
	put_macro(s, 2, 2u << 20);
}

static void one_word(struct stream *s)
{
	put_macro(s, 3, 1);
}

static const struct {
	void (*write)(struct stream *s, uint32_t n);
	uint32_t limit;
	const char *reason;
} limits[] = {
	{n_macros, 4096, "macro: more than 4096 macros kept"},
	{n_images, 1024, "image: more than 1024 images kept"},
	{n_sublayers, 64, "sublayer: more than 64 in a stream"},
};

static void test_limits(void **state)
{
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		for (uint32_t n = limits[i].limit; n <= limits[i].limit + 1; n++) {
			struct frame f;
			frame_open(&f);
			stream_begin(&f.stream);
			limits[i].write(&f.stream, n);
			stream_end(&f.stream);
			int rc = frame_decode(&f, &f.scene, f.stream.data, f.stream.size);
			if (rc != (n > limits[i].limit ? -E2BIG : 0) ||
				(rc && strcmp(f.err.reason, limits[i].reason)))
				fail_msg("limit %zu, %u: rc %d, %s", i, n, rc,
					f.err.reason);
			frame_close(&f);
		}
}

static void test_bytes(void **state)
{
	must_submit(half_of_macros);
	must_submit(half_of_macros); /* again: it replaces the first */
	must_submit(other_half);
	assert_int_equal(submit(one_word), -E2BIG);
	assert_string_equal(
		frame.err.reason, "macro: more than 16777216 bytes of macros kept");
}

/* Pixels of others fill the rest, so that what is copied for updates reaches the limit. */
static void updates_of_70(struct stream *s)
{
	for (int i = 0; i < 3; i++) {
		put_image_brush(s, 70, 0, 0, 2, 1);
		put_image_update(s, 70, 0, 0, 1, 1, 0);
	}
}

static void leave(void *owner, void *pixels)
{
	(void)owner;
	(void)pixels;
}

static void test_copies(void **state)
{
	size_t bytes = (size_t)100 << 20;
	uint8_t *pixels = calloc(bytes, 1);
	assert_non_null(pixels);
	assert_int_equal(resource_image_adopt(
				 frame.resources, 70, 16000, 1638, pixels, leave, NULL),
		0);
	assert_int_equal(submit(updates_of_70), -E2BIG);
	assert_string_equal(frame.err.reason,
		"image update: more than 268435456 bytes of images copied in a frame");
	frame_close(&frame);
	frame_open(&frame);
	free(pixels);
}

/* Very many ids, of which few are there at a time. */
static void test_many_ids(void **state)
{
	for (uint32_t round = 0; round < 40; round++) {
		stream_begin(&frame.stream);
		for (uint32_t i = 0; i < 1000; i++) {
			put_macro(&frame.stream, round * 1000 + i, 1);
			if (i >= 10)
				put_id(&frame.stream, 0x63, round * 1000 + i - 10);
		}
		stream_end(&frame.stream);
		assert_int_equal(frame_decode(&frame, &frame.scene, frame.stream.data,
					 frame.stream.size),
			0);
		struct resource_stats stats;
		resources_stats(frame.resources, &stats);
		assert_int_equal(stats.n[RESOURCE_MACRO], 10 * (round + 1));
		size_t size;
		assert_non_null(
			resource_macro(frame.resources, round * 1000 + 999, &size));
		assert_null(resource_macro(frame.resources, round * 1000 + 989, &size));
	}
}

/* Fonts by a host of the test's own. */

static uint32_t fonts_open;

static int open_query(void *data, unsigned weight, unsigned slant, const char *families,
	size_t n, uint32_t *out)
{
	if (weight == 999)
		return -ENOENT;
	assert_int_equal(slant, 1);
	assert_memory_equal(families, "Sans", n);
	*out = OPWIRE_HOST_FONTS + ++fonts_open;
	return 0;
}

static int open_bytes(
	void *data, const void *bytes, size_t size, unsigned face, uint32_t *out)
{
	if (size != 3 || memcmp(bytes, "abc", 3) != 0 || face != 2)
		return -EINVAL;
	*out = OPWIRE_HOST_FONTS + ++fonts_open;
	return 0;
}

/* One, and only to 7. */
static bool lend(void *data, uint64_t owner, uint32_t font)
{
	bool usable = owner == 7 && font == 0x80000009;
	fonts_open += usable;
	return usable;
}

static void close_font(void *data, uint32_t font)
{
	fonts_open--;
}

static void put_query(struct stream *s, uint32_t id, uint32_t weight)
{
	size_t at = put_open(s, 0x74);
	put_u32(s, id), put_u32(s, weight), put_u32(s, 1);
	put_text(s, "Sans");
	put_close(s, at);
}

static void put_font_bytes(struct stream *s, uint32_t id, uint32_t face)
{
	size_t at = put_open(s, 0x75);
	put_u32(s, id), put_u32(s, face);
	put_text(s, "abc");
	put_close(s, at);
}

static void put_glyph(struct stream *s, uint32_t font)
{
	put_op(s, 0x33, 6);
	put_u32(s, font), put_f32(s, 12), put_u32(s, 0);
	put_u32(s, 40), put_f32(s, 3), put_f32(s, 20);
}

static void fonts(struct stream *s)
{
	put_query(s, 1, 400);
	put_font_bytes(s, 2, 2);
	put_glyph(s, 1);
	put_glyph(s, 2);
	put_glyph(s, 0x80000009);
}

static void fonts_refused(struct stream *s)
{
	put_query(s, 1, 500);
	put_id(s, 0x76, 2);
	put_glyph(s, 3);
}

static void fonts_retired(struct stream *s)
{
	put_glyph(s, 1);
	put_glyph(s, 2);
	put_id(s, 0x76, 1);
	put_id(s, 0x76, 2);
}

static void no_match(struct stream *s)
{
	put_query(s, 1, 999);
}

static void no_font(struct stream *s)
{
	put_font_bytes(s, 1, 3);
}

static void test_fonts(void **state)
{
	const struct resource_fonts host = {
		.open_query = open_query,
		.open_bytes = open_bytes,
		.lend = lend,
		.close = close_font,
	};
	assert_int_equal(submit(fonts), -EINVAL);
	resources_set_fonts(frame.resources, &host);
	for (uint64_t owner = 0; owner < 2; owner++) {
		resources_set_owner(frame.resources, owner);
		assert_int_equal(submit(fonts), -EINVAL);
		assert_string_equal(
			frame.err.reason, "glyphs: font 2147483657 is not defined");
	}
	resources_set_owner(frame.resources, 7);
	must_submit(fonts);
	assert_int_equal(fonts_open, 3);
	assert_int_equal(frame.scene.n_glyphs, 3);
	assert_int_equal(frame.scene.runs[0].font, OPWIRE_HOST_FONTS + 1);
	assert_int_equal(frame.scene.runs[2].font, 0x80000009);
	assert_true(frame.scene.runs[0].upright);
	assert_int_equal(submit(fonts_refused), -EINVAL);
	assert_string_equal(frame.err.reason, "glyphs: font 3 is not defined");
	assert_int_equal(submit(no_match), -EINVAL);
	assert_int_equal(submit(no_font), -EINVAL);
	assert_string_equal(
		frame.err.reason, "font bytes: the bytes are no font, or lack face 3");
	must_submit(fonts);
	assert_int_equal(fonts_open, 3);
	must_submit(fonts_retired);
	assert_int_equal(fonts_open, 2); /* the scene still shows them */
	must_submit(nothing);
	assert_int_equal(fonts_open, 0);
	must_submit(fonts);
	assert_int_equal(fonts_open, 3);
	frame_close(&frame);
	assert_int_equal(fonts_open, 0);
	frame_open(&frame);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_kept),
		CASE(test_refused),
		CASE(test_retired),
		CASE(test_updates),
		CASE(test_pinned),
		CASE(test_adopted),
		CASE(test_steady),
		CASE(test_limits),
		CASE(test_bytes),
		CASE(test_copies),
		CASE(test_many_ids),
		CASE(test_fonts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
