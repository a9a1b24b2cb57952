#include "input/input.h"

#include <errno.h>
#include <libinput.h>
#include <libudev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/keyboard.h"
#include "input/map.h"
#include "input/arrangement.h"
#include "input/pointer.h"
#include "input/touch.h"
#include "util/clock.h"
#include "util/list.h"
#include "util/log.h"
#include "util/xalloc.h"

/* A keyboard, for its lamps. */
struct lamps {
	struct list link; /* input.lamps */
	struct libinput_device *device;
};

struct input {
	const struct input_listener *listener;
	void *data;
	struct libinput *libinput; /* NULL: bare */
	struct keyboard *keyboard;
	struct arrangement outputs;
	struct map map;
	struct pointer pointer;
	struct touch touch;
	struct list lamps;
	uint32_t leds;     /* as they were last set: enum keyboard_led */
	unsigned pointers; /* devices that move it */
	bool suspended;
};

static int handle_open(const char *path, int flags, void *user)
{
	struct input *input = user;
	int fd = input->listener->open_device(input->data, path, flags);
	if (fd < 0)
		log_error("%s: cannot open this input device: %s", path, strerror(-fd));
	return fd;
}

static void handle_close(int fd, void *user)
{
	struct input *input = user;
	input->listener->close_device(input->data, fd);
}

static const struct libinput_interface interface = {
	.open_restricted = handle_open,
	.close_restricted = handle_close,
};

static void handle_log(struct libinput *libinput, enum libinput_log_priority priority,
	const char *fmt, va_list ap)
{
	char text[512];
	vsnprintf(text, sizeof text, fmt, ap);
	text[strcspn(text, "\n")] = '\0';
	if (priority == LIBINPUT_LOG_PRIORITY_ERROR)
		log_error("libinput: %s", text);
	else
		log_debug("libinput: %s", text);
}

static int explain(struct input_error *err, int error, const char *what, const char *seat)
{
	if (err)
		snprintf(err->text, sizeof err->text,
			"cannot watch the input devices of seat \"%s\": %s; is udev "
			"running?",
			seat, what);
	return error;
}

static int open_libinput(
	struct input *input, struct udev *udev, const char *seat, struct input_error *err)
{
	input->libinput = libinput_udev_create_context(&interface, input, udev);
	if (!input->libinput)
		return explain(err, -ENOMEM, "libinput does not start", seat);
	libinput_log_set_handler(input->libinput, handle_log);
	libinput_log_set_priority(input->libinput, log_get_level() >= LOG_DEBUG
							   ? LIBINPUT_LOG_PRIORITY_INFO
							   : LIBINPUT_LOG_PRIORITY_ERROR);
	if (libinput_udev_assign_seat(input->libinput, seat) < 0)
		return explain(err, -ENODEV, "libinput finds no such seat", seat);
	return 0;
}

static void drain(struct input *input);

static int create(const char *layout, const struct input_listener *listener, void *data,
	struct input **out, struct input_error *err)
{
	struct input *input = xcalloc(1, sizeof *input);
	*input = (struct input){.listener = listener, .data = data};
	list_init(&input->lamps);
	map_init(&input->map);
	pointer_init(&input->pointer, &input->outputs, listener, data);
	touch_init(&input->touch, listener, data);
	int ret = keyboard_create(layout, listener, data, &input->keyboard, err);
	if (ret == 0)
		*out = input;
	else
		input_destroy(input);
	return ret;
}

int input_create(struct udev *udev, const char *seat, const char *layout,
	const struct input_listener *listener, void *data, struct input **out,
	struct input_error *err)
{
	struct input *input;
	int ret = create(layout, listener, data, &input, err);
	if (ret < 0)
		return ret;
	ret = open_libinput(input, udev, seat, err);
	if (ret < 0) {
		input_destroy(input);
		return ret;
	}
	/* The devices found wait in libinput's queue, of which its fd says nothing. */
	drain(input);
	*out = input;
	return 0;
}

int input_create_bare(const char *layout, const struct input_listener *listener,
	void *data, struct input **out, struct input_error *err)
{
	return create(layout, listener, data, out, err);
}

static void forget_lamps(struct lamps *lamps)
{
	list_remove(&lamps->link);
	libinput_device_unref(lamps->device);
	free(lamps);
}

void input_destroy(struct input *input)
{
	if (!input)
		return;
	list_for_each_safe (l, &input->lamps, struct lamps, link)
		forget_lamps(l);
	libinput_unref(input->libinput);
	map_finish(&input->map);
	keyboard_destroy(input->keyboard);
	free(input);
}

