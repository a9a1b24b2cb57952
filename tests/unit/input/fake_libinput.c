#include "fake_libinput_event.h"

#include <fcntl.h>
#include <libudev.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct libinput_device {
	unsigned index;
	int fd; /* -1 not open */
	int refs;
	void *user;
	bool down[FAKE_CODES];
	bool touched[FAKE_SLOTS];
	struct fake_tool tool; /* near */
	bool near;
	enum libinput_event_type gesture; /* its END; 0: none */
};

struct libinput {
	const struct libinput_interface *interface;
	void *user;
	libinput_log_handler log;
	struct libinput_device *open[FAKE_DEVICES];
	struct libinput_event *queue[FAKE_EVENTS];
	size_t first, n_queue;
	uint32_t down[FAKE_CODES];
};

struct fake_libinput fake;
static struct libinput *context;

struct fake_device *fake_device_of(struct libinput_device *device)
{
	return &fake.devices[device->index];
}

void fake_reset(void)
{
	fake = (struct fake_libinput){0};
	context = NULL;
}

void fake_talk(void)
{
	sigset_t held;
	pthread_sigmask(SIG_BLOCK, NULL, &held);
	assert_true(sigismember(&held, SIGRTMIN + 1));
	assert_true(sigismember(&held, SIGTERM));
	assert_false(sigismember(&held, SIGSEGV));
}

static struct libinput_event *push(
	enum libinput_event_type type, struct libinput_device *device, uint64_t usec)
{
	assert_non_null(context);
	assert_true(context->n_queue < FAKE_EVENTS);
	struct libinput_event *e = calloc(1, sizeof *e);
	e->type = type;
	e->device = device ? libinput_device_ref(device) : NULL;
	e->usec = usec;
	fake.alive++;
	context->queue[(context->first + context->n_queue++) % FAKE_EVENTS] = e;
	return e;
}

static void push_switch(
	struct libinput_device *device, uint32_t which, bool on, uint64_t usec)
{
	struct libinput_event *e = push(LIBINPUT_EVENT_SWITCH_TOGGLE, device, usec);
	e->code = which;
	e->pressed = on;
}

static void push_tool(struct libinput_device *device, enum libinput_event_type type,
	const struct fake_tool *tool, uint64_t usec)
{
	struct libinput_event *e = push(type, device, usec);
	e->tool = *tool;
	e->of.type = tool->type ? tool->type : LIBINPUT_TABLET_TOOL_TYPE_PEN;
	e->of.serial = tool->serial;
	e->count = tool->on;
}

static void open_device(unsigned index)
{
	char path[32];
	snprintf(path, sizeof path, "/dev/input/event%u", index);
	int fd = context->interface->open_restricted(
		path, O_RDWR | O_NONBLOCK, context->user);
	if (fd < 0)
		return;
	struct libinput_device *device = calloc(1, sizeof *device);
	device->index = index;
	device->fd = fd;
	context->open[index] = libinput_device_ref(device);
	push(LIBINPUT_EVENT_DEVICE_ADDED, device, 0);
	for (uint32_t i = 1; i <= 2; i++) {
		if (fake.devices[index].on & 1u << i)
			push_switch(device, i, true, 0);
	}
}

static void set_down(struct libinput_device *device, enum libinput_event_type type,
	uint32_t code, bool pressed, uint64_t usec)
{
	assert_true(code < FAKE_CODES && device->down[code] != pressed);
	device->down[code] = pressed;
	context->down[code] += pressed ? 1 : UINT32_MAX;
	struct libinput_event *e = push(type, device, usec);
	e->code = code;
	e->pressed = pressed;
	e->count = context->down[code];
}

static void close_device(unsigned index)
{
	struct libinput_device *device = context->open[index];
	if (!device)
		return;
	for (uint32_t code = 0; code < FAKE_CODES; code++) {
		if (device->down[code])
			set_down(device,
				code < 0x100 ? LIBINPUT_EVENT_KEYBOARD_KEY
					     : LIBINPUT_EVENT_POINTER_BUTTON,
				code, false, 0);
	}
	for (int32_t slot = 0; slot < FAKE_SLOTS && !fake.devices[index].dies; slot++) {
		if (device->touched[slot])
			push(LIBINPUT_EVENT_TOUCH_UP, device, 0)->slot = slot;
	}
	struct fake_tool away = device->tool;
	away.on = false;
	if (device->near && !fake.devices[index].dies)
		push_tool(device, LIBINPUT_EVENT_TABLET_TOOL_PROXIMITY, &away, 0);
	if (device->gesture && !fake.devices[index].dies)
		push(device->gesture, device, 0)->gesture.cancelled = true;
	context->interface->close_restricted(device->fd, context->user);
	device->fd = -1;
	push(LIBINPUT_EVENT_DEVICE_REMOVED, device, 0);
	context->open[index] = NULL;
	libinput_device_unref(device);
}

