/*
 * loader: plugin files in sealed memory, and their instances in ours.
 *
 * An image is the content of a file, read once, sealed, checked. Equal files
 * are one image, so that instances share text. A mapping is one instance: own
 * data, shared text. What happens to the file on disk meanwhile is no matter.
 */
#ifndef OSAAS_PLUGINS_LOADER_H
#define OSAAS_PLUGINS_LOADER_H

#include <stddef.h>
#include <stdint.h>

#include "plugins/analyse.h"
#include "plugins/elf64.h"
#include "plugins/plugin.h"
#include "util/list.h"

struct image {
	struct list link; /* image.c's images */
	size_t refs;
	int fd; /* sealed */
	uint8_t *bytes;
	size_t size;
	struct elf elf;
	struct manifest manifest;
	uint64_t entry;
	struct analysis analysis;
	bool fp_control; /* see group.fp_control */
};

/* Errors as plugin_load. */
int image_open(const char *path, struct image **out, struct plugin_error *err);
int image_open_bytes(
	const void *bytes, size_t size, struct image **out, struct plugin_error *err);
void image_put(struct image *image); /* takes NULL */
/* image_place names a place in its text, bytes from the text's begin. */
struct code_place image_place(const struct image *image, uint32_t at);

/* Addresses that host calls may follow a plugin's pointers to. */
struct region {
	uintptr_t lo, hi;
	int write;
};
#define MAPPING_REGIONS (ELF_MAX_SEGMENTS + 1)

struct mapping {
	struct list link; /* range.c's, by address; it must not be moved */
	uint8_t *base;    /* NULL: none */
	size_t span;
	struct region regions[MAPPING_REGIONS];
	size_t n_regions;
};

/* mapping_make: 0, -ENOMEM. Nothing of it runs. */
int mapping_make(
	struct mapping *out, const struct image *image, struct plugin_error *err);
void mapping_undo(struct mapping *mapping);

/* range.c: a place for span bytes without access, where plugins are; else -1. */
int range_take(struct mapping *mapping);
void range_give(struct mapping *mapping);
void range_bounds(uintptr_t *lo, size_t *size); /* size 0: there is none */

#endif
