/*
 * letter.h: what a character is to a keyboard: a letter or not, its capital. Of the scripts
 * that have keyboards; what it does not know is no letter, and its own capital.
 */
#ifndef KEYBOARD_LETTER_H
#define KEYBOARD_LETTER_H

#include <stdbool.h>
#include <stdint.h>

/* letter_is: also of the vowel signs and marks that are typed like letters. */
bool letter_is(uint32_t c);

/* letter_upper and letter_lower give the capital and the small letter: c where there is none. */
uint32_t letter_upper(uint32_t c);
uint32_t letter_lower(uint32_t c);

#endif
