#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sdk.h"

/* Odd lengths and alignments around the blocks of 16, and what lies beside stays as it was. */
enum {
	ROOM = 160,
	LENGTHS = 70,
	OFFSETS = 18
};

static void fill(unsigned char *p)
{
	for (int i = 0; i < ROOM; i++)
		p[i] = (unsigned char)(i * 7 + 1);
}

static void test_copy(void **state)
{
	(void)state;
	unsigned char from[ROOM], a[ROOM], b[ROOM];
	fill(from);
	for (size_t n = 0; n < LENGTHS; n++) {
		for (size_t s = 0; s < OFFSETS; s++) {
			for (size_t d = 0; d < OFFSETS; d++) {
				memset(a, 0xaa, ROOM);
				memset(b, 0xaa, ROOM);
				assert_ptr_equal(sdk_memcpy(a + d, from + s, n), a + d);
				memcpy(b + d, from + s, n);
				assert_memory_equal(a, b, ROOM);
			}
		}
	}
}

static void test_move(void **state)
{
	(void)state;
	unsigned char a[ROOM], b[ROOM];
	for (size_t n = 0; n < LENGTHS; n++) {
		for (size_t s = 0; s < 40; s++) {
			for (size_t d = 0; d < 40; d++) {
				fill(a);
				fill(b);
				assert_ptr_equal(sdk_memmove(a + d, a + s, n), a + d);
				memmove(b + d, b + s, n);
				assert_memory_equal(a, b, ROOM);
			}
		}
	}
}

static void test_set(void **state)
{
	(void)state;
	unsigned char a[ROOM], b[ROOM];
	static const int bytes[] = {0, 1, 0x80, 0xff, 0x1ff, -1};
	for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++) {
		for (size_t n = 0; n < LENGTHS; n++) {
			for (size_t d = 0; d < OFFSETS; d++) {
				fill(a);
				fill(b);
				assert_ptr_equal(sdk_memset(a + d, bytes[i], n), a + d);
				memset(b + d, bytes[i], n);
				assert_memory_equal(a, b, ROOM);
			}
		}
	}
}

static int sign(int v)
{
	return (v > 0) - (v < 0);
}

static const char *const words[] = {"", "a", "b", "aa", "ab", "aab", "a\xff", "a\x7f",
	"\x80", "the quick brown fox", "the quick brown fix", "the quick brown"};
#define N_WORDS (sizeof words / sizeof *words)

static void test_compare(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_WORDS; i++) {
		const char *a = words[i];
		assert_int_equal(sdk_strlen(a), strlen(a));
		for (size_t k = 0; k < N_WORDS; k++) {
			const char *b = words[k];
			size_t n = strlen(a) < strlen(b) ? strlen(a) : strlen(b);
			assert_int_equal(sign(sdk_strcmp(a, b)), sign(strcmp(a, b)));
			assert_int_equal(
				sign(sdk_memcmp(a, b, n)), sign(memcmp(a, b, n)));
			for (size_t m = 0; m < 24; m++)
				assert_int_equal(sign(sdk_strncmp(a, b, m)),
					sign(strncmp(a, b, m)));
		}
	}
}

static void test_search(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_WORDS; i++) {
		const char *s = words[i];
		for (int c = 0; c < 256; c++) {
			assert_ptr_equal(sdk_strchr(s, c), strchr(s, c));
			assert_ptr_equal(sdk_strrchr(s, c), strrchr(s, c));
			assert_ptr_equal(
				sdk_memchr(s, c, strlen(s)), memchr(s, c, strlen(s)));
		}
		for (size_t m = 0; m < 24; m++)
			assert_int_equal(sdk_strnlen(s, m), strnlen(s, m));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_move),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_search),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
