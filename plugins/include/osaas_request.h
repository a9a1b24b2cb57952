/*
 * osaas_request.h: how one asks a service. The protocols of services (osaas_timer.h,
 * osaas_store.h, ...) are made of requests, each of which gets one answer, in the
 * order in which they were asked, and of events, which come at any time.
 *
 * An answer has the type of its request with OSAAS_ANSWER added, and begins with its
 * result: u.i64[0] is 0 or more, or OSAAS_E*. An event has neither.
 *
 * Up to 32 requests can be under way on a channel: send them, then receive the answers.
 * A plugin that does not receive is not served. A request that the session does not
 * know is answered with OSAAS_ENOSYS; the buffer and the channel end of a message that
 * is refused are gone all the same.
 */
#ifndef OSAAS_REQUEST_H
#define OSAAS_REQUEST_H

#include <osaas.h>

#define OSAAS_ANSWER UINT32_C(0x80000000)

/*
 * osaas_request sends msg and puts the answer into it. YIELDS. 0 or more: the result;
 * msg has the answer, with a buffer or a channel end, maybe, that is the caller's now.
 * OSAAS_E*: what the service says, or osaas_send and osaas_recv; OSAAS_EPIPE is a
 * service that was revoked. Then msg carries nothing.
 *
 * One coroutine at a time asks on a channel, and none receives from it beside. Events
 * that come before the answer are handed to event (NULL: thrown away).
 */
int64_t osaas_request_with(osaas_chan chan, struct osaas_msg *msg,
	void (*event)(void *data, struct osaas_msg *msg), void *data);
int64_t osaas_request(osaas_chan chan, struct osaas_msg *msg);

#endif
