#include "session/closer.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int socket_fd = -1; /* to who closes; -1: nobody does */

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

int closer_open(struct closer *closer)
{
	int ends[2];
	*closer = (struct closer){-1, -1};
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
		return -errno;
	*closer = (struct closer){.give = ends[0], .take = ends[1]};
	return 0;
}

void closer_give(struct closer *closer)
{
	close_end(&closer->take);
	close_end(&socket_fd);
	socket_fd = closer->give;
	closer->give = -1;
}

/* Whether it is on its way is all the same to the caller: it is closed here in any case. */
static void send_to(int socket, int fd)
{
	union {
		char bytes[CMSG_SPACE(sizeof fd)];
		struct cmsghdr align;
	} control = {0};
	char byte = 0;
	struct iovec data = {&byte, 1};
	struct msghdr msg = {.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control.bytes};
	struct cmsghdr *head = CMSG_FIRSTHDR(&msg);
	*head = (struct cmsghdr){.cmsg_level = SOL_SOCKET,
		.cmsg_type = SCM_RIGHTS,
		.cmsg_len = CMSG_LEN(sizeof fd)};
	memcpy(CMSG_DATA(head), &fd, sizeof fd);
	ssize_t n = sendmsg(socket, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
	(void)n;
}

void closer_close(int fd)
{
	if (socket_fd >= 0)
		send_to(socket_fd, fd);
	close(fd);
}

void closer_take(struct closer *closer)
{
	close_end(&closer->give);
}

void closer_drop(struct closer *closer)
{
	char byte;
	/* A read ends with the byte that has one. */
	ssize_t n = read(closer->take, &byte, 1);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		close_end(&closer->take);
}

void closer_finish(struct closer *closer)
{
	close_end(&closer->give);
	close_end(&closer->take);
}
