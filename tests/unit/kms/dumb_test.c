/* Dumb buffers: memory that the processor writes. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <drm_mode.h>

#include "kms/private.h"
#include "stage.h"

#define PITCH 256

static void open_dumb(void)
{
	stage_reset(1);
	fake.no_gbm = true;
	fake.pitch = PITCH;
	stage_open();
}

/* What is written into the map is what the plane shows. */
static void test_output(void **state)
{
	uint32_t stride;
	open_dumb();
	assert_null(kms_device_gbm(rig.device));
	assert_int_equal(fake.n_gbm, 0);
	struct kms_buffer *b = kms_output_acquire(stage.output);
	uint32_t *map = kms_buffer_map(b, &stride);
	assert_non_null(map);
	assert_null(kms_buffer_bo(b));
	assert_int_equal(stride, (800 * 4 + PITCH - 1) / PITCH * PITCH);
	map[599 * (stride / 4) + 799] = 0x123456;
	assert_int_equal(kms_output_show(stage.output, b), 0);
	stage_shown(30);
	const uint32_t *shown = fake_pixels(fake_get(50, "FB_ID"));
	assert_ptr_equal(shown, map);
	assert_int_equal(shown[599 * (stride / 4) + 799], 0x123456);
	rig_close();
}

/* A frame of another buffer is another framebuffer: the card transfers what changed. */
static void test_other_buffer(void **state)
{
	open_dumb();
	for (unsigned i = 0; i < 5; i++) {
		const uint64_t before = fake_get(50, "FB_ID");
		struct kms_frame frame = {.fence = -1,
			.primary = kms_output_acquire(stage.output),
			.damage = {{1, 2, 3, 4}},
			.n_damage = 1};
		assert_int_equal(kms_output_commit(stage.output, &frame), 0);
		stage_shown(30);
		assert_int_not_equal(fake_get(50, "FB_ID"), before);
	}
	rig_close();
}

/* Rows of the cursor's and a plane's memory are longer than the picture. */
static void test_pitch(void **state)
{
	static const uint32_t arrow[6] = {1, 2, 3, 4, 5, 6};
	static const struct stage_picture picture = {10, 10, 50, 40, true};
	uint32_t stride;
	stage_reset(1);
	fake.pitch = 1024;
	stage_open();
	assert_int_equal(kms_output_cursor(stage.output, arrow, 3, 2), 0);
	stage_add(&picture);
	assert_int_equal(stage_show(), 1);
	const uint32_t *p = fake_pixels(fake_get(60, "FB_ID"));
	assert_memory_equal(p, arrow, 12);
	assert_memory_equal(p + 256, arrow + 3, 12);
	assert_int_equal(p[3] | p[64] | p[128] | p[256 + 3] | p[512], 0);
	assert_non_null(
		kms_buffer_map(kms_pool_buffer(stage.layers[0].pool, 0), &stride));
	assert_int_equal(stride, 1024);
	rig_close();
}

/* The first is there at once, another when it is first written, and then it stays. */
static void test_later(void **state)
{
	uint32_t stride;
	open_dumb();
	assert_int_equal(fake.n_maps, 1);
	assert_non_null(kms_output_buffer(stage.output, 0)->map);
	rig_show(stage.output, 30);
	assert_int_equal(fake.n_maps, 1);
	struct kms_buffer *b = kms_output_buffer(stage.output, KMS_BUFFERS - 1);
	fake.map_error = ENOMEM;
	assert_null(kms_buffer_map(b, &stride));
	assert_int_equal(fake.n_maps, 1);
	fake.map_error = 0;
	void *map = kms_buffer_map(b, &stride);
	assert_non_null(map);
	assert_int_equal(fake.n_maps, 2);
	assert_ptr_equal(kms_buffer_map(b, &stride), map);
	assert_int_equal(fake.n_maps, 2);
	rig_close();
}

/* Mapped as long as it may be shown. */
static void test_lives(void **state)
{
	static const struct stage_picture picture = {10, 10, 50, 40, true};
	open_dumb();
	assert_int_equal(fake.n_maps, 1);
	stage_add(&picture);
	assert_int_equal(fake.n_maps, 2);
	assert_int_equal(stage_show(), 1);
	kms_pool_destroy(stage.layers[0].pool);
	stage.n = 0;
	assert_int_equal(fake.n_maps, 2);
	rig_show(stage.output, 30);
	assert_int_equal(fake.n_maps, 1);
	rig_close();
}

struct refusal {
	const char *name;
	int dumb_error, offset_error, map_error;
};

/* The output is left out; nothing leaks; it comes when there is memory. */
static void test_refused(void **state)
{
	const struct refusal *c = *state;
	fake_reset(1);
	rig_open();
	fake_mode(fake_connector(DRM_MODE_CONNECTOR_HDMIA, 1), 800, 600, true);
	fake.dumb_error = c->dumb_error;
	fake.offset_error = c->offset_error;
	fake.map_error = c->map_error;
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("");
	assert_int_equal(fake.n_bos, 0);
	assert_int_equal(fake.n_maps, 0);
	fake.dumb_error = fake.offset_error = fake.map_error = 0;
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("+HDMI-A-1");
	rig_close();
}

/* GBM's memory has no map of ours; the cursor's is dumb on every card. */
static void test_gbm(void **state)
{
	static const uint32_t arrow[1] = {7};
	struct kms_error err;
	struct kms_device *device;
	uint32_t stride;
	rig = (struct rig){0};
	fake_reset(1);
	assert_int_equal(kms_device_open(fake.read_fd, "/dev/dri/card7",
				 &(struct kms_listener){0}, NULL, &device, &err),
		0);
	assert_non_null(kms_device_gbm(device));
	assert_int_equal(fake.n_gbm, 1);
	kms_device_destroy(device);
	fake_finish();
	setenv("KMS_FAKE_MEMORY", "gbm", 1);
	stage_reset(1);
	stage_open();
	setenv("KMS_FAKE_MEMORY", "dumb", 1);
	assert_int_equal(fake.n_maps, 0);
	assert_null(kms_buffer_map(kms_output_buffer(stage.output, 0), &stride));
	assert_non_null(kms_buffer_bo(kms_output_buffer(stage.output, 0)));
	assert_int_equal(kms_output_cursor(stage.output, arrow, 1, 1), 0);
	assert_int_equal(fake.n_maps, 1);
	rig_close();
}

int main(void)
{
	static struct refusal refusals[] = {
		{"refused: making it", -ENOMEM, 0, 0},
		{"refused: where it is", 0, -EINVAL, 0},
		{"refused: mapping it", 0, 0, ENOMEM},
	};
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_output),
		cmocka_unit_test(test_other_buffer),
		cmocka_unit_test(test_pitch),
		cmocka_unit_test(test_later),
		cmocka_unit_test(test_lives),
		{refusals[0].name, test_refused, NULL, NULL, &refusals[0]},
		{refusals[1].name, test_refused, NULL, NULL, &refusals[1]},
		{refusals[2].name, test_refused, NULL, NULL, &refusals[2]},
		cmocka_unit_test(test_gbm),
	};
	return cmocka_run_group_tests_name("dumb", tests, NULL, NULL);
}
