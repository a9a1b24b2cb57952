/*
 * The engine writes ahead of the device's clock: when less than level is left in the ring, it is
 * filled up to target. What a voice lacks is waited for until no more than floor is left, which
 * is what the engine itself may need to be called; then it is silent.
 *
 *	0 ........ floor ........ level ............... target ...... buffer
 *	           late voices    it is fed again       filled up to here
 *	           are given up
 */
#include "session/audio.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/audio_format.h"
#include "session/audio_latency.h"
#include "session/audio_mix.h"
#include "session/audio_output.h"
#include "session/audio_timeline.h"
#include "session/audio_voice.h"
#include "util/clock.h"
#include "util/list.h"
#include "util/log.h"
#include "util/xalloc.h"

#define RATE          48000u
#define LATENCY_NS    (25 * NS_PER_MS)
#define LATENCY_LEAST NS_PER_MS
#define PERIOD_LEAST  32u /* frames */
#define PERIOD_MOST   1024u
#define FADE_NS       (5 * NS_PER_MS)
#define FADE_FRAMES   1024u             /* at most */
#define HANG_NS       (500 * NS_PER_MS) /* silent: drained */
#define CLOSE_NS      (2 * NS_PER_S)    /* silent: closed */
#define AHEAD_NS      NS_PER_S /* a sound is prepared for so long before it is due */
#define RETRY_NS      NS_PER_S /* a device that failed, at first */
#define RETRY_MOST_NS (30 * NS_PER_S)
#define FAILURES      3 /* of devices just opened, before a clock is taken */
#define PATIENCE      8 /* turns of voices, before they are given up */
#define ASLEEP_NS     (100 * NS_PER_MS)
#define ASLEEP_TIMES  50
#define LATE_MOST_NS  (60 * NS_PER_MS) /* later than that it is no habit */

struct audio {
	struct loop *loop;
	char *rule; /* NULL: the best; owned */
	unsigned rate;
	uint64_t latency_ns;
	bool background;
	pcm_opener *opener;
	struct audio_devices *devices;
	void (*opened)(void *data, const char *device);
	void *opened_data;
	struct list voices; /* audio_voice.link */
	struct audio_promises promises;

	enum audio_state state;
	bool noted;       /* a voice got something, or the device has room */
	bool has_room;    /* the device has what was wanted of it, or has stopped */
	bool crowded;     /* a voice waits to give answers */
	bool look;        /* there may be a better device */
	bool reopen;      /* another rate is wanted of the one that plays */
	uint64_t due_ns;  /* the device is fed then; UINT64_MAX: no matter */
	uint64_t wake_ns; /* ... or something else is done */

	struct pcm *pcm;     /* NULL: none is open */
	bool clock;          /* pcm is no device's */
	struct pcm *leaving; /* plays its last frames */
	uint64_t leaving_ns; /* ... until then */
	char why[PCM_WHY_MAX];
	uint64_t retry_ns, retry_after_ns;
	uint64_t opened_ns;
	unsigned failures;              /* one soon after the other */
	unsigned asleep;                /* times that it was asked whether it still is */
	struct osaas_audio_config told; /* to voices */

	struct audio_latency latency;
	unsigned quantum, floor, level, target;
	unsigned want;     /* as pcm was told */
	bool starved;      /* a voice lacks what was to be mixed */
	bool urged;        /* plugins that are ready to give more had a turn at it */
	unsigned patience; /* times it was fed and little was left since it lacks it */
	uint64_t sound_ns; /* when there was sound last */
	uint64_t
		fill_ns; /* FILLING: since when there is something in the ring; 0: nothing */
	bool forced;     /* FILLING for long enough: what a voice lacks is silence */
	uint64_t xruns;

	uint64_t mixed;  /* frames since it began */
	uint64_t stream; /* the first of them that timeline is of */
	struct audio_timeline timeline;
	struct audio_limiter limiter;
	struct audio_dither dither;
	double *mix;          /* VOICE_MIX_FRAMES frames */
	size_t mix_at, mix_n; /* of it, still to be passed on */
	double *tail;         /* FADE_FRAMES frames of voices that stopped */
	size_t tail_n;
	uint32_t fade, fade_of;   /* frames of a fade-in that are to come */
	double gain, target_gain; /* of the whole mix */
	uint32_t gain_left;       /* frames until it is target_gain */
};

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t frames_ns(const struct audio *audio, uint64_t frames)
{
	return frames * NS_PER_S / audio->told.rate;
}

static unsigned ns_frames(const struct audio *audio, uint64_t ns)
{
	return (unsigned)(ns * audio->told.rate / NS_PER_S);
}

static uint32_t fade_frames(const struct audio *audio)
{
	unsigned n = ns_frames(audio, FADE_NS);
	return n < FADE_FRAMES ? n : FADE_FRAMES;
}

/* Made, and told what is wanted. */

static void set_options(struct audio *audio, const struct audio_options *options)
{
	free(audio->rule);
	audio->rule = options->output ? xstrdup(options->output) : NULL;
	audio->rate = options->rate ? options->rate : RATE;
	audio->latency_ns = options->latency_ns ? options->latency_ns : LATENCY_NS;
	audio->background = options->background;
	audio->opener = options->open ? options->open : pcm_open;
	audio->devices = options->devices;
	audio->opened = options->opened;
	audio->opened_data = options->data;
}

