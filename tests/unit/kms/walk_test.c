/*
 * Everything at any time: displays come and go, consoles are switched, displays sleep, the card
 * refuses what it took before, flips never come, in an order that is drawn by lot. Whatever
 * happened, a display that is there and lit gets its frame afterwards, and nothing is left.
 *
 *	kms_walk_test [FIRST [N]]	seeds
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <drm_mode.h>

#include "fake_drm.h"
#include "kms/kms.h"
#include "kms/private.h"
#include "rig.h"
#include "util/log.h"

#define OUTPUTS  2
#define PICTURES 4
#define STEPS    400

/* As the session does: pictures of an output, each with memory and a number. */
static struct client {
	struct kms_output *output;
	struct kms_layer layers[PICTURES];
	bool shown[PICTURES]; /* by the last commit that went well */
	bool cursor;
} clients[OUTPUTS];

static struct kms_device *device;
static uint32_t state, now; /* of the lot; the seed that it began with, for a debugger */
static uint64_t last_id;
static int wide; /* which mode is asked for */
static bool off[OUTPUTS];

static uint32_t draw(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % n;
}

static struct client *client_of(const struct kms_output *output)
{
	for (int i = 0; i < OUTPUTS; i++) {
		if (clients[i].output == output)
			return &clients[i];
	}
	return NULL;
}

static void drop_pictures(struct client *c)
{
	for (int i = 0; i < PICTURES; i++) {
		kms_pool_destroy(c->layers[i].pool);
		c->layers[i].pool = NULL;
		c->shown[i] = false;
	}
}

static void handle_configure(void *data, const char *connector,
	const struct kms_identity *identity, struct kms_config *config)
{
	(void)data, (void)identity;
	config->off = off[strcmp(connector, "HDMI-A-1") != 0];
	config->vrr = wide & 2;
	if (wide & 1) {
		config->want = KMS_MODE_SIZE;
		config->width = 640;
		config->height = 480;
	}
}

static void handle_added(void *data, struct kms_output *output)
{
	(void)data;
	struct client *c = client_of(NULL);
	assert_non_null(c);
	*c = (struct client){.output = output};
}

/* Half of them are left: they go with the output. */
static void handle_removed(void *data, struct kms_output *output)
{
	(void)data;
	struct client *c = client_of(output);
	assert_non_null(c);
	if (draw(2))
		drop_pictures(c);
	*c = (struct client){0};
}

static void handle_dropped(void *data, struct kms_output *output)
{
	(void)data;
	struct client *c = client_of(output);
	if (c && draw(4))
		drop_pictures(c);
	for (int i = 0; c && i < PICTURES; i++)
		c->shown[i] = false;
}

static void handle_flip(
	void *data, struct kms_output *output, uint64_t present_ns, uint32_t seq)
{
	(void)data, (void)present_ns, (void)seq;
	assert_false(kms_output_flip_pending(output));
}

static void handle_lost(void *data, struct kms_output *output)
{
	(void)data;
	assert_false(kms_output_flip_pending(output));
}

static const struct kms_listener listener = {
	.configure = handle_configure,
	.output_added = handle_added,
	.output_removed = handle_removed,
	.flip_done = handle_flip,
	.buffers_dropped = handle_dropped,
	.flip_lost = handle_lost,
};

static void set_cursor(struct client *c)
{
	static uint32_t pixels[128 * 128];
	int32_t side = draw(3) ? 24 : 100;
	c->cursor = kms_output_cursor(c->output, pixels, side, side) == 0;
	kms_output_cursor_at(
		c->output, (int32_t)draw(1200) - 200, (int32_t)draw(900) - 200);
}

static bool known(int r)
{
	return r == 0 || r == -EBUSY || r == -EAGAIN || r == -ESTALE || r == -EINVAL ||
	       r == -ENOSPC || r == -EIO || r == -ENOMEM;
}

static uint32_t plan(struct client *c, struct kms_layer *layers, int *at)
{
	size_t n = 0;
	for (int i = 0; i < PICTURES; i++) {
		if (!c->layers[i].pool)
			continue;
		at[n] = i;
		layers[n++] = c->layers[i];
	}
	uint32_t mask = kms_output_plan(c->output, layers, n);
	assert_int_equal(mask >> n, 0);
	return mask;
}

