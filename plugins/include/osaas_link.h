/*
 * osaas_link.h: the protocols of "link.offer:NAME" and "link:NAME": two plugins meet by a
 * name. One offers, others ask; for each that asks, the session makes a channel and gives
 * one end to either. What they say on it is their own: see osaas_send. Requests and
 * answers are those of osaas_request.h.
 *
 * NAME is 1 to 63 of a-z, 0-9, '-' and '.'; one plugin at a time offers a name. Both
 * capabilities need a grant of the user's.
 *
 * The channel closes (OSAAS_EPIPE) when either end is closed, when either plugin ends, and
 * when either capability is revoked.
 */
#ifndef OSAAS_LINK_H
#define OSAAS_LINK_H

#include <osaas.h>

enum osaas_link_type {
	/*
	 * On "link:NAME": chan of the answer is the end of a new channel to who offers the
	 * name. OSAAS_ENOENT: nobody does (now); OSAAS_EAGAIN: it has not received those who
	 * asked before; OSAAS_ENOMEM.
	 */
	OSAAS_LINK_CONNECT = 1,

	/*
	 * event on "link.offer:NAME": somebody asked. chan: an end of the new channel; buf,
	 * len: the id of the plugin that has the other, not zero terminated. There are no
	 * requests on this channel.
	 */
	OSAAS_LINK_PEER = 16,
};

#define OSAAS_LINK_DEPTH 32 /* messages that fit in each direction before send waits */

/* osaas_link_connect is the request as a call: an end, or OSAAS_E*. YIELDS. */
osaas_chan osaas_link_connect(osaas_chan link);

#endif
