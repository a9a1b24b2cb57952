/*
 * Anything in any order, by chance, to streams of the fake libasound: what is written is played
 * (what is heard is read) each frame once and in order, but for what a prepare drops; what a
 * look says agrees with that; and who waits is told when there is something, and else is not.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fake_alsa.h"
#include "sched/sched.h"
#include "session/loop.h"
#include "session/pcm.h"
#include "util/log.h"

#define ROUNDS 200
#define STEPS  400
#define RING   256

static uint64_t seed;
static struct loop *loop;
static struct pcm *pcm;
static struct fake_stream *stream;
static bool mapped, capture, told;
static unsigned wanted;
static uint32_t
	next; /* playback: the number that is written next; capture: that is read next */
static uint64_t since; /* playback: frames written since the last prepare */
static uint32_t base;  /* the first one's number */

int preempt_watch(int fd)
{
	(void)fd;
	return -ENOTSUP;
}

int pcm_clock_open(struct loop *of, const char *name, enum pcm_direction direction,
	const struct pcm_config *wish, void (*ready)(void *data), void *data,
	struct pcm **out, char why[static PCM_WHY_MAX])
{
	(void)of, (void)name, (void)direction, (void)wish, (void)ready, (void)data,
		(void)out, (void)why;
	return -ENOENT;
}

/* xorshift64 (Marsaglia 2003). */
static unsigned chance(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed % n);
}

static void note_ready(void *data)
{
	(void)data;
	told = true;
}

static struct pcm_status look(void)
{
	struct pcm_status status;
	assert_int_equal(pcm->ops->status(pcm, &status), 0);
	return status;
}

static bool runs(void)
{
	return stream->state == SND_PCM_STATE_RUNNING ||
	       stream->state == SND_PCM_STATE_PREPARED;
}

static uint64_t waits_in_ring(void)
{
	return capture ? stream->hw - stream->appl : stream->appl - stream->hw;
}

/* Frames that were passed on but wait in a block of the stream's own (not mapped). */
static uint64_t held(void)
{
	return capture ? (uint32_t)stream->run - next - waits_in_ring()
		       : since - stream->appl;
}

static void check_look(void)
{
	struct pcm_status status = look();
	if (stream->state == SND_PCM_STATE_DISCONNECTED) {
		assert_int_equal(status.state, PCM_GONE);
		return;
	}
	uint64_t all = waits_in_ring() + held();
	assert_int_equal(status.delay, all);
	if (runs())
		assert_int_equal(status.room, capture ? all : RING - all);
	assert_true(status.room <= 2 * RING);
}

static void transfer(void)
{
	size_t n = 1 + chance(2 * RING), asked = n;
	void *place;
	int r = pcm->ops->begin(pcm, &place, &n);
	if (!runs()) {
		assert_true(r < 0);
		return;
	}
	assert_int_equal(r, 0);
	assert_true(n <= asked && n <= RING);
	size_t k = n ? chance((unsigned)n + 1) : 0;
	uint32_t *samples = place;
	for (size_t i = 0; i < k; i++, next++) {
		if (capture)
			assert_int_equal(samples[2 * i], next);
		else
			samples[2 * i] = samples[2 * i + 1] = next;
	}
	since += k;
	assert_int_equal(pcm->ops->commit(pcm, k), 0);
}

/* What the device plays. */
static void run(void)
{
	unsigned n = chance(RING / 2);
	if (stream->state != SND_PCM_STATE_RUNNING)
		return;
	for (uint64_t i = stream->hw; !capture && i < stream->hw + n && i < stream->appl;
		i++)
		assert_int_equal(*(uint32_t *)fake_frame(stream, i), base + i);
	/* Not past what it had: it stops there. */
	uint64_t most = capture ? RING - waits_in_ring() : waits_in_ring();
	fake_run(stream, n < most ? n : (unsigned)most);
}

static void prepare(void)
{
	if (stream->state == SND_PCM_STATE_SUSPENDED && chance(2)) {
		stream->prepare_error = -EAGAIN;
		assert_int_equal(pcm->ops->prepare(pcm), -EAGAIN);
		stream->prepare_error = 0;
	}
	int r = pcm->ops->prepare(pcm);
	if (stream->state == SND_PCM_STATE_DISCONNECTED) {
		assert_int_equal(r, -ENODEV);
		return;
	}
	assert_int_equal(r, 0);
	since = 0;
	base = next;
	if (capture) /* what was not read is lost */
		next = (uint32_t)stream->run;
}

static void start(void)
{
	int r = pcm->ops->start(pcm);
	assert_true((r == 0) == (stream->state == SND_PCM_STATE_RUNNING) ||
		    r == -EBADFD || r == -ENODEV || r == -EPIPE || r == -ESTRPIPE);
}

static void want(void)
{
	wanted = chance(3) ? 1 + chance(RING) : 0;
	assert_int_equal(pcm->ops->want(pcm, wanted), 0);
}

/* Who waits is told if there is something, and else is not; a stop is told once. */
static void turn(void)
{
	bool due = wanted && runs() &&
		   (capture ? waits_in_ring() : RING - waits_in_ring()) >= wanted;
	told = false;
	assert_true(loop_poll(loop, 0) >= 0);
	if (runs())
		assert_int_equal(told, due);
	for (int i = 0; !runs() && i < 3; i++)
		loop_poll(loop, 0);
	told = false;
	assert_true(loop_poll(loop, 0) >= 0);
	if (!runs())
		assert_false(told);
}

static void open_stream(void)
{
	static const struct pcm_config wish = {.rate = 48000,
		.channels = 2,
		.format = PCM_S32,
		.period = 32,
		.buffer = RING};
	char why[PCM_WHY_MAX];
	mapped = chance(2);
	capture = chance(2);
	stream = fake_alsa_add(
		"hw:0,0", capture ? SND_PCM_STREAM_CAPTURE : SND_PCM_STREAM_PLAYBACK);
	stream->mmap = mapped;
	stream->takes = chance(2) ? 1 + chance(50) : 0;
	next = base = wanted = 0;
	since = 0;
	int r = pcm_open(loop, "hw:0,0", capture ? PCM_CAPTURE : PCM_PLAYBACK, &wish,
		note_ready, NULL, &pcm, why);
	assert_int_equal(r, 0);
}

/* The fake's descriptor stays broken after a stop: as a driver's would be, once more at most. */
static void stop(void)
{
	if (chance(20) || !runs())
		return;
	fake_stop(
		stream, chance(2) ? SND_PCM_STATE_DISCONNECTED : SND_PCM_STATE_SUSPENDED);
}

static void step(void)
{
	switch (chance(8)) {
	case 0:
	case 1:
		transfer();
		break;
	case 2:
	case 3:
		run();
		break;
	case 4:
		if (!runs() || chance(10) == 0)
			prepare();
		break;
	case 5:
		start();
		break;
	case 6:
		want();
		break;
	case 7:
		turn();
		break;
	}
	check_look();
}

static void test_storm(void **state)
{
	(void)state;
	log_set_level(LOG_SILENT);
	for (unsigned round = 1; round <= ROUNDS; round++) {
		seed = round * UINT64_C(0x9E3779B97F4A7C15);
		loop = loop_create();
		fake_alsa_reset();
		open_stream();
		for (unsigned i = 0; i < STEPS; i++)
			step();
		stop();
		for (unsigned i = 0; i < 20; i++) {
			transfer();
			check_look();
		}
		pcm->ops->close(pcm);
		loop_destroy(loop);
		fake_alsa_reset();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_storm)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
