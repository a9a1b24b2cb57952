/* A card's stream on a fake libasound: what is agreed on, what goes through it, and when it is told. */
#include "session/pcm.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#include <cmocka.h>

#include "fake_alsa.h"
#include "plugins/include/osaas_audio.h"
#include "sched/sched.h"
#include "session/loop.h"
#include "tests/unit/session/turns.h"
#include "util/clock.h"
#include "util/log.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define BIT(format)  (UINT64_C(1) << SND_PCM_FORMAT_##format)

static struct loop *loop;
static struct pcm *pcm;
static struct fake_stream *stream;
static unsigned told, watched;
static bool close_when_told;

int preempt_watch(int fd)
{
	(void)fd;
	watched++;
	return 0;
}

int pcm_clock_open(struct loop *of, const char *name, enum pcm_direction direction,
	const struct pcm_config *wish, void (*ready)(void *data), void *data,
	struct pcm **out, char why[static PCM_WHY_MAX])
{
	(void)of, (void)direction, (void)wish, (void)ready, (void)data, (void)out;
	snprintf(why, PCM_WHY_MAX, "a clock: %s", name);
	return -EDOM;
}

static void close_pcm(void)
{
	if (pcm)
		pcm->ops->close(pcm);
	pcm = NULL;
}

static void note_ready(void *data)
{
	assert_ptr_equal(data, &told);
	told++;
	if (close_when_told)
		close_pcm();
}

static int begin(void **state)
{
	(void)state;
	fake_alsa_reset();
	log_set_level(LOG_SILENT);
	told = watched = 0;
	close_when_told = false;
	loop = loop_create();
	return loop ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	close_pcm();
	loop_destroy(loop);
	fake_alsa_reset();
	return 0;
}

static const struct pcm_config usual = {
	.rate = 48000, .channels = 2, .format = PCM_S32, .period = 64, .buffer = 256};

static int open_stream(const char *name, enum pcm_direction direction,
	const struct pcm_config *wish, char why[static PCM_WHY_MAX])
{
	why[0] = '\0';
	return pcm_open(loop, name, direction, wish, note_ready, &told, &pcm, why);
}

static void open_usual(snd_pcm_stream_t direction, bool mmap)
{
	char why[PCM_WHY_MAX];
	stream = fake_alsa_add("hw:0,0", direction);
	stream->mmap = mmap;
	enum pcm_direction which =
		direction == SND_PCM_STREAM_CAPTURE ? PCM_CAPTURE : PCM_PLAYBACK;
	assert_int_equal(open_stream("hw:0,0", which, &usual, why), 0);
}

static void turn(void)
{
	assert_true(loop_poll(loop, 0) >= 0);
}

/* What is agreed on. */

