#include "session/audio_voice.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sched/chan.h"
#include "session/audio_resample.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

#define BLOCKS         4u  /* in its channel before its plugin waits */
#define CONTROL_DEPTH  16u /* requests, and answers, that wait */
#define FIRST_RATE     48000u
#define FIRST_CHANNELS 2u
#define CHUNK          256u             /* frames that are resampled at a time */
#define REMAKE_NS      (50 * NS_PER_MS) /* making a resampler takes half of one */
#define GAPS_S         0.5     /* a longer one is an end, and another beginning */
#define NEAR_S         0.00025 /* a block that is due so near the last one's end follows it */

/* Made, and told of the device. */

int voice_create(const char *name, void (*note)(void *data), void *data,
	struct audio_voice **out, struct endpoint **plugin_end)
{
	struct endpoint *ends[2], *controls[2];
	if (endpoint_pair(ends, BLOCKS) < 0)
		goto fail;
	if (endpoint_pair(controls, CONTROL_DEPTH) < 0)
		goto fail_controls;
	struct audio_voice *voice = xcalloc(1, sizeof *voice);
	*voice = (struct audio_voice){
		.name = name,
		.end = ends[0],
		.control = controls[0],
		.in_channels = FIRST_CHANNELS,
		.format = {.rate = FIRST_RATE, .channels = FIRST_CHANNELS},
		.gain = {.gain = 1, .target = 1},
		.gap_frame = UINT64_MAX,
		.next_follow_ns = UINT64_MAX,
	};
	audio_places_usual(voice->format.places, FIRST_CHANNELS);
	list_init(&voice->link);
	endpoint_set_hook(voice->end, note, data);
	endpoint_set_hook(voice->control, note, data);
	voice->first_control = controls[1];
	*out = voice;
	*plugin_end = ends[1];
	return 0;
fail_controls:
	endpoint_close(ends[0]);
	endpoint_close(ends[1]);
fail:
	log_error("%s: no memory for its voice; close something", name);
	return -ENOMEM;
}

static struct voice_item *item_at(struct audio_voice *voice, unsigned i)
{
	return &voice->items[(voice->first + i) % VOICE_QUEUE];
}

static void pop(struct audio_voice *voice)
{
	struct voice_item *item = item_at(voice, 0);
	voice->queued -= item->frames - item->pos;
	buffer_destroy(item->buffer);
	item->buffer = NULL;
	voice->first = (voice->first + 1) % VOICE_QUEUE;
	voice->count--;
}

void voice_destroy(struct audio_voice *voice)
{
	list_remove(&voice->link);
	while (voice->count)
		pop(voice);
	endpoint_close(voice->end);
	endpoint_close(voice->control);
	endpoint_close(voice->first_control);
	resampler_destroy(voice->resampler);
	free(voice->out);
	free(voice);
}

void voice_tell(struct audio_voice *voice, const struct osaas_audio_config *config)
{
	struct message msg = {
		.type = OSAAS_AUDIO_CONFIG, .endpoint = voice->first_control};
	memcpy(msg.bytes, config, sizeof *config);
	/* Whoever does not receive is not told of each device. */
	if (endpoint_try_send(voice->end, &msg) < 0 || !voice->first_control)
		return;
	voice->first_control = NULL;
	voice->format.rate = config->rate;
}

/* What came. */

/* A plugin that does it for ever must not fill the log. */
static void ignore(struct audio_voice *voice, struct message *msg, const char *why)
{
	if (log_worth(++voice->ignored))
		log_error("%s: message %u to its voice %s: ignored (%" PRIu64 " so far)",
			voice->name, msg->type, why, voice->ignored);
	message_drop(msg);
}

static bool read_format(const struct message *msg, struct osaas_audio_format *out)
{
	uint8_t any = 0;
	memcpy(out, msg->bytes, sizeof *out);
	if (out->rate < OSAAS_AUDIO_MIN_RATE || out->rate > OSAAS_AUDIO_MAX_RATE ||
		out->channels < 1 || out->channels > OSAAS_AUDIO_MAX_CHANNELS)
		return false;
	for (unsigned i = 0; i < out->channels; i++) {
		if (out->places[i] > OSAAS_AUDIO_SR)
			return false;
		any |= out->places[i];
	}
	if (!any)
		audio_places_usual(out->places, out->channels);
	return true;
}

