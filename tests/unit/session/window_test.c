/* A window: its size, frames, pictures, commands, and who takes its place. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "fake_layer.h"
#include "window_rig.h"

static void test_config(void **state)
{
	struct osaas_window_config config;
	(void)state;
	struct message msg = receive(OSAAS_WINDOW_CONFIG);
	memcpy(&config, msg.bytes, sizeof config);
	assert_int_equal(config.width, 640);
	assert_int_equal(config.height, 480);
	assert_true(config.scale == 2);
	nothing_more();
}

static void test_frame_and_shown(void **state)
{
	struct osaas_window_shown shown;
	(void)state;
	receive(OSAAS_WINDOW_CONFIG);
	send_frame(41);
	assert_int_equal(gl.submitted, 1);
	assert_int_equal(
		gl.damage.x1, 640); /* the first one maps the window: all of it */
	send_frame(42);
	assert_int_equal(gl.damage.x0, 3);
	assert_int_equal(gl.damage.y1, 6);
	assert_true(window->owes_shown);
	window_send_shown(window, 1000, 16);
	struct message msg = receive(OSAAS_WINDOW_SHOWN);
	memcpy(&shown, msg.bytes, sizeof shown);
	assert_int_equal(shown.serial, 42);
	assert_int_equal(shown.present_ns, 1000);
	assert_int_equal(shown.refresh_ns, 16);
	assert_false(window->owes_shown);
	nothing_more();
}

/* A panel without a place: frames are nobody's, and what it showed does not come back. */
static void test_no_height(void **state)
{
	struct osaas_window_config config;
	(void)state;
	receive(OSAAS_WINDOW_CONFIG);
	send_frame(1);
	assert_int_equal(window_configure(window, 640, 0, 2), 0);
	struct message msg = receive(OSAAS_WINDOW_CONFIG);
	memcpy(&config, msg.bytes, sizeof config);
	assert_int_equal(config.width, 640);
	assert_int_equal(config.height, 0);
	assert_true(!window->mapped && !window->owes_shown && session.relaid);
	send_frame(2);
	assert_int_equal(gl.submitted, 1);
	assert_false(window->mapped);
	assert_int_equal(window_configure(window, 640, 200, 2), 0);
	assert_int_equal(fake_layer.height, 200);
	assert_null(window_base(window));
	send_frame(3);
	assert_int_equal(gl.damage.y1, 200);
	assert_true(window->mapped && window->owes_shown);
	assert_true(window->serial == 3);
}

/* However many wait, a turn takes one of each window, and the others theirs in between. */
static void test_one_at_a_time(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct message msg = {.type = OSAAS_WINDOW_FRAME,
			.buffer = buffer_create(64),
			.len = 16};
		assert_int_equal(endpoint_try_send(plugin, &msg), 0);
	}
	for (int i = 1; i <= 3; i++) {
		assert_false(list_empty(&session.dirty_windows));
		window_receive(window);
		assert_int_equal(gl.submitted, i);
	}
	assert_true(list_empty(&session.dirty_windows));
}

static void test_refused(void **state)
{
	struct osaas_window_refused refused;
	(void)state;
	receive(OSAAS_WINDOW_CONFIG);
	send_frame(1);
	gl.result = -EINVAL;
	send_frame(2);
	assert_int_equal(gl.damaged, 1);
	assert_int_equal(window->serial, 1);
	struct message msg = receive(OSAAS_WINDOW_REFUSED);
	memcpy(&refused, msg.bytes, sizeof refused);
	assert_int_equal(refused.serial, 2);
	assert_int_equal(refused.offset, 77);
}

static void send_image(uint32_t width, uint32_t height, uint64_t len)
{
	const struct osaas_window_image image = {9, 4, width, height, 0};
	struct message msg = {.type = OSAAS_WINDOW_IMAGE, .len = len};
	msg.buffer = len ? buffer_create((size_t)len) : NULL;
	memcpy(msg.bytes, &image, sizeof image);
	assert_int_equal(endpoint_try_send(plugin, &msg), 0);
	window_receive(window);
}

