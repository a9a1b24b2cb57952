#include "session/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "session/loop.h"
#include "util/clock.h"
#include "util/list.h"
#include "util/log.h"
#include "util/xalloc.h"

#define FD_ABOVE  16             /* out of the way of those that the child gets */
#define GRACE_NS  (2 * NS_PER_S) /* from the hang-up to the end */
#define FINISH_NS (1 * NS_PER_S) /* of a killed one, only a stuck disk takes longer */

struct child {
	struct list link; /* forgotten: until they are reaped */
	struct loop *loop;
	pid_t pid;
	int pidfd, timer_fd; /* -1: no timer runs */
	struct loop_source *source, *timer;
	child_ended ended; /* NULL: forgotten */
	void *data;
};

static struct list forgotten = {&forgotten, &forgotten};

static void child_free(struct child *child)
{
	list_remove(&child->link);
	loop_remove(child->source);
	loop_remove(child->timer);
	close(child->pidfd);
	if (child->timer_fd >= 0)
		close(child->timer_fd);
	free(child);
}

static void handle_end(void *data, uint32_t events)
{
	struct child *child = data;
	child_ended ended = child->ended;
	void *ended_data = child->data;
	siginfo_t info = {0};
	(void)events;
	if (waitid(P_PIDFD, (id_t)child->pidfd, &info, WEXITED | WNOHANG) == 0 &&
		info.si_pid == 0)
		return;
	child_free(child);
	if (ended)
		ended(ended_data, info.si_code, info.si_status);
}

static int out_of_the_way(int fd)
{
	return fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, FD_ABOVE);
}

static int spawn(pid_t *pid, const struct child_spec *spec, char *const *argv)
{
	posix_spawnattr_t attr;
	posix_spawn_file_actions_t files;
	sigset_t all, none;
	int fds[2] = {out_of_the_way(spec->fds[0]), out_of_the_way(spec->fds[1])};
	sigfillset(&all);
	sigemptyset(&none);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDWR, 0);
	posix_spawn_file_actions_adddup2(&files, 0, 1);
	for (int i = 0; i < 2; i++) {
		if (fds[i] >= 0)
			posix_spawn_file_actions_adddup2(&files, fds[i], CHILD_FD + i);
	}
	int r = -posix_spawn(pid, "/proc/self/exe", &files, &attr, argv,
		spec->env ? spec->env : environ);
	for (int i = 0; i < 2; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	return r;
}

static int start(pid_t *pid, const struct child_spec *spec)
{
	char *argv[CHILD_ARGS + 4] = {"osaas", "helper"};
	char parent[16];
	size_t n = 2;
	snprintf(parent, sizeof parent, "%d", (int)getpid());
	for (size_t i = 0; spec->args[i]; i++) {
		if (i == CHILD_ARGS)
			return -E2BIG;
		argv[n++] = (char *)(uintptr_t)spec->args[i];
		if (i == 0)
			argv[n++] = parent;
	}
	return spawn(pid, spec, argv);
}

int child_start(struct loop *loop, const struct child_spec *spec, child_ended ended,
	void *data, struct child **out)
{
	pid_t pid;
	int r = start(&pid, spec);
	if (r < 0)
		return r;
	struct child *child = xcalloc(1, sizeof *child);
	*child = (struct child){
		.loop = loop, .pid = pid, .timer_fd = -1, .ended = ended, .data = data};
	list_init(&child->link);
	child->pidfd = pidfd_open(pid, 0);
	if (child->pidfd >= 0)
		child->source = loop_add(loop, child->pidfd, EPOLLIN, handle_end, child);
	if (!child->source) {
		r = -errno;
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		if (child->pidfd >= 0)
			close(child->pidfd);
		free(child);
		return r;
	}
	*out = child;
	return 0;
}

void child_signal(struct child *child, int sig, bool group)
{
	/* Not reaped yet, so the number is still its own. */
	if (!group || kill(-child->pid, sig) < 0)
		pidfd_send_signal(child->pidfd, sig, NULL, 0);
}

static int cpu_seconds(pid_t pid, rlim_t *out)
{
	clockid_t clock;
	struct timespec used;
	int r = -clock_getcpuclockid(pid, &clock);
	if (r == 0 && clock_gettime(clock, &used) < 0)
		r = -errno;
	if (r == 0)
		*out = (rlim_t)used.tv_sec;
	return r;
}

/* The kernel counts whole seconds. What the session itself may use at most stays above all. */
int child_limit_cpu(struct child *child, unsigned seconds)
{
	struct rlimit limit;
	rlim_t used = 0;
	int r = cpu_seconds(child->pid, &used);
	if (r == 0 && prlimit(child->pid, RLIMIT_CPU, NULL, &limit) < 0)
		r = -errno;
	if (r == 0) {
		rlim_t most = used + 1 + seconds;
		limit.rlim_cur = most < limit.rlim_max ? most : limit.rlim_max;
		if (prlimit(child->pid, RLIMIT_CPU, &limit, NULL) < 0)
			r = -errno;
	}
	return r == -ESRCH ? 0 : r;
}

void child_leave(struct child *child)
{
	if (child)
		child_free(child);
}

void child_destroy(struct child *child)
{
	if (!child)
		return;
	child->ended = NULL;
	child_signal(child, SIGKILL, false);
	list_push_back(&forgotten, &child->link);
}

static void handle_grace_over(void *data, uint32_t events)
{
	struct child *child = data;
	(void)events;
	loop_remove(child->timer);
	child->timer = NULL;
	child_signal(child, SIGKILL, true);
}

void child_hang_up(struct child *child)
{
	struct itimerspec grace = {.it_value = ns_timespec(GRACE_NS)};
	if (!child)
		return;
	child->ended = NULL;
	list_push_back(&forgotten, &child->link);
	child_signal(child, SIGHUP, true);
	child_signal(child, SIGCONT, true);
	child->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (child->timer_fd >= 0 &&
		timerfd_settime(child->timer_fd, 0, &grace, NULL) == 0)
		child->timer = loop_add(
			child->loop, child->timer_fd, EPOLLIN, handle_grace_over, child);
	if (!child->timer)
		child_signal(child, SIGKILL, true);
}

static bool wait_until(const struct child *child, uint64_t end_ns)
{
	struct pollfd wait = {.fd = child->pidfd, .events = POLLIN};
	uint64_t now = clock_real_ns();
	int ms = end_ns > now ? (int)((end_ns - now) / NS_PER_MS) : 0;
	return poll(&wait, 1, ms) == 1;
}

void child_finish(void)
{
	uint64_t end = clock_real_ns() + FINISH_NS;
	list_for_each_safe (child, &forgotten, struct child, link) {
		if (!wait_until(child, end)) {
			child_signal(child, SIGKILL, true);
			wait_until(child, end + FINISH_NS);
		}
		waitid(P_PIDFD, (id_t)child->pidfd, &(siginfo_t){0}, WEXITED | WNOHANG);
		child_free(child);
	}
}
