/* Displays that come and go, in whichever state their output is. */
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

#define HDMI DRM_MODE_CONNECTOR_HDMIA
#define DP   DRM_MODE_CONNECTOR_DisplayPort
#define TEST DRM_MODE_ATOMIC_TEST_ONLY

static struct kms_config wanted;
static void (*during)(void); /* configure: once, what happens while it is asked */

static void configure(const char *connector, const struct kms_identity *identity,
	struct kms_config *config)
{
	void (*now)(void) = during;
	during = NULL;
	*config = wanted;
	if (now)
		now();
}

static int start(void **state)
{
	wanted = (struct kms_config){0};
	during = NULL;
	rig_configure = configure;
	rig_dropped = NULL;
	return 0;
}

static void modes(struct fake_object *c)
{
	fake_mode(c, 800, 600, true);
	fake_mode(c, 1024, 768, false);
}

static void want_large(void)
{
	wanted = (struct kms_config){.want = KMS_MODE_SIZE, .width = 1024, .height = 768};
}

static void dispatch(void)
{
	assert_int_equal(kms_device_dispatch(rig.device), 0);
}

/* --- the states of an output --- */

static void idle(void)
{
	rig_show(rig.outputs[0], 30);
}

static void acquired(void)
{
	idle();
	assert_non_null(kms_output_acquire(rig.outputs[0]));
}

static void in_flight(void)
{
	idle();
	assert_int_equal(rig_commit(rig.outputs[0]), 0);
}

static void in_flight_and_acquired(void)
{
	in_flight();
	assert_non_null(kms_output_acquire(rig.outputs[0]));
}

static void dark(void)
{
}

static void modeset_in_flight(void)
{
	assert_int_equal(rig_commit(rig.outputs[0]), 0);
}

static void modeset_refused(void)
{
	fake.test_error = -EINVAL;
	assert_int_equal(rig_commit(rig.outputs[0]), -EINVAL);
	fake.test_error = 0;
}

static void mode_changed(void)
{
	idle();
	want_large();
	assert_int_equal(kms_device_scan(rig.device), 0);
	assert_int_equal(kms_output_width(rig.outputs[0]), 1024);
}

static void mode_changed_in_flight(void)
{
	in_flight();
	want_large();
	assert_int_equal(kms_device_scan(rig.device), 0);
}

static void asleep(void)
{
	idle();
	assert_int_equal(kms_output_sleep(rig.outputs[0], true), 0);
}

static void asleep_from_flight(void)
{
	in_flight();
	assert_int_equal(kms_output_sleep(rig.outputs[0], true), 0);
}

static void woken(void)
{
	asleep();
	assert_int_equal(kms_output_sleep(rig.outputs[0], false), 0);
}

static void paused(void)
{
	idle();
	kms_device_pause(rig.device);
}

static void paused_in_flight(void)
{
	in_flight();
	kms_device_pause(rig.device);
}

static void paused_asleep(void)
{
	asleep();
	kms_device_pause(rig.device);
}

static void lost(void)
{
	idle();
	fake.not_master = true;
	assert_int_equal(rig_commit(rig.outputs[0]), -EAGAIN);
	fake.not_master = false;
}

static void resumed(void)
{
	paused();
	assert_int_equal(kms_device_resume(rig.device), 0);
}

static void colored(void)
{
	const float warm[3] = {1, 0.8f, 0.6f};
	idle();
	assert_int_equal(kms_output_color(rig.outputs[0], warm, 1), 0);
}

static const struct {
	const char *name;
	void (*enter)(void);
} states[] = {
	{"idle", idle},
	{"acquired", acquired},
	{"in flight", in_flight},
	{"in flight and acquired", in_flight_and_acquired},
	{"dark", dark},
	{"modeset in flight", modeset_in_flight},
	{"modeset refused", modeset_refused},
	{"mode changed", mode_changed},
	{"mode changed in flight", mode_changed_in_flight},
	{"asleep", asleep},
	{"asleep from flight", asleep_from_flight},
	{"woken", woken},
	{"paused", paused},
	{"paused in flight", paused_in_flight},
	{"paused asleep", paused_asleep},
	{"lost", lost},
	{"resumed", resumed},
	{"colored", colored},
};

