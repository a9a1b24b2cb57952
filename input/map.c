#include "input/map.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/input.h"
#include "util/xalloc.h"

struct rule {
	struct list link; /* map.rules */
	char device[128]; /* "": all others */
	char output[sizeof((struct input_output *)NULL)->name];
};

void map_init(struct map *map)
{
	list_init(&map->rules);
}

static void drop(struct rule *rule)
{
	list_remove(&rule->link);
	free(rule);
}

void map_finish(struct map *map)
{
	list_for_each_safe (rule, &map->rules, struct rule, link)
		drop(rule);
}

static struct rule *find(const struct map *map, const char *device)
{
	list_for_each (rule, &map->rules, struct rule, link) {
		if (strcmp(rule->device, device) == 0)
			return rule;
	}
	return NULL;
}

static struct rule *add(struct map *map, const char *device)
{
	size_t n = 0;
	list_for_each (other, &map->rules, struct rule, link)
		n += other != NULL;
	if (n >= MAP_RULES)
		return NULL;
	struct rule *rule = xcalloc(1, sizeof *rule);
	snprintf(rule->device, sizeof rule->device, "%s", device);
	list_push_back(&map->rules, &rule->link);
	return rule;
}

static bool fits(const char *name, size_t size)
{
	return !name || (name[0] && strlen(name) < size);
}

int map_set(struct map *map, const char *device, const char *output)
{
	if (!fits(device, sizeof((struct rule *)NULL)->device) ||
		!fits(output, sizeof((struct rule *)NULL)->output))
		return -EINVAL;
	device = device ? device : "";
	struct rule *rule = find(map, device);
	if (!output) {
		if (rule)
			drop(rule);
		return 0;
	}
	if (!rule)
		rule = add(map, device);
	if (!rule)
		return -ENOSPC;
	snprintf(rule->output, sizeof rule->output, "%s", output);
	return 0;
}

const char *map_of(const struct map *map, const char *device)
{
	const struct rule *rule = device && device[0] ? find(map, device) : NULL;
	if (!rule)
		rule = find(map, "");
	return rule ? rule->output : NULL;
}
