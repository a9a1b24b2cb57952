#include "session/audio_cards.h"

#include <alsa/asoundlib.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "session/alsa.h"
#include "session/audio_ways.h"
#include "session/loop.h"
#include "util/list.h"
#include "util/log.h"
#include "util/xalloc.h"

#define MAX_CARDS    AUDIO_WAYS_CARDS
#define MAX_DEVICES  64   /* of one card */
#define MAX_ELEMENTS 4096 /* of one card */
#define MAX_EVENTS   256  /* looked at in a turn */

struct audio_cards {
	struct loop *loop;
	void (*jacks)(void *data);
	void *data;
	struct list watches; /* watch.link */
	struct audio_ways *ways;
};

struct watch {
	struct list link; /* audio_cards.watches */
	struct audio_cards *cards;
	snd_ctl_t *ctl;
	struct loop_source *source;
};

/* What is being looked at. */
struct scan {
	struct audio_ways *ways;
	snd_ctl_t *ctl;
	int number;
	struct audio_device card; /* what all of its streams have in common */
	struct audio_device *out;
	size_t n, max;
	size_t first; /* of out: of this card */
	bool speaker; /* it has one built in */
	bool tells;   /* it has jacks that change */
	int denied;   /* the number of a card; -1 */
};

struct audio_cards *audio_cards_create(
	struct loop *loop, void (*jacks)(void *data), void *data)
{
	struct audio_cards *cards = xcalloc(1, sizeof *cards);
	*cards = (struct audio_cards){.loop = loop, .jacks = jacks, .data = data};
	list_init(&cards->watches);
	cards->ways = audio_ways_create();
	return cards;
}

static void unwatch(struct watch *watch)
{
	list_remove(&watch->link);
	loop_remove(watch->source);
	snd_ctl_close(watch->ctl);
	free(watch);
}

static void unwatch_all(struct audio_cards *cards)
{
	list_for_each_safe (watch, &cards->watches, struct watch, link)
		unwatch(watch);
}

void audio_cards_destroy(struct audio_cards *cards)
{
	if (!cards)
		return;
	unwatch_all(cards);
	audio_ways_destroy(cards->ways);
	free(cards);
}

/* Jacks. */

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), k = strlen(end);
	return n >= k && strcmp(text + n - k, end) == 0;
}

static bool is_jack(snd_ctl_elem_iface_t interface, const char *name)
{
	return interface == SND_CTL_ELEM_IFACE_CARD && ends_with(name, " Jack");
}

/*
 * Which device a jack is of: "HDMI/DP,pcm=3 Jack" says so, any other is of the card's first.
 * Of one that plays and hears it is what it plays to that counts.
 */
static bool jack_is_of(const char *jack, const struct audio_device *device)
{
	unsigned number, card, own;
	const char *pcm = strstr(jack, ",pcm=");
	if (sscanf(device->pcm, "hw:%u,%u", &card, &own) != 2)
		return false;
	if (pcm && sscanf(pcm, ",pcm=%3u", &number) == 1)
		return number == own;
	bool input = strstr(jack, "Mic") || strncmp(jack, "Line Jack", 9) == 0;
	bool both = strstr(jack, "Headset") && !strstr(jack, "Mic");
	bool output = both || !input;
	return !device->hdmi && own == 0 && device->plays == output;
}

static void note_jack(struct scan *scan, const char *name, bool plugged)
{
	for (size_t i = scan->first; i < scan->n; i++) {
		struct audio_device *device = &scan->out[i];
		if (!jack_is_of(name, device))
			continue;
		if (plugged)
			device->jack = AUDIO_JACK_IN;
		else if (device->jack == AUDIO_JACK_NONE)
			device->jack = AUDIO_JACK_OUT;
	}
}

