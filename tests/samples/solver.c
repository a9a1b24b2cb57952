/* Looks for solutions in one coroutine, shows how far it got in another. */
#include "sample.h"

#include <osaas_ops.h>
#include <osaas_window.h>

SAMPLE("Solver", "want = gui.window required: shows the board\n")

#define N 12

static volatile uint64_t solutions;

static void place(unsigned row, unsigned columns, unsigned left, unsigned right)
{
	if (row == N) {
		solutions++;
		return;
	}
	unsigned open = ~(columns | left | right) & ((1u << N) - 1);
	while (open) {
		unsigned bit = open & -open;
		open ^= bit;
		place(row + 1, columns | bit, (left | bit) << 1, (right | bit) >> 1);
	}
}

static void solve(void *arg)
{
	(void)arg;
	for (;;)
		place(0, 0, 0, 0);
}

void sample_main(void)
{
	osaas_chan window = osaas_cap("gui.window");
	struct osaas_msg msg;
	osaas_spawn(solve, NULL, 0);
	for (uint64_t serial = 1; osaas_recv(window, &msg) == 0; serial++) {
		struct osaas_ops ops;
		osaas_ops_begin(&ops);
		osaas_ops_color(&ops, (uint8_t)solutions, 100, 100, 255);
		osaas_ops_paint(&ops);
		if (osaas_ops_send(window, &ops, serial) < 0)
			return;
	}
}
