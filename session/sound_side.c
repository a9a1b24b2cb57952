#include "session/sound_side.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "session/audio.h"
#include "session/audio_in.h"
#include "session/audio_volume.h"
#include "session/session.h"
#include "util/clock.h"
#include "util/log.h"

#define KEEP_AFTER_NS (2 * NS_PER_S) /* a key that is held is written once */
#define CLOSE_NS      (5 * NS_PER_S) /* the mixer, when nobody asked for so long */

/* Levels. */

void sound_side_level(
	const struct sound_side *side, struct audio_level *out, struct audio_level *own)
{
	audio_mixer_level(side->mixer, side->direction, out);
	if (own)
		*own = *out;
	if (!out->has_volume)
		out->volume = side->volume;
	if (!out->has_mute)
		out->muted = side->muted;
	out->muted |= side->deaf;
}

static bool is_muted(const struct sound_side *side)
{
	struct audio_level level;
	sound_side_level(side, &level, NULL);
	return level.muted;
}

static void keep(struct sound_side *side)
{
	struct audio_level level;
	side->keep_ns = 0;
	if (!side->kept || !side->name[0] ||
		(side->mixer && audio_mixer_gone(side->mixer)))
		return;
	sound_side_level(side, &level, NULL);
	const struct audio_kept_level now = {level.volume, level.muted};
	audio_kept_put_level(side->kept, side->name, &now);
}

static void keep_soon(struct sound_side *side)
{
	if (side->name[0])
		side->keep_ns = clock_now_ns() + KEEP_AFTER_NS;
}

/* What the card cannot do is done to the mix, and to what is heard. */
static void apply_mix(struct sound_side *side)
{
	const struct session *session = side->session;
	struct audio_level card, level;
	sound_side_level(side, &level, &card);
	double gain = card.has_volume ? 1 : audio_volume_gain(level.volume);
	if (side->direction == PCM_CAPTURE)
		audio_in_mute(session->audio_in, level.muted);
	else
		audio_set_gain(session->audio, level.muted && !card.has_mute ? 0 : gain);
}

static int set_volume(struct sound_side *side, double volume)
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

static int set_mute(struct sound_side *side, bool muted)
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

int sound_side_set_volume(struct sound_side *side, double volume)
{
	keep_soon(side);
	return set_volume(side, volume);
}

int sound_side_set_mute(struct sound_side *side, bool muted)
{
	keep_soon(side);
	side->deaf = muted && side->direction == PCM_CAPTURE;
	return set_mute(side, muted);
}

/* Names. */

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

static bool is_of(const struct sound_side *side, const char *name,
	const struct audio_device *device)
{
	char of[AUDIO_KEPT_NAME_MAX];
	name_of(device, side->direction, of);
	return strcmp(of, name) == 0;
}

/*
 * Its controls, from one state to the next:
 *
 *	a device is attended to    SHUT, LEFT if it was ours, or FREE
 *	its stream was opened      of SHUT: LEFT or FREE
 *	it is taken up             of LEFT and FREE: OURS
 *	a use case sets them       it was never ours
 */

static size_t find_ours(const struct sound_side *side)
{
	size_t i = 0;
	while (i < side->n_ours && strcmp(side->ours[i], side->name) != 0)
		i++;
	return i;
}

static void meet_controls(struct sound_side *side, bool shut)
{
	bool were_ours = find_ours(side) < side->n_ours;
	side->controls = shut        ? SOUND_CONTROLS_SHUT
			 : were_ours ? SOUND_CONTROLS_LEFT
				     : SOUND_CONTROLS_FREE;
}

/* The oldest of too many is set once more some day, no harm. */
static void own_controls(struct sound_side *side)
{
	side->controls = SOUND_CONTROLS_OURS;
	if (find_ours(side) < side->n_ours)
		return;
	if (side->n_ours == SOUND_SIDE_OURS)
		memmove(side->ours[0], side->ours[1],
			--side->n_ours * sizeof side->ours[0]);
	memcpy(side->ours[side->n_ours++], side->name, sizeof side->name);
}

/* It is not there, or, if there is a card, that card's use case sets it. */
static bool is_lost(const struct sound_side *side, const char *name, const int *card)
{
	const struct audio_device *list;
	size_t n = audio_devices_list(side->devices, &list);
	for (size_t i = 0; i < n; i++) {
		if (is_of(side, name, &list[i]))
			return card && list[i].route[0] && list[i].number == *card;
	}
	return !card;
}

static void disown_controls(struct sound_side *side, const int *card)
{
	size_t left = 0;
	for (size_t i = 0; i < side->n_ours; i++) {
		if (is_lost(side, side->ours[i], card))
			continue;
		if (left++ != i)
			memcpy(side->ours[left - 1], side->ours[i], sizeof side->ours[i]);
	}
	side->n_ours = left;
}

void sound_side_forget_gone(struct sound_side *side)
{
	disown_controls(side, NULL);
}

/* The device that it is of. */

void sound_side_leave(struct sound_side *side)
{
	if (side->keep_ns)
		keep(side);
	if (side->mixer) {
		side->wish = audio_mixer_wished(side->mixer, side->direction);
		memcpy(side->wished, side->name, sizeof side->wished);
	}
	audio_mixer_close(side->mixer);
	side->mixer = NULL;
	side->pcm[0] = side->name[0] = side->route[0] = '\0';
	side->controls = SOUND_CONTROLS_FREE;
	side->volume = 1;
	side->muted = side->sounds = false;
	side->close_ns = 0;
}

