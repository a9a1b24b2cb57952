/*
 * fake_libinput: a seat's devices in memory behind libinput's own names. It does
 * as libinput does where that matters: devices come and go through the event
 * queue, their nodes through the caller's functions; keys and buttons are counted
 * over the whole seat; suspending releases what a device holds, then removes it.
 */
#ifndef OSAAS_TESTS_FAKE_LIBINPUT_H
#define OSAAS_TESTS_FAKE_LIBINPUT_H

#include <libinput.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FAKE_DEVICES 4
#define FAKE_EVENTS  32
#define FAKE_CODES   0x200
#define FAKE_SLOTS   20

struct fake_device {
	bool plugged, keyboard, touchpad; /* set by the test, before fake_plug */
	bool mouse, touch;
	const char *name, *output; /* WL_OUTPUT; NULL: a device, none */
	bool dies;                 /* it goes without saying that its fingers are up */
	bool tap;
	uint32_t leds;     /* enum libinput_led, last set */
	unsigned led_sets; /* how often */
};

struct fake_libinput {
	struct fake_device devices[FAKE_DEVICES];
	bool no_context, no_seat;
	int dispatch_error;
	bool resume_fails;
	char seat[32];
	enum libinput_log_priority priority;
	size_t alive; /* contexts, device references and events: 0 at the end */
};

extern struct fake_libinput fake;

void fake_reset(void);
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
/* fake_log: libinput has something to say. */
void fake_log(enum libinput_log_priority priority, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
