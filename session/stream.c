#include "session/stream.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "plugins/include/osaas_stream.h"
#include "sched/chan.h"
#include "session/loop.h"
#include "session/session.h"
#include "util/log.h"

#define PIECE    ((size_t)64 << 10)
#define AT_ONCE  4 /* pieces in each direction; then the others' turn */
#define RESERVED 2 /* for what is said at the end */

static void note_dirty(void *data)
{
	struct stream *stream = data;
	if (list_empty(&stream->dirty))
		list_push_back(&stream->session->dirty_streams, &stream->dirty);
}

int stream_init(struct stream *stream, struct session *session,
	const struct stream_ops *ops, struct endpoint **plugin_end)
{
	struct endpoint *ends[2];
	if (endpoint_pair(ends, STREAM_DEPTH) < 0)
		return -ENOMEM;
	*stream =
		(struct stream){.ops = ops, .session = session, .end = ends[0], .fd = -1};
	list_init(&stream->dirty);
	endpoint_set_hook(stream->end, note_dirty, stream);
	*plugin_end = ends[1];
	return 0;
}

void stream_finish(struct stream *stream)
{
	if (!stream->ops)
		return;
	loop_remove(stream->source);
	list_remove(&stream->dirty);
	message_drop(&stream->out);
	endpoint_close(stream->end);
	if (stream->fd >= 0)
		close(stream->fd);
	*stream = (struct stream){.fd = -1};
}

void stream_post(struct stream *stream, const struct message *msg)
{
	struct message copy = *msg;
	if (endpoint_try_send(stream->end, msg) < 0)
		message_drop(&copy);
}

static void post_end(struct stream *stream, int64_t error)
{
	struct message msg = {.type = OSAAS_STREAM_END};
	memcpy(msg.bytes, &error, sizeof error);
	stream_post(stream, &msg);
}

static void finish(struct stream *stream, int error)
{
	if (stream->ended)
		return;
	stream->ended = true;
	stream->error = error;
	loop_remove(stream->source);
	stream->source = NULL;
	note_dirty(stream);
}

void stream_fail(struct stream *stream, int error)
{
	if (stream->ended)
		return;
	post_end(stream, error);
	finish(stream, error);
}

int stream_error(int error)
{
	switch (error) {
	case ECONNREFUSED:
	case ECONNRESET:
	case ETIMEDOUT:
	case ENOENT:
	case EACCES:
	case ENOMEM:
		return -error;
	case EPIPE:
	case ECONNABORTED:
		return OSAAS_ECONNRESET;
	case EHOSTUNREACH:
	case ENETUNREACH:
	case ENETDOWN:
	case EADDRNOTAVAIL:
	case EAFNOSUPPORT:
		return OSAAS_EHOSTUNREACH;
	case EPERM:
		return OSAAS_EACCES;
	default:
		return OSAAS_EIO;
	}
}

/* From the plugin. */

static void take_end(struct stream *stream)
{
	if (!stream->ops->half || stream->write_over)
		return;
	stream->write_over = true;
	if (stream->fd >= 0)
		shutdown(stream->fd, SHUT_WR);
}

/* Returns whether to go on. */
static bool take(struct stream *stream, struct message *msg)
{
	bool data = msg->type == OSAAS_STREAM_DATA;
	if (data && msg->len > OSAAS_STREAM_MAX) {
		log_info("a plugin's piece of %" PRIu64 " bytes ends its stream: at most "
			 "%u can be sent at once",
			msg->len, OSAAS_STREAM_MAX);
		message_drop(msg);
		stream_fail(stream, OSAAS_E2BIG);
		return false;
	}
	if (data && msg->len > 0 && !stream->write_over) {
		stream->out = *msg;
		stream->written = 0;
		return true;
	}
	if (!data && msg->type != OSAAS_STREAM_END && stream->ops->message) {
		stream->ops->message(stream, msg);
		return !stream->ended;
	}
	if (msg->type == OSAAS_STREAM_END)
		take_end(stream);
	message_drop(msg);
	return true;
}

static bool write_out(struct stream *stream)
{
	const char *data = buffer_data(stream->out.buffer);
	ssize_t n = write(stream->fd, data + stream->written,
		(size_t)stream->out.len - stream->written);
	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		stream_fail(stream, stream_error(errno));
		return false;
	}
	stream->written += n > 0 ? (size_t)n : 0;
	if (stream->written < stream->out.len)
		return false;
	message_drop(&stream->out);
	return true;
}

