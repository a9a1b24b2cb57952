#include "gl/glyph_atlas.h"

#include <string.h>

#include "gl/texture.h"

/* A texel between glyphs is not needed: they are sampled texel by texel. */

static uint32_t last_serial; /* of all atlases: glyphs of a lost one are nowhere */

void glyph_atlas_init(struct glyph_atlas *atlas, GLenum internal, GLenum format)
{
	*atlas = (struct glyph_atlas){.format = format, .color = format != GL_ALPHA};
	atlas->texture = texture_create(GL_NEAREST);
	glTexImage2D(GL_TEXTURE_2D, 0, (GLint)internal, ATLAS_SIDE, ATLAS_SIDE, 0, format,
		GL_UNSIGNED_BYTE, NULL);
}

void glyph_atlas_finish(struct glyph_atlas *atlas)
{
	if (atlas->texture)
		glDeleteTextures(1, &atlas->texture);
	memset(atlas, 0, sizeof *atlas);
}

static struct atlas_shelf *shelf_of(
	struct glyph_atlas *atlas, const struct gl_glyph *glyph)
{
	struct atlas_shelf *shelf = &atlas->shelves[atlas->shelf_at[glyph->atlas_y]];
	return glyph->atlas_serial != 0 && shelf->serial == glyph->atlas_serial ? shelf
										: NULL;
}

bool glyph_atlas_has(
	struct glyph_atlas *atlas, const struct gl_glyph *glyph, uint64_t round)
{
	struct atlas_shelf *shelf = shelf_of(atlas, glyph);
	if (shelf)
		shelf->used = round;
	return shelf != NULL;
}

bool glyph_atlas_fits(const struct gl_glyph *glyph)
{
	return glyph->width <= ATLAS_SIDE && glyph->height <= ATLAS_SIDE / 2;
}

/* High enough, and not so high that it would be wasted. */
static bool suits(const struct atlas_shelf *shelf, const struct gl_glyph *glyph)
{
	return shelf->height >= glyph->height &&
	       shelf->height <= glyph->height + glyph->height / 2 + 4;
}

static struct atlas_shelf *find_room(
	struct glyph_atlas *atlas, const struct gl_glyph *glyph)
{
	struct atlas_shelf *best = NULL;
	for (size_t i = 0; i < atlas->n_shelves; i++) {
		struct atlas_shelf *shelf = &atlas->shelves[i];
		if (suits(shelf, glyph) && shelf->next_x + glyph->width <= ATLAS_SIDE &&
			(!best || shelf->height < best->height))
			best = shelf;
	}
	return best;
}

static struct atlas_shelf *add_shelf(
	struct glyph_atlas *atlas, const struct gl_glyph *glyph)
{
	uint16_t height = (uint16_t)((glyph->height + 3) & ~3);
	if (atlas->n_shelves == ATLAS_SHELVES || atlas->next_y + height > ATLAS_SIDE)
		return NULL;
	struct atlas_shelf *shelf = &atlas->shelves[atlas->n_shelves];
	*shelf = (struct atlas_shelf){
		.y = atlas->next_y, .height = height, .serial = ++last_serial};
	memset(&atlas->shelf_at[shelf->y], atlas->n_shelves++, height);
	atlas->next_y = (uint16_t)(atlas->next_y + height);
	return shelf;
}

static struct atlas_shelf *empty_oldest(
	struct glyph_atlas *atlas, const struct gl_glyph *glyph, uint64_t round)
{
	struct atlas_shelf *oldest = NULL;
	for (size_t i = 0; i < atlas->n_shelves; i++) {
		struct atlas_shelf *shelf = &atlas->shelves[i];
		if (suits(shelf, glyph) && shelf->used < round &&
			(!oldest || shelf->used < oldest->used))
			oldest = shelf;
	}
	if (!oldest)
		return NULL;
	oldest->next_x = 0;
	oldest->serial = ++last_serial;
	atlas->evicted++;
	return oldest;
}

static bool empty_all(struct glyph_atlas *atlas, uint64_t round)
{
	for (size_t i = 0; i < atlas->n_shelves; i++)
		if (atlas->shelves[i].used == round)
			return false;
	atlas->evicted += atlas->n_shelves;
	memset(atlas->shelves, 0, sizeof atlas->shelves);
	atlas->n_shelves = atlas->next_y = 0;
	return true;
}

bool glyph_atlas_put(struct glyph_atlas *atlas, struct gl_glyph *glyph, uint64_t round)
{
	struct atlas_shelf *shelf = find_room(atlas, glyph);
	if (!shelf)
		shelf = add_shelf(atlas, glyph);
	if (!shelf)
		shelf = empty_oldest(atlas, glyph, round);
	if (!shelf && empty_all(atlas, round))
		shelf = add_shelf(atlas, glyph);
	if (!shelf)
		return false;
	glyph->atlas_x = shelf->next_x;
	glyph->atlas_y = shelf->y;
	glyph->atlas_serial = shelf->serial;
	shelf->next_x = (uint16_t)(shelf->next_x + glyph->width);
	shelf->used = round;
	glBindTexture(GL_TEXTURE_2D, atlas->texture);
	glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
	glTexSubImage2D(GL_TEXTURE_2D, 0, glyph->atlas_x, glyph->atlas_y, glyph->width,
		glyph->height, atlas->format, GL_UNSIGNED_BYTE, glyph->pixels);
	atlas->uploaded +=
		(uint64_t)glyph->width * glyph->height * (atlas->color ? 4 : 1);
	return true;
}
