#include "session/sound.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/audio.h"
#include "session/audio_config.h"
#include "session/audio_in.h"
#include "session/audio_kept.h"
#include "session/audio_mixer.h"
#include "session/audio_volume.h"
#include "session/session.h"
#include "session/settings.h"
#include "session/virtual.h"
#include "session/volume_bar.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

#define KEEP_AFTER_NS (2 * NS_PER_S) /* a key that is held is written once */
#define CLOSE_NS      (5 * NS_PER_S) /* the mixer, when nobody asked for so long */

#define SEEN          16

static const char *const rule_names[] = {
	[PCM_PLAYBACK] = "output",
	[PCM_CAPTURE] = "input",
};

/* One direction. */
struct side {
	struct sound *sound;
	enum pcm_direction direction;
	char pcm[64];                   /* the device that all this is of; "": none yet */
	char route[32];                 /* what that goes to, of several; "": it is one */
	char kept[AUDIO_KEPT_NAME_MAX]; /* its name there; "": it is not kept */
	struct audio_mixer *mixer;      /* NULL: it has none */
	double volume;                  /* of the mix, where the card has none */
	bool muted;                     /* the same */
	uint64_t keep_ns;               /* when to keep it; 0: it is */
	bool taken;                     /* it is as it is to be: see take_up */
	bool waits;                     /* its route is not set yet */
	bool rerouted;                  /* the card's controls are its use case's */
	bool sounds;                    /* the engine has that device open */
	uint64_t close_ns;              /* when to close the mixer; 0: never */
	char said[AUDIO_TEXT_MAX];      /* in this session; "": nothing */
	bool forgot;                    /* in this session: what was ever said */
	/* Of the mixer of the device that was kept so, after it was closed. */
	char wished[AUDIO_KEPT_NAME_MAX];
	struct audio_wish wish;
};

struct sound {
	struct session *session;
	struct audio_devices *devices;
	struct audio_kept *kept; /* NULL: nothing is, time is virtual */
	struct volume_bar *bar;
	struct side sides[2];
	/* Devices that are as they are to be, unless they went: by side.kept. */
	char seen[SEEN][AUDIO_KEPT_NAME_MAX];
	size_t n_seen;
	bool deaf; /* no microphone is heard, whichever it is: the user said so */
};

/* Rules. */

const char *sound_rule(const struct sound *sound, enum pcm_direction d)
{
	const struct session *session = sound->session;
	const struct audio_config *config = &session->settings->audio;
	const char *set = d == PCM_PLAYBACK ? config->output : config->input;
	const char *kept = sound->kept && !sound->sides[d].forgot
				   ? audio_kept_rule(sound->kept, rule_names[d])
				   : NULL;
	if (sound->sides[d].said[0])
		return sound->sides[d].said;
	if (d == PCM_PLAYBACK && session->options->audio)
		return session->options->audio;
	if (kept)
		return kept;
	return set[0] ? set : NULL;
}

static void handle_plays(void *data, const char *device);
static void handle_hears(void *data, const char *device);

static struct audio_options options_of(const struct sound *sound)
{
	const struct audio_config *config = &sound->session->settings->audio;
	return (struct audio_options){
		.output = sound_rule(sound, PCM_PLAYBACK),
		.rate = config->rate,
		.latency_ns = config->latency_ns,
		.background = config->background,
		.devices = sound->devices,
		.opened = handle_plays,
		.data = (void *)(uintptr_t)sound,
	};
}

/* Time that stands still hears nothing. */
static struct audio_in_options in_options_of(const struct sound *sound)
{
	return (struct audio_in_options){
		.input = virtual_is_on() ? "none" : sound_rule(sound, PCM_CAPTURE),
		.devices = sound->devices,
		.opened = handle_hears,
		.data = (void *)(uintptr_t)sound,
	};
}

void sound_configure(struct sound *sound)
{
	const struct audio_options options = options_of(sound);
	const struct audio_in_options in = in_options_of(sound);
	audio_configure(sound->session->audio, &options);
	audio_in_configure(sound->session->audio_in, &in);
}

void sound_say_rule(struct sound *sound, enum pcm_direction d, const char *rule)
{
	struct side *side = &sound->sides[d];
	snprintf(side->said, sizeof side->said, "%s", rule ? rule : "");
	side->forgot = !rule;
	if (sound->kept)
		audio_kept_put_rule(sound->kept, rule_names[d], rule);
	sound_configure(sound);
}

