#include "session/audio_devices.h"

#include <errno.h>
#include <libudev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "session/alsa.h"
#include "session/audio_cards.h"
#include "session/audio_rule.h"
#include "session/audio_wait.h"
#include "session/audio_ways.h"
#include "session/loop.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

/* A card is a dozen devices, which come one by one, and get their rights after that. */
#define SETTLE_NS   (100 * NS_PER_MS)

#define REFUSED_MAX 8 /* devices of a direction; of the rest nobody is told */

struct audio_devices {
	struct loop *loop;
	void (*changed)(void *data);
	void (*routed)(void *data, const struct audio_device *device,
		enum pcm_direction direction); /* NULL: nobody */
	void *data;
	bool started; /* somebody asked */
	struct udev *udev;
	struct udev_monitor
		*monitor; /* NULL: cards that come are seen when somebody asks */
	struct loop_source *source;
	int settle; /* timerfd; -1: nothing is about to change */
	struct loop_source *settle_source;
	bool unsettled; /* something changed, and no timer could be had */
	bool freed;     /* what was waited for */
	struct refused {
		size_t n;
		struct audio_device list[REFUSED_MAX];
	} refused[2]; /* by direction: for what the other one uses */
	int denied;   /* a card that we may not look at; -1 */
	bool awaits_rights;
	struct audio_cards *cards;
	struct audio_wait *wait;
	size_t n;
	struct audio_device list[AUDIO_DEVICES_MAX];
	size_t n_picked;
	struct audio_device picked[AUDIO_DEVICES_MAX];
	char unfit[AUDIO_RULE_MAX]; /* the rule that was said to fit nothing */
};

static void end_settling(struct audio_devices *devices)
{
	loop_remove(devices->settle_source);
	if (devices->settle >= 0)
		close(devices->settle);
	devices->settle_source = NULL;
	devices->settle = -1;
}

static void await_rights(struct audio_devices *devices)
{
	char name[16];
	snprintf(name, sizeof name, "hw:%d", devices->denied);
	if (devices->denied >= 0)
		audio_wait_for(devices->wait, name);
	else if (devices->awaits_rights)
		audio_wait_end(devices->wait);
	devices->awaits_rights = devices->denied >= 0;
}

static bool look(struct audio_devices *devices)
{
	struct audio_device now[AUDIO_DEVICES_MAX];
	size_t n = 0;
	memset(now, 0, sizeof now);
	if (alsa_load() == 0)
		n = audio_cards_scan(
			devices->cards, now, AUDIO_DEVICES_MAX, &devices->denied);
	bool other = n != devices->n || memcmp(now, devices->list, sizeof now) != 0;
	memcpy(devices->list, now, sizeof now);
	devices->n = n;
	if (other)
		devices->unfit[0] = '\0';
	await_rights(devices);
	return other;
}

/* One that would not be refused any more is forgotten, and told. */
static bool any_let(struct audio_devices *devices, enum pcm_direction d)
{
	struct refused *refused = &devices->refused[d];
	char why[PCM_WHY_MAX];
	size_t left = 0;
	for (size_t i = 0; i < refused->n; i++) {
		if (audio_devices_excluded(devices, &refused->list[i], d, why))
			refused->list[left++] = refused->list[i];
	}
	bool any = left < refused->n;
	refused->n = left;
	return any;
}

static void handle_settled(void *data, uint32_t events)
{
	struct audio_devices *devices = data;
	(void)events;
	end_settling(devices);
	bool tell = look(devices);
	tell = any_let(devices, PCM_PLAYBACK) || tell;
	tell = any_let(devices, PCM_CAPTURE) || tell;
	tell = devices->freed || tell;
	devices->freed = false;
	if (tell)
		devices->changed(devices->data);
}

/* From the last thing that changed on. */
static int settle(struct audio_devices *devices)
{
	struct itimerspec when = {.it_value = ns_timespec(SETTLE_NS)};
	if (devices->settle < 0)
		devices->settle =
			timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (devices->settle < 0 || timerfd_settime(devices->settle, 0, &when, NULL) < 0)
		return -errno;
	if (!devices->settle_source)
		devices->settle_source = loop_add(
			devices->loop, devices->settle, EPOLLIN, handle_settled, devices);
	return devices->settle_source ? 0 : -errno;
}

