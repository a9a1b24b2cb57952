#include "session/store.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plugins/endpoint.h"
#include "sched/sched.h"
#include "session/loop.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

#define END_WAIT     (2 * NS_PER_S)
#define DEATHS       3 /* within DEATH_TIME: then no other is started for that long */
#define DEATH_TIME   (10 * NS_PER_S)
#define READ_AT_ONCE 64 /* answers; then others of the loop have their turn */

struct store {
	struct loop *loop;
	struct loop_source *source;
	int fd; /* -1: no process runs */
	pid_t pid;
	uint64_t generation;
	uint64_t deaths[DEATHS]; /* when the last ones died */
	bool told;               /* that none is started */

	struct list asks;         /* store_ask.link: not answered yet, in order */
	struct store_ask *unsent; /* the first that is not out; NULL: all are */
	size_t out;               /* bytes of it that are */
	bool listens;             /* for room, too */

	struct store_head answer; /* that is coming in */
	struct buffer *payload;
	size_t in; /* bytes of both that are there */
};

static void handle_ready(void *data, uint32_t events);

/* The process. */

extern char **environ;

static int spawn(int fd, pid_t *pid)
{
	char *argv[] = {(char[]){"osaas"}, (char[]){"store"}, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t none, all;
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&how);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, fd, STORE_FD);
	/* Ctrl+C on our terminal is not for it: it ends when we do, after its work. */
	posix_spawnattr_setflags(&how,
		POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&how, &none);
	posix_spawnattr_setsigdefault(&how, &all);
	int r = posix_spawn(pid, "/proc/self/exe", &files, &how, argv, environ);
	posix_spawnattr_destroy(&how);
	posix_spawn_file_actions_destroy(&files);
	return -r;
}

static int begin(struct store *store)
{
	int fds[2];
	if (store->pid > 0) /* the last one, if it was not quite dead then */
		waitpid(store->pid, NULL, WNOHANG);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return -errno;
	/* dup2 of a descriptor to itself would leave it closed on exec. */
	int theirs = fds[1] == STORE_FD ? fcntl(fds[1], F_DUPFD_CLOEXEC, STORE_FD + 1)
					: fds[1];
	int r = theirs < 0 ? -errno : spawn(theirs, &store->pid);
	if (theirs != fds[1] && theirs >= 0)
		close(theirs);
	close(fds[1]);
	if (r == 0) {
		fcntl(fds[0], F_SETFL, O_NONBLOCK);
		if (preempt_watch(fds[0]) < 0)
			log_debug("the store's answers are not signalled");
		store->source =
			loop_add(store->loop, fds[0], EPOLLIN, handle_ready, store);
		r = store->source ? 0 : -errno;
	}
	if (r < 0) {
		close(fds[0]);
		return r;
	}
	store->fd = fds[0];
	store->listens = false;
	store->generation++;
	log_debug("the store's process is %d", store->pid);
	return 0;
}

static bool dies_too_often(const struct store *store)
{
	return store->deaths[0] && clock_now_ns() - store->deaths[0] < DEATH_TIME;
}

uint64_t store_start(struct store *store)
{
	if (store->fd >= 0)
		return store->generation;
	bool often = dies_too_often(store);
	int r = often ? -EAGAIN : begin(store);
	if (r == 0) {
		store->told = false;
		return store->generation;
	}
	if (!store->told && often)
		log_error("the store's process died %d times: nothing is kept for %d s",
			DEATHS, (int)(DEATH_TIME / NS_PER_S));
	else if (!store->told)
		log_error("the store's process cannot be started: %s; nothing is kept",
			strerror(-r));
	store->told = true;
	return 0;
}

bool store_is(const struct store *store, uint64_t process)
{
	return store->fd >= 0 && store->generation == process;
}

/* Requests. */

static void finish(struct store *store, struct store_ask *ask,
	const struct store_head *answer, struct buffer *payload)
{
	if (store->unsent == ask)
		store->unsent = NULL;
	list_remove(&ask->link);
	buffer_destroy(ask->payload);
	ask->payload = NULL;
	ask->done(ask, answer, payload);
}

static void fail(struct store *store, struct store_ask *ask)
{
	struct store_head answer = ask->head;
	answer.result = -EIO;
	answer.len = 0;
	finish(store, ask, &answer, NULL);
}

static void fail_all(struct store *store)
{
	struct list failed, *link;
	list_init(&failed);
	store->unsent = NULL;
	store->out = 0;
	/* Who hears of it may ask again: that is for the next process. */
	while ((link = list_pop_front(&store->asks)))
		list_push_back(&failed, link);
	while (!list_empty(&failed))
		fail(store, container_of(failed.next, struct store_ask, link));
}

static void forget_process(struct store *store)
{
	loop_remove(store->source);
	store->source = NULL;
	close(store->fd);
	store->fd = -1;
	buffer_destroy(store->payload);
	store->payload = NULL;
	store->in = 0;
}

static void handle_death(struct store *store)
{
	log_error("the store's process died; another is started when it is needed");
	forget_process(store);
	kill(store->pid, SIGKILL);
	waitpid(store->pid, NULL, WNOHANG);
	memmove(store->deaths, store->deaths + 1,
		sizeof store->deaths - sizeof *store->deaths);
	store->deaths[DEATHS - 1] = clock_now_ns();
	fail_all(store);
}

