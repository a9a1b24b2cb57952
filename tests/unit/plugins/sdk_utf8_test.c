#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "plugins/include/osaas_utf8.h"

#define BAD OSAAS_UTF8_BAD

static void test_all(void **state)
{
	(void)state;
	size_t last = 1;
	for (uint32_t c = 0; c <= 0x110000; c++) {
		char text[4];
		uint32_t back;
		size_t n = osaas_utf8_encode(c, text);
		if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) {
			assert_int_equal(n, 0);
			continue;
		}
		assert_true(n >= last); /* the length only grows */
		last = n;
		assert_int_equal(osaas_utf8_decode(text, 4, &back), n);
		assert_int_equal(back, c);
		assert_true(osaas_utf8_valid(text, n));
		assert_int_equal(osaas_utf8_prev(text, n), 0);
		for (size_t cut = 1; cut < n; cut++) {
			assert_int_equal(osaas_utf8_decode(text, cut, &back), cut);
			assert_int_equal(back, BAD);
			assert_int_equal(osaas_utf8_check(text, cut), 0);
		}
	}
	assert_int_equal(osaas_utf8_encode(UINT32_MAX, (char[4]){0}), 0);
}

/* What is read of bytes that are no UTF-8: Unicode's table 3-8 and its kin. */
static const struct {
	const char *text;
	uint32_t read[10];
	size_t good; /* bytes before the first bad one */
} bad[] = {
	{"a\x80z", {'a', BAD, 'z'}, 1},
	{"\xc0\xaf", {BAD, BAD}, 0},
	{"\xc1\xbf", {BAD, BAD}, 0},
	{"\xe0\x80\xbf", {BAD, BAD, BAD}, 0},
	{"\xed\xa0\x80", {BAD, BAD, BAD}, 0},
	{"\xf4\x90\x80\x80", {BAD, BAD, BAD, BAD}, 0},
	{"\xf5x\xfe\xff", {BAD, 'x', BAD, BAD}, 0},
	{"\xf0\x80\x80\x41", {BAD, BAD, BAD, 'A'}, 0},
	{"\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41", {BAD, BAD, BAD, BAD, 'A'}, 0},
	{"\xc3\xa4\xf0\x9f\x98", {0xe4, BAD}, 2},
	{"\xe2\x82\xac\xe2\x82", {0x20ac, BAD}, 3},
	{"\xef\xbf\xbdok", {BAD, 'o', 'k'}, 5},
	{"\xf0\x9f\x98\x80", {0x1f600}, 4},
};

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const char *s = bad[i].text;
		size_t n = strlen(s), at = 0, count = 0, starts[16];
		while (at < n) {
			uint32_t c;
			starts[count] = at;
			assert_int_equal(osaas_utf8_next(s, n, at),
				at + osaas_utf8_decode(s + at, n - at, &c));
			assert_int_equal(c, bad[i].read[count]);
			at = osaas_utf8_next(s, n, at);
			count++;
		}
		assert_int_equal(at, n);
		assert_int_equal(bad[i].read[count], 0);
		assert_int_equal(osaas_utf8_length(s, n), count);
		assert_int_equal(osaas_utf8_check(s, n), bad[i].good);
		while (count > 0) {
			at = osaas_utf8_prev(s, at);
			assert_int_equal(at, starts[--count]);
		}
	}
}

static void test_ends(void **state)
{
	(void)state;
	uint32_t c;
	assert_int_equal(osaas_utf8_decode("", 0, &c), 0);
	assert_int_equal(osaas_utf8_prev("abc", 0), 0);
	assert_int_equal(osaas_utf8_next("abc", 3, 3), 3);
	assert_int_equal(osaas_utf8_next("abc", 3, 9), 3);
	assert_int_equal(osaas_utf8_length("", 0), 0);
	assert_true(osaas_utf8_valid("", 0));
	assert_int_equal(osaas_utf8_length("a\0b", 3), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
