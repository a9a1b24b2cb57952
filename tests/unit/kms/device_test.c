/* Opening a card, what its connectors become, and what happens when they change. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <drm_mode.h>
#include <xf86drm.h>

#include "fake_drm.h"
#include "rig.h"

#define HDMI DRM_MODE_CONNECTOR_HDMIA
#define DP   DRM_MODE_CONNECTOR_DisplayPort

struct open_case {
	const char *name;
	bool no_atomic, no_dumb, not_master, no_gbm, no_planes, no_crtcs;
	const char *missing;
	int error;
	const char *says[3]; /* what failed, why, what to do */
};

static const struct open_case open_cases[] = {
	{"open: no atomic modesetting", .no_atomic = true, .error = -ENOTSUP,
		.says = {"card7", "no atomic modesetting", "use another card"}},
	{"open: no dumb buffers", .no_dumb = true, .error = -ENOTSUP,
		.says = {"card7", "no buffers", "use another card"}},
	{"open: not master", .not_master = true, .error = -EACCES,
		.says = {"card7", "another program drives the screen", "end it"}},
	{"open: no GBM", .no_gbm = true, .error = -ENODEV,
		.says = {"card7", "GBM cannot use it", "install"}},
	{"open: no planes", .no_planes = true, .error = -EINVAL,
		.says = {"card7", "cannot list its planes", ""}},
	{"open: a card that only renders", .no_crtcs = true, .error = -ENOTSUP,
		.says = {"card7", "no CRTC", "use another card"}},
	{"open: a plane without FB_ID", .missing = "FB_ID", .error = -ENOTSUP,
		.says = {"plane 50", "no property FB_ID", "newer kernel"}},
	{"open: a CRTC without MODE_ID", .missing = "MODE_ID", .error = -ENOTSUP,
		.says = {"CRTC 30", "no property MODE_ID", "newer kernel"}},
};

static void test_open(void **state)
{
	const struct open_case *c = *state;
	struct kms_device *device = NULL;
	struct kms_error err = {""};
	fake_reset(c->no_crtcs ? 0 : 2);
	fake.no_atomic = c->no_atomic;
	fake.no_dumb = c->no_dumb;
	fake.not_master = c->not_master;
	fake.no_gbm = c->no_gbm;
	fake.no_planes = c->no_planes;
	fake.missing = c->missing;
	assert_int_equal(kms_device_open(fake.read_fd, "/dev/dri/card7",
				 &(struct kms_listener){0}, NULL, &device, &err),
		c->error);
	assert_null(device);
	for (size_t i = 0; i < 3; i++) {
		if (!strstr(err.text, c->says[i]))
			fail_msg("\"%s\" does not say \"%s\"", err.text, c->says[i]);
	}
	fake_finish();
}

struct scan_connector {
	uint32_t type, possible;
	bool disconnected;
	unsigned modes;     /* of 640x480, 800x600, 1024x768 .. */
	unsigned preferred; /* the how manieth, from 1; 0 none */
	uint32_t attached;  /* CRTC */
};

struct scan_case {
	const char *name;
	unsigned crtcs;
	struct scan_connector connectors[4];
	const char *outputs; /* name, size, CRTC of each once it is lit */
};