static bool read_gain(const struct message *msg, struct osaas_audio_gain *out)
{
	memcpy(out, msg->bytes, sizeof *out);
	return out->gain >= 0 && out->gain <= OSAAS_AUDIO_MAX_GAIN;
}

static bool read_block(
	struct audio_voice *voice, const struct message *msg, struct voice_item *item)
{
	size_t size = voice->in_channels * sizeof(float);
	uint64_t len =
		msg->len < buffer_size(msg->buffer) ? msg->len : buffer_size(msg->buffer);
	item->buffer = msg->buffer;
	item->frames = len / size < OSAAS_AUDIO_MAX_FRAMES ? (size_t)(len / size)
							   : OSAAS_AUDIO_MAX_FRAMES;
	memcpy(&item->at_ns, msg->bytes, sizeof item->at_ns);
	return item->frames > 0;
}

static const char *read_item(
	struct audio_voice *voice, struct message *msg, struct voice_item *item)
{
	*item = (struct voice_item){.type = msg->type};
	switch (msg->type) {
	case OSAAS_AUDIO_BLOCK:
		if (!msg->buffer || !read_block(voice, msg, item))
			return "has no frames";
		msg->buffer = NULL;
		voice->queued += item->frames;
		voice->block = item->frames;
		return NULL;
	case OSAAS_AUDIO_FORMAT:
		if (!read_format(msg, &item->format))
			return "has a rate, a number of channels or a place that there "
			       "is not";
		voice->in_channels = item->format.channels;
		return NULL;
	case OSAAS_AUDIO_GAIN:
		return read_gain(msg, &item->gain) ? NULL
						   : "has a gain that there is not";
	default:
		return "is not of the audio protocol";
	}
}

/*
 * A gain before which no block waits counts at once, and of formats in a row the last one does:
 * so many as a plugin likes leave room for the block behind them. True: it is done with.
 */
static bool is_settled(struct audio_voice *voice, const struct voice_item *item)
{
	struct voice_item *last = item_at(voice, voice->count + VOICE_QUEUE - 1);
	if (item->type == OSAAS_AUDIO_GAIN && voice->queued == 0) {
		audio_ramp_to(&voice->gain, item->gain.gain, item->gain.frames);
		return true;
	}
	if (item->type != OSAAS_AUDIO_FORMAT || voice->count == 0 ||
		last->type != OSAAS_AUDIO_FORMAT)
		return false;
	*last = *item;
	return true;
}

/* Takes messages until there are so many frames. */
static void pull(struct audio_voice *voice, uint64_t frames)
{
	struct message msg;
	while (!voice->over && voice->count < VOICE_QUEUE && voice->queued < frames) {
		int r = endpoint_try_recv(voice->end, &msg);
		voice->over = r == -EPIPE;
		if (r < 0)
			return;
		struct voice_item *item = item_at(voice, voice->count);
		const char *why = read_item(voice, &msg, item);
		if (why) {
			ignore(voice, &msg, why);
			continue;
		}
		voice->count += !is_settled(voice, item);
		message_drop(&msg);
	}
}

/* How it is heard. */

static bool same_device(const struct pcm_config *a, const struct pcm_config *b)
{
	return a->rate == b->rate && a->channels == b->channels &&
	       memcmp(a->places, b->places, sizeof a->places) == 0;
}

static void drop_resampler(struct audio_voice *voice)
{
	resampler_destroy(voice->resampler);
	free(voice->out);
	voice->resampler = NULL;
	voice->out = NULL;
	voice->out_n = voice->out_at = 0;
	voice->fed = voice->mute = false;
}

static void make_resampler(struct audio_voice *voice, uint64_t now_ns)
{
	const struct osaas_audio_format *f = &voice->format;
	voice->made_ns = now_ns;
	int r = resampler_create(
		f->rate, voice->device.rate, f->channels, &voice->resampler);
	if (r < 0) {
		voice->mute = true;
		if (!log_worth(++voice->muted))
			return;
		log_error(
			"%s: its sound of %u Hz cannot be played at the device's %u: %s",
			voice->name, f->rate, voice->device.rate,
			r == -ENOENT ? "the resampler's library is missing"
				     : strerror(-r));
		return;
	}
	voice->out = xcalloc(VOICE_MIX_FRAMES * f->channels, sizeof *voice->out);
}

