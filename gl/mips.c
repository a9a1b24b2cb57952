#include "gl/mips.h"

#include <errno.h>
#include <stdlib.h>

#include "gl/soft_kernel.h"

static int32_t half(int32_t side)
{
	return (side + 1) / 2;
}

unsigned mips_last(int32_t width, int32_t height)
{
	unsigned level = 0;
	for (; width > 1 || height > 1; level++)
		width = half(width), height = half(height);
	return level;
}

size_t mips_bytes(int32_t width, int32_t height)
{
	size_t texels = 0;
	while (width > 1 || height > 1) {
		width = half(width), height = half(height);
		texels += (size_t)width * (size_t)height;
	}
	return texels * 4 * sizeof(uint16_t);
}

struct mip mips_level(const struct gl_image *image, unsigned level)
{
	struct mip m = {image->mips, half(image->width), half(image->height)};
	while (--level > 0) {
		m.texels += (size_t)m.width * (size_t)m.height * 4;
		m.width = half(m.width), m.height = half(m.height);
	}
	return m;
}

static void first_level(
	const struct gl_image *image, uint16_t *out, const uint16_t light[256])
{
	int32_t width = half(image->width), height = half(image->height);
	for (int32_t y = 0; y < height; y++) {
		int32_t low = 2 * y + 1 < image->height ? 2 * y + 1 : 2 * y;
		const uint8_t *a = image->pixels + (size_t)image->width * 8 * (size_t)y;
		const uint8_t *b = image->pixels + (size_t)image->width * 4 * (size_t)low;
		for (int32_t x = 0; x < width; x++, out += 4) {
			size_t l = (size_t)x * 8;
			size_t r = 2 * x + 1 < image->width ? l + 4 : l;
			for (size_t c = 0; c < 3; c++)
				out[c] = (uint16_t)((light[a[l + c]] + light[a[r + c]] +
							    light[b[l + c]] +
							    light[b[r + c]] + 2u) /
						    4);
			unsigned alpha = a[l + 3] + a[r + 3] + b[l + 3] + b[r + 3];
			out[3] = (uint16_t)((alpha * LIGHT_FULL + 510) / 1020);
		}
	}
}

static void next_level(struct mip from, uint16_t *out)
{
	size_t row = (size_t)from.width * 4;
	int32_t width = half(from.width), height = half(from.height);
	for (int32_t y = 0; y < height; y++) {
		const uint16_t *a = from.texels + row * 2 * (size_t)y;
		const uint16_t *b = 2 * y + 1 < from.height ? a + row : a;
		for (int32_t x = 0; x < width; x++, out += 4) {
			size_t l = (size_t)x * 8;
			size_t r = 2 * x + 1 < from.width ? l + 4 : l;
			for (size_t c = 0; c < 4; c++)
				out[c] = (uint16_t)((a[l + c] + a[r + c] + b[l + c] +
							    b[r + c] + 2u) /
						    4);
		}
	}
}

int mips_need(struct gl_image *image, const float linear[256])
{
	unsigned last = mips_last(image->width, image->height);
	if (image->mips || last == 0)
		return 0;
	uint16_t light[256];
	for (int i = 0; i < 256; i++)
		light[i] = (uint16_t)(linear[i] * LIGHT_FULL + 0.5f);
	uint16_t *mips = malloc(mips_bytes(image->width, image->height));
	if (!mips)
		return -ENOMEM;
	image->mips = mips;
	first_level(image, mips, light);
	for (unsigned level = 1; level < last; level++) {
		struct mip from = mips_level(image, level);
		next_level(from, mips + (from.texels - mips) +
					 (size_t)from.width * (size_t)from.height * 4);
	}
	return 0;
}
