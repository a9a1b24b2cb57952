#!/usr/bin/env python3
"""The music app by keys, pointer and finger: which song plays when, by its log. TAP.

    music_test.py OSAAS MUSIC

Input is a recording, time is virtual: every run is the same. Places are those of its README.
"""

import contextlib
import json
import math
import os
import re
import struct
import subprocess
import sys
import tempfile
import time
import wave

from pixels import pixels
from tap import BARE, finish, result, wait_for

OSAAS, MUSIC = map(os.path.abspath, sys.argv[1:3])
ACCENT = b"\x2f\x6f\x9f\xff"
# Of 1024 by 768 at scale 1.
PLAY, PREVIOUS, NEXT = "217 609", "137 609", "297 609"
ROWS = {"1": "700 109", "2": "700 161", "3": "700 213", "10": "700 265"}
KEYS = {"tab": 15, "space": 57, "return": 28, "end": 107, "home": 102, "left": 105, "right": 106,
        "down": 108, "up": 103, "media play": 164, "media next": 163, "media previous": 165}


def song(path, rate, channels, width, seconds):
    with wave.open(path, "wb") as file:
        file.setparams((channels, width, rate, 0, "NONE", ""))
        for i in range(int(rate * seconds)):
            v = int(12000 * math.sin(i / rate * 2765))
            file.writeframes((struct.pack("<h", v) if width == 2 else bytes([128 + v // 256])) * channels)


def crc(data, bits, poly):
    value = 0
    for byte in data:
        value ^= byte << (bits - 8)
        for _ in range(8):
            value = value << 1 ^ (poly if value >> (bits - 1) else 0)
            value &= (1 << bits) - 1
    return value.to_bytes(bits // 8, "big")


def unknown_length(path, blocks):
    """FLAC as who pipes it writes it: silence, blocks of 4096 frames of 44.1 kHz, of no known length."""
    info = struct.pack(">HH6xQ16x", 4096, 4096, 44100 << 44 | 15 << 36)
    with open(path, "wb") as file:
        file.write(b"fLaC\x80\0\0\x22" + info)
        for i in range(blocks):
            head = b"\xff\xf8\xc9\x08" + chr(i).encode()
            frame = head + crc(head, 8, 0x07) + b"\0\0\0"
            file.write(frame + crc(frame, 16, 0x8005))


def without_seeks(path, seconds):
    """WAV of G.721, which libsndfile does not seek in: silence."""
    data = b"\xff" * (4000 * seconds)
    head = struct.pack("<HHIIHHHH", 0x40, 1, 8000, 4000, 64, 4, 2, 0)
    with open(path, "wb") as file:
        file.write(b"RIFF" + struct.pack("<I", 36 + 12 + len(data)) + b"WAVEfmt " +
                   struct.pack("<I", len(head)) + head + b"fact" + struct.pack("<II", 4, 8000 * seconds) +
                   b"data" + struct.pack("<I", len(data)) + data)


class Hand:
    """What a user does, as a recording."""

    def __init__(self, size="1024x768"):
        self.lines, self.time = ["osaas input 1", f"size {size}", "layout us"], 2

    def event(self, text, seconds=0.02):
        self.time += seconds
        self.lines.append(f"{self.time:.3f} {text}")
        return self

    def wait(self, seconds):
        self.time += seconds
        return self

    def press(self, *names):
        for name in names:
            self.event(f"key {KEYS[name]} down").event(f"key {KEYS[name]} up", 0.05)
        return self

    def click(self, place):
        self.event(f"move {place}").event("button 272 down").event("button 272 up", 0.1)
        return self

    def tap(self, place):
        return self.event(f"touch 0 down {place}").event("touch 0 up", 0.1)

    def text(self):
        """The session goes on for a second."""
        return "\n".join([*self.lines, f"{self.time + 0.02:.3f} end"]) + "\n"


def play(folder, hand, *arguments, grants=("fs.read:~/Music",)):
    path = os.path.join(folder, "hand.txt")
    with open(path, "w", encoding="ascii") as file:
        file.write(hand.text())
    allowed = [a for g in grants for a in ("--grant", g)]
    done = subprocess.run([OSAAS, "session", "--backend", "headless", "--clock", "virtual", "--audio",
                           "none", "--replay", path, *allowed, *arguments, MUSIC],
                          env={**BARE, "XDG_RUNTIME_DIR": folder, "HOME": folder}, text=True,
                          capture_output=True, stdin=subprocess.DEVNULL, timeout=300, check=False)
    return done.stderr


def happened(log):
    """Which songs began, and what else was done."""
    found = re.findall(r"Music: (?:plays (\S+)\.(?:wav|flac)|(pauses|goes on|is at the end))", log)
    return [name or what for name, what in found]


def is_so(folder, what, hand, *expected, arguments=()):
    log = play(folder, hand, *arguments)
    result(happened(log) == list(expected), what, (happened(log), log))


def test_order(folder):
    is_so(folder, "one after the other, whatever their rates; what is broken is left out",
          Hand().press("space").wait(12), "1", "2", "10", "is at the end")
    log = play(folder, Hand().press("space").wait(12))
    told = re.search(r"is at the end: (\d+) frames, (\d+) gaps", log)
    result(told and told.groups() == (str(4 * 44100 + 3 * 48000 + 2 * 22050), "0"),
           "each frame of each song is given once, without a gap", log)
    is_so(folder, "from the one that is clicked", Hand().click(ROWS["2"]), "2")
    is_so(folder, "a broken one gives way to the next", Hand().click(ROWS["3"]), "10")
    is_so(folder, "by a finger", Hand().tap(ROWS["10"]), "10")
    is_so(folder, "after the end, Play is the last one again",
          Hand().click(ROWS["10"]).wait(4).press("space"), "10", "is at the end", "10")


def test_steps(folder):
    is_so(folder, "buttons go to the next and the one before",
          Hand().click(PLAY).wait(0.5).click(NEXT).wait(0.5).click(PREVIOUS).wait(0.5),
          "1", "2", "1")
    is_so(folder, "so do the keys of a player",
          Hand().press("media play").wait(0.5).press("media next").wait(0.5)
          .press("media previous").wait(0.5).press("media play").wait(4), "1", "2", "1", "pauses")
    is_so(folder, "well into a song, the one before is its start",
          Hand().click(PLAY).wait(3.5).click(PREVIOUS).wait(0.5), "1", "1")


def test_pause(folder):
    is_so(folder, "a pause is no end", Hand().click(PLAY).wait(1).press("space").wait(20)
          .press("space").wait(1), "1", "pauses", "goes on")
    is_so(folder, "what was heard before it is not heard again: song 1 lasts 4 s",
          Hand().click(PLAY).wait(3).click(PLAY).wait(5).click(PLAY).wait(0.8),
          "1", "pauses", "goes on", "2")


    for ms in range(1700, 2000, 50):
        log = play(folder, Hand().click(ROWS["10"]).wait(ms / 1000).press("space").wait(5)
                   .press("space").wait(2))
        result(happened(log) == ["10", "pauses", "goes on", "is at the end"] and
               "is at the end: 44100 frames, 0 gaps" in log,
               f"nor just before the end of the last song: {ms} ms", (happened(log), log))
    log = play(folder, Hand().click(ROWS["10"]).wait(1.7).press("space").wait(5))
    result(happened(log) == ["10", "pauses"], "while it is paused nothing ends", log)


def test_seek(folder):
    is_so(folder, "End goes to a second before it",
          Hand().press("space", "tab", "end").wait(1), "1", "2")
    is_so(folder, "and Home to the start",
          Hand().press("space").wait(3.3).press("tab", "home").wait(1.5), "1")
    hand = Hand().click(PLAY).wait(0.3).event("move 60 535").event("button 272 down")
    hand.event("move 200 535").event("move 350 535").event("button 272 up")
    is_so(folder, "the bar goes where it is let go", hand.wait(1), "1", "2")
    is_so(folder, "while it is paused, too: it stays so",
          Hand().press("space").wait(0.5).press("space", "tab", "end").wait(3), "1", "pauses")
    is_so(folder, "and goes on there", Hand().press("space").wait(0.5)
          .press("space", "tab", "end", "media play").wait(0.8), "1", "pauses", "goes on", "2")


def test_list(folder):
    tabs = ["tab"] * 6
    is_so(folder, "the list by keys alone",
          Hand().press(*tabs, "down", "down", "up", "return").wait(1), "2")


def count(path):
    """Pixels of the accent's colour on a row through the seek bar."""
    with open(path, "rb") as file:
        width, _, data = pixels(file.read())
    row = data[4 * width * 535:4 * width * 536]
    return sum(row[i:i + 4] == ACCENT for i in range(0, 4 * 420, 4))


def test_picture(folder):
    shot = os.path.join(folder, "shot.png")
    seen = []
    for seconds in (0, 1, 2.2):
        play(folder, Hand().click(PLAY).wait(seconds), "--shot", shot)
        seen.append(count(shot))
    result(seen[0] + 80 < seen[1] < seen[2] - 80, "the bar goes with the song", seen)


def switches(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return int(re.search(r"^voluntary_ctxt_switches:\s*(\d+)", file.read(), re.M)[1])


def is_quiet(pid):
    for _ in range(30):
        before = switches(pid)
        time.sleep(1)
        if switches(pid) == before:
            return True
    return False


@contextlib.contextmanager
def running(folder, *arguments):
    """A session, and what it tells of its controls."""
    env = {**BARE, "XDG_RUNTIME_DIR": folder, "HOME": folder}
    with subprocess.Popen([OSAAS, "session", "--backend", "headless", "--audio", "none", "--grant",
                           "fs.read:~/Music", *arguments, MUSIC], env=env, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as session:
        def controls():
            done = subprocess.run([OSAAS, "ctl", "controls", "--json"], env=env, text=True,
                                  capture_output=True, timeout=60, check=False)
            return json.loads(done.stdout)["controls"] if done.returncode == 0 else []
        try:
            yield session, controls
        finally:
            session.terminate()


def names(controls):
    return [(row["control"], row["name"]) for row in controls]


def test_told(folder):
    """What is told to who does not see it; and while nothing is played, nobody wakes up."""
    expected = [("status", "Nothing is played, Choose a song"), ("slider", "Position"),
                ("button", "Previous"), ("button", "Play"), ("button", "Next"),
                ("slider", "Volume"), ("heading", "Music"), ("list", "Songs"),
                ("list-item", "1, 0:04"), ("list-item", "2, 0:03"),
                ("list-item", "3, cannot be played"), ("list-item", "10, 0:02")]
    with running(folder) as (session, controls):
        result(wait_for(lambda: names(controls()) == expected), "what there is has names", controls())
        result(is_quiet(session.pid), "idle is without wake-ups")


def overlap(a, b):
    return (a["x"] < b["x"] + b["width"] and b["x"] < a["x"] + a["width"] and
            a["y"] < b["y"] + b["height"] and b["y"] < a["y"] + a["height"])


def misplaced(controls, width, height):
    """What is not in the window, or lies on another; rows are in the list."""
    apart = [c for c in controls if c["control"] != "list-item"]
    out = [c for c in controls if c["x"] < 0 or c["y"] < 0 or c["x"] + c["width"] > width or
           c["y"] + c["height"] > height]
    return out + [(a, b) for i, a in enumerate(apart) for b in apart[:i] if overlap(a, b)]


# Of a window in dp: rows of the list that are whole, and what it has no room for.
SMALL = [(240, 180, 2, {"Volume", "Music"}), (320, 240, 2, {"Volume", "Music"}),
         (400, 300, 2, {"Volume", "Music"}), (240, 400, 4, {"Volume", "Music"}),
         (800, 200, 2, {"Music"}), (640, 480, 4, {"Music"}), (360, 520, 2, set()),
         (720, 310, 2, set()), (1024, 768, 4, set())]
ALWAYS = {"Position", "Previous", "Play", "Next", "Songs"}


def test_small(folder):
    """In a small window there is less of it, all in its place."""
    for width, height, rows, missing in SMALL:
        for scale in (1, 2):
            size = (width * scale, height * scale)
            with running(folder, "--size", f"{size[0]}x{size[1]}", "--scale", str(scale)) as (_, controls):
                wait_for(lambda: len([c for c in controls() if c["name"].endswith("0:03")]) == 1)
                seen = controls()
            row = max((c["height"] for c in seen if c["control"] == "list-item"), default=0)
            whole = [c for c in seen if c["control"] == "list-item" and c["height"] == row]
            there = {c["name"] for c in seen}
            result(not misplaced(seen, *size) and len(whole) >= rows and row >= 34 * scale and
                   ALWAYS <= there and {"Volume", "Music"} - there == missing,
                   f"{width}x{height} at scale {scale}", (misplaced(seen, *size), seen))


def test_small_hand(folder):
    small = ("--size", "240x180")
    is_so(folder, "a row of a small window is clicked", Hand("240x180").click("100 147"), "2",
          arguments=small)
    is_so(folder, "its buttons, too", Hand("240x180").click("65 62").wait(0.5).click("109 62").wait(0.5),
          "1", "2", arguments=small)
    is_so(folder, "and the list by keys: no stop for a volume that is not there",
          Hand("240x180").press(*["tab"] * 5, "end", "return").wait(0.5), "10", arguments=small)


def test_without(folder):
    log = play(folder, Hand().press("space").wait(1), grants=())
    result(happened(log) == [] and "fs.read:~/Music" in log, "without its folder it shows why", log)
    os.rename(os.path.join(folder, "Music"), os.path.join(folder, "Other"))
    os.mkdir(os.path.join(folder, "Music"))
    log = play(folder, Hand().press("space").click(NEXT).wait(1))
    result(happened(log) == [] and "error" not in log, "without songs nothing is played", log)


def test_without_seeks(folder):
    without_seeks(os.path.join(folder, "Music", "dull.wav"), 4)
    is_so(folder, "where there are no seeks, Left and Home do nothing", Hand().press("space").wait(1)
          .press("left").wait(0.2).press("tab", "home").wait(1), "dull")
    is_so(folder, "nor do Right and End", Hand().press("space").wait(1).press("right", "tab", "end")
          .wait(1), "dull")
    os.remove(os.path.join(folder, "Music", "dull.wav"))


def test_unknown_length(folder):
    unknown_length(os.path.join(folder, "Music", "long.flac"), 215)
    hand = Hand().press("space").wait(1)
    is_so(folder, "where the end is not known, too, Right is five seconds on: 20 s take 15",
          hand.press("right").wait(16), "long", "is at the end")
    hand = Hand().press("space").wait(1)
    for _ in range(6):
        hand.press("right").wait(1)
    is_so(folder, "and beyond the end it ends", hand, "long", "is at the end")
    is_so(folder, "End does nothing there",
          Hand().press("space").wait(3).press("tab", "end").wait(16), "long", "is at the end")


def main():
    with tempfile.TemporaryDirectory() as folder:
        music = os.path.join(folder, "Music")
        os.makedirs(os.path.join(music, "a"))
        song(os.path.join(music, "1.wav"), 44100, 2, 2, 4)
        song(os.path.join(music, "2.wav"), 48000, 1, 2, 3)
        song(os.path.join(music, "10.wav"), 22050, 1, 1, 2)
        with open(os.path.join(music, "3.wav"), "wb") as file:
            file.write(b"RIFF of another kind")
        for test in (test_order, test_steps, test_pause, test_seek, test_list, test_picture,
                     test_told, test_small,
                     test_small_hand, test_without, test_without_seeks, test_unknown_length):
            test(folder)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