/* The next frames are of this format, and for this device. False: not now, ask again. */
static bool configure(struct audio_voice *voice, const struct osaas_audio_format *format,
	const struct pcm_config *device, uint64_t now_ns)
{
	bool kept = voice->format.rate == format->rate &&
		    voice->format.channels == format->channels &&
		    voice->device.rate == device->rate;
	bool needed = format->rate != device->rate;
	/* A plugin that asks for one after the other holds up itself. */
	if (!kept && needed && voice->made_ns && now_ns - voice->made_ns < REMAKE_NS)
		return false;
	voice->format = *format;
	voice->device = *device;
	audio_matrix_make(&voice->matrix, format->places, format->channels,
		device->places, device->channels);
	if (kept)
		return true;
	drop_resampler(voice);
	if (needed)
		make_resampler(voice, now_ns);
	return true;
}

void voice_set_device(struct audio_voice *voice, const struct pcm_config *device)
{
	if (same_device(&voice->device, device))
		return;
	voice->made_ns = 0;
	configure(voice, &voice->format, device, 0);
}

/* What is in the resampler comes out. True: nothing is left. */
static bool drained(struct audio_voice *voice)
{
	if (voice->out_n == 0 && voice->fed) {
		size_t n = VOICE_MIX_FRAMES;
		resampler_flush(voice->resampler, voice->out, &n);
		voice->out_at = 0;
		voice->out_n = n;
		voice->fed = n > 0;
	}
	return voice->out_n == 0;
}

/* False: not now, ask again. Of the same sound nothing is torn: what is in the resampler goes on. */
static bool take_format(struct audio_voice *voice,
	const struct osaas_audio_format *format, uint64_t now_ns)
{
	const struct osaas_audio_format was = voice->format;
	bool same = was.rate == format->rate && was.channels == format->channels &&
		    memcmp(was.places, format->places, was.channels) == 0;
	if ((!same && !drained(voice)) ||
		!configure(voice, format, &voice->device, now_ns))
		return false;
	voice->cut = (uint64_t)llround((double)voice->cut * format->rate / was.rate);
	return true;
}

static double frames_until(uint64_t ns, const struct voice_mark *mark)
{
	double until = ns > mark->heard_ns ? (double)(ns - mark->heard_ns)
					   : -(double)(mark->heard_ns - ns);
	return until * mark->rate / (double)NS_PER_S;
}

/* What comes after an end is late for nothing that was before it. */
static void end_lack(struct audio_voice *voice, const struct voice_mark *mark)
{
	if (voice->lack_ns && -frames_until(voice->lack_ns, mark) > GAPS_S * mark->rate)
		voice->cut = 0;
	voice->lack_ns = 0;
}

static void cut(struct audio_voice *voice, struct voice_item *item)
{
	size_t n = item->frames - item->pos;
	n = n < voice->cut ? n : (size_t)voice->cut;
	item->pos += n;
	voice->cut -= n;
	voice->queued -= n;
	voice->taken += n;
}

/* Does what stands before the next block; NULL: there is none, or not yet. */
static struct voice_item *settle(struct audio_voice *voice, const struct voice_mark *mark)
{
	for (;;) {
		pull(voice, 1);
		if (voice->count == 0) {
			if (!voice->lack_ns)
				voice->lack_ns = mark->heard_ns;
			return NULL;
		}
		struct voice_item *item = item_at(voice, 0);
		if (item->type == OSAAS_AUDIO_GAIN) {
			audio_ramp_to(&voice->gain, item->gain.gain, item->gain.frames);
		} else if (item->type == OSAAS_AUDIO_FORMAT) {
			if (!take_format(voice, &item->format, mark->heard_ns))
				return NULL;
		} else {
			end_lack(voice, mark);
			if (!item->at_ns)
				cut(voice, item);
			if (item->pos < item->frames)
				return item;
		}
		pop(voice);
	}
}

static double to_mix(const struct audio_voice *voice, double frames)
{
	return frames * voice->device.rate / voice->format.rate;
}

static double to_voice(const struct audio_voice *voice, double frames)
{
	return frames * voice->format.rate / voice->device.rate;
}

/* What is between the blocks and the mix, in frames of the voice. */
static double inside(const struct audio_voice *voice)
{
	if (!voice->resampler)
		return 0;
	return (voice->fed ? resampler_delay(voice->resampler) : 0) +
	       to_voice(voice, (double)voice->out_n);
}

