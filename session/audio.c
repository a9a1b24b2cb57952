/*
 * Blocks wait in the voices' channels until the device has room: the device's
 * clock drives all. The mix is written as it comes; silence is written only
 * when the device is about to run dry, so a late plugin has the whole buffer's
 * length before anything is heard of it.
 */
#include "session/audio.h"

#include <alsa/asoundlib.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "plugins/include/osaas_audio.h"
#include "sched/chan.h"
#include "sched/sched.h"
#include "session/alsa.h"
#include "session/loop.h"
#include "util/clock.h"
#include "util/list.h"
#include "util/log.h"
#include "util/xalloc.h"

#define RATE         48000u
#define CHANNELS     2u
#define PERIOD       256u /* frames wanted; the device may want more */
#define PERIODS      8u   /* in the device's buffer */
#define VOICE_BLOCKS 4u   /* in a voice's channel before its plugin waits */
#define VOICE_SHARE  16u  /* a voice may use this part of the processor at once */
#define CLOSE_AFTER  (2 * NS_PER_S) /* without a sound */
#define RETRY_AFTER  (5 * NS_PER_S) /* when there is no device, or it failed */
#define MAX_FDS      8

struct audio {
	struct loop *loop;
	char *device; /* NULL: the first that plays; owned */
	enum audio_state state;
	bool loaded; /* ALSA; from the first sound on */
	snd_pcm_t *pcm;
	snd_pcm_format_t format;
	unsigned rate;
	snd_pcm_uframes_t period, buffer;
	struct loop_source *sources[MAX_FDS];
	int n_sources;
	bool listening;    /* the sources wait for room */
	bool noted;        /* a voice got something */
	uint64_t next_ns;  /* look again then; UINT64_MAX: no matter */
	uint64_t sound_ns; /* when there was sound last */
	uint64_t mute_ns;  /* mute: played up to then */
	uint64_t retry_ns; /* mute: look for a device then; UINT64_MAX: never */
	bool told;         /* that there is no device */
	uint64_t underruns;
	struct list voices; /* audio_voice.link */
	float *mix;         /* one period */
	void *out;          /* one period in the device's format */
};

struct audio_voice {
	struct list link; /* audio.voices */
	struct audio *audio;
	const char *name;
	struct endpoint *end;
	struct message block; /* the one that is being played; buffer NULL: none */
	size_t pos;           /* samples of it that are played */
	uint64_t ignored;     /* messages that are not of the protocol */
	struct reservation reservation;
};

struct audio *audio_create(struct loop *loop, const struct audio_options *options)
{
	const char *device = options->output;
	struct audio *audio = xcalloc(1, sizeof *audio);
	audio->loop = loop;
	audio->device = device ? xstrdup(device) : NULL;
	audio->rate = RATE;
	audio->period = PERIOD;
	audio->next_ns = UINT64_MAX;
	list_init(&audio->voices);
	return audio;
}

static void note_block(void *data)
{
	struct audio *audio = data;
	audio->noted = true;
}

static void send_config(struct audio_voice *voice)
{
	struct osaas_audio_config config = {.rate = RATE,
		.channels = CHANNELS,
		.period = (uint32_t)voice->audio->period};
	struct message msg = {.type = OSAAS_AUDIO_CONFIG};
	memcpy(msg.bytes, &config, sizeof config);
	endpoint_try_send(voice->end, &msg);
}

/* Who waits for room in it must refill before the device runs dry. */
static void reserve(struct audio_voice *voice)
{
	const char *why;
	uint64_t period_ns = PERIOD * NS_PER_S / RATE;
	voice->reservation = (struct reservation){
		.budget_ns = period_ns / VOICE_SHARE,
		.period_ns = period_ns,
		.deadline_ns = period_ns,
	};
	if (sched_reserve(&voice->reservation, &why) == 0) {
		chan_set_reservation(endpoint_rx(voice->end), &voice->reservation);
		return;
	}
	log_error("%s: its sound may have gaps under load: %s", voice->name, why);
	chan_set_wake_class(endpoint_rx(voice->end), TASK_LATENCY);
}

int audio_voice_create(struct audio *audio, const char *name, struct audio_voice **out,
	struct endpoint **plugin_end)
{
	struct endpoint *ends[2];
	if (endpoint_pair(ends, VOICE_BLOCKS) < 0) {
		log_error("%s: no memory for its voice; close something", name);
		return -ENOMEM;
	}
	struct audio_voice *voice = xcalloc(1, sizeof *voice);
	*voice = (struct audio_voice){.audio = audio, .name = name, .end = ends[0]};
	list_init(&voice->link);
	list_push_back(&audio->voices, &voice->link);
	endpoint_set_hook(voice->end, note_block, audio);
	reserve(voice);
	send_config(voice);
	*out = voice;
	*plugin_end = ends[1];
	return 0;
}