static void open_all(void)
{
	for (unsigned i = 0; i < FAKE_DEVICES; i++) {
		if (fake.devices[i].plugged)
			open_device(i);
	}
	fake_talk();
}

/* --- what the test does --- */

void fake_plug(unsigned device)
{
	fake.devices[device].plugged = true;
	open_device(device);
}

void fake_unplug(unsigned device)
{
	fake.devices[device].plugged = false;
	close_device(device);
}

void fake_key(unsigned device, uint32_t code, bool pressed, uint64_t usec)
{
	set_down(context->open[device], LIBINPUT_EVENT_KEYBOARD_KEY, code, pressed, usec);
}

void fake_button(unsigned device, uint32_t button, bool pressed, uint64_t usec)
{
	set_down(context->open[device], LIBINPUT_EVENT_POINTER_BUTTON, button, pressed,
		usec);
}

static void push_point(enum libinput_event_type type, struct libinput_device *device,
	double x, double y, uint64_t usec)
{
	struct libinput_event *e = push(type, device, usec);
	e->x = x;
	e->y = y;
}

void fake_motion(double dx, double dy, uint64_t usec)
{
	push_point(LIBINPUT_EVENT_POINTER_MOTION, NULL, dx, dy, usec);
}

void fake_absolute(unsigned device, double x, double y, uint64_t usec)
{
	push_point(LIBINPUT_EVENT_POINTER_MOTION_ABSOLUTE, context->open[device], x, y,
		usec);
}

void fake_scroll(enum libinput_event_type type, double x, double y, uint64_t usec)
{
	push_point(type, NULL, x, y, usec);
}

void fake_touch(unsigned device, enum libinput_event_type type, int32_t slot, double x,
	double y, uint64_t usec)
{
	struct libinput_event *e = push(type, context->open[device], usec);
	assert_in_range(slot, 0, FAKE_SLOTS - 1);
	context->open[device]->touched[slot] =
		type == LIBINPUT_EVENT_TOUCH_DOWN || type == LIBINPUT_EVENT_TOUCH_MOTION;
	e->slot = slot;
	e->x = x;
	e->y = y;
}

void fake_tool(unsigned device, enum libinput_event_type type,
	const struct fake_tool *tool, uint64_t usec)
{
	struct libinput_device *d = context->open[device];
	d->tool = *tool;
	if (type == LIBINPUT_EVENT_TABLET_TOOL_PROXIMITY)
		d->near = tool->on;
	push_tool(d, type, tool, usec);
}

void fake_pad(unsigned device, enum libinput_event_type type, unsigned n, double value,
	uint64_t usec)
{
	struct libinput_event *e = push(type, context->open[device], usec);
	e->code = n;
	e->x = value;
	e->pressed = value > 0;
}

void fake_gesture(unsigned device, enum libinput_event_type type,
	const struct fake_gesture *gesture, uint64_t usec)
{
	struct libinput_device *d = context->open[device];
	push(type, d, usec)->gesture = *gesture;
	d->gesture = type == LIBINPUT_EVENT_GESTURE_SWIPE_BEGIN
			     ? LIBINPUT_EVENT_GESTURE_SWIPE_END
		     : type == LIBINPUT_EVENT_GESTURE_PINCH_BEGIN
			     ? LIBINPUT_EVENT_GESTURE_PINCH_END
		     : type == LIBINPUT_EVENT_GESTURE_HOLD_BEGIN
			     ? LIBINPUT_EVENT_GESTURE_HOLD_END
		     : type == d->gesture ? LIBINPUT_EVENT_NONE
					  : d->gesture;
}

void fake_switch(unsigned device, enum libinput_switch which, bool on, uint64_t usec)
{
	uint32_t bit = 1u << which;
	fake.devices[device].on =
		on ? fake.devices[device].on | bit : fake.devices[device].on & ~bit;
	push_switch(context->open[device], which, on, usec);
}

void fake_log(enum libinput_log_priority priority, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	context->log(context, priority, fmt, ap);
	va_end(ap);
}

/* --- libinput: the context --- */

struct libinput *libinput_udev_create_context(
	const struct libinput_interface *interface, void *user_data, struct udev *udev)
{
	if (fake.no_context)
		return NULL;
	fake.alive++;
	context = calloc(1, sizeof *context);
	context->interface = interface;
	context->user = user_data;
	return context;
}

void libinput_log_set_handler(struct libinput *libinput, libinput_log_handler handler)
{
	libinput->log = handler;
}

void libinput_log_set_priority(
	struct libinput *libinput, enum libinput_log_priority priority)
{
	fake.priority = priority;
}

int libinput_udev_assign_seat(struct libinput *libinput, const char *seat_id)
{
	snprintf(fake.seat, sizeof fake.seat, "%s", seat_id);
	fake_talk();
	if (fake.no_seat)
		return -1;
	open_all();
	return 0;
}

