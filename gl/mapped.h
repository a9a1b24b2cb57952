/*
 * mapped: a display's memory that the processor writes to, where the driver is software
 * itself: frames are drawn into a surface that all targets share, and what was drawn is
 * copied. Mesa's software drivers map that memory anew for each frame, and crash when the
 * card has been pulled meanwhile; a mapping that is there stays.
 */
#ifndef OSAAS_GL_MAPPED_H
#define OSAAS_GL_MAPPED_H

#include <stddef.h>
#include <stdint.h>

#include "gl/gl.h"

struct gbm_bo;
struct gl_surface;

/*
 * mapped_open maps an imported target's buffer for as long as it lives. 0, -ENODEV the card
 * is gone, -ENOTSUP not with this driver.
 */
int mapped_open(struct gl_target *target, struct gbm_bo *bo);
void mapped_close(struct gl_target *target); /* also of one that is not */

/* mapped_surface: what to draw into in its place; NULL: there is no memory. */
const struct gl_surface *mapped_surface(struct gl_target *target);
/* mapped_store copies rectangles of that, which end within the target. */
void mapped_store(struct gl_target *target, const struct gl_rect *rects, size_t n);
/* mapped_read gives the target as gl_target_read does. */
void mapped_read(const struct gl_target *target, uint8_t *rgba);

#endif
