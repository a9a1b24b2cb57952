/* The pointer's picture on the cursor plane. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <drm.h>
#include <drm_fourcc.h>
#include <drm_mode.h>
#include <xf86drm.h>

#include "kms/private.h"
#include "stage.h"

static const uint32_t arrow[6] = {1, 2, 3, 4, 5, 6};

static void show_nothing(void)
{
	const struct kms_frame frame = {.fence = -1};
	assert_int_equal(kms_output_commit(stage.output, &frame), 0);
	stage_shown(30);
}

static void open_cursor(void)
{
	stage_reset(1);
	stage_open();
	assert_int_equal(kms_output_cursor(stage.output, arrow, 3, 2), 0);
	kms_output_cursor_at(stage.output, 30, 40);
}

/* Rows of its own width, the rest transparent. */
static void test_picture(void **state)
{
	open_cursor();
	assert_int_equal(fake_get(60, "FB_ID"), 0); /* with the next commit */
	show_nothing();
	const uint32_t *p = fake_pixels(fake_get(60, "FB_ID"));
	assert_memory_equal(p, arrow, 12);
	assert_memory_equal(p + 64, arrow + 3, 12);
	for (size_t i = 3; i < 64; i++)
		assert_int_equal(p[i] | p[64 + i] | p[128 + i], 0);
	assert_int_equal(fake_get(60, "CRTC_X"), 30);
	assert_int_equal(fake_get(60, "CRTC_Y"), 40);
	assert_int_equal(fake_get(60, "CRTC_W"), 64);
	assert_int_equal(fake_get(60, "SRC_H"), 64 << 16);
	rig_close();
}

static void test_size(void **state)
{
	static uint32_t large[65 * 64];
	int32_t width, height;
	open_cursor();
	show_nothing();
	kms_output_cursor_size(stage.output, &width, &height);
	assert_int_equal(width, 64);
	assert_int_equal(height, 64);
	assert_int_equal(kms_output_cursor(stage.output, large, 64, 64), 0);
	assert_int_equal(kms_output_cursor(stage.output, large, 65, 64), -E2BIG);
	assert_int_equal(kms_output_cursor(stage.output, large, 64, 65), -E2BIG);
	assert_int_equal(kms_output_cursor(stage.output, large, 0, 5), -E2BIG);
	show_nothing(); /* it is drawn by who asked: it must not show twice */
	assert_int_equal(fake_get(60, "FB_ID"), 0);
	rig_close();
}

/* Memory as the picture needs it, though the card would take much more. */
static void test_grows(void **state)
{
	static uint32_t pixels[200 * 10];
	stage_reset(0);
	fake.cursor_most = 256;
	stage_open();
	static const int32_t sizes[][3] = {
		{10, 10, 64}, {64, 1, 64}, {65, 2, 128}, {10, 10, 128}, {200, 10, 256}};
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		pixels[0] = (uint32_t)i + 1;
		assert_int_equal(
			kms_output_cursor(stage.output, pixels, sizes[i][0], sizes[i][1]),
			0);
		show_nothing();
		assert_int_equal(fake_get(60, "CRTC_W"), sizes[i][2]);
		assert_int_equal(fake_pixels(fake_get(60, "FB_ID"))[0], i + 1);
	}
	assert_int_equal(kms_output_cursor(stage.output, pixels, 257, 1), -E2BIG);
	assert_int_equal(fake.rmfb_shown, 0);
	rig_close();
}

/* A card that takes one size only gets it, be it refused at once or by a modeset. */
static void test_whole(void **state)
{
	for (int modeset = 0; modeset < 2; modeset++) {
		stage_reset(0);
		fake.cursor_most = fake.cursor_least = 256;
		rig_open();
		struct kms_output *o = stage.output = rig.outputs[0];
		if (!modeset)
			rig_show(o, 30);
		assert_int_equal(kms_output_cursor(o, arrow, 3, 2), 0);
		rig_show(o, 30);
		assert_int_equal(fake_get(60, "FB_ID") != 0, !modeset);
		assert_int_equal(kms_output_cursor(o, arrow, 3, 2), 0);
		show_nothing();
		assert_int_equal(fake_get(60, "CRTC_W"), 256);
		rig_close();
	}
}

