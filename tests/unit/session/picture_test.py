#!/usr/bin/env python3
"""osaas ctl screenshot: pixels of an output, in a file of who asked. TAP.

    picture_test.py OSAAS PLUGIN_DIR MOVER
"""

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile

from pixels import pixels
from tap import BARE, finish, result, wait_for

OSAAS, PLUGINS, MOVER = map(os.path.abspath, sys.argv[1:4])
HELLO = os.path.join(PLUGINS, "hello.so")


def environment(folder):
    return {**BARE, "XDG_RUNTIME_DIR": folder, "HOME": folder, "TZ": "UTC"}


def osaas(folder, *arguments, cwd=None):
    done = subprocess.run([OSAAS, *arguments], env=environment(folder), capture_output=True,
                          timeout=60, cwd=cwd or folder, stdin=subprocess.DEVNULL, check=False)
    return done.returncode, done.stdout, done.stderr.decode()


def ctl(folder, *arguments, **how):
    return osaas(folder, "ctl", *arguments, **how)


@contextlib.contextmanager
def session(folder, *arguments):
    process = subprocess.Popen(
        [OSAAS, "session", "--backend", "headless", "--audio", "none", *arguments],
        env=environment(folder), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: ctl(folder, "tasks")[0] == 0 and stats(folder)["screens"][0]["frames"])
        yield process
    finally:
        process.terminate()
        process.wait(60)


def stats(folder):
    return json.loads(ctl(folder, "stats", "--json")[1])


def content(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()


def test_same(folder):
    """What a screenshot shows is what was painted."""
    osaas(folder, "run", "--size", "200x150", "--shot", "painted.png", HELLO)
    with session(folder, "--size", "200x150", "--size", "64x48", HELLO):
        got = ctl(folder, "screenshot", "shot.png")
        result(got == (0, b"shot.png\n", ""), "screenshot says where", got)
        result(pixels(content(folder, "shot.png")) == pixels(content(folder, "painted.png")),
               "it is what is shown")
        got = ctl(folder, "screenshot", "-")
        result(got[0] == 0 and got[1] == content(folder, "shot.png"), "to the standard output", got[2])
        got = ctl(folder, "screenshot", "--output", "headless-2", "second.png", "--json")
        second = pixels(content(folder, "second.png"))
        result(json.loads(got[1]) == {"file": "second.png"} and second[:2] == (64, 48),
               "of another output", got)
        result(second[2][:4] == b"\x14\x16\x1a\xff", "which shows the background", second[2][:4])
        test_names(folder)
        test_wrong(folder)


def test_names(folder):
    place = os.path.join(folder, "place")
    os.mkdir(place)
    names = set()
    for _ in range(3):
        got = ctl(folder, "screenshot", cwd=place)
        names.add(got[1].decode().strip())
    result(len(names) == 3 and set(os.listdir(place)) == names
           and all(re.fullmatch(r"osaas-\d{8}-\d{6}(-\d+)?\.png", n) for n in names),
           "a name by the time, in the client's folder, that is new", names)
    with open(os.path.join(place, "old.PNG"), "wb") as old:
        old.write(b"old")
    got = ctl(folder, "screenshot", "old.PNG", cwd=place)
    result(got[0] == 0 and content(place, "old.PNG") == content(folder, "shot.png"),
           "a file that is named is replaced", got)


def test_wrong(folder):
    for arguments, status, words in (
            (["screenshot", "a.jpg"], 2, "is a PNG"),
            (["screenshot", "a.png", "b.png"], 2, "one file, not 2"),
            (["screenshot", "--output", "DP-1", "a.png"], 1,
             "no output 'DP-1': these are there: headless, headless-2"),
            (["tasks", "--output", "DP-1"], 2, "takes no --output"),
            (["screenshot", "--watch"], 2, "not for watching"),
            (["screenshot", "/nosuch/a.png"], 1, "/nosuch/a.png cannot be written")):
        got = ctl(folder, *arguments)
        result(got[0] == status and words in got[2] and got[2].count("\n") == 1,
               "ctl " + " ".join(arguments), got)
    result(not os.path.exists(os.path.join(folder, "a.png")), "nothing is left of them", "")


def test_moving(folder):
    """Screenshots one after the other of what moves: frames go on."""
    with session(folder, "--size", "320x200", MOVER):
        before = stats(folder)["screens"][0]["frames"]
        shots = {ctl(folder, "screenshot", "-")[1] for _ in range(10)}
        after = stats(folder)["screens"][0]["frames"]
        result(len(shots) > 1 and after > before, "of what moves", (len(shots), before, after))


def main():
    with tempfile.TemporaryDirectory() as folder:
        test_same(folder)
        test_moving(folder)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
