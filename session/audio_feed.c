/*
 * The engine writes ahead of the device's clock: when less than level is left in the ring, it is
 * filled up to target. What a voice lacks is waited for until no more than floor is left, which
 * is what the engine itself may need to be called; then it is silent.
 *
 *	0 ........ floor ........ level ............... target ...... buffer
 *	           late voices    it is fed again       filled up to here
 *	           are given up
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sched/sched.h"
#include "session/audio_engine.h"
#include "util/log.h"

uint64_t engine_wanted_ns(const struct audio *audio)
{
	uint64_t ns = UINT64_MAX;
	list_for_each (voice, &audio->voices, struct audio_voice, link) {
		uint64_t us = voice->format.latency_us;
		ns = earlier(ns, us ? us * NS_PER_US : audio->latency_ns);
	}
	ns = ns == UINT64_MAX ? audio->latency_ns : ns;
	return ns > LATENCY_LEAST ? ns : LATENCY_LEAST;
}

/*
 * Of the device, or of what is fed to it at a time: a power of two. Who asks for two periods says so
 * in whole microseconds, which are less: a part of a frame is one.
 */
unsigned engine_period(uint64_t ns, unsigned rate, unsigned part)
{
	unsigned period = PERIOD_MOST;
	uint64_t frames = (ns * rate + NS_PER_S - 1) / NS_PER_S;
	while (period > PERIOD_LEAST && period * part > frames)
		period /= 2;
	return period;
}

