/* What outputs are to be, and what the card says to it. */
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

#include "edid_bytes.h"
#include "fake_drm.h"
#include "rig.h"

#define HDMI    DRM_MODE_CONNECTOR_HDMIA
#define DP      DRM_MODE_CONNECTOR_DisplayPort
#define EDP     DRM_MODE_CONNECTOR_eDP
#define TEST    DRM_MODE_ATOMIC_TEST_ONLY
#define MODESET DRM_MODE_ATOMIC_ALLOW_MODESET
#define FRAME   (DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT)

#define LINE_1024                                                                        \
	{                                                                                \
		63500, 1024, 1072, 1176, 1328, 768, 771, 775, 798, false, true           \
	}

/* What the connector of this name is to be; "": any other. */
static struct wish {
	char connector[16];
	struct kms_config config;
} wishes[4];

static void configure(const char *connector, const struct kms_identity *identity,
	struct kms_config *config)
{
	for (size_t i = 0; i < 4; i++) {
		if (strcmp(wishes[i].connector, connector) == 0)
			*config = wishes[i].config;
	}
}

static void wish(size_t i, const char *connector, const struct kms_config *config)
{
	snprintf(wishes[i].connector, sizeof wishes[i].connector, "%s", connector);
	wishes[i].config = *config;
	rig_configure = configure;
}

static int start(void **state)
{
	memset(wishes, 0, sizeof wishes);
	rig_configure = NULL;
	rig_dropped = NULL;
	return 0;
}

static void plug(uint32_t type)
{
	struct fake_object *c = fake_connector(type, 3);
	fake_mode(c, 640, 480, false);
	fake_mode(c, 800, 600, true);
	fake_mode(c, 1024, 768, false);
}

static size_t real_commits(void)
{
	return fake.n_commits - fake_count(TEST);
}

static void expect_error(const char *connector, const char *says)
{
	const char *error = kms_connector_error(rig.device, connector);
	if (!says && error)
		fail_msg("an error: %s", error);
	if (says && (!error || !strstr(error, says)))
		fail_msg("\"%s\" does not say \"%s\"", error ? error : "", says);
}

struct mode_case {
	const char *name;
	struct kms_config config;
	uint32_t clock_max;
	int test_error, bo_budget, fb_error, blob_error;
	int32_t width; /* afterwards; 0: there is no output */
	uint32_t mhz;
	const char *says; /* why it is not as it is to be; NULL: it is */
};

#define SIZE(w, h, mhz)                                                                  \
	{                                                                                \
		.want = KMS_MODE_SIZE, .width = w, .height = h, .refresh_mhz = mhz       \
	}

/* Its preferred mode is 800x600. */
static const struct mode_case mode_cases[] = {
	{"nothing asked", {0}, .width = 800, .mhz = 60000},
	{"a size", SIZE(1024, 768, 0), .width = 1024, .mhz = 59999},
	{"a size it has not", SIZE(1920, 1080, 0), .width = 800, .mhz = 60000,
		.says = "no mode of 1920x1080"},
	{"a modeline", {.want = KMS_MODE_MODELINE, .modeline = LINE_1024}, .width = 1024,
		.mhz = 59920},
	{"a modeline that cannot be", {.want = KMS_MODE_MODELINE}, .width = 800,
		.mhz = 60000, .says = "no display can have the timings"},
	{"CVT",
		{.want = KMS_MODE_CVT,
			.width = 1280,
			.height = 720,
			.refresh_mhz = 60000},
		.width = 1280, .mhz = 59855},
	{"CVT that cannot be", {.want = KMS_MODE_CVT, .width = 5, .height = 5},
		.width = 800, .mhz = 60000, .says = "CVT makes no mode of 5x5"},
	{"off", {.off = true}, .width = 0},
	{"no bandwidth", SIZE(1024, 768, 0), .clock_max = 40000, .width = 800,
		.mhz = 60000, .says = "refuses 1024x768 at 59.999 Hz: No space left"},
	{"the card cannot", SIZE(1024, 768, 0), .test_error = -EINVAL, .width = 800,
		.mhz = 60000, .says = "refuses 1024x768 at 59.999 Hz: Invalid argument"},
};

