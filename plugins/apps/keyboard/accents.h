/* accents.h: what a key offers when it is held: relatives of what it types. */
#ifndef KEYBOARD_ACCENTS_H
#define KEYBOARD_ACCENTS_H

#include <stdint.h>

/*
 * accents_of gives the relatives of a small letter or a sign as a string of UTF-8, most
 * wanted first; "" where there are none.
 */
const char *accents_of(uint32_t c);

#endif
