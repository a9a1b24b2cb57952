#include "tests/unit/session/fake_pcm.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"
#include "util/xalloc.h"

#define MAX_CARDS 8

struct fake_stream {
	struct pcm pcm;
	struct fake_card *card;
	enum pcm_direction direction;
	enum pcm_state state;
	size_t size;   /* of a frame */
	uint8_t *ring; /* config.buffer frames */
	uint64_t appl,
		hw; /* frames passed on by the engine, by the device, since prepare */
	uint64_t start_ns;
	unsigned want; /* 0: nothing is waited for */
};

static struct fake_card cards[MAX_CARDS];
static size_t n_cards;

struct fake_card *fake_card_add(const char *name)
{
	if (n_cards == MAX_CARDS)
		abort();
	struct fake_card *card = &cards[n_cards++];
	*card = (struct fake_card){.opened = 0};
	snprintf(card->name, sizeof card->name, "%s", name);
	return card;
}

struct fake_card *fake_card_find(const char *name)
{
	for (size_t i = 0; i < n_cards; i++) {
		if (strcmp(cards[i].name, name) == 0)
			return &cards[i];
	}
	return NULL;
}

void fake_cards_clear(void)
{
	for (size_t i = 0; i < n_cards; i++)
		free(cards[i].played);
	n_cards = 0;
	clock_frozen_ns = FAKE_BEGAN_NS;
}

size_t __attribute__((weak)) pcm_frame_size(const struct pcm_config *config)
{
	static const size_t sizes[] = {2, 3, 4, 4, 4};
	return sizes[config->format] * config->channels;
}

static double rate_of(const struct fake_stream *s)
{
	return s->pcm.config.rate * (1 + s->card->ppm / 1e6);
}

static uint64_t frames_ns(const struct fake_stream *s, uint64_t frames)
{
	return (uint64_t)ceil((double)frames * 1e9 / rate_of(s));
}

static uint64_t now_frame(const struct fake_stream *s)
{
	uint64_t since = clock_frozen_ns - s->start_ns;
	uint64_t n = (uint64_t)((double)since * rate_of(s) / 1e9);
	while (frames_ns(s, n + 1) <= since)
		n++;
	while (n > 0 && frames_ns(s, n) > since)
		n--;
	return n;
}

/* The ring's frames [hw, to) are played. */
static void play(struct fake_stream *s, uint64_t to)
{
	struct fake_card *card = s->card;
	size_t n = (size_t)(to - s->hw);
	if (n == 0)
		return;
	size_t needed = (size_t)(card->frames + n) * s->size;
	if (needed > card->room) {
		card->room = 2 * needed;
		card->played = realloc(card->played, card->room);
	}
	if (!card->played)
		abort();
	for (size_t i = 0; i < n; i++) {
		uint8_t *at = s->ring + (s->hw + i) % s->pcm.config.buffer * s->size;
		memcpy(card->played + (size_t)(card->frames + i) * s->size, at, s->size);
		/* What is played a second time is heard. */
		memset(at, 0x55, s->size);
	}
	card->frames += n;
	s->hw = to;
}

static void hear(struct fake_stream *s, uint64_t to)
{
	struct fake_card *card = s->card;
	for (; s->hw < to; s->hw++, card->frames++) {
		uint8_t *at = s->ring + s->hw % s->pcm.config.buffer * s->size;
		memset(at, 0, s->size);
		if (card->hear)
			card->hear(card->hear_data, card->frames, at, 1);
	}
}

static void stop(struct fake_stream *s, enum pcm_state state)
{
	s->card->xruns += state == PCM_XRUN;
	s->state = state;
}

/* What the device did up to now. */
static void follow(struct fake_stream *s)
{
	unsigned buffer = s->pcm.config.buffer;
	if (s->state == PCM_RUNNING) {
		uint64_t to = now_frame(s);
		bool plays = s->direction == PCM_PLAYBACK;
		uint64_t most = plays ? s->appl : s->appl + buffer;
		if (plays)
			play(s, to < most ? to : most);
		else
			hear(s, to < most ? to : most);
		if (plays ? to >= most : to > most)
			stop(s, PCM_XRUN);
	}
	if (s->card->asleep && s->state == PCM_RUNNING)
		s->state = PCM_SUSPENDED;
	if (s->card->gone)
		s->state = PCM_GONE;
}

static unsigned room(const struct fake_stream *s)
{
	unsigned grain = s->card->grain ? s->card->grain : 1;
	uint64_t hw = s->hw - s->hw % grain;
	if (s->direction == PCM_PLAYBACK)
		return s->pcm.config.buffer - (unsigned)(s->appl - hw);
	return hw > s->appl ? (unsigned)(hw - s->appl) : 0;
}