static const struct scan_case scan_cases[] = {
	{"scan: nothing", 1, {{0}}, ""},
	{"scan: one screen", 1, {{HDMI, 1, .modes = 1}}, "HDMI-A-1 640x480 30"},
	{"scan: the preferred mode", 1, {{HDMI, 1, .modes = 3, .preferred = 2}},
		"HDMI-A-1 800x600 30"},
	{"scan: none preferred, the first", 1, {{HDMI, 1, .modes = 3}},
		"HDMI-A-1 640x480 30"},
	{"scan: disconnected", 1, {{HDMI, 1, .disconnected = true, .modes = 1}}, ""},
	{"scan: connected without a mode", 1, {{HDMI, 1}}, ""},
	{"scan: only the connected of two", 2,
		{{HDMI, 3, .disconnected = true}, {DP, 3, .modes = 1}},
		"DP-2 640x480 30"},
	{"scan: a type without a name", 1, {{99, 1, .modes = 1}}, "Unknown-1 640x480 30"},
	{"scan: two screens, two CRTCs", 2, {{HDMI, 3, .modes = 1}, {DP, 3, .modes = 2}},
		"HDMI-A-1 640x480 30, DP-2 640x480 31"},
	{"scan: each keeps the CRTC it hangs on", 2,
		{{HDMI, 3, .modes = 1, .attached = 31},
			{DP, 3, .modes = 1, .attached = 30}},
		"HDMI-A-1 640x480 31, DP-2 640x480 30"},
	{"scan: who has a choice makes room", 2,
		{{HDMI, 3, .modes = 1}, {DP, 1, .modes = 1}},
		"HDMI-A-1 640x480 31, DP-2 640x480 30"},
	{"scan: a clone of the session before us is split", 2,
		{{HDMI, 3, .modes = 1, .attached = 30},
			{DP, 3, .modes = 1, .attached = 30}},
		"HDMI-A-1 640x480 30, DP-2 640x480 31"},
	{"scan: more screens than CRTCs", 1, {{HDMI, 1, .modes = 1}, {DP, 1, .modes = 1}},
		"HDMI-A-1 640x480 30"},
};

static void plug(const struct scan_connector *c)
{
	static const uint16_t sizes[][2] = {{640, 480}, {800, 600}, {1024, 768}};
	struct fake_object *o = fake_connector(c->type, c->possible);
	o->connected = !c->disconnected;
	for (unsigned i = 0; i < c->modes; i++)
		fake_mode(o, sizes[i][0], sizes[i][1], i + 1 == c->preferred);
	if (!c->attached)
		return;
	fake_set(o->id, "CRTC_ID", c->attached);
	fake_set(c->attached, "MODE_ID", 1);
	fake_set(c->attached, "ACTIVE", 1);
}

/* Lights every output, and writes down which CRTC its connector hangs on then. */
static void describe(char *text, size_t size)
{
	text[0] = '\0';
	for (size_t i = 0; i < rig.n_outputs; i++) {
		struct kms_output *o = rig.outputs[i];
		const char *name = kms_output_name(o);
		uint32_t connector = 39 + (uint32_t)(name[strlen(name) - 1] - '0');
		assert_int_equal(rig_commit(o), 0);
		uint32_t crtc = (uint32_t)fake_get(connector, "CRTC_ID");
		fake_vblank(crtc);
		assert_int_equal(fake_get(crtc, "ACTIVE"), 1);
		size_t n = strlen(text);
		snprintf(text + n, size - n, "%s%s %dx%d %u", n ? ", " : "", name,
			kms_output_width(o), kms_output_height(o), crtc);
	}
	assert_int_equal(kms_device_dispatch(rig.device), 0);
}

static void test_scan(void **state)
{
	const struct scan_case *c = *state;
	char text[256];
	fake_reset(c->crtcs);
	for (size_t i = 0; i < 4 && c->connectors[i].type; i++)
		plug(&c->connectors[i]);
	rig_open();
	describe(text, sizeof text);
	assert_string_equal(text, c->outputs);
	rig_close();
}

static void test_accessors(void **state)
{
	rig_screen();
	struct kms_output *o = rig.outputs[0];
	int mine;
	assert_int_equal(kms_device_fd(rig.device), fake.read_fd);
	assert_int_equal(!kms_device_gbm(rig.device), rig_flags() & KMS_OPEN_DUMB);
	assert_string_equal(kms_device_path(rig.device), "/dev/dri/card7");
	assert_null(kms_output_user(o));
	kms_output_set_user(o, &mine);
	assert_ptr_equal(kms_output_user(o), &mine);
	/* 900 x 650 pixels at 35100 kHz */
	assert_int_equal(kms_output_refresh_ns(o), UINT64_C(585000) * 1000000 / 35100);
	struct kms_buffer *b = kms_output_buffer(o, KMS_BUFFERS - 1);
	assert_int_equal(!kms_buffer_bo(b), rig_flags() & KMS_OPEN_DUMB);
	kms_buffer_set_user(b, &mine);
	assert_ptr_equal(kms_buffer_user(b), &mine);
	rig_close();
}