static enum libinput_led lights(uint32_t leds)
{
	unsigned out = 0;
	out |= leds & KEYBOARD_LED_NUM ? LIBINPUT_LED_NUM_LOCK : 0;
	out |= leds & KEYBOARD_LED_CAPS ? LIBINPUT_LED_CAPS_LOCK : 0;
	out |= leds & KEYBOARD_LED_SCROLL ? LIBINPUT_LED_SCROLL_LOCK : 0;
	return (enum libinput_led)out;
}

static void sync_lamps(struct input *input)
{
	uint32_t leds = keyboard_leds(input->keyboard);
	if (leds == input->leds)
		return;
	input->leds = leds;
	list_for_each (l, &input->lamps, struct lamps, link)
		libinput_device_led_update(l->device, lights(leds));
}

static void add_lamps(struct input *input, struct libinput_device *device)
{
	struct lamps *lamps = xcalloc(1, sizeof *lamps);
	lamps->device = libinput_device_ref(device);
	list_push_back(&input->lamps, &lamps->link);
	libinput_device_set_user_data(device, lamps);
	libinput_device_led_update(device, lights(input->leds));
}

static bool moves_pointer(struct libinput_device *device)
{
	return libinput_device_has_capability(device, LIBINPUT_DEVICE_CAP_POINTER) > 0;
}

static struct touch_stamp stamp(const struct input *input, uint64_t time_ns)
{
	return (struct touch_stamp){time_ns, keyboard_mods(input->keyboard)};
}

static void handle_added(struct input *input, struct libinput_device *device)
{
	log_debug("input: %s is here", libinput_device_get_name(device));
	if (libinput_device_config_tap_get_finger_count(device) > 0)
		libinput_device_config_tap_set_enabled(
			device, LIBINPUT_CONFIG_TAP_ENABLED);
	if (libinput_device_has_capability(device, LIBINPUT_DEVICE_CAP_KEYBOARD))
		add_lamps(input, device);
	input->pointers += moves_pointer(device);
}

static void handle_removed(struct input *input, struct libinput_device *device)
{
	struct lamps *lamps = libinput_device_get_user_data(device);
	log_debug("input: %s is gone", libinput_device_get_name(device));
	libinput_device_set_user_data(device, NULL);
	if (lamps)
		forget_lamps(lamps);
	input->pointers -= moves_pointer(device);
	touch_cancel_all(&input->touch, device, stamp(input, clock_now_ns()));
}

/* A key held on two keyboards is down until the last of them lets go. */
static void handle_key(struct input *input, struct libinput_event_keyboard *event)
{
	bool pressed = libinput_event_keyboard_get_key_state(event) ==
		       LIBINPUT_KEY_STATE_PRESSED;
	if (libinput_event_keyboard_get_seat_key_count(event) != (pressed ? 1 : 0))
		return;
	keyboard_key(input->keyboard, libinput_event_keyboard_get_key(event), pressed,
		libinput_event_keyboard_get_time_usec(event) * NS_PER_US);
	sync_lamps(input);
}

static uint64_t pointer_time(struct libinput_event_pointer *event)
{
	return libinput_event_pointer_get_time_usec(event) * NS_PER_US;
}

static void handle_motion(struct input *input, struct libinput_event_pointer *event)
{
	pointer_move_by(&input->pointer, libinput_event_pointer_get_dx(event),
		libinput_event_pointer_get_dy(event), keyboard_mods(input->keyboard),
		pointer_time(event));
}

static const struct input_output *output_of(
	struct input *input, struct libinput_device *device, bool touch)
{
	struct arrangement_wish wish = {
		.mapped = map_of(&input->map, libinput_device_get_name(device)),
		.udev = libinput_device_get_output_name(device),
		.touch = touch,
	};
	return arrangement_for(&input->outputs, &wish);
}

static void handle_absolute(struct input *input, struct libinput_event *base)
{
	struct libinput_event_pointer *event = libinput_event_get_pointer_event(base);
	const struct input_output *output =
		output_of(input, libinput_event_get_device(base), false);
	double x, y;
	if (!output)
		return;
	output_of_panel(output,
		libinput_event_pointer_get_absolute_x_transformed(event, 1),
		libinput_event_pointer_get_absolute_y_transformed(event, 1), &x, &y);
	pointer_move_to(&input->pointer, x, y, keyboard_mods(input->keyboard),
		pointer_time(event));
}

static void handle_button(struct input *input, struct libinput_event_pointer *event)
{
	bool pressed = libinput_event_pointer_get_button_state(event) ==
		       LIBINPUT_BUTTON_STATE_PRESSED;
	if (libinput_event_pointer_get_seat_button_count(event) != (pressed ? 1 : 0))
		return;
	pointer_button(&input->pointer, libinput_event_pointer_get_button(event), pressed,
		keyboard_mods(input->keyboard), pointer_time(event));
}

