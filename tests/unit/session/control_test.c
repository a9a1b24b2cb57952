/* What is asked and answered, without a socket: the wrong way too. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "session/control_reply.h"
#include "session/control_request.h"
#include "session/control_text.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct {
	const char *line;
	int result;
	bool json;
	size_t n;
	const char *last;
} requests[] = {
	{"osaas 1 text tasks", 0, false, 1, "tasks"},
	{"osaas 1 json tasks", 0, true, 1, "tasks"},
	{"osaas 1 text a b%20c", 0, false, 2, "b c"},
	{"osaas 1 text a %25%0a%C3%a4", 0, false, 2, "%\n\xc3\xa4"},
	{"osaas 1 text a b c d e f g h i j k l m n o p", 0, false, 16, "p"},
	{"osaas 1 text a b c d e f g h i j k l m n o p q", -EINVAL, 0, 0, NULL},
	{"osaas 2 text tasks", -EPROTO, 0, 0, NULL},
	{"osaas", -EPROTO, 0, 0, NULL},
	{"GET / HTTP/1.1", -EPROTO, 0, 0, NULL},
	{"osaas 1 xml tasks", -EINVAL, 0, 0, NULL},
	{"osaas 1 text", -EINVAL, 0, 0, NULL},
	{"osaas 1 text ", -EINVAL, 0, 0, NULL},
	{"osaas 1 text  tasks", -EINVAL, 0, 0, NULL},
	{"osaas 1 text tasks ", -EINVAL, 0, 0, NULL},
	{"osaas 1 text a\tb", -EINVAL, 0, 0, NULL},
	{"osaas 1 text a%00", -EINVAL, 0, 0, NULL},
	{"osaas 1 text a%4", -EINVAL, 0, 0, NULL},
	{"osaas 1 text a%4g", -EINVAL, 0, 0, NULL},
	{"", -EINVAL, 0, 0, NULL},
};

static void test_requests(void **state)
{
	for (size_t i = 0; i < COUNT(requests); i++) {
		struct control_request request;
		struct control_error err = {""};
		const char *line = requests[i].line;
		int r = control_request_parse(line, strlen(line), &request, &err);
		if (r != requests[i].result)
			fail_msg("'%s' gives %d", line, r);
		assert_true((r < 0) == (err.text[0] != '\0'));
		if (r < 0)
			continue;
		assert_int_equal(request.json, requests[i].json);
		assert_int_equal(request.n_words, requests[i].n);
		assert_string_equal(request.words[request.n_words - 1], requests[i].last);
	}
}

static void test_limits(void **state)
{
	char line[CONTROL_REQUEST_MAX + 1], word[CONTROL_REQUEST_MAX + 1];
	const size_t head = strlen("osaas 1 text a ");
	const char *words[CONTROL_WORDS_MAX + 1] = {"a", word};
	struct control_request request;
	struct control_error err;
	memset(word, 'x', sizeof word);
	for (size_t n = CONTROL_REQUEST_MAX - head - 8; n <= CONTROL_REQUEST_MAX; n++) {
		word[n] = '\0';
		int r = control_request_write(line, false, words, 2);
		assert_int_equal(
			r < 0 ? r : 0, head + n + 1 > CONTROL_REQUEST_MAX ? -E2BIG : 0);
		if (r > 0)
			assert_int_equal(control_request_parse(
						 line, (size_t)r - 1, &request, &err),
				0);
		word[n] = 'x';
	}
	word[0] = '\0';
	assert_int_equal(control_request_write(line, false, words, 2), -EINVAL);
	for (size_t i = 0; i < COUNT(words); i++)
		words[i] = "a";
	assert_int_equal(
		control_request_write(line, false, words, CONTROL_WORDS_MAX + 1), -E2BIG);
}

#define BAD "\xef\xbf\xbd"

static const struct {
	const char *in, *text, *json;
	size_t count;
} strings[] = {
	{"", "", "\"\"", 0},
	{"Hello", "Hello", "\"Hello\"", 5},
	{"\xc3\xa4\xf0\x9f\x98\x80", "\xc3\xa4\xf0\x9f\x98\x80",
		"\"\xc3\xa4\xf0\x9f\x98\x80\"", 2},
	{"a\"b\\", "a\"b\\", "\"a\\\"b\\\\\"", 4},
	{"\033[2J\n", BAD "[2J" BAD, "\"\\u001b[2J\\u000a\"", 5},
	{"\x7f\xc2\x9b", BAD BAD, "\"\\u007f\\u009b\"", 2},
	{"\xff", BAD, "\"" BAD "\"", 1},
	{"a\xc3", "a" BAD, "\"a" BAD "\"", 2},
	{"\xc0\xaf", BAD BAD, "\"" BAD BAD "\"", 2},
	{"\xe0\x80\x80", BAD BAD BAD, "\"" BAD BAD BAD "\"", 3},
	{"\xed\xa0\x80", BAD BAD BAD, "\"" BAD BAD BAD "\"", 3},
	{"\xf4\x90\x80\x80", BAD BAD BAD BAD, "\"" BAD BAD BAD BAD "\"", 4},
	{"\xf0\x9f\x98", BAD BAD BAD, "\"" BAD BAD BAD "\"", 3},
};

static void test_strings(void **state)
{
	for (size_t i = 0; i < COUNT(strings); i++) {
		char text[64] = "", json[64] = "";
		FILE *file = fmemopen(text, sizeof text, "w");
		assert_int_equal(text_put(file, strings[i].in), strings[i].count);
		fclose(file);
		file = fmemopen(json, sizeof json, "w");
		text_put_json(file, strings[i].in);
		fclose(file);
		assert_string_equal(text, strings[i].text);
		assert_string_equal(json, strings[i].json);
	}
}

static const struct reply_column columns[] = {
	{"name", "name", REPLY_TEXT},
	{"run_ns", "run ms", REPLY_TIME},
	{"stack_bytes", "KiB", REPLY_SIZE},
	{"waits", "waits", REPLY_TEXT},
};

static void put_row(struct reply *reply, const char *name, uint64_t ns, const char *waits)
{
	reply_text(reply, name);
	reply_number(reply, ns);
	reply_number(reply, 65536);
	reply_text(reply, waits);
}

static struct reply *make(bool json)
{
	struct reply *reply = reply_create(json);
	reply_table(reply, "tasks", columns, COUNT(columns));
	put_row(reply, "\xc3\xa4", 1234567, NULL);
	put_row(reply, "longer", 20, "alt");
	reply_end(reply);
	reply_record(reply, "one", columns, COUNT(columns));
	put_row(reply, "x\n", 0, "send");
	reply_end(reply);
	return reply;
}

static void test_reply(void **state)
{
	static const char text[] = "name    run ms  KiB  waits\n"
				   "\xc3\xa4        1.235   64  -\n"
				   "longer   0.000   64  alt\n"
				   "\n"
				   "one\n"
				   "  name    x" BAD "\n"
				   "  run ms  0.000\n"
				   "  KiB     64\n"
				   "  waits   send\n";
	static const char json[] =
		"{\"tasks\":[{\"name\":\"\xc3\xa4\",\"run_ns\":1234567,"
		"\"stack_bytes\":65536,\"waits\":null},"
		"{\"name\":\"longer\",\"run_ns\":20,\"stack_bytes\":65536,"
		"\"waits\":\"alt\"}],"
		"\"one\":{\"name\":\"x\\u000a\",\"run_ns\":0,\"stack_bytes\":65536,"
		"\"waits\":\"send\"}}\n";
	for (int i = 0; i < 2; i++) {
		struct reply *reply = make(i == 1);
		size_t size;
		assert_string_equal(reply_body(reply, &size), i ? json : text);
		assert_int_equal(size, strlen(i ? json : text));
		reply_destroy(reply);
	}
}

static char *message(struct reply *reply)
{
	size_t size;
	char *text = reply_message(reply, &size);
	assert_int_equal(size, strlen(text));
	reply_destroy(reply);
	return text;
}

static void test_message(void **state)
{
	char *text = message(reply_create(true));
	assert_string_equal(text, "osaas 1 ok 3\n{}\n");
	free(text);
	text = message(reply_create(false));
	assert_string_equal(text, "osaas 1 ok 0\n");
	free(text);
	struct reply *reply = reply_create(true);
	reply_say(reply, "close", "\"%s\" has %s", "\x1b", "closed");
	text = message(reply);
	assert_string_equal(
		text, "osaas 1 ok 34\n{\"close\":\"\\\"\\u001b\\\" has closed\"}\n");
	free(text);
	reply = reply_create(false);
	reply_say(reply, "close", "%s has closed", "\x1b");
	text = message(reply);
	assert_string_equal(text, "osaas 1 ok 15\n" BAD " has closed\n");
	free(text);
	reply = reply_create(true);
	reply_refuse(reply, REPLY_USAGE, "no '%s'", "\x1b");
	text = message(reply);
	assert_string_equal(text, "osaas 1 usage 9\nno '" BAD "'\n");
	free(text);
}

static void test_rows(void **state)
{
	static const struct reply_column column[] = {{"n", "n", REPLY_COUNT}};
	for (int json = 0; json < 2; json++) {
		struct reply *reply = reply_create(json);
		size_t size;
		reply_table(reply, "rows", column, 1);
		for (uint64_t i = 0; i < REPLY_ROWS_MAX + 7; i++)
			reply_number(reply, i);
		reply_end(reply);
		const char *body = reply_body(reply, &size);
		assert_non_null(strstr(body, json ? "{\"n\":499}]," : "499\n"));
		assert_null(strstr(body, "500"));
		assert_non_null(
			strstr(body, json ? "\"rows_left_out\":7" : "and 7 more"));
		reply_destroy(reply);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_reply),
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