static bool silent_by_rule(const struct audio *audio)
{
	return audio->rule && strcmp(audio->rule, "none") == 0;
}

struct audio *audio_create(struct loop *loop, const struct audio_options *options)
{
	struct audio *audio = xcalloc(1, sizeof *audio);
	audio->loop = loop;
	audio->due_ns = audio->wake_ns = audio->retry_ns = UINT64_MAX;
	audio->leaving_ns = UINT64_MAX;
	audio->gain = audio->target_gain = 1;
	audio->retry_after_ns = RETRY_NS;
	list_init(&audio->voices);
	audio_promises_init(&audio->promises);
	set_options(audio, options);
	audio->told = (struct osaas_audio_config){
		.rate = audio->rate,
		.channels = 2,
		.period = 256,
		.outputs = silent_by_rule(audio) ? 0 : 2,
	};
	audio->told.latency = ns_frames(audio, audio->latency_ns);
	return audio;
}

static void tell_opened(struct audio *audio, const char *device)
{
	if (audio->opened && !audio->clock)
		audio->opened(audio->opened_data, device);
}

static void close_pcm(struct audio *audio)
{
	bool was = audio->pcm;
	if (was)
		audio->pcm->ops->close(audio->pcm);
	audio->pcm = NULL;
	if (was)
		tell_opened(audio, NULL);
	audio->due_ns = audio->retry_ns = UINT64_MAX;
	audio->fill_ns = 0;
	audio->mix_n = audio->tail_n = 0;
}

static void close_leaving(struct audio *audio)
{
	if (audio->leaving)
		audio->leaving->ops->close(audio->leaving);
	audio->leaving = NULL;
	audio->leaving_ns = UINT64_MAX;
}

void audio_destroy(struct audio *audio)
{
	if (!audio)
		return;
	close_pcm(audio);
	close_leaving(audio);
	audio_promises_finish(&audio->promises);
	free(audio->mix);
	free(audio->tail);
	free(audio->rule);
	free(audio);
}

static void note(void *data)
{
	struct audio *audio = data;
	audio->noted = true;
}

static void note_room(void *data)
{
	struct audio *audio = data;
	audio->has_room = audio->noted = true;
}

void audio_configure(struct audio *audio, const struct audio_options *options)
{
	unsigned rate = audio->rate;
	set_options(audio, options);
	audio->reopen |= rate != audio->rate;
	audio_devices_changed(audio);
}

void audio_devices_changed(struct audio *audio)
{
	audio->look = true;
	audio->noted = true;
}

int audio_voice_create(struct audio *audio, const char *name, struct audio_voice **out,
	struct endpoint **plugin_end)
{
	int r = voice_create(name, note, audio, out, plugin_end);
	if (r < 0)
		return r;
	struct audio_voice *voice = *out;
	voice->audio = audio;
	list_push_back(&audio->voices, &voice->link);
	audio_promise_add(&audio->promises, &voice->promise, name,
		endpoint_rx(voice->end), frames_ns(audio, audio->told.period));
	voice_tell(voice, &audio->told);
	if (audio->pcm)
		voice_set_device(voice, &audio->pcm->config);
	return 0;
}

/* How far ahead. */

static uint64_t wanted_ns(const struct audio *audio)
{
	uint64_t ns = UINT64_MAX;
	list_for_each (voice, &audio->voices, struct audio_voice, link) {
		uint64_t us = voice->format.latency_us;
		ns = earlier(ns, us ? us * NS_PER_US : audio->latency_ns);
	}
	ns = ns == UINT64_MAX ? audio->latency_ns : ns;
	return ns > LATENCY_LEAST ? ns : LATENCY_LEAST;
}

/* Of the device, or of what is fed to it at a time: a power of two. */
static unsigned period_for(uint64_t ns, unsigned rate, unsigned part)
{
	unsigned period = PERIOD_MOST;
	while (period > PERIOD_LEAST && period * part * NS_PER_S > ns * rate)
		period /= 2;
	return period;
}

static void plan(struct audio *audio, uint64_t now)
{
	unsigned buffer = audio->pcm->config.buffer;
	uint64_t wanted = wanted_ns(audio);
	audio->quantum = period_for(wanted, audio->told.rate, 2);
	if (audio->quantum > audio->pcm->config.period)
		audio->quantum = audio->pcm->config.period;
	uint64_t quantum_ns = frames_ns(audio, audio->quantum);
	uint64_t safe = audio_latency_target(&audio->latency, now, quantum_ns, 0);
	uint64_t ahead = audio_latency_target(&audio->latency, now, quantum_ns, wanted);
	unsigned floor = ns_frames(audio, safe - quantum_ns);
	floor = floor > audio->quantum / 2 ? floor : audio->quantum / 2;
	audio->floor = floor < buffer / 2 ? floor : buffer / 2;
	unsigned target = ns_frames(audio, ahead);
	if (target < audio->floor + audio->quantum)
		target = audio->floor + audio->quantum;
	audio->target = target < buffer ? target : buffer;
	unsigned chunk = (audio->target - audio->floor) / 2;
	chunk = chunk > audio->quantum ? chunk : audio->quantum;
	audio->level = audio->target > chunk ? audio->target - chunk : 0;
}

