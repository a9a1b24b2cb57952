/*
 * volume_bar: how loud it is, shown for a moment after a key changed it: a small bar near the
 * lower edge of the screen where the keys go, above windows and panels, within what a
 * magnified screen shows. Nothing is hit there. It fades, and then costs nothing. A screen
 * reader says the same.
 */
#ifndef OSAAS_SESSION_VOLUME_BAR_H
#define OSAAS_SESSION_VOLUME_BAR_H

#include <stdbool.h>
#include <stdint.h>

struct gl_placement;
struct screen;
struct session;
struct volume_bar;

#define VOLUME_BAR_NS      UINT64_C(1500000000) /* so long it stands */
#define VOLUME_BAR_FADE_NS UINT64_C(160000000)  /* then it fades */

struct volume_bar *volume_bar_create(struct session *session);
void volume_bar_destroy(struct volume_bar *bar); /* before the renderer; takes NULL */

enum volume_bar_what {
	VOLUME_BAR_SPEAKER,    /* volume and mute */
	VOLUME_BAR_MICROPHONE, /* mute alone */
	VOLUME_BAR_NO_SPEAKER, /* there is none to turn up */
	VOLUME_BAR_NO_MICROPHONE,
};

#define VOLUME_BAR_WORDS_MAX 32
/* volume_bar_words: what it shows, for who does not see it. */
void volume_bar_words(enum volume_bar_what what, unsigned percent, bool muted,
	char words[static VOLUME_BAR_WORDS_MAX]);

/* volume_bar_show: in percent. It begins anew. */
void volume_bar_show(
	struct volume_bar *bar, enum volume_bar_what what, unsigned percent, bool muted);

/* volume_bar_place: what lies over that screen; false: nothing. For session_layers. Takes NULL. */
bool volume_bar_place(const struct volume_bar *bar, const struct screen *screen,
	struct gl_placement *out);

/* volume_bar_turn once per turn, before screens are painted, and at next_ns; UINT64_MAX: no matter. */
void volume_bar_turn(struct volume_bar *bar);
uint64_t volume_bar_next_ns(const struct volume_bar *bar);

#endif
