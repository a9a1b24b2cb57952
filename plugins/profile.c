#include "plugins/profile.h"

#include <string.h>

static const char *const names[CLASSES] = {
	[WORK_COMPUTE] = "compute",
	[WORK_STREAM] = "stream",
	[WORK_CHASE] = "chase",
	[WORK_DISK] = "disk",
	[WORK_NETWORK] = "network",
	[WORK_GUI] = "gui",
	[WORK_AUDIO] = "audio",
	[WORK_TIMER] = "timer",
	[WORK_PROCESS] = "process",
	[WORK_PEERS] = "peers",
	[CLASS_MIXED] = "mixed",
};

const char *class_name(int class)
{
	return class >= 0 && class < CLASSES ? names[class] : "none";
}

int class_find(const char *name, size_t len)
{
	for (int i = 0; i < CLASSES; i++) {
		if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
			return i;
	}
	return len == 6 && memcmp(name, "memory", 6) == 0 ? WORK_STREAM : CLASS_NONE;
}

static const struct {
	const char *prefix; /* whole, or up to a dot */
	enum work work;
} caps[] = {
	{"fs", WORK_DISK},
	{"store", WORK_DISK},
	{"net", WORK_NETWORK},
	{"gui", WORK_GUI},
	{"clipboard", WORK_GUI},
	{"audio", WORK_AUDIO},
	{"timer", WORK_TIMER},
	{"clock", WORK_TIMER},
	{"pty", WORK_PROCESS},
	{"process", WORK_PROCESS},
};

enum work work_of_cap(const char *cap, size_t len)
{
	for (size_t i = 0; i < sizeof caps / sizeof *caps; i++) {
		size_t n = strlen(caps[i].prefix);
		bool ends = len == n || (len > n && (cap[n] == '.' || cap[n] == ':'));
		if (ends && memcmp(cap, caps[i].prefix, n) == 0)
			return caps[i].work;
	}
	return WORK_PEERS;
}

#define LONG_NS POLICY_SLICE_MAX_NS

struct policy_prior profile_hint(const struct profile *profile, int hint)
{
	if (hint == CLASS_NONE || hint == profile->class)
		return profile->prior;
	switch (hint) {
	case WORK_COMPUTE:
		return (struct policy_prior){.run_ns = LONG_NS, .cache = 128};
	case WORK_STREAM:
		return (struct policy_prior){.run_ns = LONG_NS, .cache = 32};
	case WORK_CHASE:
		return (struct policy_prior){.run_ns = LONG_NS, .cache = 96};
	case CLASS_MIXED:
		return (struct policy_prior){.run_ns = 2 * POLICY_SLICE_NS, .cache = 64};
	}
	return (struct policy_prior){.run_ns = POLICY_SLICE_NS / 10};
}
