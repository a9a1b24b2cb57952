#include "session/audio_in.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/audio_devices.h"
#include "session/audio_format.h"
#include "session/audio_reader.h"
#include "session/audio_stamp.h"
#include "session/loop.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

#define RATE       48000u
#define LEAST_RATE 44100u
#define CHANNELS   2u
#define PERIOD_NS  (5 * NS_PER_MS)
#define LEAST_NS   (NS_PER_MS / 4) /* nobody has it look more often */
#define BUFFER_NS                                                                        \
	(500 * NS_PER_MS) /* a session that is held up for so long loses nothing */
#define ASLEEP_NS  (100 * NS_PER_MS) /* a card that sleeps is asked again */
#define RETRY_NS   NS_PER_S
#define RETRY_MOST (60 * NS_PER_S)
#define SOUND_NS   (10 * NS_PER_S) /* a device that went well for so long is a sound one */
#define BEHIND_NS  NS_PER_S        /* silence that nobody asked for is left out */

struct audio_in {
	struct loop *loop;
	char *input; /* NULL: the first; owned */
	pcm_opener *open;
	struct audio_devices *devices; /* borrowed */
	void (*opened)(void *data, const char *device);
	void *data;
	bool muted;
	struct list readers; /* audio_reader.link */
	enum audio_in_state state;
	bool held;
	bool noted;               /* something is to be looked at */
	bool told;                /* that there is no device */
	struct pcm *pcm;          /* HEARS */
	struct pcm_config config; /* of it, or of the last one */
	struct audio_stamp stamp;
	uint64_t frame;    /* that comes next */
	uint64_t begun_ns; /* when the stream was, and at which frame */
	uint64_t begun;
	uint64_t next_ns;  /* look again then; UINT64_MAX: no matter */
	uint64_t retry_ns; /* SILENT: look for a device then */
	uint64_t patience_ns;
	uint64_t xruns;
	float *chunk; /* AUDIO_READER_CHUNK frames of the device; while somebody listens */
	char why[PCM_WHY_MAX];
};

/* Devices. */

static void handle_ready(void *data)
{
	struct audio_in *in = data;
	in->noted = true;
}

static void tell_opened(struct audio_in *in, const char *device)
{
	if (in->opened)
		in->opened(in->data, device);
}

static void close_device(struct audio_in *in)
{
	bool was = in->pcm;
	if (was)
		in->pcm->ops->close(in->pcm);
	in->pcm = NULL;
	if (was)
		tell_opened(in, NULL);
	in->noted = false;
}

static void break_all(struct audio_in *in)
{
	list_for_each (reader, &in->readers, struct audio_reader, link)
		audio_reader_break(reader);
}

static unsigned frames_of(uint64_t ns, unsigned rate)
{
	return (unsigned)(ns * rate / NS_PER_S);
}

/*
 * As the first who listens wants it, so that most need no resampling; but who is content with less
 * than music has shall not spoil it for those who come.
 */
static struct pcm_config wish_for(const struct osaas_audio_listen *want)
{
	unsigned rate = want && want->rate >= LEAST_RATE ? want->rate : RATE;
	struct pcm_config wish = {
		.rate = rate,
		.channels = CHANNELS,
		.format = PCM_S32,
		.period = frames_of(PERIOD_NS, rate),
		.buffer = frames_of(BUFFER_NS, rate),
	};
	if (want && want->frames) {
		uint64_t ns = want->frames * NS_PER_S / (want->rate ? want->rate : rate);
		ns = ns > LEAST_NS ? ns : LEAST_NS;
		wish.period = frames_of(ns < PERIOD_NS ? ns : PERIOD_NS, rate);
	}
	return wish;
}

static bool is_usable(const struct pcm_config *config)
{
	return config->channels > 0 && config->channels <= PCM_MAX_CHANNELS &&
	       config->rate > 0 && config->period > 0 && config->buffer > 1;
}

static void note_begun(struct audio_in *in)
{
	in->begun_ns = clock_now_ns();
	in->begun = in->frame;
	audio_stamp_begin(&in->stamp, in->config.rate);
}

