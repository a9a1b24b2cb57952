#include "session/audio.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "session/audio_engine.h"
#include "util/xalloc.h"

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

static bool is_silent_by_rule(const struct audio *audio)
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
		.outputs = is_silent_by_rule(audio) ? 0 : 2,
	};
	audio->told.latency = ns_frames(audio, audio->latency_ns);
	return audio;
}

void audio_destroy(struct audio *audio)
{
	if (!audio)
		return;
	engine_close(audio);
	engine_close_leaving(audio);
	audio_promises_finish(&audio->promises);
	free(audio->mix);
	free(audio->tail);
	free(audio->fading);
	free(audio->rule);
	free(audio);
}

static void note(void *data)
{
	struct audio *audio = data;
	audio->noted = true;
}

void audio_configure(struct audio *audio, const struct audio_options *options)
{
	unsigned rate = audio->rate;
	set_options(audio, options);
	audio->reopen |= rate != audio->rate;
	engine_forget_shunned(audio);
	audio_devices_changed(audio);
}

void audio_devices_changed(struct audio *audio)
{
	if (clock_now_ns() - audio->shunned_ns > SHUN_NS)
		engine_forget_shunned(audio);
	audio->retry_after_ns = RETRY_NS;
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

static void note_late(struct audio *audio, uint64_t now)
{
	if (audio->state != AUDIO_RUNNING || now <= audio->due_ns)
		return;
	uint64_t late = now - audio->due_ns;
	audio_latency_late(
		&audio->latency, now, late < LATE_MOST_NS ? late : LATE_MOST_NS);
}

static void turn_closed(struct audio *audio, uint64_t now)
{
	audio->due_ns = engine_begins_ns(audio);
	if (audio->due_ns > now)
		return;
	engine_open(audio, now);
	/*
	 * What that took counts as lateness, so that much is filled at first: a card may fetch far
	 * ahead when it starts, QEMU's intel-hda 1,024 frames. Not so after a hold, when that would be
	 * silence in the middle of a sound.
	 */
	engine_feed(audio, audio->back ? clock_now_ns() : now);
	audio->back = false;
}

/* Something begins, which was not sounding. */
static bool any_new(struct audio *audio, uint64_t now)
{
	list_for_each (voice, &audio->voices, struct audio_voice, link) {
		if (!voice_waited(voice) && engine_is_due(voice, now))
			return true;
	}
	return false;
}

static void turn_open(struct audio *audio, uint64_t now)
{
	if (audio->look || now >= audio->retry_ns)
		engine_look(audio, now);
	if (now >= audio->due_ns || audio->has_room || audio->starved ||
		audio->state == AUDIO_FILLING || any_new(audio, now))
		engine_feed(audio, now);
}

static void turn_draining(struct audio *audio, uint64_t now)
{
	struct pcm_status at;
	int r = engine_status(audio, &at);
	bool dry = r == -EPIPE || (r == 0 && engine_filled(audio, &at) == 0);
	if (r < 0 && !dry) {
		engine_stopped(audio, r, now);
	} else if (dry) {
		engine_refill(audio, now);
		audio->due_ns = earlier(audio->due_ns, audio->sound_ns + CLOSE_NS);
		engine_feed(audio, now);
	} else if (engine_any_due(audio, now)) {
		audio->state = AUDIO_RUNNING;
		engine_feed(audio, now);
	} else if (now >= audio->due_ns) {
		audio->due_ns =
			now + frames_ns(audio, engine_filled(audio, &at)) + NS_PER_MS;
	}
}

/* What is in the ring is played; then the device is somebody else's. */
static void turn_held(struct audio *audio, uint64_t now)
{
	if (!audio->pcm || now < audio->due_ns)
		return;
	engine_close(audio);
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
	bool plays =
		audio->pcm && engine_status(audio, &at) == 0 && at.state == PCM_RUNNING;
	if (!plays)
		engine_close(audio);
	audio->state = plays ? AUDIO_RUNNING : AUDIO_CLOSED;
	audio->due_ns = plays ? now : UINT64_MAX;
	audio->back = !plays;
	audio->look = audio->look || plays; /* its route may be another one by now */
	engine_fade_in(audio);
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
			left_ns = engine_play_out(audio);
		audio->state = AUDIO_HELD;
		audio->due_ns = now + left_ns;
		if (audio->pcm && left_ns == 0)
			engine_close(audio);
		if (!audio->pcm)
			audio->due_ns = UINT64_MAX;
	} else {
		release(audio, now);
	}
	engine_rest(audio);
	audio->noted = true;
}

void audio_voice_destroy(struct audio_voice *voice)
{
	if (!voice)
		return;
	if (!voice->paused)
		engine_fade_voice(voice->audio, voice);
	audio_promise_remove(&voice->audio->promises, &voice->promise);
	voice_destroy(voice);
}

static void pause_voice(struct audio *audio, struct audio_voice *voice, bool paused)
{
	if (voice->paused == paused)
		return;
	if (paused)
		engine_fade_voice(audio, voice);
	else
		voice_fade_in(voice, fade_frames(audio));
	voice->paused = paused;
	voice_rest(voice);
}

static void answer(struct audio *audio, struct audio_voice *voice, uint64_t now)
{
	engine_settle_time(audio, voice);
	voice_answer(voice, audio->state == AUDIO_HELD, now);
}

static void answer_control(struct audio *audio, struct audio_voice *voice, uint64_t now)
{
	enum voice_wish wish;
	while ((wish = voice_control(voice, now)) != VOICE_NOTHING) {
		if (wish == VOICE_FLUSH) {
			if (!voice->paused)
				engine_fade_voice(audio, voice);
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
		engine_close_leaving(audio);
	bool looks = audio->state == AUDIO_FILLING || audio->state == AUDIO_RUNNING;
	audio->wake_ns = earlier(earlier(audio->due_ns, audio->leaving_ns),
		earlier(looks ? audio->retry_ns : UINT64_MAX,
			next_follow_ns(audio, now)));
}

uint64_t audio_next_ns(const struct audio *audio)
{
	return audio->noted ? 0 : audio->wake_ns;
}

bool audio_has_voice(const struct audio *audio)
{
	return !list_empty(&audio->voices);
}

bool audio_feeds(const struct audio *audio)
{
	return audio->pcm && !audio->clock &&
	       (audio->state == AUDIO_FILLING || audio->state == AUDIO_RUNNING);
}

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
			.gain = voice->gain.gain,
			.frames = (uint64_t)voice->at_frame,
			.late = voice->late,
			.gaps = voice->gaps,
			.sounds = voice->sounding || voice->at_ns > now,
			.paused = voice->paused || audio->state == AUDIO_HELD,
		};
		fn(data, &s);
	}
}
