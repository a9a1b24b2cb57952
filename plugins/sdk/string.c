#include <osaas_string.h>

#include <stdbool.h>
#include <stdint.h>

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;
	while (n < max && s[n])
		n++;
	return n;
}

size_t strlen(const char *s)
{
	return strnlen(s, SIZE_MAX);
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (a[i] != b[i] || !a[i])
			return (unsigned char)a[i] - (unsigned char)b[i];
	}
	return 0;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}

int strncasecmp(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int x = tolower((unsigned char)a[i]), y = tolower((unsigned char)b[i]);
		if (x != y || !x)
			return x - y;
	}
	return 0;
}

int strcasecmp(const char *a, const char *b)
{
	return strncasecmp(a, b, SIZE_MAX);
}

size_t strlcpy(char *restrict to, const char *restrict from, size_t size)
{
	size_t n = strlen(from), fits = n < size ? n : size - 1;
	if (size > 0) {
		memcpy(to, from, fits);
		to[fits] = '\0';
	}
	return n;
}

size_t strlcat(char *restrict to, const char *restrict from, size_t size)
{
	size_t n = strnlen(to, size);
	return n + strlcpy(to + n, from, size - n);
}

char *strcpy(char *restrict to, const char *restrict from)
{
	return memcpy(to, from, strlen(from) + 1);
}

char *strcat(char *restrict to, const char *restrict from)
{
	strcpy(to + strlen(to), from);
	return to;
}

char *strncpy(char *restrict to, const char *restrict from, size_t n)
{
	size_t len = strnlen(from, n);
	memcpy(to, from, len);
	memset(to + len, 0, n - len);
	return to;
}

char *strchrnul(const char *s, int c)
{
	while (*s && *s != (char)c)
		s++;
	return (char *)(uintptr_t)s;
}

char *strchr(const char *s, int c)
{
	char *p = strchrnul(s, c);
	return *p == (char)c ? p : NULL;
}

char *strrchr(const char *s, int c)
{
	return memrchr(s, c, strlen(s) + 1);
}

char *strstr(const char *hay, const char *needle)
{
	return memmem(hay, strlen(hay), needle, strlen(needle));
}

/* How many at the start are in the set, or are not. The end is in none. */
static size_t span(const char *s, const char *set, bool in)
{
	size_t n = 0;
	while (s[n] && (strchr(set, s[n]) != NULL) == in)
		n++;
	return n;
}

size_t strspn(const char *s, const char *set)
{
	return span(s, set, true);
}

size_t strcspn(const char *s, const char *set)
{
	return span(s, set, false);
}

char *strpbrk(const char *s, const char *set)
{
	s += strcspn(s, set);
	return *s ? (char *)(uintptr_t)s : NULL;
}

char *strsep(char **rest, const char *set)
{
	char *field = *rest;
	if (!field)
		return NULL;
	char *end = field + strcspn(field, set);
	*rest = *end ? end + 1 : NULL;
	*end = '\0';
	return field;
}

char *strtok_r(char *restrict s, const char *restrict set, char **restrict rest)
{
	if (!s)
		s = *rest;
	s += strspn(s, set);
	char *end = s + strcspn(s, set);
	*rest = *end ? end + 1 : end;
	if (end == s)
		return NULL;
	*end = '\0';
	return s;
}
