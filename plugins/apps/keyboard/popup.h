/* popup.h: the small window in the panel with what a key offers: where it is, what is chosen. */
#ifndef KEYBOARD_POPUP_H
#define KEYBOARD_POPUP_H

#include "layout.h"
#include "offers.h"

struct popup {
	bool open;
	bool stays; /* opened without a finger: until one of it is clicked */
	int key;
	struct offers offers;
	struct box box;
	uint32_t columns;
	int32_t width, height; /* of each */
	int chosen;            /* -1: none */
};

/*
 * popup_open lays it above the key, or beside where there is no room above, within the
 * panel; the one nearest to the finger at x, y is chosen.
 */
void popup_open(struct popup *popup, const struct layout *layout, int key, float x,
	float y, bool stays);

/* popup_box is where the i-th lies. */
struct box popup_box(const struct popup *popup, uint32_t i);

/*
 * popup_point: the finger is there now. Beyond the popup it chooses the nearest one, for as far
 * as a key's height twice, so that the finger need not cover what it chooses; farther
 * off none. True: another one is chosen.
 */
bool popup_point(struct popup *popup, float x, float y);

#endif
