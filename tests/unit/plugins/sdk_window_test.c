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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_focus_area), cmocka_unit_test(test_grab)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
