#include "session/revive.h"

#include <signal.h>
#include <sys/wait.h>

#include "session/cmd.h"
#include "util/clock.h"

#define WITHIN    (60 * NS_PER_S)
#define FIRST     (200 * NS_PER_MS)
#define LAST      (5 * NS_PER_S)
#define OF_SHELLS 128 /* an exit code above: a signal killed what was run in its place */

bool revive_is_crash(int status)
{
	if (WIFEXITED(status))
		return WEXITSTATUS(status) == EXIT_LOST ||
		       WEXITSTATUS(status) > OF_SHELLS;
	int sig = WTERMSIG(status);
	return sig != SIGTERM && sig != SIGINT && sig != SIGHUP;
}

unsigned revive_recent(const struct revive *revive, uint64_t now_ns)
{
	unsigned kept = revive->n < REVIVE_MOST ? revive->n : REVIVE_MOST, n = 0;
	for (unsigned i = 0; i < kept; i++)
		n += now_ns - revive->died[i] < WITHIN;
	return n;
}

uint64_t revive_after(struct revive *revive, uint64_t now_ns)
{
	unsigned recent = revive_recent(revive, now_ns);
	if (recent >= revive->most)
		return REVIVE_NEVER;
	revive->died[revive->n++ % REVIVE_MOST] = now_ns;
	uint64_t ns = FIRST;
	while (recent-- && ns < LAST)
		ns *= 2;
	return ns < LAST ? ns : LAST;
}