struct refresh_case {
	const char *name;
	drmModeModeInfo mode;
	uint64_t ns;
};

static const struct refresh_case refresh_cases[] = {
	{"refresh: 1080p at 148.5 MHz",
		{.clock = 148500,
			.htotal = 2200,
			.vtotal = 1125,
			.hdisplay = 1920,
			.vdisplay = 1080},
		16666666},
	{"refresh: interlaced, half a picture",
		{.clock = 74250,
			.htotal = 2200,
			.vtotal = 1125,
			.hdisplay = 1920,
			.vdisplay = 1080,
			.flags = DRM_MODE_FLAG_INTERLACE},
		16666666},
	{"refresh: each line twice",
		{.clock = 12587,
			.htotal = 800,
			.vtotal = 262,
			.hdisplay = 640,
			.vdisplay = 240,
			.flags = DRM_MODE_FLAG_DBLSCAN},
		33304202},
	{"refresh: no clock, only a rate",
		{.hdisplay = 640, .vdisplay = 480, .vrefresh = 50}, 20000000},
	{"refresh: nothing known", {.hdisplay = 640, .vdisplay = 480}, 16666666},
	{"refresh: faster than light",
		{.clock = 4000000,
			.htotal = 1,
			.vtotal = 1,
			.hdisplay = 640,
			.vdisplay = 480,
			.flags = DRM_MODE_FLAG_INTERLACE},
		1000000},
	{"refresh: one a year",
		{.clock = 1,
			.htotal = 65535,
			.vtotal = 65535,
			.hdisplay = 640,
			.vdisplay = 480,
			.vscan = 65535},
		1000000000},
};

static void test_refresh(void **state)
{
	const struct refresh_case *c = *state;
	fake_reset(1);
	struct fake_object *o = fake_connector(HDMI, 1);
	o->modes[o->n_modes++] = c->mode;
	rig_open();
	assert_int_equal(kms_output_refresh_ns(rig.outputs[0]), c->ns);
	rig_close();
}

static void test_headset(void **state)
{
	fake_reset(1);
	struct fake_object *o = fake_connector(DP, 1);
	fake_mode(o, 2160, 1200, true);
	fake_set(o->id, "non-desktop", 1);
	rig_open();
	rig_expect_heard("");
	rig_close();
}

/* In place of a screen, on a connector that is known already; and back. */
static void test_headset_later(void **state)
{
	rig_screen();
	fake_set(40, "non-desktop", 1);
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("-HDMI-A-1");
	fake_set(40, "non-desktop", 0);
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("+HDMI-A-1");
	rig_close();
}

/* A screen too many is told of once, and once more when it is plugged in anew. */
static void test_left_out(void **state)
{
	static const char text[] = "DP-2: no CRTC is left";
	rig_screen();
	fake_mode(fake_connector(DP, 1), 640, 480, true);
	assert_int_equal(rig_said(3, text), 1);
	fake_object(41)->connected = false;
	assert_int_equal(rig_said(1, text), 0);
	fake_object(41)->connected = true;
	assert_int_equal(rig_said(2, text), 1);
	/* it was served in between */
	fake_object(40)->connected = false;
	assert_int_equal(rig_said(1, text), 0);
	rig_expect_heard("-HDMI-A-1 +DP-2");
	rig_close();
}