static double scroll(
	struct libinput_event_pointer *event, enum libinput_pointer_axis axis, bool wheel)
{
	if (!libinput_event_pointer_has_axis(event, axis))
		return 0;
	if (wheel)
		return libinput_event_pointer_get_scroll_value_v120(event, axis) / 120.0 *
		       POINTER_WHEEL_PX;
	return libinput_event_pointer_get_scroll_value(event, axis);
}

static void handle_scroll(
	struct input *input, struct libinput_event_pointer *event, bool wheel)
{
	pointer_scroll(&input->pointer,
		scroll(event, LIBINPUT_POINTER_AXIS_SCROLL_HORIZONTAL, wheel),
		scroll(event, LIBINPUT_POINTER_AXIS_SCROLL_VERTICAL, wheel),
		keyboard_mods(input->keyboard), pointer_time(event));
}

/* Places are on the panel: 0 to 1 from its own top left. */
static bool place_of(
	struct input *input, struct libinput_event *base, double *x, double *y)
{
	struct libinput_event_touch *event = libinput_event_get_touch_event(base);
	const struct input_output *output =
		output_of(input, libinput_event_get_device(base), true);
	if (!output)
		return false;
	output_of_panel(output, libinput_event_touch_get_x_transformed(event, 1),
		libinput_event_touch_get_y_transformed(event, 1), x, y);
	return true;
}

static void handle_touch(struct input *input, struct libinput_event *base)
{
	struct libinput_event_touch *event = libinput_event_get_touch_event(base);
	struct libinput_device *device = libinput_event_get_device(base);
	int32_t slot = libinput_event_touch_get_slot(event);
	struct touch_stamp now =
		stamp(input, libinput_event_touch_get_time_usec(event) * NS_PER_US);
	double x, y;
	switch (libinput_event_get_type(base)) {
	case LIBINPUT_EVENT_TOUCH_DOWN:
		if (place_of(input, base, &x, &y))
			touch_down(&input->touch, device, slot, x, y, now);
		break;
	case LIBINPUT_EVENT_TOUCH_MOTION:
		if (place_of(input, base, &x, &y))
			touch_move(&input->touch, device, slot, x, y, now);
		break;
	case LIBINPUT_EVENT_TOUCH_UP:
		touch_up(&input->touch, device, slot, now);
		break;
	default:
		touch_cancel(&input->touch, device, slot, now);
		break;
	}
}

static void tell_activity(struct input *input)
{
	if (input->listener->activity)
		input->listener->activity(input->data);
}

static void handle_act(struct input *input, struct libinput_event *event)
{
	tell_activity(input);
	switch (libinput_event_get_type(event)) {
	case LIBINPUT_EVENT_KEYBOARD_KEY:
		handle_key(input, libinput_event_get_keyboard_event(event));
		break;
	case LIBINPUT_EVENT_POINTER_MOTION:
		handle_motion(input, libinput_event_get_pointer_event(event));
		break;
	case LIBINPUT_EVENT_POINTER_MOTION_ABSOLUTE:
		handle_absolute(input, event);
		break;
	case LIBINPUT_EVENT_POINTER_BUTTON:
		handle_button(input, libinput_event_get_pointer_event(event));
		break;
	/* POINTER_AXIS tells the same once more, for programs older than these. */
	case LIBINPUT_EVENT_POINTER_SCROLL_WHEEL:
		handle_scroll(input, libinput_event_get_pointer_event(event), true);
		break;
	case LIBINPUT_EVENT_POINTER_SCROLL_FINGER:
	case LIBINPUT_EVENT_POINTER_SCROLL_CONTINUOUS:
		handle_scroll(input, libinput_event_get_pointer_event(event), false);
		break;
	case LIBINPUT_EVENT_TOUCH_DOWN:
	case LIBINPUT_EVENT_TOUCH_MOTION:
	case LIBINPUT_EVENT_TOUCH_UP:
	case LIBINPUT_EVENT_TOUCH_CANCEL:
		handle_touch(input, event);
		break;
	default:
		break;
	}
}

/*
 * While suspended only devices count: all is released already, and what was
 * still queued then (or is the closing devices' own release) is for nobody.
 */
static void handle_event(struct input *input, struct libinput_event *event)
{
	switch (libinput_event_get_type(event)) {
	case LIBINPUT_EVENT_DEVICE_ADDED:
		handle_added(input, libinput_event_get_device(event));
		break;
	case LIBINPUT_EVENT_DEVICE_REMOVED:
		handle_removed(input, libinput_event_get_device(event));
		break;
	default:
		if (!input->suspended)
			handle_act(input, event);
		break;
	}
}

