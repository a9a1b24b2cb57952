/*
 * aio: the disk, without waiting for it. io_uring where the kernel lets us; else, and
 * for what io_uring cannot do, a helper process (helper_disk.c) that does one thing
 * after the other. Either is made when it is first needed; idle costs nothing.
 *
 * An operation is made, filled in, started, and freed after its done was called, which
 * is from the loop and never within aio_start. Until the kernel is through with it, it
 * holds all that it names: its files, its buffer, its names. So whoever waits for one
 * may go away at any time with aio_abandon.
 */
#ifndef OSAAS_SESSION_AIO_H
#define OSAAS_SESSION_AIO_H

#include <linux/openat2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "util/list.h"

struct aio;
struct buffer;
struct loop;

#define AIO_NAME_MAX 1024 /* bytes of a path, without its NUL */

/* aio_waits: something is under way. Takes NULL. */
bool aio_waits(const struct aio *aio);

struct aio *aio_create(struct loop *loop);
/* aio_destroy takes NULL. What a stuck disk still holds after a second is leaked. */
void aio_destroy(struct aio *aio);

/* aio_describe says what is used, and if it is not io_uring, why; the text is static. */
const char *aio_describe(void);

/* A descriptor, held by those that use it; the last closes it, without waiting. */
struct aio_file {
	struct aio *aio;
	int fd;
	unsigned refs;
};
struct aio_file *aio_file_create(struct aio *aio, int fd); /* takes fd */
struct aio_file *aio_file_get(struct aio_file *file);
void aio_file_put(struct aio_file *file); /* takes NULL */

enum aio_kind {
	AIO_OPEN,   /* name below file, as how says; gives opened */
	AIO_REOPEN, /* file again, with how.flags: an O_PATH one for use; gives opened */
	AIO_READ,   /* size bytes at offset into buffer; the result is how many */
	AIO_WRITE,  /* likewise from buffer */
	AIO_SYNC,   /* data and metadata are on the disk */
	AIO_STAT,   /* of file, into st */
	AIO_TRUNCATE, /* file to offset bytes */
	AIO_LIST, /* of file, an open folder, from offset on: linux_dirent64 into buffer */
	AIO_MKDIR,  /* name in file */
	AIO_REMOVE, /* name in file, how.flags: 0 or AT_REMOVEDIR */
	AIO_RENAME, /* name in file to name2 in file2 */
	AIO_CLOSE,  /* of aio_file_put */
	AIO_KINDS,
};

struct aio_op {
	struct aio *aio;
	enum aio_kind kind;
	struct aio_file *file, *file2; /* held; may be NULL */
	char *name, *name2;            /* owned */
	struct open_how how;
	struct buffer *buffer; /* owned; done may take it, and leave NULL */
	uint64_t offset;
	uint32_t size; /* at most the buffer's */
	/* The result. */
	int64_t result;          /* 0 or more, or -errno */
	struct aio_file *opened; /* done may take it */
	struct statx st;

	void (*done)(struct aio_op *op); /* NULL: abandoned */
	void *data;
	bool in_ring;
	struct list link; /* of what is under way, or waits */
};

/* aio_op_create: file is held besides, name copied (may be NULL). */
struct aio_op *aio_op_create(
	struct aio *aio, enum aio_kind kind, struct aio_file *file, const char *name);
void aio_start(struct aio_op *op, void (*done)(struct aio_op *op), void *data);
void aio_abandon(struct aio_op *op); /* takes NULL */

#endif
