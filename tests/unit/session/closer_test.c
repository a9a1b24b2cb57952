/*
 * Descriptors that another process closes. A pipe says when the last one of its writing end is
 * gone; its process is this one, which reads or does not as the test wants it.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "session/closer.h"

#define MANY 4000 /* more than a socket holds */

struct thing {
	int given, watch; /* of a pipe */
};

static struct thing make(void)
{
	int ends[2];
	assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	return (struct thing){.given = ends[1], .watch = ends[0]};
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

/* Of it no descriptor is left, in no process and on no way. */
static bool is_gone(const struct thing *thing)
{
	char byte;
	return read(thing->watch, &byte, 1) == 0;
}

static bool is_readable(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	return poll(&p, 1, 0) == 1 && p.revents & POLLIN;
}

static unsigned descriptors(void)
{
	unsigned n = 0;
	for (int fd = 0; fd < 1024; fd++)
		n += is_open(fd);
	return n;
}

/* Both ends are here: the giving one is kept by closer_close, the other one in take. */
static struct closer open_both(void)
{
	struct closer closer;
	assert_int_equal(closer_open(&closer), 0);
	struct closer taker = {.give = -1, .take = dup(closer.take)};
	assert_int_equal(fcntl(taker.take, F_SETFD, FD_CLOEXEC), 0);
	closer_give(&closer);
	assert_int_equal(closer.give, -1);
	assert_int_equal(closer.take, -1);
	return taker;
}

static void test_handed_on(void **state)
{
	(void)state;
	struct closer taker = open_both();
	struct thing a = make(), b = make();
	unsigned before = descriptors();
	assert_false(is_readable(taker.take));
	closer_close(a.given);
	closer_close(b.given);
	assert_int_equal(descriptors(), before - 2);
	assert_true(is_readable(taker.take));
	assert_false(is_gone(&a));
	/* One at a time, in order, and none is seen by who drops it. */
	closer_drop(&taker);
	assert_true(is_gone(&a));
	assert_false(is_gone(&b));
	closer_drop(&taker);
	assert_true(is_gone(&b));
	assert_int_equal(descriptors(), before - 2);
	/* Nothing more: it does not wait, and there is no end. */
	assert_false(is_readable(taker.take));
	closer_drop(&taker);
	assert_true(taker.take >= 0);
	closer_finish(&taker);
	close(a.watch);
	close(b.watch);
}

/* Nobody reads: as many as there is room for wait, and the others are closed here. */
static void test_full(void **state)
{
	(void)state;
	struct closer taker = open_both();
	unsigned before = descriptors(), waiting = 0;
	for (bool gone = false; !gone && waiting < MANY; waiting += !gone) {
		struct thing thing = make();
		closer_close(thing.given);
		gone = is_gone(&thing);
		close(thing.watch);
	}
	assert_true(waiting >= 64 && waiting < MANY);
	assert_int_equal(descriptors(), before);
	/* There is room again. */
	for (unsigned i = 0; i < waiting; i++) {
		assert_true(is_readable(taker.take));
		closer_drop(&taker);
	}
	assert_false(is_readable(taker.take));
	struct thing thing = make();
	closer_close(thing.given);
	assert_false(is_gone(&thing));
	/* What is on its way when the other one ends goes with it. */
	closer_finish(&taker);
	assert_true(is_gone(&thing));
	close(thing.watch);
}

/* Killed, with some on their way; and then there is nobody any more. */
static void test_taker_dies(void **state)
{
	(void)state;
	struct closer closer;
	assert_int_equal(closer_open(&closer), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		closer_take(&closer);
		for (;;)
			pause();
	}
	closer_give(&closer);
	struct thing a = make(), b = make();
	closer_close(a.given);
	assert_false(is_gone(&a));
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_true(is_gone(&a));
	closer_close(b.given);
	assert_true(is_gone(&b));
	close(a.watch);
	close(b.watch);
}

static void drop_all(struct closer *closer)
{
	while (closer->take >= 0) {
		struct pollfd p = {.fd = closer->take, .events = POLLIN};
		if (poll(&p, 1, -1) > 0)
			closer_drop(closer);
	}
}

/* The end is told, once: then there is nothing to poll. */
static void test_giver_dies(void **state)
{
	(void)state;
	struct closer closer;
	struct thing thing = make();
	assert_int_equal(closer_open(&closer), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		closer_give(&closer);
		closer_close(thing.given);
		raise(SIGKILL);
	}
	close(thing.given);
	closer_take(&closer);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_false(is_gone(&thing));
	drop_all(&closer);
	assert_true(is_gone(&thing));
	closer_finish(&closer);
	close(thing.watch);
}

/* No socket was to be had. */
static void test_none(void **state)
{
	(void)state;
	struct rlimit old, none;
	struct closer closer;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	struct thing thing = make();
	none = old;
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(closer_open(&closer), -EMFILE);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	closer_take(&closer);
	closer_finish(&closer);
	closer_give(&closer);
	closer_close(thing.given);
	assert_true(is_gone(&thing));
	close(thing.watch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_handed_on),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_taker_dies),
		cmocka_unit_test(test_giver_dies),
		cmocka_unit_test(test_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
