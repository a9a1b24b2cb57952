/* nested_keys: SDL's names of keys and buttons as evdev's: both are places, not letters. */
#ifndef OSAAS_SESSION_NESTED_KEYS_H
#define OSAAS_SESSION_NESTED_KEYS_H

#include <stdint.h>

/* KEY_* of an SDL_Scancode, BTN_* of an SDL_BUTTON_*; 0: there is none. */
uint32_t nested_key(unsigned scancode);
uint32_t nested_button(unsigned button);

#endif
