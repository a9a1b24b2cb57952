#include "fake_libinput_event.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum libinput_event_type libinput_event_get_type(struct libinput_event *event)
{
	return event->type;
}

struct libinput_device *libinput_event_get_device(struct libinput_event *event)
{
	return event->device;
}

void libinput_event_destroy(struct libinput_event *event)
{
	if (event->device)
		libinput_device_unref(event->device);
	free(event);
	fake.alive--;
}

struct libinput_event_keyboard *libinput_event_get_keyboard_event(
	struct libinput_event *event)
{
	assert_int_equal(event->type, LIBINPUT_EVENT_KEYBOARD_KEY);
	return (struct libinput_event_keyboard *)event;
}

static const struct libinput_event *key(struct libinput_event_keyboard *event)
{
	return (const struct libinput_event *)event;
}

uint32_t libinput_event_keyboard_get_key(struct libinput_event_keyboard *event)
{
	return key(event)->code;
}

enum libinput_key_state libinput_event_keyboard_get_key_state(
	struct libinput_event_keyboard *event)
{
	return key(event)->pressed ? LIBINPUT_KEY_STATE_PRESSED
				   : LIBINPUT_KEY_STATE_RELEASED;
}

uint32_t libinput_event_keyboard_get_seat_key_count(struct libinput_event_keyboard *event)
{
	return key(event)->count;
}

uint64_t libinput_event_keyboard_get_time_usec(struct libinput_event_keyboard *event)
{
	return key(event)->usec;
}

struct libinput_event_pointer *libinput_event_get_pointer_event(
	struct libinput_event *event)
{
	assert_in_range(event->type, LIBINPUT_EVENT_POINTER_MOTION,
		LIBINPUT_EVENT_POINTER_SCROLL_CONTINUOUS);
	return (struct libinput_event_pointer *)event;
}

static const struct libinput_event *point(struct libinput_event_pointer *event)
{
	return (const struct libinput_event *)event;
}

uint64_t libinput_event_pointer_get_time_usec(struct libinput_event_pointer *event)
{
	return point(event)->usec;
}

double libinput_event_pointer_get_dx(struct libinput_event_pointer *event)
{
	return point(event)->x;
}

double libinput_event_pointer_get_dy(struct libinput_event_pointer *event)
{
	return point(event)->y;
}

/* As if acceleration were two. */
double libinput_event_pointer_get_dx_unaccelerated(struct libinput_event_pointer *event)
{
	return point(event)->x / 2;
}

double libinput_event_pointer_get_dy_unaccelerated(struct libinput_event_pointer *event)
{
	return point(event)->y / 2;
}

double libinput_event_pointer_get_absolute_x_transformed(
	struct libinput_event_pointer *event, uint32_t width)
{
	return point(event)->x * width;
}

double libinput_event_pointer_get_absolute_y_transformed(
	struct libinput_event_pointer *event, uint32_t height)
{
	return point(event)->y * height;
}

uint32_t libinput_event_pointer_get_button(struct libinput_event_pointer *event)
{
	return point(event)->code;
}

enum libinput_button_state libinput_event_pointer_get_button_state(
	struct libinput_event_pointer *event)
{
	return point(event)->pressed ? LIBINPUT_BUTTON_STATE_PRESSED
				     : LIBINPUT_BUTTON_STATE_RELEASED;
}

uint32_t libinput_event_pointer_get_seat_button_count(
	struct libinput_event_pointer *event)
{
	return point(event)->count;
}

int libinput_event_pointer_has_axis(
	struct libinput_event_pointer *event, enum libinput_pointer_axis axis)
{
	return !isnan(axis == LIBINPUT_POINTER_AXIS_SCROLL_HORIZONTAL ? point(event)->x
								      : point(event)->y);
}

static double value(struct libinput_event_pointer *event, enum libinput_pointer_axis axis)
{
	assert_true(libinput_event_pointer_has_axis(event, axis));
	return axis == LIBINPUT_POINTER_AXIS_SCROLL_HORIZONTAL ? point(event)->x
							       : point(event)->y;
}

double libinput_event_pointer_get_scroll_value(
	struct libinput_event_pointer *event, enum libinput_pointer_axis axis)
{
	assert_int_not_equal(point(event)->type, LIBINPUT_EVENT_POINTER_SCROLL_WHEEL);
	return value(event, axis);
}

double libinput_event_pointer_get_scroll_value_v120(
	struct libinput_event_pointer *event, enum libinput_pointer_axis axis)
{
	assert_int_equal(point(event)->type, LIBINPUT_EVENT_POINTER_SCROLL_WHEEL);
	return value(event, axis);
}

