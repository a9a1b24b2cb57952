/*
 * "process.pty": osaas_process.h. A program is started by a helper process (child.h),
 * which tells on a pipe why it could not be, or closes it as it becomes the program.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "plugins/include/osaas_process.h"
#include "session/child.h"
#include "session/loop.h"
#include "session/service_table.h"
#include "session/session.h"
#include "session/stream.h"
#include "util/clock.h"
#include "util/xalloc.h"

#define GRACE_NS (2 * NS_PER_S) /* from the hang-up to the end */

struct processes {
	struct service service;
	struct list all; /* process.link */
	unsigned n;
};

struct process {
	struct list link; /* processes.all */
	struct processes *owner;
	struct stream stream;
	int terminal; /* the master; the stream's after it was attached */
	int why_fd;   /* until it is known whether it was started */
	struct loop_source *why;
	struct child *child; /* NULL: not yet, or no more */
	bool exited, over;   /* the program; its stream */
	int code, status;    /* as child_ended has them */
	int error;           /* of the stream */
	uint64_t kill_ns;    /* UINT64_MAX: not */
};

static void set_timer(struct processes *owner)
{
	uint64_t first = UINT64_MAX;
	list_for_each (p, &owner->all, struct process, link) {
		if (p->kill_ns < first)
			first = p->kill_ns;
	}
	service_wake_at(&owner->service, first);
}

static void stop_asking(struct process *p)
{
	loop_remove(p->why);
	p->why = NULL;
	if (p->why_fd >= 0)
		close(p->why_fd);
	p->why_fd = -1;
}

static void process_destroy(struct process *p)
{
	stop_asking(p);
	if (p->stream.fd < 0 && p->terminal >= 0)
		close(p->terminal);
	stream_finish(&p->stream);
	child_hang_up(p->child);
	list_remove(&p->link);
	p->owner->n--;
	free(p);
}

/* Both the program and its terminal are over. */
static void conclude(struct process *p)
{
	struct osaas_process_exit exit = {.code = p->status};
	struct message msg = {.type = OSAAS_PROCESS_EXITED};
	struct processes *owner = p->owner;
	if (p->code != CLD_EXITED)
		exit = (struct osaas_process_exit){-1, (uint32_t)p->status};
	memcpy(msg.bytes, &exit, sizeof exit);
	if (p->error == 0)
		stream_post(&p->stream, &msg);
	process_destroy(p);
	set_timer(owner);
}

static void handle_stream_ended(struct stream *stream, int error)
{
	struct process *p = container_of(stream, struct process, stream);
	p->over = true;
	p->error = error;
	if (!p->child) {
		conclude(p);
		return;
	}
	/* Where all have closed the terminal by themselves, it is about to end anyway. */
	if (!stream->read_over) {
		child_signal(p->child, SIGHUP, true);
		child_signal(p->child, SIGCONT, true);
	}
	p->kill_ns = clock_now_ns() + GRACE_NS;
	set_timer(p->owner);
}

static void resize(struct process *p, struct osaas_process_size size)
{
	struct winsize ws = {.ws_col = size.columns,
		.ws_row = size.rows,
		.ws_xpixel = size.width,
		.ws_ypixel = size.height};
	ioctl(p->terminal, TIOCSWINSZ, &ws);
}

static void send_signal(struct process *p, uint32_t sig)
{
	static const uint32_t some[] = {
		SIGHUP, SIGINT, SIGQUIT, SIGKILL, SIGTERM, SIGCONT};
	for (size_t i = 0; p->child && i < sizeof some / sizeof *some; i++) {
		if (some[i] == sig)
			child_signal(p->child, (int)sig, true);
	}
}

static void handle_message(struct stream *stream, struct message *msg)
{
	struct process *p = container_of(stream, struct process, stream);
	struct osaas_process_size size;
	uint32_t sig;
	memcpy(&size, msg->bytes, sizeof size);
	memcpy(&sig, msg->bytes, sizeof sig);
	if (msg->type == OSAAS_PROCESS_RESIZE)
		resize(p, size);
	else if (msg->type == OSAAS_PROCESS_SIGNAL)
		send_signal(p, sig);
	message_drop(msg);
}

