/* Events of tablets: pens, and pads. */
#include <linux/input-event-codes.h>
#include <math.h>

#include "input/private.h"
#include "util/clock.h"

#define RING_DETENT  15.0 /* degrees that are one detent of a wheel */
#define STRIP_DETENT 0.1  /* of its length */

/* Pens. */

static enum input_pen_tool tool_of(struct libinput_tablet_tool *tool)
{
	switch (libinput_tablet_tool_get_type(tool)) {
	case LIBINPUT_TABLET_TOOL_TYPE_ERASER:
		return INPUT_PEN_ERASER;
	case LIBINPUT_TABLET_TOOL_TYPE_BRUSH:
		return INPUT_PEN_BRUSH;
	case LIBINPUT_TABLET_TOOL_TYPE_PENCIL:
		return INPUT_PEN_PENCIL;
	case LIBINPUT_TABLET_TOOL_TYPE_AIRBRUSH:
		return INPUT_PEN_AIRBRUSH;
	case LIBINPUT_TABLET_TOOL_TYPE_MOUSE:
	case LIBINPUT_TABLET_TOOL_TYPE_TOTEM:
		return INPUT_PEN_MOUSE;
	case LIBINPUT_TABLET_TOOL_TYPE_LENS:
		return INPUT_PEN_LENS;
	case LIBINPUT_TABLET_TOOL_TYPE_PEN:
		break;
	}
	return INPUT_PEN_PEN;
}

/* A direction on the tablet as one on the upright picture. */
static void turn(const struct input_output *output, double *x, double *y)
{
	struct matrix m = transform_matrix(transform_inverse(output->transform), 1, 1);
	double zero_x = 0, zero_y = 0;
	if (output->transform == TRANSFORM_NORMAL)
		return;
	matrix_point(&m, &zero_x, &zero_y);
	matrix_point(&m, x, y);
	*x -= zero_x;
	*y -= zero_y;
}

/* Clockwise from above. */
static double turn_angle(const struct input_output *output, double degrees)
{
	double x = sin(degrees * M_PI / 180), y = -cos(degrees * M_PI / 180);
	if (output->transform == TRANSFORM_NORMAL)
		return degrees;
	turn(output, &x, &y);
	double turned = atan2(x, -y) * 180 / M_PI;
	return turned < 0 ? turned + 360 : turned;
}

static struct input_pen describe(struct input *input, const struct input_output *output,
	struct libinput_event_tablet_tool *e)
{
	struct libinput_tablet_tool *tool = libinput_event_tablet_tool_get_tool(e);
	double tilt_x = libinput_event_tablet_tool_get_tilt_x(e),
	       tilt_y = libinput_event_tablet_tool_get_tilt_y(e), x, y;
	output_of_panel(output, libinput_event_tablet_tool_get_x_transformed(e, 1),
		libinput_event_tablet_tool_get_y_transformed(e, 1), &x, &y);
	turn(output, &tilt_x, &tilt_y);
	return (struct input_pen){
		.time_ns = libinput_event_tablet_tool_get_time_usec(e) * NS_PER_US,
		.tool = tool_of(tool),
		.tool_id = (uint32_t)libinput_tablet_tool_get_serial(tool),
		.x = (float)x,
		.y = (float)y,
		.pressure = (float)libinput_event_tablet_tool_get_pressure(e),
		.distance = (float)libinput_event_tablet_tool_get_distance(e),
		.tilt_x = (float)tilt_x,
		.tilt_y = (float)tilt_y,
		.rotation = (float)turn_angle(
			output, libinput_event_tablet_tool_get_rotation(e)),
		.slider = (float)libinput_event_tablet_tool_get_slider_position(e),
		.mods = keyboard_mods(input->keyboard),
	};
}

static double wheel(struct libinput_event_tablet_tool *e)
{
	return libinput_event_tablet_tool_wheel_has_changed(e)
		       ? libinput_event_tablet_tool_get_wheel_delta_discrete(e) *
				 POINTER_WHEEL_PX
		       : 0;
}

static bool is_pressed(struct libinput_event_tablet_tool *e)
{
	return libinput_event_tablet_tool_get_button_state(e) ==
	       LIBINPUT_BUTTON_STATE_PRESSED;
}

