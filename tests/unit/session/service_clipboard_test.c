/* "clipboard": for whom, when, of which clip, and that large things do not hold up a turn. */
#include "plugins/include/osaas_clipboard.h"

#include <linux/input-event-codes.h>
#include <unistd.h>

#include "session/clip.h"
#include "session/hosted.h"
#include "session/window.h"
#include "tests/unit/session/serving.h"

static struct serving s;
static struct hosted hosted;
static struct endpoint *plugin_end;

static int setup(void **state)
{
	serving_init(&s);
	list_init(&s.session.hosted);
	list_init(&s.session.windows);
	list_init(&s.session.dirty_windows);
	hosted = (struct hosted){.session = &s.session, .plugin = s.plugin};
	list_push_back(&s.session.hosted, &hosted.link);
	assert_int_equal(
		window_create(&s.session, "test", &hosted.window, &plugin_end), 0);
	s.session.focus = hosted.window;
	return serving_open(&s, "clipboard", "");
}

static int teardown(void **state)
{
	serving_finish(&s);
	for (int i = 0; i < SESSION_CLIPS; i++)
		clip_destroy(s.session.clips[i]);
	endpoint_close(plugin_end);
	window_destroy(hosted.window);
	clock_frozen_ns = 0;
	return 0;
}

/* Asking. */

static struct message copy_of(
	const char *type, const char *data, size_t size, uint32_t more, uint32_t which)
{
	const struct osaas_clipboard_copy copy = {(uint32_t)strlen(type), more, which};
	struct message msg = {.type = OSAAS_CLIPBOARD_COPY, .len = strlen(type) + size};
	msg.buffer = buffer_create(msg.len);
	memcpy(buffer_data(msg.buffer), type, strlen(type));
	if (data)
		memcpy((char *)buffer_data(msg.buffer) + strlen(type), data, size);
	memcpy(msg.bytes, &copy, sizeof copy);
	return msg;
}

static int64_t copy_more(
	const char *type, const char *text, uint32_t more, uint32_t which)
{
	struct message msg = copy_of(type, text, strlen(text), more, which);
	struct message answer = serving_ask(&s, &msg);
	return serving_result(&answer);
}

static int64_t copy(const char *text, uint32_t which)
{
	return copy_more("text/plain", text, 0, which);
}

static struct message paste_of(const char *type, uint32_t which)
{
	struct message msg = {.type = OSAAS_CLIPBOARD_PASTE,
		.buffer = text_buffer(type, strlen(type)),
		.len = strlen(type)};
	memcpy(msg.bytes, &which, sizeof which);
	return msg;
}

/* What was pasted is `text`; NULL: it must be refused, the result is given. */
static int64_t paste(uint32_t which, const char *text)
{
	struct message msg = paste_of("text/plain", which);
	struct message answer = serving_ask(&s, &msg);
	int64_t result = serving_result(&answer);
	assert_int_equal(text != NULL, answer.buffer != NULL);
	if (text) {
		assert_int_equal(result, strlen(text));
		assert_int_equal(answer.len, strlen(text));
		assert_memory_equal(buffer_data(answer.buffer), text, strlen(text));
	}
	message_drop(&answer);
	return result;
}

static int64_t types(uint32_t which, const char *text)
{
	struct message msg = {.type = OSAAS_CLIPBOARD_TYPES};
	memcpy(msg.bytes, &which, sizeof which);
	struct message answer = serving_ask(&s, &msg);
	int64_t result = serving_result(&answer);
	if (text) {
		assert_int_equal(answer.len, strlen(text));
		assert_memory_equal(answer.buffer ? buffer_data(answer.buffer) : "", text,
			strlen(text));
	}
	message_drop(&answer);
	return result;
}

/* What the user does. */

static void key(bool pressed, bool repeat)
{
	const struct input_key k = {
		.code = KEY_C, .keysym = 'c', .pressed = pressed, .repeat = repeat};
	window_send_key(hosted.window, &k, 0);
}

static void point(enum input_route_kind kind, enum input_source source)
{
	const struct input_pointer p = {.source = source, .button = BTN_LEFT};
	window_send_pointer(hosted.window, 1, kind, &p);
}

