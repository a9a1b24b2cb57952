/*
 * signals: none comes while libinput talks to Linux' devices. Linux takes a device's lock
 * interruptibly (evdev_ioctl_handler, evdev_write in its drivers/input/evdev.c), and whoever else
 * opens, closes or asks that device may hold it; libevdev gives up when a signal, such as the
 * scheduler's tick, ends the wait: a keyboard would be missing then until it is plugged in again, or
 * its console comes back. A stop of the process ends it, too, and cannot be held.
 */
#ifndef OSAAS_INPUT_SIGNALS_H
#define OSAAS_INPUT_SIGNALS_H

/* signals_hold: until signals_release; they nest. Faults are not held. */
void signals_hold(void);
void signals_release(void);

/*
 * signals_let: in the midst of that, before somebody else is called: plugins may run there, which
 * nothing stops while signals are held. signals_hold_again: after it, with what that gave.
 */
unsigned signals_let(void);
void signals_hold_again(unsigned was);

#endif
