/*
 * cover_ring: coverage of masks in a texture, kept over frames.
 *
 * All texels are one long line that is written from its start to its end and then over
 * again: what was written longest ago goes first. A place is the count of texels
 * written before it ever; it is good as long as less than the whole was written since.
 * Texels hold 16 bits: the upper ones in luminance, the lower ones in alpha, since that
 * is the only format of two channels that ES 2 and 3 share.
 */
#ifndef OSAAS_GL_COVER_RING_H
#define OSAAS_GL_COVER_RING_H

#include <GLES2/gl2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RING_WIDTH  2048
#define RING_HEIGHT 512
#define RING_TEXELS ((uint64_t)RING_WIDTH * RING_HEIGHT)

struct cover_ring {
	GLuint texture;
	uint8_t *texels;
	uint64_t head;     /* what is written next */
	uint64_t sent;     /* before it, the texture has them */
	uint64_t uploaded; /* bytes so far */
};

int cover_ring_init(struct cover_ring *ring);    /* 0 or -ENOMEM */
void cover_ring_finish(struct cover_ring *ring); /* of a zeroed one too */

static inline bool cover_ring_has(const struct cover_ring *ring, uint64_t place)
{
	return place <= ring->head && ring->head - place <= RING_TEXELS;
}

/* cover_ring_put writes n values, at most RING_TEXELS, and says where. */
uint64_t cover_ring_put(struct cover_ring *ring, const uint16_t *values, size_t n);

/* cover_ring_send brings the texture up to date, in the present unit. */
void cover_ring_send(struct cover_ring *ring);

#endif