static const struct {
	const char *label;
	uint64_t formats;
	unsigned rates[FAKE_RATES], channels[2], period[2], buffer[2];
	bool no_mmap, buffer_first, no_integer;
	struct pcm_config wish, got;
	unsigned periods_max;
} agreed[] = {
	{"all as wished", UINT64_MAX, {48000}, {2, 2}, {32, 4096}, {64, 16384}, false,
		false, false, {48000, 2, PCM_FLOAT, 64, 512, {0}},
		{48000, 2, PCM_FLOAT, 64, 512, {0}}},
	{"not mapped", UINT64_MAX, {48000}, {2, 2}, {32, 4096}, {64, 16384}, true, false,
		false, {48000, 2, PCM_S32, 64, 512, {0}},
		{48000, 2, PCM_S32, 64, 512, {0}}},
	{"16 bits only", BIT(S16), {48000}, {2, 2}, {32, 4096}, {64, 16384}, false, false,
		false, {48000, 2, PCM_S32, 64, 512, {0}},
		{48000, 2, PCM_S16, 64, 512, {0}}},
	{"the best of two", BIT(S16) | BIT(S24_3LE), {48000}, {2, 2}, {32, 4096},
		{64, 16384}, false, false, false, {48000, 2, PCM_S32, 64, 512, {0}},
		{48000, 2, PCM_S24_3, 64, 512, {0}}},
	{"24 in 32", BIT(S16) | BIT(S24), {48000}, {2, 2}, {32, 4096}, {64, 16384}, false,
		false, false, {48000, 2, PCM_S32, 64, 512, {0}},
		{48000, 2, PCM_S24, 64, 512, {0}}},
	{"the nearest rate", UINT64_MAX, {44100, 96000}, {2, 2}, {32, 4096}, {64, 16384},
		false, false, false, {48000, 2, PCM_S16, 64, 512, {0}},
		{44100, 2, PCM_S16, 64, 512, {0}}},
	{"mono", UINT64_MAX, {48000}, {1, 1}, {32, 4096}, {64, 16384}, false, false,
		false, {48000, 2, PCM_S16, 64, 512, {0}},
		{48000, 1, PCM_S16, 64, 512, {0}}},
	{"four at least", UINT64_MAX, {48000}, {4, 8}, {32, 4096}, {64, 16384}, false,
		false, false, {48000, 2, PCM_S16, 64, 512, {0}},
		{48000, 4, PCM_S16, 64, 512, {0}}},
	{"six", UINT64_MAX, {48000}, {2, 8}, {32, 4096}, {64, 16384}, false, false, false,
		{48000, 6, PCM_S16, 64, 512, {0}}, {48000, 6, PCM_S16, 64, 512, {0}}},
	{"large periods", UINT64_MAX, {48000}, {2, 2}, {1024, 4096}, {64, 16384}, false,
		false, false, {48000, 2, PCM_S16, 64, 2048, {0}},
		{48000, 2, PCM_S16, 1024, 2048, {0}}},
	{"a small ring", UINT64_MAX, {48000}, {2, 2}, {32, 4096}, {64, 256}, false, false,
		false, {48000, 2, PCM_S16, 64, 2048, {0}},
		{48000, 2, PCM_S16, 64, 256, {0}}},
	{"the ring first", UINT64_MAX, {48000}, {2, 2}, {32, 4096}, {64, 16384}, false,
		true, false, {48000, 2, PCM_S16, 64, 2048, {0}},
		{48000, 2, PCM_S16, 64, 2048, {0}}},
	{"broken periods", UINT64_MAX, {48000}, {2, 2}, {32, 4096}, {64, 16384}, false,
		false, true, {48000, 2, PCM_S16, 64, 2048, {0}},
		{48000, 2, PCM_S16, 64, 2048, {0}}},
	{"its own sizes", UINT64_MAX, {48000}, {2, 2}, {500, 500}, {1500, 1500}, false,
		true, true, {48000, 2, PCM_S16, 64, 2048, {0}},
		{48000, 2, PCM_S16, 500, 1500, {0}}},
	{"room before small periods", UINT64_MAX, {48000}, {2, 2}, {16, 4096},
		{64, 65536}, false, false, false, {48000, 2, PCM_S32, 32, 12000, {0}},
		{48000, 2, PCM_S32, 94, 3008, {0}}, 32},
};

static void add_agreed(size_t i, const char *name)
{
	stream = fake_alsa_add(name, SND_PCM_STREAM_PLAYBACK);
	stream->formats = agreed[i].formats;
	stream->mmap = !agreed[i].no_mmap;
	stream->buffer_first = agreed[i].buffer_first;
	stream->no_integer = agreed[i].no_integer;
	stream->periods_max = agreed[i].periods_max;
	memcpy(stream->rates, agreed[i].rates, sizeof stream->rates);
	memcpy(stream->channels, agreed[i].channels, sizeof stream->channels);
	memcpy(stream->period, agreed[i].period, sizeof stream->period);
	memcpy(stream->buffer, agreed[i].buffer, sizeof stream->buffer);
}

static void test_agreed(void **state)
{
	char why[PCM_WHY_MAX];
	(void)state;
	for (size_t i = 0; i < COUNT(agreed); i++) {
		fake_alsa_reset();
		add_agreed(i, "hw:0,0");
		int r = open_stream("hw:0,0", PCM_PLAYBACK, &agreed[i].wish, why);
		if (r < 0)
			fail_msg("%s: %d, %s", agreed[i].label, r, why);
		const struct pcm_config *got = &pcm->config, *want = &agreed[i].got;
		if (got->rate != want->rate || got->channels != want->channels ||
			got->format != want->format || got->period != want->period ||
			got->buffer != want->buffer)
			fail_msg(
				"%s: %u Hz, %u channels, format %d, period %u, buffer %u",
				agreed[i].label, got->rate, got->channels,
				(int)got->format, got->period, got->buffer);
		assert_int_equal(stream->access,
			agreed[i].no_mmap ? SND_PCM_ACCESS_RW_INTERLEAVED
					  : SND_PCM_ACCESS_MMAP_INTERLEAVED);
		assert_true(stream->start_threshold > got->buffer);
		/* What was played becomes silence, all over the ring. */
		assert_true(stream->silence_size > got->buffer);
		assert_true(stream->stamps && stream->monotonic);
		assert_string_equal(pcm->name, "hw:0,0");
		close_pcm();
	}
}

