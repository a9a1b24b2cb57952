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

/* fake_rmfb turns off the planes that show it. */
void fake_rmfb(uint32_t id);
/* fake_memory_left takes one of fake.bo_budget; fake_handle: of a new buffer, in fake.n_bos. */
bool fake_memory_left(void);
uint32_t fake_handle(void);
/* fake_pitch: bytes of a row of a buffer of that width, be it GBM's or a dumb one. */
uint32_t fake_pitch(uint32_t handle, uint32_t width);
/* fake_memory: of the dumb buffer of a handle. */
const uint32_t *fake_memory(uint32_t handle);
/* fake_plane_check: 0, or what a plane that is on is refused for. */
int fake_plane_check(struct fake_object *o);
/* fake_once: a property that holds for one commit; 0 or what its value is refused for. */
bool fake_once(const char *name);
int fake_once_check(const char *name, uint64_t value);

/* What is handed out by libdrm's calls must come back through them. */
void *fake_lend(size_t n, size_t size);
void fake_give(void *p);

#endif