/* --- what happens --- */

static void unplug(void)
{
	fake_object(40)->connected = false;
}

static void vanish(void)
{
	fake_object(40)->gone = true;
}

static void turn_off(void)
{
	wanted.off = true;
}

static void lose_modes(void)
{
	wanted = (struct kms_config){0};
	fake_object(40)->n_modes = 0;
}

static void become_headset(void)
{
	fake_set(40, "non-desktop", 1);
}

static void replace(void)
{
	const struct edid_want other = {"SAM", 1, 9, {60, 34}, {0}, "S24"};
	uint8_t block[EDID_BLOCK];
	edid_make(&other, block);
	fake_edid(40, block, sizeof block);
}

struct event {
	const char *name;
	void (*happen)(void);
	bool comes; /* another output takes its place in the same scan */
};

static const struct event events[] = {
	{"unplugged", unplug},
	{"vanished", vanish},
	{"turned off", turn_off},
	{"without modes", lose_modes},
	{"a headset", become_headset},
	{"another display", replace, true},
};

static void plug_again(void)
{
	struct fake_object *c = fake_object(40);
	wanted = (struct kms_config){0};
	c->connected = true;
	c->gone = false;
	fake_set(40, "non-desktop", 0);
	c->n_modes = 0;
	modes(c);
}

static void expect_off(void)
{
	assert_int_equal(fake_get(30, "ACTIVE"), 0);
	assert_int_equal(fake_get(30, "MODE_ID"), 0);
	assert_int_equal(fake_get(50, "FB_ID"), 0);
	assert_int_equal(fake.n_fbs, 0);
	assert_int_equal(fake.n_blobs, 0);
}

static void rescan(void)
{
	assert_int_equal(kms_device_resume(rig.device), 0);
	fake_vblank(30);
	dispatch();
}

/* It goes: told, dark, nothing left; and comes back as if nothing had been. */
static void go_and_come(void (*enter)(void), const struct event *event)
{
	start(NULL);
	fake_reset(1);
	modes(fake_connector(HDMI, 1));
	rig_open();
	enter();
	rig.heard[0] = '\0';
	event->happen();
	rescan();
	rig_expect_heard(event->comes ? "-HDMI-A-1 +HDMI-A-1" : "-HDMI-A-1");
	if (!event->comes) {
		expect_off();
		plug_again();
		rescan();
	}
	rig_expect_heard(event->comes ? "" : "+HDMI-A-1");
	rig_show(rig.outputs[0], 30);
	rig_show(rig.outputs[0], 30);
	assert_int_equal(fake_get(30, "ACTIVE"), 1);
	assert_int_equal(fake_get(40, "CRTC_ID"), 30);
	assert_int_equal(fake.n_fbs, KMS_BUFFERS);
	assert_int_equal(fake.rmfb_shown, 0);
	rig_close();
}

static void test_states(void **state)
{
	const struct event *event = *state;
	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
		print_message("# %s while %s\n", event->name, states[i].name);
		go_and_come(states[i].enter, event);
	}
}

static void test_destroy(void **state)
{
	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
		print_message("# destroyed while %s\n", states[i].name);
		start(NULL);
		fake_reset(1);
		modes(fake_connector(HDMI, 1));
		rig_open();
		states[i].enter();
		const bool away = strstr(states[i].name, "paused") ||
				  strcmp(states[i].name, "lost") == 0;
		rig_close();
		if (!away)
			assert_int_equal(fake_get(30, "ACTIVE"), 0);
	}
}

/* --- while the listener is asked --- */

struct during_case {
	const char *name;
	void (*happen)(void);
	bool large, lit;
};