/* The block is to be heard at a time: silence comes before it, or its front is cut off. False: not
 * within n frames, or something else is to be heard first. */
static bool place(struct audio_voice *voice, struct voice_item *item, size_t n,
	const struct voice_mark *mark)
{
	double off = frames_until(item->at_ns, mark) - to_mix(voice, inside(voice));
	bool follows = voice->sounding && fabs(off) < NEAR_S * mark->rate;
	if (!follows && !drained(voice))
		return false;
	if (!follows && off >= (double)n)
		return false;
	item->at_ns = 0;
	voice->cut = 0;
	if (follows)
		return true;
	voice->gap_frame = UINT64_MAX;
	if (off >= 0) {
		voice->silence = (uint64_t)llround(off);
		return true;
	}
	voice->cut = (uint64_t)llround(to_voice(voice, -off));
	voice->late += voice->cut;
	voice->gaps += voice->cut > 0;
	return true;
}

static float step(struct audio_ramp *ramp)
{
	if (ramp->left)
		ramp->gain += (ramp->target - ramp->gain) / ramp->left--;
	else
		ramp->gain = ramp->target;
	return (float)ramp->gain;
}

/* Gain is given in frames of the voice, so it comes before the resampler. */
static void scale(struct audio_voice *voice, struct voice_item *item, size_t to)
{
	size_t channels = voice->format.channels;
	float *at = buffer_data(item->buffer);
	bool unity = voice->gain.left == 0 && voice->gain.gain == 1;
	if (item->scaled < item->pos)
		item->scaled = item->pos;
	for (; item->scaled < to && !unity; item->scaled++) {
		float gain = step(&voice->gain);
		for (size_t c = 0; c < channels; c++)
			at[item->scaled * channels + c] *= gain;
	}
	item->scaled = to > item->scaled ? to : item->scaled;
}

/* Resamples until n frames are there, or the block is used up. False: it takes none. */
static bool resample(struct audio_voice *voice, struct voice_item *item, size_t n)
{
	size_t before = item->pos;
	size_t channels = voice->format.channels;
	memmove(voice->out, voice->out + voice->out_at * channels,
		voice->out_n * channels * sizeof *voice->out);
	voice->out_at = 0;
	while (voice->out_n < n && item->pos < item->frames) {
		size_t in = item->frames - item->pos, out = n - voice->out_n;
		in = in < CHUNK ? in : CHUNK;
		scale(voice, item, item->pos + in);
		const float *from = buffer_data(item->buffer);
		resampler_run(voice->resampler, from + item->pos * channels, &in,
			voice->out + voice->out_n * channels, &out);
		if (in == 0 && out == 0)
			break;
		voice->fed = true;
		item->pos += in;
		voice->queued -= in;
		voice->taken += in;
		voice->out_n += out;
	}
	return item->pos > before;
}

static void prepare(struct audio_voice *voice, size_t n, const struct voice_mark *mark)
{
	while (!voice->silence && voice->out_n < n) {
		struct voice_item *item = settle(voice, mark);
		if (!item)
			return;
		if (item->at_ns) {
			if (!place(voice, item, n, mark))
				return;
		} else if (voice->resampler) {
			if (!resample(voice, item, n))
				return;
		} else {
			return;
		}
	}
}

/* Of blocks that are mixed as they are. */
static size_t ready_blocks(struct audio_voice *voice, size_t n)
{
	size_t frames = 0;
	pull(voice, n);
	for (unsigned i = 0; i < voice->count && frames < n; i++) {
		const struct voice_item *item = item_at(voice, i);
		if (item->type == OSAAS_AUDIO_FORMAT || (i > 0 && item->at_ns))
			break;
		if (item->type == OSAAS_AUDIO_BLOCK)
			frames += item->frames - item->pos;
	}
	return frames < n ? frames : n;
}

/* The block at the head is to be heard later than all that is mixed now. */
static bool later(struct audio_voice *voice)
{
	const struct voice_item *item = item_at(voice, 0);
	return voice->count && item->type == OSAAS_AUDIO_BLOCK && item->at_ns;
}

size_t voice_ready(struct audio_voice *voice, size_t n, const struct voice_mark *mark)
{
	n = n < VOICE_MIX_FRAMES ? n : VOICE_MIX_FRAMES;
	prepare(voice, n, mark);
	if (voice->silence)
		return voice->silence < n ? (size_t)voice->silence : n;
	if (voice->out_n)
		return voice->out_n < n ? voice->out_n : n;
	if (later(voice))
		return n;
	if (voice->resampler || voice->count == 0 ||
		item_at(voice, 0)->type != OSAAS_AUDIO_BLOCK)
		return 0;
	return ready_blocks(voice, n);
}

