/* Colours in the card, and the variable refresh that is set beside them. */
#include <errno.h>
#include <math.h>
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

#define TEST  DRM_MODE_ATOMIC_TEST_ONLY
#define FRAME (DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT)

#define HALF  (UINT64_C(1) << 31) /* of a matrix: S31.32 */
#define ONE   (UINT64_C(1) << 32)

static void open_lit(uint64_t gamma, bool ctm)
{
	fake_reset(1);
	fake.gamma = gamma;
	fake.missing = ctm ? NULL : "CTM";
	fake_mode(fake_connector(DRM_MODE_CONNECTOR_HDMIA, 1), 800, 600, true);
	rig_open();
	rig_show(rig.outputs[0], 30);
	fake.n_commits = 0;
}

struct color_case {
	const char *name;
	bool ctm;
	uint64_t gamma_size;
	float rgb[3], gamma;
	int error;
	uint64_t matrix[3]; /* its diagonal; 0: there is none */
	uint32_t table[3];  /* red's middle, red's and blue's last; 0: there is none */
};

/* Tables have 5 entries: the middle is 0.5. */
static const struct color_case color_cases[] = {
	{"by the matrix", true, 5, {1, 0.5f, 0.25f}, 1, 0, {ONE, HALF, HALF / 2}},
	{"by the matrix, and gamma by the tables", true, 5, {1, 0.5f, 0}, 2, 0,
		{ONE, HALF, 0}, {46340, 65535, 65535}},
	{"by the tables", false, 5, {1, 0.5f, 0.25f}, 1, 0, {0}, {32768, 65535, 16384}},
	{"gamma after what is multiplied", false, 5, {0.5f, 1, 0.25f}, 2, 0, {0},
		{32768, 46340, 32768}},
	{"brighter: a table ends at white", false, 5, {2, 1, 1}, 1, 0, {0},
		{65535, 65535, 65535}},
	{"nothing", true, 5, {1, 1, 1}, 1},
	{"nothing, without a matrix", false, 5, {1, 1, 1}, 1},
	{"only gamma", true, 5, {1, 1, 1}, 2, 0, {0}, {46340, 65535, 65535}},
	{"no matrix, no tables", false, 0, {1, 1, 1}, 1, -ENOTSUP},
	{"tables without a size", false, 1, {0.5f, 1, 1}, 1, -ENOTSUP},
	{"tables too large", false, 1 << 20, {0.5f, 1, 1}, 1, -ENOTSUP},
	{"gamma needs tables", true, 0, {1, 1, 1}, 2, -ENOTSUP},
	{"a matrix needs none", true, 0, {0.5f, 1, 1}, 1, 0, {HALF, ONE, ONE}},
	{"below zero", true, 5, {-1, 1, 1}, 1, -EINVAL},
	{"far too much", true, 5, {1, 1, 9}, 1, -EINVAL},
	{"no number", true, 5, {1, NAN, 1}, 1, -EINVAL},
	{"no gamma", true, 5, {1, 1, 1}, 0, -EINVAL},
	{"gamma that is no number", true, 5, {1, 1, 1}, NAN, -EINVAL},
};

static void expect_matrix(const uint64_t diagonal[3])
{
	size_t size;
	const struct drm_color_ctm *m = fake_blob(fake_get(30, "CTM"), &size);
	if (!diagonal[0]) {
		assert_int_equal(fake.missing ? 0 : fake_get(30, "CTM"), 0);
		return;
	}
	assert_int_equal(size, sizeof *m);
	for (size_t i = 0; i < 9; i++)
		assert_int_equal(m->matrix[i], i % 4 == 0 ? diagonal[i / 4] : 0);
}

static void expect_table(const uint32_t table[3])
{
	size_t size;
	const struct drm_color_lut *t = fake_blob(fake_get(30, "GAMMA_LUT"), &size);
	if (!table[1]) {
		assert_int_equal(fake_get(30, "GAMMA_LUT"), 0);
		return;
	}
	assert_int_equal(size, 5 * sizeof *t);
	assert_int_equal(t[0].red, 0);
	assert_int_equal(t[2].red, table[0]);
	assert_int_equal(t[4].red, table[1]);
	assert_int_equal(t[4].blue, table[2]);
}

static void test_color(void **state)
{
	const struct color_case *c = *state;
	open_lit(c->gamma_size, c->ctm);
	struct kms_output *o = rig.outputs[0];
	assert_int_equal(kms_output_color(o, c->rgb, c->gamma), c->error);
	const size_t tests = fake.n_commits;
	assert_int_equal(fake_count(TEST), tests);
	rig_show(o, 30);
	assert_int_equal(fake_last()->flags, FRAME);
	expect_matrix(c->matrix);
	expect_table(c->table);
	assert_int_equal(fake.n_blobs, 1u + (c->matrix[0] > 0) + (c->table[1] > 0));
	/* said once, to be repeated by a modeset alone */
	rig_show(o, 30);
	assert_null(strstr(fake_last()->text, "GAMMA_LUT"));
	kms_device_pause(rig.device);
	fake_set(30, "GAMMA_LUT", 4711);
	assert_int_equal(kms_device_resume(rig.device), 0);
	rig_show(o, 30);
	expect_matrix(c->matrix);
	expect_table(c->table);
	rig_close();
}

