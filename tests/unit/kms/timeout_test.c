/* Flips that never come. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <drm.h>
#include <drm_mode.h>
#include <xf86drm.h>

#include "kms/private.h"
#include "rig.h"
#include "util/clock.h"

#define MODESET DRM_MODE_ATOMIC_ALLOW_MODESET

/* Nothing is owed: nobody needs to be woken. */
static void test_idle(void **state)
{
	rig_screen();
	assert_true(kms_device_next_ns(rig.device) == UINT64_MAX);
	kms_device_turn(rig.device, UINT64_MAX - 1);
	rig_expect_heard("");
	assert_int_equal(fake.n_commits, 0);
	rig_close();
}

/* A second after it should have come, not before. */
static void test_due(void **state)
{
	rig_screen();
	struct kms_output *o = rig.outputs[0];
	uint64_t frame = kms_output_refresh_ns(o), before = clock_now_ns();
	assert_int_equal(rig_commit(o), 0);
	uint64_t after = clock_now_ns(), due = kms_device_next_ns(rig.device);
	assert_true(due >= before + frame + NS_PER_S && due <= after + frame + NS_PER_S);
	kms_device_turn(rig.device, due - 1);
	assert_true(kms_output_flip_pending(o));
	rig_expect_heard("");
	kms_device_turn(rig.device, due);
	rig_expect_heard("?HDMI-A-1");
	assert_false(kms_output_flip_pending(o));
	assert_true(kms_device_next_ns(rig.device) == UINT64_MAX);
	rig_close();
}

/* In time: no more is heard of it. */
static void test_in_time(void **state)
{
	rig_screen();
	assert_int_equal(rig_commit(rig.outputs[0]), 0);
	uint64_t due = kms_device_next_ns(rig.device);
	fake_vblank(30);
	assert_int_equal(kms_device_dispatch(rig.device), 0);
	kms_device_turn(rig.device, due);
	rig_expect_heard("!HDMI-A-1");
	rig_close();
}

static void lose(void)
{
	kms_device_turn(rig.device, kms_device_next_ns(rig.device));
}

/* The next commit sets all anew, and a late event is nobody's. */
static void test_anew(void **state)
{
	rig_screen();
	struct kms_output *o = rig.outputs[0];
	assert_int_equal(rig_commit(o), 0);
	lose();
	fake_vblank(30);
	fake_set(60, "CRTC_ID", 30); /* a sweep would turn it off, and wait */
	fake_set(60, "FB_ID", 900);
	size_t before = fake.n_commits;
	assert_int_equal(rig_commit(o), 0);
	assert_int_equal(fake.n_commits - before, 2); /* a test, and no sweep */
	assert_int_equal(fake_last()->flags,
		MODESET | DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT);
	assert_int_equal(kms_device_dispatch(rig.device), 0);
	assert_true(kms_output_flip_pending(o));
	rig_expect_heard("?HDMI-A-1");
	fake_vblank(30);
	assert_int_equal(kms_device_dispatch(rig.device), 0);
	rig_expect_heard("!HDMI-A-1");
	assert_int_equal(rig_commit(o), 0);
	assert_int_equal(
		fake_last()->flags, DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT);
	rig_close();
}

/* The card still owes it: no commit waits; every second it is tried again. */
static void test_stuck(void **state)
{
	rig_screen();
	struct kms_output *o = rig.outputs[0];
	assert_int_equal(rig_commit(o), 0);
	lose();
	rig_expect_heard("?HDMI-A-1");
	for (int i = 0; i < 3; i++) {
		uint64_t now = clock_now_ns();
		size_t before = fake.n_commits;
		assert_int_equal(rig_commit(o), -EBUSY);
		assert_int_equal(fake.n_commits - before, 2);
		for (size_t k = before; k < fake.n_commits; k++)
			assert_true(
				fake.commits[k].flags &
				(DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_ATOMIC_TEST_ONLY));
		uint64_t next = kms_device_next_ns(rig.device);
		assert_true(next >= now + NS_PER_S && next != UINT64_MAX);
		kms_device_turn(rig.device, next - 1);
		rig_expect_heard("");
		kms_device_turn(rig.device, next);
		rig_expect_heard("?HDMI-A-1");
		assert_true(kms_device_next_ns(rig.device) == UINT64_MAX);
	}
	fake_vblank(30);
	assert_int_equal(rig_commit(o), 0);
	assert_true(kms_device_next_ns(rig.device) != UINT64_MAX);
	rig_close();
}

/* A pause, and a sleep, end the matter. */
static void test_stuck_pause(void **state)
{
	rig_screen();
	struct kms_output *o = rig.outputs[0];
	assert_int_equal(rig_commit(o), 0);
	lose();
	assert_int_equal(rig_commit(o), -EBUSY);
	kms_device_pause(rig.device);
	assert_true(kms_device_next_ns(rig.device) == UINT64_MAX);
	assert_int_equal(kms_device_resume(rig.device), 0);
	fake_object(30)->pending = false;
	rig_show(o, 30);
	rig_close();
}

/* Who does not listen for it hears that the frame is shown, now. */
static void test_plain(void **state)
{
	rig_plain = true;
	rig_screen();
	rig_plain = false;
	assert_int_equal(rig_commit(rig.outputs[0]), 0);
	uint64_t due = kms_device_next_ns(rig.device);
	kms_device_turn(rig.device, due);
	rig_expect_heard("!HDMI-A-1");
	assert_true(rig.present_ns == due);
	rig_close();
}

/* Of a removed output: its memory comes free after a second, too. */
static void test_removed(void **state)
{
	rig_screen();
	assert_int_equal(rig_commit(rig.outputs[0]), 0);
	fake_object(40)->connected = false;
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("-HDMI-A-1");
	assert_true(fake.n_fbs > 0);
	assert_true(kms_device_next_ns(rig.device) != UINT64_MAX);
	lose();
	assert_int_equal(fake.n_fbs, 0);
	assert_true(kms_device_next_ns(rig.device) == UINT64_MAX);
	rig_expect_heard("");
	rig_close();
}

/* Two at once, each told once; who is told may commit at once. */
static void test_two(void **state)
{
	fake_reset(2);
	fake_mode(fake_connector(DRM_MODE_CONNECTOR_HDMIA, 1), 800, 600, true);
	fake_mode(fake_connector(DRM_MODE_CONNECTOR_DisplayPort, 2), 640, 480, true);
	rig_plain = true;
	rig_open();
	rig_plain = false;
	assert_int_equal(rig_commit(rig.outputs[0]), 0);
	assert_int_equal(rig_commit(rig.outputs[1]), 0);
	rig_expect_heard("+HDMI-A-1 +DP-2");
	fake_object(30)->pending = fake_object(31)->pending = false;
	rig.commit_in_flip = true;
	kms_device_turn(rig.device, rig.outputs[1]->flip->due_ns);
	rig.commit_in_flip = false;
	rig_expect_heard("!HDMI-A-1 !DP-2");
	assert_true(kms_output_flip_pending(rig.outputs[0]));
	assert_true(kms_output_flip_pending(rig.outputs[1]));
	rig_close();
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_idle),
		cmocka_unit_test(test_due),
		cmocka_unit_test(test_in_time),
		cmocka_unit_test(test_anew),
		cmocka_unit_test(test_stuck),
		cmocka_unit_test(test_stuck_pause),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_removed),
		cmocka_unit_test(test_two),
	};
	return cmocka_run_group_tests_name("timeout", tests, NULL, NULL);
}