static void test_no_linear(void **state)
{
	fake_reset(1);
	fake.no_linear = true;
	fake_mode(fake_connector(HDMI, 1), 800, 600, true);
	rig_open();
	rig_expect_heard("+HDMI-A-1");
	rig_close();
}

struct poor_case {
	const char *name;
	int bo_budget, fb_error, blob_error;
	const char *missing;
};

/* The output is left out; the device lives, and nothing leaks (rig_close). */
static const struct poor_case poor_cases[] = {
	{"no buffer at all", 0, 0, 0, NULL},
	{"no third buffer", 2, 0, 0, NULL},
	{"no framebuffer", -1, -ENOMEM, 0, NULL},
	{"no mode blob", -1, 0, -ENOMEM, NULL},
	{"no CRTC_ID on the connector", -1, 0, 0, "CRTC_ID"},
};

static void test_poor(void **state)
{
	const struct poor_case *c = *state;
	fake_reset(1);
	rig_open();
	fake_mode(fake_connector(HDMI, 1), 800, 600, true);
	fake.bo_budget = c->bo_budget;
	fake.fb_error = c->fb_error;
	fake.blob_error = c->blob_error;
	fake.missing = c->missing;
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("");
	fake.missing = NULL;
	fake.bo_budget = -1;
	fake.fb_error = fake.blob_error = 0;
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("+HDMI-A-1");
	rig_close();
}

/* Primary planes that go with any CRTC stay where the session before us put them. */
static void test_crossed_planes(void **state)
{
	fake_reset(2);
	for (uint32_t i = 0; i < 2; i++) {
		fake_mode(fake_connector(HDMI, 3), 800, 600, true);
		fake_object(50 + i)->possible_crtcs = 3;
		fake_set(50 + i, "CRTC_ID", 31 - i);
		fake_set(50 + i, "FB_ID", 900 + i);
	}
	rig_open();
	rig_show(rig.outputs[0], 30);
	rig_show(rig.outputs[1], 31);
	assert_int_equal(fake_get(50, "CRTC_ID"), 31);
	assert_int_equal(fake_get(51, "CRTC_ID"), 30);
	rig_close();
}

static void test_plug(void **state)
{
	fake_reset(2);
	fake_mode(fake_connector(HDMI, 3), 800, 600, true);
	rig_open();
	rig_show(rig.outputs[0], 30);
	rig_expect_heard("+HDMI-A-1 !HDMI-A-1");
	fake_mode(fake_connector(DP, 3), 640, 480, true);
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("+DP-2");
	rig_show(rig_output("DP-2"), 31);
	rig_show(rig_output("HDMI-A-1"), 30);
	rig_expect_heard("!DP-2 !HDMI-A-1");
	/* a scan that finds nothing new changes nothing */
	size_t commits = fake.n_commits;
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("");
	assert_int_equal(fake.n_commits, commits);
	rig_close();
}

static void expect_off(uint32_t crtc)
{
	assert_int_equal(fake_get(crtc, "ACTIVE"), 0);
	assert_int_equal(fake_get(crtc, "MODE_ID"), 0);
	assert_int_equal(fake_get(crtc + 20, "FB_ID"), 0);
	assert_int_equal(fake_get(crtc + 20, "CRTC_ID"), 0);
}

static void test_unplug(void **state)
{
	rig_screen();
	fake_object(40)->connected = false;
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("-HDMI-A-1");
	expect_off(30);
	assert_int_equal(fake_get(40, "CRTC_ID"), 0);
	assert_int_equal(fake.n_fbs, 0);
	assert_int_equal(fake.rmfb_shown, 0);
	rig_close();
}

/* The connector itself vanishes, as those of a docking station do. */
static void test_vanish(void **state)
{
	rig_screen();
	fake_object(40)->gone = true;
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("-HDMI-A-1");
	assert_int_equal(fake.n_fbs, 0);
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_close();
}

