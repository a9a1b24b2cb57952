/*
 * "fs.read" and "fs.write": osaas_fs.h. One request after the other; each is a few
 * steps on the disk, and between them the loop goes on.
 *
 * Where a path leads, openat2 decides, in one step, from the folder that was opened when
 * the grant was made: RESOLVE_BENEATH. What is to be opened is first opened O_PATH, which
 * does nothing to it, and looked at; only a regular file is then opened for use, and
 * that same one whatever its name is by now. What is made or removed is named in its
 * parent, which was opened likewise.
 */
#include "session/service_fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "session/fs_path.h"
#include "session/session.h"

/* Answers. */

static int error_of(int64_t r)
{
	static const int same[] = {ENOENT, EEXIST, ENOTDIR, EISDIR, ENOTEMPTY, ENOSPC,
		EAGAIN, EBADF, EINVAL, EACCES, ENOMEM, EBUSY, EMFILE, E2BIG};
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		if (r == -same[i])
			return -same[i];
	}
	switch (-r) {
	case EXDEV:
	case ELOOP:
	case EPERM:
	case EROFS:
		return OSAAS_EACCES;
	case ENAMETOOLONG:
	case EFBIG:
		return OSAAS_E2BIG;
	case EDQUOT:
		return OSAAS_ENOSPC;
	case ETXTBSY:
		return OSAAS_EBUSY;
	case ENFILE:
		return OSAAS_EMFILE;
	default:
		return OSAAS_EIO;
	}
}

static void forget_found(struct fs *fs)
{
	for (int i = 0; i < 2; i++) {
		aio_file_put(fs->found[i]);
		fs->found[i] = NULL;
	}
}

static void over(struct fs *fs)
{
	forget_found(fs);
	message_drop(&fs->request);
	fs->service.busy = 0;
}

void fs_answer(
	struct fs *fs, struct osaas_fs_answer answer, struct buffer *buffer, uint64_t len)
{
	struct message msg = {
		.type = fs->request.type | OSAAS_ANSWER,
		.buffer = buffer,
		.len = len,
	};
	memcpy(msg.bytes, &answer, sizeof answer);
	over(fs);
	service_answer(&fs->service, &msg);
}

void fs_result(struct fs *fs, int64_t r)
{
	fs_answer(
		fs, (struct osaas_fs_answer){.result = r < 0 ? error_of(r) : r}, NULL, 0);
}

void fs_refuse(struct fs *fs, int error, const char *why)
{
	char shown[96];
	struct message request = fs->request;
	fs->request.buffer = NULL;
	fs->request.endpoint = NULL;
	over(fs);
	fs_path_shown(shown, sizeof shown, fs->path, strlen(fs->path));
	service_refuse(&fs->service, &request, error, "%s%s%s%s", *shown ? "'" : "",
		shown, *shown ? "' " : "", why);
}

/* Whether the step failed; then the request is answered. */
bool fs_failed(struct fs *fs, const struct aio_op *op)
{
	if (op->result == -EXDEV)
		fs_refuse(fs, OSAAS_EACCES, "leads out of the folder");
	else if (op->result == -ELOOP)
		fs_refuse(fs, OSAAS_EACCES, "is a link that leads nowhere");
	else if (op->result < 0)
		fs_result(fs, op->result);
	return op->result < 0;
}

/* Steps. */

static void step_done(struct aio_op *op)
{
	struct fs *fs = op->data;
	fs->op = NULL;
	fs->then(fs, op);
}

void fs_step(struct fs *fs, struct aio_op *op, fs_then then)
{
	fs->op = op;
	fs->then = then;
	aio_start(op, step_done, fs);
}

struct aio_op *fs_op(
	struct fs *fs, enum aio_kind kind, struct aio_file *file, const char *name)
{
	return aio_op_create(fs->service.session->aio, kind, file, name);
}

