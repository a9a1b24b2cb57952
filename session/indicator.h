/*
 * indicator: what the user sees for as long as somebody listens to a microphone, or all input
 * is recorded ('osaas ctl record-input'): a tab at the top edge of every screen, above all that
 * plugins draw, which says who, and what. Magnified screens have
 * it within what is seen of them, mirrors show it with their source's picture, screenshots and
 * videos with the screen's. Nobody can cover it, and presses go through to what lies beneath.
 *
 * It is drawn when something about it changes, and costs nothing while it is still. Who does not
 * see it is told by a screen reader, when it begins, changes and ends. While the microphone is
 * muted it says so, and its sign is struck out: who listens hears nothing, until that ends.
 */
#ifndef OSAAS_SESSION_INDICATOR_H
#define OSAAS_SESSION_INDICATOR_H

#include <stdbool.h>
#include <stdint.h>

#include "util/list.h"

struct gl_placement;
struct indicator;
struct screen;
struct session;

/* One who listens, or the recording; owned by whoever adds it. */
struct indicator_entry {
	struct list link;        /* indicator.entries */
	struct session *session; /* NULL: it is not shown */
	uint64_t since_ns;
	const char *name; /* borrowed; NULL: all input is recorded */
};

/*
 * indicator_add shows it, from the next frame on. 0 or -errno, logged: it cannot be shown on some
 * screen, and is not added: who cannot be seen must not listen, nor record. Once more: nothing
 * changes.
 */
int indicator_add(
	struct session *session, struct indicator_entry *entry, const char *name);
/*
 * indicator_remove takes one that is not shown, too. What went on for less than INDICATOR_LEAST_NS
 * is shown for so long all the same: nobody listens for moments that nobody sees.
 */
void indicator_remove(struct indicator_entry *entry);
#define INDICATOR_LEAST_NS UINT64_C(2000000000)

/* indicator_turn, once per turn (it looks whether the microphone is muted, too), and at the latest then; UINT64_MAX: no matter. */
void indicator_turn(struct session *session);
uint64_t indicator_next_ns(const struct session *session);

/* indicator_laid_out: screens have other scales, or there are others. */
void indicator_laid_out(struct session *session);

/*
 * indicator_place: what lies over all on that screen (no mirror); false: nothing is to be shown.
 * For session_layers.
 */
bool indicator_place(
	struct session *session, const struct screen *screen, struct gl_placement *out);
/* indicator_forget: that screen goes. */
void indicator_forget(struct session *session, const struct screen *screen);
void indicator_destroy(struct session *session); /* before the renderer goes */

#define INDICATOR_WORDS_MAX 320
/*
 * indicator_words: what it says of n who listen, the last of whom is named if not all are; most:
 * how many may be named, 1 or 2. Who has the same name counts once. Pure.
 */
void indicator_words(const char *const *names, size_t n, size_t most,
	char out[static INDICATOR_WORDS_MAX]);

#endif
