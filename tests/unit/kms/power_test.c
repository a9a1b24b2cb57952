/* Displays that sleep: what is kept, what waits, and who wakes them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <drm_mode.h>
#include <xf86drm.h>

#include "fake_drm.h"
#include "rig.h"

#define TEST     DRM_MODE_ATOMIC_TEST_ONLY
#define MODESET  DRM_MODE_ATOMIC_ALLOW_MODESET
#define NONBLOCK DRM_MODE_ATOMIC_NONBLOCK
#define EVENT    DRM_MODE_PAGE_FLIP_EVENT

static void expect_asleep(void)
{
	assert_int_equal(fake_get(30, "ACTIVE"), 0);
	assert_int_not_equal(fake_get(30, "MODE_ID"), 0);
	assert_int_equal(fake_get(40, "CRTC_ID"), 30);
}

static void expect_wakes(struct kms_output *o)
{
	assert_int_equal(kms_output_sleep(o, false), 0);
	fake.n_commits = 0;
	rig_show(o, 30);
	assert_int_equal(fake.n_commits, 2);
	assert_int_equal(fake.commits[0].flags, TEST | MODESET);
	assert_int_equal(fake.commits[1].flags, MODESET | NONBLOCK | EVENT);
	assert_int_equal(fake_get(30, "ACTIVE"), 1);
	assert_int_equal(fake.n_fbs, KMS_BUFFERS);
	assert_int_equal(fake.rmfb_shown, 0);
}

/* One commit of one property, which waits; everything else is as it was. */
static void test_sleep(void **state)
{
	rig_screen();
	struct kms_output *o = rig.outputs[0];
	const uint64_t fb = fake_get(50, "FB_ID"), mode = fake_get(30, "MODE_ID");
	assert_int_equal(kms_output_sleep(o, true), 0);
	assert_int_equal(fake.n_commits, 1);
	assert_int_equal(fake_last()->flags, MODESET);
	assert_string_equal(fake_last()->text, "30.ACTIVE=0");
	expect_asleep();
	assert_int_equal(fake_get(50, "FB_ID"), fb);
	assert_int_equal(fake_get(30, "MODE_ID"), mode);
	/* twice is once; a frame waits, and nobody is told anything */
	assert_int_equal(kms_output_sleep(o, true), 0);
	assert_int_equal(rig_commit(o), -EAGAIN);
	assert_int_equal(fake.n_commits, 1);
	assert_int_equal(kms_device_scan(rig.device), 0);
	assert_int_equal(fake.n_commits, 1);
	rig_expect_heard("");
	expect_wakes(o);
	rig_expect_heard("!HDMI-A-1");
	rig_close();
}

/* Awake, but nothing drawn: it stays dark until the next frame; asleep again before that. */
static void test_sleep_again(void **state)
{
	rig_screen();
	struct kms_output *o = rig.outputs[0];
	assert_int_equal(kms_output_sleep(o, false), 0);
	assert_int_equal(fake.n_commits, 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(kms_output_sleep(o, true), 0);
		assert_int_equal(kms_output_sleep(o, false), 0);
		expect_asleep();
	}
	expect_wakes(o);
	rig_close();
}

/* The flip in flight is taken for done: no flip_done, neither now nor by its event. */
static void test_sleep_in_flight(void **state)
{
	rig_screen();
	struct kms_output *o = rig.outputs[0];
	assert_int_equal(rig_commit(o), 0);
	assert_int_equal(kms_output_sleep(o, true), 0);
	assert_false(kms_output_flip_pending(o));
	assert_int_equal(kms_device_dispatch(rig.device), 0);
	rig_expect_heard("");
	expect_asleep();
	expect_wakes(o);
	rig_expect_heard("!HDMI-A-1");
	rig_close();
}

/* Who draws finds its buffer as it left it. */
static void test_sleep_acquired(void **state)
{
	rig_screen();
	struct kms_output *o = rig.outputs[0];
	struct kms_buffer *b = kms_output_acquire(o);
	assert_int_equal(kms_output_sleep(o, true), 0);
	assert_int_equal(kms_output_sleep(o, false), 0);
	assert_int_equal(kms_output_show(o, b), 0);
	assert_true(fake_vblank(30));
	assert_int_equal(kms_device_dispatch(rig.device), 0);
	assert_int_equal(fake_get(30, "ACTIVE"), 1);
	rig_close();
}

/* Never lit, and asleep at once. */
static void test_sleep_dark(void **state)
{
	fake_reset(1);
	fake_mode(fake_connector(DRM_MODE_CONNECTOR_HDMIA, 1), 800, 600, true);
	rig_open();
	struct kms_output *o = rig.outputs[0];
	assert_int_equal(kms_output_sleep(o, true), 0);
	assert_int_equal(fake_get(30, "ACTIVE"), 0);
	assert_int_equal(rig_commit(o), -EAGAIN);
	expect_wakes(o);
	rig_close();
}

