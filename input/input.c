#include "input/input.h"

#include <errno.h>
#include <libinput.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/evdev.h"
#include "input/loaded.h"
#include "input/private.h"
#include "input/signals.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

/*
 * Events of one turn of the loop: half a second of a mouse of 1000 Hz, and a few milliseconds
 * of routing. Who sends more has its moves merged.
 */
#define TURN_EVENTS 512

static int handle_open(const char *path, int flags, void *user)
{
	struct input *input = user;
	unsigned held = signals_let();
	int fd = input->listener->open_device(input->data, path, flags);
	signals_hold_again(held);
	if (fd < 0)
		log_error("%s: cannot open this input device: %s", path, strerror(-fd));
	else
		evdev_begin(fd);
	return fd;
}

static void handle_close(int fd, void *user)
{
	struct input *input = user;
	unsigned held = signals_let();
	input->listener->close_device(input->data, fd);
	signals_hold_again(held);
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
	if (library_load(&library_libinput) < 0)
		return explain(err, -ENOENT, "libinput10 is not installed", seat);
	input->libinput = libinput_udev_create_context(&interface, input, udev);
	if (!input->libinput)
		return explain(err, -ENOMEM, "libinput does not start", seat);
	libinput_log_set_handler(input->libinput, handle_log);
	libinput_log_set_priority(input->libinput, log_get_level() >= LOG_DEBUG
							   ? LIBINPUT_LOG_PRIORITY_INFO
							   : LIBINPUT_LOG_PRIORITY_ERROR);
	signals_hold();
	int r = libinput_udev_assign_seat(input->libinput, seat);
	signals_release();
	return r < 0 ? explain(err, -ENODEV, "libinput finds no such seat", seat) : 0;
}

static void drain_all(struct input *input);

static const struct keyboard_drive drive;

static struct input *create(const struct input_listener *listener, void *data)
{
	struct input *input = xcalloc(1, sizeof *input);
	*input = (struct input){.listener = listener, .data = data};
	list_init(&input->devices);
	pointer_init(&input->pointer, &input->outputs, listener, data);
	touch_init(&input->touch, listener, data);
	pens_init(&input->pens, &input->pointer.buttons, listener, data);
	gesture_init(&input->gesture, listener, data);
	return input;
}

static int add_keyboard(
	struct input *input, const struct input_keymap *keymap, struct input_error *err)
{
	int ret = keyboard_create(
		keymap, input->listener, input->data, &input->keyboard, err);
	if (ret == 0)
		keyboard_set_drive(input->keyboard, &drive, input);
	return ret;
}

int input_create(struct udev *udev, const char *seat, const struct input_keymap *keymap,
	const struct input_listener *listener, void *data, struct input **out,
	struct input_error *err)
{
	struct input *input = create(listener, data);
	/* First: what is pressed while the keymap is compiled waits in the devices. */
	int ret = open_libinput(input, udev, seat, err);
	if (ret == 0)
		ret = add_keyboard(input, keymap, err);
	if (ret < 0) {
		input_destroy(input);
		return ret;
	}
	/* The devices found wait in libinput's queue, of which its fd says nothing. */
	drain_all(input);
	*out = input;
	return 0;
}

int input_create_bare(const struct input_keymap *keymap,
	const struct input_listener *listener, void *data, struct input **out,
	struct input_error *err)
{
	struct input *input = create(listener, data);
	int ret = add_keyboard(input, keymap, err);
	if (ret < 0)
		input_destroy(input);
	else
		*out = input;
	return ret;
}

