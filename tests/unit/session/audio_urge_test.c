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

#define BLOCK   64 /* frames */
#define LATE_NS (200 * NS_PER_US)

static struct fake_card *card;
static struct group group;
static uint64_t others;
static volatile bool lazy;
static struct player
	*dear; /* computes a while for each block: so much is promised to it */
static struct player *slow; /* computes for ever, and gives nothing */

static int set_up(void **state)
{
	(void)state;
	rig_begin("hw:0", NULL);
	card = fake_card_find("hw:0");
	group_init(&group, "plugin");
	others = 0;
	lazy = false;
	slow = dear = NULL;
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

/* As if it were preempted there. */
static void compute(const struct player *player)
{
	unsigned n = player == dear ? 10 : 0;
	while ((slow == player || n) && !lazy) {
		fake_advance(20 * NS_PER_US);
		n -= n > 0;
		task_yield();
	}
}

/* Fills and sends; waits in send while there is no room, as a plugin does. */
static void play(void *arg)
{
	struct player *player = arg;
	for (;;) {
		compute(player);
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

static struct player *add(void)
{
	struct player *player = rig_player();
	rig_format(player, 48000, 2, 2700);
	assert_non_null(task_create(&group, "voice", play, player, 0, TASK_NORMAL));
	return player;
}

static void warm_up(void)
{
	for (int i = 0; i < 500; i++) {
		sched_run();
		audio_turn(rig.audio);
		fake_advance(NS_PER_MS / 4);
	}
	assert_true(card->frames > 5000);
}

static struct player *begin(void)
{
	struct player *player = add();
	warm_up();
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

/* As the loop does: when the engine wants it, and a little later. */
static void run_on_time(uint64_t ns)
{
	for (uint64_t end = clock_now_ns() + ns; clock_now_ns() < end;) {
		uint64_t now = clock_now_ns(), next = audio_next_ns(rig.audio);
		fake_advance((next > now ? next - now : 0) + LATE_NS);
		audio_turn(rig.audio);
	}
}

/* One that takes all the time that it is given leaves enough to the engine, whenever it begins. */
static void test_slow(void **state)
{
	(void)state;
	struct player *player = dear = add();
	warm_up();
	card->interrupts = BLOCK;
	for (int i = 0; i < 500; i++) {
		uint64_t before = card->frames;
		slow = NULL;
		sched_run();
		run_on_time(5 * NS_PER_MS + i * 7 * NS_PER_US);
		slow = player;
		run_on_time(5 * NS_PER_MS);
		assert_int_equal(card->xruns, 0);
		assert_true(card->frames >= before + 480 - 2 * BLOCK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_ready, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_not_ready, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_slow, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("audio_urge", tests, NULL, NULL);
}
