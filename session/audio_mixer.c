#include "session/audio_mixer.h"

#include <alsa/asoundlib.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "session/alsa_mixer.h"
#include "session/audio_volume.h"
#include "session/loop.h"
#include "util/log.h"
#include "util/xalloc.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define SOURCES      4
#define CHANNELS     8 /* whose balance is kept */

/* What a direction has, by the same names in ALSA. */
struct calls {
	int (*has_volume)(snd_mixer_elem_t *elem);
	int (*has_switch)(snd_mixer_elem_t *elem);
	int (*range)(snd_mixer_elem_t *elem, long *min, long *max);
	int (*db_range)(snd_mixer_elem_t *elem, long *min, long *max);
	int (*to_db)(snd_mixer_elem_t *elem, long step, long *db);
	int (*get)(
		snd_mixer_elem_t *elem, snd_mixer_selem_channel_id_t channel, long *step);
	int (*set)(snd_mixer_elem_t *elem, long step);
	int (*set_one)(
		snd_mixer_elem_t *elem, snd_mixer_selem_channel_id_t channel, long step);
	int (*set_db)(snd_mixer_elem_t *elem, long db, int rounding);
	int (*get_switch)(
		snd_mixer_elem_t *elem, snd_mixer_selem_channel_id_t channel, int *on);
	int (*set_switch)(snd_mixer_elem_t *elem, int on);
};

static const struct calls calls[] = {
	[PCM_PLAYBACK] = {snd_mixer_selem_has_playback_volume,
		snd_mixer_selem_has_playback_switch,
		snd_mixer_selem_get_playback_volume_range,
		snd_mixer_selem_get_playback_dB_range,
		snd_mixer_selem_ask_playback_vol_dB, snd_mixer_selem_get_playback_volume,
		snd_mixer_selem_set_playback_volume_all,
		snd_mixer_selem_set_playback_volume, snd_mixer_selem_set_playback_dB_all,
		snd_mixer_selem_get_playback_switch,
		snd_mixer_selem_set_playback_switch_all},
	[PCM_CAPTURE] = {snd_mixer_selem_has_capture_volume,
		snd_mixer_selem_has_capture_switch,
		snd_mixer_selem_get_capture_volume_range,
		snd_mixer_selem_get_capture_dB_range, snd_mixer_selem_ask_capture_vol_dB,
		snd_mixer_selem_get_capture_volume,
		snd_mixer_selem_set_capture_volume_all,
		snd_mixer_selem_set_capture_volume, snd_mixer_selem_set_capture_dB_all,
		snd_mixer_selem_get_capture_switch,
		snd_mixer_selem_set_capture_switch_all},
};

/* Which elements are the volume, the best first. */
static const char *const names[][12] = {
	[PCM_PLAYBACK] = {"Master", "PCM", "Digital", "Speaker", "Headphone", "Headset",
		"Front", "Line Out", "DAC", "Master Mono"},
	[PCM_CAPTURE] = {"Capture", "Mic", "Internal Mic", "Headset", "ADC", "Digital",
		"Input Source"},
};

/* What the sound of a card passes on its way to an ear: open, with no loss. */
static const char *const path[] = {"Master", "PCM", "Front", "DAC", "Digital"};
/* Its ends: where a use case says which is the one, the others are not touched. */
static const char *const outputs[] = {"Speaker", "Headphone", "Line Out", "Surround",
	"Center", "LFE", "Side", "Bass Speaker"};

struct side {
	snd_mixer_elem_t *elem; /* has the volume; NULL: there is none */
	snd_mixer_elem_t *gate; /* has the switch; NULL: there is none */
	struct audio_range range;
	struct audio_wish wish;
	long behind[CHANNELS]; /* steps of each channel below the loudest one */
};

struct audio_mixer {
	snd_mixer_t *mixer;
	struct loop_source *sources[SOURCES];
	struct side sides[2];
	char wanted[2][44]; /* which element; "": the best of names */
	bool digital, gone;
	bool routed; /* which of the outputs is open is a use case's */
	bool stale;  /* elements came or went */
	void (*changed)(void *data);
	void *data;
	char name[64]; /* of the card: "hw:1" */
};

/* Elements. */

