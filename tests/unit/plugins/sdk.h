/*
 * The SDK's functions under other names, so that they stand beside the C library's.
 * The sources are compiled with the same list (see meson.build). Include last.
 */
#ifndef TESTS_PLUGINS_SDK_H
#define TESTS_PLUGINS_SDK_H

#define abort     sdk_abort
#define memcpy    sdk_memcpy
#define memmove   sdk_memmove
#define memset    sdk_memset
#define memcmp    sdk_memcmp
#define memchr    sdk_memchr
#define strlen    sdk_strlen
#define strnlen   sdk_strnlen
#define strcmp    sdk_strcmp
#define strncmp   sdk_strncmp
#define strchr    sdk_strchr
#define strrchr   sdk_strrchr
#define snprintf  sdk_snprintf
#define vsnprintf sdk_vsnprintf
#define sin       sdk_sin
#define cos       sdk_cos
#define sinf      sdk_sinf
#define cosf      sdk_cosf

#include "plugins/include/osaas_std.h"

#ifndef SDK_ITSELF
#undef abort
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef memchr
#undef strlen
#undef strnlen
#undef strcmp
#undef strncmp
#undef strchr
#undef strrchr
#undef snprintf
#undef vsnprintf
#undef sin
#undef cos
#undef sinf
#undef cosf
#endif

#endif
