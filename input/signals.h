/*
 * signals: none comes while libinput talks to Linux' devices. Linux takes a device's lock
 * interruptibly (evdev_ioctl_handler, evdev_write in its drivers/input/evdev.c), and whoever else
 * opens, closes or asks that device may hold it; libevdev gives up when a signal, such as the
 * scheduler's tick, ends the wait: a keyboard would be missing then until it is plugged in again.
 */
#ifndef OSAAS_INPUT_SIGNALS_H
#define OSAAS_INPUT_SIGNALS_H

#include <signal.h>

/* signals_hold: until signals_release with what it put in old. Faults are not held. */
void signals_hold(sigset_t *old);
void signals_release(const sigset_t *old);

#endif
