"""Runs in the guest: types without a pause, and reads what the console below gets of it.

    console_guest.py STOP          until that file exists; then one JSON object
    console_guest.py STOP read     the same without typing: what was read, as a string

Two keyboards, which are plugged in and pulled out again and again, type the letters one after the
other; of each key is noted what the console's keyboard mode was before and after it, and which
console was shown. A letter that tty1's reader gets was typed by the last key of that
letter: it has leaked if the keyboard was off both times.
"""

import fcntl
import json
import os
import select
import struct
import sys
import termios
import time

import uinput

KDGKBMODE, K_OFF = 0x4b44, 4
LETTERS = "qwertyuiopasdfghjklzxcvbnm"
CODES = [*range(16, 26), *range(30, 39), *range(44, 51)]
EACH = 120  # keys, then the keyboard is another one


class Console:
    """tty1, read by what might be a shell or a login there."""

    def __init__(self):
        self.open()
        self.before = termios.tcgetattr(self.fd)
        self.watch()

    def open(self):
        self.fd = os.open("/dev/tty1", os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)

    def watch(self):
        """Each byte at once."""
        mode = termios.tcgetattr(self.fd)
        mode[3] &= ~(termios.ICANON | termios.ISIG)
        mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
        termios.tcsetattr(self.fd, termios.TCSANOW, mode)

    def off(self):
        try:
            mode = fcntl.ioctl(self.fd, KDGKBMODE, b"\0" * 4)
        except OSError:
            self.again()
            mode = fcntl.ioctl(self.fd, KDGKBMODE, b"\0" * 4)
        return struct.unpack("i", mode)[0] == K_OFF

    @staticmethod
    def shown():
        with open("/sys/class/tty/tty0/active") as file:
            return int(file.read()[3:])

    def read(self, seconds):
        out, until = b"", time.monotonic() + seconds
        while select.select([self.fd], [], [], max(0, until - time.monotonic()))[0]:
            some = self.some()
            out += some
            if not some:
                self.again()
        return out.decode(errors="replace")

    def again(self):
        """Who had it as its terminal has ended: it is hung up for all."""
        os.close(self.fd)
        self.open()
        self.watch()

    def some(self):
        try:
            return os.read(self.fd, 4096)
        except OSError:
            return b""

    def close(self):
        termios.tcsetattr(self.fd, termios.TCSANOW, self.before)
        os.close(self.fd)


def read(stop):
    console, out = Console(), ""
    while not os.path.exists(stop):
        out += console.read(0.1)
    console.close()
    print(json.dumps(out))


def main(stop):
    console = Console()
    figures = {"off": 0, "on": 0, "turning": 0, "elsewhere": 0, "read": 0, "leaked": []}
    last, count, keyboards = {}, 0, []
    while not os.path.exists(stop):
        if count % EACH == 0:
            keyboards.append(uinput.keyboard(f"typist {count}"))
        if len(keyboards) > 2:
            keyboards.pop(0).close()
        code, letter = CODES[count % len(CODES)], LETTERS[count % len(LETTERS)]
        keyboard = keyboards[count % len(keyboards)]
        here, off = console.shown() == 1, console.off()
        keyboard.send((uinput.EV_KEY, code, 1))
        keyboard.send((uinput.EV_KEY, code, 0))
        both = {off, console.off()}
        here = here and console.shown() == 1
        kind = ("elsewhere" if not here else "turning" if len(both) == 2
                else "off" if off else "on")
        figures[kind] += 1
        last[letter] = (kind, count)
        for byte in console.read(0.02):
            figures["read"] += 1
            found = last.get(byte, ("no key", -1))
            if found[0] in ("off", "elsewhere", "no key"):
                figures["leaked"].append([byte, *found, count])
        count += 1
    for keyboard in keyboards:
        keyboard.close()
    console.close()
    print(json.dumps(figures))


if __name__ == "__main__":
    (read if sys.argv[2:] else main)(sys.argv[1])
