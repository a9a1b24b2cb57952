#include <osaas_std.h>
#include <osaas_stream.h>

#include "plugins/sdk/request.h"

#define PIECE ((size_t)64 << 10)

static void drop(struct osaas_msg *msg)
{
	osaas_buf_free(msg->buf);
	if (msg->chan != OSAAS_NONE)
		osaas_close(msg->chan);
}

int osaas_stream_wait(osaas_chan stream)
{
	struct osaas_msg msg;
	int r;
	while ((r = osaas_recv(stream, &msg)) == 0) {
		drop(&msg);
		if (msg.type == OSAAS_STREAM_OPEN)
			return 0;
		if (msg.type == OSAAS_STREAM_END)
			return msg.u.i64[0] < 0 ? (int)msg.u.i64[0] : OSAAS_EPIPE;
	}
	return r;
}

int sdk_request_stream(osaas_chan chan, struct osaas_msg *msg, osaas_chan *out)
{
	int r = (int)osaas_request(chan, msg);
	if (r < 0)
		return r;
	r = osaas_stream_wait(msg->chan);
	if (r < 0)
		osaas_close(msg->chan);
	else
		*out = msg->chan;
	return r;
}

static int write_piece(osaas_chan stream, const uint8_t *from, size_t size)
{
	struct osaas_msg msg = {
		.type = OSAAS_STREAM_DATA, .chan = OSAAS_NONE, .len = size};
	msg.buf = osaas_buf_alloc(size);
	if (!msg.buf)
		return OSAAS_ENOMEM;
	memcpy(msg.buf, from, size);
	int r = osaas_send(stream, &msg);
	if (r < 0)
		osaas_buf_free(msg.buf);
	return r;
}

int osaas_stream_write(osaas_chan stream, const void *from, size_t size)
{
	const uint8_t *p = from;
	int r = 0;
	while (size > 0 && r == 0) {
		size_t n = size < PIECE ? size : PIECE;
		r = write_piece(stream, p, n);
		p += n;
		size -= n;
	}
	return r;
}

int64_t osaas_stream_read(osaas_chan stream, void **buf)
{
	struct osaas_msg msg;
	int r;
	*buf = NULL;
	while ((r = osaas_recv(stream, &msg)) == 0) {
		if (msg.type == OSAAS_STREAM_DATA) {
			*buf = msg.buf;
			return (int64_t)msg.len;
		}
		drop(&msg);
		if (msg.type == OSAAS_STREAM_END)
			return msg.u.i64[0];
	}
	return r == OSAAS_EPIPE ? 0 : r;
}

int osaas_stream_end(osaas_chan stream)
{
	struct osaas_msg msg = {.type = OSAAS_STREAM_END, .chan = OSAAS_NONE};
	return osaas_send(stream, &msg);
}
