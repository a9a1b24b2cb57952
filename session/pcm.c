#include "session/pcm.h"

#include <string.h>

/* ALSA's "null" takes all at once, at no pace: a clock is what is meant. */
static bool is_none(const char *name)
{
	return strcmp(name, "none") == 0 || strcmp(name, "null") == 0;
}

int pcm_open(struct loop *loop, const char *name, enum pcm_direction direction,
	const struct pcm_config *wish, void (*ready)(void *data), void *data,
	struct pcm **out, char why[static PCM_WHY_MAX])
{
	pcm_opener *open = is_none(name) ? pcm_clock_open : pcm_alsa_open;
	return open(loop, name, direction, wish, ready, data, out, why);
}

size_t pcm_frame_size(const struct pcm_config *config)
{
	static const size_t sizes[] = {[PCM_S16] = 2,
		[PCM_S24_3] = 3,
		[PCM_S24] = 4,
		[PCM_S32] = 4,
		[PCM_FLOAT] = 4};
	return sizes[config->format] * config->channels;
}
