#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "plugins/endpoint.h"
#include "session/aio_private.h"
#include "session/child.h"
#include "session/disk.h"
#include "session/loop.h"
#include "util/log.h"
#include "util/xalloc.h"

#define PIECES 4 /* at one go: more would hold up the loop */

/* What the operation at the head of the queue waits for. */
enum step {
	STEP_REQUEST, /* room to send it */
	STEP_DATA,    /* room to send more of its data */
	STEP_REPLY,   /* the helper */
	STEP_RESULT,  /* more of the data it read */
};

struct aio_helper {
	struct aio *aio;
	struct list queue; /* aio_op.link: the first is under way */
	enum step step;
	size_t moved;        /* bytes of data */
	int64_t result;      /* in STEP_RESULT */
	int socket;          /* -1: no process */
	struct child *child; /* NULL: it has ended */
	struct loop_source *source;
};

static void go_on(struct aio_helper *helper);
static void lose(struct aio_helper *helper);

struct aio_helper *aio_helper_create(struct aio *aio)
{
	struct aio_helper *helper = xcalloc(1, sizeof *helper);
	*helper = (struct aio_helper){.aio = aio, .socket = -1};
	list_init(&helper->queue);
	return helper;
}

static struct aio_op *head(const struct aio_helper *helper)
{
	if (list_empty(&helper->queue))
		return NULL;
	return container_of(helper->queue.next, struct aio_op, link);
}

/* The process. */

static void stop(struct aio_helper *helper)
{
	loop_remove(helper->source);
	helper->source = NULL;
	child_destroy(helper->child);
	helper->child = NULL;
	if (helper->socket >= 0)
		close(helper->socket);
	helper->socket = -1;
}

static void handle_ready(void *data, uint32_t events)
{
	struct aio_helper *helper = data;
	(void)events;
	go_on(helper);
}

static void handle_ended(void *data, int code, int status)
{
	struct aio_helper *helper = data;
	helper->child = NULL;
	log_error("the disk's helper process ended (%d, %d): the next operation starts "
		  "another",
		code, status);
	lose(helper);
}

static int start(struct aio_helper *helper)
{
	static const char *const args[] = {"disk", NULL};
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	struct child_spec spec = {.args = args, .fds = {ends[1], -1}};
	int r = child_start(
		helper->aio->loop, &spec, handle_ended, helper, &helper->child);
	close(ends[1]);
	helper->socket = ends[0];
	if (r < 0)
		return r;
	helper->source = loop_add(
		helper->aio->loop, helper->socket, EPOLLIN, handle_ready, helper);
	return helper->source ? 0 : -errno;
}

/* Each step: 1 it is done, or -errno: -EAGAIN it waits, else the process is at fault. */

static int send_request(struct aio_helper *helper, struct aio_op *op)
{
	struct disk_request request = {
		.kind = op->kind, .size = op->size, .offset = op->offset, .how = op->how};
	int fds[2] = {op->file->fd, op->file2 ? op->file2->fd : -1};
	if (op->name)
		strncpy(request.name, op->name, sizeof request.name - 1);
	if (op->name2)
		strncpy(request.name2, op->name2, sizeof request.name2 - 1);
	int64_t r =
		disk_send(helper->socket, &request, sizeof request, fds, MSG_DONTWAIT);
	if (r < 0)
		return (int)r;
	/* The helper's is the last, then: a close may take time. */
	if (op->kind == AIO_CLOSE) {
		close(op->file->fd);
		op->file->fd = -1;
	}
	helper->moved = 0;
	helper->step = op->kind == AIO_WRITE ? STEP_DATA : STEP_REPLY;
	return 1;
}

static size_t piece(size_t left)
{
	return left < DISK_PIECE ? left : DISK_PIECE;
}

static int send_data(struct aio_helper *helper, struct aio_op *op)
{
	const char *data = buffer_data(op->buffer);
	int64_t r = 0;
	if (helper->moved < op->size)
		r = disk_send(helper->socket, data + helper->moved,
			piece(op->size - helper->moved), NULL, MSG_DONTWAIT);
	if (r < 0)
		return (int)r;
	helper->moved += (size_t)r;
	if (helper->moved == op->size)
		helper->step = STEP_REPLY;
	return 1;
}

