/* gbm: the library that makes buffers of a card: kms has them made, gl draws into them. */
#ifndef OSAAS_UTIL_GBM_H
#define OSAAS_UTIL_GBM_H

#include "util/library.h"

extern struct library library_gbm;

#endif
