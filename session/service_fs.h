/*
 * service_fs: what its three files know of each other: the service and the steps of a
 * request (service_fs), what is done with files (_file), and with folders (_folder).
 */
#ifndef OSAAS_SESSION_SERVICE_FS_H
#define OSAAS_SESSION_SERVICE_FS_H

#include <stdbool.h>
#include <stdint.h>

#include "plugins/include/osaas_fs.h"
#include "session/aio.h"
#include "session/service_table.h"

struct fs {
	struct service service;
	struct aio_file *root, *files[OSAAS_FS_FILES];
	/* Of the request under way: */
	struct message request;
	struct osaas_fs_request rq;
	struct aio_op *op;
	void (*then)(struct fs *fs, struct aio_op *op);
	struct aio_file *found[2]; /* O_PATH: a file, or one parent or two */
	char path[OSAAS_FS_PATH_MAX + 1], to[OSAAS_FS_PATH_MAX + 1];
	const char *folder[2], *name[2]; /* in them, after fs_path_split */
	unsigned tries;
};

/* A step of the request that is done; it goes on with another, or answers. */
typedef void (*fs_then)(struct fs *fs, struct aio_op *op);

/* fs_op makes a step, fs_step starts it; fs_open_below does both: path from the root on. */
struct aio_op *fs_op(
	struct fs *fs, enum aio_kind kind, struct aio_file *file, const char *name);
void fs_step(struct fs *fs, struct aio_op *op, fs_then then);
void fs_open_below(struct fs *fs, const char *path, uint64_t flags, fs_then then);
struct aio_file *fs_take_opened(struct aio_op *op);

/* Each ends the request. r: 0 or more, or -errno; buffer (may be NULL) is the plugin's, len of it. */
void fs_answer(struct fs *fs, struct osaas_fs_answer answer, struct buffer *buffer,
	uint64_t len);
void fs_result(struct fs *fs, int64_t r);
void fs_refuse(struct fs *fs, int error, const char *why); /* OSAAS_E*, logged */
void fs_just_answer(struct fs *fs, struct aio_op *op);     /* with the step's result */
/* fs_failed: whether the step did; then the request is answered. */
bool fs_failed(struct fs *fs, const struct aio_op *op);

/* Requests. Each begins one: 0, or -errno that answers it. Paths are checked already. */
int fs_begin_open(struct fs *fs);
int fs_begin_read(struct fs *fs);
int fs_begin_write(struct fs *fs);
int fs_begin_stat(struct fs *fs);
int fs_begin_sync(struct fs *fs);
int fs_begin_truncate(struct fs *fs);
int fs_begin_close(struct fs *fs);
int fs_begin_list(struct fs *fs);
int fs_begin_mkdir(struct fs *fs);
int fs_begin_remove(struct fs *fs);
int fs_begin_rename(struct fs *fs);

#endif