/* In which state an output is asked to become another. */
enum lit {
	LIT_IDLE,
	LIT_ACQUIRED, /* a buffer is drawn into */
	LIT_FLIGHT,
	LIT_ASLEEP,
	LIT_RESUMED, /* another master was there: a modeset is due */
	LIT_DARK,    /* its first modeset is still to come */
	LIT_STATES,
};

static struct kms_buffer *drawn;

static void forget_drawn(struct kms_output *output)
{
	drawn = NULL;
}

static void enter(enum lit lit)
{
	struct kms_output *o = rig.outputs[0];
	drawn = NULL;
	rig_dropped = forget_drawn;
	if (lit != LIT_DARK)
		rig_show(o, 30);
	if (lit == LIT_ACQUIRED)
		drawn = kms_output_acquire(o);
	if (lit == LIT_FLIGHT)
		assert_int_equal(rig_commit(o), 0);
	if (lit == LIT_ASLEEP)
		assert_int_equal(kms_output_sleep(o, true), 0);
	if (lit != LIT_RESUMED)
		return;
	kms_device_pause(rig.device);
	assert_int_equal(kms_device_resume(rig.device), 0);
}

/* The next frame, or the one that is drawn already, comes on the screen. */
static void leave(enum lit lit)
{
	struct kms_output *o = rig.outputs[0];
	fake.test_error = 0;
	if (lit == LIT_FLIGHT) {
		assert_true(fake_vblank(30));
		assert_int_equal(kms_device_dispatch(rig.device), 0);
	}
	if (lit == LIT_ASLEEP)
		assert_int_equal(kms_output_sleep(o, false), 0);
	struct kms_buffer *b = drawn ? drawn : kms_output_acquire(o);
	assert_non_null(b);
	assert_int_equal(kms_output_show(o, b), 0);
	assert_true(fake_vblank(30));
	assert_int_equal(kms_device_dispatch(rig.device), 0);
	drawn = NULL;
}

static void inject(const struct mode_case *c)
{
	fake.clock_max = c->clock_max;
	fake.test_error = c->test_error;
	fake.bo_budget = c->bo_budget ? c->bo_budget : -1;
	fake.fb_error = c->fb_error;
	fake.blob_error = c->blob_error;
}

static void expect_shown(int32_t width, uint32_t mhz)
{
	struct kms_mode m;
	const drmModeModeInfo *info = fake_blob(fake_get(30, "MODE_ID"), NULL);
	kms_output_mode(rig.outputs[0], &m);
	assert_int_equal(m.width, width);
	assert_int_equal(kms_output_width(rig.outputs[0]), width);
	assert_int_equal(m.refresh_mhz, mhz);
	assert_int_equal(info->hdisplay, width);
	assert_int_equal(fake_get(30, "ACTIVE"), 1);
	assert_int_equal(fake_get(50, "CRTC_W"), width);
	assert_int_equal(fake.n_fbs, KMS_BUFFERS);
	assert_int_equal(fake.n_blobs, 1);
	assert_int_equal(fake.rmfb_shown, 0);
}

static void become(const struct mode_case *c, enum lit lit)
{
	const bool changes = c->width != 800;
	start(NULL);
	fake_reset(1);
	plug(HDMI);
	rig_open();
	enter(lit);
	rig.heard[0] = '\0';
	wish(0, "HDMI-A-1", &c->config);
	inject(c);
	fake.n_commits = 0;
	assert_int_equal(kms_device_scan(rig.device), 0);
	assert_int_equal(
		real_commits(), c->width || lit == LIT_DARK ? 0 : lit != LIT_FLIGHT);
	rig_expect_heard(!c->width ? "-HDMI-A-1" : changes ? "~HDMI-A-1" : "");
	expect_error("HDMI-A-1", c->says);
	if (c->width) {
		leave(lit);
		expect_shown(c->width, c->mhz);
	}
	rig_close();
}

static void test_become(void **state)
{
	for (enum lit lit = 0; lit < LIT_STATES; lit++)
		become(*state, lit);
}

