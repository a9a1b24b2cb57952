#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "session/cmd.h"
#include "session/control_command.h"
#include "session/control_grants.h"
#include "session/control_request.h"
#include "session/control_socket.h"
#include "session/ctl_file.h"
#include "session/ctl_help.h"
#include "util/clock.h"
#include "util/log.h"

#define WAIT_S    15u /* above what a session gives a client */
#define PERIOD_NS NS_PER_S
#define BODY_MAX  ((size_t)16 << 20)

enum option {
	OPT_JSON,
	OPT_WATCH,
	OPT_OUTPUT,
	OPT_RATE,
	OPT_POINTER,
	OPT_FOR,
	OPT_STOP,
	OPT_SOCKET,
};

static const struct opt opts[] = {
	{"json", OPT_JSON, false},
	{"watch", OPT_WATCH, false},
	{"output", OPT_OUTPUT, true},
	{"rate", OPT_RATE, true},
	{"pointer", OPT_POINTER, false},
	{"for", OPT_FOR, true},
	{"stop", OPT_STOP, false},
	{"socket", OPT_SOCKET, true},
	{0},
};

struct question {
	bool json, watch, help;
	const char *path; /* of the session's socket; NULL: look for it */
	bool named;       /* the user gave it */
	const char *words[CONTROL_WORDS_MAX];
	size_t n_words;
	struct control_grants_words own; /* that some of words may point to */
	char line[CONTROL_REQUEST_MAX + 1];
	int length; /* of line */
	struct ctl_options options;
	struct ctl_file file;
};

struct answer {
	char *text; /* head and body; owned */
	size_t size, body;
	int status;
	int passed; /* a descriptor that came with it; -1: none */
};

/* Which session. */

struct found {
	char path[CONTROL_PATH_MAX]; /* the first */
	size_t n;
	char list[1024]; /* all, for the user */
};

static void note_session(void *data, const char *path)
{
	struct found *found = data;
	size_t len = strlen(found->list);
	if (found->n++ == 0)
		memcpy(found->path, path, strlen(path) + 1);
	snprintf(found->list + len, sizeof found->list - len, "%s--socket %s",
		len ? " or " : "", path);
}

static int find_session(struct found *found)
{
	char folder[CONTROL_PATH_MAX];
	struct control_error err;
	if (control_folder(folder, &err) < 0) {
		log_error("%s", err.text);
		return EXIT_FAILED;
	}
	int r = control_each(folder, note_session, found);
	if (found->n == 1)
		return EXIT_OK;
	if (found->n > 1)
		log_error("%zu sessions run here: choose one with %s", found->n,
			found->list);
	else if (r < 0 && r != -ENOENT)
		log_error("%s: %s; run it as the session's user, or name its socket "
			  "with --socket",
			folder, strerror(-r));
	else
		log_error("no session runs here (none in %s): start one with 'osaas "
			  "session', or name its socket with --socket",
			folder);
	return EXIT_FAILED;
}

/* False only when it is certain that none runs. */
static bool is_any_session(void)
{
	char folder[CONTROL_PATH_MAX];
	struct control_error err;
	struct found found = {0};
	if (control_folder(folder, &err) < 0)
		return true;
	int r = control_each(folder, note_session, &found);
	return found.n > 0 || (r < 0 && r != -ENOENT);
}

/* One question, one answer. */

static int say_unreachable(const char *path, int r)
{
	if (r == -ENOENT)
		log_error("there is no socket %s: without --socket the session is looked "
			  "for",
			path);
	else if (r == -ECONNREFUSED)
		log_error("the session of %s is over: start another with 'osaas session'",
			path);
	else if (r == -EACCES || r == -EPERM)
		log_error("%s: no permission: run it as the session's user, or as root",
			path);
	else if (r == -EAGAIN)
		log_error("the session of %s does not answer: see its log, or end it "
			  "with kill",
			path);
	else
		log_error("%s cannot be asked: %s; is it a session's socket?", path,
			strerror(-r));
	return EXIT_FAILED;
}

/* What it says goes to a terminal, and it may be asked to do things: it should be ours. */
static bool trusts(const struct question *q, int fd)
{
	uid_t uid;
	if (control_peer(fd, &uid) < 0)
		return false;
	if (uid == geteuid() || uid == 0 || (q->named && geteuid() == 0))
		return true;
	log_error("%s belongs to user %u: run it as that user%s", q->path, uid,
		geteuid() == 0 ? ", or name it with --socket" : "");
	return false;
}

