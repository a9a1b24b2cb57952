/* What is known of a text, beside the text itself: tables, and by chance. */
#include "session/text_input.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ALL 20000 /* bytes of a text here */

static struct text_input input;

static struct text_told told_of(const char *text, uint32_t start, uint32_t caret)
{
	return (struct text_told){.editor = true,
		.selects = true,
		.snippets = true,
		.select = {caret, caret},
		.snippet = {start, 0},
		.text = text,
		.size = strlen(text)};
}

static void tell(const char *text, uint32_t start, uint32_t caret)
{
	struct text_told told = told_of(text, start, caret);
	text_input_take(&input, &told);
}

static void expect(uint32_t start, const char *text)
{
	assert_int_equal(input.size, strlen(text));
	assert_memory_equal(input.text, text, input.size);
	assert_int_equal(input.snippet.start, start);
	assert_int_equal(
		input.snippet.end, start + (uint32_t)text_characters(text, strlen(text)));
}

/* As in Gio's editorState.Replace. */
static const struct {
	const char *name, *text;
	uint32_t start; /* of the snippet */
	struct text_range select, range;
	const char *with;
	struct text_range then;
	uint32_t then_start;
	const char *then_text;
} edits[] = {
	{"in it", "abcdef", 10, {13, 13}, {11, 12}, "xyz", {15, 15}, 10, "axyzcdef"},
	{"all of it", "abc", 10, {12, 12}, {10, 13}, "x", {11, 11}, 10, "x"},
	{"more than it", "abc", 10, {12, 12}, {8, 15}, "xy", {10, 10}, 8, "xy"},
	{"across its start", "abc", 10, {10, 12}, {9, 11}, "xy", {10, 12}, 9, "xybc"},
	{"across its end", "abc", 10, {10, 13}, {12, 20}, "x", {10, 13}, 10, "abx"},
	{"beside it, before", "abc", 10, {10, 10}, {10, 10}, "x", {10, 10}, 10, "xabc"},
	{"beside it, behind", "abc", 10, {13, 13}, {13, 13}, "x", {13, 13}, 10, "abcx"},
	{"far before", "abc", 10, {11, 11}, {2, 4}, "x", {10, 10}, 2, "x"},
	{"far behind", "abc", 10, {11, 11}, {20, 21}, "xy", {11, 11}, 20, "xy"},
	{"backward", "abc", 0, {3, 0}, {2, 1}, "xyz", {5, 0}, 0, "axyzc"},
	{"signs of several bytes", "aéб世", 0, {4, 4}, {1, 3}, "ü", {3, 3}, 0, "aü世"},
	{"to the end of all", "abc", 0, {3, 3}, {1, TEXT_INPUT_NO_PLACE}, "", {1, 1}, 0,
		"a"},
};

static void test_edits(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
		text_input_reset(&input);
		tell(edits[i].text, edits[i].start, 0);
		text_input_select(&input, edits[i].select);
		text_input_replace(
			&input, edits[i].range, edits[i].with, strlen(edits[i].with));
		if (input.select.start != edits[i].then.start ||
			input.select.end != edits[i].then.end)
			fail_msg("%s: %u-%u is selected", edits[i].name,
				input.select.start, input.select.end);
		expect(edits[i].then_start, edits[i].then_text);
	}
}

static void test_lies(void **state)
{
	(void)state;
	text_input_reset(&input);
	tell("ab\xff"
	     "c",
		4294967295u, 4294967295u);
	assert_int_equal(input.size, 2);
	assert_int_equal(input.snippet.start, TEXT_INPUT_NO_PLACE - 1);
	assert_int_equal(input.snippet.end, TEXT_INPUT_NO_PLACE - 1);
	assert_int_equal(input.select.end, TEXT_INPUT_NO_PLACE - 1);
	text_input_replace(&input, (struct text_range){4294967294u, 7}, "xyz", 3);
	expect(7, "xyz");
	text_input_replace(
		&input, (struct text_range){4294967294u, 4294967294u}, "xyz", 3);
	assert_int_equal(input.snippet.end, TEXT_INPUT_NO_PLACE - 1);
	assert_int_equal(text_characters("\xed\xa0\x80", 3), -1);
	assert_int_equal(text_characters("a\0b", 3), -1);
	assert_int_equal(text_characters("aé世😀", strlen("aé世😀")), 4);
}

