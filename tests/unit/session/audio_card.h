/* audio_card: one fake card, "hw:0", under audio_rig's engine, and what it played of players. */
#ifndef OSAAS_TESTS_AUDIO_CARD_H
#define OSAAS_TESTS_AUDIO_CARD_H

#include "tests/unit/session/audio_rig.h"

#define FADE 240 /* frames: 5 ms */
#define L    0
#define R    1

extern struct fake_card *card;

/* set_up, tear_down: of each test. */
int set_up(void **state);
int tear_down(void **state);

struct osaas_audio_position where(struct player *player);
/* answers: how many positions came since it was asked. */
unsigned answers(struct player *player);

void assert_no_gap(struct player *player);
/* assert_whole: all that was played since it began is the player's, from its first frame on. */
void assert_whole(const struct player *player, unsigned channel);

/* wave_tone: a sine of amplitude 0.5 for a player's wave. */
extern double phase; /* of it, in turns, at its frame 0 */
extern double tone_step;
float wave_tone(uint64_t frame, unsigned channel);

#endif
