/*
 * held: keys that are down on a device which is about to be closed, because another console
 * comes or the session ends: the kernel would go on to repeat them, for that console.
 */
#ifndef OSAAS_SESSION_HELD_H
#define OSAAS_SESSION_HELD_H

/*
 * held_let_go makes the kernel take all keys of an evdev device for released, but for
 * modifiers: who holds Ctrl and Alt may go on from one console to the next. Not for
 * keyboards that repeat by themselves (PS/2). Failures are of devices that are gone, or not ours
 * any more: nothing can be done.
 */
void held_let_go(int fd);

/*
 * held_let_go_all: of all devices that this user may open (root, as a rule): where those of the
 * session cannot be used any more. What is held on another seat's keyboards is let go, too.
 */
void held_let_go_all(void);

#endif
