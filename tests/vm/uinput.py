#!/usr/bin/env python3
"""Runs in the guest: input devices made through uinput, for what QEMU cannot inject.

    uinput.py FIFO        waits for lines in a named pipe that it makes

    keyboard                      a keyboard
    touchscreen                   ten fingers over 0..32767 in both directions
    key CODE VALUE                1 down, 0 up
    presses CODE COUNT GAP_MS     down and up; prints the kernel's time of each press
    down ID X Y | move ID X Y | up ID     X, Y: 0..32767; contacts of the touch screen
    remove                        takes all devices away
    quit

Each line is answered on standard output: "ok", with what it prints before that.
Python's standard library only; the numbers are those of linux/input.h and linux/uinput.h.
"""

import ctypes
import fcntl
import glob
import os
import struct
import sys
import time

EV_SYN, EV_KEY, EV_ABS = 0, 1, 3
BTN_TOUCH = 0x14a
ABS_X, ABS_Y = 0x00, 0x01
ABS_MT_SLOT, ABS_MT_POSITION_X, ABS_MT_POSITION_Y, ABS_MT_TRACKING_ID = 0x2f, 0x35, 0x36, 0x39
INPUT_PROP_DIRECT = 1
RANGE = 32767
UI_DEV_CREATE, UI_DEV_DESTROY = 0x5501, 0x5502
UI_SET_EVBIT, UI_SET_KEYBIT, UI_SET_ABSBIT, UI_SET_PROPBIT = (
    0x40045564, 0x40045565, 0x40045567, 0x4004556e)
UI_DEV_SETUP, UI_ABS_SETUP = 0x405c5503, 0x401c5504
UI_GET_SYSNAME = 0x8040552c
EVIOCSCLOCKID = 0x400445a0
EVENT = struct.Struct("llHHi")


class Device:
    def __init__(self, name, bits, axes=(), properties=()):
        self.fd = os.open("/dev/uinput", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        for request, numbers in bits:
            for number in numbers:
                fcntl.ioctl(self.fd, request, number)
        for number in properties:
            fcntl.ioctl(self.fd, UI_SET_PROPBIT, number)
        for axis, most in axes:
            fcntl.ioctl(self.fd, UI_ABS_SETUP,
                        struct.pack("HHiiiiii", axis, 0, 0, 0, most, 0, 0, 100))
        fcntl.ioctl(self.fd, UI_DEV_SETUP, struct.pack("HHHH80sI", 3, 1, 1, 1, name.encode(), 0))
        fcntl.ioctl(self.fd, UI_DEV_CREATE)
        self.node = self._node()

    def _node(self):
        name = ctypes.create_string_buffer(64)
        fcntl.ioctl(self.fd, UI_GET_SYSNAME, name)
        pattern = f"/sys/devices/virtual/input/{name.value.decode()}/event*"
        for _ in range(100):
            found = glob.glob(pattern)
            if found and os.path.exists(f"/dev/input/{os.path.basename(found[0])}"):
                return f"/dev/input/{os.path.basename(found[0])}"
            time.sleep(0.05)
        raise OSError(f"no event node: {pattern}")

    def send(self, *events):
        for kind, code, value in (*events, (EV_SYN, 0, 0)):
            os.write(self.fd, EVENT.pack(0, 0, kind, code, value))

    def close(self):
        fcntl.ioctl(self.fd, UI_DEV_DESTROY)
        os.close(self.fd)


def keyboard():
    return Device("osaas test keyboard", [(UI_SET_EVBIT, [EV_KEY]),
                                          (UI_SET_KEYBIT, range(1, 248))])


def touchscreen():
    axes = [(ABS_X, RANGE), (ABS_Y, RANGE), (ABS_MT_SLOT, 9), (ABS_MT_POSITION_X, RANGE),
            (ABS_MT_POSITION_Y, RANGE), (ABS_MT_TRACKING_ID, 65535)]
    return Device("osaas test touch screen",
                  [(UI_SET_EVBIT, [EV_KEY, EV_ABS]), (UI_SET_KEYBIT, [BTN_TOUCH]),
                   (UI_SET_ABSBIT, [axis for axis, _ in axes])],
                  axes, [INPUT_PROP_DIRECT])


class Session:
    def __init__(self):
        self.devices = {}
        self.contacts = set()

    def do_keyboard(self):
        self.devices["keyboard"] = keyboard()

    def do_touchscreen(self):
        self.devices["touchscreen"] = touchscreen()

    def do_key(self, code, value):
        self.devices["keyboard"].send((EV_KEY, int(code), int(value)))

    def do_presses(self, code, count, gap_ms):
        """The kernel's own time stamps, as everybody who reads the device gets them."""
        device = self.devices["keyboard"]
        reader = os.open(device.node, os.O_RDONLY | os.O_CLOEXEC)
        fcntl.ioctl(reader, EVIOCSCLOCKID, struct.pack("i", time.CLOCK_MONOTONIC))
        for i in range(int(count)):
            for value in (1, 0):
                device.send((EV_KEY, int(code), value))
                # Gaps of many lengths, so that no phase of the display is preferred.
                time.sleep(float(gap_ms) / 1000 * (0.5 + (i * 0.618) % 1) / 2)
            while True:
                seconds, micros, kind, _, value = EVENT.unpack(os.read(reader, EVENT.size))
                if kind == EV_KEY and value == 1:
                    print(f"press {seconds * 10**9 + micros * 1000}")
                    break
        os.close(reader)

    def _touch(self, contact, *events):
        self.devices["touchscreen"].send((EV_ABS, ABS_MT_SLOT, int(contact)), *events)

    def _at(self, x, y):
        return ((EV_ABS, ABS_MT_POSITION_X, int(x)), (EV_ABS, ABS_MT_POSITION_Y, int(y)),
                (EV_ABS, ABS_X, int(x)), (EV_ABS, ABS_Y, int(y)))

    def do_down(self, contact, x, y):
        first = not self.contacts
        self.contacts.add(contact)
        self._touch(contact, (EV_ABS, ABS_MT_TRACKING_ID, 100 + int(contact)), *self._at(x, y),
                    *([(EV_KEY, BTN_TOUCH, 1)] if first else []))

    def do_move(self, contact, x, y):
        self._touch(contact, *self._at(x, y))

    def do_up(self, contact):
        self.contacts.discard(contact)
        self._touch(contact, (EV_ABS, ABS_MT_TRACKING_ID, -1),
                    *([] if self.contacts else [(EV_KEY, BTN_TOUCH, 0)]))

    def do_remove(self):
        for device in self.devices.values():
            device.close()
        self.devices.clear()
        self.contacts.clear()


def main(fifo):
    os.mkfifo(fifo)
    session = Session()
    while True:
        with open(fifo, encoding="ascii") as lines:
            for line in lines:
                words = line.split()
                if words == ["quit"]:
                    return
                getattr(session, f"do_{words[0]}")(*words[1:])
                print("ok", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
