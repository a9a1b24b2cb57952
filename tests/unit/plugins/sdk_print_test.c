#include <float.h>
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plugins/include/osaas.h"
#include "sdk.h"

static char logged[512];
static int log_level;

void osaas_log(int level, const char *text, size_t len)
{
	log_level = level;
	memcpy(logged, text, len);
	logged[len] = '\0';
}

static const char *const flags[] = {
	"", "-", "+", " ", "0", "#", "-0", "+0", "- ", "#0", "+-#0 "};
static const char *const widths[] = {"", "1", "5", "12", "40"};
static const char *const precisions[] = {"", ".", ".0", ".1", ".3", ".10", ".30"};
#define COUNT(array) (sizeof array / sizeof *array)

/* Both print with the same format; lengths and texts must agree. */
#define SAME(format, ...)                                                                \
	do {                                                                             \
		char a_[1600], b_[1600];                                                 \
		int n_ = sdk_snprintf(a_, sizeof a_, format, __VA_ARGS__);               \
		int m_ = snprintf(b_, sizeof b_, format, __VA_ARGS__);                   \
		if (n_ != m_ || strcmp(a_, b_) != 0)                                     \
			fail_msg("'%s': %d '%s', libc has %d '%s'", format, n_, a_, m_,  \
				b_);                                                     \
	} while (0)

/* Runs body with every combination of flag, width, precision before the conversion. */
#define WITH_FORMATS(conversion, body)                                                   \
	for (size_t f_ = 0; f_ < COUNT(flags); f_++) {                                   \
		for (size_t w_ = 0; w_ < COUNT(widths); w_++) {                          \
			for (size_t p_ = 0; p_ < COUNT(precisions); p_++) {              \
				char format[64];                                         \
				snprintf(format, sizeof format, "<%%%s%s%s%s>",          \
					flags[f_], widths[w_], precisions[p_],           \
					conversion);                                     \
				body                                                     \
			}                                                                \
		}                                                                        \
	}

static const long long integers[] = {0, 1, -1, 7, 8, 9, 10, -10, 99, 100, 127, 128, -128,
	255, 256, 32767, 32768, 65535, INT_MAX, INT_MIN, UINT_MAX, LLONG_MAX, LLONG_MIN,
	1234567890123};

static void test_int(void **state)
{
	(void)state;
	static const char *const conversions[] = {
		"d", "i", "u", "x", "X", "o", "hd", "hu", "hx", "hhd", "hhu", "hhx"};
	for (size_t c = 0; c < COUNT(conversions); c++) {
		WITH_FORMATS(conversions[c], {
			for (size_t i = 0; i < COUNT(integers); i++)
				SAME(format, (int)integers[i]);
		})
	}
}

static void test_long(void **state)
{
	(void)state;
	static const char *const conversions[] = {"ld", "lu", "lx", "lld", "llu", "llX",
		"llo", "zu", "zd", "jd", "ju", "td"};
	for (size_t c = 0; c < COUNT(conversions); c++) {
		WITH_FORMATS(conversions[c], {
			for (size_t i = 0; i < COUNT(integers); i++)
				SAME(format, integers[i]);
		})
	}
}

static void test_text(void **state)
{
	(void)state;
	static const char *const strings[] = {
		"", "a", "hello", "a longer piece of text, more than 30"};
	for (size_t w = 0; w < COUNT(widths); w++) {
		for (size_t p = 0; p < COUNT(precisions); p++) {
			for (int left = 0; left < 2; left++) {
				char format[64];
				snprintf(format, sizeof format, "<%%%s%s%ss>",
					left ? "-" : "", widths[w], precisions[p]);
				for (size_t i = 0; i < COUNT(strings); i++)
					SAME(format, strings[i]);
			}
		}
	}
	SAME("%c%5c%-5c|%%|%s", 'a', 'b', 'c', "end");
	SAME("%*d|%-*d|%*d|%.*f|%.*s", 7, 1, 7, 2, -7, 3, 2, 3.14159, 2, "abc");
	SAME("%.*d|%.*f", -1, 5, -1, 0.5);
	SAME("%p", (void *)0x1234abcd);
	SAME("%20p|%-20p|", (void *)0x1234abcd, (void *)0x1234abcd);
	SAME("%s", "no conversions after this");
}

