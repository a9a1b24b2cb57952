/* A chat: waits for a line or for its turn to say that it is still there. */
#include "sample.h"

SAMPLE("Chat", "want = net.tcp:chat.example.org required: talks\n")

static osaas_chan net;

static int say(const char *text)
{
	struct osaas_msg msg = {.type = ASK_WRITE, .buf = osaas_buf_alloc(64)};
	if (!msg.buf)
		return OSAAS_ENOMEM;
	msg.len = (uint64_t)snprintf(msg.buf, 64, "say %s\r\n", text);
	return osaas_send(net, &msg);
}

void sample_main(void)
{
	net = osaas_cap("net.tcp:chat.example.org");
	if (say("hello") < 0)
		return;
	for (;;) {
		struct osaas_msg msg;
		struct osaas_alt alt = {.chan = net, .op = OSAAS_RECV, .msg = &msg};
		int r = osaas_alt(&alt, 1, osaas_now() + 1000000000);
		if (r == 0 && alt.result < 0)
			return;
		if (r == 0 && msg.buf)
			osaas_buf_free(msg.buf);
		if (say(r == 0 ? "yes" : "anybody?") < 0)
			return;
	}
}
