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
 * keymap_names_unknown: one of the names is in no list; why says which, and the nearest there
 * is. False, too, where there are no lists, where somebody has keymaps of their own
 * (~/.config/xkb, ~/.xkb, /etc/xkb, XKB_CONFIG_ROOT), and of a keymap file.
 */
bool keymap_names_unknown(
	const struct input_keymap *keymap, char why[static KEYMAP_NAMES_WHY]);
/* keymap_names_check: the same of the text of a list. */
bool keymap_names_check(const char *list, size_t size, const struct input_keymap *keymap,
	char why[static KEYMAP_NAMES_WHY]);

#endif
