/* Which pictures get planes, in what order, and what asking costs. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <drm_fourcc.h>

#include "kms/private.h"
#include "stage.h"

static void allow_none(void)
{
	fake.max_overlays = 1;
	fake_object(70)->max_width = 1;
	fake_object(71)->max_width = 1;
}

static void allow_one(void)
{
	fake.max_overlays = 1;
}

static void no_bandwidth(void)
{
	fake.max_overlays = 1;
	fake.overlays_error = -ENOSPC;
}

static void narrow_first(void)
{
	fake_object(70)->max_width = 50;
	fake_object(71)->max_width = 50;
}

static void opaque_only(void)
{
	fake_object(70)->format = fake_object(71)->format = DRM_FORMAT_XRGB8888;
}

static void narrow_second(void)
{
	fake_object(71)->max_width = 100;
}

static void elsewhere(void)
{
	fake_object(70)->possible_crtcs = 2;
}

static void no_zpos(void)
{
	fake.missing = "zpos";
}

static void fixed_zpos(void)
{
	fake.fixed = "zpos";
}

static void same_zpos(void)
{
	fake_set(70, "zpos", 3);
	fake_set(71, "zpos", 3);
	fake_set(72, "zpos", 3);
}

static void zpos_reversed(void)
{
	fake.fixed = "zpos";
	fake_set(70, "zpos", 9);
	fake_set(71, "zpos", 5);
}

static void zpos_left_over(void)
{
	fake_set(50, "zpos", 9);
	fake_set(70, "zpos", 9);
	fake_set(71, "zpos", 2);
}

static void underlay(void)
{
	fake.fixed = "zpos";
	fake_set(50, "zpos", 1);
	fake_set(70, "zpos", 0);
	fake_set(71, "zpos", 2);
}

#define APART1                                                                           \
	{                                                                                \
		10, 10, 100, 80, true                                                    \
	}
#define APART2                                                                           \
	{                                                                                \
		300, 10, 100, 80, true                                                   \
	}
#define APART3                                                                           \
	{                                                                                \
		500, 300, 100, 80, true                                                  \
	}
#define UNDER                                                                            \
	{                                                                                \
		100, 100, 200, 200, true                                                 \
	}
#define OVER                                                                             \
	{                                                                                \
		150, 150, 200, 200, true                                                 \
	}
#define GLASS                                                                            \
	{                                                                                \
		150, 150, 200, 200, false                                                \
	}

struct plan_case {
	const char *name;
	unsigned overlays;
	void (*setup)(void);
	struct stage_picture pictures[KMS_LAYERS];
	uint32_t mask;
	const char *refusal; /* of the first one that gets none */
};

