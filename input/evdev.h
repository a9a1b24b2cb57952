/*
 * evdev: what Linux' input devices are told before libinput has them.
 */
#ifndef OSAAS_INPUT_EVDEV_H
#define OSAAS_INPUT_EVDEV_H

/*
 * evdev_begin: a device that was just opened, O_NONBLOCK, has the monotonic clock and nothing
 * in its queue. libinput sets that clock itself, but after it has asked which keys are down. Linux
 * empties the queue when the clock changes (evdev_set_clk_type in its drivers/input/evdev.c), and
 * says so, SYN_DROPPED, with the next event only, whenever that is. A key that was let go of in
 * between would be taken for down; and the next ones that come at once, as a chord does after a
 * stall, would be skipped as part of what was lost.
 *
 * So it is set here, with the queue emptied, and kept empty by a mask meanwhile: there is nothing to
 * drop then. What came before is nobody's. On what is no such device it does nothing.
 */
void evdev_begin(int fd);

#endif
