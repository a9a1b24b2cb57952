/* alsa_ucm: what of ALSA's library routes sound through a card (its use case manager). */
#ifndef OSAAS_SESSION_ALSA_UCM_H
#define OSAAS_SESSION_ALSA_UCM_H

#include "util/library.h"

extern struct library library_alsa_ucm;

#endif
