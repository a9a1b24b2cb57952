/* Frames of several planes: what is told to the kernel, and what is left when it refuses. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <drm.h>
#include <drm_mode.h>
#include <xf86drm.h>

#include "kms/private.h"
#include "stage.h"

#define TEST     DRM_MODE_ATOMIC_TEST_ONLY
#define MODESET  DRM_MODE_ATOMIC_ALLOW_MODESET
#define NONBLOCK DRM_MODE_ATOMIC_NONBLOCK
#define EVENT    DRM_MODE_PAGE_FLIP_EVENT

static const struct stage_picture two[] = {
	{-10, 20, 100, 80, true}, {300, 100, 64, 48, false}};

static void open_two(void)
{
	stage_reset(2);
	stage_open();
	stage_add(&two[0]);
	stage_add(&two[1]);
}

static void show_cursor(void)
{
	static const uint32_t pixels[4] = {1, 2, 3, 4};
	assert_int_equal(kms_output_cursor(stage.output, pixels, 2, 2), 0);
	kms_output_cursor_at(stage.output, 7, 9);
}

/* A descriptor that is as good as a fence's to the fake card. */
static int make_fence(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static void expect_last(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void expect_last(const char *format, ...)
{
	char text[1024];
	va_list ap;
	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	assert_string_equal(fake_last()->text, text);
	assert_int_equal(fake_last()->flags, NONBLOCK | EVENT);
}

static void commit(struct kms_frame *frame)
{
	assert_int_equal(kms_output_commit(stage.output, frame), 0);
	stage_shown(30);
}

/* All of a plane the first time, clipped; then what changed; then off. */
static void test_described(void **state)
{
	open_two();
	uint32_t mask = stage_plan();
	assert_int_equal(mask, 3);
	struct kms_frame frame = stage_frame(mask);
	uint32_t own = frame.primary->fb_id, a = frame.layers[0].buffer->fb_id,
		 b = frame.layers[1].buffer->fb_id;
	commit(&frame);
	expect_last(
		"50.FB_ID=%u "
		"70.FB_ID=%u 70.CRTC_ID=30 70.SRC_X=655360 70.SRC_Y=0 70.SRC_W=5898240 "
		"70.SRC_H=5242880 70.CRTC_X=0 70.CRTC_Y=20 70.CRTC_W=90 70.CRTC_H=80 "
		"70.rotation=1 70.alpha=65535 70.pixel blend mode=0 70.zpos=%u "
		"71.FB_ID=%u 71.CRTC_ID=30 71.SRC_X=0 71.SRC_Y=0 71.SRC_W=4194304 "
		"71.SRC_H=3145728 71.CRTC_X=300 71.CRTC_Y=100 71.CRTC_W=64 "
		"71.CRTC_H=48 71.rotation=1 71.alpha=65535 71.pixel blend mode=0 "
		"71.zpos=%u",
		own, a, (unsigned)fake_get(70, "zpos"), b,
		(unsigned)fake_get(71, "zpos"));
	frame = stage_frame(3);
	commit(&frame);
	expect_last("50.FB_ID=%u 70.FB_ID=%u 71.FB_ID=%u", frame.primary->fb_id,
		frame.layers[0].buffer->fb_id, frame.layers[1].buffer->fb_id);
	/* one picture alone, the others stay */
	frame = stage_frame(3);
	kms_output_release(stage.output, frame.primary);
	kms_pool_release(frame.layers[0].pool, frame.layers[0].buffer);
	frame.primary = frame.layers[0].buffer = NULL;
	commit(&frame);
	expect_last("71.FB_ID=%u", frame.layers[1].buffer->fb_id);
	/* the lower one goes */
	stage.layers[0] = stage.layers[1];
	stage.n = 1;
	assert_int_equal(stage_plan(), 1);
	frame = stage_frame(1);
	commit(&frame);
	assert_non_null(strstr(fake_last()->text, "FB_ID=0"));
	assert_int_equal((fake_get(70, "FB_ID") == 0) + (fake_get(71, "FB_ID") == 0), 1);
	rig_close();
}

/* Nothing at all is a frame, too: an event follows. */
static void test_nothing(void **state)
{
	const struct kms_frame frame = {.fence = -1};
	open_two();
	uint64_t own = fake_get(50, "FB_ID");
	for (int i = 0; i < 3; i++) {
		assert_int_equal(kms_output_commit(stage.output, &frame), 0);
		expect_last("50.FB_ID=%u", (unsigned)own);
		stage_shown(30);
	}
	rig_expect_heard("!HDMI-A-1 !HDMI-A-1 !HDMI-A-1");
	assert_string_equal(stage_states(), "300 000 000");
	rig_close();
}

/* A card that wants the primary plane in each commit is asked twice once. */
static void test_wants_primary(void **state)
{
	open_two();
	assert_int_equal(stage_show(), 3);
	fake.wants_primary = true;
	for (int i = 0; i < 3; i++) {
		size_t before = fake.n_commits;
		struct kms_frame frame = stage_frame(3);
		kms_output_release(stage.output, frame.primary);
		frame.primary = NULL;
		commit(&frame);
		assert_int_equal(fake.n_commits - before, i == 0 ? 2 : 1);
		assert_non_null(strstr(fake_last()->text, "50.FB_ID="));
	}
	rig_close();
}

static void test_damage(void **state)
{
	static const struct drm_mode_rect expected[] = {{1, 2, 30, 40}, {50, 60, 70, 80}};
	open_two();
	struct kms_frame frame = stage_frame(0);
	frame.damage[0] = (struct kms_damage){1, 2, 30, 40};
	frame.damage[1] = (struct kms_damage){50, 60, 70, 80};
	frame.n_damage = 2;
	size_t blobs = fake.n_blobs, size;
	commit(&frame);
	unsigned fb, blob;
	assert_int_equal(sscanf(fake_last()->text, "50.FB_ID=%u 50.FB_DAMAGE_CLIPS=%u",
				 &fb, &blob),
		2);
	const void *data = fake_blob(blob, &size);
	assert_int_equal(size, sizeof expected);
	assert_memory_equal(data, expected, size);
	assert_int_equal(fake.n_blobs, blobs);
	/* without a blob all of it counts as changed */
	fake.blob_error = -ENOMEM;
	frame.primary = kms_output_acquire(stage.output);
	commit(&frame);
	expect_last("50.FB_ID=%u", (unsigned)fake_get(50, "FB_ID"));
	fake.blob_error = 0;
	rig_close();
}

/* Each plane with something new waits for the fence; the cursor was not drawn. */
static void test_fence(void **state)
{
	open_two();
	show_cursor();
	assert_int_equal(stage_plan(), 3);
	struct kms_frame frame = stage_frame(3);
	char text[3][32];
	frame.fence = make_fence();
	for (unsigned i = 0; i < 3; i++)
		snprintf(text[i], sizeof text[i], "%u.IN_FENCE_FD=%d",
			i == 0 ? 50 : 69 + i, frame.fence);
	commit(&frame);
	assert_false(is_open(frame.fence));
	for (unsigned i = 0; i < 3; i++)
		assert_non_null(strstr(fake_last()->text, text[i]));
	assert_null(strstr(fake_last()->text, "60.IN_FENCE_FD"));
	frame = (struct kms_frame){.layers = {stage.layers[0], stage.layers[1]},
		.n_layers = 2,
		.fence = make_fence()};
	frame.layers[1].buffer = kms_pool_acquire(frame.layers[1].pool);
	commit(&frame);
	assert_false(is_open(frame.fence));
	assert_null(strstr(fake_last()->text, "70.IN_FENCE_FD"));
	assert_non_null(strstr(fake_last()->text, "71.IN_FENCE_FD"));
	rig_close();
}

/* What is not as planned does not reach the kernel. */
static void test_not_as_planned(void **state)
{
	open_two();
	struct kms_frame frame = stage_frame(3);
	size_t before = fake.n_commits;
	assert_int_equal(kms_output_commit(stage.output, &frame), -ESTALE);
	assert_int_equal(stage_plan(), 3);
	size_t tests = fake.n_commits - before;
	frame = stage_frame(3);
	frame.layers[1].x++;
	assert_int_equal(kms_output_commit(stage.output, &frame), -ESTALE);
	frame = stage_frame(3);
	kms_pool_release(frame.layers[0].pool, frame.layers[0].buffer);
	frame.layers[0].buffer = NULL; /* nothing of it is shown that could stay */
	assert_int_equal(kms_output_commit(stage.output, &frame), -EINVAL);
	frame = stage_frame(3);
	frame.layers[1] = frame.layers[0];
	kms_pool_release(stage.layers[1].pool, stage.layers[1].pool->buffers[0]);
	frame.layers[1].buffer = NULL;
	assert_int_equal(kms_output_commit(stage.output, &frame), -EINVAL);
	assert_int_equal(fake.n_commits - before, tests);
	assert_string_equal(stage_states(), "300 000 000");
	assert_int_equal(stage_show(), 3);
	rig_close();
}

static void change_mode(void)
{
	fake_object(40)->n_modes = 0;
	fake_mode(fake_object(40), 640, 480, true);
	assert_int_equal(kms_device_scan(rig.device), 0);
}

/* A modeset does with the picture that is there, if it is of this mode, and shows no others. */
static void test_modeset_alone(void **state)
{
	const struct kms_frame nothing = {.fence = -1};
	open_two();
	assert_int_equal(stage_show(), 3);
	kms_device_pause(rig.device);
	assert_int_equal(kms_device_resume(rig.device), 0);
	struct kms_frame frame = stage_frame(3);
	assert_int_equal(kms_output_commit(stage.output, &frame), -ESTALE);
	uint64_t own = fake_get(50, "FB_ID");
	fake_set(50, "FB_ID", 900);
	assert_int_equal(kms_output_commit(stage.output, &nothing), 0);
	stage_shown(30);
	assert_int_equal(fake_get(50, "FB_ID"), own);
	assert_int_equal(fake_get(70, "FB_ID"), 0);
	assert_int_equal(fake_get(71, "CRTC_ID"), 0);
	assert_int_equal(stage_show(), 3);
	/* planned before it slept */
	assert_int_equal(kms_output_sleep(stage.output, true), 0);
	frame = stage_frame(3);
	assert_int_equal(kms_output_commit(stage.output, &frame), -EAGAIN);
	assert_int_equal(kms_output_sleep(stage.output, false), 0);
	frame = stage_frame(3);
	assert_int_equal(kms_output_commit(stage.output, &frame), -ESTALE);
	rig_show(stage.output, 30);
	change_mode();
	assert_int_equal(kms_output_commit(stage.output, &nothing), -EINVAL);
	rig_show(stage.output, 30);
	assert_int_equal(kms_output_commit(stage.output, &nothing), 0);
	rig_close();
}

struct error_case {
	const char *name;
	int error;
	uint32_t layers; /* mask */
	bool cursor;
	int result;
	size_t applied; /* attempts that were no test */
	bool planless;  /* the same pictures get no plane any more */
};

static const struct error_case error_cases[] = {
	{"refused: own picture", -EINVAL, 0, false, -EINVAL, 1, false},
	{"refused: with layers", -EINVAL, 3, false, -ESTALE, 1, true},
	{"refused: with layers and cursor", -EINVAL, 3, true, -ESTALE, 1, true},
	{"refused: no bandwidth for layers", -ENOSPC, 1, false, -ESTALE, 1, true},
	{"refused: scaling", -ERANGE, 2, false, -ESTALE, 1, true},
	{"refused: no memory", -ENOMEM, 3, true, -ENOMEM, 1, false},
	{"refused: no card", -ENODEV, 3, true, -ENODEV, 1, false},
	{"refused: with the cursor alone", -EINVAL, 0, true, -ESTALE, 1, false},
	{"not master", -EACCES, 3, true, -EAGAIN, 1, false},
	{"not master, by another name", -EPERM, 3, true, -EAGAIN, 1, false},
	{"another's flip: it waits", -EBUSY, 3, true, 0, 2, false},
};

/* After a refusal all is as it was: buffers, planes, blobs; the fence is closed. */
static void test_error(void **state)
{
	const struct error_case *c = *state;
	char before[64];
	static struct fake_object objects[FAKE_OBJECTS];
	open_two();
	assert_int_equal(stage_show(), 3);
	if (c->cursor)
		show_cursor();
	snprintf(before, sizeof before, "%s", stage_states());
	memcpy(objects, fake.objects, sizeof objects);
	size_t blobs = fake.n_blobs, commits = fake.n_commits - fake_count(TEST);
	struct kms_frame frame = stage_frame(c->layers);
	frame.fence = make_fence();
	frame.damage[0] = (struct kms_damage){1, 2, 3, 4};
	frame.n_damage = 1;
	fake.commit_error = c->error;
	assert_int_equal(kms_output_commit(stage.output, &frame), c->result);
	assert_int_equal(fake.n_commits - fake_count(TEST) - commits, c->applied);
	assert_false(is_open(frame.fence));
	assert_int_equal(fake.n_blobs, blobs);
	if (c->result == 0) {
		assert_true(kms_output_flip_pending(stage.output));
		rig_close();
		return;
	}
	assert_memory_equal(objects, fake.objects, sizeof objects);
	assert_false(kms_output_flip_pending(stage.output));
	assert_string_equal(stage_states(), before);
	if (c->result == -EAGAIN)
		assert_int_equal(kms_device_resume(rig.device), 0);
	else if (c->planless)
		assert_int_equal(stage_plan(), 0);
	else
		assert_int_equal(stage_plan(), 3);
	rig_show(stage.output, 30);
	rig_close();
}

/* The same for each commit of a modeset, the tests included. */
struct modeset_case {
	const char *name;
	int test_error, commit_error;
	int result;
};

static const struct modeset_case modeset_cases[] = {
	{"a modeset's test fails", -EINVAL, 0, -EINVAL},
	{"a modeset's test: not master", -EACCES, 0, -EAGAIN},
	{"a modeset's commit fails", 0, -ENOSPC, -ENOSPC},
	{"a modeset's commit: not master", 0, -EACCES, -EAGAIN},
};

static void test_modeset_error(void **state)
{
	const struct modeset_case *c = *state;
	char before[64];
	open_two();
	assert_int_equal(stage_show(), 3);
	kms_device_pause(rig.device);
	assert_int_equal(kms_device_resume(rig.device), 0);
	snprintf(before, sizeof before, "%s", stage_states());
	fake.test_error = c->test_error;
	fake.commit_error = c->commit_error;
	assert_int_equal(rig_commit(stage.output), c->result);
	assert_string_equal(stage_states(), before);
	fake.test_error = 0;
	assert_int_equal(kms_device_resume(rig.device), 0);
	assert_int_equal(stage_plan(), 0);
	rig_show(stage.output, 30);
	assert_int_equal(stage_show(), 3);
	rig_close();
}

/* A card that takes in the test what it refuses then: it is believed once. */
static void test_liar(void **state)
{
	open_two();
	fake.apply_refuses = true;
	assert_int_equal(stage_plan(), 3);
	struct kms_frame frame = stage_frame(3);
	assert_int_equal(kms_output_commit(stage.output, &frame), -ESTALE);
	assert_string_equal(kms_output_refusal(stage.output, 1), "the card refused it");
	fake_tests();
	for (int i = 0; i < 3; i++) {
		stage.layers[0].x++;
		assert_int_equal(stage_show(), 0);
	}
	assert_int_equal(fake_tests(), 0);
	rig_close();
}

/* Buffers walk with their planes, each pool for itself. */
static void test_walk(void **state)
{
	open_two();
	assert_int_equal(stage_plan(), 3);
	struct kms_frame frame = stage_frame(3);
	assert_int_equal(kms_output_commit(stage.output, &frame), 0);
	assert_string_equal(stage_states(), "320 200 200");
	stage_shown(30);
	assert_string_equal(stage_states(), "030 300 300");
	assert_int_equal(kms_buffer_age(frame.layers[0].buffer), 1);
	frame = (struct kms_frame){
		.layers = {stage.layers[0], stage.layers[1]}, .n_layers = 2, .fence = -1};
	frame.layers[1].buffer = kms_pool_acquire(frame.layers[1].pool);
	assert_int_equal(kms_output_commit(stage.output, &frame), 0);
	assert_string_equal(stage_states(), "030 300 320");
	stage_shown(30);
	assert_string_equal(stage_states(), "030 300 030");
	frame = stage_frame(0);
	assert_int_equal(kms_buffer_age(frame.primary), 2);
	commit(&frame);
	assert_string_equal(stage_states(), "300 000 000");
	struct kms_buffer *back = kms_pool_acquire(stage.layers[1].pool);
	assert_int_equal(kms_buffer_age(back), 1);
	kms_pool_release(stage.layers[1].pool, back);
	assert_int_equal(kms_buffer_age(back), 0);
	rig_close();
}

/* Its memory stays until the kernel has done with it. */
static void test_pool_destroyed(void **state)
{
	open_two();
	assert_int_equal(stage_show(), 3);
	struct kms_frame frame = stage_frame(3);
	assert_int_equal(kms_output_commit(stage.output, &frame), 0);
	size_t fbs = fake.n_fbs;
	kms_pool_destroy(stage.layers[1].pool);
	assert_int_equal(fake.n_fbs, fbs - 1); /* of three one was free */
	stage_shown(30);
	assert_int_equal(fake.n_fbs, fbs - 2);
	stage.n = 1;
	assert_int_equal(stage_show(), 1);
	assert_int_equal(fake.n_fbs, fbs - 3);
	assert_int_equal(fake.rmfb_shown, 0);
	kms_pool_destroy(NULL);
	rig_close();
}

static void test_pool_refused(void **state)
{
	struct kms_pool *pool = NULL;
	stage_reset(1);
	stage_open();
	size_t fbs = fake.n_fbs;
	assert_int_equal(kms_pool_create(stage.output, 0, 5, true, &pool), -EINVAL);
	assert_int_equal(kms_pool_create(stage.output, 5, 1 << 20, true, &pool), -EINVAL);
	for (int budget = 0; budget < KMS_BUFFERS; budget++) {
		fake.bo_budget = budget;
		assert_int_equal(
			kms_pool_create(stage.output, 5, 5, true, &pool), -ENOMEM);
	}
	fake.bo_budget = -1;
	fake.fb_error = -EINVAL;
	assert_int_equal(kms_pool_create(stage.output, 5, 5, true, &pool), -EINVAL);
	fake.fb_error = 0;
	assert_null(pool);
	assert_int_equal(fake.n_fbs, fbs);
	rig_close();
}

/* What happens to an output, in each state of a frame of several planes. */

static void pause_and_resume(void)
{
	kms_device_pause(rig.device);
	assert_int_equal(kms_device_resume(rig.device), 0);
}

static void unplug_and_plug(void)
{
	fake_object(40)->connected = false;
	assert_int_equal(kms_device_scan(rig.device), 0);
	fake_object(40)->connected = true;
	stage.n = 0;
	assert_int_equal(kms_device_scan(rig.device), 0);
}

static void sleep_and_wake(void)
{
	assert_int_equal(kms_output_sleep(stage.output, true), 0);
	assert_int_equal(kms_output_sleep(stage.output, false), 0);
}

static void lose_flip(void)
{
	kms_device_turn(rig.device, kms_device_next_ns(rig.device));
	fake_object(30)->pending = false;
}

static void drop_pools(void)
{
	for (size_t i = 0; i < stage.n; i++)
		kms_pool_destroy(stage.layers[i].pool);
	stage.n = 0;
}

enum moment {
	SHOWN,
	IN_FLIGHT,     /* the planes come */
	OFF_IN_FLIGHT, /* they go */
	PLANNED,       /* they are drawn into, but not committed */
};

struct life_case {
	const char *name;
	void (*happens)(void);
	enum moment moment;
	bool modeset; /* no plane may be left on afterwards */
};

static const struct life_case life_cases[] = {
	{"pause: shown", pause_and_resume, SHOWN, true},
	{"pause: in flight", pause_and_resume, IN_FLIGHT, true},
	{"pause: going", pause_and_resume, OFF_IN_FLIGHT, true},
	{"pause: drawn", pause_and_resume, PLANNED, true},
	{"unplug: shown", unplug_and_plug, SHOWN, true},
	{"unplug: in flight", unplug_and_plug, IN_FLIGHT, true},
	{"unplug: going", unplug_and_plug, OFF_IN_FLIGHT, true},
	{"unplug: drawn", unplug_and_plug, PLANNED, true},
	{"another mode: shown", change_mode, SHOWN, true},
	{"another mode: in flight", change_mode, IN_FLIGHT, true},
	{"another mode: going", change_mode, OFF_IN_FLIGHT, true},
	{"another mode: drawn", change_mode, PLANNED, true},
	{"sleep: shown", sleep_and_wake, SHOWN, true},
	{"sleep: in flight", sleep_and_wake, IN_FLIGHT, true},
	{"sleep: going", sleep_and_wake, OFF_IN_FLIGHT, true},
	{"sleep: drawn", sleep_and_wake, PLANNED, true},
	{"lost: in flight", lose_flip, IN_FLIGHT, true},
	{"lost: going", lose_flip, OFF_IN_FLIGHT, true},
	{"pools go: shown", drop_pools, SHOWN, false},
	{"pools go: in flight", drop_pools, IN_FLIGHT, false},
	{"pools go: going", drop_pools, OFF_IN_FLIGHT, false},
	{"pools go: drawn", drop_pools, PLANNED, false},
};

static void reach(enum moment moment)
{
	assert_int_equal(stage_show(), 3);
	struct kms_frame frame = stage_frame(moment == OFF_IN_FLIGHT ? 0 : 3);
	if (moment == IN_FLIGHT || moment == OFF_IN_FLIGHT) {
		assert_int_equal(kms_output_commit(stage.output, &frame), 0);
		return;
	}
	/* who draws gives its own picture back when it hears of what happens */
	kms_output_release(stage.output, frame.primary);
	if (moment == SHOWN) {
		for (size_t i = 0; i < 2; i++)
			kms_pool_release(frame.layers[i].pool, frame.layers[i].buffer);
	}
}

static void catch_up(void)
{
	fake_vblank(30);
	assert_int_equal(kms_device_dispatch(rig.device), 0);
}

static void test_life(void **state)
{
	const struct life_case *c = *state;
	open_two();
	show_cursor();
	reach(c->moment);
	c->happens();
	stage.output = rig.outputs[0];
	if (!kms_output_flip_pending(stage.output))
		assert_int_equal(rig_commit(stage.output), 0);
	if (c->modeset && c->happens != unplug_and_plug && c->moment != OFF_IN_FLIGHT)
		assert_int_not_equal(fake_get(60, "FB_ID"), 0);
	if (kms_output_flip_pending(stage.output))
		catch_up();
	if (!kms_output_flip_pending(stage.output))
		rig_show(stage.output, 30);
	assert_int_equal(fake_get(70, "FB_ID"), 0);
	assert_int_equal(fake_get(71, "FB_ID"), 0);
	assert_int_equal(fake.rmfb_shown, 0);
	rig_close();
}

/* Closed in each state, paused or not: nothing stays, nothing shown is removed. */
static void test_close(void **state)
{
	for (int moment = SHOWN; moment <= PLANNED; moment++) {
		for (int paused = 0; paused < 2; paused++) {
			open_two();
			show_cursor();
			reach(moment);
			if (paused)
				kms_device_pause(rig.device);
			rig_close();
			assert_true(paused || fake.rmfb_shown == 0);
		}
	}
}

/* An unplugged output's event comes late: until then all its planes keep their memory. */
static void test_late_event(void **state)
{
	open_two();
	show_cursor();
	reach(IN_FLIGHT);
	size_t fbs = fake.n_fbs;
	fake_object(40)->connected = false;
	assert_int_equal(kms_device_scan(rig.device), 0);
	assert_true(fake.n_fbs > 0 && fake.n_fbs < fbs);
	catch_up();
	assert_int_equal(fake.n_fbs, 0);
	assert_int_equal(fake.rmfb_shown, 0);
	assert_int_equal(fake_get(70, "FB_ID"), 0);
	rig_close();
}

/* Another output's modeset sweeps, but not what this one shows or is about to show. */
static void test_modeset_beside(void **state)
{
	for (int in_flight = 0; in_flight < 2; in_flight++) {
		fake_reset(2);
		fake_mode(fake_connector(DRM_MODE_CONNECTOR_HDMIA, 1), 800, 600, true);
		fake_plane(70, DRM_PLANE_TYPE_OVERLAY, 1);
		fake_plane(71, DRM_PLANE_TYPE_OVERLAY, 1);
		fake_mode(fake_connector(DRM_MODE_CONNECTOR_DisplayPort, 2), 640, 480,
			true);
		fake_object(41)->connected = false;
		stage_open();
		stage_add(&two[0]);
		stage_add(&two[1]);
		show_cursor();
		assert_int_equal(stage_plan(), 3);
		struct kms_frame frame = stage_frame(3);
		assert_int_equal(kms_output_commit(stage.output, &frame), 0);
		if (!in_flight)
			stage_shown(30);
		fake_object(41)->connected = true;
		fake_set(51, "CRTC_ID", 31); /* somebody's, to be swept */
		fake_set(51, "FB_ID", 900);
		assert_int_equal(kms_device_scan(rig.device), 0);
		rig_show(rig_output("DP-2"), 31);
		assert_int_not_equal(fake_get(70, "FB_ID"), 0);
		assert_int_not_equal(fake_get(71, "FB_ID"), 0);
		assert_int_not_equal(fake_get(60, "FB_ID"), 0);
		if (in_flight)
			stage_shown(30);
		rig_close();
	}
}

/* A fast output never waits for a slow one, nor does it touch anything of it. */
static void test_two_speeds(void **state)
{
	fake_reset(2);
	fake_mode(fake_connector(DRM_MODE_CONNECTOR_HDMIA, 1), 800, 600, true);
	fake_mode(fake_connector(DRM_MODE_CONNECTOR_DisplayPort, 2), 640, 480, true);
	fake_plane(70, DRM_PLANE_TYPE_OVERLAY, 1);
	fake_plane(71, DRM_PLANE_TYPE_OVERLAY, 2);
	rig_open();
	struct kms_output *slow = rig_output("HDMI-A-1"), *fast = rig_output("DP-2");
	rig_show(slow, 30);
	rig_show(fast, 31);
	rig.heard[0] = '\0';
	fake.n_commits = 0;
	struct kms_layer on[2] = {{.id = 1}, {.id = 2}};
	assert_int_equal(kms_pool_create(slow, 50, 50, true, &on[0].pool), 0);
	assert_int_equal(kms_pool_create(fast, 50, 50, true, &on[1].pool), 0);
	assert_int_equal(kms_output_plan(slow, &on[0], 1), 1);
	struct kms_frame frame = {.primary = kms_output_acquire(slow),
		.layers = {on[0]},
		.n_layers = 1,
		.fence = -1};
	frame.layers[0].buffer = kms_pool_acquire(on[0].pool);
	assert_int_equal(kms_output_commit(slow, &frame), 0);
	fake.n_commits = 0;
	for (int i = 0; i < 8; i++) {
		on[1].x = i;
		assert_int_equal(kms_output_plan(fast, &on[1], 1), 1);
		frame = (struct kms_frame){.primary = kms_output_acquire(fast),
			.layers = {on[1]},
			.n_layers = 1,
			.fence = -1};
		frame.layers[0].buffer = kms_pool_acquire(on[1].pool);
		assert_int_equal(kms_output_commit(fast, &frame), 0);
		stage_shown(31);
		assert_true(kms_output_flip_pending(slow));
	}
	for (size_t i = 0; i < fake.n_commits; i++) {
		const struct fake_commit *c = &fake.commits[i];
		assert_true(c->flags & (TEST | NONBLOCK));
		assert_int_equal(c->result, 0);
		assert_null(strstr(c->text, "50."));
		assert_null(strstr(c->text, "70."));
		assert_null(strstr(c->text, "30."));
	}
	stage_shown(30);
	rig_close();
}

int main(void)
{
	static const struct CMUnitTest more[] = {
		cmocka_unit_test(test_described),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_wants_primary),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_fence),
		cmocka_unit_test(test_not_as_planned),
		cmocka_unit_test(test_modeset_alone),
		cmocka_unit_test(test_liar),
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_pool_destroyed),
		cmocka_unit_test(test_pool_refused),
		cmocka_unit_test(test_close),
		cmocka_unit_test(test_late_event),
		cmocka_unit_test(test_modeset_beside),
		cmocka_unit_test(test_two_speeds),
	};
	struct CMUnitTest tests[96];
	size_t n = 0;
#define ADD(table, function)                                                             \
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)                      \
		tests[n++] = (struct CMUnitTest){table[i].name, function, NULL, NULL,    \
			(void *)(uintptr_t)&table[i]};
	ADD(error_cases, test_error)
	ADD(modeset_cases, test_modeset_error)
	ADD(life_cases, test_life)
	for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
		tests[n++] = more[i];
	return _cmocka_run_group_tests("frame", tests, n, NULL, NULL);
}
