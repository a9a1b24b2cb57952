/* "gui.text": what it takes and refuses, its fonts, and the order of slow requests. */
#include "plugins/include/osaas_text.h"

#include <hb.h>
#include <math.h>
#include <unistd.h>

#include "gl/text.h"
#include "tests/unit/session/serving.h"

static struct serving s;
static struct gl_fonts *fonts;

static int setup(void **state)
{
	char why[256];
	serving_init(&s);
	fonts = gl_fonts_create(why, sizeof why);
	assert_non_null(fonts);
	s.session.layouts = gl_text_create(fonts);
	return serving_open(&s, "gui.text", "");
}

static int teardown(void **state)
{
	serving_finish(&s);
	gl_text_destroy(s.session.layouts);
	gl_fonts_destroy(fonts);
	return 0;
}

/* A request in parts, of one style. */
struct parts {
	struct osaas_text_ask head;
	struct osaas_text_ask_style style;
	char strings[32];
	char text[64];
};

static struct parts parts_of(const char *text)
{
	struct parts parts = {
		.head = {.styles = 1, .strings = 32, .width = -1},
		.style = {.size = 10, .families_size = 16, .lang = 16, .lang_size = 2},
		.strings = "DejaVu Sans Monoen",
	};
	parts.head.text_size = parts.style.end = (uint32_t)strlen(text);
	strcpy(parts.text, text);
	return parts;
}

static struct message message_of(const struct parts *parts, size_t len)
{
	return (struct message){.type = OSAAS_TEXT_LAYOUT,
		.buffer = text_buffer((const char *)parts, len),
		.len = len};
}

static size_t whole(const struct parts *parts)
{
	return offsetof(struct parts, text) + parts->head.text_size;
}

static struct message ask_parts(const struct parts *parts)
{
	struct message request = message_of(parts, whole(parts));
	return serving_ask(&s, &request);
}

static void test_layout(void **state)
{
	struct parts parts = parts_of("one two\nthree");
	struct text_layout layout;
	struct message answer = ask_parts(&parts);
	assert_int_equal(serving_result(&answer), 2);
	assert_true(text_layout_open(&layout, buffer_data(answer.buffer), answer.len));
	assert_int_equal(layout.head->cells, 12);
	assert_true(fabsf(layout.lines[0].width - 7 * 10 * 1233.0f / 2048) < 0.01f);
	assert_string_equal(gl_font_face(fonts, layout.runs[0].font)->family_name,
		"DejaVu Sans Mono");
	message_drop(&answer);
	parts.head.width = 25;
	answer = ask_parts(&parts);
	assert_int_equal(serving_result(&answer), 4);
	message_drop(&answer);
	parts = parts_of("");
	answer = ask_parts(&parts);
	assert_int_equal(serving_result(&answer), 1);
	message_drop(&answer);
}

/* At every length but the right one, and with every number in it changed: a refusal, or lines. */
static void test_wrong_bytes(void **state)
{
	struct parts parts = parts_of("hello");
	for (size_t len = 0; len < whole(&parts); len++) {
		struct message request = message_of(&parts, len);
		struct message answer = serving_ask(&s, &request);
		assert_int_equal(serving_result(&answer), OSAAS_EINVAL);
	}
	static const uint32_t odd[] = {
		0, 1, 3, 64, 4096, 65535, 0x7fc00000, 0x7f800000, UINT32_MAX};
	for (size_t at = 0; at < offsetof(struct parts, strings); at += 4) {
		for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
			struct parts changed = parts;
			memcpy((char *)&changed + at, &odd[i], 4);
			struct message request = message_of(&changed, whole(&parts));
			struct message answer = serving_ask(&s, &request);
			int64_t r = serving_result(&answer);
			assert_true(r > 0 || r == OSAAS_EINVAL || r == OSAAS_E2BIG);
			assert_int_equal(r > 0, answer.buffer != NULL);
			message_drop(&answer);
		}
	}
	struct message unknown = {.type = 99};
	struct message answer = serving_ask(&s, &unknown);
	assert_int_equal(serving_result(&answer), OSAAS_ENOSYS);
}

static void test_limits(void **state)
{
	struct parts parts = parts_of("a");
	parts.head.text_size = OSAAS_TEXT_MAX + 1;
	struct message request = message_of(&parts, sizeof parts);
	struct message answer = serving_ask(&s, &request);
	assert_int_equal(serving_result(&answer), OSAAS_E2BIG);
	parts = parts_of("a");
	parts.head.styles = OSAAS_TEXT_STYLES_MAX + 1;
	request = message_of(&parts, sizeof parts);
	answer = serving_ask(&s, &request);
	assert_int_equal(serving_result(&answer), OSAAS_E2BIG);
}

static struct message ask_number(
	uint32_t type, uint32_t number, const void *bytes, size_t len)
{
	struct message request = {.type = type, .len = len};
	request.buffer = len ? text_buffer(bytes, len) : NULL;
	memcpy(request.bytes, &number, sizeof number);
	return serving_ask(&s, &request);
}

