/*
 * system_keymap: the keyboard that this machine was installed with: Debian's
 * /etc/default/keyboard, else systemd's /etc/vconsole.conf. That has xkb's names, or a
 * console's keymap alone, of which systemd's own table says the layout.
 */
#ifndef OSAAS_INPUT_SYSTEM_KEYMAP_H
#define OSAAS_INPUT_SYSTEM_KEYMAP_H

#include <stdbool.h>

#include "input/input.h"

#define SYSTEM_KEYMAP_TEXT 256

struct system_keymap {
	char path[64]; /* that says so */
	char model[SYSTEM_KEYMAP_TEXT], layout[SYSTEM_KEYMAP_TEXT],
		variant[SYSTEM_KEYMAP_TEXT], options[SYSTEM_KEYMAP_TEXT];
};

/* system_keymap_find: root stands before all paths, "" for this system. False: nothing says a layout. */
bool system_keymap_find(const char *root, struct system_keymap *out);

/*
 * system_keymap_under: what is wanted, which says no layout, goes before what the system says: a
 * variant, a model, options. Texts are borrowed of both.
 */
struct input_keymap system_keymap_under(
	const struct system_keymap *system, const struct input_keymap *wanted);

#endif
