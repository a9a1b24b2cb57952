/* What newlib's sources find instead of newlib's headers: see README.md. */
#ifndef OSAAS_SDK_NEWLIB_H
#define OSAAS_SDK_NEWLIB_H

#include <osaas_math.h>
#include <stdint.h>

typedef double double_t;
typedef float float_t;
typedef int32_t __int32_t;
typedef uint32_t __uint32_t;

#define __IEEE_LITTLE_ENDIAN
#define __OBSOLETE_MATH 0 /* Arm's exp, log, pow rather than Sun's */
#define WANT_ERRNO      0

/* Its inner names for what we offer under C's. */
#define __ieee754_acos  acos
#define __ieee754_asin  asin
#define __ieee754_atan2 atan2
#define __ieee754_fmod  fmod
#define __ieee754_sqrt  sqrt

#endif
