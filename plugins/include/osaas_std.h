/*
 * osaas_std.h: the little of the C library that plugins have. It is linked into
 * each plugin (libosaas-plugin.a), so that it can be preempted like the rest; what
 * a plugin does not use is not in it.
 *
 * Names and meaning are C's, unless said otherwise. Nothing here yields, but that the
 * calls of the heap take turns (osaas_heap.h).
 *
 * Of C's own headers those go with it that need no library: stdint.h, stdbool.h, limits.h,
 * float.h, stdatomic.h and the like; not stdio.h, string.h or math.h, which this stands for.
 *
 * Beside it: osaas_utf8.h, osaas_random.h.
 */
#ifndef OSAAS_STD_H
#define OSAAS_STD_H

#include <osaas_math.h>
#include <osaas_string.h>

#include <stdarg.h>
#include <stddef.h>

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
 * snprintf knows d i u x X o c s p f F e E g G a A %, the flags - + space 0 #, width
 * and precision (numbers or *), and the lengths hh h l ll z j t. Floating point is
 * exact to the last digit asked for, 1100 of them at most. Anything else: -1, and an
 * empty string.
 */
int snprintf(char *to, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int vsnprintf(char *to, size_t size, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

/*
 * sscanf knows d i u x X o c s p n [set] f e g a %, * (read, do not keep), a width, and
 * the lengths hh h l ll z j t; f stores a float, lf a double. It returns how many it
 * stored, or -1 when the text ended before the first. A number that does not fit is the
 * nearest that does. At anything else it stops.
 */
int sscanf(const char *text, const char *format, ...)
	__attribute__((format(scanf, 2, 3)));
int vsscanf(const char *text, const char *format, va_list args)
	__attribute__((format(scanf, 2, 0)));

/*
 * Numbers from text; base 2 to 36, or 0: by its 0x or 0. There is no errno: what does not
 * fit gives the nearest number that does, for strtod an infinity or zero. strtod is
 * correctly rounded, and reads hexadecimal, "inf" and "nan", too. end may be NULL.
 */
long strtol(const char *restrict s, char **restrict end, int base);
long long strtoll(const char *restrict s, char **restrict end, int base);
unsigned long strtoul(const char *restrict s, char **restrict end, int base);
unsigned long long strtoull(const char *restrict s, char **restrict end, int base);
double strtod(const char *restrict s, char **restrict end);
float strtof(const char *restrict s, char **restrict end);
int atoi(const char *s);
long atol(const char *s);
double atof(const char *s);

int abs(int v);
long labs(long v);
long long llabs(long long v);

/*
 * qsort takes n log n comparisons at worst, no memory, and little stack; equal elements
 * may change places. Preempted in the middle, the array is in some order.
 */
void qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *));
/* bsearch finds one of the equal ones in what is sorted, or gives NULL. */
void *bsearch(const void *key, const void *base, size_t n, size_t size,
	int (*compare)(const void *, const void *));

/* abort ends the plugin as a fault does: with a report. For what must not have happened. */
_Noreturn void abort(void);

/* osaas_printf writes one line to the session's log: osaas_log with a format, 255 bytes. */
void osaas_printf(int level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* osaas_assert: if it does not hold, a line in the log says where, and the plugin fails. */
#define osaas_assert(what)                                                               \
	((what) ? (void)0 : osaas_assert_failed(__FILE__, __LINE__, #what))
_Noreturn void osaas_assert_failed(const char *file, int line, const char *what);

#endif
