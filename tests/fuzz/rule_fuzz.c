/*
 * Any bytes as a rule for sound devices, and as what cards call themselves: what is picked is
 * among them, of the right direction, none twice, and named so that it can be parsed again.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/audio_rule.h"
#include "session/pcm_holder.h"

#define DEVICES 5

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

/* A piece of the input, up to a zero byte. */
static void take(const uint8_t **data, size_t *size, char *out, size_t max)
{
	size_t n = strnlen((const char *)*data, *size), k = n < max - 1 ? n : max - 1;
	memcpy(out, *data, k);
	out[k] = '\0';
	n = n < *size ? n + 1 : n;
	*data += n;
	*size -= n;
}

static void make(struct audio_device *device, int i, const uint8_t **data, size_t *size)
{
	char bits[2];
	snprintf(device->pcm, sizeof device->pcm, "hw:%d,%d", i / 2, i);
	take(data, size, device->id, sizeof device->id);
	take(data, size, device->card, sizeof device->card);
	take(data, size, device->name, sizeof device->name);
	take(data, size, bits, sizeof bits);
	device->usb = bits[0] & 1;
	device->hdmi = bits[0] & 2;
	device->plays = !(bits[0] & 4);
	device->hears = bits[0] & 8;
	device->jack = (unsigned)(bits[0] >> 4 & 3) % 3;
}

/* How many of the cards' devices; what the rule named itself is not among them. */
static size_t check(const struct audio_device *devices, const struct audio_device *picked,
	size_t n, enum pcm_direction direction)
{
	size_t found = 0;
	bool taken[DEVICES] = {false};
	for (size_t i = 0; i < n; i++) {
		struct pcm_place place;
		must(memchr(picked[i].pcm, 0, sizeof picked[i].pcm));
		must(direction == PCM_CAPTURE ? picked[i].hears : picked[i].plays);
		if (pcm_parse(picked[i].pcm, &place) < 0 || place.device < 0 ||
			place.device >= DEVICES)
			continue;
		const struct audio_device *device = &devices[place.device];
		if (memcmp(device->name, picked[i].name, sizeof device->name) != 0)
			continue;
		must(!taken[place.device]);
		taken[place.device] = true;
		found++;
	}
	return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct audio_device devices[DEVICES], picked[AUDIO_DEVICES_MAX];
	char rule[2 * AUDIO_RULE_MAX];
	struct pcm_place place;
	memset(devices, 0, sizeof devices);
	take(&data, &size, rule, sizeof rule);
	for (int i = 0; i < DEVICES; i++)
		make(&devices[i], i, &data, &size);
	if (pcm_parse(rule, &place) == 0) {
		must(memchr(place.card, 0, sizeof place.card) && place.card[0]);
		must(place.device >= -1 && place.device < 1000 && place.subdevice < 1000);
	}
	bool good = audio_rule_check(rule) == 0;
	for (enum pcm_direction d = PCM_PLAYBACK; d <= PCM_CAPTURE; d++) {
		size_t n = audio_rule_pick(rule, d, devices, DEVICES, picked);
		must(n <= AUDIO_DEVICES_MAX);
		must(good || n == 0 || strlen(rule) >= AUDIO_RULE_MAX);
		check(devices, picked, n, d);
		n = audio_rule_pick("default", d, devices, DEVICES, picked);
		size_t all = 0;
		for (int i = 0; i < DEVICES; i++)
			all += d == PCM_CAPTURE ? devices[i].hears : devices[i].plays;
		must(n == all && check(devices, picked, n, d) == n);
	}
	return 0;
}