static void note_late(struct audio *audio, uint64_t now)
{
	if (audio->state != AUDIO_RUNNING || now <= audio->due_ns)
		return;
	uint64_t late = now - audio->due_ns;
	audio_latency_late(
		&audio->latency, now, late < LATE_MOST_NS ? late : LATE_MOST_NS);
}

/* The device. */

static void want(struct audio *audio, unsigned room)
{
	if (audio->want == room)
		return;
	audio->want = room;
	audio->pcm->ops->want(audio->pcm, room);
}

static void tell_all(struct audio *audio)
{
	const struct pcm_config *config = &audio->pcm->config;
	struct osaas_audio_config told = {
		.rate = config->rate,
		.channels = 2,
		.period = config->period,
		.latency = (uint32_t)((double)audio->latency_ns * config->rate / 1e9),
		.outputs = audio->clock ? 0 : config->channels,
	};
	bool other = memcmp(&told, &audio->told, sizeof told) != 0;
	audio->told = told;
	list_for_each (voice, &audio->voices, struct audio_voice, link) {
		if (other)
			voice_tell(voice, &told);
		voice_set_device(voice, config);
	}
}

/* What is heard of a voice up to its end was estimated before the device was started. */
static void settle_time(const struct audio *audio, struct audio_voice *voice)
{
	if (audio->timeline.set && voice->end_frame > audio->stream)
		voice->at_ns = audio_timeline_ns(&audio->timeline, voice->end_frame);
}

static void begin_stream(struct audio *audio, unsigned rate)
{
	list_for_each (voice, &audio->voices, struct audio_voice, link)
		settle_time(audio, voice);
	audio_timeline_reset(&audio->timeline, rate);
	audio->stream = audio->mixed;
}

static void adopt(struct audio *audio, struct pcm *pcm, bool clock)
{
	unsigned channels = pcm->config.channels;
	audio->pcm = pcm;
	audio->clock = clock;
	audio->state = AUDIO_FILLING;
	audio->want = 0;
	audio->fill_ns = 0;
	audio->opened_ns = audio->sound_ns = clock_now_ns();
	audio->retry_ns = UINT64_MAX;
	audio->mix_n = audio->tail_n = 0;
	free(audio->mix);
	free(audio->tail);
	audio->mix = xcalloc(VOICE_MIX_FRAMES * channels, sizeof *audio->mix);
	audio->tail = xcalloc(FADE_FRAMES * channels, sizeof *audio->tail);
	audio->limiter =
		(struct audio_limiter){.gain = 1, .release = pcm->config.rate / 5};
	begin_stream(audio, pcm->config.rate);
	tell_all(audio);
	tell_opened(audio, pcm->name);
	log_debug("sound: %s, %u Hz, %u channels, period %u, buffer %u frames", pcm->name,
		pcm->config.rate, channels, pcm->config.period, pcm->config.buffer);
}

static struct pcm_config wish_of(const struct audio *audio)
{
	struct pcm_config wish = {
		.rate = audio->rate,
		.channels = 2,
		.format = PCM_S32,
		.period = period_for(wanted_ns(audio), audio->rate, 4),
		.buffer = audio->rate / 4,
	};
	list_for_each (voice, &audio->voices, struct audio_voice, link) {
		if (voice->format.channels > wish.channels)
			wish.channels = voice->format.channels;
	}
	audio_places_usual(wish.places, wish.channels);
	return wish;
}

static int open_device(struct audio *audio, const char *now, struct pcm **out)
{
	char why[PCM_WHY_MAX] = "";
	struct pcm_config wish = wish_of(audio);
	struct audio_output output = {
		.loop = audio->loop,
		.open = audio->opener,
		.devices = audio->devices,
		.rule = audio->rule,
		.ready = note_room,
		.data = audio,
	};
	int r = audio_output_open(&output, &wish, now, out, why);
	if (r == -EALREADY)
		return r;
	if (r == 0)
		why[0] = '\0';
	else if (why[0] && strcmp(why, audio->why) != 0)
		log_write(r == -ENOENT ? LOG_INFO : LOG_ERROR, __FILE__, __LINE__,
			"no sound: %s", why);
	memcpy(audio->why, why, sizeof why);
	return r;
}

static void retry_later(struct audio *audio, uint64_t now)
{
	audio->retry_ns = now + audio->retry_after_ns;
	audio->retry_after_ns = earlier(2 * audio->retry_after_ns, RETRY_MOST_NS);
}

/* Without a device, blocks are taken at the pace of the clock. */
static void open_clock(struct audio *audio, uint64_t now)
{
	struct pcm *pcm;
	char why[PCM_WHY_MAX];
	struct pcm_config wish = wish_of(audio);
	if (pcm_clock_open(audio->loop, "none", PCM_PLAYBACK, &wish, note_room, audio,
		    &pcm, why) < 0)
		abort(); /* its wish is ours */
	adopt(audio, pcm, true);
	if (audio->why[0])
		retry_later(audio, now);
}

static void open_any(struct audio *audio, uint64_t now)
{
	struct pcm *pcm;
	audio->look = audio->reopen = false;
	if (open_device(audio, NULL, &pcm) < 0) {
		open_clock(audio, now);
		return;
	}
	audio->retry_after_ns = RETRY_NS;
	adopt(audio, pcm, false);
}