static void test_fonts(void **state)
{
	const struct gl_font_query query = {.families = "DejaVu Sans Mono"};
	unsigned size;
	uint32_t id;
	assert_int_equal(gl_font_match(fonts, &query, &id), 0);
	hb_blob_t *blob =
		hb_face_reference_blob(hb_font_get_face(gl_font_shaper(fonts, id)));
	const char *bytes = hb_blob_get_data(blob, &size);
	struct message answer = ask_number(OSAAS_TEXT_FONT, 0, bytes, size);
	int64_t own = serving_result(&answer);
	assert_true(own >= GL_FONT_FIRST && own != id);
	struct parts parts = parts_of("abc");
	parts.style.font = (uint32_t)own;
	answer = ask_parts(&parts);
	assert_int_equal(serving_result(&answer), 1);
	const struct text_head *head = buffer_data(answer.buffer);
	struct text_layout layout;
	assert_true(text_layout_open(&layout, head, answer.len));
	assert_int_equal(layout.runs[0].font, own);
	message_drop(&answer);
	/* Others' faces are no fonts of its own. */
	parts.style.font = id;
	answer = ask_parts(&parts);
	assert_int_equal(serving_result(&answer), OSAAS_EINVAL);
	answer = ask_number(OSAAS_TEXT_FORGET, id, NULL, 0);
	assert_int_equal(serving_result(&answer), OSAAS_ENOENT);
	answer = ask_number(OSAAS_TEXT_FORGET, (uint32_t)own, NULL, 0);
	assert_int_equal(serving_result(&answer), 0);
	assert_null(gl_font_face(fonts, (uint32_t)own));
	answer = ask_number(OSAAS_TEXT_FONT, 0, "no font", 7);
	assert_int_equal(serving_result(&answer), OSAAS_EINVAL);
	answer = ask_number(OSAAS_TEXT_FONT, 0, NULL, 0);
	assert_int_equal(serving_result(&answer), OSAAS_EINVAL);
	/* So many and no more; those that are left go with the channel. */
	for (uint32_t i = 0; i < OSAAS_TEXT_FONTS_MAX; i++) {
		answer = ask_number(OSAAS_TEXT_FONT, 0, bytes, size);
		own = serving_result(&answer);
		assert_true(own >= GL_FONT_FIRST);
	}
	answer = ask_number(OSAAS_TEXT_FONT, 0, bytes, size);
	assert_int_equal(serving_result(&answer), OSAAS_ENOSPC);
	serving_close(&s);
	assert_null(gl_font_face(fonts, (uint32_t)own));
	hb_blob_destroy(blob);
	assert_int_equal(serving_open(&s, "gui.text", ""), 0);
}

/* Thirty-one at once, some slow: each is answered, in order. */
static void test_many(void **state)
{
	static char buffer[sizeof(struct parts) + OSAAS_TEXT_MAX];
	struct parts parts = parts_of("");
	memcpy(buffer, &parts, sizeof parts);
	memset(buffer + offsetof(struct parts, text), 'a', OSAAS_TEXT_MAX);
	for (uint32_t i = 1; i < 32; i++) {
		parts.head.text_size = parts.style.end = i % 4 ? i : OSAAS_TEXT_MAX - i;
		parts.head.width = i % 4 ? -1 : 1;
		memcpy(buffer, &parts, offsetof(struct parts, text));
		struct message request =
			message_of((const struct parts *)(const void *)buffer,
				offsetof(struct parts, text) + parts.head.text_size);
		assert_int_equal(endpoint_try_send(s.end, &request), 0);
	}
	for (uint32_t i = 1; i < 32; i++) {
		struct message answer = serving_receive(&s);
		const struct text_head *head = buffer_data(answer.buffer);
		assert_int_equal(head->text_size, i % 4 ? i : OSAAS_TEXT_MAX - i);
		message_drop(&answer);
	}
	/* One that ends with a request of its held. */
	for (int i = 0; i < 4; i++) {
		struct message request =
			message_of((const struct parts *)(const void *)buffer,
				offsetof(struct parts, text) + parts.head.text_size);
		assert_int_equal(endpoint_try_send(s.end, &request), 0);
	}
	service_turn(&s.session);
	serving_close(&s);
	assert_int_equal(serving_open(&s, "gui.text", ""), 0);
}

static void test_without_fonts(void **state)
{
	struct gl_text *layouts = s.session.layouts;
	s.session.layouts = NULL;
	struct parts parts = parts_of("a");
	struct message answer = ask_parts(&parts);
	assert_int_equal(serving_result(&answer), OSAAS_ENOENT);
	s.session.layouts = layouts;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_wrong_bytes),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_fonts),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_without_fonts),
	};
	log_set_level(LOG_SILENT);
	return cmocka_run_group_tests(tests, setup, teardown);
}
