/* songs: the files of ~/Music that sound, in order, and what is known of each. */
#ifndef SONGS_H
#define SONGS_H

#include <osaas_decoder.h>

#include <stdbool.h>

enum {
	SONGS_MAX = 1000,
	SONG_PATH = 256,
	SONG_WORDS = 96
};

enum song_state {
	SONG_UNREAD, /* its title is the name of its file */
	SONG_WANTED, /* it is seen: the reader is to look */
	SONG_READ,
	SONG_BROKEN, /* it cannot be decoded */
};

struct song {
	char path[SONG_PATH];
	char title[SONG_WORDS], artist[SONG_WORDS], album[SONG_WORDS];
	uint64_t frames; /* 0: not known */
	uint32_t rate;
	enum song_state state;
};

extern struct song songs[SONGS_MAX];
extern uint32_t n_songs;

/* songs_find reads the folder and those in it. 0 or OSAAS_E*. YIELDS. */
int songs_find(void);

/*
 * song_open opens it, and notes what it is called and how long it is: 0 or OSAAS_E*. By the player
 * and the reader at once. YIELDS.
 */
struct opened {
	struct osaas_decoder decoder;
	int file; /* 0: none */
};
int song_open(uint32_t song, struct opened *out);
void song_close(struct opened *o);

double song_seconds(const struct song *song);

/*
 * songs_start begins the reader: what songs_want marks is read, and told as TELL_SONG on
 * tell. Neither yields.
 */
void songs_start(osaas_chan tell);
void songs_want(uint32_t song);

#endif
