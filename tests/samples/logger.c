/* Lines formatted and written to a file, each at once. */
#include "sample.h"

SAMPLE("Logger", "want = fs.write:~/log required: keeps the log\n")

void sample_main(void)
{
	osaas_chan fs = osaas_cap("fs.write:~/log");
	for (unsigned n = 0;; n++) {
		struct osaas_msg msg = {.type = ASK_WRITE};
		char *line = msg.buf = osaas_buf_alloc(4096);
		if (!line)
			osaas_exit(1);
		msg.len = (uint64_t)snprintf(line, 4096, "%u: value %.3f, %s\n", n,
			n * 0.5, n % 7 ? "fine" : "odd");
		if (ask(fs, &msg) < 0)
			return;
	}
}