static void read_jack(struct scan *scan, snd_ctl_elem_list_t *list, unsigned i)
{
	snd_ctl_elem_id_t *id;
	snd_ctl_elem_value_t *value;
	snd_ctl_elem_id_alloca(&id);
	snd_ctl_elem_value_alloca(&value);
	snd_ctl_elem_list_get_id(list, i, id);
	const char *name = snd_ctl_elem_id_get_name(id);
	if (strncmp(name, "Speaker", 7) == 0)
		scan->speaker = true;
	if (!is_jack(snd_ctl_elem_id_get_interface(id), name))
		return;
	snd_ctl_elem_value_set_id(value, id);
	if (snd_ctl_elem_read(scan->ctl, value) < 0)
		return;
	if (!strstr(name, "Phantom")) /* of what is built in */
		scan->tells = true;
	bool plugged = snd_ctl_elem_value_get_boolean(value, 0) != 0;
	note_jack(scan, name, plugged);
	audio_ways_jack(scan->ways, scan->number, name, plugged);
}

/* Without anything in its jack, what is built in is heard. */
static void note_speaker(struct scan *scan)
{
	for (size_t i = scan->first; i < scan->n; i++) {
		struct audio_device *device = &scan->out[i];
		if (device->plays && !device->hdmi && device->jack == AUDIO_JACK_OUT)
			device->jack = AUDIO_JACK_NONE;
	}
}

static void read_jacks(struct scan *scan)
{
	snd_ctl_elem_list_t *list;
	snd_ctl_elem_list_alloca(&list);
	if (snd_ctl_elem_list(scan->ctl, list) < 0)
		return;
	unsigned n = snd_ctl_elem_list_get_count(list);
	if (n == 0 || n > MAX_ELEMENTS || snd_ctl_elem_list_alloc_space(list, n) < 0)
		return;
	if (snd_ctl_elem_list(scan->ctl, list) == 0) {
		for (unsigned i = 0; i < snd_ctl_elem_list_get_used(list); i++)
			read_jack(scan, list, i);
	}
	snd_ctl_elem_list_free_space(list);
	if (scan->speaker)
		note_speaker(scan);
}

/* Another of the card's controls changes more often than a jack. */
static bool is_jack_event(const snd_ctl_event_t *event)
{
	return snd_ctl_event_get_type(event) == SND_CTL_EVENT_ELEM &&
	       is_jack(snd_ctl_event_elem_get_interface(event),
		       snd_ctl_event_elem_get_name(event));
}

static void handle_control(void *data, uint32_t events)
{
	struct watch *watch = data;
	struct audio_cards *cards = watch->cards;
	snd_ctl_event_t *event;
	snd_ctl_event_alloca(&event);
	bool jacks = false;
	int r = 1;
	(void)events;
	for (int i = 0; i < MAX_EVENTS && r > 0; i++) {
		r = snd_ctl_read(watch->ctl, event);
		jacks = jacks || (r > 0 && is_jack_event(event));
	}
	if (r < 0 && r != -EAGAIN &&
		r != -EINTR) { /* the card is gone: udev says so, too */
		unwatch(watch);
		jacks = true;
	}
	if (jacks)
		cards->jacks(cards->data);
}

/* Without it what is plugged in is seen with the next look. */
static int watch_card(struct audio_cards *cards, snd_ctl_t *ctl)
{
	struct pollfd fd;
	int r = snd_ctl_subscribe_events(ctl, 1);
	if (r == 0)
		r = snd_ctl_poll_descriptors(ctl, &fd, 1) == 1 ? 0 : -ENOTSUP;
	if (r < 0)
		return r;
	struct watch *watch = xcalloc(1, sizeof *watch);
	*watch = (struct watch){.cards = cards, .ctl = ctl};
	list_init(&watch->link);
	watch->source = loop_add(cards->loop, fd.fd, EPOLLIN, handle_control, watch);
	if (!watch->source) {
		r = -errno;
		free(watch);
		return r;
	}
	list_push_back(&cards->watches, &watch->link);
	return 0;
}

/* Cards and their streams. */

static void copy_text(char *out, size_t size, const char *text)
{
	snprintf(out, size, "%s", text);
	for (char *c = out; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 127)
			*c = ' ';
	}
}