static const struct during_case during_cases[] = {
	{"unplugged while asked: new", unplug},
	{"unplugged while asked: new, another mode", unplug, .large = true},
	{"unplugged while asked: lit", unplug, .lit = true},
	{"unplugged while asked: lit, another mode", unplug, .large = true, .lit = true},
	{"vanished while asked: new", vanish},
	{"vanished while asked: new, another mode", vanish, .large = true},
	{"vanished while asked: lit", vanish, .lit = true},
	{"vanished while asked: lit, another mode", vanish, .large = true, .lit = true},
	{"without modes while asked: new", lose_modes},
};

/* What this scan knew is old by then; the next one puts it right. */
static void test_during(void **state)
{
	const struct during_case *c = *state;
	fake_reset(1);
	modes(fake_connector(HDMI, 1));
	if (!c->lit)
		during = c->happen;
	if (c->large && !c->lit)
		want_large();
	rig_open();
	assert_int_equal(rig.n_outputs, 1);
	if (c->lit) {
		rig_show(rig.outputs[0], 30);
		during = c->happen;
		if (c->large)
			want_large();
		assert_int_equal(kms_device_scan(rig.device), 0);
	}
	/* a frame goes, or is refused */
	struct kms_buffer *b = kms_output_acquire(rig.outputs[0]);
	assert_non_null(b);
	int ret = kms_output_show(rig.outputs[0], b);
	assert_true(ret == 0 || ret == -ENOENT);
	rig.heard[0] = '\0';
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("-HDMI-A-1");
	fake_vblank(30);
	dispatch();
	expect_off();
	assert_int_equal(fake.rmfb_shown, 0);
	rig_close();
}

/* --- more than one --- */

static void test_nothing_at_start(void **state)
{
	fake_reset(2);
	rig_open();
	rig_expect_heard("");
	assert_int_equal(fake.n_commits, 0);
	assert_int_equal(kms_device_dispatch(rig.device), 0);
	kms_device_pause(rig.device);
	assert_int_equal(kms_device_resume(rig.device), 0);
	modes(fake_connector(HDMI, 3));
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("+HDMI-A-1");
	rig_show(rig.outputs[0], 30);
	rig_close();
}

/* A docking station: its connectors come with it, go with it, and have other numbers then. */
static void test_dock(void **state)
{
	fake_reset(2);
	modes(fake_connector(HDMI, 3));
	rig_open();
	rig_show(rig.outputs[0], 30);
	uint32_t id = 41;
	for (int round = 0; round < 4; round++) {
		modes(fake_connector(DP, 3));
		modes(fake_connector(DP, 3));
		rig.heard[0] = '\0';
		assert_int_equal(kms_device_scan(rig.device), 0);
		assert_int_equal(rig.n_outputs, 2);
		rig_show(rig.outputs[1], 31);
		if (round & 1)
			assert_int_equal(rig_commit(rig.outputs[1]), 0);
		if (round & 2)
			assert_int_equal(kms_output_sleep(rig.outputs[1], true), 0);
		fake_object(id++)->gone = true;
		fake_object(id++)->gone = true;
		assert_int_equal(kms_device_scan(rig.device), 0);
		assert_int_equal(rig.n_outputs, 1);
		fake_vblank(31);
		dispatch();
		rig_show(rig.outputs[0], 30);
		assert_int_equal(fake_get(31, "ACTIVE"), 0);
		assert_int_equal(fake.n_fbs, KMS_BUFFERS);
		fake.n_commits = 0;
	}
	assert_int_equal(fake.rmfb_shown, 0);
	rig_close();
}

/* Three displays, two CRTCs: whoever waits gets the one that comes free, and no sooner. */
static void test_more_than_crtcs(void **state)
{
	fake_reset(2);
	for (int i = 0; i < 3; i++)
		modes(fake_connector(DP, 3));
	rig_open();
	rig_expect_heard("+DP-1 +DP-2");
	assert_non_null(kms_connector_error(rig.device, "DP-3"));
	rig_show(rig.outputs[0], 30);
	rig_show(rig.outputs[1], 31);
	rig.heard[0] = '\0';
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("");
	fake_object(41)->connected = false;
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("-DP-2 +DP-3");
	assert_null(kms_connector_error(rig.device, "DP-3"));
	rig_show(rig_output("DP-3"), 31);
	rig_show(rig_output("DP-1"), 30);
	assert_int_equal(fake_get(42, "CRTC_ID"), 31);
	rig_close();
}

