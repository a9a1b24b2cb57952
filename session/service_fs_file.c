#include "session/service_fs.h"

#include <errno.h>
#include <fcntl.h>

#include "util/clock.h"

#define TRIES 4 /* when somebody makes and removes it meanwhile */

/* OPEN: find it, look at it, open it; or make it. */

static void find_file(struct fs *fs, struct aio_op *op);

static int free_number(const struct fs *fs)
{
	for (int i = 0; i < OSAAS_FS_FILES; i++) {
		if (!fs->files[i])
			return i;
	}
	return -EMFILE;
}

static uint64_t open_flags(uint32_t flags)
{
	bool reads = flags & OSAAS_FS_FOR_READING, writes = flags & OSAAS_FS_FOR_WRITING;
	return (uint64_t)(reads && writes ? O_RDWR
			  : writes        ? O_WRONLY
					  : O_RDONLY) |
	       (flags & OSAAS_FS_TRUNCATED ? O_TRUNC : 0);
}

static void keep_file(struct fs *fs, struct aio_op *op, uint64_t size)
{
	int number = free_number(fs);
	fs->files[number] = fs_take_opened(op);
	fs_answer(fs, (struct osaas_fs_answer){.result = number + 1, .size = size}, NULL,
		0);
}

static void handle_reopened(struct fs *fs, struct aio_op *op)
{
	if (!fs_failed(fs, op))
		keep_file(fs, op, fs->rq.flags & OSAAS_FS_TRUNCATED ? 0 : fs->rq.offset);
}

static void handle_looked_at(struct fs *fs, struct aio_op *op)
{
	if (fs_failed(fs, op))
		return;
	if (S_ISDIR(op->st.stx_mode)) {
		fs_result(fs, -EISDIR);
		return;
	}
	if (!S_ISREG(op->st.stx_mode)) {
		fs_refuse(fs, OSAAS_EACCES, "is no regular file");
		return;
	}
	fs->rq.offset = op->st.stx_size;
	struct aio_op *next = fs_op(fs, AIO_REOPEN, fs->found[0], NULL);
	next->how.flags = open_flags(fs->rq.flags) | O_CLOEXEC;
	fs_step(fs, next, handle_reopened);
}

static void handle_made(struct fs *fs, struct aio_op *op)
{
	bool there = op->result == -EEXIST && !(fs->rq.flags & OSAAS_FS_NEW);
	if (there && ++fs->tries < TRIES)
		fs_open_below(fs, fs->path, O_PATH, find_file);
	else if (!fs_failed(fs, op))
		keep_file(fs, op, 0);
}

static void find_file(struct fs *fs, struct aio_op *op)
{
	uint32_t flags = fs->rq.flags;
	if (op->result == -ENOENT && flags & OSAAS_FS_CREATE) {
		fs_open_below(
			fs, fs->path, open_flags(flags) | O_CREAT | O_EXCL, handle_made);
		return;
	}
	if (fs_failed(fs, op))
		return;
	if (flags & OSAAS_FS_NEW) {
		fs_result(fs, -EEXIST);
		return;
	}
	fs->found[0] = fs_take_opened(op);
	fs_step(fs, fs_op(fs, AIO_STAT, fs->found[0], NULL), handle_looked_at);
}

int fs_begin_open(struct fs *fs)
{
	uint32_t flags = fs->rq.flags;
	uint32_t access = OSAAS_FS_FOR_READING | OSAAS_FS_FOR_WRITING;
	uint32_t more = OSAAS_FS_CREATE | OSAAS_FS_TRUNCATED;
	bool sense = flags & access && !(flags & ~(access | more | OSAAS_FS_NEW)) &&
		     (flags & OSAAS_FS_FOR_WRITING || !(flags & more)) &&
		     (flags & OSAAS_FS_CREATE || !(flags & OSAAS_FS_NEW));
	if (!sense)
		return -EINVAL;
	int r = free_number(fs);
	if (r < 0)
		return r;
	fs_open_below(fs, fs->path, O_PATH, find_file);
	return 0;
}

static struct aio_file *file_of(struct fs *fs)
{
	uint32_t i = fs->rq.file - 1;
	return i < OSAAS_FS_FILES ? fs->files[i] : NULL;
}

