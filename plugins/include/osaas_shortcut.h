/*
 * osaas_shortcut.h: the protocol of "input.shortcut:KEYS": a combination of keys that works
 * wherever the keys go. KEYS is written as Super+M, Ctrl+Alt+T, Super+Shift+plus, F9:
 * modifiers (Ctrl, Alt, Shift, Super) and xkb's name of a key. Each combination is a want
 * of the manifest of its own, and the user is told which keys it is:
 *
 *	"want = input.shortcut:Super+M optional: shows the music wherever you are\n"
 *
 * A press of it goes to the plugin that holds it and to no window; when several do, to the one
 * that was started first. The session's own combinations, and those of the configuration, come
 * before; Ctrl+Alt+F1 to F12 and Ctrl+Alt+BackSpace are never a plugin's. A key that
 * types needs Ctrl, Alt or Super.
 *
 * A plugin that does not receive is not told of presses; it is told of the release of what it
 * was told of.
 */
#ifndef OSAAS_SHORTCUT_H
#define OSAAS_SHORTCUT_H

#include <osaas.h>

enum osaas_shortcut_type {
	/*
	 * A request of osaas_request.h: 0: a press would go to this plugin. OSAAS_EBUSY:
	 * another plugin, which was first, or the session has the combination; that may end.
	 */
	OSAAS_SHORTCUT_STATUS = 1,

	/* events: struct osaas_shortcut_event. */
	OSAAS_SHORTCUT_PRESSED = 16,
	OSAAS_SHORTCUT_RELEASED = 17,
};

struct osaas_shortcut_event {
	uint64_t time_ns; /* CLOCK_MONOTONIC, the kernel's, of the event */
	uint32_t keysym;  /* xkb's, of the key as the layout has it */
	uint32_t mods;    /* enum osaas_modifier of osaas_window.h, after the event */
};

_Static_assert(sizeof(struct osaas_shortcut_event) <= OSAAS_MSG_BYTES, "fits a message");

#endif
