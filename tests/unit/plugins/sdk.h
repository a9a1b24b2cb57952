/*
 * The SDK's functions under other names, so that they stand beside the C library's: its
 * sources are compiled so (see meson.build). The types are those of C's headers, which
 * are the same.
 */
#ifndef TESTS_PLUGINS_SDK_H
#define TESTS_PLUGINS_SDK_H

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* clang-format off */
#define SDK_NAMES(X) \
	X(memcpy) X(mempcpy) X(memccpy) X(memmove) X(memset) X(memcmp) X(memchr) \
	X(memrchr) X(memmem) X(strlen) X(strnlen) X(strcmp) X(strncmp) X(strcasecmp) \
	X(strncasecmp) X(strcpy) X(strcat) X(strncpy) X(strchr) X(strrchr) \
	X(strchrnul) X(strstr) X(strspn) X(strcspn) X(strpbrk) X(strtok_r) X(strsep) \
	X(isalnum) X(isalpha) X(isblank) X(iscntrl) X(isdigit) X(isgraph) X(islower) \
	X(isprint) X(ispunct) X(isspace) X(isupper) X(isxdigit) X(tolower) X(toupper) \
	X(strtol) X(strtoll) X(strtoul) X(strtoull) X(strtod) X(strtof) X(atoi) \
	X(atol) X(atof) X(abs) X(labs) X(llabs) X(qsort) X(bsearch) X(sin) X(cos) \
	X(tan) X(asin) X(acos) X(atan) X(sinh) X(cosh) X(tanh) X(exp) X(exp2) X(expm1) \
	X(log) X(log2) X(log10) X(log1p) X(sqrt) X(cbrt) X(floor) X(ceil) X(trunc) \
	X(round) X(rint) X(fabs) X(atan2) X(pow) X(hypot) X(fmod) X(copysign) X(fmin) \
	X(fmax) X(frexp) X(ldexp) X(scalbn) X(modf) X(lround) X(lrint) X(sinf) X(cosf) \
	X(tanf) X(asinf) X(acosf) X(atanf) X(sinhf) X(coshf) X(tanhf) X(expf) X(exp2f) \
	X(expm1f) X(logf) X(log2f) X(log10f) X(log1pf) X(sqrtf) X(cbrtf) X(floorf) \
	X(ceilf) X(truncf) X(roundf) X(rintf) X(fabsf) X(atan2f) X(powf) X(hypotf) \
	X(fmodf) X(copysignf) X(fminf) X(fmaxf) X(frexpf) X(ldexpf) X(scalbnf) \
	X(modff) X(lroundf) X(lrintf)
/* clang-format on */

#define DECLARE(name) extern __typeof__(name) sdk_##name;
SDK_NAMES(DECLARE)
#undef DECLARE

/* Not in every C library, and those whose format a compiler would check. */
size_t sdk_strlcpy(char *to, const char *from, size_t size);
size_t sdk_strlcat(char *to, const char *from, size_t size);
int sdk_snprintf(char *to, size_t size, const char *format, ...);
int sdk_sscanf(const char *text, const char *format, ...);
void osaas_printf(int level, const char *format, ...);

#endif
