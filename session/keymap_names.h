/*
 * keymap_names: what xkb's lists know, rules/NAME.lst: models, layouts, their variants,
 * options. xkb itself passes over an option that it does not know, and says of a layout only
 * that there is none.
 */
#ifndef OSAAS_SESSION_KEYMAP_NAMES_H
#define OSAAS_SESSION_KEYMAP_NAMES_H

#include <stdbool.h>
#include <stddef.h>

struct input_keymap;

#define KEYMAP_NAMES_WHY 300

/*
 * keymap_names_ignored: xkb would pass over the model or one of the options: neither the list
 * nor the rules know it; why says which, and the nearest there is. False, too, where there
 * are no lists, where somebody has keymaps of their own (~/.config/xkb, ~/.xkb, /etc/xkb,
 * XKB_CONFIG_ROOT), and of a keymap file.
 */
bool keymap_names_ignored(
	const struct input_keymap *keymap, char why[static KEYMAP_NAMES_WHY]);
/*
 * keymap_names_missing: xkb has no such keymap; if it is since a layout or variant is not in
 * the list, why says so, in the same way. (Some exotic ones are in no list, and are there.)
 */
bool keymap_names_missing(
	const struct input_keymap *keymap, char why[static KEYMAP_NAMES_WHY]);

/* Both, of the texts of a list and of rules. */
bool keymap_names_ignored_by(const char *list, const char *rules,
	const struct input_keymap *keymap, char why[static KEYMAP_NAMES_WHY]);
bool keymap_names_missing_in(const char *list, const struct input_keymap *keymap,
	char why[static KEYMAP_NAMES_WHY]);

#endif