/* It lies on the tablet, and moves as mice do. */
static void handle_mouse(struct input *input, struct libinput_event *base,
	struct libinput_event_tablet_tool *e)
{
	uint64_t time_ns = libinput_event_tablet_tool_get_time_usec(e) * NS_PER_US;
	uint32_t mods = keyboard_mods(input->keyboard);
	bool pressed;
	switch (libinput_event_get_type(base)) {
	case LIBINPUT_EVENT_TABLET_TOOL_BUTTON:
		pressed = is_pressed(e);
		if (libinput_event_tablet_tool_get_seat_button_count(e) ==
				(pressed ? 1 : 0) &&
			!(pressed && pens_hold(&input->pens)))
			pointer_button(&input->pointer,
				libinput_event_tablet_tool_get_button(e), pressed, mods,
				time_ns);
		break;
	case LIBINPUT_EVENT_TABLET_TOOL_AXIS:
		if (pens_hold(&input->pens))
			break;
		pointer_move_by(&input->pointer, libinput_event_tablet_tool_get_dx(e),
			libinput_event_tablet_tool_get_dy(e), mods, time_ns);
		pointer_scroll(&input->pointer, 0, wheel(e), mods, time_ns);
		break;
	default:
		break;
	}
}

static void handle_pen(struct input *input, struct libinput_event *base,
	struct libinput_event_tablet_tool *e, const struct input_pen *pen)
{
	const void *device = libinput_event_get_device(base);
	struct pens *pens = &input->pens;
	if (!input->pointer.buttons)
		pointer_follow(&input->pointer, (double)pen->x, (double)pen->y);
	switch (libinput_event_get_type(base)) {
	case LIBINPUT_EVENT_TABLET_TOOL_PROXIMITY:
		pens_in(pens, device, pen);
		break;
	case LIBINPUT_EVENT_TABLET_TOOL_TIP:
		pens_button(pens, device, pen, BTN_TOUCH,
			libinput_event_tablet_tool_get_tip_state(e) ==
				LIBINPUT_TABLET_TOOL_TIP_DOWN);
		break;
	case LIBINPUT_EVENT_TABLET_TOOL_BUTTON:
		pens_button(pens, device, pen, libinput_event_tablet_tool_get_button(e),
			is_pressed(e));
		break;
	default:
		pens_move(pens, device, pen);
		pens_scroll(pens, device, pen, (float)wheel(e));
		break;
	}
}

static bool leaves(struct libinput_event *base, struct libinput_event_tablet_tool *e)
{
	return libinput_event_get_type(base) == LIBINPUT_EVENT_TABLET_TOOL_PROXIMITY &&
	       libinput_event_tablet_tool_get_proximity_state(e) ==
		       LIBINPUT_TABLET_TOOL_PROXIMITY_STATE_OUT;
}

static bool is_mouse(struct libinput_event_tablet_tool *e)
{
	enum libinput_tablet_tool_type type =
		libinput_tablet_tool_get_type(libinput_event_tablet_tool_get_tool(e));
	return type == LIBINPUT_TABLET_TOOL_TYPE_MOUSE ||
	       type == LIBINPUT_TABLET_TOOL_TYPE_LENS;
}

static void handle_tool(struct input *input, struct libinput_event *base)
{
	struct libinput_event_tablet_tool *e = libinput_event_get_tablet_tool_event(base);
	const struct device *device = device_of(libinput_event_get_device(base));
	const struct input_output *output = device ? device_output(input, device) : NULL;
	if (is_mouse(e)) {
		handle_mouse(input, base, e);
	} else if (leaves(base, e)) {
		pens_out(&input->pens, libinput_event_get_device(base),
			libinput_event_tablet_tool_get_time_usec(e) * NS_PER_US,
			keyboard_mods(input->keyboard));
	} else if (output) {
		struct input_pen pen = describe(input, output, e);
		handle_pen(input, base, e, &pen);
	}
}

/* Pads: buttons are keys without a symbol, rings and strips are wheels. */

static void press_button(
	struct input *input, struct pad *pad, uint32_t n, bool pressed, uint64_t time_ns)
{
	uint32_t bit = n < PAD_BUTTONS ? UINT32_C(1) << n : 0;
	if (!bit || pressed == ((pad->buttons & bit) != 0))
		return;
	pad->buttons ^= bit;
	keyboard_key(input->keyboard, BTN_0 + n, pressed, time_ns);
}