static const struct stream_ops stream_ops = {
	.message = handle_message,
	.ended = handle_stream_ended,
};

/* The start. */

static void handle_why(void *data, uint32_t events)
{
	struct process *p = data;
	int why = 0;
	(void)events;
	ssize_t n = read(p->why_fd, &why, sizeof why);
	if (n < 0 && errno == EAGAIN)
		return;
	stop_asking(p);
	if (n == (ssize_t)sizeof why)
		stream_fail(&p->stream, stream_error(-why));
	else if (!p->stream.ended)
		stream_attach(&p->stream, p->terminal);
}

static void handle_exited(void *data, int code, int status)
{
	struct process *p = data;
	p->child = NULL;
	p->exited = true;
	p->code = code;
	p->status = status;
	if (p->why)
		handle_why(p, 0);
	if (p->over)
		conclude(p);
	else
		stream_drain(&p->stream);
}

static int open_terminal(struct osaas_process_size size, int *master, int *slave)
{
	struct termios settings;
	*slave = -1;
	*master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (*master < 0 || unlockpt(*master) < 0)
		return -errno;
	*slave = ioctl(*master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*slave < 0)
		return -errno;
	if (tcgetattr(*slave, &settings) == 0) {
		settings.c_iflag |= IUTF8;
		tcsetattr(*slave, TCSANOW, &settings);
	}
	struct winsize ws = {.ws_col = size.columns,
		.ws_row = size.rows,
		.ws_xpixel = size.width,
		.ws_ypixel = size.height};
	return ioctl(*master, TIOCSWINSZ, &ws) < 0 ? -errno : 0;
}

static int start_program(struct process *p, const char *const *args, char *const *env,
	struct osaas_process_size size)
{
	struct loop *loop = p->owner->service.session->loop;
	int slave, why[2] = {-1, -1};
	int r = open_terminal(size, &p->terminal, &slave);
	if (r == 0 && pipe2(why, O_CLOEXEC | O_NONBLOCK) < 0)
		r = -errno;
	p->why_fd = why[0];
	struct child_spec spec = {.args = args, .env = env, .fds = {slave, why[1]}};
	if (r == 0 && !(p->why = loop_add(loop, why[0], EPOLLIN, handle_why, p)))
		r = -errno;
	if (r == 0)
		r = child_start(loop, &spec, handle_exited, p, &p->child);
	if (slave >= 0)
		close(slave);
	if (why[1] >= 0)
		close(why[1]);
	return r;
}

static int spawn(struct processes *owner, const char *const *args, char *const *env,
	struct osaas_process_size size, struct endpoint **end)
{
	struct process *p = xcalloc(1, sizeof *p);
	*p = (struct process){
		.owner = owner, .terminal = -1, .why_fd = -1, .kill_ns = UINT64_MAX};
	list_push_back(&owner->all, &p->link);
	owner->n++;
	p->stream.fd = -1;
	int r = stream_init(&p->stream, owner->service.session, &stream_ops, end);
	if (r == 0 && (r = start_program(p, args, env, size)) < 0)
		endpoint_close(*end);
	if (r < 0)
		process_destroy(p);
	return r;
}

/* The request: strings. */

struct strings {
	const char *args[OSAAS_PROCESS_ARGS + 4];
	const char *env[OSAAS_PROCESS_ENV + 1];
	size_t n_args, n_env;
};

static bool is_setting(const char *s)
{
	size_t n = 0;
	while (isalnum((unsigned char)s[n]) || s[n] == '_')
		n++;
	return n > 0 && !isdigit((unsigned char)s[0]) && s[n] == '=';
}

