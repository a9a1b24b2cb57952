/*
 * input_let_go: a key that is let go of while libinput opens its keyboard; no unit test.
 *
 *	input_let_go asked|queued|clocked
 *
 * In the test VM, as root, with the left Ctrl of a keyboard down. It is let go of
 *
 *	asked	between libevdev's asking which keys are down and its setting the clock,
 *	queued	before the session sets that clock,
 *	clocked	just as it does, when it has looked for what is queued,
 *
 * by an ioctl that stands before everybody's, and is pressed when all is open; but for the first at
 * once let go of again, so that both are there when somebody looks. 0 if that is heard, and if no
 * signal could come whenever a device was asked or told, else 1.
 */
#include <errno.h>
#include <fcntl.h>
#include <libudev.h>
#include <linux/input.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "input/input.h"
#include "util/clock.h"

#define KEY  KEY_LEFTCTRL
#define WAIT (5 * NS_PER_S) /* a key that is down repeats: there is always something */

static enum {
	ASKED,
	QUEUED,
	CLOCKED
} when;
static int asked = -1; /* the keyboard that told it is down */
static int keyboard = -1;
static bool heard;
static unsigned asks, bare; /* bare: of them a signal could have come in between */

/* What is written to a device comes from it. */
static void move_key(int fd, int value)
{
	const struct input_event events[] = {
		{.type = EV_KEY, .code = KEY, .value = value},
		{.type = EV_SYN, .code = SYN_REPORT},
	};
	if (write(fd, events, sizeof events) != (ssize_t)sizeof events)
		perror("input_let_go: write");
}

static bool is_keys(unsigned long request)
{
	return (request & ~(unsigned long)IOCSIZE_MASK) == EVIOCGKEY(0);
}

static bool is_down(int fd)
{
	unsigned char keys[KEY / 8 + 1] = {0};
	return syscall(SYS_ioctl, fd, EVIOCGKEY(sizeof keys), keys) > 0 &&
	       keys[KEY / 8] >> KEY % 8 & 1;
}

static void let_go(int fd)
{
	move_key(fd, 0);
	keyboard = fd;
}

static void count(void)
{
	sigset_t held;
	sigprocmask(SIG_BLOCK, NULL, &held);
	asks++;
	bare += !sigismember(&held, SIGTERM);
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	va_start(args, request);
	unsigned char *at = va_arg(args, void *);
	va_end(args);
	if (_IOC_TYPE(request) == _IOC_TYPE(EVIOCGVERSION))
		count();
	if (request == EVIOCSCLOCKID &&
		((when == ASKED && fd == asked) || (when == CLOCKED && is_down(fd))))
		let_go(fd);
	int r = (int)syscall(SYS_ioctl, fd, request, at);
	if (r > KEY / 8 && is_keys(request) && at[KEY / 8] >> KEY % 8 & 1)
		asked = fd;
	return r;
}

static int handle_open(void *data, const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);
	(void)data;
	if (fd >= 0 && when == QUEUED && is_down(fd))
		let_go(fd);
	return fd < 0 ? -errno : fd;
}

static void handle_close(void *data, int fd)
{
	(void)data;
	close(fd);
}

static bool handle_shortcut(void *data, const struct input_key *key)
{
	(void)data;
	heard |= key->code == KEY && key->pressed;
	return true;
}

static const struct input_listener listener = {.open_device = handle_open,
	.close_device = handle_close,
	.shortcut = handle_shortcut};

static void await(struct input *input)
{
	struct pollfd p = {.fd = input_fd(input), .events = POLLIN};
	uint64_t end_ns = clock_now_ns() + WAIT;
	while (!heard && clock_now_ns() < end_ns) {
		poll(&p, 1, 100);
		input_dispatch(input);
	}
}

static bool parse(int argc, char **argv)
{
	static const char *const names[] = {"asked", "queued", "clocked"};
	for (unsigned i = 0; argc == 2 && i < sizeof names / sizeof *names; i++) {
		when = i;
		if (strcmp(argv[1], names[i]) == 0)
			return true;
	}
	fputs("usage: input_let_go asked|queued|clocked\n", stderr);
	return false;
}

static void press(struct input *input)
{
	move_key(keyboard, 1);
	if (when != ASKED)
		move_key(keyboard, 0);
	await(input);
	move_key(keyboard, 0);
}

int main(int argc, char **argv)
{
	struct input *input;
	struct input_error err;
	const struct input_keymap keymap = {.layout = "us"};
	if (!parse(argc, argv))
		return 2;
	struct udev *udev = udev_new();
	if (input_create(udev, "seat0", &keymap, &listener, NULL, &input, &err) < 0) {
		fprintf(stderr, "input_let_go: %s\n", err.text);
		udev_unref(udev);
		return 1;
	}
	if (keyboard >= 0)
		press(input);
	printf("%s\n", keyboard < 0 ? "no key was down" : heard ? "heard" : "not heard");
	if (bare)
		printf("%u of %u times a signal could have come\n", bare, asks);
	input_destroy(input);
	udev_unref(udev);
	return !heard || bare;
}
