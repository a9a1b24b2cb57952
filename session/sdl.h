/*
 * sdl: SDL 2 for the nested window, loaded when it is needed: it brings fifty libraries of
 * a desktop, which a session on a console has no use for. It stays loaded: what it brings
 * does not all bear to be unloaded.
 */
#ifndef OSAAS_SESSION_SDL_H
#define OSAAS_SESSION_SDL_H

#include <SDL.h>

#include "util/library.h"

extern struct library library_sdl;

/*
 * sdl_connection: the descriptor of the window's connection to the desktop, readable when
 * there are events; -1: there is none to be had.
 */
int sdl_connection(SDL_Window *window);

#endif
