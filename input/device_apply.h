/* device_apply: the options of a device_config, read from and written to a libinput device. */
#ifndef OSAAS_INPUT_DEVICE_APPLY_H
#define OSAAS_INPUT_DEVICE_APPLY_H

#include <stdint.h>

#include "input/device_config.h"

struct libinput_device;

/* device_options_of: bit i: the device has option i. */
uint32_t device_options_of(struct libinput_device *device);
/* What it does now, and what by itself: of the options that it has. */
void device_config_read(struct libinput_device *device, struct device_config *out);
void device_config_defaults(struct libinput_device *device, struct device_config *out);
/*
 * device_config_apply writes what is said and is not so already. Bits of what was refused: the
 * device has no such option, or not that value of it.
 */
uint32_t device_config_apply(
	struct libinput_device *device, const struct device_config *config);

#endif
