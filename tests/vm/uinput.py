#!/usr/bin/env python3
"""Runs in the guest: input devices made through uinput, for what QEMU cannot inject.

    uinput.py FIFO        waits for lines in a named pipe that it makes

    keyboard | mouse | touchpad | touchscreen | tablet [NAME]     a device; prints its node
    as NAME LINE                  the line, for the device of that name
    key CODE VALUE                1 down, 0 up
    tap CODE[+CODE ...] ...       one after the other; + with the ones before it held
    presses CODE COUNT GAP_MS     down and up; prints the kernel's time of each press
    rel DX DY | button CODE VALUE | wheel DX DY     of the mouse; a wheel's in detents
    down ID X Y | move ID X Y | up ID     X, Y: 0..32767; contacts of the touch screen
    pad COUNT X Y TO_X TO_Y SPREAD TO_SPREAD MS [hold]     fingers on the touchpad, in mm: they
                                  lie beside each other, glide, and are lifted, or not
    pen X Y PRESSURE TILT_X TILT_Y     0..32767 twice, 0..4095, degrees; it comes near before
    barrel VALUE | away           its button; it goes away
    circle RADIUS TURNS GAP_MS    the mouse goes round and round, 64 steps each time
    storm STOP                    moves of the mouse, as fast as the kernel takes them, until that
                                  file exists; prints how many events there were in a second
    unplug NAME | remove          takes one away; all of them
    absurd | churn COUNT          devices whose axes make no sense; that many come and go
    load FILE | play              what 'libinput record' wrote: devices of the same kind, those
                                  that said something; prints their nodes; what they said
    quit

Lines that must follow each other at once are one, with ";" between them. Each is answered on
standard output: "ok", with what it prints before that; or "failed".
Python's standard library only; the numbers are those of linux/input.h and linux/uinput.h.
"""

import ctypes
import fcntl
import glob
import math
import os
import struct
import sys
import time
import traceback

import recording

EV_SYN, EV_KEY, EV_REL, EV_ABS, EV_MSC, EV_SW, EV_LED, EV_REP = 0, 1, 2, 3, 4, 5, 0x11, 0x14
BTN_LEFT, BTN_TOUCH, BTN_STYLUS, BTN_STYLUS2 = 0x110, 0x14a, 0x14b, 0x14c
BTN_TOOL_PEN, BTN_TOOL_RUBBER = 0x140, 0x141
BTN_TOOLS = (0x145, 0x14d, 0x14e, 0x14f, 0x148)  # one finger to five
REL_X, REL_Y, REL_HWHEEL, REL_WHEEL, REL_WHEEL_HI_RES, REL_HWHEEL_HI_RES = 0, 1, 6, 8, 11, 12
ABS_X, ABS_Y, ABS_PRESSURE, ABS_TILT_X, ABS_TILT_Y = 0x00, 0x01, 0x18, 0x1a, 0x1b
ABS_MT_SLOT, ABS_MT_POSITION_X, ABS_MT_POSITION_Y, ABS_MT_TRACKING_ID = 0x2f, 0x35, 0x36, 0x39
INPUT_PROP_POINTER, INPUT_PROP_DIRECT, INPUT_PROP_BUTTONPAD = 0, 1, 2
RANGE = 32767
PAD_MM, PAD_PER_MM = (100, 60), 40
UI_DEV_CREATE, UI_DEV_DESTROY = 0x5501, 0x5502
UI_SET_EVBIT, UI_SET_KEYBIT, UI_SET_RELBIT, UI_SET_ABSBIT, UI_SET_PROPBIT = (
    0x40045564, 0x40045565, 0x40045566, 0x40045567, 0x4004556e)
UI_SET_BITS = {EV_KEY: UI_SET_KEYBIT, EV_REL: UI_SET_RELBIT, EV_ABS: UI_SET_ABSBIT,
               EV_MSC: 0x40045568, EV_LED: 0x40045569, EV_SW: 0x4004556d}
UI_DEV_SETUP, UI_ABS_SETUP = 0x405c5503, 0x401c5504
UI_GET_SYSNAME = 0x8040552c
EVIOCSCLOCKID = 0x400445a0
EVENT = struct.Struct("llHHi")


