/*
 * nested_picture: pixels onto the nested window. On X11 they are the window's own surface,
 * which the server takes as it is. On Wayland SDL has a surface only in the desktop's
 * units, and shows it by OpenGL: there it is a texture of ours, in pixels.
 */
#ifndef OSAAS_SESSION_NESTED_PICTURE_H
#define OSAAS_SESSION_NESTED_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "gl/gl.h"
#include "session/sdl.h"

struct nested_picture {
	SDL_Window *window;
	int32_t width, height;
	SDL_Renderer *renderer; /* NULL: by the surface */
	SDL_Texture *texture;
	SDL_Surface *surface; /* SDL's; valid until the window has another size */
};

/* nested_picture_init: 0 or -errno, logged. */
int nested_picture_init(struct nested_picture *picture, SDL_Window *window);
void nested_picture_finish(struct nested_picture *picture); /* of a zeroed one too */

/* nested_picture_resize: its pixels are anything then. 0 or -EIO. */
int nested_picture_resize(struct nested_picture *picture, int32_t width, int32_t height);

/* nested_picture_put: rgba has rows of the rectangle's width. -ESTALE: the window has another size. */
int nested_picture_put(
	struct nested_picture *picture, struct gl_rect rect, const uint8_t *rgba);
/* nested_picture_show gives it to the desktop; region is what was put since. */
int nested_picture_show(struct nested_picture *picture, const struct gl_region *region);

#endif
