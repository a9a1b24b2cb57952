/*
 * osaas_net.h: the protocol of "net.connect:HOST:PORT": TCP connections to one host.
 * HOST is a name, an IPv4 address, or an IPv6 address in brackets; PORT a number, or a
 * range such as 8000-8010.
 *
 * The grant is for the name: it is looked up anew for each connection, and whoever
 * answers for it decides where it leads, be it to this machine or its neighbours. What
 * must not be mistaken has to prove itself, as with TLS. Nothing is encrypted here.
 *
 * Errors of CONNECT: OSAAS_EACCES: another host, or another port, than was granted,
 * OSAAS_EINVAL: which port?, OSAAS_EMFILE: OSAAS_NET_MAX connections are open,
 * OSAAS_ENOMEM, OSAAS_EIO. What comes later ends the stream: OSAAS_ENOENT: no such name,
 * OSAAS_ECONNREFUSED, OSAAS_ECONNRESET, OSAAS_ETIMEDOUT, OSAAS_EHOSTUNREACH, OSAAS_EIO.
 */
#ifndef OSAAS_NET_H
#define OSAAS_NET_H

#include <osaas_request.h>
#include <osaas_stream.h>

/* Of one grant; one whose channel was closed counts until what was sent is written. */
#define OSAAS_NET_MAX 16

enum osaas_net_type {
	/*
	 * Plugin to host: u.u32[0]: port, 0 for the only one that is granted; buf, len:
	 * the host as in the grant, or none. The answer carries the connection's channel,
	 * at once: osaas_stream.h; when it is connected, OSAAS_STREAM_OPEN. To give up,
	 * close it.
	 */
	OSAAS_NET_CONNECT = 1,
};

/*
 * osaas_net_connect waits until it is connected. YIELDS. host may be NULL. 0 and its
 * channel, or OSAAS_E*.
 */
int osaas_net_connect(osaas_chan cap, const char *host, uint32_t port, osaas_chan *out);

#endif
