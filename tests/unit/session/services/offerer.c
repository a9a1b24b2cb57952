/*
 * For services_test.py: offers "echo", to whoever asks: a message comes back with its
 * numbers doubled, its buffer, and its channel end. "full" it offers too, and does not look.
 */
#include "check.h"

#include <osaas_link.h>

static void serve(void *arg)
{
	osaas_chan peer = (osaas_chan)(intptr_t)arg;
	struct osaas_msg msg;
	int r;
	while ((r = osaas_recv(peer, &msg)) == 0) {
		msg.u.u64[0] *= 2;
		if (osaas_send(peer, &msg) < 0)
			break;
	}
	osaas_printf(OSAAS_LOG_INFO, "peer gone: %d", r);
	osaas_close(peer);
}

TEST_PLUGIN("offerer", "want = link.offer:echo required: to be asked\n"
		       "want = link.offer:full optional: to be asked too often\n")
{
	osaas_chan offer = osaas_cap("link.offer:echo");
	struct osaas_msg msg;
	int r;
	while ((r = osaas_recv(offer, &msg)) == 0) {
		CHECK_IS(msg.type, OSAAS_LINK_PEER);
		CHECK(msg.chan > 0);
		CHECK(msg.len == 20 && memcmp(msg.buf, "org.osaas.test.asker", 20) == 0);
		osaas_buf_free(msg.buf);
		osaas_spawn(serve, (void *)(intptr_t)msg.chan, 0);
	}
	osaas_printf(OSAAS_LOG_INFO, "offer over: %d", r);
	for (;;)
		osaas_alt(NULL, 0, osaas_now() + 3600 * S);
}
