/* Commits, flips and buffers of one output, and the device's pauses. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <drm.h>
#include <drm_mode.h>
#include <xf86drm.h>

#include "fake_drm.h"
#include "rig.h"
#include "util/clock.h"

#define TEST     DRM_MODE_ATOMIC_TEST_ONLY
#define MODESET  DRM_MODE_ATOMIC_ALLOW_MODESET
#define NONBLOCK DRM_MODE_ATOMIC_NONBLOCK
#define EVENT    DRM_MODE_PAGE_FLIP_EVENT

/* A card with one screen, opened, nothing shown yet. */
static void open_dark(void)
{
	fake_reset(2);
	fake_mode(fake_connector(DRM_MODE_CONNECTOR_HDMIA, 1), 800, 600, true);
	rig_open();
	rig_expect_heard("+HDMI-A-1");
}

static void shown(uint32_t crtc)
{
	assert_true(fake_vblank(crtc));
	assert_int_equal(kms_device_dispatch(rig.device), 0);
}

static void test_modeset(void **state)
{
	open_dark();
	assert_int_equal(rig_commit(rig.outputs[0]), 0);
	assert_int_equal(fake.n_commits, 2);
	assert_int_equal(fake.commits[0].flags, TEST | MODESET);
	assert_int_equal(fake.commits[1].flags, MODESET | NONBLOCK | EVENT);
	assert_string_equal(fake.commits[0].text, fake.commits[1].text);
	char expected[512];
	snprintf(expected, sizeof expected,
		"40.CRTC_ID=30 40.link-status=0 40.Colorspace=0 "
		"30.MODE_ID=%llu 30.ACTIVE=1 30.DEGAMMA_LUT=0 30.CTM=0 30.GAMMA_LUT=0 "
		"50.FB_ID=%llu 50.CRTC_ID=30 50.SRC_X=0 50.SRC_Y=0 50.SRC_W=52428800 "
		"50.SRC_H=39321600 50.CRTC_X=0 50.CRTC_Y=0 50.CRTC_W=800 50.CRTC_H=600 "
		"50.rotation=1 50.alpha=65535 50.pixel blend mode=0 50.zpos=0",
		(unsigned long long)fake_get(30, "MODE_ID"),
		(unsigned long long)fake_get(50, "FB_ID"));
	assert_string_equal(fake.commits[1].text, expected);
	rig_close();
}

static void test_flip(void **state)
{
	rig_screen();
	uint64_t before = fake_get(50, "FB_ID");
	assert_int_equal(rig_commit(rig.outputs[0]), 0);
	assert_int_equal(fake.n_commits, 1);
	assert_int_equal(fake_last()->flags, NONBLOCK | EVENT);
	char expected[64];
	snprintf(expected, sizeof expected, "50.FB_ID=%llu",
		(unsigned long long)fake_get(50, "FB_ID"));
	assert_string_equal(fake_last()->text, expected);
	assert_int_not_equal(fake_get(50, "FB_ID"), before);
	rig_close();
}

struct missing_case {
	const char *name;
	const char *missing, *fixed, *absent;
};

static const struct missing_case missing_cases[] = {
	{"modeset: no gamma on this CRTC", "GAMMA_LUT", NULL, "30.GAMMA_LUT"},
	{"modeset: no rotation on this plane", "rotation", NULL, "rotation"},
	{"modeset: blend mode cannot be set", NULL, "pixel blend mode",
		"pixel blend mode"},
};

static void test_optional(void **state)
{
	const struct missing_case *c = *state;
	fake_reset(1);
	fake.missing = c->missing;
	fake.fixed = c->fixed;
	fake_mode(fake_connector(DRM_MODE_CONNECTOR_HDMIA, 1), 800, 600, true);
	rig_open();
	rig_show(rig.outputs[0], 30);
	assert_null(strstr(fake_last()->text, c->absent));
	rig_close();
}