static int read_strings(const struct message *msg,
	const struct osaas_process_spawn *spawn, struct strings *out)
{
	const char *p = msg->buffer ? buffer_data(msg->buffer) : "";
	size_t left = msg->buffer ? (size_t)msg->len : 0;
	if (left > OSAAS_PROCESS_TEXT || spawn->args > OSAAS_PROCESS_ARGS ||
		spawn->env > OSAAS_PROCESS_ENV)
		return -E2BIG;
	for (size_t i = 0; i < (size_t)spawn->args + spawn->env; i++) {
		size_t n = strnlen(p, left);
		if (n == left || (i >= spawn->args && !is_setting(p)))
			return -EINVAL;
		if (i < spawn->args)
			out->args[out->n_args++] = p;
		else
			out->env[out->n_env++] = p;
		p += n + 1;
		left -= n + 1;
	}
	return left ? -EINVAL : 0;
}

static bool same_name(const char *a, const char *b)
{
	size_t n = strcspn(a, "=");
	return strncmp(a, b, n + 1) == 0;
}

static bool overridden(const char *setting, const struct strings *strings)
{
	for (size_t i = 0; i < strings->n_env; i++) {
		if (same_name(strings->env[i], setting))
			return true;
	}
	return false;
}

/* The session's environment with what is added; the strings are borrowed. */
static char **make_env(const struct strings *strings)
{
	size_t n = 0;
	while (environ[n])
		n++;
	const char **env = xcalloc(n + strings->n_env + 2, sizeof *env);
	n = 0;
	if (!overridden("TERM=", strings))
		env[n++] = "TERM=xterm-256color";
	for (size_t i = 0; environ[i]; i++) {
		if (!same_name("TERM=", environ[i]) && !overridden(environ[i], strings))
			env[n++] = environ[i];
	}
	memcpy(env + n, strings->env, strings->n_env * sizeof *env);
	return (char **)env;
}

static int spawn_from(
	struct processes *owner, const struct message *msg, struct endpoint **end)
{
	struct osaas_process_spawn spawn_rq;
	const char *home = getenv("HOME");
	struct strings strings = {
		.args = {"terminal", home && home[0] == '/' ? home : "/",
			owner->service.scope},
		.n_args = 3,
	};
	memcpy(&spawn_rq, msg->bytes, sizeof spawn_rq);
	int r = read_strings(msg, &spawn_rq, &strings);
	if (r == 0 && owner->n == OSAAS_PROCESS_MAX)
		r = -EMFILE;
	if (r < 0)
		return r;
	char **env = make_env(&strings);
	r = spawn(owner, strings.args, env, spawn_rq.size, end);
	free(env);
	if (r < 0 && r != -ENOMEM)
		r = -EIO;
	return r;
}

static void receive(struct service *service, struct message *msg)
{
	struct processes *owner = container_of(service, struct processes, service);
	struct message answer = {.type = msg->type | OSAAS_ANSWER};
	if (msg->type != OSAAS_PROCESS_SPAWN) {
		service_unknown(service, msg);
		return;
	}
	int r = spawn_from(owner, msg, &answer.endpoint);
	if (r < 0) {
		service_refuse(service, msg, r, "cannot start the program: %s",
			r == -EMFILE ? "too many run" : strerror(-r));
		return;
	}
	message_drop(msg);
	service_answer(service, &answer);
}

static void wake(struct service *service)
{
	struct processes *owner = container_of(service, struct processes, service);
	uint64_t now = clock_now_ns();
	list_for_each (p, &owner->all, struct process, link) {
		if (p->kill_ns > now)
			continue;
		p->kill_ns = UINT64_MAX;
		child_signal(p->child, SIGKILL, true);
	}
	set_timer(owner);
}

static int start(struct service *service, char *why, size_t why_size)
{
	struct processes *owner = container_of(service, struct processes, service);
	list_init(&owner->all);
	if (strcmp(service->scope, "shell") == 0 || service->scope[0] == '/')
		return 0;
	snprintf(why, why_size,
		"'%.64s' is no program: write an absolute path, or 'shell'",
		service->scope);
	return -EINVAL;
}

static void stop(struct service *service)
{
	struct processes *owner = container_of(service, struct processes, service);
	list_for_each_safe (p, &owner->all, struct process, link)
		process_destroy(p);
}

const struct service_ops service_process = {
	.cap = "process.pty",
	.scope = "a program",
	.size = sizeof(struct processes),
	.start = start,
	.receive = receive,
	.wake = wake,
	.stop = stop,
};
