/*
 * audio_config: what sound is to be, as [audio] of the configuration says it. Pure. The keys
 * are documented in man/osaas.ini.5.scd.
 */
#ifndef OSAAS_SESSION_AUDIO_CONFIG_H
#define OSAAS_SESSION_AUDIO_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#define AUDIO_TEXT_MAX 128 /* bytes, with the zero byte */
#define AUDIO_WHY_MAX  300

enum audio_key {
	AUDIO_BACKGROUND,
	AUDIO_INPUT,
	AUDIO_LATENCY,
	AUDIO_OUTPUT,
	AUDIO_RATE,
	AUDIO_KEYS,
};

struct audio_config {
	uint32_t set; /* bit by enum audio_key: it was said */
	/* Rules, as audio_devices_pick; "": not said. */
	char output[AUDIO_TEXT_MAX], input[AUDIO_TEXT_MAX];
	unsigned rate;       /* frames per second; 0: the engine's */
	uint64_t latency_ns; /* 0: the engine's */
	bool background;
};

/* audio_config_set: one key. 0, or -EINVAL with why in one line. */
int audio_config_set(struct audio_config *config, const char *name, const char *value,
	char why[static AUDIO_WHY_MAX]);
/* audio_config_merge: what is said in over counts in config from now on. */
void audio_config_merge(struct audio_config *config, const struct audio_config *over);
bool audio_config_equal(const struct audio_config *a, const struct audio_config *b);

/* audio_config_rule: whether it can be one. 0, or -EINVAL with why. */
int audio_config_rule(const char *rule, char why[static AUDIO_WHY_MAX]);

#endif