static void plan(struct audio *audio, uint64_t now)
{
	unsigned buffer = audio->pcm->config.buffer;
	uint64_t wanted = engine_wanted_ns(audio);
	audio->quantum = engine_period(wanted, audio->told.rate, 2);
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
bool engine_is_due(struct audio_voice *voice, uint64_t now)
{
	uint64_t begins_ns = voice_begins_ns(voice);
	return begins_ns != UINT64_MAX && begins_ns <= now + AHEAD_NS;
}

uint64_t engine_begins_ns(struct audio *audio)
{
	uint64_t ns = UINT64_MAX;
	list_for_each (voice, &audio->voices, struct audio_voice, link)
		ns = earlier(ns, voice_begins_ns(voice));
	return ns > AHEAD_NS && ns != UINT64_MAX ? ns - AHEAD_NS : ns;
}

bool engine_any_due(struct audio *audio, uint64_t now)
{
	if (audio->tail_n || audio->mix_n)
		return true;
	list_for_each (voice, &audio->voices, struct audio_voice, link) {
		if (voice_waited(voice) || engine_is_due(voice, now))
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

/* Frames, n at most, that those have who are heard now. */
struct ready {
	bool any;     /* somebody is */
	size_t all;   /* each of them has so many */
	size_t those; /* each that has some; 0: nobody */
};

static struct ready what_is_ready(
	struct audio *audio, size_t n, const struct voice_mark *mark)
{
	struct ready ready = {audio->tail_n > 0, n, 0};
	list_for_each (voice, &audio->voices, struct audio_voice, link) {
		if (voice->paused)
			continue;
		size_t k = voice_ready(voice, n, mark);
		if (!voice_waited(voice) &&
			(k == 0 || !engine_is_due(voice, mark->heard_ns)))
			continue;
		ready.any = true;
		ready.all = k < ready.all ? k : ready.all;
		if (k > 0 && (ready.those == 0 || k < ready.those))
			ready.those = k;
	}
	return ready;
}

/* Somebody lacks something: a quantum at the last moment; to start with, no more than others have. */
static size_t share_of_some(
	const struct audio *audio, size_t n, unsigned fill, bool fed, size_t those)
{
	bool running = audio->state == AUDIO_RUNNING;
	if (!running && !audio->forced)
		return 0;
	if (running && (fill > audio->floor || is_patient(audio, fed)))
		return 0;
	n = n < audio->quantum ? n : audio->quantum;
	bool enough = !running && fill >= audio->quantum;
	return enough && those < n ? those : n;
}

/*
 * How many of n frames are mixed now: what all have, or less. Whoever gave something just now has a
 * turn to give more, but not for ever. fed: this time, already.
 */
static size_t share(struct audio *audio, size_t n, unsigned fill, bool fed,
	const struct voice_mark *mark)
{
	struct ready ready = what_is_ready(audio, n, mark);
	bool running = audio->state == AUDIO_RUNNING;
	if (!ready.any)
		return running ? n : 0;
	if (ready.all > 0) {
		audio->urged = false;
		return ready.all;
	}
	if (running && fill <= audio->floor && !audio->urged) {
		audio->urged = true;
		/* What is left has to last until they are done; who had a turn has had most of it. */
		unsigned part = audio->patience ? 4 : 2;
		sched_run_reserved(clock_now_ns() + frames_ns(audio, fill) / part);
		return share(audio, n, fill, fed, mark);
	}
	audio->starved = true;
	return share_of_some(audio, n, fill, fed, ready.those);
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
		/* It is filled: no underrun, but, say, USB without room for its packets. */
		engine_stopped(audio, r == -EPIPE ? -EIO : r, now);
		return;
	}
	audio->state = AUDIO_RUNNING;
	audio->noted = true;
}

static int pass_silence(struct audio *audio, size_t n)
{
	n = n < VOICE_MIX_FRAMES ? n : VOICE_MIX_FRAMES;
	memset(audio->mix, 0, n * audio->pcm->config.channels * sizeof *audio->mix);
	audio->mixed += n;
	audio->mix_at = 0;
	audio->mix_n = n;
	return pass_on(audio);
}

/* It runs, and is silent: then it is known what is heard when. */
static void start_silent(struct audio *audio, uint64_t now)
{
	int r = pass_silence(audio, audio->floor + audio->quantum);
	if (r < 0 && r != -EAGAIN)
		engine_stopped(audio, r, now);
	else
		start(audio, now);
	audio->due_ns = earlier(audio->due_ns, now);
}

void engine_rest(struct audio *audio)
{
	list_for_each (voice, &audio->voices, struct audio_voice, link)
		voice_rest(voice);
}

static void drain(struct audio *audio, unsigned fill, uint64_t now)
{
	audio->state = AUDIO_DRAINING;
	engine_want(audio, 0);
	engine_rest(audio);
	audio->due_ns = now + frames_ns(audio, fill) + NS_PER_MS;
}

static void close_silent(struct audio *audio)
{
	log_debug("sound: silent, closed");
	engine_close(audio);
	engine_rest(audio);
	audio->state = AUDIO_CLOSED;
	audio->due_ns = engine_begins_ns(audio);
	audio->retry_after_ns = RETRY_NS;
}

/* Nothing is to be heard yet; or it cannot be prepared yet, and soon can. */
static void wait_silent(struct audio *audio, uint64_t now)
{
	uint64_t close_ns = audio->sound_ns + CLOSE_NS;
	uint64_t begins_ns = engine_begins_ns(audio);
	if (begins_ns <= now)
		begins_ns = now + frames_ns(audio, audio->quantum);
	audio->due_ns = earlier(close_ns, begins_ns);
	if (now >= close_ns)
		close_silent(audio);
}

/* Filled, not started. */
static void wait_to_start(struct audio *audio, unsigned fill, uint64_t now)
{
	uint64_t quantum_ns = frames_ns(audio, audio->quantum);
	if (fill == 0 && !audio->starved) {
		wait_silent(audio, now);
		return;
	}
	audio->fill_ns = audio->fill_ns ? audio->fill_ns : now;
	audio->due_ns = audio->fill_ns + quantum_ns;
	if (fill > 0 && (fill >= audio->target || now >= audio->due_ns))
		start(audio, now);
}

/* Frames until it is fed again: a few at least, but where few are left the most of them stay. */
static unsigned pause_of(const struct audio *audio, unsigned fill, unsigned level)
{
	unsigned least = audio->quantum / 4, left = fill > level ? fill - level : 0;
	least = least < fill / 4 ? least : fill / 4 + 1;
	return left > least ? left : least;
}

static void wait_for_room(struct audio *audio, unsigned fill, uint64_t now)
{
	unsigned level = audio->starved ? audio->floor : audio->level;
	if (now - audio->sound_ns > HANG_NS) {
		drain(audio, fill, now);
		return;
	}
	audio->due_ns = now + frames_ns(audio, pause_of(audio, fill, level));
	engine_want(audio, audio->pcm->config.buffer - level);
}

/* It sleeps on, and nobody minds. */
static bool is_over(struct audio *audio, uint64_t now)
{
	return audio->state == AUDIO_FILLING && now - audio->sound_ns > CLOSE_NS &&
	       !engine_any_due(audio, now);
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

void engine_feed(struct audio *audio, uint64_t now)
{
	struct pcm_status at;
	audio->has_room = false;
	int r = engine_status(audio, &at);
	if (r < 0 && is_over(audio, now))
		close_silent(audio);
	else if (r < 0)
		engine_stopped(audio, r, now);
	if (r < 0)
		return;
	plan(audio, now);
	if (audio->state == AUDIO_FILLING && audio->mix_n == 0 && any_timed(audio, now)) {
		start_silent(audio, now);
		return;
	}
	if (engine_any_due(audio, now))
		audio->sound_ns = now;
	audio->forced = audio->fill_ns &&
			now >= audio->fill_ns + frames_ns(audio, audio->quantum);
	promise(audio, engine_filled(audio, &at), now);
	r = fill_up(audio, engine_filled(audio, &at), mark_now(audio, &at));
	audio_promises_fed(&audio->promises, now);
	if (r < 0)
		engine_stopped(audio, r, now);
	else if (audio->state == AUDIO_FILLING)
		wait_to_start(audio, (unsigned)r, now);
	else
		wait_for_room(audio, (unsigned)r, now);
}

/* A card that runs dry stops with its own store not played: that is silence. */
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
	size_t left = at->room - n, store = ns_frames(audio, STORE_NS);
	pass_silence(audio, left < store ? left : store);
	audio->mix_n = 0;
	engine_rest(audio);
}

/* Plays what is in the ring, and fades. How long that takes. */
uint64_t engine_play_out(struct audio *audio)
{
	struct pcm_status at;
	if (audio->state != AUDIO_RUNNING && audio->state != AUDIO_FILLING)
		return 0;
	if (engine_status(audio, &at) < 0 ||
		(engine_filled(audio, &at) == 0 && at.state != PCM_RUNNING))
		return 0;
	fade_out(audio, &at);
	if (at.state == PCM_PREPARED && audio->pcm->ops->start(audio->pcm) < 0)
		return 0;
	if (engine_status(audio, &at) < 0)
		return 0;
	engine_want(audio, 0);
	return frames_ns(audio, engine_filled(audio, &at)) + NS_PER_MS;
}

/* A voice stops in the middle: a few frames more of it, ever softer. */
void engine_fade_voice(struct audio *audio, struct audio_voice *voice)
{
	struct pcm_status at;
	if (audio->state != AUDIO_RUNNING || !voice->sounding ||
		engine_status(audio, &at) < 0)
		return;
	unsigned channels = audio->pcm->config.channels;
	size_t n = fade_frames(audio);
	struct voice_mark mark = mark_now(audio, &at);
	double *more = audio->fading;
	memset(more, 0, n * channels * sizeof *more);
	n = voice_mix(voice, more, n, &mark);
	scale(more, n, channels, 1, -1.0 / (double)(n ? n : 1));
	if (audio->tail_n < n)
		memset(audio->tail + audio->tail_n * channels, 0,
			(n - audio->tail_n) * channels * sizeof *audio->tail);
	audio->tail_n = audio->tail_n > n ? audio->tail_n : n;
	for (size_t i = 0; i < n * channels; i++)
		audio->tail[i] += more[i];
	voice_rest(voice);
}
