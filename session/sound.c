#include "session/sound.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/audio.h"
#include "session/audio_config.h"
#include "session/audio_in.h"
#include "session/audio_kept.h"
#include "session/audio_volume.h"
#include "session/session.h"
#include "session/settings.h"
#include "session/sound_side.h"
#include "session/virtual.h"
#include "session/volume_bar.h"
#include "util/log.h"
#include "util/xalloc.h"

static const char *const rule_names[] = {
	[PCM_PLAYBACK] = "output",
	[PCM_CAPTURE] = "input",
};

struct sound {
	struct session *session;
	struct audio_devices *devices;
	struct audio_kept *kept; /* NULL: nothing is, time is virtual */
	struct volume_bar *bar;
	struct sound_side sides[2];
	bool held;
	bool plays_first; /* when it was held last: a microphone was refused for what played */
	struct {
		char said[AUDIO_TEXT_MAX]; /* in this session; "": nothing */
		bool forgot;               /* in this session: what was ever said */
	} rules[2];
};

/* Rules. */

const char *sound_rule(const struct sound *sound, enum pcm_direction d)
{
	const struct session *session = sound->session;
	const struct audio_config *config = &session->settings->audio;
	const char *set = d == PCM_PLAYBACK ? config->output : config->input;
	const char *kept = sound->kept && !sound->rules[d].forgot
				   ? audio_kept_rule(sound->kept, rule_names[d])
				   : NULL;
	if (sound->rules[d].said[0])
		return sound->rules[d].said;
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
	char *said = sound->rules[d].said;
	snprintf(said, sizeof sound->rules[d].said, "%s", rule ? rule : "");
	sound->rules[d].forgot = !rule;
	if (sound->kept)
		audio_kept_put_rule(sound->kept, rule_names[d], rule);
	sound_configure(sound);
}

/* Devices. */

static void handle_plays(void *data, const char *device)
{
	struct sound *sound = data;
	audio_devices_use(sound->devices, PCM_PLAYBACK, device);
	sound_side_follow(&sound->sides[PCM_PLAYBACK], device);
}

static void handle_hears(void *data, const char *device)
{
	struct sound *sound = data;
	audio_devices_use(sound->devices, PCM_CAPTURE, device);
	sound_side_follow(&sound->sides[PCM_CAPTURE], device);
}

static void handle_routed(
	void *data, const struct audio_device *device, enum pcm_direction d)
{
	struct sound *sound = data;
	sound_side_routed(&sound->sides[d], device);
}

/* The side, with the mixer of the device that would be taken; NULL: there is none. */
static struct sound_side *ask(struct sound *sound, enum pcm_direction d)
{
	struct sound_side *side = &sound->sides[d];
	const struct audio_device *device;
	if (side->sounds)
		return side;
	device = audio_devices_pick(sound->devices, d, sound_rule(sound, d), 0);
	if (!device || strcmp(device->pcm, "none") == 0)
		return NULL;
	sound_side_ask(side, device);
	return side;
}

/* Of the device that the rule wants first: another one may play, or hear, in its place. */
static void note_excluded(struct sound *sound, enum pcm_direction d, char *out)
{
	const struct audio_device *device =
		audio_devices_pick(sound->devices, d, sound_rule(sound, d), 0);
	if (device)
		audio_devices_excluded(sound->devices, device, d, out);
}

void sound_level(struct sound *sound, enum pcm_direction d, struct sound_level *out)
{
	struct sound_side *side = ask(sound, d);
	struct audio_level level, own;
	*out = (struct sound_level){.device = side != NULL};
	if (!side)
		return;
	sound_side_level(side, &level, &own);
	out->own = own.has_volume;
	out->volume = own.has_volume || d == PCM_PLAYBACK;
	out->mute = true;
	out->loud = level.volume;
	out->muted = level.muted;
	memcpy(out->pcm, side->pcm, sizeof out->pcm);
	note_excluded(sound, d, out->excluded);
}

/* The same, to be changed. */
static struct sound_side *use(struct sound *sound, enum pcm_direction d)
{
	struct sound_side *side = ask(sound, d);
	if (side)
		sound_side_take_up(side);
	return side;
}

int sound_set_volume(struct sound *sound, enum pcm_direction d, double volume)
{
	struct sound_side *side = use(sound, d);
	return side ? sound_side_set_volume(side, volume) : -ENODEV;
}

int sound_set_mute(struct sound *sound, enum pcm_direction d, bool muted)
{
	struct sound_side *side = use(sound, d);
	return side ? sound_side_set_mute(side, muted) : -ENODEV;
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

void sound_turn(struct sound *sound)
{
	for (int i = 0; i < 2; i++)
		sound_side_turn(&sound->sides[i]);
}

uint64_t sound_next_ns(const struct sound *sound)
{
	uint64_t next = volume_bar_next_ns(sound->bar);
	for (int i = 0; i < 2; i++) {
		uint64_t side = sound_side_next_ns(&sound->sides[i]);
		next = side < next ? side : next;
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

/* Else the microphone, which does not wait for a turn, would take what was the output's. */
static void let_play_first(struct sound *sound)
{
	if (sound->plays_first)
		audio_turn(sound->session->audio);
}

/* A card may get its rights a while after the session is shown again. */
static void handle_devices(void *data)
{
	struct sound *sound = data;
	for (int i = 0; i < 2; i++)
		sound_side_forget_gone(&sound->sides[i]);
	if (sound->session->audio) {
		audio_devices_changed(sound->session->audio);
		let_play_first(sound);
	}
	if (sound->session->audio_in)
		audio_in_devices_changed(sound->session->audio_in);
}

void sound_hold(struct sound *sound, bool held)
{
	struct session *session = sound->session;
	if (held && !sound->held)
		sound->plays_first = audio_devices_refused(sound->devices, PCM_CAPTURE);
	sound->held = held;
	audio_hold(session->audio, held);
	if (!held)
		let_play_first(sound);
	audio_in_hold(session->audio_in, held);
	if (held && !session->settings->audio.background)
		audio_devices_doubt(sound->devices);
}

struct sound *sound_create(struct session *session)
{
	struct sound *sound = xcalloc(1, sizeof *sound);
	sound->session = session;
	sound->kept = virtual_is_on() ? NULL : audio_kept_create(session->store);
	sound->devices = audio_devices_create(session->loop, handle_devices, sound);
	audio_devices_on_route(sound->devices, handle_routed);
	for (int i = 0; i < 2; i++)
		sound->sides[i] = (struct sound_side){.session = session,
			.devices = sound->devices,
			.kept = sound->kept,
			.direction = (enum pcm_direction)i,
			.volume = 1};
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
		sound_side_leave(&sound->sides[i]);
	volume_bar_destroy(sound->bar);
	struct audio_in *in = sound->session->audio_in;
	struct audio *audio = sound->session->audio;
	/* They close devices, which others may be told of. */
	sound->session->audio_in = NULL;
	sound->session->audio = NULL;
	audio_in_destroy(in);
	audio_destroy(audio);
	audio_devices_destroy(sound->devices);
	audio_kept_destroy(sound->kept);
	free(sound);
}
