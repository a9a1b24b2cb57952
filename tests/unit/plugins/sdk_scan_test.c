#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sdk.h"

#define COUNT(array) (sizeof array / sizeof *array)

/* Each format stores into up to four places of 32 bytes: compared as they lie. */
static const struct {
	const char *text, *format;
} cases[] = {
	{"1 2 3", "%d%d%d"},
	{"1,2,3", "%d,%d,%d"},
	{"1;2", "%d,%d"},
	{"  -17", "%d"},
	{"", "%d"},
	{"  ", "%d"},
	{"", "x"},
	{"", ""},
	{"x", "%d"},
	{"12 x", "%d%d"},
	{"12", "%d%d"},
	{"1024x768", "%dx%d"},
	{"1024x", "%dx%d%c"},
	{"0x1f 017 9", "%i%i%i"},
	{"ff 0xFF 77", "%x%X%o"},
	{"300 70000 5", "%hhd%hd%ld"},
	{"-1 -1 -1", "%hhu%hu%u"},
	{"9223372036854775807 5", "%lld%zu"},
	{"7 8", "%jd%td"},
	{"12345", "%2d%2d%d"},
	{"12345", "%*2d%d"},
	{"-12345", "%3d%d"},
	{"hello world", "%s%s"},
	{"hello world", "%3s%s"},
	{"hello", "%*s%d"},
	{"  hello", "%c%c%c"},
	{"abcdef", "%3c%2c"},
	{"key=value", "%[a-z]=%[a-z]"},
	{"key=value", "%[^=]=%s"},
	{"]x-y", "%[]x]%[-y]"},
	{"a]b", "%[^]]%c%c"},
	{"123abc", "%[0-9]%[^0-9]"},
	{"abc", "%[0-9]"},
	{"", "%[0-9]"},
	{"100%", "%d%%"},
	{"100 %", "%d %%"},
	{"100%x", "%d%%%c"},
	{"1.5 -2.5e3", "%f%lf"},
	{"1.5e", "%f"},
	{"inf nan", "%f%f"},
	{"3.14159", "%4f%d"},
	{"0x1.8p1", "%lf"},
	{"1 2", "%d%n %n%d"},
	{"1 2", "%d %d%n"},
	{"5 apples", "%d pears%n"},
	{"a  b", "a b"},
	{"a  b", "a %c"},
	{"99999999999999999999", "%ld"},
	{"1 2 3 4", "%d %*d %*d %d"},
	{"\t\n 7", " %d"},
	{"5", "%d%s"},
	{"x y", "%s%c%s"},
};

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		_Alignas(8) char a[4][32], b[4][32];
		memset(a, 0x5a, sizeof a);
		memset(b, 0x5a, sizeof b);
		const char *t = cases[i].text, *f = cases[i].format;
		int n = sdk_sscanf(t, f, a[0], a[1], a[2], a[3]);
		int m = sscanf(t, f, b[0], b[1], b[2], b[3]);
		if (n != m || memcmp(a, b, sizeof a) != 0)
			fail_msg("'%s' by '%s': %d, libc has %d, or other values", t, f,
				n, m);
	}
}

/* glibc takes what there is; C wants all of them. */
static void test_characters(void **state)
{
	(void)state;
	char text[4];
	assert_int_equal(sdk_sscanf("ab", "%3c", text), 0);
	assert_int_equal(sdk_sscanf("abc", "%3c", text), 1);
}

/* An unknown conversion stops it; what came before counts. */
static void test_unknown(void **state)
{
	(void)state;
	static const char *const formats[] = {"%d%y", "%d%", "%d%l", "%d%["};
	for (size_t i = 0; i < COUNT(formats); i++) {
		int v = 0;
		assert_int_equal(sdk_sscanf("12 34", formats[i], &v, &v), 1);
		assert_int_equal(v, 12);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_characters),
		cmocka_unit_test(test_unknown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
