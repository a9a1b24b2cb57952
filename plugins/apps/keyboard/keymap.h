/*
 * keymap.h: what the places type in the present layout, as OSAAS_METHOD_KEYMAP said it. All
 * that is kept is by place, so that a key finds what it types without looking for it.
 */
#ifndef KEYBOARD_KEYMAP_H
#define KEYBOARD_KEYMAP_H

#include <osaas_method.h>

#include "places.h"

#define KEYMAP_LAYOUTS_MAX 16
#define KEYMAP_TITLE_MAX   64 /* bytes, with the zero; what is longer is cut */

enum level {
	LEVEL_PLAIN,
	LEVEL_SHIFT = 1, /* bits */
	LEVEL_ALTGR = 2,
	LEVELS = 4,
};

struct keymap_key {
	uint32_t keysym[LEVELS]; /* 0: none */
	uint32_t text[LEVELS];   /* code points; 0: nothing that can be shown */
	uint32_t dead;           /* bit n: level n */
};

struct keymap {
	uint32_t layout, layouts; /* the present one; how many are kept, at most MAX */
	struct keymap_key keys[PLACE_END];
	char titles[KEYMAP_LAYOUTS_MAX][KEYMAP_TITLE_MAX];
};

/*
 * keymap_read takes a message's words and buffer. False, and keymap is as it was: the buffer is
 * shorter than what it says. Places that are not known here are left out.
 */
bool keymap_read(struct keymap *keymap, const struct osaas_method_keymap *head,
	const void *buf, size_t len);

/* keymap_title of the present layout; "" where it has none. */
const char *keymap_title(const struct keymap *keymap);

/*
 * keymap_level gives the level that a key has when these modifiers are wanted: the same, or
 * without Shift where Shift changes nothing; LEVELS: there is nothing.
 */
uint32_t keymap_level(const struct keymap *keymap, uint32_t place, uint32_t wanted);

/* keymap_find gives the place and level that type the character by one press. False: none. */
bool keymap_find(
	const struct keymap *keymap, uint32_t c, uint32_t *place, uint32_t *level);

/* keymap_letter: a letter or an accent is typed there, without modifiers. */
bool keymap_letter(const struct keymap *keymap, uint32_t place);

/* keymap_has_altgr: there is something on the levels of AltGr. */
bool keymap_has_altgr(const struct keymap *keymap);

/* keymap_tall: the row of digits has letters, so many that it cannot be done without. */
bool keymap_tall(const struct keymap *keymap);

#endif