static snd_mixer_elem_t *find(
	struct audio_mixer *mixer, const char *name, int (*has)(snd_mixer_elem_t *elem))
{
	snd_mixer_elem_t *elem = snd_mixer_first_elem(mixer->mixer);
	for (; elem; elem = snd_mixer_elem_next(elem)) {
		if (snd_mixer_selem_is_active(elem) && has(elem) > 0 &&
			strcmp(snd_mixer_selem_get_name(elem), name) == 0 &&
			snd_mixer_selem_get_index(elem) == 0)
			return elem;
	}
	return NULL;
}

/* Ways from an input of the card to its output, and its beeps. */
static bool is_aside(const char *name)
{
	static const char *const words[] = {
		"Mic", "Beep", "Loopback", "Sidetone", "Line", "CD", "Aux", "IEC958"};
	for (size_t i = 0; i < COUNT(words); i++) {
		if (strstr(name, words[i]))
			return true;
	}
	return false;
}

/* Of a card that calls it otherwise, as many USB ones do. */
static snd_mixer_elem_t *find_any(struct audio_mixer *mixer, enum pcm_direction d,
	int (*has)(snd_mixer_elem_t *elem))
{
	snd_mixer_elem_t *elem = snd_mixer_first_elem(mixer->mixer);
	for (; elem; elem = snd_mixer_elem_next(elem)) {
		if (snd_mixer_selem_is_active(elem) && has(elem) > 0 &&
			(d == PCM_CAPTURE || !is_aside(snd_mixer_selem_get_name(elem))))
			return elem;
	}
	return NULL;
}

static snd_mixer_elem_t *find_best(struct audio_mixer *mixer, enum pcm_direction d,
	int (*has)(snd_mixer_elem_t *elem))
{
	const char *wanted = mixer->wanted[d];
	snd_mixer_elem_t *elem = wanted[0] ? find(mixer, wanted, has) : NULL;
	for (size_t i = 0; i < COUNT(names[d]) && names[d][i] && !elem; i++)
		elem = find(mixer, names[d][i], has);
	return elem ? elem : find_any(mixer, d, has);
}

static struct audio_range range_of(snd_mixer_elem_t *elem, const struct calls *c)
{
	struct audio_range range = {.db = true};
	if (c->db_range(elem, &range.min, &range.max) == 0 && range.min < range.max)
		return range;
	range = (struct audio_range){0};
	if (c->range(elem, &range.min, &range.max) < 0)
		range.min = range.max = 0;
	return range;
}

static int handle_elem(snd_mixer_elem_t *elem, unsigned mask)
{
	struct audio_mixer *mixer = snd_mixer_elem_get_callback_private(elem);
	if (mask == SND_CTL_EVENT_MASK_REMOVE || mask & SND_CTL_EVENT_MASK_INFO)
		mixer->stale = true;
	return 0;
}

static void watch(struct audio_mixer *mixer, snd_mixer_elem_t *elem)
{
	if (!elem)
		return;
	snd_mixer_elem_set_callback_private(elem, mixer);
	snd_mixer_elem_set_callback(elem, handle_elem);
}

/* A use case switches what it names: the user's switch is the card's, where it has one. */
static snd_mixer_elem_t *find_gate(struct audio_mixer *mixer, enum pcm_direction d)
{
	snd_mixer_elem_t *elem = mixer->sides[d].elem, *master = NULL;
	if (mixer->wanted[d][0] && d == PCM_PLAYBACK)
		master = find(mixer, "Master", calls[d].has_switch);
	if (master)
		return master;
	return elem && calls[d].has_switch(elem) > 0
		       ? elem
		       : find_best(mixer, d, calls[d].has_switch);
}

static void choose(struct audio_mixer *mixer, enum pcm_direction d)
{
	struct side *side = &mixer->sides[d];
	snd_mixer_elem_t *old = side->elem;
	*side = (struct side){.wish = side->wish};
	if (mixer->digital)
		return;
	side->elem = find_best(mixer, d, calls[d].has_volume);
	if (side->elem)
		side->range = range_of(side->elem, &calls[d]);
	if (!old || side->elem != old)
		side->wish.step = -1;
	side->gate = find_gate(mixer, d);
	watch(mixer, side->elem);
	watch(mixer, side->gate);
}

