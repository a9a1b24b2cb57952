/* What a microphone hears, and who gets it, on sound devices whose clock the test turns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/audio_devices.h"
#include "session/audio_in.h"
#include "session/audio_reader.h"
#include "tests/unit/session/fake_pcm.h"
#include "util/clock.h"
#include "util/log.h"

#define MS NS_PER_MS

/* Names in their order, as a rule of the user's gives them. */
static const char *names[4];
static const char *use_case = ""; /* all are of one card's */

const struct audio_device *audio_devices_pick(struct audio_devices *devices,
	enum pcm_direction direction, const char *rule, size_t n)
{
	static struct audio_device device;
	(void)devices, (void)rule;
	assert_int_equal(direction, PCM_CAPTURE);
	if (n >= 4 || !names[n])
		return NULL;
	snprintf(device.pcm, sizeof device.pcm, "%s", names[n]);
	snprintf(device.route, sizeof device.route, "%s", use_case);
	return &device;
}

static const char *excluded; /* by what plays */

int audio_devices_route(struct audio_devices *devices, const struct audio_device *device,
	enum pcm_direction direction)
{
	(void)devices;
	assert_int_equal(direction, PCM_CAPTURE);
	return excluded && strcmp(device->pcm, excluded) == 0 ? -EBUSY : 0;
}

bool audio_devices_excluded(const struct audio_devices *devices,
	const struct audio_device *device, enum pcm_direction direction,
	char why[static PCM_WHY_MAX])
{
	assert_int_equal(direction, PCM_CAPTURE);
	snprintf(why, PCM_WHY_MAX, "it cannot hear by %s where it plays", device->pcm);
	return excluded && strcmp(device->pcm, excluded) == 0;
}

int pcm_open(struct loop *loop, const char *name, enum pcm_direction direction,
	const struct pcm_config *wish, void (*ready)(void *data), void *data,
	struct pcm **out, char why[static PCM_WHY_MAX])
{
	return fake_pcm_open(loop, name, direction, wish, ready, data, out, why);
}

/* One who listens. What it hears must be in order, and its times must be those of its frames. */
struct ear {
	struct audio_reader *reader;
	struct osaas_audio_heard_as as;
	bool full; /* it has no room */
	uint64_t blocks, refused;
	uint64_t next;   /* frame */
	uint64_t missed; /* in all */
	uint64_t first_ns, last_ns;
	struct osaas_audio_heard last;
	float *samples; /* of the last block */
	/* Checks each block, if there is one. */
	void (*check)(
		struct ear *ear, const float *block, const struct osaas_audio_heard *h);
	double worst; /* for check */
	double tolerance_ns;
};

static struct audio_in *in;
static struct fake_card *card, *other;

static bool heard(
	void *data, const float *block, size_t frames, const struct osaas_audio_heard *h)
{
	struct ear *ear = data;
	assert_int_equal(frames, ear->as.frames);
	if (ear->full) {
		ear->refused++;
		return false;
	}
	assert_int_equal(h->frame, ear->next + h->missed);
	if (!ear->first_ns)
		ear->first_ns =
			h->time_ns - (uint64_t)((double)h->frame * 1e9 / ear->as.rate);
	double off = (double)(int64_t)(h->time_ns - ear->first_ns) -
		     (double)h->frame * 1e9 / ear->as.rate;
	if (ear->tolerance_ns > 0 && fabs(off) > ear->tolerance_ns)
		fail_msg("frame %lu is off by %.0f ns", (unsigned long)h->frame, off);
	ear->blocks++;
	ear->next = h->frame + frames;
	ear->missed += h->missed;
	ear->last = *h;
	ear->last_ns = h->time_ns;
	if (ear->check)
		ear->check(ear, block, h);
	memcpy(ear->samples, block, frames * ear->as.channels * sizeof *block);
	return true;
}

static int listen(struct ear *ear, unsigned rate, unsigned channels, unsigned frames)
{
	const struct osaas_audio_listen want = {rate, channels, frames};
	int r = audio_in_listen(in, "ear", &want, heard, ear, &ear->reader, &ear->as);
	if (r == 0)
		ear->samples = realloc(
			ear->samples, sizeof(float) * ear->as.frames * ear->as.channels);
	return r;
}

static void deaf(struct ear *ear)
{
	audio_in_deaf(in, ear->reader);
	free(ear->samples);
	*ear = (struct ear){0};
}

