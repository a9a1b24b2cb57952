/*
 * fake_mixer: a sound card's controls in memory behind the names of ALSA's simple mixer. dB lie
 * evenly between the ends of a range; what is set between two steps is the one below, as in
 * ALSA. Another program is fake_mixer_tell: it changes fake, then tells.
 */
#ifndef OSAAS_TESTS_FAKE_MIXER_H
#define OSAAS_TESTS_FAKE_MIXER_H

#include <alsa/asoundlib.h>
#include <stdbool.h>

#define FAKE_ELEMS 16

struct fake_side {
	bool volume, gate;
	long max;            /* steps from 0 */
	long db_min, db_max; /* equal: it knows no dB */
	long step[2];        /* of two channels */
	int on[2];
};

struct fake_elem {
	const char *name;
	unsigned index;
	struct fake_side side[2]; /* 0 plays, 1 hears */
};

struct fake_mixer {
	const char *card; /* "hw:0"; NULL: there is none */
	struct fake_elem elems[FAKE_ELEMS];
	size_t n;
	unsigned open; /* mixers that are */
	unsigned sets; /* how often anything was set */
	int fails;     /* setting does, with this -errno */
};
extern struct fake_mixer fake;

void fake_mixer_reset(void);
struct fake_elem *fake_mixer_find(const char *name);
void fake_mixer_tell(void);   /* something is otherwise: the descriptor is ready */
void fake_mixer_unplug(void); /* ... with an error, from now on */

#endif
