#include "session/sdl.h"

#include <SDL_syswm.h>
#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include "util/log.h"

#define NAME "libSDL2-2.0.so.0"

/* ISO C has no way from an object's address to a function's. */
static bool find(void *library, const char *name, void *function)
{
	void *address = library ? dlsym(library, name) : NULL;
	memcpy(function, &address, sizeof address);
	return address != NULL;
}

bool sdl_there(void)
{
	void *library = dlopen(NAME, RTLD_LAZY);
	if (library)
		dlclose(library);
	return library;
}

int sdl_load(struct sdl *sdl)
{
	*sdl = (struct sdl){.library = dlopen(NAME, RTLD_NOW | RTLD_NODELETE)};
	if (!sdl->library) {
		log_error("a window on the desktop needs SDL: %s; install libsdl2-2.0-0, "
			  "or run it with --backend headless or on a text console",
			dlerror());
		return -ENOENT;
	}
#define SDL_FIND(name)                                                                   \
	if (!find(sdl->library, "SDL_" #name, &sdl->name)) {                             \
		log_error(NAME " has no SDL_" #name ": it is older than 2.26; update "   \
			       "libsdl2-2.0-0");                                         \
		sdl_unload(sdl);                                                         \
		return -ENOENT;                                                          \
	}
	SDL_FUNCTIONS(SDL_FIND)
#undef SDL_FIND
	return 0;
}

void sdl_unload(struct sdl *sdl)
{
	if (sdl->library)
		dlclose(sdl->library);
	*sdl = (struct sdl){0};
}

/* What SDL has loaded already; nothing else. */
static int ask(const char *library, const char *name, void *display)
{
	int (*get_fd)(void *display);
	void *loaded = dlopen(library, RTLD_LAZY | RTLD_NOLOAD);
	int fd = find(loaded, name, &get_fd) ? get_fd(display) : -1;
	if (loaded)
		dlclose(loaded);
	return fd;
}

int sdl_connection(const struct sdl *sdl, SDL_Window *window)
{
	SDL_SysWMinfo info;
	__typeof__(SDL_GetWindowWMInfo) *get_info;
	SDL_VERSION(&info.version);
	if (!find(sdl->library, "SDL_GetWindowWMInfo", &get_info) ||
		!get_info(window, &info))
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
