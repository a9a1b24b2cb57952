/* aio_private: the two ways to the disk below aio.c. */
#ifndef OSAAS_SESSION_AIO_PRIVATE_H
#define OSAAS_SESSION_AIO_PRIVATE_H

#include <stdbool.h>

#include "session/aio.h"

struct aio {
	struct loop *loop;
	struct aio_ring *ring; /* NULL: not made yet, or not to be had */
	bool no_ring;
	struct aio_helper *helper; /* NULL: not made yet */
	struct list finished;      /* aio_op.link: failed before they began */
	size_t n_ops;              /* that are not freed yet */
	int event_fd;              /* ... and this wakes the loop for them */
	struct loop_source *event;
};

/* aio_finish frees an operation after telling whoever waits. */
void aio_finish(struct aio_op *op, int64_t result);
/* aio_free frees it untold. */
void aio_free(struct aio_op *op);

/* aio_fail has it finished with an error, from the loop. */
void aio_fail(struct aio_op *op, int error);

/* aio_ring.c: what io_uring does. */
int aio_ring_create(struct aio *aio, struct aio_ring **out); /* 0 or -errno */
bool aio_ring_can(enum aio_kind kind);
void aio_ring_start(struct aio_ring *ring, struct aio_op *op);
void aio_ring_cancel(struct aio_ring *ring, struct aio_op *op);
void aio_ring_destroy(struct aio_ring *ring);
int aio_ring_probe(void); /* 0: it can be had; or -errno */

/* aio_helper.c: what a process does, one operation after the other. */
struct aio_helper *aio_helper_create(struct aio *aio);
void aio_helper_start(struct aio_helper *helper, struct aio_op *op);
void aio_helper_cancel(struct aio_helper *helper, struct aio_op *op);
void aio_helper_destroy(struct aio_helper *helper);

#endif