static void choose_all(struct audio_mixer *mixer)
{
	mixer->stale = false;
	choose(mixer, PCM_PLAYBACK);
	choose(mixer, PCM_CAPTURE);
}

/* Values. */

/* The loudest channel's. */
static int read_step(const struct side *side, const struct calls *c, long *out)
{
	int r = -ENOENT;
	for (int i = 0; i <= SND_MIXER_SCHN_LAST; i++) {
		long step;
		if (c->get(side->elem, (snd_mixer_selem_channel_id_t)i, &step) < 0)
			continue;
		*out = r == 0 && *out > step ? *out : step;
		r = 0;
	}
	return r;
}

/* Where one channel is open it is not muted. */
static bool is_off(snd_mixer_elem_t *gate, const struct calls *c)
{
	bool any = false;
	for (int i = 0; i <= SND_MIXER_SCHN_LAST; i++) {
		int on;
		if (c->get_switch(gate, (snd_mixer_selem_channel_id_t)i, &on) < 0)
			continue;
		if (on)
			return false;
		any = true;
	}
	return any;
}

static double read_volume(const struct side *side, const struct calls *c)
{
	long step = 0, db = 0;
	if (read_step(side, c, &step) < 0)
		return 0;
	if (step == side->wish.step)
		return side->wish.volume;
	if (!side->range.db)
		return audio_range_volume(&side->range, step);
	if (c->to_db(side->elem, step, &db) < 0)
		return 0;
	return audio_range_volume(&side->range, db);
}

void audio_mixer_level(
	const struct audio_mixer *mixer, enum pcm_direction d, struct audio_level *out)
{
	*out = (struct audio_level){.volume = 1};
	if (!mixer || mixer->gone)
		return;
	const struct side *side = &mixer->sides[d];
	out->has_volume = side->elem;
	out->has_mute = side->gate;
	if (side->elem)
		out->volume = read_volume(side, &calls[d]);
	if (side->gate)
		out->muted = is_off(side->gate, &calls[d]);
}

/* Its ends are exact, whatever its scale of dB is. */
static int set_level(snd_mixer_elem_t *elem, const struct audio_range *range,
	const struct calls *c, double volume)
{
	long value = audio_range_value(range, volume), min, max;
	if (!range->db)
		return c->set(elem, value);
	if (value > range->min && value < range->max)
		return c->set_db(elem, value, 0);
	int r = c->range(elem, &min, &max);
	return r < 0 ? r : c->set(elem, value <= range->min ? min : max);
}

/* At the lowest all are alike: what it was before counts. */
static void note_balance(struct side *side, const struct calls *c)
{
	long top, step, min, max;
	if (c->range(side->elem, &min, &max) < 0 || read_step(side, c, &top) < 0 ||
		top <= min)
		return;
	for (int i = 0; i < CHANNELS; i++) {
		int r = c->get(side->elem, (snd_mixer_selem_channel_id_t)i, &step);
		side->behind[i] = r < 0 ? 0 : top - step;
	}
}

static void keep_balance(const struct side *side, const struct calls *c)
{
	long top, min, max;
	if (c->range(side->elem, &min, &max) < 0 || read_step(side, c, &top) < 0)
		return;
	for (int i = 0; i < CHANNELS; i++) {
		long step = top - side->behind[i];
		if (side->behind[i] > 0)
			c->set_one(side->elem, (snd_mixer_selem_channel_id_t)i,
				step > min ? step : min);
	}
}

int audio_mixer_set_volume(struct audio_mixer *mixer, enum pcm_direction d, double volume)
{
	struct side *side = &mixer->sides[d];
	if (mixer->gone || !side->elem)
		return mixer->gone ? -ENODEV : -ENOTSUP;
	note_balance(side, &calls[d]);
	int r = set_level(side->elem, &side->range, &calls[d], volume);
	if (r == 0)
		keep_balance(side, &calls[d]);
	side->wish.volume = volume;
	if (r < 0 || read_step(side, &calls[d], &side->wish.step) < 0)
		side->wish.step = -1;
	return r;
}

struct audio_wish audio_mixer_wished(
	const struct audio_mixer *mixer, enum pcm_direction d)
{
	return mixer->sides[d].wish;
}