void input_destroy(struct input *input)
{
	if (!input)
		return;
	list_for_each_safe (device, &input->devices, struct device, link)
		device_remove(device);
	/* Bare: the library may not be loaded. */
	if (input->libinput)
		libinput_unref(input->libinput);
	device_rules_finish(&input->rules);
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

/* What the keyboard does beside keys. */

static void sync_lamps(struct input *input);

static void handle_leds(void *data, uint32_t leds)
{
	(void)leds;
	sync_lamps(data);
}

static void handle_keys_move(void *data, double dx, double dy, uint64_t time_ns)
{
	struct input *input = data;
	if (pens_hold(&input->pens))
		return;
	pointer_move_by(&input->pointer, dx, dy, keyboard_mods(input->keyboard), time_ns);
}

static void handle_keys_button(
	void *data, uint32_t button, bool pressed, uint64_t time_ns)
{
	struct input *input = data;
	if (pressed && pens_hold(&input->pens))
		return;
	pointer_button(&input->pointer, button, pressed, keyboard_mods(input->keyboard),
		time_ns);
}

static const struct keyboard_drive drive = {
	.leds = handle_leds, .move = handle_keys_move, .button = handle_keys_button};

struct keyboard *input_keyboard(struct input *input)
{
	return input->keyboard;
}

static void set_lamps(struct libinput_device *libinput, uint32_t leds)
{
	signals_hold();
	libinput_device_led_update(libinput, lights(leds));
	signals_release();
}

static void sync_lamps(struct input *input)
{
	uint32_t leds = keyboard_leds(input->keyboard);
	if (leds == input->leds)
		return;
	input->leds = leds;
	list_for_each (device, &input->devices, struct device, link) {
		if (device->types & INPUT_TYPE_KEYBOARD)
			set_lamps(device->libinput, leds);
	}
}

struct touch_stamp input_stamp(const struct input *input, uint64_t time_ns)
{
	return (struct touch_stamp){time_ns, keyboard_mods(input->keyboard)};
}

static void handle_added(struct input *input, struct libinput_device *libinput)
{
	struct device *device = device_add(input, libinput);
	log_debug("input: %s is here", device->name);
	if (device->types & INPUT_TYPE_KEYBOARD)
		set_lamps(libinput, input->leds);
	input->pointers += device->moves;
	input->writers += device->writes;
}

/* Libinput has released what it knows of; these are what it does not, or may not. */
static void let_go(struct input *input, struct device *device)
{
	struct touch_stamp now = input_stamp(input, clock_now_ns());
	touch_cancel_all(&input->touch, device->libinput, now);
	pens_cancel(&input->pens, device->libinput, now.time_ns, now.mods);
	gesture_cancel(&input->gesture, device->libinput, now.time_ns, now.mods);
	tablet_release(input, device, now.time_ns);
}

static void handle_removed(struct input *input, struct libinput_device *libinput)
{
	struct device *device = device_of(libinput);
	if (!device)
		return;
	log_debug("input: %s is gone", device->name);
	bool last = device->writes && input->writers == 1;
	input->pointers -= device->moves;
	input->writers -= device->writes;
	let_go(input, device);
	device_remove(device);
	/* What sticky keys and mouse keys hold nobody could let go of any more. */
	if (last)
		keyboard_let_go(input->keyboard, clock_now_ns());
	sync_lamps(input);
	input->toggled = true;
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
	if (pens_hold(&input->pens))
		return;
	const struct input_motion motion = {.time_ns = pointer_time(event),
		.dx = libinput_event_pointer_get_dx(event),
		.dy = libinput_event_pointer_get_dy(event),
		.raw_dx = libinput_event_pointer_get_dx_unaccelerated(event),
		.raw_dy = libinput_event_pointer_get_dy_unaccelerated(event)};
	pointer_move(&input->pointer, &motion, keyboard_mods(input->keyboard));
}

static const struct input_output *output_of(
	const struct input *input, struct libinput_event *event)
{
	const struct device *device = device_of(libinput_event_get_device(event));
	return device ? device_output(input, device) : NULL;
}

static void handle_absolute(struct input *input, struct libinput_event *base)
{
	struct libinput_event_pointer *event = libinput_event_get_pointer_event(base);
	const struct input_output *output = output_of(input, base);
	double x, y;
	if (!output || pens_hold(&input->pens))
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
	if (libinput_event_pointer_get_seat_button_count(event) != (pressed ? 1 : 0) ||
		(pressed && pens_hold(&input->pens)))
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
	const struct input_output *output = output_of(input, base);
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
		input_stamp(input, libinput_event_touch_get_time_usec(event) * NS_PER_US);
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

/* Gestures. */

static const struct {
	enum input_gesture_kind kind;
	enum input_gesture_phase phase;
} gestures[] = {
	{INPUT_GESTURE_SWIPE, INPUT_GESTURE_BEGIN},
	{INPUT_GESTURE_SWIPE, INPUT_GESTURE_UPDATE},
	{INPUT_GESTURE_SWIPE, INPUT_GESTURE_END},
	{INPUT_GESTURE_PINCH, INPUT_GESTURE_BEGIN},
	{INPUT_GESTURE_PINCH, INPUT_GESTURE_UPDATE},
	{INPUT_GESTURE_PINCH, INPUT_GESTURE_END},
	{INPUT_GESTURE_HOLD, INPUT_GESTURE_BEGIN},
	{INPUT_GESTURE_HOLD, INPUT_GESTURE_END},
};

static void handle_gesture(struct input *input, struct libinput_event *base)
{
	struct libinput_event_gesture *e = libinput_event_get_gesture_event(base);
	int i = (int)libinput_event_get_type(base) - LIBINPUT_EVENT_GESTURE_SWIPE_BEGIN;
	struct input_gesture g = {
		.time_ns = libinput_event_gesture_get_time_usec(e) * NS_PER_US,
		.kind = gestures[i].kind,
		.phase = gestures[i].phase,
		.fingers = (uint32_t)libinput_event_gesture_get_finger_count(e),
		.mods = keyboard_mods(input->keyboard),
	};
	if (g.phase == INPUT_GESTURE_END && libinput_event_gesture_get_cancelled(e))
		g.phase = INPUT_GESTURE_CANCEL;
	if (g.phase == INPUT_GESTURE_UPDATE) {
		g.dx = (float)libinput_event_gesture_get_dx(e);
		g.dy = (float)libinput_event_gesture_get_dy(e);
	}
	if (g.phase == INPUT_GESTURE_UPDATE && g.kind == INPUT_GESTURE_PINCH) {
		g.scale = (float)libinput_event_gesture_get_scale(e);
		g.rotation = (float)libinput_event_gesture_get_angle_delta(e);
	}
	gesture_event(&input->gesture, libinput_event_get_device(base), &g);
}

static void tell_activity(struct input *input)
{
	if (input->listener->activity)
		input->listener->activity(input->data);
}

/* Switches. */

static void tell_switches(struct input *input)
{
	uint32_t on = 0;
	/* Devices that are closed say nothing: it is as it was. */
	if (input->suspended || !input->toggled)
		return;
	input->toggled = false;
	list_for_each (device, &input->devices, struct device, link)
		on |= device->switches;
	uint32_t changed = on ^ input->switches;
	input->switches = on;
	for (unsigned i = 0; i < INPUT_SWITCHES && input->listener->switched; i++) {
		if (changed & 1u << i)
			input->listener->switched(
				input->data, (enum input_switch)i, (on & 1u << i) != 0);
	}
}

static void handle_switch(struct input *input, struct libinput_event *base)
{
	struct libinput_event_switch *e = libinput_event_get_switch_event(base);
	struct device *device = device_of(libinput_event_get_device(base));
	uint32_t bit = libinput_event_switch_get_switch(e) == LIBINPUT_SWITCH_LID
			       ? 1u << INPUT_SWITCH_LID
			       : 1u << INPUT_SWITCH_TABLET_MODE;
	bool on = libinput_event_switch_get_switch_state(e) == LIBINPUT_SWITCH_STATE_ON;
	if (!device)
		return;
	device->switches = on ? device->switches | bit : device->switches & ~bit;
	input->toggled = true;
	/* Who opens the lid wants to see something. */
	if (!on && !input->suspended)
		tell_activity(input);
}

/* Events. */

static void flush(struct input *input)
{
	pointer_flush(&input->pointer);
	touch_flush(&input->touch);
	pens_flush(&input->pens);
	gesture_flush(&input->gesture);
}

static void set_merge(struct input *input, bool merge)
{
	input->pointer.merge = merge;
	input->touch.merge = merge;
	input->pens.merge = merge;
	input->gesture.merge = merge;
}

/* Only these may be merged; all others come after what waits. */
static bool is_move(enum libinput_event_type type)
{
	switch (type) {
	case LIBINPUT_EVENT_POINTER_MOTION:
	case LIBINPUT_EVENT_POINTER_MOTION_ABSOLUTE:
	case LIBINPUT_EVENT_POINTER_AXIS:
	case LIBINPUT_EVENT_POINTER_SCROLL_WHEEL:
	case LIBINPUT_EVENT_POINTER_SCROLL_FINGER:
	case LIBINPUT_EVENT_POINTER_SCROLL_CONTINUOUS:
	case LIBINPUT_EVENT_TOUCH_MOTION:
	case LIBINPUT_EVENT_TOUCH_FRAME:
	case LIBINPUT_EVENT_TABLET_TOOL_AXIS:
	case LIBINPUT_EVENT_GESTURE_SWIPE_UPDATE:
	case LIBINPUT_EVENT_GESTURE_PINCH_UPDATE:
		return true;
	default:
		return false;
	}
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
	case LIBINPUT_EVENT_TABLET_TOOL_AXIS:
	case LIBINPUT_EVENT_TABLET_TOOL_PROXIMITY:
	case LIBINPUT_EVENT_TABLET_TOOL_TIP:
	case LIBINPUT_EVENT_TABLET_TOOL_BUTTON:
	case LIBINPUT_EVENT_TABLET_PAD_BUTTON:
	case LIBINPUT_EVENT_TABLET_PAD_RING:
	case LIBINPUT_EVENT_TABLET_PAD_STRIP:
	case LIBINPUT_EVENT_TABLET_PAD_KEY:
		tablet_handle(input, event);
		break;
	case LIBINPUT_EVENT_GESTURE_SWIPE_BEGIN:
	case LIBINPUT_EVENT_GESTURE_SWIPE_UPDATE:
	case LIBINPUT_EVENT_GESTURE_SWIPE_END:
	case LIBINPUT_EVENT_GESTURE_PINCH_BEGIN:
	case LIBINPUT_EVENT_GESTURE_PINCH_UPDATE:
	case LIBINPUT_EVENT_GESTURE_PINCH_END:
	case LIBINPUT_EVENT_GESTURE_HOLD_BEGIN:
	case LIBINPUT_EVENT_GESTURE_HOLD_END:
		handle_gesture(input, event);
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
	case LIBINPUT_EVENT_SWITCH_TOGGLE:
		handle_switch(input, event);
		break;
	default:
		if (!input->suspended)
			handle_act(input, event);
		break;
	}
}

/* A listener that suspends gets here once more, from within: the outer loop then finds nothing. */
static void drain(struct input *input, unsigned most)
{
	struct libinput_event *event;
	set_merge(input, input->pending);
	while (most-- > 0 && (event = libinput_get_event(input->libinput))) {
		if (input->pointer.merge && !is_move(libinput_event_get_type(event)))
			flush(input);
		handle_event(input, event);
		libinput_event_destroy(event);
	}
	flush(input);
	set_merge(input, false);
	tell_switches(input);
	input->pending = libinput_next_event_type(input->libinput) != LIBINPUT_EVENT_NONE;
}

static void drain_all(struct input *input)
{
	if (input->libinput)
		drain(input, UINT_MAX);
}

int input_fd(const struct input *input)
{
	return input->libinput ? libinput_get_fd(input->libinput) : -1;
}

bool input_pending(const struct input *input)
{
	return input->pending;
}

static int undisturbed(int (*call)(struct libinput *), struct libinput *libinput)
{
	signals_hold();
	int r = call(libinput);
	signals_release();
	return r;
}

/* Nothing is read before all that was read is handled: what the kernel cannot keep it drops. */
int input_dispatch(struct input *input)
{
	int ret = input->libinput && !input->pending
			  ? undisturbed(libinput_dispatch, input->libinput)
			  : 0;
	if (ret < 0) {
		log_error("cannot read the input devices: %s", strerror(-ret));
		return ret;
	}
	if (input->libinput)
		drain(input, TURN_EVENTS);
	return 0;
}

bool input_has_pointer(const struct input *input)
{
	return input->pointers > 0;
}

bool input_has_keyboard(const struct input *input)
{
	return !input->libinput || input->writers > 0;
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

static bool is_off(const struct device *device)
{
	return device->wish.config.set & 1u << DEVICE_SEND_EVENTS &&
	       device->wish.config.choice[DEVICE_SEND_EVENTS];
}

/* One that is switched off lets go of what it holds; keys and buttons libinput releases. */
void input_configure(struct input *input, const struct input_rule *rules, size_t n)
{
	device_rules_set(&input->rules, rules, n);
	list_for_each (device, &input->devices, struct device, link) {
		bool off = is_off(device);
		device_judge(input, device);
		if (is_off(device) && !off)
			let_go(input, device);
	}
	if (input->libinput)
		input->pending =
			libinput_next_event_type(input->libinput) != LIBINPUT_EVENT_NONE;
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
	flush(input);
	set_merge(input, false);
	touch_cancel_all(&input->touch, NULL, input_stamp(input, now));
	pens_cancel(&input->pens, NULL, now, keyboard_mods(input->keyboard));
	gesture_cancel(&input->gesture, NULL, now, keyboard_mods(input->keyboard));
	pointer_release_all(&input->pointer, keyboard_mods(input->keyboard), now);
	keyboard_release_all(input->keyboard, now);
	sync_lamps(input);
	if (input->libinput)
		libinput_suspend(input->libinput);
	drain_all(input);
}

int input_resume(struct input *input)
{
	if (!input->suspended)
		return 0;
	if (input->libinput && undisturbed(libinput_resume, input->libinput) < 0) {
		log_error("cannot open the input devices again: %s", strerror(EIO));
		return -EIO;
	}
	input->suspended = false;
	drain_all(input);
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

void input_feed_relative(struct input *input, const struct input_motion *motion)
{
	if (fed(input))
		pointer_move(&input->pointer, motion, keyboard_mods(input->keyboard));
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
	struct touch_stamp now = input_stamp(input, time_ns);
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
