/* alsa: the library for sound, loaded with the first sound. */
#ifndef OSAAS_SESSION_ALSA_H
#define OSAAS_SESSION_ALSA_H

#include "util/library.h"

extern struct library library_alsa;

/* alsa_load: it can be called from now on, and says its errors to the log (debug). 0 or -ENOENT, logged once. */
int alsa_load(void);

#endif