struct libinput_event_touch *libinput_event_get_touch_event(struct libinput_event *event)
{
	assert_in_range(
		event->type, LIBINPUT_EVENT_TOUCH_DOWN, LIBINPUT_EVENT_TOUCH_CANCEL);
	return (struct libinput_event_touch *)event;
}

static const struct libinput_event *contact(struct libinput_event_touch *event)
{
	return (const struct libinput_event *)event;
}

uint64_t libinput_event_touch_get_time_usec(struct libinput_event_touch *event)
{
	return contact(event)->usec;
}

int32_t libinput_event_touch_get_slot(struct libinput_event_touch *event)
{
	return contact(event)->slot;
}

/* Only these two have a place. */
static const struct libinput_event *placed(struct libinput_event_touch *event)
{
	assert_in_range(contact(event)->type, LIBINPUT_EVENT_TOUCH_DOWN,
		LIBINPUT_EVENT_TOUCH_MOTION);
	assert_int_not_equal(contact(event)->type, LIBINPUT_EVENT_TOUCH_UP);
	return contact(event);
}

double libinput_event_touch_get_x_transformed(
	struct libinput_event_touch *event, uint32_t width)
{
	return placed(event)->x * width;
}

double libinput_event_touch_get_y_transformed(
	struct libinput_event_touch *event, uint32_t height)
{
	return placed(event)->y * height;
}

/* --- libinput: tablets --- */

struct libinput_event_tablet_tool *libinput_event_get_tablet_tool_event(
	struct libinput_event *event)
{
	assert_in_range(event->type, LIBINPUT_EVENT_TABLET_TOOL_AXIS,
		LIBINPUT_EVENT_TABLET_TOOL_BUTTON);
	return (struct libinput_event_tablet_tool *)event;
}

static struct libinput_event *tool(struct libinput_event_tablet_tool *event)
{
	return (struct libinput_event *)event;
}

uint64_t libinput_event_tablet_tool_get_time_usec(
	struct libinput_event_tablet_tool *event)
{
	return tool(event)->usec;
}

struct libinput_tablet_tool *libinput_event_tablet_tool_get_tool(
	struct libinput_event_tablet_tool *event)
{
	return &tool(event)->of;
}

enum libinput_tablet_tool_type libinput_tablet_tool_get_type(
	struct libinput_tablet_tool *of)
{
	return of->type;
}

uint64_t libinput_tablet_tool_get_serial(struct libinput_tablet_tool *of)
{
	return of->serial;
}

#define AXIS(name, member)                                                               \
	double libinput_event_tablet_tool_get_##name(                                    \
		struct libinput_event_tablet_tool *event)                                \
	{                                                                                \
		return tool(event)->tool.member;                                         \
	}
AXIS(dx, dx)
AXIS(dy, dy)
AXIS(pressure, pressure)
AXIS(distance, distance)
AXIS(tilt_x, tilt_x)
AXIS(tilt_y, tilt_y)
AXIS(rotation, rotation)
AXIS(slider_position, slider)

double libinput_event_tablet_tool_get_x_transformed(
	struct libinput_event_tablet_tool *event, uint32_t width)
{
	return tool(event)->tool.x * width;
}

double libinput_event_tablet_tool_get_y_transformed(
	struct libinput_event_tablet_tool *event, uint32_t height)
{
	return tool(event)->tool.y * height;
}

int libinput_event_tablet_tool_wheel_has_changed(struct libinput_event_tablet_tool *event)
{
	return tool(event)->tool.wheel != 0;
}

int libinput_event_tablet_tool_get_wheel_delta_discrete(
	struct libinput_event_tablet_tool *event)
{
	return tool(event)->tool.wheel;
}

uint32_t libinput_event_tablet_tool_get_button(struct libinput_event_tablet_tool *event)
{
	assert_int_equal(tool(event)->type, LIBINPUT_EVENT_TABLET_TOOL_BUTTON);
	return tool(event)->tool.button;
}

enum libinput_button_state libinput_event_tablet_tool_get_button_state(
	struct libinput_event_tablet_tool *event)
{
	return tool(event)->tool.on ? LIBINPUT_BUTTON_STATE_PRESSED
				    : LIBINPUT_BUTTON_STATE_RELEASED;
}

uint32_t libinput_event_tablet_tool_get_seat_button_count(
	struct libinput_event_tablet_tool *event)
{
	return tool(event)->count;
}

enum libinput_tablet_tool_tip_state libinput_event_tablet_tool_get_tip_state(
	struct libinput_event_tablet_tool *event)
{
	return tool(event)->tool.on ? LIBINPUT_TABLET_TOOL_TIP_DOWN
				    : LIBINPUT_TABLET_TOOL_TIP_UP;
}