/* Levels. */

static void level_of(const struct side *side, struct audio_level *out)
{
	audio_mixer_level(side->mixer, side->direction, out);
	if (!out->has_volume)
		out->volume = side->volume;
	if (!out->has_mute)
		out->muted = side->muted;
	if (side->direction == PCM_CAPTURE)
		out->muted |= side->sound->deaf;
}

static bool is_muted(const struct side *side)
{
	struct audio_level level;
	level_of(side, &level);
	return level.muted;
}

static void keep(struct side *side)
{
	struct sound *sound = side->sound;
	struct audio_level level;
	side->keep_ns = 0;
	if (!sound->kept || !side->kept[0] ||
		(side->mixer && audio_mixer_gone(side->mixer)))
		return;
	level_of(side, &level);
	const struct audio_kept_level now = {level.volume, level.muted};
	audio_kept_put_level(sound->kept, side->kept, &now);
}

static void keep_soon(struct side *side)
{
	if (side->kept[0])
		side->keep_ns = clock_now_ns() + KEEP_AFTER_NS;
}

/* What the card cannot do is done to the mix, and to what is heard. */
static void apply_mix(struct side *side)
{
	const struct session *session = side->sound->session;
	struct audio_level card, level;
	audio_mixer_level(side->mixer, side->direction, &card);
	level_of(side, &level);
	double gain = card.has_volume ? 1 : audio_volume_gain(level.volume);
	if (side->direction == PCM_CAPTURE)
		audio_in_mute(session->audio_in, level.muted);
	else
		audio_set_gain(session->audio, level.muted && !card.has_mute ? 0 : gain);
}

static int set_volume(struct side *side, double volume)
{
	struct audio_level level;
	audio_mixer_level(side->mixer, side->direction, &level);
	if (!level.has_volume && side->direction == PCM_CAPTURE)
		return -ENOTSUP;
	int r = level.has_volume
			? audio_mixer_set_volume(side->mixer, side->direction, volume)
			: 0;
	if (!level.has_volume)
		side->volume = volume;
	apply_mix(side);
	return r;
}

static int set_mute(struct side *side, bool muted)
{
	struct audio_level level;
	audio_mixer_level(side->mixer, side->direction, &level);
	int r = level.has_mute ? audio_mixer_set_mute(side->mixer, side->direction, muted)
			       : 0;
	if (!level.has_mute)
		side->muted = muted;
	apply_mix(side);
	return r;
}

/* The device that it is of. */

static void leave(struct side *side)
{
	if (side->keep_ns)
		keep(side);
	if (side->mixer) {
		side->wish = audio_mixer_wished(side->mixer, side->direction);
		memcpy(side->wished, side->kept, sizeof side->wished);
	}
	audio_mixer_close(side->mixer);
	side->mixer = NULL;
	side->pcm[0] = side->kept[0] = side->route[0] = '\0';
	side->volume = 1;
	side->muted = false;
	side->sounds = side->taken = side->waits = false;
	side->close_ns = 0;
}

static void handle_mixer(void *data)
{
	struct side *side = data;
	if (audio_mixer_gone(side->mixer)) {
		leave(side);
		return;
	}
	apply_mix(side);
	keep_soon(side);
}

static bool was_kept(const struct side *side, struct audio_kept_level *out)
{
	return side->sound->kept && side->kept[0] &&
	       audio_kept_level(side->sound->kept, side->kept, out);
}

static const char *const does[] = {
	[PCM_PLAYBACK] = "plays",
	[PCM_CAPTURE] = "hears",
};

/* Headphones are louder than the speaker beside them: each has a volume of its own. */
static void name_of(const struct audio_device *device, enum pcm_direction d,
	char name[static AUDIO_KEPT_NAME_MAX])
{
	snprintf(name, AUDIO_KEPT_NAME_MAX, "%s %s/%s", does[d], device->id,
		device->route[0] ? device->route : device->name);
}

static bool is_of(const char *kept, const struct audio_device *device)
{
	char name[AUDIO_KEPT_NAME_MAX];
	for (int d = 0; d < 2; d++) {
		name_of(device, (enum pcm_direction)d, name);
		if (strcmp(name, kept) == 0)
			return true;
	}
	return false;
}

