/* icons.h: the signs of keys that have no text, as strokes. */
#ifndef KEYBOARD_ICONS_H
#define KEYBOARD_ICONS_H

#include <osaas_ops.h>

#include "key.h"

/*
 * icon_paint paints a sign in the brush that is in force, centred at x, y, size px square.
 * filled: of ICON_SHIFT: it is locked, or on.
 */
void icon_paint(struct osaas_ops *ops, enum key_icon icon, float x, float y, float size,
	bool filled);

#endif