void audio_mixer_wish(
	struct audio_mixer *mixer, enum pcm_direction d, struct audio_wish wish)
{
	mixer->sides[d].wish = wish;
}

int audio_mixer_set_mute(struct audio_mixer *mixer, enum pcm_direction d, bool muted)
{
	const struct side *side = &mixer->sides[d];
	if (mixer->gone || !side->gate)
		return mixer->gone ? -ENODEV : -ENOTSUP;
	return calls[d].set_switch(side->gate, !muted);
}

/* A card that nobody set up. */

static bool is_among(const char *name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(name, list[i]) == 0)
			return true;
	}
	return false;
}

static bool is_on_path(const struct audio_mixer *mixer, const char *name)
{
	return is_among(name, path, COUNT(path)) ||
	       (!mixer->wanted[PCM_PLAYBACK][0] &&
		       is_among(name, outputs, COUNT(outputs)));
}

/*
 * The element that a use case names is behind the card's Master, which may be as the kernel leaves
 * it; where that has the switch, its own is the use case's.
 */
static bool is_shut(struct audio_mixer *mixer, enum pcm_direction d)
{
	const struct calls *c = &calls[d];
	const struct side *side = &mixer->sides[d];
	struct side master = {.elem = find(mixer, "Master", c->has_volume)};
	long min, max, step;
	if (d != PCM_PLAYBACK || !mixer->wanted[d][0])
		return false;
	if (side->elem && c->has_switch(side->elem) > 0 && is_off(side->elem, c))
		return true;
	return master.elem && c->range(master.elem, &min, &max) == 0 &&
	       read_step(&master, c, &step) == 0 && step <= min;
}

/* 0 dB, or the most where it has less or does not say. */
static void open_volume(snd_mixer_elem_t *elem, const struct calls *c)
{
	struct audio_range range = range_of(elem, c);
	if (range.db && range.max > 0 && range.min < 0)
		c->set_db(elem, 0, 0);
	else
		set_level(elem, &range, c, 1);
}

static bool is_routed(const struct audio_mixer *mixer, snd_mixer_elem_t *elem)
{
	return mixer->routed &&
	       is_among(snd_mixer_selem_get_name(elem), outputs, COUNT(outputs));
}

static void open_path(struct audio_mixer *mixer)
{
	const struct calls *c = &calls[PCM_PLAYBACK];
	snd_mixer_elem_t *elem = snd_mixer_first_elem(mixer->mixer);
	for (; elem; elem = snd_mixer_elem_next(elem)) {
		if (!is_on_path(mixer, snd_mixer_selem_get_name(elem)))
			continue;
		if (c->has_switch(elem) > 0 && !is_routed(mixer, elem))
			c->set_switch(elem, 1);
		if (c->has_volume(elem) > 0 && elem != mixer->sides[PCM_PLAYBACK].elem)
			open_volume(elem, c);
	}
}

/* Which of several is for which stream nobody says; open they do no harm. */
static bool open_digital(struct audio_mixer *mixer)
{
	const struct calls *c = &calls[PCM_PLAYBACK];
	bool any = false;
	snd_mixer_elem_t *elem = snd_mixer_first_elem(mixer->mixer);
	for (; elem; elem = snd_mixer_elem_next(elem)) {
		if (strncmp(snd_mixer_selem_get_name(elem), "IEC958", 6) != 0 ||
			c->has_switch(elem) <= 0 || !is_off(elem, c))
			continue;
		c->set_switch(elem, 1);
		any = true;
	}
	return any;
}

bool audio_mixer_wake(struct audio_mixer *mixer, enum pcm_direction d)
{
	struct audio_level level;
	if (mixer->gone)
		return false;
	if (mixer->digital)
		return d == PCM_PLAYBACK && open_digital(mixer);
	audio_mixer_level(mixer, d, &level);
	bool low = is_shut(mixer, d) || (level.has_volume && level.volume <= 0);
	if (!low && (!level.muted || (d == PCM_CAPTURE && level.has_volume)))
		return false;
	if (level.has_volume)
		audio_mixer_set_volume(mixer, d, AUDIO_MIXER_SANE);
	if (level.has_mute)
		audio_mixer_set_mute(mixer, d, false);
	if (d == PCM_PLAYBACK)
		open_path(mixer);
	if (mixer->wanted[d][0] && mixer->sides[d].elem &&
		calls[d].has_switch(mixer->sides[d].elem) > 0 &&
		mixer->sides[d].elem != mixer->sides[d].gate)
		calls[d].set_switch(mixer->sides[d].elem, 1);
	return true;
}

