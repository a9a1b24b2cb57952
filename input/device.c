#include <libudev.h>
#include <linux/input-event-codes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/device_apply.h"
#include "input/private.h"
#include "util/log.h"
#include "util/xalloc.h"

/* A name is what the device's maker, or an attacker, put into it. */
static void copy_name(char to[static INPUT_MATCH_MAX], const char *name)
{
	size_t n = 0;
	for (; name[n] && n < INPUT_MATCH_MAX - 1; n++)
		to[n] = name[n] >= 0 && (name[n] < ' ' || name[n] == 0x7f) ? '?'
									   : name[n];
	to[n] = '\0';
}

static bool can(struct libinput_device *d, enum libinput_device_capability capability)
{
	return libinput_device_has_capability(d, capability) > 0;
}

static bool has_property(struct udev_device *udev, const char *name)
{
	const char *value = udev ? udev_device_get_property_value(udev, name) : NULL;
	return value && strcmp(value, "1") == 0;
}

static uint32_t pointer_type(struct libinput_device *d)
{
	struct udev_device *udev = libinput_device_get_udev_device(d);
	uint32_t type = INPUT_TYPE_MOUSE;
	if (libinput_device_config_tap_get_finger_count(d) > 0 ||
		has_property(udev, "ID_INPUT_TOUCHPAD"))
		type = INPUT_TYPE_TOUCHPAD;
	else if (has_property(udev, "ID_INPUT_POINTINGSTICK"))
		type = INPUT_TYPE_TRACKPOINT;
	else if (has_property(udev, "ID_INPUT_TRACKBALL"))
		type = INPUT_TYPE_TRACKBALL;
	if (udev)
		udev_device_unref(udev);
	return type;
}

static uint32_t types_of(struct libinput_device *d)
{
	uint32_t types = 0;
	types |= can(d, LIBINPUT_DEVICE_CAP_KEYBOARD) ? INPUT_TYPE_KEYBOARD : 0;
	types |= can(d, LIBINPUT_DEVICE_CAP_POINTER) ? pointer_type(d) : 0;
	types |= can(d, LIBINPUT_DEVICE_CAP_TOUCH) ? INPUT_TYPE_TOUCH : 0;
	types |= can(d, LIBINPUT_DEVICE_CAP_TABLET_TOOL) ? INPUT_TYPE_TABLET : 0;
	types |= can(d, LIBINPUT_DEVICE_CAP_TABLET_PAD) ? INPUT_TYPE_PAD : 0;
	types |= can(d, LIBINPUT_DEVICE_CAP_SWITCH) ? INPUT_TYPE_SWITCH : 0;
	return types;
}

static void say_refused(
	const struct device *device, enum device_option option, bool exact)
{
	char value[DEVICE_VALUE_MAX];
	const char *name = device_option_name(option);
	device_config_value(&device->wish.config, option, value);
	if (!exact)
		log_debug("%s: no %s = %s", device->name, name, value);
	else if (device->by_itself.set & 1u << option)
		log_error("%s does not take %s = %s: it stays as it is", device->name,
			name, value);
	else
		log_error(
			"%s has no '%s': take it out of its section", device->name, name);
}

/* Of what was said of it by name; of all that is said of a type, some has this, some that. */
static void say_all_refused(struct device *device)
{
	uint32_t fresh = device->refused & ~device->told;
	for (unsigned i = 0; i < DEVICE_OPTIONS; i++) {
		if (fresh & 1u << i)
			say_refused(device, (enum device_option)i,
				device->wish.exact & 1u << i);
	}
	device->told |= fresh;
}

static void configure(struct device *device)
{
	struct device_config config = device->by_itself;
	device_config_merge(&config, &device->wish.config);
	device->refused =
		device_config_apply(device->libinput, &config) & device->wish.config.set;
	say_all_refused(device);
}

struct device *device_add(struct input *input, struct libinput_device *libinput)
{
	struct device *device = xcalloc(1, sizeof *device);
	device->libinput = libinput_device_ref(libinput);
	copy_name(device->name, libinput_device_get_name(libinput));
	device->types = types_of(libinput);
	device->moves = can(libinput, LIBINPUT_DEVICE_CAP_POINTER);
	device->writes = device->types & INPUT_TYPE_KEYBOARD &&
			 libinput_device_keyboard_has_key(libinput, KEY_A) > 0;
	device_config_defaults(libinput, &device->by_itself);
	device->by_itself.choice[DEVICE_TAP] = LIBINPUT_CONFIG_TAP_ENABLED;
	for (int i = 0; i < PAD_RINGS; i++)
		device->pad.rings[i] = device->pad.strips[i] = -1;
	list_push_back(&input->devices, &device->link);
	libinput_device_set_user_data(libinput, device);
	device->wish = device_rules_for(&input->rules, device->name, device->types);
	configure(device);
	return device;
}

void device_remove(struct device *device)
{
	list_remove(&device->link);
	libinput_device_set_user_data(device->libinput, NULL);
	libinput_device_unref(device->libinput);
	free(device);
}

struct device *device_of(struct libinput_device *libinput)
{
	return libinput ? libinput_device_get_user_data(libinput) : NULL;
}

void device_judge(const struct input *input, struct device *device)
{
	device->wish = device_rules_for(&input->rules, device->name, device->types);
	configure(device);
}

const struct input_output *device_output(
	const struct input *input, const struct device *device)
{
	struct arrangement_wish wish = {
		.mapped = device->wish.output[0] ? device->wish.output : NULL,
		.udev = libinput_device_get_output_name(device->libinput),
		/* Tablets that are the panel are calibrated, others are not. */
		.touch = device->types & INPUT_TYPE_TOUCH ||
			 (device->types & INPUT_TYPE_TABLET &&
				 device->by_itself.set & 1u << DEVICE_CALIBRATION),
	};
	return arrangement_for(&input->outputs, &wish);
}

/* A mouse may lie anywhere. */
static const char *output_name(const struct input *input, const struct device *device)
{
	const struct input_output *output =
		device->types & (INPUT_TYPE_TOUCH | INPUT_TYPE_TABLET) ||
				device->wish.output[0]
			? device_output(input, device)
			: NULL;
	return output ? output->name : NULL;
}

void input_each_device(const struct input *input,
	void (*tell)(void *data, const struct input_device_info *info), void *data)
{
	list_for_each (device, &input->devices, struct device, link) {
		struct input_device_info info = {
			.name = device->name,
			.types = device->types,
			.vendor = libinput_device_get_id_vendor(device->libinput),
			.product = libinput_device_get_id_product(device->libinput),
			.by_itself = device->by_itself,
			.said = device->wish.config.set & device->by_itself.set,
			.over = device->wish.over,
			.refused = device->refused,
			.output = output_name(input, device),
		};
		device_config_read(device->libinput, &info.now);
		tell(data, &info);
	}
}
