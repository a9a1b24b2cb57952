#include <float.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sdk.h"

#define COUNT(array) (sizeof array / sizeof *array)

static uint64_t seed = 88172645463325252u;

static uint64_t bits(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	return seed ^= seed << 17;
}

static const char *const integers[] = {"", " ", "0", "-0", "+7", "  42x", "\t\n-17 ",
	"0x", "0x1F", "0X1f", "0xg", "0x-1", "- 1", "+-1", "08", "010", "zz", "-zz9",
	"7fffffffffffffff", "9223372036854775807", "9223372036854775808",
	"-9223372036854775808", "-9223372036854775809", "18446744073709551615",
	"18446744073709551616", "-18446744073709551615", "99999999999999999999999",
	"-99999999999999999999999", "0xffffffffffffffff", "0x10000000000000000",
	"1111111111111111111111111111", "1e5"};

static void test_integers(void **state)
{
	(void)state;
	static const int bases[] = {0, 2, 3, 8, 10, 16, 35, 36};
	for (size_t i = 0; i < COUNT(integers); i++) {
		for (size_t b = 0; b < COUNT(bases); b++) {
			const char *s = integers[i];
			char *x, *y;
			assert_int_equal(
				sdk_strtol(s, &x, bases[b]), strtol(s, &y, bases[b]));
			assert_ptr_equal(x, y);
			assert_int_equal(
				sdk_strtoll(s, &x, bases[b]), strtoll(s, &y, bases[b]));
			assert_ptr_equal(x, y);
			assert_int_equal(
				sdk_strtoul(s, &x, bases[b]), strtoul(s, &y, bases[b]));
			assert_ptr_equal(x, y);
			assert_int_equal(
				sdk_strtoull(s, &x, bases[b]), strtoull(s, &y, bases[b]));
			assert_ptr_equal(x, y);
			assert_int_equal(
				sdk_strtol(s, NULL, bases[b]), strtol(s, NULL, bases[b]));
		}
		assert_int_equal(sdk_atol(integers[i]), atol(integers[i]));
	}
	assert_int_equal(sdk_atoi("-12 monkeys"), -12);
	assert_int_equal(sdk_abs(-3) + sdk_labs(-4) + sdk_llabs(-5), 12);
}

static void same(const char *s)
{
	char *x, *y;
	double a = sdk_strtod(s, &x), b = strtod(s, &y);
	if (x != y || memcmp(&a, &b, sizeof a) != 0)
		fail_msg("'%s': %a, %zd read; libc has %a, %zd", s, a, x - s, b, y - s);
	float f = sdk_strtof(s, &x), g = strtof(s, &y);
	if (x != y || memcmp(&f, &g, sizeof f) != 0)
		fail_msg("'%s': %a as float, libc has %a", s, (double)f, (double)g);
}

/* Halves between two doubles or floats, and a digit beside them; the ends of the range. */
static const char *const floats[] = {"", ".", "-", "+", "e5", ".e5", "0", "-0", "0.",
	".0", "-.5", "1", "1.", ".1", "0.1", "1e", "1e+", "1e5", "1e-5", "1E5x",
	"1.5e3.5", "  3.25 ", "1..2", "123456789012345678", "9007199254740993",
	"9007199254740992.99999999999999999999999999",
	"9007199254740993.0000000000000000000000000000000000001", "9007199254740995",
	"0.500000000000000166533453693773481063544750213623046875",
	"2.2250738585072011e-308", "2.2250738585072012e-308", "2.2250738585072014e-308",
	"4.9406564584124654e-324", "2.4703282292062327e-324", "2.4703282292062328e-324",
	"2.470328229206232720882843964341106861825299013071623822127928412503377536e-324",
	"1e-400", "1e400", "1.7976931348623157e308", "1.7976931348623158e308",
	"1.7976931348623159e308", "179769313486231580793e289", "1e308", "1e309", "-1e309",
	"16777217", "16777217.0000001", "16777219", "3.4028235e38", "3.4028236e38",
	"3.40282356779733661637539395458142568447e38",
	"3.40282356779733661637539395458142568448e38", "1.1754943e-38", "1.4e-45",
	"7e-46", "7.1e-46", "0x", "0x.", "0x1", "0x1p", "0x1p5", "0X1.8P+1", "0x.8p1",
	"0x1.00000000000008p0", "0x1.000000000000080000001p0", "0x1.00000000000018p0",
	"0x1p-1074", "0x1p-1075", "0x1.8p-1075", "0x1p1024", "0x1.fffffffffffff8p1023",
	"0x123456789abcdef0123.4p-20", "0x1p99999999999", "0x0p99999999999",
	"0x1p-99999999999", "1e99999999999999999999", "1e-99999999999999999999",
	"0e99999999999999999999", "inf", "-INF", "infinity", "infinit", "nan", "in", "na",
	"1e0000000000000000000000000005", "00000000000000000000000000000000001",
	"0."
	"000000000000000000000000000000000000000000000000000000000000000000000000000001e7"
	"0"};

static void test_floats(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(floats); i++)
		same(floats[i]);
	assert_true(isnan(sdk_strtod("nan", NULL)));
	assert_true(sdk_atof("2.5") == 2.5);
}

/* Any double comes back from its 17 digits, and its exact ones; and so do halves between two. */
static void test_round_trip(void **state)
{
	(void)state;
	char text[1300];
	for (int i = 0; i < 40000; i++) {
		uint64_t b = bits();
		double v;
		memcpy(&v, &b, sizeof v);
		if (!isfinite(v))
			continue;
		snprintf(text, sizeof text, "%.17g", v);
		same(text);
		assert_true(sdk_strtod(text, NULL) == v);
		snprintf(text, sizeof text, "%.*e", (int)(b % 40), v);
		same(text);
	}
	for (int i = 0; i < 2000; i++) {
		uint64_t b = bits();
		double v;
		memcpy(&v, &b, sizeof v);
		long double half =
			((long double)v + (long double)nextafter(v, INFINITY)) / 2;
		if (!isfinite(v) || half == (long double)v)
			continue;
		snprintf(text, sizeof text, "%.800Le", half);
		same(text);
		text[strcspn(text, "e") - 1] = '1'; /* a hair more */
		same(text);
	}
}

/* More digits than are kept: what is beyond still decides between two. */
static void test_long(void **state)
{
	(void)state;
	static char text[6000];
	for (int zeros = 700; zeros < 5000; zeros += 37) {
		int n = snprintf(text, sizeof text, "9007199254740993.");
		memset(text + n, '0', (size_t)zeros);
		strcpy(text + n + zeros, "");
		same(text);
		strcpy(text + n + zeros, "1");
		same(text);
		memset(text, '0', (size_t)zeros);
		snprintf(text + zeros, sizeof text - (size_t)zeros, "12.5e%d",
			-zeros / 20);
		same(text);
		memset(text, '7', (size_t)zeros);
		snprintf(text + zeros, sizeof text - (size_t)zeros, "e%d", -zeros - 5);
		same(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_floats),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