void fs_open_below(struct fs *fs, const char *path, uint64_t flags, fs_then then)
{
	struct aio_op *op = fs_op(fs, AIO_OPEN, fs->root, path);
	op->how = (struct open_how){
		.flags = flags | O_CLOEXEC,
		.mode = flags & O_CREAT ? 0666 : 0,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	fs_step(fs, op, then);
}

struct aio_file *fs_take_opened(struct aio_op *op)
{
	struct aio_file *file = op->opened;
	op->opened = NULL;
	return file;
}

void fs_just_answer(struct fs *fs, struct aio_op *op)
{
	fs_result(fs, op->result);
}

/* Requests. */

static const struct request {
	bool path, writes;
	int (*begin)(struct fs *fs);
} requests[] = {
	[OSAAS_FS_OPEN] = {true, false, fs_begin_open},
	[OSAAS_FS_READ] = {false, false, fs_begin_read},
	[OSAAS_FS_WRITE] = {false, true, fs_begin_write},
	[OSAAS_FS_STAT] = {false, false, fs_begin_stat},
	[OSAAS_FS_LIST] = {true, false, fs_begin_list},
	[OSAAS_FS_MKDIR] = {true, true, fs_begin_mkdir},
	[OSAAS_FS_REMOVE] = {true, true, fs_begin_remove},
	[OSAAS_FS_RENAME] = {true, true, fs_begin_rename},
	[OSAAS_FS_SYNC] = {false, false, fs_begin_sync},
	[OSAAS_FS_TRUNCATE] = {false, true, fs_begin_truncate},
	[OSAAS_FS_CLOSE] = {false, false, fs_begin_close},
};
#define N_REQUESTS (sizeof requests / sizeof *requests)

static int read_paths(struct fs *fs, const struct message *msg)
{
	const char *text = msg->buffer ? buffer_data(msg->buffer) : "";
	size_t len = msg->buffer ? (size_t)msg->len : 0, first = len;
	int r = 0;
	if (msg->type == OSAAS_FS_RENAME) {
		const char *zero = len ? memchr(text, '\0', len) : NULL;
		first = zero ? (size_t)(zero - text) : 0;
		r = zero ? fs_path_copy(fs->to, sizeof fs->to, zero + 1, len - first - 1)
			 : -EINVAL;
	}
	return r < 0 ? r : fs_path_copy(fs->path, sizeof fs->path, text, first);
}

static bool wants_writing(const struct request *request, const struct fs *fs)
{
	return request->writes || (fs->request.type == OSAAS_FS_OPEN &&
					  fs->rq.flags & ~OSAAS_FS_FOR_READING);
}

static void receive(struct service *service, struct message *msg)
{
	struct fs *fs = container_of(service, struct fs, service);
	if (msg->type >= N_REQUESTS || !requests[msg->type].begin) {
		service_unknown(service, msg);
		return;
	}
	const struct request *request = &requests[msg->type];
	bool named = request->path || (msg->type == OSAAS_FS_STAT && msg->buffer);
	fs->request = *msg;
	memcpy(&fs->rq, msg->bytes, sizeof fs->rq);
	fs->tries = 0;
	fs->path[0] = '\0';
	service->busy = 1;
	int r = named ? read_paths(fs, msg) : 0;
	if (fs->rq.offset > INT64_MAX)
		r = -EINVAL;
	if (r == 0 && wants_writing(request, fs) && service->ops != &service_fs_write) {
		fs_refuse(
			fs, OSAAS_EACCES, "cannot be changed: the grant is for reading");
		return;
	}
	if (r == 0)
		r = request->begin(fs);
	if (r == -E2BIG)
		fs_refuse(fs, OSAAS_E2BIG, "more than may go into one request");
	else if (r == -EMFILE)
		fs_refuse(fs, OSAAS_EMFILE, "is one open file too many");
	else if (r < 0)
		fs_result(fs, r);
}

static int start(struct service *service, char *why, size_t why_size)
{
	struct fs *fs = container_of(service, struct fs, service);
	char path[OSAAS_FS_PATH_MAX + 1];
	int r = fs_path_expand(path, sizeof path, service->scope);
	if (r < 0) {
		snprintf(why, why_size,
			"'%.64s' is no folder: write an absolute path, or one that "
			"begins with ~/",
			service->scope);
		return r;
	}
	if (!service->session->aio) {
		snprintf(why, why_size, "no descriptors are left to reach the disk with");
		return -EMFILE;
	}
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		r = -errno;
		snprintf(why, why_size, "folder %.128s: %s; make it first", path,
			strerror(-r));
		return r == -ENOENT ? -ENOTDIR : r;
	}
	fs->root = aio_file_create(service->session->aio, fd);
	return 0;
}

static void stop(struct service *service)
{
	struct fs *fs = container_of(service, struct fs, service);
	aio_abandon(fs->op);
	message_drop(&fs->request);
	forget_found(fs);
	for (int i = 0; i < OSAAS_FS_FILES; i++)
		aio_file_put(fs->files[i]);
	aio_file_put(fs->root);
}

const struct service_ops service_fs_read = {
	.cap = "fs.read",
	.scope = "a folder",
	.size = sizeof(struct fs),
	.width = 1,
	.start = start,
	.receive = receive,
	.stop = stop,
};

const struct service_ops service_fs_write = {
	.cap = "fs.write",
	.scope = "a folder",
	.size = sizeof(struct fs),
	.width = 1,
	.start = start,
	.receive = receive,
	.stop = stop,
};
