/* The cache of masks: what is found again, what it is bounded by, and that memory goes round. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "frame.h"

static struct frame frame;

static void put_shape(struct stream *s, float x, float y)
{
	put_push(s, 1, 0, x, 0, 1, y);
	put_rrect(s, 0.25f, 0.5f, 40, 36, 7);
	put_paint(s);
	put_clip_pop(s);
	put_transform_pop(s);
}

static void cover(void (*write)(struct stream *s))
{
	frame_load(&frame, write, 640, 480);
}

static void many_alike(struct stream *s)
{
	for (int i = 0; i < 100; i++)
		put_shape(s, (float)(i % 10 * 50), (float)(i / 10 * 40));
}

static void moved(struct stream *s)
{
	for (int i = 0; i < 100; i++)
		put_shape(s, (float)(i % 10 * 50 + 3), (float)(i / 10 * 40 + 7));
}

static float shift;

static void fresh(struct stream *s)
{
	for (int i = 0; i < 50; i++)
		put_shape(s, (float)i + shift, (float)i / 64);
}

static void nested(struct stream *s)
{
	put_ellipse(s, 10, 10, 300, 300);
	many_alike(s);
	put_clip_pop(s);
}

static void test_shared(void **state)
{
	cover(many_alike);
	assert_int_equal(frame.masks.misses, 1);
	assert_int_equal(frame.masks.hits, 99);
	uint64_t work = frame.raster.work;
	cover(moved);
	assert_int_equal(frame.masks.misses, 1);
	assert_true(frame.raster.work == work);
	assert_ptr_equal(frame.scene.clips[0].mask, frame.scene.clips[99].mask);
	assert_int_equal(frame.scene.clips[0].mask_x, 3);
	assert_int_equal(frame.scene.clips[99].mask_y, 9 * 40 + 7);
}

/* A frame costs the same whether its masks are found or made. */
static void test_work_of_products(void **state)
{
	cover(nested);
	uint64_t work = frame.raster.work, misses = frame.masks.misses;
	cover(nested);
	assert_true(frame.raster.work == work);
	assert_int_equal(frame.masks.misses, misses);
}

static void test_bounded(void **state)
{
	for (int i = 0; i < 2000; i++) {
		shift = (float)i / 4096;
		cover(fresh);
		assert_true(frame.masks.unused_bytes <= MASK_CACHE_BYTES);
		assert_true(frame.masks.spare_bytes <= MASK_SPARE_BYTES);
	}
	assert_true(frame.masks.evicted > 0);
}

static void test_memory_goes_round(void **state)
{
	struct mask_cache cache;
	assert_int_equal(mask_cache_init(&cache), 0);
	mask_begin(&cache.scratch[0]);
	for (int y = 0; y < 30; y++) {
		assert_true(mask_row(&cache.scratch[0], 1, 30));
		uint16_t *v = mask_put_values(&cache.scratch[0], 0, 30);
		for (int x = 0; x < 30; x++)
			v[x] = (uint16_t)(1000 + x);
	}
	assert_true(mask_end(&cache.scratch[0]));
	struct gl_mask *mask = mask_make(&cache, &cache.scratch[0], 30, 30);
	assert_non_null(mask);
	assert_int_equal(mask->pixels, 900);
	for (uint64_t i = 1; i < 40000; i++) {
		mask->key[0] = mask->key[1] = i;
		mask_add(&cache, mask);
		mask_release(&cache, mask);
		const uint64_t key[2] = {i, i};
		struct gl_mask *found = mask_find(&cache, key);
		assert_ptr_equal(found, mask);
		mask_release(&cache, found);
		mask = mask_make(&cache, &cache.scratch[0], 30, 30);
		assert_non_null(mask);
	}
	/* What was evicted is made anew from its own memory: none is spare for long. */
	assert_true(cache.evicted > 1000 && cache.spare_bytes <= 2 * mask->bytes);
	mask_free(mask);
	mask_cache_finish(&cache);
}

static struct gl_mask *make(struct mask_cache *cache, int32_t side)
{
	static uint64_t key;
	mask_begin(&cache->scratch[0]);
	for (int y = 0; y < side; y++) {
		assert_true(mask_row(&cache->scratch[0], 1, (size_t)side));
		uint16_t *v = mask_put_values(&cache->scratch[0], 0, side);
		for (int x = 0; x < side; x++)
			v[x] = (uint16_t)(1 + x);
	}
	assert_true(mask_end(&cache->scratch[0]));
	struct gl_mask *mask = mask_make(cache, &cache->scratch[0], side, side);
	if (mask) {
		mask->key[0] = mask->key[1] = ++key;
		mask_add(cache, mask);
	}
	return mask;
}

/* Who holds all that there is does not keep others from having some. */
static void test_share(void **state)
{
	struct mask_cache cache;
	struct gl_mask *held[64], *others[8];
	size_t n = 0;
	assert_int_equal(mask_cache_init(&cache), 0);
	mask_frame(&cache);
	for (struct gl_mask *mask; n < 64 && (mask = make(&cache, 2000));)
		held[n++] = mask;
	assert_true(n > 20 && n < 64);
	assert_null(make(&cache, 2000));
	for (size_t i = 0; i < 8; i++) {
		mask_frame(&cache);
		others[i] = make(&cache, 1000);
		assert_non_null(others[i]);
		assert_null(make(&cache, 2500));
	}
	for (size_t i = 0; i < n; i++)
		mask_release(&cache, held[i]);
	for (size_t i = 0; i < 8; i++)
		mask_release(&cache, others[i]);
	mask_cache_finish(&cache);
}

static int start(void **state)
{
	frame_open(&frame);
	return 0;
}

static int finish(void **state)
{
	frame_close(&frame);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_work_of_products),
		cmocka_unit_test(test_bounded),
		cmocka_unit_test(test_memory_goes_round),
		cmocka_unit_test(test_share),
	};
	return cmocka_run_group_tests(tests, start, finish);
}