static void test_unplug_in_flight(void **state)
{
	rig_screen();
	assert_int_equal(rig_commit(rig.outputs[0]), 0);
	fake_object(40)->connected = false;
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("-HDMI-A-1");
	/* what the kernel still scans out, and what it is about to, are left to it */
	assert_int_equal(fake.n_fbs, 2);
	assert_int_equal(fake_get(30, "ACTIVE"), 1);
	assert_true(fake_vblank(30));
	assert_int_equal(kms_device_dispatch(rig.device), 0);
	rig_expect_heard("");
	assert_int_equal(fake.n_fbs, 0);
	assert_int_equal(fake.rmfb_shown, 0);
	expect_off(30);
	rig_close();
}

struct dock_case {
	const char *name;
	bool flight[2], destroy;
};

/* Two screens go at once: whichever owes a flip, they are off before their buffers go. */
static const struct dock_case dock_cases[] = {
	{"two unplugged: neither in flight", {false, false}, false},
	{"two unplugged: the first in flight", {true, false}, false},
	{"two unplugged: the second in flight", {false, true}, false},
	{"two unplugged: both in flight", {true, true}, false},
	{"two destroyed: neither in flight", {false, false}, true},
	{"two destroyed: the first in flight", {true, false}, true},
	{"two destroyed: the second in flight", {false, true}, true},
	{"two destroyed: both in flight", {true, true}, true},
};

static void unplug_two(void)
{
	for (uint32_t i = 0; i < 2; i++)
		fake_object(40 + i)->connected = false;
	assert_int_equal(kms_device_scan(rig.device), 0);
	for (uint32_t i = 0; i < 2; i++) {
		fake_vblank(30 + i);
		assert_int_equal(kms_device_dispatch(rig.device), 0);
	}
	assert_int_equal(fake.n_fbs, 0);
}

static void test_dock(void **state)
{
	const struct dock_case *c = *state;
	fake_reset(2);
	for (uint32_t i = 0; i < 2; i++)
		fake_mode(fake_connector(HDMI, 1u << i), 800, 600, true);
	rig_open();
	for (uint32_t i = 0; i < 2; i++)
		rig_show(rig.outputs[i], 30 + i);
	for (uint32_t i = 0; i < 2; i++)
		assert_int_equal(c->flight[i] ? rig_commit(rig.outputs[i]) : 0, 0);
	if (!c->destroy)
		unplug_two();
	rig_close();
	assert_int_equal(fake.rmfb_shown, 0);
	expect_off(30);
	expect_off(31);
}

static void test_unplug_in_flight_pause(void **state)
{
	rig_screen();
	assert_int_equal(rig_commit(rig.outputs[0]), 0);
	fake_object(40)->connected = false;
	assert_int_equal(kms_device_scan(rig.device), 0);
	kms_device_pause(rig.device);
	assert_int_equal(fake.n_fbs, 0);
	assert_int_equal(fake.rmfb_shown, 0);
	expect_off(30);
	rig_close();
}

/* The same screen comes back before the old flip is done: its modeset waits. */
static void test_replug_in_flight(void **state)
{
	rig_screen();
	assert_int_equal(rig_commit(rig.outputs[0]), 0);
	fake_object(40)->connected = false;
	assert_int_equal(kms_device_scan(rig.device), 0);
	fake_object(40)->connected = true;
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("-HDMI-A-1 +HDMI-A-1");
	assert_int_equal(rig_commit(rig.outputs[0]), 0);
	assert_int_equal(kms_device_dispatch(rig.device), 0);
	rig_expect_heard("!HDMI-A-1");
	assert_int_equal(fake.n_fbs, KMS_BUFFERS);
	assert_int_equal(fake_get(30, "ACTIVE"), 1);
	assert_int_equal(fake.rmfb_shown, 0);
	rig_close();
}

static void test_destroy_in_flight(void **state)
{
	rig_screen();
	assert_int_equal(rig_commit(rig.outputs[0]), 0);
	rig_close();
	assert_int_equal(fake.rmfb_shown, 0);
	expect_off(30);
}

