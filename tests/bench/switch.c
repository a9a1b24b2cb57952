/* Raw switches: ours, boost.context's, glibc's; nanoseconds for one, in one direction. */
#include <stdlib.h>

#include "cases.h"
#include "contest.h"
#include "ring.h"
#include "sched/switch.h"

static void compare(const char *name, double (*run)(int))
{
	contest_run(&(struct contest){
		.name = name,
		.unit = "ns",
		.ours = {.run = run, .arg = 2},
		.sides = {{.peer = PEER_BOOST,
				  .ask = "switch",
				  .name = "jump_fcontext",
				  .bound = 1.1},
			{.peer = PEER_LIBC, .ask = "switch", .name = "swapcontext"}},
	});
}

void case_switch(void)
{
	switch_init();
	compare("switch, each its own control words", ring_ns);
	compare("switch, all the ABI's control words", ring_quick_ns);
}
