#include <errno.h>
#include <fcntl.h>
#include <liburing.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "plugins/endpoint.h"
#include "session/aio_private.h"
#include "session/loop.h"
#include "util/clock.h"
#include "util/xalloc.h"

#define DEPTH     64                   /* operations under way; more wait */
#define INLINE    ((uint32_t)64 << 10) /* more is not copied on our thread */
#define FINISH_NS NS_PER_S

struct aio_ring {
	struct io_uring uring;
	struct aio *aio;
	struct loop_source *source;
	struct list under_way, waiting; /* aio_op.link */
	unsigned n;
};

/* Task work when we are in the kernel anyway, instead of an interrupt of whoever runs. */
static int init(struct io_uring *uring)
{
	int r = io_uring_queue_init(DEPTH, uring, IORING_SETUP_COOP_TASKRUN);
	if (r == -EINVAL)
		r = io_uring_queue_init(DEPTH, uring, 0);
	if (r < 0)
		return r;
	struct io_uring_probe *probe = io_uring_get_probe_ring(uring);
	bool old = !probe || !io_uring_opcode_supported(probe, IORING_OP_MKDIRAT);
	io_uring_free_probe(probe);
	if (!old)
		return 0;
	io_uring_queue_exit(uring);
	return -ENOSYS;
}

int aio_ring_probe(void)
{
	struct io_uring uring;
	int r = init(&uring);
	if (r == 0)
		io_uring_queue_exit(&uring);
	return r;
}

bool aio_ring_can(enum aio_kind kind)
{
	return kind != AIO_LIST && kind != AIO_TRUNCATE;
}

static void prepare(struct io_uring_sqe *sqe, struct aio_op *op)
{
	int fd = op->file->fd;
	void *data = op->buffer ? buffer_data(op->buffer) : NULL;
	char self[32];
	switch (op->kind) {
	case AIO_OPEN:
		io_uring_prep_openat2(sqe, fd, op->name, &op->how);
		break;
	case AIO_REOPEN:
		snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
		free(op->name);
		op->name = xstrdup(self);
		io_uring_prep_openat(sqe, AT_FDCWD, op->name, (int)op->how.flags, 0);
		break;
	case AIO_READ:
		io_uring_prep_read(sqe, fd, data, op->size, op->offset);
		break;
	case AIO_WRITE:
		io_uring_prep_write(sqe, fd, data, op->size, op->offset);
		break;
	case AIO_SYNC:
		io_uring_prep_fsync(sqe, fd, 0);
		break;
	case AIO_STAT:
		io_uring_prep_statx(
			sqe, fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &op->st);
		break;
	case AIO_MKDIR:
		io_uring_prep_mkdirat(sqe, fd, op->name, 0777);
		break;
	case AIO_REMOVE:
		io_uring_prep_unlinkat(sqe, fd, op->name, (int)op->how.flags);
		break;
	case AIO_RENAME:
		io_uring_prep_renameat(sqe, fd, op->name, op->file2->fd, op->name2, 0);
		break;
	default:
		io_uring_prep_close(sqe, fd);
	}
	if ((op->kind == AIO_READ || op->kind == AIO_WRITE) && op->size > INLINE)
		sqe->flags |= IOSQE_ASYNC;
	io_uring_sqe_set_data(sqe, op);
}

/* The queue of submissions is emptied at once; only out of memory does it fill. */
static void submit(struct aio_ring *ring, struct aio_op *op)
{
	struct io_uring_sqe *sqe =
		ring->n < DEPTH ? io_uring_get_sqe(&ring->uring) : NULL;
	if (!sqe) {
		list_push_back(&ring->waiting, &op->link);
		return;
	}
	prepare(sqe, op);
	ring->n++;
	list_push_back(&ring->under_way, &op->link);
	io_uring_submit(&ring->uring);
}

void aio_ring_start(struct aio_ring *ring, struct aio_op *op)
{
	op->in_ring = true;
	submit(ring, op);
}

void aio_ring_cancel(struct aio_ring *ring, struct aio_op *op)
{
	list_for_each (waits, &ring->waiting, struct aio_op, link) {
		if (waits == op) {
			aio_free(op);
			return;
		}
	}
	/* One that cannot be stopped goes on, and keeps what it holds until it is through. */
	struct io_uring_sqe *sqe = io_uring_get_sqe(&ring->uring);
	if (!sqe)
		return;
	io_uring_prep_cancel(sqe, op, 0);
	io_uring_sqe_set_data(sqe, NULL);
	io_uring_submit(&ring->uring);
}

static void reap(struct aio_ring *ring)
{
	struct io_uring_cqe *cqe;
	for (unsigned i = 0; i < DEPTH && io_uring_peek_cqe(&ring->uring, &cqe) == 0;
		i++) {
		struct aio_op *op = io_uring_cqe_get_data(cqe);
		int64_t result = cqe->res;
		io_uring_cqe_seen(&ring->uring, cqe);
		if (!op)
			continue;
		ring->n--;
		aio_finish(op, result);
	}
}

static void handle_completion(void *data, uint32_t events)
{
	struct aio_ring *ring = data;
	(void)events;
	reap(ring);
	/* What the kernel had no room for when it was submitted. */
	if (io_uring_sq_ready(&ring->uring))
		io_uring_submit(&ring->uring);
	for (unsigned n = ring->n; n < DEPTH && !list_empty(&ring->waiting); n++) {
		struct list *link = list_pop_front(&ring->waiting);
		submit(ring, container_of(link, struct aio_op, link));
	}
}

int aio_ring_create(struct aio *aio, struct aio_ring **out)
{
	struct aio_ring *ring = xcalloc(1, sizeof *ring);
	int r = init(&ring->uring);
	if (r < 0) {
		free(ring);
		return r;
	}
	ring->aio = aio;
	list_init(&ring->under_way);
	list_init(&ring->waiting);
	ring->source = loop_add(
		aio->loop, ring->uring.ring_fd, EPOLLIN, handle_completion, ring);
	if (!ring->source) {
		r = -errno;
		io_uring_queue_exit(&ring->uring);
		free(ring);
		return r;
	}
	*out = ring;
	return 0;
}

static void wait_for_all(struct aio_ring *ring)
{
	uint64_t end = clock_real_ns() + FINISH_NS;
	while (ring->n > 0 && clock_real_ns() < end) {
		struct pollfd wait = {.fd = ring->uring.ring_fd, .events = POLLIN};
		poll(&wait, 1, 100);
		reap(ring);
	}
}

void aio_ring_destroy(struct aio_ring *ring)
{
	if (!ring)
		return;
	list_for_each_safe (op, &ring->waiting, struct aio_op, link)
		aio_free(op);
	list_for_each (op, &ring->under_way, struct aio_op, link) {
		op->done = NULL;
		/* What was asked to close or to write goes on: it is the user's data. */
		if (op->kind != AIO_CLOSE && op->kind != AIO_WRITE)
			aio_ring_cancel(ring, op);
	}
	wait_for_all(ring);
	loop_remove(ring->source);
	io_uring_queue_exit(&ring->uring);
	free(ring);
}
