/*
 * a11y_probe: whether a message bus answers. libdbus connects in a call that waits for who
 * listens there, so whoever hangs would hang the session: it is asked first, without waiting,
 * on a connection that is closed then. It answers when it has taken all connections before.
 *
 * Only sockets of this machine: other kinds of addresses (tcp, autolaunch, unixexec) look up
 * names or start programs.
 */
#ifndef OSAAS_SESSION_A11Y_PROBE_H
#define OSAAS_SESSION_A11Y_PROBE_H

#include <stdint.h>

struct a11y_probe;
struct loop;

#define A11Y_PROBE_NS UINT64_C(10000000000)

/*
 * a11y_probe_create begins; addresses is as D-Bus has them, the first that is a socket's counts.
 * done is called once, from the loop or a11y_probe_turn, and may destroy it: 0 with that one
 * address, or -errno: -EPROTONOSUPPORT there is none of a socket, -ETIMEDOUT it does not answer.
 * NULL: done is not called; *error says why.
 */
struct a11y_probe *a11y_probe_create(struct loop *loop, const char *addresses,
	void (*done)(void *data, int r, const char *address), void *data, int *error);
void a11y_probe_destroy(struct a11y_probe *probe); /* takes NULL */

void a11y_probe_turn(struct a11y_probe *probe);
uint64_t a11y_probe_next_ns(const struct a11y_probe *probe);

/*
 * a11y_probe_path writes where the socket of an address lies; "": it has no place in the file
 * system. 0 or -EPROTONOSUPPORT, -ENAMETOOLONG.
 */
int a11y_probe_path(const char *addresses, char *path, unsigned size);

#endif
