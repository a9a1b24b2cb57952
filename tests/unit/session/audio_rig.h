/*
 * audio_rig: plugins' ends of voices, an engine and fake cards, on time that the test turns.
 * What a player sends is numbered: each frame's samples say which one it is, exactly, and none is
 * silence. So what was played can be read back frame by frame.
 */
#ifndef OSAAS_TESTS_AUDIO_RIG_H
#define OSAAS_TESTS_AUDIO_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plugins/endpoint.h"
#include "plugins/include/osaas_audio.h"
#include "session/audio.h"
#include "tests/unit/session/fake_pcm.h"

#define PLAYER_STEPS                                                                     \
	131072 /* numbers are modulo that; of 64 voices the sum is exact, too */
#define PLAYER_UNIT 0x1p-25

struct player {
	struct audio_voice *voice;
	struct endpoint *end, *control;
	struct osaas_audio_config config;
	unsigned configs; /* that came */
	unsigned channels;
	size_t block;  /* frames of each */
	uint64_t sent; /* frames */
	uint64_t
		until; /* frames to send; UINT64_MAX: for ever; 0: only what the test says */
	bool lazy;     /* sends nothing for now */
	unsigned steps; /* frame numbers are modulo that */
	double unit;    /* ... times this */
	float (*wave)(uint64_t frame, unsigned channel); /* instead of numbers, or NULL */
};

struct rig {
	struct audio *audio;
	struct player players[64];
	size_t n;
	uint64_t late_ns; /* how late audio_turn is called */
};
extern struct rig rig;

void rig_begin(const char *card, const struct pcm_config *offers);
void rig_end(void);
struct player *rig_player(
	void); /* one more, with a stereo voice and blocks of 256 frames */
/* rig_mono: one that is heard from there only, OSAAS_AUDIO_FL or _FR: its channel is of one voice. */
struct player *rig_mono(uint8_t place);
void rig_player_end(struct player *player);

/* rig_send: one block; false: there is no room. at_ns as of OSAAS_AUDIO_BLOCK. */
bool rig_send(struct player *player, size_t frames, uint64_t at_ns);
bool rig_say(struct endpoint *end, uint32_t type, const void *bytes, size_t size);
void rig_format(
	struct player *player, unsigned rate, unsigned channels, uint32_t latency_us);
/* rig_ask: a control message and its answer. */
struct osaas_audio_position rig_ask(struct player *player, uint32_t type, uint32_t value);
/* rig_run: so much time passes; players send what there is room for. */
void rig_run(uint64_t ns);
void rig_turn(void); /* no time passes */

double player_sample(const struct player *player, uint64_t frame, unsigned channel);
/* rig_first: the first frame of the card from `from` on that is no silence; UINT64_MAX: none. */
uint64_t rig_first(const struct fake_card *card, unsigned channel, uint64_t from);
/* rig_number: which frame of a stereo player it is (modulo PLAYER_STEPS), -1: none, or a fade. */
int64_t rig_number(const struct fake_card *card, uint64_t frame);
/*
 * rig_follows: from the card's frame on, n frames of a channel are the player's from `first`
 * on, exactly. Else it says which is not.
 */
bool rig_follows(const struct fake_card *card, unsigned channel, uint64_t frame,
	const struct player *player, uint64_t first, uint64_t n);

/* What audio_devices gives; awaited: the name, or "". */
void rig_devices_add(const char *name);
void rig_devices_remove(const char *name);
/* rig_devices_route: it is of that card's use cases. */
void rig_devices_route(const char *name, int card, const char *route);
const char *rig_awaited(void);
/* rig_exclude: it cannot play while that hears what hears. NULL: all can. */
void rig_exclude(const char *name);
const char *rig_routed(void); /* the device whose way was set last; "": none */
void rig_devices_doubt(void); /* no way is set any more */
void rig_freed(void); /* what is awaited may be free, and is not awaited any more */
/* rig_with_devices: the engine looks for devices there. */
void rig_with_devices(void);

#endif