/* A move is a commit of the cursor alone; outside it is off. */
static void test_moves(void **state)
{
	open_cursor();
	show_nothing();
	static const int32_t places[][3] = {{-20, -30, 1}, {799, 599, 1}, {-63, 0, 1},
		{-64, 0, 0}, {0, -64, 0}, {800, 0, 0}, {0, 600, 0}, {5, 5, 1}};
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		kms_output_cursor_at(stage.output, places[i][0], places[i][1]);
		show_nothing();
		assert_int_equal(fake_get(60, "FB_ID") != 0, places[i][2]);
		if (places[i][2])
			assert_int_equal((int64_t)fake_get(60, "CRTC_X"), places[i][0]);
	}
	assert_null(strstr(fake_last()->text, "50."));
	rig_close();
}

/* What is shown, or about to be, is never written. */
static void test_never_written(void **state)
{
	open_cursor();
	show_nothing();
	uint32_t pixels[4];
	const struct kms_frame frame = {.fence = -1};
	for (uint32_t i = 0; i < 12; i++) {
		uint64_t shown = fake_get(60, "FB_ID");
		uint32_t was = fake_pixels(shown)[0];
		pixels[0] = 100 + i;
		assert_int_equal(kms_output_cursor(stage.output, pixels, 1, 1), 0);
		assert_int_equal(kms_output_commit(stage.output, &frame), 0);
		uint64_t queued = fake_get(60, "FB_ID");
		assert_int_not_equal(queued, shown);
		for (uint32_t k = 0; k < 3; k++) { /* while the flip is in flight */
			pixels[0] = 200 + k;
			assert_int_equal(
				kms_output_cursor(stage.output, pixels, 1, 1), 0);
		}
		assert_int_equal(fake_pixels(shown)[0], was);
		assert_int_equal(fake_pixels(queued)[0], 100 + i);
		stage_shown(30);
	}
	rig_close();
}

static void test_hidden(void **state)
{
	open_cursor();
	show_nothing();
	assert_int_equal(kms_output_cursor(stage.output, NULL, 0, 0), 0);
	show_nothing();
	assert_int_equal(fake_get(60, "FB_ID"), 0);
	assert_int_equal(fake_get(60, "CRTC_ID"), 0);
	/* hidden before it was ever shown */
	assert_int_equal(kms_output_cursor(stage.output, arrow, 3, 2), 0);
	assert_int_equal(kms_output_cursor(stage.output, NULL, 0, 0), 0);
	show_nothing();
	assert_int_equal(fake_get(60, "FB_ID"), 0);
	assert_string_equal(stage_states(), "300 000");
	rig_close();
}

/* Refused at the first test: it is drawn, until a modeset. */
static void test_refused(void **state)
{
	stage_reset(1);
	stage_open();
	fake.no_cursor = true;
	assert_int_equal(kms_output_cursor(stage.output, arrow, 3, 2), -ENOTSUP);
	fake_tests();
	assert_int_equal(kms_output_cursor(stage.output, arrow, 3, 2), -ENOTSUP);
	assert_int_equal(fake_tests(), 0);
	show_nothing();
	fake.no_cursor = false;
	assert_int_equal(kms_output_cursor(stage.output, arrow, 3, 2), -ENOTSUP);
	kms_device_pause(rig.device);
	assert_int_equal(kms_device_resume(rig.device), 0);
	rig_show(stage.output, 30);
	assert_int_equal(kms_output_cursor(stage.output, arrow, 3, 2), 0);
	show_nothing();
	assert_int_not_equal(fake_get(60, "FB_ID"), 0);
	rig_close();
}

/* Refused at a frame, where it was taken before. */
static void test_refused_later(void **state)
{
	const struct kms_frame frame = {.fence = -1};
	open_cursor();
	show_nothing();
	fake.no_cursor = true;
	kms_output_cursor_at(stage.output, 1, 1);
	assert_int_equal(kms_output_commit(stage.output, &frame), -ESTALE);
	assert_int_equal(kms_output_cursor(stage.output, arrow, 3, 2), -ENOTSUP);
	show_nothing();
	assert_int_equal(fake_get(60, "FB_ID"), 0);
	rig_close();
}

/* A modeset does without it, rather than fail. */
static void test_refused_modeset(void **state)
{
	stage_reset(0);
	fake.no_cursor = true;
	rig_open();
	struct kms_output *o = stage.output = rig.outputs[0];
	assert_int_equal(kms_output_cursor(o, arrow, 3, 2), 0); /* not known yet */
	rig_show(o, 30);
	assert_int_equal(fake_get(60, "FB_ID"), 0);
	assert_int_equal(kms_output_cursor(o, arrow, 3, 2), -ENOTSUP);
	rig_close();
}