void audio_voice_destroy(struct audio_voice *voice)
{
	if (!voice)
		return;
	list_remove(&voice->link);
	message_drop(&voice->block);
	chan_set_reservation(endpoint_rx(voice->end), NULL);
	sched_release(&voice->reservation);
	endpoint_close(voice->end);
	free(voice);
}

/* Voices. */

static size_t block_samples(const struct audio_voice *voice)
{
	size_t n = (size_t)(voice->block.len / sizeof(float));
	n -= n % CHANNELS;
	size_t max = (size_t)OSAAS_AUDIO_MAX_FRAMES * CHANNELS;
	return n < max ? n : max;
}

/* A plugin that does it for ever must not fill the log. */
static void ignore(struct audio_voice *voice, struct message *msg)
{
	uint64_t n = ++voice->ignored;
	if ((n & (n - 1)) == 0)
		log_error("%s: message %u is not of the audio protocol: ignored (%" PRIu64
			  " so far)",
			voice->name, msg->type, n);
	message_drop(msg);
}

/* Makes sure a block with something left is at hand. */
static bool next_block(struct audio_voice *voice)
{
	struct message msg;
	while (!voice->block.buffer || voice->pos >= block_samples(voice)) {
		message_drop(&voice->block);
		if (endpoint_try_recv(voice->end, &msg) < 0)
			return false;
		if (msg.type != OSAAS_AUDIO_BLOCK || !msg.buffer) {
			ignore(voice, &msg);
			continue;
		}
		voice->block = msg;
		voice->pos = 0;
	}
	return true;
}

/* Adds at most n samples to mix; returns how many it had. */
static size_t mix_voice(struct audio_voice *voice, float *mix, size_t n)
{
	size_t done = 0;
	while (done < n && next_block(voice)) {
		const float *in = buffer_data(voice->block.buffer);
		size_t k = block_samples(voice) - voice->pos;
		if (k > n - done)
			k = n - done;
		for (size_t i = 0; i < k; i++)
			mix[done + i] += in[voice->pos + i];
		voice->pos += k;
		done += k;
	}
	return done;
}

/* Mixes at most n frames; returns how many the voices had. */
static size_t mix_all(struct audio *audio, size_t n)
{
	size_t most = 0;
	memset(audio->mix, 0, n * CHANNELS * sizeof *audio->mix);
	list_for_each (voice, &audio->voices, struct audio_voice, link) {
		size_t k = mix_voice(voice, audio->mix, n * CHANNELS);
		most = k > most ? k : most;
	}
	return most / CHANNELS;
}

/* Device. */

static float clamp(float v)
{
	/* A NaN from a plugin is silence, not noise. */
	return v > 1.0f ? 1.0f : v < -1.0f ? -1.0f : v == v ? v : 0.0f;
}

static void encode(struct audio *audio, size_t frames)
{
	int16_t *s16 = audio->out;
	int32_t *s32 = audio->out;
	for (size_t i = 0; i < frames * CHANNELS; i++) {
		float v = clamp(audio->mix[i]);
		if (audio->format == SND_PCM_FORMAT_S16)
			s16[i] = (int16_t)lrintf(v * 32767.0f);
		else
			s32[i] = (int32_t)lrint((double)v * 2147483647.0);
	}
}

static void listen(struct audio *audio, bool on)
{
	if (audio->listening == on)
		return;
	audio->listening = on;
	for (int i = 0; i < audio->n_sources; i++)
		loop_mod(audio->sources[i], on ? EPOLLIN | EPOLLOUT : 0);
}

static void close_device(struct audio *audio)
{
	for (int i = 0; i < audio->n_sources; i++)
		loop_remove(audio->sources[i]);
	audio->n_sources = 0;
	if (audio->pcm)
		snd_pcm_close(audio->pcm);
	audio->pcm = NULL;
	audio->state = AUDIO_CLOSED;
	audio->next_ns = UINT64_MAX;
	free(audio->mix);
	free(audio->out);
	audio->mix = audio->out = NULL;
}

void audio_destroy(struct audio *audio)
{
	if (!audio)
		return;
	close_device(audio);
	if (audio->loaded) {
		snd_config_update_free_global();
		library_unload(&library_alsa);
	}
	free(audio->device);
	free(audio);
}