#define P(place) OSAAS_AUDIO_##place
#define M(place) SND_CHMAP_##place

static const struct {
	unsigned channels, positions[8];
	bool settable;
	uint8_t wish[8], places[8];
} maps[] = {
	{1, {0}, false, {0}, {P(MONO)}},
	{1, {M(MONO)}, false, {0}, {P(MONO)}},
	{1, {M(FL)}, false, {0}, {P(MONO)}},
	{1, {M(FC)}, false, {0}, {P(FC)}},
	{2, {0}, false, {0}, {P(FL), P(FR)}},
	{2, {M(RL), M(RR)}, false, {0}, {P(FL), P(FR)}},
	{2, {M(FL), M(UNKNOWN)}, false, {0}, {P(FL), P(FR)}},
	{2, {M(FR), M(FL)}, false, {0}, {P(FR), P(FL)}},
	{4, {0}, false, {0}, {P(FL), P(FR), P(RL), P(RR)}},
	{6, {0}, false, {0}, {P(FL), P(FR), P(RL), P(RR), P(FC), P(LFE)}},
	{6, {M(FL), M(FR), M(LFE), M(FC), M(RL), M(RR)}, false, {0},
		{P(FL), P(FR), P(LFE), P(FC), P(RL), P(RR)}},
	{8, {M(FL), M(FR), M(LFE), M(FC), M(RL), M(RR), M(RLC), M(RRC)}, false, {0},
		{P(FL), P(FR), P(LFE), P(FC), P(SL), P(SR), P(RL), P(RR)}},
	{4, {M(FL), M(FR), M(TC), M(NA)}, false, {0},
		{P(FL), P(FR), P(NOWHERE), P(NOWHERE)}},
	{4, {M(UNKNOWN), M(UNKNOWN), M(UNKNOWN), M(UNKNOWN)}, false, {0},
		{P(FL), P(FR), P(RL), P(RR)}},
	{4, {M(FL), M(FR), M(RL), M(RR)}, false, {P(FL), P(FR), P(FC), P(LFE)},
		{P(FL), P(FR), P(RL), P(RR)}},
	{4, {M(FL), M(FR), M(RL), M(RR)}, true, {P(FL), P(FR), P(FC), P(LFE)},
		{P(FL), P(FR), P(FC), P(LFE)}},
};

static void test_places(void **state)
{
	char why[PCM_WHY_MAX];
	(void)state;
	for (size_t i = 0; i < COUNT(maps); i++) {
		struct pcm_config wish = usual;
		fake_alsa_reset();
		stream = fake_alsa_add("hw:0,0", SND_PCM_STREAM_PLAYBACK);
		wish.channels = stream->channels[0] = stream->channels[1] =
			maps[i].channels;
		memcpy(wish.places, maps[i].wish, sizeof wish.places);
		memcpy(stream->positions, maps[i].positions, sizeof stream->positions);
		stream->settable = maps[i].settable;
		assert_int_equal(open_stream("hw:0,0", PCM_PLAYBACK, &wish, why), 0);
		if (memcmp(pcm->config.places, maps[i].places, 8) != 0)
			fail_msg("map %zu: %u %u %u %u %u %u %u %u", i,
				pcm->config.places[0], pcm->config.places[1],
				pcm->config.places[2], pcm->config.places[3],
				pcm->config.places[4], pcm->config.places[5],
				pcm->config.places[6], pcm->config.places[7]);
		close_pcm();
	}
}

static const struct {
	int open_error, params_error;
	uint64_t formats;
	unsigned channels;
	int r;
	const char *says;
} refused[] = {
	{-EBUSY, 0, UINT64_MAX, 2, -EBUSY, "hw:0,0: another program has it: end that"},
	{-EAGAIN, 0, UINT64_MAX, 2, -EBUSY, "another program has it"},
	{-EACCES, 0, UINT64_MAX, 2, -EACCES, "join the group audio"},
	{-EPERM, 0, UINT64_MAX, 2, -EACCES, "join the group audio"},
	{-ENODEV, 0, UINT64_MAX, 2, -ENOENT, "plug it in"},
	{-EIO, 0, UINT64_MAX, 2, -EIO, "hw:0,0: Input/output error"},
	{0, -EBUSY, UINT64_MAX, 2, -EBUSY, "another program has it"},
	{0, -EINVAL, UINT64_MAX, 2, -ENOENT, "there is none"}, /* nor its plug */
	{0, 0, BIT(DSD_U8), 2, -ENOENT, "there is none"},
	{0, 0, UINT64_MAX, 18, -ENOENT, "there is none"},
};