static void fade_in(struct audio *audio)
{
	audio->fade = audio->fade_of = fade_frames(audio);
}

/* It failed, or was pulled out: on to the next, unless that does not help. */
static void fail(struct audio *audio, int r, uint64_t now)
{
	bool soon = now - audio->opened_ns < NS_PER_S;
	audio->failures = soon ? audio->failures + 1 : 1;
	log_info("sound: %s: %s; on to the next device", audio->pcm->name,
		r == -ENODEV ? "it is gone" : strerror(-r));
	close_pcm(audio);
	if (audio->failures < FAILURES) {
		open_any(audio, now);
	} else {
		snprintf(audio->why, sizeof audio->why,
			"devices fail as soon as they are opened: %s", strerror(-r));
		open_clock(audio, now);
	}
	fade_in(audio);
	audio->noted = true;
}

/* Empty, and ready to be filled. */
static void refill(struct audio *audio, uint64_t now)
{
	int r = audio->pcm->ops->prepare(audio->pcm);
	audio->state = AUDIO_FILLING;
	audio->fill_ns = 0;
	begin_stream(audio, audio->told.rate);
	want(audio, 0);
	audio->asleep = r == -EAGAIN ? audio->asleep + 1 : 0;
	if (r == -EAGAIN && audio->asleep < ASLEEP_TIMES)
		audio->due_ns = now + ASLEEP_NS;
	else if (r < 0)
		fail(audio, r, now);
}

static void xrun(struct audio *audio, uint64_t now)
{
	audio->xruns++;
	audio_latency_xrun(&audio->latency, now, frames_ns(audio, audio->quantum));
	log_debug("sound: underrun %" PRIu64 ", %u frames ahead", audio->xruns,
		audio->target);
	refill(audio, now);
}

static void stopped(struct audio *audio, int r, uint64_t now)
{
	if (r == -EPIPE) {
		xrun(audio, now);
	} else if (r == -ESTRPIPE) {
		fade_in(audio);
		refill(audio, now);
	} else {
		fail(audio, r, now);
	}
}

static int status(struct audio *audio, struct pcm_status *out)
{
	int r = audio->pcm->ops->status(audio->pcm, out);
	if (r < 0)
		return r;
	switch (out->state) {
	case PCM_PREPARED:
	case PCM_RUNNING:
		return 0;
	case PCM_XRUN:
		return -EPIPE;
	case PCM_SUSPENDED:
		return -ESTRPIPE;
	case PCM_GONE:
		return -ENODEV;
	}
	return -EIO;
}

static unsigned filled(const struct audio *audio, const struct pcm_status *now)
{
	unsigned buffer = audio->pcm->config.buffer;
	return now->room < buffer ? buffer - now->room : 0;
}

/* The mix. */

static void add_tail(struct audio *audio, size_t n)
{
	size_t channels = audio->pcm->config.channels;
	n = n < audio->tail_n ? n : audio->tail_n;
	for (size_t i = 0; i < n * channels; i++)
		audio->mix[i] += audio->tail[i];
	audio->tail_n -= n;
	memmove(audio->tail, audio->tail + n * channels,
		audio->tail_n * channels * sizeof *audio->tail);
}

/* From nothing to all of it, or back. */
static void scale(double *mix, size_t n, unsigned channels, double from, double step)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t c = 0; c < channels; c++)
			mix[i * channels + c] *= from + step * (double)i;
	}
}

static double next_gain(struct audio *audio)
{
	if (audio->gain_left)
		audio->gain += (audio->target_gain - audio->gain) / audio->gain_left--;
	double gain = audio->gain;
	if (audio->fade) {
		gain *= 1 - (double)audio->fade / audio->fade_of;
		audio->fade--;
	}
	return gain;
}

/* At unity, nothing is touched. */
static void shape(struct audio *audio, size_t n)
{
	unsigned channels = audio->pcm->config.channels;
	if (!audio->fade && !audio->gain_left && audio->gain == 1)
		return;
	for (size_t i = 0; i < n; i++) {
		double gain = next_gain(audio);
		for (size_t c = 0; c < channels; c++)
			audio->mix[i * channels + c] *= gain;
	}
}

static void mix(struct audio *audio, size_t n, const struct voice_mark *mark)
{
	unsigned channels = audio->pcm->config.channels;
	memset(audio->mix, 0, n * channels * sizeof *audio->mix);
	add_tail(audio, n);
	list_for_each (voice, &audio->voices, struct audio_voice, link) {
		if (!voice->paused)
			voice_mix(voice, audio->mix, n, mark);
	}
	shape(audio, n);
	audio_limit(&audio->limiter, audio->mix, n, channels);
	audio->mixed += n;
	audio->mix_at = 0;
	audio->mix_n = n;
}

/* What was mixed goes to the device. 0, -EAGAIN: it takes no more now, or -errno. */
static int pass_on(struct audio *audio)
{
	struct pcm *pcm = audio->pcm;
	unsigned channels = pcm->config.channels;
	while (audio->mix_n) {
		void *at;
		size_t n = audio->mix_n;
		int r = pcm->ops->begin(pcm, &at, &n);
		if (r == 0 && n == 0)
			r = -EAGAIN;
		if (r < 0)
			return r;
		audio_encode(&audio->dither, pcm->config.format,
			audio->mix + audio->mix_at * channels, at, n * channels);
		r = pcm->ops->commit(pcm, n);
		if (r < 0)
			return r;
		audio->mix_at += n;
		audio->mix_n -= n;
	}
	return 0;
}