static int finish(struct aio_helper *helper, struct aio_op *op, int64_t result)
{
	helper->step = STEP_REQUEST;
	aio_finish(op, result);
	return 1;
}

static int receive_reply(struct aio_helper *helper, struct aio_op *op)
{
	struct disk_reply reply;
	int fds[2];
	int64_t r = disk_recv(helper->socket, &reply, sizeof reply, fds, MSG_DONTWAIT);
	if (r < 0)
		return (int)r;
	if (fds[0] >= 0)
		op->opened = aio_file_create(op->aio, fds[0]);
	if (r != (int64_t)sizeof reply)
		return -EPIPE;
	bool opens = op->kind == AIO_OPEN || op->kind == AIO_REOPEN;
	/* It did open it, but here there was no room; the number would be another file's. */
	if (opens && reply.result >= 0 && !op->opened)
		reply.result = -EMFILE;
	op->st = reply.st;
	helper->result = reply.result;
	helper->moved = 0;
	bool data = op->kind == AIO_READ || op->kind == AIO_LIST;
	if (!data || reply.result <= 0)
		return finish(helper, op, reply.result);
	if (reply.result > op->size)
		return -EPIPE;
	helper->step = STEP_RESULT;
	return 1;
}

static int receive_data(struct aio_helper *helper, struct aio_op *op)
{
	char *data = buffer_data(op->buffer);
	size_t left = (size_t)helper->result - helper->moved;
	int fds[2];
	int64_t r = disk_recv(
		helper->socket, data + helper->moved, piece(left), fds, MSG_DONTWAIT);
	if (r <= 0)
		return r < 0 ? (int)r : -EPIPE;
	helper->moved += (size_t)r;
	return (size_t)r < left ? 1 : finish(helper, op, helper->result);
}

static int step(struct aio_helper *helper, struct aio_op *op)
{
	switch (helper->step) {
	case STEP_REQUEST:
		return send_request(helper, op);
	case STEP_DATA:
		return send_data(helper, op);
	case STEP_REPLY:
		return receive_reply(helper, op);
	default:
		return receive_data(helper, op);
	}
}

static void fail_all(struct aio_helper *helper, int error)
{
	struct aio_op *op;
	log_error("the disk's helper process cannot be started: %s", strerror(-error));
	stop(helper);
	while ((op = head(helper))) {
		list_remove(&op->link);
		aio_fail(op, -EIO);
	}
}

/* What is first in the queue goes on when the loop says so, never within aio_start. */
static void kick(struct aio_helper *helper)
{
	int r = 0;
	if (list_empty(&helper->queue))
		return;
	if (!helper->source)
		r = start(helper);
	if (r == 0)
		r = loop_mod(helper->source, EPOLLIN | EPOLLOUT);
	if (r < 0)
		fail_all(helper, r);
}

/* The process is gone, or mad; with it what was first, lest that be the reason for ever. */
static void lose(struct aio_helper *helper)
{
	struct aio_op *op = head(helper);
	stop(helper);
	helper->step = STEP_REQUEST;
	if (op) {
		list_remove(&op->link);
		aio_fail(op, -EIO);
	}
	kick(helper);
}

static void go_on(struct aio_helper *helper)
{
	struct aio_op *op;
	int r = 1;
	for (int i = 0; i < PIECES && r == 1 && (op = head(helper)); i++)
		r = step(helper, op);
	if (r < 0 && r != -EAGAIN) {
		lose(helper);
		return;
	}
	bool sends = head(helper) &&
		     (helper->step == STEP_REQUEST || helper->step == STEP_DATA);
	loop_mod(helper->source, sends ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

void aio_helper_start(struct aio_helper *helper, struct aio_op *op)
{
	bool idle = list_empty(&helper->queue);
	list_push_back(&helper->queue, &op->link);
	if (idle)
		kick(helper);
}

void aio_helper_cancel(struct aio_helper *helper, struct aio_op *op)
{
	bool waits = op != head(helper) || helper->step == STEP_REQUEST;
	if (waits && op->result == -EINPROGRESS)
		aio_free(op);
}

void aio_helper_destroy(struct aio_helper *helper)
{
	struct aio_op *op;
	if (!helper)
		return;
	while ((op = head(helper)))
		aio_free(op);
	stop(helper);
	free(helper);
}
