/*
 * a11y_map: numbers found by 64-bit keys, all of which go at once. Open addressing (Knuth,
 * volume 3, 6.4, algorithm L); keys are scrambled by the finisher of MurmurHash3.
 */
#ifndef OSAAS_SESSION_A11Y_MAP_H
#define OSAAS_SESSION_A11Y_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct a11y_map {
	struct a11y_map_slot {
		uint64_t key;
		uint32_t value; /* 0: free */
	} * slots;
	size_t cap; /* a power of two, or 0 */
};

/* a11y_map_clear: nothing is in it, and n fit. False: no memory. */
bool a11y_map_clear(struct a11y_map *map, size_t n);
void a11y_map_finish(struct a11y_map *map);
/* a11y_map_at: where the key's value is, 0 at first; of n keys at most. */
uint32_t *a11y_map_at(struct a11y_map *map, uint64_t key);
/* a11y_mix: another key of both. */
uint64_t a11y_mix(uint64_t a, uint64_t b);

#endif
