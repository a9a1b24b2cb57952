/*
 * bench_input CASE PLUGIN ...: a session without a screen, and with a mouse: another process
 * that writes to a pipe, of which this one hears as it does of an evdev device, by
 * epoll and a signal. See tests/bench/input.
 *
 *	mouse COUNT RATE	moves; the plugin says how late they came
 *	route COUNT		how long the session takes for a move: whom it is for,
 *				and telling them
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "input/input.h"
#include "sched/sched.h"
#include "session/loop.h"
#include "session/routing.h"
#include "session/session.h"
#include "session/settings.h"
#include "session/window.h"
#include "util/clock.h"

#include "measure.h"

#define SIDE   1000
#define BATCH  8 /* events in a turn: the channel takes what comes of them */
#define REST   (500 * NS_PER_MS)
#define NOTICE (300 * NS_PER_MS)

static const struct input_keymap us = {.layout = "us"};

struct event {
	uint64_t time_ns;
	uint32_t i;
};

static struct {
	bool route;
	uint32_t count, rate, done;
	int from, to; /* the pipe */
	pid_t mouse;
	struct input *input;
	struct loop_source *source;
	uint64_t over_ns; /* the last one came; 0: not yet */
	uint64_t spent_ns;
	bool closed;
} bench = {.from = -1, .to = -1};

/* The mouse. */

static void sleep_until(uint64_t ns)
{
	struct timespec t = ns_timespec(ns);
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
		;
}

static void move_mouse(void)
{
	uint64_t begin = clock_real_ns();
	for (uint32_t i = 0; i < bench.count; i++) {
		struct event event = {.i = i};
		sleep_until(begin + (uint64_t)i * NS_PER_S / bench.rate);
		event.time_ns = clock_real_ns();
		if (write(bench.to, &event, sizeof event) != (ssize_t)sizeof event)
			_exit(1);
	}
}

static void start_mouse(void)
{
	bench.mouse = fork();
	if (bench.mouse != 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pin_to(other_cpu());
	move_mouse();
	_exit(0);
}

/* The session's half. */

static bool no_shortcut(void *data, const struct input_key *key)
{
	(void)data, (void)key;
	return false;
}

static void no_key(void *data, const struct input_key *key)
{
	(void)data, (void)key;
}

static void handle_pointer(void *data, const struct input_pointer *pointer)
{
	session_pointer(data, pointer);
}

static const struct input_listener listener = {
	.shortcut = no_shortcut, .key = no_key, .pointer = handle_pointer};

static void handle_mouse(void *data, uint32_t events)
{
	struct event event;
	(void)data, (void)events;
	while (read(bench.from, &event, sizeof event) == (ssize_t)sizeof event) {
		input_feed_motion(
			bench.input, event.i % SIDE, event.i / SIDE, event.time_ns);
		if (++bench.done == bench.count)
			bench.over_ns = clock_now_ns();
	}
}

static int start(struct session *session)
{
	struct input_error err = {0};
	int fds[2];
	int r = backend_headless.start(session);
	if (r == 0)
		r = input_create_bare(&us, &listener, session, &bench.input, &err);
	if (r == 0 && pipe2(fds, O_CLOEXEC) < 0)
		r = -errno;
	if (r < 0)
		return r;
	bench.from = fds[0];
	bench.to = fds[1];
	fcntl(bench.from, F_SETFL, O_NONBLOCK);
	input_set_bounds(bench.input, SIDE, SIDE);
	bench.source =
		loop_add(session->loop, bench.from, EPOLLIN, handle_mouse, session);
	if (!bench.source)
		return -errno;
	return preempt_watch(bench.from);
}

static bool is_up(struct session *session)
{
	list_for_each (window, &session->windows, struct window, link) {
		if (!window->seen)
			return false;
	}
	return true;
}

/* Of the processor, which others use, too. */
static uint64_t spent(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return timespec_ns(&t);
}

/* Places that a mouse hardly goes to one after the other: each move leaves one area and enters another. */
static void route_some(struct session *session)
{
	static uint32_t state = 1;
	struct input_pointer moves[BATCH];
	uint64_t now = clock_real_ns();
	for (int i = 0; i < BATCH; i++) {
		state = state * 1664525u + 1013904223u;
		moves[i] = (struct input_pointer){.kind = INPUT_POINTER_MOVE,
			.time_ns = now,
			.x = (float)(state >> 8 & 0xfff) * SIDE / 4096,
			.y = (float)(state >> 20) * SIDE / 4096};
	}
	uint64_t begin = spent();
	for (int i = 0; i < BATCH; i++)
		session_pointer(session, &moves[i]);
	bench.spent_ns += spent() - begin;
	bench.done += BATCH;
	if (bench.done >= bench.count)
		bench.over_ns = now;
}

static void end(struct session *session)
{
	uint64_t now = clock_now_ns();
	if (!bench.over_ns || now < bench.over_ns + REST)
		return;
	if (!bench.closed) {
		list_for_each (window, &session->windows, struct window, link)
			window_send_close(window);
	}
	bench.closed = true;
	if (now >= bench.over_ns + REST + NOTICE)
		session->quit = true;
}

static void turn(struct session *session)
{
	if (backend_headless.turn)
		backend_headless.turn(session);
	if (is_up(session) && bench.route && !bench.over_ns)
		route_some(session);
	else if (is_up(session) && !bench.route && !bench.mouse)
		start_mouse();
	end(session);
}

static uint64_t next_ns(struct session *session)
{
	uint64_t ns = backend_headless.next_ns(session);
	uint64_t own = bench.over_ns ? bench.over_ns + REST + (bench.closed ? NOTICE : 0)
		       : bench.route && is_up(session) ? 0
						       : UINT64_MAX;
	return own < ns ? own : ns;
}

static void stop(struct session *session)
{
	loop_remove(bench.source);
	input_destroy(bench.input);
	backend_headless.stop(session);
}

int main(int argc, char **argv)
{
	struct settings *settings;
	struct settings_error err;
	struct backend_ops backend = backend_headless;
	bench.route = argc > 3 && strcmp(argv[1], "route") == 0;
	int first = bench.route ? 3 : 4;
	if (argc <= first) {
		fprintf(stderr, "usage: bench_input mouse COUNT RATE PLUGIN ...\n"
				"       bench_input route COUNT PLUGIN ...\n");
		return 2;
	}
	settle();
	if (settings_load(NULL, &settings, &err) < 0) {
		fprintf(stderr, "bench: %s\n", err.text);
		return 2;
	}
	bench.count = (uint32_t)atoi(argv[2]);
	bench.rate = bench.route ? 0 : (uint32_t)atoi(argv[3]);
	backend.start = start;
	backend.turn = turn;
	backend.next_ns = next_ns;
	backend.stop = stop;
	struct session_options options = {.width = SIDE,
		.height = SIDE,
		.scale = 1,
		.audio = "none",
		.renderer = RENDERER_CPU,
		.settings = settings};
	int r = session_run(&options, &backend, argv + first, (size_t)(argc - first));
	if (bench.mouse > 0)
		waitpid(bench.mouse, NULL, 0);
	if (bench.route && bench.done)
		printf("route %.1f\n", (double)bench.spent_ns / bench.done);
	settings_destroy(settings);
	return r;
}
