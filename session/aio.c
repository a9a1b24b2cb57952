#include "session/aio.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "plugins/endpoint.h"
#include "session/aio_private.h"
#include "session/child.h"
#include "session/loop.h"
#include "util/log.h"
#include "util/xalloc.h"

/* OSAAS_DISK=helper does without io_uring: to try the other way where there is one. */
static bool ring_forbidden(void)
{
	const char *way = getenv("OSAAS_DISK");
	return way && strcmp(way, "helper") == 0;
}

static void handle_finished(void *data, uint32_t events)
{
	struct aio *aio = data;
	struct list *link;
	uint64_t n;
	(void)events;
	if (read(aio->event_fd, &n, sizeof n) < 0)
		return;
	while ((link = list_pop_front(&aio->finished))) {
		struct aio_op *op = container_of(link, struct aio_op, link);
		aio_finish(op, op->result);
	}
}

struct aio *aio_create(struct loop *loop)
{
	struct aio *aio = xcalloc(1, sizeof *aio);
	*aio = (struct aio){.loop = loop, .no_ring = ring_forbidden()};
	list_init(&aio->finished);
	aio->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (aio->event_fd >= 0)
		aio->event = loop_add(loop, aio->event_fd, EPOLLIN, handle_finished, aio);
	if (aio->event)
		return aio;
	log_error("no descriptor to wait for the disk with: %s", strerror(errno));
	if (aio->event_fd >= 0)
		close(aio->event_fd);
	free(aio);
	return NULL;
}

void aio_destroy(struct aio *aio)
{
	if (!aio)
		return;
	struct aio_ring *ring = aio->ring;
	struct aio_helper *helper = aio->helper;
	struct list *link;
	/* What is freed from here on is not the ring's to close any more. */
	aio->ring = NULL;
	aio->helper = NULL;
	aio_ring_destroy(ring);
	aio_helper_destroy(helper);
	while ((link = list_pop_front(&aio->finished)))
		aio_free(container_of(link, struct aio_op, link));
	loop_remove(aio->event);
	close(aio->event_fd);
	free(aio);
}

bool aio_waits(const struct aio *aio)
{
	return aio && aio->n_ops > 0;
}

const char *aio_describe(void)
{
	static char text[128];
	int r = ring_forbidden() ? -ECANCELED : aio_ring_probe();
	if (r == 0)
		snprintf(text, sizeof text, "io_uring");
	else
		snprintf(text, sizeof text, "a helper process: %s%s",
			r == -ECANCELED ? "OSAAS_DISK says so" : "no io_uring: ",
			r == -ECANCELED ? "" : strerror(-r));
	return text;
}

/* Files. */

struct aio_file *aio_file_create(struct aio *aio, int fd)
{
	struct aio_file *file = xcalloc(1, sizeof *file);
	*file = (struct aio_file){.aio = aio, .fd = fd, .refs = 1};
	return file;
}

struct aio_file *aio_file_get(struct aio_file *file)
{
	file->refs++;
	return file;
}

/* The last close of a file may write it out: that is the disk's, too. */
void aio_file_put(struct aio_file *file)
{
	if (!file || --file->refs > 0)
		return;
	struct aio *aio = file->aio;
	if (aio->ring || aio->helper) {
		file->refs = 1;
		struct aio_op *op = aio_op_create(aio, AIO_CLOSE, NULL, NULL);
		op->file = file;
		aio_start(op, NULL, NULL);
		return;
	}
	close(file->fd);
	free(file);
}

/* Operations. */

struct aio_op *aio_op_create(
	struct aio *aio, enum aio_kind kind, struct aio_file *file, const char *name)
{
	struct aio_op *op = xcalloc(1, sizeof *op);
	*op = (struct aio_op){.aio = aio, .kind = kind};
	aio->n_ops++;
	op->file = file ? aio_file_get(file) : NULL;
	op->name = name ? xstrdup(name) : NULL;
	list_init(&op->link);
	return op;
}

/* A close that failed has closed it all the same: only one that never began has not. */
static void close_file(struct aio_op *op)
{
	bool begun = op->result != -ECANCELED && op->result != -EINPROGRESS;
	if (!begun && op->file->fd >= 0)
		close(op->file->fd);
	free(op->file);
}

void aio_free(struct aio_op *op)
{
	op->aio->n_ops--;
	list_remove(&op->link);
	buffer_destroy(op->buffer);
	free(op->name);
	free(op->name2);
	if (op->kind == AIO_CLOSE)
		close_file(op);
	else
		aio_file_put(op->file);
	aio_file_put(op->file2);
	aio_file_put(op->opened);
	free(op);
}

void aio_finish(struct aio_op *op, int64_t result)
{
	list_remove(&op->link);
	op->result = result;
	if ((op->kind == AIO_OPEN || op->kind == AIO_REOPEN) && result >= 0 &&
		!op->opened)
		op->opened = aio_file_create(op->aio, (int)result);
	if (op->done)
		op->done(op);
	aio_free(op);
}

void aio_fail(struct aio_op *op, int error)
{
	uint64_t one = 1;
	op->result = error;
	list_push_back(&op->aio->finished, &op->link);
	if (write(op->aio->event_fd, &one, sizeof one) < 0)
		log_error("cannot wake the loop: %s", strerror(errno));
}

static struct aio_ring *ring_of(struct aio *aio)
{
	if (aio->ring || aio->no_ring)
		return aio->ring;
	int r = aio_ring_create(aio, &aio->ring);
	if (r < 0) {
		log_info("no io_uring (%s): a helper process reads and writes files",
			strerror(-r));
		aio->no_ring = true;
	}
	return aio->ring;
}

static struct aio_helper *helper_of(struct aio *aio)
{
	if (!aio->helper)
		aio->helper = aio_helper_create(aio);
	return aio->helper;
}

void aio_start(struct aio_op *op, void (*done)(struct aio_op *op), void *data)
{
	struct aio *aio = op->aio;
	op->done = done;
	op->data = data;
	op->result = -EINPROGRESS;
	if (aio_ring_can(op->kind) && ring_of(aio))
		aio_ring_start(aio->ring, op);
	else
		aio_helper_start(helper_of(aio), op);
}

void aio_abandon(struct aio_op *op)
{
	if (!op)
		return;
	op->done = NULL;
	if (op->in_ring)
		aio_ring_cancel(op->aio->ring, op);
	else if (op->aio->helper)
		aio_helper_cancel(op->aio->helper, op);
}