static int read_card(struct scan *scan)
{
	snd_ctl_card_info_t *info;
	snd_ctl_card_info_alloca(&info);
	int r = snd_ctl_card_info(scan->ctl, info);
	if (r < 0)
		return r;
	struct audio_device *card = &scan->card;
	*card = (struct audio_device){.number = scan->number,
		.usb = strcmp(snd_ctl_card_info_get_driver(info), "USB-Audio") == 0};
	copy_text(card->id, sizeof card->id, snd_ctl_card_info_get_id(info));
	copy_text(card->card, sizeof card->card, snd_ctl_card_info_get_name(info));
	return 0;
}

static bool read_stream(
	struct scan *scan, snd_pcm_info_t *info, int device, snd_pcm_stream_t stream)
{
	snd_pcm_info_set_device(info, (unsigned)device);
	snd_pcm_info_set_subdevice(info, 0);
	snd_pcm_info_set_stream(info, stream);
	return snd_ctl_pcm_info(scan->ctl, info) == 0 &&
	       snd_pcm_info_get_class(info) != SND_PCM_CLASS_MODEM;
}

static bool is_hdmi(const struct audio_device *device)
{
	return strcasestr(device->name, "hdmi") ||
	       strcasestr(device->name, "displayport") || strcasestr(device->id, "hdmi");
}

static void add_device(struct scan *scan, int number)
{
	snd_pcm_info_t *info;
	snd_pcm_info_alloca(&info);
	struct audio_device device = scan->card;
	device.plays = read_stream(scan, info, number, SND_PCM_STREAM_PLAYBACK);
	if (device.plays)
		copy_text(device.name, sizeof device.name, snd_pcm_info_get_name(info));
	device.hears = read_stream(scan, info, number, SND_PCM_STREAM_CAPTURE);
	if (!device.plays && !device.hears)
		return;
	if (!device.plays)
		copy_text(device.name, sizeof device.name, snd_pcm_info_get_name(info));
	snprintf(device.pcm, sizeof device.pcm, "hw:%d,%d", scan->number, number);
	device.hdmi = is_hdmi(&device);
	if (scan->n < scan->max)
		scan->out[scan->n++] = device;
}

static void scan_streams(struct scan *scan)
{
	int device = -1;
	scan->first = scan->n;
	scan->speaker = scan->tells = false;
	for (int i = 0; i < MAX_DEVICES; i++) {
		if (snd_ctl_pcm_next_device(scan->ctl, &device) < 0 || device < 0)
			break;
		add_device(scan, device);
	}
	read_jacks(scan);
	scan->n = scan->first + audio_ways_put(scan->ways, scan->number,
					scan->out + scan->first, scan->n - scan->first,
					scan->max - scan->first);
}

static void scan_card(struct audio_cards *cards, struct scan *scan)
{
	char name[16];
	snprintf(name, sizeof name, "hw:%d", scan->number);
	int r = snd_ctl_open(&scan->ctl, name, SND_CTL_NONBLOCK | SND_CTL_READONLY);
	if (r < 0) {
		log_debug("sound: card %d: %s", scan->number, snd_strerror(r));
		if (r == -EACCES || r == -EPERM) {
			scan->denied = scan->number;
			audio_ways_keep(scan->ways, scan->number);
		}
		return;
	}
	r = read_card(scan);
	if (r == 0) {
		audio_ways_card(scan->ways, &scan->card);
		scan_streams(scan);
	}
	if (r == 0 && scan->tells) {
		r = watch_card(cards, scan->ctl);
		if (r == 0)
			return;
	}
	if (r < 0)
		log_debug("sound: %s: its controls: %s", name, snd_strerror(r));
	snd_ctl_close(scan->ctl);
}

size_t audio_cards_scan(
	struct audio_cards *cards, struct audio_device *out, size_t max, int *denied)
{
	struct scan scan = {
		.ways = cards->ways, .number = -1, .denied = -1, .out = out, .max = max};
	unwatch_all(cards);
	audio_ways_begin(cards->ways);
	for (int i = 0; i < MAX_CARDS; i++) {
		if (snd_card_next(&scan.number) < 0 || scan.number < 0)
			break;
		scan_card(cards, &scan);
	}
	audio_ways_end(cards->ways);
	*denied = scan.denied;
	return scan.n;
}

struct audio_ways *audio_cards_ways(struct audio_cards *cards)
{
	return cards->ways;
}