static unsigned find_key(const struct pad *pad, uint32_t code)
{
	unsigned i = 0;
	while (i < pad->n_keys && pad->keys[i] != code)
		i++;
	return i;
}

static void press_key(struct input *input, struct pad *pad, uint32_t code, bool pressed,
	uint64_t time_ns)
{
	unsigned i = find_key(pad, code);
	bool down = i < pad->n_keys;
	if (pressed == down || (pressed && pad->n_keys == PAD_KEYS))
		return;
	if (pressed)
		pad->keys[pad->n_keys++] = code;
	else
		pad->keys[i] = pad->keys[--pad->n_keys];
	keyboard_key(input->keyboard, code, pressed, time_ns);
}

/* The way the finger went, and where it is; < 0: it was not there, or is not. */
static double slide(double *last, double now, double whole)
{
	double way = *last >= 0 && now >= 0 ? now - *last : 0;
	*last = now >= 0 && now <= whole ? now : -1;
	return way;
}

static void scroll(struct input *input, double detents, uint64_t time_ns)
{
	pointer_scroll(&input->pointer, 0, detents * POINTER_WHEEL_PX,
		keyboard_mods(input->keyboard), time_ns);
}

static void handle_ring(struct input *input, struct pad *pad,
	struct libinput_event_tablet_pad *e, uint64_t time_ns)
{
	unsigned n = libinput_event_tablet_pad_get_ring_number(e);
	if (n >= PAD_RINGS)
		return;
	double way = slide(
		&pad->rings[n], libinput_event_tablet_pad_get_ring_position(e), 360);
	way = way > 180 ? way - 360 : way < -180 ? way + 360 : way;
	scroll(input, way / RING_DETENT, time_ns);
}

static void handle_strip(struct input *input, struct pad *pad,
	struct libinput_event_tablet_pad *e, uint64_t time_ns)
{
	unsigned n = libinput_event_tablet_pad_get_strip_number(e);
	if (n >= PAD_RINGS)
		return;
	double way = slide(
		&pad->strips[n], libinput_event_tablet_pad_get_strip_position(e), 1);
	scroll(input, way / STRIP_DETENT, time_ns);
}

static void handle_pad(struct input *input, struct libinput_event *base)
{
	struct libinput_event_tablet_pad *e = libinput_event_get_tablet_pad_event(base);
	struct device *device = device_of(libinput_event_get_device(base));
	uint64_t time_ns = libinput_event_tablet_pad_get_time_usec(e) * NS_PER_US;
	if (!device)
		return;
	switch (libinput_event_get_type(base)) {
	case LIBINPUT_EVENT_TABLET_PAD_BUTTON:
		press_button(input, &device->pad,
			libinput_event_tablet_pad_get_button_number(e),
			libinput_event_tablet_pad_get_button_state(e) ==
				LIBINPUT_BUTTON_STATE_PRESSED,
			time_ns);
		break;
	case LIBINPUT_EVENT_TABLET_PAD_KEY:
		press_key(input, &device->pad, libinput_event_tablet_pad_get_key(e),
			libinput_event_tablet_pad_get_key_state(e) ==
				LIBINPUT_KEY_STATE_PRESSED,
			time_ns);
		break;
	case LIBINPUT_EVENT_TABLET_PAD_RING:
		handle_ring(input, &device->pad, e, time_ns);
		break;
	default:
		handle_strip(input, &device->pad, e, time_ns);
		break;
	}
}

void tablet_release(struct input *input, struct device *device, uint64_t time_ns)
{
	struct pad *pad = &device->pad;
	for (uint32_t i = 0; i < PAD_BUTTONS; i++)
		press_button(input, pad, i, false, time_ns);
	while (pad->n_keys)
		press_key(input, pad, pad->keys[0], false, time_ns);
}

void tablet_handle(struct input *input, struct libinput_event *event)
{
	switch (libinput_event_get_type(event)) {
	case LIBINPUT_EVENT_TABLET_TOOL_AXIS:
	case LIBINPUT_EVENT_TABLET_TOOL_PROXIMITY:
	case LIBINPUT_EVENT_TABLET_TOOL_TIP:
	case LIBINPUT_EVENT_TABLET_TOOL_BUTTON:
		handle_tool(input, event);
		break;
	default:
		handle_pad(input, event);
		break;
	}
}
