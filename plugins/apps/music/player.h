/*
 * player: a coroutine that plays one song after the other. It is told what to do, and tells what
 * is heard; times and frames are the voice's, see osaas_audio.h.
 */
#ifndef PLAYER_H
#define PLAYER_H

#include <osaas.h>

enum player_command {
	PLAY = 1,  /* u32[0]: this song, from its start */
	PAUSE = 2, /* u32[0]: 1, or 0: go on */
	SEEK = 3,  /* u64[0]: frame of the song that plays */
	GAIN = 4,  /* f32[0] */
};

enum player_tell {
	TELL_SONGS = 16,    /* i64[0]: 0, the songs are known, or OSAAS_E* */
	TELL_SONG = 17,     /* u32[0]: what is known of it changed */
	TELL_SEGMENT = 18,  /* struct segment */
	TELL_HEARD = 19,    /* struct heard */
	TELL_LEVEL = 20,    /* struct level */
	TELL_STOPPED = 21,  /* all that there was is heard */
	TELL_NO_VOICE = 22, /* i64[0]: OSAAS_E*: nothing can be heard */
};

/* player_start gives the channel for commands, on which it tells. OSAAS_E* below 0. */
osaas_chan player_start(void);

#endif
