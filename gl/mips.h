/*
 * mips: smaller copies of an image in linear light, level k + 1 the means of 2 by 2 texels
 * of level k; of odd sides the last row or column counts twice. Level 0 is the image itself.
 */
#ifndef OSAAS_GL_MIPS_H
#define OSAAS_GL_MIPS_H

#include <stddef.h>
#include <stdint.h>

#include "gl/resource.h"

/* The levels beyond 0, all of them one after the other in gl_image.mips: RGBA, of LIGHT_FULL. */
struct mip {
	const uint16_t *texels;
	int32_t width, height;
};

unsigned mips_last(int32_t width, int32_t height); /* the level of 1 by 1 */
size_t mips_bytes(int32_t width, int32_t height);

/* mips_need makes the image's levels when there are none; linear: of an sRGB byte. 0 or -ENOMEM. */
int mips_need(struct gl_image *image, const float linear[256]);

/* mips_level: level from 1 to the last one, of an image that has them. */
struct mip mips_level(const struct gl_image *image, unsigned level);

#endif
