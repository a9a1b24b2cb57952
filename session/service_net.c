/*
 * "net.connect": osaas_net.h. A name is looked up by a helper process, for each
 * connection anew. Its addresses are tried one after the other, the next one after a
 * quarter of a second or when one fails; the first to answer is taken (RFC 8305).
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "plugins/include/osaas_net.h"
#include "session/address.h"
#include "session/child.h"
#include "session/fs_path.h"
#include "session/loop.h"
#include "session/service_table.h"
#include "session/session.h"
#include "session/stream.h"
#include "util/clock.h"
#include "util/xalloc.h"

#define STAGGER_NS (250 * NS_PER_MS)
#define LIMIT_NS   (60 * NS_PER_S) /* of all: looking up, and connecting */

struct net {
	struct service service;
	struct address_scope scope;
	struct list all; /* conn.link */
	unsigned n;
};

struct attempt {
	struct conn *conn;
	int fd; /* -1: not begun, or failed */
	struct loop_source *source;
};

struct conn {
	struct list link; /* net.all */
	struct net *net;
	struct stream stream;
	uint16_t port;
	struct child *resolver; /* NULL: not, or no more */
	int answer_fd;          /* from it */
	struct loop_source *answer;
	struct address_list list;
	uint32_t next; /* of the list: to be tried */
	struct attempt tries[ADDRESS_MAX];
	int error;         /* of the last that failed */
	uint64_t due_ns;   /* the next try; UINT64_MAX: none is due */
	uint64_t limit_ns; /* UINT64_MAX: it is connected, or over */
};

static void set_timer(struct net *net)
{
	uint64_t first = UINT64_MAX;
	list_for_each (conn, &net->all, struct conn, link) {
		if (conn->due_ns < first)
			first = conn->due_ns;
		if (conn->limit_ns < first)
			first = conn->limit_ns;
	}
	service_wake_at(&net->service, first);
}

static void stop_try(struct attempt *attempt)
{
	loop_remove(attempt->source);
	attempt->source = NULL;
	if (attempt->fd >= 0)
		close(attempt->fd);
	attempt->fd = -1;
}

/* Nothing is under way any more: it is connected, or given up. */
static void settle(struct conn *conn)
{
	loop_remove(conn->answer);
	conn->answer = NULL;
	if (conn->answer_fd >= 0)
		close(conn->answer_fd);
	conn->answer_fd = -1;
	child_destroy(conn->resolver);
	conn->resolver = NULL;
	for (uint32_t i = 0; i < ADDRESS_MAX; i++)
		stop_try(&conn->tries[i]);
	conn->due_ns = conn->limit_ns = UINT64_MAX;
	set_timer(conn->net);
}

static void conn_destroy(struct conn *conn)
{
	settle(conn);
	stream_finish(&conn->stream);
	list_remove(&conn->link);
	conn->net->n--;
	free(conn);
}

static void handle_ended(struct stream *stream, int error)
{
	(void)error;
	conn_destroy(container_of(stream, struct conn, stream));
}

static const struct stream_ops stream_ops = {.half = true, .ended = handle_ended};

static void give_up(struct conn *conn, int error)
{
	settle(conn);
	stream_fail(&conn->stream, stream_error(error));
}

/* Tries. */

static bool any_open(const struct conn *conn)
{
	for (uint32_t i = 0; i < conn->next; i++) {
		if (conn->tries[i].fd >= 0)
			return true;
	}
	return false;
}

static void take(struct attempt *attempt)
{
	struct conn *conn = attempt->conn;
	int fd = attempt->fd;
	attempt->fd = -1;
	settle(conn);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
	stream_attach(&conn->stream, fd);
}

static void handle_try(void *data, uint32_t events);

