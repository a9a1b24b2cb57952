/* A file copied, a piece at a time; zeros are counted on the way. */
#include "sample.h"

SAMPLE("Copy a file", "want = fs.read:~/in required: reads it\n"
		      "want = fs.write:~/out required: writes it\n")

static volatile uint64_t zeros;

static uint64_t count(const uint8_t *p, uint64_t n)
{
	uint64_t z = 0;
	for (uint64_t i = 0; i < n; i++)
		z += p[i] == 0;
	return z;
}

void sample_main(void)
{
	osaas_chan in = osaas_cap("fs.read:~/in"), out = osaas_cap("fs.write:~/out");
	for (;;) {
		struct osaas_msg msg = {.type = ASK_READ};
		msg.u.u32[4] = 16384;
		if (ask(in, &msg) <= 0)
			return;
		zeros += count(msg.buf, msg.len);
		msg.type = ASK_WRITE;
		if (ask(out, &msg) < 0)
			return;
	}
}
