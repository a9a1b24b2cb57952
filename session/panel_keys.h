/*
 * panel_keys: a panel that the user gave the keys, by the shortcut next-panel: from one to the
 * next, and back to the window. That window keeps what it has (it is told nothing), so
 * that a panel that types types there. Escape gives them back, too, and so does whatever
 * gives them to another window.
 *
 * A panel whose areas can have the keys is a window then: it has the focus, and keys. Of
 * another one the pointer's picture goes from one area to the next that has a class (a button): by
 * Tab and the arrows; Enter and Space click it.
 */
#ifndef OSAAS_SESSION_PANEL_KEYS_H
#define OSAAS_SESSION_PANEL_KEYS_H

#include <stdbool.h>
#include <stdint.h>

struct input_key;
struct session;
struct window;

/* The session's. */
struct panel_keys {
	struct window *panel; /* NULL: none has them */
	bool focused;         /* it is told as a window is */
	uint64_t tag;         /* else: where the pointer's picture is; 0: nowhere yet */
	uint32_t swallowed; /* a key that was for us: nobody hears its release; 0: none */
};

/* panel_keys_next: false: there is no panel to be seen. */
bool panel_keys_next(struct session *session);
/* panel_keys_end: the window has them again; panel_keys_forget: that one goes. */
void panel_keys_end(struct session *session);
void panel_keys_forget(struct session *session, const struct window *window);
/* panel_keys_take: whether it was the panel's, or its end. */
bool panel_keys_take(struct session *session, const struct input_key *key);

#endif
