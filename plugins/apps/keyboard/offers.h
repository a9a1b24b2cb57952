/* offers.h: what is offered when a key is held, most wanted first. */
#ifndef KEYBOARD_OFFERS_H
#define KEYBOARD_OFFERS_H

#include "key.h"
#include "keymap.h"

#define OFFERS_MAX 12

struct offers {
	uint32_t n;
	char text[OFFERS_MAX][8]; /* UTF-8, zero terminated */
};

/*
 * offers_of fills offers for a key: what its corner says, relatives, capital ones with
 * Shift, and what its place has on other levels. level: the one that is shown; hint: enum
 * osaas_hint of the field.
 */
void offers_of(struct offers *offers, const struct key *key, const struct keymap *keymap,
	uint32_t level, uint32_t hint);

#endif