/* One after the other, and none in the end: no blob is left behind. */
static void test_replace(void **state)
{
	const float warm[3] = {1, 0.8f, 0.6f}, one[3] = {1, 1, 1};
	open_lit(5, false);
	struct kms_output *o = rig.outputs[0];
	for (int i = 0; i < 3; i++) {
		assert_int_equal(kms_output_color(o, warm, 1.0f + (float)i), 0);
		assert_int_equal(fake.n_blobs, 2);
		if (i != 1)
			rig_show(o, 30);
	}
	assert_int_equal(kms_output_color(o, one, 1), 0);
	assert_int_equal(fake.n_blobs, 1);
	rig_show(o, 30);
	assert_int_equal(fake_get(30, "GAMMA_LUT"), 0);
	rig_close();
}

/* The card refuses: what was before stays, in the next frame as well. */
static void test_refused(void **state)
{
	const float warm[3] = {1, 0.8f, 0.6f}, blue[3] = {0, 0, 1};
	open_lit(5, true);
	struct kms_output *o = rig.outputs[0];
	assert_int_equal(kms_output_color(o, warm, 2), 0);
	rig_show(o, 30);
	const uint64_t ctm = fake_get(30, "CTM"), table = fake_get(30, "GAMMA_LUT");
	fake.test_error = -EINVAL;
	assert_int_equal(kms_output_color(o, blue, 1), -EINVAL);
	fake.test_error = 0;
	fake.blob_error = -ENOMEM;
	assert_int_equal(kms_output_color(o, blue, 1), -ENOMEM);
	fake.blob_error = 0;
	rig_show(o, 30);
	assert_null(strstr(fake_last()->text, "CTM"));
	assert_int_equal(fake_get(30, "CTM"), ctm);
	assert_int_equal(fake_get(30, "GAMMA_LUT"), table);
	assert_int_equal(fake.n_blobs, 3);
	rig_close();
}

/* Some drivers change it in a modeset only: the next commit is one. */
static void test_modeset(void **state)
{
	const float warm[3] = {1, 0.8f, 0.6f};
	open_lit(5, true);
	fake.tuned_modeset = true;
	assert_int_equal(kms_output_color(rig.outputs[0], warm, 1), 0);
	rig_show(rig.outputs[0], 30);
	assert_true(fake_last()->flags & DRM_MODE_ATOMIC_ALLOW_MODESET);
	assert_int_not_equal(fake_get(30, "CTM"), 0);
	rig_close();
}

/* With a flip in flight, paused, asleep, before the first frame: it comes with the next one. */
static void test_any_time(void **state)
{
	const float warm[3] = {1, 0.8f, 0.6f};
	for (int when = 0; when < 4; when++) {
		open_lit(5, true);
		struct kms_output *o = rig.outputs[0];
		if (when == 0)
			assert_int_equal(rig_commit(o), 0);
		if (when == 1)
			kms_device_pause(rig.device);
		if (when == 2)
			assert_int_equal(kms_output_sleep(o, true), 0);
		fake.not_master = when == 3;
		assert_int_equal(kms_output_color(o, warm, 1), 0);
		fake.not_master = false;
		fake_vblank(30);
		assert_int_equal(kms_device_dispatch(rig.device), 0);
		assert_int_equal(kms_device_resume(rig.device), 0);
		assert_int_equal(kms_output_sleep(o, false), 0);
		rig_show(o, 30);
		assert_int_not_equal(fake_get(30, "CTM"), 0);
		rig_close();
	}
}

/* A frame of nothing else, and nothing in the frame after it. */
static void test_alone(void **state)
{
	const float warm[3] = {1, 0.8f, 0.6f};
	open_lit(5, true);
	struct kms_output *o = rig.outputs[0];
	const struct kms_frame frame = {.fence = -1};
	assert_int_equal(kms_output_color(o, warm, 1), 0);
	assert_int_equal(kms_output_commit(o, &frame), 0);
	assert_int_equal(fake_last()->flags, FRAME);
	assert_null(strstr(fake_last()->text, "FB_ID"));
	assert_int_not_equal(fake_get(30, "CTM"), 0);
	assert_true(fake_vblank(30));
	assert_int_equal(kms_device_dispatch(rig.device), 0);
	rig_show(o, 30);
	assert_null(strstr(fake_last()->text, "CTM"));
	rig_close();
}