/* The loop: turns when there is something to do, and no more often. Returns how many. */
static uint64_t run(uint64_t ns)
{
	uint64_t end = clock_frozen_ns + ns, turns = 0;
	for (;;) {
		while (audio_in_next_ns(in) <= clock_frozen_ns) {
			audio_in_turn(in);
			assert_true(++turns < 10000000);
		}
		uint64_t next = audio_in_next_ns(in), device = fake_next_ns();
		next = device < next ? device : next;
		if (next > end)
			break;
		fake_advance(next > clock_frozen_ns ? next - clock_frozen_ns : 0);
		/* What is ready already stays so, and is heard of at once. */
		if (audio_in_next_ns(in) > clock_frozen_ns && next <= clock_frozen_ns)
			fake_advance(1);
	}
	if (end > clock_frozen_ns)
		fake_advance(end - clock_frozen_ns);
	return turns;
}

/* 24 bits that say which frame and channel it is. */
static int32_t pattern(uint64_t frame, unsigned channel)
{
	return (int32_t)((uint32_t)(frame * 2 + channel) << 8);
}

static void hear_pattern(void *data, uint64_t frame, void *out, size_t n)
{
	const struct fake_card *c = data;
	int32_t *s = out;
	for (size_t i = 0; i < n; i++) {
		for (unsigned k = 0; k < c->config.channels; k++)
			*s++ = pattern(frame + i, k);
	}
}

#define TONE 997.0

static double tone_at(double seconds)
{
	return 0.5 * sin(2 * M_PI * TONE * seconds);
}

static void hear_tone(void *data, uint64_t frame, void *out, size_t n)
{
	const struct fake_card *c = data;
	int32_t *s = out;
	for (size_t i = 0; i < n; i++) {
		double v = tone_at((double)(frame + i) / c->config.rate);
		for (unsigned k = 0; k < c->config.channels; k++)
			*s++ = (int32_t)lrint((k ? -v : v) * 2147483648.0);
	}
}

static int setup(void **state)
{
	(void)state;
	log_set_level(LOG_SILENT);
	fake_cards_clear();
	card = fake_card_add("hw:0");
	other = fake_card_add("hw:1");
	card->hear = other->hear = hear_pattern;
	card->hear_data = card;
	other->hear_data = other;
	memset(names, 0, sizeof names);
	excluded = NULL;
	use_case = "";
	names[0] = "hw:0";
	static int devices;
	const struct audio_in_options options = {
		.devices = (struct audio_devices *)(void *)&devices};
	in = audio_in_create(NULL, &options);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	assert_int_equal(audio_in_next_ns(in), UINT64_MAX);
	assert_int_equal(card->opened, card->closed);
	assert_int_equal(other->opened, other->closed);
	audio_in_destroy(in);
	fake_cards_clear();
	clock_frozen_ns = 0;
	return 0;
}

static void check_pattern(
	struct ear *ear, const float *block, const struct osaas_audio_heard *h)
{
	unsigned n = ear->as.channels;
	for (size_t i = 0; i < (size_t)ear->as.frames * n; i++) {
		double v = (double)block[i] * 2147483648.0;
		assert_int_equal(
			(int64_t)v, pattern(h->frame + i / n, (unsigned)(i % n)));
	}
}

/* As it was heard, to the bit, each frame once, at its time; one wake-up for each block. */
static void test_exact(void **state)
{
	(void)state;
	struct ear ear = {.check = check_pattern, .tolerance_ns = 2};
	assert_int_equal(audio_in_next_ns(in), UINT64_MAX);
	assert_int_equal(listen(&ear, 0, 0, 480), 0);
	assert_int_equal(ear.as.rate, 48000);
	assert_int_equal(ear.as.channels, 2);
	uint64_t began = clock_frozen_ns;
	uint64_t turns = run(10 * NS_PER_S);
	assert_int_equal(ear.blocks, 1000);
	assert_int_equal(ear.missed, 0);
	assert_in_range(ear.first_ns, began - 2, began + 2);
	assert_true(turns <= 1003);
	deaf(&ear);
}

static unsigned opened, closed;

static void note_opened(void *data, const char *device)
{
	assert_ptr_equal(data, &opened);
	if (device)
		opened++;
	else
		closed++;
	/* Nothing was heard of it yet. */
	assert_true(!device || card->frames == 0);
}

