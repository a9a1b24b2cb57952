/* Pictures from a folder, one after the other: read, then shown. */
#include "sample.h"

#include <osaas_ops.h>
#include <osaas_window.h>

SAMPLE("Viewer", "want = fs.read:~/Pictures required: reads the pictures\n"
		 "want = gui.window required: shows them\n")

static osaas_chan fs, window;

static uint32_t read_picture(void)
{
	struct osaas_msg msg = {.type = ASK_READ};
	msg.u.u32[4] = 16384;
	if (ask(fs, &msg) <= 0)
		osaas_exit(1);
	const uint8_t *p = msg.buf;
	uint32_t mean = 0;
	for (uint64_t i = 0; i < msg.len; i++)
		mean += p[i];
	osaas_buf_free(msg.buf);
	return mean / 16384;
}

void sample_main(void)
{
	fs = osaas_cap("fs.read:~/Pictures");
	window = osaas_cap("gui.window");
	struct osaas_msg msg;
	for (uint64_t serial = 1; osaas_recv(window, &msg) == 0; serial++) {
		struct osaas_ops ops;
		uint32_t c = read_picture();
		osaas_ops_begin(&ops);
		osaas_ops_color(&ops, (uint8_t)c, (uint8_t)c, (uint8_t)c, 255);
		osaas_ops_paint(&ops);
		if (osaas_ops_send(window, &ops, serial) < 0)
			return;
	}
}