/* True: already. The oldest of too many is set once more some day, no harm. */
static bool see(struct side *side)
{
	struct sound *sound = side->sound;
	for (size_t i = 0; i < sound->n_seen; i++) {
		if (strcmp(sound->seen[i], side->kept) == 0)
			return true;
	}
	if (sound->n_seen == SEEN)
		memmove(sound->seen[0], sound->seen[1],
			--sound->n_seen * sizeof sound->seen[0]);
	memcpy(sound->seen[sound->n_seen++], side->kept, sizeof side->kept);
	return false;
}

static void forget_gone(struct sound *sound)
{
	const struct audio_device *list;
	size_t n = audio_devices_list(sound->devices, &list), left = 0;
	for (size_t i = 0; i < sound->n_seen; i++) {
		bool here = false;
		for (size_t k = 0; k < n && !here; k++)
			here = is_of(sound->seen[i], &list[k]);
		if (here && left++ != i)
			memcpy(sound->seen[left - 1], sound->seen[i],
				sizeof sound->seen[i]);
	}
	sound->n_seen = left;
}

/*
 * The first time in a session, and when it was gone, as it was left the last time; if it never was, as
 * it is, if it is heard. Later, what somebody did to it meanwhile, with whatever, counts; but not
 * what a use case did, which opens what it enables. Whoever muted
 * a microphone is never heard because of us.
 */
static void take_up(struct side *side)
{
	struct audio_kept_level kept;
	if (side->taken || side->waits)
		return;
	side->taken = true;
	bool woke = side->mixer && audio_mixer_wake(side->mixer, side->direction);
	bool seen = see(side) && !side->rerouted;
	side->rerouted = false;
	bool known = was_kept(side, &kept);
	if (seen && !woke) {
		keep_soon(side);
		apply_mix(side);
		return;
	}
	if (known)
		set_volume(side, kept.volume);
	if (known && (kept.muted || side->direction == PCM_PLAYBACK))
		set_mute(side, kept.muted);
	if (woke && !known)
		log_info("%s had never been set up: its controls were opened, see 'osaas "
			 "ctl audio'",
			side->pcm);
	apply_mix(side);
}

/* Of several that have one stream: that of that name; NULL: where it goes. */
static const struct audio_device *find_device(
	const struct side *side, const char *pcm, const char *route)
{
	const struct audio_device *list, *found = NULL;
	size_t n = audio_devices_list(side->sound->devices, &list);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(list[i].pcm, pcm) != 0)
			continue;
		if (route ? strcmp(list[i].route, route) == 0
			  : list[i].routed[side->direction])
			return &list[i];
		found = found ? found : &list[i];
	}
	return found;
}

static void name_kept(struct side *side, const struct audio_device *device)
{
	if (device)
		name_of(device, side->direction, side->kept);
	else
		snprintf(side->kept, sizeof side->kept, "%s %s", does[side->direction],
			side->pcm);
}

static bool attends(
	const struct side *side, const char *pcm, const struct audio_device *device)
{
	return strcmp(side->pcm, pcm) == 0 &&
	       (!device || strcmp(side->route, device->route) == 0);
}

static int open_mixer(struct side *side, const struct audio_device *device)
{
	enum pcm_direction d = side->direction;
	bool routed = device && device->route[0];
	bool digital = d == PCM_PLAYBACK && device && device->hdmi;
	int r = audio_mixer_open(side->sound->session->loop,
		routed ? device->volume[d].card : side->pcm, digital, handle_mixer, side,
		&side->mixer);
	if (r == 0 && routed)
		audio_mixer_prefer(side->mixer, d, device->volume[d].elem);
	return r;
}

static void attend(struct side *side, const char *pcm, const char *route)
{
	const struct audio_device *device = find_device(side, pcm, route);
	if (attends(side, pcm, device))
		return;
	leave(side);
	snprintf(side->pcm, sizeof side->pcm, "%s", pcm);
	snprintf(side->route, sizeof side->route, "%s", device ? device->route : "");
	side->waits = device && device->route[0] && !device->routed[side->direction];
	name_kept(side, device);
	int r = open_mixer(side, device);
	if (r < 0 && r != -ENOENT)
		log_error("%s: its volume cannot be set: %s", pcm, strerror(-r));
	if (r == 0 && strcmp(side->wished, side->kept) == 0)
		audio_mixer_wish(side->mixer, side->direction, side->wish);
	struct audio_kept_level kept = {1, false};
	was_kept(side, &kept);
	side->volume = kept.volume;
	side->muted = kept.muted;
}