/* Cursors, overlays, another lit CRTC: all off before our first frame, by a commit of its own. */
static void test_foreign(void **state)
{
	fake_reset(2);
	struct fake_object *mine = fake_connector(DRM_MODE_CONNECTOR_HDMIA, 1);
	struct fake_object *other = fake_connector(DRM_MODE_CONNECTOR_DisplayPort, 2);
	fake_plane(70, DRM_PLANE_TYPE_OVERLAY, 3);
	fake_mode(mine, 800, 600, true);
	other->connected = false;
	uint32_t on[][3] = {{50, 30, 901}, {60, 30, 902}, {70, 30, 903}, {51, 31, 904}};
	for (size_t i = 0; i < 4; i++) {
		fake_set(on[i][0], "CRTC_ID", on[i][1]);
		fake_set(on[i][0], "FB_ID", on[i][2]);
	}
	for (uint32_t crtc = 30; crtc < 32; crtc++) {
		fake_set(crtc, "MODE_ID", 905);
		fake_set(crtc, "ACTIVE", 1);
		fake_set(crtc + 10, "CRTC_ID", crtc);
	}
	rig_open();
	assert_int_equal(rig_commit(rig.outputs[0]), 0);
	assert_int_equal(fake.n_commits, 3);
	assert_int_equal(fake.commits[0].flags, MODESET);
	assert_string_equal(fake.commits[0].text,
		"60.FB_ID=0 60.CRTC_ID=0 51.FB_ID=0 51.CRTC_ID=0 70.FB_ID=0 70.CRTC_ID=0 "
		"41.CRTC_ID=0 31.ACTIVE=0 31.MODE_ID=0");
	assert_int_equal(fake.commits[1].flags, TEST | MODESET);
	assert_int_equal(fake_get(30, "ACTIVE"), 1);
	rig_close();
}

/* A CRTC that is off but still has a mode, and our connector on it: free it first. */
static void test_foreign_asleep(void **state)
{
	fake_reset(2);
	fake_mode(fake_connector(DRM_MODE_CONNECTOR_HDMIA, 1), 800, 600, true);
	fake_set(40, "CRTC_ID", 31);
	fake_set(31, "MODE_ID", 905);
	rig_open();
	assert_int_equal(rig_commit(rig.outputs[0]), 0);
	assert_string_equal(
		fake.commits[0].text, "40.CRTC_ID=0 31.ACTIVE=0 31.MODE_ID=0");
	assert_int_equal(fake_get(40, "CRTC_ID"), 30);
	rig_close();
}

/* The second output's modeset leaves the first one's flip alone. */
static void test_two(void **state)
{
	fake_reset(2);
	fake_mode(fake_connector(DRM_MODE_CONNECTOR_HDMIA, 3), 800, 600, true);
	fake_mode(fake_connector(DRM_MODE_CONNECTOR_DisplayPort, 3), 640, 480, true);
	rig_open();
	struct kms_output *a = rig_output("HDMI-A-1"), *b = rig_output("DP-2");
	fake.n_commits = 0;
	assert_int_equal(rig_commit(a), 0);
	assert_int_equal(rig_commit(b), 0);
	assert_true(kms_output_flip_pending(a) && kms_output_flip_pending(b));
	assert_int_equal(fake.n_commits, 4);
	fake_vblank(31);
	assert_int_equal(kms_device_dispatch(rig.device), 0);
	assert_true(kms_output_flip_pending(a) && !kms_output_flip_pending(b));
	shown(30);
	rig_expect_heard("+HDMI-A-1 +DP-2 !DP-2 !HDMI-A-1");
	rig_close();
}

static void test_busy(void **state)
{
	rig_screen();
	struct kms_output *o = rig.outputs[0];
	assert_int_equal(rig_commit(o), 0);
	assert_int_equal(rig_commit(o), -EBUSY);
	assert_int_equal(fake.n_commits, 1);
	shown(30);
	assert_int_equal(rig_commit(o), 0);
	rig_close();
}

/* Somebody's flip is still in flight on the CRTC: the modeset waits for it. */
static void test_modeset_busy(void **state)
{
	open_dark();
	fake_object(30)->pending = true;
	assert_int_equal(rig_commit(rig.outputs[0]), 0);
	assert_int_equal(fake.commits[1].result, -EBUSY);
	assert_int_equal(fake_last()->flags, MODESET | EVENT);
	assert_int_equal(kms_device_dispatch(rig.device), 0);
	rig_expect_heard("!HDMI-A-1");
	rig_close();
}