/* Drawn or, what shows already, as it is. */
static void add_layers(struct client *c, struct kms_frame *frame, bool shown[PICTURES])
{
	struct kms_layer layers[PICTURES];
	int at[PICTURES];
	uint32_t mask = plan(c, layers, at);
	for (size_t i = 0; mask >> i; i++) {
		if (!(mask >> i & 1))
			continue;
		struct kms_layer *layer = &frame->layers[frame->n_layers++];
		*layer = layers[i];
		if (!c->shown[at[i]] || draw(2))
			layer->buffer = kms_pool_acquire(layer->pool);
		assert_true(c->shown[at[i]] || layer->buffer ||
			    kms_output_flip_pending(c->output));
		shown[at[i]] = true;
	}
}

static int commit(struct client *c, bool picture, bool layers)
{
	struct kms_frame frame = {.fence = -1};
	bool shown[PICTURES] = {false};
	if (picture)
		frame.primary = kms_output_acquire(c->output);
	if (layers)
		add_layers(c, &frame, shown);
	int r = kms_output_commit(c->output, &frame);
	if (!known(r))
		fail_msg("a commit gave %d", r);
	if (r == 0)
		memcpy(c->shown, shown, sizeof shown);
	if (r == 0)
		assert_true(kms_output_flip_pending(c->output));
	if (r == -ESTALE && c->cursor)
		set_cursor(c);
	return r;
}

static void change_picture(struct client *c)
{
	struct kms_layer *layer = &c->layers[draw(PICTURES)];
	size_t i = (size_t)(layer - c->layers);
	if (layer->pool && draw(3)) {
		layer->x = (int32_t)draw(1000) - 100;
		layer->y = (int32_t)draw(800) - 100;
		return;
	}
	kms_pool_destroy(layer->pool);
	*layer = (struct kms_layer){.id = ++last_id, .x = (int32_t)draw(500)};
	c->shown[i] = false;
	if (kms_pool_create(c->output, 16 + (int32_t)draw(300), 16 + (int32_t)draw(300),
		    draw(2), &layer->pool) < 0)
		layer->pool = NULL;
}

static void sleep_or_wake(struct client *c)
{
	int r = kms_output_sleep(c->output, !c->output->asleep);
	assert_true(known(r));
}

static void change_color(struct client *c)
{
	const float rgb[3] = {1, 0.5f + (float)draw(2) / 2, 1};
	kms_output_color(c->output, rgb, draw(2) ? 1 : 1.5f);
}

static void of_output(struct client *c)
{
	if (!c->output)
		return;
	switch (draw(8)) {
	case 0:
	case 1:
		commit(c, true, true);
		break;
	case 2:
		commit(c, false, true);
		break;
	case 3:
		commit(c, draw(2), false);
		break;
	case 4:
		set_cursor(c);
		break;
	case 5:
		change_picture(c);
		break;
	case 6:
		change_color(c);
		break;
	case 7:
		if (c->output->asleep || draw(8) == 0)
			sleep_or_wake(c);
		break;
	}
}

static void switch_console(void)
{
	fake.not_master = !device->paused && !fake.not_master;
	if (fake.not_master && draw(3))
		kms_device_pause(device);
	else if (!fake.not_master)
		kms_device_resume(device);
}

static void other_display(uint32_t connector)
{
	struct fake_object *o = fake_object(connector);
	if (!o->connected || off[connector - 40] || draw(2))
		o->connected = true, off[connector - 40] = false;
	else if (draw(2))
		o->connected = false;
	else if (draw(2))
		fake_set(connector, "link-status", DRM_MODE_LINK_STATUS_BAD);
	else
		off[connector - 40] = true;
	if (draw(4))
		kms_device_scan(device);
}

static void refuse_nothing(void)
{
	fake.commit_error = fake.test_error = fake.commit_skip = 0;
	fake.max_overlays = 0;
	fake.apply_refuses = fake.no_cursor = fake.wants_primary = false;
}

static void refuse(void)
{
	static const int errors[] = {EINVAL, ENOSPC, EBUSY, EIO, ENOMEM};
	if (draw(2)) {
		refuse_nothing();
		return;
	}
	switch (draw(6)) {
	case 0:
		fake.commit_error = -errors[draw(5)];
		fake.commit_skip = (int)draw(3);
		break;
	case 1:
		fake.test_error = draw(2) ? -errors[draw(5)] : 0;
		break;
	case 2:
		fake.apply_refuses = !fake.apply_refuses;
		break;
	case 3:
		fake.no_cursor = !fake.no_cursor;
		break;
	case 4:
		fake.max_overlays = draw(3);
		break;
	case 5:
		fake.wants_primary = !fake.wants_primary;
		break;
	}
}

