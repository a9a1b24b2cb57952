#include <osaas_string.h>

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

void *memrchr(const void *s, int byte, size_t n)
{
	const unsigned char *p = s;
	while (n-- > 0) {
		if (p[n] == (unsigned char)byte)
			return (void *)(uintptr_t)(p + n);
	}
	return NULL;
}

void *mempcpy(void *restrict to, const void *restrict from, size_t n)
{
	return (char *)memcpy(to, from, n) + n;
}

void *memccpy(void *restrict to, const void *restrict from, int c, size_t n)
{
	const char *end = memchr(from, c, n);
	if (end)
		return mempcpy(to, from, (size_t)(end - (const char *)from) + 1);
	memcpy(to, from, n);
	return NULL;
}

void *memmem(const void *hay, size_t hay_len, const void *needle, size_t len)
{
	const char *at = hay;
	if (len == 0)
		return (void *)(uintptr_t)at;
	for (; hay_len >= len; hay_len--, at++) {
		const char *first = memchr(at, *(const char *)needle, hay_len - len + 1);
		if (!first)
			return NULL;
		hay_len -= (size_t)(first - at);
		at = first;
		if (memcmp(at, needle, len) == 0)
			return (void *)(uintptr_t)at;
	}
	return NULL;
}
