/*
 * device_rules: which options, and which output, the user wants a device to have: rules by the
 * device's name, its type, or for all. Pure: knows no devices.
 */
#ifndef OSAAS_INPUT_DEVICE_RULES_H
#define OSAAS_INPUT_DEVICE_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/device_config.h"
#include "input/input.h"

struct device_rules {
	struct input_rule *items; /* copies; owned */
	size_t n;
};

/* What a device is to do, of what rules say; output "": they do not. */
struct device_wish {
	struct device_config config;
	uint32_t exact; /* of its options those that were said of it by name */
	uint32_t over;  /* ... that were said by a rule that comes before all */
	char output[sizeof((struct input_rule *)NULL)->output];
};

void device_rules_set(
	struct device_rules *rules, const struct input_rule *items, size_t n);
void device_rules_finish(struct device_rules *rules);

/*
 * device_rules_for: what counts for each option is the most exact rule that says it: of the
 * device's name, then of a type of it, then of all; of two alike the latter. Before all of
 * them those of input_rule.over.
 */
struct device_wish device_rules_for(
	const struct device_rules *rules, const char *name, uint32_t types);

#endif
