/* fake_libinput_event: what the test made happen; events of all kinds are one struct here. */
#ifndef OSAAS_TESTS_FAKE_LIBINPUT_EVENT_H
#define OSAAS_TESTS_FAKE_LIBINPUT_EVENT_H

#include "fake_libinput.h"

struct libinput_tablet_tool {
	enum libinput_tablet_tool_type type;
	uint64_t serial;
};

struct libinput_event {
	enum libinput_event_type type;
	struct libinput_device *device;
	uint64_t usec;
	uint32_t code, count;
	int32_t slot;
	bool pressed;
	double x, y;
	struct fake_tool tool;
	struct libinput_tablet_tool of;
	struct fake_gesture gesture;
};

#endif