static void test_refused(void **state)
{
	char why[PCM_WHY_MAX];
	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		fake_alsa_reset();
		stream = fake_alsa_add("hw:0,0", SND_PCM_STREAM_PLAYBACK);
		stream->open_error = refused[i].open_error;
		stream->params_error = refused[i].params_error;
		stream->formats = refused[i].formats;
		stream->channels[0] = stream->channels[1] = refused[i].channels;
		int r = open_stream("hw:0,0", PCM_PLAYBACK, &usual, why);
		if (r != refused[i].r || !strstr(why, refused[i].says))
			fail_msg("case %zu: %d, %s", i, r, why);
		assert_null(pcm);
		assert_int_equal(stream->open, 0);
	}
	assert_int_equal(open_stream("hw:9,0", PCM_PLAYBACK, &usual, why), -ENOENT);
	assert_non_null(strstr(why, "there is none: plug it in, or load its driver"));
	assert_int_equal(open_stream("none", PCM_PLAYBACK, &usual, why), -EDOM);
	assert_string_equal(why, "a clock: none");
	assert_int_equal(open_stream("null", PCM_PLAYBACK, &usual, why), -EDOM);
}

/* A card of 18 channels, or of planes, by ALSA's plug; nothing at all by neither. */
static void test_plug(void **state)
{
	char why[PCM_WHY_MAX];
	(void)state;
	struct fake_stream *raw = fake_alsa_add("hw:0,0", SND_PCM_STREAM_PLAYBACK);
	raw->channels[0] = raw->channels[1] = 18;
	stream = fake_alsa_add("plughw:0,0", SND_PCM_STREAM_PLAYBACK);
	assert_int_equal(open_stream("hw:0,0", PCM_PLAYBACK, &usual, why), 0);
	assert_true(raw->open == 0 && stream->open == 1);
	assert_string_equal(pcm->name, "hw:0,0");
	assert_int_equal(pcm->config.channels, 2);
	assert_int_equal(stream->silence_size, 0);
	close_pcm();
	stream->mmap = stream->rw = false;
	assert_int_equal(open_stream("hw:0,0", PCM_PLAYBACK, &usual, why), -ENOTSUP);
	assert_non_null(strstr(why, "choose another device"));
	raw->mmap = raw->rw = false;
	assert_int_equal(open_stream("hw:0,0", PCM_PLAYBACK, &usual, why), -ENOTSUP);
}

/* What goes through it. */

/* Writes count frames whose samples are their numbers from first on; how many it took. */
static unsigned play(unsigned first, unsigned count)
{
	unsigned done = 0;
	while (done < count) {
		size_t n = count - done;
		void *place;
		assert_int_equal(pcm->ops->begin(pcm, &place, &n), 0);
		if (n == 0)
			break;
		uint32_t *samples = place;
		for (size_t i = 0; i < n * 2; i++)
			samples[i] = first + done + (uint32_t)(i / 2);
		assert_int_equal(pcm->ops->commit(pcm, n), 0);
		done += (unsigned)n;
	}
	return done;
}

static void check_ring(unsigned first, uint64_t from, uint64_t to)
{
	for (uint64_t i = from; i < to; i++) {
		const uint32_t *frame = fake_frame(stream, i);
		if (frame[0] != first + i - from || frame[1] != frame[0])
			fail_msg("frame %lu is %u, %u", (unsigned long)i, frame[0],
				frame[1]);
	}
}

static struct pcm_status look(void)
{
	struct pcm_status status;
	assert_int_equal(pcm->ops->status(pcm, &status), 0);
	return status;
}

