#include "session/control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sched/sched.h"
#include "session/control_command.h"
#include "session/control_reply.h"
#include "session/control_request.h"
#include "session/control_socket.h"
#include "session/loop.h"
#include "session/session.h"
#include "util/clock.h"
#include "util/list.h"
#include "util/log.h"
#include "util/xalloc.h"

#define MAX_CLIENTS  16
#define CLIENT_TIME  (5 * NS_PER_S) /* to ask and to read */
#define ACCEPT_RETRY (1 * NS_PER_S) /* when there is no descriptor left */

struct control {
	struct session *session;
	int listen_fd;
	char path[CONTROL_PATH_MAX];
	struct loop_source *source;
	struct list clients; /* client.link, the oldest first */
	size_t n_clients;
	bool paused;            /* nobody is accepted: full, or it failed */
	uint64_t resume_ns;     /* it failed: again then; UINT64_MAX: it did not */
	uint64_t tickets;       /* given so far */
	struct reply *deferred; /* during a command: it said that it answers later */
	struct control_stats stats;
};

struct client {
	struct list link; /* control.clients */
	struct control *control;
	int fd;
	struct loop_source *source;
	uint64_t deadline_ns;
	size_t got; /* bytes of the request */
	char request[CONTROL_REQUEST_MAX];
	char *reply; /* NULL: not asked yet; owned */
	size_t size, sent;
	int passed;            /* goes with the reply's first byte; -1: nothing */
	bool stays;            /* closed with the session */
	struct reply *waiting; /* is answered later, by the ticket; owned */
	uint64_t ticket;
};

static void set_paused(struct control *control, bool paused)
{
	if (control->paused == paused)
		return;
	control->paused = paused;
	loop_mod(control->source, paused ? 0 : EPOLLIN);
}

static void client_destroy(struct client *client)
{
	struct control *control = client->control;
	list_remove(&client->link);
	control->n_clients--;
	loop_remove(client->source);
	close(client->fd);
	if (client->passed >= 0)
		close(client->passed);
	free(client->reply);
	reply_destroy(client->waiting);
	free(client);
	if (control->resume_ns == UINT64_MAX)
		set_paused(control, false);
}

static void drop(struct client *client)
{
	/* Who said nothing and went only looked whether we are there. */
	if (client->got > 0 || client->deadline_ns <= clock_now_ns())
		client->control->stats.dropped++;
	client_destroy(client);
}

/* Sends what the socket takes; the rest when it has room. */
static void send_reply(struct client *client)
{
	ssize_t n = control_send(client->fd, client->reply + client->sent,
		client->size - client->sent, MSG_NOSIGNAL | MSG_DONTWAIT, client->passed);
	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		drop(client);
		return;
	}
	client->sent += n > 0 ? (size_t)n : 0;
	if (client->sent > 0 && client->passed >= 0) {
		close(client->passed);
		client->passed = -1;
	}
	if (client->sent < client->size || client->stays)
		loop_mod(client->source, client->sent < client->size ? EPOLLOUT : 0);
	else
		client_destroy(client);
}

/* Requests. */

static const struct control_command *find_command(
	const struct control_request *request, struct reply *reply)
{
	const struct control_command *command = control_command_find(request->words[0]);
	if (!command)
		reply_refuse(reply, REPLY_USAGE,
			"the session has no command '%.64s'; 'osaas ctl --help' lists "
			"them",
			request->words[0]);
	else if (request->n_words - 1 > command->max_words)
		reply_refuse(reply, REPLY_USAGE,
			"'%s' takes %zu words, not %zu; see 'osaas ctl --help'",
			command->name, command->max_words, request->n_words - 1);
	else
		return command;
	return NULL;
}

static void finish_reply(struct client *client, struct reply *reply)
{
	client->reply = reply_message(reply, &client->size);
	client->passed = reply_take(reply);
	reply_destroy(reply);
	send_reply(client);
}

static void refuse(struct client *client, enum reply_status status, const char *why)
{
	struct reply *reply = reply_create(false);
	client->control->stats.refused++;
	reply_refuse(reply, status, "%s", why);
	finish_reply(client, reply);
}

static void answer(struct client *client, size_t line)
{
	struct control *control = client->control;
	struct control_request request;
	struct control_error err;
	if (control_request_parse(client->request, line, &request, &err) < 0) {
		refuse(client, REPLY_USAGE, err.text);
		return;
	}
	struct reply *reply = reply_create(request.json);
	const struct control_command *command = find_command(&request, reply);
	control->stats.answered += command ? 1 : 0;
	control->stats.refused += command ? 0 : 1;
	if (command)
		command->answer(control->session, &request, reply);
	client->stays = command && command->waits_for_end;
	if (!control->deferred) {
		finish_reply(client, reply);
		return;
	}
	control->deferred = NULL;
	client->waiting = reply;
	client->ticket = control->tickets;
	loop_mod(client->source, 0); /* only that it went */
}

uint64_t control_defer(struct control *control, struct reply *reply)
{
	control->deferred = reply;
	return ++control->tickets;
}