static void handle_room(void *data, uint32_t events)
{
	struct audio *audio = data;
	unsigned short revents;
	struct pollfd fds[MAX_FDS];
	(void)events;
	/* Some plugins of ALSA clear their descriptors here. */
	snd_pcm_poll_descriptors(audio->pcm, fds, (unsigned)audio->n_sources);
	for (int i = 0; i < audio->n_sources; i++)
		fds[i].revents = POLLOUT;
	snd_pcm_poll_descriptors_revents(
		audio->pcm, fds, (unsigned)audio->n_sources, &revents);
	audio->noted = true;
}

static int add_sources(struct audio *audio)
{
	struct pollfd fds[MAX_FDS];
	int n = snd_pcm_poll_descriptors(audio->pcm, fds, MAX_FDS);
	audio->listening = false;
	for (int i = 0; i < n; i++) {
		audio->sources[i] =
			loop_add(audio->loop, fds[i].fd, 0, handle_room, audio);
		if (!audio->sources[i]) /* EPERM: of a kind that poll does not know */
			return errno == EPERM ? -ENOTSUP : -errno;
		audio->n_sources++;
		if (preempt_watch(fds[i].fd) < 0)
			log_debug("the sound device does not signal room: the timer "
				  "bounds it");
	}
	return n < 0 ? n : 0;
}

static int set_format(struct audio *audio, snd_pcm_hw_params_t *hw)
{
	static const snd_pcm_format_t formats[] = {
		SND_PCM_FORMAT_S32, SND_PCM_FORMAT_S16};
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		if (snd_pcm_hw_params_set_format(audio->pcm, hw, formats[i]) == 0) {
			audio->format = formats[i];
			return 0;
		}
	}
	return -ENOTSUP;
}

static int set_hw(struct audio *audio)
{
	snd_pcm_hw_params_t *hw;
	snd_pcm_hw_params_alloca(&hw);
	snd_pcm_t *pcm = audio->pcm;
	audio->period = PERIOD;
	int r = snd_pcm_hw_params_any(pcm, hw);
	if (r >= 0)
		r = snd_pcm_hw_params_set_access(pcm, hw, SND_PCM_ACCESS_RW_INTERLEAVED);
	if (r >= 0)
		r = set_format(audio, hw);
	if (r >= 0)
		r = snd_pcm_hw_params_set_channels(pcm, hw, CHANNELS);
	if (r >= 0)
		r = snd_pcm_hw_params_set_rate(pcm, hw, RATE, 0);
	if (r >= 0)
		r = snd_pcm_hw_params_set_period_size_near(pcm, hw, &audio->period, NULL);
	audio->buffer = audio->period * (audio->period > PERIOD ? PERIODS / 2 : PERIODS);
	if (r >= 0)
		r = snd_pcm_hw_params_set_buffer_size_near(pcm, hw, &audio->buffer);
	if (r >= 0)
		r = snd_pcm_hw_params(pcm, hw);
	return r < 0 ? r : 0;
}

static int set_sw(struct audio *audio)
{
	snd_pcm_sw_params_t *sw;
	snd_pcm_sw_params_alloca(&sw);
	snd_pcm_uframes_t boundary = 0;
	int r = snd_pcm_sw_params_current(audio->pcm, sw);
	if (r >= 0)
		r = snd_pcm_sw_params_get_boundary(sw, &boundary);
	if (r >= 0) /* we start it ourselves */
		r = snd_pcm_sw_params_set_start_threshold(audio->pcm, sw, boundary);
	if (r >= 0)
		r = snd_pcm_sw_params_set_avail_min(audio->pcm, sw, audio->period);
	if (r >= 0)
		r = snd_pcm_sw_params(audio->pcm, sw);
	return r < 0 ? r : 0;
}

static int open_named(struct audio *audio, const char *name)
{
	int r = snd_pcm_open(
		&audio->pcm, name, SND_PCM_STREAM_PLAYBACK, SND_PCM_NONBLOCK);
	if (r < 0) {
		audio->pcm = NULL;
		return r;
	}
	r = set_hw(audio);
	if (r == 0)
		r = set_sw(audio);
	if (r == 0)
		r = add_sources(audio);
	if (r < 0)
		close_device(audio);
	else
		log_debug("sound: %s, %u Hz, period %lu, buffer %lu frames", name, RATE,
			audio->period, audio->buffer);
	return r;
}

static int open_first(struct audio *audio)
{
	char name[32];
	int card = -1, r = -ENODEV;
	while (snd_card_next(&card) == 0 && card >= 0) {
		snprintf(name, sizeof name, "hw:%d", card);
		r = open_named(audio, name);
		if (r == 0)
			return 0;
		log_debug("sound: %s: %s", name, snd_strerror(r));
	}
	return r;
}

