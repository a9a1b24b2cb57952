/* A storm of short host calls: whenever it is interrupted, it is in one, or nearly. */
#include "hog.h"

HOG("64M")

void hog_main(void)
{
	osaas_chan ends[2];
	struct osaas_msg msg = {.type = 1};
	if (osaas_pair(ends, 1) < 0)
		osaas_exit(1);
	hog_ready();
	for (;;) {
		struct osaas_alt alt = {.chan = ends[0], .op = OSAAS_RECV, .msg = &msg};
		osaas_now();
		osaas_alt(&alt, 1, OSAAS_NOW);
		osaas_cap("bench.ready");
	}
}
