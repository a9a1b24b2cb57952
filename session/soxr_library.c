#include "session/soxr_library.h"

#include "util/sonames.h"

#define SOXR(X)                                                                          \
	X(soxr_create)                                                                   \
	X(soxr_delete)                                                                   \
	X(soxr_io_spec)                                                                  \
	X(soxr_process)                                                                  \
	X(soxr_quality_spec)                                                             \
	X(soxr_runtime_spec)
LIBRARY(soxr, "sound of another rate than the device's", SONAME_SOXR, "libsoxr0", SOXR)