/* --- variable refresh --- */

static bool want_vrr;

static void configure(const char *connector, const struct kms_identity *identity,
	struct kms_config *config)
{
	config->vrr = want_vrr;
}

struct vrr_case {
	const char *name;
	bool card, display, modeset; /* who can; whether it takes a modeset */
	int test_error;
	bool can, on;
	const char *says;
};

static const struct vrr_case vrr_cases[] = {
	{"VRR", true, true, .can = true, .on = true},
	{"VRR by a modeset", true, true, .modeset = true, .can = true, .on = true},
	{"VRR: the display cannot", true, false},
	{"VRR: the card cannot", false, true},
	{"VRR: the card refuses", true, true, .test_error = -EINVAL, .can = true,
		.says = "refuses to turn a variable refresh on"},
};

static void open_vrr(const struct vrr_case *c)
{
	fake_reset(1);
	fake.vrr = c->card;
	fake_mode(fake_connector(DRM_MODE_CONNECTOR_HDMIA, 1), 800, 600, true);
	fake_set(40, "vrr_capable", c->display);
	rig_configure = configure;
	rig_open();
	assert_int_equal(!!(kms_output_can(rig.outputs[0]) & KMS_CAN_VRR), c->can);
}

static void test_vrr(void **state)
{
	const struct vrr_case *c = *state;
	want_vrr = false;
	open_vrr(c);
	rig_show(rig.outputs[0], 30);
	assert_int_equal(fake_get(30, "VRR_ENABLED"), 0);
	want_vrr = true;
	fake.tuned_modeset = c->modeset;
	fake.test_error = c->test_error;
	rig.heard[0] = '\0';
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("");
	const char *error = kms_connector_error(rig.device, "HDMI-A-1");
	assert_true(c->says ? error && strstr(error, c->says) : !error);
	fake.test_error = 0;
	rig_show(rig.outputs[0], 30);
	assert_int_equal(fake_get(30, "VRR_ENABLED"), c->on);
	assert_int_equal(fake_last()->flags & DRM_MODE_ATOMIC_ALLOW_MODESET,
		c->modeset ? DRM_MODE_ATOMIC_ALLOW_MODESET : 0);
	want_vrr = false;
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_show(rig.outputs[0], 30);
	assert_int_equal(fake_get(30, "VRR_ENABLED"), 0);
	rig_close();
}

/* Wanted from the start: the first modeset brings it. */
static void test_vrr_at_start(void **state)
{
	const struct vrr_case c = {"", true, true, .can = true};
	want_vrr = true;
	open_vrr(&c);
	rig_show(rig.outputs[0], 30);
	assert_int_equal(fake_get(30, "VRR_ENABLED"), 1);
	rig_close();
}

struct can_case {
	const char *name;
	const char *missing;
	uint64_t gamma;
	unsigned can; /* of what is not of planes */
};

static const struct can_case can_cases[] = {
	{"can: all", NULL, 256, KMS_CAN_GAMMA | KMS_CAN_CTM},
	{"can: no matrix", "CTM", 256, KMS_CAN_GAMMA},
	{"can: no tables", "GAMMA_LUT", 256, KMS_CAN_CTM},
	{"can: tables of no size", NULL, 0, KMS_CAN_CTM},
};

static void test_can(void **state)
{
	const struct can_case *c = *state;
	const unsigned asked = KMS_CAN_GAMMA | KMS_CAN_CTM | KMS_CAN_VRR;
	fake_reset(1);
	fake.missing = c->missing;
	fake.gamma = c->gamma;
	fake_mode(fake_connector(DRM_MODE_CONNECTOR_HDMIA, 1), 800, 600, true);
	rig_open();
	assert_int_equal(kms_output_can(rig.outputs[0]) & asked, c->can);
	rig_close();
}

static int start(void **state)
{
	rig_configure = NULL;
	return 0;
}

int main(void)
{
	static const struct CMUnitTest more[] = {
		cmocka_unit_test(test_replace),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_modeset),
		cmocka_unit_test(test_any_time),
		cmocka_unit_test(test_alone),
		cmocka_unit_test(test_vrr_at_start),
	};
	struct CMUnitTest tests[64];
	size_t n = 0;
#define ADD(table, function)                                                             \
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)                      \
		tests[n++] = (struct CMUnitTest){table[i].name, function, start, NULL,   \
			(void *)(uintptr_t)&table[i]};
	ADD(color_cases, test_color)
	ADD(vrr_cases, test_vrr)
	ADD(can_cases, test_can)
	for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
		tests[n] = more[i];
		tests[n++].setup_func = start;
	}
	return _cmocka_run_group_tests("color", tests, n, NULL, NULL);
}