/* The next frame, and when it is heard. */
static struct voice_mark mark_now(struct audio *audio, const struct pcm_status *status)
{
	uint64_t delay = status->delay > 0 ? (uint64_t)status->delay : 0;
	uint64_t heard_ns = status->time_ns + frames_ns(audio, delay);
	if (status->state == PCM_RUNNING) {
		/* Its position is a whole number: half a frame more, on average. */
		audio_timeline_note(&audio->timeline, audio->mixed - audio->mix_n,
			heard_ns - frames_ns(audio, 1) / 2);
		heard_ns = audio_timeline_ns(&audio->timeline, audio->mixed);
	}
	return (struct voice_mark){audio->mixed, heard_ns, audio->told.rate};
}

/* Something is to be heard soon. */
static bool is_due(struct audio_voice *voice, uint64_t now)
{
	uint64_t begins_ns = voice_begins_ns(voice);
	return begins_ns != UINT64_MAX && begins_ns <= now + AHEAD_NS;
}

static bool any_due(struct audio *audio, uint64_t now)
{
	if (audio->tail_n || audio->mix_n)
		return true;
	list_for_each (voice, &audio->voices, struct audio_voice, link) {
		if (voice_waited(voice) || is_due(voice, now))
			return true;
	}
	return false;
}

/* A block that is to be heard at a time, while it is not known yet when what is heard. */
static bool any_timed(struct audio *audio, uint64_t now)
{
	list_for_each (voice, &audio->voices, struct audio_voice, link) {
		uint64_t begins_ns = voice_begins_ns(voice);
		if (begins_ns && begins_ns <= now + AHEAD_NS)
			return true;
	}
	return false;
}

static bool is_patient(const struct audio *audio, bool fed)
{
	return audio->patience < PATIENCE && (fed || audio->patience == 0);
}

/*
 * How many of n frames are mixed now: what all have, or, at the last moment, a quantum. Whoever
 * gave something just now has a turn to give more, but not for ever. fed: this time, already.
 */
static size_t share(struct audio *audio, size_t n, unsigned fill, bool fed,
	const struct voice_mark *mark)
{
	bool any = audio->tail_n > 0;
	size_t least = n;
	list_for_each (voice, &audio->voices, struct audio_voice, link) {
		if (voice->paused)
			continue;
		size_t k = voice_ready(voice, n, mark);
		if (k == 0 && !voice_waited(voice))
			continue;
		any = true;
		least = k < least ? k : least;
	}
	bool running = audio->state == AUDIO_RUNNING;
	if (!any)
		return running ? n : 0;
	if (least > 0) {
		audio->urged = false;
		return least;
	}
	if (running && fill <= audio->floor && !audio->urged) {
		audio->urged = true;
		sched_run_reserved();
		return share(audio, n, fill, fed, mark);
	}
	audio->starved = true;
	if (!running && !audio->forced)
		return 0;
	if (running && (fill > audio->floor || is_patient(audio, fed)))
		return 0;
	return n < audio->quantum ? n : audio->quantum;
}

/* Fills up to target; how much is in the ring then, or -errno. */
static int fill_up(struct audio *audio, unsigned fill, struct voice_mark mark)
{
	int r = pass_on(audio);
	bool fed = false;
	audio->starved = audio->urged = false;
	while (r == 0 && fill < audio->target) {
		size_t n = audio->target - fill;
		n = n < VOICE_MIX_FRAMES ? n : VOICE_MIX_FRAMES;
		n = share(audio, n, fill, fed, &mark);
		if (n == 0)
			break;
		mix(audio, n, &mark);
		r = pass_on(audio);
		fed = true;
		fill += (unsigned)n;
		mark.frame += n;
		mark.heard_ns += frames_ns(audio, n);
	}
	audio->patience = fill > audio->floor ? 0 : audio->patience + 1;
	return r == 0 || r == -EAGAIN ? (int)fill : r;
}

static void start(struct audio *audio, uint64_t now)
{
	int r = audio->pcm->ops->start(audio->pcm);
	audio->fill_ns = 0;
	if (r < 0) {
		stopped(audio, r, now);
		return;
	}
	audio->state = AUDIO_RUNNING;
	audio->noted = true;
}

/* It runs, and is silent: then it is known what is heard when. */
static void start_silent(struct audio *audio, uint64_t now)
{
	size_t n = audio->floor + audio->quantum;
	n = n < VOICE_MIX_FRAMES ? n : VOICE_MIX_FRAMES;
	memset(audio->mix, 0, n * audio->pcm->config.channels * sizeof *audio->mix);
	audio->mixed += n;
	audio->mix_at = 0;
	audio->mix_n = n;
	int r = pass_on(audio);
	if (r < 0 && r != -EAGAIN)
		stopped(audio, r, now);
	else
		start(audio, now);
}

static void rest_all(struct audio *audio)
{
	list_for_each (voice, &audio->voices, struct audio_voice, link)
		voice_rest(voice);
}

static void drain(struct audio *audio, unsigned fill, uint64_t now)
{
	audio->state = AUDIO_DRAINING;
	want(audio, 0);
	rest_all(audio);
	audio->due_ns = now + frames_ns(audio, fill) + NS_PER_MS;
}

