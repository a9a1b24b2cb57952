#include <osaas_link.h>
#include <osaas_request.h>

osaas_chan osaas_link_connect(osaas_chan link)
{
	struct osaas_msg msg = {.type = OSAAS_LINK_CONNECT};
	int64_t r = osaas_request(link, &msg);
	return r < 0 ? (osaas_chan)r : msg.chan;
}