/* Before the first frame goes to it, or comes from it. */
static void follow(struct side *side, const char *device)
{
	if (device) {
		attend(side, device, NULL);
		side->waits = false;
		take_up(side);
	}
	side->sounds = device != NULL;
	side->close_ns = device || !side->pcm[0] ? 0 : clock_now_ns() + CLOSE_NS;
}

static void handle_plays(void *data, const char *device)
{
	struct sound *sound = data;
	follow(&sound->sides[PCM_PLAYBACK], device);
}

static void handle_hears(void *data, const char *device)
{
	struct sound *sound = data;
	follow(&sound->sides[PCM_CAPTURE], device);
}

/*
 * The stream goes on, to something else; or to the same, which was set anew; or it is another device's,
 * which is opened next. A mixer that is open was not told yet what that did to the card: what it has is
 * to be kept, and not to be set against.
 */
static void handle_routed(void *data, enum pcm_direction d)
{
	struct sound *sound = data;
	struct side *side = &sound->sides[d];
	const struct audio_device *device = find_device(side, side->pcm, NULL);
	bool sounds = side->sounds, ours = device && device->routed[d];
	char pcm[sizeof side->pcm];
	memcpy(pcm, side->pcm, sizeof pcm);
	bool silent = d == PCM_PLAYBACK && ours && sounds && is_muted(side);
	if (ours || !sounds)
		leave(side);
	side->rerouted = true;
	if (ours && sounds)
		follow(side, pcm);
	/* Nobody who muted headphones is to be heard by all when they are pulled out. */
	if (silent && !is_muted(side)) {
		set_mute(side, true);
		keep_soon(side);
	}
}

/* The side, with the mixer of the device that would be taken; NULL: there is none. */
static struct side *ask(struct sound *sound, enum pcm_direction d)
{
	struct side *side = &sound->sides[d];
	const struct audio_device *device;
	if (side->sounds)
		return side;
	device = audio_devices_pick(sound->devices, d, sound_rule(sound, d), 0);
	if (!device || strcmp(device->pcm, "none") == 0)
		return NULL;
	char name[sizeof side->pcm], route[sizeof device->route];
	snprintf(name, sizeof name, "%s", device->pcm);
	snprintf(route, sizeof route, "%s", device->route);
	attend(side, name, route);
	side->close_ns = clock_now_ns() + CLOSE_NS;
	return side;
}

void sound_level(struct sound *sound, enum pcm_direction d, struct sound_level *out)
{
	struct side *side = ask(sound, d);
	struct audio_level level;
	*out = (struct sound_level){.device = side != NULL};
	if (!side)
		return;
	audio_mixer_level(side->mixer, d, &level);
	out->own = level.has_volume;
	out->volume = level.has_volume || d == PCM_PLAYBACK;
	out->mute = true;
	level_of(side, &level);
	out->loud = level.volume;
	out->muted = level.muted;
	memcpy(out->pcm, side->pcm, sizeof out->pcm);
}

/* The same, to be changed. */
static struct side *use(struct sound *sound, enum pcm_direction d)
{
	struct side *side = ask(sound, d);
	if (side)
		take_up(side);
	return side;
}

int sound_set_volume(struct sound *sound, enum pcm_direction d, double volume)
{
	struct side *side = use(sound, d);
	if (!side)
		return -ENODEV;
	keep_soon(side);
	return set_volume(side, volume);
}

int sound_set_mute(struct sound *sound, enum pcm_direction d, bool muted)
{
	struct side *side = use(sound, d);
	if (!side)
		return -ENODEV;
	keep_soon(side);
	if (d == PCM_CAPTURE)
		sound->deaf = muted;
	return set_mute(side, muted);
}

/* Keys. */

