#include "plugins/sdk/request.h"

#include <osaas_std.h>

static void drop(struct osaas_msg *msg)
{
	osaas_buf_free(msg->buf);
	if (msg->chan != OSAAS_NONE)
		osaas_close(msg->chan);
	msg->buf = NULL;
	msg->len = 0;
	msg->chan = OSAAS_NONE;
}

static int wait_for_answer(osaas_chan chan, uint32_t type, struct osaas_msg *msg,
	void (*event)(void *data, struct osaas_msg *msg), void *data)
{
	int r;
	while ((r = osaas_recv(chan, msg)) == 0) {
		if (msg->type == (type | OSAAS_ANSWER))
			return 0;
		if (event)
			event(data, msg);
		else
			drop(msg);
	}
	return r;
}

int64_t osaas_request_with(osaas_chan chan, struct osaas_msg *msg,
	void (*event)(void *data, struct osaas_msg *msg), void *data)
{
	uint32_t type = msg->type;
	int r = osaas_send(chan, msg);
	if (r < 0) {
		drop(msg);
		return r;
	}
	msg->buf = NULL;
	msg->chan = OSAAS_NONE;
	r = wait_for_answer(chan, type, msg, event, data);
	if (r < 0)
		return r;
	int64_t result = msg->u.i64[0];
	if (result < 0)
		drop(msg);
	return result;
}

int64_t osaas_request(osaas_chan chan, struct osaas_msg *msg)
{
	return osaas_request_with(chan, msg, NULL, NULL);
}

int64_t sdk_request_bytes(osaas_chan chan, struct osaas_msg *msg, void *to, size_t size)
{
	int64_t r = osaas_request(chan, msg);
	if (r < 0)
		return r;
	size_t n = (size_t)msg->len < size ? (size_t)msg->len : size;
	if (n)
		memcpy(to, msg->buf, n);
	osaas_buf_free(msg->buf);
	return r;
}
