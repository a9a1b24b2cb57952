/*
 * revive: whether a session that died is started again, and when: at most so often within
 * a minute, and later each time. No clocks of its own.
 */
#ifndef OSAAS_SESSION_REVIVE_H
#define OSAAS_SESSION_REVIVE_H

#include <stdbool.h>
#include <stdint.h>

#define REVIVE_MOST  100
#define REVIVE_NEVER UINT64_MAX

struct revive {
	unsigned most;              /* within a minute, REVIVE_MOST at most; 0: never */
	unsigned n;                 /* deaths that are remembered */
	uint64_t died[REVIVE_MOST]; /* when: a ring */
};

/* revive_is_crash: of a status of wait(2): neither its own end, nor one that it was asked for. */
bool revive_is_crash(int status);

/*
 * revive_after: it crashed at now_ns: how many ns to wait before the next one: 0.2 s, then
 * twice as long with each crash of the last minute, 5 s at most. REVIVE_NEVER: there were
 * too many.
 */
uint64_t revive_after(struct revive *revive, uint64_t now_ns);

/* revive_recent: crashes within the minute before now_ns, those in a ring of most. */
unsigned revive_recent(const struct revive *revive, uint64_t now_ns);

#endif
