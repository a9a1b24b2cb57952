#include "session/ctl_input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session/ctl_file.h"
#include "util/log.h"

#define LAST " end\n"

struct taking {
	int from, to, signals;
	char tail[sizeof LAST - 1]; /* what came last */
};

/* What is there keeps its place, for who follows it; others may have been let to read it. */
static int open_file(const char *path)
{
	struct stat st;
	if (strcmp(path, "-") == 0)
		return STDOUT_FILENO;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0600);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && fchmod(fd, 0600) < 0) {
		int r = -errno;
		close(fd);
		return r;
	}
	return fd;
}

static int write_all(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t n = write(fd, data, size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		size -= (size_t)n;
	}
	return 0;
}

static void note_tail(struct taking *t, const char *data, size_t size)
{
	size_t room = sizeof t->tail, keep = size < room ? room - size : 0;
	memmove(t->tail, t->tail + room - keep, keep);
	memcpy(t->tail + keep, data + size - (room - keep), room - keep);
}

/* 1: more may come. */
static int take(struct taking *t)
{
	char data[16384];
	ssize_t n = read(t->from, data, sizeof data);
	if (n < 0)
		return errno == EINTR ? 1 : -errno;
	if (n == 0)
		return memcmp(t->tail, LAST, sizeof t->tail) == 0 ? 0 : -ECONNRESET;
	note_tail(t, data, (size_t)n);
	int r = write_all(t->to, data, (size_t)n);
	return r < 0 ? r : 1;
}

/* The session then sends what there is, and the end. Again: it is to end at once. */
static void ask_end(struct taking *t)
{
	struct signalfd_siginfo info;
	if (read(t->signals, &info, sizeof info) > 0)
		shutdown(t->from, SHUT_WR);
	close(t->signals);
	t->signals = -1;
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static int take_all(struct taking *t)
{
	int r = 1;
	while (r == 1) {
		struct pollfd fds[] = {{t->from, POLLIN, 0}, {t->signals, POLLIN, 0}};
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return -errno;
		if (fds[1].revents)
			ask_end(t);
		if (fds[0].revents)
			r = take(t);
	}
	return r;
}

int ctl_input_save(const struct ctl_file *file, int fd)
{
	/* A pipe may wait long for its reader: Ctrl+C still ends that. */
	struct taking t = {.from = fd, .to = open_file(file->path), .signals = -1};
	sigset_t set;
	if (t.to < 0)
		return t.to;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	t.signals = signalfd(-1, &set, SFD_CLOEXEC);
	log_info("all that is typed from now on goes into %s, passwords too; Ctrl+C ends "
		 "it",
		strcmp(file->path, "-") == 0 ? "this output" : file->path);
	int r = take_all(&t);
	if (t.to != STDOUT_FILENO && close(t.to) < 0 && r == 0)
		r = -errno;
	return r;
}