/* 0, or -errno; a session that refuses at once may have closed already: it is read all the same. */
static int send_line(int fd, const struct question *q)
{
	ssize_t n = send(fd, q->line, (size_t)q->length, MSG_NOSIGNAL);
	if (n == q->length || errno == EPIPE || errno == ECONNRESET)
		return 0;
	return n < 0 ? -errno : -EIO;
}

static ssize_t receive(int fd, struct answer *answer, size_t room)
{
	int passed;
	ssize_t n = control_recv(fd, answer->text + answer->size, room, &passed);
	if (passed >= 0 && answer->passed >= 0)
		close(passed);
	else if (passed >= 0)
		answer->passed = passed;
	return n;
}

/* Reads to the end. 0, or -errno; -EPIPE: it broke off. */
static int read_all(int fd, struct answer *answer)
{
	size_t room = 0;
	for (;;) {
		if (answer->size + 1 >= room) {
			room = room ? room * 2 : 4096;
			char *text = room > BODY_MAX ? NULL : realloc(answer->text, room);
			if (!text)
				return -ENOMEM;
			answer->text = text;
		}
		ssize_t n = receive(fd, answer, room - answer->size - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != ECONNRESET)
			return -errno;
		answer->size += n > 0 ? (size_t)n : 0;
		answer->text[answer->size] = '\0';
		if (n <= 0)
			return 0;
	}
}

/* 0; -EPIPE: a part is missing, -EPROTO: it is none. */
static int parse_answer(struct answer *answer)
{
	static const char *const names[] = {"ok", "failed", "usage"};
	static const int statuses[] = {EXIT_OK, EXIT_FAILED, EXIT_USAGE};
	unsigned version;
	char name[16];
	size_t length;
	const char *end = memchr(answer->text, '\n', answer->size);
	if (!end)
		return -EPIPE;
	if (sscanf(answer->text, "osaas %u %15s %zu", &version, name, &length) != 3)
		return -EPROTO;
	answer->body = (size_t)(end - answer->text) + 1;
	if (answer->size - answer->body < length)
		return -EPIPE;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(name, names[i]) == 0) {
			answer->status = statuses[i];
			return 0;
		}
	}
	return -EPROTO;
}

static int say_broken(const char *path, int r)
{
	if (r == -EPIPE)
		log_error("the session of %s ended before it had answered: see its log",
			path);
	else if (r == -EPROTO)
		log_error("%s does not answer like a session: is it another program's?",
			path);
	else
		return say_unreachable(path, r);
	return EXIT_FAILED;
}

/* 0, or -errno; as read_all and parse_answer. */
static int ask(const struct question *q, int fd, struct answer *answer)
{
	int r = send_line(fd, q);
	if (r == 0)
		r = read_all(fd, answer);
	if (answer->text && (r == 0 || r == -EAGAIN)) {
		int parsed = parse_answer(answer);
		r = r == 0 || parsed == 0 ? parsed : r;
	}
	return r;
}

static int print_answer(const struct question *q, const struct answer *answer)
{
	const char *body = answer->text + answer->body;
	size_t size = answer->size - answer->body;
	if (answer->status != EXIT_OK) {
		log_error("%.*s", (int)strcspn(body, "\n"), body);
		return answer->status;
	}
	if (q->file.save)
		return ctl_file_save(&q->file, answer->passed, q->json);
	if (q->watch && !q->json && isatty(STDOUT_FILENO))
		fputs("\033[H\033[J", stdout);
	fwrite(body, 1, size, stdout);
	if (q->watch && !q->json && !isatty(STDOUT_FILENO))
		putchar('\n');
	if (fflush(stdout) == 0)
		return EXIT_OK;
	log_error("the answer cannot be written: %s", strerror(errno));
	return EXIT_FAILED;
}

static int say_over(bool *over)
{
	log_info("the session is over");
	*over = true;
	return EXIT_OK;
}

/* over as ask_once's; NULL: that it ends without a word is an error. */
static int ask_and_print(const struct question *q, int fd, bool *over)
{
	struct answer answer = {.passed = -1};
	int r = ask(q, fd, &answer);
	if (r == -EPIPE && answer.size == 0 && over)
		r = say_over(over);
	else
		r = r < 0 ? say_broken(q->path, r) : print_answer(q, &answer);
	free(answer.text);
	if (answer.passed >= 0)
		close(answer.passed);
	return r;
}

