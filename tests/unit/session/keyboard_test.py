#!/usr/bin/env python3
"""The on-screen keyboard in a session: what is touched on it is typed into a window. TAP.

    keyboard_test.py OSAAS KEYBOARD TYPED_TEXT TYPED_PASSWORD TYPED_NUMBER
"""

import os
import re
import subprocess
import sys
import tempfile

from tap import BARE, finish, result

OSAAS, KEYBOARD, TEXT, PASSWORD, NUMBER = map(os.path.abspath, sys.argv[1:6])
WIDTH, HEIGHT = 360, 640
# As plugins/apps/keyboard/README.md says, for a screen of that size and layout us.
TOP, ROW, LEFT, UNIT = HEIGHT - 256, 52, 3, 35.4
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
OTHERS = {"shift": (0.75, 2), "backspace": (9.25, 2), "symbols": (0.75, 3), "emoji": (2, 3),
          "space": (5.5, 3), "return": (9.25, 3), "layout": (3, 3)}
TOOLS = ("escape", "tab", "control", "left", "up", "down", "right", "dismiss")
TAP, PAUSE = 0.05, 0.5


def place(key):
    """The middle of a key, in units of the screen."""
    if key in TOOLS:
        return (TOOLS.index(key) + 0.5) * WIDTH / 8, TOP + 20
    column, row = OTHERS.get(key, (0, 0))
    for i, letters in enumerate(ROWS):
        if key in letters:
            column, row = (10 - len(letters)) / 2 + letters.index(key) + 0.5, i
    return LEFT + column * UNIT, TOP + 42 + (row + 0.5) * ROW


class Script:
    """A recording, line by line; times are seconds."""

    def __init__(self, layout="us", scale=1):
        self.at = 1.0
        self.lines = ["osaas input 1", f"size {WIDTH * scale}x{HEIGHT * scale}", f"layout {layout}"]
        self.touch(180, 20)
        self.wait(1)

    def say(self, text):
        self.lines.append(f"{self.at:.3f} {text}")

    def wait(self, seconds):
        self.at += seconds
        return self

    def down(self, finger, x, y):
        self.say(f"touch {finger} down {x:.1f} {y:.1f}")
        return self.wait(TAP)

    def move(self, finger, x, y):
        self.say(f"touch {finger} move {x:.1f} {y:.1f}")
        return self.wait(TAP)

    def up(self, finger):
        self.say(f"touch {finger} up")
        return self.wait(TAP)

    def touch(self, x, y):
        return self.down(0, x, y).up(0).wait(PAUSE)

    def type(self, *keys):
        for key in keys:
            self.touch(*place(key))
        return self

    def click(self, *keys):
        for key in keys:
            x, y = place(key)
            self.say(f"move {x:.1f} {y:.1f}")
            self.say("button 272 down")
            self.wait(TAP).say("button 272 up")
            self.wait(PAUSE)
        return self

    def text(self):
        return "\n".join([*self.lines, f"{self.at + 1:.3f} end", ""])


def play(script, window=TEXT, grant=("--grant", "input.method"), arguments=()):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "touches")
        with open(path, "w", encoding="ascii") as file:
            file.write(script.text())
        done = subprocess.run(
            [OSAAS, "session", "--backend", "headless", "--clock", "virtual", "--audio", "none",
             "--replay", path, *grant, *arguments, window, KEYBOARD],
            env={**BARE, "XDG_RUNTIME_DIR": folder, "HOME": folder}, text=True,
            capture_output=True, stdin=subprocess.DEVNULL, timeout=300, check=False)
    return done.stderr


def typed(log):
    """What was in the field, after each change."""
    return re.findall(r"typed: '(.*)'", log)


def heights(log):
    return [int(h) for h in re.findall(r"typed: height (\d+)", log)]


def test_docks():
    log = play(Script())
    result(heights(log) == [640, 384], "touching a field opens it, 40 % of the screen high", log)
    log = play(Script().type("dismiss"))
    result(heights(log) == [640, 384, 640], "its key closes it", log)
    log = play(Script().type("dismiss").touch(180, 20))
    result(heights(log) == [640, 384, 640, 384], "touching the field again opens it", log)


