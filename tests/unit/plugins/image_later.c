/* image.c of a host of a later minor than any today; the library's own is not linked then. */
#include "plugins/include/osaas.h"

#undef OSAAS_ABI_MINOR
#define OSAAS_ABI_MINOR 5
#include "plugins/image.c"