/* again: it has answered before, so that it is gone is no error; *over is set. */
static int ask_once(const struct question *q, bool again, bool *over)
{
	int fd = control_connect(q->path, WAIT_S);
	if (again && (fd == -ENOENT || fd == -ECONNREFUSED))
		return say_over(over);
	if (fd < 0)
		return say_unreachable(q->path, fd);
	int r = trusts(q, fd) ? ask_and_print(q, fd, again ? over : NULL) : EXIT_FAILED;
	close(fd);
	return r;
}

static int ask_all(const struct question *q)
{
	bool over = false;
	int r = ask_once(q, false, &over);
	while (q->watch && r == EXIT_OK && !over) {
		struct timespec pause = ns_timespec(PERIOD_NS);
		nanosleep(&pause, NULL);
		r = ask_once(q, true, &over);
	}
	return r;
}

/* The command line. */

static bool is_grants(const struct question *q)
{
	return q->n_words && strcmp(q->words[0], "grants") == 0;
}

static int check(struct question *q)
{
	const struct control_command *command;
	if (q->n_words == 0) {
		log_error("ask what? 'osaas ctl --help' lists the commands");
		return EXIT_USAGE;
	}
	command = control_command_find(q->words[0]);
	if (!command) {
		ctl_help_unknown(q->words[0]);
		return EXIT_USAGE;
	}
	if (q->watch && (command->acts || (command->acts_with_words && q->n_words > 1))) {
		log_error("'%s' is not for watching: leave --watch away", command->name);
		return EXIT_USAGE;
	}
	if (is_grants(q) && !control_grants_look_up(q->words, &q->n_words, &q->own))
		return EXIT_FAILED;
	if (!ctl_file_take(q->words, &q->n_words, &q->options, &q->file))
		return EXIT_USAGE;
	q->length = control_request_write(q->line, q->json, q->words, q->n_words);
	if (q->length < 0) {
		log_error("the words after '%s' are %s", command->name,
			q->length == -E2BIG ? "too many, or too long: shorten them"
					    : "empty: leave them away");
		return EXIT_USAGE;
	}
	return EXIT_OK;
}

static bool take(struct question *q, int id, const char *value)
{
	if (id == OPT_HELP)
		q->help = true;
	if (id == OPT_JSON)
		q->json = true;
	if (id == OPT_WATCH)
		q->watch = true;
	if (id == OPT_OUTPUT)
		q->options.output = value;
	if (id == OPT_POINTER)
		q->options.pointer = true;
	if (id == OPT_RATE)
		q->options.rate = value;
	if (id == OPT_FOR)
		q->options.seconds = value;
	if (id == OPT_STOP)
		q->options.stop = true;
	if (id == OPT_SOCKET) {
		q->path = value;
		q->named = true;
	}
	if (id != OPT_ARG)
		return true;
	if (q->n_words == CONTROL_WORDS_MAX) {
		log_error("at most %d words can be asked", CONTROL_WORDS_MAX);
		return false;
	}
	q->words[q->n_words++] = value;
	return true;
}

static int print_help(const struct question *q)
{
	const struct control_command *command = NULL;
	if (q->n_words && !(command = control_command_find(q->words[0]))) {
		ctl_help_unknown(q->words[0]);
		return EXIT_USAGE;
	}
	ctl_help_print(command);
	return EXIT_OK;
}

int cmd_ctl(int argc, char **argv)
{
	struct opt_state state = {.argc = argc, .index = 1, .argv = argv};
	struct question q = {0};
	struct found found = {0};
	int id;
	while ((id = opt_next(&state, opts, "ctl")) != OPT_END) {
		if (id == OPT_BAD || !take(&q, id, state.value))
			return EXIT_USAGE;
	}
	if (q.help)
		return print_help(&q);
	int r = check(&q);
	if (r == EXIT_OK && !q.named && is_grants(&q) && !is_any_session())
		return control_grants_offline(q.words, q.n_words, q.json);
	if (r == EXIT_OK && !q.named) {
		r = find_session(&found);
		q.path = found.path;
	}
	return r == EXIT_OK ? ask_all(&q) : r;
}
