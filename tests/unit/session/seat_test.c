/* The seat, over a libseat of the test's. */
#include "session/seat.h"

#include <errno.h>
#include <fcntl.h>
#include <libseat.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sched/sched.h"
#include "session/held.h"
#include "session/loop.h"

/* What is to happen in libseat, and what did. */
static struct fake {
	const char *says; /* what libseat_dispatch tells: +: enabled, -: disabled */
	int event, refuse, answers, closed, vt;
	const struct libseat_seat_listener *listener;
	void *data;
	bool signals, server_deaf;
} fake;

static volatile sig_atomic_t signals;
static int signals_within; /* that were handled while libseat was at it */

static void count_signal(int signal)
{
	(void)signal;
	signals++;
}

/* A server as in libseat's built-in back end: can it hear of a console? */
static bool forked_is_deaf(void)
{
	pid_t pid = fork();
	if (pid == 0) {
		sigset_t held;
		sigprocmask(SIG_BLOCK, NULL, &held);
		_exit(sigismember(&held, SIGUSR1) || sigismember(&held, SIGTERM));
	}
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status != 0;
}

/* A signal comes in the middle of a call, which would end with EINTR. */
static void interrupted(void)
{
	int before = signals;
	if (fake.signals)
		raise(SIGUSR1);
	signals_within += signals - before;
}

struct libseat *libseat_open_seat(
	const struct libseat_seat_listener *listener, void *data)
{
	fake.server_deaf = forked_is_deaf();
	interrupted();
	fake.listener = listener;
	fake.data = data;
	errno = fake.refuse;
	return fake.refuse ? NULL : (struct libseat *)&fake;
}

int libseat_close_seat(struct libseat *seat)
{
	(void)seat;
	return 0;
}

int libseat_disable_seat(struct libseat *seat)
{
	(void)seat;
	fake.answers++;
	return 0;
}

int libseat_open_device(struct libseat *seat, const char *path, int *fd)
{
	(void)seat;
	interrupted();
	errno = fake.refuse;
	if (fake.refuse)
		return -1;
	*fd = open(path, O_RDWR | O_CLOEXEC);
	return *fd + 1000;
}

int libseat_close_device(struct libseat *seat, int device_id)
{
	(void)seat;
	interrupted();
	fake.closed = device_id;
	return 0;
}

const char *libseat_seat_name(struct libseat *seat)
{
	(void)seat;
	return "seat7";
}

int libseat_switch_session(struct libseat *seat, int vt)
{
	(void)seat;
	interrupted();
	fake.vt = vt;
	errno = fake.refuse;
	return fake.refuse ? -1 : 0;
}

int libseat_get_fd(struct libseat *seat)
{
	(void)seat;
	return fake.event;
}

int libseat_dispatch(struct libseat *seat, int timeout)
{
	int n = 0;
	(void)timeout;
	for (; *fake.says; fake.says++, n++) {
		if (*fake.says == '!') {
			errno = EPIPE;
			return -1;
		}
		if (*fake.says == '+')
			fake.listener->enable_seat(seat, fake.data);
		else
			fake.listener->disable_seat(seat, fake.data);
	}
	return n;
}

void libseat_set_log_handler(libseat_log_func handler)
{
	(void)handler;
}

void libseat_set_log_level(enum libseat_log_level level)
{
	(void)level;
}

static int let_go;
void held_let_go(int fd)
{
	(void)fd;
	let_go++;
}

int preempt_watch(int fd)
{
	(void)fd;
	return 0;
}

static int enabled, disabled, lost;

static void on_enabled(void *data)
{
	(void)data;
	enabled++;
}

static void on_disabled(void *data)
{
	(void)data;
	disabled++;
}

static void on_lost(void *data)
{
	(void)data;
	lost++;
}

static const struct seat_listener listener = {on_enabled, on_disabled, on_lost};
static struct loop *loop;
static struct seat *seat;

static int open_saying(const char *says)
{
	fake.says = says;
	return seat_open(loop, &listener, NULL, &seat);
}

static void say(const char *says)
{
	fake.says = says;
	assert_int_equal(eventfd_write(fake.event, 1), 0);
	loop_poll(loop, 0);
	eventfd_t value;
	assert_int_equal(eventfd_read(fake.event, &value), 0);
}

