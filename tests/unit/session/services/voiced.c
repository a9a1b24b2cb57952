/* For services_test.py: what osaas_voice.h promises, on the clock that plays where there is no card. */
#include "check.h"

#include <osaas_voice.h>

static struct osaas_voice v;
static float samples[2 * 10000];

static struct osaas_audio_position where(void)
{
	struct osaas_audio_position at;
	CHECK_IS(osaas_voice_where(&v, &at), 0);
	CHECK(at.frame <= at.given && at.given <= v.next);
	return at;
}

/* Till all that was written is heard. */
static struct osaas_audio_position till_end(void)
{
	for (;;) {
		struct osaas_audio_position at = where();
		if (at.frame == v.next && !(at.flags & OSAAS_AUDIO_SOUNDS))
			return at;
		osaas_alt(NULL, 0, osaas_now() + 10 * MS);
	}
}

static void check_open(void)
{
	CHECK_IS(osaas_voice_open(osaas_cap("audio.out"), &v), 0);
	CHECK_IS(v.config.rate, 48000);
	CHECK_IS(v.config.channels, 2);
	CHECK_IS(v.config.outputs, 0);
	CHECK(v.config.period > 0 && v.next == 0);
	CHECK_IS(v.format.rate, 48000);
}

static void check_pace(void)
{
	uint64_t began = osaas_now();
	for (int i = 0; i < 3; i++)
		CHECK_IS(osaas_voice_write(&v, samples, 10000, 0), 0);
	CHECK_IS(v.next, 30000);
	struct osaas_audio_position at = till_end();
	CHECK_IS(at.given, 30000);
	CHECK(osaas_now() - began >= 620 * MS);
	CHECK(at.time_ns >= began + 624 * MS && at.time_ns <= osaas_now());
}

static void check_times(void)
{
	uint64_t at_ns = osaas_now() + 150 * MS;
	CHECK_IS(osaas_voice_write(&v, samples, 4800, at_ns), 0);
	struct osaas_audio_position at = till_end();
	uint64_t first = osaas_voice_heard_ns(&v, &at, v.next - 4800);
	CHECK(first + MS > at_ns);
	CHECK_IS(osaas_voice_heard_ns(&v, &at, at.frame), at.time_ns);
	CHECK_IS(osaas_voice_frame_at(&v, &at, at.time_ns - 100 * MS), at.frame - 4800);
	CHECK_IS(osaas_voice_frame_at(&v, &at, 1), 0);
	for (uint64_t frame = 0; frame < 40000; frame += 480)
		CHECK_IS(osaas_voice_frame_at(
				 &v, &at, osaas_voice_heard_ns(&v, &at, frame)),
			frame);
}

/* Frame 1000 is heard at 1 s. */
static const struct {
	uint32_t rate;
	int64_t off_ns;
	uint64_t frame;
} at_times[] = {{48000, 0, 1000}, {48000, 10000, 1000}, {48000, 20833, 1000},
	{48000, 20834, 1001}, {48000, -1, 999}, {48000, -10000, 999},
	{48000, -20833, 999}, {48000, -20834, 998}, {48000, -10 * (int64_t)MS, 520},
	{48000, -20 * (int64_t)MS - 833334, 0}, {48000, -500 * (int64_t)MS, 0},
	{44100, -1, 999}, {44100, -10 * (int64_t)MS, 559},
	{44100, 10 * (int64_t)MS, 1441}, {384000, -2604, 999}, {384000, -2605, 998},
	{4000, -249999, 999}, {4000, -250000, 999}, {4000, -250001, 998}};

static void check_frames(void)
{
	static const uint32_t rates[] = {4000, 11025, 44100, 48000, 96000, 384000};
	const struct osaas_audio_position at = {.frame = 1000, .time_ns = 1000 * MS};
	struct osaas_voice some = {.format = {.rate = 48000}};
	for (size_t i = 0; i < sizeof at_times / sizeof *at_times; i++) {
		some.format.rate = at_times[i].rate;
		CHECK_IS(osaas_voice_frame_at(
				 &some, &at, at.time_ns + (uint64_t)at_times[i].off_ns),
			at_times[i].frame);
	}
	for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
		some.format.rate = rates[i];
		for (uint64_t frame = 1; frame < 2000; frame++) {
			uint64_t ns = osaas_voice_heard_ns(&some, &at, frame);
			CHECK_IS(osaas_voice_frame_at(&some, &at, ns), frame);
			CHECK_IS(osaas_voice_frame_at(&some, &at, ns - 1), frame - 1);
		}
	}
}

static void check_format(void)
{
	CHECK_IS(osaas_voice_format(&v, 1, 2, 0), OSAAS_EINVAL);
	CHECK_IS(osaas_voice_format(&v, 44100, 9, 0), OSAAS_EINVAL);
	CHECK_IS(osaas_voice_format(&v, 44100, 1, 50000), 0);
	CHECK_IS(v.format.channels, 1);
	uint64_t next = v.next;
	CHECK_IS(osaas_voice_gain(&v, 0.5f, 100), 0);
	CHECK_IS(osaas_voice_write(&v, samples, 4410, 0), 0);
	CHECK_IS(till_end().given, next + 4410);
	CHECK_IS(osaas_voice_give(&v, samples, 0, 0), OSAAS_EINVAL);
	CHECK_IS(osaas_voice_give(&v, samples, OSAAS_AUDIO_MAX_FRAMES + 1, 0),
		OSAAS_EINVAL);
}

static void check_places(void)
{
	struct osaas_audio_format centre = {.rate = 44100,
		.channels = 1,
		.places = {OSAAS_AUDIO_FC},
		.latency_us = 50000};
	CHECK_IS(osaas_voice_format_as(&v, &centre), 0);
	CHECK_IS(v.format.places[0], OSAAS_AUDIO_FC);
	centre.places[0] = OSAAS_AUDIO_SR + 1;
	CHECK_IS(osaas_voice_format_as(&v, &centre), OSAAS_EINVAL);
	CHECK_IS(v.format.places[0], OSAAS_AUDIO_FC);
}

static void check_control(void)
{
	struct osaas_audio_position at, later;
	CHECK_IS(osaas_voice_pause(&v, true, &at), 0);
	CHECK(at.flags & OSAAS_AUDIO_PAUSED);
	uint64_t before = v.next;
	CHECK_IS(osaas_voice_write(&v, samples, 5000, 0), 0);
	osaas_alt(NULL, 0, osaas_now() + 100 * MS);
	later = where();
	CHECK_IS(later.frame, at.frame);
	CHECK_IS(osaas_voice_flush(&v, &later), 0);
	CHECK_IS(v.next, before);
	CHECK_IS(osaas_voice_pause(&v, false, NULL), 0);
	CHECK_IS(osaas_voice_gain_now(&v, 1, 0), 0);
	CHECK_IS(osaas_voice_write(&v, samples, 5000, 0), 0);
	CHECK_IS(till_end().frame, before + 5000);
}

TEST_PLUGIN("voiced", "want = audio.out required: checks\n")
{
	check_open();
	check_pace();
	check_times();
	check_frames();
	check_format();
	check_places();
	check_control();
	osaas_voice_close(&v);
	CHECK_IS(osaas_voice_write(&v, samples, 1, 0), OSAAS_EBADF);
}