static void test_none(void **state)
{
	int32_t width, height;
	stage_reset(0);
	fake_object(60)->possible_crtcs = 0;
	stage_open();
	assert_int_equal(kms_output_cursor(stage.output, arrow, 3, 2), -ENOTSUP);
	assert_int_equal(kms_output_cursor(stage.output, NULL, 0, 0), 0);
	kms_output_cursor_size(stage.output, &width, &height);
	assert_int_equal(width, 0);
	assert_false(kms_output_can(stage.output) & KMS_CAN_CURSOR);
	rig_close();
}

static void test_no_memory(void **state)
{
	for (int budget = 0; budget < KMS_BUFFERS; budget++) {
		stage_reset(0);
		stage_open();
		fake.bo_budget = budget;
		assert_int_equal(kms_output_cursor(stage.output, arrow, 3, 2), -ENOTSUP);
		fake.bo_budget = -1;
		rig_close();
	}
}

/* The hotspot goes with the picture, and is set anew by a modeset. */
static void test_hotspot(void **state)
{
	stage_reset(0);
	fake.hotspot = true;
	stage_open();
	assert_true(fake.caps_set >> 6 & 1);
	kms_output_cursor_hotspot(stage.output, 2, 1);
	assert_int_equal(kms_output_cursor(stage.output, arrow, 3, 2), 0);
	show_nothing();
	assert_int_equal(fake_get(60, "HOTSPOT_X"), 2);
	assert_int_equal(fake_get(60, "HOTSPOT_Y"), 1);
	kms_device_pause(rig.device);
	fake_set(60, "HOTSPOT_X", 50);
	assert_int_equal(kms_device_resume(rig.device), 0);
	rig_show(stage.output, 30);
	assert_int_equal(fake_get(60, "HOTSPOT_X"), 2);
	rig_close();
}

/* After another session nothing of it is left, and ours is there again. */
static void test_resumed(void **state)
{
	open_cursor();
	show_nothing();
	uint64_t fb = fake_get(60, "FB_ID");
	kms_device_pause(rig.device);
	fake_set(60, "FB_ID", 900);
	fake_set(60, "CRTC_X", 500);
	fake_set(60, "rotation", DRM_MODE_ROTATE_180);
	fake_set(70, "FB_ID", 901);
	fake_set(70, "CRTC_ID", 30);
	assert_int_equal(kms_device_resume(rig.device), 0);
	rig_show(stage.output, 30);
	assert_int_equal(fake_get(60, "FB_ID"), fb);
	assert_int_equal(fake_get(60, "CRTC_X"), 30);
	assert_int_equal(fake_get(60, "rotation"), DRM_MODE_ROTATE_0);
	assert_int_equal(fake_get(70, "FB_ID"), 0);
	/* hidden in the meantime: gone as well */
	kms_device_pause(rig.device);
	assert_int_equal(kms_output_cursor(stage.output, NULL, 0, 0), 0);
	assert_int_equal(kms_device_resume(rig.device), 0);
	rig_show(stage.output, 30);
	assert_int_equal(fake_get(60, "FB_ID"), 0);
	rig_close();
}

/* One cursor plane for two CRTCs is the first one's. */
static void test_one_for_two(void **state)
{
	fake_reset(2);
	fake_object(61)->possible_crtcs = 0;
	fake_object(60)->possible_crtcs = 3;
	fake_mode(fake_connector(DRM_MODE_CONNECTOR_HDMIA, 1), 800, 600, true);
	fake_mode(fake_connector(DRM_MODE_CONNECTOR_DisplayPort, 2), 640, 480, true);
	rig_open();
	assert_int_equal(kms_output_cursor(rig_output("HDMI-A-1"), arrow, 3, 2), 0);
	assert_int_equal(kms_output_cursor(rig_output("DP-2"), arrow, 3, 2), -ENOTSUP);
	rig_close();
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_picture),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_grows),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_moves),
		cmocka_unit_test(test_never_written),
		cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_refused_later),
		cmocka_unit_test(test_refused_modeset),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_hotspot),
		cmocka_unit_test(test_resumed),
		cmocka_unit_test(test_one_for_two),
	};
	return cmocka_run_group_tests_name("cursor", tests, NULL, NULL);
}
