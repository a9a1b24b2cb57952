#include "gl/sprite.h"

#include <errno.h>

#include "gl/private.h"

#define STRIP 1024 /* pixels that are turned about at once */

/* What GL has as bytes of red, green, blue and alpha. */
static void turn_about(const uint32_t *argb, int32_t n, uint8_t *rgba)
{
	for (int32_t i = 0; i < n; i++, rgba += 4) {
		rgba[0] = (uint8_t)(argb[i] >> 16);
		rgba[1] = (uint8_t)(argb[i] >> 8);
		rgba[2] = (uint8_t)argb[i];
		rgba[3] = (uint8_t)(argb[i] >> 24);
	}
}

static void send_row(struct gl *gl, const struct gl_surface *s, const uint32_t *row,
	int32_t n, int32_t y)
{
	uint8_t strip[4 * STRIP];
	for (int32_t x = 0, len; x < n; x += len) {
		len = n - x < STRIP ? n - x : STRIP;
		turn_about(row + x, len, strip);
		surface_put(gl, s, (struct gl_rect){x, y, x + len, y + 1}, strip);
	}
}

/* The texture only grows: pictures of several sizes take turns. */
static int need_room(struct gl *gl, struct gl_surface *s, int32_t width, int32_t height)
{
	if (s->texture && s->width >= width && s->height >= height)
		return 0;
	width = s->width > width ? s->width : width;
	height = s->height > height ? s->height : height;
	surface_finish(s);
	return surface_init(gl, s, width, height, SURFACE_IMAGE);
}

static int send(struct gl *gl, struct sprite_slot *slot, const struct gl_sprite *sprite)
{
	slot->serial = 0;
	if (sprite->width <= 0 || sprite->height <= 0)
		return -EINVAL;
	int rc = need_room(gl, &slot->surface, sprite->width, sprite->height);
	if (rc)
		return rc;
	for (int32_t y = 0; y < sprite->height; y++)
		send_row(gl, &slot->surface,
			sprite->argb + (size_t)y * (size_t)sprite->width, sprite->width,
			y);
	rc = gl_check(gl);
	if (!rc)
		slot->serial = sprite->serial;
	return rc;
}

/* The one with this serial, or else the one that was shown longest ago. */
static struct sprite_slot *find(struct gl *gl, uint64_t serial)
{
	struct sprite_slot *oldest = &gl->sprites[0];
	for (size_t i = 0; i < SPRITES; i++) {
		struct sprite_slot *slot = &gl->sprites[i];
		if (slot->serial == serial)
			return slot;
		if (slot->used < oldest->used)
			oldest = slot;
	}
	return oldest;
}

int sprite_need(struct gl *gl, const struct gl_sprite *sprite, int32_t x, int32_t y,
	struct gl_piece *out)
{
	*out = (struct gl_piece){0};
	if (sprite->serial == 0)
		return 0;
	struct sprite_slot *slot = find(gl, sprite->serial);
	int rc = slot->serial == sprite->serial ? 0 : send(gl, slot, sprite);
	if (rc)
		return rc;
	x = sprite->x - x;
	y = sprite->y - y;
	slot->used = ++gl->sprites_shown;
	*out = (struct gl_piece){.from = &slot->surface,
		.at = {x, y, x + sprite->width, y + sprite->height},
		.x = x,
		.y = y};
	return 0;
}

void sprites_finish(struct gl *gl)
{
	for (size_t i = 0; i < SPRITES; i++) {
		surface_finish(&gl->sprites[i].surface);
		gl->sprites[i] = (struct sprite_slot){0};
	}
}
