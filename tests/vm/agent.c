/*
 * agent - runs commands in the test VM for the host, over a virtio-serial port
 *
 * Both directions carry messages of one form: a header line of four fields,
 *
 *	ID WORD NUMBER LENGTH\n
 *
 * and then LENGTH bytes. ID is chosen by the host, and every answer repeats it,
 * so any number of requests may be under way at once.
 *
 * Requests:
 *	ID ping 0 0
 *	ID run TIMEOUT_MS LENGTH	the bytes are a shell command; 0: no timeout
 *	ID spawn 0 LENGTH		the bytes are a log file's path, a newline and
 *					a shell command
 *	ID poweroff 0 0			syncs and switches the machine off
 *
 * Answers:
 *	0 hello VERSION 0		the agent has started (anew: earlier requests
 *					are forgotten)
 *	ID pong 0 0
 *	ID out 0 LENGTH			some output of run, stdout and stderr together
 *	ID pid PID 0			spawn has started this process
 *	ID exit STATUS 0		run or spawn has ended; 128 + signal as in sh
 *	ID timeout 0 0			run took too long and was killed
 *	ID error 0 LENGTH		the request was refused, the bytes say why
 *
 * A command gets /dev/null as stdin and a session of its own, whose id is its
 * pid. What run leaves behind in the background lives on, its output is lost.
 * A header that makes no sense is answered by "0 error" and skipped up to its
 * newline.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_MS UINT64_C(1000000)

enum {
	VERSION = 1,
	MAX_JOBS = 64,
	MAX_HEADER = 128,
	MAX_PAYLOAD = 1 << 20,
	MAX_QUEUE = 1 << 20, /* children wait while more than this is unsent */
	CHUNK = 1 << 14,
	PIPE_SIZE = 1 << 16,
};

struct header {
	uint64_t id, number;
	size_t length;
	char word[16];
};

struct job {
	uint64_t id;
	pid_t pid;            /* 0: this slot is free */
	int out;              /* read end of a run's output, or -1 */
	uint64_t deadline_ns; /* 0: none */
	bool timed_out;
};

static struct job jobs[MAX_JOBS];
static int port;
static char in[MAX_HEADER + MAX_PAYLOAD];
static size_t in_len;
static bool skipping; /* up to the newline after a bad header */
static char *queue;
static size_t queue_len, queue_size;

static uint64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 * NS_PER_MS + (uint64_t)t.tv_nsec;
}