/* Into the mix. */

static void fade(struct audio_voice *voice, float *at, size_t n)
{
	size_t channels = voice->format.channels;
	for (size_t i = 0; i < n && voice->fade; i++, voice->fade--) {
		float gain = 1 - (float)voice->fade / (float)voice->fade_of;
		for (size_t c = 0; c < channels; c++)
			at[i * channels + c] *= gain;
	}
}

static void add_resampled(struct audio_voice *voice, double *mix, size_t n)
{
	struct audio_ramp unity = {.gain = 1, .target = 1};
	float *at = voice->out + voice->out_at * voice->format.channels;
	fade(voice, at, n);
	audio_mix_add(mix, at, n, &voice->matrix, &unity);
	voice->out_at += n;
	voice->out_n -= n;
}

/* n are there. */
static void add_blocks(
	struct audio_voice *voice, double *mix, size_t n, const struct voice_mark *mark)
{
	while (n > 0) {
		struct voice_item *item = settle(voice, mark);
		size_t k = item->frames - item->pos;
		k = k < n ? k : n;
		float *at = buffer_data(item->buffer);
		at += item->pos * voice->format.channels;
		fade(voice, at, k);
		if (!voice->mute)
			audio_mix_add(mix, at, k, &voice->matrix, &voice->gain);
		mix += k * voice->device.channels;
		item->pos += k;
		voice->queued -= k;
		voice->taken += k;
		n -= k;
	}
}

/* It was silent, and is not any more. */
static void end_gap(struct audio_voice *voice, const struct voice_mark *mark)
{
	voice->sounding = true;
	if (voice->gap_frame == UINT64_MAX)
		return;
	uint64_t frames = mark->frame - voice->gap_frame;
	voice->gap_frame = UINT64_MAX;
	if (frames == 0 || (double)frames > GAPS_S * mark->rate)
		return;
	voice->late += (uint64_t)llround(to_voice(voice, (double)frames));
	voice->gaps++;
}

/* n are ready. */
static void add(
	struct audio_voice *voice, double *mix, size_t n, const struct voice_mark *mark)
{
	if (voice->silence || (voice->out_n == 0 && later(voice))) {
		voice->silence -= voice->silence ? n : 0;
		voice->sounding = false;
		return;
	}
	end_gap(voice, mark);
	if (voice->out_n)
		add_resampled(voice, mix, n);
	else
		add_blocks(voice, mix, n, mark);
	voice->at_frame = (double)voice->taken - inside(voice);
	voice->end_frame = mark->frame + n;
	voice->at_ns = mark->heard_ns + n * NS_PER_S / mark->rate;
}

size_t voice_mix(
	struct audio_voice *voice, double *mix, size_t n, const struct voice_mark *mark)
{
	size_t done = 0;
	struct voice_mark at = *mark;
	while (done < n) {
		size_t k = voice_ready(voice, n - done, &at);
		if (k == 0 && !drained(voice))
			continue;
		if (k == 0)
			break;
		add(voice, mix + done * voice->device.channels, k, &at);
		done += k;
		at.frame = mark->frame + done;
		at.heard_ns = mark->heard_ns + done * NS_PER_S / mark->rate;
	}
	if (done < n && voice->sounding) {
		voice->sounding = false;
		voice->gap_frame = at.frame;
	}
	return done;
}

bool voice_waited(const struct audio_voice *voice)
{
	return !voice->paused && (voice->sounding || voice->fed);
}

uint64_t voice_begins_ns(struct audio_voice *voice)
{
	if (voice->paused)
		return UINT64_MAX;
	if (voice->out_n || voice->fed || voice->silence)
		return 0;
	pull(voice, 1);
	for (unsigned i = 0; i < voice->count; i++) {
		const struct voice_item *item = item_at(voice, i);
		if (item->type == OSAAS_AUDIO_BLOCK)
			return item->at_ns;
	}
	return UINT64_MAX;
}

