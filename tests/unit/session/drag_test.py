#!/usr/bin/env python3
"""Drag and drop of real plugins: what is large, from window to window, by mouse and finger. TAP.

    drag_test.py OSAAS CARRIER
"""

import os
import re
import subprocess
import sys
import tempfile

from tap import BARE, finish, result

OSAAS, CARRIER = map(os.path.abspath, sys.argv[1:3])
LEFT, TAB, LOGO, ESCAPE = 272, 15, 125, 1
NEXT = [f"key {LOGO} down", f"key {TAB} down", f"key {TAB} up", f"key {LOGO} up"]
BEGIN = ["move 100 50", f"button {LEFT} down", "move 110 60"]
# What each case does, and what is heard, of whichever of the two.
CASES = {
    "within a window": (
        [*BEGIN, "move 400 60", "move 420 70", f"button {LEFT} up"],
        ["initiate of 2", "initiate of 2", "enter of 2 at 400 60", "move of 2 at 420 70",
         "request of 1", "data of 2 at 420 70", "cancel of 1", "cancel of 2", "cancel of 2"]),
    "to another, that the shortcut brings to the top": (
        [*BEGIN, *NEXT, "move 500 60", f"button {LEFT} up"],
        ["initiate of 2", "initiate of 2", "has the keys", "enter of 2 at 500 60", "request of 1",
         "data of 2 at 500 60", "cancel of 1", "cancel of 2", "cancel of 2"]),
    "to another, that comes to the top at the edge": (
        [*BEGIN, "move 0 60", "wait", "move 500 60", f"button {LEFT} up"],
        ["initiate of 2", "initiate of 2", "has the keys", "enter of 2 at 500 60", "request of 1",
         "data of 2 at 500 60", "cancel of 1", "cancel of 2", "cancel of 2"]),
    "by a finger": (
        ["touch 3 down 100 50", "touch 3 move 110 60", "touch 3 move 330 60", "touch 3 up"],
        ["initiate of 2", "initiate of 2", "enter of 2 at 330 60", "request of 1",
         "data of 2 at 330 60", "cancel of 1", "cancel of 2", "cancel of 2"]),
    "given up": (
        [*BEGIN, "move 400 60", f"key {ESCAPE} down", f"key {ESCAPE} up", f"button {LEFT} up"],
        ["initiate of 2", "initiate of 2", "enter of 2 at 400 60", "cancel of 1", "cancel of 2",
         "cancel of 2"]),
    "dropped on nothing": (
        [*BEGIN, f"button {LEFT} up"],
        ["initiate of 2", "initiate of 2", "cancel of 1", "cancel of 2", "cancel of 2"]),
}


def recording(steps):
    text, time = "osaas input 1\nsize 640x480\nlayout us\n", 0.5
    for step in steps:
        time += 1.2 if step == "wait" else 0.1
        text += f"{time:.1f} {step}\n" if step != "wait" else ""
    return text + f"{time + 1:.1f} end\n"


def heard(log):
    lines = re.findall(r"carrier: (?:hears )?(\w+ of \d at \d+ \d+|has the keys)", log)
    return [re.sub(r"^((?:initiate|leave|request|cancel) of \d) at 0 0$", r"\1", line)
            for line in lines]


def main():
    with tempfile.TemporaryDirectory(prefix="drag") as folder:
        path = os.path.join(folder, "keys.txt")
        for name, (steps, expected) in CASES.items():
            with open(path, "w", encoding="ascii") as file:
                file.write(recording(steps))
            done = subprocess.run(
                [OSAAS, "session", "--backend", "headless", "--clock", "virtual", "--replay", path,
                 CARRIER, CARRIER], env={**BARE, "XDG_RUNTIME_DIR": folder, "HOME": folder},
                text=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=300, check=False)
            got = heard(done.stderr)
            # Both have had the keys before anything was done.
            while got and got[0] == "has the keys":
                got.pop(0)
            # The data is one's, the ends the other's: which of them runs first is by chance.
            result(done.returncode == 0 and sorted(got) == sorted(expected), name, done.stderr)
            dropped = [line.split()[0] for line in got if not line.startswith(("has", "move"))]
            order = [line.split()[0] for line in expected if not line.startswith(("has", "move"))]
            result(dropped[:3] == order[:3], f"{name}: in that order", got)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
