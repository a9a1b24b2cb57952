/* Remembers the number it is told, in data of its own, and tells it when it is asked again. */
#include <osaas.h>
#include <osaas_std.h>

OSAAS_MANIFEST("id = org.osaas.number\n"
	       "name = Number\n"
	       "version = 1\n"
	       "abi = 1.0\n"
	       "entry = number_main\n"
	       "want = test.number required: which one it is\n")

#define ROOM 20000

static uint64_t number = 7; /* written data; the zeros are of another kind */
static uint64_t zeros[ROOM / sizeof(uint64_t)];

static int wrong(void)
{
	for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++) {
		if (zeros[i] != (number == 7 ? 0 : number + i))
			return 1;
	}
	return 0;
}

OSAAS_EXPORT void number_main(void);
void number_main(void)
{
	osaas_chan host = osaas_cap("test.number");
	struct osaas_msg msg;
	osaas_assert(number == 7 && !wrong());
	osaas_assert(osaas_recv(host, &msg) == 0);
	number = msg.u.u64[0];
	for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++)
		zeros[i] = number + i;
	while (osaas_recv(host, &msg) == 0) {
		osaas_assert(!wrong());
		msg.u.u64[0] = number;
		osaas_assert(osaas_send(host, &msg) == 0);
	}
}
