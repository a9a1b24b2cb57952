/* alsa: the library for sound, loaded with the first sound. */
#ifndef OSAAS_SESSION_ALSA_H
#define OSAAS_SESSION_ALSA_H

#include "util/library.h"

extern struct library library_alsa;

#endif