static void check_silence(
	struct ear *ear, const float *block, const struct osaas_audio_heard *h)
{
	for (size_t i = 0; i < (size_t)ear->as.frames * ear->as.channels; i++)
		assert_true(block[i] == 0);
}

/* Muted, it hears silence in time, and whatever comes after it is in its place. */
static void test_mute(void **state)
{
	(void)state;
	struct ear ear = {.check = check_silence, .tolerance_ns = 2};
	const struct audio_in_options options = {.input = "hw:0",
		.open = fake_pcm_open,
		.opened = note_opened,
		.data = &opened};
	audio_in_destroy(in);
	in = audio_in_create(NULL, &options);
	opened = closed = 0;
	audio_in_mute(in, true);
	assert_int_equal(listen(&ear, 0, 0, 480), 0);
	assert_int_equal(opened, 1);
	run(NS_PER_S);
	assert_int_equal(ear.blocks, 100);
	audio_in_mute(in, false);
	ear.check = check_pattern;
	run(NS_PER_S);
	assert_int_equal(ear.blocks, 200);
	assert_int_equal(ear.missed, 0);
	deaf(&ear);
	assert_int_equal(closed, 1);
}

/* Blocks of its own size for each; the smallest says when there is a turn. */
static void test_several(void **state)
{
	(void)state;
	static const unsigned sizes[] = {16, 100, 480, 1000, 8192};
	struct ear ears[5] = {{0}};
	for (int i = 0; i < 5; i++) {
		ears[i].check = check_pattern;
		ears[i].tolerance_ns = 2;
		assert_int_equal(listen(&ears[i], 0, 2, sizes[i]), 0);
	}
	assert_int_equal(card->opened, 1);
	run(4 * NS_PER_S);
	for (int i = 0; i < 5; i++)
		assert_int_equal(ears[i].blocks, 4 * 48000 / sizes[i]);
	/* One that goes leaves the others as they are, and the last one closes it. */
	deaf(&ears[0]);
	uint64_t turns = run(4 * NS_PER_S);
	assert_true(turns <= 4 * (48000 / 100 + 48000 / 480 + 48000 / 1000 + 6 + 4));
	for (int i = 1; i < 5; i++) {
		assert_int_equal(ears[i].blocks, 8 * 48000 / sizes[i]);
		assert_int_equal(card->closed, 0);
		deaf(&ears[i]);
	}
	assert_int_equal(card->closed, 1);
}

static void check_tone(
	struct ear *ear, const float *block, const struct osaas_audio_heard *h)
{
	double from = (double)(h->time_ns - FAKE_BEGAN_NS) / 1e9;
	/* A filter needs a moment to begin. */
	for (size_t i = 0; i < ear->as.frames && from > 0.1; i++) {
		double off = fabs((double)block[i * ear->as.channels] -
				  tone_at(from + (double)i / ear->as.rate));
		ear->worst = off > ear->worst ? off : ear->worst;
	}
}

/* In rates of their own: what was heard at the time that is said, to a part of a frame. */
static void test_rates(void **state)
{
	(void)state;
	static const unsigned rates[] = {8000, 16000, 44100, 48000, 96000};
	static const unsigned device[] = {44100, 48000, 96000};
	card->hear = hear_tone;
	for (int d = 0; d < 3; d++) {
		struct ear ears[5] = {{0}};
		card->offers.rate = device[d];
		card->frames = 0;
		clock_frozen_ns = FAKE_BEGAN_NS;
		for (int i = 0; i < 5; i++) {
			ears[i].check = check_tone;
			ears[i].tolerance_ns = 2000;
			assert_int_equal(
				listen(&ears[i], rates[i], 2, rates[i] / 100), 0);
		}
		run(3 * NS_PER_S);
		for (int i = 0; i < 5; i++) {
			print_message("# %u to %u Hz: within %.6f\n", device[d], rates[i],
				ears[i].worst);
			assert_true(ears[i].worst < 2e-3);
			assert_in_range(ears[i].blocks, 290, 300);
			assert_int_equal(ears[i].missed, 0);
			deaf(&ears[i]);
		}
	}
}