static const struct plan_case plan_cases[] = {
	{"no overlay", 0, NULL, {APART1}, 0, "this screen has no overlay planes"},
	{"one for one", 1, NULL, {APART1}, 1, NULL},
	{"one overlay, two apart: the upper one", 1, NULL, {APART1, APART2}, 2,
		"all overlay planes are in use"},
	{"one overlay, two over each other: the upper one", 1, NULL, {UNDER, OVER}, 2,
		"all overlay planes are in use"},
	{"two for two", 2, NULL, {UNDER, OVER}, 3, NULL},
	{"three for two", 3, NULL, {APART1, APART2}, 3, NULL},
	{"two for three: the upper ones", 2, NULL, {APART1, APART2, APART3}, 6,
		"all overlay planes are in use"},
	{"with alpha", 1, NULL, {GLASS}, 1, NULL},
	{"the card refuses all", 2, allow_none, {APART1, APART2}, 0,
		"the card refused it"},
	{"the card takes one at a time", 2, allow_one, {APART1, APART2}, 2,
		"the card refused it"},
	{"the card has bandwidth for one", 3, no_bandwidth, {APART1, APART2, APART3}, 4,
		"the card refused it"},
	{"the first planes will not do", 3, narrow_first, {APART1}, 1, NULL},
	{"the first planes will not do, and there is one other", 3, narrow_first,
		{UNDER, OVER}, 2, "the card refused it"},
	{"a format that no plane takes", 2, opaque_only, {GLASS}, 0,
		"the card refused it"},
	{"one that no plane takes over one that could have it", 2, opaque_only,
		{UNDER, GLASS}, 0, "a picture without a plane lies over it"},
	{"one that no plane takes apart from one that could have it", 2, opaque_only,
		{APART1, GLASS}, 1, "the card refused it"},
	{"one that no plane takes, and below it two, one of them free", 2, opaque_only,
		{UNDER, APART2, GLASS}, 2, "a picture without a plane lies over it"},
	{"a plane too narrow", 2, narrow_second, {UNDER, APART2}, 3, NULL},
	{"a plane too narrow for what lies above", 2, narrow_second,
		{APART1, UNDER, OVER}, 5, "all overlay planes are in use"},
	{"a plane of another CRTC", 2, elsewhere, {APART1, APART2}, 2,
		"all overlay planes are in use"},
	{"wholly outside", 2, NULL, {{800, 0, 50, 50, true}}, 0,
		"it lies outside the screen"},
	{"outside on the left", 2, NULL, {{-50, 0, 50, 50, true}}, 0,
		"it lies outside the screen"},
	{"outside above what is inside: none of it is over", 2, NULL,
		{APART1, {10, 700, 100, 80, true}}, 1, "it lies outside the screen"},
	{"in part outside", 2, NULL, {{-10, -20, 50, 50, true}, {790, 590, 50, 50, true}},
		3, NULL},
	{"no zpos", 3, no_zpos, {UNDER, OVER, GLASS}, 7, NULL},
	{"zpos that cannot be set", 3, fixed_zpos, {UNDER, OVER, GLASS}, 7, NULL},
	{"zpos the same for all", 3, same_zpos, {UNDER, OVER, GLASS}, 7, NULL},
	{"zpos as another session left it", 2, zpos_left_over, {UNDER, OVER}, 3, NULL},
	{"a plane below the primary one", 2, underlay, {APART1, APART2}, 2,
		"the card refused it"},
	{"planes that would do the wrong way round only", 2, narrow_second,
		{{160, 160, 90, 90, true}, OVER}, 2, "the card refused it"},
	{"zpos against the numbers", 2, zpos_reversed, {UNDER, OVER}, 3, NULL},
	{"more than are asked for: the upper four", 6, NULL,
		{APART1, {0, 100, 9, 9, true}, {20, 100, 9, 9, true},
			{40, 100, 9, 9, true}, {60, 100, 9, 9, true}},
		30, "there are more pictures than are asked for"},
};

static const char *first_refusal(uint32_t mask)
{
	for (size_t i = 0; i < stage.n; i++) {
		if (!(mask >> i & 1))
			return kms_output_refusal(stage.output, stage.layers[i].id);
		assert_null(kms_output_refusal(stage.output, stage.layers[i].id));
	}
	return NULL;
}

static uint32_t plane_of(uint64_t fb)
{
	for (uint32_t id = 70; id < 80; id++) {
		if (fake_object(id) && fake_get(id, "FB_ID") == fb)
			return id;
	}
	return 0;
}

/* How the kernel stacks planes: by zpos, then by number. */
static uint64_t height_of(uint32_t plane)
{
	bool none = fake.missing && strcmp(fake.missing, "zpos") == 0;
	return (none ? 0 : fake_get(plane, "zpos") << 32) + plane;
}

static bool over_each_other(const struct stage_picture *a, const struct stage_picture *b)
{
	return a->x < b->x + b->width && b->x < a->x + a->width &&
	       a->y < b->y + b->height && b->y < a->y + a->height;
}

/* Who lies above whom on the screen is who lies above whom in the list. */
static void expect_order(const struct plan_case *c, const uint32_t planes[KMS_LAYERS])
{
	for (size_t i = 0; i < stage.n; i++) {
		if (planes[i])
			assert_true(height_of(planes[i]) > height_of(50));
		for (size_t j = i + 1; j < stage.n; j++) {
			if (planes[i] && planes[j] &&
				over_each_other(&c->pictures[i], &c->pictures[j]))
				assert_true(height_of(planes[i]) < height_of(planes[j]));
		}
	}
}

static uint64_t fb_of(const struct kms_buffer *buffer)
{
	return buffer->fb_id;
}

