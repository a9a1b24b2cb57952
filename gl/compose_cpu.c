#include "gl/compose_cpu.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gl/private.h"
#include "gl/rect.h"
#include "gl/soft.h"

#define CACHE_LINE 64

int compose_scratch_create(bool vectors, struct compose_scratch **out)
{
	size_t bytes = (sizeof **out + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
	struct compose_scratch *s = aligned_alloc(CACHE_LINE, bytes);
	if (!s)
		return -ENOMEM;
	memset(s, 0, sizeof *s);
	s->kernels = rows_choose(!vectors);
	*out = s;
	return 0;
}

void compose_scratch_destroy(struct compose_scratch *scratch)
{
	if (scratch)
		free(scratch->light);
	free(scratch);
}

/* Up to the next multiple of step. */
static int32_t next(int32_t from, int32_t step, int32_t end)
{
	int32_t to = from - from % step + step;
	return to < end ? to : end;
}

bool tile_next(struct gl_rect *tile, struct gl_rect of)
{
	bool first = rect_empty(tile);
	int32_t x = first || tile->x1 >= of.x1 ? of.x0 : tile->x1;
	int32_t y = first ? of.y0 : x == of.x0 ? tile->y1 : tile->y0;
	*tile = (struct gl_rect){
		x, y, next(x, TILE_WIDTH, of.x1), next(y, TILE_HEIGHT, of.y1)};
	return !rect_empty(tile);
}

static const uint32_t *texel(const struct gl_piece *piece, int32_t x, int32_t y)
{
	const struct gl_surface *s = piece->from;
	return s->pixels + (ptrdiff_t)(y - piece->y) * s->width + (x - piece->x);
}

static void copy_piece(
	const struct gl_piece *piece, struct gl_rect at, uint32_t *to, ptrdiff_t stride)
{
	size_t bytes = (size_t)(at.x1 - at.x0) * sizeof *to;
	for (int32_t y = at.y0; y < at.y1; y++, to += stride)
		memcpy(to, texel(piece, at.x0, y), bytes);
}

static void lay_piece(const struct gl_frame *f, const struct gl_piece *piece,
	struct gl_rect at, uint32_t *to, ptrdiff_t stride)
{
	for (int32_t y = at.y0; y < at.y1; y++, to += stride)
		soft_over(
			f->gl->soft, to, texel(piece, at.x0, y), (size_t)(at.x1 - at.x0));
}

/* src + dst (255 - a) / 255 to the nearest, of each byte but alpha, which stays. */
static uint32_t blend(uint32_t dst, uint32_t src)
{
	uint32_t keep = 255 - (src >> 24), out = dst & 0xff000000u;
	for (int shift = 0; shift < 24; shift += 8) {
		uint32_t v =
			(src >> shift & 255) + ((dst >> shift & 255) * keep + 127) / 255;
		out |= (v < 255 ? v : 255) << shift;
	}
	return out;
}

static void blend_sprite(
	const struct gl_piece *sprite, struct gl_rect at, uint32_t *to, ptrdiff_t stride)
{
	size_t n = (size_t)(at.x1 - at.x0);
	for (int32_t y = at.y0; y < at.y1; y++, to += stride) {
		const uint32_t *from = texel(sprite, at.x0, y);
		for (size_t i = 0; i < n; i++)
			if (from[i])
				to[i] = blend(to[i], from[i]);
	}
}

/* 0xRRGGBB as bytes of red, green, blue and alpha. */
static uint32_t pixel_of(uint32_t rgb)
{
	return 0xff000000u | (rgb & 255) << 16 | (rgb & 0xff00) | (rgb >> 16 & 255);
}

static void fill(
	const struct gl_frame *f, struct gl_rect at, uint32_t *to, ptrdiff_t stride)
{
	const struct row_kernels *rows = f->gl->composing->kernels;
	uint32_t pixel = pixel_of(f->composition->background);
	for (int32_t y = at.y0; y < at.y1; y++, to += stride)
		rows->fill(to, (size_t)(at.x1 - at.x0), pixel);
}

/* Of the part of rect that at is. */
static uint32_t *within(
	uint32_t *to, ptrdiff_t stride, struct gl_rect rect, struct gl_rect at)
{
	return to + (at.y0 - rect.y0) * stride + (at.x0 - rect.x0);
}

static struct gl_rect sprite_in(const struct gl_frame *f, struct gl_rect rect)
{
	return f->sprite.from ? rect_intersect(f->sprite.at, rect) : (struct gl_rect){0};
}

void compose_upright(
	const struct gl_frame *f, struct gl_rect rect, uint32_t *to, ptrdiff_t stride)
{
	bool covered;
	size_t first = pieces_seen(f->gl, rect, &covered);
	if (!covered)
		fill(f, rect, to, stride);
	for (size_t i = first; i < f->gl->n_pieces; i++) {
		const struct gl_piece *piece = &f->gl->pieces[i];
		struct gl_rect at = rect_intersect(piece->at, rect);
		uint32_t *corner = within(to, stride, rect, at);
		if (rect_empty(&at))
			continue;
		if (piece->opaque)
			copy_piece(piece, at, corner, stride);
		else
			lay_piece(f, piece, at, corner, stride);
	}
	struct gl_rect at = sprite_in(f, rect);
	if (!rect_empty(&at))
		blend_sprite(&f->sprite, at, within(to, stride, rect, at), stride);
}

/* The one that alone is seen within rect; NULL: several are, or none. n: how many. */
static const struct gl_piece *alone(
	const struct gl_frame *f, struct gl_rect rect, size_t *n)
{
	const struct gl_piece *found = NULL;
	bool covered;
	struct gl_rect sprite = sprite_in(f, rect);
	*n = !rect_empty(&sprite);
	for (size_t i = pieces_seen(f->gl, rect, &covered); i < f->gl->n_pieces; i++) {
		struct gl_rect at = rect_intersect(f->gl->pieces[i].at, rect);
		if (rect_empty(&at))
			continue;
		found = &f->gl->pieces[i];
		*n += 1;
	}
	return *n == 1 && found && covered ? found : NULL;
}

static void put_tile(
	const struct gl_frame *f, const struct panel *panel, struct gl_rect rect)
{
	size_t n;
	const struct gl_piece *piece = alone(f, rect, &n);
	uint32_t *tile = f->gl->composing->tile;
	/* Columns are read from near each other: rows of a window may all share cache lines. */
	if (piece && panel->turn.xx != 0) {
		panel_put(
			panel, rect, texel(piece, rect.x0, rect.y0), piece->from->width);
	} else if (n == 0) {
		panel_fill(panel, rect, f->composition->background);
	} else {
		compose_upright(f, rect, tile, TILE_WIDTH);
		panel_put(panel, rect, tile, TILE_WIDTH);
	}
}

static int draw(
	const struct gl_frame *f, const struct panel *panel, struct gl_rect damage)
{
	struct gl_rect tile = {0};
	if (rect_empty(&damage))
		return 0;
	if (view_scaled(&f->view))
		return memory_draw_scaled(f, panel, damage);
	f->gl->cost.composed += rect_area(&damage);
	while (tile_next(&tile, damage)) {
		put_tile(f, panel, tile);
		soft_rest(&f->gl->pause);
	}
	return 0;
}

int memory_draw(const struct gl_frame *f)
{
	const struct panel panel = {.pixels = (uint32_t *)(void *)f->target->map,
		.stride = f->target->stride / 4,
		.turn = f->turn,
		.kernels = f->gl->composing->kernels};
	int rc = 0;
	for (size_t i = 0; i < f->composition->damage->n && !rc; i++)
		rc = draw(f, &panel, frame_damage(f, i));
	return rc;
}
