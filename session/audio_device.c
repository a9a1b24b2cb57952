/* The engine: its device, from the rule that gives it to the end of it. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/audio_engine.h"
#include "session/audio_output.h"
#include "util/log.h"
#include "util/xalloc.h"

static void tell_opened(struct audio *audio, const char *device)
{
	if (audio->opened && !audio->clock)
		audio->opened(audio->opened_data, device);
}

void engine_forget_shunned(struct audio *audio)
{
	audio->failures = 0;
	memset(audio->failing, 0, sizeof audio->failing);
	memset(audio->shunned, 0, sizeof audio->shunned);
}

/* It is left: if it played for a while, whoever failed before is tried again in its turn. */
static void judge(struct audio *audio)
{
	if (audio->clock || clock_now_ns() - audio->opened_ns < SOON_NS)
		return;
	audio->retry_after_ns = RETRY_NS;
	engine_forget_shunned(audio);
}

void engine_close(struct audio *audio)
{
	bool was = audio->pcm;
	if (was) {
		judge(audio);
		audio->pcm->ops->close(audio->pcm);
	}
	audio->pcm = NULL;
	if (was)
		tell_opened(audio, NULL);
	audio->due_ns = audio->retry_ns = UINT64_MAX;
	audio->fill_ns = 0;
	audio->mix_n = audio->tail_n = 0;
}

void engine_close_leaving(struct audio *audio)
{
	if (audio->leaving)
		audio->leaving->ops->close(audio->leaving);
	audio->leaving = NULL;
	audio->leaving_ns = UINT64_MAX;
}

static void note_room(void *data)
{
	struct audio *audio = data;
	audio->has_room = audio->noted = true;
}

void engine_want(struct audio *audio, unsigned room)
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
void engine_settle_time(const struct audio *audio, struct audio_voice *voice)
{
	if (audio->timeline.set && voice->end_frame > audio->stream)
		voice->at_ns = audio_timeline_ns(&audio->timeline, voice->end_frame);
}

static void begin_stream(struct audio *audio, unsigned rate)
{
	list_for_each (voice, &audio->voices, struct audio_voice, link)
		engine_settle_time(audio, voice);
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
	audio->breaks = 0;
	audio->opened_ns = audio->sound_ns = clock_now_ns();
	audio->retry_ns = UINT64_MAX;
	audio->mix_n = audio->tail_n = 0;
	free(audio->mix);
	free(audio->tail);
	free(audio->fading);
	audio->mix = xcalloc(VOICE_MIX_FRAMES * channels, sizeof *audio->mix);
	audio->tail = xcalloc(FADE_FRAMES * channels, sizeof *audio->tail);
	audio->fading = xcalloc(FADE_FRAMES * channels, sizeof *audio->fading);
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
		.period = engine_period(engine_wanted_ns(audio), audio->rate, 4),
		.buffer = audio->rate / 4,
	};
	list_for_each (voice, &audio->voices, struct audio_voice, link) {
		if (voice->format.channels > wish.channels)
			wish.channels = voice->format.channels;
	}
	audio_places_usual(wish.places, wish.channels);
	return wish;
}

