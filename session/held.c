#include "session/held.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "session/closer.h"

#define DEVICES 256 /* as many as the kernel numbers without gaps, and more */
#define KEYS                                                                             \
	BTN_MISC /* those below are keys; above are buttons, which no console types */

static bool is_modifier(unsigned code)
{
	static const uint8_t modifiers[] = {KEY_LEFTCTRL, KEY_RIGHTCTRL, KEY_LEFTSHIFT,
		KEY_RIGHTSHIFT, KEY_LEFTALT, KEY_RIGHTALT, KEY_LEFTMETA, KEY_RIGHTMETA};
	for (size_t i = 0; i < sizeof modifiers; i++) {
		if (modifiers[i] == code)
			return true;
	}
	return false;
}

/* Whoever closes the device at the same time has its lock, and a signal ends the wait for that. */
#define AGAIN(r, call)                                                                   \
	do                                                                               \
		r = (call);                                                              \
	while (r < 0 && errno == EINTR)

/* What is written to an evdev device the kernel takes as its own: its Documentation/input. */
static void release(int fd, unsigned code)
{
	const struct input_event events[] = {
		{.type = EV_KEY, .code = (uint16_t)code},
		{.type = EV_SYN, .code = SYN_REPORT},
	};
	ssize_t n;
	AGAIN(n, write(fd, events, sizeof events));
	(void)n;
}

void held_let_go(int fd)
{
	uint8_t down[KEYS / 8] = {0};
	int r;
	AGAIN(r, ioctl(fd, EVIOCGKEY(sizeof down), down));
	if (r < 0)
		return;
	for (unsigned code = 0; code < KEYS; code++) {
		if ((down[code / 8] >> code % 8 & 1) && !is_modifier(code))
			release(fd, code);
	}
}

void held_let_go_all(void)
{
	char path[32];
	for (int i = 0; i < DEVICES; i++) {
		snprintf(path, sizeof path, "/dev/input/event%d", i);
		int fd;
		AGAIN(fd, open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
		if (fd < 0)
			continue;
		held_let_go(fd);
		closer_close(fd);
	}
}