enum libinput_tablet_tool_proximity_state libinput_event_tablet_tool_get_proximity_state(
	struct libinput_event_tablet_tool *event)
{
	assert_int_equal(tool(event)->type, LIBINPUT_EVENT_TABLET_TOOL_PROXIMITY);
	return tool(event)->tool.on ? LIBINPUT_TABLET_TOOL_PROXIMITY_STATE_IN
				    : LIBINPUT_TABLET_TOOL_PROXIMITY_STATE_OUT;
}

struct libinput_event_tablet_pad *libinput_event_get_tablet_pad_event(
	struct libinput_event *event)
{
	assert_in_range(event->type, LIBINPUT_EVENT_TABLET_PAD_BUTTON,
		LIBINPUT_EVENT_TABLET_PAD_KEY);
	return (struct libinput_event_tablet_pad *)event;
}

static const struct libinput_event *pad(struct libinput_event_tablet_pad *event)
{
	return (const struct libinput_event *)event;
}

uint64_t libinput_event_tablet_pad_get_time_usec(struct libinput_event_tablet_pad *event)
{
	return pad(event)->usec;
}

#define PAD(type, name, what)                                                            \
	type libinput_event_tablet_pad_get_##name(                                       \
		struct libinput_event_tablet_pad *event)                                 \
	{                                                                                \
		return what;                                                             \
	}
PAD(uint32_t, button_number, pad(event)->code)
PAD(enum libinput_button_state, button_state,
	pad(event)->pressed ? LIBINPUT_BUTTON_STATE_PRESSED
			    : LIBINPUT_BUTTON_STATE_RELEASED)
PAD(uint32_t, key, pad(event)->code)
PAD(enum libinput_key_state, key_state,
	pad(event)->pressed ? LIBINPUT_KEY_STATE_PRESSED : LIBINPUT_KEY_STATE_RELEASED)
PAD(unsigned, ring_number, pad(event)->code)
PAD(double, ring_position, pad(event)->x)
PAD(unsigned, strip_number, pad(event)->code)
PAD(double, strip_position, pad(event)->x)

/* --- libinput: gestures and switches --- */

struct libinput_event_gesture *libinput_event_get_gesture_event(
	struct libinput_event *event)
{
	assert_in_range(event->type, LIBINPUT_EVENT_GESTURE_SWIPE_BEGIN,
		LIBINPUT_EVENT_GESTURE_HOLD_END);
	return (struct libinput_event_gesture *)event;
}

static const struct libinput_event *gesture(struct libinput_event_gesture *event)
{
	return (const struct libinput_event *)event;
}

uint64_t libinput_event_gesture_get_time_usec(struct libinput_event_gesture *event)
{
	return gesture(event)->usec;
}

int libinput_event_gesture_get_finger_count(struct libinput_event_gesture *event)
{
	return gesture(event)->gesture.fingers;
}

int libinput_event_gesture_get_cancelled(struct libinput_event_gesture *event)
{
	return gesture(event)->gesture.cancelled;
}

double libinput_event_gesture_get_dx(struct libinput_event_gesture *event)
{
	return gesture(event)->gesture.dx;
}

double libinput_event_gesture_get_dy(struct libinput_event_gesture *event)
{
	return gesture(event)->gesture.dy;
}

double libinput_event_gesture_get_scale(struct libinput_event_gesture *event)
{
	assert_int_equal(gesture(event)->type, LIBINPUT_EVENT_GESTURE_PINCH_UPDATE);
	return gesture(event)->gesture.scale;
}

double libinput_event_gesture_get_angle_delta(struct libinput_event_gesture *event)
{
	assert_int_equal(gesture(event)->type, LIBINPUT_EVENT_GESTURE_PINCH_UPDATE);
	return gesture(event)->gesture.rotation;
}

struct libinput_event_switch *libinput_event_get_switch_event(
	struct libinput_event *event)
{
	assert_int_equal(event->type, LIBINPUT_EVENT_SWITCH_TOGGLE);
	return (struct libinput_event_switch *)event;
}

enum libinput_switch libinput_event_switch_get_switch(struct libinput_event_switch *event)
{
	return (enum libinput_switch)((const struct libinput_event *)event)->code;
}

enum libinput_switch_state libinput_event_switch_get_switch_state(
	struct libinput_event_switch *event)
{
	return ((const struct libinput_event *)event)->pressed
		       ? LIBINPUT_SWITCH_STATE_ON
		       : LIBINPUT_SWITCH_STATE_OFF;
}