static void quiet(
	const char *file, int line, const char *function, int err, const char *fmt, ...)
{
	(void)file, (void)line, (void)function, (void)err, (void)fmt;
}

static const char *why_silent(int r)
{
	if (r == -EBUSY)
		return "another program holds it: end it (a sound server?)";
	if (r == -EACCES || r == -EPERM)
		return "no permission: log in on the seat, or join the group audio";
	if (r == -ENODEV || r == -ENOENT)
		return "there is none: load the sound card's driver";
	return snd_strerror(r);
}

static void make_room(struct audio *audio)
{
	audio->mix = xcalloc(audio->period * CHANNELS, sizeof *audio->mix);
	audio->out = xcalloc(audio->period * CHANNELS, sizeof(int32_t));
	audio->sound_ns = clock_now_ns();
}

/* No device is no reason to stop: blocks are taken at the pace of the clock. */
static void go_mute(struct audio *audio, uint64_t retry_after)
{
	audio->state = AUDIO_HELD;
	audio->period = PERIOD;
	make_room(audio);
	audio->mute_ns = audio->next_ns = audio->sound_ns;
	audio->retry_ns = retry_after ? audio->mute_ns + retry_after : UINT64_MAX;
}

static void open_device(struct audio *audio)
{
	bool wanted = !audio->device || strcmp(audio->device, "none") != 0;
	if (wanted && !audio->loaded)
		audio->loaded = library_load(&library_alsa) == 0;
	if (!wanted || !audio->loaded) {
		go_mute(audio, 0);
		return;
	}
	snd_lib_error_set_handler(quiet);
	int r = audio->device ? open_named(audio, audio->device) : open_first(audio);
	if (r == 0) {
		audio->state = AUDIO_FILLING;
		audio->told = false;
		make_room(audio);
		return;
	}
	if (!audio->told)
		log_error("no sound: device %s: %s; trying again while something plays",
			audio->device ? audio->device : "(first card)", why_silent(r));
	audio->told = true;
	go_mute(audio, RETRY_AFTER);
}

static bool has_sound(struct audio *audio)
{
	list_for_each (voice, &audio->voices, struct audio_voice, link) {
		if (next_block(voice))
			return true;
	}
	return false;
}

/* What snd_pcm_recover does, which sleeps until a suspended device wants to go on. */
static void recover(struct audio *audio, int r)
{
	if (r == -EPIPE) {
		audio->underruns++;
		log_debug("sound: underrun %" PRIu64, audio->underruns);
	}
	if (r == -EPIPE || r == -ESTRPIPE)
		r = snd_pcm_prepare(audio->pcm);
	if (r == 0) {
		audio->state = AUDIO_FILLING;
		return;
	}
	log_error("the sound device failed: %s; it is opened again in %d s",
		snd_strerror(r), (int)(RETRY_AFTER / NS_PER_S));
	close_device(audio);
	go_mute(audio, RETRY_AFTER);
}

static bool is_open(const struct audio *audio)
{
	return audio->state == AUDIO_FILLING || audio->state == AUDIO_RUNNING;
}

/* Some devices take less at a time than they have room for. */
static int write_all(struct audio *audio, size_t frames)
{
	size_t size = CHANNELS * (audio->format == SND_PCM_FORMAT_S16 ? sizeof(int16_t)
								      : sizeof(int32_t));
	for (size_t done = 0; done < frames;) {
		snd_pcm_sframes_t n = snd_pcm_writei(audio->pcm,
			(const char *)audio->out + done * size, frames - done);
		if (n <= 0)
			return n == -EAGAIN ? 0 : n < 0 ? (int)n : -EIO;
		done += (size_t)n;
	}
	return 0;
}

static bool write_frames(struct audio *audio, size_t frames)
{
	encode(audio, frames);
	int r = write_all(audio, frames);
	if (r == 0)
		return true;
	recover(audio, r);
	/* After an underrun the device is empty: what was mixed is not lost. */
	return is_open(audio) && write_all(audio, frames) == 0;
}

/* A device that sleeps or was pulled out still says how much room it had. */
static snd_pcm_sframes_t room_for(struct audio *audio)
{
	snd_pcm_state_t state = snd_pcm_state(audio->pcm);
	if (state == SND_PCM_STATE_SUSPENDED)
		return -ESTRPIPE;
	if (state == SND_PCM_STATE_DISCONNECTED)
		return -ENODEV;
	return snd_pcm_avail_update(audio->pcm);
}

