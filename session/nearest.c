#include "session/nearest.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define LONGEST 64
#define FEW     12

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool swapped(const char *a, const char *b)
{
	return lower(a[-1]) == lower(b[0]) && lower(a[0]) == lower(b[-1]);
}

/*
 * Of the first letters of each: Damerau's and Levenshtein's distance, in which nothing that was
 * moved is changed again ("optimal string alignment").
 */
static size_t distance(const char *a, const char *b)
{
	size_t n = strnlen(a, LONGEST), m = strnlen(b, LONGEST);
	size_t rows[3][LONGEST + 1] = {0};
	for (size_t j = 0; j <= m; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *row = rows[i % 3];
		const size_t *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t other = lower(a[i - 1]) != lower(b[j - 1]);
			row[j] = least(above[j], row[j - 1]) + 1;
			row[j] = least(row[j], above[j - 1] + other);
			if (i > 1 && j > 1 && swapped(a + i - 1, b + j - 1))
				row[j] = least(row[j], before[j - 2] + 1);
		}
	}
	return rows[n % 3][m];
}

/* As many as Clang allows a typing error (clang::Sema, MaxEditDistance); one letter has to be right. */
static size_t most(const char *text)
{
	size_t n = strnlen(text, LONGEST);
	return n > 1 ? (n + 2) / 3 : 0;
}

const char *nearest_word(const char *text, const char *const *words, size_t n)
{
	const char *best = NULL;
	size_t least_far = most(text) + 1;
	for (size_t i = 0; i < n; i++) {
		size_t far = distance(text, words[i]);
		if (far < least_far) {
			best = words[i];
			least_far = far;
		}
	}
	return best;
}

/* False: there are too many, or they are too long. */
static bool list(char out[static NEAREST_HINT], const char *const *words, size_t n,
	const char *quote)
{
	size_t at = 0;
	for (size_t i = 0; n <= FEW && i < n; i++) {
		const char *before = i == 0       ? n > 1 ? "; there are " : "; there is "
				     : i + 1 == n ? " and "
						  : ", ";
		at += (size_t)snprintf(out + at, NEAREST_HINT - at, "%s%s%s%s", before,
			quote, words[i], quote);
		if (at >= NEAREST_HINT)
			return false;
	}
	return at > 0;
}

const char *nearest_hint(char out[static NEAREST_HINT], const char *text,
	const char *const *words, size_t n, const char *quote, const char *where)
{
	const char *near = nearest_word(text, words, n);
	if (near)
		snprintf(out, NEAREST_HINT, "; do you mean %s%.100s%s?", quote, near,
			quote);
	else if (!list(out, words, n, quote))
		snprintf(out, NEAREST_HINT, "; %.100s lists them", where);
	return out;
}
