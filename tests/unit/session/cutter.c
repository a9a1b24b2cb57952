/*
 * A plugin for cli_test.py: shows a green frame, then sends a red one cut off at
 * every byte, with the header telling the old size and the new one. Each must be
 * refused; any other answer, and it fails with the place's number.
 */
#include <osaas.h>
#include <osaas_window.h>

OSAAS_MANIFEST("id = org.osaas.test.cutter\n"
	       "name = Cutter\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = cutter_main\n"
	       "want = gui.window required: to be refused\n")

#define HEADER 16
#define CLIP   20
#define COLOR  8
#define BARE   4
#define SIZE   (HEADER + CLIP + COLOR + BARE + BARE)

static osaas_chan window;

static void put32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

/* By hand, without the SDK: clip rect 0 0 4096 4096, colour, paint, pop. */
static void write_frame(uint8_t *p, uint32_t size, uint32_t rgba)
{
	const uint32_t words[] = {0x706f534f, 1, size, 0, 0x10 | 4 << 8, 0, 0, 0x45800000,
		0x45800000, 0x20 | 1 << 8, rgba, 0x30, 0x1f};
	for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
		put32(p + 4 * i, words[i]);
}

static uint32_t answer(uint64_t serial)
{
	struct osaas_msg msg;
	for (;;) {
		if (osaas_recv(window, &msg) < 0)
			osaas_exit(200);
		if ((msg.type == OSAAS_WINDOW_SHOWN ||
			    msg.type == OSAAS_WINDOW_REFUSED) &&
			msg.u.u64[0] == serial)
			return msg.type;
	}
}

static uint32_t show(uint64_t serial, uint32_t told, uint64_t len, uint32_t rgba)
{
	struct osaas_msg msg = {.type = OSAAS_WINDOW_FRAME, .chan = OSAAS_NONE};
	msg.buf = osaas_buf_alloc(SIZE);
	if (!msg.buf)
		osaas_exit(201);
	write_frame(msg.buf, told, rgba);
	msg.len = len;
	msg.u.u64[0] = serial;
	if (osaas_send(window, &msg) < 0)
		osaas_exit(202);
	return answer(serial);
}

OSAAS_EXPORT void cutter_main(void);

OSAAS_EXPORT void cutter_main(void)
{
	uint64_t serial = 1;
	window = osaas_cap("gui.window");
	if (show(serial++, SIZE, SIZE, 0xff00c000) != OSAAS_WINDOW_SHOWN)
		osaas_exit(203);
	for (uint32_t n = 0; n < SIZE; n++) {
		if (show(serial++, SIZE, n, 0xff0000ff) != OSAAS_WINDOW_REFUSED)
			osaas_exit((int)n + 1);
		/* A header alone that says so is an empty frame: nothing is wrong with it. */
		if (n != HEADER &&
			show(serial++, n, n, 0xff0000ff) != OSAAS_WINDOW_REFUSED)
			osaas_exit((int)n + 1);
	}
}
