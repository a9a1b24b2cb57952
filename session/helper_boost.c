#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <unistd.h>

#include "session/boost.h"
#include "session/child.h"
#include "session/helper.h"

/* Raises its parent whenever the timer is over. An errno if it cannot. */
int helper_boost(char **argv)
{
	struct sched_param own = {.sched_priority = BOOST_PRIORITY + 1};
	struct sched_param session = {.sched_priority = BOOST_PRIORITY};
	uint64_t times;
	pid_t parent = getppid();
	(void)argv;
	if (sched_setscheduler(0, SCHED_FIFO, &own) < 0)
		return errno;
	while (read(CHILD_FD, &times, sizeof times) == (ssize_t)sizeof times) {
		if (sched_setscheduler(parent, SCHED_RR | SCHED_RESET_ON_FORK, &session) <
			0)
			return errno;
	}
	return errno;
}
