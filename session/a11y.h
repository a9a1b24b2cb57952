/*
 * a11y: windows for those who do not see them: what they say that they are (gl/OPS.md "Text input and
 * semantics") through AT-SPI2 over D-Bus, so that a screen reader reads and operates them.
 *
 * While nobody listens nothing is done: libdbus is loaded after the first frames, and only
 * where there is a session bus; then the session sleeps until that says that assistive
 * technology runs. A window's tree is made when it is asked for, and after each frame while
 * somebody listens to events.
 *
 * All calls take NULL.
 */
#ifndef OSAAS_SESSION_A11Y_H
#define OSAAS_SESSION_A11Y_H

#include <stdbool.h>
#include <stdint.h>

struct a11y;
struct input_key;
struct session;

enum accessibility {
	ACCESSIBILITY_AUTO, /* while org.a11y.Status says so */
	ACCESSIBILITY_ON,   /* the bus is started if it is not there */
	ACCESSIBILITY_OFF,
};

struct a11y *a11y_create(struct session *session);
void a11y_destroy(struct a11y *a11y);
/* a11y_configure: session->settings are others. */
void a11y_configure(struct a11y *a11y);

/* a11y_turn, once per turn after routing; a11y_next_ns: when it must be called at the latest. */
void a11y_turn(struct a11y *a11y);
uint64_t a11y_next_ns(const struct a11y *a11y);

/* a11y_announce: the session itself says something: UTF-8. */
void a11y_announce(struct a11y *a11y, const char *text);

/*
 * a11y_takes_key: a screen reader is asked whether the key is for it, and what it does not take
 * comes back to session_key_deliver, in order, 250 ms later at the latest. a11y_let_keys_go:
 * what waits goes its way now: something that must come after it is to happen.
 */
bool a11y_takes_key(struct a11y *a11y, const struct input_key *key);
void a11y_let_keys_go(struct a11y *a11y);

#endif