/* The same at a frame, right after another master's last flip: flip_done still follows. */
static void test_flip_busy(void **state)
{
	rig_screen();
	fake_object(30)->pending = true;
	assert_int_equal(rig_commit(rig.outputs[0]), 0);
	assert_int_equal(fake.commits[0].result, -EBUSY);
	assert_int_equal(fake_last()->flags, EVENT);
	assert_string_equal(fake_last()->text, fake.commits[0].text);
	assert_int_equal(fake.n_commits, 2);
	assert_true(kms_output_flip_pending(rig.outputs[0]));
	assert_int_equal(kms_device_dispatch(rig.device), 0);
	rig_expect_heard("!HDMI-A-1");
	rig_close();
}

static void test_buffers(void **state)
{
	rig_screen();
	struct kms_output *o = rig.outputs[0];
	struct kms_buffer *b[KMS_BUFFERS - 1];
	for (size_t i = 0; i < KMS_BUFFERS - 1; i++)
		assert_non_null(b[i] = kms_output_acquire(o));
	assert_ptr_not_equal(b[0], b[1]);
	assert_null(kms_output_acquire(o)); /* the third is on the screen */
	assert_int_equal(kms_output_show(o, b[0]), 0);
	assert_null(kms_output_acquire(o)); /* now two are the kernel's */
	shown(30);
	struct kms_buffer *back = kms_output_acquire(o);
	assert_non_null(back);
	assert_true(back != b[0] && back != b[1]);
	kms_output_release(o, back);
	kms_output_release(o, b[1]);
	rig_close();
}

/* 2 buffers alternate as long as everybody waits for the flip: their ages are 0, 0, 2, 2 .. */
static void test_ages(void **state)
{
	static const uint32_t ages[] = {0, 0, 2, 2, 2};
	open_dark();
	struct kms_output *o = rig.outputs[0];
	for (size_t i = 0; i < sizeof ages / sizeof ages[0]; i++) {
		struct kms_buffer *b = kms_output_acquire(o);
		assert_int_equal(kms_buffer_age(b), ages[i]);
		assert_int_equal(kms_output_show(o, b), 0);
		assert_int_equal(kms_buffer_age(b), 1);
		shown(30);
	}
	rig_close();
}

/* Drawing ahead of the flip takes the third buffer, and with it the ages go up to 3. */
static void test_ages_ahead(void **state)
{
	static const uint32_t ages[] = {0, 0, 0, 3, 3};
	open_dark();
	struct kms_output *o = rig.outputs[0];
	struct kms_buffer *next = kms_output_acquire(o);
	for (size_t i = 0; i < sizeof ages / sizeof ages[0]; i++) {
		assert_int_equal(kms_buffer_age(next), ages[i]);
		assert_int_equal(kms_output_show(o, next), 0);
		next = kms_output_acquire(o);
		shown(30);
	}
	kms_output_release(o, next);
	rig_close();
}

static void test_released_undrawn(void **state)
{
	rig_screen();
	struct kms_output *o = rig.outputs[0];
	rig_show(o, 30);
	struct kms_buffer *b = kms_output_acquire(o);
	assert_int_equal(kms_buffer_age(b), 2);
	kms_output_release(o, b);
	assert_int_equal(kms_buffer_age(b), 0);
	rig_close();
}

struct error_case {
	const char *name;
	bool lit;        /* a flip fails, not the modeset */
	bool test_fails; /* the modeset's test */
	int kernel, error;
	bool paused;
};

static const struct error_case error_cases[] = {
	{"error: the mode's test", false, true, -EINVAL, -EINVAL, false},
	{"error: the modeset", false, false, -ENOMEM, -ENOMEM, false},
	{"error: the modeset, no space", false, false, -ENOSPC, -ENOSPC, false},
	{"error: a flip", true, false, -EINVAL, -EINVAL, false},
	{"error: a flip, device gone", true, false, -ENODEV, -ENODEV, false},
	{"error: master lost at a flip", true, false, -EACCES, -EAGAIN, true},
	{"error: the other word for it", true, false, -EPERM, -EAGAIN, true},
	{"error: master lost at a modeset", false, false, -EACCES, -EAGAIN, true},
	{"error: master lost at the mode's test", false, true, -EPERM, -EAGAIN, true},
};

