#include "session/disk.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FDS 2

union control {
	char bytes[CMSG_SPACE(FDS * sizeof(int))];
	struct cmsghdr align;
};

int64_t disk_send(int socket, const void *data, size_t size, const int fds[2], int flags)
{
	struct iovec iov = {(void *)(uintptr_t)data, size};
	union control control = {0};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	size_t n = !fds || fds[0] < 0 ? 0 : fds[1] < 0 ? 1 : 2;
	if (n) {
		msg.msg_control = &control;
		msg.msg_controllen = CMSG_SPACE(n * sizeof(int));
		struct cmsghdr *head = CMSG_FIRSTHDR(&msg);
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(n * sizeof(int));
		memcpy(CMSG_DATA(head), fds, n * sizeof(int));
	}
	ssize_t r = sendmsg(socket, &msg, flags | MSG_NOSIGNAL);
	return r < 0 ? -errno : r;
}

int64_t disk_recv(int socket, void *data, size_t size, int fds[2], int flags)
{
	struct iovec iov = {data, size};
	union control control = {0};
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control,
	};
	fds[0] = fds[1] = -1;
	ssize_t r = recvmsg(socket, &msg, flags | MSG_CMSG_CLOEXEC);
	if (r < 0)
		return -errno;
	struct cmsghdr *head = CMSG_FIRSTHDR(&msg);
	if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS)
		memcpy(fds, CMSG_DATA(head), head->cmsg_len - CMSG_LEN(0));
	return r;
}
