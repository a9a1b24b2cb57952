/*
 * osaas_std.h: the little of the C library that plugins have. It is linked into
 * each plugin (libosaas-plugin.a), so that it can be preempted like the rest.
 *
 * Names and meaning are C's, unless said otherwise. Nothing here yields.
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