static void check_playing(bool mmap)
{
	open_usual(SND_PCM_STREAM_PLAYBACK, mmap);
	assert_true(
		look().state == PCM_PREPARED && look().room == 256 && look().delay == 0);
	assert_int_equal(play(0, 100), 100);
	assert_true(look().room == 156 && look().delay == 100);
	assert_int_equal(stream->starts, 0);
	assert_int_equal(pcm->ops->start(pcm), 0);
	unsigned written = 100;
	for (int i = 0; i < 50; i++) { /* around the ring many times */
		fake_run(stream, 37);
		written += play(written, 37 + (i % 2 ? 5 : 0));
		check_ring((unsigned)stream->hw, stream->hw, stream->appl);
		assert_int_equal(stream->appl, written);
		assert_int_equal(look().delay, written - stream->hw);
		assert_int_equal(look().room, 256 - look().delay);
	}
	assert_int_equal(look().state, PCM_RUNNING);
	unsigned room = look().room;
	assert_int_equal(play(written, 1000), room);
}

static void test_playing_mapped(void **state)
{
	(void)state;
	check_playing(true);
}

static void test_playing_written(void **state)
{
	(void)state;
	check_playing(false);
}

/* Plugins of ALSA that take less than they said: what is left goes out first, in order. */
static void test_partial_writes(void **state)
{
	(void)state;
	open_usual(SND_PCM_STREAM_PLAYBACK, false);
	stream->takes = 7;
	assert_int_equal(play(0, 200), 200);
	assert_int_equal(stream->appl, 200);
	check_ring(0, 0, 200);
	/* All it has room for was promised; it takes a part. */
	void *place;
	size_t n = 56;
	assert_int_equal(pcm->ops->begin(pcm, &place, &n), 0);
	assert_int_equal(n, 56);
	for (uint32_t i = 0; i < 112; i++)
		((uint32_t *)place)[i] = 200 + i / 2;
	stream->appl += 20; /* as if another wrote */
	assert_int_equal(pcm->ops->commit(pcm, 56), 0);
	assert_int_equal(stream->appl, 256);
	struct pcm_status status = look();
	assert_int_equal(status.room, 0);
	assert_int_equal(status.delay, 256 + 20);
	n = 10;
	assert_int_equal(pcm->ops->begin(pcm, &place, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(pcm->ops->start(pcm), 0);
	fake_run(stream, 100);
	assert_int_equal(look().room, 80);
	n = 10;
	assert_int_equal(pcm->ops->begin(pcm, &place, &n), 0);
	assert_int_equal(n, 10);
	check_ring(236, 256, 276);
}

static void check_hearing(bool mmap)
{
	open_usual(SND_PCM_STREAM_CAPTURE, mmap);
	stream->more_delay = 3;
	assert_int_equal(stream->silence_size, 0);
	assert_int_equal(look().room, 0);
	assert_int_equal(pcm->ops->start(pcm), 0);
	uint32_t expected = 0;
	for (int i = 0; i < 40; i++) {
		fake_run(stream, 61);
		/* Some of it at once, the rest in two steps. */
		for (unsigned steps[] = {20, 1, 100}, k = 0; k < 3; k++) {
			struct pcm_status status = look();
			uint32_t waits = (uint32_t)stream->run - expected;
			assert_int_equal(status.room, waits);
			assert_int_equal(status.delay, waits + 3);
			size_t n = steps[k];
			void *place;
			assert_int_equal(pcm->ops->begin(pcm, &place, &n), 0);
			assert_true(n > 0 && n <= steps[k]);
			n = n > 30 ? 30 : n;
			for (size_t s = 0; s < n; s++)
				assert_int_equal(((uint32_t *)place)[2 * s], expected++);
			assert_int_equal(pcm->ops->commit(pcm, n), 0);
			if (k == 2 && expected < stream->run)
				k--;
		}
	}
	fake_run(stream, 256);
	assert_int_equal(look().state, PCM_XRUN);
}

static void test_hearing_mapped(void **state)
{
	(void)state;
	check_hearing(true);
}

static void test_hearing_read(void **state)
{
	(void)state;
	check_hearing(false);
}

/* States. */

static void check_recovery(bool mmap)
{
	size_t n = 10;
	void *place;
	open_usual(SND_PCM_STREAM_PLAYBACK, mmap);
	play(0, 64);
	pcm->ops->start(pcm);
	fake_run(stream, 80);
	assert_int_equal(look().state, PCM_XRUN);
	assert_int_equal(pcm->ops->begin(pcm, &place, &n), -EPIPE);
	assert_int_equal(pcm->ops->prepare(pcm), 0);
	assert_true(
		look().state == PCM_PREPARED && look().room == 256 && look().delay == 0);
	play(0, 64);
	pcm->ops->start(pcm);

	fake_stop(stream, SND_PCM_STATE_SUSPENDED);
	assert_int_equal(look().state, PCM_SUSPENDED);
	assert_int_equal(pcm->ops->begin(pcm, &place, &n), -ESTRPIPE);
	stream->prepare_error = -EAGAIN;
	assert_int_equal(pcm->ops->prepare(pcm), -EAGAIN);
	stream->prepare_error = 0;
	assert_int_equal(pcm->ops->prepare(pcm), 0);
	/* What was in it is not heard again. */
	assert_true(look().state == PCM_PREPARED && look().delay == 0);
	assert_int_equal(stream->resumes, 0);

	play(0, 64);
	pcm->ops->start(pcm);
	assert_int_equal(stream->drops, 0);
	assert_int_equal(pcm->ops->prepare(pcm), 0); /* held: in the middle of it */
	assert_int_equal(stream->drops, 1);
	assert_true(look().state == PCM_PREPARED && look().delay == 0);

	fake_stop(stream, SND_PCM_STATE_DISCONNECTED);
	assert_int_equal(look().state, PCM_GONE);
	assert_int_equal(pcm->ops->begin(pcm, &place, &n), -ENODEV);
	assert_int_equal(pcm->ops->prepare(pcm), -ENODEV);
}

static void test_recovery_mapped(void **state)
{
	(void)state;
	check_recovery(true);
}

static void test_recovery_written(void **state)
{
	(void)state;
	check_recovery(false);
}

/* What a plugin of ALSA did not take is not heard after a prepare either. */
static void test_prepare_drops_held(void **state)
{
	(void)state;
	open_usual(SND_PCM_STREAM_PLAYBACK, false);
	void *place;
	size_t n = 256;
	assert_int_equal(pcm->ops->begin(pcm, &place, &n), 0);
	memset(place, 1, 256 * 8);
	stream->appl += 100;
	assert_int_equal(pcm->ops->commit(pcm, 256), 0);
	assert_int_equal(look().delay, 256 + 100);
	assert_int_equal(pcm->ops->prepare(pcm), 0);
	assert_true(look().delay == 0 && look().room == 256);
	assert_int_equal(pcm->ops->start(pcm), 0);
	assert_int_equal(stream->appl, 0);
}

static void test_time(void **state)
{
	(void)state;
	open_usual(SND_PCM_STREAM_PLAYBACK, true);
	play(0, 200);
	pcm->ops->start(pcm);
	fake_run(stream, 10);
	stream->more_delay = 48;
	struct pcm_status status = look();
	assert_int_equal(status.delay, 190 + 48);
	assert_int_equal(status.time_ns, stream->stamp_ns); /* of when that was so */
	/* A clock that is not ours: then it is now. */
	for (int i = 0; i < 2; i++) {
		stream->stamp_off_ns =
			i ? 3600 * (int64_t)NS_PER_S : -7200 * (int64_t)NS_PER_S;
		uint64_t before = clock_now_ns();
		status = look();
		assert_true(status.time_ns >= before && status.time_ns <= clock_now_ns());
	}
}

/* Readiness. */

static void test_want(void **state)
{
	(void)state;
	open_usual(SND_PCM_STREAM_PLAYBACK, true);
	play(0, 256);
	pcm->ops->start(pcm);
	turn();
	assert_int_equal(told, 0);
	fake_run(stream, 100);
	turn();
	assert_int_equal(told, 0); /* nobody wants it */
	assert_int_equal(pcm->ops->want(pcm, 128), 0);
	turn();
	assert_int_equal(told, 0); /* not so much yet */
	fake_run(stream, 28);
	turn();
	assert_int_equal(told, 1);
	turn();
	assert_int_equal(told, 2); /* there still is */
	play(256, 128);
	turn();
	assert_int_equal(told, 2);
	fake_run(stream, 128);
	assert_int_equal(pcm->ops->want(pcm, 0), 0);
	turn();
	assert_int_equal(told, 2);
	assert_int_equal(pcm->ops->want(pcm, 100000), 0); /* more than it has */
	assert_int_equal(stream->avail_min, 256);
}

/* A plugin is interrupted for a device that is nearly empty only. */
static void test_urgent(void **state)
{
	char why[PCM_WHY_MAX];
	struct pcm_config wish = usual;
	(void)state;
	wish.buffer = 9600;
	stream = fake_alsa_add("hw:0,0", SND_PCM_STREAM_PLAYBACK);
	assert_int_equal(open_stream("hw:0,0", PCM_PLAYBACK, &wish, why), 0);
	pcm->ops->want(pcm, 4800);
	assert_int_equal(watched, 0);
	pcm->ops->want(pcm, 9600 - 240);
	assert_int_equal(watched, 1);
	pcm->ops->want(pcm, 9600 - 128);
	assert_int_equal(watched, 1);
	pcm->ops->want(pcm, 0);
	pcm->ops->want(pcm, 9600 - 240);
	assert_int_equal(watched, 2);
}

/* Who waits for nothing, or does nothing about it, hears of a stop once. */
static void check_stop(snd_pcm_state_t to, unsigned want)
{
	open_usual(SND_PCM_STREAM_PLAYBACK, true);
	play(0, 256);
	pcm->ops->start(pcm);
	pcm->ops->want(pcm, want);
	turn();
	assert_int_equal(told, 0);
	fake_stop(stream, to);
	for (int i = 0; i < 5; i++)
		turn();
	assert_int_equal(told, 1);
	close_pcm();
}

static void test_stop(void **state)
{
	(void)state;
	check_stop(SND_PCM_STATE_DISCONNECTED, 0);
	told = 0;
	fake_alsa_reset();
	check_stop(SND_PCM_STATE_DISCONNECTED, 100);
	told = 0;
	fake_alsa_reset();
	check_stop(SND_PCM_STATE_SUSPENDED, 100);
}

static void test_close_when_told(void **state)
{
	(void)state;
	close_when_told = true;
	open_usual(SND_PCM_STREAM_PLAYBACK, true);
	pcm->ops->want(pcm, 100);
	turn();
	assert_true(told == 1 && !pcm && stream->open == 0);
	fake_alsa_reset();
	open_usual(SND_PCM_STREAM_PLAYBACK, true);
	fake_stop(stream, SND_PCM_STATE_DISCONNECTED);
	turn();
	assert_true(told == 2 && !pcm && stream->open == 0);
}

/* After prepare, who wanted room still does. */
static void test_want_survives_prepare(void **state)
{
	(void)state;
	open_usual(SND_PCM_STREAM_PLAYBACK, true);
	play(0, 256);
	pcm->ops->start(pcm);
	pcm->ops->want(pcm, 200);
	fake_run(stream, 256);
	assert_int_equal(look().state, PCM_XRUN);
	assert_int_equal(pcm->ops->prepare(pcm), 0);
	turn();
	assert_int_equal(told, 1);
}

/* Waits for what a timer does. */
static void wait_told(unsigned n)
{
	uint64_t by = deadline();
	while (told < n)
		poll_loop(loop, by);
}

static void test_no_descriptors(void **state)
{
	char why[PCM_WHY_MAX];
	static const enum fake_poll kinds[] = {FAKE_FILE, FAKE_NONE};
	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		fake_alsa_reset();
		told = 0;
		stream = fake_alsa_add("hw:0,0", SND_PCM_STREAM_PLAYBACK);
		stream->poll = kinds[i];
		assert_int_equal(open_stream("hw:0,0", PCM_PLAYBACK, &usual, why), 0);
		play(0, 256);
		pcm->ops->start(pcm);
		assert_int_equal(pcm->ops->want(pcm, 48), 0);
		fake_run(stream, 48);
		wait_told(1);
		assert_int_equal(pcm->ops->want(pcm, 0), 0);
		unsigned before = told;
		turn();
		assert_int_equal(told, before);
		close_when_told = true;
		fake_stop(stream, SND_PCM_STATE_DISCONNECTED);
		pcm->ops->want(pcm, 48);
		wait_told(before + 1);
		close_when_told = false;
		assert_null(pcm);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(agreed),
		TEST(places),
		TEST(refused),
		TEST(plug),
		TEST(playing_mapped),
		TEST(playing_written),
		TEST(partial_writes),
		TEST(hearing_mapped),
		TEST(hearing_read),
		TEST(recovery_mapped),
		TEST(recovery_written),
		TEST(prepare_drops_held),
		TEST(time),
		TEST(want),
		TEST(urgent),
		TEST(stop),
		TEST(close_when_told),
		TEST(want_survives_prepare),
		TEST(no_descriptors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
