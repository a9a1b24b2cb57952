/*
 * layout.h: where the keys are. A layout is made for a panel's size, a page, a field's hint
 * and a keymap, from nothing else, and does not change then: what Shift does is a matter of
 * labels.
 *
 * There are three forms. NARROW, of telephones held upright: a strip of tools and rows of
 * letters only. FULL: five rows as on a keyboard, by the places of its keys. SHORT, of
 * telephones that lie: as FULL, without the row of digits.
 */
#ifndef KEYBOARD_LAYOUT_H
#define KEYBOARD_LAYOUT_H

#include "key.h"
#include "keymap.h"

enum form {
	FORM_NARROW,
	FORM_SHORT,
	FORM_FULL,
};

#define LAYOUT_KEYS_MAX 96

struct layout_ask {
	int32_t width, height; /* px of the panel */
	float scale;           /* px per dp */
	enum form form;
	enum page page;
	uint32_t category; /* of PAGE_EMOJI */
	uint32_t hint;     /* enum osaas_hint */
	const struct keymap *keymap;
};

struct layout {
	int32_t width, height;
	float scale;
	enum form form;
	float unit;  /* px of a column */
	int32_t row; /* px of a row of keys */
	struct key keys[LAYOUT_KEYS_MAX];
	uint32_t n;
};

/*
 * layout_height gives how many pixels of a screen's edge the keyboard wants, and its form:
 * at most 40 % of the screen. most: half of its height; 0: not known. tall: keymap_tall.
 */
int32_t layout_height(
	int32_t width, int32_t most, float scale, bool tall, enum form *form);

void layout_build(struct layout *layout, const struct layout_ask *ask);

/* layout_find gives the first key that does this with that place or arg; -1: none. */
int layout_find(const struct layout *layout, enum key_does does, uint32_t what);

#endif
