/* What a device is told when it is opened, by an ioctl and a read that stand before libc's. */
#include <errno.h>
#include <linux/input.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "input/evdev.h"

#define DEVICE 1000

static char said[256];
static bool is_device, interrupted;
static int signals, queued;

static void say(const char *what)
{
	strncat(said, what, sizeof said - strlen(said) - 1);
}

/* Each is interrupted once, where signals come. */
static int answer(const char *what)
{
	interrupted = signals && !interrupted;
	if (interrupted || !is_device) {
		errno = interrupted ? EINTR : ENOTTY;
		return -1;
	}
	say(what);
	return 0;
}

static int mask(const struct input_mask *mask)
{
	unsigned long types;
	assert_int_equal(mask->type, EV_SYN);
	assert_int_equal(mask->codes_size, sizeof types);
	memcpy(&types, (const void *)(uintptr_t)mask->codes_ptr, sizeof types);
	return answer(types == 0 ? "nothing " : types == ~0UL ? "all " : "some ");
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	va_start(args, request);
	const void *at = va_arg(args, void *);
	va_end(args);
	assert_int_equal(fd, DEVICE);
	if (request == EVIOCSMASK)
		return mask(at);
	assert_int_equal(request, EVIOCSCLOCKID);
	return answer(*(const int *)at == CLOCK_MONOTONIC ? "clock " : "wrong ");
}

ssize_t read(int fd, void *to, size_t size)
{
	assert_int_equal(fd, DEVICE);
	assert_true(size >= sizeof(struct input_event));
	say("read ");
	if (queued-- > 0) {
		memset(to, 0, sizeof(struct input_event));
		return sizeof(struct input_event);
	}
	errno = EAGAIN;
	return -1;
}

static void begin(bool device, int events, int interrupts, const char *wanted)
{
	said[0] = '\0';
	interrupted = false;
	is_device = device;
	queued = events;
	signals = interrupts;
	evdev_begin(DEVICE);
	assert_string_equal(said, wanted);
}

static void test_order(void **state)
{
	(void)state;
	begin(true, 0, 0, "nothing read clock all ");
	begin(true, 2, 0, "nothing read read read clock all ");
}

/* A mask that stays would leave a keyboard mute. */
static void test_signals(void **state)
{
	(void)state;
	begin(true, 1, 1, "nothing read read clock all ");
}

static void test_no_device(void **state)
{
	(void)state;
	begin(false, 1, 0, "");
	begin(false, 1, 1, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_no_device),
	};
	return cmocka_run_group_tests_name("evdev", tests, NULL, NULL);
}