static void test_mix(void **state)
{
	(void)state;
	static const float in4[] = {0.5f, 0.25f, -0.5f, 0.75f, 1, -1, 0, 0};
	static const struct {
		unsigned from, to, frames;
		float out[16];
	} cases[] = {
		{4, 4, 2, {0.5f, 0.25f, -0.5f, 0.75f, 1, -1, 0, 0}},
		{4, 1, 2, {0.25f, 0}},
		{4, 2, 2, {0.5f, 0.25f, 1, -1}},
		{2, 1, 4, {0.375f, 0.125f, 0, 0}},
		{1, 2, 2, {0.5f, 0.5f, 0.25f, 0.25f}},
		{1, 4, 2, {0.5f, 0.5f, 0, 0, 0.25f, 0.25f, 0, 0}},
		{2, 3, 2, {0.5f, 0.25f, 0, -0.5f, 0.75f, 0}},
		{1, 1, 2, {0.5f, 0.25f}},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		float out[16] = {0};
		audio_reader_mix(in4, cases[i].from, out, cases[i].to, cases[i].frames);
		assert_memory_equal(
			out, cases[i].out, cases[i].to * cases[i].frames * sizeof *out);
	}
}

/* Who is slow misses what it has no room for, is told how much, and nobody else is. */
static void test_slow(void **state)
{
	(void)state;
	struct ear slow = {.check = check_pattern, .tolerance_ns = 2}, fine = slow;
	assert_int_equal(listen(&slow, 0, 2, 480), 0);
	assert_int_equal(listen(&fine, 0, 2, 480), 0);
	run(100 * MS);
	slow.full = true;
	run(300 * MS);
	slow.full = false;
	run(100 * MS);
	assert_int_equal(slow.refused, 30);
	assert_int_equal(slow.missed, 30 * 480);
	assert_int_equal(slow.blocks, 20);
	assert_int_equal(fine.missed, 0);
	assert_int_equal(fine.blocks, 50);
	deaf(&slow);
	deaf(&fine);
}

/* A session that is held up for longer than the device holds: what was lost is known by the time. */
static void test_overrun(void **state)
{
	(void)state;
	struct ear ear = {.tolerance_ns = 50000};
	struct audio_in_status status;
	assert_int_equal(listen(&ear, 0, 2, 480), 0);
	run(105 * MS);
	assert_int_equal(ear.blocks, 10);
	fake_advance(2 * NS_PER_S);
	uint64_t turns = run(NS_PER_S);
	audio_in_status(in, &status);
	assert_int_equal(status.xruns, 1);
	assert_int_equal(status.state, AUDIO_IN_HEARS);
	/* All that was not heard between the last block before, and the first one after it. */
	assert_in_range(ear.missed, 2 * 48000 - 480, 2 * 48000 + 960);
	assert_in_range(ear.blocks, 108, 111);
	assert_true(turns < 110);
	/* Also where nothing was heard yet. */
	struct ear late = {.tolerance_ns = 50000};
	assert_int_equal(listen(&late, 0, 2, 480), 0);
	fake_advance(2 * NS_PER_S);
	run(100 * MS);
	assert_in_range(late.missed, 2 * 48000 - 480, 2 * 48000 + 480);
	deaf(&late);
	/* Less than the device holds is no loss at all. */
	uint64_t blocks = ear.blocks, missed = ear.missed;
	fake_advance(300 * MS);
	run(100 * MS);
	assert_int_equal(ear.missed, missed);
	assert_in_range(ear.blocks - blocks, 39, 41);
	deaf(&ear);
}

/* A microphone that is pulled out: silence, at the pace of sound, until there is another. */
static void test_gone(void **state)
{
	(void)state;
	struct ear ear = {.tolerance_ns = 200000};
	struct audio_in_status status;
	assert_int_equal(listen(&ear, 16000, 1, 160), 0);
	run(NS_PER_S);
	uint64_t blocks = ear.blocks;
	card->gone = true;
	uint64_t turns = run(3 * NS_PER_S);
	audio_in_status(in, &status);
	assert_int_equal(status.state, AUDIO_IN_SILENT);
	assert_int_equal(card->opened, card->closed);
	assert_in_range(ear.blocks - blocks, 298, 301);
	assert_in_range(turns, 300, 345);
	for (unsigned i = 0; i < ear.as.frames; i++)
		assert_true(ear.samples[i] == 0);
	/* Nobody else may begin now, and why is said. */
	struct ear late = {0};
	assert_int_equal(listen(&late, 0, 0, 0), -ENOENT);
	audio_in_status(in, &status);
	assert_true(status.why[0]);
	/* Back, with another rate: what is heard is what was agreed on. */
	card->gone = false;
	card->offers.rate = 44100;
	audio_in_devices_changed(in);
	blocks = ear.blocks;
	run(NS_PER_S);
	audio_in_status(in, &status);
	assert_int_equal(status.state, AUDIO_IN_HEARS);
	assert_int_equal(status.config.rate, 44100);
	assert_string_equal(status.why, "");
	assert_in_range(ear.blocks - blocks, 97, 101);
	/* All that was lost is what a device takes to be begun, and resampling: milliseconds. */
	assert_true(ear.missed < 16000 / 10);
	deaf(&ear);
}