static void listen_for_room(struct store *store, bool on)
{
	if (store->listens == on)
		return;
	store->listens = on;
	loop_mod(store->source, on ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

/* Sends a piece. Returns bytes, 0: no room, or -errno. */
static ssize_t send_some(struct store *store)
{
	struct store_ask *ask = store->unsent;
	size_t head = store->out < sizeof ask->head ? sizeof ask->head - store->out : 0;
	size_t done = head ? 0 : store->out - sizeof ask->head;
	struct iovec parts[2] = {
		{(char *)&ask->head + store->out, head},
		{ask->payload ? (char *)buffer_data(ask->payload) + done : NULL,
			ask->head.len - done},
	};
	struct msghdr msg = {.msg_iov = parts + !head, .msg_iovlen = head ? 2 : 1};
	ssize_t n = sendmsg(store->fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	return n;
}

static struct store_ask *ask_after(struct store *store, struct store_ask *ask)
{
	return ask->link.next == &store->asks
		       ? NULL
		       : container_of(ask->link.next, struct store_ask, link);
}

/* 0 or -errno: the process is gone. */
static int flush(struct store *store)
{
	while (store->unsent) {
		ssize_t n = send_some(store);
		if (n <= 0) {
			listen_for_room(store, true);
			return (int)n;
		}
		store->out += (size_t)n;
		if (store->out < sizeof store->unsent->head + store->unsent->head.len)
			continue;
		store->out = 0;
		store->unsent = ask_after(store, store->unsent);
	}
	listen_for_room(store, false);
	return 0;
}

void store_ask(struct store *store, struct store_ask *ask)
{
	list_init(&ask->link);
	if (!store_start(store)) {
		fail(store, ask);
		return;
	}
	list_push_back(&store->asks, &ask->link);
	if (!store->unsent)
		store->unsent = ask;
	if (flush(store) < 0)
		handle_death(store);
}

/* Answers. */

static ssize_t read_some(struct store *store)
{
	size_t head = sizeof store->answer;
	char *to = store->in < head
			   ? (char *)&store->answer + store->in
			   : (char *)buffer_data(store->payload) + store->in - head;
	size_t want = store->in < head ? head - store->in
				       : head + store->answer.len - store->in;
	ssize_t n = recv(store->fd, to, want, MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	return n == 0 ? -EPIPE : n;
}

/* 1: an answer is there; 0: not yet; -errno. */
static int receive(struct store *store)
{
	for (;;) {
		ssize_t n = read_some(store);
		if (n <= 0)
			return (int)n;
		store->in += (size_t)n;
		if (store->in < sizeof store->answer)
			continue;
		if (store->answer.len > STORE_PAYLOAD_MAX || list_empty(&store->asks))
			return -EPROTO;
		if (store->answer.len && !store->payload)
			store->payload = buffer_create(store->answer.len);
		if (store->answer.len && !store->payload)
			return -ENOMEM;
		if (store->in == sizeof store->answer + store->answer.len)
			return 1;
	}
}

static int take_answers(struct store *store)
{
	int r = 0;
	for (int i = 0; i < READ_AT_ONCE && (r = receive(store)) > 0; i++) {
		struct store_ask *ask =
			container_of(store->asks.next, struct store_ask, link);
		struct buffer *payload = store->payload;
		store->payload = NULL;
		store->in = 0;
		const struct store_head answer = store->answer;
		finish(store, ask, &answer, payload);
	}
	return r < 0 ? r : 0;
}

static void handle_ready(void *data, uint32_t events)
{
	struct store *store = data;
	(void)events;
	int r = take_answers(store);
	if (r == 0 && store->fd >= 0)
		r = flush(store);
	if (r < 0 && store->fd >= 0)
		handle_death(store);
}

bool store_waits(const struct store *store)
{
	return store && !list_empty(&store->asks);
}

struct store *store_create(struct loop *loop)
{
	struct store *store = xcalloc(1, sizeof *store);
	store->loop = loop;
	store->fd = -1;
	list_init(&store->asks);
	return store;
}

static int wait_for_more(struct store *store, uint64_t until_ns)
{
	struct pollfd fd = {.fd = store->fd,
		.events = (short)(POLLIN | (store->unsent ? POLLOUT : 0))};
	uint64_t now = clock_real_ns();
	if (now >= until_ns)
		return 0;
	return poll(&fd, 1, (int)((until_ns - now) / NS_PER_MS) + 1);
}

/* It ends when it has read that nothing more comes. */
static void end_process(struct store *store, uint64_t until_ns)
{
	char byte;
	shutdown(store->fd, SHUT_WR);
	while (recv(store->fd, &byte, 1, MSG_DONTWAIT) != 0) {
		if (errno != EAGAIN || wait_for_more(store, until_ns) <= 0)
			break;
	}
	forget_process(store);
	while (waitpid(store->pid, NULL, WNOHANG) == 0 && clock_real_ns() < until_ns) {
		struct timespec pause = ns_timespec(NS_PER_MS);
		nanosleep(&pause, NULL);
	}
}

void store_destroy(struct store *store)
{
	if (!store)
		return;
	uint64_t until_ns = clock_real_ns() + END_WAIT;
	while (store->fd >= 0 && !list_empty(&store->asks) &&
		wait_for_more(store, until_ns) > 0)
		handle_ready(store, 0);
	if (!list_empty(&store->asks))
		log_error("the disk takes too long: what was asked last may not be kept");
	if (store->fd >= 0)
		end_process(store, until_ns);
	fail_all(store);
	free(store);
}