static void show(struct sound *sound, enum pcm_direction d)
{
	struct sound_level level;
	sound_level(sound, d, &level);
	enum volume_bar_what what =
		d == PCM_PLAYBACK ? VOLUME_BAR_SPEAKER : VOLUME_BAR_MICROPHONE;
	if (!level.device)
		what = d == PCM_PLAYBACK ? VOLUME_BAR_NO_SPEAKER
					 : VOLUME_BAR_NO_MICROPHONE;
	volume_bar_show(sound->bar, what, audio_volume_percent(level.loud), level.muted);
}

static void say(const char *what, int r)
{
	if (r < 0 && r != -ENODEV)
		log_error("%s cannot be changed: %s", what, strerror(-r));
}

void sound_key_volume(struct session *session, int step)
{
	struct sound *sound = session->sound;
	struct sound_level level;
	if (!sound)
		return;
	use(sound, PCM_PLAYBACK);
	sound_level(sound, PCM_PLAYBACK, &level);
	double next = audio_volume_step(level.loud, step);
	say("the volume", level.device ? sound_set_volume(sound, PCM_PLAYBACK, next) : 0);
	if (level.device && level.muted && step > 0)
		say("mute", sound_set_mute(sound, PCM_PLAYBACK, false));
	show(sound, PCM_PLAYBACK);
}

void sound_key_mute(struct session *session, enum pcm_direction d)
{
	struct sound *sound = session->sound;
	struct sound_level level;
	if (!sound)
		return;
	use(sound, d);
	sound_level(sound, d, &level);
	if (level.device)
		say(d == PCM_PLAYBACK ? "mute" : "the microphone's mute",
			sound_set_mute(sound, d, !level.muted));
	show(sound, d);
}

/* Turns. */

static void turn_side(struct side *side, uint64_t now_ns)
{
	if (side->keep_ns && now_ns >= side->keep_ns)
		keep(side);
	if (side->close_ns && now_ns >= side->close_ns)
		leave(side);
}

void sound_turn(struct sound *sound)
{
	for (int i = 0; i < 2; i++) {
		struct side *side = &sound->sides[i];
		if (side->keep_ns || side->close_ns)
			turn_side(side, clock_now_ns());
	}
}

uint64_t sound_next_ns(const struct sound *sound)
{
	uint64_t next = volume_bar_next_ns(sound->bar);
	for (int i = 0; i < 2; i++) {
		const struct side *side = &sound->sides[i];
		if (side->keep_ns && side->keep_ns < next)
			next = side->keep_ns;
		if (side->close_ns && side->close_ns < next)
			next = side->close_ns;
	}
	return next;
}

bool sound_place(
	const struct sound *sound, const struct screen *screen, struct gl_placement *out)
{
	return sound && volume_bar_place(sound->bar, screen, out);
}

void sound_show(struct sound *sound)
{
	volume_bar_turn(sound->bar);
}

struct audio_devices *sound_devices(struct sound *sound)
{
	return sound->devices;
}

static void handle_devices(void *data)
{
	struct sound *sound = data;
	forget_gone(sound);
	if (sound->session->audio)
		audio_devices_changed(sound->session->audio);
	if (sound->session->audio_in)
		audio_in_devices_changed(sound->session->audio_in);
}

struct sound *sound_create(struct session *session)
{
	struct sound *sound = xcalloc(1, sizeof *sound);
	sound->session = session;
	for (int i = 0; i < 2; i++)
		sound->sides[i] = (struct side){
			.sound = sound, .direction = (enum pcm_direction)i, .volume = 1};
	sound->kept = virtual_is_on() ? NULL : audio_kept_create(session->store);
	sound->devices = audio_devices_create(session->loop, handle_devices, sound);
	audio_devices_on_route(sound->devices, handle_routed);
	sound->bar = volume_bar_create(session);
	const struct audio_options options = options_of(sound);
	const struct audio_in_options in = in_options_of(sound);
	session->audio = audio_create(session->loop, &options);
	session->audio_in = audio_in_create(session->loop, &in);
	return sound;
}

void sound_destroy(struct sound *sound)
{
	if (!sound)
		return;
	for (int i = 0; i < 2; i++)
		leave(&sound->sides[i]);
	volume_bar_destroy(sound->bar);
	audio_in_destroy(sound->session->audio_in);
	sound->session->audio_in = NULL;
	audio_destroy(sound->session->audio);
	sound->session->audio = NULL;
	audio_devices_destroy(sound->devices);
	audio_kept_destroy(sound->kept);
	free(sound);
}