/* Nothing changed, the buffer is free, of unknown content; the next try is as the first. */
static void test_error(void **state)
{
	const struct error_case *c = *state;
	if (c->lit)
		rig_screen();
	else
		open_dark();
	struct kms_output *o = rig.outputs[0];
	uint64_t fb = fake_get(50, "FB_ID");
	*(c->test_fails ? &fake.test_error : &fake.commit_error) = c->kernel;
	struct kms_buffer *b = kms_output_acquire(o);
	assert_int_equal(kms_output_show(o, b), c->error);
	fake.test_error = 0;
	assert_int_equal(fake_get(50, "FB_ID"), fb);
	assert_false(kms_output_flip_pending(o));
	assert_int_equal(kms_buffer_age(b), 0);
	size_t commits = fake.n_commits;
	if (c->paused) {
		assert_int_equal(rig_commit(o), -EAGAIN);
		assert_int_equal(fake.n_commits, commits);
		assert_int_equal(kms_device_resume(rig.device), 0);
	}
	fake.n_commits = 0;
	rig_show(o, 30);
	assert_int_equal(fake_count(TEST), !c->lit || c->paused);
	assert_int_equal(fake.n_fbs, KMS_BUFFERS);
	rig_close();
}

/* The sweep's failure is no reason not to try the modeset. */
static void test_sweep_fails(void **state)
{
	open_dark();
	fake_set(60, "CRTC_ID", 31);
	fake_set(60, "FB_ID", 900);
	fake.commit_error = -EINVAL;
	int ret = rig_commit(rig.outputs[0]);
	assert_int_equal(fake.commits[0].flags, MODESET);
	assert_int_equal(fake.commits[0].result, -EINVAL);
	assert_int_equal(fake.commits[1].flags, TEST | MODESET);
	assert_int_equal(ret, fake.commits[1].result);
	fake_set(60, "CRTC_ID", 0);
	fake_set(60, "FB_ID", 0);
	rig_close();
}

struct time_case {
	const char *name;
	bool no_monotonic;
	int64_t offset_ns; /* of the event's time from now; INT64_MIN: none at all */
	bool trusted;
};

static const struct time_case time_cases[] = {
	{"time: now", false, 0, true},
	{"time: a little ahead, as drivers count the end of the scan", false, 8000000,
		true},
	{"time: no stamp", false, INT64_MIN, false},
	{"time: an hour ago", false, INT64_C(-3600000000000), false},
	{"time: in a minute", false, INT64_C(60000000000), false},
	{"time: of the wrong clock", true, 0, false},
};

static void test_time(void **state)
{
	const struct time_case *c = *state;
	fake_reset(1);
	fake.no_monotonic = c->no_monotonic;
	fake_mode(fake_connector(DRM_MODE_CONNECTOR_HDMIA, 1), 800, 600, true);
	rig_open();
	assert_int_equal(rig_commit(rig.outputs[0]), 0);
	uint64_t now = clock_now_ns(),
		 stamp = (now + (uint64_t)c->offset_ns) / 1000 * 1000;
	fake.tv_ns = c->offset_ns == INT64_MIN ? 0 : stamp;
	fake.sequence = 76;
	shown(30);
	if (c->trusted)
		assert_int_equal(rig.present_ns, fake.tv_ns);
	else
		assert_true(rig.present_ns >= now && rig.present_ns <= clock_now_ns());
	assert_int_equal(rig.seq, 77);
	rig_close();
}

/* The listener draws the next frame from within flip_done. */
static void test_commit_in_flip(void **state)
{
	rig_screen();
	rig.commit_in_flip = true;
	assert_int_equal(rig_commit(rig.outputs[0]), 0);
	for (int i = 0; i < 5; i++)
		shown(30);
	rig_expect_heard("!HDMI-A-1 !HDMI-A-1 !HDMI-A-1 !HDMI-A-1 !HDMI-A-1");
	assert_int_equal(fake.n_commits, 6);
	rig_close();
}