static int begin(void **state)
{
	(void)state;
	loop = loop_create();
	seat = NULL;
	fake = (struct fake){.says = "", .event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
	signals = signals_within = enabled = disabled = lost = let_go = 0;
	signal(SIGUSR1, count_signal);
	return loop && fake.event >= 0 ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	seat_close(seat);
	loop_destroy(loop);
	signal(SIGUSR1, SIG_DFL);
	return close(fake.event);
}

static void it_is_ours_when_it_says_so(void **state)
{
	(void)state;
	assert_int_equal(open_saying("+"), 0);
	assert_true(seat_active(seat));
	assert_string_equal(seat_name(seat), "seat7");
	assert_int_equal(enabled, 1);
}

static void no_seat(void **state)
{
	(void)state;
	fake.refuse = EPERM;
	assert_int_equal(open_saying(""), -EPERM);
	assert_int_equal(enabled, 0);
}

/* What comes together counts by how it ends; of what is over nobody hears. */
static void taken_and_given(void **state)
{
	static const struct {
		const char *says;
		int enabled, disabled;
		bool active;
	} turns[] = {
		{"-", 0, 1, false},
		{"+", 1, 0, true},
		{"-+", 1, 1, true},
		{"-", 0, 1, false},
		{"-+", 0, 0, false}, /* the disable is told first, libseat 0.7 */
		{"+", 1, 0, true},
	};
	(void)state;
	assert_int_equal(open_saying("+"), 0);
	for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++) {
		enabled = disabled = 0;
		say(turns[i].says);
		assert_int_equal(enabled, turns[i].enabled);
		assert_int_equal(disabled, turns[i].disabled);
		assert_int_equal(seat_active(seat), turns[i].active);
	}
	assert_int_equal(fake.answers, 4); /* each disable is answered, once */
}

static void the_provider_goes(void **state)
{
	(void)state;
	assert_int_equal(open_saying("+"), 0);
	say("!");
	assert_int_equal(lost, 1);
	say("!");
	assert_int_equal(lost, 1);
}

static void devices(void **state)
{
	(void)state;
	assert_int_equal(open_saying("+"), 0);
	int a = seat_open_device(seat, "/dev/null"),
	    b = seat_open_device(seat, "/dev/zero");
	assert_true(a >= 0 && b >= 0);
	seat_revoke_device(seat, b);
	assert_int_equal(fake.closed, b + 1000);
	assert_true(fcntl(b, F_GETFD) >= 0);
	close(b);
	assert_int_equal(seat_switch(seat, 3), 0);
	assert_int_equal(fake.vt, 3);
	assert_int_equal(let_go, 1);
	seat_close_device(seat, a);
	assert_int_equal(fake.closed, a + 1000);
	assert_int_equal(fcntl(a, F_GETFD), -1);
	fake.refuse = EBUSY;
	assert_int_equal(seat_open_device(seat, "/dev/null"), -EBUSY);
	assert_int_equal(seat_switch(seat, 4), -EBUSY);
}

static void no_signal_ends_a_call(void **state)
{
	(void)state;
	fake.signals = true;
	assert_int_equal(open_saying("+"), 0);
	assert_int_equal(signals, 1);
	int fd = seat_open_device(seat, "/dev/null");
	assert_int_equal(signals, 2);
	assert_int_equal(seat_switch(seat, 2), 0);
	assert_int_equal(signals, 3);
	seat_close_device(seat, fd);
	assert_int_equal(signals, 4);
	assert_int_equal(signals_within, 0);
	/* errno is that of the call, whatever the handler's is. */
	fake.refuse = ENODEV;
	assert_int_equal(seat_open_device(seat, "/dev/null"), -ENODEV);
}

/* The built-in server is a fork of ours, and hears of consoles by signals. */
static void who_is_forked_hears_signals(void **state)
{
	sigset_t held, before;
	(void)state;
	assert_int_equal(open_saying("+"), 0);
	assert_false(fake.server_deaf);
	seat_close(seat);
	seat = NULL;
	/* One that was held stays so. */
	sigemptyset(&held);
	sigaddset(&held, SIGUSR1);
	sigprocmask(SIG_BLOCK, &held, &before);
	assert_int_equal(open_saying("+"), 0);
	assert_true(fake.server_deaf);
	assert_true(forked_is_deaf());
	sigprocmask(SIG_SETMASK, &before, NULL);
	assert_false(forked_is_deaf());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_is_ours_when_it_says_so, begin, end),
		cmocka_unit_test_setup_teardown(no_seat, begin, end),
		cmocka_unit_test_setup_teardown(taken_and_given, begin, end),
		cmocka_unit_test_setup_teardown(the_provider_goes, begin, end),
		cmocka_unit_test_setup_teardown(devices, begin, end),
		cmocka_unit_test_setup_teardown(no_signal_ends_a_call, begin, end),
		cmocka_unit_test_setup_teardown(who_is_forked_hears_signals, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
