#include "session/audio_rule.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/pcm_holder.h"

struct picking {
	enum pcm_direction direction;
	const struct audio_device *devices;
	size_t n;
	struct audio_device *picked;
	size_t n_picked;
	bool taken[AUDIO_DEVICES_MAX];
};

/* "hw:1,0" is one word: what follows its comma is a number. */
static bool goes_on(const char *after)
{
	return isdigit((unsigned char)*after) || strncmp(after, "DEV=", 4) == 0 ||
	       strncmp(after, "SUBDEV=", 7) == 0;
}

static size_t word_length(const char *text)
{
	bool alsas = strncmp(text, "hw:", 3) == 0 || strncmp(text, "alsa:", 5) == 0;
	size_t n = 0;
	while (text[n] && !isspace((unsigned char)text[n])) {
		if (text[n] == ',' && !(alsas && goes_on(text + n + 1)))
			break;
		n++;
	}
	return n;
}

/* The next word of *rule; false: there is no more. */
static bool next_word(const char **rule, char word[static AUDIO_RULE_MAX])
{
	while (**rule == ',' || isspace((unsigned char)**rule))
		(*rule)++;
	size_t n = word_length(*rule);
	if (n == 0 || n >= AUDIO_RULE_MAX)
		return false;
	memcpy(word, *rule, n);
	word[n] = '\0';
	*rule += n;
	return true;
}

int audio_rule_check(const char *rule)
{
	char word[AUDIO_RULE_MAX];
	if (strlen(rule) >= AUDIO_RULE_MAX)
		return -EINVAL;
	return next_word(&rule, word) ? 0 : -EINVAL;
}

/* Which is better. */

static bool names(const struct audio_device *device, const char *what)
{
	return strcasestr(device->name, what) || strcasestr(device->card, what) ||
	       strcasestr(device->route, what);
}

static bool is_virtual(const struct audio_device *device)
{
	return strcmp(device->id, "Loopback") == 0 || strcmp(device->id, "Dummy") == 0 ||
	       strcasestr(device->card, "loopback");
}

static bool is_digital(const struct audio_device *device)
{
	return names(device, "digital") || names(device, "iec958") ||
	       names(device, "s/pdif") || strcasestr(device->route, "spdif");
}

static bool is_analog(const struct audio_device *device)
{
	return !device->usb && !device->hdmi && !is_digital(device) &&
	       !is_virtual(device);
}

/*
 * Less is better: an empty jack last, analog before USB before HDMI before S/PDIF, of which
 * nobody can tell whether it is used, and cards that are none after all others. What a jack does
 * not tell of comes after what has none: headphones after a speaker. A stream that its card's use cases
 * do not know leads nowhere.
 */
static int badness(const struct audio_device *device)
{
	int kind = is_virtual(device)   ? 4
		   : device->hdmi       ? 2
		   : is_digital(device) ? 3
		   : device->usb        ? 1
					: 0;
	return device->aside * 64 + (device->jack == AUDIO_JACK_OUT) * 32 + kind * 4 +
	       (device->jack != AUDIO_JACK_IN) + device->unsure;
}

static bool is_better(const struct audio_device *one, const struct audio_device *than)
{
	int bad = badness(one), worse = badness(than);
	return bad != worse ? bad < worse : one->priority > than->priority;
}

/* Picking. */

const char *audio_rule_kind(const struct audio_device *device)
{
	return device->hdmi        ? "hdmi"
	       : device->usb       ? "usb"
	       : is_analog(device) ? "analog"
				   : NULL;
}

/* A card on USB that takes in HDMI is both. */
static bool fits_kind(const struct audio_device *device, const char *word)
{
	return (strcasecmp(word, "usb") == 0 && device->usb) ||
	       (strcasecmp(word, "hdmi") == 0 && device->hdmi) ||
	       (strcasecmp(word, "analog") == 0 && is_analog(device));
}

/* "hw:1,0", "hw:1", "hw:PCH,0". */
static bool fits_alsa(const struct audio_device *device, const char *word)
{
	struct pcm_place wanted, of;
	if (pcm_parse(word, &wanted) < 0 || pcm_parse(device->pcm, &of) < 0)
		return false;
	return (strcmp(wanted.card, of.card) == 0 ||
		       strcmp(wanted.card, device->id) == 0) &&
	       (wanted.device < 0 || wanted.device == of.device);
}

static bool fits(const struct audio_device *device, const char *word)
{
	if (strncmp(word, "hw:", 3) == 0)
		return fits_alsa(device, word);
	if (strcasecmp(word, "default") == 0 || strcasecmp(word, device->id) == 0)
		return true;
	if (strcasecmp(word, "usb") == 0 || strcasecmp(word, "hdmi") == 0 ||
		strcasecmp(word, "analog") == 0)
		return fits_kind(device, word);
	return names(device, word);
}

static bool right_way(const struct picking *p, const struct audio_device *device)
{
	return p->direction == PCM_CAPTURE ? device->hears : device->plays;
}

static void add(struct picking *p, const struct audio_device *device)
{
	if (p->n_picked < AUDIO_DEVICES_MAX)
		p->picked[p->n_picked++] = *device;
}

static void add_named(struct picking *p, const char *pcm, const char *name)
{
	struct audio_device device = {.plays = true, .hears = true};
	snprintf(device.pcm, sizeof device.pcm, "%s", pcm);
	snprintf(device.name, sizeof device.name, "%s", name);
	add(p, &device);
}

/* "hw:1,0,2": of the device that was added, this one. */
static void add_subdevice(struct picking *p, const char *word)
{
	struct pcm_place place;
	if (p->n_picked == 0 || pcm_parse(word, &place) < 0 || place.subdevice < 0)
		return;
	char *pcm = p->picked[p->n_picked - 1].pcm;
	size_t end = strlen(pcm), size = sizeof p->picked->pcm;
	snprintf(pcm + end, size - end, ",%d", place.subdevice);
}

/* All that fit, the best first; of equal ones the one that comes first. */
static void add_fitting(struct picking *p, const char *word)
{
	for (;;) {
		size_t best = p->n;
		for (size_t i = 0; i < p->n; i++) {
			const struct audio_device *d = &p->devices[i];
			if (!p->taken[i] && right_way(p, d) && fits(d, word) &&
				(best == p->n || is_better(d, &p->devices[best])))
				best = i;
		}
		if (best == p->n)
			return;
		p->taken[best] = true;
		add(p, &p->devices[best]);
		add_subdevice(p, word);
	}
}

size_t audio_rule_pick(const char *rule, enum pcm_direction direction,
	const struct audio_device *devices, size_t n,
	struct audio_device picked[static AUDIO_DEVICES_MAX])
{
	struct picking p = {.direction = direction,
		.devices = devices,
		.n = n < AUDIO_DEVICES_MAX ? n : AUDIO_DEVICES_MAX,
		.picked = picked};
	char word[AUDIO_RULE_MAX];
	while (next_word(&rule, word)) {
		if (strcmp(word, "none") == 0) {
			add_named(&p, "none", "no sound");
			break;
		}
		if (strncmp(word, "alsa:", 5) == 0)
			add_named(&p, word + 5, word + 5);
		else
			add_fitting(&p, word);
	}
	return p.n_picked;
}
