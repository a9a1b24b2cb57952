/*
 * vtstate VT - prints what the kernel says about a virtual terminal, one line:
 *
 *	{"vt":1,"active":2,"display":"text","keyboard":"unicode","switching":"auto",
 *	 "release_signal":0,"acquire_signal":0}
 *
 * (here folded). Exit status 1: the terminal cannot be asked.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/kd.h>
#include <linux/vt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

static const char *display_name(int mode)
{
	return mode == KD_TEXT ? "text" : mode == KD_GRAPHICS ? "graphics" : "other";
}

static const char *keyboard_name(int mode)
{
	switch (mode) {
	case K_RAW:
		return "raw";
	case K_XLATE:
		return "xlate";
	case K_MEDIUMRAW:
		return "mediumraw";
	case K_UNICODE:
		return "unicode";
	case K_OFF:
		return "off";
	default:
		return "other";
	}
}

static const char *switching_name(int mode)
{
	return mode == VT_AUTO ? "auto" : mode == VT_PROCESS ? "process" : "other";
}

static int ask(int fd, unsigned long request, void *into, const char *name)
{
	if (ioctl(fd, request, into) == 0)
		return 0;
	fprintf(stderr, "vtstate: %s: %s\n", name, strerror(errno));
	return -1;
}

int main(int argc, char **argv)
{
	int vt = argc == 2 ? atoi(argv[1]) : 0;
	if (vt < 1 || vt > 63) {
		fprintf(stderr, "usage: vtstate VT (1 to 63)\n");
		return 2;
	}
	char path[32];
	snprintf(path, sizeof path, "/dev/tty%d", vt);
	int fd = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		fprintf(stderr, "vtstate: %s: %s\n", path, strerror(errno));
		return 1;
	}

	struct vt_stat stat = {0};
	struct vt_mode mode = {0};
	int display = -1, keyboard = -1;
	if (ask(fd, VT_GETSTATE, &stat, "VT_GETSTATE") < 0 ||
		ask(fd, KDGETMODE, &display, "KDGETMODE") < 0 ||
		ask(fd, KDGKBMODE, &keyboard, "KDGKBMODE") < 0 ||
		ask(fd, VT_GETMODE, &mode, "VT_GETMODE") < 0)
		return 1;
	printf("{\"vt\":%d,\"active\":%d,\"display\":\"%s\",\"keyboard\":\"%s\","
	       "\"switching\":\"%s\",\"release_signal\":%d,\"acquire_signal\":%d}\n",
		vt, stat.v_active, display_name(display), keyboard_name(keyboard),
		switching_name(mode.mode), mode.relsig, mode.acqsig);
	return 0;
}
