#include "gl/texture.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gl/mips.h"
#include "gl/private.h"
#include "gl/rect.h"
#include "gl/soft_kernel.h"
#include "gl/srgb.h"

#define LINEAR_VALUES (LIGHT_FULL + 1)

GLuint texture_create(GLint filter)
{
	GLuint texture;
	glGenTextures(1, &texture);
	glBindTexture(GL_TEXTURE_2D, texture);
	glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, filter);
	glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, filter);
	glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
	glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
	return texture;
}

int texture_cache_init(struct gl *gl)
{
	gl->textures.encode = malloc(LINEAR_VALUES);
	if (!gl->textures.encode)
		return -ENOMEM;
	for (int i = 0; i < LINEAR_VALUES; i++) {
		double c = linear_to_srgb(i / (double)LIGHT_FULL);
		gl->textures.encode[i] = (uint8_t)(c * 255 + 0.5);
	}
	return 0;
}

static void drop_levels(struct gl *gl, struct gl_texture *t)
{
	for (int i = 0; i < TEXTURE_LEVELS; i++)
		if (t->levels[i] && !gl->lost)
			glDeleteTextures(1, &t->levels[i]);
	memset(t->levels, 0, sizeof t->levels);
	gl->textures.bytes -= t->bytes;
	t->bytes = 0;
}

static void free_slot(struct gl *gl, struct gl_texture *t)
{
	drop_levels(gl, t);
	t->image->texture = 0;
	t->image->drop_texture = NULL;
	t->image = NULL;
}

static void drop_texture(void *data, struct gl_image *image)
{
	struct gl *gl = data;
	gl_enter(gl);
	free_slot(gl, &gl->textures.all[image->texture - 1]);
}

void texture_cache_forget(struct gl *gl)
{
	for (size_t i = 0; i < gl->textures.n; i++)
		if (gl->textures.all[i].image)
			free_slot(gl, &gl->textures.all[i]);
}

void texture_cache_finish(struct gl *gl)
{
	texture_cache_forget(gl);
	free(gl->textures.all);
	free(gl->textures.encode);
	free(gl->textures.scratch);
	memset(&gl->textures, 0, sizeof gl->textures);
}

static struct gl_texture *free_one(struct texture_cache *cache)
{
	for (size_t i = 0; i < cache->n; i++)
		if (!cache->all[i].image)
			return &cache->all[i];
	if (!scene_grow(
		    (void **)&cache->all, &cache->cap, cache->n, 1, sizeof *cache->all))
		return NULL;
	return &cache->all[cache->n++];
}

/* What this frame draws stays. */
static void evict(struct gl *gl, size_t more)
{
	struct texture_cache *cache = &gl->textures;
	while (cache->bytes + more > TEXTURE_CACHE_BYTES) {
		struct gl_texture *oldest = NULL;
		for (size_t i = 0; i < cache->n; i++) {
			struct gl_texture *t = &cache->all[i];
			if (t->image && t->bytes && t->used < cache->frame &&
				(!oldest || t->used < oldest->used))
				oldest = t;
		}
		if (!oldest)
			return;
		free_slot(gl, oldest);
		cache->evicted++;
	}
}

static struct gl_texture *find(struct gl *gl, struct gl_image *image)
{
	struct texture_cache *cache = &gl->textures;
	if (image->texture)
		return &cache->all[image->texture - 1];
	struct gl_texture *t = free_one(cache);
	if (!t)
		return NULL;
	*t = (struct gl_texture){.image = image};
	image->texture = (unsigned)(t - cache->all) + 1;
	image->drop_texture = drop_texture;
	image->gl = gl;
	return t;
}

static GLuint make(struct gl *gl, int32_t width, int32_t height, const void *pixels)
{
	GLenum format = gl->caps.sized_srgb ? GL_RGBA : GL_SRGB_ALPHA_EXT;
	GLenum internal = gl->caps.sized_srgb ? GL_SRGB8_ALPHA8_EXT : format;
	glActiveTexture(GL_TEXTURE0 + UNIT_SOURCE);
	GLuint texture = texture_create(GL_LINEAR);
	glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
	glTexImage2D(GL_TEXTURE_2D, 0, (GLint)internal, width, height, 0, format,
		GL_UNSIGNED_BYTE, pixels);
	return texture;
}

