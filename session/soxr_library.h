/* soxr_library: soxr, the library for resampling, loaded with the first voice of another rate. */
#ifndef OSAAS_SESSION_SOXR_LIBRARY_H
#define OSAAS_SESSION_SOXR_LIBRARY_H

#include "util/library.h"

extern struct library library_soxr;

#endif
