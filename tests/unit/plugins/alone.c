/*
 * The ABI's header alone is enough: nothing of the SDK is included or linked. It does a
 * little with most of the calls and returns only if all was as osaas.h says.
 */
#include <osaas.h>

OSAAS_MANIFEST("id = org.osaas.alone\n"
	       "name = Alone\n"
	       "version = 1\n"
	       "abi = 1.0\n"
	       "entry = alone_main\n")

static osaas_chan there, back;

/* Sends on what it receives, one more, till the channel is closed. */
static void echo(void *arg)
{
	struct osaas_msg msg;
	(void)arg;
	while (osaas_recv(there, &msg) == 0) {
		msg.u.u64[0]++;
		if (osaas_send(there, &msg) < 0)
			osaas_exit(3);
	}
}

static int talk(void)
{
	osaas_chan ends[2];
	struct osaas_msg msg;
	if (osaas_pair(ends, 0) < 0)
		return 4;
	there = ends[0];
	back = ends[1];
	if (osaas_spawn(echo, 0, 0) < 0)
		return 5;
	for (uint64_t i = 0; i < 100; i++) {
		unsigned char *buf = osaas_buf_alloc(4096);
		if (!buf)
			return 6;
		buf[i] = 1;
		msg.type = 1;
		msg.chan = OSAAS_NONE;
		msg.buf = buf;
		msg.len = 4096;
		msg.u.u64[0] = i;
		if (osaas_send(back, &msg) < 0 || osaas_recv(back, &msg) < 0)
			return 7;
		if (msg.buf != buf || buf[i] != 1 || msg.u.u64[0] != i + 1)
			return 8;
		if (osaas_buf_free(buf) < 0)
			return 9;
	}
	return osaas_close(back);
}

OSAAS_EXPORT void alone_main(void);
void alone_main(void)
{
	uint64_t start = osaas_now();
	int r = talk();
	if (r == 0 && osaas_alt(0, 0, osaas_now() + 1000) != OSAAS_EAGAIN)
		r = 10;
	if (r == 0 && osaas_cap("gui.window") != OSAAS_EACCES)
		r = 11;
	if (r == 0 && osaas_now() <= start)
		r = 12;
	osaas_yield();
	osaas_log(OSAAS_LOG_DEBUG, "done", 4);
	osaas_exit(r);
}