/* Writes what the voices have while there is room for a period; returns the frames in the device. */
static snd_pcm_sframes_t fill(struct audio *audio)
{
	for (;;) {
		snd_pcm_sframes_t room = room_for(audio);
		if (room < 0) {
			recover(audio, (int)room);
			return -1;
		}
		snd_pcm_sframes_t queued = (snd_pcm_sframes_t)audio->buffer - room;
		if (room < (snd_pcm_sframes_t)audio->period)
			return queued;
		size_t n = mix_all(audio, audio->period);
		if (n > 0)
			audio->sound_ns = clock_now_ns();
		/* About to run dry: silence, a period of it. */
		if (n == 0 && audio->state == AUDIO_RUNNING &&
			queued < 2 * (snd_pcm_sframes_t)audio->period)
			n = audio->period;
		if (n == 0)
			return queued;
		if (!write_frames(audio, n))
			return -1;
	}
}

static uint64_t frames_ns(snd_pcm_sframes_t frames)
{
	return frames > 0 ? (uint64_t)frames * NS_PER_S / RATE : 0;
}

static void start(struct audio *audio)
{
	int r = snd_pcm_start(audio->pcm);
	if (r < 0)
		recover(audio, r);
	else
		audio->state = AUDIO_RUNNING;
}

/* A voice may still have something: the device stood still, or is looked for again. */
static void close_idle(struct audio *audio)
{
	close_device(audio);
	audio->noted = has_sound(audio);
}

/* Room is waited for while there is sound; else a time just before the device runs dry. */
static void play(struct audio *audio)
{
	snd_pcm_sframes_t queued = fill(audio);
	uint64_t now = clock_now_ns();
	if (audio->state == AUDIO_FILLING &&
		queued >= 2 * (snd_pcm_sframes_t)audio->period)
		start(audio);
	else if (audio->state == AUDIO_FILLING && queued > 0 &&
		 now - audio->sound_ns > frames_ns((snd_pcm_sframes_t)audio->period))
		start(audio);
	if (!is_open(audio))
		return;
	bool full = queued > (snd_pcm_sframes_t)(audio->buffer - audio->period);
	listen(audio, audio->state == AUDIO_RUNNING && full);
	snd_pcm_sframes_t spare = queued - (snd_pcm_sframes_t)audio->period * 3 / 2;
	audio->next_ns =
		now + frames_ns(spare > 0 ? spare : (snd_pcm_sframes_t)audio->period / 4);
	if (now - audio->sound_ns > CLOSE_AFTER) {
		log_debug("sound: silent, closed");
		close_idle(audio);
	}
}

/* Takes what a device would have played since. */
static void play_mute(struct audio *audio)
{
	uint64_t now = clock_now_ns(),
		 period_ns = frames_ns((snd_pcm_sframes_t)audio->period);
	while (audio->mute_ns + period_ns <= now) {
		audio->mute_ns += period_ns;
		if (mix_all(audio, audio->period) > 0)
			audio->sound_ns = now;
	}
	audio->next_ns = audio->mute_ns + period_ns;
	if (now - audio->sound_ns > CLOSE_AFTER || now >= audio->retry_ns)
		close_idle(audio);
}

void audio_turn(struct audio *audio)
{
	bool due = audio->noted ||
		   (audio->next_ns != UINT64_MAX && clock_now_ns() >= audio->next_ns);
	if (!due)
		return;
	audio->noted = false;
	if (audio->state == AUDIO_CLOSED && has_sound(audio))
		open_device(audio);
	if (audio->state == AUDIO_HELD)
		play_mute(audio);
	else if (is_open(audio))
		play(audio);
}

uint64_t audio_next_ns(const struct audio *audio)
{
	return audio->noted ? 0 : audio->next_ns;
}

void audio_configure(struct audio *audio, const struct audio_options *options)
{
	free(audio->device);
	audio->device = options->output ? xstrdup(options->output) : NULL;
}

void audio_note_turn(struct audio *audio, uint64_t ns)
{
	(void)audio, (void)ns;
}

void audio_hold(struct audio *audio, bool held)
{
	(void)audio, (void)held;
}

void audio_devices_changed(struct audio *audio)
{
	audio->noted = true;
}

void audio_status(const struct audio *audio, struct audio_status *out)
{
	*out = (struct audio_status){
		.state = audio->state, .device = "", .xruns = audio->underruns};
}

void audio_each_voice(const struct audio *audio,
	void (*fn)(void *data, const struct audio_voice_status *voice), void *data)
{
	(void)audio, (void)fn, (void)data;
}