static const double doubles[] = {0.0, -0.0, 1, -1, 0.1, 0.5, 1.5, 2.5, 0.05, 0.15, 0.25,
	0.35, 0.125, 0.375, 9.5, 9.95, 9.995, 99.5, 999.5, 0.9999999, 0.99999999999, 1e-5,
	4.9e-7, 5e-7, 5.1e-7, 1e10, 123456789.987654321, 1e15, 1e16, 9007199254740993.0,
	1e22, 1e23, 1.7e308, DBL_MAX, DBL_MIN, DBL_TRUE_MIN, 3.141592653589793, 2e-310,
	0x1p63, 0x1p64, 0x1p-64, 0x1p-63, 0x1p-65, 0x1.fffffffffffffp63, INFINITY,
	-INFINITY, NAN};

static void test_float(void **state)
{
	(void)state;
	WITH_FORMATS("f", {
		for (size_t i = 0; i < COUNT(doubles); i++)
			SAME(format, doubles[i]);
	})
	for (size_t i = 0; i < COUNT(doubles); i++) {
		SAME("%F", doubles[i]);
		SAME("%.1074f", doubles[i]);
	}
}

/* glibc forgets zeros of %#g when a 9 becomes a 10: 1.e+03. */
static bool glibc_is_wrong(const char *format, double v)
{
	char text[1600];
	bool alt_g = strchr(format, '#') && strpbrk(format, "gG");
	snprintf(text, sizeof text, "%.0f", v);
	return alt_g && strspn(text, "1") == 1 && v < strtod(text, NULL);
}

static void test_exponents(void **state)
{
	(void)state;
	static const char *const conversions[] = {"e", "E", "g", "G", "a", "A"};
	for (size_t c = 0; c < COUNT(conversions); c++) {
		WITH_FORMATS(conversions[c], {
			for (size_t i = 0; i < COUNT(doubles); i++)
				if (!glibc_is_wrong(format, doubles[i]))
					SAME(format, doubles[i]);
		})
	}
	for (size_t i = 0; i < COUNT(doubles); i++) {
		SAME("%.800e", doubles[i]);
		SAME("%.800g", doubles[i]);
	}
}

/* Any bits at all. */
static void test_float_random(void **state)
{
	(void)state;
	uint64_t seed = 88172645463325252u;
	for (int i = 0; i < 20000; i++) {
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		double v;
		memcpy(&v, &seed, sizeof v);
		if (v != v)
			continue;
		SAME("%f", v);
		SAME("%.17f", v);
		SAME("%.16e", v);
		SAME("%.2e", v);
		SAME("%.17g", v);
		SAME("%g", v);
		SAME("%a", v);
		SAME("%.3a", v);
		SAME("%.3f",
			(double)(int64_t)seed / 1000.0 / (double)(1 + (seed & 0xffff)));
	}
}

/* What does not fit is cut off, with its zero byte; the length is what it would have been. */
static void test_cut(void **state)
{
	(void)state;
	for (size_t size = 0; size < 12; size++) {
		char a[16], b[16];
		memset(a, '#', sizeof a);
		memset(b, '#', sizeof b);
		assert_int_equal(sdk_snprintf(a, size, "%d-%s", 123, "abc"), 7);
		assert_int_equal(snprintf(b, size, "%d-%s", 123, "abc"), 7);
		assert_memory_equal(a, b, sizeof a);
	}
	assert_int_equal(sdk_snprintf(NULL, 0, "%s", "abc"), 3);
}

static void test_unknown(void **state)
{
	(void)state;
	static const char *const formats[] = {"%n", "%", "%5", "%l", "%-", "%y", "%L"};
	for (size_t i = 0; i < COUNT(formats); i++) {
		char text[8] = "before";
		assert_int_equal(sdk_snprintf(text, sizeof text, formats[i], 1), -1);
		assert_string_equal(text, "");
	}
}

static void test_log(void **state)
{
	(void)state;
	osaas_printf(OSAAS_LOG_DEBUG, "%d %s", 42, "things");
	assert_string_equal(logged, "42 things");
	assert_int_equal(log_level, OSAAS_LOG_DEBUG);
	osaas_printf(OSAAS_LOG_INFO, "%400d", 1);
	assert_int_equal(strlen(logged), 255);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_int),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_float),
		cmocka_unit_test(test_exponents),
		cmocka_unit_test(test_float_random),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_log),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
