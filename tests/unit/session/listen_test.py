#!/usr/bin/env python3
"""A plugin that listens is seen on every screen, and stops when it is told to. TAP.

    listen_test.py OSAAS RECORDER
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile

from pixels import pixels
from tap import BARE, finish, result, wait_for

OSAAS, RECORDER = map(os.path.abspath, sys.argv[1:3])
ID = "org.osaas.recorder"
R = "osaas input 1\nsize 640x480\nlayout us\n0.2 key 19 down\n0.25 key 19 up\n600 end\n"
# A microphone of ALSA's own making: silence without a clock.
MICROPHONE = "pcm.mic { type null }\n"


class Place:
    """A home of its own, and a session in it."""

    def __init__(self, folder):
        self.folder, self.log_path = folder, os.path.join(folder, "log")
        self.env = {**BARE, "HOME": folder, "XDG_RUNTIME_DIR": folder,
                    "XDG_STATE_HOME": os.path.join(folder, "state")}
        self.write(".asoundrc", MICROPHONE)
        self.write("r.txt", R)

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def ctl(self, *words):
        done = subprocess.run([OSAAS, "ctl", *words], env=self.env, capture_output=True,
                              timeout=120, stdin=subprocess.DEVNULL, check=False)
        return done.returncode, done.stdout, done.stderr.decode()

    def listeners(self):
        return json.loads(self.ctl("listeners", "--json")[1])

    def names(self):
        return [row["plugin"] for row in self.listeners()["listeners"]]

    def picture(self, output):
        return pixels(self.ctl("screenshot", "--output", output, "-")[1])

    def log(self):
        with open(self.log_path, encoding="utf-8") as log:
            return log.read()

    @contextlib.contextmanager
    def session(self, rule, *arguments):
        self.write("osaas.ini", f"[audio]\ninput = {rule}\n")
        with open(self.log_path, "wb") as log:
            process = subprocess.Popen(
                [OSAAS, "session", "--backend", "headless", "--audio", "none", "--config",
                 os.path.join(self.folder, "osaas.ini"), "--size", "640x480", "--size", "320x240",
                 "--replay", os.path.join(self.folder, "r.txt"), *arguments, RECORDER],
                env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            if not wait_for(lambda: process.poll() is not None or self.ctl("tasks")[0] == 0):
                raise RuntimeError("the session does not start")
            yield process
        finally:
            process.terminate()
            process.wait(60)


def is_tab(picture):
    """The middle of the top edge is the tab's own colour, and so to its left, and below it not."""
    width, height, data = picture

    def at(x, y):
        return data[(y * width + x) * 4:][:3]

    middle = width // 2
    return at(middle, 0) == b"\x14\x16\x1a" and at(middle, height // 3) != b"\x14\x16\x1a"


def test_listens(place):
    with place.session("alsa:mic", "--grant", "audio.in"):
        result(wait_for(lambda: place.names() == ["Recorder"]), "it listens", place.log())
        first = wait_for(lambda: is_tab(place.picture("headless")))
        result(first, "the screen with its window says so")
        result(is_second(place), "and so does the other one")
        got = place.ctl("magnifier", "4", "headless")
        result(got[0] == 0 and is_magnified(place), "a magnified one, too", got)
        got = place.ctl("grants", "revoke", ID, "audio.in")
        result(got[0] == 0, "it is taken back", got)
        state = place.listeners()
        result(state["listeners"] == [] and state["microphone"]["state"].startswith("closed"),
               "then nobody listens, and the device is closed", state)
        result(wait_for(lambda: not is_magnified(place) and not is_second(place)), "nor is that said")
        place.ctl("magnifier", "off", "headless")
        result(not is_tab(place.picture("headless")), "nowhere")
        result(wait_for(lambda: "Recorder" in place.ctl("plugins")[1].decode()), "it goes on without")


def is_second(place):
    """On the second one there is nothing but the background, which is of the tab's colour: its rim."""
    width, _, data = place.picture("headless-2")
    row = {data[x * 4:x * 4 + 3] for x in range(width)}
    return len(row) > 1


def is_magnified(place):
    """Four times, of a window's middle: the sign's red is in the upper quarter of what is seen."""
    width, height, data = place.picture("headless")
    upper = data[:width * (height // 4) * 4]
    red = sum(upper[i] > 200 and upper[i + 1] < 120 for i in range(0, len(upper), 4))
    return red > 200


def test_refused(place):
    with place.session("alsa:mic"):
        result(wait_for(lambda: "goes without audio.in" in place.log()), "without a grant it has none",
               place.log())
        result(place.names() == [] and not is_second(place), "and does not listen")
    with place.session("none", "--grant", "audio.in"):
        result(wait_for(lambda: "refuses request 1" in place.log()), "with no input it is refused",
               place.log())
        state = place.listeners()
        result(state["listeners"] == [] and state["microphone"]["why"], "and why is said", state)
        result(not is_second(place), "and nothing is shown")


def main():
    with tempfile.TemporaryDirectory() as folder:
        test_listens(Place(folder))
    with tempfile.TemporaryDirectory() as folder:
        test_refused(Place(folder))
    return finish()


sys.exit(main())
