/* The keymaps that the on-screen keyboard is tested with: those of the system, as it hears them. */
#ifndef TESTS_PLUGINS_KEYBOARD_XKB_H
#define TESTS_PLUGINS_KEYBOARD_XKB_H

#include <stddef.h>

#include "plugins/include/osaas_method.h"

struct keyboard_xkb {
	struct osaas_method_keymap head;
	void *buf; /* free it */
	size_t len;
};

/* keyboard_xkb_make: of layouts as "de,us", with variants as ",dvorak" or "". */
struct keyboard_xkb keyboard_xkb_make(const char *layouts, const char *variants);

#endif
