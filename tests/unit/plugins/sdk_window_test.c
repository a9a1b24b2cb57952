/* The window's commands, as they come to the host. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "plugins/include/osaas_window.h"

static struct osaas_msg sent;
static osaas_chan sent_to;
static int answer;

int osaas_send(osaas_chan chan, const struct osaas_msg *msg)
{
	sent_to = chan;
	sent = *msg;
	return answer;
}

static char memory[64];
static bool no_memory;
static int freed;

void *osaas_buf_alloc(size_t size)
{
	assert_true(size <= sizeof memory);
	return no_memory ? NULL : memory;
}

int osaas_buf_free(void *buf)
{
	freed += buf == memory;
	return 0;
}

static void test_focus_area(void **state)
{
	const uint64_t tag = UINT64_C(1) << 40 | 5;
	(void)state;
	answer = 0;
	assert_int_equal(osaas_window_focus_area(7, tag), 0);
	assert_int_equal(sent_to, 7);
	assert_int_equal(sent.type, OSAAS_WINDOW_FOCUS_AREA);
	assert_true(sent.u.u64[0] == tag && !sent.buf);
	answer = OSAAS_EPIPE;
	assert_int_equal(osaas_window_focus_area(7, 0), OSAAS_EPIPE);
	assert_true(sent.u.u64[0] == 0);
}

static void test_grab(void **state)
{
	const struct osaas_window_pointer press = {.tag = UINT64_C(1) << 40 | 5,
		.kind = OSAAS_POINTER_PRESS,
		.source = OSAAS_SOURCE_TOUCH,
		.priority = OSAAS_PRIORITY_GRABBED,
		.id = 3};
	struct osaas_window_grab grab;
	(void)state;
	answer = 0;
	assert_int_equal(osaas_window_grab(7, &press), 0);
	assert_int_equal(sent.type, OSAAS_WINDOW_GRAB);
	memcpy(&grab, sent.u.bytes, sizeof grab);
	assert_true(grab.tag == press.tag);
	assert_int_equal(grab.source, OSAAS_SOURCE_TOUCH);
	assert_int_equal(grab.id, 3);
}

static void test_offer(void **state)
{
	const struct osaas_window_drag request = {
		.tag = 5, .serial = 9, .kind = OSAAS_DRAG_REQUEST, .type_size = 10};
	struct osaas_window_drag offer;
	(void)state;
	answer = 0;
	assert_int_equal(
		osaas_window_offer(7, &request, "text/plain", 10, "hello", 5), 0);
	assert_int_equal(sent_to, 7);
	assert_int_equal(sent.type, OSAAS_WINDOW_OFFER);
	memcpy(&offer, sent.u.bytes, sizeof offer);
	assert_true(offer.tag == 5 && offer.serial == 9 && offer.type_size == 10);
	assert_int_equal(sent.len, 15);
	assert_memory_equal(sent.buf, "text/plainhello", 15);
	assert_int_equal(freed, 0);
	answer = OSAAS_EPIPE;
	assert_int_equal(
		osaas_window_offer(7, &request, "text/plain", 10, "", 0), OSAAS_EPIPE);
	assert_int_equal(freed, 1);
	no_memory = true;
	assert_int_equal(
		osaas_window_offer(7, &request, "text/plain", 10, "", 0), OSAAS_ENOMEM);
	assert_int_equal(freed, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_focus_area),
		cmocka_unit_test(test_grab), cmocka_unit_test(test_offer)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
