#!/usr/bin/env python3
"""osaas ctl magnifier, and its shortcuts: what is shown is the part that it says. TAP.

    magnifier_test.py OSAAS PLUGIN_DIR
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time

from pixels import pixels
from tap import BARE, finish, result, wait_for

OSAAS, PLUGINS = map(os.path.abspath, sys.argv[1:3])
HELLO = os.path.join(PLUGINS, "hello.so")
WIDTH, HEIGHT = 160, 120
SUPER, PLUS, MINUS = 125, 78, 74


def environment(folder):
    return {**BARE, "XDG_RUNTIME_DIR": folder, "HOME": folder}


def osaas(folder, *words):
    done = subprocess.run([OSAAS, *words], env=environment(folder), capture_output=True,
                          timeout=120, stdin=subprocess.DEVNULL, check=False)
    return done.returncode, done.stdout, done.stderr.decode()


def ctl(folder, *words):
    return osaas(folder, "ctl", *words)


@contextlib.contextmanager
def session(folder, *more):
    process = subprocess.Popen(
        [OSAAS, "session", "--backend", "headless", "--audio", "none", "--size",
         f"{WIDTH}x{HEIGHT}", *more, HELLO],
        env=environment(folder), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: frames(folder) > 0)
        yield process
    finally:
        process.terminate()
        process.wait(60)


def frames(folder):
    got = ctl(folder, "stats", "--json")
    return json.loads(got[1])["screens"][0]["frames"] if got[0] == 0 else 0


def is_quiet(folder):
    before = frames(folder)
    time.sleep(0.3)
    return frames(folder) == before


def state(folder):
    return json.loads(ctl(folder, "magnifier", "--json")[1])["magnifier"]


def shot(folder, name):
    path = os.path.join(folder, name)
    got = ctl(folder, "screenshot", path)
    if got[0]:
        raise RuntimeError(got[2])
    with open(path, "rb") as file:
        return pixels(file.read())


def at(picture, x, y):
    width, _, rgba = picture
    return rgba[(y * width + x) * 4:][:3]


def is_part(whole, part, x0, y0, width, height):
    """Each pixel is within what the four around its place in the whole are."""
    if part[:2] != whole[:2]:
        return False
    for y in range(HEIGHT):
        for x in range(WIDTH):
            u, v = x0 + (x + 0.5) * width / WIDTH - 0.5, y0 + (y + 0.5) * height / HEIGHT - 0.5
            near = [at(whole, min(max(int(u) + i, x0), x0 + width - 1),
                       min(max(int(v) + j, y0), y0 + height - 1))
                    for i in (0, 1) for j in (0, 1)]
            is_ = at(part, x, y)
            if any(not min(p[c] for p in near) - 2 <= is_[c] <= max(p[c] for p in near) + 2
                   for c in range(3)):
                return False
    return True


def test_ctl(folder):
    with session(folder):
        result(state(folder) == [{"screen": "headless", "factor": "1", "x": 0, "y": 0,
                                  "width": WIDTH, "height": HEIGHT}], "at first there is none",
               state(folder))
        whole = shot(folder, "whole.png")
        for word in ("2", "4", "1.5", "16"):
            got = ctl(folder, "magnifier", word, "--json")
            is_ = json.loads(got[1])["magnifier"][0] if got[0] == 0 else {}
            width, height = round(WIDTH / float(word)), round(HEIGHT / float(word))
            result(is_.get("factor") == word and (is_["width"], is_["height"]) == (width, height)
                   and abs(is_["x"] - (WIDTH - width) / 2) <= 2, f"{word} times, of the middle", got)
            part = shot(folder, "part.png")
            result(is_part(whole, part, is_["x"], is_["y"], width, height),
                   f"a screenshot shows that, {word} times", is_)
        result(wait_for(lambda: is_quiet(folder)), "nothing moves: nothing is painted", frames(folder))
        got = ctl(folder, "magnifier", "off", "headless")
        result(got[0] == 0 and state(folder)[0]["factor"] == "1", "off", got)
        result(shot(folder, "again.png") == whole, "and all is as it was", "")


def test_wrong(folder):
    with session(folder):
        for words, status, why in ((["0.5"], 2, "from 1 to 16, such as 2.5, or off"),
                                   (["17"], 2, "from 1 to 16"), (["nan"], 2, "no magnification"),
                                   (["2x"], 2, "no magnification"), (["0x2"], 2, "no magnification"),
                                   (["2", "nix"], 1, "there is no screen nix"),
                                   (["2", "headless", "more"], 2, "")):
            got = ctl(folder, "magnifier", *words)
            result(got[0] == status and why in got[2], "wrong: " + " ".join(words), got)


def write(folder, lines):
    path = os.path.join(folder, "input")
    with open(path, "w", encoding="ascii") as file:
        file.write(f"osaas input 1\nsize {WIDTH}x{HEIGHT}\nlayout us\n")
        file.write("".join(f"{t:.6f} {line}\n" for t, line in lines))
    return path


def replay(folder, lines):
    path = os.path.join(folder, "shot.png")
    done = osaas(folder, "session", "--backend", "headless", "--clock", "virtual", "--replay",
                 write(folder, lines), "--shot", path, HELLO)
    if done[0]:
        raise RuntimeError(done[2])
    with open(path, "rb") as file:
        return pixels(file.read())


def press(at_s, key):
    return [(at_s, f"key {SUPER} down"), (at_s, f"key {key} down"), (at_s, f"key {key} up"),
            (at_s, f"key {SUPER} up")]


def test_keys(folder):
    """By shortcuts, about the pointer; where that comes near the edge of what is seen, it goes on."""
    move, end = [(0.1, "move 40 30")], [(2, "end")]
    whole = replay(folder, move + end)
    part = replay(folder, move + press(0.2, PLUS) + press(0.3, PLUS) + press(0.4, PLUS) + end)
    result(is_part(whole, part, 20, 15, 80, 60), "three steps are 2 times, and the pointer stays",
           "")
    part = replay(folder, move + press(0.2, PLUS) + press(0.3, PLUS) + press(0.4, PLUS)
                  + press(0.5, MINUS) + press(0.6, MINUS) + press(0.7, MINUS) + press(0.8, MINUS)
                  + end)
    result(part == whole, "and back", "")
    far = [(1, "move 159 119")]
    whole = replay(folder, move + far + end)
    part = replay(folder, move + press(0.2, PLUS) + press(0.3, PLUS) + press(0.4, PLUS) + far + end)
    result(is_part(whole, part, 80, 60, 80, 60), "the pointer takes it along", "")


def main():
    for test in (test_ctl, test_wrong, test_keys):
        with tempfile.TemporaryDirectory() as folder:
            test(folder)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
