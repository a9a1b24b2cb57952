/* For plugins that copy and paste: what the user does in their window. */
#ifndef TESTS_SESSION_SERVICES_GESTURE_H
#define TESTS_SESSION_SERVICES_GESTURE_H

#include "check.h"

#include <osaas_ops.h>
#include <osaas_window.h>

/* A replay begins when all windows have shown something. */
static inline void draw_once(osaas_chan window)
{
	struct osaas_ops ops;
	struct osaas_msg msg;
	do
		CHECK_IS(osaas_recv(window, &msg), 0);
	while (msg.type != OSAAS_WINDOW_CONFIG);
	osaas_ops_begin(&ops);
	CHECK_IS(osaas_ops_send(window, &ops, 1), 0);
}

/* For its press: a release may be of what was pressed in another window. */
static inline void wait_for_key(osaas_chan window)
{
	struct osaas_window_key key = {0};
	struct osaas_msg msg;
	while (!key.pressed) {
		CHECK_IS(osaas_recv(window, &msg), 0);
		if (msg.type == OSAAS_WINDOW_KEY)
			memcpy(&key, msg.u.bytes, sizeof key);
	}
}

#endif
