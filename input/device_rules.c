#include "input/device_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util/xalloc.h"

static const struct {
	const char *name;
	uint32_t types;
} names[] = {
	{"keyboard", INPUT_TYPE_KEYBOARD},
	{"pointer", INPUT_TYPE_POINTERS},
	{"mouse", INPUT_TYPE_MOUSE},
	{"touchpad", INPUT_TYPE_TOUCHPAD},
	{"trackpoint", INPUT_TYPE_TRACKPOINT},
	{"trackball", INPUT_TYPE_TRACKBALL},
	{"touch", INPUT_TYPE_TOUCH},
	{"tablet", INPUT_TYPE_TABLET},
	{"pad", INPUT_TYPE_PAD},
	{"switch", INPUT_TYPE_SWITCH},
};
#define N_NAMES (sizeof names / sizeof *names)

static uint32_t types_of(const char *name)
{
	for (size_t i = 0; i < N_NAMES; i++) {
		if (strcmp(names[i].name, name) == 0)
			return names[i].types;
	}
	return 0;
}

static bool is_type(const char *match)
{
	return strncmp(match, "type:", 5) == 0;
}

/* A type that is written as none is, "touchpad" or "Type: touchpad", would be no device's name. */
static bool is_type_misspelt(const char *match)
{
	return types_of(match) || (strncasecmp(match, "type:", 5) == 0 &&
					  !(is_type(match) && types_of(match + 5)));
}

bool input_match_valid(const char *match)
{
	size_t n = strlen(match);
	return n > 0 && n < INPUT_MATCH_MAX && !is_type_misspelt(match);
}

void input_type_text(uint32_t types, char text[static INPUT_TYPE_TEXT])
{
	size_t n = 0;
	text[0] = '\0';
	for (size_t i = 0; i < N_NAMES; i++) {
		if (names[i].types != INPUT_TYPE_POINTERS && types & names[i].types)
			n += (size_t)snprintf(text + n, INPUT_TYPE_TEXT - n, "%s%s",
				n ? " " : "", names[i].name);
	}
}

void device_rules_set(
	struct device_rules *rules, const struct input_rule *items, size_t n)
{
	device_rules_finish(rules);
	if (n == 0)
		return;
	rules->items = xcalloc(n, sizeof *items);
	memcpy(rules->items, items, n * sizeof *items);
	rules->n = n;
}

void device_rules_finish(struct device_rules *rules)
{
	free(rules->items);
	*rules = (struct device_rules){0};
}

/* 0: not for this one; else how exact. */
static int exactness(const char *match, const char *name, uint32_t types)
{
	if (strcmp(match, name) == 0)
		return 3;
	if (is_type(match))
		return types & types_of(match + 5) ? 2 : 0;
	return strcmp(match, "*") == 0 ? 1 : 0;
}

bool input_matches(const char *match, const char *name, uint32_t types)
{
	return exactness(match, name, types) > 0;
}

struct device_wish device_rules_for(
	const struct device_rules *rules, const char *name, uint32_t types)
{
	struct device_wish wish = {0};
	for (int pass = 0; pass < 6; pass++) {
		for (size_t i = 0; i < rules->n; i++) {
			const struct input_rule *rule = &rules->items[i];
			if (rule->over != (pass >= 3) ||
				exactness(rule->match, name, types) != pass % 3 + 1)
				continue;
			device_config_merge(&wish.config, &rule->config);
			if (pass % 3 == 2)
				wish.exact |= rule->config.set;
			if (rule->over)
				wish.over |= rule->config.set;
			if (rule->output[0])
				memcpy(wish.output, rule->output, sizeof wish.output);
		}
	}
	return wish;
}