static void close_silent(struct audio *audio)
{
	log_debug("sound: silent, closed");
	close_pcm(audio);
	rest_all(audio);
	audio->state = AUDIO_CLOSED;
	audio->retry_after_ns = RETRY_NS;
}

/* Filled, not started. */
static void wait_to_start(struct audio *audio, unsigned fill, uint64_t now)
{
	uint64_t quantum_ns = frames_ns(audio, audio->quantum);
	if (fill == 0 && !audio->starved) {
		audio->due_ns = audio->sound_ns + CLOSE_NS;
		if (now >= audio->due_ns)
			close_silent(audio);
		return;
	}
	audio->fill_ns = audio->fill_ns ? audio->fill_ns : now;
	audio->due_ns = audio->fill_ns + quantum_ns;
	if (fill > 0 && (fill >= audio->target || now >= audio->due_ns))
		start(audio, now);
}

static void wait_for_room(struct audio *audio, unsigned fill, uint64_t now)
{
	unsigned level = audio->starved ? audio->floor : audio->level;
	unsigned least = audio->quantum / 4, left = fill > level ? fill - level : 0;
	if (now - audio->sound_ns > HANG_NS) {
		drain(audio, fill, now);
		return;
	}
	audio->due_ns = now + frames_ns(audio, left > least ? left : least);
	want(audio, audio->pcm->config.buffer - level);
}

/* It sleeps on, and nobody minds. */
static bool is_over(struct audio *audio, uint64_t now)
{
	return audio->state == AUDIO_FILLING && now - audio->sound_ns > CLOSE_NS &&
	       !any_due(audio, now);
}

/* Until when whoever is asked for more has time: when it is missed. */
static void promise(struct audio *audio, unsigned fill, uint64_t now)
{
	unsigned left = fill > audio->floor ? fill - audio->floor : 0;
	uint64_t left_ns = now + frames_ns(audio, left);
	uint64_t chunk_ns = frames_ns(audio, audio->target - audio->level);
	list_for_each (voice, &audio->voices, struct audio_voice, link) {
		uint64_t rate = voice->format.rate;
		uint64_t block_ns = voice->block * NS_PER_S / rate;
		audio_promise_due(
			&voice->promise, left_ns + voice->queued * NS_PER_S / rate);
		audio_promise_period(&audio->promises, &voice->promise,
			chunk_ns > block_ns ? chunk_ns : block_ns);
	}
}

static void feed(struct audio *audio, uint64_t now)
{
	struct pcm_status at;
	audio->has_room = false;
	int r = status(audio, &at);
	if (r < 0 && is_over(audio, now))
		close_silent(audio);
	else if (r < 0)
		stopped(audio, r, now);
	if (r < 0)
		return;
	plan(audio, now);
	if (audio->state == AUDIO_FILLING && audio->mix_n == 0 && any_timed(audio, now)) {
		start_silent(audio, now);
		return;
	}
	if (any_due(audio, now))
		audio->sound_ns = now;
	audio->forced = audio->fill_ns &&
			now >= audio->fill_ns + frames_ns(audio, audio->quantum);
	promise(audio, filled(audio, &at), now);
	r = fill_up(audio, filled(audio, &at), mark_now(audio, &at));
	audio_promises_fed(&audio->promises, now);
	if (r < 0)
		stopped(audio, r, now);
	else if (audio->state == AUDIO_FILLING)
		wait_to_start(audio, (unsigned)r, now);
	else
		wait_for_room(audio, (unsigned)r, now);
}

static void fade_out(struct audio *audio, struct pcm_status *at)
{
	unsigned channels = audio->pcm->config.channels;
	size_t n = fade_frames(audio);
	n = n < at->room ? n : at->room;
	n = n < VOICE_MIX_FRAMES ? n : VOICE_MIX_FRAMES;
	if (n == 0 || audio->mix_n)
		return;
	struct voice_mark mark = mark_now(audio, at);
	mix(audio, n, &mark);
	scale(audio->mix, n, channels, 1, -1.0 / (double)n);
	pass_on(audio);
	audio->mix_n = 0;
	rest_all(audio);
}

/* Plays what is in the ring, and fades. How long that takes. */
static uint64_t play_out(struct audio *audio)
{
	struct pcm_status at;
	if (audio->state != AUDIO_RUNNING && audio->state != AUDIO_FILLING)
		return 0;
	if (status(audio, &at) < 0 ||
		(filled(audio, &at) == 0 && at.state != PCM_RUNNING))
		return 0;
	fade_out(audio, &at);
	if (at.state == PCM_PREPARED && audio->pcm->ops->start(audio->pcm) < 0)
		return 0;
	if (status(audio, &at) < 0)
		return 0;
	want(audio, 0);
	return frames_ns(audio, filled(audio, &at)) + NS_PER_MS;
}

/* Another device came, or is wanted: the old one plays to its end, what comes is the new one's. */
static void move_to(struct audio *audio, struct pcm *pcm, uint64_t now)
{
	uint64_t left_ns = audio->clock ? 0 : play_out(audio);
	close_leaving(audio);
	if (left_ns) {
		audio->leaving = audio->pcm;
		audio->leaving_ns = now + left_ns;
		audio->pcm = NULL;
	}
	close_pcm(audio);
	adopt(audio, pcm, false);
	fade_in(audio);
	audio->noted = true;
}

