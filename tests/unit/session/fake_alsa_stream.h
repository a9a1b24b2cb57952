/* fake_alsa_stream: what fake_alsa's files know of a stream. */
#ifndef OSAAS_TESTS_UNIT_SESSION_FAKE_ALSA_STREAM_H
#define OSAAS_TESTS_UNIT_SESSION_FAKE_ALSA_STREAM_H

#include "fake_alsa.h"

struct _snd_pcm {
	struct fake_stream *s;
};

/* fake_stream_find: NULL: there is none. */
struct fake_stream *fake_stream_find(const char *name, snd_pcm_stream_t stream);
/* fake_frame_size: in bytes, as it was set. */
unsigned fake_frame_size(const struct fake_stream *s);
/* fake_update_ready: its descriptor is ready if it has what its avail_min asks. */
void fake_update_ready(struct fake_stream *s);

#endif