/* A level of the image as sRGB bytes. */
static const uint8_t *encoded(struct gl *gl, const struct mip *mip)
{
	struct texture_cache *cache = &gl->textures;
	size_t n = (size_t)mip->width * (size_t)mip->height;
	if (cache->scratch_bytes < n * 4) {
		uint8_t *scratch = realloc(cache->scratch, n * 4);
		if (!scratch)
			return NULL;
		cache->scratch = scratch;
		cache->scratch_bytes = n * 4;
	}
	for (size_t i = 0; i < n * 4; i++)
		cache->scratch[i] =
			i % 4 == 3 ? (uint8_t)((mip->texels[i] * 255u + LIGHT_FULL / 2) /
					       LIGHT_FULL)
				   : cache->encode[mip->texels[i]];
	return cache->scratch;
}

static void size_of(
	const struct gl_image *image, unsigned level, int32_t *width, int32_t *height)
{
	*width = image->width;
	*height = image->height;
	for (; level > 0; level--) {
		*width = (*width + 1) / 2;
		*height = (*height + 1) / 2;
	}
}

static int upload(struct gl *gl, struct gl_texture *t, unsigned level)
{
	struct gl_image *image = t->image;
	const uint8_t *pixels = image->pixels;
	int32_t width, height;
	size_of(image, level, &width, &height);
	if (level > 0) {
		if (mips_need(image, gl->linear))
			return -ENOMEM;
		struct mip mip = mips_level(image, level);
		pixels = encoded(gl, &mip);
		if (!pixels)
			return -ENOMEM;
	}
	size_t bytes = (size_t)width * (size_t)height * 4;
	evict(gl, bytes);
	t->levels[level] = make(gl, width, height, pixels);
	t->bytes += bytes;
	gl->textures.bytes += bytes;
	gl->textures.uploaded += bytes;
	return 0;
}

/* Of an image that changed in a few rows; its smaller levels are made anew when needed. */
static void refresh(struct gl *gl, struct gl_texture *t)
{
	struct gl_image *image = t->image;
	GLenum format = gl->caps.sized_srgb ? GL_RGBA : GL_SRGB_ALPHA_EXT;
	int32_t y0 = image->changed.y0, y1 = image->changed.y1;
	GLuint first = t->levels[0];
	size_t row = (size_t)image->width * 4;
	bool part = first && t->serial && !rect_empty(&image->changed);
	if (part)
		t->levels[0] = 0;
	drop_levels(gl, t);
	if (!part)
		return;
	t->levels[0] = first;
	t->bytes = row * (size_t)image->height;
	gl->textures.bytes += t->bytes;
	glActiveTexture(GL_TEXTURE0 + UNIT_SOURCE);
	glBindTexture(GL_TEXTURE_2D, first);
	glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
	glTexSubImage2D(GL_TEXTURE_2D, 0, 0, y0, image->width, y1 - y0, format,
		GL_UNSIGNED_BYTE, image->pixels + row * (size_t)y0);
	gl->textures.uploaded += row * (size_t)(y1 - y0);
}

int texture_level(struct gl *gl, struct gl_image *image, unsigned *level, GLuint *texture,
	int32_t *width, int32_t *height)
{
	unsigned last = mips_last(image->width, image->height);
	*level = *level < last ? *level : last;
	size_of(image, *level, width, height);
	while (*width > gl->caps.max_side || *height > gl->caps.max_side)
		size_of(image, ++*level, width, height);
	struct gl_texture *t = find(gl, image);
	if (!t)
		return -ENOMEM;
	t->used = gl->textures.frame;
	if (t->serial != image->serial) {
		refresh(gl, t);
		t->serial = image->serial;
		image->changed = (struct gl_rect){0};
	}
	int rc = t->levels[*level] ? 0 : upload(gl, t, *level);
	*texture = t->levels[*level];
	return rc;
}
