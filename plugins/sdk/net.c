#include <osaas_net.h>
#include <osaas_std.h>

#include "plugins/sdk/request.h"

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
	return sdk_request_stream(cap, &msg, out);
}
