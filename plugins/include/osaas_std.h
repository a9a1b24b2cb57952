/*
 * osaas_std.h: the little of the C library that plugins have. It is linked into
 * each plugin (libosaas-plugin.a), so that it can be preempted like the rest.
 *
 * Names and meaning are C's, unless said otherwise. Nothing here yields, but that the
 * calls of the heap take turns (osaas_heap.h).
 */
#ifndef OSAAS_STD_H
#define OSAAS_STD_H

#include <stdarg.h>
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int byte, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *s, int byte, size_t n);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);

/*
 * The heap: osaas_heap.h has its rules. Blocks are aligned to 16 bytes. NULL: it is full, or
 * the size makes no sense. realloc to 0 bytes gives a block. aligned_alloc takes any
 * power of two and any size.
 */
void *malloc(size_t size) __attribute__((__malloc__, alloc_size(1)));
void *calloc(size_t n, size_t size) __attribute__((__malloc__, alloc_size(1, 2)));
void *realloc(void *p, size_t size) __attribute__((alloc_size(2)));
void *aligned_alloc(size_t align, size_t size)
	__attribute__((__malloc__, alloc_align(1), alloc_size(2)));
void free(void *p);
size_t malloc_usable_size(void *p);
char *strdup(const char *s);
char *strndup(const char *s, size_t max);

/*
 * snprintf knows d i u x X o c s p f F %, the flags - + space 0 #, width and
 * precision (numbers or *), and the lengths hh h l ll z j t. %f is exact to
 * the last digit asked for. Anything else: -1, and an empty string.
 */
int snprintf(char *to, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int vsnprintf(char *to, size_t size, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

/* Off by at most 2.3e-16 for |x| up to 1e9; NaN beyond. */
double sin(double x);
double cos(double x);
float sinf(float x);
float cosf(float x);

/* abort ends the plugin as a fault does: with a report. For what must not have happened. */
_Noreturn void abort(void);

/* osaas_printf writes one line to the session's log: osaas_log with a format, 255 bytes. */
void osaas_printf(int level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