/* It takes the place of the one that is open. */
static int take(struct audio_in *in, struct pcm *pcm)
{
	int r = is_usable(&pcm->config) ? pcm->ops->start(pcm) : -ENOTSUP;
	if (r < 0) {
		snprintf(in->why, sizeof in->why, "%s does not begin to hear: %s",
			pcm->name, strerror(-r));
		pcm->ops->close(pcm);
		return r;
	}
	close_device(in);
	in->pcm = pcm;
	tell_opened(in, pcm->name);
	in->config = pcm->config;
	in->state = AUDIO_IN_HEARS;
	in->noted = true;
	in->told = false;
	in->why[0] = '\0';
	note_begun(in);
	list_for_each (reader, &in->readers, struct audio_reader, link)
		audio_reader_adapt(reader, in->config.rate);
	log_debug("%s hears: %u Hz, %u channels, period %u, buffer %u frames", pcm->name,
		in->config.rate, in->config.channels, in->config.period,
		in->config.buffer);
	return 0;
}

static int open_named(
	struct audio_in *in, const char *name, const struct osaas_audio_listen *want)
{
	const struct pcm_config wish = wish_for(want);
	struct pcm *pcm;
	int r = in->open(
		in->loop, name, PCM_CAPTURE, &wish, handle_ready, in, &pcm, in->why);
	return r < 0 ? r : take(in, pcm);
}

/* The nth name that the rule gives, and its device, if there are devices; false: no more. */
static bool pick(struct audio_in *in, size_t n, char name[static 64],
	const struct audio_device **out)
{
	const struct audio_device *device = NULL;
	*out = NULL;
	if (in->devices)
		device = audio_devices_pick(in->devices, PCM_CAPTURE, in->input, n);
	else if (n > 0 || !in->input)
		return false;
	snprintf(name, 64, "%s", device ? device->pcm : in->devices ? "" : in->input);
	*out = device;
	return name[0] && strcmp(name, "none") != 0;
}

static int route(struct audio_in *in, const struct audio_device *device)
{
	int r = device ? audio_devices_route(in->devices, device, PCM_CAPTURE) : 0;
	if (r < 0 && !audio_devices_excluded(in->devices, device, PCM_CAPTURE, in->why))
		snprintf(in->why, sizeof in->why, "%s: %s", device->pcm, strerror(-r));
	return r;
}

/*
 * The best that can be opened, up to the one that is open. That another program holds one says
 * more than that the next one is no use.
 */
static int open_best(struct audio_in *in, const struct osaas_audio_listen *want)
{
	const struct audio_device *device;
	char name[64],
		why[PCM_WHY_MAX] =
			"no device hears: connect a microphone, or see 'osaas ctl audio'";
	int result = -ENOENT, busy = -1; /* the card that another program listens to */
	if (in->input && strcmp(in->input, "none") == 0)
		snprintf(why, sizeof why,
			"the input is \"none\": 'osaas ctl audio input default' is all");
	for (size_t n = 0; pick(in, n, name, &device); n++) {
		bool now = in->pcm && strcmp(name, in->pcm->name) == 0;
		if (device && audio_device_is_others(device, busy) && !now)
			continue;
		int r = route(in, device);
		if (r == 0 && now)
			return 0;
		if (r == 0) {
			r = open_named(in, name, want);
			if (r == -EBUSY && device && device->route[0])
				busy = device->number;
		}
		if (r == 0)
			return 0;
		log_debug("%s cannot be listened to: %s", name, in->why);
		if (n > 0 && (result == -EBUSY || r != -EBUSY))
			continue;
		result = r == -ENODEV ? -ENOENT : r;
		snprintf(why, sizeof why, "%s", in->why);
	}
	snprintf(in->why, sizeof in->why, "%s", in->pcm ? "" : why);
	return in->pcm ? 0 : result;
}

/* Silence. */