class Device:
    """axes: [(number, least, most, per mm or degree)]"""

    def __init__(self, name, bits, axes=(), properties=(), identity=(3, 1, 1, 1)):
        self.fd = os.open("/dev/uinput", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        for request, numbers in bits:
            for number in numbers:
                fcntl.ioctl(self.fd, request, number)
        for number in properties:
            fcntl.ioctl(self.fd, UI_SET_PROPBIT, number)
        for axis, least, most, resolution in axes:
            fcntl.ioctl(self.fd, UI_ABS_SETUP, struct.pack(
                "HHiiiiii", axis, 0, 0, least, most, 0, 0, resolution))
        fcntl.ioctl(self.fd, UI_DEV_SETUP,
                    struct.pack("HHHH80sI", *identity, name.encode(), 0))
        fcntl.ioctl(self.fd, UI_DEV_CREATE)
        self._found = None

    @property
    def node(self):
        if not self._found:
            self._found = self._node()
        return self._found

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


def keyboard(name="keyboard"):
    return Device(f"osaas test {name}", [(UI_SET_EVBIT, [EV_KEY, EV_REP]),
                                         (UI_SET_KEYBIT, range(1, 248))])


def mouse(name="mouse"):
    wheels = [REL_X, REL_Y, REL_WHEEL, REL_HWHEEL, REL_WHEEL_HI_RES, REL_HWHEEL_HI_RES]
    return Device(f"osaas test {name}", [(UI_SET_EVBIT, [EV_KEY, EV_REL]),
                                         (UI_SET_KEYBIT, range(BTN_LEFT, BTN_LEFT + 5)),
                                         (UI_SET_RELBIT, wheels)])


def contacts(x, y, slots, resolution):
    return [(ABS_X, 0, x, resolution), (ABS_Y, 0, y, resolution),
            (ABS_MT_SLOT, 0, slots - 1, 0), (ABS_MT_POSITION_X, 0, x, resolution),
            (ABS_MT_POSITION_Y, 0, y, resolution), (ABS_MT_TRACKING_ID, 0, 65535, 0)]


def with_axes(name, keys, axes, properties):
    return Device(f"osaas test {name}",
                  [(UI_SET_EVBIT, [EV_KEY, EV_ABS]), (UI_SET_KEYBIT, keys),
                   (UI_SET_ABSBIT, [axis[0] for axis in axes])], axes, properties)


def touchscreen(name="touch screen"):
    return with_axes(name, [BTN_TOUCH], contacts(RANGE, RANGE, 10, 100), [INPUT_PROP_DIRECT])


def touchpad(name="touchpad"):
    x, y = (side * PAD_PER_MM for side in PAD_MM)
    return with_axes(name, [BTN_LEFT, BTN_TOUCH, *BTN_TOOLS], contacts(x, y, 5, PAD_PER_MM),
                     [INPUT_PROP_POINTER, INPUT_PROP_BUTTONPAD])


def tablet(name="tablet"):
    axes = [(ABS_X, 0, RANGE, 100), (ABS_Y, 0, RANGE, 100), (ABS_PRESSURE, 0, 4095, 0),
            (ABS_TILT_X, -60, 60, 57), (ABS_TILT_Y, -60, 60, 57)]
    keys = [BTN_TOOL_PEN, BTN_TOOL_RUBBER, BTN_TOUCH, BTN_STYLUS, BTN_STYLUS2]
    return with_axes(name, keys, axes, [INPUT_PROP_DIRECT])


MAKERS = {"keyboard": keyboard, "mouse": mouse, "touchpad": touchpad,
          "touchscreen": touchscreen, "tablet": tablet}
LEAST, MOST = -2**31, 2**31 - 1
# Of one touch screen, one tablet, one joystick each: least, most, resolution of its axes.
ABSURD = [(LEAST, MOST, 1), (0, 0, 0), (MOST - 1, MOST, 2**30), (LEAST, LEAST + 1, -1), (0, 1, 0),
          (0, MOST, LEAST), (-1, 0, MOST)]


class Session:
    def __init__(self):
        self.devices = {}  # by name; of one without, its kind is
        self.contacts = set()
        self.pad_ids = 0
        self.near = False
        self.meant = None
        self.recorded = []

    def line(self, words):
        if words[0] in MAKERS:
            self.make(*words)
        else:
            getattr(self, f"do_{words[0]}")(*words[1:])

    def make(self, kind, name=None):
        device = MAKERS[kind](*([name] if name else []))
        self.devices[name or kind] = device
        print(f"node {device.node}")

    def of(self, kind):
        return self.devices[self.meant or kind]

    def do_as(self, name, *words):
        self.meant = name
        try:
            self.line(words)
        finally:
            self.meant = None

    # Keyboards

    def do_key(self, code, value):
        self.of("keyboard").send((EV_KEY, int(code), int(value)))

    def do_tap(self, *chords):
        for chord in chords:
            codes = [int(code) for code in chord.split("+")]
            for code in codes:
                self.do_key(code, 1)
            for code in reversed(codes):
                self.do_key(code, 0)
            time.sleep(0.005)

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

    # Mice

    def do_rel(self, dx, dy):
        self.of("mouse").send((EV_REL, REL_X, int(dx)), (EV_REL, REL_Y, int(dy)))

    def do_button(self, code, value):
        self.of("mouse").send((EV_KEY, int(code), int(value)))

    def do_wheel(self, dx, dy):
        """Of the kernel: up is positive."""
        dx, dy = int(dx), -int(dy)
        self.of("mouse").send((EV_REL, REL_HWHEEL, dx), (EV_REL, REL_HWHEEL_HI_RES, dx * 120),
                              (EV_REL, REL_WHEEL, dy), (EV_REL, REL_WHEEL_HI_RES, dy * 120))

    def do_circle(self, radius, turns, gap_ms):
        """To whole counts, each from where the last one led."""
        began, at = time.monotonic(), (0, 0)
        for step in range(1, 64 * int(turns) + 1):
            angle = step / 32 * math.pi
            to = (round(float(radius) * math.sin(angle)),
                  round(float(radius) * (1 - math.cos(angle))))
            self.do_rel(to[0] - at[0], to[1] - at[1])
            at = to
            time.sleep(max(0, began + step * float(gap_ms) / 1000 - time.monotonic()))

    def do_storm(self, stop):
        """To and fro."""
        there = [(EV_REL, REL_X, 1), (EV_REL, REL_Y, 1), (EV_SYN, 0, 0)]
        back = [(EV_REL, REL_X, -1), (EV_REL, REL_Y, -1), (EV_SYN, 0, 0)]
        lot = b"".join(EVENT.pack(0, 0, *event) for event in (there + back) * 100)
        began, count = time.monotonic(), 0
        while not os.path.exists(stop):
            os.write(self.of("mouse").fd, lot)
            count += 200
        print(f"storm: {round(count * 3 / (time.monotonic() - began))} events a second")

    # Touch screens

    def _touch(self, contact, *events):
        self.of("touchscreen").send((EV_ABS, ABS_MT_SLOT, int(contact)), *events)

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

    # Touchpads

    def _fingers(self, count, x, y, spread, down):
        """Beside each other, spread mm between two; down: they are put there now."""
        events = []
        for i in range(count):
            at = [round(max(0, min(side, place)) * PAD_PER_MM) for side, place in
                  zip(PAD_MM, (x + (i - (count - 1) / 2) * spread, y))]
            events.append((EV_ABS, ABS_MT_SLOT, i))
            if down:
                self.pad_ids += 1
                events.append((EV_ABS, ABS_MT_TRACKING_ID, self.pad_ids))
            events += [(EV_ABS, ABS_MT_POSITION_X, at[0]), (EV_ABS, ABS_MT_POSITION_Y, at[1])]
            events += [(EV_ABS, ABS_X, at[0]), (EV_ABS, ABS_Y, at[1])] if i == 0 else []
        if down:
            events += [(EV_KEY, BTN_TOUCH, 1), (EV_KEY, BTN_TOOLS[count - 1], 1)]
        self.of("touchpad").send(*events)

    def do_pad(self, count, x, y, to_x, to_y, spread, to_spread, ms, hold=""):
        count = int(count)
        x, y, to_x, to_y, spread, to_spread, ms = map(
            float, (x, y, to_x, to_y, spread, to_spread, ms))
        self._fingers(count, x, y, spread, True)
        steps = max(1, round(ms / 12)) if (x, y, spread) != (to_x, to_y, to_spread) else 0
        for i in range(1, steps + 1):
            time.sleep(0.012)
            part = i / steps
            self._fingers(count, x + (to_x - x) * part, y + (to_y - y) * part,
                          spread + (to_spread - spread) * part, False)
        if not steps:
            time.sleep(ms / 1000)
        if not hold:
            self.of("touchpad").send(
                *[event for i in range(count) for event in
                  ((EV_ABS, ABS_MT_SLOT, i), (EV_ABS, ABS_MT_TRACKING_ID, -1))],
                (EV_KEY, BTN_TOUCH, 0), (EV_KEY, BTN_TOOLS[count - 1], 0))

    # Tablets

    def do_pen(self, x, y, pressure, tilt_x, tilt_y):
        pressure = int(pressure)
        near = [] if self.near else [(EV_KEY, BTN_TOOL_PEN, 1)]
        self.near = True
        self.of("tablet").send(
            *near, (EV_ABS, ABS_X, int(x)), (EV_ABS, ABS_Y, int(y)),
            (EV_ABS, ABS_PRESSURE, pressure), (EV_ABS, ABS_TILT_X, int(tilt_x)),
            (EV_ABS, ABS_TILT_Y, int(tilt_y)), (EV_KEY, BTN_TOUCH, int(pressure > 0)))

    def do_barrel(self, value):
        self.of("tablet").send((EV_KEY, BTN_STYLUS, int(value)))

    def do_away(self):
        self.near = False
        self.of("tablet").send((EV_ABS, ABS_PRESSURE, 0), (EV_KEY, BTN_TOUCH, 0),
                               (EV_KEY, BTN_TOOL_PEN, 0))

    # What a user hardly has

    def do_absurd(self):
        """All values that there are, on devices of all kinds whose axes make no sense."""
        made = 0
        for least, most, resolution in ABSURD:
            for keys, numbers, properties in (
                    ([BTN_TOUCH], [axis[0] for axis in contacts(1, 1, 1, 1)], [INPUT_PROP_DIRECT]),
                    ([BTN_LEFT, BTN_TOUCH, *BTN_TOOLS],
                     [axis[0] for axis in contacts(1, 1, 1, 1)], [INPUT_PROP_POINTER]),
                    ([BTN_TOOL_PEN, BTN_TOUCH, BTN_STYLUS],
                     [ABS_X, ABS_Y, ABS_PRESSURE, ABS_TILT_X, ABS_TILT_Y], [INPUT_PROP_DIRECT]),
                    ([BTN_LEFT], [ABS_X, ABS_Y], [])):
                axes = [(axis, 0, 4, 0) if axis == ABS_MT_SLOT else (axis, least, most, resolution)
                        for axis in numbers]
                try:
                    device = with_axes("absurd", keys, axes, properties)
                except OSError:
                    continue  # the kernel has more sense
                made += 1
                device.node  # libinput sees it, too
                time.sleep(0.05)
                for value in (least, most, LEAST, MOST, 0, -1, 1):
                    device.send(*[(EV_ABS, axis, value) for axis in numbers if axis != ABS_MT_SLOT],
                                *[(EV_KEY, key, 1) for key in keys])
                    device.send(*[(EV_KEY, key, 0) for key in keys])
                device.close()
        print(f"made {made}")

    def do_churn(self, count):
        kinds = list(MAKERS.values())
        for i in range(int(count)):
            device = kinds[i % len(kinds)]("churn")
            if i % 3:
                device.node
            device.close()

    def do_load(self, path):
        self.recorded = recording.load(path)
        for i, one in enumerate(self.recorded):
            kinds = [kind for kind in one.codes if kind in UI_SET_BITS]
            bits = [(UI_SET_EVBIT, kinds),
                    *((UI_SET_BITS[kind], one.codes[kind]) for kind in kinds)]
            device = Device(one.name[:79], bits, one.axes, one.properties, one.identity)
            self.devices[f"recorded {i}"] = device
            print(f"node {device.node}")

    def do_play(self):
        count = recording.play(self.recorded, [self.devices[f"recorded {i}"]
                                               for i in range(len(self.recorded))])
        print(f"played {count} events of {len(self.recorded)} devices")

    # All of them

    def do_unplug(self, name):
        self.devices.pop(name).close()
        if name == "touchscreen":
            self.contacts.clear()
        self.near = self.near and name != "tablet"

    def do_remove(self):
        for device in self.devices.values():
            device.close()
        self.devices.clear()
        self.contacts.clear()
        self.near = False


def main(fifo):
    os.mkfifo(fifo)
    session = Session()
    # A writer, too, so that it never ends: what is written between an end and the next open is lost.
    with open(os.open(fifo, os.O_RDWR | os.O_CLOEXEC), encoding="ascii") as lines:
        for line in lines:
            if line.split() == ["quit"]:
                return
            try:
                for part in line.split(";"):
                    session.line(part.split())
                print("ok", flush=True)
            except Exception:  # the test is told, and what comes next still works
                print(traceback.format_exc() + "failed", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
