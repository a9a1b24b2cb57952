#include "gl/pool.h"

#include <errno.h>

#define STEP 128 /* sides are multiples of it: sizes that differ a little share one */

static size_t bytes_of(const struct gl_surface *s)
{
	return (size_t)s->width * (size_t)s->height * 4;
}

static int32_t rounded(const struct gl *gl, int32_t side)
{
	int32_t up = (side + STEP - 1) / STEP * STEP;
	return up < gl->caps.max_side ? up : gl->caps.max_side;
}

static struct gl_surface *find(struct gl *gl, int32_t width, int32_t height)
{
	struct gl_surface *best = NULL;
	for (size_t i = 0; i < POOL_SURFACES; i++) {
		struct gl_surface *s = &gl->pool.surfaces[i];
		if (!gl->pool.busy[i] && s->texture && s->width >= width &&
			s->height >= height && (!best || bytes_of(s) < bytes_of(best)))
			best = s;
	}
	return best;
}

/* An empty place, or that of a free one, which goes. */
static struct gl_surface *free_place(struct gl *gl)
{
	struct gl_surface *place = NULL;
	for (size_t i = 0; i < POOL_SURFACES; i++) {
		struct gl_surface *s = &gl->pool.surfaces[i];
		if (!gl->pool.busy[i] && (!place || !s->texture))
			place = s;
	}
	if (place && place->texture) {
		gl->pool.bytes -= bytes_of(place);
		surface_finish(place);
	}
	return place;
}

static void drop_free(struct gl *gl, size_t more)
{
	for (size_t i = 0; i < POOL_SURFACES && gl->pool.bytes + more > POOL_BYTES; i++) {
		struct gl_surface *s = &gl->pool.surfaces[i];
		if (gl->pool.busy[i] || !s->texture)
			continue;
		gl->pool.bytes -= bytes_of(s);
		surface_finish(s);
	}
}

int pool_take(struct gl *gl, int32_t width, int32_t height, struct gl_surface **out)
{
	struct gl_surface *s = find(gl, width, height);
	if (!s) {
		width = rounded(gl, width) > width ? rounded(gl, width) : width;
		height = rounded(gl, height) > height ? rounded(gl, height) : height;
		drop_free(gl, (size_t)width * (size_t)height * 4);
		s = free_place(gl);
		int rc = s ? surface_init(gl, s, width, height, SURFACE_SRGB) : -ENOMEM;
		if (rc)
			return rc;
		gl->pool.bytes += bytes_of(s);
	}
	gl->pool.busy[s - gl->pool.surfaces] = true;
	*out = s;
	return 0;
}

void pool_give(struct gl *gl, struct gl_surface *surface)
{
	if (surface)
		gl->pool.busy[surface - gl->pool.surfaces] = false;
}

void pool_finish(struct gl *gl)
{
	for (size_t i = 0; i < POOL_SURFACES; i++)
		surface_finish(&gl->pool.surfaces[i]);
	gl->pool = (struct gl_pool){0};
}
