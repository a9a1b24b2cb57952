/*
 * audio_output: which device the engine plays on. Devices are tried in the order that the
 * rule gives them; the first that can be opened is it.
 */
#ifndef OSAAS_SESSION_AUDIO_OUTPUT_H
#define OSAAS_SESSION_AUDIO_OUTPUT_H

#include <stdbool.h>

#include "session/pcm.h"

struct audio_devices;
struct loop;

struct audio_output {
	struct loop *loop;
	pcm_opener *open;
	struct audio_devices *devices; /* NULL: rule is a name of ALSA's */
	const char *rule;              /* NULL: the best */
	void (*ready)(void *data);
	bool (*shuns)(
		void *data, const char *pcm); /* it failed just now: after all others */
	void *data;
};

/*
 * audio_output_open: 0 or -errno, and why: a line of the first that failed, or empty.
 * -ENOMEDIUM: the rule says silence. Those from the one called now on are not tried (NULL:
 * all are): -EALREADY then.
 */
int audio_output_open(const struct audio_output *output, const struct pcm_config *wish,
	const char *now, struct pcm **out, char why[static PCM_WHY_MAX]);

#endif