/* The smallest blocks of the highest rate do not have the session do nothing else. */
static void test_smallest(void **state)
{
	(void)state;
	struct ear ear = {0};
	assert_int_equal(listen(&ear, 384000, 1, 16), 0);
	run(NS_PER_S / 10);
	card->gone = true;
	run(NS_PER_S / 10);
	uint64_t blocks = ear.blocks;
	assert_in_range(run(NS_PER_S / 2), 1, 2100);
	assert_in_range(ear.blocks - blocks, 11900, 12100);
	deaf(&ear);
}

/* Without being told, it is looked for: after one second, two, four. */
static void test_retry(void **state)
{
	(void)state;
	struct ear ear = {.tolerance_ns = 1e6};
	assert_int_equal(listen(&ear, 0, 0, 480), 0);
	run(NS_PER_S);
	card->gone = true;
	run(NS_PER_S / 2);
	card->gone = false;
	card->open_result = -EBUSY;
	run(5 * NS_PER_S);
	assert_int_equal(card->opened, 1);
	card->open_result = 0;
	run(3 * NS_PER_S);
	assert_int_equal(card->opened, 2);
	deaf(&ear);
}

/* The next one that the rule gives, and the better one when it comes. */
static void test_better(void **state)
{
	(void)state;
	struct ear ear = {.tolerance_ns = 1e6};
	names[1] = "hw:1";
	card->open_result = -EBUSY;
	assert_int_equal(listen(&ear, 0, 0, 480), 0);
	assert_int_equal(other->opened, 1);
	run(NS_PER_S);
	audio_in_devices_changed(in);
	run(NS_PER_S);
	assert_int_equal(other->opened, 1);
	assert_int_equal(ear.missed, 0);
	card->open_result = 0;
	audio_in_devices_changed(in);
	assert_int_equal(card->opened, 1);
	assert_int_equal(other->closed, 1);
	run(NS_PER_S);
	audio_in_devices_changed(in);
	assert_int_equal(card->opened, 1);
	card->gone = true;
	run(NS_PER_S);
	assert_int_equal(other->opened, 2);
	assert_true(ear.missed < 48000 / 10);
	assert_true(ear.blocks > 380);
	deaf(&ear);
}

static void test_hold(void **state)
{
	(void)state;
	struct ear ear = {.tolerance_ns = 200000}, late = {.tolerance_ns = 200000};
	assert_int_equal(listen(&ear, 0, 2, 480), 0);
	run(NS_PER_S);
	audio_in_hold(in, true);
	assert_int_equal(card->closed, 1);
	assert_int_equal(audio_in_next_ns(in), UINT64_MAX);
	uint64_t blocks = ear.blocks;
	audio_in_devices_changed(in);
	assert_int_equal(run(5 * NS_PER_S), 0);
	/* One more begins, in the dark. */
	assert_int_equal(listen(&late, 44100, 1, 441), 0);
	assert_int_equal(run(5 * NS_PER_S), 0);
	assert_int_equal(card->opened, 1);
	audio_in_hold(in, false);
	run(NS_PER_S);
	assert_in_range(ear.blocks - blocks, 99, 101);
	assert_in_range(ear.missed, 10 * 48000 - 960, 10 * 48000 + 960);
	assert_in_range(late.blocks, 97, 100);
	/* One that nobody listens to does not care. */
	deaf(&ear);
	deaf(&late);
	audio_in_hold(in, true);
	audio_in_hold(in, false);
	assert_int_equal(card->opened, 2);
}