/* Resumed but not yet drawn: what is on the screen is still one of ours. */
static void test_unplug_after_resume(void **state)
{
	rig_screen();
	kms_device_pause(rig.device);
	assert_int_equal(kms_device_resume(rig.device), 0);
	fake_object(40)->connected = false;
	assert_int_equal(kms_device_scan(rig.device), 0);
	expect_off(30);
	assert_int_equal(fake.rmfb_shown, 0);
	rig_close();
}

static void test_new_mode(void **state)
{
	rig_screen();
	struct kms_output *o = rig.outputs[0];
	assert_int_equal(rig_commit(o), 0);
	fake_mode(fake_object(40), 1024, 768, true);
	fake_object(40)->modes[0].type = 0;
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("~HDMI-A-1");
	assert_int_equal(kms_output_width(o), 1024);
	assert_int_equal(kms_output_height(o), 768);
	/* the old flip first */
	assert_int_equal(rig_commit(o), -EBUSY);
	fake_vblank(30);
	assert_int_equal(kms_device_dispatch(rig.device), 0);
	rig_expect_heard("!HDMI-A-1");
	assert_int_equal(fake.n_fbs, KMS_BUFFERS + 1);
	rig_show(o, 30);
	assert_int_equal(fake.n_fbs, KMS_BUFFERS);
	assert_int_equal(fake_get(50, "CRTC_W"), 1024);
	assert_int_equal(fake.rmfb_shown, 0);
	assert_int_equal(fake.n_blobs, 1);
	rig_close();
}

static void test_new_mode_fails(void **state)
{
	rig_screen();
	fake_object(40)->n_modes = 0;
	fake_mode(fake_object(40), 1024, 768, true);
	fake.bo_budget = 1;
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("-HDMI-A-1");
	expect_off(30);
	rig_close();
}

/* DisplayPort lost its link: the kernel says so, and wants a modeset. */
static void test_bad_link(void **state)
{
	rig_screen();
	fake_set(40, "link-status", DRM_MODE_LINK_STATUS_BAD);
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("~HDMI-A-1");
	rig_show(rig.outputs[0], 30);
	assert_int_equal(fake_count(DRM_MODE_ATOMIC_TEST_ONLY), 1);
	assert_int_equal(fake_get(40, "link-status"), DRM_MODE_LINK_STATUS_GOOD);
	rig_close();
}

int main(void)
{
	static const struct CMUnitTest more[] = {
		cmocka_unit_test(test_accessors),
		cmocka_unit_test(test_headset),
		cmocka_unit_test(test_headset_later),
		cmocka_unit_test(test_left_out),
		cmocka_unit_test(test_no_linear),
		cmocka_unit_test(test_crossed_planes),
		cmocka_unit_test(test_plug),
		cmocka_unit_test(test_unplug),
		cmocka_unit_test(test_vanish),
		cmocka_unit_test(test_unplug_in_flight),
		cmocka_unit_test(test_unplug_in_flight_pause),
		cmocka_unit_test(test_replug_in_flight),
		cmocka_unit_test(test_destroy_in_flight),
		cmocka_unit_test(test_unplug_after_resume),
		cmocka_unit_test(test_new_mode),
		cmocka_unit_test(test_new_mode_fails),
		cmocka_unit_test(test_bad_link),
	};
	struct CMUnitTest tests[64];
	size_t n = 0;
#define ADD(table, function)                                                             \
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)                      \
		tests[n++] = (struct CMUnitTest){table[i].name, function, NULL, NULL,    \
			(void *)(uintptr_t)&table[i]};
	ADD(open_cases, test_open)
	ADD(scan_cases, test_scan)
	ADD(refresh_cases, test_refresh)
	ADD(poor_cases, test_poor)
	ADD(dock_cases, test_dock)
	for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
		tests[n++] = more[i];
	return _cmocka_run_group_tests("device", tests, n, NULL, NULL);
}
