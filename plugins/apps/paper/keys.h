/* keys: what form and music call keys and buttons: X11's keysyms, and evdev's button. */
#ifndef PAPER_KEYS_H
#define PAPER_KEYS_H

#define KEY_SPACE     0x20
#define KEY_ENTER     0xff0d
#define KEY_HOME      0xff50
#define KEY_LEFT      0xff51
#define KEY_UP        0xff52
#define KEY_RIGHT     0xff53
#define KEY_DOWN      0xff54
#define KEY_PAGE_UP   0xff55
#define KEY_PAGE_DOWN 0xff56
#define KEY_END       0xff57

#define BUTTON_LEFT   0x110

#endif