/* Where the device ended; or from now on. */
static void begin_silence(struct audio_in *in)
{
	uint64_t now = clock_now_ns();
	in->state = AUDIO_IN_SILENT;
	in->retry_ns = now + in->patience_ns;
	in->noted = true;
	if (in->stamp.known &&
		audio_stamp_of(&in->stamp, (double)in->frame) + BEHIND_NS > now)
		return;
	audio_stamp_begin(&in->stamp, in->config.rate);
	audio_stamp_note(&in->stamp, in->frame, now);
	break_all(in);
}

/* There is a device again, or silence. */
static void seek(struct audio_in *in)
{
	int r = open_best(in, NULL);
	if (r == 0)
		return;
	if (!in->told)
		log_error("who listens hears silence: %s", in->why);
	in->told = true;
	begin_silence(in);
}

/* One that is gone has another in its place at once; one that fails is left alone for a while. */
static void lose_device(struct audio_in *in, int r)
{
	const char *what = r == -ENODEV ? "is gone"
			   : r == -EOVERFLOW
				   ? "is faster than sound: choose another input"
				   : strerror(-r);
	if (clock_now_ns() - in->begun_ns > SOUND_NS)
		in->patience_ns = RETRY_NS;
	snprintf(in->why, sizeof in->why, "%s: %s", in->pcm->name, what);
	log_info("who listens: %s", in->why);
	close_device(in);
	if (r == -ENODEV)
		seek(in);
	else
		begin_silence(in);
}

/* Readers. */

static unsigned least_wanted(const struct audio_in *in)
{
	unsigned least = in->config.buffer / 2;
	unsigned most_often = frames_of(LEAST_NS, in->config.rate);
	list_for_each (reader, &in->readers, struct audio_reader, link) {
		unsigned wants = audio_reader_wants(reader);
		least = wants < least ? wants : least;
	}
	least = least > most_often ? least : most_often;
	return least ? least : 1;
}

static void feed(struct audio_in *in, size_t n)
{
	if (in->muted)
		memset(in->chunk, 0, n * in->config.channels * sizeof *in->chunk);
	list_for_each (reader, &in->readers, struct audio_reader, link)
		audio_reader_feed(
			reader, in->chunk, n, in->config.channels, &in->stamp, in->frame);
	in->frame += n;
}

/* Turns. */

/* What can be read is read. 0 or -errno. */
static int read_all(struct audio_in *in, size_t room)
{
	while (room > 0) {
		size_t n = room < AUDIO_READER_CHUNK ? room : AUDIO_READER_CHUNK;
		void *frames;
		int r = in->pcm->ops->begin(in->pcm, &frames, &n);
		if (r < 0 || n == 0)
			return r;
		audio_decode(
			in->config.format, frames, in->chunk, n * in->config.channels);
		r = in->pcm->ops->commit(in->pcm, n);
		if (r < 0)
			return r;
		feed(in, n);
		room -= n;
	}
	return 0;
}

/* Something that calls itself a device and has no clock: it would keep the session busy. */
static bool is_too_fast(const struct audio_in *in, const struct pcm_status *status)
{
	double seconds = (double)(status->time_ns - in->begun_ns) / (double)NS_PER_S;
	double most = (seconds * 1.05 + 1) * in->config.rate + in->config.buffer;
	return (double)(in->frame - in->begun + status->room) > most;
}

static int hear(struct audio_in *in, const struct pcm_status *status)
{
	double delay = (double)status->delay * in->stamp.frame_ns;
	uint64_t oldest = status->time_ns - (uint64_t)(delay > 0 ? delay : 0);
	if (status->room == 0)
		return 0;
	if (is_too_fast(in, status))
		return -EOVERFLOW;
	if (!audio_stamp_note(&in->stamp, in->frame, oldest))
		break_all(in);
	return read_all(in, status->room);
}

/* What it held is too old to be told from what was lost. */
static int restart(struct audio_in *in)
{
	int r = in->pcm->ops->prepare(in->pcm);
	if (r == -EAGAIN) {
		in->next_ns = clock_now_ns() + ASLEEP_NS;
		return 0;
	}
	if (r == 0)
		r = in->pcm->ops->start(in->pcm);
	note_begun(in);
	list_for_each (reader, &in->readers, struct audio_reader, link)
		audio_reader_lost(reader);
	return r;
}