static void die(const char *what)
{
	fprintf(stderr, "agent: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void enqueue(const void *bytes, size_t len)
{
	if (queue_len + len > queue_size) {
		queue_size = 2 * (queue_len + len);
		queue = realloc(queue, queue_size);
		if (!queue)
			die("out of memory");
	}
	if (len)
		memcpy(queue + queue_len, bytes, len);
	queue_len += len;
}

static void answer(
	uint64_t id, const char *word, int64_t number, const void *bytes, size_t len)
{
	char header[MAX_HEADER];
	int n = snprintf(header, sizeof header, "%" PRIu64 " %s %" PRId64 " %zu\n", id,
		word, number, len);
	enqueue(header, (size_t)n);
	enqueue(bytes, len);
}

static void refuse(uint64_t id, const char *why)
{
	answer(id, "error", 0, why, strlen(why));
}

static void flush_queue(void)
{
	ssize_t n = write(port, queue, queue_len);
	if (n <= 0)
		return;
	queue_len -= (size_t)n;
	memmove(queue, queue + n, queue_len);
}

static struct job *free_job(void)
{
	for (size_t i = 0; i < MAX_JOBS; i++) {
		if (!jobs[i].pid)
			return &jobs[i];
	}
	return NULL;
}

static void close_output(struct job *job)
{
	if (job->out >= 0)
		close(job->out);
	job->out = -1;
}

static _Noreturn void become(const char *command, int output)
{
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	int null = open("/dev/null", O_RDONLY);
	dup2(null, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	if (null > STDERR_FILENO)
		close(null);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

/* start_job forks the command with its output going to fd, which it closes. */
static struct job *start_job(uint64_t id, const char *command, int fd)
{
	struct job *job = free_job();
	pid_t pid = job ? fork() : -1;
	if (pid == 0)
		become(command, fd);
	close(fd);
	if (pid < 0) {
		refuse(id, job ? "cannot fork" : "too many commands at once");
		return NULL;
	}
	*job = (struct job){.id = id, .pid = pid, .out = -1};
	return job;
}

static void handle_run(const struct header *h, const char *command)
{
	int fds[2];
	if (pipe2(fds, O_CLOEXEC) < 0) {
		refuse(h->id, strerror(errno));
		return;
	}
	struct job *job = start_job(h->id, command, fds[1]);
	if (!job) {
		close(fds[0]);
		return;
	}
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	job->out = fds[0];
	if (h->number)
		job->deadline_ns = now_ns() + h->number * NS_PER_MS;
}

static void handle_spawn(const struct header *h, char *payload)
{
	char *newline = strchr(payload, '\n');
	if (!newline) {
		refuse(h->id, "spawn wants a log file, a newline and a command");
		return;
	}
	*newline = '\0';
	int fd = open(payload, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
	if (fd < 0) {
		char why[512];
		snprintf(why, sizeof why, "cannot open %.400s: %s", payload,
			strerror(errno));
		refuse(h->id, why);
		return;
	}
	struct job *job = start_job(h->id, newline + 1, fd);
	if (job)
		answer(h->id, "pid", job->pid, NULL, 0);
}

static void power_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
	die("cannot switch the machine off");
}

static void handle_request(const struct header *h, char *payload)
{
	if (strcmp(h->word, "ping") == 0)
		answer(h->id, "pong", 0, NULL, 0);
	else if (strcmp(h->word, "run") == 0)
		handle_run(h, payload);
	else if (strcmp(h->word, "spawn") == 0)
		handle_spawn(h, payload);
	else if (strcmp(h->word, "poweroff") == 0)
		power_off();
	else
		refuse(h->id, "no such request");
}

static bool parse_header(const char *line, struct header *h)
{
	char rest;
	int n = sscanf(line, "%" SCNu64 " %15s %" SCNu64 " %zu%c", &h->id, h->word,
		&h->number, &h->length, &rest);
	return n == 4 && h->length < MAX_PAYLOAD;
}

/* take_request handles the first request in the buffer; 0: it is not complete */
static size_t take_request(void)
{
	char *newline = memchr(in, '\n', in_len);
	if (!newline && in_len < MAX_HEADER)
		return 0;
	size_t line_len = newline ? (size_t)(newline - in) + 1 : in_len;
	if (!newline || skipping) {
		skipping = !newline;
		return line_len;
	}

	struct header h;
	*newline = '\0';
	if (line_len > MAX_HEADER || !parse_header(in, &h)) {
		refuse(0, "a header that makes no sense");
		return line_len;
	}
	if (in_len < line_len + h.length) {
		*newline = '\n';
		return 0;
	}
	char *payload = in + line_len;
	char after = payload[h.length];
	payload[h.length] = '\0';
	handle_request(&h, payload);
	payload[h.length] = after;
	return line_len + h.length;
}

static void read_requests(void)
{
	ssize_t n = read(port, in + in_len, sizeof in - 1 - in_len);
	if (n <= 0)
		return;
	in_len += (size_t)n;
	for (size_t used; in_len && (used = take_request());) {
		in_len -= used;
		memmove(in, in + used, in_len);
	}
}

/* read_output passes on up to max bytes of what a command printed. */
static void read_output(struct job *job, size_t max)
{
	char buf[CHUNK];
	while (job->out >= 0 && max > 0) {
		ssize_t n = read(job->out, buf, max < CHUNK ? max : CHUNK);
		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			close_output(job);
		if (n <= 0)
			return;
		answer(job->id, "out", 0, buf, (size_t)n);
		max -= (size_t)n;
	}
}

static void finish_job(struct job *job, int status)
{
	read_output(job, PIPE_SIZE);
	close_output(job);
	if (job->timed_out)
		answer(job->id, "timeout", 0, NULL, 0);
	else if (WIFSIGNALED(status))
		answer(job->id, "exit", 128 + WTERMSIG(status), NULL, 0);
	else
		answer(job->id, "exit", WEXITSTATUS(status), NULL, 0);
	*job = (struct job){.out = -1};
}

static void reap_children(int signals)
{
	struct signalfd_siginfo info;
	while (read(signals, &info, sizeof info) > 0)
		;
	int status;
	for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
		for (size_t i = 0; i < MAX_JOBS; i++) {
			if (jobs[i].pid == pid)
				finish_job(&jobs[i], status);
		}
	}
}

static void kill_late_jobs(void)
{
	for (size_t i = 0; i < MAX_JOBS; i++) {
		struct job *job = &jobs[i];
		if (!job->pid || !job->deadline_ns || now_ns() < job->deadline_ns)
			continue;
		kill(-job->pid, SIGKILL);
		job->timed_out = true;
		job->deadline_ns = 0;
	}
}

static int poll_timeout_ms(void)
{
	uint64_t first = UINT64_MAX, now = now_ns();
	for (size_t i = 0; i < MAX_JOBS; i++) {
		if (jobs[i].pid && jobs[i].deadline_ns && jobs[i].deadline_ns < first)
			first = jobs[i].deadline_ns;
	}
	if (first == UINT64_MAX)
		return -1;
	uint64_t ms = first <= now ? 0 : (first - now) / NS_PER_MS + 1;
	return ms < 60000 ? (int)ms : 60000;
}

static void turn(int signals)
{
	struct pollfd fds[2 + MAX_JOBS] = {
		{.fd = port, .events = (short)(queue_len ? POLLIN | POLLOUT : POLLIN)},
		{.fd = signals, .events = POLLIN},
	};
	for (size_t i = 0; i < MAX_JOBS; i++) {
		bool wanted = jobs[i].pid && queue_len < MAX_QUEUE;
		fds[2 + i] = (struct pollfd){
			.fd = wanted ? jobs[i].out : -1,
			.events = POLLIN,
		};
	}
	if (poll(fds, 2 + MAX_JOBS, poll_timeout_ms()) < 0 && errno != EINTR)
		die("poll");

	if (fds[0].revents & POLLHUP) { /* nobody holds the host's end */
		in_len = queue_len = 0;
		nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
	}
	if (fds[0].revents & POLLIN)
		read_requests();
	for (size_t i = 0; i < MAX_JOBS; i++) {
		if (fds[2 + i].fd >= 0 && fds[2 + i].revents)
			read_output(&jobs[i], CHUNK);
	}
	if (fds[1].revents)
		reap_children(signals);
	kill_late_jobs();
	if (queue_len)
		flush_queue();
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: agent PORT\n");
		return 2;
	}
	port = open(argv[1], O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (port < 0)
		die(argv[1]);
	for (size_t i = 0; i < MAX_JOBS; i++)
		jobs[i].out = -1;

	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	int signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (signals < 0)
		die("signalfd");

	answer(0, "hello", VERSION, NULL, 0);
	for (;;)
		turn(signals);
}