/* The same device at another rate: what is in it is lost. */
static void open_again(struct audio *audio, uint64_t now)
{
	close_pcm(audio);
	open_any(audio, now);
	fade_in(audio);
	audio->noted = true;
}

static void look_again(struct audio *audio, uint64_t now)
{
	struct pcm *pcm;
	audio->look = false;
	audio->retry_ns = UINT64_MAX;
	if (audio->reopen) {
		open_again(audio, now);
		return;
	}
	int r = open_device(audio, audio->clock ? NULL : audio->pcm->name, &pcm);
	if (r == 0) {
		audio->retry_after_ns = RETRY_NS;
		move_to(audio, pcm, now);
	} else if (r != -EALREADY && !audio->clock && silent_by_rule(audio)) {
		close_pcm(audio);
		open_clock(audio, now);
		audio->noted = true;
	} else if (audio->clock && audio->why[0]) {
		retry_later(audio, now);
	}
}

/* Turns, one function for each state. */

static void turn_closed(struct audio *audio, uint64_t now)
{
	uint64_t due_ns = UINT64_MAX;
	list_for_each (voice, &audio->voices, struct audio_voice, link)
		due_ns = earlier(due_ns, voice_begins_ns(voice));
	audio->due_ns =
		due_ns > AHEAD_NS && due_ns != UINT64_MAX ? due_ns - AHEAD_NS : due_ns;
	if (audio->due_ns > now)
		return;
	open_any(audio, now);
	feed(audio, now);
}

/* Something begins, which was not sounding. */
static bool any_new(struct audio *audio, uint64_t now)
{
	list_for_each (voice, &audio->voices, struct audio_voice, link) {
		if (!voice_waited(voice) && is_due(voice, now))
			return true;
	}
	return false;
}

static void turn_open(struct audio *audio, uint64_t now)
{
	if (audio->look || now >= audio->retry_ns)
		look_again(audio, now);
	if (now >= audio->due_ns || audio->has_room || audio->starved ||
		audio->state == AUDIO_FILLING || any_new(audio, now))
		feed(audio, now);
}

static void turn_draining(struct audio *audio, uint64_t now)
{
	struct pcm_status at;
	int r = status(audio, &at);
	bool dry = r == -EPIPE || (r == 0 && filled(audio, &at) == 0);
	if (r < 0 && !dry) {
		stopped(audio, r, now);
	} else if (dry) {
		refill(audio, now);
		audio->due_ns = earlier(audio->due_ns, audio->sound_ns + CLOSE_NS);
		feed(audio, now);
	} else if (any_due(audio, now)) {
		audio->state = AUDIO_RUNNING;
		feed(audio, now);
	} else if (now >= audio->due_ns) {
		audio->due_ns = now + frames_ns(audio, filled(audio, &at)) + NS_PER_MS;
	}
}

/* What is in the ring is played; then the device is somebody else's. */
static void turn_held(struct audio *audio, uint64_t now)
{
	if (!audio->pcm || now < audio->due_ns)
		return;
	close_pcm(audio);
}

void audio_set_gain(struct audio *audio, double gain)
{
	audio->target_gain = gain;
	audio->gain_left = fade_frames(audio);
	if (audio->state == AUDIO_RUNNING)
		return;
	audio->gain = gain;
	audio->gain_left = 0;
}

/* What was left to play may not be over yet. */
static void release(struct audio *audio, uint64_t now)
{
	struct pcm_status at;
	bool plays = audio->pcm && status(audio, &at) == 0 && at.state == PCM_RUNNING;
	if (!plays)
		close_pcm(audio);
	audio->state = plays ? AUDIO_RUNNING : AUDIO_CLOSED;
	audio->due_ns = plays ? now : UINT64_MAX;
	fade_in(audio);
}

void audio_hold(struct audio *audio, bool held)
{
	uint64_t now = clock_now_ns();
	if (held == (audio->state == AUDIO_HELD) || (held && audio->background))
		return;
	if (held) {
		uint64_t left_ns = 0;
		if (audio->pcm && audio->state == AUDIO_DRAINING)
			left_ns = audio->due_ns > now ? audio->due_ns - now : 0;
		else if (audio->pcm && !audio->clock)
			left_ns = play_out(audio);
		audio->state = AUDIO_HELD;
		audio->due_ns = now + left_ns;
		if (audio->pcm && left_ns == 0)
			close_pcm(audio);
		if (!audio->pcm)
			audio->due_ns = UINT64_MAX;
	} else {
		release(audio, now);
	}
	rest_all(audio);
	audio->noted = true;
}

/* A voice stops in the middle: a few frames more of it, ever softer. */
static void fade_voice(struct audio *audio, struct audio_voice *voice)
{
	struct pcm_status at;
	if (audio->state != AUDIO_RUNNING || !voice->sounding || status(audio, &at) < 0)
		return;
	unsigned channels = audio->pcm->config.channels;
	size_t n = fade_frames(audio), size = n * channels;
	struct voice_mark mark = mark_now(audio, &at);
	double *more = xcalloc(size, sizeof *more);
	n = voice_mix(voice, more, n, &mark);
	scale(more, n, channels, 1, -1.0 / (double)(n ? n : 1));
	if (audio->tail_n < n)
		memset(audio->tail + audio->tail_n * channels, 0,
			(n - audio->tail_n) * channels * sizeof *audio->tail);
	audio->tail_n = audio->tail_n > n ? audio->tail_n : n;
	for (size_t i = 0; i < n * channels; i++)
		audio->tail[i] += more[i];
	free(more);
	voice_rest(voice);
}