/* Events of nobody: an old number, another kind, a vblank; two at once are both read. */
static void test_strange_events(void **state)
{
	rig_screen();
	fake_event(0, DRM_EVENT_FLIP_COMPLETE);
	fake_event(UINT64_C(0xdeadbeefdeadbeef), DRM_EVENT_FLIP_COMPLETE);
	fake_event(1, DRM_EVENT_VBLANK);
	fake_event(1, 0x80000001);
	assert_int_equal(kms_device_dispatch(rig.device), 0);
	rig_expect_heard("");
	assert_int_equal(rig_commit(rig.outputs[0]), 0);
	fake_event(0, DRM_EVENT_FLIP_COMPLETE);
	shown(30);
	rig_expect_heard("!HDMI-A-1");
	assert_int_equal(
		kms_device_dispatch(rig.device), 0); /* nothing: does not block */
	rig_close();
}

static void test_pause(void **state)
{
	rig_screen();
	struct kms_output *o = rig.outputs[0];
	rig_show(o, 30);
	rig_expect_heard("!HDMI-A-1");
	kms_device_pause(rig.device);
	kms_device_pause(rig.device);
	size_t commits = fake.n_commits;
	assert_int_equal(rig_commit(o), -EAGAIN);
	assert_int_equal(fake.n_commits, commits);
	/* somebody else was there */
	fake_set(60, "CRTC_ID", 30);
	fake_set(60, "FB_ID", 900);
	fake_set(30, "GAMMA_LUT", 901);
	assert_int_equal(kms_device_resume(rig.device), 0);
	for (unsigned i = 0; i < KMS_BUFFERS; i++)
		assert_int_equal(kms_buffer_age(kms_output_buffer(o, i)), 0);
	rig_show(o, 30);
	assert_int_equal(fake_count(TEST), 1);
	assert_int_equal(fake_get(60, "FB_ID"), 0);
	assert_int_equal(fake_get(30, "GAMMA_LUT"), 0);
	rig_show(o, 30);
	assert_int_equal(fake_last()->flags, NONBLOCK | EVENT);
	rig_close();
}

/* The flip in flight is forgotten; its event, late, is nobody's, not the next one's. */
static void test_pause_in_flight(void **state)
{
	rig_screen();
	struct kms_output *o = rig.outputs[0];
	assert_int_equal(rig_commit(o), 0);
	kms_device_pause(rig.device);
	assert_false(kms_output_flip_pending(o));
	assert_int_equal(kms_device_resume(rig.device), 0);
	fake_vblank(30);
	assert_int_equal(rig_commit(o), 0);
	assert_int_equal(kms_device_dispatch(rig.device), 0);
	rig_expect_heard("");
	assert_true(kms_output_flip_pending(o));
	shown(30);
	rig_expect_heard("!HDMI-A-1");
	rig_close();
}

struct pause_case {
	const char *name;
	bool in_flight;
};

static const struct pause_case pause_cases[] = {
	{"a pause: what is shown stays aside", false},
	{"a pause: what is about to be shown stays aside", true},
};

/* Nobody draws into what is on the screen, a pause or not; the next flip frees it. */
static void test_pause_shown(void **state)
{
	const struct pause_case *c = *state;
	rig_screen();
	struct kms_output *o = rig.outputs[0];
	assert_int_equal(rig_commit(o), 0);
	if (!c->in_flight)
		shown(30);
	struct kms_buffer *b[KMS_BUFFERS];
	for (int pauses = 0; pauses < 2; pauses++) {
		kms_device_pause(rig.device);
		assert_int_equal(kms_device_resume(rig.device), 0);
	}
	uint64_t fb = fake_get(50, "FB_ID");
	for (size_t i = 0; i < KMS_BUFFERS - 1; i++)
		assert_non_null(b[i] = kms_output_acquire(o));
	assert_null(kms_output_acquire(o));
	assert_int_equal(kms_output_show(o, b[0]), 0);
	assert_int_not_equal(fake_get(50, "FB_ID"), fb);
	fake_vblank(30);
	assert_int_equal(kms_device_dispatch(rig.device), 0);
	struct kms_buffer *back = kms_output_acquire(o);
	assert_true(back && back != b[0] && back != b[1]);
	assert_int_equal(kms_output_show(o, b[1]), 0);
	assert_int_not_equal(fake_get(50, "FB_ID"), fb);
	shown(30);
	assert_int_equal(kms_output_show(o, back), 0);
	assert_int_equal(fake_get(50, "FB_ID"), fb);
	rig_close();
}

