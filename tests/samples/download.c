/* A download: what comes is looked through for lines, and counted. */
#include "sample.h"

SAMPLE("Download", "want = net.tcp:example.org required: fetches a file\n")

static uint64_t lines, bytes;

void sample_main(void)
{
	osaas_chan net = osaas_cap("net.tcp:example.org");
	struct osaas_msg msg = {.type = ASK_OPEN};
	if (ask(net, &msg) < 0)
		return;
	for (;;) {
		msg = (struct osaas_msg){.type = ASK_READ};
		msg.u.u32[4] = 1460;
		int64_t n = ask(net, &msg);
		if (n <= 0)
			return;
		const char *p = msg.buf;
		for (int64_t i = 0; i < n; i++)
			lines += p[i] == '\n';
		bytes += (uint64_t)n;
		osaas_buf_free(msg.buf);
	}
}
