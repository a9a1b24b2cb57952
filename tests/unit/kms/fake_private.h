/* What the parts of the fake card share. */
#ifndef OSAAS_TESTS_FAKE_PRIVATE_H
#define OSAAS_TESTS_FAKE_PRIVATE_H

#include "fake_drm.h"

/* The names of the properties that an object of a kind has, NULL at the end. */
const char *const *fake_names(uint32_t kind);
size_t fake_prop_index(uint32_t kind, const char *name);
bool fake_immutable(const char *name);
/* fake_slot: where an object keeps the value of a property. */
uint64_t *fake_slot(struct fake_object *o, const char *name);

/* What is handed out by libdrm's calls must come back through them. */
void *fake_lend(size_t n, size_t size);
void fake_give(void *p);

#endif
