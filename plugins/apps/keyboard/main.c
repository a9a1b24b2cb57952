/* What the on-screen keyboard wants of the user, and where it starts. README.md has the rest. */
#include <osaas.h>

#include "keyboard.h"

OSAAS_MANIFEST("id = org.osaas.keyboard\n"
	       "name = On-screen keyboard\n"
	       "version = 1.0\n"
	       "abi = 1.1\n"
	       "entry = keyboard_main\n"
	       "want = gui.panel:bottom required: shows its keys\n"
	       "want = input.method required: types what you touch\n"
	       "want = gui.text optional: writes on the keys what they type\n")

OSAAS_EXPORT void keyboard_main(void);
void keyboard_main(void)
{
	const struct keyboard_channels channels = {
		.panel = osaas_cap("gui.panel:bottom"),
		.method = osaas_cap("input.method"),
		.text = osaas_cap("gui.text"),
	};
	if (channels.panel < 0 || channels.method < 0)
		osaas_exit(1);
	keyboard_run(&channels);
}