static int fail(const struct fake_stream *s)
{
	return s->state == PCM_GONE        ? -ENODEV
	       : s->state == PCM_XRUN      ? -EPIPE
	       : s->state == PCM_SUSPENDED ? -ESTRPIPE
					   : 0;
}

static int fake_status(struct pcm *pcm, struct pcm_status *out)
{
	struct fake_stream *s = (struct fake_stream *)pcm;
	follow(s);
	if (s->card->status_result < 0)
		return s->card->status_result;
	*out = (struct pcm_status){
		.state = s->state,
		.room = fail(s) ? 0 : room(s),
		.delay = (s->direction == PCM_PLAYBACK ? (int64_t)(s->appl - s->hw)
						       : (int64_t)(s->hw - s->appl)) +
			 s->card->extra,
		.time_ns = clock_frozen_ns,
	};
	return 0;
}

static int fake_begin(struct pcm *pcm, void **frames, size_t *n)
{
	struct fake_stream *s = (struct fake_stream *)pcm;
	follow(s);
	if (fail(s))
		return fail(s);
	unsigned buffer = s->pcm.config.buffer;
	size_t at = (size_t)(s->appl % buffer), most = buffer - at;
	if (most > room(s))
		most = room(s);
	if (s->card->chunk && most > s->card->chunk)
		most = s->card->chunk;
	*n = *n < most ? *n : most;
	*frames = s->ring + at * s->size;
	return 0;
}

static int fake_commit(struct pcm *pcm, size_t n)
{
	struct fake_stream *s = (struct fake_stream *)pcm;
	follow(s);
	if (fail(s))
		return fail(s);
	if (n > room(s))
		abort();
	s->appl += n;
	return 0;
}

static int fake_prepare(struct pcm *pcm)
{
	struct fake_stream *s = (struct fake_stream *)pcm;
	follow(s);
	if (s->card->gone)
		return -ENODEV;
	if (s->card->prepare_result < 0)
		return s->card->prepare_result;
	s->card->asleep = false;
	s->card->prepared++;
	if (s->direction == PCM_PLAYBACK)
		s->card->dropped += s->appl - s->hw;
	s->appl = s->hw = 0;
	s->state = PCM_PREPARED;
	return 0;
}

static int fake_start(struct pcm *pcm)
{
	struct fake_stream *s = (struct fake_stream *)pcm;
	struct fake_card *card = s->card;
	if (fail(s) || s->state != PCM_PREPARED)
		return fail(s) ? fail(s) : -EBADFD;
	if (s->direction == PCM_PLAYBACK && s->appl == 0)
		return -EPIPE;
	if (card->start_result < 0)
		return card->start_result;
	card->started++;
	s->state = PCM_RUNNING;
	s->start_ns = clock_frozen_ns;
	if (card->n_runs < sizeof card->runs / sizeof *card->runs)
		card->runs[card->n_runs++] =
			(struct fake_run){card->frames, clock_frozen_ns};
	return 0;
}

static int fake_want(struct pcm *pcm, unsigned want)
{
	((struct fake_stream *)pcm)->want = want;
	return 0;
}

static void fake_close(struct pcm *pcm)
{
	struct fake_stream *s = (struct fake_stream *)pcm;
	follow(s);
	if (s->direction == PCM_PLAYBACK)
		s->card->dropped += s->appl - s->hw;
	s->card->closed++;
	s->card->stream = NULL;
	free(s->ring);
	free(s);
}

static const struct pcm_ops fake_ops = {
	.status = fake_status,
	.begin = fake_begin,
	.commit = fake_commit,
	.prepare = fake_prepare,
	.start = fake_start,
	.want = fake_want,
	.close = fake_close,
};

static struct pcm_config agree(
	const struct fake_card *card, const struct pcm_config *wish)
{
	const struct pcm_config *o = &card->offers;
	struct pcm_config c = *wish;
	c.rate = o->rate ? o->rate : c.rate;
	c.channels = o->channels ? o->channels : c.channels;
	c.period = o->period ? o->period : c.period;
	c.buffer = o->buffer ? o->buffer : c.buffer;
	if (card->fixed) {
		c.format = o->format;
		memcpy(c.places, o->places, sizeof c.places);
	}
	return c;
}

