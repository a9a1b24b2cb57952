/* The engine, frame by frame, on devices whose clock the test turns. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sched/sched.h"
#include "tests/unit/session/audio_rig.h"
#include "util/clock.h"
#include "util/log.h"

static struct fake_card *card;

static int set_up(void **state)
{
	(void)state;
	rig_begin("hw:0", NULL);
	card = fake_card_find("hw:0");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	rig_end();
	return 0;
}

static void one_voice_comes_out_as_it_is(void **state)
{
	(void)state;
	struct player *p = rig_player();
	rig_run(NS_PER_S);
	uint64_t first = rig_first(card);
	assert_true(first < 4800);
	assert_true(card->frames > 40000);
	assert_true(rig_follows(card, first, p, 0, card->frames - first));
	assert_int_equal(card->xruns, 0);
	assert_int_equal(card->started, 1);
	struct osaas_audio_position at = rig_ask(p, OSAAS_AUDIO_WHERE, 0);
	assert_int_equal(at.gaps, 0);
	assert_int_equal(at.late, 0);
	assert_true(at.flags & OSAAS_AUDIO_SOUNDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			one_voice_comes_out_as_it_is, set_up, tear_down),
	};
	log_set_level(LOG_SILENT);
	if (sched_init() < 0)
		return 1;
	return cmocka_run_group_tests_name("audio", tests, NULL, NULL);
}
