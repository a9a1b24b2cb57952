/*
 * sdl: SDL 2 for the nested window, loaded when it is needed: it brings fifty libraries of
 * a desktop, which a session on a console has no use for.
 */
#ifndef OSAAS_SESSION_SDL_H
#define OSAAS_SESSION_SDL_H

#include <SDL.h>
#include <stdbool.h>

/* What of it is used, without the prefix SDL_. */
#define SDL_FUNCTIONS(X)                                                                 \
	X(CreateColorCursor)                                                             \
	X(CreateRGBSurfaceWithFormatFrom)                                                \
	X(ConvertPixels)                                                                 \
	X(CreateRenderer)                                                                \
	X(CreateTexture)                                                                 \
	X(CreateWindow)                                                                  \
	X(DestroyRenderer)                                                               \
	X(DestroyTexture)                                                                \
	X(DestroyWindow)                                                                 \
	X(FreeCursor)                                                                    \
	X(FreeSurface)                                                                   \
	X(GL_GetCurrentContext)                                                          \
	X(GL_MakeCurrent)                                                                \
	X(GetCurrentVideoDriver)                                                         \
	X(GetError)                                                                      \
	X(GetModState)                                                                   \
	X(GetWindowDisplayMode)                                                          \
	X(GetWindowSize)                                                                 \
	X(GetWindowSizeInPixels)                                                         \
	X(GetWindowSurface)                                                              \
	X(Init)                                                                          \
	X(PollEvent)                                                                     \
	X(Quit)                                                                          \
	X(RenderCopy)                                                                    \
	X(RenderPresent)                                                                 \
	X(SetCursor)                                                                     \
	X(SetHint)                                                                       \
	X(SetMainReady)                                                                  \
	X(SetWindowTitle)                                                                \
	X(SetTextureBlendMode)                                                           \
	X(SetWindowMinimumSize)                                                          \
	X(ShowCursor)                                                                    \
	X(StopTextInput)                                                                 \
	X(UpdateTexture)                                                                 \
	X(UpdateWindowSurfaceRects)

struct sdl {
	void *library;
#define SDL_MEMBER(name) __typeof__(SDL_##name) *name;
	SDL_FUNCTIONS(SDL_MEMBER)
#undef SDL_MEMBER
};

/* sdl_there: it could be loaded. */
bool sdl_there(void);

/* sdl_load: 0 or -ENOENT, logged. */
int sdl_load(struct sdl *sdl);
void sdl_unload(struct sdl *sdl);

/*
 * sdl_connection: the descriptor of the window's connection to the desktop, readable when
 * there are events; -1: there is none to be had.
 */
int sdl_connection(const struct sdl *sdl, SDL_Window *window);

#endif