static void throw_away(struct libinput *libinput)
{
	struct libinput_event *e;
	while ((e = libinput_get_event(libinput)))
		libinput_event_destroy(e);
}

struct libinput *libinput_unref(struct libinput *libinput)
{
	if (!libinput)
		return NULL;
	assert_ptr_equal(libinput, context);
	throw_away(libinput);
	for (unsigned i = 0; i < FAKE_DEVICES; i++)
		close_device(i);
	throw_away(libinput);
	free(libinput);
	fake.alive--;
	context = NULL;
	return NULL;
}

int libinput_get_fd(struct libinput *libinput)
{
	return 77;
}

int libinput_dispatch(struct libinput *libinput)
{
	fake_talk();
	fake.dispatches++;
	for (unsigned i = 0; i < FAKE_DEVICES; i++) {
		if (fake.goes >> i & 1)
			fake_unplug(i);
	}
	fake.goes = 0;
	fake_talk();
	return fake.dispatch_error;
}

struct libinput_event *libinput_get_event(struct libinput *libinput)
{
	if (libinput->n_queue == 0)
		return NULL;
	struct libinput_event *e = libinput->queue[libinput->first];
	libinput->first = (libinput->first + 1) % FAKE_EVENTS;
	libinput->n_queue--;
	return e;
}

enum libinput_event_type libinput_next_event_type(struct libinput *libinput)
{
	return libinput->n_queue ? libinput->queue[libinput->first]->type
				 : LIBINPUT_EVENT_NONE;
}

void libinput_suspend(struct libinput *libinput)
{
	for (unsigned i = 0; i < FAKE_DEVICES; i++)
		close_device(i);
}

int libinput_resume(struct libinput *libinput)
{
	fake_talk();
	if (fake.resume_fails)
		return -1;
	open_all();
	return 0;
}

/* --- libinput: devices --- */

struct libinput_device *libinput_device_ref(struct libinput_device *device)
{
	device->refs++;
	fake.alive++;
	return device;
}

struct libinput_device *libinput_device_unref(struct libinput_device *device)
{
	assert_true(device->refs > 0);
	fake.alive--;
	if (--device->refs > 0)
		return device;
	free(device);
	return NULL;
}

const char *libinput_device_get_name(struct libinput_device *device)
{
	const char *name = fake.devices[device->index].name;
	return name ? name : "a device";
}

const char *libinput_device_get_output_name(struct libinput_device *device)
{
	return fake.devices[device->index].output;
}

int libinput_device_has_capability(
	struct libinput_device *device, enum libinput_device_capability capability)
{
	const struct fake_device *d = &fake.devices[device->index];
	switch (capability) {
	case LIBINPUT_DEVICE_CAP_KEYBOARD:
		return d->keyboard;
	case LIBINPUT_DEVICE_CAP_POINTER:
		return d->mouse || d->touchpad;
	case LIBINPUT_DEVICE_CAP_TOUCH:
		return d->touch;
	case LIBINPUT_DEVICE_CAP_TABLET_TOOL:
		return d->tablet;
	case LIBINPUT_DEVICE_CAP_TABLET_PAD:
		return d->pad;
	case LIBINPUT_DEVICE_CAP_SWITCH:
		return d->flips;
	default:
		return 0;
	}
}

int libinput_device_keyboard_has_key(struct libinput_device *device, uint32_t code)
{
	const struct fake_device *d = &fake.devices[device->index];
	(void)code;
	return d->keyboard ? !d->buttons : -1;
}

unsigned libinput_device_get_id_vendor(struct libinput_device *device)
{
	return fake.devices[device->index].vendor;
}

unsigned libinput_device_get_id_product(struct libinput_device *device)
{
	return fake.devices[device->index].product;
}

/* libudev's: a device of it is the fake one. */

struct udev_device *libinput_device_get_udev_device(struct libinput_device *device)
{
	fake.alive++;
	return (struct udev_device *)&fake.devices[device->index];
}

const char *udev_device_get_property_value(struct udev_device *udev, const char *key)
{
	const struct fake_device *d = (const struct fake_device *)udev;
	return d->property && strcmp(d->property, key) == 0 ? "1" : NULL;
}

struct udev_device *udev_device_unref(struct udev_device *udev)
{
	fake.alive--;
	return NULL;
}

void libinput_device_led_update(struct libinput_device *device, enum libinput_led leds)
{
	fake_talk();
	/* Of one that is gone already, and that was not told yet, libinput does nothing, too. */
	if (device->fd < 0)
		return;
	fake.devices[device->index].leds = leds;
	fake.devices[device->index].led_sets++;
}

void libinput_device_set_user_data(struct libinput_device *device, void *user_data)
{
	device->user = user_data;
}

void *libinput_device_get_user_data(struct libinput_device *device)
{
	return device->user;
}