static int turn_device(struct audio_in *in)
{
	struct pcm_status status;
	int r = in->pcm->ops->status(in->pcm, &status);
	in->next_ns = UINT64_MAX;
	if (r < 0)
		return r;
	switch (status.state) {
	case PCM_PREPARED:
		return in->pcm->ops->start(in->pcm);
	case PCM_RUNNING:
		return hear(in, &status);
	case PCM_XRUN:
		return -EPIPE;
	case PCM_SUSPENDED:
		return restart(in);
	case PCM_GONE:
		break;
	}
	return -ENODEV;
}

static void turn_hearing(struct audio_in *in)
{
	int r = turn_device(in);
	if (r == -EPIPE) {
		in->xruns++;
		log_debug("%s: overrun %" PRIu64, in->pcm->name, in->xruns);
		r = restart(in);
	} else if (r == -ESTRPIPE) {
		r = restart(in);
	}
	/* Unless it sleeps. */
	if (r == 0 && in->next_ns == UINT64_MAX)
		r = in->pcm->ops->want(in->pcm, least_wanted(in));
	if (r < 0)
		lose_device(in, r);
}

static void give_silence(struct audio_in *in, uint64_t now)
{
	uint64_t next = audio_stamp_of(&in->stamp, (double)in->frame);
	if (next + BEHIND_NS < now) {
		begin_silence(in);
		return;
	}
	double due = next < now ? (double)(now - next) / in->stamp.frame_ns : 0;
	memset(in->chunk, 0,
		(size_t)AUDIO_READER_CHUNK * PCM_MAX_CHANNELS * sizeof *in->chunk);
	for (size_t n = (size_t)due; n > 0;) {
		size_t k = n < AUDIO_READER_CHUNK ? n : AUDIO_READER_CHUNK;
		feed(in, k);
		n -= k;
	}
}

static void turn_silent(struct audio_in *in)
{
	uint64_t now = clock_now_ns();
	give_silence(in, now);
	if (now >= in->retry_ns) {
		in->patience_ns = in->patience_ns < RETRY_MOST / 2 ? 2 * in->patience_ns
								   : RETRY_MOST;
		seek(in);
	}
	if (in->state != AUDIO_IN_SILENT)
		return;
	uint64_t block =
		audio_stamp_of(&in->stamp, (double)(in->frame + least_wanted(in)));
	in->noted = false;
	/* A frame is due when it is over: not a ns before. */
	in->next_ns = (block < in->retry_ns ? block : in->retry_ns) + 1;
}

void audio_in_turn(struct audio_in *in)
{
	if (!in->noted && (in->next_ns == UINT64_MAX || clock_now_ns() < in->next_ns))
		return;
	in->noted = false;
	if (in->state == AUDIO_IN_HEARS)
		turn_hearing(in);
	/* A device that was lost just now: silence begins at once. */
	if (in->state == AUDIO_IN_SILENT)
		turn_silent(in);
}

uint64_t audio_in_next_ns(const struct audio_in *in)
{
	return in->noted ? 0 : in->next_ns;
}

/* Listening. */

static void shut(struct audio_in *in, enum audio_in_state state)
{
	close_device(in);
	in->state = state;
	in->noted = false;
	in->next_ns = UINT64_MAX;
	break_all(in);
}

static int begin(struct audio_in *in, const struct osaas_audio_listen *want)
{
	if (in->state == AUDIO_IN_HEARS)
		return 0;
	if (in->held) {
		in->state = AUDIO_IN_HELD;
		return 0;
	}
	in->patience_ns = RETRY_NS;
	return open_best(in, want);
}

