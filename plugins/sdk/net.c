#include <osaas_net.h>
#include <osaas_std.h>

int osaas_net_connect(osaas_chan cap, const char *host, uint32_t port, osaas_chan *out)
{
	struct osaas_msg msg = {.type = OSAAS_NET_CONNECT, .chan = OSAAS_NONE};
	msg.u.u32[0] = port;
	if (host) {
		msg.len = strlen(host);
		msg.buf = osaas_buf_alloc(msg.len + 1);
		if (!msg.buf)
			return OSAAS_ENOMEM;
		memcpy(msg.buf, host, msg.len);
	}
	int r = (int)osaas_request(cap, &msg);
	if (r < 0)
		return r;
	r = osaas_stream_wait(msg.chan);
	if (r < 0)
		osaas_close(msg.chan);
	else
		*out = msg.chan;
	return r;
}