static void handle_mixer(void *data)
{
	struct sound_side *side = data;
	if (audio_mixer_gone(side->mixer)) {
		sound_side_leave(side);
		return;
	}
	apply_mix(side);
	keep_soon(side);
}

static bool was_kept(const struct sound_side *side, struct audio_kept_level *out)
{
	return side->kept && side->name[0] &&
	       audio_kept_level(side->kept, side->name, out);
}

/*
 * The first time in a session, and when it was gone, as it was left the last time; if it never was, as
 * it is, if it is heard. Later, what somebody did to it meanwhile, with whatever, counts; but not
 * what a use case did, which opens what it enables. Whoever muted
 * a microphone is never heard because of us.
 */
void sound_side_take_up(struct sound_side *side)
{
	struct audio_kept_level kept;
	bool left = side->controls == SOUND_CONTROLS_LEFT;
	if (!left && side->controls != SOUND_CONTROLS_FREE)
		return;
	own_controls(side);
	bool woke = side->mixer && audio_mixer_wake(side->mixer, side->direction);
	bool known = was_kept(side, &kept);
	if (left && !woke) {
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
	const struct sound_side *side, const char *pcm, const char *route)
{
	const struct audio_device *list, *found = NULL;
	size_t n = audio_devices_list(side->devices, &list);
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

static void name_device(struct sound_side *side, const struct audio_device *device)
{
	if (device)
		name_of(device, side->direction, side->name);
	else
		snprintf(side->name, sizeof side->name, "%s %s", does[side->direction],
			side->pcm);
}

static bool attends(
	const struct sound_side *side, const char *pcm, const struct audio_device *device)
{
	return strcmp(side->pcm, pcm) == 0 &&
	       (!device || strcmp(side->route, device->route) == 0);
}

static int open_mixer(struct sound_side *side, const struct audio_device *device)
{
	enum pcm_direction d = side->direction;
	bool routed = device && device->route[0];
	bool digital = d == PCM_PLAYBACK && device && device->hdmi;
	int r = audio_mixer_open(side->session->loop,
		routed ? device->volume[d].card : side->pcm, digital, handle_mixer, side,
		&side->mixer);
	if (r == 0 && routed)
		audio_mixer_prefer(side->mixer, d, device->volume[d].elem);
	return r;
}

static void attend(struct sound_side *side, const char *pcm, const char *route)
{
	const struct audio_device *device = find_device(side, pcm, route);
	if (attends(side, pcm, device))
		return;
	sound_side_leave(side);
	snprintf(side->pcm, sizeof side->pcm, "%s", pcm);
	snprintf(side->route, sizeof side->route, "%s", device ? device->route : "");
	name_device(side, device);
	meet_controls(
		side, device && device->route[0] && !device->routed[side->direction]);
	int r = open_mixer(side, device);
	if (r < 0 && r != -ENOENT)
		log_error("%s: its volume cannot be set: %s", pcm, strerror(-r));
	if (r == 0 && strcmp(side->wished, side->name) == 0)
		audio_mixer_wish(side->mixer, side->direction, side->wish);
	struct audio_kept_level kept = {1, false};
	was_kept(side, &kept);
	side->volume = kept.volume;
	side->muted = kept.muted;
}

void sound_side_ask(struct sound_side *side, const struct audio_device *device)
{
	char pcm[sizeof side->pcm], route[sizeof side->route];
	snprintf(pcm, sizeof pcm, "%s", device->pcm);
	snprintf(route, sizeof route, "%s", device->route);
	attend(side, pcm, route);
	side->close_ns = clock_now_ns() + CLOSE_NS;
}

void sound_side_follow(struct sound_side *side, const char *pcm)
{
	if (pcm) {
		attend(side, pcm, NULL);
		if (side->controls == SOUND_CONTROLS_SHUT)
			meet_controls(side, false);
		sound_side_take_up(side);
	}
	side->sounds = pcm != NULL;
	side->close_ns = pcm || !side->pcm[0] ? 0 : clock_now_ns() + CLOSE_NS;
}

/*
 * The stream goes on, to something else; or to the same, which was set anew; or it is another device's,
 * which is opened next. A mixer that is open was not told yet what that did to the card: what it has is
 * to be kept, and not to be set against.
 */
void sound_side_routed(struct sound_side *side, const struct audio_device *device)
{
	char pcm[sizeof side->pcm];
	bool sounds = side->sounds;
	bool ours =
		strcmp(device->pcm, side->pcm) == 0 && device->routed[side->direction];
	int card = device->number;
	memcpy(pcm, side->pcm, sizeof pcm);
	bool silent = side->direction == PCM_PLAYBACK && ours && sounds && is_muted(side);
	if (ours || !sounds)
		sound_side_leave(side);
	disown_controls(side, &card);
	if (ours && sounds)
		sound_side_follow(side, pcm);
	/* Nobody who muted headphones is to be heard by all when they are pulled out. */
	if (silent && !is_muted(side)) {
		set_mute(side, true);
		keep_soon(side);
	}
}

/* Turns. */

void sound_side_turn(struct sound_side *side)
{
	if (!side->keep_ns && !side->close_ns)
		return;
	uint64_t now_ns = clock_now_ns();
	if (side->keep_ns && now_ns >= side->keep_ns)
		keep(side);
	if (side->close_ns && now_ns >= side->close_ns)
		sound_side_leave(side);
}

uint64_t sound_side_next_ns(const struct sound_side *side)
{
	uint64_t next = UINT64_MAX;
	if (side->keep_ns)
		next = side->keep_ns;
	if (side->close_ns && side->close_ns < next)
		next = side->close_ns;
	return next;
}
