/* Frames like those before allocate nothing, and ask the card nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <xf86drm.h>

#include "stage.h"

/* Not under ASan, which has an allocator of its own. */
#if !defined(__SANITIZE_ADDRESS__)
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);

static unsigned allocations;

void *malloc(size_t size)
{
	allocations++;
	return __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	allocations++;
	return __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
	allocations++;
	return __libc_realloc(old, size);
}
#define COUNTED 1
#else
static unsigned allocations;
#define COUNTED 0
#endif

static void show(unsigned i)
{
	uint32_t mask = stage_plan();
	assert_int_equal(mask, 3);
	struct kms_frame frame = stage_frame(mask);
	frame.damage[0] = (struct kms_damage){1, 2, 3, 4};
	frame.n_damage = 1;
	kms_output_cursor_at(stage.output, (int32_t)i, 5);
	assert_int_equal(kms_output_commit(stage.output, &frame), 0);
	assert_true(fake_vblank(30));
	assert_int_equal(kms_device_dispatch(rig.device), 0);
	fake.n_commits = 0;
}

/* Two planes, the cursor, a new pointer, a window that moves: all of a frame's path. */
static void test_steady(void **state)
{
	static const struct stage_picture pictures[] = {
		{0, 0, 50, 50, true}, {100, 100, 50, 50, false}};
	static const uint32_t pointer[4] = {1, 2, 3, 4};
	stage_reset(2);
	stage_open();
	stage_add(&pictures[0]);
	stage_add(&pictures[1]);
	assert_int_equal(kms_output_cursor(stage.output, pointer, 2, 2), 0);
	for (unsigned i = 0; i < 4; i++)
		show(i);
	rig.heard[0] = '\0';
	unsigned before = allocations;
	fake_tests();
	for (unsigned i = 0; i < 20; i++)
		show(i);
	assert_int_equal(allocations, before);
	assert_int_equal(fake_count(DRM_MODE_ATOMIC_TEST_ONLY), 0);
	for (unsigned i = 0; i < 20; i++) {
		stage.layers[0].x++;
		assert_int_equal(kms_output_cursor(stage.output, pointer, 2, 2), 0);
		show(i);
	}
	assert_int_equal(allocations, before);
	assert_true(!COUNTED || before > 0);
	rig_close();
}

int main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(test_steady)};
	return cmocka_run_group_tests_name("steady", tests, NULL, NULL);
}