static struct client *find_waiting(struct control *control, uint64_t ticket)
{
	list_for_each (client, &control->clients, struct client, link) {
		if (client->waiting && client->ticket == ticket)
			return client;
	}
	return NULL;
}

struct reply *control_waiting(struct control *control, uint64_t ticket)
{
	struct client *client = control ? find_waiting(control, ticket) : NULL;
	return client ? client->waiting : NULL;
}

void control_finish(struct control *control, uint64_t ticket)
{
	struct client *client = find_waiting(control, ticket);
	struct reply *reply = client->waiting;
	client->waiting = NULL;
	finish_reply(client, reply);
}

static void receive(struct client *client)
{
	ssize_t n = recv(client->fd, client->request + client->got,
		sizeof client->request - client->got, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		drop(client);
		return;
	}
	client->got += (size_t)n;
	const char *end = memchr(client->request, '\n', client->got);
	if (end)
		answer(client, (size_t)(end - client->request));
	else if (client->got == sizeof client->request)
		refuse(client, REPLY_USAGE, "the request is too long: shorten its words");
}

static void handle_client(void *data, uint32_t events)
{
	struct client *client = data;
	if (client->waiting)
		drop(client);
	else if (!client->reply)
		receive(client);
	else if (client->sent < client->size && !(events & EPOLLERR))
		send_reply(client);
	else
		drop(client);
}

/* Clients. */

static bool may_ask(int fd)
{
	uid_t uid;
	return control_peer(fd, &uid) == 0 && (uid == geteuid() || uid == 0);
}

static void watch(int fd)
{
	if (preempt_watch(fd) < 0)
		log_debug("control: readiness is not signalled: the timer bounds it");
}

static void add_client(struct control *control, int fd)
{
	struct client *client = xcalloc(1, sizeof *client);
	client->control = control;
	client->fd = fd;
	client->passed = -1;
	client->deadline_ns = clock_now_ns() + CLIENT_TIME;
	list_init(&client->link);
	list_push_back(&control->clients, &client->link);
	control->n_clients++;
	watch(fd);
	client->source =
		loop_add(control->session->loop, fd, EPOLLIN, handle_client, client);
	if (!client->source)
		drop(client);
	else if (!may_ask(fd))
		refuse(client, REPLY_FAILED,
			"the session is another user's: ask as that user, or as root");
	else
		receive(client);
}

static void handle_listen(void *data, uint32_t events)
{
	struct control *control = data;
	while (control->n_clients < MAX_CLIENTS) {
		int fd = accept4(
			control->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0) {
			add_client(control, fd);
			continue;
		}
		if (errno == EAGAIN)
			return;
		if (errno == EINTR || errno == ECONNABORTED)
			continue;
		log_error("control: nobody can be answered: %s; trying again",
			strerror(errno));
		control->resume_ns = clock_now_ns() + ACCEPT_RETRY;
		break;
	}
	set_paused(control, true);
}

void control_turn(struct control *control)
{
	if (!control || control_next_ns(control) == UINT64_MAX)
		return;
	uint64_t now = clock_now_ns();
	list_for_each_safe (client, &control->clients, struct client, link) {
		if (client->deadline_ns <= now)
			drop(client);
	}
	if (control->resume_ns <= now) {
		control->resume_ns = UINT64_MAX;
		set_paused(control, false);
	}
}

uint64_t control_next_ns(const struct control *control)
{
	uint64_t ns = control ? control->resume_ns : UINT64_MAX;
	if (!control || list_empty(&control->clients))
		return ns;
	uint64_t first =
		container_of(control->clients.next, struct client, link)->deadline_ns;
	return first < ns ? first : ns;
}

bool control_waits(const struct control *control)
{
	return control && !list_empty(&control->clients);
}

struct control_stats control_get_stats(const struct control *control)
{
	return control ? control->stats : (struct control_stats){0};
}

static struct control *fail(struct control *control, const char *why)
{
	log_error("'osaas ctl' cannot reach this session: %s", why);
	control_destroy(control);
	return NULL;
}

struct control *control_create(struct session *session)
{
	struct control *control = xcalloc(1, sizeof *control);
	struct control_error err;
	*control = (struct control){.session = session, .resume_ns = UINT64_MAX};
	control->stats.start_ns = clock_now_ns();
	list_init(&control->clients);
	control->listen_fd = control_listen(control->path, &err);
	if (control->listen_fd < 0)
		return fail(control, err.text);
	watch(control->listen_fd);
	control->source = loop_add(
		session->loop, control->listen_fd, EPOLLIN, handle_listen, control);
	if (!control->source)
		return fail(control, strerror(errno));
	log_debug("control: %s", control->path);
	return control;
}

void control_destroy(struct control *control)
{
	if (!control)
		return;
	if (control->listen_fd >= 0)
		unlink(control->path);
	control->resume_ns = 0; /* nobody else is accepted */
	list_for_each_safe (client, &control->clients, struct client, link)
		client_destroy(client);
	loop_remove(control->source);
	if (control->listen_fd >= 0)
		close(control->listen_fd);
	free(control);
}
