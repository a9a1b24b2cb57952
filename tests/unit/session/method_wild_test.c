/* Methods that flood, that are deaf, that wait behind a screen reader, and that do anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <linux/input-event-codes.h>
#include <unistd.h>

#include "method_rig.h"
#include "plugins/include/osaas_method.h"
#include "session/a11y_private.h"
#include "session/routing.h"
#include "session/texting.h"
#include "tests/unit/session/serving.h"
#include "util/clock.h"

/* A method that types faster than the window reads is told so; what the user does is not lost. */
static void test_flood(void **state)
{
	const struct osaas_method_key key = {.code = KEY_A, .times = 64};
	struct osaas_method_key k = key;
	(void)state;
	method_begin(NULL);
	k.field = method_rig.field[0];
	method_rig.heard[0] = '\0';
	for (int i = 0; i < 100; i++) {
		method_send(0, OSAAS_METHOD_KEY, &k, sizeof k, NULL);
		method_turn();
		clock_frozen_ns += 100 * NS_PER_MS;
		method_turn();
	}
	assert_non_null(strstr(method_rig.heard, "=-16 =-16"));
	assert_true(method_rig.rig.windows[0]->backlog.n < BACKLOG_MAX);
	assert_false(method_rig.rig.windows[0]->lost);
	method_feed("30", true);
	method_rig.rig.trace[0] = '\0';
	rig_collect(&method_rig.rig);
	assert_null(strstr(method_rig.rig.trace, "LOST"));
	method_end();
}

/* A method that does not receive is not served, and is told all when it does. */
static void test_deaf(void **state)
{
	(void)state;
	method_begin(NULL);
	for (int i = 0; i < 200; i++) {
		session_focus_next(&method_rig.rig.session, 1);
		method_rig.rig.session.texting.left = true;
		texting_turn(&method_rig.rig.session);
	}
	method_rig.heard[0] = '\0';
	method_turn();
	method_turn();
	uint64_t told = method_rig.field[0];
	assert_int_equal(told, method_rig.rig.session.texting.serial);
	method_end();
}

/* In place of libdbus's: a screen reader that is asked of keys, and does not answer. */
DBusMessage *dbus_message_new_method_call(
	const char *to, const char *path, const char *interface, const char *member)
{
	(void)to;
	(void)path;
	(void)interface;
	(void)member;
	return NULL;
}

/* What waits for it, and then for a method, goes where it was typed, too. */
static void test_reader(void **state)
{
	struct a11y a11y = {
		.session = &method_rig.rig.session, .bus.up = true, .keys.heard = true};
	const struct method_step editor = {
		"frame", "", NULL, EDITOR("1", "", "0", "0", "0 0")};
	(void)state;
	method_begin(NULL);
	list_init(&a11y.windows);
	method_step(&(struct method_step){"window 1", "", NULL, NULL});
	method_step(&(struct method_step){"next", "", NULL, NULL});
	method_step(&(struct method_step){"window 0", "", NULL, NULL});
	method_step(&(struct method_step){"grab. 1", "", NULL, NULL});
	method_step(&editor);
	method_step(&(struct method_step){"focus 1", "", NULL, NULL});
	method_rig.rig.session.a11y = &a11y;
	method_step(&(struct method_step){"tap 14", "", NULL, NULL});
	assert_string_equal(method_rig.rig.trace, "");
	method_step(&(struct method_step){"next", "", NULL, NULL});
	assert_non_null(
		strstr(method_rig.rig.trace, "K:1=BackSpace k:1=BackSpace -1 F- | F+"));
	method_rig.rig.session.a11y = NULL;
	method_end();
}

/* By chance: nothing of it may fail, and keys that are down come up where they went down. */
static void do_anything(uint64_t *seed)
{
	static const uint32_t codes[] = {30, 15, 42, 13, 18, 14, 58, 28};
	struct message msg = {.type = next_random(seed) % 9};
	for (size_t i = 0; i < sizeof msg.bytes; i++)
		msg.bytes[i] = (uint8_t)(next_random(seed) % 4 ? 0 : next_random(seed));
	if (next_random(seed) % 2)
		memcpy(msg.bytes, &method_rig.field[0], sizeof method_rig.field[0]);
	if (msg.type == OSAAS_METHOD_PASS)
		memcpy(msg.bytes, &method_rig.serial[0], sizeof method_rig.serial[0]);
	if (next_random(seed) % 2) {
		msg.len = 1 + next_random(seed) % 5;
		msg.buffer = text_buffer("\xc3\xa9x\xff ", (size_t)msg.len);
	}
	if (endpoint_try_send(method_rig.ends[0], &msg) < 0)
		message_drop(&msg);
	if (next_random(seed) % 3 == 0) {
		uint32_t code = codes[next_random(seed) % 8];
		input_feed_key(method_rig.input, code, next_random(seed) % 2,
			++method_rig.rig.time_ns);
	}
	clock_frozen_ns += next_random(seed) % 30 * NS_PER_MS;
}

static void show_anything(uint64_t *seed)
{
	static const char *const frames[] = {"", FIELD("1", ""),
		EDITOR("1", "abc", "0", "3", "1 1"),
		EDITOR("1", "x", "9", "5", "4294967295 7"),
		FIELD("1", "selection 1 4 4294967295 0 0 0 0\n"),
		EDITOR("1", "geheim", "0", "6", "6 6") "hint 1 password\n"};
	static const char *const words[] = {"focus 1", "focus 0", "keyboard 1", "next"};
	const struct rig_step frame = {"frame", "", frames[next_random(seed) % 6]};
	const struct rig_step word = {words[next_random(seed) % 4], "", NULL};
	rig_do(&method_rig.rig, next_random(seed) % 2 ? &frame : &word);
}

static void test_anything(void **state)
{
	uint64_t seed = first_seed(20261126);
	(void)state;
	method_begin("de");
	for (int i = 0; i < 20000; i++) {
		do_anything(&seed);
		if (next_random(&seed) % 4 == 0)
			show_anything(&seed);
		method_rig.heard[0] = method_rig.rig.trace[0] = '\0';
		method_turn();
		rig_collect(&method_rig.rig);
	}
	method_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flood),
		cmocka_unit_test(test_deaf),
		cmocka_unit_test(test_reader),
		cmocka_unit_test(test_anything),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
