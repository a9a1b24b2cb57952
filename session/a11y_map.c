#include "session/a11y_map.h"

#include <stdlib.h>
#include <string.h>

bool a11y_map_clear(struct a11y_map *map, size_t n)
{
	size_t cap = 64;
	while (cap < 2 * n)
		cap *= 2;
	if (cap > map->cap) {
		void *slots = realloc(map->slots, cap * sizeof *map->slots);
		if (!slots)
			return false;
		map->slots = slots;
		map->cap = cap;
	}
	memset(map->slots, 0, map->cap * sizeof *map->slots);
	return true;
}

void a11y_map_finish(struct a11y_map *map)
{
	free(map->slots);
	*map = (struct a11y_map){0};
}

static uint64_t scramble(uint64_t h)
{
	h = (h ^ h >> 33) * UINT64_C(0xff51afd7ed558ccd);
	h = (h ^ h >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
	return h ^ h >> 33;
}

uint32_t *a11y_map_at(struct a11y_map *map, uint64_t key)
{
	size_t mask = map->cap - 1, i = scramble(key) & mask;
	while (map->slots[i].value && map->slots[i].key != key)
		i = (i + 1) & mask;
	map->slots[i].key = key;
	return &map->slots[i].value;
}

uint64_t a11y_mix(uint64_t a, uint64_t b)
{
	return scramble(a * UINT64_C(0x9e3779b97f4a7c15) + b);
}
