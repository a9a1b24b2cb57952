/* map: which output the user wants a device on, by their names. */
#ifndef OSAAS_INPUT_MAP_H
#define OSAAS_INPUT_MAP_H

#include "util/list.h"

#define MAP_RULES 64 /* at most */

struct map {
	struct list rules;
};

void map_init(struct map *map);
void map_finish(struct map *map); /* it is empty then, and may be used on */
/* As input_map. */
int map_set(struct map *map, const char *device, const char *output);
/* NULL: no rule. Borrowed until the next map_set. */
const char *map_of(const struct map *map, const char *device);

#endif
