/* What waits for a plugin that does not receive: merged, kept, lost, and what was seen by then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "util/opwire.h"
#include "window_rig.h"

static void test_moves_merge(void **state)
{
	float x = 0;
	(void)state;
	gl.listen |= LISTEN_MERGE;
	fill_with_moves(1000);
	assert_false(window->lost);
	int n = count_moves(&x);
	assert_in_range(n, 10, 100);
	window_flush(window);
	assert_int_equal(count_moves(&x), 1);
	assert_true(x == 999.0f / 2);
	window_flush(window);
	nothing_more();
}

/*
 * Who does not ask for that gets every one: also when it stalls for 2 s and four of its areas hear of
 * a mouse of 1000 Hz. Memory for it goes again.
 */
static void test_moves_stay(void **state)
{
	(void)state;
	fill_with_moves(8000);
	assert_false(window->lost);
	assert_true(window->backlog.room <= BACKLOG_MAX);
	receive(OSAAS_WINDOW_CONFIG);
	for (int i = 0; i < 8000; i++) {
		struct osaas_window_pointer p;
		struct message msg = receive(OSAAS_WINDOW_POINTER);
		memcpy(&p, msg.bytes, sizeof p);
		assert_true(p.x == (float)i / 2);
		window_flush(window);
	}
	nothing_more();
	assert_int_equal(window->backlog.room, BACKLOG_FIRST);
}

/* Those of an area and of the one around it, and what comes between, stay in order. */
static void test_moves_of_several(void **state)
{
	static const struct {
		uint32_t type;
		uint64_t tag;
		float x;
	} left[] = {
		{OSAAS_WINDOW_POINTER, 1, 49.5f},
		{OSAAS_WINDOW_POINTER, 2, 49.5f},
		{OSAAS_WINDOW_TOUCH, 1, 49.5f},
		{OSAAS_WINDOW_KEY, 0, 0},
		{OSAAS_WINDOW_POINTER, 1, 0},
	};
	struct input_key key = {.code = 30, .pressed = true};
	float x;
	(void)state;
	fill_with_moves(63); /* and the size */
	gl.listen |= LISTEN_MERGE;
	for (int i = 0; i < 100; i++) {
		struct input_pointer at = pointer_at((float)i);
		window_send_pointer(window, 1, INPUT_ROUTE_MOVE, &at);
		window_send_pointer(window, 2, INPUT_ROUTE_MOVE, &at);
		at.source = INPUT_SOURCE_TOUCH_MORE;
		window_send_pointer(window, 1, INPUT_ROUTE_MOVE, &at);
	}
	window_send_key(window, &key, 0);
	fill_with_moves(1);
	count_moves(&x);
	window_flush(window);
	for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
		struct osaas_window_pointer p;
		struct message msg = receive(left[i].type);
		memcpy(&p, msg.bytes, sizeof p);
		if (msg.type != OSAAS_WINDOW_KEY)
			assert_true(p.tag == left[i].tag && p.x == left[i].x);
	}
	nothing_more();
}

static void test_keys_wait(void **state)
{
	struct input_key key = {.pressed = true};
	int n = 0;
	float x;
	(void)state;
	gl.listen |= LISTEN_MERGE;
	fill_with_moves(100);
	for (key.code = 1; key.code <= 30; key.code++)
		window_send_key(window, &key, 0);
	window_send_focus(window, false);
	count_moves(&x);
	window_flush(window);
	receive(OSAAS_WINDOW_POINTER);
	while (n++ < 30)
		assert_int_equal(receive(OSAAS_WINDOW_KEY).bytes[8], n);
	receive(OSAAS_WINDOW_FOCUS);
	nothing_more();
}

static void test_keys_are_lost_and_told(void **state)
{
	struct input_key key = {.code = 30, .pressed = true, .utf8 = "a"};
	float x;
	(void)state;
	gl.listen |= LISTEN_MERGE;
	fill_with_moves(500);
	window_send_focus(window, false);
	window_send_focus(window, true);
	for (int i = 0; i < BACKLOG_MAX; i++)
		window_send_key(window, &key, 7);
	assert_true(window->lost);
	count_moves(&x);
	window_flush(window);
	receive(OSAAS_WINDOW_LOST);
	/* The last that was said of who has the keys is still told. */
	struct message msg = receive(OSAAS_WINDOW_FOCUS);
	assert_int_equal(msg.bytes[0], 1);
	for (int i = 0; i < 3; i++)
		receive(OSAAS_WINDOW_KEY);
	nothing_more();
	window_send_key(window, &key, 7);
	receive(OSAAS_WINDOW_KEY);
}

static void edit(void)
{
	const struct osaas_window_edit e = {7, 0, 0};
	assert_int_equal(window_send_edit(window, OSAAS_WINDOW_EDIT, &e, "a", 1), 0);
}

static bool shows_all(void)
{
	assert_true(!window->shown_told || window->shown_told == window->heard.told);
	return window->shown_told != 0;
}

static size_t receive_edits(void)
{
	struct message msg;
	size_t n = 0;
	for (; endpoint_try_recv(plugin, &msg) == 0; n++)
		message_drop(&msg);
	return n;
}

/* Which frames were sent after all edits were received. */
static void test_heard(void **state)
{
	struct message frame = {.type = OSAAS_WINDOW_FRAME};
	(void)state;
	send_frame(1);
	assert_true(shows_all());
	edit();
	send_frame(2);
	assert_false(shows_all());
	receive(OSAAS_WINDOW_CONFIG);
	send_frame(3);
	assert_false(shows_all());
	struct message msg = receive(OSAAS_WINDOW_EDIT);
	assert_int_equal(msg.len, 1);
	message_drop(&msg);
	window_send_focus(window, true); /* that is not read tells nothing of a text */
	send_frame(4);
	assert_true(shows_all());
	/* Sent before, and taken after it. */
	assert_int_equal(endpoint_try_send(plugin, &frame), 0);
	edit();
	window_receive(window);
	assert_false(shows_all());
	receive(OSAAS_WINDOW_FOCUS);
	assert_int_equal(receive_edits(), 1);
	send_frame(5);
	assert_true(shows_all());
}

/* The same of those that the channel has no room for. */
static void test_heard_late(void **state)
{
	size_t n = 0;
	(void)state;
	receive(OSAAS_WINDOW_CONFIG);
	for (int i = 0; i < 100; i++)
		edit();
	n += receive_edits();
	assert_in_range(n, 1, 99);
	send_frame(1);
	assert_false(shows_all());
	window_flush(window);
	send_frame(2);
	assert_false(shows_all());
	n += receive_edits();
	assert_int_equal(n, 100);
	send_frame(3);
	assert_true(shows_all());
	/* Lost ones are not waited for. */
	for (int i = 0; i < BACKLOG_MAX + 200; i++)
		edit();
	assert_true(window->lost);
	for (int i = 0; i < 300; i++) {
		receive_edits();
		window_flush(window);
	}
	assert_int_equal(window->backlog.n, 0);
	send_frame(4);
	assert_true(shows_all());
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_moves_merge),
		T(test_moves_stay),
		T(test_moves_of_several),
		T(test_keys_wait),
		T(test_heard),
		T(test_heard_late),
		T(test_keys_are_lost_and_told),
	};
	return cmocka_run_group_tests_name("window backlog", tests, NULL, NULL);
}
