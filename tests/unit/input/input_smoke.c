/*
 * input_smoke: the room on real devices, by hand or in the test VM; no unit test.
 *
 *	input_smoke [seconds [layout]]
 *
 * As root: prints every event of seat0. F12 suspends and resumes, as a VT switch would.
 */
#include <errno.h>
#include <fcntl.h>
#include <libudev.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xkbcommon/xkbcommon.h>

#include <linux/input-event-codes.h>

#include "input/input.h"
#include "util/clock.h"
#include "util/log.h"

static bool switching;
static unsigned devices;

static int handle_open(void *data, const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);
	devices += fd >= 0;
	return fd < 0 ? -errno : fd;
}

static void handle_close(void *data, int fd)
{
	devices--;
	close(fd);
}

static double late_ms(uint64_t ns)
{
	return (double)(int64_t)(clock_now_ns() - ns) / 1e6;
}

static bool handle_shortcut(void *data, const struct input_key *key)
{
	if (key->code == KEY_F12 && key->pressed)
		switching = true;
	return key->code == KEY_F12;
}

static void handle_key(void *data, const struct input_key *key)
{
	char name[64];
	xkb_keysym_get_name(key->keysym, name, sizeof name);
	printf("key %s%s code %u %s mods %x '%s' %.1f ms ago\n",
		key->pressed ? "down" : "up", key->repeat ? " again" : "", key->code,
		name, key->mods, key->utf8, late_ms(key->time_ns));
}

static void handle_pointer(void *data, const struct input_pointer *p)
{
	static const char *const names[] = {"move", "press", "release", "scroll"};
	printf("pointer %s %.2f,%.2f button %x buttons %x scroll %g,%g %.1f ms ago\n",
		names[p->kind], (double)p->x, (double)p->y, p->button, p->buttons,
		(double)p->scroll_x, (double)p->scroll_y, late_ms(p->time_ns));
}

static void handle_touch(void *data, const struct input_touch *t)
{
	static const char *const names[] = {"down", "move", "up", "cancel"};
	printf("touch %s %u %.2f,%.2f %.1f ms ago\n", names[t->kind], t->id, (double)t->x,
		(double)t->y, late_ms(t->time_ns));
}

static void handle_pen(void *data, const struct input_pen *p)
{
	static const char *const names[] = {
		"in", "move", "press", "release", "scroll", "out", "cancel"};
	printf("pen %s %u tool %d %x %.2f,%.2f pressure %.3f distance %.3f tilt "
	       "%.1f,%.1f "
	       "button %x buttons %x %.1f ms ago\n",
		names[p->kind], p->id, p->tool, p->tool_id, (double)p->x, (double)p->y,
		(double)p->pressure, (double)p->distance, (double)p->tilt_x,
		(double)p->tilt_y, p->button, p->buttons, late_ms(p->time_ns));
}

static void handle_gesture(void *data, const struct input_gesture *g)
{
	static const char *const kinds[] = {"swipe", "pinch", "hold"};
	static const char *const phases[] = {"begin", "update", "end", "cancel"};
	printf("%s %s %u fingers %.2f,%.2f scale %.3f turn %.2f %.1f ms ago\n",
		kinds[g->kind], phases[g->phase], g->fingers, (double)g->dx,
		(double)g->dy, (double)g->scale, (double)g->rotation,
		late_ms(g->time_ns));
}

static void handle_switched(void *data, enum input_switch which, bool on)
{
	printf("%s %s\n", which == INPUT_SWITCH_LID ? "lid" : "tablet mode",
		on ? "on" : "off");
}

static void print_device(void *data, const struct input_device_info *info)
{
	char types[INPUT_TYPE_TEXT], value[DEVICE_VALUE_MAX];
	input_type_text(info->types, types);
	printf("'%s' (%s) %04x:%04x", info->name, types, info->vendor, info->product);
	for (unsigned i = 0; i < DEVICE_OPTIONS; i++) {
		if (!(info->now.set & 1u << i))
			continue;
		device_config_value(&info->now, (enum device_option)i, value);
		printf(" %s=%s", device_option_name((enum device_option)i), value);
	}
	printf("\n");
}

static const struct input_listener listener = {
	.open_device = handle_open,
	.close_device = handle_close,
	.shortcut = handle_shortcut,
	.key = handle_key,
	.pointer = handle_pointer,
	.touch = handle_touch,
	.pen = handle_pen,
	.gesture = handle_gesture,
	.switched = handle_switched,
};

static void switch_away_and_back(struct input *input)
{
	switching = false;
	input_suspend(input);
	printf("suspended, %u devices open\n", devices);
	sleep(1);
	int ret = input_resume(input);
	printf("resumed: %s, %u devices open\n", ret < 0 ? strerror(-ret) : "ok",
		devices);
}

static int timeout_ms(struct input *input, uint64_t end_ns)
{
	uint64_t now = clock_now_ns(), next = input_next_repeat_ns(input);
	uint64_t until = next && next < end_ns ? next : end_ns;
	return until > now ? (int)((until - now) / NS_PER_MS + 1) : 0;
}

static void watch(struct input *input, unsigned seconds)
{
	uint64_t end_ns = clock_now_ns() + seconds * NS_PER_S;
	unsigned wakes = 0;
	while (clock_now_ns() < end_ns) {
		struct pollfd p = {.fd = input_fd(input), .events = POLLIN};
		poll(&p, 1, input_pending(input) ? 0 : timeout_ms(input, end_ns));
		wakes++;
		input_dispatch(input);
		input_repeat(input, clock_now_ns());
		if (switching)
			switch_away_and_back(input);
	}
	printf("%u wake-ups\n", wakes);
}

int main(int argc, char **argv)
{
	struct input *input;
	struct input_error err;
	const struct input_keymap keymap = {.layout = argc > 2 ? argv[2] : NULL};
	struct udev *udev = udev_new();
	setvbuf(stdout, NULL, _IOLBF, 0);
	log_set_level(LOG_DEBUG);
	if (input_create(udev, "seat0", &keymap, &listener, NULL, &input, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		udev_unref(udev);
		return 1;
	}
	input_set_bounds(input, 1000, 500);
	input_dispatch(input);
	printf("%u devices open\n", devices);
	input_each_device(input, print_device, NULL);
	watch(input, argc > 1 ? (unsigned)atoi(argv[1]) : 10);
	input_destroy(input);
	printf("destroyed, %u devices open\n", devices);
	udev_unref(udev);
	return 0;
}