int fake_pcm_open(struct loop *loop, const char *name, enum pcm_direction direction,
	const struct pcm_config *wish, void (*ready)(void *data), void *data,
	struct pcm **out, char why[static PCM_WHY_MAX])
{
	struct fake_card *card = fake_card_find(name);
	(void)loop;
	int r = !card ? -ENOENT : card->gone ? -ENODEV : card->open_result;
	if (r == 0 && card->stream)
		r = -EBUSY;
	if (r < 0) {
		snprintf(why, PCM_WHY_MAX, "%s: %s", name, strerror(-r));
		return r;
	}
	struct fake_stream *s = xcalloc(1, sizeof *s);
	s->pcm.ops = &fake_ops;
	s->pcm.config = card->config = agree(card, wish);
	s->pcm.ready = ready;
	s->pcm.data = data;
	snprintf(s->pcm.name, sizeof s->pcm.name, "%s", name);
	s->card = card;
	s->direction = direction;
	s->size = pcm_frame_size(&s->pcm.config);
	s->ring = xcalloc(s->pcm.config.buffer, s->size);
	memset(s->ring, 0x55, s->pcm.config.buffer * s->size);
	card->stream = s;
	card->opened++;
	*out = &s->pcm;
	return 0;
}

/* When it has what it waits for, or runs dry or over. */
static uint64_t due_ns(const struct fake_stream *s)
{
	if (s->state != PCM_RUNNING)
		return UINT64_MAX;
	unsigned buffer = s->pcm.config.buffer;
	uint64_t end = s->direction == PCM_PLAYBACK ? s->appl : s->appl + buffer + 1;
	uint64_t at = end;
	if (s->want && s->direction == PCM_PLAYBACK)
		at = s->appl + s->want > buffer ? s->appl + s->want - buffer : 0;
	else if (s->want)
		at = s->appl + s->want;
	unsigned grain = s->card->grain ? s->card->grain : 1;
	at = (at + grain - 1) / grain * grain;
	return s->start_ns + frames_ns(s, at < end ? at : end);
}

uint64_t fake_next_ns(void)
{
	uint64_t ns = UINT64_MAX;
	for (size_t i = 0; i < n_cards; i++) {
		if (cards[i].stream && due_ns(cards[i].stream) < ns)
			ns = due_ns(cards[i].stream);
	}
	return ns;
}

static bool is_ready(const struct fake_stream *s)
{
	return s->want && (fail(s) || (s->state == PCM_RUNNING && room(s) >= s->want));
}

static bool interrupts(const struct fake_card *card, uint64_t before)
{
	unsigned n = card->interrupts;
	return !n || fail(card->stream) || card->frames / n != before / n;
}

void fake_advance(uint64_t ns)
{
	clock_frozen_ns = clock_frozen_ns + ns;
	for (size_t i = 0; i < n_cards; i++) {
		struct fake_stream *s = cards[i].stream;
		if (!s)
			continue;
		uint64_t before = cards[i].frames;
		follow(s);
		if (is_ready(s) && interrupts(&cards[i], before)) {
			cards[i].wakes++;
			s->pcm.ready(s->pcm.data);
		}
	}
}

double fake_sample(const struct fake_card *card, uint64_t frame, unsigned channel)
{
	if (frame >= card->frames || channel >= card->config.channels)
		abort();
	size_t size = pcm_frame_size(&card->config);
	const uint8_t *at = card->played + (size_t)frame * size +
			    channel * (size / card->config.channels);
	int16_t s16;
	int32_t s32;
	float f;
	switch (card->config.format) {
	case PCM_S16:
		memcpy(&s16, at, sizeof s16);
		return s16 / 32768.0;
	case PCM_S24_3:
		s32 = (int32_t)((uint32_t)at[0] << 8 | (uint32_t)at[1] << 16 |
				(uint32_t)at[2] << 24);
		return s32 / 2147483648.0;
	case PCM_S24:
		memcpy(&s32, at, sizeof s32);
		return (int32_t)((uint32_t)s32 << 8) / 2147483648.0;
	case PCM_S32:
		memcpy(&s32, at, sizeof s32);
		return s32 / 2147483648.0;
	case PCM_FLOAT:
		memcpy(&f, at, sizeof f);
		return (double)f;
	}
	abort();
}

uint64_t fake_heard_ns(const struct fake_card *card, uint64_t frame)
{
	const struct fake_run *run = NULL;
	for (size_t i = 0; i < card->n_runs && card->runs[i].frame <= frame; i++)
		run = &card->runs[i];
	if (!run)
		abort();
	double rate = card->config.rate * (1 + card->ppm / 1e6);
	return run->start_ns +
	       (uint64_t)llround((double)(frame - run->frame + card->extra) * 1e9 / rate);
}