/* The same for a display that is there at the start. */
static void test_begin(void **state)
{
	const struct mode_case *c = *state;
	fake_reset(1);
	plug(HDMI);
	wish(0, "HDMI-A-1", &c->config);
	inject(c);
	rig_open();
	rig_expect_heard(c->width ? "+HDMI-A-1" : "");
	assert_int_equal(real_commits(), 0);
	expect_error("HDMI-A-1", c->says);
	if (c->width) {
		leave(LIT_DARK);
		expect_shown(c->width, c->mhz);
	}
	rig_close();
}

struct poor_case {
	const char *name;
	int bo_budget, fb_error, blob_error;
};

static const struct poor_case poor_cases[] = {
	{"no new buffer at all", 0, 0, 0},
	{"no third new buffer", 2, 0, 0},
	{"no new framebuffer", -1, -ENOMEM, 0},
	{"no new mode blob", -1, 0, -ENOMEM},
};

/* No memory for another mode: the one that was goes on with its buffers, and no modeset. */
static void test_poor(void **state)
{
	const struct poor_case *c = *state;
	fake_reset(1);
	plug(HDMI);
	rig_open();
	struct kms_output *o = rig.outputs[0];
	rig_show(o, 30);
	struct kms_buffer *buffer = kms_output_buffer(o, 0);
	const struct kms_config config = SIZE(1024, 768, 0);
	wish(0, "HDMI-A-1", &config);
	fake.bo_budget = c->bo_budget;
	fake.fb_error = c->fb_error;
	fake.blob_error = c->blob_error;
	rig.heard[0] = '\0';
	fake.n_commits = 0;
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("");
	expect_error("HDMI-A-1", "refuses 1024x768 at 59.999 Hz: Cannot allocate memory");
	assert_ptr_equal(kms_output_buffer(o, 0), buffer);
	rig_show(o, 30);
	assert_int_equal(fake.n_commits, 1);
	assert_int_equal(fake_last()->flags, FRAME);
	expect_shown(800, 60000);
	/* there is some again, and nobody has to ask twice */
	fake.bo_budget = -1;
	fake.fb_error = fake.blob_error = 0;
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("!HDMI-A-1 ~HDMI-A-1");
	expect_error("HDMI-A-1", NULL);
	rig_show(o, 30);
	expect_shown(1024, 59999);
	rig_close();
}

/* A refusal changes nothing: the next frame is one of the same mode, not a modeset. */
static void test_rollback(void **state)
{
	rig_screen();
	const struct kms_config config = {
		.want = KMS_MODE_CVT, .width = 1280, .height = 720};
	wish(0, "HDMI-A-1", &config);
	fake.test_error = -ERANGE;
	const uint64_t fb = fake_get(50, "FB_ID"), blob = fake_get(30, "MODE_ID");
	assert_int_equal(kms_device_scan(rig.device), 0);
	expect_error("HDMI-A-1", "refuses 1280x720 at 59.855 Hz: Numerical result");
	assert_int_equal(fake_get(50, "FB_ID"), fb);
	assert_int_equal(fake_get(30, "MODE_ID"), blob);
	assert_int_equal(fake.n_commits, 1);
	assert_int_equal(fake_last()->flags, TEST | MODESET);
	rig_show(rig.outputs[0], 30);
	assert_int_equal(fake.n_commits, 2);
	assert_int_equal(fake_last()->flags, FRAME);
	rig_close();
}

/* What is refused while it is custom is the custom mode that was, not the preferred one. */
static void test_custom_stays(void **state)
{
	fake_reset(1);
	plug(HDMI);
	struct kms_config config = {.want = KMS_MODE_MODELINE, .modeline = LINE_1024};
	wish(0, "HDMI-A-1", &config);
	rig_open();
	rig_show(rig.outputs[0], 30);
	const char *heard[] = {"", "", "~HDMI-A-1"};
	const struct kms_config next[] = {
		{.want = KMS_MODE_MODELINE},
		SIZE(1920, 1080, 0),
		{0},
	};
	rig.heard[0] = '\0';
	for (size_t i = 0; i < 3; i++) {
		wish(0, "HDMI-A-1", &next[i]);
		assert_int_equal(kms_device_scan(rig.device), 0);
		rig_expect_heard(heard[i]);
		assert_int_equal(kms_output_width(rig.outputs[0]), i < 2 ? 1024 : 800);
	}
	rig_show(rig.outputs[0], 30);
	expect_shown(800, 60000);
	rig_close();
}