static void act(int what)
{
	switch (what) {
	case 0:
		key(true, false);
		break;
	case 1:
		key(true, true);
		break;
	case 2:
		point(INPUT_ROUTE_PRESS, INPUT_SOURCE_MOUSE);
		break;
	case 3:
		point(INPUT_ROUTE_RELEASE, INPUT_SOURCE_MOUSE);
		break;
	case 4:
		point(INPUT_ROUTE_PRESS, INPUT_SOURCE_TOUCH_MORE);
		break;
	case 5:
		point(INPUT_ROUTE_RELEASE, INPUT_SOURCE_PEN);
		break;
	case 6:
		window_send_act(hosted.window, 1, 1);
		break;

	/* These are none. */
	case 7:
		key(false, false);
		break;
	case 8:
		point(INPUT_ROUTE_MOVE, INPUT_SOURCE_MOUSE);
		break;
	case 9:
		point(INPUT_ROUTE_DRAG, INPUT_SOURCE_MOUSE);
		break;
	case 10:
		point(INPUT_ROUTE_SCROLL, INPUT_SOURCE_MOUSE);
		break;
	case 11:
		point(INPUT_ROUTE_CANCEL, INPUT_SOURCE_MOUSE);
		break;
	case 12:
		window_send_focus(hosted.window, true);
		break;
	}
}
#define ACTS     7
#define ALL_ACTS 13

static void pass(uint64_t ns)
{
	clock_frozen_ns = clock_now_ns() + ns;
}

/* For 5 s from what the user did, and from nothing else. */
static void test_gesture(void **state)
{
	char log[4096];
	int kept = log_begin();
	assert_int_equal(copy("x", 0), OSAAS_EACCES);
	log_end(kept, log, sizeof log);
	assert_non_null(
		strstr(log, "clipboard refuses request 1: no key, button or finger "
			    "was pressed in its window in the last 5 s"));
	assert_int_equal(paste(0, NULL), OSAAS_EACCES);
	assert_int_equal(copy("x", 1), OSAAS_EACCES);
	assert_int_equal(paste(1, NULL), OSAAS_EACCES);
	assert_int_equal(types(0, ""), 0);
	for (int i = 0; i < ALL_ACTS; i++) {
		act(i);
		assert_int_equal(copy("hello", 0), i < ACTS ? 0 : OSAAS_EACCES);
		if (i >= ACTS)
			continue;
		pass(5 * NS_PER_S);
		/* Its first reading of the clock that stands still was a little before. */
		hosted.window->gesture_ns = clock_now_ns() - 5 * NS_PER_S;
		paste(0, "hello");
		pass(1);
		assert_int_equal(paste(0, NULL), OSAAS_EACCES);
		assert_int_equal(copy("other", 0), OSAAS_EACCES);
		assert_int_equal(types(0, "text/plain\n"), 1);
	}
	act(0);
	paste(0, "hello");
}

static void test_focus(void **state)
{
	act(0);
	assert_int_equal(copy("hello", 0), 0);
	s.session.focus = NULL;
	assert_int_equal(copy("x", 0), OSAAS_EACCES);
	assert_int_equal(paste(0, NULL), OSAAS_EACCES);
	assert_int_equal(types(0, NULL), OSAAS_EACCES);
	s.session.focus = hosted.window;
	paste(0, "hello");
}

/* What is selected and what was copied are two things. */
static void test_primary(void **state)
{
	act(2);
	assert_int_equal(copy("copied", OSAAS_CLIPBOARD_COPIED), 0);
	assert_int_equal(types(OSAAS_CLIPBOARD_PRIMARY, ""), 0);
	assert_int_equal(paste(OSAAS_CLIPBOARD_PRIMARY, NULL), OSAAS_ENOENT);
	assert_int_equal(copy("selected", OSAAS_CLIPBOARD_PRIMARY), 0);
	paste(OSAAS_CLIPBOARD_COPIED, "copied");
	paste(OSAAS_CLIPBOARD_PRIMARY, "selected");
	assert_int_equal(copy_more("text/html", "<b>", 1, OSAAS_CLIPBOARD_PRIMARY), 0);
	assert_int_equal(types(OSAAS_CLIPBOARD_COPIED, "text/plain\n"), 1);
	assert_int_equal(types(OSAAS_CLIPBOARD_PRIMARY, "text/plain\ntext/html\n"), 2);
	assert_int_equal(copy("x", 2), OSAAS_EINVAL);
	assert_int_equal(paste(2, NULL), OSAAS_EINVAL);
	assert_int_equal(types(UINT32_MAX, NULL), OSAAS_EINVAL);
	/* Nobody adds to the clips of who is gone. */
	serving_close(&s);
	assert_int_equal(serving_open(&s, "clipboard", ""), 0);
	assert_int_equal(copy_more("x/y", "", 1, OSAAS_CLIPBOARD_COPIED), OSAAS_EINVAL);
	assert_int_equal(copy_more("x/y", "", 1, OSAAS_CLIPBOARD_PRIMARY), OSAAS_EINVAL);
	paste(OSAAS_CLIPBOARD_PRIMARY, "selected");
}