static void test_sleep(void **state)
{
	(void)state;
	struct ear ear = {.tolerance_ns = 200000};
	assert_int_equal(listen(&ear, 0, 2, 480), 0);
	run(NS_PER_S);
	card->asleep = true;
	card->prepare_result = -EAGAIN;
	fake_advance(20 * MS);
	uint64_t turns = run(NS_PER_S);
	assert_in_range(turns, 9, 13);
	assert_int_equal(ear.blocks, 100);
	card->prepare_result = 0;
	run(NS_PER_S);
	assert_int_equal(card->opened, 1);
	assert_in_range(ear.blocks, 188, 201);
	assert_in_range(ear.missed, 48000 - 960, 48000 * 13 / 10);
	deaf(&ear);
}

static void test_refused(void **state)
{
	(void)state;
	static const struct {
		struct osaas_audio_listen want;
		int open_result, result;
	} cases[] = {
		{{0, 0, 0}, 0, 0},
		{{OSAAS_AUDIO_MIN_RATE, 1, 16}, 0, 0},
		{{OSAAS_AUDIO_MAX_RATE, 8, OSAAS_AUDIO_MAX_FRAMES}, 0, 0},
		{{OSAAS_AUDIO_MIN_RATE - 1, 1, 480}, 0, -EINVAL},
		{{OSAAS_AUDIO_MAX_RATE + 1, 1, 480}, 0, -EINVAL},
		{{UINT32_MAX, 1, 480}, 0, -EINVAL},
		{{48000, 9, 480}, 0, -EINVAL},
		{{48000, UINT32_MAX, 480}, 0, -EINVAL},
		{{48000, 1, 15}, 0, -EINVAL},
		{{48000, 1, OSAAS_AUDIO_MAX_FRAMES + 1}, 0, -EINVAL},
		{{48000, 1, UINT32_MAX}, 0, -EINVAL},
		{{48000, 1, 480}, -EBUSY, -EBUSY},
		{{48000, 1, 480}, -ENOENT, -ENOENT},
		{{48000, 1, 480}, -ENODEV, -ENOENT},
		{{48000, 1, 480}, -EACCES, -EACCES},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ear ear = {0};
		card->open_result = cases[i].open_result;
		int r = listen(&ear, cases[i].want.rate, cases[i].want.channels,
			cases[i].want.frames);
		if (r != cases[i].result)
			fail_msg("case %zu: %d, not %d", i, r, cases[i].result);
		if (r == 0)
			run(100 * MS);
		if (r == 0)
			deaf(&ear);
		assert_int_equal(card->opened, card->closed);
		assert_int_equal(audio_in_next_ns(in), UINT64_MAX);
	}
	names[0] = NULL;
	struct ear ear = {0};
	assert_int_equal(listen(&ear, 0, 0, 0), -ENOENT);
	names[0] = "none";
	assert_int_equal(listen(&ear, 0, 0, 0), -ENOENT);
}

/* A card of another pace than ours, whose place moves by a millisecond at a time. */
static void test_drift(void **state)
{
	(void)state;
	struct ear ear = {0};
	card->ppm = 150;
	card->grain = 48;
	card->extra = 200;
	assert_int_equal(listen(&ear, 0, 2, 480), 0);
	for (int i = 0; i < 20; i++) {
		run(30 * NS_PER_S);
		double truth = (double)fake_heard_ns(card, ear.last.frame) -
			       2 * 200 * 1e9 / (48000 * 1.00015);
		double off = (double)(int64_t)(ear.last_ns - FAKE_BEGAN_NS) -
			     (truth - (double)FAKE_BEGAN_NS);
		if (fabs(off) > 1000)
			fail_msg("after %d s: off by %.0f ns", 30 * (i + 1), off);
	}
	assert_int_equal(ear.missed, 0);
	deaf(&ear);
}

/* Something without a clock, as ALSA's null: it does not keep the session busy. */
static void test_too_fast(void **state)
{
	(void)state;
	struct ear ear = {0};
	struct audio_in_status status;
	card->ppm = 1e6 * 200;
	assert_int_equal(listen(&ear, 0, 2, 480), 0);
	uint64_t turns = run(NS_PER_S);
	audio_in_status(in, &status);
	assert_int_equal(status.state, AUDIO_IN_SILENT);
	assert_non_null(strstr(status.why, "faster"));
	assert_true(turns < 1500);
	/* It is tried again, less and less often. */
	run(60 * NS_PER_S);
	assert_in_range(card->opened, 4, 8);
	deaf(&ear);
}

