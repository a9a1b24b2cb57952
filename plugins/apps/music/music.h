/*
 * music: what its files share. Two coroutines beside the window's: the player, which decodes
 * and sends what is heard, and the reader, which finds out what the songs that are seen are
 * called. What the window's knows of the player it was told by messages (player.h).
 */
#ifndef MUSIC_H
#define MUSIC_H

#include <osaas.h>
#include <osaas_decoder.h>
#include <osaas_ops.h>
#include <osaas_std.h>
#include <osaas_window.h>

#include <stdbool.h>

#include "paper/keys.h"
#include "paper/paint.h"

enum tag {
	TAG_PAGE = 1,
	TAG_SEEK,
	TAG_PREVIOUS,
	TAG_PLAY,
	TAG_NEXT,
	TAG_VOLUME,
	TAG_LIST,
	TAG_SONG = 32, /* and one for each song */
};

struct layout {
	float scale, width, height; /* of the window */
	bool wide;                  /* the list lies beside the rest, else below */
	bool compact;               /* what is played takes little room */
	bool narrow;                /* the list does not have room for all */
	struct rect cover, title, artist, seek, elapsed, total;
	struct rect previous, play, next, speaker, volume;
	struct rect heading, count, card, list; /* card: around the list's rows */
	float row;                              /* height of one */
};

/* What is heard, as of the last that was told. */
struct heard {
	uint64_t frame, time_ns; /* this frame of the voice is heard then */
	uint64_t given;
	bool moves; /* and later ones after it */
};

/* Since this frame of the voice it is that song, from that frame of its own on. */
struct segment {
	uint64_t at, from;
	uint32_t song, rate;
	uint32_t cut; /* 1: at once; 0: when what was before it is heard */
};

/* How loud it is from a frame on. */
struct level {
	uint64_t frame;
	float loud; /* 0 to 1 */
};

#define SEGMENTS 8
#define LEVELS   64
#define NO_SONG  UINT32_MAX

struct music {
	osaas_chan window;
	osaas_chan player;                 /* commands to it, and what it tells */
	struct osaas_window_config config; /* width 0: none yet */
	struct layout layout;
	float scroll;   /* px of the list above what is seen */
	uint64_t focus; /* tag that has the keys; 0: none */
	uint64_t hover, pressed, next_focus;
	bool reveal; /* the current row is to be seen */
	bool changed, under_way;
	uint64_t serial, drawn_ns;
	struct { /* a finger that moves the list */
		bool down, moves;
		float y;
	} finger;

	bool is_read;    /* the folder; only then there are songs */
	int no_songs;    /* why there are none: OSAAS_E*, 0: there may be */
	int no_voice;    /* why nothing can be heard; 0: it can */
	uint32_t row;    /* of the list, that can have the keys */
	uint32_t chosen; /* the song that is to play, or NO_SONG */
	bool playing;    /* it is to be heard */
	uint32_t volume; /* 0 to 100 */
	bool sliding;    /* the seek bar is held, here: */
	double slide;    /* seconds */

	struct heard heard;
	struct segment segments[SEGMENTS];
	uint32_t n_segments; /* so far; the last ones are kept */
	struct level levels[LEVELS];
	uint32_t n_levels;
};

extern struct music music;

/* music.c: what a user does. */
void music_play(uint32_t song);
void music_toggle(void);
void music_step(int by);
void music_seek(double seconds);
void music_set_volume(int volume);

/* The song that is heard, or NO_SONG; how far it is in seconds at that time. */
uint32_t music_heard(uint64_t now_ns, double *seconds);
/* How loud it was so many ns ago, 0 to 1. */
float music_loud(uint64_t now_ns, uint64_t ago_ns);

/* layout.c */
void layout_make(void);
/* layout_scroll keeps the list within its rows, and what is to be seen in it. */
void layout_scroll(void);
struct rect layout_of(uint64_t tag);

/* draw.c. YIELDS. */
void music_draw(void);

/* control.c: buttons and sliders: what they look like, what keys and pointer do. */
void control_draw(struct osaas_ops *ops);
bool control_key(const struct osaas_window_key *key);
void control_pointer(const struct osaas_window_pointer *p);
void control_act(uint64_t tag, uint32_t action);
void control_listen(struct osaas_ops *ops, uint64_t tag, bool can_focus);

/* list.c */
void list_draw(struct osaas_ops *ops);
bool list_key(const struct osaas_window_key *key);
void list_pointer(const struct osaas_window_pointer *p);
void list_act(uint64_t tag, uint32_t action);
bool is_song_tag(uint64_t tag);

/* icons.c: in the middle of r, u units of 1/24 of the size. */
enum icon {
	ICON_PLAY,
	ICON_PAUSE,
	ICON_PREVIOUS,
	ICON_NEXT,
	ICON_SPEAKER,
	ICON_NOTE,
};
void icon_draw(
	struct osaas_ops *ops, enum icon icon, struct rect r, float size, struct color c);

#define KEY_MEDIA_PLAY  0x1008ff14
#define KEY_MEDIA_STOP  0x1008ff15
#define KEY_MEDIA_PREV  0x1008ff16
#define KEY_MEDIA_NEXT  0x1008ff17
#define KEY_MEDIA_PAUSE 0x1008ff31

#endif
