/*
 * shortcut: combinations of keys that the session keeps for itself, and what each does.
 * Pure: a table and who matches; shortcut_actions.c does it.
 *
 * A combination is written as Super+Shift+Tab: modifiers (Ctrl, Alt, Shift, Super) and xkb's
 * name of a key, or the one sign that is on it. It is that key by the present layout, or, where
 * that has another script, by one with Latin letters (input_key.latin); so Super+M is
 * there under a Greek layout, too.
 *
 * Two are the system's and stand in no table: Ctrl+Alt+F1 to F12 go to that virtual
 * terminal, whatever the layout; nobody can take them or change them. Ctrl+Alt+BackSpace
 * can be changed by the configuration, but no plugin gets it.
 */
#ifndef OSAAS_SESSION_SHORTCUT_H
#define OSAAS_SESSION_SHORTCUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/input.h"

#define SHORTCUT_WHY_MAX  300
#define SHORTCUT_TEXT_MAX 96 /* of a combination, with the zero byte */
#define SHORTCUT_PATH_MAX 200
#define SHORTCUTS_MAX     64

struct shortcut_chord {
	uint32_t mods;   /* enum input_modifier */
	uint32_t keysym; /* a letter is the small one */
};

/*
 * shortcut_chord_parse: 0, or -EINVAL with why in one line, which says what is known. A key
 * that types, moves or erases needs Ctrl, Alt or Super; one by itself must be a
 * function key, Print, Pause, Menu or the like.
 */
int shortcut_chord_parse(
	const char *text, struct shortcut_chord *out, char why[static SHORTCUT_WHY_MAX]);
struct shortcut_text {
	char text[SHORTCUT_TEXT_MAX];
};
struct shortcut_text shortcut_chord_text(const struct shortcut_chord *chord);
bool shortcut_chord_equal(const struct shortcut_chord *a, const struct shortcut_chord *b);
/* shortcut_chord_matches: this press is that combination. */
bool shortcut_chord_matches(
	const struct shortcut_chord *chord, const struct input_key *key);

/* shortcut_vt: the virtual terminal that Ctrl+Alt+Fn goes to; 0: it is another key. */
int shortcut_vt(const struct input_key *key);
/* shortcut_is_secure: one of the two that no plugin gets. */
bool shortcut_is_secure(const struct shortcut_chord *chord);

enum shortcut_do {
	SHORTCUT_NONE, /* nothing, and it is a plugin's */
	SHORTCUT_QUIT,
	SHORTCUT_NEXT_WINDOW,
	SHORTCUT_PREVIOUS_WINDOW,
	SHORTCUT_CLOSE_WINDOW,
	SHORTCUT_NEXT_LAYOUT,
	SHORTCUT_PREVIOUS_LAYOUT,
	SHORTCUT_NEXT_METHOD,
	SHORTCUT_SCREENSHOT,
	SHORTCUT_RELEASE_POINTER,
	SHORTCUT_MAGNIFIER_IN,
	SHORTCUT_MAGNIFIER_OUT,
	SHORTCUT_NEXT_PANEL,
	SHORTCUT_VOLUME_UP,
	SHORTCUT_VOLUME_DOWN,
	SHORTCUT_MUTE,
	SHORTCUT_MICROPHONE_MUTE,
	SHORTCUT_VT,  /* vt-N; number */
	SHORTCUT_RUN, /* run PATH */
	SHORTCUTS_DO,
};

struct shortcut_action {
	enum shortcut_do what;
	int number;
	char path[SHORTCUT_PATH_MAX];
};

/* shortcut_action_parse: "next-window", "vt-3", "run PATH". 0, or -EINVAL with why. */
int shortcut_action_parse(
	const char *text, struct shortcut_action *out, char why[static SHORTCUT_WHY_MAX]);
/* shortcut_action_name: as it is written, without the number or path. */
const char *shortcut_action_name(enum shortcut_do what);

struct shortcut {
	struct shortcut_chord chord;
	struct shortcut_action action;
	bool said; /* by the configuration */
};

struct shortcut_table {
	struct shortcut rows[SHORTCUTS_MAX];
	size_t n;
};

/* shortcut_defaults: what there is when nothing is configured. */
void shortcut_defaults(struct shortcut_table *table);
/*
 * shortcut_set: the configuration says "KEYS = ACTION". 0, or -EINVAL with why: no
 * combination, no action, the second of its kind, too many, or Ctrl+Alt+Fn.
 */
int shortcut_set(struct shortcut_table *table, const char *keys, const char *action,
	char why[static SHORTCUT_WHY_MAX]);
/* shortcut_match: what this press does; NULL: nothing of the session's. */
const struct shortcut *shortcut_match(
	const struct shortcut_table *table, const struct input_key *key);
/* shortcut_find: the same of a combination. */
const struct shortcut *shortcut_find(
	const struct shortcut_table *table, const struct shortcut_chord *chord);

#endif
