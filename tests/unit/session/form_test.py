#!/usr/bin/env python3
"""The form, by keys alone, by pointer alone, by fingers alone: what it saves is what was meant. TAP.

    form_test.py OSAAS FORM

Input is a recording, time is virtual: every run is the same. Places are those of its README.
"""

import os
import re
import subprocess
import sys
import tempfile

from pixels import pixels
from tap import BARE, finish, result

OSAAS, FORM = map(os.path.abspath, sys.argv[1:3])
EMPTY = {"name": "", "email": "", "password": "(0 bytes)", "age": "", "note": "",
         "newsletter": "no", "remember": "no", "reply": "E-mail", "volume": "60",
         "available": "Astronomy,Botany,Chess,Drawing", "chosen": "Engines,Folk music"}
ACCENT = b"\x2f\x6f\x9f\xff"

# Of 1024 by 768 at scale 1: see README.md of the form.
NAME, EMAIL, PASSWORD, AGE, NOTE = "150 258", "150 334", "150 410", "295 410", "150 500"
NEWS, REMEMBER, TELEPHONE, LETTER = "390 232", "390 270", "390 376", "390 412"
VOLUME_60, VOLUME_80 = "538 480", "590 482"
ASTRONOMY, BOTANY, CHESS, DRAWING = ("730 282", "730 318", "730 354", "730 390")
ENGINES, FOLK, FREE = "730 506", "730 542", "730 585"
CLEAR, SAVE = "804 640", "920 640"

ROWS = {16: "qwertyuiop", 30: "asdfghjkl", 44: "zxcvbnm,.", 2: "1234567890-"}
CODES = {c: code + i for code, row in ROWS.items() for i, c in enumerate(row)}
CODES |= {" ": 57, "\n": 28, "@": 3}
NAMED = {"escape": 1, "backspace": 14, "tab": 15, "return": 28, "space": 57, "home": 102, "up": 103,
         "page up": 104, "left": 105, "right": 106, "end": 107, "down": 108, "page down": 109,
         "delete": 111, "a": 30, "c": 46, "v": 47, "x": 45, "z": 44}
MODS = {"ctrl": 29, "shift": 42}


class Hand:
    """What a user does, as a recording."""

    def __init__(self, size="1024x768"):
        self.lines, self.time = ["osaas input 1", f"size {size}", "layout us"], 0.5

    def event(self, text, seconds=0.02):
        self.time += seconds
        self.lines.append(f"{self.time:.3f} {text}")
        return self

    def wait(self, seconds=1):
        self.time += seconds
        return self

    def _key(self, code, mods=()):
        for mod in mods:
            self.event(f"key {mod} down")
        self.event(f"key {code} down").event(f"key {code} up")
        for mod in mods:
            self.event(f"key {mod} up")

    def press(self, *names):
        for name in names:
            *mods, key = name.split("+")
            self._key(NAMED[key], [MODS[mod] for mod in mods])
        return self

    def type(self, text):
        for c in text:
            self._key(CODES[c.lower()], [42] if c.isupper() or c == "@" else [])
        return self

    def click(self, *places):
        for place in places:
            self.event(f"move {place}").event("button 272 down").event("button 272 up").wait()
        return self

    def tap(self, *places):
        for place in places:
            self.event(f"touch 0 down {place}").event("touch 0 up").wait()
        return self

    def drag(self, start, end, touch=False):
        (x0, y0), (x1, y1) = (map(float, place.split()) for place in (start, end))
        self.event(f"touch 0 down {start}" if touch else f"move {start}")
        if not touch:
            self.event("button 272 down")
        for i in range(1, 9):
            x, y = x0 + (x1 - x0) * i / 8, y0 + (y1 - y0) * i / 8
            self.event(f"touch 0 move {x} {y}" if touch else f"move {x} {y}")
        return self.event("touch 0 up" if touch else "button 272 up").wait()

    def text(self):
        return "\n".join([*self.lines, f"{self.time + 1:.3f} end"]) + "\n"


def play(folder, hand, *arguments):
    path = os.path.join(folder, "hand.txt")
    with open(path, "w", encoding="ascii") as file:
        file.write(hand.text())
    done = subprocess.run([OSAAS, "session", "--backend", "headless", "--clock", "virtual",
                           "--replay", path, *arguments, FORM],
                          env={**BARE, "XDG_RUNTIME_DIR": folder, "HOME": folder}, text=True,
                          capture_output=True, stdin=subprocess.DEVNULL, timeout=300, check=False)
    return done.stderr


def saved(log):
    """What was saved last."""
    return dict(re.findall(r"Form: form: (\w+)=(.*)", log))


def is_saved(folder, what, hand, **other):
    log = play(folder, hand)
    result(saved(log) == {**EMPTY, **other}, what, log)


