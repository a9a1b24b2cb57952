/* key.h: one key of a layout: where it is, what it does. */
#ifndef KEYBOARD_KEY_H
#define KEYBOARD_KEY_H

#include <stdbool.h>
#include <stdint.h>

enum key_does {
	KEY_TYPES_PLACE, /* what the keymap has at place */
	KEY_TYPES_TEXT,  /* text */
	KEY_PRESSES,     /* place, a key without a text of its own; up to here it types */
	KEY_LATCHES,     /* arg: enum modifier */
	KEY_TURNS,       /* arg: enum page */
	KEY_EMOJI,       /* arg: the category that is shown */
	KEY_LAYOUT,      /* the next layout */
	KEY_DISMISSES,
};

enum modifier {
	MODIFIER_SHIFT,
	MODIFIER_ALTGR,
	MODIFIER_CTRL,
	MODIFIERS,
};

enum page {
	PAGE_LETTERS,
	PAGE_SYMBOLS,
	PAGE_SYMBOLS_MORE, /* of narrow keyboards only */
	PAGE_PAD,
	PAGE_EMOJI,
};

enum key_look {
	LOOK_LETTER,
	LOOK_FUNCTION,
	LOOK_RETURN,
	LOOK_TOOL,  /* of the strip above the keys: no face of its own */
	LOOK_EMOJI, /* as well */
};

/* What is drawn instead of text. */
enum key_icon {
	ICON_NONE,
	ICON_SHIFT,
	ICON_BACKSPACE,
	ICON_RETURN,
	ICON_TAB,
	ICON_LEFT,
	ICON_UP,
	ICON_DOWN,
	ICON_RIGHT,
	ICON_LAYOUT,
	ICON_EMOJI,
	ICON_DISMISS,
	ICON_SPACE, /* the layout's title, where there are several */
};

/* What holding it does. */
enum key_held {
	HELD_NOTHING,
	HELD_REPEATS,
	HELD_OFFERS, /* relatives, if it has some */
};

/* Whole pixels of the panel; x1, y1 are outside. */
struct box {
	int32_t x0, y0, x1, y1;
};

struct key {
	uint8_t does, look, icon, held;
	uint8_t arg;
	uint16_t place;
	struct box cell; /* what belongs to it: cells leave no gaps in a row */
	struct box face; /* what is seen */
	char text[8];  /* of KEY_TYPES_TEXT, and the caption of others without an icon */
	uint32_t hint; /* a character for its corner, the first that it offers; 0: none */
	const char *name; /* for those who do not see it; NULL: what it types */
};

static inline bool box_has(const struct box *b, float x, float y)
{
	return x >= (float)b->x0 && x < (float)b->x1 && y >= (float)b->y0 &&
	       y < (float)b->y1;
}

#endif
