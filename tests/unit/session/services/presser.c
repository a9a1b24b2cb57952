/* For keys_test.py: says what it is told of its combination of keys. */
#include "check.h"

#include <osaas_shortcut.h>

TEST_PLUGIN("presser", "want = input.shortcut:Super+M required: to be told of it\n"
		       "want = gui.window optional: to have the keys\n")
{
	osaas_chan keys = osaas_cap("input.shortcut:Super+M");
	struct osaas_msg msg = {.type = OSAAS_SHORTCUT_STATUS};
	CHECK(keys >= 0);
	CHECK_IS(osaas_request(keys, &msg), 0);
	CHECK_IS(ask_nonsense(keys), OSAAS_ENOSYS);
	osaas_printf(OSAAS_LOG_INFO, "it is mine");
	while (osaas_recv(keys, &msg) == 0) {
		struct osaas_shortcut_event event;
		memcpy(&event, msg.u.bytes, sizeof event);
		CHECK(event.time_ns && event.time_ns <= osaas_now());
		osaas_printf(OSAAS_LOG_INFO, "%s %x %x",
			msg.type == OSAAS_SHORTCUT_PRESSED ? "pressed" : "released",
			event.keysym, event.mods);
	}
}
