#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "session/child.h"
#include "session/disk.h"
#include "session/helper.h"

/* One operation after the other, and here it may take as long as the disk does. */

#define DATA_MAX ((size_t)16 << 20)

static int64_t reopen(int fd, int flags)
{
	char self[32];
	snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
	return open(self, flags);
}

static int64_t list(int fd, uint64_t offset, void *data, size_t size)
{
	if (lseek(fd, (off_t)offset, SEEK_SET) < 0)
		return -1;
	return syscall(SYS_getdents64, fd, data, size);
}

static int64_t run(const struct disk_request *rq, const int fds[2], void *data,
	struct disk_reply *reply)
{
	switch (rq->kind) {
	case AIO_OPEN:
		return syscall(SYS_openat2, fds[0], rq->name, &rq->how, sizeof rq->how);
	case AIO_REOPEN:
		return reopen(fds[0], (int)rq->how.flags);
	case AIO_READ:
		return pread(fds[0], data, rq->size, (off_t)rq->offset);
	case AIO_WRITE:
		return pwrite(fds[0], data, rq->size, (off_t)rq->offset);
	case AIO_SYNC:
		return fsync(fds[0]);
	case AIO_STAT:
		return statx(fds[0], "", AT_EMPTY_PATH, STATX_BASIC_STATS, &reply->st);
	case AIO_TRUNCATE:
		return ftruncate(fds[0], (off_t)rq->offset);
	case AIO_LIST:
		return list(fds[0], rq->offset, data, rq->size);
	case AIO_MKDIR:
		return mkdirat(fds[0], rq->name, 0777);
	case AIO_REMOVE:
		return unlinkat(fds[0], rq->name, (int)rq->how.flags);
	case AIO_RENAME:
		return renameat(fds[0], rq->name, fds[1], rq->name2);
	default:
		return 0; /* AIO_CLOSE: below */
	}
}

static bool receive_data(char *data, size_t size)
{
	for (size_t got = 0; got < size;) {
		int none[2];
		int64_t r = disk_recv(CHILD_FD, data + got, size - got, none, 0);
		if (r <= 0)
			return false;
		got += (size_t)r;
	}
	return true;
}

static bool send_data(const char *data, size_t size)
{
	for (size_t sent = 0; sent < size;) {
		size_t n = size - sent < DISK_PIECE ? size - sent : DISK_PIECE;
		int64_t r = disk_send(CHILD_FD, data + sent, n, NULL, 0);
		if (r <= 0)
			return false;
		sent += (size_t)r;
	}
	return true;
}

static bool serve(const struct disk_request *rq, int fds[2], char *data)
{
	struct disk_reply reply = {0};
	if (rq->size > DATA_MAX ||
		(rq->kind == AIO_WRITE && !receive_data(data, rq->size)))
		return false;
	reply.result = run(rq, fds, data, &reply);
	if (reply.result < 0)
		reply.result = -errno;
	for (int i = 0; i < 2; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
	bool opens =
		(rq->kind == AIO_OPEN || rq->kind == AIO_REOPEN) && reply.result >= 0;
	int opened[2] = {opens ? (int)reply.result : -1, -1};
	if (disk_send(CHILD_FD, &reply, sizeof reply, opened, 0) < 0)
		return false;
	if (opens)
		close(opened[0]);
	bool reads = (rq->kind == AIO_READ || rq->kind == AIO_LIST) && reply.result > 0;
	return !reads || send_data(data, (size_t)reply.result);
}

int helper_disk(char **argv)
{
	static struct disk_request request;
	int fds[2];
	/* Pages of it exist once they were used. */
	char *data = malloc(DATA_MAX);
	(void)argv;
	while (data && disk_recv(CHILD_FD, &request, sizeof request, fds, 0) ==
			       (int64_t)sizeof request) {
		if (!serve(&request, fds, data))
			return 1;
	}
	return 0;
}
