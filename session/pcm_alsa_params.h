/* pcm_alsa_params: what a stream of ALSA's is set up to: as near to a wish as it has. */
#ifndef OSAAS_SESSION_PCM_ALSA_PARAMS_H
#define OSAAS_SESSION_PCM_ALSA_PARAMS_H

#include <alsa/asoundlib.h>
#include <stdbool.h>

#include "session/pcm.h"

/*
 * pcm_alsa_params_set: *got is what was agreed on, *mapped whether its ring can be written in
 * place. Channels count most, then the rate, then the format. 0 or -errno; -ENOTSUP: nothing
 * of the kind.
 */
int pcm_alsa_params_set(snd_pcm_t *handle, const struct pcm_config *wish,
	struct pcm_config *got, bool *mapped);

/* pcm_alsa_params_wake: when the stream's descriptors are ready. -errno. */
int pcm_alsa_params_wake(snd_pcm_t *handle, unsigned room);

/* pcm_alsa_places: of each channel, by ALSA's names for them (enum snd_pcm_chmap_position). */
void pcm_alsa_places(const unsigned *positions, unsigned channels,
	uint8_t places[static PCM_MAX_CHANNELS]);

#endif
