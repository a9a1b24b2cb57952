#include "session/audio_ways.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "session/audio_ucm.h"
#include "util/log.h"
#include "util/xalloc.h"

struct card {
	char id[32], name[96];
	ino_t node; /* of its control: another one is another card, if of the same name */
	bool known, here;
	int r;                                  /* of audio_ucm_open */
	struct audio_ucm *ucm;                  /* NULL: it has none */
	signed char plugged[AUDIO_UCM_DEVICES]; /* -1: nobody said */
};

struct audio_ways {
	struct card cards[AUDIO_WAYS_CARDS];
};

struct audio_ways *audio_ways_create(void)
{
	return xcalloc(1, sizeof(struct audio_ways));
}

static void forget(struct card *card, bool gone)
{
	audio_ucm_close(card->ucm, gone);
	*card = (struct card){0};
}

void audio_ways_destroy(struct audio_ways *ways)
{
	if (!ways)
		return;
	for (int i = 0; i < AUDIO_WAYS_CARDS; i++)
		forget(&ways->cards[i], false);
	free(ways);
}

/* A look. */

void audio_ways_begin(struct audio_ways *ways)
{
	for (int i = 0; i < AUDIO_WAYS_CARDS; i++)
		ways->cards[i].here = false;
}

void audio_ways_end(struct audio_ways *ways)
{
	for (int i = 0; i < AUDIO_WAYS_CARDS; i++) {
		if (ways->cards[i].known && !ways->cards[i].here)
			forget(&ways->cards[i], true);
	}
}

static struct card *card_of(struct audio_ways *ways, int number)
{
	return number >= 0 && number < AUDIO_WAYS_CARDS ? &ways->cards[number] : NULL;
}

static ino_t node_of(int number)
{
	char path[32];
	struct stat st;
	snprintf(path, sizeof path, "/dev/snd/controlC%d", number);
	return stat(path, &st) == 0 ? st.st_ino : 0;
}

static void meet(struct card *card, const struct audio_device *device, ino_t node)
{
	forget(card, true);
	*card = (struct card){.known = true, .node = node};
	snprintf(card->id, sizeof card->id, "%s", device->id);
	snprintf(card->name, sizeof card->name, "%s", device->card);
	card->r = audio_ucm_open(device->number, device->id, &card->ucm);
	if (card->ucm)
		log_debug("sound: card %s goes by ALSA's use case %s", card->id,
			audio_ucm_verb(card->ucm));
}

void audio_ways_card(struct audio_ways *ways, const struct audio_device *device)
{
	struct card *card = card_of(ways, device->number);
	if (!card)
		return;
	ino_t node = node_of(device->number);
	if (!card->known || card->node != node || strcmp(card->id, device->id) != 0 ||
		strcmp(card->name, device->card) != 0)
		meet(card, device, node);
	card->here = true;
	memset(card->plugged, -1, sizeof card->plugged);
}

/* While another console is shown: what we enabled is still to be disabled. */
void audio_ways_keep(struct audio_ways *ways, int number)
{
	struct card *card = card_of(ways, number);
	if (card && card->known && card->node == node_of(number))
		card->here = true;
}

void audio_ways_jack(
	struct audio_ways *ways, int number, const char *control, bool plugged)
{
	struct card *card = card_of(ways, number);
	const struct audio_ucm_device *list;
	if (!card || !card->ucm)
		return;
	size_t n = audio_ucm_list(card->ucm, &list);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(list[i].jack, control) == 0 && card->plugged[i] < 1)
			card->plugged[i] = plugged;
	}
}

/* Devices. */

static const struct audio_device *stream_of(
	const struct audio_device *streams, size_t n, const char *pcm)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(streams[i].pcm, pcm) == 0)
			return &streams[i];
	}
	return NULL;
}

static bool begins(const char *text, const char *with)
{
	return strncasecmp(text, with, strlen(with)) == 0;
}

static void take_way(struct audio_device *device, const struct audio_ucm_device *from,
	enum pcm_direction d)
{
	const struct audio_ucm_way *way = &from->way[d];
	*(d == PCM_PLAYBACK ? &device->plays : &device->hears) = true;
	device->priority =
		device->priority > way->priority ? device->priority : way->priority;
	memcpy(device->volume[d].card, way->card, sizeof way->card);
	memcpy(device->volume[d].elem, way->elem, sizeof way->elem);
}

/* stream: what is known of it; NULL: it is a name of ALSA's. */
static struct audio_device make(const struct card *card, size_t i,
	const struct audio_device *stream, const struct audio_device *common,
	const char *pcm)
{
	const struct audio_ucm_device *list;
	audio_ucm_list(card->ucm, &list);
	const struct audio_ucm_device *from = &list[i];
	struct audio_device device;
	memset(&device, 0, sizeof device);
	device.usb = common->usb;
	device.number = common->number;
	memcpy(device.id, common->id, sizeof device.id);
	memcpy(device.card, common->card, sizeof device.card);
	snprintf(device.pcm, sizeof device.pcm, "%s", pcm);
	snprintf(device.name, sizeof device.name, "%s",
		stream ? stream->name : from->name);
	snprintf(device.route, sizeof device.route, "%s", from->name);
	snprintf(device.verb, sizeof device.verb, "%s", audio_ucm_verb(card->ucm));
	device.hdmi = (stream && stream->hdmi) || begins(from->name, "HDMI") ||
		      begins(from->name, "DisplayPort");
	device.jack = card->plugged[i] < 0   ? AUDIO_JACK_NONE
		      : card->plugged[i] > 0 ? AUDIO_JACK_IN
					     : AUDIO_JACK_OUT;
	/* One whose control is not there may be for another machine of that kind. */
	device.unsure = from->mute || (from->jack[0] && card->plugged[i] < 0);
	return device;
}

