/*
 * audio_rule: which of some devices a rule means, and which is the better one. Pure. The words
 * of a rule are those of audio_devices.h, and "alsa:NAME": whatever ALSA calls by that name,
 * not one of the devices (a plugin of its, as "alsa:pulse").
 */
#ifndef OSAAS_SESSION_AUDIO_RULE_H
#define OSAAS_SESSION_AUDIO_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "session/audio_devices.h"

#define AUDIO_DEVICES_MAX 64
#define AUDIO_RULE_MAX    256 /* with its NUL */

/* audio_rule_check: 0, or -EINVAL: too long, or no word in it. */
int audio_rule_check(const char *rule);

/*
 * audio_rule_pick: the devices that the rule gives, in its order, none twice, as copies; at
 * most AUDIO_DEVICES_MAX. How many; 0: it fits nothing, or all are of the other direction.
 */
size_t audio_rule_pick(const char *rule, enum pcm_direction direction,
	const struct audio_device *devices, size_t n,
	struct audio_device picked[static AUDIO_DEVICES_MAX]);

/* audio_rule_kind: a word that means its kind: "analog", "usb", "hdmi"; NULL: none does. */
const char *audio_rule_kind(const struct audio_device *device);

#endif
