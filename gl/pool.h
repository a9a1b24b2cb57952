/*
 * pool: surfaces for groups and for what blending needs to look at, kept for the next
 * one. Only as many as are needed at once; those beyond POOL_BYTES go when they are free.
 */
#ifndef OSAAS_GL_POOL_H
#define OSAAS_GL_POOL_H

#include "gl/private.h"

/* pool_take: one of at least this size; its pixels are anything. 0, -ENOMEM, -ENOTSUP, -EINVAL. */
int pool_take(struct gl *gl, int32_t width, int32_t height, struct gl_surface **out);
void pool_give(struct gl *gl, struct gl_surface *surface); /* takes NULL */
void pool_finish(struct gl *gl);

#endif
