#include "session/sdl.h"

#include <SDL_syswm.h>
#include <dlfcn.h>
#include <string.h>

#include "util/sonames.h"

#define SDL(X)                                                                           \
	X(SDL_ConvertPixels)                                                             \
	X(SDL_CreateColorCursor)                                                         \
	X(SDL_CreateRGBSurfaceWithFormatFrom)                                            \
	X(SDL_CreateRenderer)                                                            \
	X(SDL_CreateTexture)                                                             \
	X(SDL_CreateWindow)                                                              \
	X(SDL_DestroyRenderer)                                                           \
	X(SDL_DestroyTexture)                                                            \
	X(SDL_DestroyWindow)                                                             \
	X(SDL_FreeCursor)                                                                \
	X(SDL_FreeSurface)                                                               \
	X(SDL_GL_GetCurrentContext)                                                      \
	X(SDL_GL_MakeCurrent)                                                            \
	X(SDL_GetCurrentVideoDriver)                                                     \
	X(SDL_GetError)                                                                  \
	X(SDL_GetModState)                                                               \
	X(SDL_GetWindowDisplayMode)                                                      \
	X(SDL_GetWindowSize)                                                             \
	X(SDL_GetWindowSizeInPixels)                                                     \
	X(SDL_GetWindowSurface)                                                          \
	X(SDL_GetWindowWMInfo)                                                           \
	X(SDL_Init)                                                                      \
	X(SDL_PollEvent)                                                                 \
	X(SDL_Quit)                                                                      \
	X(SDL_RenderCopy)                                                                \
	X(SDL_RenderPresent)                                                             \
	X(SDL_SetCursor)                                                                 \
	X(SDL_SetHint)                                                                   \
	X(SDL_SetMainReady)                                                              \
	X(SDL_SetRelativeMouseMode)                                                      \
	X(SDL_SetTextureBlendMode)                                                       \
	X(SDL_SetWindowMinimumSize)                                                      \
	X(SDL_SetWindowTitle)                                                            \
	X(SDL_ShowCursor)                                                                \
	X(SDL_StopTextInput)                                                             \
	X(SDL_UpdateTexture)                                                             \
	X(SDL_UpdateWindowSurfaceRects)
LIBRARY(sdl, "a window on the desktop", SONAME_SDL2, "libsdl2-2.0-0 (2.26 or newer)", SDL)

/* What SDL has loaded already; nothing else. */
static int ask(const char *library, const char *name, void *display)
{
	int (*get_fd)(void *display);
	void *loaded = dlopen(library, RTLD_LAZY | RTLD_NOLOAD);
	void *address = loaded ? dlsym(loaded, name) : NULL;
	/* ISO C has no way from an object's address to a function's. */
	memcpy(&get_fd, &address, sizeof address);
	int fd = address ? get_fd(display) : -1;
	if (loaded)
		dlclose(loaded);
	return fd;
}

int sdl_connection(SDL_Window *window)
{
	SDL_SysWMinfo info;
	SDL_VERSION(&info.version);
	if (!SDL_GetWindowWMInfo(window, &info))
		return -1;
	switch (info.subsystem) {
	case SDL_SYSWM_X11:
		return ask("libX11.so.6", "XConnectionNumber", info.info.x11.display);
	case SDL_SYSWM_WAYLAND:
		return ask("libwayland-client.so.0", "wl_display_get_fd",
			info.info.wl.display);
	default:
		return -1;
	}
}