/* 1: connected already, 0: it is under way, or -errno. */
static int begin_try(struct attempt *attempt, union address *address)
{
	struct loop *loop = attempt->conn->net->service.session->loop;
	address_set_port(address, attempt->conn->port);
	attempt->fd = socket(
		address->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (attempt->fd < 0)
		return -errno;
	if (connect(attempt->fd, &address->any, address_size(address)) == 0)
		return 1;
	if (errno != EINPROGRESS)
		return -errno;
	attempt->source = loop_add(loop, attempt->fd, EPOLLOUT, handle_try, attempt);
	return attempt->source ? 0 : -errno;
}

static void try_next(struct conn *conn)
{
	int r = -1;
	while (r < 0 && conn->next < conn->list.n) {
		struct attempt *attempt = &conn->tries[conn->next];
		r = begin_try(attempt, &conn->list.all[conn->next++]);
		if (r == 1) {
			take(attempt);
			return;
		}
		if (r < 0) {
			conn->error = -r;
			stop_try(attempt);
		}
	}
	if (!any_open(conn)) {
		give_up(conn, conn->error);
		return;
	}
	conn->due_ns =
		conn->next < conn->list.n ? clock_now_ns() + STAGGER_NS : UINT64_MAX;
	set_timer(conn->net);
}

static void handle_try(void *data, uint32_t events)
{
	struct attempt *attempt = data;
	int error = 0;
	socklen_t size = sizeof error;
	(void)events;
	if (getsockopt(attempt->fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
		error = errno;
	if (error == 0) {
		take(attempt);
		return;
	}
	attempt->conn->error = error;
	stop_try(attempt);
	try_next(attempt->conn);
}

/* The name. */

static void handle_answer(void *data, uint32_t events)
{
	struct conn *conn = data;
	(void)events;
	ssize_t n = read(conn->answer_fd, &conn->list, sizeof conn->list);
	if (n < 0 && errno == EAGAIN)
		return;
	loop_remove(conn->answer);
	conn->answer = NULL;
	if (n != (ssize_t)sizeof conn->list || conn->list.n > ADDRESS_MAX) {
		give_up(conn, EIO);
		return;
	}
	if (conn->list.error || conn->list.n == 0) {
		give_up(conn, conn->list.error ? -conn->list.error : ENOENT);
		return;
	}
	address_mix(&conn->list);
	try_next(conn);
}

static void handle_resolver_ended(void *data, int code, int status)
{
	struct conn *conn = data;
	(void)code, (void)status;
	/* What it wrote, or that it wrote nothing, is read from the pipe. */
	conn->resolver = NULL;
}

static int look_up(struct conn *conn)
{
	struct loop *loop = conn->net->service.session->loop;
	const char *args[] = {"resolve", conn->net->scope.host, NULL};
	int ends[2];
	if (address_literal(conn->net->scope.host, &conn->list.all[0]) == 0) {
		conn->list.n = 1;
		try_next(conn);
		return 0;
	}
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	conn->answer_fd = ends[0];
	struct child_spec spec = {.args = args, .fds = {ends[1], -1}};
	int r = child_start(loop, &spec, handle_resolver_ended, conn, &conn->resolver);
	close(ends[1]);
	if (r < 0)
		return r;
	conn->answer = loop_add(loop, conn->answer_fd, EPOLLIN, handle_answer, conn);
	return conn->answer ? 0 : -errno;
}

static int connect_to(struct net *net, uint16_t port, struct endpoint **end)
{
	struct conn *conn = xcalloc(1, sizeof *conn);
	*conn = (struct conn){
		.net = net,
		.port = port,
		.answer_fd = -1,
		.error = EIO,
		.due_ns = UINT64_MAX,
		.limit_ns = clock_now_ns() + LIMIT_NS,
	};
	for (uint32_t i = 0; i < ADDRESS_MAX; i++)
		conn->tries[i] = (struct attempt){.conn = conn, .fd = -1};
	list_push_back(&net->all, &conn->link);
	net->n++;
	int r = stream_init(&conn->stream, net->service.session, &stream_ops, end);
	if (r == 0 && (r = look_up(conn)) < 0)
		endpoint_close(*end);
	if (r < 0)
		conn_destroy(conn);
	else
		set_timer(net);
	return r;
}

/* Requests. */

static bool same_host(const struct net *net, const struct message *msg)
{
	size_t n = strlen(net->scope.host);
	const char *host = msg->buffer ? buffer_data(msg->buffer) : NULL;
	if (!host)
		return true;
	/* As it is written in the grant, brackets included. */
	if (msg->len == n + 2 && host[0] == '[' && host[n + 1] == ']')
		return strncasecmp(host + 1, net->scope.host, n) == 0;
	return msg->len == n && strncasecmp(host, net->scope.host, n) == 0;
}

static int check(const struct net *net, const struct message *msg, uint32_t *port)
{
	memcpy(port, msg->bytes, sizeof *port);
	if (!same_host(net, msg))
		return -EACCES;
	if (*port == 0 && net->scope.first != net->scope.last)
		return -EINVAL;
	if (*port == 0)
		*port = net->scope.first;
	if (*port < net->scope.first || *port > net->scope.last)
		return -EACCES;
	return net->n == OSAAS_NET_MAX ? -EMFILE : 0;
}

static void refuse(struct net *net, struct message *msg, int error, uint32_t port)
{
	char host[96];
	const char *text = msg->buffer ? buffer_data(msg->buffer) : net->scope.host;
	size_t len = msg->buffer ? (size_t)msg->len : strlen(text);
	fs_path_shown(host, sizeof host, text, len);
	const char *why = error == -EACCES   ? "is not what was granted"
			  : error == -EINVAL ? "is no port: the grant has several"
			  : error == -EMFILE ? "would be one connection too many"
					     : strerror(-error);
	service_refuse(&net->service, msg, error, "%s port %u: %s", host, port, why);
}

static void receive(struct service *service, struct message *msg)
{
	struct net *net = container_of(service, struct net, service);
	struct message answer = {.type = msg->type | OSAAS_ANSWER};
	uint32_t port;
	if (msg->type != OSAAS_NET_CONNECT) {
		service_unknown(service, msg);
		return;
	}
	int r = check(net, msg, &port);
	if (r == 0) {
		r = connect_to(net, (uint16_t)port, &answer.endpoint);
		if (r < 0 && r != -ENOMEM && r != -EMFILE)
			r = -EIO;
	}
	if (r < 0) {
		refuse(net, msg, r, port);
		return;
	}
	message_drop(msg);
	service_answer(service, &answer);
}

static bool waits(const struct service *service)
{
	const struct net *net = container_of(service, struct net, service);
	list_for_each (conn, &net->all, struct conn, link) {
		if (conn->limit_ns != UINT64_MAX)
			return true;
	}
	return false;
}

static void wake(struct service *service)
{
	struct net *net = container_of(service, struct net, service);
	uint64_t now = clock_now_ns();
	list_for_each (conn, &net->all, struct conn, link) {
		if (conn->limit_ns <= now) {
			give_up(conn, ETIMEDOUT);
		} else if (conn->due_ns <= now) {
			conn->due_ns = UINT64_MAX;
			try_next(conn);
		}
	}
	set_timer(net);
}

static int start(struct service *service, char *why, size_t why_size)
{
	struct net *net = container_of(service, struct net, service);
	list_init(&net->all);
	if (address_scope_parse(service->scope, &net->scope) == 0)
		return 0;
	snprintf(why, why_size,
		"'%.64s' is no host and port: write example.org:443, [::1]:80 or "
		"10.0.0.1:8000-8010",
		service->scope);
	return -EINVAL;
}

static void stop(struct service *service)
{
	struct net *net = container_of(service, struct net, service);
	list_for_each_safe (conn, &net->all, struct conn, link)
		conn_destroy(conn);
}

const struct service_ops service_net = {
	.cap = "net.connect",
	.scope = "a host and port",
	.size = sizeof(struct net),
	.start = start,
	.receive = receive,
	.wake = wake,
	.waits = waits,
	.stop = stop,
};