def test_keys(folder):
    hand = Hand()
    for text in ("Ada Lovelace", "ada@example.org", "secret", "3x6", "one\ntwo"):
        hand.press("tab").type(text)
    hand.press("tab", "space", "tab", "space", "tab", "down", "down", "tab", "right", "page up")
    hand.press("tab", "down", "space", "tab", "ctrl+up", "tab", "tab", "return")
    is_saved(folder, "filled in by keys alone", hand, name="Ada Lovelace",
             email="ada@example.org", password="(6 bytes)", age="36", note=r"one\ntwo",
             newsletter="yes", remember="yes", reply="Letter", volume="85",
             available="Astronomy,Chess,Drawing", chosen="Engines,Botany,Folk music")
    is_saved(folder, "backwards, and Return in a field saves",
             Hand().press("tab", "tab", "shift+tab").type("me").press("return"), name="me")
    hand = Hand().press("tab").type("one two").press("ctrl+a", "ctrl+c", "tab", "ctrl+v", "ctrl+v")
    hand.press("ctrl+backspace", "ctrl+z", "home", "delete", "shift+right", "ctrl+x", "return")
    is_saved(folder, "copied, pasted, cut, undone", hand, name="one two", email="e twoone two")
    is_saved(folder, "Clear makes it as it was", Hand().press("tab").type("x")
             .click(NEWS, LETTER, CLEAR, SAVE))


def test_pointer(folder):
    hand = Hand().click(NAME).type("bb").click(EMAIL).type("ada").click(NEWS, TELEPHONE)
    hand.drag(VOLUME_60, VOLUME_80).click(REMEMBER, REMEMBER, SAVE)
    is_saved(folder, "filled in by the pointer", hand, name="bb", email="ada",
             newsletter="yes", reply="Telephone", volume="80")
    hand = Hand().click(NAME).type("one two").event(f"move {NAME}")
    for _ in range(2):
        hand.event("button 272 down").event("button 272 up")
    is_saved(folder, "two presses select a word", hand.type("x").press("return"), name="one x")
    hand = Hand().click(NAME).type("ab").drag(NAME, "60 258")
    hand.event(f"move {EMAIL}").event("button 274 down").event("button 274 up")
    is_saved(folder, "what is selected is pasted by the middle button", hand.click(SAVE),
             name="ab", email="ab")
    hand = Hand().event(f"move {SAVE}").event("button 272 down").event("move 500 700")
    log = play(folder, hand.event("button 272 up"))
    result("saved" not in log, "a press that is let go elsewhere is none", log)


def test_touch(folder):
    hand = Hand().tap(NAME).type("me").tap(NEWS, LETTER, REMEMBER)
    hand.drag(VOLUME_60, VOLUME_80, touch=True).tap(SAVE)
    is_saved(folder, "filled in by a finger", hand, name="me", newsletter="yes", reply="Letter",
             remember="yes", volume="80")
    hand = Hand("400x600").drag("200 500", "200 100", touch=True)
    hand.drag("200 500", "200 100", touch=True).drag("200 500", "200 100", touch=True)
    is_saved(folder, "a finger moves the page, and presses nothing", hand.tap("330 544"))


def test_drag(folder):
    for touch in (False, True):
        way = "by a finger" if touch else "by the pointer"
        is_saved(folder, f"from list to list, {way}", Hand().drag(BOTANY, FREE, touch).tap(SAVE),
                 available="Astronomy,Chess,Drawing", chosen="Engines,Folk music,Botany")
        hand = Hand().drag(ASTRONOMY, "730 378", touch)  # the upper half of the last one
        is_saved(folder, f"to another place, {way}", hand.tap(SAVE),
                 available="Botany,Chess,Astronomy,Drawing")
        hand = Hand().drag(FOLK, "730 275", touch)
        is_saved(folder, f"before all others, {way}", hand.tap("920 640"),
                 available="Folk music,Astronomy,Botany,Chess,Drawing", chosen="Engines")
        hand = Hand().click(NAME).type("a").wait().drag(CHESS, "300 258", touch)
        is_saved(folder, f"into a field, {way}", hand.tap(SAVE), name="aChess")
    hand = Hand().event(f"move {BOTANY}").event("button 272 down")
    hand.event("move 700 330").event(f"move {FREE}").press("escape").event("button 272 up").wait()
    is_saved(folder, "given up with Escape", hand.click(SAVE))
    is_saved(folder, "dropped where nothing takes it", Hand().drag(BOTANY, "390 560").click(SAVE))


def ring_rows(path, x):
    """Rows in which the line around what has the keys crosses a column, as (first, last)."""
    with open(path, "rb") as file:
        width, height, data = pixels(file.read())
    places = [4 * (y * width + x) for y in range(height)]
    found = [y for y, at in enumerate(places) if data[at:at + 4] == ACCENT]
    return (found[0], found[-1]) if found else None


def test_small(folder):
    """What has the keys is seen whole, however small the window is; but never moves while held."""
    hand = Hand("1024x180").click("390 175").press(*["tab"] * 7).press("return")
    is_saved(folder, "what is half seen can be pressed", hand, newsletter="yes")
    shot = os.path.join(folder, "shot.png")
    for tabs, x, high in ((1, 53, 40), (5, 53, 92)):
        play(folder, Hand("1024x260").press(*["tab"] * tabs), "--shot", shot)
        rows = ring_rows(shot, x)
        result(rows and rows[1] - rows[0] > high - 24 and rows[0] > 8 and rows[1] < 252,
               f"field {tabs} is seen", rows)


def main():
    with tempfile.TemporaryDirectory() as folder:
        test_keys(folder)
        test_pointer(folder)
        test_touch(folder)
        test_drag(folder)
        test_small(folder)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