/* The mode it has is gone from the list, and the one it is to have is none: the preferred. */
static void test_list_changes(void **state)
{
	rig_screen();
	fake_object(40)->n_modes = 0;
	fake_mode(fake_object(40), 1024, 768, true);
	const struct kms_config config = SIZE(1920, 1080, 0);
	wish(0, "HDMI-A-1", &config);
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("~HDMI-A-1");
	expect_error("HDMI-A-1", "no mode of 1920x1080");
	rig_show(rig.outputs[0], 30);
	expect_shown(1024, 59999);
	rig_close();
}

/* A display without any mode has none but one of our own. */
static void test_no_modes(void **state)
{
	fake_reset(1);
	fake_connector(HDMI, 1);
	rig_open();
	rig_expect_heard("");
	expect_error("HDMI-A-1", "tells of no mode");
	const struct kms_config config = {
		.want = KMS_MODE_MODELINE, .modeline = LINE_1024};
	wish(0, "HDMI-A-1", &config);
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("+HDMI-A-1");
	rig_show(rig.outputs[0], 30);
	expect_shown(1024, 59920);
	rig_close();
}

struct told_case {
	const char *name;
	struct kms_config config;
	uint32_t clock_max;
	const char *says;
};

static const struct told_case told_cases[] = {
	{"told once: no such mode", SIZE(1920, 1080, 0), 0, "no mode of 1920x1080"},
	{"told once: the card refuses", SIZE(1024, 768, 0), 40000, "refuses 1024x768"},
};

/* Tried by each scan, told once; and again when it worked in between. */
static void test_told(void **state)
{
	const struct told_case *c = *state;
	const struct kms_config none = {0};
	rig_screen();
	fake_mode(fake_object(40), 1024, 768, false);
	wish(0, "HDMI-A-1", &c->config);
	fake.clock_max = c->clock_max;
	assert_int_equal(rig_said(3, c->says), 1);
	expect_error("HDMI-A-1", c->says);
	wish(0, "HDMI-A-1", &none);
	assert_int_equal(rig_said(1, c->says), 0);
	expect_error("HDMI-A-1", NULL);
	wish(0, "HDMI-A-1", &c->config);
	assert_int_equal(rig_said(2, c->says), 1);
	rig_close();
}

/* What each wants goes, both together do not; the one that came first has it. */
static void test_bandwidth(void **state)
{
	const struct kms_config large = SIZE(1024, 768, 0);
	fake_reset(2);
	plug(HDMI);
	plug(DP);
	fake.clock_max = 100000;
	wish(0, "HDMI-A-1", &large);
	wish(1, "DP-2", &large);
	rig_open();
	rig_expect_heard("+HDMI-A-1 +DP-2");
	expect_error("HDMI-A-1", NULL);
	expect_error("DP-2", "refuses 1024x768 at 59.999 Hz: No space left");
	rig_show(rig.outputs[0], 30);
	rig_show(rig.outputs[1], 31);
	assert_int_equal(kms_output_width(rig_output("HDMI-A-1")), 1024);
	assert_int_equal(kms_output_width(rig_output("DP-2")), 800);
	/* the first is off: there is room for the second, in the same scan */
	const struct kms_config off = {.off = true};
	wish(0, "HDMI-A-1", &off);
	rig.heard[0] = '\0';
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("-HDMI-A-1 ~DP-2");
	expect_error("DP-2", NULL);
	rig_show(rig_output("DP-2"), 31);
	assert_int_equal(fake_get(30, "ACTIVE"), 0);
	rig_close();
}

