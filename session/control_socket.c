#include "session/control_socket.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 64

_Static_assert(CONTROL_PATH_MAX == sizeof(((struct sockaddr_un *)0)->sun_path),
	"a path is an address");

static int fail(struct control_error *err, int r, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int fail(struct control_error *err, int r, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	vsnprintf(err->text, sizeof err->text, fmt, args);
	va_end(args);
	return r;
}

/* 0 or -ENAMETOOLONG. */
static int join(char path[static CONTROL_PATH_MAX], const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int join(char path[static CONTROL_PATH_MAX], const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	int n = vsnprintf(path, CONTROL_PATH_MAX, fmt, args);
	va_end(args);
	return n >= 0 && n < CONTROL_PATH_MAX ? 0 : -ENAMETOOLONG;
}

int control_folder(char folder[static CONTROL_PATH_MAX], struct control_error *err)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	unsigned uid = geteuid();
	struct stat st;
	if (runtime && *runtime) {
		if (*runtime != '/')
			return fail(err, -EINVAL,
				"XDG_RUNTIME_DIR is '%.64s': set it to a path that "
				"begins with /",
				runtime);
		/* There must be room for the socket's name. */
		if (strlen(runtime) + sizeof "/osaas/new.2147483647" > CONTROL_PATH_MAX)
			return fail(err, -ENAMETOOLONG,
				"XDG_RUNTIME_DIR is too long for a socket's address: set "
				"it to a shorter path");
		return join(folder, "%s/osaas", runtime);
	}
	join(folder, "/run/user/%u", uid);
	if (stat(folder, &st) == 0 && st.st_uid == uid)
		return join(folder, "/run/user/%u/osaas", uid);
	return join(folder, "/tmp/osaas-%u", uid);
}

/* A folder of somebody else's is no place for our socket, nor one that others may write. */
static int check_folder(const char *folder, struct control_error *err)
{
	struct stat st;
	if (lstat(folder, &st) < 0)
		return fail(err, -errno, "%s: %s", folder, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return fail(err, -ENOTDIR, "%s is no folder: remove it", folder);
	if (st.st_uid != geteuid())
		return fail(err, -EPERM,
			"%s belongs to user %u: remove it, or set XDG_RUNTIME_DIR to a "
			"folder of your own",
			folder, st.st_uid);
	if (st.st_mode & 077)
		return fail(err, -EPERM, "%s is open to others: 'chmod 700 %s'", folder,
			folder);
	return 0;
}

/* Of root in another user's XDG_RUNTIME_DIR (sudo -E) nothing may be left in that user's way. */
static int check_parent(const char *folder, struct control_error *err)
{
	char parent[CONTROL_PATH_MAX];
	struct stat st;
	join(parent, "%.*s", (int)(strrchr(folder, '/') - folder), folder);
	if (strcmp(parent, "/tmp") == 0)
		return 0;
	if (stat(*parent ? parent : "/", &st) < 0)
		return fail(err, -errno,
			"%s: %s; set XDG_RUNTIME_DIR to a folder of your own", parent,
			strerror(errno));
	if (st.st_uid != geteuid())
		return fail(err, -EPERM,
			"%s belongs to user %u: set XDG_RUNTIME_DIR to a folder of your "
			"own, or unset it",
			parent, st.st_uid);
	return 0;
}

int control_make_folder(char folder[static CONTROL_PATH_MAX], struct control_error *err)
{
	int r = control_folder(folder, err);
	if (r == 0)
		r = check_parent(folder, err);
	if (r < 0)
		return r;
	if (mkdir(folder, 0700) < 0 && errno != EEXIST)
		return fail(err, -errno, "cannot make %s: %s", folder, strerror(errno));
	return check_folder(folder, err);
}

static bool is_socket_name(const char *name)
{
	if (strncmp(name, "ctl.", 4) != 0)
		return false;
	size_t digits = strspn(name + 4, "0123456789");
	return digits > 0 && digits <= 10 && name[4 + digits] == '\0';
}

static int probe(const char *path)
{
	int fd = control_connect(path, 0);
	if (fd >= 0)
		close(fd);
	return fd == -EAGAIN || fd >= 0 ? 0 : fd;
}

/* Paths of all sockets, with what probe says of each. */
static int walk(const char *folder, void (*each)(void *data, const char *path, int state),
	void *data)
{
	char path[CONTROL_PATH_MAX];
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		if (is_socket_name(entry->d_name) &&
			join(path, "%s/%s", folder, entry->d_name) == 0)
			each(data, path, probe(path));
	}
	closedir(dir);
	return 0;
}

/* A name is given only to a socket that listens: who refuses is dead. */
static void remove_dead(void *data, const char *path, int state)
{
	if (state == -ECONNREFUSED)
		unlink(path);
}

static int bind_at(int fd, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	memcpy(address.sun_path, path, strlen(path) + 1);
	unlink(path);
	/* The mode that bind gives the file. */
	if (fchmod(fd, 0600) < 0 ||
		bind(fd, (const struct sockaddr *)&address, sizeof address) < 0 ||
		listen(fd, BACKLOG) < 0)
		return -errno;
	return 0;
}

/* Link, not rename: a session of the same number in another PID namespace keeps its name. */
static int give_name(const char *fresh, const char *path)
{
	int r = link(fresh, path) < 0 ? -errno : 0;
	unlink(fresh);
	return r;
}

int control_listen(char path[static CONTROL_PATH_MAX], struct control_error *err)
{
	char folder[CONTROL_PATH_MAX], fresh[CONTROL_PATH_MAX];
	int r = control_make_folder(folder, err);
	if (r < 0)
		return r;
	walk(folder, remove_dead, NULL);
	r = join(path, "%s/ctl.%d", folder, (int)getpid());
	if (r == 0)
		r = join(fresh, "%s/new.%d", folder, (int)getpid());
	int fd = r < 0 ? r
		       : socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return fail(err, r < 0 ? r : -errno, "no socket in %s: %s", folder,
			strerror(r < 0 ? -r : errno));
	r = bind_at(fd, fresh);
	if (r == 0)
		r = give_name(fresh, path);
	if (r == 0)
		return fd;
	close(fd);
	return fail(err, r, "cannot listen at %s: %s", path, strerror(-r));
}

int control_connect(const char *path, unsigned seconds)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct timeval wait = {.tv_sec = seconds};
	if (strlen(path) >= sizeof address.sun_path)
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path) + 1);
	int fd = socket(
		AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | (seconds ? 0 : SOCK_NONBLOCK), 0);
	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
		return fd;
	int r = -errno;
	close(fd);
	return r;
}

