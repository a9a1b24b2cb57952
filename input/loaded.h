/* loaded: libinput, loaded when devices are to be watched. */
#ifndef OSAAS_INPUT_LOADED_H
#define OSAAS_INPUT_LOADED_H

#include "util/library.h"

extern struct library library_libinput;

#endif