/* Nobody asked for anything, and both preferred modes are too much: the second gets less. */
static void test_smaller(void **state)
{
	fake_reset(2);
	plug(HDMI);
	plug(DP);
	fake.clock_max = 60000;
	rig_open();
	rig_expect_heard("+HDMI-A-1 +DP-2");
	expect_error("DP-2", "refuses 800x600 at 60.000 Hz: No space left");
	rig_show(rig.outputs[0], 30);
	rig_show(rig.outputs[1], 31);
	assert_int_equal(kms_output_width(rig_output("HDMI-A-1")), 800);
	assert_int_equal(kms_output_width(rig_output("DP-2")), 640);
	rig.heard[0] = '\0';
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("");
	expect_error("DP-2", "refuses 800x600");
	fake_object(40)->connected = false;
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("-HDMI-A-1 ~DP-2");
	expect_error("DP-2", NULL);
	rig_show(rig.outputs[0], 31);
	assert_int_equal(kms_output_width(rig.outputs[0]), 800);
	rig_close();
}

/* Nothing goes: it is there all the same, and its frames are refused until something does. */
static void test_nothing_goes(void **state)
{
	fake_reset(2);
	plug(HDMI);
	plug(DP);
	fake.clock_max = 40000;
	rig_open();
	rig_expect_heard("+HDMI-A-1 +DP-2");
	rig_show(rig.outputs[0], 30);
	assert_int_equal(kms_output_width(rig_output("DP-2")), 800);
	assert_int_equal(rig_commit(rig.outputs[1]), -ENOSPC);
	fake_object(40)->connected = false;
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_show(rig.outputs[0], 31);
	rig_close();
}

/* One CRTC, two displays: whoever is off leaves it to the other. */
static void test_off_gives(void **state)
{
	const struct kms_config on = {0}, off = {.off = true};
	fake_reset(1);
	plug(HDMI);
	plug(DP);
	rig_open();
	rig_expect_heard("+HDMI-A-1");
	expect_error("DP-2", "no CRTC is left");
	rig_show(rig.outputs[0], 30);
	rig.heard[0] = '\0';
	wish(0, "HDMI-A-1", &off);
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("-HDMI-A-1 +DP-2");
	expect_error("DP-2", NULL);
	expect_error("HDMI-A-1", NULL);
	rig_show(rig.outputs[0], 30);
	assert_int_equal(fake_get(41, "CRTC_ID"), 30);
	assert_int_equal(fake_get(40, "CRTC_ID"), 0);
	wish(0, "HDMI-A-1", &on);
	wish(1, "DP-2", &off);
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("!DP-2 -DP-2 +HDMI-A-1");
	assert_int_equal(fake.rmfb_shown, 0);
	rig_close();
}

/* A test is of all that would be, whatever the session before us left on. */
static void test_leftovers(void **state)
{
	const struct kms_config config = SIZE(1024, 768, 0);
	fake_reset(2);
	plug(HDMI);
	fake_plane(70, DRM_PLANE_TYPE_OVERLAY, 3);
	const uint32_t on[][3] = {{51, 31, 901}, {61, 31, 902}, {70, 31, 903}};
	for (size_t i = 0; i < 3; i++) {
		fake_set(on[i][0], "CRTC_ID", on[i][1]);
		fake_set(on[i][0], "FB_ID", on[i][2]);
	}
	fake_set(31, "MODE_ID", 905);
	fake_set(31, "ACTIVE", 1);
	fake_set(40, "CRTC_ID", 31);
	fake_object(40)->possible_crtcs = 1;
	wish(0, "HDMI-A-1", &config);
	rig_open();
	expect_error("HDMI-A-1", NULL);
	assert_int_equal(real_commits(), 0);
	rig_show(rig.outputs[0], 30);
	expect_shown(1024, 59999);
	rig_close();
}

