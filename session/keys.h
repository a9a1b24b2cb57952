/*
 * keys: the session's keyboard: what it is to be by the configuration and by 'osaas ctl
 * keyboard', its layouts, and the combinations of keys that are the session's own, or that
 * plugins hold.
 *
 * What counts, the last word first: 'osaas ctl keyboard', --layout, [keyboard], [session]'s
 * layout, the system.
 */
#ifndef OSAAS_SESSION_KEYS_H
#define OSAAS_SESSION_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "session/keyboard_config.h"
#include "util/list.h"

struct child;
struct input;
struct input_key;
struct input_listener;
struct keyboard;
struct session;
struct udev;

#define KEYS_WHY_MAX 600

struct keys {
	struct session *session;
	struct input *input;       /* borrowed; NULL: not yet */
	struct keyboard *keyboard; /* borrowed; NULL: this session has none */
	struct input *own; /* whose keyboard it is, by keys_need; NULL: another's */
	bool layout_given; /* by --layout */
	struct keyboard_config said;   /* by 'osaas ctl keyboard' */
	struct keyboard_config config; /* as it is */
	enum keyboard_key wrong;       /* which key was to blame when it last failed */
	struct list shortcuts; /* of service_shortcut.c: who holds one, the first first */
	struct child *shot;    /* a screenshot is being written; NULL: none */
};

struct keys *keys_create(struct session *session);
/* Before the back end stops: it takes the keyboard away. */
void keys_destroy(struct keys *keys); /* takes NULL */

/*
 * keys_open makes a back end's input, of a seat or (NULL) bare, whose listener gets the session,
 * with the keyboard as it is to be; all counts from now on. 0 or -errno, logged.
 */
int keys_open(struct session *session, struct udev *udev, const char *seat,
	const struct input_listener *listener, struct input **out);
/*
 * keys_need: a method is there, which types and wants to know what keys there are: where no
 * device will ever be, a keyboard without any. Takes NULL.
 */
void keys_need(struct keys *keys);
/* keys_configure: session->settings are others. What is wrong is logged, and stays as it is. */
void keys_configure(struct session *session);
/*
 * keys_say: 'osaas ctl keyboard' says so, until the session ends or keys_unsay. 0, or
 * -errno with why in one line: then nothing has changed.
 */
int keys_say(struct keys *keys, const struct keyboard_config *said,
	char why[static KEYS_WHY_MAX]);
int keys_unsay(struct keys *keys, char why[static KEYS_WHY_MAX]);

/*
 * keys_layouts writes the present ones as --layout takes them: "us,de(nodeadkeys)"; "": of a keymap
 * file, no keyboard, or no room.
 */
void keys_layouts(const struct keys *keys, char *to, size_t size);
/* keys_next_layout: step +1 or -1, round. Takes NULL, as do the next ones. */
void keys_next_layout(struct keys *keys, int step);
/* keys_next_method: another input method is chosen, or none after the last; as keys_say. */
void keys_next_method(struct keys *keys);
/*
 * keys_focus: the keys go to another area: what was begun to compose is for nobody. keys_leave: to
 * another window, too: what is held repeats no more.
 */
void keys_focus(struct keys *keys);
void keys_leave(struct keys *keys);

/*
 * session_shortcut: for a back end's input_listener.shortcut: the session's own, then those
 * that plugins hold (shortcut_actions.c).
 */
bool session_shortcut(struct session *session, const struct input_key *key);

#endif
