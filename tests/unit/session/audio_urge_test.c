/* The engine and plugins that are tasks: who is ready to give more is not given up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sched/chan.h"
#include "sched/sched.h"
#include "tests/unit/session/audio_rig.h"
#include "util/clock.h"

#define BLOCK 64 /* frames */

static struct fake_card *card;
static struct group group;
static uint64_t others;
static volatile bool lazy;

static int set_up(void **state)
{
	(void)state;
	rig_begin("hw:0", NULL);
	card = fake_card_find("hw:0");
	group_init(&group, "plugin");
	others = 0;
	lazy = false;
	return sched_init();
}

static int tear_down(void **state)
{
	(void)state;
	lazy = true;
	rig_end();
	sched_run(); /* who waited hears that it is over */
	group_kill(&group);
	sched_finish();
	return 0;
}

/* Fills and sends; waits in send while there is no room, as a plugin does. */
static void play(void *arg)
{
	struct player *player = arg;
	for (;;) {
		if (lazy)
			chan_alt(NULL, 0, UINT64_MAX);
		struct message msg = {
			.type = OSAAS_AUDIO_BLOCK, .len = BLOCK * 2 * sizeof(float)};
		msg.buffer = buffer_create((size_t)msg.len);
		assert_non_null(msg.buffer);
		float *to = buffer_data(msg.buffer);
		for (uint64_t i = 0; i < BLOCK; i++) {
			*to++ = (float)player_sample(player, player->sent + i, 0);
			*to++ = (float)player_sample(player, player->sent + i, 1);
		}
		player->sent += BLOCK;
		if (chan_send(endpoint_tx(player->end), &msg) < 0) {
			message_drop(&msg);
			return;
		}
	}
}

static void count(void *arg)
{
	(void)arg;
	others++;
}

static struct player *begin(void)
{
	struct player *player = rig_player();
	rig_format(player, 48000, 2, 2700);
	assert_non_null(task_create(&group, "voice", play, player, 0, TASK_NORMAL));
	for (int i = 0; i < 500; i++) {
		sched_run();
		audio_turn(rig.audio);
		fake_advance(NS_PER_MS / 4);
	}
	assert_true(card->frames > 5000);
	return player;
}

/* Nobody has the processor, but in the engine's turns; for far longer than what the voice has ready. */
static void run_engine_only(uint64_t ns)
{
	for (uint64_t i = 0; i < ns / (NS_PER_MS / 4); i++) {
		audio_turn(rig.audio);
		fake_advance(NS_PER_MS / 4);
	}
}

static void test_ready(void **state)
{
	(void)state;
	struct player *player = begin();
	task_create(&group, "other", count, NULL, 0, TASK_NORMAL);
	run_engine_only(NS_PER_S);
	uint64_t first = rig_first(card, 0, 0);
	assert_true(card->frames > 45000);
	assert_int_equal(card->xruns, 0);
	assert_true(rig_follows(card, 0, first, player, 0, card->frames - first));
	/* Only who has a promise. */
	assert_int_equal(others, 0);
	sched_run();
	assert_int_equal(others, 1);
}

/* One that does not give more is silent, and nobody waits for it. */
static void test_not_ready(void **state)
{
	(void)state;
	begin();
	lazy = true;
	uint64_t before = card->frames;
	run_engine_only(NS_PER_S / 4);
	assert_int_equal(card->xruns, 0);
	assert_true(card->frames >= before + 48000 / 4 - 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_ready, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_not_ready, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("audio_urge", tests, NULL, NULL);
}