/* Formats and gains stay: they are of what comes next. */
void voice_flush(struct audio_voice *voice)
{
	struct voice_item format = {.type = 0};
	/* Rounded as a position is: no frame is heard that was not given. */
	int64_t heard = llround(voice->at_frame);
	int64_t left = llround((double)voice->taken - inside(voice));
	voice->taken = (uint64_t)(left > heard ? left : heard);
	if (voice->resampler)
		resampler_reset(voice->resampler);
	voice->fed = false;
	voice->out_n = 0;
	voice->silence = voice->cut = 0;
	for (pull(voice, UINT64_MAX); voice->count; pull(voice, UINT64_MAX)) {
		while (voice->count) {
			struct voice_item *item = item_at(voice, 0);
			if (item->type == OSAAS_AUDIO_FORMAT)
				format = *item;
			if (item->type == OSAAS_AUDIO_GAIN)
				audio_ramp_to(
					&voice->gain, item->gain.gain, item->gain.frames);
			pop(voice);
		}
	}
	if (format.type)
		*item_at(voice, voice->count++) = format;
	voice_rest(voice);
}

void voice_rest(struct audio_voice *voice)
{
	voice->sounding = false;
	voice->gap_frame = UINT64_MAX;
}

void voice_fade_in(struct audio_voice *voice, uint32_t frames)
{
	voice->fade = voice->fade_of = frames;
}

/* Control. */

static size_t answers_room(const struct audio_voice *voice)
{
	size_t used = chan_pending(endpoint_tx(voice->control));
	return used < CONTROL_DEPTH ? CONTROL_DEPTH - used : 0;
}

bool voice_crowded(const struct audio_voice *voice)
{
	return voice->control && !answers_room(voice) &&
	       chan_pending(endpoint_rx(voice->control)) > 0;
}

static void follow(struct audio_voice *voice, uint32_t ms, uint64_t now_ns)
{
	voice->follow_ns = ms == 0 ? 0 : (ms < 5 ? 5 : ms) * NS_PER_MS;
	voice->next_follow_ns = ms == 0 ? UINT64_MAX : now_ns + voice->follow_ns;
}

static enum voice_wish read_wish(
	struct audio_voice *voice, struct message *msg, uint64_t now_ns)
{
	uint32_t value;
	struct osaas_audio_gain gain;
	memcpy(&value, msg->bytes, sizeof value);
	switch (msg->type) {
	case OSAAS_AUDIO_WHERE:
		return VOICE_WHERE;
	case OSAAS_AUDIO_FLUSH:
		return VOICE_FLUSH;
	case OSAAS_AUDIO_PAUSE:
		return value ? VOICE_PAUSE : VOICE_RESUME;
	case OSAAS_AUDIO_FOLLOW:
		follow(voice, value, now_ns);
		return VOICE_WHERE;
	case OSAAS_AUDIO_GAIN:
		if (read_gain(msg, &gain)) {
			audio_ramp_to(&voice->gain, gain.gain, gain.frames);
			return VOICE_DONE;
		}
		break;
	default:
		break;
	}
	ignore(voice, msg, "is not of its control");
	return VOICE_DONE;
}

enum voice_wish voice_control(struct audio_voice *voice, uint64_t now_ns)
{
	struct message msg;
	if (!voice->control || !answers_room(voice))
		return VOICE_NOTHING;
	int r = endpoint_try_recv(voice->control, &msg);
	if (r == -EPIPE) {
		endpoint_close(voice->control);
		voice->control = NULL;
		voice->next_follow_ns = UINT64_MAX;
	}
	if (r < 0)
		return VOICE_NOTHING;
	enum voice_wish wish = read_wish(voice, &msg, now_ns);
	message_drop(&msg);
	return wish;
}

void voice_answer(struct audio_voice *voice, bool held, uint64_t now_ns)
{
	if (!voice->control || !answers_room(voice))
		return;
	struct osaas_audio_position position = {
		.frame = (uint64_t)llround(voice->at_frame),
		.time_ns = voice->at_ns,
		.given = voice->taken + voice->queued,
		.late = voice->late,
		.gaps = voice->gaps,
		.flags = (voice->at_ns > now_ns ? OSAAS_AUDIO_SOUNDS : 0u) |
			 (voice->paused || held ? OSAAS_AUDIO_PAUSED : 0u),
	};
	struct message msg = {.type = OSAAS_AUDIO_POSITION};
	memcpy(msg.bytes, &position, sizeof position);
	endpoint_try_send(voice->control, &msg);
}