/* Who asks, or opens a device just now, is not told in the middle of that. */
static void note_change(void *data)
{
	struct audio_devices *devices = data;
	int r = settle(devices);
	devices->unsettled = r < 0;
	devices->freed = devices->freed || r < 0;
	if (r < 0)
		log_debug("sound: devices are looked at with the next question: %s",
			strerror(-r));
}

static void note_freed(void *data)
{
	struct audio_devices *devices = data;
	devices->freed = true;
	note_change(devices);
}

static void handle_udev(void *data, uint32_t events)
{
	struct audio_devices *devices = data;
	struct udev_device *dev;
	bool any = false;
	(void)events;
	while ((dev = udev_monitor_receive_device(devices->monitor))) {
		any = true;
		udev_device_unref(dev);
	}
	if (any)
		note_change(devices);
}

static int start_udev(struct audio_devices *devices)
{
	devices->udev = udev_new();
	if (!devices->udev)
		return -ENOMEM;
	devices->monitor = udev_monitor_new_from_netlink(devices->udev, "udev");
	if (!devices->monitor)
		return -ENOMEM;
	int r = udev_monitor_filter_add_match_subsystem_devtype(
		devices->monitor, "sound", NULL);
	if (r >= 0)
		r = udev_monitor_enable_receiving(devices->monitor);
	if (r < 0)
		return r;
	devices->source = loop_add(devices->loop, udev_monitor_get_fd(devices->monitor),
		EPOLLIN, handle_udev, devices);
	return devices->source ? 0 : -errno;
}

static void end_udev(struct audio_devices *devices)
{
	loop_remove(devices->source);
	devices->source = NULL;
	devices->monitor = udev_monitor_unref(devices->monitor);
	devices->udev = udev_unref(devices->udev);
}

/* Listening first: what comes meanwhile is not missed. */
static void start(struct audio_devices *devices)
{
	if (!devices->started) {
		int r = start_udev(devices);
		if (r < 0) {
			log_info("sound cards that are plugged in are seen with the next "
				 "sound only: udev: %s",
				strerror(-r));
			end_udev(devices);
		}
	} else if (devices->unsettled) {
		note_change(devices);
	} else if (devices->monitor && devices->denied < 0) {
		return;
	}
	devices->started = true;
	look(devices);
}

struct audio_devices *audio_devices_create(
	struct loop *loop, void (*changed)(void *data), void *data)
{
	struct audio_devices *devices = xcalloc(1, sizeof *devices);
	*devices = (struct audio_devices){.loop = loop,
		.changed = changed,
		.data = data,
		.settle = -1,
		.denied = -1};
	devices->cards = audio_cards_create(loop, note_change, devices);
	devices->wait = audio_wait_create(loop, "/dev/snd", note_freed, devices);
	return devices;
}

void audio_devices_destroy(struct audio_devices *devices)
{
	if (!devices)
		return;
	end_udev(devices);
	end_settling(devices);
	audio_wait_destroy(devices->wait);
	audio_cards_destroy(devices->cards);
	free(devices);
}

static void say_unfit(struct audio_devices *devices, const char *rule)
{
	if (strcmp(devices->unfit, rule) == 0)
		return;
	snprintf(devices->unfit, sizeof devices->unfit, "%s", rule);
	log_info("sound: none of %zu devices is \"%s\": the default is taken "
		 "(osaas ctl audio lists them)",
		devices->n, rule);
}

/* The first question looks; the ones after it are of the same devices. */
const struct audio_device *audio_devices_pick(struct audio_devices *devices,
	enum pcm_direction direction, const char *rule, size_t n)
{
	if (n == 0) {
		start(devices);
		rule = rule && audio_rule_check(rule) == 0 ? rule : "default";
		devices->n_picked = audio_rule_pick(
			rule, direction, devices->list, devices->n, devices->picked);
		if (devices->n_picked == 0 && devices->n > 0 &&
			strcmp(rule, "default") != 0) {
			say_unfit(devices, rule);
			devices->n_picked = audio_rule_pick("default", direction,
				devices->list, devices->n, devices->picked);
		}
	}
	return n < devices->n_picked ? &devices->picked[n] : NULL;
}

