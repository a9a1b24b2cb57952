/* What the files of input that know libinput share: the seat, and its devices. */
#ifndef OSAAS_INPUT_PRIVATE_H
#define OSAAS_INPUT_PRIVATE_H

#include <libinput.h>
#include <stdbool.h>
#include <stdint.h>

#include "input/arrangement.h"
#include "input/device_rules.h"
#include "input/gesture.h"
#include "input/input.h"
#include "input/keyboard.h"
#include "input/pen.h"
#include "input/pointer.h"
#include "input/touch.h"
#include "util/list.h"

struct input {
	const struct input_listener *listener;
	void *data;
	struct libinput *libinput; /* NULL: bare */
	struct keyboard *keyboard;
	struct arrangement outputs;
	struct device_rules rules;
	struct pointer pointer;
	struct touch touch;
	struct pens pens;
	struct gesture gesture;
	struct list devices; /* device.link, in the order in which they came */
	uint32_t leds;       /* as they were last set: enum keyboard_led */
	unsigned pointers;   /* devices that move it */
	unsigned writers;    /* devices that have letters */
	uint32_t switches;   /* bit i: enum input_switch i is on, and that was told */
	bool toggled;        /* others may be, and that is not told yet */
	bool suspended;
	bool pending; /* libinput has events that are not looked at yet */
};

#define PAD_BUTTONS 16 /* BTN_0 and those behind it */
#define PAD_KEYS    8  /* down at once */
#define PAD_RINGS   4  /* and strips */

/* What of a tablet's pad is down. */
struct pad {
	uint32_t buttons; /* bit i: BTN_0 + i */
	uint32_t keys[PAD_KEYS];
	unsigned n_keys;
	double rings[PAD_RINGS], strips[PAD_RINGS]; /* where the finger is; < 0: none */
};

/* Libinput's, whose user data is this. */
struct device {
	struct list link; /* input.devices */
	struct libinput_device *libinput;
	char name[INPUT_MATCH_MAX]; /* without control characters */
	uint32_t types;             /* enum input_type */
	bool moves;                 /* the pointer */
	bool writes;                /* it has letters, not only a button or two */
	struct device_config by_itself;
	struct device_wish wish;
	uint32_t refused; /* of its options */
	uint32_t told;    /* ... and that was said */
	uint32_t switches;
	struct pad pad;
};

/* device_add: it is configured as the rules say. device_remove forgets it. */
struct device *device_add(struct input *input, struct libinput_device *libinput);
void device_remove(struct device *device);
struct device *device_of(struct libinput_device *libinput);
/* device_judge: rules are others. */
void device_judge(const struct input *input, struct device *device);
/* Which output its places are on; NULL: there is none. */
const struct input_output *device_output(
	const struct input *input, const struct device *device);

struct touch_stamp input_stamp(const struct input *input, uint64_t time_ns);

/* tablet.c: TABLET_TOOL_* and TABLET_PAD_*. */
void tablet_handle(struct input *input, struct libinput_event *event);
/* tablet_release: what is down of the pad is up. */
void tablet_release(struct input *input, struct device *device, uint64_t time_ns);

#endif