/* Large things. */

static void fill(struct message *msg)
{
	uint64_t *words = buffer_data(msg->buffer);
	for (size_t i = 16; i < msg->len / sizeof *words; i++)
		words[i] = i * 0x9e3779b97f4a7c15;
}

static int64_t copy_large(size_t size)
{
	struct message msg = copy_of("x/large-enough", NULL, size, 0, 0);
	fill(&msg);
	act(0);
	struct message answer = serving_ask(&s, &msg);
	return serving_result(&answer);
}

static unsigned turns_until(struct message *answer)
{
	unsigned n = 0;
	uint64_t end = deadline();
	while (service_turn(&s.session), endpoint_try_recv(s.end, answer) < 0) {
		poll_loop(s.session.loop, serving_wake(&s, end));
		n++;
	}
	return n;
}

static void send_paste(const char *type)
{
	struct message msg = paste_of(type, 0);
	act(0);
	assert_int_equal(endpoint_try_send(s.end, &msg), 0);
}

static void test_large(void **state)
{
	const size_t n = OSAAS_CLIPBOARD_BYTES_MAX, head = strlen("x/large-enough");
	struct message expected = copy_of("x/large-enough", NULL, n, 0, 0), answer;
	fill(&expected);
	assert_int_equal(copy_large(n + 1), OSAAS_E2BIG);
	assert_int_equal(copy_large(n), 0);
	send_paste("x/large-enough");
	/* A MiB a turn, so that frames go on. */
	assert_in_range(turns_until(&answer), 60, 70);
	assert_int_equal(serving_result(&answer), n);
	assert_int_equal(answer.len, n);
	assert_memory_equal(buffer_data(answer.buffer),
		(char *)buffer_data(expected.buffer) + head, n);
	message_drop(&answer);
	message_drop(&expected);
}

/* What is under way is not disturbed by what comes then, and is answered first. */
static void test_replaced(void **state)
{
	const size_t n = 8 << 20;
	struct message answer, more = copy_of("text/plain", "new", 3, 0, 0);
	assert_int_equal(copy_large(n), 0);
	send_paste("x/large-enough");
	service_turn(&s.session);
	assert_int_equal(endpoint_try_send(s.end, &more), 0);
	/* Another plugin copies. */
	struct message other = copy_of("text/plain", "other", 5, 0, 0);
	assert_int_equal(clip_copy(s.session.clips[0], "other", false, other.buffer, 10,
				 other.len),
		0);
	turns_until(&answer);
	assert_int_equal(answer.type, OSAAS_CLIPBOARD_PASTE | OSAAS_ANSWER);
	assert_int_equal(answer.len, n);
	const uint64_t *last = buffer_data(answer.buffer);
	assert_true(last[n / 8 - 2] != 0);
	message_drop(&answer);
	turns_until(&answer);
	assert_int_equal(answer.type, OSAAS_CLIPBOARD_COPY | OSAAS_ANSWER);
	assert_int_equal(serving_result(&answer), 0);
	paste(0, "new");
}

static void test_closed_meanwhile(void **state)
{
	assert_int_equal(copy_large(8 << 20), 0);
	send_paste("x/large-enough");
	service_turn(&s.session);
	serving_close(&s);
	service_turn(&s.session);
	assert_true(service_next_ns(&s.session) == UINT64_MAX);
	assert_int_equal(serving_open(&s, "clipboard", ""), 0);
}

/* Of a buffer much larger than what is copied only that stays; and nothing is moved about. */
static void test_fit(void **state)
{
	struct message msg = copy_of("text/plain", "hello", 5, 0, 0);
	buffer_destroy(msg.buffer);
	msg.buffer = buffer_create(256 << 20);
	memcpy(buffer_data(msg.buffer), "text/plainhello", 15);
	const void *was = buffer_data(msg.buffer);
	act(0);
	struct message answer = serving_ask(&s, &msg);
	assert_int_equal(serving_result(&answer), 0);
	const struct buffer *kept = s.session.clips[0]->items[0].data->buffer;
	assert_int_equal(buffer_size(kept), 4096);
	assert_ptr_equal(buffer_data(kept), was);
	paste(0, "hello");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {T(test_gesture), T(test_focus),
		T(test_primary), T(test_large), T(test_replaced),
		T(test_closed_meanwhile), T(test_fit)};
	log_set_level(LOG_SILENT);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