/* The one sleeps, the other goes on. */
static void test_sleep_one_of_two(void **state)
{
	fake_reset(2);
	fake_mode(fake_connector(DRM_MODE_CONNECTOR_HDMIA, 3), 800, 600, true);
	fake_mode(fake_connector(DRM_MODE_CONNECTOR_DisplayPort, 3), 640, 480, true);
	rig_open();
	struct kms_output *a = rig_output("HDMI-A-1"), *b = rig_output("DP-2");
	rig_show(a, 30);
	rig_show(b, 31);
	assert_int_equal(rig_commit(b), 0);
	assert_int_equal(kms_output_sleep(a, true), 0);
	assert_true(kms_output_flip_pending(b));
	assert_true(fake_vblank(31));
	assert_int_equal(kms_device_dispatch(rig.device), 0);
	rig_show(b, 31);
	expect_asleep();
	rig_close();
}

struct refused_case {
	const char *name;
	int commit_error;
	bool not_master;
	int error;
};

static const struct refused_case refused_cases[] = {
	{"the card refuses", -EINVAL, false, -EINVAL},
	{"not master", 0, true, -EAGAIN},
};

/* Nothing happened: not asleep, the flip still in flight. */
static void test_refused(void **state)
{
	const struct refused_case *c = *state;
	rig_screen();
	struct kms_output *o = rig.outputs[0];
	assert_int_equal(rig_commit(o), 0);
	fake.commit_error = c->commit_error;
	fake.not_master = c->not_master;
	assert_int_equal(kms_output_sleep(o, true), c->error);
	assert_int_equal(kms_output_flip_pending(o), !c->not_master);
	fake.not_master = false;
	assert_int_equal(kms_device_resume(rig.device), 0);
	fake_vblank(30);
	assert_int_equal(kms_device_dispatch(rig.device), 0);
	rig_show(o, 30);
	assert_int_equal(fake_get(30, "ACTIVE"), 1);
	rig_close();
}

/* Asleep over a switch away, or sent to sleep during one: whoever was there woke the display. */
static void test_paused(void **state)
{
	for (int early = 0; early < 2; early++) {
		rig_screen();
		struct kms_output *o = rig.outputs[0];
		if (early)
			assert_int_equal(kms_output_sleep(o, true), 0);
		kms_device_pause(rig.device);
		const size_t commits = fake.n_commits;
		assert_int_equal(kms_output_sleep(o, true), 0);
		assert_int_equal(fake.n_commits, commits);
		fake_set(30, "ACTIVE", 1);
		assert_int_equal(kms_device_resume(rig.device), 0);
		expect_asleep();
		assert_int_equal(rig_commit(o), -EAGAIN);
		expect_wakes(o);
		rig_close();
	}
}

/* Woken while somebody else has the card: the first frame after the resume shows. */
static void test_woken_paused(void **state)
{
	rig_screen();
	struct kms_output *o = rig.outputs[0];
	assert_int_equal(kms_output_sleep(o, true), 0);
	kms_device_pause(rig.device);
	assert_int_equal(kms_output_sleep(o, false), 0);
	assert_int_equal(kms_device_resume(rig.device), 0);
	rig_show(o, 30);
	assert_int_equal(fake_get(30, "ACTIVE"), 1);
	rig_close();
}

/* A flip that never came, and a card that is stuck with it: nobody waits for that. */
static void test_sleep_lost(void **state)
{
	rig_screen();
	struct kms_output *o = rig.outputs[0];
	assert_int_equal(rig_commit(o), 0);
	kms_device_turn(rig.device, kms_device_next_ns(rig.device));
	assert_false(kms_output_flip_pending(o));
	assert_int_equal(kms_output_sleep(o, true), -EBUSY);
	assert_int_equal(fake_last()->flags, MODESET | NONBLOCK);
	assert_int_equal(rig_commit(o), -EBUSY);
	assert_int_not_equal(kms_device_next_ns(rig.device), UINT64_MAX);
	/* the event comes at last */
	fake_vblank(30);
	assert_int_equal(kms_device_dispatch(rig.device), 0);
	assert_int_equal(kms_output_sleep(o, true), 0);
	expect_asleep();
	assert_int_equal(kms_device_next_ns(rig.device), UINT64_MAX);
	expect_wakes(o);
	rig_close();
}

int main(void)
{
	static const struct CMUnitTest more[] = {
		cmocka_unit_test(test_sleep),
		cmocka_unit_test(test_sleep_again),
		cmocka_unit_test(test_sleep_in_flight),
		cmocka_unit_test(test_sleep_acquired),
		cmocka_unit_test(test_sleep_dark),
		cmocka_unit_test(test_sleep_one_of_two),
		cmocka_unit_test(test_paused),
		cmocka_unit_test(test_woken_paused),
		cmocka_unit_test(test_sleep_lost),
	};
	struct CMUnitTest tests[32];
	size_t n = 0;
	for (size_t i = 0; i < sizeof refused_cases / sizeof refused_cases[0]; i++)
		tests[n++] = (struct CMUnitTest){refused_cases[i].name, test_refused,
			NULL, NULL, (void *)(uintptr_t)&refused_cases[i]};
	for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
		tests[n++] = more[i];
	return _cmocka_run_group_tests("power", tests, n, NULL, NULL);
}
