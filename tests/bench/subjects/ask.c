/* Calls what it is asked to, and says how long that took. */
#include "ask.h"

#include <osaas.h>

OSAAS_MANIFEST("id = org.osaas.bench.ask\n"
	       "name = Caller of the bench\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = ask_main\n"
	       "want = bench.ask required: to be asked\n")

static __attribute__((noinline)) int plain(osaas_chan chan)
{
	__asm__ volatile("" : "+r"(chan));
	return OSAAS_EBADF;
}

static void call(uint64_t kind, uint64_t n)
{
	switch (kind) {
	case ASK_PLAIN:
		for (uint64_t i = 0; i < n; i++)
			plain(-1);
		break;
	case ASK_CLOSE:
		for (uint64_t i = 0; i < n; i++)
			osaas_close(-1);
		break;
	case ASK_NOW:
		for (uint64_t i = 0; i < n; i++)
			osaas_now();
		break;
	}
}

OSAAS_EXPORT void ask_main(void);
void ask_main(void)
{
	osaas_chan host = osaas_cap("bench.ask");
	struct osaas_msg msg;
	while (osaas_recv(host, &msg) == 0) {
		uint64_t start = osaas_now();
		call(msg.u.u64[0], msg.u.u64[1]);
		msg.u.u64[0] = osaas_now() - start;
		if (osaas_send(host, &msg) < 0)
			return;
	}
}