static bool shuns(void *data, const char *pcm)
{
	const struct audio *audio = data;
	for (size_t i = 0; i < FAILURES; i++) {
		if (strcmp(audio->shunned[i], pcm) == 0)
			return true;
	}
	return false;
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
		.shuns = shuns,
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

void engine_open(struct audio *audio, uint64_t now)
{
	struct pcm *pcm;
	audio->look = audio->reopen = false;
	/* It may be the one that is wanted again: busy, by ourselves. */
	engine_close_leaving(audio);
	if (open_device(audio, NULL, &pcm) < 0)
		open_clock(audio, now);
	else
		adopt(audio, pcm, false);
}

void engine_fade_in(struct audio *audio)
{
	audio->fade = audio->fade_of = fade_frames(audio);
}

/* Once may be chance. Who was pulled out is the first again when it comes back. */
static void note_failure(struct audio *audio, int r, uint64_t now)
{
	const char *name = audio->pcm->name;
	audio->shunned_ns = now;
	audio->failures++;
	if (r == -ENODEV) {
		audio->retry_after_ns = RETRY_NS;
		return;
	}
	if (strcmp(name, audio->failing) == 0)
		snprintf(audio->shunned[audio->failures % FAILURES],
			sizeof audio->shunned[0], "%s", name);
	snprintf(audio->failing, sizeof audio->failing, "%s", name);
}

/* It failed, or was pulled out: on to the next, unless that does not help. */
static void fail(struct audio *audio, int r, uint64_t now)
{
	/* It may have been opened in this turn, after now. */
	if (now < audio->opened_ns + SOON_NS)
		note_failure(audio, r, now);
	log_info("sound: %s: %s; on to the next device", audio->pcm->name,
		r == -ENODEV ? "it is gone" : strerror(-r));
	engine_close(audio);
	if (audio->failures < FAILURES) {
		engine_open(audio, now);
	} else {
		snprintf(audio->why, sizeof audio->why,
			"devices fail as soon as they are opened: %s", strerror(-r));
		open_clock(audio, now);
	}
	engine_fade_in(audio);
	audio->noted = true;
}

/* Empty, and ready to be filled. */
void engine_refill(struct audio *audio, uint64_t now)
{
	int r = audio->pcm->ops->prepare(audio->pcm);
	audio->state = AUDIO_FILLING;
	audio->fill_ns = 0;
	begin_stream(audio, audio->told.rate);
	engine_want(audio, 0);
	audio->asleep = r == -EAGAIN ? audio->asleep + 1 : 0;
	audio->due_ns = now;
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
	engine_refill(audio, now);
}

/* Whatever it is, it is not that we are late. One that sleeps has its own end. */
static bool storms(struct audio *audio, uint64_t now)
{
	if (now - audio->break_ns > STORM_NS || audio->asleep)
		audio->breaks = 0;
	audio->break_ns = now;
	return ++audio->breaks > STORM;
}

void engine_stopped(struct audio *audio, int r, uint64_t now)
{
	if ((r == -EPIPE || r == -ESTRPIPE) && storms(audio, now))
		r = -EIO;
	if (r == -EPIPE) {
		xrun(audio, now);
	} else if (r == -ESTRPIPE) {
		engine_fade_in(audio);
		engine_refill(audio, now);
	} else {
		fail(audio, r, now);
	}
}

int engine_status(struct audio *audio, struct pcm_status *out)
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

unsigned engine_filled(const struct audio *audio, const struct pcm_status *now)
{
	unsigned buffer = audio->pcm->config.buffer;
	return now->room < buffer ? buffer - now->room : 0;
}

/* Another device came, or is wanted: the old one plays to its end, what comes is the new one's. */
static void move_to(struct audio *audio, struct pcm *pcm, uint64_t now)
{
	uint64_t left_ns = audio->clock ? 0 : engine_play_out(audio);
	engine_close_leaving(audio);
	judge(audio);
	if (left_ns) {
		audio->leaving = audio->pcm;
		audio->leaving_ns = now + left_ns;
		audio->pcm = NULL;
	}
	engine_close(audio);
	adopt(audio, pcm, false);
	engine_fade_in(audio);
	audio->noted = true;
}

/* The same device at another rate: what is in it is lost. */
static void open_again(struct audio *audio, uint64_t now)
{
	engine_close(audio);
	engine_open(audio, now);
	engine_fade_in(audio);
	audio->noted = true;
}

void engine_look(struct audio *audio, uint64_t now)
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
		move_to(audio, pcm, now);
	} else if (r == -ENOMEDIUM && !audio->clock) {
		engine_close(audio);
		open_clock(audio, now);
		audio->noted = true;
	} else if (audio->clock && audio->why[0]) {
		retry_later(audio, now);
	}
}
