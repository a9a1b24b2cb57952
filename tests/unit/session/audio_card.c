#include "tests/unit/session/audio_card.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct fake_card *card;
double phase, tone_step;

int set_up(void **state)
{
	(void)state;
	rig_begin("hw:0", NULL);
	card = fake_card_find("hw:0");
	return 0;
}

int tear_down(void **state)
{
	(void)state;
	rig_end();
	return 0;
}

struct osaas_audio_position where(struct player *player)
{
	return rig_ask(player, OSAAS_AUDIO_WHERE, 0);
}

void assert_no_gap(struct player *player)
{
	struct osaas_audio_position at = where(player);
	assert_int_equal(at.gaps, 0);
	assert_int_equal(at.late, 0);
}

void assert_whole(const struct player *player, unsigned channel)
{
	uint64_t first = rig_first(card, channel, 0);
	assert_true(first != UINT64_MAX);
	assert_true(rig_follows(card, channel, first, player, 0, card->frames - first));
}

unsigned answers(struct player *player)
{
	struct message msg;
	unsigned n = 0;
	while (endpoint_try_recv(player->control, &msg) == 0)
		n += msg.type == OSAAS_AUDIO_POSITION;
	return n;
}

float wave_tone(uint64_t frame, unsigned channel)
{
	(void)channel;
	return (float)(0.5 * sin(2 * M_PI * (phase + tone_step * (double)frame)));
}
