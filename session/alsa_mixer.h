/* alsa_mixer: what of ALSA's library sets the volume, loaded with the first card that plays. */
#ifndef OSAAS_SESSION_ALSA_MIXER_H
#define OSAAS_SESSION_ALSA_MIXER_H

#include "util/library.h"

extern struct library library_alsa_mixer;

#endif