void audio_voice_destroy(struct audio_voice *voice)
{
	if (!voice)
		return;
	if (!voice->paused)
		fade_voice(voice->audio, voice);
	audio_promise_remove(&voice->audio->promises, &voice->promise);
	voice_destroy(voice);
}

static void pause_voice(struct audio *audio, struct audio_voice *voice, bool paused)
{
	if (voice->paused == paused)
		return;
	if (paused)
		fade_voice(audio, voice);
	else
		voice_fade_in(voice, fade_frames(audio));
	voice->paused = paused;
	voice_rest(voice);
}

static void answer(struct audio *audio, struct audio_voice *voice, uint64_t now)
{
	settle_time(audio, voice);
	voice_answer(voice, audio->state == AUDIO_HELD, now);
}

static void answer_control(struct audio *audio, struct audio_voice *voice, uint64_t now)
{
	enum voice_wish wish;
	while ((wish = voice_control(voice, now)) != VOICE_NOTHING) {
		if (wish == VOICE_FLUSH) {
			if (!voice->paused)
				fade_voice(audio, voice);
			voice_flush(voice);
		} else if (wish == VOICE_PAUSE || wish == VOICE_RESUME) {
			pause_voice(audio, voice, wish == VOICE_PAUSE);
		}
		if (wish != VOICE_DONE)
			answer(audio, voice, now);
	}
	audio->crowded |= voice_crowded(voice);
}

static void follow(struct audio *audio, struct audio_voice *voice, uint64_t now)
{
	if (now < voice->next_follow_ns)
		return;
	voice->next_follow_ns += voice->follow_ns;
	if (voice->next_follow_ns <= now)
		voice->next_follow_ns = now + voice->follow_ns;
	answer(audio, voice, now);
}

static uint64_t next_follow_ns(const struct audio *audio, uint64_t now)
{
	uint64_t ns = UINT64_MAX;
	list_for_each (voice, &audio->voices, struct audio_voice, link) {
		if (voice->sounding || voice->at_ns > now)
			ns = earlier(ns, voice->next_follow_ns);
	}
	return ns;
}

static void turn_voices(struct audio *audio, uint64_t now)
{
	audio->crowded = false;
	list_for_each (voice, &audio->voices, struct audio_voice, link) {
		answer_control(audio, voice, now);
		if (voice->sounding || voice->at_ns > now)
			follow(audio, voice, now);
	}
}

void audio_turn(struct audio *audio)
{
	if (!audio->noted && !audio->crowded && audio->wake_ns == UINT64_MAX)
		return;
	uint64_t now = clock_now_ns();
	if (!audio->noted && !audio->crowded && now < audio->wake_ns)
		return;
	note_late(audio, now);
	audio->noted = false;
	turn_voices(audio, now);
	switch (audio->state) {
	case AUDIO_CLOSED:
		turn_closed(audio, now);
		break;
	case AUDIO_FILLING:
	case AUDIO_RUNNING:
		turn_open(audio, now);
		break;
	case AUDIO_DRAINING:
		turn_draining(audio, now);
		break;
	case AUDIO_HELD:
		turn_held(audio, now);
		break;
	}
	if (now >= audio->leaving_ns)
		close_leaving(audio);
	audio->wake_ns = earlier(earlier(audio->due_ns, audio->leaving_ns),
		earlier(audio->retry_ns, next_follow_ns(audio, now)));
}

uint64_t audio_next_ns(const struct audio *audio)
{
	return audio->noted ? 0 : audio->wake_ns;
}

/* For osaas ctl. */

void audio_status(const struct audio *audio, struct audio_status *out)
{
	*out = (struct audio_status){
		.state = audio->state,
		.device = audio->pcm ? audio->pcm->name : "",
		.why = audio->why[0] ? audio->why : NULL,
		.target = audio->pcm ? audio->target : 0,
		.xruns = audio->xruns,
	};
	if (audio->pcm)
		out->config = audio->pcm->config;
	for (size_t i = 0; i < AUDIO_LATENCY_SLOTS; i++) {
		if (audio->latency.late_ns[i] > out->late_ns)
			out->late_ns = audio->latency.late_ns[i];
	}
}

void audio_each_voice(const struct audio *audio,
	void (*fn)(void *data, const struct audio_voice_status *voice), void *data)
{
	uint64_t now = clock_now_ns();
	list_for_each (voice, &audio->voices, struct audio_voice, link) {
		struct audio_voice_status s = {
			.name = voice->name,
			.rate = voice->format.rate,
			.channels = voice->format.channels,
			.gain = (double)voice->gain.gain,
			.frames = (uint64_t)voice->at_frame,
			.late = voice->late,
			.gaps = voice->gaps,
			.sounds = voice->sounding || voice->at_ns > now,
			.paused = voice->paused || audio->state == AUDIO_HELD,
		};
		fn(data, &s);
	}
}