static void step(void)
{
	fake.n_commits = 0;
	switch (draw(12)) {
	default:
		of_output(&clients[draw(OUTPUTS)]);
		break;
	case 7:
	case 8:
		fake_vblank(30 + draw(2));
		if (draw(3))
			kms_device_dispatch(device);
		break;
	case 9:
		if (draw(fake.not_master || device->paused ? 2 : 12) == 0)
			switch_console();
		break;
	case 10:
		if (draw(2))
			other_display(40 + draw(OUTPUTS));
		else if (draw(2))
			wide = (int)draw(4), kms_device_scan(device);
		else
			refuse();
		break;
	case 11:
		if (draw(6) == 0)
			kms_device_turn(device, kms_device_next_ns(device));
		break;
	}
	for (int i = 0; i < OUTPUTS; i++)
		assert_true(!clients[i].output ||
			    !kms_output_flip_pending(clients[i].output) ||
			    kms_device_next_ns(device) != UINT64_MAX);
}

static void settle(void)
{
	for (uint32_t crtc = 30; crtc < 32; crtc++)
		fake_vblank(crtc);
	kms_device_dispatch(device);
}

/* Nothing refuses any more: whoever is there and lit gets frames, with pictures on planes. */
static void come_to_rest(void)
{
	fake.n_commits = 0;
	refuse_nothing();
	fake.not_master = false;
	off[0] = off[1] = false;
	for (uint32_t c = 40; c < 40 + OUTPUTS; c++) {
		fake_object(c)->connected = true;
		fake_set(c, "link-status", DRM_MODE_LINK_STATUS_GOOD);
	}
	settle();
	kms_device_pause(device);
	assert_int_equal(kms_device_resume(device), 0);
	for (int i = 0; i < OUTPUTS; i++) {
		struct client *c = &clients[i];
		assert_non_null(c->output);
		assert_int_equal(kms_output_sleep(c->output, false), 0);
		for (int k = 0; k < 3; k++) {
			int r = commit(c, true, k > 0);
			for (int tries = 0; r == -ESTALE && tries < 3; tries++)
				r = commit(c, true, false);
			assert_int_equal(r, 0);
			settle();
			assert_false(kms_output_flip_pending(c->output));
		}
	}
	assert_true(kms_device_next_ns(device) == UINT64_MAX);
}

static void walk(uint32_t seed)
{
	struct kms_error err;
	state = seed * 2654435761u + 1;
	memset(clients, 0, sizeof clients);
	memset(off, 0, sizeof off);
	wide = 0;
	fake_reset(2);
	for (unsigned i = 0; i < 4; i++) {
		fake_plane(70 + i, DRM_PLANE_TYPE_OVERLAY, i < 3 ? 3 : 1);
		fake_set(70 + i, "zpos", 1 + i);
	}
	fake.vrr = draw(2);
	fake.gamma = draw(2) ? 16 : 0;
	fake.tuned_modeset = draw(2);
	for (uint32_t i = 0; i < OUTPUTS; i++) {
		struct fake_object *o = fake_connector(
			i ? DRM_MODE_CONNECTOR_DisplayPort : DRM_MODE_CONNECTOR_HDMIA, 3);
		fake_mode(o, 800, 600, true);
		fake_mode(o, 640, 480, false);
	}
	assert_int_equal(kms_device_open_with(fake.read_fd, "/dev/dri/card7", rig_flags(),
				 &listener, NULL, &device, &err),
		0);
	kms_device_scan(device);
	for (int i = 0; i < STEPS; i++)
		step();
	come_to_rest();
	kms_device_destroy(device);
	fake_finish();
}

/* libliftoff forgets some of its memory when a test fails for what is no refusal. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:liftoff_output_apply\n";
}

static uint32_t first = 1, count = 100;

static void test_walks(void **unused)
{
	(void)unused;
	log_set_level(LOG_SILENT);
	for (uint32_t seed = first; seed < first + count; seed++) {
		now = seed;
		walk(seed);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_walks)};
	if (argc > 1)
		first = (uint32_t)strtoul(argv[1], NULL, 10);
	if (argc > 2)
		count = (uint32_t)strtoul(argv[2], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