/* The pointers were placed on the old modes: the new ones are tried without, and they come back. */
static void test_cursor(void **state)
{
	static const uint32_t dot = 0xffffffff;
	const struct kms_config config = SIZE(640, 480, 0);
	fake_reset(2);
	plug(HDMI);
	plug(DP);
	rig_open();
	for (uint32_t i = 0; i < 2; i++) {
		struct kms_output *o = rig.outputs[i];
		rig_show(o, 30 + i);
		assert_int_equal(kms_output_cursor(o, &dot, 1, 1), 0);
		kms_output_cursor_at(o, 790, 590);
		rig_show(o, 30 + i);
	}
	const uint64_t fb = fake_get(60, "FB_ID");
	assert_int_not_equal(fb, 0);
	wish(0, "HDMI-A-1", &config);
	wish(1, "DP-2", &config);
	assert_int_equal(kms_device_scan(rig.device), 0);
	assert_int_equal(fake_last()->flags, TEST | MODESET);
	assert_non_null(strstr(fake_last()->text, "60.FB_ID=0"));
	assert_non_null(strstr(fake_last()->text, "61.FB_ID=0"));
	assert_int_equal(fake_get(60, "FB_ID"), fb);
	kms_output_cursor_at(rig.outputs[0], 600, 400);
	rig_show(rig.outputs[0], 30);
	assert_int_equal(fake_get(60, "FB_ID"), fb);
	assert_int_equal(fake_get(60, "CRTC_X"), 600);
	rig_close();
}

/* Master is lost while a mode is tried: as if paused, and all goes on after the resume. */
static void test_lost(void **state)
{
	const struct kms_config config = SIZE(1024, 768, 0);
	rig_screen();
	fake_mode(fake_object(40), 1024, 768, false);
	wish(0, "HDMI-A-1", &config);
	fake.not_master = true;
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("");
	expect_error("HDMI-A-1", NULL);
	assert_int_equal(rig_commit(rig.outputs[0]), -EAGAIN);
	fake.not_master = false;
	assert_int_equal(kms_device_resume(rig.device), 0);
	rig_expect_heard("~HDMI-A-1");
	rig_show(rig.outputs[0], 30);
	expect_shown(1024, 59999);
	rig_close();
}

static void test_lost_at_start(void **state)
{
	const struct kms_config config = SIZE(1024, 768, 0);
	fake_reset(1);
	rig_open();
	plug(HDMI);
	wish(0, "HDMI-A-1", &config);
	fake.not_master = true;
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("");
	fake.not_master = false;
	assert_int_equal(kms_device_resume(rig.device), 0);
	rig_expect_heard("+HDMI-A-1");
	assert_int_equal(kms_output_width(rig.outputs[0]), 1024);
	rig_close();
}

/* --- who is asked, and told of --- */

static const struct edid_want dell = {
	"DEL", 0x41a8, 7, {60, 34}, {597, 336}, "DELL U2720Q", "8QRT5X2"};
static const struct edid_want same_larger = {
	"DEL", 0x41a8, 7, {120, 68}, {0}, "DELL U2720Q", "8QRT5X2"};
static const struct edid_want other = {"SAM", 1, 9, {60, 34}, {0}, "S24"};

static void give_edid(uint32_t connector, const struct edid_want *want)
{
	uint8_t block[EDID_BLOCK];
	edid_make(want, block);
	fake_edid(connector, block, sizeof block);
}

static char asked[256];

static void write_down(
	const char *connector, const struct kms_identity *id, struct kms_config *config)
{
	size_t n = strlen(asked);
	snprintf(asked + n, sizeof asked - n, "%s%s:%s/%s/%s%s", n ? " " : "", connector,
		id->make, id->model, id->serial, id->panel ? "/panel" : "");
}

static void tell(void *data, const struct kms_connector_info *info)
{
	size_t n = strlen(asked);
	snprintf(asked + n, sizeof asked - n, "%s%s:%d/%s/%d/%zu", n ? " " : "",
		info->name, info->connected, info->identity->model,
		info->output ? kms_output_width(info->output) : 0, info->n_modes);
	if (info->n_modes > 0) {
		assert_int_equal(info->modes[1].width, 800);
		assert_int_equal(info->modes[1].refresh_mhz, 60000);
		assert_true(info->modes[1].preferred && !info->modes[0].preferred);
	}
}