/* What a frame tells ends a composition whose text is not there any more. */
static void test_composition(void **state)
{
	(void)state;
	text_input_reset(&input);
	tell("abcd", 0, 3);
	text_input_compose(&input, (struct text_range){1, 3});
	tell("abcd", 0, 2);
	assert_int_equal(input.compose.start, 1);
	tell("abcdef", 0, 2);
	assert_int_equal(input.compose.end, 3);
	tell("xabcd", 0, 2);
	assert_true(text_range_is_none(input.compose));
	text_input_compose(&input, (struct text_range){2, 2});
	assert_true(text_range_is_none(input.compose));
	text_input_compose(&input, (struct text_range){1, 3});
	struct text_told told = told_of("", 0, 2);
	told.snippets = false;
	text_input_take(&input, &told);
	assert_int_equal(input.compose.start, 1);
	told.selects = false;
	text_input_take(&input, &told);
	assert_true(text_range_is_none(input.compose));
}

static void test_version(void **state)
{
	(void)state;
	text_input_reset(&input);
	tell("abc", 0, 1);
	uint32_t version = input.version;
	tell("abc", 0, 1);
	assert_int_equal(input.version, version);
	tell("abc", 0, 2);
	assert_int_not_equal(input.version, version);
	text_input_reset(&input);
	assert_int_not_equal(input.version, version);
}

/* Long texts, of which only the part around the caret is kept. */

static uint64_t seed = 7;

static uint32_t next(uint32_t n)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(seed >> 33) % n;
}

static size_t write_any(char *to, size_t size)
{
	static const char *const signs[] = {"a", "é", "世", "😀", "\n"};
	size_t n = 0;
	for (;;) {
		const char *sign = signs[next(5)];
		if (n + strlen(sign) >= size)
			break;
		memcpy(to + n, sign, strlen(sign));
		n += strlen(sign);
	}
	to[n] = '\0';
	return n;
}

/* Bytes before a character. */
static size_t byte_of(const char *text, uint32_t n)
{
	size_t i = 0;
	for (; text[i] && n > 0; n--)
		for (i++; ((unsigned char)text[i] & 0xc0) == 0x80;)
			i++;
	return i;
}

static void splice(char *text, struct text_range range, const char *with)
{
	static char rest[2 * ALL];
	size_t from = byte_of(text, range.start);
	strcpy(rest, text + byte_of(text, range.end));
	strcpy(text + from, with);
	strcat(text, rest);
}

static void check(const char *text)
{
	size_t from = byte_of(text, input.snippet.start);
	assert_true(input.size <= TEXT_INPUT_MAX);
	assert_int_equal(text_characters(input.text, input.size),
		input.snippet.end - input.snippet.start);
	assert_memory_equal(text + from, input.text, input.size);
}

static void test_long(void **state)
{
	static char text[2 * ALL], with[ALL];
	(void)state;
	for (int i = 0; i < 300; i++) {
		write_any(text, 1 + next(ALL));
		uint32_t n = (uint32_t)text_characters(text, strlen(text)),
			 caret = next(n + 1);
		text_input_reset(&input);
		tell(text, 0, caret);
		check(text);
		assert_in_range(caret, input.snippet.start, input.snippet.end);
		for (int j = 0; j < 10; j++) {
			struct text_range range = {next(n + 1), 0};
			range.end = range.start + next(n - range.start + 1);
			write_any(with, 1 + next(j == 5 ? ALL / 2 : 20));
			splice(text, range, with);
			text_input_replace(&input, range, with, strlen(with));
			n = (uint32_t)text_characters(text, strlen(text));
			check(text);
			if (strlen(text) > ALL)
				break;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_edits),
		cmocka_unit_test(test_lies),
		cmocka_unit_test(test_composition),
		cmocka_unit_test(test_version),
		cmocka_unit_test(test_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
