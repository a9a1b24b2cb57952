/* draw.h: a frame of the keyboard. */
#ifndef KEYBOARD_DRAW_H
#define KEYBOARD_DRAW_H

#include <osaas_ops.h>

#include "fingers.h"
#include "labels.h"
#include "latch.h"
#include "layout.h"
#include "popup.h"

/* The areas' tags. */
enum tag {
	TAG_PANEL = 1,
	TAG_KEY = 16, /* and on: by index */
	TAG_OFFER = TAG_KEY + LAYOUT_KEYS_MAX,
	TAG_END = TAG_OFFER + OFFERS_MAX,
};

struct view {
	const struct layout *layout;
	const struct keymap *keymap;
	const struct latch *latches; /* by enum modifier */
	const struct fingers *fingers;
	const struct popup *popup;
	struct labels *labels;
	uint32_t level;    /* what Shift and AltGr say */
	uint32_t category; /* of emoji */
	bool secret;       /* nothing is to be larger than its key */
};

/* draw_keyboard writes all of it. YIELDS where a label is new. */
void draw_keyboard(struct osaas_ops *ops, const struct view *view);

#endif