struct putting {
	const struct card *card;
	struct audio_device *devices;
	size_t streams, n, max;
};

static void add(struct putting *p, size_t i, enum pcm_direction d, bool both)
{
	const struct audio_ucm_device *list;
	audio_ucm_list(p->card->ucm, &list);
	if (p->n == p->max)
		return;
	struct audio_device *device = &p->devices[p->n++];
	const char *pcm = list[i].way[d].pcm;
	*device =
		make(p->card, i, stream_of(p->devices, p->streams, pcm), p->devices, pcm);
	take_way(device, &list[i], d);
	if (both)
		take_way(device, &list[i], PCM_CAPTURE);
}

static void add_all(struct putting *p)
{
	const struct audio_ucm_device *list;
	size_t n = audio_ucm_list(p->card->ucm, &list);
	for (size_t i = 0; i < n; i++) {
		const struct audio_ucm_way *way = list[i].way;
		bool both = way[0].pcm[0] && strcmp(way[0].pcm, way[1].pcm) == 0;
		if (way[PCM_PLAYBACK].pcm[0])
			add(p, i, PCM_PLAYBACK, both);
		if (way[PCM_CAPTURE].pcm[0] && !both)
			add(p, i, PCM_CAPTURE, false);
	}
}

static bool is_covered(
	const struct putting *p, const struct audio_device *stream, enum pcm_direction d)
{
	for (size_t i = p->streams; i < p->n; i++) {
		const struct audio_device *device = &p->devices[i];
		bool way = d == PCM_PLAYBACK ? device->plays : device->hears;
		if (way && strcmp(device->pcm, stream->pcm) == 0)
			return true;
	}
	return false;
}

/* What is left of the streams comes after what can be chosen. */
static void set_aside(struct putting *p)
{
	size_t left = 0;
	for (size_t i = 0; i < p->streams; i++) {
		struct audio_device stream = p->devices[i];
		stream.plays = stream.plays && !is_covered(p, &stream, PCM_PLAYBACK);
		stream.hears = stream.hears && !is_covered(p, &stream, PCM_CAPTURE);
		stream.aside = true;
		if (stream.plays || stream.hears)
			p->devices[left++] = stream;
	}
	memmove(p->devices + left, p->devices + p->streams,
		(p->n - p->streams) * sizeof *p->devices);
	p->n -= p->streams - left;
}

size_t audio_ways_put(struct audio_ways *ways, int number, struct audio_device *devices,
	size_t n, size_t max)
{
	const struct card *card = card_of(ways, number);
	if (!card || n == 0)
		return n;
	for (size_t i = 0; card->r == -EXDEV && i < n; i++)
		devices[i].aside = true;
	if (!card->ucm)
		return n;
	struct putting p = {
		.card = card, .devices = devices, .streams = n, .n = n, .max = max};
	add_all(&p);
	if (p.n == n)
		return n;
	set_aside(&p);
	audio_ways_mark(ways, devices, p.n);
	return p.n;
}

/* Routes. */

static bool is_routed(const struct audio_ways *ways, const struct audio_device *device,
	enum pcm_direction d)
{
	const struct audio_ucm *ucm =
		device->route[0] ? ways->cards[device->number].ucm : NULL;
	return ucm && strcmp(audio_ucm_routed(ucm, d), device->route) == 0;
}

void audio_ways_mark(
	const struct audio_ways *ways, struct audio_device *devices, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct audio_device *d = &devices[i];
		d->routed[PCM_PLAYBACK] = d->plays && is_routed(ways, d, PCM_PLAYBACK);
		d->routed[PCM_CAPTURE] = d->hears && is_routed(ways, d, PCM_CAPTURE);
	}
}

int audio_ways_route(
	struct audio_ways *ways, const struct audio_device *device, enum pcm_direction d)
{
	struct card *card = device->route[0] ? card_of(ways, device->number) : NULL;
	char before[AUDIO_UCM_NAME];
	if (!card || !card->ucm)
		return 0;
	bool doubts = audio_ucm_doubts(card->ucm);
	strcpy(before, audio_ucm_routed(card->ucm, d));
	int r = audio_ucm_route(card->ucm, d, device->route);
	if (r == -EBUSY)
		return r;
	return doubts || strcmp(before, audio_ucm_routed(card->ucm, d)) != 0;
}

void audio_ways_use(struct audio_ways *ways, enum pcm_direction d, const char *pcm)
{
	for (int i = 0; i < AUDIO_WAYS_CARDS; i++) {
		if (ways->cards[i].ucm)
			audio_ucm_use(ways->cards[i].ucm, d, pcm);
	}
}

const char *audio_ways_rival(const struct audio_ways *ways,
	const struct audio_device *device, enum pcm_direction d)
{
	const struct audio_ucm *ucm =
		device->route[0] ? ways->cards[device->number].ucm : NULL;
	return ucm ? audio_ucm_rival(ucm, d, device->route) : NULL;
}

void audio_ways_doubt(struct audio_ways *ways)
{
	for (int i = 0; i < AUDIO_WAYS_CARDS; i++) {
		if (ways->cards[i].ucm)
			audio_ucm_doubt(ways->cards[i].ucm);
	}
}
