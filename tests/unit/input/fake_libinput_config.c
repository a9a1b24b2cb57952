/*
 * The options of fake_libinput's devices: all are written into fake.devices[].config. A device
 * has those of config.set, a touchpad those of taps, too; by itself all are 0.
 */
#include "fake_libinput.h"

#include <string.h>

static bool has(struct libinput_device *device, enum device_option option)
{
	const struct fake_device *d = fake_device_of(device);
	bool taps = option >= DEVICE_TAP && option <= DEVICE_DRAG_LOCK && d->touchpad;
	return taps || d->config.set & 1u << option;
}

static enum libinput_config_status may(
	struct libinput_device *device, enum device_option option)
{
	struct fake_device *d = fake_device_of(device);
	fake_talk();
	if (!has(device, option) || d->refuses & 1u << option)
		return LIBINPUT_CONFIG_STATUS_UNSUPPORTED;
	d->config_sets++;
	return LIBINPUT_CONFIG_STATUS_SUCCESS;
}

static enum libinput_config_status put(
	struct libinput_device *device, enum device_option option, int32_t value)
{
	enum libinput_config_status status = may(device, option);
	if (status == LIBINPUT_CONFIG_STATUS_SUCCESS)
		fake_device_of(device)->config.choice[option] = value;
	return status;
}

#define HAS(name, type, option, some)                                                    \
	type libinput_device_config_##name(struct libinput_device *device)               \
	{                                                                                \
		return has(device, option) ? some : 0;                                   \
	}
#define OPTION(prefix, name, type, arg, option)                                          \
	enum libinput_config_status libinput_device_config_##prefix##_set##name(         \
		struct libinput_device *device, arg value)                               \
	{                                                                                \
		return put(device, option, (int32_t)value);                              \
	}                                                                                \
	type libinput_device_config_##prefix##_get##name(struct libinput_device *device) \
	{                                                                                \
		return (type)fake_device_of(device)->config.choice[option];              \
	}
#define BY_ITSELF(name, type)                                                            \
	type libinput_device_config_##name(struct libinput_device *device)               \
	{                                                                                \
		return (type)0;                                                          \
	}

HAS(send_events_get_modes, uint32_t, DEVICE_SEND_EVENTS, 3)
HAS(accel_is_available, int, DEVICE_ACCEL_SPEED, 1)
HAS(accel_get_profiles, uint32_t, DEVICE_ACCEL_PROFILE, 3)
HAS(scroll_has_natural_scroll, int, DEVICE_NATURAL_SCROLL, 1)
HAS(left_handed_is_available, int, DEVICE_LEFT_HANDED, 1)
HAS(middle_emulation_is_available, int, DEVICE_MIDDLE_EMULATION, 1)
HAS(click_get_methods, uint32_t, DEVICE_CLICK_METHOD, 3)
HAS(tap_get_finger_count, int, DEVICE_TAP, 3)
HAS(dwt_is_available, int, DEVICE_DWT, 1)
HAS(dwtp_is_available, int, DEVICE_DWTP, 1)
HAS(calibration_has_matrix, int, DEVICE_CALIBRATION, 1)
HAS(rotation_is_available, int, DEVICE_ROTATION, 1)

uint32_t libinput_device_config_scroll_get_methods(struct libinput_device *device)
{
	uint32_t methods =
		has(device, DEVICE_SCROLL_METHOD) ? LIBINPUT_CONFIG_SCROLL_2FG : 0;
	if (has(device, DEVICE_SCROLL_BUTTON))
		methods |= LIBINPUT_CONFIG_SCROLL_ON_BUTTON_DOWN;
	return methods;
}

#define STATE(what) enum libinput_config_##what
OPTION(send_events, _mode, uint32_t, uint32_t, DEVICE_SEND_EVENTS)
OPTION(accel, _profile, STATE(accel_profile), STATE(accel_profile), DEVICE_ACCEL_PROFILE)
OPTION(scroll, _natural_scroll_enabled, int, int, DEVICE_NATURAL_SCROLL)
OPTION(left_handed, , int, int, DEVICE_LEFT_HANDED)
OPTION(middle_emulation, _enabled, STATE(middle_emulation_state),
	STATE(middle_emulation_state), DEVICE_MIDDLE_EMULATION)