static void handle_moved(struct fs *fs, struct aio_op *op)
{
	struct buffer *buffer = op->buffer;
	if (fs_failed(fs, op))
		return;
	op->buffer = NULL;
	fs_answer(fs, (struct osaas_fs_answer){.result = op->result}, buffer,
		fs->request.type == OSAAS_FS_READ ? (uint64_t)op->result : 0);
}

static struct buffer *take_buffer(struct fs *fs)
{
	struct buffer *buffer = fs->request.buffer;
	fs->request.buffer = NULL;
	return buffer;
}

int fs_begin_read(struct fs *fs)
{
	if (!file_of(fs))
		return -EBADF;
	if (fs->rq.size > OSAAS_FS_DATA_MAX)
		return -E2BIG;
	struct buffer *buffer = take_buffer(fs);
	if (!buffer)
		buffer = buffer_create(fs->rq.size ? fs->rq.size : 1);
	if (!buffer)
		return -ENOMEM;
	if (buffer_size(buffer) < fs->rq.size) {
		buffer_destroy(buffer);
		return -EINVAL;
	}
	struct aio_op *op = fs_op(fs, AIO_READ, file_of(fs), NULL);
	op->buffer = buffer;
	op->size = fs->rq.size;
	op->offset = fs->rq.offset;
	fs_step(fs, op, handle_moved);
	return 0;
}

int fs_begin_write(struct fs *fs)
{
	if (!file_of(fs))
		return -EBADF;
	if (fs->request.len > OSAAS_FS_DATA_MAX)
		return -E2BIG;
	if (!fs->request.buffer)
		return -EINVAL;
	struct aio_op *op = fs_op(fs, AIO_WRITE, file_of(fs), NULL);
	op->buffer = take_buffer(fs);
	op->size = (uint32_t)fs->request.len;
	op->offset = fs->rq.offset;
	fs_step(fs, op, handle_moved);
	return 0;
}

int fs_begin_sync(struct fs *fs)
{
	if (!file_of(fs))
		return -EBADF;
	fs_step(fs, fs_op(fs, AIO_SYNC, file_of(fs), NULL), fs_just_answer);
	return 0;
}

int fs_begin_truncate(struct fs *fs)
{
	if (!file_of(fs))
		return -EBADF;
	struct aio_op *op = fs_op(fs, AIO_TRUNCATE, file_of(fs), NULL);
	op->offset = fs->rq.offset;
	fs_step(fs, op, fs_just_answer);
	return 0;
}

int fs_begin_close(struct fs *fs)
{
	struct aio_file *file = file_of(fs);
	if (!file)
		return -EBADF;
	fs->files[fs->rq.file - 1] = NULL;
	aio_file_put(file);
	fs_result(fs, 0);
	return 0;
}

/* STAT */

static uint32_t kind_of_mode(uint32_t mode)
{
	return S_ISREG(mode)   ? OSAAS_FS_FILE
	       : S_ISDIR(mode) ? OSAAS_FS_FOLDER
			       : OSAAS_FS_OTHER;
}

static void handle_stat(struct fs *fs, struct aio_op *op)
{
	const struct statx *st = &op->st;
	if (fs_failed(fs, op))
		return;
	fs_answer(fs,
		(struct osaas_fs_answer){
			.size = st->stx_size,
			.time_ns = (int64_t)((uint64_t)st->stx_mtime.tv_sec * NS_PER_S +
					     st->stx_mtime.tv_nsec),
			.kind = kind_of_mode(st->stx_mode),
		},
		NULL, 0);
}

static void handle_stat_found(struct fs *fs, struct aio_op *op)
{
	if (fs_failed(fs, op))
		return;
	fs->found[0] = fs_take_opened(op);
	fs_step(fs, fs_op(fs, AIO_STAT, fs->found[0], NULL), handle_stat);
}

int fs_begin_stat(struct fs *fs)
{
	if (fs->request.buffer) {
		fs_open_below(fs, fs->path, O_PATH, handle_stat_found);
		return 0;
	}
	if (!file_of(fs))
		return -EBADF;
	fs_step(fs, fs_op(fs, AIO_STAT, file_of(fs), NULL), handle_stat);
	return 0;
}