/* --- a link that has to be trained again --- */

struct link_case {
	const char *name;
	void (*enter)(void);
	bool large;    /* it has another mode than the preferred one */
	bool pruned;   /* which the link is too slow for now */
	int32_t width; /* then */
};

static const struct link_case link_cases[] = {
	{"bad link: idle", idle, .width = 800},
	{"bad link: acquired", acquired, .width = 800},
	{"bad link: in flight", in_flight, .width = 800},
	{"bad link: asleep", asleep, .width = 800},
	{"bad link: resumed", resumed, .width = 800},
	{"bad link: another mode", idle, .large = true, .width = 1024},
	{"bad link: a mode too many", idle, .large = true, .pruned = true, .width = 800},
	{"bad link: a mode too many, in flight", in_flight, .large = true, .pruned = true,
		.width = 800},
};

static void test_link(void **state)
{
	const struct link_case *c = *state;
	fake_reset(1);
	modes(fake_connector(HDMI, 1));
	if (c->large)
		want_large();
	rig_open();
	c->enter();
	rig.heard[0] = '\0';
	fake_set(40, "link-status", DRM_MODE_LINK_STATUS_BAD);
	if (c->pruned)
		fake_object(40)->n_modes = 1;
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("~HDMI-A-1");
	assert_int_equal(kms_output_width(rig.outputs[0]), c->width);
	assert_int_equal(kms_connector_error(rig.device, "HDMI-A-1") != NULL, c->pruned);
	assert_int_equal(kms_output_sleep(rig.outputs[0], false), 0);
	fake_vblank(30);
	dispatch();
	rig_show(rig.outputs[0], 30);
	assert_int_equal(fake_get(40, "link-status"), DRM_MODE_LINK_STATUS_GOOD);
	assert_int_equal(fake_get(50, "CRTC_W"), c->width);
	assert_int_equal(fake.rmfb_shown, 0);
	rig_close();
}

/* The mode it is to have now does not go: the old one again, with a modeset for the link. */
static void test_link_refused(void **state)
{
	fake_reset(1);
	modes(fake_connector(HDMI, 1));
	want_large();
	rig_open();
	idle();
	wanted = (struct kms_config){.want = KMS_MODE_CVT, .width = 1280, .height = 720};
	fake.clock_max = 60000;
	fake_set(40, "link-status", DRM_MODE_LINK_STATUS_BAD);
	rig.heard[0] = '\0';
	assert_int_equal(kms_device_scan(rig.device), 0);
	rig_expect_heard("~HDMI-A-1");
	assert_non_null(kms_connector_error(rig.device, "HDMI-A-1"));
	rig_show(rig.outputs[0], 30);
	assert_int_equal(fake_get(40, "link-status"), DRM_MODE_LINK_STATUS_GOOD);
	assert_int_equal(fake_get(50, "CRTC_W"), 1024);
	rig_close();
}

int main(void)
{
	static const struct CMUnitTest more[] = {
		cmocka_unit_test(test_destroy),
		cmocka_unit_test(test_nothing_at_start),
		cmocka_unit_test(test_dock),
		cmocka_unit_test(test_more_than_crtcs),
		cmocka_unit_test(test_link_refused),
	};
	struct CMUnitTest tests[64];
	size_t n = 0;
#define ADD(table, function)                                                             \
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)                      \
		tests[n++] = (struct CMUnitTest){table[i].name, function, start, NULL,   \
			(void *)(uintptr_t)&table[i]};
	ADD(events, test_states)
	ADD(during_cases, test_during)
	ADD(link_cases, test_link)
	for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
		tests[n] = more[i];
		tests[n++].setup_func = start;
	}
	return _cmocka_run_group_tests("hotplug", tests, n, NULL, NULL);
}
