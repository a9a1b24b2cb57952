#include "session/audio_output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "session/audio_devices.h"
#include "session/audio_rule.h"

static int try(const struct audio_output *output, const char *name,
	const struct pcm_config *wish, struct pcm **out, char why[static PCM_WHY_MAX])
{
	char more[PCM_WHY_MAX] = "";
	int r = output->open(output->loop, name, PCM_PLAYBACK, wish, output->ready,
		output->data, out, more);
	if (r < 0 && !why[0])
		snprintf(why, PCM_WHY_MAX, "%s", more);
	return r;
}

static bool is(const char *name, const char *now)
{
	return now && strcmp(name, now) == 0;
}

/* The first that the rule gives is by ALSA's name. */
static int open_named(const struct audio_output *output, const struct pcm_config *wish,
	const char *now, struct pcm **out, char why[static PCM_WHY_MAX])
{
	const char *name = output->rule ? output->rule : "default";
	if (is(name, "none"))
		return -ENOMEDIUM;
	return is(name, now) ? -EALREADY : try(output, name, wish, out, why);
}

static void explain(const struct audio_output *output, char why[static PCM_WHY_MAX])
{
	const char *known = audio_devices_why(output->devices);
	snprintf(why, PCM_WHY_MAX, "%s",
		known ? known : "no sound card plays, they only hear");
}

static int route(const struct audio_output *output, const struct audio_device *device,
	char why[static PCM_WHY_MAX])
{
	char more[PCM_WHY_MAX];
	int r = audio_devices_route(output->devices, device, PCM_PLAYBACK);
	if (r < 0 && !why[0] &&
		audio_devices_excluded(output->devices, device, PCM_PLAYBACK, more))
		snprintf(why, PCM_WHY_MAX, "%s", more);
	return r;
}

/* All of them in their order; none: the rule ends in silence. */
static size_t list_all(const struct audio_output *output,
	const struct audio_device *list[static AUDIO_DEVICES_MAX], bool *none)
{
	const struct audio_device *device, *last[AUDIO_DEVICES_MAX];
	size_t n = 0, n_last = 0;
	*none = false;
	for (size_t i = 0; i < AUDIO_DEVICES_MAX && !*none; i++) {
		device = audio_devices_pick(
			output->devices, PCM_PLAYBACK, output->rule, i);
		if (!device)
			break;
		*none = is(device->pcm, "none");
		if (*none)
			continue;
		if (output->shuns(output->data, device->pcm))
			last[n_last++] = device;
		else
			list[n++] = device;
	}
	memcpy(list + n, last, n_last * sizeof *last);
	return n + n_last;
}

int audio_output_open(const struct audio_output *output, const struct pcm_config *wish,
	const char *now, struct pcm **out, char why[static PCM_WHY_MAX])
{
	char failed[sizeof((struct audio_device *)0)->pcm] = "";
	const struct audio_device *list[AUDIO_DEVICES_MAX];
	bool none;
	why[0] = '\0';
	if (!output->devices)
		return open_named(output, wish, now, out, why);
	size_t n = list_all(output, list, &none);
	if (n == 0 && !none)
		explain(output, why);
	int r = -ENOENT, busy = -1; /* the number of a card; -1: none is */
	for (size_t i = 0; i < n && r < 0; i++) {
		const struct audio_device *device = list[i];
		if (audio_device_is_others(device, busy) && !is(device->pcm, now))
			continue;
		r = route(output, device, why);
		if (r == 0 && is(device->pcm, now)) {
			r = -EALREADY;
			break;
		}
		if (r < 0)
			continue;
		r = try(output, device->pcm, wish, out, why);
		if (r == -EBUSY && device->route[0])
			busy = device->number;
		if (r < 0 && !failed[0])
			snprintf(failed, sizeof failed, "%s", device->pcm);
	}
	/* The best one is waited for, although another plays meanwhile. */
	if (r == 0 || failed[0])
		audio_devices_await(output->devices, failed[0] ? failed : NULL);
	return r < 0 && r != -EALREADY && none ? -ENOMEDIUM : r;
}