/* A microphone that cannot be used beside what plays is passed over, and gone to when it can. */
static void test_excluded(void **state)
{
	(void)state;
	struct audio_in_status status;
	struct ear ear = {.tolerance_ns = 1e6};
	excluded = "hw:0";
	assert_int_equal(listen(&ear, 0, 0, 480), -EBUSY);
	audio_in_status(in, &status);
	assert_non_null(strstr(status.why, "where it plays"));
	names[1] = "hw:1";
	assert_int_equal(listen(&ear, 0, 0, 480), 0);
	assert_true(card->opened == 0 && other->opened == 1);
	excluded = NULL;
	audio_in_devices_changed(in);
	assert_true(card->opened == 1 && other->closed == 1);
	run(NS_PER_S);
	assert_int_equal(ear.missed, 0);
	deaf(&ear);
}

/* What another program hears of a card with use cases is not disabled for its next microphone. */
static void test_busy_card(void **state)
{
	(void)state;
	struct ear ear = {.tolerance_ns = 1e6};
	use_case = "Mic";
	names[1] = "hw:1";
	card->open_result = -EBUSY;
	assert_int_equal(listen(&ear, 0, 0, 480), -EBUSY);
	assert_int_equal(other->opened, 0);
	card->open_result = 0;
	assert_int_equal(listen(&ear, 0, 0, 480), 0);
	assert_int_equal(card->opened, 1);
	deaf(&ear);
}

static uint64_t seed;

static unsigned next_random(unsigned n)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned)(seed >> 33) % n;
}

/* Whatever happens in whatever order: blocks are whole, in order, and none is told twice. */
static void test_anything(void **state)
{
	(void)state;
	const char *wanted = getenv("SEED");
	seed = wanted ? strtoull(wanted, NULL, 10) : 1;
	static const unsigned rates[] = {0, 8000, 44100, 48000, 192000};
	struct ear ears[4] = {{0}};
	names[1] = "hw:1";
	uint64_t blocks = 0;
	for (int i = 0; i < 4000; i++) {
		struct ear *ear = &ears[next_random(4)];
		struct fake_card *c = next_random(2) ? card : other;
		switch (next_random(14)) {
		case 0:
			c->gone = !c->gone;
			break;
		case 1:
			c->open_result = next_random(2) ? -EBUSY : 0;
			break;
		case 2:
			c->offers.rate = rates[next_random(5)];
			c->offers.channels = next_random(PCM_MAX_CHANNELS + 1);
			break;
		case 3:
			audio_in_hold(in, next_random(2));
			break;
		case 4:
			audio_in_devices_changed(in);
			break;
		case 5:
			ear->full = next_random(2);
			break;
		case 6:
			c->asleep = next_random(2);
			c->prepare_result = next_random(2) ? -EAGAIN : 0;
			break;
		case 7:
			fake_advance(next_random(1000) * MS);
			break;
		case 8:
			c->chunk = next_random(3) * 100;
			c->grain = next_random(2) * 48;
			break;
		case 9:
		case 10:
			blocks += ear->blocks;
			if (ear->reader)
				deaf(ear);
			break;
		case 11:
			if (!ear->reader)
				listen(ear, rates[next_random(5)], next_random(9),
					next_random(2) ? 0 : 16 + next_random(5000));
			break;
		default:
			run(next_random(300) * MS);
			break;
		}
	}
	for (int i = 0; i < 4; i++) {
		if (ears[i].reader)
			deaf(&ears[i]);
	}
	audio_in_hold(in, false);
	print_message("# %lu blocks\n", (unsigned long)blocks);
	assert_true(blocks > 1000);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_exact),
		CASE(test_mute),
		CASE(test_several),
		CASE(test_rates),
		cmocka_unit_test(test_mix),
		CASE(test_slow),
		CASE(test_overrun),
		CASE(test_gone),
		CASE(test_smallest),
		CASE(test_retry),
		CASE(test_better),
		CASE(test_excluded),
		CASE(test_busy_card),
		CASE(test_hold),
		CASE(test_sleep),
		CASE(test_refused),
		CASE(test_drift),
		CASE(test_too_fast),
		CASE(test_anything),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
