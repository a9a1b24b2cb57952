/* For grants_test.py: holds a window, a voice and a timer, and says when each is taken. */
#include "check.h"

static void watch(void *name)
{
	struct osaas_msg msg;
	int r;
	osaas_chan chan = osaas_cap(name);
	if (chan < 0) {
		osaas_printf(OSAAS_LOG_INFO, "no %s: %d", (const char *)name, chan);
		return;
	}
	osaas_printf(OSAAS_LOG_INFO, "has %s", (const char *)name);
	while ((r = osaas_recv(chan, &msg)) == 0)
		;
	osaas_printf(OSAAS_LOG_INFO, "lost %s: %d", (const char *)name, r);
	CHECK_IS(osaas_send(chan, &msg), OSAAS_EPIPE);
}

TEST_PLUGIN("holder", "want = gui.window optional: to lose it\n"
		      "want = audio.out optional: to lose it\n"
		      "want = timer optional: to lose it\n")
{
	osaas_spawn(watch, (void *)(uintptr_t) "gui.window", 0);
	osaas_spawn(watch, (void *)(uintptr_t) "audio.out", 0);
	osaas_spawn(watch, (void *)(uintptr_t) "timer", 0);
	for (;;)
		osaas_alt(NULL, 0, osaas_now() + 3600 * S);
}