/* The buffer is the layer's until it lets go; one that is refused is dropped, and told. */
static void test_image(void **state)
{
	static const struct {
		uint32_t width, height;
		uint64_t len;
		int result;
	} bad[] = {
		{3, 2, 20, 0},
		{3, 2, 28, 0},
		{3, 2, 0, 0},
		{0x40000001, 1, 4, 0},
		{1, 0x40000001, 4, 0},
		{0, 0, 0, 0},
		{3, 2, 24, -E2BIG},
	};
	(void)state;
	receive(OSAAS_WINDOW_CONFIG);
	send_image(3, 2, 24);
	nothing_more();
	assert_int_equal(gl.image, 4);
	assert_true(gl.width == 3 && gl.height == 2 && gl.pixels);
	((uint8_t *)gl.pixels)[23] = 1;
	gl.release(gl.owner, gl.pixels);
	/* Of a buffer that is far larger only the pixels are kept. */
	const struct osaas_window_image image = {9, 5, 1, 1, 0};
	struct message large = {
		.type = OSAAS_WINDOW_IMAGE, .len = 4, .buffer = buffer_create(1 << 24)};
	memcpy(buffer_data(large.buffer), "RGBA", 4);
	memcpy(large.bytes, &image, sizeof image);
	assert_int_equal(endpoint_try_send(plugin, &large), 0);
	window_receive(window);
	assert_int_equal(gl.image, 5);
	assert_true(buffer_size(gl.owner) < 1 << 18);
	assert_memory_equal(gl.pixels, "RGBA", 4);
	gl.release(gl.owner, gl.pixels);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct osaas_window_refused refused;
		gl.image = 0;
		gl.result = bad[i].result;
		send_image(bad[i].width, bad[i].height, bad[i].len);
		assert_int_equal(gl.image, 0);
		struct message msg = receive(OSAAS_WINDOW_REFUSED);
		memcpy(&refused, msg.bytes, sizeof refused);
		assert_int_equal(refused.serial, 9);
	}
}

/* Messages that make no sense are dropped with all they carry (the sanitizer would tell). */
static void test_nonsense(void **state)
{
	(void)state;
	struct message msg = {.type = 999, .buffer = buffer_create(64)};
	assert_int_equal(endpoint_try_send(plugin, &msg), 0);
	struct message bare = {.type = OSAAS_WINDOW_FRAME};
	assert_int_equal(endpoint_try_send(plugin, &bare), 0);
	gl.result = -EINVAL;
	window_receive(window);
	assert_int_equal(gl.submitted, 1);
}

static void send_command(uint32_t type, const void *payload, size_t size)
{
	struct message msg = {.type = type};
	memcpy(msg.bytes, payload, size);
	assert_int_equal(endpoint_try_send(plugin, &msg), 0);
	window_receive(window);
}

/* Commands are carried out, or counted if they make no sense, and nothing is answered. */
static void test_commands(void **state)
{
	const uint64_t tag = UINT64_C(1) << 40 | 5;
	const struct osaas_window_grab grab = {tag, OSAAS_SOURCE_TOUCH, 3};
	const uint32_t dock = 123;
	const struct osaas_window_drag offer = {.tag = tag, .serial = 9, .type_size = 3};
	(void)state;
	receive(OSAAS_WINDOW_CONFIG);
	asked.sense = true;
	send_command(OSAAS_WINDOW_FOCUS_AREA, &tag, sizeof tag);
	assert_true(asked.focus == tag);
	send_command(OSAAS_WINDOW_GRAB, &grab, sizeof grab);
	assert_memory_equal(&asked.grab, &grab, sizeof grab);
	send_command(OSAAS_WINDOW_DOCK, &dock, sizeof dock);
	assert_int_equal(asked.dock, dock);
	send_command(OSAAS_WINDOW_OFFER, &offer, sizeof offer);
	assert_memory_equal(&asked.offer, &offer, sizeof offer);
	assert_int_equal(window->senseless, 0);
	asked.sense = false;
	send_command(OSAAS_WINDOW_GRAB, &grab, sizeof grab);
	assert_int_equal(window->senseless, 1);
	assert_int_equal(window->ignored, 0);
	send_command(999, &grab, sizeof grab);
	assert_int_equal(window->ignored, 1);
	nothing_more();
}