/* While paused nobody asks the monitors; the resume does. */
static void test_unplug_while_paused(void **state)
{
	rig_screen();
	kms_device_pause(rig.device);
	fake_object(40)->connected = false;
	int probes = fake.probes;
	assert_int_equal(kms_device_scan(rig.device), 0);
	assert_int_equal(fake.probes, probes);
	rig_expect_heard("");
	assert_int_equal(kms_device_resume(rig.device), 0);
	rig_expect_heard("-HDMI-A-1");
	rig_close();
}

static void test_resume_without_master(void **state)
{
	rig_screen();
	kms_device_pause(rig.device);
	fake.not_master = true;
	assert_int_equal(kms_device_resume(rig.device), -EACCES);
	assert_int_equal(rig_commit(rig.outputs[0]), -EAGAIN);
	fake.not_master = false;
	assert_int_equal(kms_device_resume(rig.device), 0);
	rig_show(rig.outputs[0], 30);
	rig_close();
}

/* Still paused, and the next resume is as the first. */
static void test_resume_scan_fails(void **state)
{
	rig_screen();
	kms_device_pause(rig.device);
	fake.resources_error = -EIO;
	assert_int_equal(kms_device_resume(rig.device), -EIO);
	assert_int_equal(rig_commit(rig.outputs[0]), -EAGAIN);
	assert_int_equal(fake.n_commits, 0);
	fake.resources_error = 0;
	assert_int_equal(kms_device_resume(rig.device), 0);
	rig_show(rig.outputs[0], 30);
	rig_close();
}

static void test_destroy_while_paused(void **state)
{
	rig_screen();
	assert_int_equal(rig_commit(rig.outputs[0]), 0);
	kms_device_pause(rig.device);
	size_t commits = fake.n_commits;
	kms_device_destroy(rig.device);
	assert_int_equal(fake.n_commits, commits);
	kms_device_destroy(NULL);
	fake_finish();
}

int main(void)
{
	static const struct CMUnitTest more[] = {
		cmocka_unit_test(test_modeset),
		cmocka_unit_test(test_flip),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_foreign_asleep),
		cmocka_unit_test(test_two),
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_modeset_busy),
		cmocka_unit_test(test_flip_busy),
		cmocka_unit_test(test_buffers),
		cmocka_unit_test(test_ages),
		cmocka_unit_test(test_ages_ahead),
		cmocka_unit_test(test_released_undrawn),
		cmocka_unit_test(test_sweep_fails),
		cmocka_unit_test(test_commit_in_flip),
		cmocka_unit_test(test_strange_events),
		cmocka_unit_test(test_pause),
		cmocka_unit_test(test_pause_in_flight),
		cmocka_unit_test(test_unplug_while_paused),
		cmocka_unit_test(test_resume_without_master),
		cmocka_unit_test(test_resume_scan_fails),
		cmocka_unit_test(test_destroy_while_paused),
	};
	struct CMUnitTest tests[64];
	size_t n = 0;
#define ADD(table, function)                                                             \
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)                      \
		tests[n++] = (struct CMUnitTest){table[i].name, function, NULL, NULL,    \
			(void *)(uintptr_t)&table[i]};
	ADD(missing_cases, test_optional)
	ADD(error_cases, test_error)
	ADD(time_cases, test_time)
	ADD(pause_cases, test_pause_shown)
	for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
		tests[n++] = more[i];
	return _cmocka_run_group_tests("commit", tests, n, NULL, NULL);
}
