#include "input/device_apply.h"

#include <libinput.h>

#include "input/signals.h"

static bool has(struct libinput_device *d, enum device_option option)
{
	switch (option) {
	case DEVICE_SEND_EVENTS:
		return libinput_device_config_send_events_get_modes(d) != 0;
	case DEVICE_ACCEL_SPEED:
		return libinput_device_config_accel_is_available(d);
	case DEVICE_ACCEL_PROFILE:
		return libinput_device_config_accel_get_profiles(d) != 0;
	case DEVICE_NATURAL_SCROLL:
		return libinput_device_config_scroll_has_natural_scroll(d);
	case DEVICE_LEFT_HANDED:
		return libinput_device_config_left_handed_is_available(d);
	case DEVICE_MIDDLE_EMULATION:
		return libinput_device_config_middle_emulation_is_available(d);
	case DEVICE_CLICK_METHOD:
		return libinput_device_config_click_get_methods(d) != 0;
	case DEVICE_SCROLL_METHOD:
		return libinput_device_config_scroll_get_methods(d) != 0;
	case DEVICE_SCROLL_BUTTON:
	case DEVICE_SCROLL_BUTTON_LOCK:
		return libinput_device_config_scroll_get_methods(d) &
		       LIBINPUT_CONFIG_SCROLL_ON_BUTTON_DOWN;
	case DEVICE_TAP:
	case DEVICE_TAP_BUTTON_MAP:
	case DEVICE_DRAG:
	case DEVICE_DRAG_LOCK:
		return libinput_device_config_tap_get_finger_count(d) > 0;
	case DEVICE_DWT:
		return libinput_device_config_dwt_is_available(d);
	case DEVICE_DWTP:
		return libinput_device_config_dwtp_is_available(d);
	case DEVICE_CALIBRATION:
		return libinput_device_config_calibration_has_matrix(d);
	case DEVICE_ROTATION:
		return libinput_device_config_rotation_is_available(d);
	case DEVICE_OPTIONS:
		break;
	}
	return false;
}

uint32_t device_options_of(struct libinput_device *device)
{
	uint32_t bits = 0;
	for (unsigned i = 0; i < DEVICE_OPTIONS; i++)
		bits |= has(device, (enum device_option)i) ? 1u << i : 0;
	return bits;
}

