/*
 * peer: another runtime to be measured beside ours, as a program of its own: it
 * reads the name of a case from a line, measures it, and answers one line with a
 * number. It is started at its first case and waits in between, on the same CPU.
 */
#ifndef TESTS_BENCH_PEER_H
#define TESTS_BENCH_PEER_H

enum peer_id {
	PEER_BOOST,
	PEER_GC,
	PEER_GO,
	PEER_LIBC,
	PEER_PTH,
	PEER_QT,
};

/* Where the programs are; the script builds them. */
void peers_init(const char *directory);
void peers_finish(void);

/* "Go 1.19.8"; why it is not there, or NULL. */
const char *peer_name(enum peer_id id);
const char *peer_missing(enum peer_id id);

/* peer_ask measures a case once. NAN when it cannot. */
double peer_ask(enum peer_id id, const char *name);
/* peer_restart ends it; the next question goes to a new one, that has nothing from before. */
void peer_restart(enum peer_id id);

#endif