ssize_t control_send(int fd, const void *data, size_t size, int flags, int passed)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof passed)];
	} rights = {.head = {.cmsg_len = CMSG_LEN(sizeof passed),
			    .cmsg_level = SOL_SOCKET,
			    .cmsg_type = SCM_RIGHTS}};
	struct iovec part = {(void *)(uintptr_t)data, size};
	struct msghdr msg = {.msg_iov = &part, .msg_iovlen = 1};
	if (passed >= 0) {
		memcpy(CMSG_DATA(&rights.head), &passed, sizeof passed);
		msg.msg_control = &rights;
		msg.msg_controllen = sizeof rights.room;
	}
	return sendmsg(fd, &msg, flags);
}

/* There is room for one descriptor: the kernel closes what is more. */
ssize_t control_recv(int fd, void *data, size_t size, int *passed)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof *passed)];
	} rights;
	struct iovec part = {data, size};
	struct msghdr msg = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &rights,
		.msg_controllen = sizeof rights};
	*passed = -1;
	ssize_t n = recvmsg(fd, &msg, MSG_CMSG_CLOEXEC);
	const struct cmsghdr *head = n >= 0 ? CMSG_FIRSTHDR(&msg) : NULL;
	if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS &&
		head->cmsg_len == CMSG_LEN(sizeof *passed))
		memcpy(passed, CMSG_DATA(head), sizeof *passed);
	return n;
}

int control_peer(int fd, uid_t *uid)
{
	struct ucred peer;
	socklen_t size = sizeof peer;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return -errno;
	*uid = peer.uid;
	return 0;
}

struct live {
	void (*each)(void *data, const char *path);
	void *data;
};

static void pass_live(void *data, const char *path, int state)
{
	const struct live *live = data;
	if (state != -ECONNREFUSED && state != -ENOENT)
		live->each(live->data, path);
}

int control_each(
	const char *folder, void (*each)(void *data, const char *path), void *data)
{
	struct live live = {each, data};
	return walk(folder, pass_live, &live);
}