static void test_plan(void **state)
{
	const struct plan_case *c = *state;
	uint32_t planes[KMS_LAYERS] = {0};
	stage_reset(c->overlays);
	if (c->setup)
		c->setup();
	stage_open();
	for (size_t i = 0; c->pictures[i].width; i++)
		stage_add(&c->pictures[i]);
	assert_int_equal(stage_plan(), c->mask);
	const char *refusal = first_refusal(c->mask);
	if (c->refusal)
		assert_string_equal(refusal, c->refusal);
	else
		assert_null(refusal);
	struct kms_frame frame = stage_frame(c->mask);
	assert_int_equal(kms_output_commit(stage.output, &frame), 0);
	for (size_t i = 0; i < frame.n_layers; i++) {
		planes[frame.layers[i].id - 1] = plane_of(fb_of(frame.layers[i].buffer));
		assert_int_not_equal(planes[frame.layers[i].id - 1], 0);
	}
	expect_order(c, planes);
	stage_shown(30);
	rig_close();
}

static void open_two(void)
{
	static const struct stage_picture pictures[] = {UNDER, OVER};
	stage_reset(2);
	stage_open();
	stage_add(&pictures[0]);
	stage_add(&pictures[1]);
}

/* What is the same is not asked again, be it shown or not. */
static void test_kept(void **state)
{
	open_two();
	assert_int_equal(stage_plan(), 3);
	assert_true(fake_tests() > 0);
	/* the last word has what will be shown, as it will be set */
	assert_non_null(strstr(fake_last()->text, "70.zpos="));
	assert_non_null(strstr(fake_last()->text, "71.zpos="));
	for (int i = 0; i < 3; i++)
		assert_int_equal(stage_plan(), 3);
	assert_int_equal(fake_tests(), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(stage_show(), 3);
	assert_int_equal(fake_tests(), 0);
	rig_close();
}

/* What moves is tested once, as it is. */
static void test_moved(void **state)
{
	open_two();
	assert_int_equal(stage_show(), 3);
	fake_tests();
	for (int i = 0; i < 5; i++) {
		stage.layers[1].x += 3;
		assert_int_equal(stage_show(), 3);
		assert_int_equal(fake_tests(), 1);
	}
	assert_int_equal(fake_get(71, "CRTC_X"), 165);
	rig_close();
}

/* When it is refused where it has moved to, others are looked for. */
static void test_moved_refused(void **state)
{
	static const struct stage_picture pictures[] = {
		{0, 0, 200, 100, true}, {0, 300, 200, 100, true}};
	stage_reset(2);
	fake_object(71)->max_width = 150;
	stage_open();
	for (size_t i = 0; i < 2; i++)
		stage_add(&pictures[i]);
	stage.layers[1].x = 700; /* 100 of it are on the panel */
	assert_int_equal(stage_show(), 3);
	fake_tests();
	stage.layers[1].x = 620;
	assert_int_equal(stage_show(), 2);
	assert_true(fake_tests() > 1);
	assert_int_equal(fake_get(70, "CRTC_X"), 620);
	assert_int_equal(fake_get(70, "CRTC_W"), 180);
	assert_int_equal(fake_get(71, "FB_ID"), 0);
	rig_close();
}

/* What comes in from outside is asked about. */
static void test_moved_in(void **state)
{
	static const struct stage_picture picture = {900, 0, 50, 50, true};
	stage_reset(1);
	stage_open();
	stage_add(&picture);
	assert_int_equal(stage_show(), 0);
	stage.layers[0].x = 700;
	assert_int_equal(stage_show(), 1);
	stage.layers[0].x = 900;
	assert_int_equal(stage_show(), 0);
	assert_int_equal(fake_get(70, "FB_ID"), 0);
	rig_close();
}

/* A card that refuses is asked once; moving alone is no reason to ask again. */
static void test_refused_kept(void **state)
{
	open_two();
	allow_none();
	assert_int_equal(stage_plan(), 0);
	assert_true(fake_tests() > 0);
	for (int i = 0; i < 5; i++) {
		stage.layers[0].x++;
		assert_int_equal(stage_show(), 0);
	}
	assert_int_equal(fake_tests(), 0);
	rig_close();
}

/* After a scan, or a modeset, they may be possible. */
static void test_asked_again(void **state)
{
	open_two();
	allow_none();
	assert_int_equal(stage_plan(), 0);
	fake.max_overlays = 0;
	fake_object(70)->max_width = fake_object(71)->max_width = 0;
	assert_int_equal(stage_plan(), 0);
	assert_int_equal(kms_device_scan(rig.device), 0);
	assert_int_equal(stage_plan(), 3);
	allow_none();
	assert_int_equal(kms_device_scan(rig.device), 0);
	assert_int_equal(stage_plan(), 0);
	fake.max_overlays = 0;
	fake_object(70)->max_width = fake_object(71)->max_width = 0;
	kms_device_pause(rig.device);
	assert_int_equal(stage_plan(), 0);
	assert_int_equal(kms_device_resume(rig.device), 0);
	assert_int_equal(stage_plan(), 0); /* a modeset is due */
	rig_show(stage.output, 30);
	assert_int_equal(stage_plan(), 3);
	/* the same without a scan */
	stage.layers[0].x += 300;
	allow_none();
	assert_int_equal(stage_plan(), 0);
	fake.max_overlays = 0;
	fake_object(70)->max_width = fake_object(71)->max_width = 0;
	assert_int_equal(kms_output_sleep(stage.output, true), 0);
	assert_int_equal(stage_plan(), 0);
	assert_int_equal(kms_output_sleep(stage.output, false), 0);
	rig_show(stage.output, 30);
	assert_int_equal(stage_plan(), 3);
	rig_close();
}

/* Another size, another order, one more: other pictures. */
static void test_other_pictures(void **state)
{
	static const struct stage_picture third = APART3;
	open_two();
	assert_int_equal(stage_show(), 3);
	struct kms_layer below = stage.layers[0];
	stage.layers[0] = stage.layers[1];
	stage.layers[1] = below;
	fake_tests();
	assert_int_equal(stage_plan(), 3);
	assert_true(fake_tests() > 1);
	stage_add(&third);
	assert_int_equal(stage_plan(), 6);
	assert_int_equal(kms_output_plan(stage.output, NULL, 0), 0);
	assert_string_equal(kms_output_refusal(stage.output, 1), "it was not asked for");
	rig_close();
}

/* Asking changes nothing that is shown, and is possible while a flip is in flight. */
static void test_asking_changes_nothing(void **state)
{
	open_two();
	struct kms_frame frame = stage_frame(0);
	assert_int_equal(kms_output_commit(stage.output, &frame), 0);
	struct fake_object before[FAKE_OBJECTS];
	memcpy(before, fake.objects, sizeof before);
	assert_int_equal(stage_plan(), 3);
	assert_memory_equal(before, fake.objects, sizeof before);
	stage_shown(30);
	assert_int_equal(stage_show(), 3);
	rig_close();
}

/* Without a commit that only tests no plane is given away, whatever libliftoff says. */
static void test_disposes(void **state)
{
	open_two();
	fake.test_error = -EINVAL;
	assert_int_equal(stage_plan(), 0);
	fake.test_error = 0;
	rig_close();
}

/* A plane of two CRTCs is one output's until its last picture there is gone. */
static void test_shared_plane(void **state)
{
	static const struct stage_picture picture = APART1;
	fake_reset(2);
	fake_mode(fake_connector(DRM_MODE_CONNECTOR_HDMIA, 1), 800, 600, true);
	fake_mode(fake_connector(DRM_MODE_CONNECTOR_DisplayPort, 2), 640, 480, true);
	fake_plane(70, DRM_PLANE_TYPE_OVERLAY, 3);
	rig_open();
	struct kms_output *a = rig_output("HDMI-A-1"), *b = rig_output("DP-2");
	rig_show(a, 30);
	rig_show(b, 31);
	struct kms_layer on[2] = {{.id = 1}, {.id = 2}};
	kms_pool_create(a, picture.width, picture.height, true, &on[0].pool);
	kms_pool_create(b, picture.width, picture.height, true, &on[1].pool);
	assert_int_equal(kms_output_plan(a, &on[0], 1), 1);
	assert_int_equal(kms_output_plan(b, &on[1], 1), 0);
	assert_string_equal(kms_output_refusal(b, 2), "all overlay planes are in use");
	struct kms_frame frame = {.primary = kms_output_acquire(a),
		.fence = -1,
		.layers = {on[0]},
		.n_layers = 1};
	frame.layers[0].buffer = kms_pool_acquire(on[0].pool);
	assert_int_equal(kms_output_commit(a, &frame), 0);
	stage_shown(30);
	/* Not planned any more, but shown; then on its way; then gone. */
	assert_int_equal(kms_output_plan(a, NULL, 0), 0);
	kms_output_plan(b, NULL, 0);
	assert_int_equal(kms_output_plan(b, &on[1], 1), 0);
	assert_int_equal(rig_commit(a), 0);
	kms_output_plan(b, NULL, 0);
	assert_int_equal(kms_output_plan(b, &on[1], 1), 0);
	stage_shown(30);
	kms_output_plan(b, NULL, 0);
	assert_int_equal(kms_output_plan(b, &on[1], 1), 1);
	rig_close();
}

/* Of an unplugged output: until its last flip is done. */
static void test_shared_plane_unplugged(void **state)
{
	fake_reset(2);
	fake_mode(fake_connector(DRM_MODE_CONNECTOR_HDMIA, 1), 800, 600, true);
	fake_mode(fake_connector(DRM_MODE_CONNECTOR_DisplayPort, 2), 640, 480, true);
	fake_plane(70, DRM_PLANE_TYPE_OVERLAY, 3);
	rig_open();
	struct kms_output *a = rig_output("HDMI-A-1"), *b = rig_output("DP-2");
	rig_show(a, 30);
	rig_show(b, 31);
	struct kms_layer on[2] = {{.id = 1}, {.id = 2}};
	kms_pool_create(a, 50, 50, true, &on[0].pool);
	kms_pool_create(b, 50, 50, true, &on[1].pool);
	assert_int_equal(kms_output_plan(a, &on[0], 1), 1);
	struct kms_frame frame = {.primary = kms_output_acquire(a),
		.fence = -1,
		.layers = {on[0]},
		.n_layers = 1};
	frame.layers[0].buffer = kms_pool_acquire(on[0].pool);
	assert_int_equal(kms_output_commit(a, &frame), 0);
	fake_object(40)->connected = false;
	assert_int_equal(kms_device_scan(rig.device), 0);
	assert_int_equal(kms_output_plan(b, &on[1], 1), 0);
	stage_shown(30);
	kms_output_plan(b, NULL, 0);
	assert_int_equal(kms_output_plan(b, &on[1], 1), 1);
	rig_close();
}

struct told {
	char text[512];
};

static void write_plane(void *data, const struct kms_plane_info *p)
{
	struct told *told = data;
	size_t n = strlen(told->text);
	snprintf(told->text + n, sizeof told->text - n, "%u %s", p->id, p->type);
	n = strlen(told->text);
	if (p->active)
		snprintf(told->text + n, sizeof told->text - n, " %llu %d,%d %dx%d %s",
			(unsigned long long)p->layer, p->x, p->y, p->width, p->height,
			p->format);
	strncat(told->text, "; ", sizeof told->text - strlen(told->text) - 1);
}

static void test_listed(void **state)
{
	struct told told = {""};
	open_two();
	fake_plane(79, DRM_PLANE_TYPE_OVERLAY, 2);
	stage.layers[0].x = -50;
	assert_int_equal(stage_show(), 3);
	kms_output_planes(stage.output, write_plane, &told);
	assert_string_equal(told.text,
		"50 primary 0 0,0 800x600 XR24; 60 cursor; "
		"70 overlay 1 0,100 150x200 XR24; 71 overlay 2 150,150 200x200 XR24; ");
	rig_close();
}

int main(void)
{
	static const struct CMUnitTest more[] = {
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_moved),
		cmocka_unit_test(test_moved_refused),
		cmocka_unit_test(test_refused_kept),
		cmocka_unit_test(test_asked_again),
		cmocka_unit_test(test_other_pictures),
		cmocka_unit_test(test_asking_changes_nothing),
		cmocka_unit_test(test_disposes),
		cmocka_unit_test(test_shared_plane),
		cmocka_unit_test(test_moved_in),
		cmocka_unit_test(test_shared_plane_unplugged),
		cmocka_unit_test(test_listed),
	};
	struct CMUnitTest tests[64];
	size_t n = 0;
	for (size_t i = 0; i < sizeof plan_cases / sizeof plan_cases[0]; i++)
		tests[n++] = (struct CMUnitTest){plan_cases[i].name, test_plan, NULL,
			NULL, (void *)(uintptr_t)&plan_cases[i]};
	for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
		tests[n++] = more[i];
	return _cmocka_run_group_tests("plan", tests, n, NULL, NULL);
}