size_t audio_devices_list(struct audio_devices *devices, const struct audio_device **out)
{
	start(devices);
	*out = devices->list;
	return devices->n;
}

bool audio_devices_excluded(const struct audio_devices *devices,
	const struct audio_device *device, enum pcm_direction d,
	char why[static PCM_WHY_MAX])
{
	const char *rival = audio_ways_rival(audio_cards_ways(devices->cards), device, d);
	if (!rival)
		return false;
	snprintf(why, PCM_WHY_MAX,
		d == PCM_PLAYBACK
			? "%s cannot play by its %s while it hears by its %s: choose "
			  "another output or input, or end what listens, see 'osaas ctl "
			  "audio'"
			: "%s cannot hear by its %s while it plays by its %s: choose "
			  "another output or input, or end what plays, see 'osaas ctl "
			  "audio'",
		device->card, device->route, rival);
	return true;
}

static bool is_noted(const struct refused *refused, const struct audio_device *device)
{
	for (size_t i = 0; i < refused->n; i++) {
		const struct audio_device *one = &refused->list[i];
		if (one->number == device->number &&
			strcmp(one->route, device->route) == 0)
			return true;
	}
	return false;
}

static void note_refused(struct audio_devices *devices, const struct audio_device *device,
	enum pcm_direction d)
{
	struct refused *refused = &devices->refused[d];
	char why[PCM_WHY_MAX];
	if (is_noted(refused, device) || refused->n == REFUSED_MAX)
		return;
	if (refused->n == 0 && audio_devices_excluded(devices, device, d, why))
		log_info("sound: %s", why);
	refused->list[refused->n++] = *device;
}

bool audio_devices_refused(const struct audio_devices *devices, enum pcm_direction d)
{
	return devices->refused[d].n > 0;
}

/* Whether it still is shows when all is settled: others may be tried meanwhile, in vain. */
static void try_refused(struct audio_devices *devices, enum pcm_direction d)
{
	if (devices->refused[d].n > 0)
		note_change(devices);
}

void audio_devices_use(
	struct audio_devices *devices, enum pcm_direction d, const char *pcm)
{
	audio_ways_use(audio_cards_ways(devices->cards), d, pcm);
	if (!pcm)
		try_refused(devices, !d);
}

int audio_devices_route(struct audio_devices *devices, const struct audio_device *device,
	enum pcm_direction d)
{
	struct audio_ways *ways = audio_cards_ways(devices->cards);
	int r = audio_ways_route(ways, device, d);
	if (r < 0)
		note_refused(devices, device, d);
	if (r <= 0)
		return r;
	try_refused(devices, !d);
	audio_ways_mark(ways, devices->list, devices->n);
	audio_ways_mark(ways, devices->picked, devices->n_picked);
	if (devices->routed)
		devices->routed(devices->data, device, d);
	return 0;
}

void audio_devices_on_route(struct audio_devices *devices,
	void (*routed)(void *data, const struct audio_device *device,
		enum pcm_direction direction))
{
	devices->routed = routed;
}

void audio_devices_doubt(struct audio_devices *devices)
{
	audio_ways_doubt(audio_cards_ways(devices->cards));
}

const char *audio_devices_why(const struct audio_devices *devices)
{
	if (devices->denied >= 0)
		return "no permission for the sound card: log in on the seat, or join "
		       "the "
		       "group audio";
	return devices->n == 0 ? "there is no sound card: plug one in, or load its driver"
			       : NULL;
}

void audio_devices_await(struct audio_devices *devices, const char *pcm)
{
	devices->awaits_rights = false;
	if (pcm)
		audio_wait_for(devices->wait, pcm);
	else
		audio_wait_end(devices->wait);
}
