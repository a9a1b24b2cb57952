/*
 * fake_libinput: a seat's devices in memory behind libinput's own names. It does
 * as libinput does where that matters: devices come and go through the event
 * queue, their nodes through the caller's functions; keys and buttons are counted
 * over the whole seat; suspending releases what a device holds, then removes it, and a
 * switch that is on says so when its device comes.
 */
#ifndef OSAAS_TESTS_FAKE_LIBINPUT_H
#define OSAAS_TESTS_FAKE_LIBINPUT_H

#include <libinput.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/device_config.h"

#define FAKE_DEVICES 1100
#define FAKE_EVENTS  (1 << 17)
#define FAKE_CODES   0x200
#define FAKE_SLOTS   20

struct fake_device {
	bool plugged, keyboard, touchpad; /* set by the test, before fake_plug */
	bool mouse, touch, tablet, pad, flips;
	bool buttons;         /* a keyboard without letters */
	const char *property; /* of udev, "1" there: ID_INPUT_TRACKBALL; NULL: none */
	unsigned vendor, product;
	const char *name, *output; /* WL_OUTPUT; NULL: a device, none */
	uint32_t on;               /* bit i: enum libinput_switch i is on */
	bool dies;                 /* it goes without saying what is up */
	/*
	 * Its options: set: which it has, beside a touchpad's own; the rest is as they are now.
	 * By itself all are 0, "accel-speed" 0. refuses: bit i: no value of option i suits it.
	 */
	struct device_config config;
	uint32_t refuses;
	unsigned config_sets; /* how often any was set */
	uint32_t leds;        /* enum libinput_led, last set */
	unsigned led_sets;    /* how often */
};

struct fake_libinput {
	struct fake_device devices[FAKE_DEVICES];
	bool no_context, no_seat;
	int dispatch_error;
	bool resume_fails;
	char seat[32];
	enum libinput_log_priority priority;
	unsigned dispatches; /* how often it was to read */
	unsigned goes;       /* bit i: device i is unplugged by the next of them */
	size_t alive;        /* contexts, device references and events: 0 at the end */
};

extern struct fake_libinput fake;

void fake_reset(void);
struct fake_device *fake_device_of(struct libinput_device *device);
/* fake_talk: devices are asked now: no signal may come but a fault, which is to be reported. */
void fake_talk(void);
/* fake_plug and fake_unplug: a device comes or goes while it is watched. */
void fake_plug(unsigned device);
void fake_unplug(unsigned device);
void fake_key(unsigned device, uint32_t code, bool pressed, uint64_t usec);
void fake_button(unsigned device, uint32_t button, bool pressed, uint64_t usec);
void fake_motion(double dx, double dy, uint64_t usec);
/* fake_absolute: x and y as parts of the whole, 0 to 1. */
void fake_absolute(unsigned device, double x, double y, uint64_t usec);
/* fake_scroll: of a wheel the values are 120ths of a detent; NAN: not of that axis. */
void fake_scroll(enum libinput_event_type type, double x, double y, uint64_t usec);
/* fake_touch: any of TOUCH_DOWN .. TOUCH_CANCEL; x and y as parts of the panel. */
void fake_touch(unsigned device, enum libinput_event_type type, int32_t slot, double x,
	double y, uint64_t usec);
/* fake_tool: a pen near a tablet, and any of TABLET_TOOL_*. x and y as fake_touch. */
struct fake_tool {
	enum libinput_tablet_tool_type type; /* 0: a pen */
	uint64_t serial;
	double x, y, dx, dy, pressure, distance, tilt_x, tilt_y, rotation, slider;
	int wheel;
	uint32_t button; /* of BUTTON */
	bool on;         /* of PROXIMITY: in; of TIP: down; of BUTTON: pressed */
};
void fake_tool(unsigned device, enum libinput_event_type type,
	const struct fake_tool *tool, uint64_t usec);
/* fake_pad: any of TABLET_PAD_*: n of a button, a ring, a strip; the code of a key. */
void fake_pad(unsigned device, enum libinput_event_type type, unsigned n, double value,
	uint64_t usec);
/* fake_gesture: any of GESTURE_*; cancelled: of END. */
struct fake_gesture {
	int fingers;
	double dx, dy, scale, rotation;
	bool cancelled;
};
void fake_gesture(unsigned device, enum libinput_event_type type,
	const struct fake_gesture *gesture, uint64_t usec);
void fake_switch(unsigned device, enum libinput_switch which, bool on, uint64_t usec);
/* fake_log: libinput has something to say. */
void fake_log(enum libinput_log_priority priority, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
