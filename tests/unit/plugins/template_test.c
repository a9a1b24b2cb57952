/* The plugin that osaas new writes does what its first lines say: a click, a key, nothing else. */
#include "helper.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/include/osaas_window.h"
#include "plugins/private.h"
#include "sched/sched.h"

/* The session's side of it, with copies of its frames. */
static struct stage {
	struct plugin *plugin;
	struct endpoint *window;
	struct ending ending;
	uint8_t *frame, *before;
	size_t size, size_before;
} stage;

static void send(uint32_t type, const void *payload, size_t size)
{
	struct message m = {.type = type};
	memcpy(m.bytes, payload, size);
	assert_int_equal(endpoint_try_send(stage.window, &m), 0);
	run_idle();
}

/* Whether it sent one frame, which is kept; never more than one. */
static bool take_frame(void)
{
	struct message m;
	if (endpoint_try_recv(stage.window, &m) == -EAGAIN)
		return false;
	assert_int_equal(m.type, OSAAS_WINDOW_FRAME);
	free(stage.before);
	stage.before = stage.frame;
	stage.size_before = stage.size;
	stage.size = m.len;
	stage.frame = malloc(m.len);
	assert_non_null(stage.frame);
	memcpy(stage.frame, buffer_data(m.buffer), m.len);
	message_drop(&m);
	assert_int_equal(endpoint_try_recv(stage.window, &m), -EAGAIN);
	return true;
}

static bool is_another(void)
{
	return stage.size != stage.size_before ||
	       memcmp(stage.frame, stage.before, stage.size) != 0;
}

static void send_config(int32_t width, int32_t height)
{
	struct osaas_window_config c = {.width = width, .height = height, .scale = 1};
	send(OSAAS_WINDOW_CONFIG, &c, sizeof c);
}

static void send_pointer(uint16_t kind, float x, float y)
{
	struct osaas_window_pointer p = {.tag = 1, .kind = kind, .x = x, .y = y};
	send(OSAAS_WINDOW_POINTER, &p, sizeof p);
}

static void send_key(bool pressed, bool repeat)
{
	struct osaas_window_key k = {.code = 57, .pressed = pressed, .repeat = repeat};
	send(OSAAS_WINDOW_KEY, &k, sizeof k);
}

static void send_shown(void)
{
	send(OSAAS_WINDOW_SHOWN, &(struct osaas_window_shown){0},
		sizeof(struct osaas_window_shown));
}

static int start(void **state)
{
	struct endpoint *ends[2];
	(void)state;
	assert_int_equal(sched_init(), 0);
	stage = (struct stage){.plugin = load(TEMPLATE)};
	assert_int_equal(endpoint_pair(ends, 64), 0);
	assert_int_equal(plugin_grant(stage.plugin, "gui.window", ends[1]), 0);
	stage.window = ends[0];
	assert_int_equal(plugin_start(stage.plugin, note_ending, &stage.ending), 0);
	run_idle();
	assert_false(take_frame()); /* it does not know how large */
	send_config(1024, 768);
	assert_true(take_frame());
	send_shown();
	assert_false(take_frame());
	return 0;
}

static int stop(void **state)
{
	(void)state;
	assert_int_equal(stage.ending.calls, 0);
	send(OSAAS_WINDOW_CLOSE, "", 0);
	assert_int_equal(stage.ending.calls, 1);
	assert_int_equal(stage.ending.how, PLUGIN_RETURNED);
	plugin_destroy(stage.plugin);
	endpoint_close(stage.window);
	free(stage.frame);
	free(stage.before);
	sched_finish();
	return 0;
}

static void test_click(void **state)
{
	(void)state;
	send_pointer(OSAAS_POINTER_MOVE, 100, 100);
	assert_false(take_frame());
	send_pointer(OSAAS_POINTER_PRESS, 100, 100);
	assert_true(take_frame() && is_another());
	send_shown();
	send_pointer(OSAAS_POINTER_RELEASE, 100, 100);
	assert_false(take_frame());
}

/* Three palettes, and the first again. */
static void test_keys(void **state)
{
	(void)state;
	send_key(false, false);
	send_key(true, true);
	assert_false(take_frame());
	uint8_t *first = malloc(stage.size);
	size_t size = stage.size;
	memcpy(first, stage.frame, size);
	for (int i = 0; i < 3; i++) {
		send_key(true, false);
		assert_true(take_frame() && is_another());
		send_shown();
	}
	assert_int_equal(stage.size, size);
	assert_memory_equal(stage.frame, first, size);
	free(first);
}

/* One frame under way, however much happens; then one for all that did. */
static void test_pace(void **state)
{
	(void)state;
	send_key(true, false);
	assert_true(take_frame());
	send_key(true, false);
	send_config(640, 480);
	send_pointer(OSAAS_POINTER_PRESS, 1, 1);
	assert_false(take_frame());
	send_shown();
	assert_true(take_frame() && is_another());
	send(OSAAS_WINDOW_LOST, "", 0); /* its answer may be lost */
	assert_true(take_frame());
	send(OSAAS_WINDOW_REFUSED, "", 0);
	assert_false(take_frame());
	send(99, "", 0); /* a newer host's */
	assert_false(take_frame());
	send_config(1, 1);
	assert_true(take_frame());
	send_shown();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_click, start, stop),
		cmocka_unit_test_setup_teardown(test_keys, start, stop),
		cmocka_unit_test_setup_teardown(test_pace, start, stop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
