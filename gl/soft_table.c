/* Tables of what a colour looks like over a plain ground; the few last ones are kept. */
#include <math.h>
#include <string.h>

#include "gl/soft_private.h"

static void make_table(
	const struct soft *soft, struct kernel_table *t, const float color[4])
{
	uint16_t cover[256];
	for (int i = 0; i < 256; i++) {
		cover[i] = (uint16_t)(i * 257);
		t->pixels[i] = t->ground;
	}
	soft->kernels->solid_cover(t->pixels, 256, color, cover);
	for (int i = 0; i < 256; i++)
		for (int c = 0; c < 4; c++)
			t->planes[c][i] = (uint8_t)(t->pixels[i] >> (8 * c));
	t->grey = memcmp(t->planes[0], t->planes[1], 256) == 0 &&
		  memcmp(t->planes[0], t->planes[2], 256) == 0;
}

const struct kernel_table *soft_table_of(
	struct soft *soft, uint32_t color, uint32_t ground, const float light[4])
{
	uint32_t hash = (color ^ ground * 0x9e3779b1u) * 0x85ebca6bu >> 20;
	struct soft_table *t = &soft->tables[hash & (SOFT_TABLES - 1)];
	if (t->known && t->color == color && t->table.ground == ground)
		return &t->table;
	t->known = true;
	t->color = color;
	t->table.ground = ground;
	make_table(soft, &t->table, light);
	return &t->table;
}

static void make_shade(const struct soft *soft, struct kernel_shade *s, uint32_t color)
{
	double alpha = (color >> 24) / 255.0;
	soft_color(soft, color, s->color);
	for (int i = 0; i < 256; i++) {
		double m = 1 - alpha * i / 255;
		s->power[i] = (uint16_t)(pow(m, 1 / 2.4) * 65535 + 0.5);
		s->planes[0][i] = (uint8_t)s->power[i];
		s->planes[1][i] = (uint8_t)(s->power[i] >> 8);
	}
}

const struct kernel_shade *soft_shade_of(struct soft *soft, uint32_t color)
{
	uint32_t alpha = color >> 24;
	if (color << 8 != 0 || alpha == 0 || alpha >= SHADE_ALPHA)
		return NULL;
	if (soft->shades[alpha].power[0] == 0)
		make_shade(soft, &soft->shades[alpha], color);
	return &soft->shades[alpha];
}