OPTION(click, _method, STATE(click_method), STATE(click_method), DEVICE_CLICK_METHOD)
OPTION(scroll, _method, STATE(scroll_method), STATE(scroll_method), DEVICE_SCROLL_METHOD)
OPTION(scroll, _button, uint32_t, uint32_t, DEVICE_SCROLL_BUTTON)
OPTION(scroll, _button_lock, STATE(scroll_button_lock_state),
	STATE(scroll_button_lock_state), DEVICE_SCROLL_BUTTON_LOCK)
OPTION(tap, _enabled, STATE(tap_state), STATE(tap_state), DEVICE_TAP)
OPTION(tap, _button_map, STATE(tap_button_map), STATE(tap_button_map),
	DEVICE_TAP_BUTTON_MAP)
OPTION(tap, _drag_enabled, STATE(drag_state), STATE(drag_state), DEVICE_DRAG)
OPTION(tap, _drag_lock_enabled, STATE(drag_lock_state), STATE(drag_lock_state),
	DEVICE_DRAG_LOCK)
OPTION(dwt, _enabled, STATE(dwt_state), STATE(dwt_state), DEVICE_DWT)
OPTION(dwtp, _enabled, STATE(dwtp_state), STATE(dwtp_state), DEVICE_DWTP)
OPTION(rotation, _angle, unsigned, unsigned, DEVICE_ROTATION)

BY_ITSELF(send_events_get_default_mode, uint32_t)
BY_ITSELF(accel_get_default_profile, STATE(accel_profile))
BY_ITSELF(scroll_get_default_natural_scroll_enabled, int)
BY_ITSELF(left_handed_get_default, int)
BY_ITSELF(middle_emulation_get_default_enabled, STATE(middle_emulation_state))
BY_ITSELF(click_get_default_method, STATE(click_method))
BY_ITSELF(scroll_get_default_method, STATE(scroll_method))
BY_ITSELF(scroll_get_default_button, uint32_t)
BY_ITSELF(scroll_get_default_button_lock, STATE(scroll_button_lock_state))
BY_ITSELF(tap_get_default_enabled, STATE(tap_state))
BY_ITSELF(tap_get_default_button_map, STATE(tap_button_map))
BY_ITSELF(tap_get_default_drag_enabled, STATE(drag_state))
BY_ITSELF(tap_get_default_drag_lock_enabled, STATE(drag_lock_state))
BY_ITSELF(dwt_get_default_enabled, STATE(dwt_state))
BY_ITSELF(dwtp_get_default_enabled, STATE(dwtp_state))
BY_ITSELF(rotation_get_default_angle, unsigned)
BY_ITSELF(accel_get_default_speed, double)

enum libinput_config_status libinput_device_config_accel_set_speed(
	struct libinput_device *device, double speed)
{
	enum libinput_config_status status = may(device, DEVICE_ACCEL_SPEED);
	if (status == LIBINPUT_CONFIG_STATUS_SUCCESS)
		fake_device_of(device)->config.speed = speed;
	return status;
}

double libinput_device_config_accel_get_speed(struct libinput_device *device)
{
	return fake_device_of(device)->config.speed;
}

enum libinput_config_status libinput_device_config_calibration_set_matrix(
	struct libinput_device *device, const float matrix[6])
{
	enum libinput_config_status status = may(device, DEVICE_CALIBRATION);
	if (status == LIBINPUT_CONFIG_STATUS_SUCCESS)
		memcpy(fake_device_of(device)->config.matrix, matrix, 6 * sizeof *matrix);
	return status;
}

int libinput_device_config_calibration_get_matrix(
	struct libinput_device *device, float matrix[6])
{
	memcpy(matrix, fake_device_of(device)->config.matrix, 6 * sizeof *matrix);
	return 0;
}

int libinput_device_config_calibration_get_default_matrix(
	struct libinput_device *device, float matrix[6])
{
	memset(matrix, 0, 6 * sizeof *matrix);
	return 0;
}
