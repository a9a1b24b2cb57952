/* typing.h: what a key, or a text that was chosen, becomes on the way to the field. */
#ifndef KEYBOARD_TYPING_H
#define KEYBOARD_TYPING_H

#include "key.h"
#include "keymap.h"

struct typing {
	bool key; /* press.code and level are set; else text is to be committed, "": nothing */
	struct osaas_method_key press;
	const char *text;
};

/* typing_of_key: level: what Shift and AltGr say; ctrl: with Ctrl. field is left 0. */
struct typing typing_of_key(
	const struct keymap *keymap, const struct key *key, uint32_t level, bool ctrl);

/*
 * typing_of_text: as a key, if the layout has it on one: so it also arrives where there is no
 * editor, as it would from a keyboard.
 */
struct typing typing_of_text(const struct keymap *keymap, const char *text, bool ctrl);

/*
 * typing_label gives the UTF-8 that a key shows: its text, or what it types on that level; "":
 * nothing. to: of 8 bytes.
 */
const char *typing_label(
	const struct keymap *keymap, const struct key *key, uint32_t level, char to[8]);

#endif
