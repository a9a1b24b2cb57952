#include "session/nested_picture.h"

#include <errno.h>
#include <string.h>

#include "util/log.h"

/*
 * The renderer's GL context is SDL's, not ours: gl makes its own current again by itself,
 * but SDL has to know that its own is not.
 */
static void leave_gl(void)
{
	if (SDL_GL_GetCurrentContext())
		SDL_GL_MakeCurrent(NULL, NULL);
}

int nested_picture_init(struct nested_picture *picture, SDL_Window *window)
{
	*picture = (struct nested_picture){.window = window};
	if (strcmp(SDL_GetCurrentVideoDriver(), "x11") == 0) {
		SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
		return 0;
	}
	picture->renderer = SDL_CreateRenderer(window, -1, 0);
	leave_gl();
	if (picture->renderer)
		return 0;
	log_error("nothing can be shown in a window of this desktop: %s; install "
		  "libgl1-mesa-dri",
		SDL_GetError());
	return -ENODEV;
}

void nested_picture_finish(struct nested_picture *picture)
{
	if (picture->texture)
		SDL_DestroyTexture(picture->texture);
	if (picture->renderer)
		SDL_DestroyRenderer(picture->renderer);
	*picture = (struct nested_picture){0};
}

static int new_texture(struct nested_picture *picture)
{
	if (picture->texture)
		SDL_DestroyTexture(picture->texture);
	picture->texture = SDL_CreateTexture(picture->renderer, SDL_PIXELFORMAT_RGBA32,
		SDL_TEXTUREACCESS_STREAMING, picture->width, picture->height);
	if (picture->texture)
		SDL_SetTextureBlendMode(picture->texture, SDL_BLENDMODE_NONE);
	leave_gl();
	return picture->texture ? 0 : -EIO;
}

int nested_picture_resize(struct nested_picture *picture, int32_t width, int32_t height)
{
	picture->width = width;
	picture->height = height;
	if (picture->renderer)
		return new_texture(picture);
	picture->surface = SDL_GetWindowSurface(picture->window);
	if (!picture->surface)
		picture->width = picture->height = 0;
	return picture->surface ? 0 : -EIO;
}

static int put_surface(
	struct nested_picture *picture, struct gl_rect rect, const uint8_t *rgba)
{
	int width = rect.x1 - rect.x0, height = rect.y1 - rect.y0, now_x, now_y;
	/* SDL makes a surface of the new size when it is asked for, however large. */
	SDL_GetWindowSizeInPixels(picture->window, &now_x, &now_y);
	if (now_x != picture->width || now_y != picture->height)
		return -ESTALE;
	SDL_Surface *surface = SDL_GetWindowSurface(picture->window);
	if (!surface)
		return -EIO;
	if (surface->w != picture->width || surface->h != picture->height)
		return -ESTALE;
	uint8_t *to = (uint8_t *)surface->pixels +
		      (size_t)rect.y0 * (size_t)surface->pitch +
		      (size_t)rect.x0 * surface->format->BytesPerPixel;
	int r = SDL_ConvertPixels(width, height, SDL_PIXELFORMAT_RGBA32, rgba, width * 4,
		surface->format->format, to, surface->pitch);
	return r < 0 ? -EIO : 0;
}

int nested_picture_put(
	struct nested_picture *picture, struct gl_rect rect, const uint8_t *rgba)
{
	const SDL_Rect at = {rect.x0, rect.y0, rect.x1 - rect.x0, rect.y1 - rect.y0};
	if (!picture->renderer)
		return put_surface(picture, rect, rgba);
	int r = SDL_UpdateTexture(picture->texture, &at, rgba, at.w * 4);
	leave_gl();
	return r < 0 ? -EIO : 0;
}

static int show_surface(struct nested_picture *picture, const struct gl_region *region)
{
	SDL_Rect rects[GL_REGION_RECTS];
	for (size_t i = 0; i < region->n; i++) {
		const struct gl_rect *r = &region->rects[i];
		rects[i] = (SDL_Rect){r->x0, r->y0, r->x1 - r->x0, r->y1 - r->y0};
	}
	return SDL_UpdateWindowSurfaceRects(picture->window, rects, (int)region->n);
}

int nested_picture_show(struct nested_picture *picture, const struct gl_region *region)
{
	if (!picture->renderer)
		return show_surface(picture, region) < 0 ? -EIO : 0;
	int r = SDL_RenderCopy(picture->renderer, picture->texture, NULL, NULL);
	SDL_RenderPresent(picture->renderer);
	leave_gl();
	return r < 0 ? -EIO : 0;
}