int audio_in_listen(struct audio_in *in, const char *name,
	const struct osaas_audio_listen *want, audio_heard *heard, void *data,
	struct audio_reader **out, struct osaas_audio_heard_as *as)
{
	struct audio_reader *reader = NULL;
	if (!audio_reader_sensible(want))
		return -EINVAL;
	if (!in->chunk)
		in->chunk = xcalloc(
			(size_t)AUDIO_READER_CHUNK * PCM_MAX_CHANNELS, sizeof *in->chunk);
	int r = begin(in, want);
	if (r == 0)
		r = audio_reader_create(name, want, &in->config, heard, data, &reader);
	if (r < 0) {
		audio_in_deaf(in, NULL);
		return r;
	}
	reader->since_ns = clock_now_ns();
	list_push_back(&in->readers, &reader->link);
	in->noted = !in->held;
	*out = reader;
	*as = (struct osaas_audio_heard_as){
		0, reader->rate, reader->channels, reader->frames};
	return 0;
}

void audio_in_deaf(struct audio_in *in, struct audio_reader *reader)
{
	audio_reader_destroy(reader);
	if (!list_empty(&in->readers))
		return;
	shut(in, AUDIO_IN_CLOSED);
	free(in->chunk);
	in->chunk = NULL;
}

void audio_in_hold(struct audio_in *in, bool held)
{
	if (in->held == held)
		return;
	in->held = held;
	if (list_empty(&in->readers))
		return;
	if (held) {
		shut(in, AUDIO_IN_HELD);
	} else {
		audio_stamp_begin(&in->stamp, in->config.rate);
		in->patience_ns = RETRY_NS;
		seek(in);
	}
}

void audio_in_devices_changed(struct audio_in *in)
{
	in->patience_ns = RETRY_NS;
	if (in->state == AUDIO_IN_SILENT)
		seek(in);
	else if (in->state == AUDIO_IN_HEARS)
		open_best(in, NULL);
}

/* Making. */

static bool is_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

void audio_in_configure(struct audio_in *in, const struct audio_in_options *options)
{
	if (is_same(in->input, options->input))
		return;
	free(in->input);
	in->input = options->input ? xstrdup(options->input) : NULL;
	in->told = false;
	in->patience_ns = RETRY_NS;
	if (in->state != AUDIO_IN_HEARS && in->state != AUDIO_IN_SILENT)
		return;
	close_device(in);
	seek(in);
}

void audio_in_mute(struct audio_in *in, bool muted)
{
	in->muted = muted;
}

bool audio_in_muted(const struct audio_in *in)
{
	return in->muted;
}

struct audio_in *audio_in_create(
	struct loop *loop, const struct audio_in_options *options)
{
	struct audio_in *in = xcalloc(1, sizeof *in);
	*in = (struct audio_in){
		.loop = loop,
		.input = options->input ? xstrdup(options->input) : NULL,
		.open = options->open ? options->open : pcm_open,
		.devices = options->devices,
		.opened = options->opened,
		.data = options->data,
		.next_ns = UINT64_MAX,
		.patience_ns = RETRY_NS,
	};
	const struct pcm_config usual = wish_for(NULL);
	in->config = usual;
	list_init(&in->readers);
	audio_stamp_begin(&in->stamp, in->config.rate);
	return in;
}

void audio_in_destroy(struct audio_in *in)
{
	if (!in)
		return;
	close_device(in);
	free(in->chunk);
	free(in->input);
	free(in);
}

/* Status. */

void audio_in_status(const struct audio_in *in, struct audio_in_status *out)
{
	*out = (struct audio_in_status){
		.state = in->state,
		.device = in->pcm ? in->pcm->name : "",
		.why = in->why,
		.config = in->config,
		.xruns = in->xruns,
	};
}

void audio_in_each(const struct audio_in *in,
	void (*fn)(void *data, const struct audio_reader_status *reader), void *data)
{
	list_for_each (reader, &in->readers, struct audio_reader, link) {
		const struct audio_reader_status status = {
			.name = reader->name,
			.rate = reader->rate,
			.channels = reader->channels,
			.frames = reader->frames,
			.heard = reader->all_heard,
			.missed = reader->all_missed,
		};
		fn(data, &status);
	}
}
