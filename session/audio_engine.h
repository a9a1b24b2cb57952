/*
 * audio_engine: what audio.c, audio_device.c and audio_feed.c share: the engine's state, and who
 * does what. For these three alone.
 */
#ifndef OSAAS_SESSION_AUDIO_ENGINE_H
#define OSAAS_SESSION_AUDIO_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session/audio.h"
#include "session/audio_format.h"
#include "session/audio_latency.h"
#include "session/audio_mix.h"
#include "session/audio_promise.h"
#include "session/audio_timeline.h"
#include "session/audio_voice.h"
#include "util/clock.h"
#include "util/list.h"

#define RATE          48000u
#define LATENCY_NS    (25 * NS_PER_MS)
#define LATENCY_LEAST NS_PER_MS
#define PERIOD_LEAST  32u /* frames */
#define PERIOD_MOST   1024u
#define FADE_NS       (5 * NS_PER_MS)
#define FADE_FRAMES   1024u           /* at most */
#define STORE_NS      (2 * NS_PER_MS) /* a card may hold in itself what it has not played */
#define HANG_NS       (500 * NS_PER_MS) /* silent: drained */
#define CLOSE_NS      (2 * NS_PER_S)    /* silent: closed */
#define AHEAD_NS      NS_PER_S /* a sound is prepared for so long before it is due */
#define RETRY_NS      NS_PER_S /* a device that failed, at first */
#define RETRY_MOST_NS (30 * NS_PER_S)
#define SOON_NS       NS_PER_S /* after it was opened, a failure is the device's own */
#define FAILURES      3        /* of devices just opened, before a clock is taken */
#define SHUN_NS       (10 * NS_PER_S) /* until a change of devices lets it be tried again */
#define STORM         8               /* breaks that one device may have ... */
#define STORM_NS      (10 * NS_PER_MS) /* ... each so soon after the other */
#define PATIENCE      8                /* turns of voices, before they are given up */
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
	bool back;       /* from a hold: the next device that is opened was open before */
	bool noted;      /* a voice got something, or the device has room */
	bool has_room;   /* the device has what was wanted of it, or has stopped */
	bool crowded;    /* a voice waits to give answers */
	bool look;       /* there may be a better device */
	bool reopen;     /* another rate is wanted of the one that plays */
	uint64_t due_ns; /* the device is fed then; UINT64_MAX: no matter */
	uint64_t wake_ns; /* ... or something else is done */

	struct pcm *pcm;     /* NULL: none is open */
	bool clock;          /* pcm is no device's */
	struct pcm *leaving; /* plays its last frames */
	uint64_t leaving_ns; /* ... until then */
	char why[PCM_WHY_MAX];
	uint64_t retry_ns, retry_after_ns;
	uint64_t opened_ns;
	unsigned failures; /* of devices just opened, since one played for a while */
	char failing[64];  /* the last of them, by name */
	char shunned[FAILURES][64];     /* those that failed twice, the last of them */
	uint64_t shunned_ns;            /* when the last failed */
	uint64_t break_ns;              /* the device broke off then, ... */
	unsigned breaks;                /* ... and so often, one soon after the other */
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
	double *fading;           /* as many: of one that stops now */
	uint32_t fade, fade_of;   /* frames of a fade-in that are to come */
	double gain, target_gain; /* of the whole mix */
	uint32_t gain_left;       /* frames until it is target_gain */
};

static inline uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static inline uint64_t frames_ns(const struct audio *audio, uint64_t frames)
{
	return frames * NS_PER_S / audio->told.rate;
}

static inline unsigned ns_frames(const struct audio *audio, uint64_t ns)
{
	return (unsigned)(ns * audio->told.rate / NS_PER_S);
}

static inline uint32_t fade_frames(const struct audio *audio)
{
	unsigned n = ns_frames(audio, FADE_NS);
	return n < FADE_FRAMES ? n : FADE_FRAMES;
}

/* audio_device.c: the device. */

/* engine_open: the best that opens, or a clock: there is a pcm then, empty, FILLING. */
void engine_open(struct audio *audio, uint64_t now);
void engine_close(struct audio *audio); /* at once; what is in it is lost */
void engine_close_leaving(struct audio *audio);
/* engine_forget_shunned: who failed as soon as it was opened is tried in its turn again. */
void engine_forget_shunned(struct audio *audio);
/* engine_look: on to a better device, if one opens; what plays goes on till then. */
void engine_look(struct audio *audio, uint64_t now);
/* engine_refill: empty, and FILLING; a device that sleeps is asked again at due_ns. */
void engine_refill(struct audio *audio, uint64_t now);
/* engine_stopped: what a call of pcm's that failed means; there is a pcm in any case. */
void engine_stopped(struct audio *audio, int r, uint64_t now);
/* engine_status: 0, or what engine_stopped is to be told. */
int engine_status(struct audio *audio, struct pcm_status *out);
unsigned engine_filled(const struct audio *audio, const struct pcm_status *now);
void engine_want(struct audio *audio, unsigned room); /* as pcm's, when it is another */
/* engine_settle_time: until when a voice is heard, as the device's clock has it by now. */
void engine_settle_time(const struct audio *audio, struct audio_voice *voice);
void engine_fade_in(struct audio *audio); /* what is mixed next */

/* audio_feed.c: what goes into it, and how far ahead. */

uint64_t engine_wanted_ns(const struct audio *audio); /* of latency: the smallest */
/* engine_period: frames, a power of two: no more than that part of ns, but for a frame. */
unsigned engine_period(uint64_t ns, unsigned rate, unsigned part);
/* engine_feed fills FILLING and RUNNING ones up, and says when it is next: due_ns. */
void engine_feed(struct audio *audio, uint64_t now);
bool engine_is_due(
	struct audio_voice *voice, uint64_t now); /* it has something, soon heard */
bool engine_any_due(struct audio *audio, uint64_t now);
/* engine_begins_ns: when the first of what voices have is to be prepared; UINT64_MAX: none has any. */
uint64_t engine_begins_ns(struct audio *audio);
void engine_rest(struct audio *audio); /* what voices lack from now on is no gap */
/* engine_play_out: a fade, and then the device runs dry: in so many ns; 0: it has nothing. */
uint64_t engine_play_out(struct audio *audio);
/* engine_fade_voice: a few frames more of it, ever softer, are added to what is mixed next. */
void engine_fade_voice(struct audio *audio, struct audio_voice *voice);

#endif
