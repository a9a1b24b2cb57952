/* request: what several of the SDK's services ask for in the same way (osaas_request.h). */
#ifndef OSAAS_SDK_REQUEST_H
#define OSAAS_SDK_REQUEST_H

#include <osaas_request.h>

#include <stddef.h>

/* sdk_request_bytes: as osaas_request; the answer's bytes go to `to`, those that do not fit are lost. YIELDS. */
int64_t sdk_request_bytes(osaas_chan chan, struct osaas_msg *msg, void *to, size_t size);

/* sdk_request_stream: *out is the stream of the answer, once it is open. 0, or OSAAS_E*. YIELDS. */
int sdk_request_stream(osaas_chan chan, struct osaas_msg *msg, osaas_chan *out);

#endif