/* Opening. */

static void handle_events(void *data, uint32_t events)
{
	struct audio_mixer *mixer = data;
	int r = events & (EPOLLERR | EPOLLHUP) ? -ENODEV
					       : snd_mixer_handle_events(mixer->mixer);
	if (r < 0) {
		mixer->gone = true;
		for (int i = 0; i < SOURCES; i++) {
			loop_remove(mixer->sources[i]);
			mixer->sources[i] = NULL;
		}
	} else if (mixer->stale) {
		choose_all(mixer);
	}
	mixer->changed(mixer->data);
}

static int listen(struct audio_mixer *mixer, struct loop *loop)
{
	struct pollfd fds[SOURCES];
	int n = snd_mixer_poll_descriptors_count(mixer->mixer);
	if (n > SOURCES)
		return -ENOTSUP;
	n = snd_mixer_poll_descriptors(mixer->mixer, fds, SOURCES);
	for (int i = 0; i < n; i++) {
		mixer->sources[i] =
			loop_add(loop, fds[i].fd, EPOLLIN, handle_events, mixer);
		if (!mixer->sources[i])
			return -errno;
	}
	return n < 0 ? n : 0;
}

/* "plughw:1,0": "hw:1". False: it is no card's. */
static bool card_of(const char *pcm, char *to, size_t size)
{
	const char *colon = strchr(pcm, ':');
	size_t n = colon ? strcspn(colon + 1, ",") : 0;
	bool hw = strncmp(pcm, "hw:", 3) == 0 || strncmp(pcm, "plughw:", 7) == 0;
	if (strncmp(colon ? colon + 1 : "", "CARD=", 5) == 0) {
		colon += 5;
		n -= 5;
	}
	return hw && n > 0 &&
	       (size_t)snprintf(to, size, "hw:%.*s", (int)n, colon + 1) < size;
}

static int load(struct audio_mixer *mixer, struct loop *loop)
{
	int r = snd_mixer_open(&mixer->mixer, 0);
	if (r == 0)
		r = snd_mixer_attach(mixer->mixer, mixer->name);
	if (r == 0)
		r = snd_mixer_selem_register(mixer->mixer, NULL, NULL);
	if (r == 0)
		r = snd_mixer_load(mixer->mixer);
	return r < 0 ? r : listen(mixer, loop);
}

int audio_mixer_open(struct loop *loop, const char *pcm, bool digital,
	void (*changed)(void *data), void *data, struct audio_mixer **out)
{
	char name[sizeof(((struct audio_mixer *)0)->name)];
	if (!card_of(pcm, name, sizeof name))
		return -ENOENT;
	int r = library_load(&library_alsa_mixer);
	if (r < 0)
		return r;
	struct audio_mixer *mixer = xcalloc(1, sizeof *mixer);
	*mixer = (struct audio_mixer){
		.digital = digital, .changed = changed, .data = data};
	memcpy(mixer->name, name, sizeof mixer->name);
	r = load(mixer, loop);
	if (r < 0) {
		audio_mixer_close(mixer);
		return r;
	}
	choose_all(mixer);
	*out = mixer;
	return 0;
}

void audio_mixer_close(struct audio_mixer *mixer)
{
	if (!mixer)
		return;
	for (int i = 0; i < SOURCES; i++)
		loop_remove(mixer->sources[i]);
	if (mixer->mixer)
		snd_mixer_close(mixer->mixer);
	library_unload(&library_alsa_mixer);
	free(mixer);
}

void audio_mixer_prefer(struct audio_mixer *mixer, enum pcm_direction d, const char *elem)
{
	snprintf(mixer->wanted[d], sizeof mixer->wanted[d], "%s", elem);
	mixer->routed = mixer->routed || d == PCM_PLAYBACK;
	choose(mixer, d);
}

bool audio_mixer_gone(const struct audio_mixer *mixer)
{
	return mixer->gone;
}
