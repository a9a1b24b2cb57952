/* Volume in time: before a device's first frame, and without a step while it plays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sched/sched.h"
#include "tests/unit/session/audio_rig.h"
#include "util/clock.h"
#include "util/log.h"

static struct fake_card *card;
static unsigned opened, closed;
static double gain;
static uint64_t frames_then; /* of the card */

static void note(void *data, const char *device)
{
	assert_ptr_equal(data, &opened);
	if (!device) {
		closed++;
		return;
	}
	assert_string_equal(device, "hw:0");
	opened++;
	frames_then = card->frames;
	audio_set_gain(rig.audio, gain);
}

static float half(uint64_t frame, unsigned channel)
{
	return 0.5f;
}

static int set_up(void **state)
{
	rig_begin("hw:0", NULL);
	card = fake_card_find("hw:0");
	opened = closed = 0;
	gain = 1;
	const struct audio_options options = {
		.output = "hw:0", .open = fake_pcm_open, .opened = note, .data = &opened};
	audio_configure(rig.audio, &options);
	return 0;
}

static int tear_down(void **state)
{
	rig_end();
	assert_int_equal(opened, closed);
	return 0;
}

static void test_first_frame(void **state)
{
	gain = 0.5;
	struct player *p = rig_player();
	p->wave = half;
	rig_run(NS_PER_S / 10);
	assert_int_equal(opened, 1);
	uint64_t first = rig_first(card, 0, 0);
	assert_true(first != UINT64_MAX && card->frames > first + 1000);
	assert_true(frames_then <= first);
	for (uint64_t f = first; f < card->frames; f++)
		assert_true(fake_sample(card, f, 1) == 0.25);
}

/* It gets there within 20 ms, in small steps, and stays. */
static void test_ramp(void **state)
{
	struct player *p = rig_player();
	p->wave = half;
	rig_run(NS_PER_S / 10);
	uint64_t from = card->frames;
	audio_set_gain(rig.audio, 0);
	rig_run(NS_PER_S / 5);
	double before = fake_sample(card, from, 0);
	assert_true(before == 0.5);
	uint64_t begun = 0, done = 0;
	for (uint64_t f = from; f < card->frames; f++) {
		double now = fake_sample(card, f, 0);
		assert_true(now <= before && before - now < 0.01);
		begun = !begun && now < 0.5 ? f : begun;
		done = !done && now <= 0 ? f : done;
		before = now;
	}
	assert_true(begun && done && done - begun < 48 * 20);
	audio_set_gain(rig.audio, 1);
	rig_run(NS_PER_S / 5);
	assert_true(fake_sample(card, card->frames - 1, 0) == 0.5);
}

/* At unity nothing is touched, whatever it was before. */
static void test_unity(void **state)
{
	struct player *p = rig_player();
	gain = 0.3;
	rig_run(NS_PER_S / 10);
	audio_set_gain(rig.audio, 1);
	rig_run(NS_PER_S / 10);
	uint64_t from = card->frames, is = UINT64_MAX;
	rig_run(NS_PER_S / 10);
	int64_t number = rig_number(card, from);
	assert_true(number >= 0);
	is = (uint64_t)number;
	assert_true(rig_follows(card, 0, from, p, is, card->frames - from));
}

static void test_silence_and_loss(void **state)
{
	struct player *p = rig_player();
	p->until = 4800;
	rig_run(10 * NS_PER_S);
	assert_int_equal(opened, 1);
	assert_int_equal(closed, 1);
	p->until = UINT64_MAX;
	rig_run(2 * NS_PER_S);
	assert_int_equal(opened, 2);
	card->gone = true;
	rig_run(NS_PER_S / 10);
	card->gone = false;
	rig_run(60 * NS_PER_S);
	assert_int_equal(opened, closed + 1);
	assert_true(opened >= 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_first_frame),
		TEST(test_ramp),
		TEST(test_unity),
		TEST(test_silence_and_loss),
	};
	log_set_level(LOG_SILENT);
	if (sched_init() < 0)
		return 1;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	sched_finish();
	return failed;
}