/* A listener that suspends gets here once more, from within: the outer loop then finds nothing. */
static void drain(struct input *input)
{
	struct libinput_event *event;
	if (!input->libinput)
		return;
	while ((event = libinput_get_event(input->libinput))) {
		handle_event(input, event);
		libinput_event_destroy(event);
	}
}

int input_fd(const struct input *input)
{
	return input->libinput ? libinput_get_fd(input->libinput) : -1;
}

int input_dispatch(struct input *input)
{
	int ret = input->libinput ? libinput_dispatch(input->libinput) : 0;
	if (ret < 0) {
		log_error("cannot read the input devices: %s", strerror(-ret));
		return ret;
	}
	drain(input);
	return 0;
}

bool input_has_pointer(const struct input *input)
{
	return input->pointers > 0;
}

bool input_where(const struct input *input, double *x, double *y)
{
	*x = input->pointer.x;
	*y = input->pointer.y;
	return input->pointer.placed;
}

void input_set_outputs(struct input *input, const struct input_output *outputs, size_t n)
{
	arrangement_set(&input->outputs, outputs, n);
	pointer_arrange(&input->pointer);
}

void input_set_bounds(struct input *input, int32_t width, int32_t height)
{
	struct input_output one = {.width = width, .height = height};
	input_set_outputs(input, &one, 1);
}

int input_map(struct input *input, const char *device, const char *output)
{
	return map_set(&input->map, device, output);
}

void input_map_clear(struct input *input)
{
	map_finish(&input->map);
}

uint64_t input_next_repeat_ns(const struct input *input)
{
	return keyboard_next_repeat_ns(input->keyboard);
}

void input_repeat(struct input *input, uint64_t now_ns)
{
	keyboard_repeat(input->keyboard, now_ns);
}

void input_suspend(struct input *input)
{
	if (input->suspended)
		return;
	input->suspended = true;
	uint64_t now = clock_now_ns();
	touch_cancel_all(&input->touch, NULL, stamp(input, now));
	pointer_release_all(&input->pointer, keyboard_mods(input->keyboard), now);
	keyboard_release_all(input->keyboard, now);
	sync_lamps(input);
	if (input->libinput)
		libinput_suspend(input->libinput);
	drain(input);
}

int input_resume(struct input *input)
{
	if (!input->suspended)
		return 0;
	if (input->libinput && libinput_resume(input->libinput) < 0) {
		log_error("cannot open the input devices again: %s", strerror(EIO));
		return -EIO;
	}
	input->suspended = false;
	drain(input);
	return 0;
}

/* Whether it counts; then somebody is there. */
static bool fed(struct input *input)
{
	if (!input->suspended)
		tell_activity(input);
	return !input->suspended;
}

void input_feed_key(struct input *input, uint32_t code, bool pressed, uint64_t time_ns)
{
	if (fed(input))
		keyboard_key(input->keyboard, code, pressed, time_ns);
}

void input_feed_motion(struct input *input, double x, double y, uint64_t time_ns)
{
	if (fed(input))
		pointer_move_to(
			&input->pointer, x, y, keyboard_mods(input->keyboard), time_ns);
}

void input_feed_button(
	struct input *input, uint32_t button, bool pressed, uint64_t time_ns)
{
	if (fed(input))
		pointer_button(&input->pointer, button, pressed,
			keyboard_mods(input->keyboard), time_ns);
}

void input_feed_scroll(struct input *input, double x, double y, uint64_t time_ns)
{
	if (fed(input))
		pointer_scroll(
			&input->pointer, x, y, keyboard_mods(input->keyboard), time_ns);
}

void input_feed_touch(struct input *input, enum input_touch_kind kind, int64_t slot,
	double x, double y, uint64_t time_ns)
{
	struct touch_stamp now = stamp(input, time_ns);
	if (!fed(input))
		return;
	switch (kind) {
	case INPUT_TOUCH_DOWN:
		touch_down(&input->touch, NULL, slot, x, y, now);
		break;
	case INPUT_TOUCH_MOVE:
		touch_move(&input->touch, NULL, slot, x, y, now);
		break;
	case INPUT_TOUCH_UP:
		touch_up(&input->touch, NULL, slot, now);
		break;
	case INPUT_TOUCH_CANCEL:
		touch_cancel(&input->touch, NULL, slot, now);
		break;
	}
}

void input_feed_away(struct input *input, uint64_t time_ns)
{
	keyboard_release_all(input->keyboard, time_ns);
	sync_lamps(input);
}

void input_feed_locks(struct input *input, bool caps, bool num)
{
	keyboard_set_locks(input->keyboard,
		(caps ? KEYBOARD_LED_CAPS : 0) | (num ? KEYBOARD_LED_NUM : 0));
	sync_lamps(input);
}
