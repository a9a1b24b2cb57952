#include "util/clock.h"

volatile uint64_t clock_frozen_ns;
