/*
 * The socket's server with the real loop and a command whose answer is larger than
 * any socket takes: who reads it gets it, who does not is dropped, nothing waits.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "sched/sched.h"
#include "session/control.h"
#include "session/control_command.h"
#include "session/control_reply.h"
#include "session/control_socket.h"
#include "session/loop.h"
#include "session/session.h"
#include "util/clock.h"

#define ANSWER  ((size_t)1 << 20) /* a socket takes less; 17 are made within 5 s */
#define CLIENTS 16

static char folder[] = "/tmp/ctlXXXXXX";
static char path[CONTROL_PATH_MAX];
static struct session session;

/* What control.c calls. */

int preempt_watch(int fd)
{
	return 0;
}

static void answer(
	struct session *s, const struct control_request *request, struct reply *reply)
{
	static const struct reply_column column[] = {{"big", "big", REPLY_TEXT}};
	char *big = malloc(ANSWER + 1);
	assert_non_null(big);
	memset(big, 'x', ANSWER);
	big[ANSWER] = '\0';
	reply_record(reply, "big", column, 1);
	reply_text(reply, big);
	reply_end(reply);
	free(big);
}

static const struct control_command big = {.name = "big", .answer = answer};

const struct control_command *control_command_find(const char *name)
{
	return strcmp(name, "big") == 0 ? &big : NULL;
}

static int set_up(void **state)
{
	assert_non_null(mkdtemp(folder));
	setenv("XDG_RUNTIME_DIR", folder, 1);
	snprintf(path, sizeof path, "%s/osaas/ctl.%d", folder, (int)getpid());
	session.loop = loop_create();
	session.control = control_create(&session);
	return session.control ? 0 : -1;
}

static int tear_down(void **state)
{
	control_destroy(session.control);
	loop_destroy(session.loop);
	assert_int_equal(access(path, F_OK), -1);
	snprintf(path, sizeof path, "%s/osaas", folder);
	rmdir(path);
	return rmdir(folder);
}

static void turn(void)
{
	control_turn(session.control);
	assert_int_equal(loop_poll(session.loop, 0), 0);
}

static int ask(const char *line)
{
	int fd = control_connect(path, 0);
	assert_true(fd >= 0);
	assert_int_equal(send(fd, line, strlen(line), 0), strlen(line));
	turn();
	turn();
	return fd;
}

/* Reads what is there; returns the bytes, and whether it was the end. */
static size_t take(int fd, bool *end)
{
	static char data[65536];
	size_t sum = 0;
	ssize_t n;
	while ((n = recv(fd, data, sizeof data, MSG_DONTWAIT)) > 0)
		sum += (size_t)n;
	*end = n == 0;
	return sum;
}

static void test_reader(void **state)
{
	size_t sum = 0, turns = 0;
	bool end = false;
	int fd = ask("osaas 1 json big\n");
	for (; !end && turns < 100000; turns++) {
		sum += take(fd, &end);
		turn();
	}
	assert_true(end);
	assert_true(turns > 2); /* it came in parts */
	assert_true(sum > ANSWER && sum < ANSWER + 64);
	assert_true(control_next_ns(session.control) == UINT64_MAX);
	close(fd);
}

static void test_gone(void **state)
{
	uint64_t dropped = control_get_stats(session.control).dropped;
	close(ask("osaas 1 json big\n"));
	turn();
	turn();
	assert_int_equal(control_get_stats(session.control).dropped, dropped + 1);
	assert_true(control_next_ns(session.control) == UINT64_MAX);
}

/* All places are taken by clients that do not read: the next one waits for theirs to go. */
static void test_full(void **state)
{
	int fds[CLIENTS];
	bool end;
	uint64_t dropped = control_get_stats(session.control).dropped;
	uint64_t start = clock_now_ns();
	for (size_t i = 0; i < CLIENTS; i++)
		fds[i] = ask("osaas 1 json big\n");
	int late = ask("osaas 1 json nosuch\n");
	assert_int_equal(take(late, &end), 0);
	uint64_t due = control_next_ns(session.control);
	assert_true(due > start && due < UINT64_MAX);
	/* As the session does: nobody is awake until it is due. */
	while (control_get_stats(session.control).dropped < dropped + CLIENTS) {
		loop_poll(session.loop, control_next_ns(session.control));
		control_turn(session.control);
	}
	assert_true(clock_now_ns() >= due);
	turn();
	turn();
	assert_true(take(late, &end) > 0);
	assert_true(end);
	for (size_t i = 0; i < CLIENTS; i++)
		close(fds[i]);
	close(late);
}

/* No descriptor left: it is tried again later, and the loop does not spin till then. */
static void test_no_descriptor(void **state)
{
	int fds[256], n = 0;
	bool end;
	struct rlimit limit, low = {.rlim_cur = 256};
	int client = control_connect(path, 0);
	getrlimit(RLIMIT_NOFILE, &limit);
	low.rlim_max = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &low);
	while (n < 256 && (fds[n] = dup(client)) >= 0)
		n++;
	turn();
	setrlimit(RLIMIT_NOFILE, &limit);
	uint64_t due = control_next_ns(session.control);
	assert_true(due < UINT64_MAX);
	while (n > 0)
		close(fds[--n]);
	assert_int_equal(send(client, "osaas 1 text x\n", 15, 0), 15);
	turn();
	assert_int_equal(take(client, &end), 0);
	assert_int_equal(loop_poll(session.loop, due), 0);
	assert_true(clock_now_ns() >= due);
	turn();
	turn();
	assert_true(take(client, &end) > 0);
	close(client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reader),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_no_descriptor),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
