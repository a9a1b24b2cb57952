#include <stdlib.h>
#include <string.h>

#include "gl/rect.h"
#include "gl/resource.h"

static uint64_t last_serial;

struct gl_image *image_create(int32_t width, int32_t height)
{
	struct gl_image *image = calloc(1, sizeof *image);
	if (!image)
		return NULL;
	*image = (struct gl_image){
		.refs = 1,
		.width = width,
		.height = height,
		.pixels = calloc((size_t)width * (size_t)height, 4),
		.serial = ++last_serial,
	};
	if (!image->pixels) {
		free(image);
		return NULL;
	}
	return image;
}

void image_hold(struct gl_image *image)
{
	image->refs++;
}

void image_release(struct gl_image *image)
{
	if (!image || --image->refs > 0)
		return;
	if (image->drop_texture)
		image->drop_texture(image->gl, image);
	if (image->release)
		image->release(image->owner, image->pixels);
	else
		free(image->pixels);
	free(image->mips);
	free(image);
}

static bool is_opaque(const struct gl_image *image, struct gl_rect rect)
{
	for (int32_t y = rect.y0; y < rect.y1; y++) {
		const uint8_t *row = &image->pixels[4 * (size_t)y * (size_t)image->width];
		for (int32_t x = rect.x0; x < rect.x1; x++)
			if (row[4 * (size_t)x + 3] != 255)
				return false;
	}
	return true;
}

/* Only rect is looked at: an image of which the last clear pixel goes stays "not opaque". */
void image_touch(struct gl_image *image, struct gl_rect rect)
{
	image->serial = ++last_serial;
	image->changed = rect_union(image->changed, rect);
	bool all = rect_contains(
		&rect, &(struct gl_rect){0, 0, image->width, image->height});
	image->opaque = (all || image->opaque) && is_opaque(image, rect);
	free(image->mips);
	image->mips = NULL;
}
