/* places.h: places on a keyboard, by the numbers that Linux has for them (evdev's KEY_*). */
#ifndef KEYBOARD_PLACES_H
#define KEYBOARD_PLACES_H

enum place {
	PLACE_ESCAPE = 1,
	PLACE_1 = 2, /* and on to 0, 11 */
	PLACE_MINUS = 12,
	PLACE_EQUAL = 13,
	PLACE_BACKSPACE = 14,
	PLACE_TAB = 15,
	PLACE_Q = 16, /* and on to P, 25 */
	PLACE_BRACE_LEFT = 26,
	PLACE_BRACE_RIGHT = 27,
	PLACE_RETURN = 28,
	PLACE_A = 30, /* and on to L, 38 */
	PLACE_SEMICOLON = 39,
	PLACE_APOSTROPHE = 40,
	PLACE_GRAVE = 41,
	PLACE_BACKSLASH = 43,
	PLACE_Z = 44, /* and on to M, 50 */
	PLACE_COMMA = 51,
	PLACE_DOT = 52,
	PLACE_SLASH = 53,
	PLACE_SPACE = 57,
	PLACE_102ND = 86, /* left of Z, where there is such a key */
	PLACE_UP = 103,
	PLACE_LEFT = 105,
	PLACE_RIGHT = 106,
	PLACE_DOWN = 108,

	PLACE_END = 256, /* all that are looked at are below */
};

#endif
