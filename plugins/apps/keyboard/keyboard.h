/* keyboard.h: the keyboard on its channels, until its panel is closed. */
#ifndef KEYBOARD_KEYBOARD_H
#define KEYBOARD_KEYBOARD_H

#include <osaas.h>

struct keyboard_channels {
	osaas_chan panel;  /* gui.panel:bottom */
	osaas_chan method; /* input.method */
	osaas_chan text;   /* gui.text; below 0: its keys have no letters */
};

/* keyboard_run returns when there is nothing more to do. YIELDS. */
void keyboard_run(const struct keyboard_channels *channels);

#endif
