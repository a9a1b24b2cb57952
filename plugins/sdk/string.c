#include <osaas_std.h>

#include <stdint.h>

/*
 * gcc and clang call these even in freestanding code. Blocks of 16 bytes by the
 * CPU's vector registers (SSE2, NEON): they need no alignment and no dispatch.
 */
typedef uint64_t block __attribute__((vector_size(16), aligned(1), may_alias));
#define BLOCK sizeof(block)

static void copy_up(unsigned char *d, const unsigned char *s, size_t n)
{
	for (; n >= BLOCK; n -= BLOCK, d += BLOCK, s += BLOCK)
		*(block *)(void *)d = *(const block *)(const void *)s;
	while (n--)
		*d++ = *s++;
}

static void copy_down(unsigned char *d, const unsigned char *s, size_t n)
{
	for (; n >= BLOCK; n -= BLOCK)
		*(block *)(void *)(d + n - BLOCK) =
			*(const block *)(const void *)(s + n - BLOCK);
	while (n--)
		d[n] = s[n];
}

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
	copy_up(to, from, n);
	return to;
}

void *memmove(void *to, const void *from, size_t n)
{
	if ((uintptr_t)to - (uintptr_t)from >= n)
		copy_up(to, from, n);
	else
		copy_down(to, from, n);
	return to;
}

void *memset(void *to, int byte, size_t n)
{
	unsigned char *d = to;
	uint64_t v = UINT64_C(0x0101010101010101) * (unsigned char)byte;
	const block b = {v, v};
	for (; n >= BLOCK; n -= BLOCK, d += BLOCK)
		*(block *)(void *)d = b;
	while (n--)
		*d++ = (unsigned char)byte;
	return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *p = a, *q = b;
	for (size_t i = 0; i < n; i++) {
		if (p[i] != q[i])
			return p[i] - q[i];
	}
	return 0;
}

void *memchr(const void *s, int byte, size_t n)
{
	const unsigned char *p = s;
	for (size_t i = 0; i < n; i++) {
		if (p[i] == (unsigned char)byte)
			return (void *)(uintptr_t)(p + i);
	}
	return NULL;
}

size_t strlen(const char *s)
{
	size_t n = 0;
	while (s[n])
		n++;
	return n;
}

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;
	while (n < max && s[n])
		n++;
	return n;
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

char *strchr(const char *s, int c)
{
	for (;; s++) {
		if (*s == (char)c)
			return (char *)(uintptr_t)s;
		if (!*s)
			return NULL;
	}
}

char *strrchr(const char *s, int c)
{
	const char *last = NULL;
	for (;; s++) {
		if (*s == (char)c)
			last = s;
		if (!*s)
			return (char *)(uintptr_t)last;
	}
}
