/* nearest: what is near is suggested, what is far never is. */
#include "session/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const words[] = {
	"audio", "output", "scale", "Super", "us", "de", "tap", "x", "next-window"};

static const struct {
	const char *text, *near; /* NULL: none */
} cases[] = {
	/* one letter: missing, too many, another one; two that changed places */
	{"adio", "audio"},
	{"outputs", "output"},
	{"scalr", "scale"},
	{"scael", "scale"},
	{"tpa", "tap"},
	{"tab", "tap"},
	{"ud", "us"},
	{"ed", "de"},
	{"uk", "us"},
	/* case is no letter */
	{"SCALE", "scale"},
	{"super", "Super"},
	{"aUDOI", "audio"},
	/* as many as a third */
	{"autput", "output"},
	{"aotput", "output"},
	{"aotpat", NULL},
	{"next-widnow", "next-window"},
	{"nxt-widnow", "next-window"},
	{"nekst-wintow", "next-window"},
	{"last-screen", NULL},
	/* short ones */
	{"t", NULL},
	{"y", NULL},
	{"", NULL},
	{"ab", NULL},
	{"dd", "de"},
	{"zzz", NULL},
	/* far, and longer than all */
	{"klingon", NULL},
	{"nodeadkeys", NULL},
	{"audioaudioaudioaudioaudioaudioaudioaudioaudioaudioaudioaudioaudioaudioaudio",
		NULL},
};

static void test_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *near = nearest_word(cases[i].text, words, COUNT(words));
		if (!near != !cases[i].near || (near && strcmp(near, cases[i].near) != 0))
			fail_msg("'%s': %s, not %s", cases[i].text, near ? near : "none",
				cases[i].near ? cases[i].near : "none");
	}
	assert_null(nearest_word("audio", words, 0));
}

/* The nearest one, not the first that is near enough. */
static void test_nearest(void **state)
{
	static const char *const near[] = {"volumen", "volum", "volume"};
	(void)state;
	assert_string_equal(nearest_word("volume", near, 3), "volume");
	assert_string_equal(nearest_word("volums", near, 3), "volum");
	assert_string_equal(nearest_word("volumem", near, 2), "volumen");
}

static const char *const many[] = {
	"a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "b1", "b2", "b3", "b4"};
static const char *const longs[] = {"a word that is very long, longer than any that "
				    "there ought to be in a list, but who "
				    "knows what somebody calls a method of input",
	"another one that is as long as the first one was, so that both of them together "
	"do "
	"not fit"};

static const struct {
	const char *text;
	const char *const *words;
	size_t n;
	const char *quote, *hint;
} hints[] = {
	{"scal", words, COUNT(words), "'", "; do you mean 'scale'?"},
	{"scal", words, COUNT(words), "", "; do you mean scale?"},
	{"klingon", words, 1, "'", "; there is 'audio'"},
	{"klingon", words, 2, "'", "; there are 'audio' and 'output'"},
	{"klingon", words, 3, "", "; there are audio, output and scale"},
	{"klingon", many, 13, "'", "; osaas(1) lists them"},
	{"klingon", many, 12, "",
		"; there are a1, a2, a3, a4, a5, a6, a7, a8, a9, b1, b2 and b3"},
	{"klingon", many, 0, "'", "; osaas(1) lists them"},
	{"klingon", longs, 2, "'", "; osaas(1) lists them"},
};

static void test_hints(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(hints); i++) {
		char hint[NEAREST_HINT];
		assert_string_equal(nearest_hint(hint, hints[i].text, hints[i].words,
					    hints[i].n, hints[i].quote, "osaas(1)"),
			hints[i].hint);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_hints),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
