#include "input/evdev.h"

#include <errno.h>
#include <linux/input.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* A stop that is over ends the wait for the device's lock, too, and cannot be held: see signals.h. */
static int tell(int fd, unsigned long request, const void *what)
{
	int r;
	do
		r = ioctl(fd, request, what);
	while (r < 0 && errno == EINTR);
	return r;
}

/* Of the type EV_SYN, the mask is of types. EV_SYN itself always passes, and alone is no event. */
static int let_through(int fd, unsigned long types)
{
	_Static_assert(EV_CNT <= 8 * sizeof types, "a bit for each");
	const struct input_mask mask = {.type = EV_SYN,
		.codes_size = sizeof types,
		.codes_ptr = (uint64_t)(uintptr_t)&types};
	return tell(fd, EVIOCSMASK, &mask);
}

static void drain(int fd)
{
	struct input_event events[64];
	while (read(fd, events, sizeof events) > 0)
		;
}

void evdev_begin(int fd)
{
	int clock = CLOCK_MONOTONIC;
	if (let_through(fd, 0) < 0)
		return;
	drain(fd);
	tell(fd, EVIOCSCLOCKID, &clock);
	let_through(fd, ~0UL);
}