static void test_asked(void **state)
{
	fake_reset(2);
	plug(HDMI);
	plug(EDP);
	plug(DP);
	fake_connector(DP, 3)->connected = false;
	give_edid(40, &dell);
	fake_edid(41, "\x00\xff", 2);
	fake_set(42, "non-desktop", 1);
	rig_configure = write_down;
	asked[0] = '\0';
	rig_open();
	assert_string_equal(asked, "HDMI-A-1:DEL/DELL U2720Q/8QRT5X2 eDP-2://"
				   "/panel");
	const struct kms_identity *id = kms_output_identity(rig_output("HDMI-A-1"));
	assert_int_equal(id->mm_width, 597);
	assert_true(kms_output_identity(rig_output("eDP-2"))->panel);
	asked[0] = '\0';
	kms_device_connectors(rig.device, tell, NULL);
	assert_string_equal(asked,
		"HDMI-A-1:1/DELL U2720Q/800/3 eDP-2:1//800/3 DP-3:1//0/3 DP-4:0//0/0");
	assert_null(kms_connector_error(rig.device, "HDMI-A-9"));
	rig_close();
}

struct replaced_case {
	const char *name;
	const struct edid_want *next; /* NULL: no EDID any more */
	const char *heard, *model;
};

static const struct replaced_case replaced_cases[] = {
	{"the same display", &dell, "", "DELL U2720Q"},
	{"the same display, another size", &same_larger, "", "DELL U2720Q"},
	{"its EDID is gone", NULL, "", "DELL U2720Q"},
	{"another display", &other, "-HDMI-A-1 +HDMI-A-1", "S24"},
};

/* Nobody saw it go: the EDID alone tells that another one is there. */
static void test_replaced(void **state)
{
	const struct replaced_case *c = *state;
	fake_reset(1);
	plug(HDMI);
	give_edid(40, &dell);
	rig_open();
	rig_show(rig.outputs[0], 30);
	rig.heard[0] = '\0';
	if (c->next)
		give_edid(40, c->next);
	else
		fake_edid(40, NULL, 0);
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard(c->heard);
	const struct kms_identity *id = kms_output_identity(rig.outputs[0]);
	assert_string_equal(id->model, c->model);
	assert_int_equal(id->mm_width, c->next == &same_larger ? 1200
				       : c->next == &other     ? 600
							       : 597);
	rig_show(rig.outputs[0], 30);
	expect_shown(800, 60000);
	rig_close();
}

/* Plugged out and in, without an EDID: it is nobody. */
static void test_forgotten(void **state)
{
	fake_reset(1);
	plug(HDMI);
	give_edid(40, &dell);
	rig_open();
	fake_object(40)->connected = false;
	fake_edid(40, NULL, 0);
	assert_int_equal(kms_device_scan(rig.device), 0);
	fake_object(40)->connected = true;
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("+HDMI-A-1 -HDMI-A-1 +HDMI-A-1");
	assert_string_equal(kms_output_identity(rig.outputs[0])->model, "");
	rig_close();
}

int main(void)
{
	static const struct CMUnitTest more[] = {
		cmocka_unit_test(test_rollback),
		cmocka_unit_test(test_custom_stays),
		cmocka_unit_test(test_list_changes),
		cmocka_unit_test(test_no_modes),
		cmocka_unit_test(test_bandwidth),
		cmocka_unit_test(test_smaller),
		cmocka_unit_test(test_nothing_goes),
		cmocka_unit_test(test_off_gives),
		cmocka_unit_test(test_leftovers),
		cmocka_unit_test(test_cursor),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_lost_at_start),
		cmocka_unit_test(test_asked),
		cmocka_unit_test(test_forgotten),
	};
	struct CMUnitTest tests[64];
	size_t n = 0;
#define ADD(table, function)                                                             \
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)                      \
		tests[n++] = (struct CMUnitTest){table[i].name, function, start, NULL,   \
			(void *)(uintptr_t)&table[i]};
	ADD(mode_cases, test_become)
	ADD(mode_cases, test_begin)
	ADD(poor_cases, test_poor)
	ADD(told_cases, test_told)
	ADD(replaced_cases, test_replaced)
	for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
		tests[n] = more[i];
		tests[n++].setup_func = start;
	}
	return _cmocka_run_group_tests("config", tests, n, NULL, NULL);
}
