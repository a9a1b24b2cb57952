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

static void test_ends(void **state)
{
	(void)state;
	unsigned char a[ROOM], b[ROOM];
	for (size_t n = 0; n < LENGTHS; n++) {
		fill(a);
		for (int c = 0; c < 256; c++)
			assert_ptr_equal(sdk_memrchr(a, c, n), memrchr(a, c, n));
		assert_ptr_equal(sdk_mempcpy(b, a, n), b + n);
		assert_memory_equal(a, b, n);
		memset(a, '.', ROOM);
		memset(b, '.', ROOM);
		unsigned char *p = sdk_memccpy(a,
			"some bytes; and more of them, which stay behind", ';', n % 48);
		unsigned char *q = memccpy(b,
			"some bytes; and more of them, which stay behind", ';', n % 48);
		assert_int_equal(p ? p - a : -1, q ? q - b : -1);
		assert_memory_equal(a, b, ROOM);
	}
}

static void test_find(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_WORDS; i++) {
		for (size_t k = 0; k < N_WORDS; k++) {
			const char *a = words[i], *b = words[k];
			assert_ptr_equal(sdk_strstr(a, b), strstr(a, b));
			assert_ptr_equal(sdk_memmem(a, strlen(a), b, strlen(b)),
				memmem(a, strlen(a), b, strlen(b)));
			assert_int_equal(sdk_strspn(a, b), strspn(a, b));
			assert_int_equal(sdk_strcspn(a, b), strcspn(a, b));
			assert_ptr_equal(sdk_strpbrk(a, b), strpbrk(a, b));
		}
		assert_ptr_equal(sdk_strchrnul(words[i], 'q'), strchrnul(words[i], 'q'));
	}
	const char *text = "aaaaaaaaab aaaaaaaaaab";
	assert_ptr_equal(sdk_strstr(text, "aaaaaaaaaab"), text + 11);
	assert_ptr_equal(sdk_strstr(text, "ab"), text + 8);
	assert_null(sdk_strstr(text, "aaaaaaaaaaab"));
	assert_non_null(sdk_memmem("a\0b\0c", 5, "\0c", 2));
}

static void test_case(void **state)
{
	(void)state;
	static const char *const pairs[][2] = {{"", ""}, {"a", ""}, {"ABC", "abc"},
		{"abc", "ABD"}, {"a\xe4", "A\xc4"}, {"[", "{"}, {"Z", "["},
		{"hello", "HELLO there"}};
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		const char *a = pairs[i][0], *b = pairs[i][1];
		assert_int_equal(sign(sdk_strcasecmp(a, b)), sign(strcasecmp(a, b)));
		for (size_t n = 0; n < 8; n++)
			assert_int_equal(sign(sdk_strncasecmp(a, b, n)),
				sign(strncasecmp(a, b, n)));
	}
}

/* BSD's promise: the length it would have, never more than size, the zero always. */
static void test_bounded(void **state)
{
	(void)state;
	for (size_t size = 0; size < 12; size++) {
		char a[16], b[16];
		memset(a, '#', sizeof a);
		memset(b, '#', sizeof b);
		assert_int_equal(sdk_strlcpy(a, "abcde", size), 5);
		snprintf(b, size, "abcde");
		assert_memory_equal(a, b, sizeof a);
		memset(a, '#', sizeof a);
		memset(b, '#', sizeof b);
		strcpy(a, "12");
		strcpy(b, "12");
		assert_int_equal(
			sdk_strlcat(a, "abcde", size), 5 + (size < 2 ? size : 2));
		if (size > 2)
			snprintf(b + 2, size - 2, "abcde");
		assert_memory_equal(a, b, sizeof a);
	}
	char a[16], b[16];
	memset(a, '#', sizeof a);
	memset(b, '#', sizeof b);
	assert_ptr_equal(sdk_strncpy(a, "abc", 8), a);
	strncpy(b, "abc", 8);
	assert_memory_equal(a, b, sizeof a);
	assert_string_equal(sdk_strcat(sdk_strcpy(a, "abc"), "def"), "abcdef");
}

static void test_fields(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"", ",", ",,a,,b;c,", "a", "a,b", ";a;", "no separator at all"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		char a[32], b[32], *rest_a, *rest_b;
		strcpy(a, texts[i]);
		strcpy(b, texts[i]);
		char *p = sdk_strtok_r(a, ",;", &rest_a), *q = strtok_r(b, ",;", &rest_b);
		while (p && q) {
			assert_string_equal(p, q);
			assert_int_equal(p - a, q - b);
			p = sdk_strtok_r(NULL, ",;", &rest_a);
			q = strtok_r(NULL, ",;", &rest_b);
		}
		assert_null(p);
		assert_null(q);
		strcpy(a, texts[i]);
		strcpy(b, texts[i]);
		rest_a = a;
		rest_b = b;
		while ((p = sdk_strsep(&rest_a, ",;")) && (q = strsep(&rest_b, ",;")))
			assert_string_equal(p, q);
		assert_null(p);
		assert_null(strsep(&rest_b, ",;"));
	}
}

static void test_characters(void **state)
{
	(void)state;
	static const struct {
		int (*ours)(int), (*libc)(int);
	} classes[] = {
#define CLASS(name) {sdk_##name, (name)},
		CLASS(isalnum) CLASS(isalpha) CLASS(isblank) CLASS(iscntrl) CLASS(isdigit)
			CLASS(isgraph) CLASS(islower) CLASS(isprint) CLASS(ispunct)
				CLASS(isspace) CLASS(isupper) CLASS(isxdigit)};
	for (int c = -1; c < 256; c++) {
		for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
			assert_int_equal(
				classes[i].ours(c) != 0, classes[i].libc(c) != 0);
		assert_int_equal(sdk_tolower(c), (tolower)(c));
		assert_int_equal(sdk_toupper(c), (toupper)(c));
	}
	assert_false(sdk_isalpha(1 << 20 | 'a')); /* C's tables would be read beside */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_move),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_case),
		cmocka_unit_test(test_bounded),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