def test_types():
    log = play(Script().type("h", "e", "y", "space", "shift", "y", "o", "backspace", "u"))
    result(typed(log) == ["h", "he", "hey", "hey ", "hey Y", "hey Yo", "hey Y", "hey Yu"],
           "letters, a blank, Shift, Backspace", log)
    log = play(Script().type("a", "b", "left", "c"))
    result(typed(log)[-1:] == ["acb"], "arrows", log)
    log = play(Script().type("a", "control", "a", "x"))
    result(typed(log) == ["a", "x"], "Ctrl and a key select all", log)
    log = play(Script().click("h", "i"))
    result(typed(log) == ["h", "hi"], "by the mouse", log)
    log = play(Script(scale=2).type("h", "i"), arguments=("--scale", "2"))
    result(typed(log) == ["h", "hi"] and heights(log) == [1280, 768], "at scale 2", log)


def test_fingers():
    script = Script()
    script.down(0, *place("h")).down(1, *place("i")).up(0).up(1)
    log = play(script)
    result(typed(log) == ["h", "hi"], "the second thumb types what the first is on", log)
    script = Script().down(0, *place("h")).move(0, *place("p")).up(0)
    result(typed(play(script)) == [], "who slides off types nothing", script.text())
    script = Script().down(0, *place("shift")).wait(0.5)
    script.down(1, *place("h")).up(1).down(1, *place("i")).up(1).up(0).wait(PAUSE).type("a")
    log = play(script)
    result(typed(log) == ["H", "HI", "HIa"], "Shift that is held", log)
    x, y = place("a")
    log = play(Script().down(0, x, y).wait(0.6).move(0, x, y - 45).up(0))
    result(typed(log) == ["á"], "an accent, held", log)
    script = Script().type("a", "b", "c", "d").down(0, *place("backspace")).wait(2).up(0)
    log = play(script)
    result(typed(log)[4:] == ["abc", "ab", "a", ""], "Backspace repeats", log)


def test_pages():
    log = play(Script().type("symbols", "q", "p", "symbols", "a"))
    result(typed(log) == ["1", "10", "10a"], "digits, and back to letters", log)
    log = play(Script().type("emoji").touch(22, TOP + 68))
    result(typed(log) == ["😀"], "an emoji", log)


def test_layouts():
    log = play(Script("fr,us").type("q", "layout", "q"))
    result(typed(log) == ["a", "aq"], "the next layout", log)
    # A dead key, which is the eleventh of the row, and e.
    log = play(Script("fr").touch(341, TOP + 68).touch(83, TOP + 68))
    result(typed(log)[-1:] == ["ê"], "a dead key and a letter", log)
    log = play(Script("ru").type("q"))
    result(typed(log) == ["й"], "letters that are not Latin", log)


def test_hints():
    log = play(Script().type("h", "i"), window=PASSWORD)
    result(typed(log) == ["h", "hi"], "a password", log)
    log = play(Script().touch(45, TOP + 68), window=NUMBER)
    result(typed(log) == ["1"], "a pad for numbers", log)


def test_keys():
    # Super+F6 goes to the panel, Down to a key of it, Return presses that, Escape goes back.
    script = Script()
    script.say("key 125 down")
    for code in (64, 108, 108, 28, 1, 30):
        script.wait(0.2).say(f"key {code} down")
        script.wait(TAP).say(f"key {code} up")
        if code == 64:
            script.say("key 125 up")
    log = play(script)
    result(typed(log) == ["q", "qa"], "by the keys of another keyboard", log)


def test_grant():
    log = play(Script().type("a"), grant=())
    result("input.method" in log and typed(log) == [], "without the grant there is none", log)


test_docks()
test_types()
test_fingers()
test_pages()
test_layouts()
test_hints()
test_keys()
test_grant()
sys.exit(finish())
