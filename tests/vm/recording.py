"""Runs in the guest: what 'libinput record' wrote (YAML, of which this reads the part that it
writes), and sending it again with the times that stand there.

Only lists in brackets on one line count, and names before a colon: nothing else of YAML is
in such a file where it matters.
"""

import re
import time

EV_SYN = 0
LIST = re.compile(r"^\s*(?:- )?(?:(\w+): *)?\[([-\s\d,]*)\]")
NAME = re.compile(r"^\s*(- )?(\w+):(?: +\"?([^\"#]*)\"?)?")


class Recorded:
    """One device: its name, identity, what it can do, and its events [(us, kind, code, value)]."""

    def __init__(self):
        self.name, self.identity = "recorded", (3, 1, 1, 1)
        self.codes, self.axes, self.properties, self.events = {}, [], [], []


def numbers(text):
    return [int(word) for word in text.replace(",", " ").split()]


def take_list(device, section, key, values):
    if section == "evdev" and key == "id" and len(values) == 4:
        device.identity = tuple(values)
    elif section == "codes" and key and key.isdigit():
        device.codes[int(key)] = values
    elif section == "absinfo" and key and key.isdigit():
        least, most, fuzz, flat, resolution = (values + [0] * 5)[:5]
        device.axes.append((int(key), least, most, resolution))
    elif section == "evdev" and key == "properties":
        device.properties = values
    elif section == "events" and not key and len(values) == 5:
        seconds, micros, *event = values
        device.events.append((seconds * 10**6 + micros, *event))


def read(lines):
    """The devices of a recording."""
    devices, section = [], None
    for line in lines:
        text = line.split("#", 1)[0].rstrip() if "#" in line else line.rstrip()
        found = LIST.match(text)
        if found and devices:
            if found[1] == "properties" and section in ("codes", "absinfo"):
                section = "evdev"
            take_list(devices[-1], section, found[1], numbers(found[2]))
            continue
        named = NAME.match(text)
        if not named:
            continue
        key = named[2]
        if named[1] and key == "node":
            devices.append(Recorded())
        elif devices and key == "name" and section == "evdev" and named[3]:
            devices[-1].name = named[3]
        elif key in ("evdev", "codes", "absinfo", "hid", "udev", "quirks", "events", "libinput"):
            # "- evdev:" within events begins a frame, not a section.
            section = section if section == "events" and key != "hid" and named[1] else key
    return devices


def load(path):
    """Those that said something."""
    with open(path, encoding="utf-8", errors="replace") as file:
        return [one for one in read(file) if one.events]


def play(recorded, devices):
    """Sends a device what the one recorded beside it said; how many events."""
    events = sorted((event[0], i, n, event[1:]) for i, one in enumerate(recorded)
                    for n, event in enumerate(one.events))
    began, first = time.monotonic(), events[0][0] if events else 0
    frames = {}
    for at, i, _, event in events:
        if event[0] != EV_SYN:
            frames.setdefault(i, []).append(event)
            continue
        time.sleep(max(0, began + (at - first) / 10**6 - time.monotonic()))
        devices[i].send(*frames.pop(i, []))
    return len(events)
