/* The pointer of a screen: on a plane of its own, else drawn over all. */
#include "session/screen.h"

static struct gl_rect bounds(const struct screen_pointer *pointer)
{
	const struct pointer_image *image = &pointer->image;
	int32_t x = pointer->x - image->hot_x, y = pointer->y - image->hot_y;
	if (!image->serial)
		return (struct gl_rect){0};
	return (struct gl_rect){x, y, x + image->width, y + image->height};
}

struct gl_rect screen_pointer_bounds(const struct screen *screen)
{
	if (!screen->pointer.drawn)
		return (struct gl_rect){0};
	return bounds(&screen->pointer);
}

/* Whether there is a plane for it. One that mirrors another size would show it unscaled. */
static bool give(struct screen *screen)
{
	const struct pointer_image *image = &screen->pointer.image;
	bool none = !image->serial || screen->pointer.refused || screen_scaled(screen);
	if (!screen->ops->pointer)
		return false;
	return screen->ops->pointer(screen, none ? NULL : image) == 0 && !none;
}

static void place(struct screen *screen)
{
	struct gl_rect at = bounds(&screen->pointer);
	if (screen->pointer.on_plane)
		screen->ops->pointer_at(screen, at.x0, at.y0);
	if (screen->pointer.drawn)
		screen_damage_picture(screen, at);
}

static void set(struct screen *screen, bool other)
{
	struct screen_pointer *pointer = &screen->pointer;
	bool was = pointer->on_plane;
	if (other) {
		pointer->on_plane = give(screen);
		pointer->drawn = pointer->image.serial && !pointer->on_plane;
	}
	place(screen);
	if (was || pointer->on_plane)
		screen_nudge(screen);
}

void screen_pointer(
	struct screen *screen, const struct pointer_image *image, int32_t x, int32_t y)
{
	static const struct pointer_image none;
	struct screen_pointer *pointer = &screen->pointer;
	image = image ? image : &none;
	bool other = image->serial != pointer->image.serial;
	if (!other && ((pointer->x == x && pointer->y == y) || !image->serial))
		return;
	screen_damage_picture(screen, screen_pointer_bounds(screen));
	pointer->image = *image;
	pointer->x = x;
	pointer->y = y;
	set(screen, other);
}

void screen_pointer_again(struct screen *screen)
{
	if (!screen->pointer.image.serial)
		return;
	screen_damage_picture(screen, screen_pointer_bounds(screen));
	set(screen, true);
}

void screen_pointer_refused(struct screen *screen)
{
	screen->pointer.refused = true;
	screen_pointer_again(screen);
}