/* Returns whether there may be more to take at once. */
static bool pump_out(struct stream *stream)
{
	struct message msg;
	for (int i = 0; i < AT_ONCE; i++) {
		if (stream->out.buffer && (stream->fd < 0 || !write_out(stream)))
			return false;
		int r = endpoint_try_recv(stream->end, &msg);
		/* Closed, and all is written. */
		if (r == -EPIPE)
			finish(stream, 0);
		if (r < 0 || !take(stream, &msg))
			return false;
	}
	return true;
}

/* To the plugin. */

static bool has_room(const struct stream *stream)
{
	return chan_pending(endpoint_tx(stream->end)) + RESERVED < STREAM_DEPTH;
}

static void hand_on(struct stream *stream, const char *data, size_t size)
{
	struct message msg = {
		.type = OSAAS_STREAM_DATA, .buffer = buffer_create(size), .len = size};
	if (!msg.buffer) {
		stream_fail(stream, OSAAS_ENOMEM);
		return;
	}
	memcpy(buffer_data(msg.buffer), data, size);
	stream_post(stream, &msg);
}

static void read_over(struct stream *stream)
{
	stream->read_over = true;
	if (!stream->ops->half)
		finish(stream, 0);
	else
		post_end(stream, 0);
}

static void pump_in(struct stream *stream)
{
	static char piece[PIECE];
	for (int i = 0; i < AT_ONCE && !stream->ended && !stream->read_over; i++) {
		if (stream->fd < 0 || !has_room(stream))
			return;
		ssize_t n = read(stream->fd, piece, sizeof piece);
		if (n > 0)
			hand_on(stream, piece, (size_t)n);
		else if (n < 0 && errno == EINTR)
			continue;
		else if (n < 0 && errno == EAGAIN && !stream->last)
			return;
		/* EIO: a terminal that no program has open any more. */
		else if (n == 0 || errno == EAGAIN || errno == EIO)
			read_over(stream);
		else
			stream_fail(stream, stream_error(errno));
	}
}

static void handle_ready(void *data, uint32_t events);

/* A source that waits for nothing would still be told of a hang-up, over and over. */
static void watch(struct stream *stream)
{
	struct loop *loop = stream->session->loop;
	bool in = !stream->read_over && has_room(stream);
	uint32_t events = (in ? EPOLLIN : 0) | (stream->out.buffer ? EPOLLOUT : 0);
	if (stream->fd < 0)
		return;
	if (!events) {
		loop_remove(stream->source);
		stream->source = NULL;
	} else if (stream->source) {
		loop_mod(stream->source, events);
	} else {
		stream->source = loop_add(loop, stream->fd, events, handle_ready, stream);
	}
}

/* Whoever closed its end of a terminal, or before there was a connection, wants no more. */
static bool left(const struct stream *stream)
{
	return !endpoint_peer_open(stream->end) && (!stream->ops->half || stream->fd < 0);
}

/* Returns whether it is to be looked at again in the next turn. */
static bool pump(struct stream *stream)
{
	if (left(stream))
		finish(stream, 0);
	bool more = !stream->ended && pump_out(stream);
	stream->session->streams_left |= more;
	if (!stream->ended)
		pump_in(stream);
	if (!stream->ended && stream->read_over && stream->write_over &&
		!stream->out.buffer)
		finish(stream, 0);
	if (stream->ended)
		return false;
	watch(stream);
	return more || (stream->fd >= 0 && !stream->read_over && !has_room(stream));
}

static void handle_ready(void *data, uint32_t events)
{
	(void)events;
	note_dirty(data);
	stream_turn(((struct stream *)data)->session);
}

void stream_attach(struct stream *stream, int fd)
{
	static const struct message open = {.type = OSAAS_STREAM_OPEN};
	stream->fd = fd;
	if (stream->write_over)
		shutdown(fd, SHUT_WR);
	stream_post(stream, &open);
	note_dirty(stream);
}

void stream_drain(struct stream *stream)
{
	stream->last = true;
	note_dirty(stream);
}

void stream_turn(struct session *session)
{
	struct list now, *link;
	session->streams_left = false;
	list_init(&now);
	while ((link = list_pop_front(&session->dirty_streams)))
		list_push_back(&now, link);
	while ((link = list_pop_front(&now))) {
		struct stream *stream = container_of(link, struct stream, dirty);
		bool again = pump(stream);
		if (stream->ended) {
			endpoint_set_hook(stream->end, NULL, NULL);
			list_remove(&stream->dirty);
			stream->ops->ended(stream, stream->error);
		} else if (again) {
			note_dirty(stream);
		}
	}
}