/* Who may not is refused; what it may and makes no sense is only counted. */
static void test_capture(void **state)
{
	struct osaas_window_refused refused;
	struct osaas_window_motion m;
	const struct input_motion motion = {5, 1, -2, 0.5, -1};
	uint32_t on = 1;
	(void)state;
	receive(OSAAS_WINDOW_CONFIG);
	asked.answer = CAPTURE_REFUSED;
	send_command(OSAAS_WINDOW_CAPTURE, &on, sizeof on);
	struct message msg = receive(OSAAS_WINDOW_REFUSED);
	memcpy(&refused, msg.bytes, sizeof refused);
	assert_true(refused.serial == 0 && asked.capture);
	assert_int_equal(window->refused, 1);
	asked.answer = CAPTURE_DONE;
	on = 0;
	window->senseless = 0;
	send_command(OSAAS_WINDOW_CAPTURE, &on, sizeof on);
	assert_true(!asked.capture && window->senseless == 0);
	asked.answer = CAPTURE_SENSELESS;
	send_command(OSAAS_WINDOW_CAPTURE, &on, sizeof on);
	assert_int_equal(window->senseless, 1);
	nothing_more();
	window_send_captured(window, true);
	assert_int_equal(receive(OSAAS_WINDOW_CAPTURED).bytes[0], 1);
	window_send_motion(window, &motion);
	msg = receive(OSAAS_WINDOW_MOTION);
	memcpy(&m, msg.bytes, sizeof m);
	assert_true(m.time_ns == 5 && m.dx == 1 && m.dy == -2);
	assert_true(m.raw_dx == 0.5f && m.raw_dy == -1.0f);
}

/* What a drag carries moves along; who is not there any more does not keep it. */
static void test_drag(void **state)
{
	const struct osaas_window_drag drag = {.tag = 5, .kind = OSAAS_DRAG_DATA};
	struct buffer *buffer = buffer_create(9);
	(void)state;
	receive(OSAAS_WINDOW_CONFIG);
	window_send_drag(window, &drag, buffer, 7);
	struct message msg = receive(OSAAS_WINDOW_DRAG);
	assert_memory_equal(msg.bytes, &drag, sizeof drag);
	assert_ptr_equal(msg.buffer, buffer);
	assert_int_equal(msg.len, 7);
	message_drop(&msg);
	for (int i = 0; i < 100; i++)
		window_send_drag(window, &drag, buffer_create(9), 7);
}

/* Another window in its place shows what it showed until it has a frame of its own. */
static void test_stand_in(void **state)
{
	struct window *next;
	struct endpoint *end;
	struct message frame = {
		.type = OSAAS_WINDOW_FRAME, .buffer = buffer_create(64), .len = 16};
	(void)state;
	assert_int_equal(window_create(&session, "next", &next, &end), 0);
	window_stand_in(next, window);
	assert_null(window_base(next)); /* there was none */
	send_frame(1);
	window_stand_in(next, window);
	struct gl_layer *shown = window->layer;
	assert_ptr_equal(window_base(next), shown);
	/* Not its own yet: who it is of may take its place back. */
	window_destroy(next);
	endpoint_close(end);
	assert_int_equal(fake_layer.destroyed, 0);
	assert_ptr_equal(window_base(window), shown);

	assert_int_equal(window_create(&session, "next", &next, &end), 0);
	assert_int_equal(window_configure(next, 640, 480, 2), 0);
	window_stand_in(next, window);
	window_inherit(next, window);
	assert_null(window->layer);
	assert_null(window_base(window));
	assert_ptr_equal(window_base(next), shown);
	assert_int_equal(endpoint_try_send(end, &frame), 0);
	window_receive(next);
	assert_int_equal(fake_layer.destroyed, 1);
	assert_null(next->behind);
	assert_ptr_equal(window_base(next), next->layer);
	window_destroy(next);
	endpoint_close(end);
	assert_int_equal(fake_layer.destroyed, 2);
}

static void test_closed_end(void **state)
{
	const struct osaas_window_drag drag = {.tag = 5, .kind = OSAAS_DRAG_DATA};
	(void)state;
	for (int i = 0; i < 100; i++)
		window_send_drag(window, &drag, buffer_create(9), 7);
	endpoint_close(plugin);
	struct endpoint *other[2];
	window_receive(window);
	window_send_focus(window, true);
	window_flush(window);
	window_send_drag(window, &drag, buffer_create(9), 7);
	assert_int_equal(endpoint_pair(other, 1), 0);
	plugin = other[0];
	endpoint_close(other[1]);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_config),
		T(test_frame_and_shown),
		T(test_no_height),
		T(test_one_at_a_time),
		T(test_refused),
		T(test_image),
		T(test_nonsense),
		T(test_capture),
		T(test_commands),
		T(test_drag),
		T(test_stand_in),
		T(test_closed_end),
	};
	return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
