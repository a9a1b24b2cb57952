/*
 * disk: what the session and its helper_disk say to each other, on a socket that keeps
 * messages apart. A request, with its descriptors; after AIO_WRITE's its data in pieces.
 * A reply, with the descriptor that was opened; after AIO_READ's and AIO_LIST's the data.
 */
#ifndef OSAAS_SESSION_DISK_H
#define OSAAS_SESSION_DISK_H

#include "session/aio.h"

#define DISK_PIECE ((size_t)64 << 10)

struct disk_request {
	uint32_t kind; /* enum aio_kind */
	uint32_t size;
	uint64_t offset;
	struct open_how how;
	char name[AIO_NAME_MAX + 1], name2[AIO_NAME_MAX + 1];
};

struct disk_reply {
	int64_t result;
	struct statx st;
};

/*
 * disk_send sends a message with up to two descriptors (-1: none; fds may be NULL),
 * disk_recv takes one, which are the caller's. Bytes, 0: closed, or -errno.
 */
int64_t disk_send(int socket, const void *data, size_t size, const int fds[2], int flags);
int64_t disk_recv(int socket, void *data, size_t size, int fds[2], int flags);

#endif