/* What both of libinput's functions give, for the present value and for the default. */
#define GET(name) (int32_t)(by_itself ? name##_get_default(d) : name##_get(d))
#define GET_AS(name, what)                                                               \
	(int32_t)(by_itself ? libinput_device_config_##name##_get_default_##what(d)      \
			    : libinput_device_config_##name##_get_##what(d))

static int32_t choice_of(
	struct libinput_device *d, enum device_option option, bool by_itself)
{
	switch (option) {
	case DEVICE_SEND_EVENTS:
		return GET_AS(send_events, mode);
	case DEVICE_ACCEL_PROFILE:
		return GET_AS(accel, profile);
	case DEVICE_NATURAL_SCROLL:
		return GET_AS(scroll, natural_scroll_enabled);
	case DEVICE_LEFT_HANDED:
		return GET(libinput_device_config_left_handed);
	case DEVICE_MIDDLE_EMULATION:
		return GET_AS(middle_emulation, enabled);
	case DEVICE_CLICK_METHOD:
		return GET_AS(click, method);
	case DEVICE_SCROLL_METHOD:
		return GET_AS(scroll, method);
	case DEVICE_SCROLL_BUTTON:
		return GET_AS(scroll, button);
	case DEVICE_SCROLL_BUTTON_LOCK:
		return GET_AS(scroll, button_lock);
	case DEVICE_TAP:
		return GET_AS(tap, enabled);
	case DEVICE_TAP_BUTTON_MAP:
		return GET_AS(tap, button_map);
	case DEVICE_DRAG:
		return GET_AS(tap, drag_enabled);
	case DEVICE_DRAG_LOCK:
		return GET_AS(tap, drag_lock_enabled);
	case DEVICE_DWT:
		return GET_AS(dwt, enabled);
	case DEVICE_DWTP:
		return GET_AS(dwtp, enabled);
	case DEVICE_ROTATION:
		return GET_AS(rotation, angle);
	case DEVICE_ACCEL_SPEED:
	case DEVICE_CALIBRATION:
	case DEVICE_OPTIONS:
		break;
	}
	return 0;
}

static void read_all(struct libinput_device *d, struct device_config *out, bool by_itself)
{
	*out = (struct device_config){.set = device_options_of(d)};
	for (unsigned i = 0; i < DEVICE_OPTIONS; i++) {
		if (out->set & 1u << i)
			out->choice[i] = choice_of(d, (enum device_option)i, by_itself);
	}
	if (out->set & 1u << DEVICE_ACCEL_SPEED)
		out->speed = by_itself ? libinput_device_config_accel_get_default_speed(d)
				       : libinput_device_config_accel_get_speed(d);
	if (!(out->set & 1u << DEVICE_CALIBRATION))
		return;
	if (by_itself)
		libinput_device_config_calibration_get_default_matrix(d, out->matrix);
	else
		libinput_device_config_calibration_get_matrix(d, out->matrix);
}

void device_config_read(struct libinput_device *device, struct device_config *out)
{
	read_all(device, out, false);
}

void device_config_defaults(struct libinput_device *device, struct device_config *out)
{
	read_all(device, out, true);
}

#define SET(name, type, value) libinput_device_config_##name(d, (type)(value))

static enum libinput_config_status set(struct libinput_device *d,
	enum device_option option, const struct device_config *config)
{
	int32_t v = config->choice[option];
	switch (option) {
	case DEVICE_SEND_EVENTS:
		return SET(send_events_set_mode, uint32_t, v);
	case DEVICE_ACCEL_SPEED:
		return SET(accel_set_speed, double, config->speed);
	case DEVICE_ACCEL_PROFILE:
		return SET(accel_set_profile, enum libinput_config_accel_profile, v);
	case DEVICE_NATURAL_SCROLL:
		return SET(scroll_set_natural_scroll_enabled, int, v);
	case DEVICE_LEFT_HANDED:
		return SET(left_handed_set, int, v);
	case DEVICE_MIDDLE_EMULATION:
		return SET(middle_emulation_set_enabled,
			enum libinput_config_middle_emulation_state, v);
	case DEVICE_CLICK_METHOD:
		return SET(click_set_method, enum libinput_config_click_method, v);
	case DEVICE_SCROLL_METHOD:
		return SET(scroll_set_method, enum libinput_config_scroll_method, v);
	case DEVICE_SCROLL_BUTTON:
		return SET(scroll_set_button, uint32_t, v);
	case DEVICE_SCROLL_BUTTON_LOCK:
		return SET(scroll_set_button_lock,
			enum libinput_config_scroll_button_lock_state, v);
	case DEVICE_TAP:
		return SET(tap_set_enabled, enum libinput_config_tap_state, v);
	case DEVICE_TAP_BUTTON_MAP:
		return SET(tap_set_button_map, enum libinput_config_tap_button_map, v);
	case DEVICE_DRAG:
		return SET(tap_set_drag_enabled, enum libinput_config_drag_state, v);
	case DEVICE_DRAG_LOCK:
		return SET(tap_set_drag_lock_enabled,
			enum libinput_config_drag_lock_state, v);
	case DEVICE_DWT:
		return SET(dwt_set_enabled, enum libinput_config_dwt_state, v);
	case DEVICE_DWTP:
		return SET(dwtp_set_enabled, enum libinput_config_dwtp_state, v);
	case DEVICE_CALIBRATION:
		return libinput_device_config_calibration_set_matrix(d, config->matrix);
	case DEVICE_ROTATION:
		return SET(rotation_set_angle, unsigned, v);
	case DEVICE_OPTIONS:
		break;
	}
	return LIBINPUT_CONFIG_STATUS_UNSUPPORTED;
}

/* One that is switched on again is opened. */
static enum libinput_config_status set_held(struct libinput_device *device,
	enum device_option option, const struct device_config *config)
{
	signals_hold();
	enum libinput_config_status status = set(device, option, config);
	signals_release();
	return status;
}

uint32_t device_config_apply(
	struct libinput_device *device, const struct device_config *config)
{
	struct device_config now;
	uint32_t refused = 0;
	device_config_read(device, &now);
	for (unsigned i = 0; i < DEVICE_OPTIONS; i++) {
		enum device_option option = (enum device_option)i;
		uint32_t bit = 1u << i;
		if (!(config->set & bit) ||
			(now.set & bit && device_config_same(&now, config, option)))
			continue;
		if (!(now.set & bit) || set_held(device, option, config) !=
						LIBINPUT_CONFIG_STATUS_SUCCESS)
			refused |= bit;
	}
	return refused;
}
