#include "gl/cover_ring.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gl/texture.h"

/* No two rings have a place in common: what lay in one that is lost is nowhere. */
static uint64_t next_ring = 2 * RING_TEXELS;

int cover_ring_init(struct cover_ring *ring)
{
	ring->texels = calloc(RING_TEXELS, 2);
	if (!ring->texels)
		return -ENOMEM;
	ring->head = ring->sent = next_ring;
	next_ring += (uint64_t)1 << 44;
	ring->texture = texture_create(GL_NEAREST);
	glTexImage2D(GL_TEXTURE_2D, 0, GL_LUMINANCE_ALPHA, RING_WIDTH, RING_HEIGHT, 0,
		GL_LUMINANCE_ALPHA, GL_UNSIGNED_BYTE, NULL);
	return 0;
}

void cover_ring_finish(struct cover_ring *ring)
{
	if (ring->texture)
		glDeleteTextures(1, &ring->texture);
	free(ring->texels);
	memset(ring, 0, sizeof *ring);
}

uint64_t cover_ring_put(struct cover_ring *ring, const uint16_t *values, size_t n)
{
	uint64_t place = ring->head;
	for (size_t i = 0; i < n; i++) {
		uint8_t *texel = &ring->texels[(place + i) % RING_TEXELS * 2];
		texel[0] = (uint8_t)(values[i] >> 8);
		texel[1] = (uint8_t)values[i];
	}
	ring->head += n;
	return place;
}

static void send_rows(struct cover_ring *ring, uint64_t from, uint64_t to)
{
	size_t row = RING_WIDTH * 2;
	glTexSubImage2D(GL_TEXTURE_2D, 0, 0, (GLint)from, RING_WIDTH,
		(GLsizei)(to - from), GL_LUMINANCE_ALPHA, GL_UNSIGNED_BYTE,
		ring->texels + from * row);
	ring->uploaded += (to - from) * row;
}

/* Whole rows: what is new in them and what is old are both right. */
void cover_ring_send(struct cover_ring *ring)
{
	if (ring->sent == ring->head)
		return;
	uint64_t from = ring->sent / RING_WIDTH, to = (ring->head - 1) / RING_WIDTH + 1;
	ring->sent = ring->head;
	glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
	if (to - from >= RING_HEIGHT) {
		send_rows(ring, 0, RING_HEIGHT);
		return;
	}
	from %= RING_HEIGHT;
	to %= RING_HEIGHT;
	if (to == 0)
		to = RING_HEIGHT;
	if (from < to) {
		send_rows(ring, from, to);
		return;
	}
	send_rows(ring, from, RING_HEIGHT);
	send_rows(ring, 0, to);
}
