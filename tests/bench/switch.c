/* Raw switches: ours, boost.context's, glibc's; nanoseconds for one, in one direction. */
#include <stdlib.h>

#include "cases.h"
#include "contest.h"
#include "ring.h"

void case_switch(void)
{
	contest_run(&(struct contest){
		.name = "switch",
		.unit = "ns",
		.ours = {.run = ring_ns, .arg = 2},
		.sides = {{.peer = PEER_BOOST,
				  .ask = "switch",
				  .name = "jump_fcontext",
				  .bound = 1.1},
			{.peer = PEER_LIBC, .ask = "switch", .name = "swapcontext"}},
	});
}
